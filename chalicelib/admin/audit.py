"""The audit: who changed what and when, before and after, told from the revisions themselves in an office's words.

Numbers by which a person can be reached or known, and places where they live, are said to have changed and not shown:
the audit is read in a chat. The price of telling every fact by its fields: what a table cannot hold is only counted.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time
from enum import StrEnum
from itertools import groupby, zip_longest

from chalicelib.admin import staff
from chalicelib.admin.desk import SEED, Registry
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.answer import Answer, Cell, Offer, Table
from chalicelib.domain.calendar import Holiday
from chalicelib.domain.change import Edit, Fact, Line, units_concerned
from chalicelib.domain.day import Attestation, Office
from chalicelib.domain.duty import Assignment
from chalicelib.domain.errors import MessageId, RevisionUnknown
from chalicelib.domain.evidence import Limits
from chalicelib.domain.people import Address, Employment, Job, Person, PositionGroup, Unit, UnitKind
from chalicelib.domain.periods import Between, UntilLifted
from chalicelib.domain.policy import Arrangement, Cadence, Hours, Minimum, Policy, Release, Rule, Selector, Slot
from chalicelib.store.office import Head

SHOWN = 10
MOST_ROWS = 20
_HIDDEN = """
nip phone email home position domicile link_hash link_since link_issued emails head_email operator_email
id filed_under adopted_at entered_at sources
"""
HIDDEN = frozenset(_HIDDEN.split())
"""Fields whose values are not for a chat, or say nothing to a reader."""

UNTOLD = frozenset({"filed_under"})
"""Fields that a change sets along with another and that mean nothing to a reader."""

PRIVATE = frozenset({"name", "basis"})
"""Fields that tell, of people whose names the admin may not read, who they are."""

UNITS = frozenset({"unit", "units", "parent", "reports_via"})
OFFICES = frozenset({"office", "report_to", "recap_to"})
WORDS: dict[type[StrEnum], str] = {
    Arrangement: "audit.arrangement",
    Cadence: "audit.cadence",
    Employment: "export.employment",
    Job: "audit.job",
    PositionGroup: "group",
    Release: "audit.release",
    Role: "admin.role",
    UnitKind: "exemption.kind",
}
"""Where the values of each enumeration have their phrases."""

NOTHING = "–"


@dataclass(frozen=True)
class ShowAudit:
    """The last changes, or one of them with what was before and after."""

    revision: int | None = None


@dataclass(frozen=True)
class Reader:
    """Who reads a revision, and the office by which its facts are named to them."""

    registry: Registry
    office: Office
    admin: Admin
    revision: int


def answer(command: ShowAudit, registry: Registry, office: Office, admin: Admin, *, at: datetime) -> Answer:
    """What the admin may read of the audit. Raises: RevisionUnknown."""
    if command.revision is None:
        return _recent(registry, office, admin)
    if not 1 <= command.revision <= office.revision:
        raise RevisionUnknown(command.revision)
    return _one(registry, office, admin, command.revision)


def _recent(registry: Registry, office: Office, admin: Admin) -> Answer:
    """The newest changes that concern the admin's units; whoever sees everything sees all of them."""
    store = registry.records.office
    rows: list[tuple[Cell, ...]] = []
    for revision in range(office.revision, 0, -1):
        if len(rows) == SHOWN:
            break
        if _concerns(admin, store.edits_of(revision), office):
            rows.append(_row(store.head_at(revision), office, registry))
    table = Table(("audit.number", "audit.when", "audit.who", "audit.what"), tuple(rows))
    return Answer(Line("audit.title"), table=table)


def _concerns(admin: Admin, edits: tuple[Edit, ...], office: Office) -> bool:
    if not admin.units:
        return True
    units = units_concerned(edits, office)
    return units is None or any(staff.may_read(unit, office, admin) for unit in units)


def _row(head: Head, office: Office, registry: Registry) -> tuple[Cell, ...]:
    who = Line("audit.person", {"who": who_made(head, office.admins, registry)})
    return head.revision, when_made(head, registry), who, head.summary


def when_made(head: Head, registry: Registry) -> str:
    """When a change was made, by the government's clock."""
    return f"{head.changed_at.astimezone(registry.bell.zone):%d/%m/%Y %H.%M}"


