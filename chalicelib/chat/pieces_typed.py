"""A typed line less what has been read of it, and what can be read knowing nothing of the office: words, numbers, clock
times, addresses.

Whatever is read is blanked and not cut out, so that places in what is left are places in the line. The price: `replace`
breaks that, and comes after whatever looks for places.
"""

import re
from collections.abc import Mapping
from datetime import time
from typing import TypeVar

from chalicelib.chat.clock import CLOCK, SLOT, clock_time

V = TypeVar("V")

EMAIL = re.compile(r"(?<![^\s,;<>:])[^\s,;<>:@]{1,64}@[^\s,;<>:@]{1,255}")


class Typed:
    """One line, and what is `left` of it."""

    def __init__(self, line: str) -> None:
        self.line = self.left = line

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first match of a pattern in what is left, taken out of it."""
        found = pattern.search(self.left)
        if found:
            self.blank(*found.span())
        return found

    def find(self, pattern: str) -> re.Match[str] | None:
        """As `take`, for a pattern of the caller's that ignores case."""
        return self.take(re.compile(pattern, re.I))

    def replace(self, pattern: str, sign: str) -> None:
        """Write something else for every match in what is left."""
        self.left = re.sub(pattern, sign, self.left, flags=re.I)

    def blank(self, start: int, end: int) -> None:
        self.left = self.left[:start] + " " * (end - start) + self.left[end:]

    def times(self) -> tuple[time, ...]:
        found = []
        while match := self.take(CLOCK):
            found.append(clock_time(match))
        return tuple(found)

    def slot(self) -> str | None:
        """The id of a slot, typed as `0730`, `07.30` or `7.30`."""
        match = self.take(SLOT) or self.take(CLOCK)
        return f"{clock_time(match):%H%M}" if match else None

    def number(self, pattern: str) -> int | None:
        """The number in front of or behind a word, as `10 menit` or `radius 300`; the pattern has one group."""
        match = self.find(pattern)
        return int(match[1].replace(".", "")) if match else None

    def word(self, meanings: Mapping[str, V]) -> V | None:
        """The value of the first of some words or word pairs that stands in the line, longest first."""
        for typed in sorted(meanings, key=len, reverse=True):
            if self.take(re.compile(rf"(?<![\w-]){re.escape(typed)}(?![\w-])", re.I)):
                return meanings[typed]
        return None

    def words(self, meanings: Mapping[str, V]) -> tuple[V, ...]:
        found = []
        while (value := self.word(meanings)) is not None:
            found.append(value)
        return tuple(dict.fromkeys(found))

    def emails(self) -> tuple[str, ...]:
        found = []
        while match := self.take(EMAIL):
            found.append(match[0].rstrip("."))
        return tuple(found)
