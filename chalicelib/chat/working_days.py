"""Durations counted out on the calendar: where "5 hari kerja" or "1 bulan" from a day ends.

Only the counting is here; how a duration is written is `date_points`'s. A year that no decree names is counted as if
it had no holidays, and whoever counts says so.
"""

from calendar import monthrange
from collections.abc import Collection
from datetime import date, timedelta

from chalicelib.chat.date_words import Unit
from chalicelib.domain.calendar import OFFICE_WEEK, Calendar
from chalicelib.domain.errors import CalendarUnknown


def last_day(start: date, count: int, unit: Unit, calendar: Calendar) -> date:
    """The last day of `count` units that begin on `start`, both ends included.

    A month ends on the eve of the same day of the next one: from 28 August to 27 September; where the next one has no
    such day, on its last day.
    """
    match unit:
        case Unit.DAY:
            return start + timedelta(days=count - 1)
        case Unit.WEEK:
            return start + timedelta(weeks=count, days=-1)
        case Unit.MONTH:
            return _months_on(start, count)
        case Unit.YEAR:
            return _months_on(start, 12 * count)
        case Unit.WORKING_DAY:
            return _working_days_on(start, count, calendar)


def _months_on(start: date, count: int) -> date:
    years, month = divmod(start.month - 1 + count, 12)
    year, length = start.year + years, monthrange(start.year + years, month + 1)[1]
    if start.day > length:
        return date(year, month + 1, length)
    return date(year, month + 1, start.day) - timedelta(days=1)


def _working_days_on(start: date, count: int, calendar: Calendar) -> date:
    day, left = start, count
    while (left := left - is_working_day_as_known(day, calendar)) > 0:
        day += timedelta(days=1)
    return day


def is_working_day(day: date, calendar: Calendar, weekdays: Collection[int] = OFFICE_WEEK) -> bool:
    """Whether the office works on `day`.

    Raises: CalendarUnknown.
    """
    return day.weekday() in weekdays and calendar.holiday(day) is None


def is_working_day_as_known(day: date, calendar: Calendar) -> bool:
    """The same, with no holidays in a year that nobody decreed."""
    try:
        return is_working_day(day, calendar)
    except CalendarUnknown:
        return True
