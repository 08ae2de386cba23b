"""Builders in office words: a small government, its people and its letter; what a test leaves open is filled in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from chalicelib import presets
from chalicelib.domain.calendar import ZONES, Calendar
from chalicelib.domain.day import CheckIn, Circulars, Day, Office
from chalicelib.domain.duty import Assignment
from chalicelib.domain.evidence import Evidence, Grade
from chalicelib.domain.people import Employment, Organisation, Person, Place, PositionGroup, Unit, UnitKind
from chalicelib.domain.periods import Between
from chalicelib.domain.policy import Arrangement, Policy, Selector
from chalicelib.domain.report import UnitReport, assemble, heading

ZONE = ZONES["WIB"]
MONDAY, NYEPI, FRIDAY, SATURDAY = date(2020, 3, 23), date(2020, 3, 25), date(2020, 3, 27), date(2020, 3, 28)
LETTER_DAY = date(2020, 3, 22)
LINKED = datetime(2020, 3, 22, 3, 0, tzinfo=UTC)
HOME = Place(-6.1200, 106.1500)

PROVINCE = Unit("banten", "Pemerintah Provinsi Banten", UnitKind.GOVERNMENT)
DINKES = Unit(
    "dinkes",
    "Dinas Kesehatan Provinsi Banten",
    UnitKind.DINAS,
    "banten",
    reports=True,
    head_email="kepala@dinkes.example.id",
    operator_email="operator@dinkes.example.id",
)
INSPEKTORAT = Unit(
    "inspektorat",
    "Inspektorat Provinsi Banten",
    UnitKind.INSPEKTORAT,
    "banten",
    reports=True,
    head_email="kepala@inspektorat.example.id",
    operator_email="operator@inspektorat.example.id",
)
HOSPITAL = Unit("rsud", "RSUD Banten", UnitKind.UPTD, "dinkes")
ORGANISATION = Organisation((PROVINCE, INSPEKTORAT, DINKES, HOSPITAL))

BKD, SEKDA = "bkd@banten.example.id", "sekda@banten.example.id"
ADDRESSES: dict[str, tuple[str, ...]] = {"bkd": (BKD,), "sekda": (SEKDA,)}


def at(clock: str, day: date = MONDAY, zone: str = "WIB") -> datetime:
    """An instant by the wall clock: `at("07:30")`, with seconds where they matter."""
    return datetime.combine(day, time.fromisoformat(clock), ZONES[zone])


def person(name: str, unit: str = "dinkes", **facts: object) -> Person:
    """Somebody of the unit who was linked the day before and works at home."""
    plain = Person(
        name.lower(),
        name,
        unit,
        PositionGroup.PELAKSANA,
        Employment.PNS,
        home=HOME,
        link_hash=f"hash of {name.lower()}",
        link_since=LINKED,
    )
    return replace(plain, **facts)  # type: ignore[arg-type]


def checkin(name: str, moment: datetime, grade: Grade = Grade.AT_HOME) -> CheckIn:
    return CheckIn(name.lower(), moment, Evidence(grade))


def banten(**changes: object) -> Policy:
    """The letter of 22 March 2020."""
    return replace(presets.policy("banten-2020"), **changes)  # type: ignore[arg-type]


def assigned(arrangement: Arrangement, *names: str, start: date = MONDAY, end: date | None = None) -> Assignment:
    """A decision on the people named, for one day unless an end is given."""
    people = tuple(name.lower() for name in names)
    return Assignment(f"{arrangement} {people}", Selector(people=people), arrangement, Between(start, end or start))


def calendar(known_on: date = LETTER_DAY) -> Calendar:
    """The holidays of 2020 as they were known on a day."""
    known = presets.known_calendar(known_on).decrees
    return Calendar(tuple(decree for decree in known if 2020 in decree.years))


def office(
    policies: Sequence[Policy] | None = None,
    assignments: Sequence[Assignment] = (),
    organisation: Organisation = ORGANISATION,
) -> Office:
    circulars = Circulars(tuple(policies) if policies is not None else (banten(),), calendar())
    return Office(1, LINKED, organisation, circulars, tuple(assignments), ADDRESSES)


def a_day(
    people: Sequence[Person],
    checkins: Sequence[CheckIn] = (),
    *,
    day: date = MONDAY,
    unit: Unit = DINKES,
    office: Office | None = None,
) -> Day:
    return Day(
        day, unit, office or globals()["office"](), tuple(people), tuple(sorted(checkins, key=lambda one: one.at))
    )


def report_of(day: Day, slot_id: str) -> UnitReport:
    """The unit's report of one slot, as its mail carries it."""
    window = day.window(slot_id)
    head = heading(PROVINCE.name, day.policy, window.slot, day.day, office_revision=day.office.revision)
    return assemble(day, window, head)


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)
