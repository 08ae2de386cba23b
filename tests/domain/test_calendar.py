"""The calendar: what had been decreed by a day, and which instant a local time is."""

from datetime import UTC, date, datetime, time
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from chalicelib import presets
from chalicelib.domain.calendar import ZONES, Calendar, Decree, Holiday, HolidayKind, days_between, instant
from chalicelib.domain.errors import CalendarUnknown
from tests.office import LETTER_DAY, NYEPI, calendar

LEAVE = date(2020, 5, 22)
ADDED = Decree("1", date(2019, 8, 28), (2020,), (Holiday(LEAVE, "Cuti Bersama", HolidayKind.JOINT_LEAVE, "1"),))
REMOVED = Decree("2", date(2020, 5, 20), (2020,), (), removed=(LEAVE,))
RENAMED = Decree("3", date(2020, 5, 21), (2020,), (Holiday(LEAVE, "Libur Daerah", HolidayKind.REGIONAL, "3"),))


def test_nyepi_is_a_national_holiday_in_the_letters_first_week() -> None:
    holiday = calendar().holiday(NYEPI)

    assert holiday is not None
    assert (holiday.day, holiday.kind) == (date(2020, 3, 25), HolidayKind.NATIONAL)
    assert "Nyepi" in holiday.name
    assert holiday.decree == "SKB 728/213/01 Tahun 2019"


@pytest.mark.parametrize("day", [date(2020, 3, 23), date(2020, 3, 24), date(2020, 3, 28), date(2020, 3, 31)])
def test_a_plain_day_is_no_holiday_even_when_it_is_a_saturday(day: date) -> None:
    assert calendar().holiday(day) is None


@pytest.mark.parametrize(
    ("day", "known_on", "is_holiday"),
    [
        (date(2020, 5, 22), date(2020, 3, 22), True),
        (date(2020, 5, 22), date(2020, 5, 19), True),
        (date(2020, 5, 22), date(2020, 5, 20), False),
        (date(2020, 5, 22), date(2020, 6, 1), False),
        (date(2020, 5, 28), date(2020, 3, 8), False),
        (date(2020, 5, 28), date(2020, 3, 9), True),
        (date(2020, 5, 28), date(2020, 4, 9), False),
        (date(2020, 12, 28), date(2020, 3, 22), False),
        (date(2020, 12, 28), date(2020, 4, 9), True),
    ],
)
def test_a_holiday_is_what_had_been_decreed_by_the_day_one_asks(day: date, known_on: date, is_holiday: bool) -> None:
    assert (calendar(known_on).holiday(day) is not None) is is_holiday


def test_a_decree_is_known_on_the_day_it_is_signed() -> None:
    assert Calendar((ADDED,)).known_on(date(2019, 8, 28)).decrees == (ADDED,)
    assert Calendar((ADDED,)).known_on(date(2019, 8, 27)).decrees == ()


@pytest.mark.parametrize(
    ("decrees", "name"),
    [
        ((ADDED,), "Cuti Bersama"),
        ((ADDED, REMOVED), None),
        ((ADDED, REMOVED, RENAMED), "Libur Daerah"),
        ((ADDED, RENAMED), "Libur Daerah"),
    ],
)
def test_the_latest_decree_to_name_a_day_decides_in_whatever_order_they_are_kept(
    decrees: tuple[Decree, ...], name: str | None
) -> None:
    for kept in permutations(decrees):
        holiday = Calendar(kept).holiday(LEAVE)

        assert (holiday.name if holiday else None) == name


def test_a_decree_that_names_other_days_leaves_a_day_as_it_was() -> None:
    later = Decree("4", date(2020, 5, 23), (2020,), (Holiday(NYEPI, "Nyepi", HolidayKind.NATIONAL, "4"),))

    assert Calendar((ADDED, later)).holiday(LEAVE) == ADDED.days[0]


@pytest.mark.parametrize(
    ("day", "known_on"),
    [
        (date(2020, 3, 23), date(2019, 8, 27)),
        (date(2021, 1, 1), LETTER_DAY),
        (date(2018, 12, 31), LETTER_DAY),
    ],
)
def test_a_year_no_decree_names_is_refused_rather_than_taken_for_working_days(day: date, known_on: date) -> None:
    with pytest.raises(CalendarUnknown) as refused:
        calendar(known_on).holiday(day)

    assert refused.value.year == day.year


days = some.dates(date(2019, 1, 1), date(2026, 12, 31))


@given(days, days)
@settings(deadline=None)
def test_knowing_twice_is_knowing_on_the_earlier_day(one: date, other: date) -> None:
    everything = presets.calendar()

    assert everything.known_on(one).known_on(other) == everything.known_on(min(one, other))


@given(days)
@settings(deadline=None)
def test_a_decree_of_tomorrow_changes_nothing_that_is_known_today(today: date) -> None:
    everything = presets.calendar()
    signed = [decree for decree in everything.decrees if decree.signed <= today]

    assert everything.known_on(today) == Calendar(tuple(signed))


@pytest.mark.parametrize(
    ("zone", "utc"),
    [
        ("WIB", datetime(2020, 3, 23, 0, 30, tzinfo=UTC)),
        ("WITA", datetime(2020, 3, 22, 23, 30, tzinfo=UTC)),
        ("WIT", datetime(2020, 3, 22, 22, 30, tzinfo=UTC)),
    ],
)
def test_half_past_seven_on_monday_is_still_sunday_in_utc_east_of_wib(zone: str, utc: datetime) -> None:
    assert instant(date(2020, 3, 23), time(7, 30), ZONES[zone]) == utc


@given(days, some.times(), some.sampled_from(sorted(ZONES)))
def test_the_instant_of_a_local_time_reads_as_that_time_on_that_day(day: date, clock: time, zone: str) -> None:
    at = instant(day, clock, ZONES[zone])

    assert (at.astimezone(ZONES[zone]).date(), at.astimezone(ZONES[zone]).time()) == (day, clock)
    assert at.astimezone(ZONES[zone]).tzname() == zone


def test_the_days_between_two_dates_include_both() -> None:
    days = list(days_between(date(2020, 3, 30), date(2020, 4, 1)))

    assert days == [date(2020, 3, 30), date(2020, 3, 31), date(2020, 4, 1)]
    assert list(days_between(date(2020, 3, 30), date(2020, 3, 30))) == [date(2020, 3, 30)]
    assert list(days_between(date(2020, 3, 31), date(2020, 3, 30))) == []
