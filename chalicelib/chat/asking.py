"""A question instead of an answer: what a line may mean, each meaning as a line of its own.

The conversation shows the options as buttons. The price: an option is read anew when it is pressed, so it has to be a
line that does not ask the same again.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.chat.naming import MOST_CHOICES, masked
from chalicelib.domain.change import Line


@dataclass(frozen=True)
class Option:
    """One way to go on: what the button says, and the line it runs."""

    label: Line
    line: str


class Choose(Exception):
    """The line may mean several things; each option is a line that means one. Nothing was done."""

    def __init__(self, title: Line, options: Iterable[Option]) -> None:
        super().__init__(title.key)
        self.title, self.options = title, tuple(options)[:MOST_CHOICES]


def spoken(line: str) -> Option:
    """The option of a line that says itself what it does; long numbers in it are not said back."""
    return Option(Line("chat.option", {"text": masked(line)}), line)
