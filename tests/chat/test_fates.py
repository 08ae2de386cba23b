"""What became of a button: calling off calls off all of it, what was made is told, and the author hears the verdict."""

from dataclasses import replace

import pytest

from chalicelib.domain.access import Role
from chalicelib.domain.change import Edit, Line
from chalicelib.domain.message import Platform
from chalicelib.phrases import phrase
from chalicelib.store.office import OfficeStore
from tests.chat.conftest import ADMINS, Bureau
from tests.chat.sides import Seen
from tests.world import REGION

SECOND, DISMISS, SAVED = phrase("chat.confirm.second"), phrase("chat.dismiss"), "Tersimpan sebagai perubahan"
CALLED_OFF, LATE, USED = (
    phrase("chat.dismissed"),
    phrase("chat.dismissed.late"),
    phrase("refusal.button_used.title"),
)
LEAVE = "cuti ani 24-27 maret 2020"

pytestmark = pytest.mark.slow

sides = pytest.mark.parametrize("platform", Platform)
telegram = pytest.mark.parametrize("platform", [Platform.TELEGRAM])


def seen(bureau: Bureau, who: str) -> list[Seen]:
    return bureau.side.seen(bureau.users[who])


def asked(bureau: Bureau) -> tuple[Seen, Seen]:
    """What Rina was shown of a file that removes everybody, and what Wati was asked for then."""
    for admin in ADMINS:
        bureau.only_here(admin.id)
    shown = bureau.upload("rina", "semua.csv")
    bureau.press("rina", shown.confirm)
    return shown, seen(bureau, "wati")[-1]


@sides
def test_whoever_calls_off_what_is_saved_reads_under_which_number(bureau: Bureau) -> None:
    shown = bureau.say("rina", LEAVE)
    bureau.press("rina", shown.confirm)

    late = bureau.press("rina", shown.button(DISMISS))

    assert late.text.startswith(LATE)
    assert phrase("chat.fate.saved", revision=bureau.revision()) in late.text
    assert CALLED_OFF not in late.text


@telegram
def test_an_order_that_has_begun_is_not_called_off(bureau: Bureau) -> None:
    shown = bureau.say("rina", "kirim sekarang dinkes")
    bureau.press("rina", shown.confirm)

    assert phrase("chat.fate.begun") in bureau.press("rina", shown.button(DISMISS)).text


@telegram
def test_what_was_called_off_says_so_to_whoever_presses_and_to_whoever_calls_it_off_again(bureau: Bureau) -> None:
    shown = bureau.say("rina", LEAVE)

    assert bureau.press("rina", shown.button(DISMISS)).text == CALLED_OFF
    assert bureau.press("rina", shown.button(DISMISS)).text == CALLED_OFF

    used = bureau.press("rina", shown.confirm).text
    assert used.startswith(USED)
    assert phrase("chat.fate.dropped") in used


@telegram
def test_of_a_button_and_the_one_that_was_shown_anew_for_it_one_is_saved(bureau: Bureau) -> None:
    shown = bureau.say("rina", LEAVE)
    bureau.somebody_else_changes_the_office()
    anew = bureau.press("rina", shown.confirm)
    assert SAVED in bureau.press("rina", anew.confirm).text

    again = bureau.press("rina", shown.confirm)

    assert phrase("chat.fate.saved", revision=bureau.revision()) in again.text
    assert LATE in bureau.press("rina", shown.button(DISMISS)).text


# With a second


@sides
def test_what_its_author_calls_off_no_second_can_save(bureau: Bureau) -> None:
    shown, request = asked(bureau)
    before = bureau.revision()

    assert bureau.press("rina", shown.button(DISMISS)).text == CALLED_OFF

    assert phrase("chat.fate.dropped") in bureau.press("wati", request.button(SECOND)).text
    assert bureau.revision() == before


@telegram
def test_what_its_author_calls_off_no_second_can_save_who_was_shown_it_anew(bureau: Bureau) -> None:
    shown, request = asked(bureau)
    bureau.somebody_else_changes_the_office()
    anew, before = bureau.press("wati", request.button(SECOND)), bureau.revision()

    bureau.press("rina", shown.button(DISMISS))

    assert phrase("chat.fate.dropped") in bureau.press("wati", anew.button(SECOND)).text
    assert bureau.revision() == before


@sides
def test_the_author_hears_that_the_second_approved_and_comes_too_late_then(bureau: Bureau) -> None:
    shown, request = asked(bureau)

    bureau.press("wati", request.button(SECOND))

    verdict = phrase("chat.second.given", name="Wati", revision=bureau.revision())
    assert verdict in seen(bureau, "rina")[-1].text
    assert LATE in bureau.press("rina", shown.button(DISMISS)).text


@sides
def test_the_author_hears_that_the_second_refused(bureau: Bureau) -> None:
    _, request = asked(bureau)
    before = bureau.revision()

    assert bureau.press("wati", request.button(DISMISS)).text == CALLED_OFF

    assert phrase("chat.second.refused", name="Wati") in seen(bureau, "rina")[-1].text
    assert phrase("chat.fate.refused") in bureau.press("wati", request.button(SECOND)).text
    assert bureau.revision() == before


@telegram
def test_a_second_reads_that_it_is_the_authors_right_that_is_missing(bureau: Bureau) -> None:
    _, request = asked(bureau)
    rina = ADMINS[0]
    demoted = replace(rina, role=Role.AUDITOR)
    OfficeStore(REGION).commit(
        bureau.revision(), [Edit(rina, demoted)], who="wati", summary=Line("office.opened"), at=bureau.hadir.at
    )

    refused = bureau.press("wati", request.button(SECOND))

    assert phrase("refusal.author_out_of_scope.title") in refused.text
    assert phrase("refusal.author_out_of_scope.advice", name="Rina") in refused.text
