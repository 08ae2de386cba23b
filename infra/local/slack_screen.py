"""What a user of Slack sees: messages, home tabs and forms, read back from blocks within Slack's limits.

Blocks that Slack would refuse are refused here with Slack's own error code. Of the looks only the text stays.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from chalicelib.chat.reply import Button, Field

Block = Mapping[str, Any]

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
BOLD = re.compile(r"^\*(.+)\*$", re.MULTILINE)
LONGEST = {"header": 150, "section": 3000, "button": 75, "modal": 24, "metadata": 3000}


class BlocksRefused(Exception):
    """Slack would not show this; carries its error code."""


@dataclass(frozen=True)
class Shown:
    """One message as its reader sees it. `is_ephemeral`: only they do, although others read the channel."""

    text: str
    buttons: tuple[Button, ...] = ()
    is_ephemeral: bool = False
    thread: str = ""


@dataclass(frozen=True)
class ShownForm:
    """An open modal. Labels and the names of choices are text; `errors` are those of the last attempt, by field."""

    id: str
    hash: str
    name: str
    title: str
    fields: tuple[Field, ...]
    metadata: str = field(repr=False)
    errors: Mapping[str, str] = field(default_factory=dict)


def message(blocks: Sequence[Block], *, is_ephemeral: bool = False, thread: str = "") -> Shown:
    """Raises: BlocksRefused."""
    _expect(0 < len(blocks) <= MESSAGE_BLOCKS, "invalid_blocks")
    return Shown("\n".join(_texts(blocks)), tuple(_buttons(blocks)), is_ephemeral, thread)


def home(view: Block) -> Shown:
    """Raises: BlocksRefused."""
    _expect(view["type"] == "home" and len(view["blocks"]) <= VIEW_BLOCKS, "invalid_arguments")
    return Shown("\n".join(_texts(view["blocks"])), tuple(_buttons(view["blocks"])))


def form(view: Block, number: int) -> ShownForm:
    """Raises: BlocksRefused."""
    title, metadata = view["title"]["text"], view["private_metadata"]
    _expect(view["type"] == "modal" and "submit" in view and len(view["blocks"]) <= VIEW_BLOCKS, "invalid_arguments")
    _expect(len(title) <= LONGEST["modal"] and len(metadata) <= LONGEST["metadata"], "invalid_arguments")
    fields = tuple(_field(block) for block in view["blocks"])
    return ShownForm(f"V{number:08}", f"{number}.hash", view["callback_id"], title, fields, metadata)


def _texts(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if block["type"] in ("header", "section"):
            text = block["text"]["text"]
            _expect(0 < len(text) <= LONGEST[block["type"]], "invalid_blocks")
            yield unescape(BOLD.sub(r"\1", text.replace("```", "")))


def _buttons(blocks: Sequence[Block]) -> Iterator[Button]:
    for block in blocks:
        elements = block.get("elements", [])
        _expect(len(elements) <= 25, "invalid_blocks")
        _expect(len({one["action_id"] for one in elements}) == len(elements), "invalid_blocks")
        for one in elements:
            label = one["text"]["text"]
            _expect(0 < len(label) <= LONGEST["button"] and len(one["action_id"]) <= 255, "invalid_blocks")
            yield Button(one["action_id"], label, one.get("value", ""), one.get("style") == "primary")


def _field(block: Block) -> Field:
    element = block["element"]
    kinds = {"plain_text_input": "text", "datepicker": "date", "static_select": "choice"}
    choices = tuple((one["value"], one["text"]["text"]) for one in element.get("options", []))
    label = block["label"]["text"]
    return Field(block["block_id"], label, kinds[element["type"]], choices, block.get("optional", False))


def _expect(is_so: bool, error: str) -> None:
    if not is_so:
        raise BlocksRefused(error)
