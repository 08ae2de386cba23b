"""`make rehearse`: an account of AWS that begins empty, on this machine, to follow docs/go-live.md in word by word.

The guide is typed in a second terminal. This one is everybody it speaks to: admins and employees at both chats, whoever
keeps the DNS, AWS's people, the mailboxes. The clock is the real one. The price: what no emulator plays (AWS's console,
its sign-in, a phone) is left out, and said so.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from time import monotonic, sleep

from rich.console import Console
from urllib3.exceptions import HTTPError

from chalicelib import presets
from chalicelib.domain.errors import CalendarUnknown
from chalicelib.domain.message import Platform
from chalicelib.phrases import long_date
from chalicelib.wiring import now
from infra.local import outbox, slack, telegram
from infra.local.chat import typed_line
from infra.local.chat_office import Somebody
from infra.local.chat_screen import TEXTS, Screen
from infra.local.chat_session import Session
from infra.local.chat_time import Passage, instant_of
from infra.local.government import SIGNING_SECRET, Chats
from infra.local.legal_day import ZONE
from infra.local.pump import Dead
from infra.local.ses_events import AcceptedMail
from infra.local.surroundings import Surroundings, surroundings
from infra.local.telegram_updates import Fix

FOLDER = Path("build/rehearsal")
SLACK, TELEGRAM = Platform.SLACK, Platform.TELEGRAM
CAST = (
    Somebody("rina", "Rina Contoh", "admin BKD", 101),
    Somebody("sari", "Sari", "admin BKD kedua", 102),
    Somebody("oki", "Oki", "operator", 103),
    Somebody("budi", "Budi Contoh", "pegawai", 104, "+6281200000001"),
)
"""Who may sit at the keyboard: those whom the guides name. Nobody is linked yet."""

SECRETS = {
    "slack-signing-secret": SIGNING_SECRET,
    "slack-bot-token": slack.TOKEN,
    "telegram-bot-token": telegram.TOKEN,
}
"""What Slack's pages and BotFather would show to the officer."""

LETTER = "banten-2020"
"""The circular that docs/go-live.md opens the office with."""

ANSWERED_S, QUIET_S, POLL_S = 20.0, 0.7, 0.1


@dataclass(frozen=True)
class Rehearsal:
    """The surroundings as a session sees them; functions that fail tell their log, and nobody here."""

    around: Surroundings
    cast: Mapping[str, Somebody] = field(default_factory=lambda: {one.key: one for one in CAST})
    example: bytes = b""
    faults: list[Dead] = field(default_factory=list)

    @property
    def chats(self) -> Chats:
        return self.around.chats

    @property
    def letters(self) -> list[AcceptedMail]:
        return self.around.mailbox.messages


class RealTime:
    """Time that nobody moves: answers are waited for, and so is an hour."""

    def __init__(self, rehearsal: Rehearsal, clock: Callable[[], datetime]) -> None:
        self._rehearsal, self._clock, self._shown = rehearsal, clock, 0

    def settle(self) -> None:
        """Wait until something new is to be seen, and then until nothing more comes for a moment."""
        limit = monotonic() + ANSWERED_S
        while self._to_be_seen() == self._shown and monotonic() < limit:
            sleep(POLL_S)
        while (shown := self._to_be_seen()) != self._shown:
            self._shown = shown
            sleep(QUIET_S)

    def share(self, user: str, fix: Fix) -> None:
        self._rehearsal.chats.telegram.live(user, fix)

    def pass_until(self, until: datetime) -> Passage:
        """Wait for an hour; Ctrl-C waits no longer."""
        passage, before = Passage(self._clock(), until), len(self._rehearsal.letters)
        with suppress(KeyboardInterrupt):
            while self._clock() < until:
                sleep(POLL_S)
        passage.mails = self._rehearsal.letters[before:]
        return passage

    def _to_be_seen(self) -> int:
        """How many messages anybody in the cast has before their eyes."""
        slack, telegram = self._rehearsal.chats.slack, self._rehearsal.chats.telegram
        return sum(len(slack.shown(one.user(SLACK))) + len(telegram.shown(one.user(TELEGRAM))) for one in CAST)


