"""An answer in its reader's words, and forms: what the platforms' adapters show.

Neither knows a platform, and neither is ever stored: what a button does is kept beside it by its id.
"""

from dataclasses import dataclass

from chalicelib.domain.answer import Ask


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
