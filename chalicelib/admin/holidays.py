"""Holidays at the desk: a regional government's own days, and days that turn out to be worked.

Each command adds one decree, so that the calendar known on any day can still be told and undo takes back exactly what
was said. Decrees of the ministries come with the presets. The price: a year is known as soon as one day of it is named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import assert_never

from chalicelib.admin.cautions import of_today
from chalicelib.admin.desk import Registry
from chalicelib.domain.access import Admin
from chalicelib.domain.answer import Answer, Table
from chalicelib.domain.calendar import Calendar, Decree, Holiday, HolidayKind, days_between
from chalicelib.domain.change import Change, Line, changed, edit
from chalicelib.domain.day import Office
from chalicelib.domain.errors_letters import NoHoliday
from chalicelib.domain.policy import local_day, policy_on


@dataclass(frozen=True)
class AddHolidays:
    """Let the office not work on some days; `decree` is the number of the letter that says so, or empty."""

    days: tuple[date, ...]
    name: str
    decree: str = ""


@dataclass(frozen=True)
class RemoveHolidays:
    """Let the office work on days that were holidays; `decree` as in adding."""

    days: tuple[date, ...]
    decree: str = ""


@dataclass(frozen=True)
class ShowHolidays:
    """The holidays of a year."""

    year: int


Command = AddHolidays | RemoveHolidays


def decide(command: Command, office: Office, *, at: datetime) -> Change:
    """The change that a command makes: one decree more. Days that are holidays already are not added again.

    A decree on today holds from now on: what has closed stays as it was, and the preview says what is made no more.
    Raises: NoHoliday for a day to be removed that is none, CalendarUnknown in a year nobody has decreed.
    """
    calendar, days = office.circulars.calendar, sorted(set(command.days))
    number = _free_number(command.decree, calendar)
    decree = (Line("holiday.decree", {"decree": number}),) if command.decree else ()
    match command:
        case AddHolidays(name=name):
            new = [day for day in days if not _known(calendar, day)]
            holidays = tuple(Holiday(day, name, HolidayKind.REGIONAL, number) for day in new)
            summary = Line("holiday.added", {"name": name, "count": len(new), "first": days[0]})
            return _decreed(office, number, new, holidays, summary, decree, tuple(_doubtful(office, days)), at=at)
        case RemoveHolidays():
            if working := next((day for day in days if not calendar.holiday(day)), None):
                raise NoHoliday(working)
            summary = Line("holiday.removed", {"count": len(days), "first": days[0]})
            return _decreed(office, number, days, (), summary, decree, (), at=at)
        case _:
            assert_never(command)


def _known(calendar: Calendar, day: date) -> Holiday | None:
    """The holiday on a day, none in a year that nobody has decreed yet."""
    return calendar.holiday(day) if calendar.knows(day.year) else None


def _free_number(wanted: str, calendar: Calendar) -> str:
    """The letter's own number, or the office's next; a number that is taken gets a count behind it."""
    taken = {decree.number for decree in calendar.decrees}
    numbers = (f"{wanted} ({place})" if place > 1 else wanted for place in count(1))
    if not wanted:
        numbers = (f"office-{place}" for place in count(1))
    return next(number for number in numbers if number not in taken)


def _decreed(
    office: Office,
    number: str,
    days: list[date],
    holidays: tuple[Holiday, ...],
    summary: Line,
    details: tuple[Line, ...],
    warnings: tuple[Line, ...],
    *,
    at: datetime,
) -> Change:
    if not days:
        return Change((), summary)
    today = local_day(office.circulars.policies, at)
    removed = () if holidays else tuple(days)
    years = tuple(sorted({day.year for day in days}))
    edits = (edit(None, Decree(number, today, years, holidays, removed, entered_at=at)),)
    before, after = office.circulars, changed(office, edits).circulars
    return Change(edits, summary, details, (*warnings, *_late(days, today), *of_today(before, after, at=at)))


def _late(days: list[date], today: date) -> Iterator[Line]:
    """The days that the decree comes too late for."""
    if past := [day for day in days if day < today]:
        yield Line("holiday.past", {"count": len(past), "first": past[0]})


def _doubtful(office: Office, days: list[date]) -> Iterator[Line]:
    """Days that are free without the decree, and years that it opens."""
    calendar, policies = office.circulars.calendar, office.circulars.policies
    for day in days:
        letter = policy_on(policies, day)
        if holiday := _known(calendar, day):
            yield Line("holiday.already", {"day": day, "name": holiday.name})
        elif letter and not letter.hours_on(day):
            yield Line("holiday.free_weekday", {"day": day})
    for year in sorted({day.year for day in days if not calendar.knows(day.year)}):
        yield Line("holiday.year_opened", {"year": year})


def answer(command: ShowHolidays, registry: Registry, office: Office, admin: Admin, *, at: datetime) -> Answer:
    """The year's holidays as decreed so far. Raises: CalendarUnknown."""
    calendar, year = office.circulars.calendar, command.year
    found = [
        holiday for day in days_between(date(year, 1, 1), date(year, 12, 31)) if (holiday := calendar.holiday(day))
    ]
    rows = tuple((Line("holiday.day", {"day": one.day}), one.name, Line(f"holiday.kind.{one.kind}")) for one in found)
    headings = ("holiday.heading.day", "holiday.heading.name", "holiday.heading.kind")
    return Answer(Line("holiday.title", {"year": year}), _lines(found, office, at), Table(headings, rows))


def _lines(found: list[Holiday], office: Office, at: datetime) -> tuple[Line, ...]:
    today = local_day(office.circulars.policies, at)
    to_come = [holiday for holiday in found if holiday.day >= today]
    next_one = (Line("holiday.next", {"day": one.day, "name": one.name}) for one in to_come[:1])
    return (Line("holiday.count", {"count": len(found), "to_come": len(to_come)}), *next_one)
