"""Two admins at once: nothing that one of them saved is lost, and what one may not do alone takes the other's yes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from chalicelib.chat.reply import Button
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.day import Office
from chalicelib.domain.message import Platform
from chalicelib.phrases import phrase
from chalicelib.store.chat import LEASE, ChatStore, Linked
from tests.chat.conftest import Bureau
from tests.chat.sides import Seen
from tests.store import dynamo

SECOND, SAVED = phrase("chat.confirm.second"), "Tersimpan sebagai perubahan"
STALE, USED, FORBIDDEN = (
    phrase("chat.stale"),
    phrase("refusal.button_used.title"),
    phrase("refusal.not_for_you.title"),
)
HEADINGS, DINKES = "Nama;Unit kerja;Status;No HP", "Ani Lestari;dinkes;PNS;0812-0000-0001"

pytestmark = pytest.mark.slow

sides = pytest.mark.parametrize("platform", Platform)
PAIRS = [
    ("cuti ani 24-27 maret 2020", "cuti budi santoso 24 maret 2020"),
    ("tenggang 10 menit", "radius 300 m"),
    ("libur 9 april 2020: hari jadi", "tambah pegawai Fajar Nugraha, dinkes, hp 0812-0000-0061"),
    ("nonaktifkan eko", "ubah ani lestari hp 0812-0000-0062"),
]


def presses(bureau: Bureau, *pressed: tuple[str, Button]) -> list[str]:
    """Let admins press before any worker looks; returns what the queue would bring."""
    side: Any = bureau.side
    made = side.stand_in.requests if side.platform is Platform.SLACK else side.stand_in.updates
    for who, button in pressed:
        assert side.send(made.press(bureau.users[who], button)).status_code == 200
    return list(ChatStore().waiting(at=bureau.hadir.at + LEASE))


@contextmanager
def meeting() -> Iterator[None]:
    """Two workers that write the head of the office wait for each other first; the second write of one finds nobody."""
    barrier = Barrier(2)

    def meet(**_: object) -> None:
        try:
            barrier.wait(timeout=3)
        except BrokenBarrierError:
            return

    with dynamo.heard("before-call.dynamodb.TransactWriteItems", meet):
        yield


def work_at_once(bureau: Bureau, keys: list[str]) -> None:
    """Two workers answer at once, and have both read the office before either of them writes it."""
    worker = import_module("chalicelib.wiring").bot_worker()
    with meeting(), dynamo.one_at_a_time("TransactWriteItems"), ThreadPoolExecutor(2) as pool:
        done = [pool.submit(worker.work, key, at=bureau.hadir.at) for key in keys]
    assert [one.result() for one in done] == [None, None]


def seen(bureau: Bureau, who: str) -> list[Seen]:
    return bureau.side.seen(bureau.users[who])


def file(*people: str) -> bytes:
    return "\n".join((HEADINGS, *people)).encode()


def upload(bureau: Bureau, who: str, content: bytes) -> Seen:
    return bureau.side.upload(bureau.users[who], "pegawai.csv", content)


def names(office: Office) -> set[str]:
    return {person.name for person in office.people}


# Different changes of one revision


@sides
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_of_two_changes_of_one_revision_the_later_is_shown_anew_and_nothing_is_lost(
    bureau: Bureau, one: str, other: str
) -> None:
    before = bureau.revision()
    first, second = bureau.say("rina", one), bureau.say("wati", other)

    assert SAVED in bureau.press("rina", first.confirm).text
    anew = bureau.press("wati", second.confirm)
    assert STALE in anew.text
    assert SAVED in bureau.press("wati", anew.confirm).text

    assert bureau.revision() == before + 2
    made = {bureau.hadir.world.records.office.head_at(before + number).who for number in (1, 2)}
    assert made == {"rina", "wati"}


@sides
def test_of_two_who_confirm_at_the_very_same_moment_one_is_saved_and_the_other_shown_anew(bureau: Bureau) -> None:
    before = bureau.revision()
    first, second = bureau.say("rina", PAIRS[0][0]), bureau.say("wati", PAIRS[0][1])
    keys = presses(bureau, ("rina", first.confirm), ("wati", second.confirm))

    work_at_once(bureau, keys)
    assert bureau.revision() == before + 1
    told = {who: seen(bureau, who)[-1] for who in ("rina", "wati")}
    ((loser, anew),) = [(who, one) for who, one in told.items() if STALE in one.text]
    assert [who for who, one in told.items() if SAVED in one.text] == [who for who in told if who != loser]
    bureau.press(loser, anew.confirm)

    leaves = [one.who.people for one in bureau.office().assignments]
    assert sorted(leaves) == [("ani",), ("budi-s",)]


@sides
def test_the_same_button_pressed_twice_at_once_makes_one_revision(bureau: Bureau) -> None:
    before, preview = bureau.revision(), bureau.say("rina", PAIRS[0][0])
    keys = presses(bureau, ("rina", preview.confirm), ("rina", preview.confirm))

    work_at_once(bureau, keys)

    assert bureau.revision() == before + 1
    assert [SAVED in one.text for one in seen(bureau, "rina")[-2:]] == [True, True]


@sides
def test_whoever_presses_anothers_button_is_shown_the_change_and_saves_nothing_yet(bureau: Bureau) -> None:
    before, preview = bureau.revision(), bureau.say("rina", PAIRS[0][0])

    own = bureau.press("wati", preview.confirm)

    assert bureau.revision() == before
    assert SAVED in bureau.press("wati", own.confirm).text


# A change that one may not make alone


@pytest.fixture
def great(bureau: Bureau) -> Seen:
    """What Rina sees of a file that leaves out five of six people; Wati, the other of BKD, reads on this platform."""
    bureau.only_here("wati")
    return upload(bureau, "rina", file(DINKES))


@sides
def test_a_file_that_removes_many_is_saved_by_the_second_of_bkd_alone(bureau: Bureau, great: Seen) -> None:
    before = bureau.revision()

    asked = bureau.press("rina", great.confirm)
    assert asked.text == phrase("chat.second.asked", count=1)
    assert bureau.revision() == before
    request = seen(bureau, "wati")[-1]
    assert "Rina" in request.text
    assert FORBIDDEN in bureau.press("rina", request.button(SECOND)).text
    assert bureau.revision() == before

    assert SAVED in bureau.press("wati", request.button(SECOND)).text
    assert names(bureau.office()) == {"Ani Lestari"}
    assert USED in bureau.press("wati", request.button(SECOND)).text
    assert bureau.revision() == before + 1


@sides
@pytest.mark.parametrize("who", ["oki", "tuti"])
def test_nobody_but_bkd_may_be_the_second(bureau: Bureau, great: Seen, who: str) -> None:
    before = bureau.revision()
    bureau.press("rina", great.confirm)

    seen_by_them = bureau.press(who, seen(bureau, "wati")[-1].button(SECOND))

    assert FORBIDDEN in seen_by_them.text
    assert bureau.revision() == before


@sides
def test_a_second_who_comes_after_another_change_is_shown_it_anew_and_may_still_approve(
    bureau: Bureau, great: Seen
) -> None:
    bureau.press("rina", great.confirm)
    request = seen(bureau, "wati")[-1]
    bureau.somebody_else_changes_the_office()

    anew = bureau.press("wati", request.button(SECOND))
    assert STALE in anew.text
    assert FORBIDDEN in bureau.press("rina", anew.button(SECOND)).text
    bureau.press("wati", anew.button(SECOND))

    assert names(bureau.office()) == {"Ani Lestari"}


@sides
def test_an_operators_file_that_a_second_approves_replaces_the_operators_people_alone(bureau: Bureau) -> None:
    shown = upload(bureau, "oki", file(DINKES))
    bureau.press("oki", shown.confirm)

    bureau.press("wati", seen(bureau, "wati")[-1].button(SECOND))

    assert names(bureau.office()) == {"Ani Lestari", "Dewi Anggraini", "Eko Prasetyo"}


@pytest.mark.parametrize("platform", [Platform.SLACK])
def test_the_second_is_asked_on_every_platform_they_are_linked_on(bureau: Bureau, chats: dict[Platform, Any]) -> None:
    telegram = chats[Platform.TELEGRAM]
    ChatStore().link(Linked(telegram.account("900"), "wati"))
    telegram.stand_in.meet("900")

    great = upload(bureau, "rina", file(DINKES))
    asked = bureau.press("rina", great.confirm)

    assert asked.text == phrase("chat.second.asked", count=2)
    telegram.press("900", telegram.seen("900")[-1].button(SECOND))
    assert names(bureau.office()) == {"Ani Lestari"}


@pytest.mark.parametrize("platform", [Platform.TELEGRAM])
def test_a_second_who_has_blocked_the_bot_is_not_counted_and_keeps_nobody_from_asking(bureau: Bureau) -> None:
    side: Any = bureau.side
    side.stand_in.blocked.add(bureau.users["wati"])
    bureau.only_here("wati")

    great = upload(bureau, "rina", file(DINKES))

    assert bureau.press("rina", great.confirm).text == phrase("chat.second.nobody")
    assert Admin("wati", "Wati", Role.BKD) in bureau.office().admins
