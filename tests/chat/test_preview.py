"""What a preview echoes of days: those that the change sets, and none that stay or only fall into pieces."""

from dataclasses import replace
from datetime import date, time

import pytest

from chalicelib.admin import duty, holidays, policy, workday
from chalicelib.admin.desk import propose
from chalicelib.chat.preview import shown
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.answer import Offer
from chalicelib.domain.change import Change, Line
from chalicelib.domain.day import Office
from chalicelib.domain.policy import Arrangement
from tests.office import assigned, at, office, person
from tests.said import said

RINA = Admin("rina", "Rina", Role.BKD)
TUESDAY, FRIDAY = date(2020, 3, 24), date(2020, 3, 27)
ECHO = "hari kerja"


def told(change: Change, before: Office) -> str:
    return said(shown(propose(before, change, RINA, at=at("10:00")), before, (), Offer(Line("chat.confirm"))))


def test_a_letter_that_gets_another_end_has_its_days_echoed() -> None:
    before = office()

    change = policy.decide(policy.SetPeriod(None, None, date(2020, 4, 9), None), before, at=at("10:00"))

    assert "Kamis, 9 April 2020" in told(change, before)
    assert ECHO in told(change, before)


def test_two_letters_that_get_other_days_are_told_apart_by_their_numbers() -> None:
    before, end = office(), date(2020, 5, 13)
    newer = policy.Supersede("banten-2020", "banten-2020", "WIB", "800/899-BKD/2020", FRIDAY, end, None, {})

    lines = told(policy.decide(newer, before, at=at("10:00")), before).splitlines()

    first, second = lines.index("Edaran 800/734-BKD/2020:"), lines.index("Edaran 800/899-BKD/2020:")
    assert lines[first + 1].startswith("Senin, 23 Maret 2020 s.d. Kamis, 26 Maret 2020")
    assert lines[second + 1].startswith("Jumat, 27 Maret 2020 s.d. Rabu, 13 Mei 2020")


@pytest.mark.parametrize(
    "command",
    [
        holidays.AddHolidays((FRIDAY,), "Hari Jadi", "SK 12/2020"),
        holidays.RemoveHolidays((date(2020, 3, 25),), "SK 12/2020"),
    ],
)
def test_a_holiday_is_shown_with_the_decree_that_was_typed(command: holidays.Command) -> None:
    before, unfounded = office(), replace(command, decree="")

    assert "Dasar: SK 12/2020" in told(holidays.decide(command, before, at=at("10:00")), before)
    assert "Dasar" not in told(holidays.decide(unfounded, before, at=at("10:00")), before)


def test_another_slot_of_a_letter_that_keeps_its_days_echoes_none() -> None:
    before = office()

    change = workday.decide(workday.SetSlots(None, (time(7, 30), time(15, 0))), before, at=at("10:00"))

    assert len(change.edits) == 2
    assert ECHO not in told(change, before)


def test_duties_that_fall_into_pieces_are_told_by_the_day_taken_out_alone() -> None:
    ani, budi = person("Ani"), person("Budi")
    held = assigned(Arrangement.PIKET, "Ani", "Budi", start=TUESDAY, end=FRIDAY)
    before = replace(office(), people=(ani, budi), assignments=(held,))

    change = duty.decide(duty.RemovePiket(("ani",), TUESDAY, TUESDAY), before, at=at("10:00"))

    assert "Selasa, 24 Maret 2020" in told(change, before)
    assert ECHO not in told(change, before)
