"""What the chat console puts on the screen: messages as their readers see them, mails, and its own few words.

Looks only: nothing here speaks to the product. A table keeps its columns whatever the screen's width; a terminal that
is too narrow breaks its lines, as a phone would.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path
from textwrap import wrap

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from chalicelib.chat.reply import Button
from chalicelib.domain.answer import Ask
from chalicelib.domain.delivery import PARCEL, RECAP, MailKey, shown_slot
from chalicelib.domain.message import Platform
from chalicelib.phrases import long_date
from infra.local import outbox, slack_screen, telegram_screen
from infra.local.chat_time import Passage
from infra.local.legal_day import ZONE
from infra.local.ses_events import AcceptedMail

TEXTS = tomllib.loads(Path(__file__).with_name("chat.toml").read_text("utf-8"))
WIDEST = 100
COLUMNS = "  "
"""Two spaces in a row stand between the columns of a table, and nowhere else in what the bot says."""

COLOURS = {Platform.SLACK: "magenta", Platform.TELEGRAM: "cyan"}
Shown = slack_screen.Shown | telegram_screen.Shown


def text(key: str, /, **facts: object) -> str:
    """One of the console's own sentences."""
    found = TEXTS
    for part in key.split("."):
        found = found[part]
    return str(found).format_map(facts)


class Screen:
    """Where everything is printed."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def say(self, key: str, /, *, style: str = "dim", **facts: object) -> None:
        """Print one of the console's own sentences."""
        self._print(Text(text(key, **facts), style))

    def line(self, line: str) -> None:
        """Print a line to be copied: it is neither broken nor cut."""
        self._print(Text(line))

    def message(self, head: str, shown: Shown, platform: Platform, buttons: Sequence[Button], first: int) -> None:
        """A message under its head, a bar at its side, its buttons numbered from `first`."""
        colour = COLOURS[platform]
        self._print(Text(head, colour))
        title, *lines = shown.text.split("\n")
        self._barred(self._wrapped(title), colour, "bold")
        self._barred((piece for line in lines for piece in self._wrapped(line)), colour)
        if buttons:
            labels = [f"[{number}] {one.label}" for number, one in enumerate(buttons, first)]
            self._barred(_beside(labels, self._width), colour, "bold green")
        if isinstance(shown, telegram_screen.Shown) and shown.asks:
            self._barred([text(f"keyboard.{Ask(shown.asks)}")], colour, "bold green")
        self._print(Text())

    def passed(self, passage: Passage) -> None:
        """What the clock's way has brought, slot by slot."""
        if passage.skipped:
            self.say("skipped", first=long_date(passage.skipped[0]), last=long_date(passage.skipped[1]))
        if passage.checkins:
            self.say("passed.checkins", count=passage.checkins)
        slots = Counter((key.day, key.slot) for mail in passage.mails if (key := outbox.key_of(mail)).unit != PARCEL)
        for day, slot in slots:
            self._slot(MailKey(day, slot, ""), [mail for mail in passage.mails if _slot_of(mail) == (day, slot)])
        self.say("passed.letters" if slots else "passed.none")

    def _slot(self, key: MailKey, mails: Sequence[AcceptedMail]) -> None:
        summaries = sum(outbox.key_of(mail).is_summary for mail in mails)
        addresses = len({address for mail in mails for address in mail.destination})
        facts = {"reports": len(mails) - summaries, "summaries": summaries, "addresses": addresses}
        kind = "passed.recap" if all(outbox.key_of(mail).unit == RECAP for mail in mails) else "passed.slot"
        self.say(kind, style="green", slot=shown_slot(key.slot), day=long_date(key.day), **facts)

    def letters(self, mails: Sequence[AcceptedMail]) -> None:
        """All mails, one a line."""
        if not mails:
            return self.say("letters.none")
        table = Table(*TEXTS["letters"]["headings"], box=SIMPLE, pad_edge=False)
        for number, mail in enumerate(mails, 1):
            at = mail.accepted_at.astimezone(ZONE)
            table.add_row(str(number), f"{at:%d/%m %H.%M}", Text(str(mail.parsed["Subject"])), Text(_first(mail)))
        self._print(table)
        self.say("letters.how", count=len(mails))

    def letter(self, mail: AcceptedMail) -> None:
        """One mail as a mail program without pictures shows it."""
        sent = {"sender": mail.parsed["From"], "to": ", ".join(mail.destination), "subject": mail.parsed["Subject"]}
        self._print(Text(text("letters.from", **sent), "bold"))
        body = mail.parsed.get_body(("plain",))
        self._print(Text("\n" + body.get_content() if isinstance(body, EmailMessage) else ""))
        names = [str(one.get_filename()) for one in mail.parsed.iter_attachments()]
        self.say("letters.attached", files=", ".join(names))

    def pairs(self, rows: Iterable[Sequence[str]]) -> None:
        """Words with what they mean."""
        table = Table.grid(padding=(0, 2))
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        self._print(table)

    @property
    def _width(self) -> int:
        return min(self.console.width, WIDEST) - 2

    def _wrapped(self, line: str) -> list[str]:
        return [line] if COLUMNS in line else wrap(line, self._width) or [""]

    def _barred(self, lines: Iterable[str], colour: str, style: str = "") -> None:
        for line in lines:
            self._print(Text.assemble(("│ ", colour), (line, style)))

    def _print(self, shown: Text | Table) -> None:
        self.console.print(shown, markup=False, highlight=False, soft_wrap=isinstance(shown, Text))


def _beside(labels: Sequence[str], width: int) -> list[str]:
    """Labels beside one another, as many as fit; none is broken."""
    rows = [labels[0]]
    for label in labels[1:]:
        joined = f"{rows[-1]}{COLUMNS}{label}"
        rows = [*rows[:-1], joined] if len(joined) <= width else [*rows, label]
    return rows


def _slot_of(mail: AcceptedMail) -> tuple[object, str]:
    key = outbox.key_of(mail)
    return key.day, key.slot


def _first(mail: AcceptedMail) -> str:
    """The first addressee, and how many more."""
    (_, first), *others = getaddresses(mail.destination)
    return f"{first} +{len(others)}" if others else first
