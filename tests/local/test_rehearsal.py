"""`make rehearse` before, beside and after a deployment: its terminal says what is the matter, and goes on."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from unittest.mock import Mock

import pytest
from boto3 import Session
from rich.console import Console

from chalicelib.chat.reply import Button
from infra.local.chat_screen import Screen
from infra.local.cloud import reserved_port
from infra.local.government import SIGNING_SECRET, Chats
from infra.local.legal_day import ZONE
from infra.local.mailbox import Mailbox
from infra.local.rehearsal import Rehearsal, RehearsalSession, greet
from infra.local.ses_account import SesAccount, Topics
from infra.local.slack import SlackStandIn
from infra.local.surroundings import Surroundings
from infra.local.telegram import TOKEN, TelegramStandIn

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("error"),  # each would stand on the officer's screen
]

SUNDAY, MONDAY, NYEPI = date(2020, 3, 29), date(2020, 3, 23), date(2020, 3, 25)
SENT = (
    ("slack", "hari ini"),
    ("slack", "/hadir hari ini"),
    ("slack", ":upload pegawai.csv"),
    ("slack", ":home"),
    ("telegram", "hari ini"),
    ("telegram", ":upload pegawai.csv"),
    ("telegram", ":contact"),
    ("telegram", ":location"),
    ("telegram", ":live"),
)
"""Whatever a line of the terminal can send to the product, but a press."""


class Ticking:
    """A clock that is half a minute further at every look, and at the `interrupted` one somebody types Ctrl-C."""

    def __init__(self, at: datetime, interrupted: int = 0) -> None:
        self.at, self.looks, self._interrupted = at, 0, interrupted

    def __call__(self) -> datetime:
        self.at, self.looks = self.at + timedelta(seconds=30), self.looks + 1
        if self.looks == self._interrupted:
            raise KeyboardInterrupt
        return self.at


class Terminal:
    """The rehearsal's terminal: what a line brings to its screen."""

    def __init__(self, chats: Chats, clock: Ticking) -> None:
        mailbox, session = Mock(spec=Mailbox, messages=[]), Mock(spec=Session)
        ses, topics = Mock(spec=SesAccount), Mock(spec=Topics)
        around = Surroundings("", session, mailbox, ses, topics, chats, Path("begin"))
        self._console = Console(record=True, file=StringIO(), width=200)
        self.session = RehearsalSession(Rehearsal(around), Screen(self._console), lambda _: "", clock)

    def shows(self, line: str) -> str:
        self.session.take(line)
        return self._console.export_text()


@pytest.fixture
def clock() -> Ticking:
    return Ticking(datetime(2020, 3, 23, 11, 0, tzinfo=ZONE))


@pytest.fixture
def chats(clock: Ticking) -> Iterator[Chats]:
    with SlackStandIn(SIGNING_SECRET, clock) as slack, TelegramStandIn(TOKEN, "", clock) as telegram:
        yield Chats(slack, telegram)


