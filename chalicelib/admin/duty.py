"""Piket at the desk: set, swapped, removed and shown; leave and travel are `absence`'s, exemptions `exemption`'s.

A rota is one row whatever the number of people and days. Taking days out of it parts the row in time; what has passed
stays written as it was, so whoever stood in yesterday is entered, never swapped in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import assert_never

from chalicelib.admin import remarks
from chalicelib.admin.decisions import days_of, entered, from_today_on, kept, over, reassigned
from chalicelib.admin.desk import Registry
from chalicelib.admin.people import named
from chalicelib.admin.staff import known
from chalicelib.domain.access import Admin
from chalicelib.domain.answer import Answer, Cell, Offer, Table
from chalicelib.domain.calendar import days_between
from chalicelib.domain.change import Change, Edit, Line, changed
from chalicelib.domain.day import Office
from chalicelib.domain.duty import Assignment
from chalicelib.domain.errors import MessageId
from chalicelib.domain.errors_staff import PiketMissing, PiketTaken
from chalicelib.domain.people import Unit
from chalicelib.domain.periods import Between
from chalicelib.domain.policy import DAY, Arrangement, local_day, policy_on

WEEK = timedelta(days=6)
MOST_NAMED = 3
"""For how many agencies names are shown; of more, how many stand piket."""


@dataclass(frozen=True)
class Assign:
    """Add decisions as they are, for whoever has made them elsewhere."""

    assignments: tuple[Assignment, ...]


@dataclass(frozen=True)
class SetPiket:
    """These people stand piket on these days.

    Source: SE 800/734-BKD/2020 point 3.b, where the head of the office sets it.
    """

    people: tuple[str, ...]
    start: date
    end: date
    basis: str = ""


@dataclass(frozen=True)
class SwapPiket:
    """The piket that `gives` has on these days goes to `takes`."""

    gives: str
    takes: str
    start: date
    end: date


@dataclass(frozen=True)
class RemovePiket:
    """These people stand no piket on these days."""

    people: tuple[str, ...]
    start: date
    end: date


@dataclass(frozen=True)
class ShowPiket:
    """Who stands piket in the agencies that report for these units, a week at the most."""

    units: tuple[str, ...]
    start: date
    end: date


Command = Assign | SetPiket | SwapPiket | RemovePiket


def decide(command: Command, office: Office, *, at: datetime) -> Change:
    """The change that a command makes. Raises: DutyIsPast, PersonGone, PiketMissing, PiketTaken."""
    today = local_day(office.circulars.policies, at)
    match command:
        case Assign():
            return _assign(command)
        case SetPiket():
            return _set(command, office, today)
        case SwapPiket():
            return _swap(command, office, today)
        case RemovePiket():
            return _remove(command, office, today)
        case _:
            assert_never(command)


def _assign(command: Assign) -> Change:
    count = len(command.assignments)
    return Change(tuple(Edit(None, one) for one in command.assignments), Line("duty.assigned", {"count": count}))


def _set(command: SetPiket, office: Office, today: date) -> Change:
    """Those who stand piket on all of the days already are left out; days gone by may be entered afterwards."""
    period = Between(command.start, command.end)
    edits, people = entered(office, command.people, Arrangement.PIKET, period, command.basis)
    summary = over("duty.set", period, count=len(people))
    days = remarks.seen(period.start, period.end)
    about = remarks.about_piket(changed(office, edits), people, days) if people else ()
    warnings = (*remarks.late(period.start, today), *about)
    return Change(edits, summary, remarks.names(people, command.basis), warnings)


def _swap(command: SwapPiket, office: Office, today: date) -> Change:
    (gives,), (takes,) = known(office, (command.gives,)), known(office, (command.takes,))
    period = from_today_on(command.start, command.end, today)
    days = days_of(office, gives, Arrangement.PIKET, period)
    if not days:
        raise PiketMissing(gives.name, period.start, period.end)
    if taken := days & days_of(office, takes, Arrangement.PIKET, period):
        raise PiketTaken(takes.name, min(taken))
    edits = reassigned(office, _rotas(office), {gives.id: takes.id}, period.start, period.end)
    detail = Line("duty.swap", {"gives": gives.name, "takes": takes.name, "days": len(days), "day": min(days)})
    after, crossing = changed(office, edits), remarks.apart(office, (gives, takes))
    left = office.organisation.reporters_of((gives.unit,)) if crossing else ()
    about = remarks.about_piket(after, (takes,), sorted(days))
    warnings = (*kept(command.start, today), *crossing, *about, *remarks.shortages(after, left, sorted(days)))
    return Change(edits, over("duty.swapped", period, count=len(days)), (detail,), warnings)


def _remove(command: RemovePiket, office: Office, today: date) -> Change:
    people, period = known(office, command.people), from_today_on(command.start, command.end, today)
    freed = tuple(person for person in people if days_of(office, person, Arrangement.PIKET, period))
    edits = reassigned(office, _rotas(office), {person.id: None for person in freed}, period.start, period.end)
    after, units = changed(office, edits), office.organisation.reporters_of(person.unit for person in freed)
    warnings = (
        *kept(command.start, today),
        *named("duty.none_to_remove", (person for person in people if person not in freed)),
        *remarks.few(remarks.shortages(after, units, remarks.seen(period.start, period.end))),
    )
    return Change(edits, over("duty.removed", period, count=len(freed)), remarks.names(freed, ""), warnings)


def _rotas(office: Office) -> tuple[Assignment, ...]:
    return tuple(one for one in office.assignments if one.arrangement is Arrangement.PIKET)


def answer(command: ShowPiket, registry: Registry, office: Office, admin: Admin, *, at: datetime) -> Answer:
    """Who stands piket day by day, and where that is fewer than the letter wants."""
    units = office.organisation.reporters_of(command.units)
    if not units:
        return Answer(Line("duty.no_agency"))
    last = min(command.end, command.start + WEEK)
    days = tuple(days_between(command.start, last))
    table = _by_name(office, admin, units, days) if len(units) <= MOST_NAMED else _by_count(office, units, days)
    return Answer(_title(units, command.start, last), _strength(office, units, days), table, _rest(command, last))


def _title(units: Sequence[Unit], start: date, end: date) -> Line:
    one = len(units) == 1
    key, facts = "duty.shown.unit" if one else "duty.shown", {"unit": units[0].name} if one else {"units": len(units)}
    if start == end:
        return Line(f"{key}.day", {**facts, "day": start})
    return Line(key, {**facts, "start": start, "end": end})


def _strength(office: Office, units: Iterable[Unit], days: Sequence[date]) -> tuple[Line, ...]:
    """Where too few stand piket, or that enough do; nothing of days on which no letter asks for any."""
    short = remarks.few(remarks.shortages(office, units, days))
    letters = (policy_on(office.circulars.policies, day) for day in days if not remarks.is_free(office, day))
    enough = any(letter and letter.piket_minimums for letter in letters)
    return short or ((Line("duty.none_short"),) if enough else ())


def _rest(command: ShowPiket, last: date) -> tuple[Offer, ...]:
    """The button for the days that did not fit."""
    if last >= command.end:
        return ()
    line = f"{' '.join(command.units)} {last + DAY:%d-%m-%Y} s.d. {command.end:%d-%m-%Y}"
    return (Offer(Line("duty.rest", {"day": last + DAY}), verb="piket.show", line=line),)


def _by_name(office: Office, admin: Admin, units: Sequence[Unit], days: Iterable[date]) -> Table:
    """One row for each day and agency; a single agency stands in the title alone."""
    several, rows = len(units) > 1, []
    for day in days:
        present, is_free = remarks.on_piket(office, day), remarks.is_free(office, day)
        weekday = MessageId(f"date.weekday.{day.weekday()}")
        shown_day = Line("duty.weekday", {"weekday": weekday, "date": f"{day.day}/{day.month}"})
        for unit in units:
            who = Line("duty.free") if is_free else remarks.names_seen(office, admin, present[unit.id])
            rows.append((shown_day, unit.name, who) if several else (shown_day, who))
    headings = ("duty.column.day", "duty.column.unit", "duty.column.who")
    return Table(headings if several else (headings[0], headings[2]), tuple(rows))


def _by_count(office: Office, units: Iterable[Unit], days: Iterable[date]) -> Table:
    """One row for each agency: how many stand piket on its days of work, from the fewest to the most."""
    present = [remarks.on_piket(office, day) for day in days if not remarks.is_free(office, day)]
    counts = {unit: [len(found[unit.id]) for found in present] or [0] for unit in units}
    rows = ((unit.name, _range(min(found), max(found))) for unit, found in counts.items())
    return Table(("duty.column.unit", "duty.column.count"), tuple(rows))


def _range(fewest: int, most: int) -> Cell:
    return fewest if fewest == most else f"{fewest}–{most}"
