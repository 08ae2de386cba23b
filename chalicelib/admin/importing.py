"""A roster file becomes the roster, all of it or nothing, and everybody in it has a check-in link.

Reading rows and telling who is who is `roster`'s. The price of one file for the whole roster, or for all people of some
units: whoever the file leaves out leaves the office, so a file that removes many waits for somebody else's yes.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from chalicelib.admin import desk
from chalicelib.admin.chance import drawn_from, new_id
from chalicelib.admin.desk import SEED, Registry
from chalicelib.admin.links import issue_links
from chalicelib.admin.parcels import Outcome, Parcel, mailbox_of
from chalicelib.admin.people import cell_reason, named
from chalicelib.admin.roster import PersonDraft, Problem, RosterChange, Row, merge, parse_rows
from chalicelib.admin.rosterfields import Column
from chalicelib.admin.rules import removes_many
from chalicelib.admin.staff import is_reachable
from chalicelib.domain.access import Admin
from chalicelib.domain.answer import Answer, Table
from chalicelib.domain.change import Change, Line, diff, partitioned
from chalicelib.domain.day import Office
from chalicelib.domain.errors_staff import AddressMissing, OperatorUnknown, RosterRejected
from chalicelib.domain.people import Person
from chalicelib.rosterfile import error_file, read_table

LINES_SHOWN = 15
ROWS_NAMED = 10


@dataclass(frozen=True)
class ImportRoster:
    """Make an uploaded file the roster: of some units with all below them, or without units of everybody.

    `upload` is what the platform calls the file; its bytes are fetched right before deciding and never stored.
    """

    upload: str
    filename: str
    data: bytes = b""
    chance: bytes = b""
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a file would do, links included: the change, its warnings, and the tokens of new links by person."""

    roster: RosterChange
    warnings: tuple[Problem, ...]
    tokens: dict[str, str]


def decide(command: ImportRoster, office: Office, *, at: datetime) -> Change:
    """The change that the file makes; a new link is issued where there is an operator to hand it out.

    Raises: RosterUnreadable, RosterRejected with the error file.
    """
    random_bytes, units = drawn_from(command.chance), _inside(command.units, office)
    merged, warnings = _merged(command.data, command.filename, office, units, random_bytes)
    reached = [person for person in merged.roster if is_reachable(person, office.organisation)]
    linked, tokens = issue_links(reached, random_bytes, at=at)
    by_id = {person.id: person for person in linked}
    own = tuple(by_id.get(person.id, person) for person in merged.roster)
    others = tuple(person for person in office.people if person.unit not in units)
    change = change_of(Reading(replace(merged, roster=(*others, *own)), warnings, tokens), office)
    doubts = (*_doubts(warnings), *_waiting(own, office, at))
    return replace(change, details=named("import.leaves", merged.left), warnings=doubts)


def _inside(units: tuple[str, ...], office: Office) -> frozenset[str]:
    """The units whose people a file lists: some with all below them, or all there are."""
    return office.organisation.within(units) if units else frozenset(office.organisation.by_id)


def read_file(
    data: bytes, filename: str, office: Office, random_bytes: Callable[[int], bytes], *, at: datetime
) -> Reading:
    """What a file would make of the roster. Raises: RosterUnreadable, RosterRejected with the error file."""
    merged, warnings = _merged(data, filename, office, _inside((), office), random_bytes)
    people, tokens = issue_links(merged.roster, random_bytes, at=at)
    return Reading(replace(merged, roster=people), warnings, tokens)


def _merged(
    data: bytes, filename: str, office: Office, units: frozenset[str], random_bytes: Callable[[int], bytes]
) -> tuple[RosterChange, tuple[Problem, ...]]:
    """What a file makes of the people of some units, and what is doubtful in it."""
    rows = read_table(data, filename)
    drafts, problems = parse_rows(rows, office.organisation)
    problems = (*problems, *_elsewhere(drafts, office.people, units))
    blocking = [problem for problem in problems if problem.blocks]
    if blocking or not drafts:
        raise _rejected(blocking, problems, rows)
    own = tuple(person for person in office.people if person.unit in units)
    return merge(drafts, own, new_id=lambda: new_id(random_bytes)), tuple(problems)


def _rejected(blocking: list[Problem], problems: Iterable[Problem], rows: list[Row]) -> RosterRejected:
    told = tuple((one.row, f"roster.column.{one.column}", str(cell_reason(one.key))) for one in blocking)
    return RosterRejected(len(blocking), error_file(problems, rows), told)


