"""The calendar dates that written days mean: the years and months that nobody wrote, and weekdays alone.

`date_points` makes out what was written; here it becomes dates, by one rule for every year that is missing. The price
of deciding years by a rule is that every reading must be echoed.
"""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from chalicelib.chat.date_words import Point
from chalicelib.domain.errors import DateImpossible

LAST_DAY = -1
"""The day of "akhir Maret": the last one of its month, whichever that is."""

RECENT_DAYS = 60
"""A period without a year that ended this long ago at most is meant as past; one that ended earlier is next year's."""

FAR_DAYS = 183
"""A year that puts a day farther ahead than this is doubted where the words look back."""

OVER_NEW_YEAR_MONTHS = 6
"""How far a period may reach into the year after its start without saying so."""


def exact(day: date) -> Point:
    return Point(day.day, day.month, day.year)


def is_weekday_alone(point: Point) -> bool:
    return point.day is None and point.month is None


def next_day(point: Point, floor: date) -> date:
    return floor + timedelta(days=((point.weekday or 0) - floor.weekday()) % 7)


def shared(start: Point, end: Point) -> tuple[Point, Point]:
    """Both ends of one period, each completed by the month and year that only the other one names.

    A period may reach over New Year by half a year; more than that is a slip, to be refused as reversed.
    """
    if is_weekday_alone(start) or is_weekday_alone(end):
        return start, end
    start = replace(start, month=start.month or end.month)
    end = replace(end, month=end.month or start.month)
    if start.year is None and end.year is not None:
        start = replace(start, year=end.year - _turns(start, end))
    if end.year is None and start.year is not None:
        end = replace(end, year=start.year + _turns(start, end))
    return start, end


def may_be(one: Point, other: Point) -> bool:
    """Whether both may mean the same day: a weekday alone may be any date, a missing year any year."""
    if is_weekday_alone(one) or is_weekday_alone(other):
        return one.weekday == other.weekday or is_weekday_alone(one) is not is_weekday_alone(other)
    year = one.year or other.year
    if year and one.month and one.month == other.month:
        return made(replace(one, year=one.year or year), year) == made(other, other.year or year)
    return (one.day, one.month) == (other.day, other.month)


def _turns(start: Point, end: Point) -> int:
    """1 when the period goes over New Year."""
    first, last = start.month or 0, end.month or 0
    return int(first > last and 12 - first + last <= OVER_NEW_YEAR_MONTHS)


def dates(start: Point | None, end: Point | None, *, today: date, text: str) -> tuple[date | None, date | None]:
    """The dates of a period's ends.

    A year that neither end names is the first in which the period ends no more than sixty days before `today`:
    what has just ended stays past, what ended long ago is next year's. A weekday alone is the next one, today
    included, as an end the first one from the start on.

    Raises: DateImpossible, carrying `text`.
    """
    if start and end:
        start, end = shared(start, end)
    if start and end and (start.year or end.year or is_weekday_alone(start) or is_weekday_alone(end)):
        first = dates(start, None, today=today, text=text)[0]
        return first, _one(end, today=today, floor=first, text=text)
    if start and end:
        return _with_year(start, end, today=today, text=text)
    one = start or end
    found = _one(one, today=today, floor=None, text=text) if one else None
    return (found, None) if start else (None, found)


def _one(point: Point, *, today: date, floor: date | None, text: str) -> date:
    if is_weekday_alone(point):
        return next_day(point, floor or today)
    if point.year is None:
        return _with_year(point, point, today=today, text=text)[1]
    if found := made(point, point.year):
        return found
    raise DateImpossible(text)


def _with_year(start: Point, end: Point, *, today: date, text: str) -> tuple[date, date]:
    for year in (today.year - 1, today.year, today.year + 1):
        first, last = made(start, year), made(end, year + _turns(start, end))
        if first and last and last >= today - timedelta(days=RECENT_DAYS):
            return first, last
    raise DateImpossible(text)


def made(point: Point, year: int) -> date | None:
    month = point.month or 0
    if not 1 <= month <= 12:
        return None
    length = monthrange(year, month)[1]
    day = length if point.day == LAST_DAY else point.day or 0
    return date(year, month, day) if 1 <= day <= length else None


def last_past(point: Point, today: date) -> date | None:
    """The last such day up to `today`, a weekday alone before it; None for a day that this year still has close ahead.

    "30 Mei lalu" on 29 May is a slip or a misprint, not the year before.
    """
    if is_weekday_alone(point):
        return next_day(point, today - timedelta(days=7))
    found = [day for year in (today.year - 1, today.year) if (day := made(point, point.year or year))]
    past = [day for day in found if day <= today]
    is_close_ahead = any(0 < (day - today).days <= RECENT_DAYS for day in found)
    return None if is_close_ahead or not past else max(past)
