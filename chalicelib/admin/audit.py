"""The audit: who changed what and when, before and after, told from the revisions themselves in an office's words.

Numbers by which a person can be reached or known, and places where they live, are said to have changed and not shown:
the audit is read in a chat. The price of telling every fact by its fields: what a table cannot hold is only counted.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from itertools import zip_longest

from chalicelib.admin import staff
from chalicelib.admin.desk import Registry
from chalicelib.admin.facts import NOTHING, Reader, admin_named, cells
from chalicelib.domain.access import Admin
from chalicelib.domain.answer import Answer, Cell, Offer, Table
from chalicelib.domain.change import Edit, Fact, Line, units_concerned
from chalicelib.domain.day import FURTHER, Attestation, Office
from chalicelib.domain.duty import Assignment
from chalicelib.domain.errors import MessageId, RevisionUnknown
from chalicelib.domain.people import Address, Person, Unit
from chalicelib.domain.policy import Policy, Selector
from chalicelib.store.accounts import Access, accesses
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
    """The newest changes that concern the admin's units; whoever sees everything sees all of them, and what happened
    to the admins' accounts."""
    store = registry.records.office
    found: list[tuple[datetime, tuple[Cell, ...]]] = []
    for revision in range(office.revision, 0, -1):
        if len(found) == SHOWN:
            break
        if _concerns(admin, store.edits_of(revision), office):
            head = store.head_at(revision)
            found.append((head.changed_at, _row(head, office, registry)))
    if not admin.units:
        found += ((one.at, _row_of_account(one, registry)) for one in accesses()[:SHOWN])
    found.sort(key=lambda one: one[0], reverse=True)
    table = Table(("audit.number", "audit.when", "audit.who", "audit.what"), tuple(row for _, row in found[:SHOWN]))
    return Answer(Line("audit.title"), table=table)


def _row_of_account(access: Access, registry: Registry) -> tuple[Cell, ...]:
    what = Line(f"access.{access.step}", {"name": access.name, "by": access.by, "platform": access.platform})
    return NOTHING, _clock(access.at, registry), Line("audit.person", {"who": access.by}), what


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
    return _clock(head.changed_at, registry)


def _clock(instant: datetime, registry: Registry) -> str:
    return f"{instant.astimezone(registry.bell.zone):%d/%m/%Y %H.%M}"


def who_made(head: Head, admins: Iterable[Admin], registry: Registry) -> str:
    """Who made a change: one of the present admins by name, a former one by the name they had when they made it,
    whoever opened the office as the system."""
    return admin_named(head.who, head.revision, admins, registry) or head.who


def _one(registry: Registry, office: Office, admin: Admin, revision: int) -> Answer:
    store = registry.records.office
    head, edits = store.head_at(revision), store.edits_of(revision)
    if not _concerns(admin, edits, office):
        raise RevisionUnknown(revision)
    reader = Reader(registry, office, admin, revision)
    rows, left = _cut([_beside_its_letter(edit, edits, reader) for edit in edits], reader)
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


def _beside_its_letter(edit: Edit, edits: Iterable[Edit], reader: Reader) -> Edit:
    """The edit; of a further row of a letter, with the row that it was cut from as what was before."""
    if edit.before is not None or not isinstance(edit.after, Policy) or FURTHER not in edit.after.id:
        return edit
    letter = edit.after.id.partition(FURTHER)[0]
    held = [one.before for one in edits if isinstance(one.before, Policy)]
    held += reversed(reader.registry.records.office.at(reader.revision - 1).circulars.policies)
    rows = [one for one in held if one.id.partition(FURTHER)[0] == letter]
    cut = next((one for one in rows if one.validity.covers(edit.after.validity.start)), rows[0] if rows else None)
    return Edit(replace(cut, id=edit.after.id, adopted_at=edit.after.adopted_at), edit.after) if cut else edit


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
    before, after = (cells(field, _values(fact).get(field), reader) for fact in (edit.before, edit.after))
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
