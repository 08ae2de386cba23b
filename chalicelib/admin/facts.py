"""The values of facts in an office's words, as an audit reads them in a chat.

Which fields are told, and to whom, is `audit`'s. The price of telling values by their types: a new type of value reads
as Python has it until it gets its words here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from enum import StrEnum
from itertools import groupby

from chalicelib.admin import staff
from chalicelib.admin.desk import SEED, Registry
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.answer import Cell
from chalicelib.domain.calendar import Holiday
from chalicelib.domain.change import Line
from chalicelib.domain.day import Office
from chalicelib.domain.errors import MessageId
from chalicelib.domain.evidence import Limits
from chalicelib.domain.people import Employment, Job, PositionGroup, UnitKind
from chalicelib.domain.periods import Between, UntilLifted
from chalicelib.domain.policy import Arrangement, Cadence, Hours, Minimum, Release, Rule, Selector, Slot

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
class Reader:
    """Who reads a revision, and the office by which its facts are named to them."""

    registry: Registry
    office: Office
    admin: Admin
    revision: int


def admin_named(admin: str, revision: int, admins: Iterable[Admin], registry: Registry) -> str | None:
    if admin == SEED.id:
        return MessageId("audit.system")
    names = {one.id: one.name for one in admins}
    if admin not in names and revision > 1:
        names = {one.id: one.name for one in registry.records.office.at(revision - 1).admins}
    return names.get(admin)


def cells(field: str, value: object, reader: Reader) -> tuple[Cell, ...]:
    """A value in an office's words, a cell for each thing that it says."""
    match value:
        case tuple() if field in ("rules", "binds", "piket_minimums"):
            return tuple(cell for one in value for cell in cells("", one, reader)) or (NOTHING,)
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
        case str() if field == "basis":
            return staff.unnumbered(_plain(value))
        case str() if field == "by":
            name = admin_named(value, reader.revision, reader.office.admins, reader.registry)
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
