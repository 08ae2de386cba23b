"""The Day: one reporting unit on one date, frozen; and what the check-in path knows of it, the Board and the Card.

The store yields it, `attendance` and `report` judge it. It holds who was bound by what and who reported when, and no
coordinate: those stay with the check-in's own row.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from itertools import count

from chalicelib.domain.access import Admin
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.duty import Assignment
from chalicelib.domain.errors import CalendarUnknown, NoPolicyInForce
from chalicelib.domain.evidence import Errand, Evidence, Grade, Reason
from chalicelib.domain.people import LINK_LIFE, Organisation, Person, Place, Unit
from chalicelib.domain.policy import (
    DAY,
    Arrangement,
    Policy,
    Slot,
    SlotKind,
    Window,
    letters,
    local_day,
    one_after_another,
    policy_on,
)

FURTHER = "~"
"""What stands between a letter's id and the number of a further row of it."""


@dataclass(frozen=True)
class CheckIn:
    """One report of a person: server time and the verdict on the position, never the position itself.

    `by_chat` says that it came through a linked chat account, which needs no check-in link.
    """

    person: str
    at: datetime
    evidence: Evidence
    errand: Errand | None = None
    activity: str = ""
    by_chat: bool = False


@dataclass(frozen=True)
class Attestation:
    """An admin's word that people without signal reported by other means; it counts as a check-in of theirs at `at`,
    without a position. `basis` says how they reported.

    Source: SE 065/444/ORG (Banjar, 2020) point 1.e, "menggunakan pesan elektronik seperti SMS".
    """

    id: str
    day: date
    at: datetime
    people: tuple[str, ...]
    by: str
    basis: str = ""

    @property
    def checkins(self) -> tuple[CheckIn, ...]:
        """The check-ins that it stands for."""
        attested = Evidence(Grade.NO_POSITION, Reason.ATTESTED)
        return tuple(CheckIn(person, self.at, attested) for person in self.people)


