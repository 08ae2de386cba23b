"""The desk commits what was decided, under the next office revision, and makes it known to the check-in path.

A change is visible as a whole or not at all. Whoever dies between the commit and its publication is finished by the
next bell.
"""

from base64 import b32encode
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.admin.links import Entry, SheetRow, sheet
from chalicelib.admin.publishing import publish
from chalicelib.admin.roster import Problem, RosterChange, merge, parse_rows
from chalicelib.assembly import Records
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.day import Office
from chalicelib.domain.duty import Assignment
from chalicelib.domain.errors import CadenceNotOffered, RosterRejected, RosterShrinks, ZoneDiffers
from chalicelib.domain.link import new_token, token_hash
from chalicelib.domain.people import Organisation, Person, Unit
from chalicelib.domain.policy import Cadence, Policy
from chalicelib.rosterfile import error_file, read_table
from chalicelib.store.office import Address

ID_BYTES = 10
MOST_REMOVED = 0.1
"""The part of the people that one file may remove without being asked (office practice)."""


@dataclass(frozen=True)
class Registry:
    """What the desk needs: the records, the government's zone, chance, and where links lead."""

    records: Records
    zone: str
    random_bytes: Callable[[int], bytes]
    base_url: str


@dataclass(frozen=True)
class Links:
    """New links, which exist here and on their owners' phones only: one sheet per reporting unit, tokens by person."""

    sheets: Mapping[Unit, tuple[SheetRow, ...]]
    tokens: Mapping[str, str]


@dataclass(frozen=True)
class Imported:
    """What an import did: the change, its warnings, and the links it issued."""

    change: RosterChange
    warnings: tuple[Problem, ...]
    links: Links


def open_office(
    registry: Registry,
    organisation: Organisation,
    calendar: Calendar,
    addresses: Mapping[str, Sequence[str]],
    *,
    who: str,
    at: datetime,
) -> None:
    """Enter a government: its units, its calendar and where its offices get their mail.

    Raises: OfficeChanged when an office is open already.
    """
    nouns = {
        "units": organisation.units,
        "decrees": calendar.decrees,
        "addresses": [Address(office, tuple(emails)) for office, emails in addresses.items()],
    }
    _commit(registry, 0, nouns, who=who, summary="office.opened", at=at)


def adopt(registry: Registry, policy: Policy, *, who: str, at: datetime) -> None:
    """Put a circular in force beside those there are; it asks no report of the hours before its adoption.

    Raises: ZoneDiffers, CadenceNotOffered, OfficeChanged.
    """
    if policy.zone != registry.zone:
        raise ZoneDiffers(policy.zone, registry.zone)
    if policy.cadence is not Cadence.PER_SLOT:
        raise CadenceNotOffered(policy.cadence)
    office = _office(registry)
    policies = (*office.circulars.policies, replace(policy, adopted_at=at))
    _commit(registry, office.revision, {"policies": policies}, who=who, summary="policy.adopted", at=at)


def assign(registry: Registry, assignments: Sequence[Assignment], *, who: str, at: datetime) -> None:
    """Add decisions on who works otherwise than the circular says."""
    office = _office(registry)
    after = (*office.assignments, *assignments)
    _commit(registry, office.revision, {"assignments": after}, who=who, summary="duty.assigned", at=at)


def import_roster(
    registry: Registry, data: bytes, filename: str, *, may_shrink: bool = False, who: str, at: datetime
) -> Imported:
    """Make a file the roster, all of it or nothing, and issue a link to everybody who has none that opens.

    A file that removes more than a tenth of the people is half a file more often than an intention: it is refused
    unless `may_shrink`.
    Raises: RosterUnreadable, RosterRejected with the error file, RosterShrinks, OfficeChanged.
    """
    office = _office(registry)
    rows = read_table(data, filename)
    drafts, problems = parse_rows(rows, office.organisation)
    blocking = [problem for problem in problems if problem.blocks]
    if blocking or not drafts:
        raise RosterRejected(len(blocking), error_file(problems, rows))
    units = [unit.id for unit in office.organisation.units]
    current = registry.records.office.people(office.revision, units)
    change = merge(drafts, current, new_id=lambda: _new_id(registry))
    if change.removal_share > MOST_REMOVED and not may_shrink:
        raise RosterShrinks(len(change.left), len(current))
    roster, tokens = issue_links(change.roster, registry.random_bytes, at=at)
    if roster != current:
        _commit(registry, office.revision, {"people": roster}, who=who, summary="roster.imported", at=at)
    warnings = tuple(problem for problem in problems if not problem.blocks)
    return Imported(replace(change, roster=roster), warnings, Links(_sheets(registry, office, roster, tokens), tokens))


def issue_links(
    people: Sequence[Person],
    random_bytes: Callable[[int], bytes],
    *,
    renewed: Collection[str] = (),
    at: datetime,
) -> tuple[tuple[Person, ...], dict[str, str]]:
    """A link for everybody who has none, whose link has run out, or who is to have a new one.

    Returns the people with its hash, and the new tokens by person. An old link opens nothing once this is published.
    """
    wanting = [person for person in people if person.id in renewed or not person.could_report(at, at)]
    tokens = {person.id: new_token(random_bytes) for person in wanting}
    linked = (_linked(person, tokens[person.id], at) if person.id in tokens else person for person in people)
    return tuple(linked), tokens


def _linked(person: Person, token: str, at: datetime) -> Person:
    return replace(person, link_hash=token_hash(token), link_since=person.link_since or at, link_issued=at)


def renew_links(registry: Registry, units: Collection[str], *, who: str, at: datetime) -> Links:
    """New links for everybody in some units, whose old ones stop opening: for a sheet that was lost or leaked."""
    office = _office(registry)
    people = registry.records.office.people(office.revision, [unit.id for unit in office.organisation.units])
    renewed = {person.id for person in people if person.unit in units}
    roster, tokens = issue_links(people, registry.random_bytes, renewed=renewed, at=at)
    _commit(registry, office.revision, {"people": roster}, who=who, summary="links.renewed", at=at)
    return Links(_sheets(registry, office, roster, tokens), tokens)


def _sheets(
    registry: Registry, office: Office, people: Sequence[Person], tokens: Mapping[str, str]
) -> dict[Unit, tuple[SheetRow, ...]]:
    entries: dict[Unit, list[Entry]] = {}
    for person in people:
        reporter = office.organisation.reporter_of(person.unit)
        if reporter and person.id in tokens:
            unit, url = (
                office.organisation.by_id[person.unit].name,
                f"{registry.base_url}/c#{tokens[person.id]}",
            )
            entries.setdefault(reporter, []).append(Entry(person.name, unit, person.phone, url))
    return {unit: sheet(unit.name, found) for unit, found in entries.items()}


def _new_id(registry: Registry) -> str:
    return b32encode(registry.random_bytes(ID_BYTES)).decode().lower()


def _office(registry: Registry) -> Office:
    office = registry.records.office.current()
    if office is None:
        raise LookupError("no office has been opened")
    return office


def _commit(
    registry: Registry,
    base: int,
    nouns: Mapping[str, Sequence[object]],
    *,
    who: str,
    summary: str,
    at: datetime,
) -> None:
    registry.records.office.commit(base, nouns, who=who, summary=summary, at=at)
    publish(registry.records, registry.zone)
