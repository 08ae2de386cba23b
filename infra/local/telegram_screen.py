"""What a user of Telegram sees: messages with their buttons, read back from the fields of `sendMessage`.

What Telegram would refuse is refused here: HTML that it does not know, texts and buttons beyond its limits. Of the
looks only the text stays. Source: Telegram Bot API, "HTML style", "sendMessage", "InlineKeyboardButton".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from chalicelib.chat.reply import Button
from chalicelib.domain.answer import Ask

STRAY = re.compile(r"<(?!/?(?:b|i|u|s|code|pre|blockquote)>)")
"""Whatever begins a tag and is none that Telegram knows."""

LONGEST_TEXT, LONGEST_DATA_BYTES = 4096, 64


class MessageRefused(Exception):
    """Telegram would not show this; carries its description."""


@dataclass(frozen=True)
class Shown:
    """One message as its reader sees it. `asks` is what the keyboard below offers to share."""

    text: str
    buttons: tuple[Button, ...] = ()
    asks: Ask = Ask.NOTHING


def message(fields: Mapping[str, Any]) -> Shown:
    """Raises: MessageRefused."""
    text = _plain(fields["text"]) if fields.get("parse_mode") == "HTML" else str(fields["text"])
    if not text.strip():
        raise MessageRefused("Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
        raise MessageRefused("Bad Request: message is too long")
    markup = fields.get("reply_markup", {})
    return Shown(text, _inline(markup.get("inline_keyboard", [])), _asks(markup.get("keyboard", [])))


def _inline(rows: list[list[dict[str, Any]]]) -> tuple[Button, ...]:
    buttons = tuple(Button(one["callback_data"], one["text"]) for row in rows for one in row)
    if any(not 0 < len(button.id.encode()) <= LONGEST_DATA_BYTES for button in buttons):
        raise MessageRefused("Bad Request: BUTTON_DATA_INVALID")
    return buttons


def _asks(rows: list[list[dict[str, Any]]]) -> Ask:
    offered = [ask for row in rows for button in row for ask in Ask if ask and button.get(f"request_{ask}")]
    return offered[0] if offered else Ask.NOTHING


def _plain(text: str) -> str:
    if STRAY.search(text):
        raise MessageRefused("Bad Request: can't parse entities: unsupported start tag")
    reader = _Reader()
    reader.feed(text)
    reader.close()
    if reader.open:
        raise MessageRefused("Bad Request: can't parse entities: unclosed tag")
    return "".join(reader.parts)


class _Reader(HTMLParser):
    """Telegram's HTML: each tag closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise MessageRefused("Bad Request: can't parse entities: unexpected end tag")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
