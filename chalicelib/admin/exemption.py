"""Exemptions at the desk: by unit, kind of unit, position, work, region or person; added, ended and listed.

An exemption is one row whatever the number of people, so whoever joins the unit later is exempt with it. What the
circular itself exempts is the circular's, and ended only with it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never

from chalicelib.admin import remarks
from chalicelib.admin.decisions import added, last_altered
from chalicelib.admin.desk import Registry
from chalicelib.admin.facts import shown
from chalicelib.admin.staff import all_of, criteria, known
from chalicelib.domain.access import Admin
from chalicelib.domain.answer import Answer, Cell, Table
from chalicelib.domain.change import Change, Line, edit
from chalicelib.domain.day import Office
from chalicelib.domain.duty import Assignment, stretch
from chalicelib.domain.errors_letters import PeriodHasNoEnd
from chalicelib.domain.errors_staff import DomicileUnknown, ExemptionUnknown, SelectorEmpty
from chalicelib.domain.periods import Between, Period, UntilLifted
from chalicelib.domain.policy import Arrangement, Selector, local_day

MOST_ROWS = 20


@dataclass(frozen=True)
class AddExemption:
    """Whoever is meant need not report from `start` to `end`, or until a condition is met.

    Source: SE 800/734-BKD/2020 point 2, "kecuali"; SE 065/444/ORG (Banjar, 2020) point 6, which exempts whole units.
    """

    who: Selector
    start: date
    end: date | None
    condition: str | None
    basis: str = ""


@dataclass(frozen=True)
class EndExemption:
    """The exemption of this id ends with this day."""

    assignment: str
    last_day: date


@dataclass(frozen=True)
class ShowExemptions:
    """The exemptions of today and to come, with the ids to end them by."""


Command = AddExemption | EndExemption


def decide(command: Command, office: Office, *, at: datetime) -> Change:
    """The change that a command makes.

    Raises: SelectorEmpty, DomicileUnknown, PeriodHasNoEnd, PersonGone, ExemptionUnknown, DutyIsPast.
    """
    today = local_day(office.circulars.policies, at)
    match command:
        case AddExemption():
            return _add(command, office, today)
        case EndExemption():
            return _end(command, office, today)
        case _:
            assert_never(command)


def _add(command: AddExemption, office: Office, today: date) -> Change:
    if command.who == Selector():
        raise SelectorEmpty()
    named = known(office, command.who.people)
    who, period = replace(command.who, domiciles=_domiciles(command.who, office)), _period(command)
    edits = () if _stands(office, who, period) else (added(office, who, Arrangement.EXEMPT, period, command.basis),)
    units = office.organisation.by_id
    people = tuple(person for person in office.people if who.matches(person, units[person.unit]))
    warnings = (
        *remarks.late(period.start, today),
        *(() if people else (Line("exemption.nobody"),)),
        *remarks.about_exemption(office, people, period),
    )
    details = (*criteria(who, office), *all_of(who), *remarks.names(named, command.basis))
    return Change(edits, _added(period, len(people)), details, warnings)


def _period(command: AddExemption) -> Period:
    if command.end:
        return Between(command.start, command.end)
    if command.condition:
        return UntilLifted(command.start, command.condition)
    raise PeriodHasNoEnd(command.start)


def _added(period: Period, count: int) -> Line:
    facts: dict[str, str | int | date] = {"count": count, "start": period.start}
    if isinstance(period, UntilLifted):
        return Line("exemption.added.open", facts | {"condition": period.condition})
    return Line("exemption.added.until", facts | {"end": period.last_day or period.start})


def _stands(office: Office, who: Selector, period: Period) -> bool:
    alike = (one for one in office.assignments if one.arrangement is Arrangement.EXEMPT)
    return any((one.who, one.period) == (who, period) for one in alike)


def _domiciles(who: Selector, office: Office) -> tuple[str, ...]:
    """The regions of the roster that are meant, as it spells them: one that is called so, else all that contain it.

    Raises: DomicileUnknown.
    """
    regions = sorted({person.domicile for person in office.people if person.domicile})
    found: list[str] = []
    for typed in who.domiciles:
        words = set(typed.casefold().split())
        called = [one for one in regions if one.casefold() == typed.casefold()]
        meant = called or [one for one in regions if words <= set(one.casefold().split())]
        if not meant:
            raise DomicileUnknown(typed)
        found += meant
    return tuple(dict.fromkeys(found))


def _end(command: EndExemption, office: Office, today: date) -> Change:
    """An exemption that has not begun is taken back whole; one that ends earlier anyway stays as it is."""
    exempt = (one for one in office.assignments if one.arrangement is Arrangement.EXEMPT)
    row = next((one for one in exempt if one.id == command.assignment), None)
    if row is None:
        raise ExemptionUnknown(command.assignment)
    period = stretch(row.period, date.min, last_altered(command.last_day, today))
    after = replace(row, period=period) if period else None
    edits = () if after == row else (edit(row, after, office.assignments),)
    summary = Line("exemption.ended", {"exemption": row.id, "day": command.last_day})
    return Change(edits, summary, (*criteria(row.who, office), *all_of(row.who)))


def answer(command: ShowExemptions, registry: Registry, office: Office, admin: Admin, *, at: datetime) -> Answer:
    """The exemptions that concern the admin; of people named, those whom the admin may see."""
    today = local_day(office.circulars.policies, at)
    exempt = [one for one in office.assignments if one.arrangement is Arrangement.EXEMPT]
    lasting = [one for one in exempt if one.period.last_day is None or one.period.last_day >= today]
    seen = [one for one in lasting if _concerns(one.who, office, admin)]
    if not seen:
        return Answer(Line("exemption.none"))
    rows = [row for one in seen for row in _rows(one, office, admin)]
    more = (Line("duty.more", {"count": len(rows) - MOST_ROWS}),) if len(rows) > MOST_ROWS else ()
    table = Table(("exemption.column.id", "exemption.column.who", "exemption.column.days"), tuple(rows[:MOST_ROWS]))
    lines = (*more, Line("exemption.how", {"exemption": seen[-1].id}))
    return Answer(Line("exemption.shown", {"count": len(seen)}), lines, table)


def _concerns(who: Selector, office: Office, admin: Admin) -> bool:
    units: Iterable[str] = who.units
    if who.people:
        units = {office.by_id[one].unit for one in who.people if one in office.by_id}
    elif not who.units:
        return True
    known = office.organisation.by_id
    return any(admin.sees(unit, office.organisation) for unit in units if unit in known)


def _rows(one: Assignment, office: Office, admin: Admin) -> Iterator[tuple[Cell, ...]]:
    """A row for each condition, the first with id and days."""
    people = [office.by_id[person] for person in one.who.people if person in office.by_id]
    meant: list[Cell] = [*((remarks.names_seen(office, admin, people),) if one.who.people else ())]
    meant += criteria(one.who, office)
    for place, cell in enumerate(meant):
        yield (one.id, cell, shown(one.period)) if place == 0 else ("", cell, "")
