"""A finding of the doctor: what was looked at, how it stands, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

TOOL: Final = ".venv/bin/python -m infra.operator"
"""How the operator's tool is typed in the folder of the repository."""

RUNBOOK: Final = "docs/runbook.md"


class Mark(StrEnum):
    GOOD = "✓"
    LOOK = "!"  # works, but somebody should know
    WRONG = "✗"  # not ready as long as this stands


@dataclass(frozen=True)
class Finding:
    """What the doctor says of one thing."""

    mark: Mark
    what: str
    found: str
    remedy: str = ""


def good(what: str, found: str) -> Finding:
    return Finding(Mark.GOOD, what, found)


def look(what: str, found: str, remedy: str) -> Finding:
    return Finding(Mark.LOOK, what, found, remedy)


def wrong(what: str, found: str, remedy: str) -> Finding:
    return Finding(Mark.WRONG, what, found, remedy)
