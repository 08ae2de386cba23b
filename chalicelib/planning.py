"""Journey 2, the plan: which slots were held, who had to report in them, and by which facts.

A slot's run is frozen by the first bell that finds it due; all later ones only read it. Whether a slot was held is
asked of the office as it stood at the slot's own cut-off, because calendars and letters change in mid-day. What an
admin orders besides, a correction or an interim report, is a run of its own beside the slot's.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone

from chalicelib.assembly import Records
from chalicelib.domain.calendar import days_between
from chalicelib.domain.day import Office
from chalicelib.domain.delivery import DIGEST, LATE, PATIENCE, RECAP, SETTLING, Mail, MailKey, State
from chalicelib.domain.errors import CalendarUnknown
from chalicelib.domain.policy import Slot, SlotKind
from chalicelib.store.doorbell import Doorbell
from chalicelib.store.ledger import Ledger, Run

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bell:
    """What ringing needs."""

    records: Records
    doorbell: Doorbell
    zone: timezone


def plan_due(bell: Bell, *, at: datetime) -> None:
    """Plan whatever is due on the days that are not finished: before letters change, what they asked for is in the
    ledger. Raises: CalendarUnknown, as `plan_day`."""
    office = bell.records.office.current()
    if office:
        for day in unfinished(bell, office, at=at):
            plan_day(bell, office, day, at=at)


def unfinished(bell: Bell, office: Office, *, at: datetime) -> Iterator[date]:
    """The days from the first that may still have work to today."""
    first = bell.records.ledger.watermark() or office.opened_at.astimezone(bell.zone).date()
    return days_between(first, at.astimezone(bell.zone).date())


def plan_day(bell: Bell, office: Office, day: date, *, at: datetime) -> None:
    """Plan the day's slots whose cut-off has come; a recap only where there is a report to speak of.

    Raises: CalendarUnknown when nobody has decreed the year's holidays yet.
    """
    runs: list[Run] = []
    for slot, cut_off in office.circulars.asked(day, until=at):
        if slot.kind is SlotKind.REPORT or runs:
            runs += [run] if (run := plan(bell, office, day, slot, cut_off, at=at)) else []
    plan_ordered(bell, day, at=at)
    tell_late(bell.records.ledger, day, runs, at=at)


def plan(bell: Bell, office: Office, day: date, slot: Slot, cut_off: datetime, *, at: datetime) -> Run | None:
    """Put a slot's run and its mails in the ledger, each at most once; None when the slot was not held.

    The first bell freezes who reports and by which facts: the office as it stood at the cut-off, however late it is.
    """
    ledger = bell.records.ledger
    run = ledger.run(day, slot.id) or _open_run(bell, office, day, slot, cut_off)
    if run is None and (slot, cut_off) in office.circulars.cut_offs(day):
        _miss(ledger, day, slot, at=at)
    if run is None or run.is_planned:
        return run
    _plan_mails(bell, run, (*run.units, DIGEST) if slot.kind is SlotKind.REPORT else (RECAP,), at=at)
    return run


def _miss(ledger: Ledger, day: date, slot: Slot, *, at: datetime) -> None:
    """Say once, for an alarm to listen to, that the letter lists a slot that was not in force at its own cut-off."""
    if _is_news(ledger, day, f"missed#{slot.id}", at=at):
        log.error("slot without a report", extra={"day": day.isoformat(), "slot": slot.id})


def tell_late(ledger: Ledger, day: date, runs: Iterable[Run], *, at: datetime) -> None:
    """Say once for each slot, for an alarm to listen to, that not all of its mails have left `LATE` after its cut-off.

    What an admin ordered later is no lateness of the slot's; copies split off have alarms of their own.
    """
    due = {run.slot for run in runs if at >= run.cut_off + LATE}
    open_slots = {mail.key.slot for mail in ledger.unsettled(day) if mail.key.is_scheduled} if due else set()
    for slot in sorted(due & open_slots):
        if _is_news(ledger, day, f"late#{slot}", at=at):
            log.error("slot is late", extra={"day": day.isoformat(), "slot": slot})


def _is_news(ledger: Ledger, day: date, name: str, *, at: datetime) -> bool:
    """Whether nobody has said this of the day; saying it is remembered."""
    moment = at.isoformat()
    return ledger.first_order(day, name, moment) == moment


def plan_ordered(bell: Bell, day: date, *, at: datetime) -> None:
    """Put in the ledger what an order left out of it because its worker died after opening the run."""
    for run in bell.records.ledger.runs(day):
        if not run.is_planned and not run.is_scheduled:
            _plan_mails(bell, run, run.units, at=at)


def carry_out_order(bell: Bell, run: Run, *, at: datetime) -> None:
    """Plan the mails of a run that an admin's order opened and wake their workers. Doing it twice sends nothing twice.

    The day is reopened last, so that whatever is left undone on a day long finished is found by the bells.
    """
    _plan_mails(bell, run, run.units, at=at)
    bell.records.ledger.reopen(run.day, run.cause)
    for unit in run.units:
        bell.doorbell.press(
            MailKey(run.day, run.slot, unit, run.revision), max(timedelta(), run.cut_off + SETTLING - at)
        )


def _plan_mails(bell: Bell, run: Run, names: Iterable[str], *, at: datetime) -> None:
    keys = (MailKey(run.day, run.slot, name, run.revision) for name in names)
    bell.records.ledger.plan(Mail(key, State.PLANNED, at, due_at=at + PATIENCE) for key in keys)
    bell.records.ledger.mark_planned(run)


def open_interim(bell: Bell, run: Run) -> Run:
    """Open a run that an order asks for, once: the one that its cause has opened before, or under the first free number
    when another order took this minute."""
    ledger = bell.records.ledger
    opened = next((one for one in ledger.runs(run.day) if one.cause == run.cause), None)
    while opened is None:
        found = ledger.open_run(run)
        opened = found if found.cause == run.cause else None
        run = replace(run, revision=run.revision + 1)
    return opened


def _open_run(bell: Bell, office: Office, day: date, slot: Slot, cut_off: datetime) -> Run | None:
    then = _office_then(bell, office, day, cut_off)
    if then is None or (slot, cut_off) not in then.circulars.cut_offs(day):
        return None
    units = tuple(unit.id for unit in then.organisation.reporting_units())
    return bell.records.ledger.open_run(Run(day, slot.id, then.revision, cut_off, units))


def _office_then(bell: Bell, office: Office, day: date, cut_off: datetime) -> Office | None:
    """The office as it stood at the cut-off; today's, when the year's holidays were decreed only since."""
    then = bell.records.office.as_of(cut_off)
    try:
        if then:
            then.circulars.policy_on(day)
    except CalendarUnknown:
        return office
    return then