def _elsewhere(drafts: Iterable[PersonDraft], people: Iterable[Person], units: frozenset[str]) -> Iterator[Problem]:
    """The rows of people who are not these units' to enter: of other units, or in another's roster already."""
    taken = {person.nip for person in people if person.nip and person.unit not in units}
    for draft in drafts:
        if draft.person.unit not in units:
            yield Problem(draft.row, Column.UNIT, "roster.unit.elsewhere")
        elif draft.person.nip in taken:
            yield Problem(draft.row, Column.NIP, "roster.nip.elsewhere")


def change_of(reading: Reading, office: Office) -> Change:
    """The reading as a change of the office."""
    roster = reading.roster
    counts = {"joined": len(roster.joined), "changed": len(roster.changed), "left": len(roster.left)}
    return Change(
        diff(partitioned(office.people), partitioned(roster.roster)),
        Line("roster.imported", counts),
        tokens=reading.tokens,
        needs_second=removes_many(office, roster.left),
    )


def _doubts(warnings: Iterable[Problem]) -> tuple[Line, ...]:
    """One line for each kind of doubt, with the rows that have it."""
    rows: dict[str, list[int]] = {}
    for warning in warnings:
        rows.setdefault(f"import.doubt.{warning.key.removeprefix('roster.')}", []).append(warning.row)
    return tuple(Line(key, {"rows": _listed(found)}) for key, found in rows.items())


def _listed(rows: list[int]) -> str:
    more = f" (+{len(rows) - ROWS_NAMED})" if len(rows) > ROWS_NAMED else ""
    return ", ".join(map(str, rows[:ROWS_NAMED])) + more


def _waiting(roster: Iterable[Person], office: Office, at: datetime) -> tuple[Line, ...]:
    """Who stays without a link because nobody could hand it out, as a count for each agency."""
    counts: dict[str, int] = {}
    for person in roster:
        if not person.could_report(at, at) and not is_reachable(person, office.organisation):
            reporter = office.organisation.reporter_of(person.unit)
            name = reporter.name if reporter else office.organisation.by_id[person.unit].name
            counts[name] = counts.get(name, 0) + 1
    facts: Iterable[dict[str, str | int | date]] = ({"unit": unit, "count": count} for unit, count in counts.items())
    return tuple(Line("import.no_link", one) for one in facts)


def rejection(refusal: RosterRejected, filename: str, office: Office, admin: Admin) -> Outcome:
    """What a rejected file's sender is told: the first rows with their reasons; the marked file goes by mail."""
    told = tuple((row, Line(column), Line(reason)) for row, column, reason in refusal.problems_list[:LINES_SHOWN])
    table = Table(("roster.column.row", "roster.column.column", "roster.column.reason"), told)
    parcels = _marked_file(refusal, filename, office, admin)
    more = len(refusal.problems_list) - LINES_SHOWN
    lines = [Line("import.rejected", {"count": refusal.problems})]
    lines += [Line("import.rejected.more", {"count": more})] if more > 0 else []
    lines.append(Line("import.rejected.mailed" if parcels else "import.rejected.not_mailed"))
    return Outcome(Answer(Line("refusal.roster_rejected.title"), tuple(lines), table), parcels)


def _marked_file(refusal: RosterRejected, filename: str, office: Office, admin: Admin) -> tuple[Parcel, ...]:
    facts: dict[str, str | int | date] = {"file": filename, "count": refusal.problems}
    try:
        to = mailbox_of(admin, office)
    except (AddressMissing, OperatorUnknown):
        return ()
    subject, text = Line("parcel.rejected.subject", facts), Line("parcel.rejected.text", facts)
    return (Parcel(to, subject, text, "perbaiki-pegawai.xlsx", refusal.error_file, admin.id),)


def import_roster(registry: Registry, data: bytes, filename: str, *, at: datetime) -> Reading:
    """Make a file the roster at once, as the seed of an office does; an unchanged file changes nothing.

    Raises: as `read_file`, OfficeNotOpen, OfficeChanged.
    """
    office = desk.read_office(registry, at=at)
    reading = read_file(data, filename, office, registry.random_bytes, at=at)
    change = change_of(reading, office)
    if change.edits:
        desk.commit(registry, desk.propose(office, change, SEED, at=at), SEED, cause="", at=at)
    return reading
