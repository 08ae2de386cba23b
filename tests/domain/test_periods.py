"""Periods: both ends hold, and what holds until it is lifted holds on the day it is lifted."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain.errors import PeriodReversed
from chalicelib.domain.periods import Between, Period, UntilLifted

LETTER = Between(date(2020, 3, 23), date(2020, 3, 31))
PSBB = UntilLifted(date(2020, 5, 16), "dicabutnya penetapan PSBB")

days = some.dates(date(2020, 1, 1), date(2020, 12, 31))


@pytest.mark.parametrize(
    ("day", "covered"),
    [
        (date(2020, 3, 22), False),
        (date(2020, 3, 23), True),
        (date(2020, 3, 27), True),
        (date(2020, 3, 31), True),
        (date(2020, 4, 1), False),
    ],
)
def test_a_period_covers_its_first_and_its_last_day(day: date, covered: bool) -> None:
    assert LETTER.covers(day) is covered


def test_a_period_of_one_day_covers_that_day_alone() -> None:
    nyepi = Between(date(2020, 3, 25), date(2020, 3, 25))

    assert [day for day in range(20, 31) if nyepi.covers(date(2020, 3, day))] == [25]


def test_a_period_that_ends_before_it_starts_is_refused_with_both_dates() -> None:
    with pytest.raises(PeriodReversed) as refused:
        Between(date(2020, 3, 31), date(2020, 3, 30))

    assert refused.value.facts == {"start": date(2020, 3, 31), "end": date(2020, 3, 30)}


@given(days, days)
def test_a_period_covers_exactly_the_days_from_start_to_end(one: date, other: date) -> None:
    period = Between(min(one, other), max(one, other))

    covered = [day for offset in range(-1, 367) if period.covers(day := period.start + timedelta(days=offset))]

    assert (covered[0], covered[-1]) == (period.start, period.end)
    assert len(covered) == (period.end - period.start).days + 1


def test_an_open_ended_period_starts_on_its_day_and_has_no_end() -> None:
    assert not PSBB.covers(date(2020, 5, 15))
    assert PSBB.covers(date(2020, 5, 16))
    assert PSBB.covers(date(2025, 5, 16))


def test_an_open_ended_period_covers_the_day_it_is_lifted_and_not_the_next() -> None:
    lifted = PSBB.cut(date(2020, 6, 4))

    assert lifted.covers(date(2020, 6, 4))
    assert not lifted.covers(date(2020, 6, 5))


def test_lifting_on_the_first_day_leaves_that_day() -> None:
    assert PSBB.cut(date(2020, 5, 16)) == Between(date(2020, 5, 16), date(2020, 5, 16))


def test_lifting_before_the_start_is_refused() -> None:
    with pytest.raises(PeriodReversed):
        PSBB.cut(date(2020, 5, 15))


@given(some.dates(PSBB.start, date(2021, 12, 31)), some.dates(date(2020, 5, 1), date(2022, 1, 31)))
def test_lifting_changes_nothing_up_to_the_last_day_and_ends_everything_after(last: date, day: date) -> None:
    assert PSBB.cut(last).covers(day) == (PSBB.covers(day) and day <= last)


def test_a_period_of_no_kind_answers_nothing() -> None:
    with pytest.raises(TypeError, match="Period is not a kind of period"):
        Period().covers(date(2020, 3, 23))
