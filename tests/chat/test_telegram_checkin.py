"""A location shared with the bot: graded and kept as from the page, at most twice in a window; and who may share."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from moto import mock_aws

from chalicelib.chat.employees import link_employee, unlink_employee
from chalicelib.chat.telegram import TelegramDoor
from chalicelib.domain.answer import Answer, Ask
from chalicelib.domain.change import Line
from chalicelib.domain.day import Board, Card, Circulars
from chalicelib.domain.evidence import Grade, Reason
from chalicelib.domain.message import Account, Incoming, Platform
from chalicelib.domain.people import Person
from chalicelib.domain.report import UnitReport
from chalicelib.store import tables
from chalicelib.store.chat import ChatStore, Linked, Receipt
from chalicelib.store.checkins import (
    CheckInStore,
    link_account,
    person_key,
    publish_board,
    publish_cards,
    withdraw_cards,
)
from chalicelib.store.tables import CardRow, ChatRow, CheckInRow
from infra.local.telegram_updates import Fix, UpdateRequest, Updates
from tests.office import FRIDAY, MONDAY, NYEPI, ZONE, at, banten, calendar, office, person
from tests.store.dynamo import counted
from tests.world import PREFIX, REGION, World

SECRET, USER, PHONE = "s3cret-of-the-test", "7001", "+6281200000001"
HOME, AWAY, COARSE, UNSAID = Fix(-6.12, 106.15), Fix(-6.2, 106.15), Fix(-6.12, 106.15, 900), Fix(-6.12, 106.15, None)


class Phone:
    """One employee's Telegram before the real door and store, at whatever time the test says it is."""

    def __init__(self, user: str = USER, checkins: CheckInStore | None = None) -> None:
        self.user, self.now = user, at("07:10")
        self.updates = Updates(SECRET, lambda: self.now)
        self.door = TelegramDoor(SECRET, self._refuse, checkins or CheckInStore())

    def _refuse(self, key: str, incoming: Incoming, fingerprint: str) -> Receipt:
        raise AssertionError("a location reached the inbox")

    def send(self, request: UpdateRequest) -> str:
        """Post an update and return what is said, without markup."""
        status, body, _ = self.door.handle(request.body, request.headers, at=self.now)
        assert status == 200
        text: str = json.loads(body)["text"] if body else ""
        return text

    def location(self, clock: str, fix: Fix, day: date = MONDAY) -> str:
        self.now = at(clock, day)
        return self.send(self.updates.location(self.user, fix))

    def live(self, clock: str, fix: Fix, day: date = MONDAY) -> tuple[UpdateRequest, str]:
        self.now = at(clock, day)
        start = self.updates.live(self.user, fix)
        return start, self.send(start)

    def move(self, start: UpdateRequest, clock: str, fix: Fix, day: date = MONDAY) -> str:
        self.now = at(clock, day)
        return self.send(self.updates.moved(start, fix))

    def another_process(self) -> None:
        """Let the next update meet a Lambda that remembers nothing."""
        self.door = TelegramDoor(SECRET, self._refuse, CheckInStore())


