from datetime import UTC, datetime, timedelta, timezone

import pytest

from infra.local.clock import SimulatedClock

WIB = timezone(timedelta(hours=7))


def test_the_clock_stands_still_until_it_is_moved():
    now = SimulatedClock(datetime(2020, 3, 23, 7, 30, tzinfo=WIB))

    now.move_to(datetime(2020, 3, 23, 11, 30, tzinfo=WIB))

    assert now() == now() == datetime(2020, 3, 23, 11, 30, tzinfo=WIB)


def test_the_clock_refuses_to_go_back_even_by_way_of_another_zone():
    now = SimulatedClock(datetime(2020, 3, 23, 7, 30, tzinfo=WIB))

    with pytest.raises(ValueError):
        now.move_to(datetime(2020, 3, 23, 0, 29, tzinfo=UTC))

    assert now() == datetime(2020, 3, 23, 7, 30, tzinfo=WIB)


def test_the_clock_may_be_told_the_instant_it_already_shows():
    now = SimulatedClock(datetime(2020, 3, 23, 7, 30, tzinfo=WIB))

    now.move_to(datetime(2020, 3, 23, 0, 30, tzinfo=UTC))

    assert now() == datetime(2020, 3, 23, 7, 30, tzinfo=WIB)


def test_the_clock_refuses_an_instant_without_a_zone():
    with pytest.raises(ValueError):
        SimulatedClock(datetime(2020, 3, 23, 7, 30))
