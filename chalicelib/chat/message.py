"""What comes in from a chat and what goes back, in no platform's words.

An adapter turns a platform's request into an `Incoming` and an `Answer` into the platform's blocks; the conversation
between knows neither. Positions are not here: they are recorded at the door and never become a message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.change import Line


class Platform(StrEnum):
    SLACK = "slack"
    TELEGRAM = "telegram"


@dataclass(frozen=True)
class Account:
    """Who speaks: a user of a platform. `team` is Slack's workspace, empty on Telegram; neither is a display name."""

    platform: Platform
    team: str
    user: str

    def __str__(self) -> str:
        return "#".join((self.platform, self.team, self.user))


@dataclass(frozen=True)
class Upload:
    """A file on the platform's side, still to be fetched: `ref` is what the platform's own API takes."""

    name: str
    ref: str
    size: int


@dataclass(frozen=True)
class Incoming:
    """One thing that somebody did in a chat.

    Exactly one of these is set: `text` (typed, or composed from a form), `press` (the id of a button of ours),
    `upload`, `phone` (the sender's own contact, proven by the platform), or `opened` (the home tab). `reply_to` is
    where an answer goes, in the adapter's own words; `is_private` says that nobody else reads it there; `received_at`
    is server time.
    """

    account: Account
    reply_to: Mapping[str, str]
    received_at: datetime
    is_private: bool
    lang: str = "id"
    text: str | None = None
    press: str | None = None
    upload: Upload | None = None
    phone: str | None = None
    opened: bool = False


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
    it has none; `kept` is the id of a button that is stored already."""

    label: Line
    act: Act = Act.RUN
    line: str = ""
    verb: str = ""
    form: str = ""
    is_main: bool = False
    kept: str = ""


class Ask(StrEnum):
    """What a keyboard of the platform offers to share with one tap, where the platform has such."""

    NOTHING = ""
    CONTACT = "contact"
    LOCATION = "location"


@dataclass(frozen=True)
class Answer:
    """What is said back, in message ids: a title, lines, perhaps a table, and what can be done next.

    `asks` is what a keyboard of the platform offers to share. `spends` is the id of a button that means nothing any
    longer once this was said; until then a repeat finds it as it was.
    """

    title: Line
    lines: tuple[Line, ...] = ()
    table: Table | None = None
    offers: tuple[Offer, ...] = ()
    asks: Ask = Ask.NOTHING
    spends: str = ""


@dataclass(frozen=True)
class Button:
    """A button as an adapter shows it. `id` is ours and short enough for every platform (at most 40 characters)."""

    id: str
    label: str
    form: str = ""
    is_main: bool = False


@dataclass(frozen=True)
class Reply:
    """An answer in the reader's words, ready for an adapter. `rows` begin with the headings; `lang` is the language of
    whatever an adapter adds of its own."""

    title: str
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    buttons: tuple[Button, ...] = ()
    asks: Ask = Ask.NOTHING
    lang: str = "id"


@dataclass(frozen=True)
class Field:
    """One field of a form. `kind` is text, date or choice; a choice lists its values with their message ids."""

    name: str
    label: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    is_optional: bool = False


@dataclass(frozen=True)
class Form:
    """A form that composes a line as somebody would type it: `line` with the fields' values in it.

    `line` names fields in braces; a stretch in square brackets vanishes when the field in it is left empty.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    line: str
