"""The audit: who changed what and when, before and after, told from the revisions themselves.

Numbers by which a person can be reached or known, and places where they live, are said to have changed and not shown:
the audit is read in a chat.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time

from chalicelib.admin.desk import SEED, Registry
from chalicelib.domain.access import Admin
from chalicelib.domain.answer import Answer, Cell, Offer, Table
from chalicelib.domain.change import Edit, Fact, Line, units_concerned
from chalicelib.domain.day import Office
from chalicelib.domain.errors import MessageId, RevisionUnknown
from chalicelib.domain.people import Person, Unit
from chalicelib.domain.periods import Between, UntilLifted
from chalicelib.domain.policy import Policy, Slot
from chalicelib.store.office import Head

SHOWN = 10
MOST_ROWS = 20
_HIDDEN = """
nip phone email home position domicile link_hash link_since link_issued emails head_email operator_email
id filed_under adopted_at sources
"""
HIDDEN = frozenset(_HIDDEN.split())
"""Fields whose values are not for a chat, or say nothing to a reader."""

UNTOLD = frozenset({"filed_under"})
"""Fields that a change sets along with another and that mean nothing to a reader."""

LONGEST = 60


@dataclass(frozen=True)
class ShowAudit:
    """The last changes, or one of them with what was before and after."""

    revision: int | None = None


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
    return units is None or any(admin.sees(unit, office.organisation) for unit in _still(units, office))


def _row(head: Head, office: Office, registry: Registry) -> tuple[Cell, ...]:
    who = Line("audit.person", {"who": who_made(head, office.admins, registry)})
    return head.revision, when_made(head, registry), who, head.summary


def when_made(head: Head, registry: Registry) -> str:
    """When a change was made, by the government's clock."""
    return f"{head.changed_at.astimezone(registry.bell.zone):%d/%m/%Y %H.%M}"


def who_made(head: Head, admins: Iterable[Admin], registry: Registry) -> str:
    """Who made a change: one of the present admins by name, a former one by the name they had when they made it,
    whoever opened the office as the system."""
    if head.who == SEED.id:
        return MessageId("audit.system")
    names = {one.id: one.name for one in admins}
    if head.who not in names and head.revision > 1:
        names = {one.id: one.name for one in registry.records.office.at(head.revision - 1).admins}
    return names.get(head.who, head.who)


def _one(registry: Registry, office: Office, admin: Admin, revision: int) -> Answer:
    store = registry.records.office
    head, edits = store.head_at(revision), store.edits_of(revision)
    if not _concerns(admin, edits, office):
        raise RevisionUnknown(revision)
    rows = [row for edit in edits for row in _rows(edit, office, admin)]
    facts: dict[str, str | int | date] = {"revision": revision, "when": when_made(head, registry)}
    lines = (Line("audit.by", facts | {"who": who_made(head, office.admins, registry)}), head.summary)
    more = (Line("audit.more", {"count": len(rows) - MOST_ROWS}),) if len(rows) > MOST_ROWS else ()
    table = Table(("audit.fact", "audit.field", "audit.before", "audit.after"), tuple(rows[:MOST_ROWS]))
    offers = (Offer(Line("chat.undo"), verb="record.undo", line=str(revision)),) if revision > 1 else ()
    return Answer(Line("audit.one", {"revision": revision}), (*lines, *more), table, offers)


def _rows(edit: Edit, office: Office, admin: Admin) -> Iterator[tuple[Cell, ...]]:
    """One row for each field that differs, one for a fact that came or went."""
    name = _name(edit, office, admin)
    if edit.before is None or edit.after is None:
        yield name, Line("audit.whole"), _presence(edit.before), _presence(edit.after)
        return
    before, after = _values(edit.before), _values(edit.after)
    for field in before:
        if before[field] != after[field] and field not in UNTOLD:
            hidden = field in HIDDEN
            yield (
                name,
                Line(f"audit.field.{field}"),
                Line("audit.hidden") if hidden else shown(before[field]),
                Line("audit.hidden") if hidden else shown(after[field]),
            )


def _presence(fact: Fact | None) -> Cell:
    return Line("audit.absent") if fact is None else Line("audit.present")


def _name(edit: Edit, office: Office, admin: Admin) -> str:
    _, key = edit.key
    fact = edit.after or edit.before
    match fact:
        case Person(name=name) if _sees(edit, office, admin):
            return name
        case Unit(name=name) | Admin(name=name) | Policy(number=name):
            return name
        case _:
            return key


def _sees(edit: Edit, office: Office, admin: Admin) -> bool:
    units = units_concerned((edit,), office) or ()
    return all(admin.sees(unit, office.organisation) for unit in _still(units, office))


def _still(units: tuple[str, ...], office: Office) -> tuple[str, ...]:
    return tuple(unit for unit in units if unit in office.organisation.by_id)


def _values(fact: Fact) -> Mapping[str, object]:
    return {field.name: getattr(fact, field.name) for field in fields(fact)}


def shown(value: object) -> str:
    """A value of a fact as an audit reads it, short."""
    match value:
        case None | () | "":
            text = "–"
        case Between(start, end):
            text = f"{start:%d/%m/%Y}–{end:%d/%m/%Y}"
        case UntilLifted(start, condition):
            text = f"{start:%d/%m/%Y}– ({condition})"
        case date():
            text = f"{value:%d/%m/%Y}"
        case time():
            text = f"{value:%H.%M}"
        case tuple():
            text = ", ".join(shown(one) for one in value)
        case Slot(deadline=deadline, lead_minutes=lead):
            text = f"{deadline:%H.%M}" + (f"−{lead}" if lead else "")
        case _:
            text = str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
