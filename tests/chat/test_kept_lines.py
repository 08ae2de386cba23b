"""A line that is kept, behind a button, means what it meant on the day on which it was said."""

from datetime import date

import pytest

from chalicelib.domain.message import Platform
from tests.chat.conftest import Bureau
from tests.office import at

TUESDAY = date(2020, 3, 24)

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("platform", Platform)]


def test_tomorrow_stays_the_day_after_the_question(bureau: Bureau) -> None:
    bureau.turn_to(at("20:00"))
    asked = bureau.say("rina", "cuti budi besok")

    bureau.turn_to(at("06:00", TUESDAY))
    shown = bureau.press("rina", asked.buttons[0])

    assert "Selasa, 24 Maret 2020" in shown.text
    assert "25 Maret 2020" not in shown.text


def test_a_question_that_is_asked_on_the_next_day_keeps_the_day_of_the_first(bureau: Bureau) -> None:
    bureau.turn_to(at("20:00"))
    asked = bureau.say("rina", "cutii budi besok")

    bureau.turn_to(at("06:00", TUESDAY))
    again = bureau.press("rina", asked.buttons[0])
    shown = bureau.press("rina", again.buttons[0])

    assert len(again.buttons) == 2
    assert "Selasa, 24 Maret 2020" in shown.text


def test_yesterdays_button_for_a_slot_shows_yesterdays(bureau: Bureau) -> None:
    today = bureau.say("rina", "hari ini")
    (button,) = (one for one in today.buttons if "07.30" in one.label)
    before = bureau.press("rina", button)

    bureau.turn_to(at("08:00", TUESDAY))
    again = bureau.press("rina", button)

    assert again.text.splitlines()[0] == before.text.splitlines()[0]
    assert again.text.splitlines()[0] != bureau.say("rina", "status 07.30").text.splitlines()[0]
