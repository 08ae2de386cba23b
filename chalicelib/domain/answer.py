"""What is said back to an admin, in message ids, and what can be done next.

Commands make answers and know no chat; wording and buttons are the chats'. The price: an answer that is worded for one
reader cannot be kept for another.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.change import Line

Cell = str | int | Line


@dataclass(frozen=True)
class Table:
    """Rows to look at; headings are message ids."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Act(StrEnum):
    """What a button does when it is pressed."""

    RUN = "run"  # as if its line had been typed
    CONFIRM = "confirm"  # make the change that was shown
    DISMISS = "dismiss"


@dataclass(frozen=True)
class Offer:
    """A button to be: what it says, what it does, and the command it stands for: the `verb` of the table by its name,
    if any, and the rest of the `line`. `form` opens a form instead where the platform has forms, and is left out where
    it has none; `kept` is the id of a button that is stored already; `said_at` tells when the line was said, None now.
    """

    label: Line
    act: Act = Act.RUN
    line: str = ""
    verb: str = ""
    form: str = ""
    is_main: bool = False
    kept: str = ""
    said_at: datetime | None = None


class Ask(StrEnum):
    """What a keyboard of the platform offers to share with one tap, where the platform has such."""

    NOTHING = ""
    CONTACT = "contact"
    LOCATION = "location"


@dataclass(frozen=True)
class Answer:
    """What is said back, in message ids: a title, lines, perhaps a table, and what can be done next.

    `asks` is what a keyboard of the platform offers to share. `spends` is the id of a button that means nothing any
    longer once this was said; until then a repeat finds it as it was. `fulfils` says the same of what the account had
    wanted before it was linked.
    """

    title: Line
    lines: tuple[Line, ...] = ()
    table: Table | None = None
    offers: tuple[Offer, ...] = ()
    asks: Ask = Ask.NOTHING
    spends: str = ""
    fulfils: bool = False
