"""What became of a button that makes a change or carries out an order: decided once, and told to whoever presses later.

What was shown anew, or asks for a second, goes on under the first button's name, so that all of them have one fate and
calling one off calls off the rest. The price: whoever is a moment too late reads that something has begun.
"""

from datetime import datetime
from enum import StrEnum

from chalicelib.domain.answer import Act, Answer
from chalicelib.domain.change import Line
from chalicelib.domain.errors import ButtonUsed
from chalicelib.store.chat import ChatStore, Stored


class Fate(StrEnum):
    """How it ended."""

    SAVED = "saved"
    BEGUN = "begun"  # an order: what has left cannot be called back
    DROPPED = "dropped"  # by its author
    REFUSED = "refused"  # by whoever was asked for a second


CALLED_OFF = frozenset({Fate.DROPPED, Fate.REFUSED})
ANEW = "."
"""What stands between the name of the first button and that of one that goes on from it."""


def first_of(id: str) -> str:
    return id.partition(ANEW)[0]


def settled(chats: ChatStore, id: str, fate: Fate, *, by: str = "", revision: int = 0, at: datetime) -> Stored:
    """The fate of a button, which is this one unless it had another before. `by` is the button that brought it."""
    name = f"{first_of(id)}-fate"
    own = Stored(name, "", Act.DISMISS, fate, command=by, revision=revision)
    chats.keep(own, at=at)
    return chats.stored(name, at=at) or own


def fate_of(chats: ChatStore, id: str, *, at: datetime) -> Stored | None:
    return chats.stored(f"{first_of(id)}-fate", at=at)


def told(fate: Stored) -> Line:
    return Line(f"chat.fate.{fate.line}", {"revision": fate.revision} if fate.line == Fate.SAVED else {})


def spent(chats: ChatStore, id: str, *, at: datetime) -> Answer:
    """What is said to whoever presses a button that means nothing any longer. Raises: ButtonUsed when its fate is
    not known."""
    fate = fate_of(chats, id, at=at)
    if fate is None:
        raise ButtonUsed()
    return Answer(Line("refusal.button_used.title"), (told(fate),))