@dataclass(frozen=True)
class Circulars:
    """The letters in force and the calendar they count by: all that is needed to know which slots a day has.

    `policies` run from old to new; each knows when it was adopted, so a letter that supersedes another in the middle of
    a day, or a further row of the same letter, takes over from the next slot on and asks nothing of the hours before.
    """

    policies: tuple[Policy, ...]
    calendar: Calendar

    def policy_on(self, day: date, *, at: datetime | None = None) -> Policy | None:
        """The policy that governs `day`, as far as adopted and decreed by `at`: the newest letter that covers it.

        None on a holiday, a free weekday or outside every validity.
        Raises: CalendarUnknown when a policy covers a day of a year whose holidays nobody has decreed.
        """
        policy = policy_on(tuple(one for one in self.policies if at is None or one.is_adopted(at)), day)
        if policy is None or policy.hours_on(day) is None or self.calendar.holiday(day, at=at):
            return None
        return policy

    def held(self, day: date) -> tuple[tuple[Policy, Slot, datetime], ...]:
        """The slots held on `day` with their cut-offs, in order: each under the letter in force at its own cut-off.

        A slot is held once: that its cut-off is moved to later after it has closed concerns the days to come.
        """
        found: dict[str, tuple[Policy, Slot, datetime]] = {}
        for policy, slot, closes in sorted(self._listed(day), key=lambda one: one[2]):
            if slot.id not in found and self.policy_on(day, at=closes) is policy:
                found[slot.id] = (policy, slot, closes)
        return tuple(found.values())

    def cut_offs(self, day: date) -> tuple[tuple[Slot, datetime], ...]:
        """The slots held on `day` with their cut-offs, in order."""
        return tuple((slot, closes) for _, slot, closes in self.held(day))

    def windows(self, day: date) -> tuple[Window, ...]:
        """The windows of the report slots held on `day`, each from just after the one held before it, whichever letter
        that stood under."""
        reports = [one for one in self.held(day) if one[1].kind is SlotKind.REPORT]
        if not reports:
            return ()
        return one_after_another(self._opening(day, reports[0][0]), ((slot, closes) for _, slot, closes in reports))

    def _opening(self, day: date, first: Policy) -> datetime:
        """When the first window opened: as its letter says, or earlier, where one in force then had let it open."""
        openings = ((policy, policy.opens_on(day)) for policy in self.policies)
        return min(
            opens
            for policy, opens in openings
            if opens and (policy is first or self.policy_on(day, at=opens) is policy)
        )

    def asked(self, day: date, *, until: datetime) -> tuple[tuple[Slot, datetime], ...]:
        """Every slot that some letter asks of the day up to an instant, whether or not the day proves to be worked.

        The calendar may have changed since; what it was at each cut-off is for whoever plans to look up.
        """
        listed = dict.fromkeys((slot, closes) for _, slot, closes in self._listed(day) if closes <= until)
        return tuple(sorted(listed, key=lambda one: one[1]))

    def revised(self, letter: Policy, after: Policy, *, at: datetime) -> tuple[Policy, ...]:
        """What stands in the place of a letter that is to read as `after` from now on: `after` alone, or, in the course
        of a working day that it would tell otherwise, the present row as far as today and a further one beside it.

        A letter that had nothing to say today is adopted anew: it asks nothing of the hours before.
        """
        day = local_day(self.policies, at)
        edited = replace(self, policies=tuple(after if one.id == letter.id else one for one in self.policies))
        if not (self._has_begun(day, at) or edited._has_begun(day, at)) or self._asks_as(edited, day):
            return (after,)
        if not letter.validity.covers(day):
            return (replace(after, adopted_at=at),)
        further = replace(after, id=self._further_id(letter), adopted_at=at)
        return replace(letter, validity=letter.validity.cut(day)), further

    def last_begun_day(self, at: datetime) -> date:
        """Today, if it is worked and its first window has opened, else the day before."""
        day = local_day(self.policies, at)
        try:
            letter = self.policy_on(day)
        except CalendarUnknown:
            letter = None
        opens = letter.opens_on(day) if letter else None
        return day if opens and opens < at else day - DAY

    def _has_begun(self, day: date, at: datetime) -> bool:
        """Whether the first window of a day has opened under some letter."""
        openings = (policy.opens_on(day) for policy in self.policies if policy.validity.covers(day))
        return any(opens and opens < at for opens in openings)

    def _asks_as(self, other: "Circulars", day: date) -> bool:
        """Whether both hold the same slots in the same windows; taken to differ while nobody knows the holidays."""
        try:
            return self.cut_offs(day) == other.cut_offs(day) and self.windows(day) == other.windows(day)
        except CalendarUnknown:
            return False

    def _further_id(self, letter: Policy) -> str:
        taken, stem = {one.id for one in self.policies}, letter.id.partition(FURTHER)[0]
        names = (f"{stem}{FURTHER}{number}" for number in count(2))
        return next(name for name in names if name not in taken)

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
    """What one link, or one chat account, opens: whose it is, under which unit their check-ins are kept, where their
    home is.

    `name` is masked, because links get forwarded.
    """

    person: str
    name: str
    file: str
    unit_name: str
    home: Place | None
    issued_at: datetime | None

    def is_live(self, at: datetime) -> bool:
        """Whether the link still opens; what was not issued as a link does while it is published."""
        return self.issued_at is None or at - self.issued_at < LINK_LIFE


@dataclass(frozen=True)
class Office:
    """The government's facts at one revision. `people` and `attestations` are there only where the desk reads the
    office whole; reports read them unit by unit and day by day."""

    revision: int
    opened_at: datetime
    organisation: Organisation
    circulars: Circulars
    assignments: tuple[Assignment, ...]
    addresses: dict[str, tuple[str, ...]]
    admins: tuple[Admin, ...] = ()
    people: tuple[Person, ...] = ()
    attestations: tuple[Attestation, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Person]:
        """The people, where they were read, by id."""
        return {person.id: person for person in self.people}


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
        """The window of a slot held on this day."""
        return next(window for window in self.office.circulars.windows(self.day) if window.slot.id == slot_id)

    def arrangement_of(self, person: Person) -> Arrangement:
        """How the person works today: the latest assignment, else the newest policy that binds them, else unbound."""
        unit = self.office.organisation.by_id[person.unit]
        for assignment in reversed(self.office.assignments):
            if assignment.binds(person, unit, self.day):
                return assignment.arrangement
        for policy in reversed(letters(self.office.circulars.policies)):
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
