"""What is said about a period: the echo in full before it changes anything, and the warnings.

Everything is message ids and facts; the catalogues hold the words. A year whose holidays nobody decreed is said to be
uncounted instead of being counted wrongly.
"""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from chalicelib.chat.date_words import Piece
from chalicelib.chat.working_days import is_working_day
from chalicelib.domain.calendar import OFFICE_WEEK, Calendar, days_between
from chalicelib.domain.change import Line
from chalicelib.domain.errors import CalendarUnknown

SEARCHED_DAYS = 60
"""How far the first working day after a period is looked for; the longest holidays end after two weeks."""


def echo(
    start: date, end: date | None, condition: str | None, calendar: Calendar, weekdays: Collection[int] = OFFICE_WEEK
) -> tuple[Line, ...]:
    """The period with both weekdays, its working days, the last day it covers and the first working day after it."""
    if end is None and condition:
        return (Line("period.echo.open", {"start": start, "condition": condition}),)
    if end is None:
        return (Line("period.echo.endless", {"start": start}),)
    return (*_counted(start, end, calendar, weekdays), *_after(end, calendar, weekdays))


def _counted(start: date, end: date, calendar: Calendar, weekdays: Collection[int]) -> tuple[Line, ...]:
    ends: dict[str, str | int | date] = {"start": start, "end": end}
    try:
        days = sum(is_working_day(day, calendar, weekdays) for day in days_between(start, end))
    except CalendarUnknown as unknown:
        return Line("period.echo.uncounted", ends), Line("period.calendar_unknown", {"year": unknown.year})
    key = "period.echo.day" if start == end else "period.echo.closed"
    return (Line(key, ends | {"days": days}),)


def _after(end: date, calendar: Calendar, weekdays: Collection[int]) -> tuple[Line, ...]:
    following = days_between(end + timedelta(days=1), end + timedelta(days=SEARCHED_DAYS))
    try:
        free = next((day for day in following if is_working_day(day, calendar, weekdays)), None)
    except CalendarUnknown:
        free = None
    if free is None:
        return (Line("period.echo.last", {"end": end}),)
    return (Line("period.echo.after", {"end": end, "free": free}),)


def weekday_warnings(typed: str, weekday: int | None, day: date | None) -> Iterator[Line]:
    """Said when the weekday somebody typed is not the one of the date beside it."""
    if day and weekday is not None and day.weekday() != weekday:
        yield Line("period.weekday_differs", {"typed": typed, "date": day})


def slip_warnings(pieces: list[Piece], used: list[tuple[int, int]]) -> Iterator[Line]:
    """Said of every misspelled word that was read as the one it is almost."""
    for piece in pieces:
        if piece.slip[0] and any(start <= piece.start < end for start, end in used):
            yield Line("period.misspelled", {"typed": piece.slip[0], "meant": piece.slip[1]})


def end_warnings(end: date | None, calendar: Calendar, *, today: date) -> Iterator[Line]:
    """Said of an end that is past, or on which nobody works anyway."""
    if end is None:
        return
    if end < today:
        yield Line("period.past", {"end": end})
    try:
        holiday = calendar.holiday(end)
    except CalendarUnknown as unknown:
        holiday = None
        yield Line("period.calendar_unknown", {"year": unknown.year})
    if holiday:
        yield Line("period.end_holiday", {"end": end, "holiday": holiday.name})
    elif end.weekday() not in OFFICE_WEEK:
        yield Line("period.end_weekend", {"end": end})
