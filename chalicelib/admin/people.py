"""People at the desk: found, added, changed, moved, taken off the roster, one by one or some at a time.

A value is read as a roster file's cell would be, by the same readers. Whole files are `importing`'s and `exporting`'s,
links are `links`'s. The price of true history: a duty given to somebody who leaves stays written, and is only warned
about.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never

from chalicelib.admin.chance import drawn_from, new_id
from chalicelib.admin.desk import Registry
from chalicelib.admin.finding import find
from chalicelib.admin.links import issue_links
from chalicelib.admin.roster import PersonDraft, Problem, Row, carried, parse_rows
from chalicelib.admin.rosterfields import Column
from chalicelib.admin.rules import removes_many
from chalicelib.admin.staff import is_reachable, known, rewritten
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.answer import Answer, Offer, Table
from chalicelib.domain.change import Change, Line, diff, partitioned
from chalicelib.domain.day import Office
from chalicelib.domain.errors import MessageId
from chalicelib.domain.errors_staff import CellRefused, NipInUse, PersonExists, UnitUnreported
from chalicelib.domain.people import Organisation, Person
from chalicelib.domain.periods import Between
from chalicelib.domain.policy import Arrangement, local_day

NAMES_SHOWN = 10
ROWS_SHOWN = 20


@dataclass(frozen=True)
class FindPeople:
    """Who bears these parts of a name, this NIP or phone, or works in the unit that the text names."""

    text: str


@dataclass(frozen=True)
class AddPerson:
    """Somebody joins; `fields` are further columns of the roster by name, as they would stand in a file."""

    name: str
    unit: str
    fields: Mapping[str, str]
    chance: bytes = b""


@dataclass(frozen=True)
class ChangePerson:
    """Put some columns of somebody's roster entry right; an empty text empties what may be empty."""

    person: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class MovePeople:
    """Some people work in another unit from now on."""

    people: tuple[str, ...]
    unit: str


@dataclass(frozen=True)
class Deactivate:
    """Some people leave the roster."""

    people: tuple[str, ...]


def decide(command: AddPerson | ChangePerson | MovePeople | Deactivate, office: Office, *, at: datetime) -> Change:
    """The change that a command makes.

    Raises: CellRefused, NipInUse, PersonExists, PersonGone, UnitUnreported.
    """
    match command:
        case AddPerson():
            return _added(command, office, at=at)
        case ChangePerson(person, fields):
            return _changed(office, person, fields)
        case MovePeople(people, unit):
            return _moved(office, people, unit, at=at)
        case Deactivate(people):
            return _left(office, people, at=at)
        case _:
            assert_never(command)


def cell_reason(key: str) -> MessageId:
    """The reason for which a cell is refused, in words that repeat nothing of the cell."""
    return MessageId(f"cell.{key.removeprefix('roster.')}")


def _added(command: AddPerson, office: Office, *, at: datetime) -> Change:
    organisation, random_bytes = office.organisation, drawn_from(command.chance)
    draft, doubts = _read({**command.fields, Column.NAME: command.name, Column.UNIT: command.unit}, organisation)
    person = replace(draft.person, id=new_id(random_bytes))
    _refuse_twice(person, office)
    if is_reachable(person, organisation):
        (person,), tokens = issue_links([person], random_bytes, at=at)
    else:
        tokens, doubts = {}, (*doubts, Line("person.no_link", {"unit": organisation.by_id[person.unit].name}))
    facts = {"name": person.name, "unit": organisation.by_id[person.unit].name}
    warnings = (*doubts, *_shared_phone(person, office))
    return rewritten(office, [person], Line("person.added", facts), warnings=warnings, tokens=tokens)


def _changed(office: Office, id: str, given: Mapping[str, str]) -> Change:
    (before,) = known(office, [id])
    entry: dict[str, str] = {Column.NAME: before.name, Column.UNIT: before.unit}
    if Column.EMPLOYMENT in given:  # a bare "ASN" leaves the kind to the NIP
        entry[Column.NIP] = before.nip or ""
    draft, doubts = _read({**entry, **given}, office.organisation)
    after = carried(draft, before)
    _refuse_twice(after, office)
    details = tuple(Line(f"person.field.{column}") for column in Column if column in given)
    warnings = (*doubts, *(_shared_phone(after, office) if Column.PHONE in given else ()))
    summary = Line("person.changed", {"name": before.name})
    return rewritten(office, [after], summary, details=details, warnings=warnings)


def _read(cells: Mapping[str, str], organisation: Organisation) -> tuple[PersonDraft, tuple[Line, ...]]:
    """One person's cells as a row of a roster file, and what is doubtful in them. Raises: CellRefused."""
    drafts, problems = parse_rows([Row(1, {Column(name): text for name, text in cells.items()})], organisation)
    for problem in problems:
        if problem.blocks:
            raise CellRefused(MessageId(f"roster.column.{problem.column}"), cell_reason(problem.key))
    return drafts[0], tuple(_doubt(problem) for problem in problems)


