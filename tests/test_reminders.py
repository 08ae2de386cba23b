"""Reminders: who gets one, when, how fast, and that nobody gets two."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise

import pytest

from chalicelib.chat.reply import Reply
from chalicelib.chat.voice import ChatBlocked, ChatUnreachable
from chalicelib.domain.answer import Ask
from chalicelib.domain.change import Line
from chalicelib.domain.message import Account, Platform, Upload
from chalicelib.domain.policy import Arrangement
from chalicelib.reminders import Batch, due_reminders, remind
from chalicelib.store.chat import ChatStore, Linked
from chalicelib.store.checkins import link_account
from chalicelib.store.doorbell import BotBell
from tests.office import FRIDAY, MONDAY, NYEPI, SATURDAY, assigned, at, banten, person
from tests.world import World

SEVEN_FIFTEEN = at("07:15")


class Rings(BotBell):
    """The bots' queue as it would fill: each key with its delay."""

    def __init__(self) -> None:
        self.keys: list[tuple[str, timedelta]] = []

    def press(self, key: str, delay: timedelta = timedelta()) -> None:
        self.keys.append((key, delay))


@dataclass
class Telegram:
    """What was written to whom; some have blocked the bot, some cannot be reached."""

    written: list[tuple[str, Reply]] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)
    failing: set[str] = field(default_factory=set)

    def write(self, chat: str, reply: Reply) -> None:
        if chat in self.blocked:
            raise ChatBlocked("sendMessage")
        if chat in self.failing:
            raise ChatUnreachable("sendMessage: 502")
        self.written.append((chat, reply))

    @property
    def readers(self) -> list[str]:
        return sorted(chat for chat, _ in self.written)

    def say(self, reply_to: Mapping[str, str], reply: Reply) -> None:
        raise AssertionError("a reminder answers nothing")

    def show_home(self, user: str, reply: Reply) -> None:
        raise AssertionError("a reminder opens nothing")

    def fetch(self, upload: Upload) -> bytes:
        raise AssertionError("a reminder fetches nothing")

    def check(self) -> tuple[Line, ...]:
        raise AssertionError("a reminder checks nothing")


@pytest.fixture
def rings() -> Rings:
    return Rings()


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


def connect(*people: str, platform: Platform = Platform.TELEGRAM, lang: str = "id", admin: str | None = None) -> None:
    """Link people with an account that bears their name."""
    for name in people:
        ChatStore().link(Linked(Account(platform, "", name), admin, person=name, lang=lang))
        link_account(f"telegram#{name}", name, "")


def play(world: World, rings: Rings, telegram: Telegram) -> None:
    """Work off what the bell asked for, at the time it asked."""
    for key, delay in rings.keys:
        remind(world.records, ChatStore(), telegram, key, at=SEVEN_FIFTEEN + delay)


def test_a_batch_is_read_back_from_its_key() -> None:
    batch = Batch(MONDAY, "0730", "dinkes", 3, 12)

    assert str(batch) == "remind#2020-03-23#0730#dinkes#3#12"
    assert Batch.parse(str(batch)) == batch


def test_who_owes_a_report_and_has_not_reported_is_reminded_and_nobody_else(
    world: World, rings: Rings, telegram: Telegram
) -> None:
    people = [person(name) for name in ("Ani", "Budi", "Citra", "Dedi", "Eka")]
    on_piket = assigned(Arrangement.PIKET, "citra")
    world.open([*people, person("Fitri", unit="inspektorat")], assignments=(on_piket,))
    connect("ani", "budi", "citra", "fitri")
    connect("dedi", platform=Platform.SLACK)
    world.checkin("Budi", at("06:30"))

    due_reminders(world.bell, ChatStore(), rings, at=SEVEN_FIFTEEN)
    play(world, rings, telegram)

    assert telegram.readers == ["ani", "fitri"]
    _, reply = telegram.written[0]
    assert reply == Reply(
        "Belum ada laporan Anda untuk slot 07.30 WIB",
        ("Ditutup pukul 07.30 WIB. Ketuk “Lapor lokasi sekarang” di bawah.",),
        asks=Ask.LOCATION,
    )


def test_who_reports_after_the_bell_and_before_their_turn_is_left_in_peace(
    world: World, rings: Rings, telegram: Telegram
) -> None:
    world.open([person("Ani"), person("Budi")])
    connect("ani", "budi")
    due_reminders(world.bell, ChatStore(), rings, at=SEVEN_FIFTEEN)

    world.checkin("Ani", at("07:14:59"))
    play(world, rings, telegram)

    assert telegram.readers == ["budi"]


