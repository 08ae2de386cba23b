"""What is said of duties before they change: who stands piket then, and what an admin should think about.

Nothing here refuses; what cannot be done is refused where it is decided. The price of looking at the office as it would
be: a remark tells what follows, not which word of the command it follows from. It looks a month ahead at the most.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from chalicelib.admin.people import named
from chalicelib.admin.staff import unnumbered
from chalicelib.domain.access import Admin
from chalicelib.domain.answer import Cell
from chalicelib.domain.calendar import OFFICE_WEEK, days_between
from chalicelib.domain.change import Line
from chalicelib.domain.day import Day, Office
from chalicelib.domain.duty import ABSENCES, Strength, strengths
from chalicelib.domain.errors import CalendarUnknown
from chalicelib.domain.people import Person, PositionGroup, Unit
from chalicelib.domain.periods import Period
from chalicelib.domain.policy import Arrangement, policy_on

HORIZON = timedelta(days=30)
MOST_LINES = 6


def about_piket(office: Office, people: Sequence[Person], days: Sequence[date]) -> tuple[Line, ...]:
    """What to think about when these people stand piket on these days, in the office as it would be."""
    kinds = (*ABSENCES, Arrangement.EXEMPT)
    return (
        *_free_days(office, days),
        *apart(office, people),
        *(() if any(person.link_hash for person in people) else (Line("duty.no_link"),)),
        *few(_clashes(office, people, kinds, days, "duty.clash")),
        *few(shortages(office, office.organisation.reporters_of(person.unit for person in people), days)),
    )


def about_absence(office: Office, people: Sequence[Person], first: date, last: date) -> tuple[Line, ...]:
    """What to think about when these people are away: the piket they leave, and how many remain."""
    days = seen(first, last)
    leaving = [person for person in people if any(_days_of(office, person, Arrangement.PIKET, days))]
    return (
        *apart(office, people),
        *few(_clashes(office, leaving, (Arrangement.PIKET,), days, "duty.clash.away")),
        *few(shortages(office, office.organisation.reporters_of(person.unit for person in leaving), days)),
    )


def about_exemption(office: Office, people: Iterable[Person], period: Period) -> tuple[Line, ...]:
    """What to think about when these people are exempt: who of them is on piket nevertheless."""
    days = seen(period.start, period.last_day or period.start + HORIZON)
    standing = {one.id for day in days for some in on_piket(office, day).values() for one in some}
    people = (person for person in people if person.id in standing)
    return few(_clashes(office, people, (Arrangement.PIKET,), days, "duty.clash.exempt"))


def late(first: date, today: date) -> tuple[Line, ...]:
    """That what was sent stays as it was, when something is entered after its day."""
    return (Line("duty.late"),) if first < today else ()


def on_piket(office: Office, day: date) -> dict[str, list[Person]]:
    """Who stands piket on a day, by reporting unit, as that day's reports will judge it."""
    judged, found = Day(day, office.organisation.units[0], office, (), ()), defaultdict[str, list[Person]](list)
    for person in _candidates(office, day):
        reporter = office.organisation.reporter_of(person.unit)
        if reporter and judged.arrangement_of(person) is Arrangement.PIKET:
            found[reporter.id].append(person)
    return found


def _candidates(office: Office, day: date) -> Iterable[Person]:
    """Whoever is named for piket; everybody where a group is. Judging thousands to find five takes seconds."""
    held = [one for one in office.assignments if one.arrangement is Arrangement.PIKET and one.period.covers(day)]
    rules = (rule for policy in office.circulars.policies for rule in policy.rules)
    if any(not one.who.people for one in held) or any(rule.arrangement is Arrangement.PIKET for rule in rules):
        return office.people
    ids = {person for one in held for person in one.who.people}
    return (person for person in office.people if person.id in ids)


