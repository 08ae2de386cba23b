"""What all decisions on people's days have in common: entered as one row, parted in time, dropped when long over.

Leave and travel, piket and exemptions are decided in their own modules. Where a row stands among the others says what
it counts against (`domain.duty.WEIGHT`), so no row of a command is simply added at the end.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from chalicelib.admin.staff import known
from chalicelib.domain.calendar import days_between
from chalicelib.domain.change import Change, Edit, Line, edit
from chalicelib.domain.day import Office
from chalicelib.domain.duty import Assignment, fresh_ids, place_of
from chalicelib.domain.errors_staff import DutyIsPast
from chalicelib.domain.people import Person
from chalicelib.domain.periods import Between, Period
from chalicelib.domain.policy import Arrangement, Selector, local_day

TIDY = "tidy"
"""What asks for it in the bots' queue."""

REMEMBERED = timedelta(days=31)
"""How long a decision that has ended stays in today's office; every revision that knew it is kept for good."""

LONGEST_BASIS = 150
IDS = {
    Arrangement.PIKET: "piket",
    Arrangement.EXEMPT: "kecuali",
    Arrangement.LEAVE: "cuti",
    Arrangement.TRAVEL: "dinas",
}
"""How the ids of decisions begin, for admins to type."""


def from_today_on(start: date, end: date, today: date) -> Between:
    """The days that may still be altered: those gone by are history. Raises: DutyIsPast when all are."""
    asked = Between(start, end)
    if asked.end < today:
        raise DutyIsPast(asked.end)
    return Between(max(asked.start, today), asked.end)


def over(key: str, period: Between, *, count: int) -> Line:
    """The summary of a decision over a period, or with `.day` on a single one."""
    if period.start == period.end:
        return Line(f"{key}.day", {"count": count, "day": period.start})
    return Line(key, {"count": count, "start": period.start, "end": period.end})


def kept(start: date, today: date) -> tuple[Line, ...]:
    """That days gone by stay as they were, when some were meant."""
    return (Line("duty.past_kept", {"day": today}),) if start < today else ()


def last_altered(last_day: date, today: date) -> date:
    """The last day of what is to end, where no day gone by is taken back. Raises: DutyIsPast."""
    if last_day + timedelta(days=1) < today:
        raise DutyIsPast(last_day)
    return last_day


def days_of(office: Office, person: Person, kind: Arrangement, period: Between) -> set[date]:
    """The days of a period on which some decision of a kind names or means the person."""
    unit = office.organisation.by_id[person.unit]
    alike = [one.period for one in office.assignments if one.arrangement is kind and one.who.matches(person, unit)]
    return {day for day in days_between(period.start, period.end) if any(one.covers(day) for one in alike)}


def entered(
    office: Office, people: Iterable[str], kind: Arrangement, period: Between, basis: str
) -> tuple[tuple[Edit, ...], tuple[Person, ...]]:
    """One row for those of the people of whom it is not said already on all of the days, and who they are.

    Raises: PersonGone.
    """
    length = (period.end - period.start).days + 1
    new = tuple(one for one in known(office, people) if len(days_of(office, one, kind, period)) < length)
    who = Selector(people=tuple(person.id for person in new))
    return ((added(office, who, kind, period, basis),) if new else ()), new


def added(office: Office, who: Selector, kind: Arrangement, period: Period, basis: str) -> Edit:
    """A new row with an id that an admin can type, standing where it counts as it should."""
    row = Assignment(next(fresh_ids(IDS[kind], office.assignments)), who, kind, period, worded(basis))
    return _placed(row, office.assignments)


def worded(basis: str) -> str:
    """The grounds of a decision on one line, cut to what a row should hold."""
    return " ".join(basis.split())[:LONGEST_BASIS]


def _placed(row: Assignment, among: Sequence[Assignment]) -> Edit:
    return Edit(None, row, stands=place_of(row.arrangement, among))


def reassigned(
    office: Office,
    rows: Collection[Assignment],
    stand_ins: Mapping[str, str | None],
    first: date,
    last: date | None = None,
) -> tuple[Edit, ...]:
    """The edits that give some rows' people, from `first` to `last` or for good, their stand-ins, or take them out.

    A row is parted in time; its earliest part keeps its id.
    """
    found = [(row, parts) for row in rows if (parts := _parts(office, row, stand_ins, first, last)) != (row,)]
    gone = {row.id for row, parts in found if not parts}
    stay = [row for row in office.assignments if row.id not in gone]
    ids = {kind: fresh_ids(name, office.assignments) for kind, name in IDS.items()}
    edits: list[Edit] = []
    for row, parts in found:
        edits.append(edit(row, parts[0] if parts else None, office.assignments))
        edits += [_placed(replace(part, id=next(ids[part.arrangement])), stay) for part in parts[1:]]
    return tuple(edits)


def _parts(
    office: Office, row: Assignment, stand_ins: Mapping[str, str | None], first: date, last: date | None
) -> tuple[Assignment, ...]:
    """The row in order of time with the stand-ins in it; the row itself where it has nothing to do with them."""
    held = _people(office, row.who)
    outside = row.period.start > last if last else False
    if outside or (row.period.last_day and row.period.last_day < first) or not stand_ins.keys() & set(held):
        return (row,)
    then = (stand_ins.get(one, one) for one in held)
    return row.parted(first, last, tuple(dict.fromkeys(one for one in then if one)))


def _people(office: Office, who: Selector) -> tuple[str, ...]:
    """Whom a selector means: those it names, or everybody in the office who matches a group."""
    if who == Selector(people=who.people):
        return who.people
    units = office.organisation.by_id
    return tuple(person.id for person in office.people if who.matches(person, units[person.unit]))


@dataclass(frozen=True)
class Tidy:
    """Leave behind the decisions that ended longer ago than is `remembered`: nobody is judged by them any more."""

    remembered: timedelta = REMEMBERED


def tidy(command: Tidy, office: Office, *, at: datetime) -> Change:
    """The change that a tidying makes, on the office's own behalf."""
    limit = local_day(office.circulars.policies, at) - command.remembered
    over = [one for one in office.assignments if one.period.last_day and one.period.last_day < limit]
    edits = tuple(edit(one, None, office.assignments) for one in over)
    return Change(edits, Line("office.tidied", {"count": len(over)}))
