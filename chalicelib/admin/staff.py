"""The staff as commands deal with it: people by their ids, put in each other's place, reached by their operator, and
told of as far as a reader may know them.

What a command does with them is its own module's. Nothing here knows links, duties or files.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from chalicelib.domain.access import Admin
from chalicelib.domain.address import is_address
from chalicelib.domain.answer import Cell
from chalicelib.domain.change import Change, Fact, Line, diff, partitioned
from chalicelib.domain.day import Attestation, Office
from chalicelib.domain.duty import Assignment
from chalicelib.domain.errors import MessageId
from chalicelib.domain.errors_staff import OperatorUnknown, PersonGone
from chalicelib.domain.people import Organisation, Person, Unit
from chalicelib.domain.policy import Selector

LONGEST = 60
"""Characters that a text has beside others in a table."""

OF_A_PERSON = re.compile(r"(?<!\d)(?:\d{16,18}|\d{8} \d{6} \d \d{3}|(?:\+?62|0)[ .-]?8(?:[ .-]?\d){7,11})(?!\d)")
"""A NIP, a NIK or a mobile number; the number of a letter is none of them."""


def rewritten(
    office: Office,
    people: Iterable[Person],
    summary: Line,
    *,
    details: tuple[Line, ...] = (),
    warnings: tuple[Line, ...] = (),
    tokens: Mapping[str, str] | None = None,
) -> Change:
    """The change that puts some people, known or new, in the place of those of the same id."""
    after = {person.id: person for person in office.people} | {person.id: person for person in people}
    edits = diff(partitioned(office.people), partitioned(after.values()))
    return Change(edits, summary, details, warnings, tokens or {})


def known(office: Office, people: Iterable[str]) -> tuple[Person, ...]:
    """The people behind some ids. Raises: PersonGone."""
    ids = tuple(dict.fromkeys(people))
    if any(one not in office.by_id for one in ids):
        raise PersonGone()
    return tuple(office.by_id[one] for one in ids)


def operator_of(unit: Unit) -> str:
    """Where a reporting unit's sheets and files go. Raises: OperatorUnknown."""
    if unit.operator_email is None or not is_address(unit.operator_email):
        raise OperatorUnknown(unit.name)
    return unit.operator_email


def operator_of_person(person: Person, organisation: Organisation) -> str:
    """Where a person's new link goes. Raises: OperatorUnknown."""
    return operator_of(organisation.reporter_of(person.unit) or organisation.by_id[person.unit])


def is_reachable(person: Person, organisation: Organisation) -> bool:
    """Whether there is an operator to hand a new link to the person."""
    try:
        return bool(operator_of_person(person, organisation))
    except OperatorUnknown:
        return False


def may_read(unit: str, office: Office, admin: Admin) -> bool:
    """Whether the admin may read the names of a unit's people; of a unit that is no more whoever sees everything."""
    known_units = office.organisation.by_id
    return admin.sees(unit, office.organisation) if unit in known_units else not admin.units


def may_know_whose(fact: Fact, office: Office, admin: Admin) -> bool:
    """Whether the admin may read the names of all people that a fact speaks of."""
    match fact:
        case Person(unit=unit):
            return may_read(unit, office, admin)
        case Assignment(who=Selector(people=people)) | Attestation(people=people):
            return not admin.units or isinstance(names_told(people, office, admin), str)
        case _:
            return True


def names_told(people: Sequence[str], office: Office, admin: Admin) -> Cell:
    """The names behind some ids that the admin may read, and how many others there are."""
    found = (office.by_id[one] for one in people if one in office.by_id)
    names = [person.name for person in found if may_read(person.unit, office, admin)]
    listed, hidden = ", ".join(names), len(people) - len(names)
    if not hidden:
        return listed
    return Line("duty.and_hidden" if listed else "duty.hidden", {"names": listed, "count": hidden})


def unit_told(unit: str, office: Office) -> str:
    """What a unit is called, by its code when it is no more."""
    units = office.organisation.by_id
    return units[unit].name if unit in units else unit


def criteria(who: Selector, office: Office) -> Iterator[Line]:
    """What a selector asks for besides names, a line each."""
    if who.units:
        yield Line("exemption.units", {"names": ", ".join(unit_told(one, office) for one in who.units)})
    yield from (Line(f"exemption.kind.{one}") for one in who.unit_kinds)
    yield from (Line(f"exemption.group.{one}") for one in who.groups)
    yield from (Line(f"exemption.job.{one}") for one in who.jobs)
    yield from (Line("exemption.domicile", {"name": one}) for one in who.domiciles)


def all_of(who: Selector) -> tuple[Line, ...]:
    """That several conditions hold together, where there are several."""
    asked = (who.people, who.units, who.unit_kinds, who.groups, who.jobs, who.domiciles)
    return (Line("exemption.all_of"),) if sum(map(bool, asked)) > 1 else ()


def selected(who: Selector, office: Office, admin: Admin) -> tuple[Cell, ...]:
    """Whom a selector means, a cell for each condition."""
    people = (names_told(who.people, office, admin),) if who.people else ()
    return (*people, *criteria(who, office), *all_of(who)) or (Line("audit.everybody"),)


def decided(kind: MessageId, who: Selector, office: Office, admin: Admin) -> tuple[Line, ...]:
    """That a decision of a kind holds for those whom a selector means, a line for each condition."""
    people = (_decided_for(kind, who.people, office, admin),) if who.people else ()
    others = (next(iter(line.facts.values()), MessageId(line.key)) for line in criteria(who, office))
    lines = (*people, *(Line("audit.of", {"kind": kind, "who": one}) for one in others))
    return lines or (Line("audit.of", {"kind": kind, "who": MessageId("audit.everybody")}),)


def _decided_for(kind: MessageId, people: Sequence[str], office: Office, admin: Admin) -> Line:
    """One person by name where the admin may read it, more by their number."""
    told = names_told(people, office, admin)
    if len(people) == 1 and isinstance(told, str):
        return Line("audit.of", {"kind": kind, "who": told})
    return Line("audit.of.people", {"kind": kind, "count": len(people)})


def entitled(kind: MessageId, who: Selector, office: Office, admin: Admin) -> Line:
    """A decision of a kind in one line, by its first condition."""
    first, *others = decided(kind, who, office, admin)
    return Line("audit.of.more", first.facts) if others and first.key == "audit.of" else first


def unnumbered(text: str) -> str:
    """The text with of every number of a person its last three digits."""
    return OF_A_PERSON.sub(lambda found: f"…{found[0][-3:]}", text)


def side_by_side(before: Cell, after: Cell) -> tuple[Cell, Cell]:
    """Both short; of texts that begin alike, from shortly before they differ."""
    if isinstance(before, str) and isinstance(after, str) and before != after and short(before) == short(after):
        differing = (place for place, (one, other) in enumerate(zip(before, after, strict=False)) if one != other)
        skip = next(differing, min(len(before), len(after))) - LONGEST // 2
        before, after = f"…{before[skip:]}", f"…{after[skip:]}"
    return short(before), short(after)


def short(cell: Cell) -> Cell:
    """A cell that leaves room for others beside it; message ids stay whole."""
    match cell:
        case Line(key=key, facts=facts):
            return Line(key, {name: _short(fact) if isinstance(fact, str) else fact for name, fact in facts.items()})
        case str():
            return _short(cell)
        case _:
            return cell


def _short(text: str) -> str:
    fits = isinstance(text, MessageId) or len(text) <= LONGEST
    return text if fits else f"{text[: LONGEST - 1]}…"
