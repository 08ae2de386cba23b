"""What a change will do to the reports: whom it reaches and from which slot on.

It compares the office before and after, day by day at the few days on which a difference can begin, so that an admin
reads "214 people in 3 OPD, from the 11.30 slot today" before anything is saved.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain.calendar import Decree
from chalicelib.domain.change import Edit, Fact
from chalicelib.domain.day import Day, Office
from chalicelib.domain.duty import Assignment
from chalicelib.domain.errors import CalendarUnknown
from chalicelib.domain.people import Person
from chalicelib.domain.periods import Between, Period
from chalicelib.domain.policy import DAY, Policy, SlotKind, Window, local_day

WEEK = 7


@dataclass(frozen=True)
class Effect:
    """How many people a change reaches, in how many reporting units, and the first slot that shows it.

    `first` is None when no report to come will differ.
    """

    people: int
    units: int
    day: date | None = None
    first: Window | None = None


def effect(before: Office, after: Office, edits: Iterable[Edit], *, at: datetime) -> Effect:
    """The effect of edits that lead from one office to another, decided at an instant.

    Both offices are read whole. People added, removed or rewritten are reached; else those whose arrangement or whose
    slots differ on the first day that shows a difference.
    """
    edits = tuple(edits)
    touched = {fact.id for edit in edits for fact in (edit.before, edit.after) if isinstance(fact, Person)}
    for day in sorted(_candidates(edits, local_day(after.circulars.policies, at))):
        reached = touched | _rearranged(before, after, day)
        slots = _slots(after, day, at)
        if slots != _slots(before, day, at):
            reached |= {person.id for person in after.people}
        if reached and (slots or _slots(before, day, at)):
            first = next(iter(slots or _slots(before, day, at)))
            return Effect(len(reached), _units(reached, before, after), day, first)
    return Effect(len(touched), _units(touched, before, after))


def _candidates(edits: Iterable[Edit], today: date) -> set[date]:
    """The days on which a difference can begin: the week ahead, and where a period in the edits begins or ends."""
    found = {today + offset * DAY for offset in range(WEEK)}
    for edit in edits:
        for fact in (edit.before, edit.after):
            found |= {edge + offset * DAY for edge in _edges(fact) for offset in range(WEEK)}
    return {day for day in found if day >= today}


def _edges(fact: Fact | None) -> Iterator[date]:
    match fact:
        case Policy(validity=period) | Assignment(period=period):
            yield from _ends(period)
        case Decree(days=days, removed=removed):
            yield from (*(holiday.day for holiday in days), *removed)
        case _:
            return


def _ends(period: Period) -> Iterator[date]:
    yield period.start
    if isinstance(period, Between):
        yield period.end + DAY


def _slots(office: Office, day: date, at: datetime) -> tuple[Window, ...]:
    """The report slots of a day that are still to close; none of a year nobody has decreed."""
    try:
        windows = office.circulars.windows(day)
    except CalendarUnknown:
        return ()
    return tuple(window for window in windows if window.closes >= at and window.slot.kind is SlotKind.REPORT)


def _rearranged(before: Office, after: Office, day: date) -> set[str]:
    """The people who work otherwise on the day than they would have."""
    if before.assignments == after.assignments and before.circulars.policies == after.circulars.policies:
        return set()
    old, new = (Day(day, office.organisation.units[0], office, (), ()) for office in (before, after))
    known = before.by_id
    return {
        person.id
        for person in after.people
        if person.id in known and old.arrangement_of(known[person.id]) is not new.arrangement_of(person)
    }


def _units(people: Iterable[str], before: Office, after: Office) -> int:
    reached = (after.by_id.get(one) or before.by_id[one] for one in people)
    return len(after.organisation.reporters_of(person.unit for person in reached))
