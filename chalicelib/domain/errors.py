"""Refusals: the expected answers of "no", named as the state of affairs and carrying facts.

A person may see these and nothing else that goes wrong; each has a phrase in both languages under `refusal.<key>`.
Everything that is not a Refusal is a fault: it is left to fly, alarmed and retried.
"""

import re
from dataclasses import dataclass, field, fields
from datetime import date


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
class ZoneDiffers(Refusal):
    """A circular counts by another zone than the government this deployment serves."""

    policy: str
    government: str


@dataclass(eq=False)
class CadenceNotOffered(Refusal):
    """The circular wants check-ins at another rhythm than its slots, which Hadir does not keep yet."""

    cadence: str


@dataclass(eq=False)
class OfficeChanged(Refusal):
    """Somebody changed the office after it was read; what was about to be written rests on the older reading."""

    expected: int
    found: int


@dataclass(eq=False)
class RosterRejected(Refusal):
    """The file cannot become the roster as it stands; its error file names each row and reason."""

    problems: int
    error_file: bytes = field(repr=False)


@dataclass(eq=False)
class RosterShrinks(Refusal):
    """The file would remove more of the people than one file may without being asked."""

    left: int
    people: int


@dataclass(eq=False)
class RosterUnreadable(Refusal):
    """The file is not an XLSX workbook or CSV table that can be read."""

    reason: str
