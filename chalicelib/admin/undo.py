"""Undoing: the inverse of a recorded change, as a change of its own.

Nothing is erased: the undone revision, the undo and an undo of the undo all stay in the audit. Refused when a later
change has touched the same facts, because putting back the old ones would lose it, and where the office that comes back
would break a rule that commands keep.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.admin.audit import when_made, who_made
from chalicelib.admin.cautions import of_today
from chalicelib.admin.desk import Registry
from chalicelib.admin.rules import check, removes_many
from chalicelib.domain.change import Change, Edit, Fact, Line, Noun, changed, facts_of, key_of
from chalicelib.domain.day import Office
from chalicelib.domain.errors import RevisionUnknown, TouchedSince

FIRST = 1
"""The revision that opened the office; there is nothing before it to go back to."""


@dataclass(frozen=True)
class Later:
    """A change after the one to be undone: its revision, who made it by name, and the facts it touched."""

    revision: int
    who: str
    keys: tuple[tuple[Noun, str], ...]


@dataclass(frozen=True)
class Made:
    """What is to be undone, for whoever decides on it: whose it was, when by the government's clock, and what."""

    who: str
    when: str
    summary: Line


@dataclass(frozen=True)
class Undo:
    """Take back a revision."""

    revision: int


@dataclass(frozen=True)
class Undoing:
    """An undo with what its revision changed, what came later, and, where it is shown to anybody, whose it was."""

    revision: int
    edits: tuple[Edit, ...]
    later: tuple[Later, ...]
    made: Made | None = None


def look_up(command: Undo, registry: Registry) -> Undoing:
    """What is needed to decide an undo. Raises: RevisionUnknown."""
    store = registry.records.office
    head = store.head()
    newest = head.revision if head else 0
    if not FIRST < command.revision <= newest:
        raise RevisionUnknown(command.revision)
    admins = store.at(newest).admins
    later = (
        Later(
            number,
            who_made(store.head_at(number), admins, registry),
            tuple(edit.key for edit in store.edits_of(number)),
        )
        for number in range(command.revision + 1, newest + 1)
    )
    undone = store.head_at(command.revision)
    made = Made(who_made(undone, admins, registry), when_made(undone, registry), undone.summary)
    return Undoing(command.revision, store.edits_of(command.revision), tuple(later), made)


def decide(command: Undoing, office: Office, *, at: datetime) -> Change:
    """The inverse of what the revision changed. Raises: TouchedSince, and what `rules.check` does."""
    standing = _standing(office, command.edits)
    for edit in command.edits:
        if standing.get(edit.key) != edit.after:
            raise TouchedSince(command.revision, *_culprit(edit, command.later))
    inverse = Change(command.edits, Line("")).inverse
    after = changed(office, inverse)
    check(office, after, at=at)
    return Change(
        inverse,
        Line("change.undone", {"revision": command.revision}),
        _told(command.made) if command.made else (),
        of_today(office.circulars, after.circulars, at=at),
        needs_second=removes_many(office, [one for one in office.people if one.id not in after.by_id]),
    )


def _told(made: Made) -> tuple[Line, ...]:
    return Line("change.undone.of", {"who": made.who, "when": made.when}), made.summary


def _standing(office: Office, edits: Sequence[Edit]) -> dict[tuple[Noun, str], Fact]:
    nouns = {edit.key[0] for edit in edits}
    return {(noun, key_of(fact)): fact for noun in nouns for fact in facts_of(office, noun)}


def _culprit(edit: Edit, later: Sequence[Later]) -> tuple[int, str]:
    return next(((one.revision, one.who) for one in later if edit.key in one.keys), (0, ""))
