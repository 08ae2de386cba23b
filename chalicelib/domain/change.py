"""A change of the office as one value: the facts before and after, and what is said of it.

The desk shows it, commits it, undoes it by its inverse, and the audit is the same value read back from two revisions.
Nothing here reads or writes; which facts a command changes is decided in `admin/`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from chalicelib.domain.access import Admin
from chalicelib.domain.calendar import Calendar, Decree
from chalicelib.domain.day import Attestation, Circulars, Office
from chalicelib.domain.duty import Assignment
from chalicelib.domain.people import Address, Organisation, Person, Unit
from chalicelib.domain.policy import DAY, Policy

F = TypeVar("F", bound="Fact")

Fact = Unit | Person | Policy | Decree | Assignment | Address | Admin | Attestation


class Noun(StrEnum):
    """The kinds of facts an office is made of."""

    UNITS = "units"
    PEOPLE = "people"
    POLICIES = "policies"
    DECREES = "decrees"
    ASSIGNMENTS = "assignments"
    ADDRESSES = "addresses"
    ADMINS = "admins"
    ATTESTATIONS = "attestations"


KINDS: dict[Noun, type[Fact]] = {
    Noun.UNITS: Unit,
    Noun.PEOPLE: Person,
    Noun.POLICIES: Policy,
    Noun.DECREES: Decree,
    Noun.ASSIGNMENTS: Assignment,
    Noun.ADDRESSES: Address,
    Noun.ADMINS: Admin,
    Noun.ATTESTATIONS: Attestation,
}
NOUNS = {kind: noun for noun, kind in KINDS.items()}


def noun_of(fact: Fact) -> Noun:
    return NOUNS[type(fact)]


def key_of(fact: Fact) -> str:
    """What names a fact among its noun's, whatever else of it changes."""
    match fact:
        case Decree():
            return fact.number
        case Address():
            return fact.office
        case _:
            return fact.id


def partition_of(fact: Fact) -> str:
    """What a fact is kept with and rewritten with: people by unit, attestations by day, all else by noun."""
    match fact:
        case Person():
            return f"{Noun.PEOPLE}#{fact.unit}"
        case Attestation():
            return f"{Noun.ATTESTATIONS}#{fact.day.isoformat()}"
        case _:
            return noun_of(fact)


@dataclass(frozen=True)
class Line:
    """One line to be said to a person, as message id and facts."""

    key: str
    facts: Mapping[str, str | int | date] = field(default_factory=dict)


@dataclass(frozen=True)
class Edit:
    """One fact before and after; `None` where there is none.

    `stood` is where `before` stood in its partition; an undo brings it back as `stands`, where `after` is to stand.
    """

    before: Fact | None
    after: Fact | None
    stood: int | None = None
    stands: int | None = None

    @property
    def key(self) -> tuple[Noun, str]:
        fact = self.after if self.before is None else self.before
        assert fact is not None, "an edit of nothing"
        return noun_of(fact), key_of(fact)

    @property
    def partitions(self) -> tuple[str, ...]:
        """The partitions that the edit touches: two when a person moves."""
        return tuple(dict.fromkeys(partition_of(fact) for fact in (self.before, self.after) if fact is not None))

    @property
    def inverse(self) -> "Edit":
        return Edit(self.after, self.before, self.stands, self.stood)


@dataclass(frozen=True)
class Change:
    """What a command does to the office.

    `summary` says it in a line, `details` echo what was read before anything changes, `warnings` are what an admin
    should think about. `tokens` are new check-in links by person: they go to the operators' sheets and are never kept.
    `needs_second` asks for the yes of another admin.
    """

    edits: tuple[Edit, ...]
    summary: Line
    details: tuple[Line, ...] = ()
    warnings: tuple[Line, ...] = ()
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    needs_second: bool = False

    @property
    def inverse(self) -> tuple[Edit, ...]:
        """The edits that make the office what it was."""
        return tuple(edit.inverse for edit in self.edits)


def edit(before: Fact | None, after: Fact | None, among: Sequence[Fact] = ()) -> Edit:
    """An edit of one fact. `among` are the facts of its noun, from which the place of `before` is counted."""
    if before is None:
        return Edit(None, after)
    alike = [fact for fact in among if partition_of(fact) == partition_of(before)]
    return Edit(before, after, alike.index(before) if before in alike else None)


def apply(partition: str, facts: Sequence[Fact], edits: Iterable[Edit]) -> tuple[Fact, ...]:
    """The facts of one partition after some edits: replaced where they stand, put back where they stood, else added
    at the end."""
    after = {key_of(fact): fact for fact in facts}
    returning: list[tuple[int, Fact]] = []
    for one in edits:
        if one.after is None or partition_of(one.after) != partition:
            after.pop(one.key[1], None)
        elif one.stands is None or one.key[1] in after:
            after[one.key[1]] = one.after
        else:
            returning.append((one.stands, one.after))
    ordered = list(after.values())
    for place, fact in sorted(returning, key=lambda entry: entry[0]):
        ordered.insert(place, fact)
    return tuple(ordered)


