"""A session at the chat console: who is at the keyboard, on which platform, and what their lines do.

A line that begins with a colon is for the console; a number presses a button; anything else is said to the bot. What
the bot then shows, to whomever, is shown here. The console knows no command of the bot's.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from chalicelib.chat.reply import Button
from chalicelib.domain.message import Platform
from chalicelib.phrases import moment
from infra.local.chat_feed import Feed, Seat, Shown
from infra.local.chat_form import fill
from infra.local.chat_office import FILE, Played, Somebody
from infra.local.chat_screen import TEXTS, Screen, text
from infra.local.chat_time import Passing, instant_of
from infra.local.legal_day import ZONE
from infra.local.slack import FAILED
from infra.local.slack_screen import Shown as ShownOnSlack
from infra.local.telegram_updates import Fix

FAR_DEGREES = 0.05
"""About five kilometres and a half."""

PLACES = {"": 0.0, "rumah": 0.0, "home": 0.0, "luar": FAR_DEGREES, "away": FAR_DEGREES}
LANGUAGES = ("id", "en")


class Session:
    """One session; `log` is where the product's traces go, `ask` reads a line behind a prompt."""

    def __init__(
        self,
        bureau: Played,
        hours: Passing,
        clock: Callable[[], datetime],
        screen: Screen,
        log: Path,
        ask: Callable[[str], str],
    ) -> None:
        self.is_open = True
        self._bureau, self._hours, self._clock, self._screen = bureau, hours, clock, screen
        self._slack, self._telegram = bureau.chats.slack, bureau.chats.telegram
        self._log, self._ask, self._feed = log, ask, Feed(bureau.chats)
        self._seat = Seat(bureau.cast["rina"], Platform.SLACK)
        self._buttons: tuple[Button, ...] = ()
        self._form, self._faults = "", 0
        self._commands = self._named_commands()

    @property
    def prompt(self) -> str:
        at = self._clock().astimezone(ZONE)
        return f"{self._seat.who.name.split()[0]} · {self._seat.platform.title()} · {at:%d/%m %H.%M} › "

    def welcome(self) -> None:
        """Who is at the keyboard; what the office said before they came is behind them."""
        self._feed.announced()
        list(self._feed.notices(self._seats()))
        self._sit_down()

    def take(self, line: str) -> None:
        """Do what one line asks for."""
        line = line.strip()
        if line.startswith(":"):
            self._command(line)
        elif line.isdecimal():
            self._press(int(line))
        elif line:
            self._say(line)

    # Said to the bot

    def _say(self, line: str) -> None:
        if self._seat.platform is Platform.SLACK:
            status, _ = self._slack.command(self._seat.user, re.sub(r"^/hadir\s*", "", line, flags=re.IGNORECASE))
        else:
            status, _ = self._telegram.text(self._seat.user, line)
        self._done(status)

    def _press(self, number: int) -> None:
        if not 1 <= number <= len(self._buttons):
            key = "button_unknown" if self._buttons else "button_none"
            return self._screen.say(key, number=number, count=len(self._buttons))
        button, user = self._buttons[number - 1], self._seat.user
        if self._seat.platform is Platform.TELEGRAM:
            return self._done(self._telegram.press(user, button)[0])
        status, _ = self._slack.press(user, button)
        form = self._slack.form(user)
        if form and form.id != self._form:
            self._form = form.id
            if not fill(self._slack, user, form, self._screen, self._ask):
                return self._screen.say("form_closed")
        return self._done(status)

    def _done(self, status: int) -> None:
        """Let the workers work and show what came of it."""
        self._hours.settle()
        platform = self._seat.platform.title()
        if not self._show() and not self._show_faults():
            key = "nothing" if status < 300 else "refused"
            self._screen.say(key, platform=platform, status=status)

    # Shown by the platforms

    def _show(self) -> bool:
        """Show what has arrived: to whoever sits here whole, to others a line; returns whether anything was here."""
        mine = self._feed.read(self._seat)
        self._show_mine(mine)
        for told in self._feed.announced():
            self._screen.message(text("channel"), told, Platform.SLACK, (), 1)
        for seat, shown in self._feed.notices(self._seats()):
            title, platform = shown.text.partition("\n")[0], seat.platform
            facts = {"platform": platform.title(), "name": seat.who.name, "key": seat.who.key, "command": platform}
            self._screen.say("unread", style="yellow", title=title, **facts)
        return bool(mine)

    def _show_mine(self, messages: Sequence[Shown]) -> None:
        if pressable := tuple(button for shown in messages for button in shown.buttons):
            self._buttons = pressable
        first = 1
        for shown in messages:
            self._screen.message(self._head(shown), _readable(shown), self._seat.platform, shown.buttons, first)
            first += len(shown.buttons)

    def _head(self, shown: Shown) -> str:
        name = self._seat.who.name
        only = text("only", name=name) if isinstance(shown, ShownOnSlack) and shown.is_ephemeral else ""
        return text("to", platform=self._seat.platform.title(), name=name) + only

    def _show_faults(self) -> bool:
        """Say which faults of the product no platform shows."""
        new = self._bureau.faults[self._faults :]
        self._faults += len(new)
        for dead in new:
            self._screen.say(
                "fault", style="red", function=dead.function, fault=type(dead.fault).__name__, log=self._log
            )
        return bool(new)

    def _seats(self) -> Iterator[Seat]:
        return (Seat(who, platform) for who in self._bureau.cast.values() for platform in Platform)

    # Commands of the console

    def _named_commands(self) -> dict[str, Callable[[str], None]]:
        commands: dict[Callable[[str], None], str] = {
            self._move_clock: "jam clock time",
            self._become: "sebagai as",
            self._to_slack: "slack",
            self._to_telegram: "telegram",
            self._speak: "bahasa language",
            self._upload: "unggah upload",
            self._open_home: "beranda home",
            self._share_contact: "kontak contact",
            self._share_location: "lokasi location",
            self._share_live: "langsung live",
            self._letters: "surat mail mails",
            self._help_id: "bantuan",
            self._help_en: "help",
            self._leave: "keluar quit exit q",
        }
        return {name: command for command, names in commands.items() for name in names.split()}

    def _command(self, line: str) -> None:
        name, _, rest = line[1:].strip().partition(" ")
        command = self._commands.get(name.lower())
        if command:
            return command(rest.strip())
        near = get_close_matches(name.lower(), self._commands, n=1)
        meant = text("meant", name=near[0]) if near else ""
        return self._screen.say("unknown", typed=f":{name}", meant=meant)

    def _move_clock(self, rest: str) -> None:
        until = instant_of(rest, today=self._clock().astimezone(ZONE).date())
        if until is None:
            return self._screen.say("clock_how" if rest else "clock", at=self._now())
        if until < self._clock():
            return self._screen.say("clock_back", at=self._now())
        passage = self._hours.pass_until(until)
        self._screen.passed(passage)
        self._show()
        self._show_faults()
        return self._screen.say("clock", at=self._now())

    def _become(self, rest: str) -> None:
        who = self._bureau.cast.get(rest.lower()) or self._by_name(rest)
        if who is None:
            self._screen.say("who")
            return self._screen.pairs((one.key, f"{one.name}, {one.what}") for one in self._bureau.cast.values())
        return self._sit_down(Seat(who, self._seat.platform))

    def _by_name(self, typed: str) -> Somebody | None:
        words = set(typed.casefold().split())
        return next((one for one in self._bureau.cast.values() if words and words <= _words(one.name)), None)

    def _to_slack(self, _: str) -> None:
        self._sit_down(Seat(self._seat.who, Platform.SLACK))

    def _to_telegram(self, _: str) -> None:
        self._sit_down(Seat(self._seat.who, Platform.TELEGRAM))

    def _sit_down(self, seat: Seat | None = None) -> None:
        if seat and seat != self._seat:
            self._seat, self._buttons = seat, ()
        who, platform = self._seat.who, self._seat.platform.title()
        self._screen.say("now", name=who.name, what=who.what, platform=platform, at=self._now())
        self._show()

    def _speak(self, rest: str) -> None:
        if self._is_on(Platform.TELEGRAM, "bahasa"):
            lang = rest if rest in LANGUAGES else LANGUAGES[0]
            self._telegram.updates.languages[self._seat.user] = lang
            self._screen.say("language", lang=lang)

    def _upload(self, rest: str) -> None:
        path, user = Path(rest).expanduser(), self._seat.user
        if rest and not path.is_file():
            return self._screen.say("file_missing", name=rest)
        name, content = (path.name, path.read_bytes()) if rest else (FILE, self._bureau.example)
        if self._seat.platform is Platform.SLACK:
            return self._done(self._slack.upload(user, name, content)[0])
        return self._done(self._telegram.document(user, name, content)[0])

    def _open_home(self, _: str) -> None:
        if not self._is_on(Platform.SLACK, "beranda"):
            return
        self._slack.open_home(self._seat.user)
        self._hours.settle()
        if home := self._slack.home(self._seat.user):
            self._buttons = home.buttons
            head = text("home", platform=self._seat.platform.title(), name=self._seat.who.name)
            self._screen.message(head, home, Platform.SLACK, home.buttons, 1)

    def _share_contact(self, _: str) -> None:
        if self._is_on(Platform.TELEGRAM, "kontak"):
            self._done(self._telegram.contact(self._seat.user, self._seat.who.phone.removeprefix("+"))[0])

    def _share_location(self, rest: str) -> None:
        if fix := self._fix(rest, "lokasi"):
            self._done(self._telegram.location(self._seat.user, fix)[0])

    def _share_live(self, rest: str) -> None:
        if fix := self._fix(rest, "langsung"):
            self._hours.share(self._seat.user, fix)
            self._done(200)

    def _fix(self, rest: str, command: str) -> Fix | None:
        if not self._is_on(Platform.TELEGRAM, command):
            return None
        if rest.lower() not in PLACES:
            self._screen.say("place_how", command=command)
            return None
        home = self._seat.who.home
        return Fix(home.lat + PLACES[rest.lower()], home.lon)

    def _is_on(self, platform: Platform, command: str) -> bool:
        if self._seat.platform is platform:
            return True
        self._screen.say("only_on", command=f":{command}", platform=platform.title(), platform_command=platform)
        return False

    def _letters(self, rest: str) -> None:
        mails = self._bureau.letters
        if not rest:
            return self._screen.letters(mails)
        if not rest.isdecimal() or not 1 <= int(rest) <= len(mails):
            return self._screen.say("letters.unknown", count=len(mails))
        return self._screen.letter(mails[int(rest) - 1])

    def _help_id(self, _: str) -> None:
        self._screen.pairs(TEXTS["help"]["id"])

    def _help_en(self, _: str) -> None:
        self._screen.pairs(TEXTS["help"]["en"])

    def _leave(self, _: str) -> None:
        self.is_open = False

    def _now(self) -> str:
        return moment(self._clock().astimezone(ZONE))


def _readable(shown: Shown) -> Shown:
    """A message of Slack's own in the words that Slack has for it."""
    return ShownOnSlack(text("failed"), is_ephemeral=True) if shown.text == FAILED else shown


def _words(name: str) -> set[str]:
    return set(name.casefold().replace(",", " ").split())
