"""How things stand, for an admin who asks: who has not reported, which reports are out, what the next one would say.

Reads only. Names are shown to those who may read them and are counts to everybody else. What a report would say is
judged by the very functions that make it; how single mails stand is in `postings`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never

from chalicelib.admin import postings, today
from chalicelib.admin.desk import Registry
from chalicelib.admin.ordering import short
from chalicelib.assembly import judged, report_runs, unit_lines
from chalicelib.domain.access import Admin
from chalicelib.domain.answer import Answer, Cell, Offer, Table
from chalicelib.domain.attendance import Status
from chalicelib.domain.change import Line
from chalicelib.domain.day import Office
from chalicelib.domain.delivery import shown_slot
from chalicelib.domain.duty import Strength
from chalicelib.domain.errors import MessageId, OutOfScope
from chalicelib.domain.errors_letters import SlotNotHeld
from chalicelib.domain.policy import Window
from chalicelib.domain.recap import Outcome
from chalicelib.domain.report import Row, UnitReport, add_up
from chalicelib.store.ledger import Run

MOST_NAMES = 40
MOST_UNITS = 45
"""How many names and rows an answer shows: what is read on a phone without losing the thread."""


@dataclass(frozen=True)
class WhoHasNotReported:
    """Who of some units (of all, when none is named) has not reported in a slot; None is the open slot, else the last
    that closed."""

    units: tuple[str, ...] = ()
    slot: str | None = None


@dataclass(frozen=True)
class SlotStatus:
    """How each unit's report of a slot stands; None is the last that closed, else the open one."""

    slot: str | None
    day: date


@dataclass(frozen=True)
class ShowLedger:
    """The mails of a day, one by one; of all units only those that need looking at."""

    day: date
    unit: str | None = None


@dataclass(frozen=True)
class PreviewReport:
    """What a unit's report would say if its slot closed now."""

    unit: str
    slot: str | None = None


@dataclass(frozen=True)
class TodayStatus:
    """The day on one page."""


Query = WhoHasNotReported | SlotStatus | ShowLedger | PreviewReport | TodayStatus


def answer(command: Query, registry: Registry, office: Office, admin: Admin, *, at: datetime) -> Answer:
    """The answer within what the admin may read. Raises: SlotNotHeld, OutOfScope, CalendarUnknown."""
    match command:
        case WhoHasNotReported():
            return _missing(command, registry, office, admin, at=at)
        case SlotStatus():
            return _slot_status(command, registry, office, admin, at=at)
        case ShowLedger():
            return postings.show(registry, office, admin, command.day, command.unit)
        case PreviewReport():
            return _preview(command, registry, office, admin, at=at)
        case TodayStatus():
            return today.show(registry, office, admin, at=at)
        case _:
            assert_never(command)


def _watched(registry: Registry, office: Office, slot: str | None, *, at: datetime) -> Run:
    """A slot of today as it stands at `at`: the one named, else the open one, else the last that closed.

    Raises: SlotNotHeld.
    """
    day = at.astimezone(registry.bell.zone).date()
    windows = [window for window in office.circulars.windows(day) if window.opens <= at]
    closed = {run.slot: run.office_revision for run in report_runs(registry.records, day)}
    names = [*closed, *(window.slot.id for window in windows if window.slot.id not in closed)]
    named = slot or _open(windows, at) or (names[-1] if names else None)
    if named is None or named not in names:
        raise SlotNotHeld(shown_slot(named or "–"), day)
    return Run(day, named, office.revision, at, (), letter_revision=closed.get(named))


def _open(windows: Iterable[Window], at: datetime) -> str | None:
    return next((window.slot.id for window in windows if window.contains(at)), None)


# Who has not reported


def _missing(command: WhoHasNotReported, registry: Registry, office: Office, admin: Admin, *, at: datetime) -> Answer:
    run, organisation = _watched(registry, office, command.slot, at=at), office.organisation
    reporters = organisation.reporters_of(command.units) if command.units else organisation.reporting_units()
    reports = [judged(registry.records, run, unit.id) for unit in reporters]
    rows = [row for report in reports for row in report.rows if row.status is Status.NOT_REPORTED]
    asked = [row for row in rows if not command.units or _is_under(row, command.units, office)]
    seen = [row for row in asked if admin.sees(office.by_id[row.person].unit, organisation)]
    title = Line("standing.missing", {"slot": shown_slot(run.slot), "count": len(asked)})
    unseen = len(asked) - len(seen)
    elsewhere = (Line("standing.missing.elsewhere", {"count": unseen}),) if unseen else ()
    nobody = () if asked else (Line("standing.missing.none"),)
    return Answer(title, (*_by_unit(seen), *elsewhere, *nobody), offers=(today.status_offer(run.slot),))


def _is_under(row: Row, units: tuple[str, ...], office: Office) -> bool:
    return bool(set(units) & set(office.organisation.line_of(office.by_id[row.person].unit)))


