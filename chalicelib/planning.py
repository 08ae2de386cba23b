"""Journey 2, the plan: which slots were held, who had to report in them, and by which facts.

A slot's run is frozen by the first bell that finds it due; all later ones only read it. Whether a slot was held is
asked of the office as it stood at the slot's own cut-off, because calendars and letters change in mid-day.
"""

from dataclasses import dataclass
from datetime import date, datetime, timezone

from chalicelib.assembly import Records
from chalicelib.domain.day import Office
from chalicelib.domain.delivery import DIGEST, PATIENCE, RECAP, Mail, MailKey, State
from chalicelib.domain.errors import CalendarUnknown
from chalicelib.domain.policy import Slot, SlotKind
from chalicelib.store.doorbell import Doorbell
from chalicelib.store.ledger import Run


@dataclass(frozen=True)
class Bell:
    """What ringing needs."""

    records: Records
    doorbell: Doorbell
    zone: timezone


def plan_day(bell: Bell, office: Office, day: date, *, at: datetime) -> None:
    """Plan the day's slots whose cut-off has come; a recap only where there is a report to speak of.

    Raises: CalendarUnknown when nobody has decreed the year's holidays yet.
    """
    runs: list[Run] = []
    for slot, cut_off in office.circulars.asked(day, until=at):
        if slot.kind is SlotKind.REPORT or runs:
            runs += [run] if (run := plan(bell, office, day, slot, cut_off, at=at)) else []


def plan(bell: Bell, office: Office, day: date, slot: Slot, cut_off: datetime, *, at: datetime) -> Run | None:
    """Put a slot's run and its mails in the ledger, each at most once; None when the slot was not held.

    The first bell freezes who reports and by which facts: the office as it stood at the cut-off, however late it is.
    """
    ledger = bell.records.ledger
    run = ledger.run(day, slot.id) or _open_run(bell, office, day, slot, cut_off)
    if run is None or run.is_planned:
        return run
    names = (*run.units, DIGEST) if slot.kind is SlotKind.REPORT else (RECAP,)
    keys = (MailKey(day, slot.id, name) for name in names)
    ledger.plan(Mail(key, State.PLANNED, at, due_at=at + PATIENCE) for key in keys)
    ledger.mark_planned(run)
    return run


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