def diff(before: Mapping[str, Sequence[Fact]], after: Mapping[str, Sequence[Fact]]) -> tuple[Edit, ...]:
    """The edits that lead from some partitions to others; a fact that changed partition is one edit."""
    old = {_name(fact): (place, fact) for facts in before.values() for place, fact in enumerate(facts)}
    new = {_name(fact): fact for facts in after.values() for fact in facts}
    gone = [Edit(fact, new.get(name), place) for name, (place, fact) in old.items() if new.get(name) != fact]
    return (*gone, *(Edit(None, fact) for name, fact in new.items() if name not in old))


def _name(fact: Fact) -> tuple[Noun, str]:
    return noun_of(fact), key_of(fact)


def partitioned(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    """Facts by the partition they are kept in, in their order."""
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        found.setdefault(partition_of(fact), []).append(fact)
    return found


def facts_of(office: Office, noun: Noun) -> tuple[Fact, ...]:
    """The facts of one noun, of an office that was read whole."""
    match noun:
        case Noun.UNITS:
            return office.organisation.units
        case Noun.PEOPLE:
            return office.people
        case Noun.POLICIES:
            return office.circulars.policies
        case Noun.DECREES:
            return office.circulars.calendar.decrees
        case Noun.ASSIGNMENTS:
            return office.assignments
        case Noun.ADDRESSES:
            return tuple(Address(name, emails) for name, emails in office.addresses.items())
        case Noun.ADMINS:
            return office.admins
        case Noun.ATTESTATIONS:
            return office.attestations


def changed(office: Office, edits: Sequence[Edit]) -> Office:
    """The whole office as it would be after some edits."""
    units = _only(Unit, _changed(facts_of(office, Noun.UNITS), Noun.UNITS, edits, ()))
    order = [f"{Noun.PEOPLE}#{unit.id}" for unit in units]
    after = {noun: _changed(facts_of(office, noun), noun, edits, order) for noun in Noun}
    return replace(
        office,
        organisation=Organisation(units),
        circulars=Circulars(_only(Policy, after[Noun.POLICIES]), Calendar(_only(Decree, after[Noun.DECREES]))),
        assignments=_only(Assignment, after[Noun.ASSIGNMENTS]),
        addresses={one.office: one.emails for one in _only(Address, after[Noun.ADDRESSES])},
        admins=_only(Admin, after[Noun.ADMINS]),
        people=_only(Person, after[Noun.PEOPLE]),
        attestations=_only(Attestation, after[Noun.ATTESTATIONS]),
    )


def _changed(facts: tuple[Fact, ...], noun: Noun, edits: Sequence[Edit], order: Sequence[str]) -> tuple[Fact, ...]:
    own = [one for one in edits if one.key[0] is noun]
    if not own:
        return facts
    before = partitioned(facts)
    after: dict[str, Sequence[Fact]] = {**before}
    for name in dict.fromkeys(name for one in own for name in one.partitions):
        after[name] = apply(name, before.get(name, ()), [one for one in own if name in one.partitions])
    return tuple(fact for name in _ordered(before, after, order) for fact in after[name])


def _ordered(before: Iterable[str], after: Iterable[str], order: Sequence[str]) -> list[str]:
    """The partitions there were, as they stood, and each new one before those that the order puts later."""
    places = {name: place for place, name in enumerate(order)}
    found = list(before)
    for name in (name for name in after if name not in found):
        later = (place for place, one in enumerate(found) if places.get(one, 0) > places.get(name, 0))
        found.insert(next(later, len(found)), name)
    return found


def _only(kind: type[F], facts: Iterable[Fact]) -> tuple[F, ...]:
    return tuple(fact for fact in facts if isinstance(fact, kind))


def units_concerned(edits: Iterable[Edit], office: Office) -> tuple[str, ...] | None:
    """The units whose facts the edits change; None when they concern the whole government, or somebody who is in no
    unit any more."""
    edits = tuple(edits)
    if _alters_gone(edits, office):
        return None
    found: list[str] = []
    for one in edits:
        for fact in (one.before, one.after):
            units = _units_of(fact, office) if fact is not None else ()
            if units is None:
                return None
            found += units
    return tuple(dict.fromkeys(found))


def _units_of(fact: Fact, office: Office) -> tuple[str, ...] | None:
    match fact:
        case Person():
            return (fact.unit,)
        case Assignment(who=who) if who.people:
            return _units_where(who.people, office)
        case Assignment(who=who) if who.units:
            return who.units
        case Attestation(people=people):
            return _units_where(people, office)
        case _:
            return None


def _alters_gone(edits: Iterable[Edit], office: Office) -> bool:
    """Whether a day of somebody who has left the roster changes. None does where a decision is only parted in time:
    the parts then begin where the one before ends, and all bounds but the outermost cancel out."""
    bounds: Counter[tuple[object, ...]] = Counter()
    for one in edits:
        for fact, sign in ((one.before, -1), (one.after, 1)):
            if isinstance(fact, Assignment):
                ends = fact.period.last_day
                for person in set(fact.who.people) - office.by_id.keys():
                    bounds[person, fact.arrangement, fact.period.start] += sign
                    bounds[person, fact.arrangement, ends + DAY if ends else None] -= sign
            elif isinstance(fact, Attestation):
                bounds.update({(person, fact.id): sign for person in set(fact.people) - office.by_id.keys()})
    return any(bounds.values())


def _units_where(people: Iterable[str], office: Office) -> tuple[str, ...]:
    return tuple(office.by_id[one].unit for one in people if one in office.by_id)
