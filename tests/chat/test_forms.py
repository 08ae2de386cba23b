"""Slack's forms end to end: a button opens one, what is filled in is previewed as if it had been typed."""

from typing import Any

import pytest

from chalicelib.domain.message import Platform
from chalicelib.phrases import phrase
from tests.chat.conftest import Bureau

slack = pytest.mark.parametrize("platform", [Platform.SLACK])
telegram = pytest.mark.parametrize("platform", [Platform.TELEGRAM])
OFFER = phrase("form.period.offer")


def submitted(bureau: Bureau, who: str, label: str, values: dict[str, str]) -> str:
    """Press the button of a form on Slack, fill it in, and see what is said then."""
    side: Any = bureau.side
    user = bureau.users[who]
    side.send(side.stand_in.requests.press(user, side.stand_in.button(user, label)))
    form = side.stand_in.form(user)
    assert form
    side.send(side.stand_in.requests.submit(user, form, values))
    bureau.hadir.converse()
    return str(bureau.side.seen(user)[-1].text)


@slack
def test_a_period_is_set_by_a_form_and_previewed_like_any_other(bureau: Bureau) -> None:
    bureau.say("rina", "edaran")

    text = submitted(bureau, "rina", OFFER, {"start": "2020-03-23", "end": "2020-04-03"})

    assert phrase("chat.preview") in text
    assert "Jumat, 3 April 2020" in text


@slack
def test_a_persons_data_are_changed_by_a_form_and_previewed_like_any_other(bureau: Bureau) -> None:
    bureau.say("rina", "cari ani")

    values = {"person": "Ani Lestari", "field": "hp", "value": "0812-0000-0099"}
    text = submitted(bureau, "rina", phrase("form.person.offer"), values)

    assert phrase("chat.preview") in text
    assert "Ani Lestari" in text
    assert "0099" not in text


@telegram
def test_a_platform_without_forms_offers_none(bureau: Bureau) -> None:
    assert OFFER not in bureau.say("rina", "edaran").labels


@slack
def test_the_home_tab_shows_today_and_what_can_be_done_next(bureau: Bureau) -> None:
    side: Any = bureau.side
    side.send(side.stand_in.requests.open_home(bureau.users["rina"]))
    bureau.hadir.converse()

    home = side.stand_in.home(bureau.users["rina"])

    assert home
    assert "07.30" in home.text
    assert phrase("standing.offer.help") in {button.label for button in home.buttons}


@slack
def test_a_rejected_file_names_its_rows_without_their_cells_and_the_marked_file_goes_by_mail(bureau: Bureau) -> None:
    sent = bureau.hadir.world.sent_count()
    content = b"Nama;Unit kerja;No HP\nGita Puspita;Dinas Antah Berantah;0812-0000-0007\n"

    seen = bureau.side.upload(bureau.users["rina"], "pegawai.csv", content)

    assert phrase("refusal.roster_rejected.title") in seen.text
    assert "0812" not in seen.text
    assert bureau.hadir.world.sent_count() == sent + 1


@pytest.mark.parametrize("platform", Platform)
def test_what_was_called_off_cannot_be_saved_by_the_button_beside_it(bureau: Bureau) -> None:
    shown = bureau.say("rina", "cuti ani 24 maret 2020")

    bureau.press("rina", shown.button(phrase("chat.dismiss")))
    again = bureau.press("rina", shown.button(phrase("chat.confirm")))

    assert phrase("refusal.button_used.title") in again.text


@pytest.mark.parametrize("platform", Platform)
def test_a_homes_position_is_not_taken_in_a_chat(bureau: Bureau) -> None:
    seen = bureau.say("rina", "ubah ani lestari rumah -6.123457, 106.154321")

    assert phrase("piece.home_by_file") in seen.text
    assert "6.123457" not in seen.text
