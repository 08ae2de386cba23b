"""Undoing: the inverse of a recorded change, as a change of its own.

Nothing is erased: the undone revision, the undo and an undo of the undo all stay in the audit. Refused when a later
change has touched the same facts, because putting back the old ones would lose it, and where the office that comes back
would break a rule that commands keep.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.admin.cautions import passed_today
from chalicelib.admin.desk import SEED, Registry
from chalicelib.admin.rules import check, removes_many
from chalicelib.domain.calendar import ZONES
from chalicelib.domain.change import Change, Edit, Fact, Line, Noun, changed, facts_of, key_of
from chalicelib.domain.day import Office
from chalicelib.domain.errors import MessageId, RevisionUnknown, TouchedSince

FIRST = 1
"""The revision that opened the office; there is nothing before it to go back to."""


@dataclass(frozen=True)
class Later:
    """A change after the one to be undone: its revision, who made it, and the facts it touched."""

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
    later = (
        Later(number, store.head_at(number).who, tuple(edit.key for edit in store.edits_of(number)))
        for number in range(command.revision + 1, newest + 1)
    )
    undone = store.head_at(command.revision)
    when = f"{undone.changed_at.astimezone(ZONES[registry.zone]):%d/%m/%Y %H.%M}"
    made = Made(undone.who, when, undone.summary)
    return Undoing(command.revision, store.edits_of(command.revision), tuple(later), made)


def decide(command: Undoing, office: Office, *, at: datetime) -> Change:
    """The inverse of what the revision changed. Raises: TouchedSince, and what `rules.check` does."""
    standing = _standing(office, command.edits)
    for edit in command.edits:
        if standing.get(edit.key) != edit.after:
            raise TouchedSince(command.revision, *_culprit(edit, command.later, office))
    inverse = Change(command.edits, Line("")).inverse
    after = changed(office, inverse)
    check(office, after, at=at)
    return Change(
        inverse,
        Line("change.undone", {"revision": command.revision}),
        _told(command.made, office) if command.made else (),
        passed_today(office.circulars, after.circulars, at=at),
        needs_second=removes_many(office, after),
    )


def _told(made: Made, office: Office) -> tuple[Line, ...]:
    return Line("change.undone.of", {"who": _name(made.who, office), "when": made.when}), made.summary


def _standing(office: Office, edits: Sequence[Edit]) -> dict[tuple[Noun, str], Fact]:
    nouns = {edit.key[0] for edit in edits}
    return {(noun, key_of(fact)): fact for noun in nouns for fact in facts_of(office, noun)}


def _culprit(edit: Edit, later: Sequence[Later], office: Office) -> tuple[int, str]:
    return next(((one.revision, _name(one.who, office)) for one in later if edit.key in one.keys), (0, ""))


def _name(admin: str, office: Office) -> str:
    """An admin by name, by id once they are gone; whoever opened the office is the system."""
    if admin == SEED.id:
        return MessageId("audit.system")
    return next((one.name for one in office.admins if one.id == admin), admin)