@pytest.fixture(autouse=True)
def rows(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    """The tables that a check-in and a link touch, with the board up; the whole government where a test asks for it."""
    if "world" in request.fixturenames:
        yield
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        tables.bind(PREFIX, REGION)
        for row in (CardRow, CheckInRow, ChatRow):
            row.create_table(wait=True)
        publish_board(Board(1, "WIB", Circulars((banten(),), calendar())))
        yield


def admit(*people: Person) -> None:
    """Publish the cards that linked accounts open."""
    cards = [Card(one.id, one.name, one.file, "Dinkes", one.home, None) for one in people]
    publish_cards({person_key(one.id, one.phone): card for one, card in zip(people, cards, strict=True)})


@pytest.fixture
def phone() -> Phone:
    """Ani's, linked."""
    admit(person("Ani"))
    link_account(f"telegram#{USER}", "ani", "")
    return Phone()


def kept(day: date = MONDAY) -> list[tuple[str, Grade, Reason | None]]:
    """The check-ins of a day as reports see them: when, how graded, why."""
    found = CheckInStore().filed_under("dinkes", day, until=at("23:59", day))
    return [(one.at.astimezone(ZONE).strftime("%H:%M:%S"), one.evidence.grade, one.evidence.reason) for one in found]


# A location sent once


def test_a_location_is_kept_with_its_coordinates_and_answered_with_the_pages_own_words(phone: Phone) -> None:
    text = phone.location("07:10", HOME)

    (row,) = CheckInRow.scan()
    assert (row.person, row.lat, row.lon, row.accuracy_m) == ("ani", -6.12, 106.15, 20)
    assert text.splitlines()[:3] == [
        "<b>Tercatat pukul 07.10 WIB</b>",
        "Masuk laporan slot 07.30 WIB (ditutup pukul 07.30 WIB).",
        "Posisi: di dalam 200 m dari rumah terdaftar.",
    ]
    assert text.splitlines()[3].startswith("Nomor tanda terima: ")


def test_the_answer_brings_the_location_button_and_no_coordinate(phone: Phone) -> None:
    phone.now = at("07:10")
    request = phone.updates.location(USER, AWAY)

    _, body, _ = phone.door.handle(request.body, request.headers, at=phone.now)

    answer: dict[str, Any] = json.loads(body)
    assert (answer["method"], answer["chat_id"]) == ("sendMessage", int(USER))
    assert answer["reply_markup"]["keyboard"] == [[{"text": "Lapor lokasi sekarang", "request_location": True}]]
    assert "106" not in answer["text"]
    assert "6.2" not in answer["text"]


def test_the_same_update_again_keeps_nothing_twice_and_gets_the_first_receipt(phone: Phone) -> None:
    phone.now = at("07:10")
    request = phone.updates.location(USER, HOME)

    first = phone.send(request)
    phone.now = at("07:11")
    again = phone.send(request)

    assert again == first
    assert kept() == [("07:10:00", Grade.AT_HOME, None)]


def test_a_location_whose_accuracy_nobody_states_is_unclear_for_that_very_reason(phone: Phone) -> None:
    text = phone.location("07:10", UNSAID)

    assert kept() == [("07:10:00", Grade.UNCLEAR, Reason.ACCURACY_UNKNOWN)]
    assert "Posisi belum dapat dipastikan: ketelitian posisi tidak disebutkan." in text


def test_a_location_that_telegram_delivers_late_is_judged_by_its_own_time(phone: Phone) -> None:
    phone.now = at("07:10")
    request = phone.updates.location(USER, HOME)

    phone.now = at("07:20")
    phone.send(request)

    assert kept() == [("07:20:00", Grade.UNCLEAR, Reason.FIX_TOO_OLD)]


def test_whoever_has_not_linked_is_told_how_and_nothing_is_kept() -> None:
    admit(person("Ani"))
    phone = Phone()
    phone.now = at("07:10")
    request = phone.updates.location(USER, HOME)

    _, body, _ = phone.door.handle(request.body, request.headers, at=phone.now)

    assert json.loads(body)["text"].startswith("<b>Akun ini belum terhubung</b>")
    assert json.loads(body)["reply_markup"]["keyboard"][0][0]["request_contact"] is True
    assert list(CheckInRow.scan()) == []


def test_whoever_has_left_the_roster_opens_nothing_any_longer(phone: Phone) -> None:
    withdraw_cards((person_key("ani", None),))

    text = phone.location("07:10", HOME)

    assert text.startswith("<b>Akun ini belum terhubung</b>")
    assert kept() == []


def test_a_location_before_the_first_window_or_after_the_last_is_kept_as_from_the_page(phone: Phone) -> None:
    early, late = phone.location("05:40", HOME), phone.location("15:40", HOME)

    assert "Jendela slot 07.30 WIB baru dibuka pukul 06.00 WIB." in early
    assert "dicatat sebagai menyusul" in late
    assert len(kept()) == 2


# A live location


def test_an_eight_hour_share_fills_all_three_slots_with_no_further_action(phone: Phone) -> None:
    start, first = phone.live("06:10", HOME)
    answers = [
        phone.move(start, (at("06:10") + timedelta(minutes=minutes)).strftime("%H:%M"), HOME)
        for minutes in range(5, 8 * 60, 5)
    ]

    assert first.splitlines()[0] == "<b>Tercatat pukul 06.10 WIB</b>"
    assert [answer.splitlines()[0] for answer in answers if answer] == [
        "<b>Tercatat pukul 07.35 WIB</b>",
        "<b>Tercatat pukul 11.35 WIB</b>",
    ]
    assert kept() == [(f"{clock}:00", Grade.AT_HOME, None) for clock in ("06:10", "07:35", "11:35")]


@pytest.mark.slow
def test_that_day_the_unit_reports_three_times_that_everybody_reported(world: World) -> None:
    world.open([person("Ani")])
    link_account(f"telegram#{USER}", "ani", "")
    phone = Phone(checkins=world.records.checkins)

    start, _ = phone.live("06:10", HOME)
    for clock in ("08:00", "12:00"):
        phone.move(start, clock, HOME)

    for clock in ("07:30", "11:30", "15:30"):
        world.play(at(clock))

    keys = [sent.key for sent in world.sent() if sent.key.unit == "dinkes"]
    reports = [world.records.archive.report(key, UnitReport) for key in keys]
    assert [report and report.totals.reported for report in reports] == [1, 1, 1]


def test_a_share_begun_before_the_first_window_keeps_nothing_yet_and_says_when_it_will(phone: Phone) -> None:
    start, text = phone.live("05:40", HOME)
    moved = phone.move(start, "05:50", HOME)

    assert text.splitlines()[:2] == [
        "<b>Lokasi langsung diterima</b>",
        "Slot berikutnya 07.30 WIB: jendela lapor pukul 06.00 WIB sampai 07.30 WIB.",
    ]
    assert (moved, kept()) == ("", [])


def test_a_share_on_a_free_day_keeps_nothing(phone: Phone) -> None:
    start, text = phone.live("07:10", HOME, NYEPI)
    phone.move(start, "07:20", HOME, NYEPI)

    assert "Tidak ada kewajiban lapor hari ini." in text
    assert kept(NYEPI) == []


def test_a_share_begun_after_the_last_slot_is_a_follow_up_and_its_edits_are_nothing(phone: Phone) -> None:
    start, text = phone.live("15:40", HOME)
    moved = phone.move(start, "15:50", HOME)

    assert "dicatat sebagai menyusul" in text
    assert (moved, kept()) == ("", [("15:40:00", Grade.AT_HOME, None)])


def test_a_poor_first_fix_is_kept_and_one_better_one_after_it(phone: Phone) -> None:
    start, first = phone.live("06:10", COARSE)
    answers = [phone.move(start, clock, fix) for clock, fix in (("06:20", UNSAID), ("06:30", HOME), ("06:40", HOME))]

    assert "akurasi terlalu kasar" in first
    assert [bool(answer) for answer in answers] == [False, True, False]
    assert kept() == [
        ("06:10:00", Grade.UNCLEAR, Reason.ACCURACY_TOO_COARSE),
        ("06:30:00", Grade.AT_HOME, None),
    ]


@pytest.mark.parametrize("fix", [AWAY, Fix(-6.1217, 106.15, 30)], ids=["away", "on the edge"])
def test_a_firm_fix_settles_the_window_wherever_it_is(phone: Phone, fix: Fix) -> None:
    start, _ = phone.live("06:10", fix)

    assert phone.move(start, "06:20", HOME) == ""
    assert len(kept()) == 1


def test_an_unregistered_home_needs_no_second_fix(phone: Phone) -> None:
    admit(person("Ani", home=None))

    start, _ = phone.live("06:10", HOME)
    phone.move(start, "06:20", HOME)

    assert kept() == [("06:10:00", Grade.UNCLEAR, Reason.HOME_NOT_REGISTERED)]


def test_however_many_processes_take_the_edits_at_most_two_rows_stand_for_a_window(phone: Phone) -> None:
    start, _ = phone.live("06:10", COARSE)
    answers = []
    for minute, fix in enumerate([UNSAID, HOME, COARSE, AWAY, HOME, UNSAID] * 2, start=11):
        phone.another_process()
        answers.append(phone.move(start, f"06:{minute}", fix))

    assert [bool(answer) for answer in answers] == [False, True] + [False] * 10
    assert len(kept()) == 2


def test_a_second_share_in_the_same_window_is_answered_and_adds_no_row(phone: Phone) -> None:
    phone.live("06:10", HOME)

    _, text = phone.live("06:40", HOME)

    assert text.splitlines()[0] == "<b>Tercatat pukul 06.10 WIB</b>"
    assert len(kept()) == 1


def test_the_same_edit_again_is_not_answered_again(phone: Phone) -> None:
    start, _ = phone.live("06:10", HOME)
    phone.now = at("08:00")
    edit = phone.updates.moved(start, HOME)

    first = phone.send(edit)
    phone.another_process()
    phone.now = at("08:00:30")

    assert first
    assert phone.send(edit) == ""


def test_an_edit_that_a_settled_window_drops_asks_dynamodb_nothing(phone: Phone) -> None:
    start, _ = phone.live("06:10", HOME)

    with counted() as calls:
        for second in range(10, 50, 10):
            phone.move(start, f"06:10:{second}", HOME)

    assert calls.made == []


def test_a_poor_edit_after_a_poor_fix_writes_nothing(phone: Phone) -> None:
    start, _ = phone.live("06:10", COARSE)

    with counted() as calls:
        phone.move(start, "06:10:30", UNSAID)

    assert calls.made == ["GetItem", "GetItem"]


def test_the_edits_of_somebody_unlinked_are_not_answered() -> None:
    phone = Phone()

    start, text = phone.live("06:10", HOME)

    assert text.startswith("<b>Akun ini belum terhubung</b>")
    assert phone.move(start, "06:11", HOME) == ""
    assert list(CheckInRow.scan()) == []


def test_the_last_edit_without_a_period_is_an_edit_like_any_other(phone: Phone) -> None:
    start, _ = phone.live("06:10", HOME)
    phone.now = at("08:00")

    text = phone.send(phone.updates.moved(start, HOME, is_last=True))

    assert text.splitlines()[0] == "<b>Tercatat pukul 08.00 WIB</b>"
    assert kept() == [("06:10:00", Grade.AT_HOME, None), ("08:00:00", Grade.AT_HOME, None)]


def test_on_a_friday_an_eight_hour_share_from_seven_still_fills_the_last_slot(phone: Phone) -> None:
    start, _ = phone.live("07:00", HOME, FRIDAY)
    for clock in ("07:31", "11:31", "14:59"):
        phone.move(start, clock, HOME, FRIDAY)

    assert [clock for clock, _, _ in kept(FRIDAY)] == ["07:00:00", "07:31:00", "11:31:00"]


def test_nothing_of_a_position_is_ever_logged(phone: Phone, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="chalicelib")

    start, _ = phone.live("06:10", HOME)
    phone.move(start, "08:00", AWAY)
    phone.location("12:00", COARSE)

    assert caplog.text == ""


# Linking


ANI, BUDI = person("Ani", phone=PHONE), person("Budi", phone="+6281200000002")


def _contact(phone: str, user: str = USER) -> Incoming:
    account = Account(Platform.TELEGRAM, "", user)
    return Incoming(account, {"chat": user}, at("06:00"), is_private=True, phone=phone)


def _link(people: tuple[Person, ...], incoming: Incoming) -> Answer:
    admit(*people)
    return link_employee(replace(office(), people=people), ChatStore(), incoming)


@pytest.mark.parametrize("number", ["6281200000001", "+6281200000001", "+62 812-0000-0001"])
def test_the_one_person_with_the_number_is_linked_and_reports_from_then_on(number: str) -> None:
    answer = _link((ANI, BUDI), _contact(number))

    assert (answer.title, answer.asks) == (Line("telegram.linked.title", {"name": "Ani"}), Ask.LOCATION)
    assert "Tercatat pukul" in Phone().location("07:10", HOME)
    assert [row.person for row in CheckInRow.scan()] == ["ani"]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("6281200000009", "phone_unknown"),
        ("14155550100", "phone_unknown"),
        ("halo", "phone_unknown"),
        ("", "phone_unknown"),
        ("6281200000002", "phone_shared"),
    ],
)
def test_a_number_of_nobody_or_of_several_links_nobody_and_does_not_say_whose_it_is(number: str, kind: str) -> None:
    answer = _link((ANI, BUDI, person("Citra", phone=BUDI.phone)), _contact(number))

    assert (answer.title, answer.asks) == (Line(f"telegram.{kind}.title"), Ask.CONTACT)
    assert ChatStore().linked(Account(Platform.TELEGRAM, "", USER)) is None
    assert Phone().location("07:10", HOME).startswith("<b>Akun ini belum terhubung</b>")


