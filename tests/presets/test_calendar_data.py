"""The decrees in calendar-id.toml, judged as data: what was known on which day, and how each year came out.

The product's own loader is tested elsewhere; the replay here is deliberately a second, smaller one, so that a
fault in either shows. The price is ten lines of the same rule in two places.
"""

import tomllib
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import holidays
import pytest

DATA = Path(__file__).parents[2] / "chalicelib" / "presets" / "calendar-id.toml"
YEARS = range(2019, 2028)
KEYS = {"number", "signed", "year", "title", "amends", "days", "removed", "verified"}


@dataclass(frozen=True)
class Holiday:
    date: date
    name: str
    kind: str


@dataclass(frozen=True)
class Decree:
    number: str
    signed: date
    year: int
    amends: str
    days: tuple[Holiday, ...]
    removed: tuple[date, ...]


def read_decrees() -> tuple[Decree, ...]:
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))["decree"]
    return tuple(
        Decree(
            row["number"],
            row["signed"],
            row["year"],
            row["amends"],
            tuple(Holiday(**day) for day in row.get("days", ())),
            tuple(day["date"] for day in row.get("removed", ())),
        )
        for row in rows
    )


DECREES = read_decrees()


def apply(decree: Decree, calendar: Mapping[date, Holiday]) -> dict[date, Holiday]:
    kept = {day: holiday for day, holiday in calendar.items() if day not in decree.removed}
    return kept | {holiday.date: holiday for holiday in decree.days}


def known_on(day: date) -> dict[date, Holiday]:
    calendar: dict[date, Holiday] = {}
    for decree in sorted(DECREES, key=lambda decree: decree.signed):
        if decree.signed <= day:
            calendar = apply(decree, calendar)
    return calendar


def days_of(kind: str, *, year: int) -> Set[date]:
    return {day for day, holiday in known_on(date.max).items() if day.year == year and holiday.kind == kind}


def working_days(start: date, end: date, *, known: date) -> int:
    calendar = known_on(known)
    span = (start + timedelta(n) for n in range((end - start).days + 1))
    return sum(day.weekday() < 5 and day not in calendar for day in span)


# Against `holidays` 0.109 no year differs in any day or kind. Two labels there look like differences and are
# none: 31 December 2020 is a replacement ("pegangti"), as SKB 744/05/06 Tahun 2020 calls that block too
# ("Pengganti Cuti Bersama"); Idul Fitri and Idul Adha of 2027 are estimated, because the SKB leaves both to
# the minister of religion near the day, and a later decree may move them, as in 2022 (SKB 678/2/2).
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(("kind", "category"), [("national", "public"), ("joint_leave", "government")])
def test_every_year_ends_as_the_holidays_library_has_it(kind: str, category: str, year: int) -> None:
    independent = holidays.country_holidays("ID", years=year, categories=(category,), language="id")

    assert days_of(kind, year=year) == set(independent)


@pytest.mark.parametrize("leave", [date(2020, 5, d) for d in (22, 26, 27, 28, 29)])
def test_on_the_day_of_the_banten_letter_the_idul_fitri_leave_of_2020_still_stood(leave: date) -> None:
    assert known_on(date(2020, 3, 22))[leave].kind == "joint_leave"


def test_the_two_days_added_on_9_march_2020_were_not_known_on_the_8th() -> None:
    before = known_on(date(2020, 3, 8))

    assert date(2020, 5, 27) in before
    assert date(2020, 5, 28) not in before
    assert date(2020, 5, 29) not in before


def test_the_idul_fitri_leave_of_2020_moved_to_december_on_9_april() -> None:
    moved = known_on(date(2020, 4, 9))

    assert not {date(2020, 5, d) for d in (26, 27, 28, 29)} & moved.keys()
    assert {date(2020, 12, d) for d in (28, 29, 30, 31)} <= moved.keys()
    assert date(2020, 5, 22) in moved


def test_22_may_2020_was_leave_until_the_decree_of_20_may() -> None:
    assert date(2020, 5, 22) in known_on(date(2020, 5, 19))
    assert date(2020, 5, 22) not in known_on(date(2020, 5, 20))


def test_three_of_the_four_december_days_of_2020_were_cancelled_on_1_december() -> None:
    december = {date(2020, 12, d) for d in (28, 29, 30, 31)}

    assert december <= known_on(date(2020, 11, 30)).keys()
    assert december & known_on(date(2020, 12, 1)).keys() == {date(2020, 12, 31)}


@pytest.mark.parametrize(
    ("day", "known_from"),
    [
        (date(2019, 4, 17), date(2019, 4, 8)),
        (date(2020, 5, 22), date(2019, 8, 28)),
        (date(2021, 1, 1), date(2020, 9, 10)),
        (date(2020, 12, 9), date(2020, 11, 27)),
        (date(2022, 1, 1), date(2021, 9, 22)),
        (date(2023, 1, 1), date(2022, 10, 11)),
        (date(2023, 6, 28), date(2023, 6, 16)),
        (date(2024, 1, 1), date(2023, 9, 12)),
        (date(2024, 2, 14), date(2024, 2, 6)),
        (date(2024, 11, 27), date(2024, 11, 21)),
        (date(2025, 1, 1), date(2024, 10, 14)),
        (date(2025, 8, 18), date(2025, 8, 7)),
        (date(2026, 1, 1), date(2025, 9, 19)),
        (date(2027, 1, 1), date(2026, 9, 15)),
    ],
)
def test_a_day_off_is_unknown_until_its_decree_is_signed(day: date, known_from: date) -> None:
    assert day not in known_on(known_from - timedelta(1))
    assert day in known_on(known_from)