class RehearsalSession(Session):
    """A session that also is whoever keeps the DNS, and AWS's people, and shows the employees' links."""

    def __init__(
        self,
        rehearsal: Rehearsal,
        screen: Screen,
        ask: Callable[[str], str],
        clock: Callable[[], datetime] = now,
    ) -> None:
        super().__init__(rehearsal, RealTime(rehearsal, clock), clock, screen, FOLDER, ask)
        self._rehearsal = rehearsal

    def take(self, line: str) -> None:
        """As ever; and whatever was to be sent while no product stands there is told, and nothing ends."""
        try:
            super().take(line)
        except HTTPError:
            self._screen.say("rehearsal.not_up", style="yellow")

    def _named_commands(self) -> dict[str, Callable[[str], None]]:
        own = {"dns": self._enter_dns, "aws": self._grant, "tautan": self._links, "links": self._links}
        return super()._named_commands() | own

    def _enter_dns(self, _: str) -> None:
        self._rehearsal.around.ses.knows_dns = True
        self._screen.say("rehearsal.dns", style="green")

    def _grant(self, _: str) -> None:
        ses = self._rehearsal.around.ses
        if not ses.is_asked:
            return self._screen.say("rehearsal.not_asked")
        ses.is_granted = True
        return self._screen.say("rehearsal.granted", style="green")

    def _links(self, _: str) -> None:
        """Each employee's link, at the address where this machine serves it."""
        found = {name: token for mail in self._rehearsal.letters for name, token in outbox.tokens(mail).items()}
        address = self._rehearsal.around.address()
        if not found:
            return self._screen.say("rehearsal.no_links")
        if not address:
            return self._screen.say("rehearsal.not_up", style="yellow")
        for name, token in found.items():
            self._screen.line(f"{name}: {address}/c#{token}")
        return None

    def _letters(self, rest: str) -> None:
        """As ever; and a mail that is opened lies on the disk with its attachment."""
        super()._letters(rest)
        if rest.isdecimal() and 1 <= int(rest) <= len(self._rehearsal.letters):
            path = outbox.keep(self._rehearsal.letters[int(rest) - 1], FOLDER / "mails")
            self._screen.line(str(path.parent))

    def _move_clock(self, rest: str) -> None:
        """Wait for an hour of today; no other day is waited for."""
        at = self._clock().astimezone(ZONE)
        until = instant_of(rest, today=at.date())
        if not rest:
            return super()._move_clock(rest)
        if until is None or until < at or until.date() != at.date():
            return self._screen.say("rehearsal.clock_how", at=f"{at:%H.%M}")
        self._screen.say("rehearsal.waiting", until=f"{until:%H.%M}")
        return super()._move_clock(rest)

    def _upload(self, rest: str) -> None:
        """A file of the officer's own: no list is at hand here."""
        if not Path(rest).expanduser().is_file():
            return self._screen.say("rehearsal.upload_how")
        return super()._upload(rest)

    def _help_id(self, _: str) -> None:
        self._help("id")

    def _help_en(self, _: str) -> None:
        self._help("en")

    def _help(self, lang: str) -> None:
        """What can be typed here; what is otherwise here than at the chat console stands instead of its line."""
        own = TEXTS["rehearsal"]["help"][lang]
        named = {words.split()[0] for words, _ in own}
        self._screen.pairs([*own, *(row for row in TEXTS["help"][lang] if row[0].split()[0] not in named)])


def greet(screen: Screen, begin: Path, *, on: date) -> None:
    """The first lines: what to type in the other terminal, and why no slot can be played on a day."""
    screen.say("rehearsal.begin", style="", begin=begin)
    for name, value in SECRETS.items():
        screen.line(f"    {name}: {value}")
    screen.say("rehearsal.hints", style="")
    weekday, _, day = long_date(on).partition(", ")
    for why in why_free(on):
        facts = {"today": long_date(on, lang="en"), "weekday": weekday.lower(), "day": day.lower()}
        screen.say(f"rehearsal.free.{why}", style="yellow", **facts)


def why_free(day: date) -> Iterator[str]:
    """What keeps a day without slots: the letter has no hours for it, or the calendar a holiday."""
    if presets.policy(LETTER).hours_on(day) is None:
        yield "weekend"
    with suppress(CalendarUnknown):
        if presets.known_calendar(day).holiday(day):
            yield "holiday"


def main() -> int:
    screen = Screen(Console(highlight=False))
    with suppress(ImportError):  # it makes `input` remember lines and let them be edited; not every Python has it
        import_module("readline")
    screen.say("rehearsal.booting", style="bold")
    with surroundings(FOLDER) as around, suppress(EOFError, KeyboardInterrupt):
        session = RehearsalSession(Rehearsal(around), screen, typed_line)
        greet(screen, around.begin, on=now().astimezone(ZONE).date())
        session.welcome()
        while session.is_open:
            session.take(typed_line(session.prompt))
    screen.say("bye")
    return 0


if __name__ == "__main__":
    sys.exit(main())
