"""How an account comes to speak for somebody; what was wanted before is kept, and strangers learn nothing."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.admin.admins import CODE_LIFE, FIRST_CODE_LIFE, first_admin
from chalicelib.domain.answer import Ask
from chalicelib.domain.change import Noun
from chalicelib.domain.message import Platform
from chalicelib.phrases import phrase
from chalicelib.store.chat import ChatStore
from chalicelib.store.checkins import CheckInStore
from tests.chat.conftest import PEOPLE, Bureau
from tests.chat.sides import Seen, Telegram
from tests.office import ORGANISATION, at

UNLINKED = phrase("chat.unlinked")
UNKNOWN, KEPT = phrase("refusal.code_unknown.title"), phrase("chat.unlinked.kept")
ANIS = PEOPLE[0].phone or ""
MOMENT, TUESDAY = timedelta(seconds=1), date(2020, 3, 24)

pytestmark = pytest.mark.slow

sides = pytest.mark.parametrize("platform", Platform)
on_telegram = pytest.mark.parametrize("platform", [Platform.TELEGRAM])


def code(bureau: Bureau, name: str = "Sari") -> str:
    """A fresh code of an admin of BKD."""
    return first_admin(bureau.hadir.world.registry, ChatStore(), name, at=bureau.hadir.at)


def stranger(bureau: Bureau, name: str = "sari", number: int = 300) -> str:
    """Somebody whom nobody has linked; they are called by a name all the same."""
    bureau.users[name] = bureau.side.user(number)
    return name


# Admins


@sides
@pytest.mark.parametrize("line", ["cuti ani 24 maret 2020", "belum", "perpanjang sampai 13 mei 2020"])
def test_what_somebody_unlinked_types_is_kept_until_they_are_linked(bureau: Bureau, line: str) -> None:
    sari = stranger(bureau)

    asked = bureau.say(sari, line)
    assert UNLINKED in asked.text
    assert KEPT in asked.text
    bureau.say(sari, f"tautkan {code(bureau)}")

    welcome, shown = bureau.side.seen(bureau.users[sari])[-2:]
    assert phrase("chat.linked", name="Sari") in welcome.text
    assert shown.text == bureau.say("rina", line).text


@sides
def test_a_button_that_somebody_unlinked_presses_is_kept_and_shown_to_them_once_they_are_linked(
    bureau: Bureau,
) -> None:
    sari, preview, before = stranger(bureau), bureau.say("rina", "cuti ani 24 maret 2020"), bureau.revision()

    assert UNLINKED in bureau.press(sari, preview.confirm).text
    assert bureau.revision() == before
    shown = bureau.say(sari, f"tautkan {code(bureau)}")
    assert shown.text == preview.text
    bureau.press(sari, shown.confirm)

    (leave,) = bureau.office().assignments
    assert leave.who.people == ("ani",)


@sides
def test_the_latest_wish_is_kept_for_a_day_and_done_once(bureau: Bureau) -> None:
    sari, first = stranger(bureau), code(bureau)
    for line in ("bantuan", "edaran"):
        bureau.say(sari, line)

    assert "800/734-BKD/2020" in bureau.say(sari, f"tautkan {first}").text
    again = bureau.say(sari, f"tautkan {code(bureau)}")
    assert phrase("chat.linked", name="Sari") in again.text

    tardy, second = stranger(bureau, "tardy", 301), code(bureau)
    bureau.say(tardy, "edaran")
    bureau.hadir.at += timedelta(days=1)
    assert phrase("chat.linked", name="Sari") in bureau.say(tardy, f"tautkan {second}").text


@sides
@pytest.mark.parametrize(
    "typed", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("-", ""), str.upper]
)
def test_a_code_is_read_however_it_is_written(bureau: Bureau, typed: Callable[[str], str]) -> None:
    sari = stranger(bureau)

    assert "Sari" in bureau.say(sari, f"  Tautkan  {typed(code(bureau))} ").text


@sides
@pytest.mark.parametrize("line", ["tautkan: {}", "tautkan kode {}", "{}", "Tautkan {}."])
def test_a_code_is_read_among_words_and_what_was_wanted_before_survives_a_greeting(bureau: Bureau, line: str) -> None:
    sari, fresh = stranger(bureau), code(bureau)
    bureau.say(sari, "cuti ani 24 maret 2020")

    assert KEPT in bureau.say(sari, "halo saya admin dinkes").text
    shown = bureau.say(sari, line.format(fresh))

    assert shown.text == bureau.say("rina", "cuti ani 24 maret 2020").text


@sides
def test_what_is_no_command_is_not_said_to_be_kept(bureau: Bureau) -> None:
    assert KEPT not in bureau.say(stranger(bureau), "halo").text


@sides
def test_what_was_wanted_the_day_before_is_meant_as_of_that_day(bureau: Bureau) -> None:
    sari, fresh = stranger(bureau), code(bureau)
    bureau.say(sari, "cuti ani besok")
    bureau.turn_to(at("08:00", TUESDAY))

    assert "24 Maret 2020" in bureau.say(sari, f"tautkan {fresh}").text


@sides
def test_a_code_works_once_until_it_is_replaced_or_too_old(bureau: Bureau) -> None:
    sari, budi = stranger(bureau), stranger(bureau, "budi", 301)
    replaced, used = code(bureau), code(bureau)

    assert UNKNOWN in bureau.say(sari, f"tautkan {replaced}").text
    assert "Sari" in bureau.say(sari, f"tautkan {used}").text
    assert UNKNOWN in bureau.say(budi, f"tautkan {used}").text
    late = code(bureau)
    bureau.hadir.at += FIRST_CODE_LIFE
    assert UNKNOWN in bureau.say(budi, f"tautkan {late}").text


@sides
def test_the_code_of_a_further_admin_is_told_to_whoever_added_them_and_holds_for_a_day(bureau: Bureau) -> None:
    yuni = stranger(bureau, "yuni")
    preview = bureau.say("rina", "tambah admin Yuni operator inspektorat")

    told = codes_in(bureau.press("rina", preview.confirm))
    assert codes_in(preview) == []
    bureau.hadir.at += CODE_LIFE - MOMENT
    assert "Yuni" in bureau.say(yuni, f"tautkan {told[0]}").text

    assert "Dewi Anggraini" in bureau.say(yuni, "cari dewi").text
    assert "Ani Lestari" not in bureau.say(yuni, "cari ani").text


@sides
def test_a_further_admin_of_bkd_reaches_the_whole_office(bureau: Bureau) -> None:
    yuni, preview = stranger(bureau, "yuni"), bureau.say("rina", "tambah admin Yuni bkd")

    told, *_ = codes_in(bureau.press("rina", preview.confirm))

    assert phrase("admin.everything") in preview.text
    assert phrase("chat.linked.bkd") in bureau.say(yuni, f"tautkan {told}").text


def codes_in(seen: Seen) -> list[str]:
    return re.findall(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b", seen.text)


@sides
def test_a_further_admins_code_is_too_old_after_a_day(bureau: Bureau) -> None:
    yuni = stranger(bureau, "yuni")
    preview = bureau.say("rina", "tambah admin Yuni operator inspektorat")
    told = codes_in(bureau.press("rina", preview.confirm))

    bureau.hadir.at += CODE_LIFE

    assert UNKNOWN in bureau.say(yuni, f"tautkan {told[0]}").text


@sides
def test_a_code_that_was_lost_is_replaced_by_one_of_bkd_and_works_no_longer(bureau: Bureau) -> None:
    yuni, added = stranger(bureau, "yuni"), bureau.say("rina", "tambah admin Yuni operator inspektorat")
    lost, *_ = codes_in(bureau.press("rina", added.confirm))
    asked, before = bureau.say("rina", "kode admin yuni"), bureau.revision()

    fresh, *_ = codes_in(bureau.press("rina", asked.confirm))

    assert codes_in(asked) == []
    assert bureau.revision() == before
    assert UNKNOWN in bureau.say(yuni, f"tautkan {lost}").text
    assert "Yuni" in bureau.say(yuni, f"tautkan {fresh}").text


@sides
def test_what_was_wanted_is_asked_about_after_the_welcome_where_it_may_mean_several_things(bureau: Bureau) -> None:
    sari = stranger(bureau)
    bureau.say(sari, "cuti budi 24 maret 2020")

    bureau.say(sari, f"tautkan {code(bureau)}")

    welcome, question = bureau.side.seen(bureau.users[sari])[-2:]
    assert phrase("chat.linked", name="Sari") in welcome.text
    assert len(question.buttons) == 2


@sides
def test_an_admin_may_speak_from_two_accounts(bureau: Bureau) -> None:
    phone, desk = stranger(bureau, "phone"), stranger(bureau, "desk", 301)

    bureau.say(phone, f"tautkan {code(bureau)}")
    bureau.say(desk, f"tautkan {code(bureau)}")

    assert bureau.say(phone, "edaran").text == bureau.say(desk, "edaran").text
    assert len(ChatStore().accounts_of(next(one.id for one in bureau.office().admins if one.name == "Sari"))) == 2


@sides
def test_a_removed_admin_is_a_stranger_at_once_also_to_their_open_buttons(bureau: Bureau) -> None:
    preview = bureau.say("wati", "cuti ani 24 maret 2020")
    removal = bureau.say("rina", "hapus admin Wati")
    bureau.press("rina", removal.confirm)
    before = bureau.revision()

    assert UNLINKED in bureau.press("wati", preview.confirm).text
    assert UNLINKED in bureau.say("wati", "edaran").text
    assert bureau.revision() == before


# Strangers


@sides
def test_a_stranger_is_told_how_to_link_and_nothing_of_the_office(bureau: Bureau) -> None:
    nobody = stranger(bureau)

    for line in ("edaran", "hari ini", "belum", "cari ani", "admin", "riwayat", "bantuan", "x", "tautkan"):
        seen = bureau.say(nobody, line)
        assert UNLINKED in seen.text, line
        assert seen.buttons == ()
        assert_nothing_of_the_office(seen.text)


@sides
def test_a_file_of_a_stranger_is_neither_fetched_nor_kept(bureau: Bureau) -> None:
    side: Any = bureau.side
    calls = len(side.stand_in.calls)

    seen = bureau.upload(stranger(bureau), "pegawai.csv")

    assert UNLINKED in seen.text
    assert phrase("chat.unlinked.upload") in seen.text
    assert KEPT not in seen.text
    assert "getFile" not in [method for method, _ in side.stand_in.calls[calls:]]


def assert_nothing_of_the_office(text: str) -> None:
    names = [one.name for one in PEOPLE] + [unit.name for unit in ORGANISATION.units] + ["800/734", "Rina", "Wati"]
    assert [name for name in names if name in text] == []


# Employees, on Telegram


@pytest.fixture
def telegram(bureau: Bureau) -> Telegram:
    assert isinstance(bureau.side, Telegram)
    return bureau.side


def share(telegram: Telegram, user: str, phone: str, of: str | None = None) -> str:
    telegram.send(telegram.stand_in.updates.contact(user, phone, of))
    telegram.hadir.converse()
    return telegram.seen(user)[-1].text


@on_telegram
@pytest.mark.parametrize("number", [ANIS, ANIS.removeprefix("+")])
def test_an_employee_is_linked_by_their_own_contact_and_told_of_nobody_elses(telegram: Telegram, number: str) -> None:
    text = share(telegram, "400", number)

    assert "Ani L." in text
    assert_nothing_of_the_office(text)
    assert ChatStore().chats_of(["ani"])["ani"].account.user == "400"


@on_telegram
@pytest.mark.parametrize("of", ["401", ""], ids=["another's", "of somebody without Telegram"])
def test_a_contact_that_is_not_the_senders_own_links_nobody(telegram: Telegram, of: str) -> None:
    text = share(telegram, "400", ANIS, of)

    assert phrase("telegram.contact_foreign.title") in text
    assert ChatStore().chats_of(["ani"]) == {}


@on_telegram
def test_a_number_that_is_not_in_the_roster_or_is_shared_links_nobody(telegram: Telegram, bureau: Bureau) -> None:
    assert phrase("telegram.phone_unknown.title") in share(telegram, "400", "+6281200000099")
    twins = [replace(one, phone=ANIS) if one.id == "dewi" else one for one in bureau.office().people]
    bureau.hadir.world.change(Noun.PEOPLE, twins, at=bureau.hadir.at)

    text = share(telegram, "400", ANIS)

    assert phrase("telegram.phone_shared.title") in text
    assert_nothing_of_the_office(text)
    assert ChatStore().chats_of(["ani", "dewi"]) == {}


@on_telegram
def test_an_account_reports_no_longer_for_somebody_who_got_another_number(telegram: Telegram, bureau: Bureau) -> None:
    share(telegram, "400", ANIS)
    assert opens("400") == "ani"

    renumbered = bureau.say("rina", "ubah ani hp 0812-0000-0091")
    bureau.press("rina", renumbered.confirm)

    assert opens("400") is None
    share(telegram, "401", "+6281200000091")
    assert opens("401") == "ani"


@on_telegram
@pytest.mark.parametrize(("owner", "reports_for"), [("dewi", "dewi"), ("", None)], ids=["somebody else's", "nobody's"])
def test_an_account_reports_for_whom_its_number_belongs_to_when_it_is_shared_again(
    telegram: Telegram, bureau: Bureau, owner: str, reports_for: str | None
) -> None:
    share(telegram, "400", ANIS)
    numbers = {"ani": "+6281200000091", owner: ANIS}
    renumbered = [replace(one, phone=numbers.get(one.id, one.phone)) for one in bureau.office().people]
    bureau.hadir.world.change(Noun.PEOPLE, renumbered, at=bureau.hadir.at)

    share(telegram, "400", ANIS)

    assert opens("400") == reports_for
    assert set(ChatStore().chats_of(["ani", "dewi"])) == ({owner} if owner else set())


@on_telegram
def test_an_account_whose_number_is_another_by_now_is_nobodys(telegram: Telegram, bureau: Bureau) -> None:
    share(telegram, "400", ANIS)

    assert phrase("telegram.phone_unknown.title") in share(telegram, "400", "+6281200000099")

    assert opens("400") is None
    assert ChatStore().chats_of(["ani"]) == {}


def opens(user: str) -> str | None:
    """Whom an account reports for."""
    card = CheckInStore().card_of_account(f"telegram#{user}")
    return card.person if card else None


@on_telegram
def test_a_linked_employee_is_shown_how_to_report_whatever_they_type_and_runs_no_command(
    telegram: Telegram, bureau: Bureau
) -> None:
    share(telegram, "400", ANIS)
    before = bureau.revision()

    for line in ("belum", "cuti ani 24 maret 2020", "admin"):
        seen = telegram.say("400", line)
        assert seen.text.startswith(phrase("telegram.employee.title"))
        assert_nothing_of_the_office(seen.text)
        assert telegram.stand_in.shown("400")[-1].asks is Ask.LOCATION
    assert bureau.revision() == before


@on_telegram
def test_an_employee_who_is_an_admin_too_is_both(telegram: Telegram, bureau: Bureau) -> None:
    share(telegram, bureau.users["oki"], ANIS)

    assert "Ani Lestari" in bureau.say("oki", "cari ani").text
    linked = ChatStore().linked(telegram.account(bureau.users["oki"]))
    assert linked
    assert (linked.admin, linked.person) == ("oki", "ani")