@pytest.fixture
def terminal(chats: Chats, clock: Ticking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pegawai.csv").write_text("Nama\n")
    return Terminal(chats, clock)


# Nothing there to send to


@pytest.mark.parametrize(("platform", "line"), SENT)
def test_before_anything_is_deployed_each_line_is_told_what_to_do_and_the_rehearsal_goes_on(
    terminal: Terminal, platform: str, line: str
) -> None:
    terminal.shows(f":{platform}")

    shown = terminal.shows(line)

    assert "Nobody heard that: nothing is deployed yet" in shown
    assert "make deploy STAGE=prod" in shown
    assert terminal.session.is_open


@pytest.mark.parametrize(("platform", "line"), SENT)
def test_a_product_that_does_not_listen_any_more_is_told_in_the_same_words(
    terminal: Terminal, chats: Chats, platform: str, line: str
) -> None:
    chats.slack.product = chats.telegram.product = f"http://127.0.0.1:{reserved_port()}"
    terminal.shows(f":{platform}")

    assert "Nobody heard that" in terminal.shows(line)


@pytest.mark.parametrize("platform", ["slack", "telegram"])
def test_a_button_of_a_product_that_was_taken_down_is_pressed_for_nothing_and_nothing_ends(
    terminal: Terminal, platform: str
) -> None:
    terminal.shows(f":{platform}")
    terminal.session._buttons = (Button("confirm:1", "Ya, simpan"),)

    assert "Nobody heard that" in terminal.shows("1")


def test_a_file_that_is_not_there_is_asked_for_by_its_name(terminal: Terminal) -> None:
    assert ":upload pegawai.xlsx" in terminal.shows(":upload")
    assert ":upload pegawai.xlsx" in terminal.shows(":upload tidak-ada.csv")


# Hours that are waited for


def test_an_hour_is_waited_for_and_the_wait_says_until_when_and_how_it_ends(terminal: Terminal, clock: Ticking) -> None:
    shown = terminal.shows(":clock 11:20")

    assert "Waiting until 11.20, in real time" in shown
    assert "Ctrl-C ends the wait" in shown
    assert clock.at >= datetime(2020, 3, 23, 11, 20, tzinfo=ZONE)


def test_an_interrupt_ends_the_wait_and_not_the_rehearsal(chats: Chats) -> None:
    clock = Ticking(datetime(2020, 3, 23, 11, 0, tzinfo=ZONE), interrupted=9)

    shown = Terminal(chats, clock).shows(":clock 15:30")

    assert "Waiting until 15.30" in shown
    assert "Sekarang Senin, 23 Maret 2020, pukul 11.0" in shown


@pytest.mark.parametrize("typed", ["2020-03-24 07:31", "10:59", "25:99", "besok"])
def test_another_day_and_an_hour_that_is_past_are_not_waited_for(
    terminal: Terminal, clock: Ticking, typed: str
) -> None:
    shown = terminal.shows(f":clock {typed}")

    assert "type an hour of today that is still to come, such as :clock 11:20" in shown
    assert "Waiting" not in shown
    assert clock.looks < 5


# What can be typed


@pytest.mark.parametrize(
    ("line", "cast", "wait", "not_here"),
    [
        (":help", ":as sari", "wait until that hour of today; Ctrl-C ends the wait", ("move the clock", "wati")),
        (":bantuan", ":sebagai sari", "menunggu sampai pukul itu hari ini", ("memajukan jam", "wati")),
    ],
)
def test_the_help_names_each_command_once_and_as_it_is_here(
    terminal: Terminal, line: str, cast: str, wait: str, not_here: tuple[str, ...]
) -> None:
    shown = terminal.shows(line)

    first = [row.split()[0] for row in shown.splitlines() if row.startswith(":")]
    assert len(first) == len(set(first)) > 10
    assert cast in shown
    assert wait in shown
    assert [words for words in not_here if words in shown] == []


def test_every_command_that_the_help_names_is_one_that_the_terminal_takes(terminal: Terminal) -> None:
    named = {word for line in (":help", ":bantuan") for word in terminal.shows(line).split() if word.startswith(":")}

    assert {word.lstrip(":") for word in named} <= terminal.session._commands.keys()


# The first lines


def greeted(day: date) -> str:
    console = Console(record=True, file=StringIO(), width=200)
    greet(Screen(console), Path("build/rehearsal/begin"), on=day)
    return console.export_text()


def test_a_weekday_without_hours_is_said_at_once_with_the_line_that_gives_it_some() -> None:
    shown = greeted(SUNDAY)

    assert "Today is Sunday, 29 March 2020" in shown
    assert "jam kerja minggu 07.00-15.00" in shown
    assert "holiday" not in shown


def test_a_holiday_is_said_at_once_with_the_line_that_makes_it_a_working_day() -> None:
    shown = greeted(NYEPI)

    assert "is a holiday" in shown
    assert "hapus libur 25 maret 2020" in shown
    assert "jam kerja" not in shown


@pytest.mark.parametrize("day", [MONDAY, date(2040, 3, 26)])
def test_a_working_day_and_a_year_that_nobody_has_decreed_need_no_such_line(day: date) -> None:
    assert "no slot is played" not in greeted(day)


def test_what_an_old_command_line_of_aws_cannot_do_is_said_at_once() -> None:
    shown = " ".join(greeted(MONDAY).split())

    assert "has no aws logs tail, refuses --cli-binary-format (leave it out)" in shown
