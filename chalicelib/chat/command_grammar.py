"""The table of commands and how a typed line becomes one.

Each row names a command, the words that begin it (Indonesian first), how the rest of the line is read and what carries
it out; help and the scenarios are made from this table. A line is forgiven its case, order and typos, but never
guessed: a near miss is answered with a question. What is no typed line, as a file or a form, is read elsewhere.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any
from unicodedata import category

from chalicelib.chat.asking import Choose, Option, spoken
from chalicelib.chat.date_words import MAX_CHARS, pieces_of
from chalicelib.chat.naming import ALIKE, masked
from chalicelib.chat.pieces import Pieces
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.change import Change, Line
from chalicelib.domain.day import Office
from chalicelib.domain.errors import CommandUnknown, LineTooLong, PieceMissing, WordsNotUnderstood

MOST_SUGGESTED = 4
SURE = 0.85
"""How near a longer verb must be for a line that begins with a shorter one to be questioned."""

SAVE, SEND, ISSUE = "chat.confirm", "chat.confirm.send", "chat.confirm.issue"
"""What a button may say that does what was shown."""

GREETINGS = re.compile(r"^\s*(?:/?hadir\b|/|tolong|mohon|minta|please|coba|min\b|admin\b(?=\s+tolong))[\s,:]*", re.I)


class Noun(StrEnum):
    """The chapters of the help."""

    POLICY = "policy"
    WORKDAY = "workday"
    CALENDAR = "calendar"
    ROSTER = "roster"
    LINK = "link"
    PIKET = "piket"
    EXEMPTION = "exemption"
    ABSENCE = "absence"
    REPORT = "report"
    ACCESS = "access"
    RECORD = "record"


@dataclass(frozen=True)
class Verb:
    """One row of the table; exactly one of `decide`, `answer`, `perform` and `talk` is set, `preview` with `perform`.

    `words` begin the line; where `keeps` is set they are read with the rest, because they say something ("sampai PSBB
    dicabut"). `complete` adds what a command needs besides the line, right before it is decided and never stored.
    `confirms` is what the button says that does what was shown.
    Help and example are `command.<name>.help` and `.example`.
    """

    name: str
    noun: Noun
    command: type
    words: tuple[str, ...]
    read: Callable[[Pieces], object]
    decide: Callable[..., Change] | None = None
    answer: Callable[..., Any] | None = None
    preview: Callable[..., Any] | None = None
    perform: Callable[..., Any] | None = None
    complete: Callable[..., Any] | None = None
    talk: Callable[..., Any] | None = None
    keeps: bool = False
    confirms: str = SAVE

    @property
    def roles(self) -> frozenset[Role]:
        """Who may give the command at all; how far it reaches is judged with what it does."""
        return frozenset(Role) if self.answer or self.talk else frozenset({Role.BKD, Role.OPERATOR})


@dataclass(frozen=True)
class Understood:
    """A line as a command; `notes` are what struck the reader about its words."""

    verb: Verb
    command: Any
    notes: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Table:
    """All verbs, as one grammar."""

    verbs: tuple[Verb, ...]

    def verb_of(self, command: object) -> Verb:
        """The row of a command that was read; a line that began as one verb may turn out to be its sibling."""
        return next(verb for verb in self.verbs if verb.command is type(command))

    def named(self, name: str) -> Verb:
        return next(verb for verb in self.verbs if verb.name == name)

    def line_of(self, verb: str, rest: str) -> str:
        """The line that gives a verb by its name, as somebody would type it; the rest alone without one."""
        return f"{self.named(verb).words[0]} {rest}".strip() if verb else rest

    def read(self, line: str, office: Office, admin: Admin, zone: str, *, at: datetime) -> "Understood":
        """What a line means, its names looked up in the office. `at` is in the government's zone.

        Raises: LineTooLong, CommandUnknown, PieceMissing, WordsNotUnderstood and what the pieces raise; Choose for a
        question.
        """
        if len(line) > MAX_CHARS:
            raise LineTooLong(MAX_CHARS)
        line = _visible(line)
        plain = _without_greeting(line)
        found = self._match(plain)
        if near := self._near_misses(plain, found):
            raise Choose(Line("chat.choose.command"), near)
        if found is None or _says_a_day(plain[slice(*found[1:])]):
            found = self._match_anywhere(plain) or found
        if found is None:
            raise CommandUnknown(masked(plain.strip())[:60])
        verb, start, end = found
        pieces = Pieces(line, office, admin, zone, at=at)
        pieces.blank(0, len(plain) - len(plain.lstrip()))
        if verb.keeps:
            pieces.verb = (start, end)
        else:
            pieces.blank(start, end)
        try:
            command = verb.read(pieces)
            pieces.done()
        except PieceMissing as missing:
            raise PieceMissing(missing.piece, verb.name) from missing
        except WordsNotUnderstood as odd:
            raise WordsNotUnderstood(odd.left, verb.name) from odd
        return Understood(self.verb_of(command), command, tuple(pieces.notes))

    def asks_for(self, line: str, *, anywhere: bool) -> bool:
        """Whether a line begins like a command of the office, rightly or nearly, or has one `anywhere` in it; what only
        concerns the conversation is none."""
        plain = _without_greeting(_visible(line))
        if len(plain) > MAX_CHARS:
            return False
        found = self._match(plain) or (self._match_anywhere(plain) if anywhere else None)
        return found[0].talk is None if found else bool(self._near_misses(plain, None))

    def _match(self, line: str) -> tuple[Verb, int, int] | None:
        """The verb whose words begin the line, the longest of them."""
        return max(
            (found for verb in self.verbs for word in verb.words if (found := _at_start(verb, word, line))),
            key=lambda found: found[2],
            default=None,
        )

    def _match_anywhere(self, line: str) -> tuple[Verb, int, int] | None:
        """The verb whose words stand somewhere in the line, the longest of them: "besok piket dinkes". Words that say a
        day count only where no others do."""
        found = [
            (verb, match.start(), match.end())
            for verb in self.verbs
            for word in verb.words
            if len(word) > 3 and (match := re.search(rf"(?<![\w-]){_spaced(word)}(?![\w-])", line, re.I))
        ]
        return max(found, key=lambda one: (not _says_a_day(line[slice(*one[1:])]), one[2] - one[1]), default=None)

    def _near_misses(self, line: str, found: tuple[Verb, int, int] | None) -> tuple[Option, ...]:
        """What may have been meant by a line that begins almost like some verbs; nothing when it begins like one and
        no longer verb is nearer: "cabut tautn" is not a lifting called "tautn"."""
        exact = line[found[1] : found[2]] if found else ""
        near: dict[str, tuple[float, str]] = {}
        for verb in self.verbs:
            for word in verb.words:
                head, tail = _split(line, len(word.split()))
                if len(head) > 2 * len(word):  # too long to be like it, and to be compared in time
                    continue
                likeness = SequenceMatcher(None, head.casefold(), word).ratio()
                is_longer = len(word.split()) > len(exact.split())
                if likeness >= (SURE if exact else ALIKE) and (is_longer or not exact):
                    near[verb.name] = max(near.get(verb.name, (0.0, "")), (likeness, f"{word} {tail}".strip()))
        likely = dict.fromkeys(text for _, text in sorted(near.values(), reverse=True))
        return tuple(spoken(text) for text in list(likely)[:MOST_SUGGESTED])


def _visible(line: str) -> str:
    """The line without signs that only say which way it is written."""
    return "".join(sign for sign in line if category(sign) != "Cf")


def _says_a_day(words: str) -> bool:
    return {piece.kind for piece in pieces_of(words)} == {"r"}


def _without_greeting(line: str) -> str:
    """The line with spaces where it greets or is polite, as long as something follows."""
    plain = line
    while (match := GREETINGS.match(plain)) and plain[match.end() :].strip():
        politeness = match.end()
        if not plain[:politeness].strip():
            break
        plain = " " * politeness + plain[politeness:]
    return plain


def _spaced(words: str) -> str:
    return r"\s+".join(re.escape(word) for word in words.split())


def _at_start(verb: Verb, words: str, line: str) -> tuple[Verb, int, int] | None:
    match = re.match(rf"\s*({_spaced(words)})(?![\w-])", line, re.I)
    return (verb, match.start(1), match.end(1)) if match else None


def _split(line: str, words: int) -> tuple[str, str]:
    """The first so many words of a line, and the rest."""
    parts = line.split(maxsplit=words)
    return " ".join(parts[:words]), parts[words] if len(parts) > words else ""
