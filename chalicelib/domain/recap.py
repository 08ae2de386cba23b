"""What is said of all reporting units together: the digest of one slot to BKD, the recap of the day to the Governor.

Both are built from what the units' own reports said when they were sent, so no figure can differ between them; a unit
whose report failed keeps its line and is named, because a gap that is not shown is the worst of all.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.attendance import Status
from chalicelib.domain.day import CheckIn
from chalicelib.domain.report import Heading, Totals, UnitReport, add_up

ATTENTION = 3
"""How many units a recap names as needing attention (office practice: as many as are read in a minute)."""


class Outcome(StrEnum):
    """How a unit's report stands when somebody looks, best first."""

    SENT = "sent"
    WAITING = "waiting"  # not yet handed to SES, or its answer is awaited
    FAILED = "failed"  # a person has been called


@dataclass(frozen=True)
class UnitLine:
    """One reporting unit in a digest; `totals` are missing when its report could not be made."""

    unit: str
    name: str
    outcome: Outcome
    totals: Totals | None
    piket_short: bool = False
    unreachable_copies: int = 0


@dataclass(frozen=True)
class Digest:
    """What BKD gets about one slot: who reported, who failed, headline figures."""

    heading: Heading
    lines: tuple[UnitLine, ...]
    totals: Totals

    @property
    def failed(self) -> tuple[UnitLine, ...]:
        return tuple(line for line in self.lines if line.outcome is not Outcome.SENT)


def digest(heading: Heading, lines: Iterable[UnitLine]) -> Digest:
    """The digest of one slot; units without figures count for nothing but stand in their line.

    Source: SE 800/734-BKD/2020 point 2.b names the reports; one mail about all of them is office practice.
    """
    lines = tuple(lines)
    return Digest(heading, lines, add_up(line.totals for line in lines if line.totals))


@dataclass(frozen=True)
class SlotStanding:
    """One unit in one slot as the day's end sees it: followed-up people have moved out of those not reported."""

    slot: str
    deadline: datetime
    outcome: Outcome
    totals: Totals | None


@dataclass(frozen=True)
class RecapLine:
    """One reporting unit's day."""

    unit: str
    name: str
    people: int
    slots: tuple[SlotStanding, ...]
    piket_short: bool

    @property
    def totals(self) -> Totals:
        return add_up(standing.totals for standing in self.slots if standing.totals)

    @property
    def has_gap(self) -> bool:
        """Whether a report of this unit failed or is still awaited."""
        return any(standing.outcome is not Outcome.SENT for standing in self.slots)


@dataclass(frozen=True)
class Recap:
    """The day for the Governor, through the Sekda.

    Source: SE 800/734-BKD/2020 annex "Tata cara" 5.
    """

    heading: Heading
    lines: tuple[RecapLine, ...]
    slots: tuple[SlotStanding, ...]
    attention: tuple[RecapLine, ...]

    @property
    def gaps(self) -> tuple[RecapLine, ...]:
        return tuple(line for line in self.lines if line.has_gap)

    @property
    def people(self) -> int:
        return sum(line.people for line in self.lines)


def recap(heading: Heading, lines: Iterable[RecapLine]) -> Recap:
    """The recap of a day: one row per reporting unit, the whole government per slot, the three to look at."""
    lines = tuple(lines)
    whole = tuple(_whole(column) for column in zip(*(line.slots for line in lines), strict=True))
    return Recap(heading, lines, whole, needing_attention(lines))


def _whole(column: tuple[SlotStanding, ...]) -> SlotStanding:
    outcome = max((one.outcome for one in column), key=list(Outcome).index)
    return SlotStanding(column[0].slot, column[0].deadline, outcome, add_up(one.totals for one in column if one.totals))


def needing_attention(lines: Iterable[RecapLine]) -> tuple[RecapLine, ...]:
    """The three units to look at first: those with a failed report, then the lowest share of those who owe one.

    A unit in which everybody reported and nothing failed is never named, however few the others are.
    """
    candidates = [line for line in lines if line.has_gap or line.totals.missing or line.totals.followed_up]
    candidates.sort(key=lambda line: (not line.has_gap, line.totals.share or 0.0, -line.totals.missing, line.name))
    return tuple(candidates[:ATTENTION])


def at_day_end(report: UnitReport, checkins: dict[str, tuple[CheckIn, ...]], *, as_of: datetime) -> Totals:
    """A sent report's totals with those who have followed up by `as_of` counted as such.

    Only people whom the mail called "belum melapor" can move, and those without data who have reported by chat since;
    everything else stays as it was sent.
    """
    cut_off, statuses = report.heading.cut_off, Counter(report.totals.statuses)
    for row in report.rows:
        later = [checkin for checkin in checkins.get(row.person, ()) if cut_off < checkin.at <= as_of]
        if _has_followed_up(row.status, later):
            statuses.update({Status.FOLLOWED_UP: 1, row.status: -1})
    return Totals(dict(statuses), report.totals.grades)


def _has_followed_up(status: Status, later: list[CheckIn]) -> bool:
    if status is Status.NO_DATA:
        return any(checkin.by_chat for checkin in later)
    return status is Status.NOT_REPORTED and bool(later)
