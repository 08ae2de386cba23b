"""Confirming: an order does what was shown or is shown anew, and an undo asks for as much as a change does."""

from datetime import timedelta

import pytest

from chalicelib.domain.access import Role
from chalicelib.domain.message import Platform
from chalicelib.phrases import phrase
from tests.chat.conftest import Bureau
from tests.chat.sides import Seen
from tests.office import at

UNDO, STALE = phrase("chat.undo"), phrase("chat.stale")

pytestmark = pytest.mark.slow

sides = pytest.mark.parametrize("platform", Platform)
telegram = pytest.mark.parametrize("platform", [Platform.TELEGRAM])


def done(bureau: Bureau, who: str, line: str) -> Seen:
    """Say a line and confirm what it shows, if it shows anything to confirm."""
    seen = bureau.say(who, line)
    return bureau.press(who, seen.confirm) if seen.is_to_confirm else seen


def mails_since(bureau: Bureau, count: int) -> int:
    bureau.hadir.deliver()
    return len(bureau.hadir.world.sent(count))


@telegram
@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("cuti ani 24 maret 2020", "Ya, simpan"),
        ("kirim ulang dinkes 0730", "Ya, kirim"),
        ("kirim sekarang dinkes", "Ya, kirim"),
        ("ekspor dinkes", "Ya, kirim"),
        ("lembar tautan dinkes", "Ya, kirim"),
        ("tautan baru ani", "Ya, terbitkan"),
        ("kode admin oki", "Ya, terbitkan"),
    ],
)
def test_the_button_says_what_it_does(bureau: Bureau, line: str, label: str) -> None:
    assert bureau.say("rina", line).confirm.label == label


# Orders


@sides
def test_an_order_whose_preview_would_read_otherwise_by_now_is_shown_anew_and_then_carried_out(bureau: Bureau) -> None:
    done(bureau, "rina", "cuti budi santoso 23 maret 2020")
    shown = bureau.say("rina", "koreksi dinkes 0730")
    done(bureau, "wati", "cuti budi hartono 23 maret 2020")
    sent = bureau.hadir.world.sent_count()

    anew = bureau.press("rina", shown.confirm)
    assert "Hartono" not in shown.text
    assert STALE in anew.text
    assert "Hartono" in anew.text
    assert mails_since(bureau, sent) == 0

    bureau.press("rina", anew.confirm)
    assert mails_since(bureau, sent) == 1


@sides
def test_an_order_is_carried_out_some_minutes_after_it_was_shown(bureau: Bureau) -> None:
    shown = bureau.say("rina", "kirim sekarang dinkes")
    bureau.hadir.at += timedelta(minutes=7)

    answer = bureau.press("rina", shown.confirm)

    assert "10.00" not in shown.text
    assert STALE not in answer.text
    assert "10.07" in answer.text


@telegram
def test_an_order_of_yesterday_is_shown_anew_though_it_reads_the_same(bureau: Bureau) -> None:
    shown, sent = bureau.say("rina", "kirim sekarang dinkes"), bureau.hadir.world.sent_count()
    bureau.hadir.at = at("09:00") + timedelta(days=1)

    anew = bureau.press("rina", shown.confirm)

    assert STALE in anew.text
    assert anew.is_to_confirm
    assert mails_since(bureau, sent) == 0


@telegram
def test_an_order_of_another_slot_by_now_is_shown_anew(bureau: Bureau) -> None:
    shown = bureau.say("rina", "kirim sekarang dinkes")
    bureau.turn_to(at("12:00"))
    sent = bureau.hadir.world.sent_count()

    anew = bureau.press("rina", shown.confirm)

    assert "15.30" in anew.text
    assert mails_since(bureau, sent) == 0


# Undo


@telegram
def test_the_undo_of_the_first_admins_is_refused(bureau: Bureau) -> None:
    refused = done(bureau, "rina", "urungkan")

    assert phrase("refusal.last_admin.title") in refused.text
    assert any(one.role is Role.BKD for one in bureau.office().admins)


@telegram
def test_the_undo_of_nothing_is_refused_as_unknown(bureau: Bureau) -> None:
    refused = bureau.say("rina", "urungkan 0")

    assert phrase("refusal.revision_unknown.title") in refused.text


@sides
def test_the_undo_shows_whose_change_it_is_and_what_it_was(bureau: Bureau) -> None:
    done(bureau, "wati", "cuti ani 24-27 maret 2020")

    shown = bureau.say("rina", "urungkan")

    assert phrase("change.undone.of", who="Wati", when="23/03/2020 10.00") in shown.text
    assert "cuti" in shown.text.casefold()


@telegram
def test_an_operator_does_not_undo_bkds_change_of_somebody_who_has_left_another_unit(bureau: Bureau) -> None:
    done(bureau, "rina", "cuti dewi anggraini 24-27 maret 2020")
    revision = bureau.revision()
    done(bureau, "rina", "nonaktifkan dewi anggraini")

    refused = done(bureau, "oki", f"urungkan {revision}")

    assert phrase("refusal.out_of_scope.title") in refused.text
    assert len(bureau.office().assignments) == 1


@telegram
def test_the_undo_of_a_cut_off_does_not_lose_an_open_slot(bureau: Bureau) -> None:
    done(bureau, "rina", "tenggang 60 menit slot 1530")
    bureau.turn_to(at("11:30"))
    bureau.hadir.at = at("14:00")
    saved = done(bureau, "rina", "tenggang 0 menit slot 1530")
    bureau.hadir.at = at("14:45")

    refused = bureau.press("rina", saved.button(UNDO))
    sent = bureau.hadir.world.sent_count()
    for clock in ("14:50", "15:30", "15:40"):
        bureau.turn_to(at(clock))

    assert phrase("refusal.cut_off_passed.title") in refused.text
    assert [mail.slot for mail in bureau.hadir.world.sent(sent)].count("1530") == 3
