"""Zones, holidays and working days.

Indonesia has three zones and no daylight saving, so fixed offsets serve and no zone database ships. A calendar is
dated data: `Calendar.known_on` shows what had been decreed by a day, because decrees change in the middle of a year
(2020's was amended four times) and a report must stay as true as it was when it was sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum

from chalicelib.domain.errors import CalendarUnknown

ZONES = {name: timezone(timedelta(hours=hours), name) for name, hours in (("WIB", 7), ("WITA", 8), ("WIT", 9))}

OFFICE_WEEK = range(5)
"""The weekdays on which an office works that no letter speaks of, Monday 0 … Friday 4."""


class HolidayKind(StrEnum):
    NATIONAL = "national"
    JOINT_LEAVE = "joint_leave"
    REGIONAL = "regional"


@dataclass(frozen=True)
class Holiday:
    """One day on which the office does not work, and the decree that says so."""

    day: date
    name: str
    kind: HolidayKind
    decree: str


@dataclass(frozen=True)
class Decree:
    """One decree on holidays: the days it adds and, when it amends another, the days it takes back.

    What an admin enters, the office knows from `entered_at` on; slots that had closed by then stay as they were.
    """

    number: str
    signed: date
    years: tuple[int, ...]
    days: tuple[Holiday, ...]
    removed: tuple[date, ...] = ()
    entered_at: datetime | None = None

    def is_entered(self, at: datetime) -> bool:
        """Whether the office knew the decree at an instant."""
        return self.entered_at is None or self.entered_at < at


@dataclass(frozen=True)
class Calendar:
    """Which days the office works, as decreed so far.

    Units: local dates of the government's zone.
    """

    decrees: tuple[Decree, ...]

    def known_on(self, day: date) -> "Calendar":
        """The calendar as an officer could know it on `day`: decrees signed later do not exist yet."""
        return Calendar(tuple(decree for decree in self.decrees if decree.signed <= day))

    def knows(self, year: int) -> bool:
        """Whether some decree names the year, so that its other days are working days."""
        return any(year in decree.years for decree in self.decrees)

    def holiday(self, day: date, *, at: datetime | None = None) -> Holiday | None:
        """The holiday on `day`, if it is one, as the office knew it at `at`; the latest decree to name the day decides,
        of those signed on one day the one entered last.

        Raises: CalendarUnknown for a year that no decree names.
        """
        if not self.knows(day.year):
            raise CalendarUnknown(day.year)
        for decree in sorted(self._known_at(at, day.year), key=lambda decree: decree.signed)[::-1]:
            if day in decree.removed:
                return None
            for holiday in decree.days:
                if holiday.day == day:
                    return holiday
        return None

    def _known_at(self, at: datetime | None, year: int) -> tuple[Decree, ...]:
        """The decrees that were known at an instant; all, where the year was first decreed after it: its slots waited
        for that."""
        found = Calendar(tuple(decree for decree in self.decrees if at is None or decree.is_entered(at)))
        return found.decrees if found.knows(year) else self.decrees


def instant(day: date, clock: time, zone: timezone) -> datetime:
    """The aware instant of a wall-clock time on a local day."""
    return datetime.combine(day, clock, zone)


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
