"""A roster file becomes the roster: its rows are read, judged together and merged with the people already known.

All or nothing: one row that cannot be read leaves the old roster as it is. Reading files is `rosterfile`'s, the cells
are `rosterfields`'. The price of matching people by what a file says: a NIP put right makes a new person.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import TypeVar

from chalicelib.admin import rosterfields as fields
from chalicelib.admin.rosterfields import CellInvalid, Column, UnitNames
from chalicelib.domain.nip import Nip
from chalicelib.domain.people import Employment, Job, Organisation, Person, Place, PositionGroup

Value = TypeVar("Value")

ALIKE = 0.6
"""How alike two names must be for a shared phone to mean one person whose name was respelled."""


@dataclass(frozen=True)
class Row:
    """One row of the table. `number` is the file's own, from 1; `cells` has a key for every column the file has."""

    number: int
    cells: Mapping[Column, str]


@dataclass(frozen=True)
class Problem:
    """Something about a row, by message id. One that does not block is a warning: shown, and imported all the same."""

    row: int
    column: str
    key: str
    facts: dict[str, object] = field(default_factory=dict)
    blocks: bool = True


@dataclass(frozen=True)
class PersonDraft:
    """A row as a person without an id. `given` are the file's columns: what it has no column for stays as it was."""

    row: int
    person: Person
    given: frozenset[Column]


@dataclass(frozen=True)
class RosterChange:
    """What an import would do. `changed` pairs each person before and after; `roster` is everybody afterwards."""

    joined: tuple[Person, ...]
    changed: tuple[tuple[Person, Person], ...]
    left: tuple[Person, ...]
    unchanged: tuple[Person, ...]
    roster: tuple[Person, ...]


def parse_rows(rows: Iterable[Row], organisation: Organisation) -> tuple[tuple[PersonDraft, ...], tuple[Problem, ...]]:
    """The people in the rows and everything wrong with them, in the order of the rows.

    One blocking problem and nobody is imported: the drafts are then empty.
    """
    units = UnitNames(organisation)
    read = [_read(row, units) for row in rows]
    drafts = tuple(draft for draft, _ in read)
    problems = [problem for _, found in read for problem in found]
    problems = sorted([*problems, *_twice(drafts), *_shared_phones(drafts)], key=lambda problem: problem.row)
    return () if any(problem.blocks for problem in problems) else drafts, tuple(problems)


class _Cells:
    """The cells of one row, and the problems found while reading them."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self.problems: list[Problem] = []

    def read(self, column: Column, reader: Callable[[str], Value], default: Value) -> Value:
        """The cell's value; the default when it is empty or cannot be read."""
        text = fields.clean(self._row.cells.get(column, ""))
        try:
            return reader(text) if text else default
        except CellInvalid as refused:
            self.problem(column, refused.key, **refused.facts)
            return default

    def need(self, column: Column, reader: Callable[[str], str]) -> str:
        if not fields.clean(self._row.cells.get(column, "")):
            self.problem(column, "roster.missing")
        return self.read(column, reader, "")

    def problem(self, column: Column, key: str, **facts: object) -> None:
        self.problems.append(Problem(self._row.number, column, key, facts))

    def warn(self, column: Column, key: str, **facts: object) -> None:
        self.problems.append(Problem(self._row.number, column, key, facts, blocks=False))


def _read(row: Row, units: UnitNames) -> tuple[PersonDraft, list[Problem]]:
    cells = _Cells(row)
    nip = cells.read(Column.NIP, fields.nip_cell, None)
    employment = cells.read(Column.EMPLOYMENT, fields.employment_cell, None) or _employment_of(nip)
    _warn_about(nip, employment, cells)
    person = Person(
        id="",
        name=cells.need(Column.NAME, fields.name_cell),
        unit=cells.need(Column.UNIT, units.find),
        group=cells.read(Column.ECHELON, fields.group_cell, _group_of(employment)),
        employment=employment,
        position=cells.read(Column.POSITION, fields.text_cell, ""),
        job=cells.read(Column.JOB, fields.job_cell, Job.GENERAL),
        nip=nip.digits if nip else None,
        phone=cells.read(Column.PHONE, fields.phone_cell, None),
        email=cells.read(Column.EMAIL, fields.email_cell, None),
        domicile=cells.read(Column.DOMICILE, fields.domicile_cell, None),
        home=_home(cells),
    )
    return PersonDraft(row.number, person, frozenset(row.cells)), cells.problems


def _employment_of(nip: Nip | None) -> Employment:
    """The status of somebody whose row names none: who has no NIP is Non ASN."""
    if nip is None:
        return Employment.NON_ASN
    return Employment.PPPK if nip.is_pppk else Employment.PNS


def _group_of(employment: Employment) -> PositionGroup:
    """The position group of somebody whose row names no eselon."""
    return PositionGroup.NON_ASN if employment is Employment.NON_ASN else PositionGroup.PELAKSANA


def _warn_about(nip: Nip | None, employment: Employment, cells: _Cells) -> None:
    is_pns = employment in (Employment.PNS, Employment.CPNS)
    if nip and not nip.is_age_usual:
        cells.warn(Column.NIP, "roster.nip.age", age=nip.age_at_appointment)
    if nip and (employment is Employment.NON_ASN or is_pns == nip.is_pppk):
        cells.warn(Column.EMPLOYMENT, "roster.employment.contradicts_nip")


