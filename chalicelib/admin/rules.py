"""The rules that every office keeps, whichever way it was reached: read from the office before and the one after.

A command refuses in its own module what it can foresee. What has no line of its own to refuse, an undo above all, asks
here. The price of comparing two whole offices: what was broken already before stays unsaid.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import product

from chalicelib.domain.access import Admin, Role
from chalicelib.domain.day import Circulars, Office
from chalicelib.domain.duty import Assignment
from chalicelib.domain.errors_letters import CutOffPassed, SlotClosed
from chalicelib.domain.errors_staff import LastAdmin, LeaveStands, NipInUse, PersonExists, TravelStands
from chalicelib.domain.midday import Midday
from chalicelib.domain.people import Person
from chalicelib.domain.policy import Arrangement, Slot

MOST_REMOVED = 0.1
"""The part of some agencies' people that may leave without a second admin's yes (office practice)."""


def check(before: Office, after: Office, *, at: datetime) -> None:
    """Whether an office may become another. Raises: LastAdmin, NipInUse, PersonExists, LeaveStands, TravelStands,
    CutOffPassed, SlotClosed."""
    _somebody_of_bkd(before, after)
    _nobody_twice(before, after)
    _never_both(before, after)
    keep_slots(before.circulars, after.circulars, at=at)


def removes_many(office: Office, leaving: Collection[Person]) -> bool:
    """Whether more people leave than one admin may remove alone: over a tenth of those for whom the same agencies
    report, whichever command takes them off. A single person leaves by anybody's word."""
    agencies = office.organisation.reporters_of(person.unit for person in leaving)
    units = {unit.id for agency in agencies for unit in office.organisation.members(agency.id)}
    present = sum(person.unit in units for person in office.people)
    return len(leaving) > 1 and len(leaving) > MOST_REMOVED * present


def _somebody_of_bkd(before: Office, after: Office) -> None:
    """Raises: LastAdmin."""
    if (leaving := _of_bkd(before)) and not _of_bkd(after):
        raise LastAdmin(leaving[0].name)


def _of_bkd(office: Office) -> list[Admin]:
    return [one for one in office.admins if one.role is Role.BKD]


def _nobody_twice(before: Office, after: Office) -> None:
    """Raises: NipInUse, PersonExists."""
    present, units = Counter(map(_identity, before.people)), after.organisation.by_id
    often = Counter(map(_identity, after.people))
    for person in after.people:
        identity = _identity(person)
        if often[identity] > max(present[identity], 1):
            unit = units[person.unit].name
            raise NipInUse(unit) if person.nip else PersonExists(person.name, unit)


def _identity(person: Person) -> object:
    """What no two people share: the NIP, or without one name, unit and phone."""
    return person.nip or (person.name.casefold(), person.unit, person.phone)


def _never_both(before: Office, after: Office) -> None:
    """Of leave and duty travel a person has one at a time. Raises: LeaveStands, TravelStands."""
    known = set(before.assignments)
    for leave, travel in product(_rows(after, Arrangement.LEAVE), _rows(after, Arrangement.TRAVEL)):
        both = [] if {leave, travel} <= known else list(_people_of_both(leave, travel, after))
        if both:
            refusal = LeaveStands if leave in known else TravelStands
            raise refusal(", ".join(both), max(leave.period.start, travel.period.start))


def _rows(office: Office, kind: Arrangement) -> list[Assignment]:
    return [one for one in office.assignments if one.arrangement is kind]


def _people_of_both(one: Assignment, other: Assignment, office: Office) -> Iterator[str]:
    """The names of those who are away by both decisions on one day."""
    if one.period.overlaps(other.period):
        for person in office.people:
            unit = office.organisation.by_id[person.unit]
            if one.who.matches(person, unit) and other.who.matches(person, unit):
                yield person.name


def keep_slots(before: Circulars, after: Circulars, *, at: datetime) -> None:
    """No slot of today is lost by a change, and none that has closed is told otherwise: what people hold receipts for
    is reported. Raises: CutOffPassed, SlotClosed."""
    today = Midday(before, after, at)
    if today.lost:
        raise CutOffPassed(*_clocks(*today.lost))
    if today.altered:
        raise SlotClosed(*_clocks(*today.altered))


def _clocks(slot: Slot, closes: datetime) -> tuple[str, str]:
    return f"{slot.deadline:%H.%M}", f"{closes:%H.%M}"
