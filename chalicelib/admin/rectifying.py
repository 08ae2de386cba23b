"""Putting a closed slot's reports right, as an admin sees it: what would change, and what leaves.

How a correction is judged and numbered is in `chalicelib.corrections`; names are shown to those who may read them.
"""

from collections.abc import Mapping
from datetime import date, datetime

from chalicelib.admin.desk import Registry
from chalicelib.admin.ordering import ledger_offer, permit, short
from chalicelib.admin.parcels import Outcome
from chalicelib.corrections import open_correction, propose_correction
from chalicelib.domain.access import Admin
from chalicelib.domain.answer import Answer, Cell, Table
from chalicelib.domain.attendance import Status
from chalicelib.domain.change import Line
from chalicelib.domain.day import Office
from chalicelib.domain.delivery import RECAP, State, shown_slot
from chalicelib.domain.people import Unit
from chalicelib.domain.report import UnitReport
from chalicelib.planning import carry_out_order
from chalicelib.store.ledger import Run

MOST_UNITS, MOST_MOVES = 8, 20
"""How many units and people a preview names."""


def show(
    registry: Registry, office: Office, admin: Admin, day: date, slot: str, units: tuple[str, ...], *, at: datetime
) -> Answer:
    """What a correction would change. Raises: OutOfScope, ReportNotFound, NothingToCorrect."""
    permit(admin, units, office)
    run, changed = propose_correction(registry.records, day, slot, units, office, at=at)
    named = [_changes(office.organisation.by_id[unit], report) for unit, report in list(changed.items())[:MOST_UNITS]]
    more = (Line("reports.more", {"count": len(changed) - MOST_UNITS}),) if len(changed) > MOST_UNITS else ()
    lines = (*named, *more, *_too_late(registry, day, slot))
    return Answer(Line("reports.correct", _facts(run)), lines, _moves(changed, office, admin))


def correct(
    registry: Registry,
    office: Office,
    admin: Admin,
    day: date,
    slot: str,
    units: tuple[str, ...],
    *,
    cause: str,
    at: datetime,
) -> Outcome:
    """Mail the corrected reports. Raises: OutOfScope, ReportNotFound, NothingToCorrect."""
    permit(admin, units, office)
    run = open_correction(registry.records, day, slot, units, office, cause=cause, at=at)
    told = _too_late(registry, day, slot)
    carry_out_order(registry.bell, run, at=at)
    return Outcome(Answer(Line("reports.corrected", _facts(run)), told, offers=(ledger_offer(None, day),)))


def _facts(run: Run) -> dict[str, str | int | date]:
    return {"slot": shown_slot(run.slot), "day": run.day, "number": run.revision - 1, "units": len(run.units)}


def _changes(unit: Unit, report: UnitReport) -> Line:
    """One unit's figures before and after; the mail says the rest."""
    assert report.correction, "a correction says what it changes"
    before, after = report.correction.before, report.totals
    facts: dict[str, str | int] = {"unit": short(unit), "people": len(report.correction.moves)}
    facts |= {"reported_before": before.reported, "reported": after.reported}
    facts |= {"missing_before": before.missing, "missing": after.missing}
    return Line("reports.correct.unit", facts)


def _moves(changed: Mapping[str, UnitReport], office: Office, admin: Admin) -> Table | None:
    """Whose standing changes, of those the admin may read the names of."""
    seen = [report for unit, report in changed.items() if admin.sees(unit, office.organisation)]
    moves = [move for report in seen if report.correction for move in report.correction.moves][:MOST_MOVES]
    rows = tuple((move.name, _standing(move.before), _standing(move.after)) for move in moves)
    return Table(("report.column.name", "report.column.before", "report.column.after"), rows) if rows else None


def _standing(status: Status | None) -> Cell:
    return Line(f"status.{status}") if status else Line("report.changes.absent")


def _too_late(registry: Registry, day: date, slot: str) -> tuple[Line, ...]:
    """Which summaries have left with the figures of before and are not sent again."""
    mails = registry.records.ledger.mails_of(day)
    left = [one.key for one in mails if one.key.is_summary and one.state is not State.PLANNED]
    digest = (Line("reports.correct.digest"),) if any(key.slot == slot for key in left) else ()
    return (*digest, Line("reports.correct.recap")) if any(key.unit == RECAP for key in left) else digest
