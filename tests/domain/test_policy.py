"""The circular as data: when a window is open, whom a clause means, which letter sets a day's slots."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from chalicelib.domain.people import Job, PositionGroup, UnitKind
from chalicelib.domain.periods import Between, UntilLifted
from chalicelib.domain.policy import Arrangement, Hours, Policy, Rule, Selector, Slot, SlotKind, policy_on
from tests.office import DINKES, FRIDAY, HOSPITAL, MONDAY, SATURDAY, at, banten, person

MICROSECOND = timedelta(microseconds=1)


def with_lead(slot_id: str, lead_minutes: int) -> Policy:
    """The letter with one slot moved earlier."""
    letter = banten()
    slots = (replace(slot, lead_minutes=lead_minutes) if slot.id == slot_id else slot for slot in letter.slots)
    return replace(letter, slots=tuple(slots))


def open_slot(policy: Policy, moment: datetime, day: date = MONDAY) -> str | None:
    return next((window.slot.id for window in policy.windows(day) if window.contains(moment)), None)


@pytest.mark.parametrize("day", [MONDAY, date(2020, 3, 26), FRIDAY])
def test_the_windows_run_from_six_to_each_cut_off_on_every_working_weekday(day: date) -> None:
    windows = [(window.slot.id, window.opens, window.closes) for window in banten().windows(day)]

    assert windows == [
        ("0730", at("06:00", day), at("07:30", day)),
        ("1130", at("07:30:00.000001", day), at("11:30", day)),
        ("1530", at("11:30:00.000001", day), at("15:30", day)),
    ]


@pytest.mark.parametrize(
    ("clock", "slot"),
    [
        ("05:59", None),
        ("05:59:59.999999", None),
        ("06:00", "0730"),
        ("07:29:59.9", "0730"),
        ("07:30:00.0", "0730"),
        ("07:30:00.000001", "1130"),
        ("11:30", "1130"),
        ("11:30:00.000001", "1530"),
        ("15:30", "1530"),
        ("15:30:00.000001", None),
        ("16:00", None),
    ],
)
def test_a_window_opens_just_after_the_previous_cut_off_and_includes_its_own(clock: str, slot: str | None) -> None:
    assert open_slot(banten(), at(clock)) == slot


def test_a_window_compares_instants_and_not_the_clocks_of_zones() -> None:
    assert open_slot(banten(), datetime(2020, 3, 23, 0, 30, tzinfo=UTC)) == "0730"
    assert open_slot(banten(), datetime(2020, 3, 23, 0, 30, 0, 1, tzinfo=UTC)) == "1130"


def test_the_first_window_opens_an_hour_before_work_begins_on_that_weekday() -> None:
    late_fridays = banten(hours=(Hours(0, time(7, 0), time(15, 0)), Hours(4, time(8, 15), time(15, 30))))

    assert late_fridays.windows(MONDAY)[0].opens == at("06:00")
    assert late_fridays.windows(FRIDAY)[0].opens == at("07:15", FRIDAY)


@pytest.mark.parametrize("zone", ["WIB", "WITA", "WIT"])
def test_windows_stand_by_the_clock_of_the_governments_zone(zone: str) -> None:
    windows = [(window.opens, window.closes) for window in banten(zone=zone).windows(MONDAY)]

    assert windows[0] == (at("06:00", zone=zone), at("07:30", zone=zone))
    assert windows[-1][1] == at("15:30", zone=zone)


@pytest.mark.parametrize("day", [SATURDAY, date(2020, 3, 29)])
def test_a_weekday_without_working_hours_has_no_window(day: date) -> None:
    assert banten().hours_on(day) is None
    assert banten().windows(day) == ()


def test_friday_ends_half_an_hour_later_than_monday() -> None:
    assert banten().hours_on(MONDAY) == Hours(0, time(7, 0), time(15, 0))
    assert banten().hours_on(FRIDAY) == Hours(4, time(7, 0), time(15, 30))


def test_a_slot_moved_earlier_closes_earlier_and_the_next_window_opens_right_after() -> None:
    windows = {window.slot.id: window for window in with_lead("0730", 10).windows(MONDAY)}

    assert (windows["0730"].opens, windows["0730"].closes) == (at("06:00"), at("07:20"))
    assert (windows["1130"].opens, windows["1130"].closes) == (at("07:20") + MICROSECOND, at("11:30"))
    assert windows["0730"].slot.deadline == time(7, 30)


def test_the_recap_has_a_deadline_and_no_window_of_its_own() -> None:
    assert [slot.id for slot in banten().slots if slot.kind is SlotKind.RECAP] == ["recap"]
    assert [window.slot.id for window in banten().windows(MONDAY)] == ["0730", "1130", "1530"]


@given(
    some.lists(some.times(time(7, 0), time(20, 0)), min_size=1, max_size=6, unique=True),
    some.integers(0, 12).map(lambda fives: 5 * fives),
    some.datetimes(datetime(2020, 3, 23), datetime(2020, 3, 24)),
)
@settings(deadline=None)
def test_windows_leave_no_gap_and_never_overlap(deadlines: list[time], lead_minutes: int, naive: datetime) -> None:
    slots = tuple(Slot(clock.isoformat(), SlotKind.REPORT, clock, lead_minutes) for clock in sorted(deadlines))
    windows = banten(slots=slots).windows(MONDAY)
    moment = naive.replace(tzinfo=banten().tz)

    open_now = [window for window in windows if window.contains(moment)]

    assert len(open_now) == (windows[0].opens <= moment <= windows[-1].closes)


@pytest.mark.parametrize(
    ("zone", "lead_minutes", "cut_off"),
    [
        ("WIB", 0, datetime(2020, 3, 23, 0, 30, tzinfo=UTC)),
        ("WIB", 35, datetime(2020, 3, 22, 23, 55, tzinfo=UTC)),
        ("WITA", 0, datetime(2020, 3, 22, 23, 30, tzinfo=UTC)),
        ("WIT", 0, datetime(2020, 3, 22, 22, 30, tzinfo=UTC)),
    ],
)
def test_a_cut_off_is_the_deadline_in_the_governments_zone_less_the_lead(
    zone: str, lead_minutes: int, cut_off: datetime
) -> None:
    policy = banten(zone=zone)

    assert Slot("0730", SlotKind.REPORT, time(7, 30), lead_minutes).cut_off(MONDAY, policy.tz) == cut_off


@pytest.mark.parametrize(
    ("adopted", "held"),
    [
        (at("07:29:59"), ["0730", "1130", "1530", "recap"]),
        (at("07:30"), ["1130", "1530", "recap"]),
        (at("09:00"), ["1130", "1530", "recap"]),
        (at("15:45"), ["recap"]),
        (at("16:00"), []),
    ],
)
def test_a_letter_asks_for_no_report_whose_cut_off_had_come_when_it_was_adopted(
    adopted: datetime, held: list[str]
) -> None:
    policy = banten(adopted_at=adopted)

    assert [slot.id for slot in policy.slots if policy.is_adopted(slot.cut_off(MONDAY, policy.tz))] == held
    assert all(policy.is_adopted(slot.cut_off(date(2020, 3, 24), policy.tz)) for slot in policy.slots)


GURU = person("Guru", job=Job.EDUCATION, group=PositionGroup.FUNGSIONAL, domicile="Serang")


@pytest.mark.parametrize(
    ("who", "matches"),
    [
        (Selector(), True),
        (Selector(people=("guru",)), True),
        (Selector(people=("ani",)), False),
        (Selector(units=("dinkes", "rsud")), True),
        (Selector(units=("rsud",)), False),
        (Selector(unit_kinds=(UnitKind.DINAS,)), True),
        (Selector(unit_kinds=(UnitKind.UPTD,)), False),
        (Selector(groups=(PositionGroup.FUNGSIONAL,)), True),
        (Selector(groups=(PositionGroup.PELAKSANA,)), False),
        (Selector(jobs=(Job.EDUCATION,)), True),
        (Selector(jobs=(Job.SECURITY,)), False),
        (Selector(domiciles=("Serang",)), True),
        (Selector(domiciles=("Cilegon",)), False),
        (Selector(units=("dinkes",), jobs=(Job.EDUCATION,), domiciles=("Serang",)), True),
        (Selector(units=("dinkes",), jobs=(Job.EDUCATION,), domiciles=("Cilegon",)), False),
    ],
)
def test_a_clause_means_whoever_matches_all_it_names(who: Selector, matches: bool) -> None:
    assert who.matches(GURU, DINKES) is matches


def test_a_clause_on_a_domicile_does_not_mean_somebody_whose_domicile_is_unknown() -> None:
    assert not Selector(domiciles=("Serang",)).matches(person("Ani"), DINKES)


def test_the_first_rule_that_matches_decides_and_without_one_people_work_at_home() -> None:
    rules = (
        Rule(Selector(people=("ani",)), Arrangement.EXEMPT, "1"),
        Rule(Selector(units=("dinkes",)), Arrangement.OFFICE, "2"),
    )
    policy = banten(rules=rules)

    assert policy.arrangement_of(person("Ani"), DINKES) is Arrangement.EXEMPT
    assert policy.arrangement_of(person("Budi"), DINKES) is Arrangement.OFFICE
    assert policy.arrangement_of(person("Citra", "rsud"), HOSPITAL) is Arrangement.HOME


def test_a_letter_that_names_whom_it_binds_says_nothing_of_anybody_else() -> None:
    only = (Selector(domiciles=("Martapura",)), Selector(people=("budi",)))
    policy = banten(binds=only, rules=())

    assert policy.arrangement_of(person("Ani", domicile="Martapura"), DINKES) is Arrangement.HOME
    assert policy.arrangement_of(person("Budi"), DINKES) is Arrangement.HOME
    assert policy.arrangement_of(person("Citra", domicile="Banjarbaru"), DINKES) is None


def test_the_newest_letter_that_covers_a_day_sets_its_slots_without_gap_or_overlap() -> None:
    first = banten(id="first", validity=UntilLifted(date(2020, 3, 23), "dicabut"))
    second = banten(id="second", number="2", validity=Between(date(2020, 4, 1), date(2020, 4, 10)))

    letters = [policy_on((first, second), date(2020, *day)) for day in [(3, 22), (3, 31), (4, 1), (4, 10), (4, 11)]]

    assert letters == [None, first, second, second, first]