def _home(cells: _Cells) -> Place | None:
    faults = len(cells.problems)
    lat = cells.read(Column.LAT, fields.degrees_cell, None)
    lon = cells.read(Column.LON, fields.degrees_cell, None)
    if len(cells.problems) > faults or (lat is None and lon is None):
        return None
    if lat is None or lon is None:
        cells.problem(Column.LAT, "roster.home.half")
        return None
    try:
        return fields.home_of(lat, lon)
    except CellInvalid as refused:
        cells.problem(Column.LAT, refused.key)
        return None


def _twice(drafts: Iterable[PersonDraft]) -> Iterator[Problem]:
    """A problem on each later row of a person who has an earlier one, naming that row.

    Two rows are one person when their NIP is the same; without a NIP, when name, unit and phone are.
    """
    first: dict[object, int] = {}
    for draft in drafts:
        person = draft.person
        if not (person.nip or person.name):
            continue
        column, key = (Column.NIP, "roster.twice.nip") if person.nip else (Column.NAME, "roster.twice.person")
        who = person.nip or (person.phone, _name_and_unit(person))
        if (earlier := first.setdefault(who, draft.row)) != draft.row:
            yield Problem(draft.row, column, key, {"row": draft.row, "earlier": earlier})


def _shared_phones(drafts: Iterable[PersonDraft]) -> Iterator[Problem]:
    """A warning, not a problem: couples and colleagues do share a phone, but a link sent to it reaches both."""
    first: dict[str, int] = {}
    for draft in drafts:
        phone = draft.person.phone
        if phone and (earlier := first.setdefault(phone, draft.row)) != draft.row:
            yield Problem(draft.row, Column.PHONE, "roster.phone.shared", {"earlier": earlier}, blocks=False)


def merge(drafts: tuple[PersonDraft, ...], current: tuple[Person, ...], *, new_id: Callable[[], str]) -> RosterChange:
    """The roster that the drafts make of the current one; who is already known keeps id and link.

    Known by NIP, then by phone, then by name and unit, and only where that means one person on both sides. Two
    different NIPs are two people, whatever else agrees.
    """
    known = _known(drafts, current)
    pairs = [(known.get(draft.row), _after(draft, known.get(draft.row), new_id)) for draft in drafts]
    stays = {after.id for _, after in pairs}
    return RosterChange(
        joined=tuple(after for before, after in pairs if before is None),
        changed=tuple((before, after) for before, after in pairs if before and before != after),
        left=tuple(person for person in current if person.id not in stays),
        unchanged=tuple(after for before, after in pairs if before == after),
        roster=tuple(after for _, after in pairs),
    )


def _known(drafts: tuple[PersonDraft, ...], current: tuple[Person, ...]) -> dict[int, Person]:
    """The person already known behind each draft, by the draft's row."""
    known: dict[int, Person] = {}
    for key in (_nip, _phone, _name_and_unit):
        taken = {person.id for person in known.values()}
        people = _alone((key(person), person) for person in current if person.id not in taken)
        waiting = _alone((key(draft.person), draft) for draft in drafts if draft.row not in known)
        pairs = ((draft, people[who]) for who, draft in waiting.items() if who in people)
        known |= {draft.row: person for draft, person in pairs if not _are_two(draft.person, person)}
    return known


def _alone(entries: Iterable[tuple[object, Value]]) -> dict[object, Value]:
    """The entries whose key is no other entry's; those without a key are left out."""
    found = [(key, value) for key, value in entries if key]
    often = Counter(key for key, _ in found)
    return {key: value for key, value in found if often[key] == 1}


def _are_two(one: Person, other: Person) -> bool:
    """Whether they cannot be one person: two NIPs, or a phone handed on to somebody of quite another name."""
    if one.nip and other.nip:
        return one.nip != other.nip
    return SequenceMatcher(None, one.name.casefold(), other.name.casefold()).ratio() < ALIKE


def _nip(person: Person) -> object:
    return person.nip


def _phone(person: Person) -> object:
    return person.phone


def _name_and_unit(person: Person) -> object:
    return person.name.casefold(), person.unit


def _after(draft: PersonDraft, known: Person | None, new_id: Callable[[], str]) -> Person:
    return carried(draft, known) if known else replace(draft.person, id=new_id())


def carried(draft: PersonDraft, known: Person) -> Person:
    """The draft as the known person: id and link stay, and so does what the file has no column for."""
    given, person = draft.given, draft.person
    return replace(
        person,
        id=known.id,
        link_hash=known.link_hash,
        link_since=known.link_since,
        link_issued=known.link_issued,
        filed_under=known.file if known.file != person.unit else None,
        group=person.group if Column.ECHELON in given else known.group,
        employment=person.employment if Column.EMPLOYMENT in given else known.employment,
        position=person.position if Column.POSITION in given else known.position,
        job=person.job if Column.JOB in given else known.job,
        nip=person.nip if Column.NIP in given else known.nip,
        phone=person.phone if Column.PHONE in given else known.phone,
        email=person.email if Column.EMAIL in given else known.email,
        domicile=person.domicile if Column.DOMICILE in given else known.domicile,
        home=person.home if Column.LAT in given or Column.LON in given else known.home,
    )
