"""Periods: the days for which a circular, an exemption or a duty holds.

A circular names its last day ("23 s.d. 31 Maret 2020") or a condition that ends it ("sampai dengan dicabutnya
penetapan PSBB"); both ends are inclusive everywhere.
"""

import re
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.errors import PeriodReversed
from chalicelib.domain.errors_letters import NotAnExtension, NothingToExtend, PeriodHasNoEnd

LIFTING = re.compile(
    r"(di)?cabut(nya)?|pencabutan|penetapan|ditetapkan|penerapan|status|masa|berakhir(nya)?|berlaku|sampai|hingga"
    r"|lift(ed|ing)?|revoked|end(s|ed)|the|until"
)
"""Words that say of any condition that it ends, and so tell none of them apart."""


class Period:
    """The days on which something holds: `Between` or `UntilLifted`."""

    start: date

    def covers(self, day: date) -> bool:
        """Whether the thing holds on `day`."""
        raise TypeError(f"{type(self).__name__} is not a kind of period")

    @property
    def last_day(self) -> date | None:
        """The last covered day; None while nobody knows it."""
        return None

    def cut(self, last_day: date) -> "Period":
        """The same days as far as `last_day`; what has ended by then stays as it is. Raises: PeriodReversed."""
        return self if self.last_day and self.last_day <= last_day else Between(self.start, last_day)

    def overlaps(self, other: "Period") -> bool:
        """Whether some day lies in both."""
        begins_in_time = self.last_day is None or other.start <= self.last_day
        return begins_in_time and (other.last_day is None or self.start <= other.last_day)


@dataclass(frozen=True)
class Between(Period):
    """From `start` to `end`, both included.

    Raises: PeriodReversed.
    Source: SE 800/734-BKD/2020 point 9, "sejak tanggal 23 Maret 2020 sampai dengan tanggal 31 Maret 2020".
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise PeriodReversed(self.start, self.end)

    def covers(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def last_day(self) -> date:
        return self.end


@dataclass(frozen=True)
class UntilLifted(Period):
    """From `start` until somebody declares that `condition` is met; without an end until then.

    Source: SE 065/444/ORG (Banjar, 2020), "sampai dengan dicabutnya penetapan PSBB".
    """

    start: date
    condition: str

    def covers(self, day: date) -> bool:
        return self.start <= day

    def speaks_of(self, condition: str) -> bool:
        """Whether the conditions share a word that tells one lockdown from another: "PSBB" is enough."""
        return bool(_telling(self.condition) & _telling(condition))


def _telling(condition: str) -> set[str]:
    return {word for word in re.findall(r"\w{3,}", condition.lower()) if not LIFTING.fullmatch(word)}


def revised(present: Period, start: date | None, end: date | None, condition: str | None) -> Period:
    """`present` with whatever is given in the place of what was; a start alone keeps the end that comes after it.

    Raises: PeriodReversed; PeriodHasNoEnd when the present end comes before the new start.
    """
    first = start or present.start
    if end:
        return Between(first, end)
    if condition:
        return UntilLifted(first, condition)
    if isinstance(present, UntilLifted):
        return UntilLifted(first, present.condition)
    if present.last_day is None or present.last_day < first:
        raise PeriodHasNoEnd(first)
    return Between(first, present.last_day)


def extended(present: Period, until: date | None, condition: str | None) -> Period:
    """`present` with a later last day, or from now on without one until a condition is met; its start stays.

    Raises: NotAnExtension, NothingToExtend; PeriodHasNoEnd when neither is given.
    """
    if not until and not condition:
        raise PeriodHasNoEnd(present.start)
    if until and isinstance(present, UntilLifted):
        raise NothingToExtend(present.condition)
    if until and present.last_day and until <= present.last_day:
        raise NotAnExtension(present.last_day, until)
    return revised(present, None, until, condition)