@pytest.mark.parametrize(
    ("was", "became", "moved_on"),
    [
        (date(2021, 8, 10), date(2021, 8, 11), date(2021, 6, 18)),
        (date(2021, 10, 19), date(2021, 10, 20), date(2021, 6, 18)),
        (date(2022, 7, 9), date(2022, 7, 10), date(2022, 7, 7)),
    ],
)
def test_a_moved_holiday_keeps_its_name_but_not_its_date(was: date, became: date, moved_on: date) -> None:
    before, after = known_on(moved_on - timedelta(1)), known_on(moved_on)

    assert after[became].name == before[was].name
    assert was not in after
    assert became not in before


def test_the_leave_of_2021_shrank_from_seven_days_to_two_to_one() -> None:
    def leave(*, known: date) -> int:
        return sum(d.year == 2021 and h.kind == "joint_leave" for d, h in known_on(known).items())

    assert leave(known=date(2021, 2, 21)) == 7
    assert leave(known=date(2021, 2, 22)) == 2
    assert leave(known=date(2021, 6, 18)) == 1


def test_2022_had_no_joint_leave_until_7_april() -> None:
    idul_fitri = {date(2022, 4, 29), date(2022, 5, 4), date(2022, 5, 5), date(2022, 5, 6)}

    assert not idul_fitri & known_on(date(2022, 4, 6)).keys()
    assert idul_fitri <= known_on(date(2022, 4, 7)).keys()


def test_the_idul_fitri_days_of_2023_came_forward_on_29_march() -> None:
    week = {date(2023, 4, d) for d in range(17, 30)}

    assert week & known_on(date(2023, 3, 28)).keys() == {date(2023, 4, d) for d in range(21, 27)}
    assert week & known_on(date(2023, 3, 29)).keys() == {date(2023, 4, d) for d in range(19, 26)}


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2020, 3, 22), "Isra Mikraj Nabi Muhammad SAW"),
        (date(2020, 3, 25), "Hari Suci Nyepi Tahun Baru Saka 1942"),
        (date(2020, 5, 21), "Kenaikan Isa Al Masih"),
        (date(2021, 5, 13), "Kenaikan Isa Al Masih dan Hari Raya Idul Fitri 1442 Hijriah"),
        (date(2023, 9, 28), "Maulid Nabi Muhammad SAW"),
        (date(2024, 5, 9), "Kenaikan Yesus Kristus"),
        (date(2026, 8, 17), "Proklamasi Kemerdekaan"),
    ],
)
def test_a_national_holiday_has_the_name_its_decree_gives_in_indonesian(day: date, name: str) -> None:
    assert known_on(date.max)[day] == Holiday(day, name, "national")


def test_a_name_changed_by_decree_is_the_old_one_until_then() -> None:
    assert known_on(date(2024, 1, 28))[date(2024, 3, 29)].name == "Wafat Isa Al Masih"
    assert known_on(date(2024, 1, 29))[date(2024, 3, 29)].name == "Wafat Yesus Kristus"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2020, 3, 23), date(2020, 3, 31), 6),
        (date(2020, 3, 18), date(2020, 3, 31), 9),
        (date(2023, 8, 28), date(2023, 9, 28), 23),
    ],
)
def test_a_circular_has_the_working_days_known_as_it_began(start: date, end: date, expected: int) -> None:
    assert working_days(start, end, known=start) == expected


@pytest.mark.parametrize("decree", DECREES, ids=lambda decree: decree.number)
def test_a_day_is_joint_leave_exactly_when_its_name_says_so(decree: Decree) -> None:
    for holiday in decree.days:
        expected = "joint_leave" if "Cuti Bersama" in holiday.name else "national"
        assert holiday.kind == expected, holiday


@pytest.mark.parametrize("decree", DECREES, ids=lambda decree: decree.number)
def test_no_date_stands_twice_in_one_decree(decree: Decree) -> None:
    dates = [holiday.date for holiday in decree.days] + list(decree.removed)

    assert len(dates) == len(set(dates))


@pytest.mark.parametrize("decree", DECREES, ids=lambda decree: decree.number)
def test_a_decree_is_signed_before_every_day_it_touches_and_touches_one_year(decree: Decree) -> None:
    dates = [holiday.date for holiday in decree.days] + list(decree.removed)

    assert dates
    assert min(dates) > decree.signed
    assert {day.year for day in dates} == {decree.year}


@pytest.mark.parametrize("decree", DECREES, ids=lambda decree: decree.number)
def test_a_removal_removes_a_day_that_was_there(decree: Decree) -> None:
    assert set(decree.removed) <= known_on(decree.signed - timedelta(1)).keys()


@pytest.mark.parametrize("decree", DECREES, ids=lambda decree: decree.number)
def test_only_the_decree_on_names_adds_a_day_that_was_already_there(decree: Decree) -> None:
    before = known_on(decree.signed - timedelta(1))
    repeated = [holiday for holiday in decree.days if holiday.date in before]

    assert not repeated or decree.number == "Keppres 8 Tahun 2024"
    assert all(holiday.kind == before[holiday.date].kind for holiday in repeated)


@pytest.mark.parametrize("decree", [d for d in DECREES if d.amends], ids=lambda decree: decree.number)
def test_an_amendment_names_the_first_decree_of_its_own_year(decree: Decree) -> None:
    original = next(other for other in DECREES if other.number == decree.amends)

    assert original.year == decree.year
    assert original.signed < decree.signed
    assert not original.amends


def test_numbers_are_unique_and_decrees_stand_in_order_of_signing() -> None:
    assert len({decree.number for decree in DECREES}) == len(DECREES)
    assert all(earlier.signed < later.signed for earlier, later in pairwise(DECREES))


def test_a_decree_has_no_key_the_format_does_not_know() -> None:
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))["decree"]

    assert {key for row in rows for key in row} <= KEYS