def who_made(head: Head, admins: Iterable[Admin], registry: Registry) -> str:
    """Who made a change: one of the present admins by name, a former one by the name they had when they made it,
    whoever opened the office as the system."""
    return _admin_named(head.who, head.revision, admins, registry) or head.who


def _admin_named(admin: str, revision: int, admins: Iterable[Admin], registry: Registry) -> str | None:
    if admin == SEED.id:
        return MessageId("audit.system")
    names = {one.id: one.name for one in admins}
    if admin not in names and revision > 1:
        names = {one.id: one.name for one in registry.records.office.at(revision - 1).admins}
    return names.get(admin)


def _one(registry: Registry, office: Office, admin: Admin, revision: int) -> Answer:
    store = registry.records.office
    head, edits = store.head_at(revision), store.edits_of(revision)
    if not _concerns(admin, edits, office):
        raise RevisionUnknown(revision)
    rows, left = _cut(edits, Reader(registry, office, admin, revision))
    facts: dict[str, str | int | date] = {"revision": revision, "when": when_made(head, registry)}
    lines = (Line("audit.by", facts | {"who": who_made(head, office.admins, registry)}), head.summary)
    more = (Line("audit.more", {"count": left}),) if left else ()
    table = Table(("audit.fact", "audit.field", "audit.before", "audit.after"), rows)
    offers = (Offer(Line("chat.undo"), verb="record.undo", line=str(revision)),) if revision > 1 else ()
    return Answer(Line("audit.one", {"revision": revision}), (*lines, *more), table, offers)


def _cut(edits: Iterable[Edit], reader: Reader) -> tuple[tuple[tuple[Cell, ...], ...], int]:
    """The first rows, and how many are left; a field that was not reached counts as one row and is not worded."""
    rows: list[tuple[Cell, ...]] = []
    left = 0
    for edit in edits:
        for field in _told(edit, reader):
            if len(rows) < MOST_ROWS:
                rows += _rows(edit, field, reader)
            else:
                left += 1
    return tuple(rows[:MOST_ROWS]), left + len(rows[MOST_ROWS:])


def _told(edit: Edit, reader: Reader) -> Iterator[str]:
    """The fields that differ; of a fact that came or went those that may be shown and say something."""
    before, after = _values(edit.before), _values(edit.after)
    is_whole = not (before and after)
    silent = UNTOLD | _hidden(edit, reader) if is_whole else UNTOLD
    defaults = {field.name: field.default for field in fields(edit.after or edit.before)}  # type: ignore[arg-type]
    for name, default in defaults.items():
        values = before.get(name), after.get(name)
        says_nothing = is_whole and all(value in (None, "", (), default) for value in values)
        if values[0] != values[1] and name not in silent and not says_nothing:
            yield name


def _values(fact: Fact | None) -> Mapping[str, object]:
    return {field.name: getattr(fact, field.name) for field in fields(fact)} if fact else {}


def _hidden(edit: Edit, reader: Reader) -> frozenset[str]:
    facts = (fact for fact in (edit.before, edit.after) if fact)
    may_know = all(staff.may_know_whose(fact, reader.office, reader.admin) for fact in facts)
    return HIDDEN if may_know else HIDDEN | PRIVATE


def _rows(edit: Edit, field: str, reader: Reader) -> Iterator[tuple[Cell, ...]]:
    """What is said of one field: a row for each thing that its value says on one side alone."""
    name, heading, hidden = _name(edit, reader), Line(f"audit.field.{field}"), _hidden(edit, reader)
    if field in hidden:
        yield name, heading, Line("audit.hidden"), Line("audit.hidden")
        return
    before, after = (_cells(field, _values(fact).get(field), reader) for fact in (edit.before, edit.after))
    for pair in zip_longest(*_apart(before, after), fillvalue=""):
        yield name, heading, *staff.side_by_side(*pair)


def _apart(before: tuple[Cell, ...], after: tuple[Cell, ...]) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """What either side says alone; everything where they differ in order only."""
    gone = tuple(cell for cell in before if cell not in after)
    come = tuple(cell for cell in after if cell not in before)
    return (gone or (NOTHING,), come or (NOTHING,)) if gone or come else (before, after)