def test_the_bell_asks_in_the_quarter_hour_before_a_cut_off(world: World, rings: Rings) -> None:
    world.open([person("Ani")])
    connect("ani")

    moments = [("07:14:59", MONDAY), ("07:15", MONDAY), ("07:30", MONDAY), ("11:29:59", MONDAY), ("15:20", FRIDAY)]
    for clock, day in (*moments, ("07:20", NYEPI), ("07:20", SATURDAY)):
        due_reminders(world.bell, ChatStore(), rings, at=at(clock, day))

    asked = [(batch.day, batch.slot) for batch in (Batch.parse(key) for key, _ in rings.keys)]
    assert asked == [(MONDAY, "0730"), (MONDAY, "1130"), (FRIDAY, "1530")]


def test_bells_and_batches_that_come_twice_write_once(world: World, rings: Rings, telegram: Telegram) -> None:
    world.open([person("Ani")])
    connect("ani")

    for minute in (15, 20, 25):
        due_reminders(world.bell, ChatStore(), rings, at=at(f"07:{minute}"))
    assert len(rings.keys) == 1
    play(world, rings, telegram)
    play(world, rings, telegram)

    assert telegram.readers == ["ani"]


def test_a_batch_whose_turn_comes_after_the_cut_off_writes_nothing(
    world: World, rings: Rings, telegram: Telegram
) -> None:
    world.open([person("Ani")])
    connect("ani")
    due_reminders(world.bell, ChatStore(), rings, at=SEVEN_FIFTEEN)

    for key, _ in rings.keys:
        remind(world.records, ChatStore(), telegram, key, at=at("07:30"))

    assert telegram.written == []


@pytest.mark.slow
def test_at_most_twenty_messages_a_second_leave_and_everybody_is_reached(
    world: World, rings: Rings, telegram: Telegram
) -> None:
    names = [f"p{number:02}" for number in range(70)]
    world.open([person(name, unit="dinkes" if number < 45 else "inspektorat") for number, name in enumerate(names)])
    connect(*names)

    due_reminders(world.bell, ChatStore(), rings, at=SEVEN_FIFTEEN)
    sizes = []
    for key, delay in rings.keys:
        before = len(telegram.written)
        remind(world.records, ChatStore(), telegram, key, at=SEVEN_FIFTEEN + delay)
        sizes.append(len(telegram.written) - before)

    assert telegram.readers == names
    assert all(size <= 20 for size in sizes)
    delays = [delay for _, delay in rings.keys]
    assert all(
        later - earlier >= timedelta(seconds=size // 20)
        for (earlier, later), size in zip(pairwise(delays), sizes, strict=False)
    )
    assert delays[-1] <= timedelta(seconds=4)


@pytest.mark.slow
def test_a_unit_that_changes_between_two_batches_loses_nobody(world: World, rings: Rings, telegram: Telegram) -> None:
    names = [f"p{number:02}" for number in range(25)]
    world.open([person(name) for name in names])
    connect(*names)
    due_reminders(world.bell, ChatStore(), rings, at=SEVEN_FIFTEEN)
    (first, _), (second, _) = rings.keys

    remind(world.records, ChatStore(), telegram, first, at=SEVEN_FIFTEEN)
    world.change_people([person(name) for name in names[1:]], at("07:15:30"))
    remind(world.records, ChatStore(), telegram, second, at=at("07:16"))

    assert telegram.readers == names


def test_nobody_is_reminded_on_a_phone_that_is_theirs_no_longer(world: World, rings: Rings, telegram: Telegram) -> None:
    world.open([person("Ani"), person("Budi")])
    connect("ani", "budi")
    due_reminders(world.bell, ChatStore(), rings, at=SEVEN_FIFTEEN)

    world.change_people([person("Ani", phone="+6281200000091"), person("Budi")], at("07:00"))
    play(world, rings, telegram)

    assert telegram.readers == ["budi"]


def test_who_has_blocked_the_bot_is_linked_no_longer_and_the_others_are_written_to(
    world: World, rings: Rings, telegram: Telegram
) -> None:
    world.open([person("Ani"), person("Budi"), person("Citra")])
    connect("ani", "budi", "citra")
    telegram.blocked, telegram.failing = {"ani"}, {"budi"}
    due_reminders(world.bell, ChatStore(), rings, at=SEVEN_FIFTEEN)

    play(world, rings, telegram)

    assert telegram.readers == ["citra"]
    assert set(ChatStore().chats_of(["ani", "budi", "citra"])) == {"budi", "citra"}
    assert world.records.checkins.card_of_account("telegram#ani") is None


def test_an_earlier_cut_off_moves_its_reminder_and_the_words_name_both_times(
    world: World, rings: Rings, telegram: Telegram
) -> None:
    slots = tuple(replace(slot, lead_minutes=10) for slot in banten().slots)
    world.open([person("Ani")], policy=banten(slots=slots))
    connect("ani", lang="en")

    due_reminders(world.bell, ChatStore(), rings, at=at("07:05"))
    for key, _ in rings.keys:
        remind(world.records, ChatStore(), telegram, key, at=at("07:05"))

    ((_, reply),) = telegram.written
    assert "07:30 WIB" in reply.title
    assert "07:20 WIB" in reply.lines[0]
    assert reply.lang == "en"
