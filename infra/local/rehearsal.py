"""`make rehearse`: an account of AWS that begins empty, on this machine, to follow docs/go-live.md in word by word.

The guide is typed in a second terminal. This one is everybody it speaks to: admins and employees at both chats, whoever
keeps the DNS, AWS's people, the mailboxes. The clock is the real one. The price: what no emulator plays (AWS's console,
its sign-in, a phone) is left out, and said so.
"""

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from time import monotonic, sleep

from rich.console import Console

from chalicelib.domain.message import Platform
from chalicelib.wiring import now
from infra.local import outbox, slack, telegram
from infra.local.chat import typed_line
from infra.local.chat_office import Somebody
from infra.local.chat_screen import TEXTS, Screen
from infra.local.chat_session import Session
from infra.local.chat_time import Passage
from infra.local.government import SIGNING_SECRET, Chats
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

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal, self._shown = rehearsal, 0

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
        passage, before = Passage(now(), until), len(self._rehearsal.letters)
        with suppress(KeyboardInterrupt):
            while now() < until:
                sleep(POLL_S)
        passage.mails = self._rehearsal.letters[before:]
        return passage

    def _to_be_seen(self) -> int:
        """How many messages anybody in the cast has before their eyes."""
        slack, telegram = self._rehearsal.chats.slack, self._rehearsal.chats.telegram
        return sum(len(slack.shown(one.user(SLACK))) + len(telegram.shown(one.user(TELEGRAM))) for one in CAST)


class RehearsalSession(Session):
    """A session that also is whoever keeps the DNS, and AWS's people, and shows the employees' links."""

    def __init__(self, rehearsal: Rehearsal, screen: Screen, ask: Callable[[str], str]) -> None:
        super().__init__(rehearsal, RealTime(rehearsal), now, screen, FOLDER, ask)
        self._rehearsal = rehearsal

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
        for name, token in found.items():
            self._screen.line(f"{name}: {address}/c#{token}")
        return None

    def _letters(self, rest: str) -> None:
        """As ever; and a mail that is opened lies on the disk with its attachment."""
        super()._letters(rest)
        if rest.isdecimal() and 1 <= int(rest) <= len(self._rehearsal.letters):
            path = outbox.keep(self._rehearsal.letters[int(rest) - 1], FOLDER / "mails")
            self._screen.line(str(path.parent))

    def _help_id(self, rest: str) -> None:
        self._screen.pairs(TEXTS["rehearsal"]["help"]["id"])
        super()._help_id(rest)

    def _help_en(self, rest: str) -> None:
        self._screen.pairs(TEXTS["rehearsal"]["help"]["en"])
        super()._help_en(rest)


def main() -> int:
    screen = Screen(Console(highlight=False))
    with suppress(ImportError):  # it makes `input` remember lines and let them be edited; not every Python has it
        import_module("readline")
    screen.say("rehearsal.booting", style="bold")
    with surroundings(FOLDER) as around, suppress(EOFError, KeyboardInterrupt):
        session = RehearsalSession(Rehearsal(around), screen, typed_line)
        screen.say("rehearsal.begin", style="", begin=around.begin)
        for name, value in SECRETS.items():
            screen.line(f"    {name}: {value}")
        screen.say("rehearsal.hints", style="")
        session.welcome()
        while session.is_open:
            session.take(typed_line(session.prompt))
    screen.say("bye")
    return 0


if __name__ == "__main__":
    sys.exit(main())
