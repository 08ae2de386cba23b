"""The Day: one reporting unit on one date, frozen; and what the check-in path knows of it, the Board and the Card.

The store yields it, `attendance` and `report` judge it. It holds who was bound by what and who reported when, and no
coordinate: those stay with the check-in's own row.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from chalicelib.domain.calendar import Calendar
from chalicelib.domain.duty import Assignment
from chalicelib.domain.errors import NoPolicyInForce
from chalicelib.domain.evidence import Errand, Evidence
from chalicelib.domain.people import LINK_LIFE, Organisation, Person, Place, Unit
from chalicelib.domain.policy import Arrangement, Policy, Slot, Window, policy_on


@dataclass(frozen=True)
class CheckIn:
    """One report of a person: server time and the verdict on the position, never the position itself."""

    person: str
    at: datetime
    evidence: Evidence
    errand: Errand | None = None
    activity: str = ""


@dataclass(frozen=True)
class Circulars:
    """The letters in force and the calendar they count by: all that is needed to know which slots a day has.

    `policies` run from old to new; each knows when it was adopted, so a letter that supersedes another in the middle of
    a day takes over from the next slot on and asks nothing of the hours before.
    """

    policies: tuple[Policy, ...]
    calendar: Calendar

    def policy_on(self, day: date, *, at: datetime | None = None) -> Policy | None:
        """The policy that governs `day`, as far as adopted by `at`: the newest letter that covers it.

        None on a holiday, a free weekday or outside every validity.
        Raises: CalendarUnknown when a policy covers a day of a year whose holidays nobody has decreed.
        """
        policy = policy_on(tuple(one for one in self.policies if at is None or one.is_adopted(at)), day)
        if policy is None or policy.hours_on(day) is None or self.calendar.holiday(day):
            return None
        return policy

    def cut_offs(self, day: date) -> tuple[tuple[Slot, datetime], ...]:
        """The slots held on `day` with their cut-offs, in order: each under the letter in force at its own cut-off."""
        held = (
            (slot, closes) for policy, slot, closes in self._listed(day) if self.policy_on(day, at=closes) is policy
        )
        return tuple(sorted(held, key=lambda one: one[1]))

    def windows(self, day: date) -> tuple[Window, ...]:
        """The windows of the report slots held on `day`, each under the letter in force at its cut-off."""
        listed = ((policy, window) for policy in self.policies for window in policy.windows(day))
        held = (window for policy, window in listed if self.policy_on(day, at=window.closes) is policy)
        return tuple(sorted(held, key=lambda window: window.closes))

    def asked(self, day: date, *, until: datetime) -> tuple[tuple[Slot, datetime], ...]:
        """Every slot that some letter asks of the day up to an instant, whether or not the day proves to be worked.

        The calendar may have changed since; what it was at each cut-off is for whoever plans to look up.
        """
        listed = ((slot, closes) for _, slot, closes in self._listed(day) if closes <= until)
        return tuple(sorted(listed, key=lambda one: one[1]))

    def _listed(self, day: date) -> Iterator[tuple[Policy, Slot, datetime]]:
        for policy in self.policies:
            if policy.validity.covers(day):
                yield from ((policy, slot, slot.cut_off(day, policy.tz)) for slot in policy.slots)


@dataclass(frozen=True)
class Board:
    """What the check-in path may know of the office: its circulars at a revision, and nobody's name."""

    revision: int
    zone: str
    circulars: Circulars


@dataclass(frozen=True)
class Card:
    """What one link opens: whose it is, under which unit their check-ins are kept, and where their home is.

    `name` is masked, because links get forwarded.
    """

    person: str
    name: str
    file: str
    unit_name: str
    home: Place | None
    issued_at: datetime

    def is_live(self, at: datetime) -> bool:
        """Whether the link still opens."""
        return at - self.issued_at < LINK_LIFE


@dataclass(frozen=True)
class Office:
    """The government's facts at one revision, less its people: those are read unit by unit."""

    revision: int
    opened_at: datetime
    organisation: Organisation
    circulars: Circulars
    assignments: tuple[Assignment, ...]
    addresses: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Day:
    """Who was bound by what in one reporting unit on one date, and who reported.

    `checkins` hold everything received up to the moment of reading, in order of server time; a report looks only at
    those up to its own cut-off.
    """

    day: date
    unit: Unit
    office: Office
    people: tuple[Person, ...]
    checkins: tuple[CheckIn, ...]

    @cached_property
    def policy(self) -> Policy:
        """The policy that sets this day's slots. Raises: NoPolicyInForce."""
        policy = self.office.circulars.policy_on(self.day)
        if policy is None:
            raise NoPolicyInForce(self.day)
        return policy

    @cached_property
    def checkins_of(self) -> dict[str, tuple[CheckIn, ...]]:
        return by_person(self.checkins)

    def window(self, slot_id: str) -> Window:
        return next(window for window in self.policy.windows(self.day) if window.slot.id == slot_id)

    def arrangement_of(self, person: Person) -> Arrangement:
        """How the person works today: the latest assignment, else the newest policy that binds them, else unbound."""
        unit = self.office.organisation.by_id[person.unit]
        for assignment in reversed(self.office.assignments):
            if assignment.binds(person, unit, self.day):
                return assignment.arrangement
        for policy in reversed(self.office.circulars.policies):
            bound = policy.arrangement_of(person, unit) if policy.validity.covers(self.day) else None
            if bound:
                return bound
        return Arrangement.UNBOUND


def by_person(checkins: Iterable[CheckIn]) -> dict[str, tuple[CheckIn, ...]]:
    """Each person's check-ins, in the order given."""
    found: dict[str, tuple[CheckIn, ...]] = {}
    for checkin in checkins:
        found[checkin.person] = (*found.get(checkin.person, ()), checkin)
    return found
