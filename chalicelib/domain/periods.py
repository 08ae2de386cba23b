"""Periods: the days for which a circular, an exemption or a duty holds.

A circular names its last day ("23 s.d. 31 Maret 2020") or a condition that ends it ("sampai dengan dicabutnya
penetapan PSBB"); both ends are inclusive everywhere.
"""

from dataclasses import dataclass
from datetime import date

from chalicelib.domain.errors import PeriodReversed


class Period:
    """The days on which something holds: `Between` or `UntilLifted`."""

    start: date

    def covers(self, day: date) -> bool:
        """Whether the thing holds on `day`."""
        raise TypeError(f"{type(self).__name__} is not a kind of period")


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


@dataclass(frozen=True)
class UntilLifted(Period):
    """From `start` until somebody declares that `condition` is met; without an end until then.

    Source: SE 065/444/ORG (Banjar, 2020), "sampai dengan dicabutnya penetapan PSBB".
    """

    start: date
    condition: str

    def covers(self, day: date) -> bool:
        return self.start <= day

    def lift(self, last_day: date) -> Between:
        """The same period, now ending on `last_day`, its last covered day."""
        return Between(self.start, last_day)
