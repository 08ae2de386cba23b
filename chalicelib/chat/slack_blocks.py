"""A reply, a home tab and a form as Slack's blocks, within Slack's limits.

Pure: nothing here is sent. Whatever a reply says is shown as it is, so no name or note can mention a channel or become
a link. The price of plain blocks: a table is aligned monospace, and one whose cells are long is shown row by row.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap
from typing import Any

from chalicelib.chat.reply import Button, Field, Form, Reply
from chalicelib.phrases import phrase

Block = dict[str, Any]

MESSAGE_BLOCKS = 50
LINES_BLOCKS, BUTTON_ROWS = 30, 10
"""What lines and buttons may take of a message at most, so that a table always has room to say what is left out."""
TEXT_CHARS = 3000
HEADER_CHARS, BUTTON_CHARS = 150, 75
BUTTONS_A_ROW = 5
CELL_CHARS = 40
"""With a wider cell a table is shown row by row: a phone shows about this much of a line."""
ROW_CHARS = TEXT_CHARS // 5 - 2
"""What is shown of one row at the most: even with every character written out and its heading bold it fits a block."""
FENCE = "```"
COUNT = re.compile(r"[\d.,]+ ?%?")


def blocks(reply: Reply) -> list[Block]:
    """The reply as the blocks of a message: title, lines, table, buttons.

    A table too long for one message ends with a line that says how many rows are left.
    Source: Slack, "Block Kit reference" (50 blocks, 3,000 characters a text, 5 buttons a row by our choice).
    """
    above = [_header(reply.title), *_sections(reply.lines)]
    below = _buttons(reply.buttons)
    room = MESSAGE_BLOCKS - len(above) - len(below)
    return [*above, *_table(reply.rows, room, reply.lang), *below]


def summary(reply: Reply) -> str:
    """What a notification shows of the reply, and readers that know no blocks."""
    return escaped(cut(" · ".join((reply.title, *reply.lines[:1])), TEXT_CHARS // 5))


def home(reply: Reply) -> Block:
    return {"type": "home", "blocks": blocks(reply)}


def modal(form: Form, reply_to: Mapping[str, str], lang: str) -> Block:
    """The form as a modal; `reply_to` travels in it, because a submitted modal no longer says where it was opened."""
    return {
        "type": "modal",
        "callback_id": form.name,
        "private_metadata": json.dumps(dict(reply_to)),
        "title": _plain(phrase(form.title, lang=lang)),
        "submit": _plain(phrase("form.submit", lang=lang)),
        "close": _plain(phrase("form.close", lang=lang)),
        "blocks": [_input(field, lang) for field in form.fields],
    }


def escaped(text: str) -> str:
    """Text that Slack shows as it is: the three characters that begin its links and mentions are written out.

    Source: Slack, "Formatting text for app surfaces", escaping text.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, chars: int) -> str:
    return text if len(text) <= chars else text[: chars - 1].rstrip() + "…"


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _header(title: str) -> Block:
    return {"type": "header", "text": _plain(cut(title, HEADER_CHARS))}


def _section(text: str) -> Block:
    # Without `verbatim` Slack would make mentions and links of plain "@channel" and "#umum" by itself.
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _sections(lines: Iterable[str]) -> list[Block]:
    texts = [escaped(piece) for line in lines if line for piece in _pieces(line)]
    return [_section("\n".join(group)) for group in _grouped(texts, TEXT_CHARS)][:LINES_BLOCKS]


def _pieces(line: str) -> list[str]:
    """A line too long for one block in pieces that fit into it even with every character written out."""
    return wrap(line, TEXT_CHARS // 5) if len(line) > TEXT_CHARS // 5 else [line]


def _grouped(texts: Sequence[str], chars: int) -> list[list[str]]:
    """Texts in order, as many together as fit into `chars` with a line break after each."""
    groups: list[list[str]] = []
    left = -1
    for text in texts:
        left -= len(text) + 1
        if left < 0:
            groups.append([])
            left = chars - len(text) - 1
        groups[-1].append(text)
    return groups


def _table(rows: Sequence[Sequence[str]], room: int, lang: str) -> list[Block]:
    """The rows aligned, or one under another where they are too wide; never more than `room` blocks."""
    if len(rows) < 2:
        return []
    # A backtick would end the monospace block; nothing that a report names needs one.
    cells = [[" ".join(cell.replace("`", "'").split()) for cell in row] for row in rows]
    is_wide = max(len(cell) for row in cells for cell in row) > CELL_CHARS
    head, *body = ["", *_stacked(cells)] if is_wide else _aligned(cells)
    groups = _grouped(body, TEXT_CHARS - 2 * len(FENCE) - len(head) - 2)
    shown = groups if len(groups) <= room else groups[: room - 1]
    tables = [_section(_fenced(head, group) if head else "\n".join(group)) for group in shown]
    left = len(body) - sum(map(len, shown))
    return [*tables, _section(phrase("slack.rows_left", lang=lang, left=left))] if left else tables


def _fenced(head: str, group: Iterable[str]) -> str:
    """Some rows as a block of monospace, the headings on top."""
    return "\n".join((FENCE + head, *group)) + FENCE


def _stacked(cells: Sequence[Sequence[str]]) -> list[str]:
    """Each row as lines: its first cell stands out, the others follow under their headings."""
    headings, *rows = cells
    stacked = []
    for first, *others in rows:
        named = (f"{heading}: {cell}" for heading, cell in zip(headings[1:], others, strict=True) if cell)
        shown, _, more = escaped(cut("\n".join((first, *named)), ROW_CHARS)).partition("\n")
        stacked.append(f"*{shown}*\n{more}".rstrip())
    return stacked


def _aligned(cells: Sequence[Sequence[str]]) -> list[str]:
    """Each row as one line: columns as wide as their widest cell, counts flush right."""
    columns = list(zip(*cells, strict=True))
    widths = [max(map(len, column)) for column in columns]
    counts = [all(COUNT.fullmatch(cell) for cell in column[1:]) for column in columns]
    return [
        escaped(
            "  ".join(
                cell.rjust(width) if is_count else cell.ljust(width)
                for cell, width, is_count in zip(row, widths, counts, strict=True)
            ).rstrip()
        )
        for row in cells
    ]


def _buttons(buttons: Sequence[Button]) -> list[Block]:
    rows = [buttons[first : first + BUTTONS_A_ROW] for first in range(0, len(buttons), BUTTONS_A_ROW)]
    return [{"type": "actions", "elements": [_button(one) for one in row]} for row in rows[:BUTTON_ROWS]]


def _button(button: Button) -> Block:
    """`action_id` is our button's id; `value` names the form it opens, and is left out where it opens none."""
    shown: Block = {"type": "button", "action_id": button.id, "text": _plain(cut(button.label, BUTTON_CHARS))}
    if button.form:
        shown["value"] = button.form
    if button.is_main:
        shown["style"] = "primary"
    return shown


def _input(field: Field, lang: str) -> Block:
    return {
        "type": "input",
        "block_id": field.name,
        "label": _plain(phrase(field.label, lang=lang)),
        "optional": field.is_optional,
        "element": {"action_id": field.name, **_element(field, lang)},
    }


def _element(field: Field, lang: str) -> Block:
    match field.kind:
        case "date":
            return {"type": "datepicker"}
        case "choice":
            options = [{"text": _plain(phrase(key, lang=lang)), "value": value} for value, key in field.choices]
            return {"type": "static_select", "options": options}
        case _:
            return {"type": "plain_text_input"}