def shortages(office: Office, units: Iterable[Unit], days: Iterable[date]) -> Iterator[Line]:
    """Where fewer are on piket than the letter wants: a line for each unit and position group, with the first day.

    Source: SE 800/734-BKD/2020 point 3.b (1)–(2).
    """
    short: dict[tuple[Unit, PositionGroup], list[tuple[date, Strength]]] = {}
    units = tuple(units)
    for day in days:
        for unit, strength in _short_on(office, units, day):
            short.setdefault((unit, strength.group), []).append((day, strength))
    for (unit, group), found in short.items():
        day, strength = found[0]
        facts: dict[str, str | int | date] = {"unit": unit.name, "present": strength.present, "day": day}
        yield Line(f"duty.short.{group}", facts | {"minimum": strength.minimum, "days": len(found)})


def _short_on(office: Office, units: Iterable[Unit], day: date) -> Iterator[tuple[Unit, Strength]]:
    policy = policy_on(office.circulars.policies, day)
    if policy is None or is_free(office, day):
        return
    present = on_piket(office, day)
    for unit in units:
        for strength in strengths(policy.piket_minimums, present.get(unit.id, ())):
            if strength.is_short:
                yield unit, strength


def is_free(office: Office, day: date) -> bool:
    """Whether the office does not work on a day; a year that nobody decreed is taken without its holidays."""
    policy = policy_on(office.circulars.policies, day)
    if day.weekday() not in OFFICE_WEEK if policy is None else policy.hours_on(day) is None:
        return True
    try:
        return office.circulars.calendar.holiday(day) is not None
    except CalendarUnknown:
        return False


def seen(first: date, last: date) -> tuple[date, ...]:
    """The days that are looked at: a month of them at the most."""
    return tuple(days_between(first, min(last, first + HORIZON)))


def _free_days(office: Office, days: Iterable[date]) -> tuple[Line, ...]:
    free = [day for day in days if is_free(office, day)]
    return (Line("duty.free_days", {"days": len(free), "day": free[0]}),) if free else ()


def apart(office: Office, people: Iterable[Person]) -> tuple[Line, ...]:
    """That the people named belong to more than one agency, whose operators then cannot change the row they share."""
    units = office.organisation.reporters_of(person.unit for person in people)
    return (Line("duty.apart", {"units": ", ".join(unit.name for unit in units)}),) if len(units) > 1 else ()


def _clashes(
    office: Office, people: Iterable[Person], kinds: Iterable[Arrangement], days: Sequence[date], key: str
) -> Iterator[Line]:
    """A line for each person and kind of other decision on these days, with the first of them."""
    kinds = tuple(kinds)
    for person in people:
        for kind in kinds:
            if found := tuple(_days_of(office, person, kind, days)):
                yield Line(f"{key}.{kind}", {"name": person.name, "day": found[0], "days": len(found)})


def _days_of(office: Office, person: Person, kind: Arrangement, days: Iterable[date]) -> Iterator[date]:
    """The days on which a decision, or for exemptions the letter itself, says this of the person."""
    unit = office.organisation.by_id[person.unit]
    alike = [one for one in office.assignments if one.arrangement is kind and one.who.matches(person, unit)]
    for day in days:
        letter = policy_on(office.circulars.policies, day) if kind is Arrangement.EXEMPT else None
        if any(one.period.covers(day) for one in alike) or (letter and letter.arrangement_of(person, unit) is kind):
            yield day


def few(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The first lines, and how many more there are."""
    found = tuple(lines)
    more = len(found) - MOST_LINES
    return (*found[:MOST_LINES], Line("duty.more", {"count": more})) if more > 0 else found


def names(people: Iterable[Person], basis: str) -> tuple[Line, ...]:
    """Who is meant and on what grounds, as it was read."""
    return (*named("duty.names", people), *grounds(basis))


def grounds(basis: str) -> tuple[Line, ...]:
    """The grounds of a decision, if any, without a number by which somebody can be reached."""
    return (Line("duty.basis", {"basis": unnumbered(basis)}),) if basis else ()


def names_seen(office: Office, admin: Admin, people: Sequence[Person]) -> Cell:
    """The names that the admin may read, and how many others there are."""
    if not people:
        return Line("duty.nobody")
    seen_names = [person.name for person in people if admin.sees(person.unit, office.organisation)]
    listed, hidden = ", ".join(seen_names), len(people) - len(seen_names)
    if not hidden:
        return listed
    return Line("duty.and_hidden" if listed else "duty.hidden", {"names": listed, "count": hidden})
