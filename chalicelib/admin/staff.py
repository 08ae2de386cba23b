"""The staff as commands deal with it: people by their ids, put in each other's place, and reached by their operator.

What a command does with them is its own module's. Nothing here knows links, duties or files.
"""

from collections.abc import Iterable, Mapping

from chalicelib.domain.address import is_address
from chalicelib.domain.change import Change, Line, diff, partitioned
from chalicelib.domain.day import Office
from chalicelib.domain.errors_staff import OperatorUnknown, PersonGone
from chalicelib.domain.people import Organisation, Person, Unit


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