def test_linking_twice_changes_nothing() -> None:
    answers = [_link((ANI,), _contact("6281200000001")) for _ in range(2)]

    assert answers[0] == answers[1]
    assert ChatStore().chats_of(["ani"])["ani"].account.user == USER


def test_the_newest_account_wins_and_the_older_one_opens_nothing() -> None:
    _link((ANI,), _contact("6281200000001", user="7001"))

    _link((ANI,), _contact("6281200000001", user="7002"))

    assert Phone("7001").location("07:10", HOME).startswith("<b>Akun ini belum terhubung</b>")
    assert "Tercatat pukul" in Phone("7002").location("07:10", HOME)


def test_an_account_that_shares_another_number_later_speaks_for_that_person_alone() -> None:
    _link((ANI, BUDI), _contact("6281200000001"))

    _link((ANI, BUDI), _contact("6281200000002"))

    assert set(ChatStore().chats_of(["ani", "budi"])) == {"budi"}


def test_an_admin_who_reports_from_the_same_account_stays_an_admin_when_its_card_goes() -> None:
    chats, account = ChatStore(), Account(Platform.TELEGRAM, "", USER)
    chats.link(Linked(account, admin="rina"))
    _link((ANI,), _contact("6281200000001"))

    both = chats.linked(account)
    assert both
    unlink_employee(chats, both)

    assert (both.admin, both.person) == ("rina", "ani")
    assert chats.linked(account) == Linked(account, admin="rina")
    assert CheckInStore().card_of_account(f"telegram#{USER}") is None
