"""What one reporting unit tells BKD in one slot: the frozen value that mail, workbook and replay are rendered from.

It is plain data that can be stored, read back and rendered again as it was sent; judging the same day again makes a
new revision, never a change. What BKD gets about all units together is in `recap`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from chalicelib.domain.attendance import Attendance, Status, judge
from chalicelib.domain.calendar import instant
from chalicelib.domain.day import Day
from chalicelib.domain.delivery import INTERIM
from chalicelib.domain.duty import Strength, strengths
from chalicelib.domain.evidence import Band, Grade, Reason
from chalicelib.domain.people import Job, Person, PositionGroup
from chalicelib.domain.policy import Policy, Slot, Window

DUE = (Status.REPORTED, Status.FOLLOWED_UP, Status.NOT_REPORTED)
"""The standings of people who owe a location report; every share is taken of these alone."""


@dataclass(frozen=True)
class Totals:
    """How many people stand where, per status and, of those who reported, per grade. The statuses sum to the roster."""

    statuses: dict[Status, int]
    grades: dict[Grade, int]

    @property
    def people(self) -> int:
        return sum(self.statuses.values())

    @property
    def due(self) -> int:
        return sum(self.statuses.get(status, 0) for status in DUE)

    @property
    def reported(self) -> int:
        return self.statuses.get(Status.REPORTED, 0)

    @property
    def followed_up(self) -> int:
        return self.statuses.get(Status.FOLLOWED_UP, 0)

    @property
    def missing(self) -> int:
        return self.statuses.get(Status.NOT_REPORTED, 0)

    @property
    def share(self) -> float | None:
        """The part of those who owe a report that reported in the window; None when nobody owes one."""
        return self.reported / self.due if self.due else None


def add_up(parts: Iterable[Totals]) -> Totals:
    """The totals of several units together."""
    statuses: Counter[Status] = Counter()
    grades: Counter[Grade] = Counter()
    for part in parts:
        statuses.update(part.statuses)
        grades.update(part.grades)
    return Totals(dict(statuses), dict(grades))


@dataclass(frozen=True)
class Row:
    """One person in one report, as readers may see it."""

    person: str
    name: str
    unit: str
    position: str
    group: PositionGroup
    job: Job
    status: Status
    at: datetime | None
    grade: Grade | None
    reason: Reason | None
    band: Band | None
    activity: str = ""


@dataclass(frozen=True)
class FollowUp:
    """Somebody who had not reported when an earlier slot closed and has since."""

    slot: str
    deadline: time
    person: str
    name: str
    at: datetime


@dataclass(frozen=True)
class Heading:
    """What every report says of itself: which day and slot, under which letter, from which facts, up to when.

    `office_revision` is the revision judged, `revision` counts corrections of this very report from 1. An interim
    report's slot also names its minute.
    """

    government: str
    day: date
    slot: str
    deadline: datetime
    cut_off: datetime
    zone: str
    policy_number: str
    policy_title: str
    office_revision: int
    revision: int

    @property
    def is_interim(self) -> bool:
        """Whether the slot was still open when the report was made."""
        return INTERIM in self.slot

    @property
    def is_correction(self) -> bool:
        return self.revision > 1 and not self.is_interim


@dataclass(frozen=True)
class Move:
    """Somebody whose standing a correction changed; None where the person was not, or is no longer, in the report."""

    name: str
    unit: str
    before: Status | None
    after: Status | None


@dataclass(frozen=True)
class Correction:
    """What a correction changed since the revision before it."""

    replaces: int
    before: Totals
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class UnitReport:
    """One reporting unit's report of one slot.

    Source: SE 800/734-BKD/2020 point 2.b and annex "Tata cara" 4, where the operator sends it.
    """

    heading: Heading
    unit: str
    unit_name: str
    rows: tuple[Row, ...]
    totals: Totals
    piket: tuple[Strength, ...]
    follow_ups: tuple[FollowUp, ...]
    correction: Correction | None = None


def assemble(day: Day, window: Window, heading: Heading, *, as_of: datetime | None = None) -> UnitReport:
    """The unit's report of a slot, judged at the slot's own cut-off whenever it is assembled.

    A later `as_of` lets those whose word came after the cut-off stand as having followed up.
    """
    judged = [judge(day, person, window, as_of=as_of or window.closes) for person in day.people]
    on_piket = [standing.person for standing in judged if standing.status is Status.PIKET]
    return UnitReport(
        heading,
        day.unit.id,
        day.unit.name,
        tuple(_row(day, standing) for standing in judged),
        count(judged),
        strengths(day.policy.piket_minimums, on_piket) if day.people else (),
        _follow_ups(day, window),
    )


def _row(day: Day, standing: Attendance) -> Row:
    person, evidence = standing.person, standing.evidence
    return Row(
        person.id,
        person.name,
        day.office.organisation.by_id[person.unit].name,
        person.position,
        person.group,
        person.job,
        standing.status,
        standing.at,
        evidence.grade if evidence else None,
        evidence.reason if evidence else None,
        evidence.band if evidence else None,
        standing.activity,
    )


def count(judged: Iterable[Attendance]) -> Totals:
    """The totals of some standings; only those who reported in the window are counted by grade."""
    judged = tuple(judged)
    grades = (one.evidence.grade for one in judged if one.evidence and one.status is Status.REPORTED)
    return Totals(dict(Counter(one.status for one in judged)), dict(Counter(grades)))


def _follow_ups(day: Day, window: Window) -> tuple[FollowUp, ...]:
    """Who has followed up on an earlier slot since the previous mail; each appears in one mail and in the recap."""
    found = []
    earlier = [other for other in day.office.circulars.windows(day.day) if other.closes < window.closes]
    for other in earlier:
        for person in day.people:
            standing = judge(day, person, other, as_of=window.closes)
            if standing.status is Status.FOLLOWED_UP and standing.at and standing.at > earlier[-1].closes:
                found.append(_follow_up(other, person, standing.at))
    return tuple(found)


def _follow_up(window: Window, person: Person, at: datetime) -> FollowUp:
    return FollowUp(window.slot.id, window.slot.deadline, person.id, person.name, at)


def corrected(earlier: UnitReport, report: UnitReport) -> UnitReport | None:
    """The later report of the same slot with what it changes; None when nobody stands otherwise and piket is the same.

    Office practice: a name put right alone is no correction, because no figure that BKD was sent was wrong.
    """
    moves = _moves(earlier.rows, report.rows)
    if not moves and earlier.piket == report.piket:
        return None
    return replace(report, correction=Correction(earlier.heading.revision, earlier.totals, moves))


def _moves(earlier: tuple[Row, ...], later: tuple[Row, ...]) -> tuple[Move, ...]:
    before, after = ({row.person: row for row in rows} for rows in (earlier, later))
    pairs = ((before.get(person), after.get(person)) for person in dict.fromkeys((*after, *before)))
    return tuple(move for old, new in pairs if (move := _move(old, new)))


def _move(old: Row | None, new: Row | None) -> Move | None:
    row, statuses = new or old, (old.status if old else None, new.status if new else None)
    return Move(row.name, row.unit, *statuses) if row and statuses[0] is not statuses[1] else None


def heading(
    government: str, policy: Policy, slot: Slot, day: date, *, office_revision: int, revision: int = 1
) -> Heading:
    """What a report of one slot says of itself."""
    return Heading(
        government,
        day,
        slot.id,
        instant(day, slot.deadline, policy.tz),
        slot.cut_off(day, policy.tz),
        policy.zone,
        policy.number,
        policy.title,
        office_revision,
        revision,
    )
