"""Decisions of office heads, and whether those on piket are as many as the letter wants."""

from dataclasses import replace
from datetime import date
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain.duty import Assignment, Strength, fresh_ids, place_of, strengths, stretch
from chalicelib.domain.people import PositionGroup
from chalicelib.domain.periods import Between, Period, UntilLifted
from chalicelib.domain.policy import Arrangement, Minimum, Selector
from tests.office import DINKES, HOSPITAL, assigned, banten, person

MINIMUMS = banten().piket_minimums
ANI = person("Ani")


@pytest.mark.parametrize(
    ("day", "binds"),
    [
        (date(2020, 3, 25), False),
        (date(2020, 3, 26), True),
        (date(2020, 3, 27), True),
        (date(2020, 3, 28), False),
    ],
)
def test_a_decision_holds_from_its_first_to_its_last_day(day: date, binds: bool) -> None:
    leave = assigned(Arrangement.LEAVE, "Ani", start=date(2020, 3, 26), end=date(2020, 3, 27))

    assert leave.binds(ANI, DINKES, day) is binds


def test_a_decision_on_somebody_binds_nobody_else() -> None:
    leave = assigned(Arrangement.LEAVE, "Ani")

    assert not leave.binds(person("Budi"), DINKES, date(2020, 3, 23))


def test_a_decision_may_mean_a_whole_unit_until_it_is_lifted() -> None:
    frontline = Assignment(
        "1", Selector(units=("rsud",)), Arrangement.OFFICE, UntilLifted(date(2020, 3, 23), "pandemi berakhir")
    )

    assert frontline.binds(person("Citra", "rsud"), HOSPITAL, date(2020, 12, 31))
    assert not frontline.binds(ANI, DINKES, date(2020, 12, 31))


@pytest.mark.parametrize(
    ("administrators", "pengawas", "short"),
    [
        (0, 0, [True, True]),
        (1, 2, [False, True]),
        (0, 3, [True, False]),
        (1, 3, [False, False]),
        (2, 4, [False, False]),
    ],
)
def test_a_unit_is_short_below_one_administrator_or_three_pengawas(
    administrators: int, pengawas: int, short: list[bool]
) -> None:
    on_piket = [person(f"A{number}", group=PositionGroup.ADMINISTRATOR) for number in range(administrators)]
    on_piket += [person(f"P{number}", group=PositionGroup.PENGAWAS) for number in range(pengawas)]

    assert [strength.is_short for strength in strengths(MINIMUMS, on_piket)] == short


def test_somebody_of_another_group_on_piket_does_not_stand_in_for_the_group_that_is_short() -> None:
    on_piket = [person(f"S{number}", group=PositionGroup.PELAKSANA) for number in range(9)]

    assert strengths(MINIMUMS, on_piket) == (
        Strength(PositionGroup.ADMINISTRATOR, 0, 1),
        Strength(PositionGroup.PENGAWAS, 0, 3),
    )


def test_a_letter_without_minimums_leaves_nothing_to_be_short_of() -> None:
    assert strengths((), [ANI]) == ()


@given(some.lists(some.sampled_from(PositionGroup), max_size=12), some.integers(0, 5))
def test_strength_counts_those_of_the_group_and_is_short_exactly_below_the_minimum(
    groups: list[PositionGroup], minimum: int
) -> None:
    on_piket = [person(f"P{number}", group=group) for number, group in enumerate(groups)]

    [strength] = strengths([Minimum(PositionGroup.PENGAWAS, minimum)], on_piket)

    assert strength.present == sum(group is PositionGroup.PENGAWAS for group in groups)
    assert strength.is_short == (strength.present < minimum)


MARCH = [date(2020, 3, number) for number in range(1, 32)]
days = some.sampled_from(MARCH)
periods = some.one_of(
    some.tuples(days, days).map(lambda pair: Between(min(pair), max(pair))),
    days.map(lambda day: UntilLifted(day, "PSBB dicabut")),
)


@given(periods, days, some.none() | days)
def test_a_stretch_of_a_period_covers_its_days_from_the_first_to_the_last_asked(
    period: Period, first: date, last: date | None
) -> None:
    found = stretch(period, first, last)

    wanted = [day for day in MARCH if period.covers(day) and day >= first and (last is None or day <= last)]
    assert [day for day in MARCH if found and found.covers(day)] == wanted


@given(periods, days, some.none() | days, some.sampled_from([(), ("budi",), ("ani", "budi")]))
def test_a_parted_decision_means_others_on_the_days_between_and_the_same_people_on_all_others(
    period: Period, first: date, last: date | None, people: tuple[str, ...]
) -> None:
    last = max(first, last) if last else None
    rota = Assignment("piket-1", Selector(people=("ani",)), Arrangement.PIKET, period)

    parts = rota.parted(first, last, people)

    between = {day for day in MARCH if period.covers(day) and first <= day and (last is None or day <= last)}
    for name in ("ani", "budi"):
        bound = {day for day in MARCH if any(one.binds(person(name), DINKES, day) for one in parts)}
        outside = {day for day in MARCH if period.covers(day) and name == "ani"} - between
        assert bound == outside | (between if name in people else set())


def test_fresh_ids_go_on_after_the_highest_number_of_their_kind() -> None:
    taken = [
        replace(assigned(Arrangement.PIKET, "Ani"), id=name) for name in ("piket-2", "piket-11", "cuti-40", "piket-x")
    ]

    assert list(islice(fresh_ids("piket", taken), 2)) == ["piket-12", "piket-13"]
    assert next(fresh_ids("kecuali", taken)) == "kecuali-1"


@given(some.permutations(list(Arrangement)))
def test_decisions_put_where_they_belong_count_by_weight_in_whatever_order_they_come(order: list[Arrangement]) -> None:
    decisions: list[Assignment] = []

    for kind in order:
        decisions.insert(place_of(kind, decisions), assigned(kind, "Ani"))

    found = [one.arrangement for one in decisions]
    assert set(found[-2:]) == {Arrangement.LEAVE, Arrangement.TRAVEL}
    assert found[-3] is Arrangement.PIKET
    assert [one for one in found if one in found[:-3]] == [one for one in order if one in found[:-3]]
