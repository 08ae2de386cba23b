"""Who works otherwise than the circular's rules say: piket, leave, duty travel, exemptions by name.

An `Assignment` is what an office head decides for a person or a group over a period. Planning a fair rota is not done
here; this module only knows what was decided and whether it meets the circular's minimum.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.people import Person, PositionGroup, Unit
from chalicelib.domain.periods import Period
from chalicelib.domain.policy import Arrangement, Minimum, Selector


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
