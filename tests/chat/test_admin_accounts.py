"""Accounts of admins: who links one in another's name is seen, waits before they count as a second, and can be cut."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.chat.accounts import PROBATION
from chalicelib.domain.change import Edit, Line
from chalicelib.domain.message import Platform
from chalicelib.phrases import phrase
from chalicelib.store.chat import ChatStore
from chalicelib.store.office import OfficeStore
from tests.chat.conftest import ADMINS, PEOPLE, Bureau
from tests.chat.sides import Seen, Telegram
from tests.office import DINKES
from tests.world import REGION

SECOND, SAVED = phrase("chat.confirm.second"), "Tersimpan sebagai perubahan"
UNLINKED, TOO_NEW = phrase("chat.unlinked"), phrase("refusal.account_too_new.title")
LINKED = phrase("access.linked", name="Wati", platform="Telegram")

pytestmark = pytest.mark.slow

telegram = pytest.mark.parametrize("platform", [Platform.TELEGRAM])


def done(bureau: Bureau, who: str, line: str) -> Seen:
    return bureau.press(who, bureau.say(who, line).confirm)


def code_of(bureau: Bureau, name: str) -> str:
    """A code that Rina has issued."""
    (code,) = re.findall(r"tautkan ([A-Z2-9]{4}-[A-Z2-9]{4})", done(bureau, "rina", f"kode admin {name}").text)
    return str(code)


def told(bureau: Bureau, who: str) -> str:
    return "\n".join(one.text for one in bureau.side.seen(bureau.users[who]))


@pytest.fixture
def twin(bureau: Bureau) -> str:
    """A second account of Rina's own, which speaks for Wati by a code that Rina issued."""
    for admin in ADMINS:
        bureau.only_here(admin.id)
    bureau.users["twin"] = bureau.side.user(300)
    assert isinstance(bureau.side, Telegram)
    bureau.side.stand_in.meet(bureau.users["twin"])
    bureau.say("twin", f"tautkan {code_of(bureau, 'wati')}")
    return "twin"


def request(bureau: Bureau, who: str) -> Seen:
    """What somebody else of BKD was last asked to approve."""
    shown = bureau.upload("rina", "semua.csv")
    bureau.press("rina", shown.confirm)
    return next(one for one in reversed(bureau.side.seen(bureau.users[who])) if SECOND in one.labels)


@telegram
def test_the_admin_hears_of_a_code_in_their_name_and_of_the_account_that_used_it(bureau: Bureau, twin: str) -> None:
    heard = told(bureau, "wati")

    assert phrase("access.code", name="Wati", by="Rina", platform="") in heard
    assert heard.count(LINKED) == 1
    assert phrase("access.advice", name="Wati") in heard


@telegram
def test_everybody_else_of_bkd_hears_of_it_and_no_operator(bureau: Bureau, twin: str) -> None:
    assert told(bureau, "rina").count(LINKED) == 1
    assert LINKED not in told(bureau, "oki") + told(bureau, "tuti") + told(bureau, "twin")


@telegram
def test_the_audit_shows_both(bureau: Bureau, twin: str) -> None:
    audit = bureau.say("wati", "riwayat").text

    assert phrase("access.code", name="Wati", by="Rina", platform="") in audit
    assert LINKED in audit
    assert LINKED not in bureau.say("oki", "riwayat").text


@telegram
def test_a_repeat_of_the_code_by_the_same_account_is_told_once(bureau: Bureau, twin: str) -> None:
    code = code_of(bureau, "wati")

    bureau.say(twin, f"tautkan {code}")
    bureau.say(twin, f"tautkan {code}")

    assert told(bureau, "wati").count(LINKED) == 1


@telegram
def test_an_account_is_nobodys_second_before_it_is_a_day_old(bureau: Bureau, twin: str) -> None:
    before, asked = bureau.revision(), request(bureau, "wati")

    assert TOO_NEW in bureau.press(twin, asked.button(SECOND)).text
    assert bureau.revision() == before

    assert SAVED in bureau.press("wati", asked.button(SECOND)).text