def _doubt(problem: Problem) -> Line:
    return Line(str(cell_reason(problem.key)))


def _refuse_twice(person: Person, office: Office) -> None:
    """Nobody is in the roster twice: by NIP, or without one by name, unit and phone. Raises: NipInUse, PersonExists."""
    units = office.organisation.by_id
    for other in (one for one in office.people if one.id != person.id):
        if person.nip and other.nip == person.nip:
            raise NipInUse(units[other.unit].name)
        if not person.nip and not other.nip and _traits(other) == _traits(person):
            raise PersonExists(person.name, units[person.unit].name)


def _traits(person: Person) -> tuple[str, str, str | None]:
    return person.name.casefold(), person.unit, person.phone


def _shared_phone(person: Person, office: Office) -> tuple[Line, ...]:
    sharing = sum(one.phone == person.phone for one in office.people if person.phone and one.id != person.id)
    return (Line("person.phone_shared", {"count": sharing}),) if sharing else ()


def _moved(office: Office, ids: Iterable[str], unit: str, *, at: datetime) -> Change:
    """Check-ins stay filed where they are, so that a move in the middle of a day loses none."""
    name = office.organisation.by_id[unit].name
    if office.organisation.reporter_of(unit) is None:
        raise UnitUnreported(name)
    moving = [person for person in known(office, ids) if person.unit != unit]
    after = [replace(one, unit=unit, filed_under=one.file if one.file != unit else None) for one in moving]
    summary = Line("people.moved", {"count": len(after), "unit": name})
    details, warnings = named("people.names", moving), _on_duty(office, moving, "people.moved_on_piket", at=at)
    return rewritten(office, after, summary, details=details, warnings=warnings)


def _left(office: Office, ids: Iterable[str], *, at: datetime) -> Change:
    """Their assignments stay as they were decided: true history, and an undo brings people back with their duties."""
    leaving = {person.id: person for person in known(office, ids)}
    stays = [person for person in office.people if person.id not in leaving]
    summary = Line("people.left", {"count": len(leaving)})
    details = named("people.names", leaving.values())
    warnings = _on_duty(office, leaving.values(), "people.left_on_piket", at=at)
    edits, many = diff(partitioned(office.people), partitioned(stays)), removes_many(office, leaving.values())
    return Change(edits, summary, details, warnings, needs_second=many)


def named(key: str, people: Iterable[Person]) -> tuple[Line, ...]:
    """A line with the names of some people, the first ten; none without people."""
    names = [person.name for person in people]
    more = f" (+{len(names) - NAMES_SHOWN})" if len(names) > NAMES_SHOWN else ""
    return (Line(key, {"names": ", ".join(names[:NAMES_SHOWN]) + more}),) if names else ()


def _on_duty(office: Office, people: Iterable[Person], key: str, *, at: datetime) -> tuple[Line, ...]:
    """A warning for each of the people who is on piket by name today or later, with the next day of it."""
    today = local_day(office.circulars.policies, at)
    return tuple(
        Line(key, {"name": person.name, "day": day}) for person in people if (day := _next_piket(office, person, today))
    )


def _next_piket(office: Office, person: Person, today: date) -> date | None:
    periods = [
        one.period for one in office.assignments if one.arrangement is Arrangement.PIKET and person.id in one.who.people
    ]
    coming = (one for one in periods if not isinstance(one, Between) or one.end >= today)
    return min((max(one.start, today) for one in coming), default=None)


def answer(command: FindPeople, registry: Registry, office: Office, admin: Admin, *, at: datetime) -> Answer:
    """Who is meant, among the people whose names the admin may read; no number and no position is told."""
    found = [one for one in find(command.text, office) if admin.sees(one.unit, office.organisation)]
    if not found:
        return Answer(Line("people.found_none"), (Line("people.found_none.how"),))
    units = office.organisation.by_id
    rows = tuple((one.name, units[one.unit].name, _link_state(one, at)) for one in found[:ROWS_SHOWN])
    more = (Line("people.found_more", {"count": len(found) - ROWS_SHOWN}),) if len(found) > ROWS_SHOWN else ()
    table = Table(("roster.column.name", "roster.column.unit", "people.column.link"), rows)
    form = Offer(Line("form.person.offer"), verb="roster.change", form="person")
    offers = () if admin.role is Role.AUDITOR else (form,)
    return Answer(Line("people.found", {"count": len(found)}), more, table, offers)


def _link_state(person: Person, at: datetime) -> Line:
    return Line("people.linked" if person.link_hash and person.could_report(at, at) else "people.unlinked")
