"""Refusals: the expected answers of "no", named as the state of affairs and carrying facts.

A person may see these and nothing else that goes wrong; each has a phrase in both languages under `refusal.<key>`.
Everything that is not a Refusal is a fault: it is left to fly, alarmed and retried.
"""

import re
from dataclasses import dataclass, fields
from datetime import date


class MessageId(str):
    """A fact that is itself a message id: whoever shows the refusal says its phrase in its place."""


class Refusal(Exception):
    """The base of every refusal; a subclass is a dataclass of the facts its phrase needs."""

    @property
    def key(self) -> str:
        """The message id under `refusal.`: the class name in snake case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()

    @property
    def facts(self) -> dict[str, object]:
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]


@dataclass(eq=False)
class PeriodReversed(Refusal):
    """A period ends before it starts."""

    start: date
    end: date


@dataclass(eq=False)
class CalendarUnknown(Refusal):
    """No decree names this year's holidays, so nobody can say which of its days are working days."""

    year: int


@dataclass(eq=False)
class LinkUnknown(Refusal):
    """The token opens nothing. Unknown, revoked and expired tokens are answered alike, so nothing can be probed."""


@dataclass(eq=False)
class SubmissionMalformed(Refusal):
    """The request is not a check-in: a field is missing, of the wrong type or out of range."""

    reason: str


@dataclass(eq=False)
class SubmissionTooLarge(Refusal):
    """The request is larger than any honest check-in."""

    limit_bytes: int


@dataclass(eq=False)
class PositionContradicted(Refusal):
    """A check-in carries both a position and a reason for having none, or neither."""


@dataclass(eq=False)
class CoordinatesSwapped(Refusal):
    """Latitude and longitude stand in each other's place: swapped, the pair lies in Indonesia."""


@dataclass(eq=False)
class NoPolicyInForce(Refusal):
    """No circular covers the day, so there is nothing to report."""

    day: date


@dataclass(eq=False)
class OfficeChanged(Refusal):
    """Somebody changed the office after it was read; what was about to be written rests on the older reading."""

    expected: int
    found: int


@dataclass(eq=False)
class OfficeNotOpen(Refusal):
    """No office has been opened in this deployment, so there is nothing to run."""


@dataclass(eq=False)
class ChangeIsEmpty(Refusal):
    """What was asked for is already so."""


@dataclass(eq=False)
class OutOfScope(Refusal):
    """The change concerns units, or the whole government, that the admin may not change."""


@dataclass(eq=False)
class CommandUnknown(Refusal):
    """The line begins with no command that Hadir knows."""

    typed: str


@dataclass(eq=False)
class LineTooLong(Refusal):
    """The line is longer than any command; `most` is how many characters are read."""

    most: int


@dataclass(eq=False)
class WordsNotUnderstood(Refusal):
    """A part of the line was not read; nothing is done on half a line. `verb` is the command that it began."""

    left: str
    verb: str = ""


@dataclass(eq=False)
class PieceMissing(Refusal):
    """The command lacks something that it cannot do without; `piece` names it, `verb` the command."""

    piece: str
    verb: str = ""


@dataclass(eq=False)
class PersonUnknown(Refusal):
    """Nobody whom the admin may see bears this name."""

    typed: str


@dataclass(eq=False)
class ButtonUsed(Refusal):
    """The button has been pressed already, or was shown more than a day ago."""


@dataclass(eq=False)
class NotForYou(Refusal):
    """The button was shown to somebody else, or the command is not for the role."""


@dataclass(eq=False)
class AccountTooNew(Refusal):
    """The account speaks for its admin since less than a day, too short to approve what another may not do alone."""


@dataclass(eq=False)
class AuthorOutOfScope(Refusal):
    """Whoever asked for the change may not make it any longer; whether the reader may does not matter."""

    name: str


@dataclass(eq=False)
class CodeUnknown(Refusal):
    """The linking code is wrong, used up or expired; which of these is not told."""


@dataclass(eq=False)
class TouchedSince(Refusal):
    """A later change rewrote what the undo would restore."""

    revision: int
    later: int
    who: str


@dataclass(eq=False)
class RevisionUnknown(Refusal):
    """No change has this number."""

    revision: int


@dataclass(eq=False)
class PublicPlace(Refusal):
    """Others read along here; names and changes belong into a private chat."""


@dataclass(eq=False)
class PeriodUnreadable(Refusal):
    """The words name no day, duration or condition, or more than one period."""

    text: str


@dataclass(eq=False)
class DateImpossible(Refusal):
    """The words name a day that no calendar has."""

    text: str


@dataclass(eq=False)
class ClockImpossible(Refusal):
    """The words name a time that no day has."""

    text: str


@dataclass(eq=False)
class PeriodUnclear(Refusal):
    """The words allow more than one period; each of `readings` says one of them and can stand in the text's place.

    `lifts` says that it is something's end that they leave open.
    """

    text: str
    readings: tuple[str, ...]
    lifts: bool = False


@dataclass(eq=False)
class UploadTooLarge(Refusal):
    """The file is larger than any roster."""

    limit_mb: int


@dataclass(eq=False)
class UploadUnreachable(Refusal):
    """The chat does not hand over the file: deleted, withdrawn, or never meant for the bot."""
