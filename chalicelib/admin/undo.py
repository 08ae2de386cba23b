"""Undoing: the inverse of a recorded change, as a change of its own.

Nothing is erased: the undone revision, the undo and an undo of the undo all stay in the audit. Refused when a later
change has touched the same facts, because putting back the old ones would lose it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.admin.desk import Registry
from chalicelib.domain.change import Change, Edit, Fact, Line, Noun, facts_of, key_of
from chalicelib.domain.day import Office
from chalicelib.domain.errors import RevisionUnknown, TouchedSince

FIRST = 1
"""The revision that opened the office; there is nothing before it to go back to."""


@dataclass(frozen=True)
class Later:
    """A change after the one to be undone: its revision, who made it, and the facts it touched."""

    revision: int
    who: str
    keys: tuple[tuple[Noun, str], ...]


@dataclass(frozen=True)
class Undo:
    """Take back a revision."""

    revision: int


@dataclass(frozen=True)
class Undoing:
    """An undo with what its revision changed, and what came later."""

    revision: int
    edits: tuple[Edit, ...]
    later: tuple[Later, ...]


def look_up(command: Undo, registry: Registry) -> Undoing:
    """What is needed to decide an undo. Raises: RevisionUnknown."""
    store = registry.records.office
    head = store.head()
    newest = head.revision if head else 0
    if not FIRST < command.revision <= newest:
        raise RevisionUnknown(command.revision)
    later = (
        Later(number, store.head_at(number).who, tuple(edit.key for edit in store.edits_of(number)))
        for number in range(command.revision + 1, newest + 1)
    )
    return Undoing(command.revision, store.edits_of(command.revision), tuple(later))


def decide(command: Undoing, office: Office, *, at: datetime) -> Change:
    """The inverse of what the revision changed. Raises: TouchedSince."""
    standing = _standing(office, command.edits)
    for edit in command.edits:
        if standing.get(edit.key) != edit.after:
            raise TouchedSince(command.revision, *_culprit(edit, command.later))
    inverse = Change(command.edits, Line("")).inverse
    return Change(inverse, Line("change.undone", {"revision": command.revision}))


def _standing(office: Office, edits: Sequence[Edit]) -> dict[tuple[Noun, str], Fact]:
    nouns = {edit.key[0] for edit in edits}
    return {(noun, key_of(fact)): fact for noun in nouns for fact in facts_of(office, noun)}


def _culprit(edit: Edit, later: Sequence[Later]) -> tuple[int, str]:
    return next(((one.revision, one.who) for one in later if edit.key in one.keys), (0, ""))
