"""A reply as Telegram shows it: HTML messages of bounded length, and the keyboards under them.

Pure functions, used by the door for what it answers at once and by the voice for all else. The price of Telegram's
small screens: a table too wide for a phone is shown row by row.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from chalicelib.chat.reply import Button, Reply
from chalicelib.domain.answer import Ask
from chalicelib.phrases import phrase

LIMIT = 4_000
"""Characters of a message; Telegram takes 4,096. Source: Telegram Bot API, "sendMessage"."""

LONGEST_LINE = 700
"""Characters after which a line is broken: even if each became an HTML entity, it fits a message."""

PHONE_WIDTH = 34
"""Monospace characters that fit beside one another on a small phone."""

BUTTONS, SHORT = 24, 16
"""The most buttons under a message, and up to how many characters two of them share a row on a small phone."""

COUNT = re.compile(r"[\d.,]+ ?%?")
"""A cell that is a number in words, and stands to the right."""

Markup = dict[str, object]
Laid = tuple[str, bool]
"""A line of HTML, and whether it belongs into a block of equal widths."""


def messages(reply: Reply) -> tuple[dict[str, object], ...]:
    """The reply as the fields of one or more messages; what can be pressed is under the last."""
    pages = [_html(page) for page in _pages(_lines(reply))]
    laid: list[dict[str, object]] = [
        {"text": page, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}} for page in pages
    ]
    if markup := _markup(reply):
        laid[-1]["reply_markup"] = markup
    return tuple(laid)


def _markup(reply: Reply) -> Markup:
    if reply.buttons:
        return _inline(reply.buttons)
    return keyboard(reply.asks, lang=reply.lang) if reply.asks else {}


def keyboard(asks: Ask, *, lang: str) -> Markup:
    """The one big button that shares the sender's contact or position.

    Source: Telegram Bot API, "KeyboardButton": both work in private chats only.
    """
    label = phrase(f"telegram.button.{asks}", lang=lang)
    button = {"text": label, f"request_{asks}": True}
    return {"keyboard": [[button]], "resize_keyboard": True, "one_time_keyboard": asks is Ask.CONTACT}


def _inline(buttons: Iterable[Button]) -> Markup:
    """The buttons, the main one first; a form's button is left out, because Telegram has no forms."""
    shown = sorted((button for button in buttons if not button.form), key=lambda button: not button.is_main)[:BUTTONS]
    across = 2 if len(shown) > 2 and all(len(button.label) <= SHORT for button in shown) else 1
    keys = [{"text": button.label, "callback_data": button.id} for button in shown]
    return {"inline_keyboard": [keys[start : start + across] for start in range(0, len(keys), across)]}


def _lines(reply: Reply) -> Iterator[Laid]:
    yield f"<b>{escape(reply.title, quote=False)}</b>", False
    for line in reply.lines:
        yield from ((piece, False) for piece in _broken(line))
    if reply.rows:
        yield "", False
        yield from _table(reply.rows)


def _broken(line: str) -> Iterator[str]:
    """A line in pieces that fit; broken before it is escaped, so that no entity is cut in two."""
    for start in range(0, len(line) or 1, LONGEST_LINE):
        yield escape(line[start : start + LONGEST_LINE], quote=False)


def _table(rows: tuple[tuple[str, ...], ...]) -> Iterator[Laid]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    if sum(widths) + 2 * (len(widths) - 1) <= PHONE_WIDTH:
        yield from ((_aligned(row, widths), True) for row in rows)
        return
    headings, *body = rows
    for row in body:
        yield from ((line, False) for line in _stacked(headings, row))


def _aligned(row: tuple[str, ...], widths: list[int]) -> str:
    """A row whose numbers end below one another."""
    pairs = zip(row, widths, strict=True)
    cells = (cell.rjust(width) if COUNT.fullmatch(cell) else cell.ljust(width) for cell, width in pairs)
    return escape("  ".join(cells).rstrip(), quote=False)


def _stacked(headings: tuple[str, ...], row: tuple[str, ...]) -> Iterator[str]:
    """A row of a wide table: its first cell stands out, the others follow under their headings."""
    first, *others = row
    yield f"<b>{escape(first[:LONGEST_LINE], quote=False)}</b>"
    for heading, cell in zip(headings[1:], others, strict=True):
        if cell:
            yield from _broken(f"{heading}: {cell}")


def _pages(lines: Iterable[Laid]) -> Iterator[list[Laid]]:
    page: list[Laid] = []
    room = LIMIT
    for line in lines:
        size = _size(line[0])
        if page and size > room:
            yield page
            page, room = [], LIMIT
        page.append(line)
        room -= size
    yield page


def _size(line: str) -> int:
    """Telegram counts UTF-16 units; the line's end is one more."""
    return len(line.encode("utf-16-le")) // 2 + 1


def _html(page: list[Laid]) -> str:
    blocks = (("\n".join(text for text, _ in lines), is_even) for is_even, lines in groupby(page, lambda line: line[1]))
    return "\n".join(f"<pre>{text}</pre>" if is_even else text for text, is_even in blocks)