@telegram
def test_an_account_that_is_a_day_old_may_second(bureau: Bureau, twin: str) -> None:
    bureau.hadir.at += PROBATION - timedelta(minutes=1)
    early = request(bureau, "wati")
    assert TOO_NEW in bureau.press(twin, early.button(SECOND)).text

    bureau.hadir.at += timedelta(minutes=1)

    assert SAVED in bureau.press(twin, early.button(SECOND)).text


@telegram
def test_an_account_that_may_not_second_is_not_asked(bureau: Bureau, twin: str) -> None:
    request(bureau, "wati")

    assert SECOND not in [label for one in bureau.side.seen(bureau.users[twin]) for label in one.labels]


# Cutting off


@telegram
def test_a_lost_account_is_cut_off_and_its_code_does_not_bring_it_back(bureau: Bureau, twin: str) -> None:
    code = code_of(bureau, "wati")
    bureau.say(twin, f"tautkan {code}")

    done(bureau, "rina", "putuskan akun wati")

    assert ChatStore().accounts_of("wati") == ()
    assert UNLINKED in bureau.say(twin, "edaran").text
    assert phrase("refusal.code_unknown.title") in bureau.say(twin, f"tautkan {code}").text
    assert phrase("access.cut", name="Wati", by="Rina", platform="") in bureau.say("rina", "riwayat").text


@telegram
def test_an_admin_who_is_cut_off_comes_back_by_a_new_code_and_reports_meanwhile(bureau: Bureau) -> None:
    assert isinstance(bureau.side, Telegram)
    bureau.side.send(bureau.side.stand_in.updates.contact(bureau.users["oki"], PEOPLE[0].phone or "", None))
    bureau.hadir.converse()

    done(bureau, "rina", "putuskan akun oki")

    linked = ChatStore().linked(bureau.side.account(bureau.users["oki"]))
    assert linked
    assert (linked.admin, linked.person) == (None, "ani")
    assert "Oki" in bureau.say("oki", f"tautkan {code_of(bureau, 'oki')}").text


@telegram
def test_whose_link_is_taken_away_cannot_report_by_telegram_either_and_reads_it(bureau: Bureau) -> None:
    assert isinstance(bureau.side, Telegram)
    bureau.side.send(bureau.side.stand_in.updates.contact("400", PEOPLE[0].phone or "", None))
    bureau.hadir.converse()

    shown = bureau.say("rina", "cabut tautan ani")
    assert phrase("links.chats_too") in shown.text
    bureau.press("rina", shown.confirm)

    assert ChatStore().chats_of(["ani"]) == {}
    assert UNLINKED in bureau.side.say("400", "halo").text


@telegram
def test_an_account_whose_card_is_gone_is_not_told_to_report_from_here(bureau: Bureau) -> None:
    assert isinstance(bureau.side, Telegram)
    bureau.side.send(bureau.side.stand_in.updates.contact("400", PEOPLE[0].phone or "", None))
    bureau.hadir.converse()
    done(bureau, "rina", "ubah ani hp 0812-0000-0091")

    seen = bureau.side.say("400", "halo")

    assert phrase("telegram.unlinked_since.title") in seen.text
    assert phrase("telegram.employee.title") not in seen.text


# Where files go


@telegram
@pytest.mark.parametrize("line", ["ekspor dinkes", "lembar tautan dinkes", "tautan baru ani"])
def test_the_address_is_shown_and_another_one_is_shown_anew(bureau: Bureau, line: str) -> None:
    shown = bureau.say("rina", line)
    assert "operator@dinkes.example.id" in shown.text
    moved = Edit(DINKES, replace(DINKES, operator_email="lain@dinkes.example.id"))
    OfficeStore(REGION).commit(
        bureau.revision(), [moved], who="wati", summary=Line("office.opened"), at=bureau.hadir.at
    )

    anew = bureau.press("rina", shown.confirm)

    assert phrase("chat.stale") in anew.text
    assert "lain@dinkes.example.id" in anew.text