def _by_unit(rows: list[Row]) -> Iterable[Line]:
    """The names by unit, as many as a phone shows; the rest is a number."""
    shown: dict[str, list[str]] = {}
    for row in rows[:MOST_NAMES]:
        shown.setdefault(row.unit, []).append(row.name)
    for unit, names in shown.items():
        count = sum(row.unit == unit for row in rows)
        yield Line("standing.missing.unit", {"unit": unit, "count": count, "names": ", ".join(names)})
    if len(rows) > MOST_NAMES:
        yield Line("standing.missing.more", {"count": len(rows) - MOST_NAMES})


# How a slot stands


def _slot_status(command: SlotStatus, registry: Registry, office: Office, admin: Admin, *, at: datetime) -> Answer:
    runs, is_today = report_runs(registry.records, command.day), command.day == at.astimezone(registry.bell.zone).date()
    closed = [run for run in runs if command.slot in (None, run.slot)]
    missed = today.unreported(office, runs, command.day, at=at) if is_today else ()
    missed = tuple(window for window in missed if command.slot in (None, window.slot.id))
    if missed and not (closed and closed[-1].cut_off > missed[-1].closes):
        return _missed_slot(command.day, missed[-1], at=at)
    if closed:
        return _closed_slot(registry, office, admin, closed[-1])
    if not is_today:
        raise SlotNotHeld(shown_slot(command.slot or "–"), command.day)
    return _open_slot(registry, office, admin, _watched(registry, office, command.slot, at=at))


def _missed_slot(day: date, window: Window, *, at: datetime) -> Answer:
    title = Line("standing.slot", {"slot": shown_slot(window.slot.id), "day": day})
    return Answer(title, (today.without_report(window, at=at),), offers=(missing_offer(window.slot.id),))


def _closed_slot(registry: Registry, office: Office, admin: Admin, run: Run) -> Answer:
    known = [line for line in unit_lines(registry.records, run) if line.unit in office.organisation.by_id]
    lines = [line for line in known if admin.sees(line.unit, office.organisation)]
    counts = {outcome.value: sum(line.outcome is outcome for line in lines) for outcome in Outcome}
    whole = add_up(line.totals for line in lines if line.totals)
    rows = [
        (
            short(office.organisation.by_id[line.unit]),
            Line(f"standing.outcome.{line.outcome}"),
            f"{line.totals.reported}/{line.totals.due}" if line.totals else "–",
        )
        for line in lines
    ]
    title = Line("standing.slot", {"slot": shown_slot(run.slot), "day": run.day})
    told = (
        Line("standing.slot.outcomes", {"units": len(lines), **counts}),
        Line("standing.slot.counts", {"reported": whole.reported, "due": whole.due, "missing": whole.missing}),
    )
    headings = ("digest.column.unit", "digest.column.outcome", "digest.column.reported")
    offers = (missing_offer(run.slot),) if whole.missing else ()
    return Answer(title, told, Table(headings, tuple(rows[:MOST_UNITS])), offers)


def _open_slot(registry: Registry, office: Office, admin: Admin, run: Run) -> Answer:
    units = [unit for unit in office.organisation.reporting_units() if admin.sees(unit.id, office.organisation)]
    reports = {unit: judged(registry.records, run, unit.id) for unit in units}
    whole = add_up(report.totals for report in reports.values())
    rows: list[tuple[Cell, ...]] = [
        (short(unit), f"{report.totals.reported}/{report.totals.due}", report.totals.missing)
        for unit, report in reports.items()
    ]
    title = Line("standing.slot", {"slot": shown_slot(run.slot), "day": run.day})
    counts = {"reported": whole.reported, "due": whole.due, "missing": whole.missing}
    told = (Line("standing.slot.open"), Line("standing.slot.counts", counts))
    headings = ("digest.column.unit", "digest.column.reported", "digest.column.missing")
    return Answer(title, told, Table(headings, tuple(rows[:MOST_UNITS])), (missing_offer(run.slot),))


# What the next report would say


def _preview(command: PreviewReport, registry: Registry, office: Office, admin: Admin, *, at: datetime) -> Answer:
    unit = office.organisation.reporter_of(command.unit)
    if unit is None or not admin.sees(unit.id, office.organisation):
        raise OutOfScope()
    run = _watched(registry, office, command.slot, at=at)
    report = judged(registry.records, run, unit.id)
    title = Line("standing.preview", {"unit": short(unit), "slot": shown_slot(run.slot)})
    missing = [row for row in report.rows if row.status is Status.NOT_REPORTED]
    lines = (*_counts(report), *map(_strength, report.piket), *_by_unit(missing))
    offers = (Offer(Line("standing.offer.now", {"unit": short(unit)}), verb="report.now", line=unit.id),)
    return Answer(title, lines, offers=offers)


def _counts(report: UnitReport) -> Iterable[Line]:
    totals = report.totals
    yield Line("standing.preview.counts", {"reported": totals.reported, "due": totals.due, "missing": totals.missing})
    yield Line("standing.preview.others", {"people": totals.people, "others": totals.people - totals.due})


def _strength(one: Strength) -> Line:
    group = MessageId(f"group.{one.group}")
    facts: dict[str, str | int] = {"group": group, "present": one.present, "minimum": one.minimum}
    return Line("standing.piket.short" if one.is_short else "standing.piket.enough", facts)


def missing_offer(slot: str) -> Offer:
    return Offer(Line("standing.offer.missing", {"slot": shown_slot(slot)}), verb="report.missing", line=slot)
