"""Who works otherwise than the circular's rules say: piket, leave, duty travel, exemptions by name.

An `Assignment` is what an office head decides for a person or a group over a period. Planning a fair rota is not done
here; this module only knows what was decided, which decision counts, and whether it meets the circular's minimum.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count

from chalicelib.domain.people import Person, PositionGroup, Unit
from chalicelib.domain.periods import Between, Period, UntilLifted
from chalicelib.domain.policy import DAY, Arrangement, Minimum, Selector

ABSENCES = (Arrangement.LEAVE, Arrangement.TRAVEL)

WEIGHT = {**dict.fromkeys(ABSENCES, 2), Arrangement.PIKET: 1}
"""What outweighs what on one day, in whichever order it is entered; of equals the later decision counts.

Of several decisions on a person's day the last in the list counts, so a new one is put where this rule wants it.
Whoever is away cannot stand piket, though the month's piket is entered after their leave; whoever is named for piket
stands it, though a group they belong to is exempt. Office practice: the circulars rank none of these.
"""


@dataclass(frozen=True)
class Assignment:
    """A decision that `who` works under `arrangement` during `period`; `basis` is the letter or the reason."""

    id: str
    who: Selector
    arrangement: Arrangement
    period: Period
    basis: str = ""

    def binds(self, person: Person, unit: Unit, day: date) -> bool:
        return self.period.covers(day) and self.who.matches(person, unit)

    def parted(self, first: date, last: date | None, people: tuple[str, ...]) -> "tuple[Assignment, ...]":
        """The same decision in order of time, from `first` to `last` for other people, or for nobody; None is for good.

        All parts still bear its id; who keeps more than one gives the others an id of their own.
        """
        parts = (
            (self.who, stretch(self.period, date.min, first - DAY)),
            (Selector(people=people), stretch(self.period, first, last) if people else None),
            (self.who, stretch(self.period, last + DAY, None) if last else None),
        )
        return tuple(replace(self, who=who, period=period) for who, period in parts if period)


def stretch(period: Period, first: date, last: date | None) -> Period | None:
    """The part of a period from `first` to `last`, to its own end without one; None where nothing is left."""
    start, ends = max(period.start, first), [day for day in (period.last_day, last) if day]
    if isinstance(period, UntilLifted) and not ends:
        return replace(period, start=start)
    return Between(start, min(ends)) if start <= min(ends) else None


def fresh_ids(kind: str, taken: Iterable[Assignment]) -> Iterator[str]:
    """Ids that nobody bears yet and an admin can type: the kind with the numbers after the highest."""
    numbers = (re.fullmatch(rf"{kind}-(\d+)", one.id) for one in taken)
    highest = max((int(found[1]) for found in numbers if found), default=0)
    return (f"{kind}-{number}" for number in count(highest + 1))


def place_of(arrangement: Arrangement, decisions: Sequence[Assignment]) -> int:
    """Where a new decision is to stand among others so that it counts against those it outweighs, and no more."""
    weights = [WEIGHT.get(one.arrangement, 0) for one in decisions]
    return next((place for place, one in enumerate(weights) if one > WEIGHT.get(arrangement, 0)), len(weights))


@dataclass(frozen=True)
class Strength:
    """How many of a position group are on piket in a unit, against the minimum."""

    group: PositionGroup
    present: int
    minimum: int

    @property
    def is_short(self) -> bool:
        return self.present < self.minimum


def strengths(minimums: Iterable[Minimum], on_piket: Iterable[Person]) -> tuple[Strength, ...]:
    """The piket strength of one unit, one entry per minimum.

    Source: SE 800/734-BKD/2020 point 3.b (1)–(2).
    """
    groups = [person.group for person in on_piket]
    return tuple(Strength(rule.group, groups.count(rule.group), rule.count) for rule in minimums)