def _name(edit: Edit, reader: Reader) -> Cell:
    """What a fact is called: never by the id of a person."""
    match edit.after or edit.before:
        case Person(name=name):
            return Line("duty.hidden", {"count": 1}) if "name" in _hidden(edit, reader) else name
        case Unit(name=name) | Admin(name=name) | Policy(number=name):
            return name
        case Address(office=name):
            return name.upper()
        case Assignment(who=who, arrangement=arrangement):
            kind = MessageId(f"audit.arrangement.{arrangement}")
            return staff.short(staff.entitled(kind, who, reader.office, reader.admin))
        case Attestation(people=people):
            return staff.entitled(MessageId("audit.attested"), Selector(people=people), reader.office, reader.admin)
        case _:
            return edit.key[1]


def _cells(field: str, value: object, reader: Reader) -> tuple[Cell, ...]:
    """A value in an office's words, a cell for each thing that it says."""
    match value:
        case tuple() if field in ("rules", "binds", "piket_minimums"):
            return tuple(cell for one in value for cell in _cells("", one, reader)) or (NOTHING,)
        case tuple() if field == "hours":
            return tuple(_week(value)) or (NOTHING,)
        case Selector():
            return staff.selected(value, reader.office, reader.admin)
        case Rule(who=who, arrangement=arrangement):
            kind = MessageId(f"audit.arrangement.{arrangement}")
            return (*staff.decided(kind, who, reader.office, reader.admin), *staff.all_of(who))
        case _:
            return (_cell(field, value, reader),)


def _week(days: Iterable[Hours]) -> Iterator[Line]:
    """Working hours, days in a row with the same hours as one."""
    for (start, end), group in groupby(days, key=lambda one: (one.start, one.end)):
        weekdays = [MessageId(f"date.weekday.{one.weekday}") for one in group]
        facts = {"first": weekdays[0], "last": weekdays[-1], "start": f"{start:%H.%M}", "end": f"{end:%H.%M}"}
        yield Line("audit.hours" if len(weekdays) > 1 else "audit.hours.day", facts)


def _cell(field: str, value: object, reader: Reader) -> Cell:
    match value:
        case bool():
            return Line("audit.yes" if value else "audit.no")
        case StrEnum():
            return Line(f"{WORDS[type(value)]}.{value}")
        case Minimum(group=group, count=count):
            return Line("audit.minimum", {"group": MessageId(f"group.{group}"), "count": count})
        case Limits():
            return Line("audit.limits", {name: f"{measure:g}" for name, measure in asdict(value).items()})
        case datetime():
            return f"{value.astimezone(reader.registry.bell.zone):%d/%m/%Y %H.%M}"
        case tuple() if field == "people" and value:
            return staff.names_told(value, reader.office, reader.admin)
        case str() if field == "by":
            name = _admin_named(value, reader.revision, reader.office.admins, reader.registry)
            return Line("audit.person", {"who": name}) if name else Line("duty.hidden", {"count": 1})
        case str() if field in UNITS:
            return staff.unit_told(value, reader.office)
        case str() if field in OFFICES:
            return value.upper()
        case tuple() if field in UNITS | OFFICES:
            return ", ".join(str(_cell(field, one, reader)) for one in value) or NOTHING
        case _:
            return _plain(value)


def shown(value: object) -> str:
    """A value of a fact as an audit reads it, short."""
    return str(staff.short(_plain(value)))


def _plain(value: object) -> str:
    match value:
        case None | () | "":
            return NOTHING
        case Between(start, end):
            return f"{start:%d/%m/%Y}–{end:%d/%m/%Y}"
        case UntilLifted(start, condition):
            return f"{start:%d/%m/%Y}– ({condition})"
        case Holiday(day=day, name=name):
            return f"{day:%d/%m/%Y} {name}"
        case date():
            return f"{value:%d/%m/%Y}"
        case time():
            return f"{value:%H.%M}"
        case tuple():
            return ", ".join(_plain(one) for one in value)
        case Slot(deadline=deadline, lead_minutes=lead):
            return f"{deadline:%H.%M}" + (f"−{lead}" if lead else "")
        case _:
            return str(value)
