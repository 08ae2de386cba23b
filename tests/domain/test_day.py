"""The Day: which slots a date has under its circulars, and how each person works on it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from chalicelib.domain.calendar import ZONES
from chalicelib.domain.day import Card, Circulars
from chalicelib.domain.duty import Assignment
from chalicelib.domain.errors import CalendarUnknown, NoPolicyInForce
from chalicelib.domain.people import Job
from chalicelib.domain.periods import Between, UntilLifted
from chalicelib.domain.policy import Arrangement, Hours, Policy, Selector, Slot, SlotKind
from tests.office import (
    DINKES,
    FRIDAY,
    HOME,
    LINKED,
    MONDAY,
    NYEPI,
    SATURDAY,
    a_day,
    assigned,
    at,
    banten,
    calendar,
    checkin,
    office,
    person,
)

ALL_SLOTS = ["0730", "1130", "1530", "recap"]


def circulars(*policies: Policy) -> Circulars:
    return Circulars(policies or (banten(),), calendar())


def due(letters: Circulars, day: date, *, at: datetime) -> tuple[tuple[Slot, datetime], ...]:
    return tuple(held for held in letters.cut_offs(day) if held[1] <= at)


def ids(held: tuple[tuple[Slot, datetime], ...]) -> list[str]:
    return [slot.id for slot, _ in held]


@pytest.mark.parametrize("number", [23, 24, 26, 27, 30, 31])
def test_every_working_day_of_the_letter_has_its_four_slots(number: int) -> None:
    assert ids(circulars().cut_offs(date(2020, 3, number))) == ALL_SLOTS


@pytest.mark.parametrize(
    "day",
    [NYEPI, SATURDAY, date(2020, 3, 29), date(2020, 3, 22), date(2020, 3, 20), date(2020, 4, 1), date(2021, 3, 23)],
)
def test_a_holiday_a_weekend_and_a_day_outside_the_letter_have_no_slot(day: date) -> None:
    letter = circulars()

    assert letter.cut_offs(day) == ()
    assert due(letter, day, at=at("23:59", day)) == ()


@pytest.mark.parametrize(
    ("clock", "count"),
    [
        ("07:29:59.999999", 0),
        ("07:30", 1),
        ("11:29:59", 1),
        ("11:30", 2),
        ("15:30", 3),
        ("15:59:59", 3),
        ("16:00", 4),
        ("23:59", 4),
    ],
)
def test_a_slot_is_due_from_its_cut_off_on(clock: str, count: int) -> None:
    assert ids(due(circulars(), FRIDAY, at=at(clock, FRIDAY))) == ALL_SLOTS[:count]


def test_all_slots_of_yesterday_are_due_and_none_of_tomorrow() -> None:
    monday_noon = at("12:00")

    assert due(circulars(), date(2020, 3, 24), at=monday_noon) == ()
    assert ids(due(circulars(), MONDAY, at=at("00:01", date(2020, 3, 24)))) == ALL_SLOTS


def test_a_slot_moved_earlier_is_due_earlier() -> None:
    letter = banten()
    moved = replace(letter, slots=(replace(letter.slots[0], lead_minutes=5), *letter.slots[1:]))

    assert due(circulars(moved), MONDAY, at=at("07:24:59")) == ()
    assert ids(due(circulars(moved), MONDAY, at=at("07:25"))) == ["0730"]


def test_monday_half_past_seven_in_wita_is_due_while_utc_still_says_sunday() -> None:
    wita = circulars(banten(zone="WITA"))
    bell = datetime(2020, 3, 22, 23, 30, tzinfo=UTC)

    assert ids(due(wita, MONDAY, at=bell)) == ["0730"]
    assert due(wita, MONDAY, at=bell - timedelta(microseconds=1)) == ()
    assert due(wita, date(2020, 3, 22), at=bell) == ()
    assert bell.astimezone(ZONES["WITA"]).date() == MONDAY


def test_saturday_half_past_seven_in_wita_is_still_friday_in_utc_and_rings_for_nothing() -> None:
    bell = datetime(2020, 3, 27, 23, 30, tzinfo=UTC)

    assert bell.astimezone(ZONES["WITA"]).date() == SATURDAY
    assert due(circulars(banten(zone="WITA")), SATURDAY, at=bell) == ()


@pytest.mark.parametrize(
    ("adopted", "held"),
    [("07:00", ALL_SLOTS), ("07:30", ALL_SLOTS[1:]), ("12:00", ALL_SLOTS[2:]), ("17:00", [])],
)
def test_slots_whose_cut_off_had_passed_at_adoption_are_neither_held_nor_ever_due(
    adopted: str, held: list[str]
) -> None:
    letter = circulars(banten(adopted_at=at(adopted)))

    assert ids(letter.cut_offs(MONDAY)) == held
    assert ids(due(letter, MONDAY, at=at("23:00"))) == held
    assert ids(letter.cut_offs(date(2020, 3, 24))) == ALL_SLOTS


def test_a_letter_that_supersedes_another_at_noon_takes_over_from_the_next_slot_on() -> None:
    later = Slot("1500", SlotKind.REPORT, time(15, 0))
    old, new = banten(adopted_at=at("06:00")), banten(id="new", number="2", slots=(later,), adopted_at=at("12:00"))

    assert ids(circulars(old, new).cut_offs(MONDAY)) == ["0730", "1130", "1500"]
    assert ids(circulars(old, new).cut_offs(date(2020, 3, 24))) == ["1500"]


# A letter whose working day changed in mid-day


NOON = Slot("1300", SlotKind.REPORT, time(13, 0))


def revised(after: Policy, clock: str, day: date = MONDAY, letter: Policy | None = None) -> Circulars:
    """The letter's rows after it was revised at an hour of a day."""
    before = letter or banten()
    return Circulars(circulars(before).revised(before, after, at=at(clock, day)), calendar())


def opened(letters: Circulars) -> list[tuple[str, datetime, datetime]]:
    return [(window.slot.id, window.opens, window.closes) for window in letters.windows(MONDAY)]


def with_lead(minutes: int, letter: Policy | None = None) -> Policy:
    """The letter with its first slot cut off earlier."""
    first, *others = (letter or banten()).slots
    return replace(letter or banten(), slots=(replace(first, lead_minutes=minutes), *others))


def test_the_present_row_keeps_the_hours_gone_by_and_a_further_row_has_the_rest() -> None:
    after = banten(slots=(NOON,))

    present, further = revised(after, "10:00").policies

    assert present == banten(validity=Between(MONDAY, MONDAY))
    assert further == replace(after, id="banten-2020~2", adopted_at=at("10:00"))


def test_what_was_held_before_the_change_is_held_still_and_what_comes_is_the_new_day() -> None:
    letters = revised(banten(slots=(Slot("0900", SlotKind.REPORT, time(9, 0)), NOON)), "10:00")

    assert ids(letters.cut_offs(MONDAY)) == ["0730", "1300"]
    assert ids(letters.cut_offs(date(2020, 3, 24))) == ["0900", "1300"]


def test_a_window_opens_just_after_the_slot_held_before_it_whichever_row_that_stood_under() -> None:
    letters = revised(banten(slots=(Slot("0900", SlotKind.REPORT, time(9, 0)), NOON)), "10:00")

    assert opened(letters) == [
        ("0730", at("06:00"), at("07:30")),
        ("1300", at("07:30:00.000001"), at("13:00")),
    ]


def test_a_slot_that_has_closed_is_not_held_again_under_a_later_cut_off() -> None:
    letters = revised(banten(), "07:25", letter=with_lead(10))

    assert opened(letters)[:2] == [
        ("0730", at("06:00"), at("07:20")),
        ("1130", at("07:20:00.000001"), at("11:30")),
    ]


def test_a_cut_off_moved_while_its_slot_is_open_is_the_one_that_is_held() -> None:
    assert opened(revised(with_lead(5), "07:20"))[0] == ("0730", at("06:00"), at("07:25"))


@pytest.mark.parametrize(("start", "opens"), [(time(7, 30), "06:00"), (time(6, 45), "05:45")])
def test_a_first_window_that_has_opened_stays_open_when_the_hours_move(start: time, opens: str) -> None:
    hours = tuple(replace(one, start=start) for one in banten().hours)

    assert opened(revised(banten(hours=hours), "06:10"))[0] == ("0730", at(opens), at("07:30"))


@pytest.mark.parametrize(
    ("after", "clock", "day"),
    [
        (banten(slots=(NOON,)), "06:00", MONDAY),
        (banten(slots=(NOON,)), "10:00", SATURDAY),
        (banten(slots=(NOON,)), "10:00", NYEPI),
        (banten(slots=(NOON,)), "10:00", date(2020, 4, 1)),
        (banten(hours=(*banten().hours, Hours(5, time(7, 0), time(12, 0)))), "10:00", MONDAY),
        (banten(title="Title"), "10:00", MONDAY),
        (banten(validity=Between(MONDAY, date(2020, 5, 13))), "10:00", MONDAY),
    ],
)
def test_a_change_that_tells_no_hour_of_today_otherwise_rewrites_the_letter_itself(
    after: Policy, clock: str, day: date
) -> None:
    assert revised(after, clock, day).policies == (after,)


def test_a_letter_that_comes_to_hold_today_asks_nothing_of_the_hours_before() -> None:
    wednesday = date(2020, 4, 1)
    after = banten(validity=Between(MONDAY, date(2020, 4, 3)))

    letters = revised(after, "10:00", wednesday)

    assert letters.policies == (replace(after, adopted_at=at("10:00", wednesday)),)
    assert ids(letters.cut_offs(wednesday)) == ALL_SLOTS[1:]
    assert letters.windows(wednesday)[0].opens == at("06:00", wednesday)


def test_a_letter_that_no_longer_holds_today_held_the_slots_that_have_closed() -> None:
    tuesday = date(2020, 3, 24)

    letters = revised(banten(validity=Between(MONDAY, MONDAY)), "10:00", tuesday)

    assert ids(letters.cut_offs(tuesday)) == ["0730"]
    assert letters.policy_on(tuesday) is None


def test_while_nobody_knows_the_holidays_the_hours_gone_by_are_kept() -> None:
    monday = date(2021, 1, 4)
    letter = banten(validity=UntilLifted(MONDAY, "dicabut"))

    letters = revised(replace(letter, slots=(NOON,)), "10:00", monday, letter)

    assert [slot.id for slot, _ in letters.asked(monday, until=at("14:00", monday))] == ["0730", "1130", "1300"]


def test_each_further_row_takes_the_next_free_name() -> None:
    first = revised(banten(slots=(NOON,)), "08:00")
    row = first.policies[-1]

    *_, third = first.revised(row, with_lead(5, row), at=at("10:00"))

    assert third.id == "banten-2020~3"


def test_a_letter_under_a_newer_one_stays_under_it_whatever_becomes_of_its_day() -> None:
    older, newer = banten(), banten(id="new", number="2")

    rows = circulars(older, newer).revised(older, banten(slots=(NOON,)), at=at("10:00"))

    assert rows == (banten(slots=(NOON,)),)


def test_a_slot_that_two_rows_ask_for_alike_is_asked_for_once() -> None:
    letters = revised(banten(slots=(*banten().slots[:2], NOON)), "10:00")

    assert [slot.id for slot, _ in letters.asked(MONDAY, until=at("12:00"))] == ["0730", "1130"]


def test_without_a_letter_no_day_has_a_slot_and_nobody_asks_the_calendar() -> None:
    nothing = Circulars((), calendar())

    assert nothing.cut_offs(date(2035, 1, 1)) == ()


def test_a_letter_that_reaches_into_a_year_without_decrees_is_refused_there() -> None:
    endless = circulars(banten(validity=UntilLifted(date(2020, 3, 23), "dicabut")))

    assert ids(endless.cut_offs(date(2020, 12, 31))) == ALL_SLOTS
    with pytest.raises(CalendarUnknown):
        endless.cut_offs(date(2021, 1, 4))


def test_a_newer_letter_sets_the_slots_while_it_lasts() -> None:
    older = banten(validity=UntilLifted(date(2020, 3, 23), "dicabut"))
    noon = Slot("1200", SlotKind.REPORT, time(12, 0))
    newer = banten(number="2", validity=Between(date(2020, 3, 30), date(2020, 3, 31)), slots=(noon,))

    letters = circulars(older, newer)

    assert [ids(letters.cut_offs(date(2020, *day))) for day in [(3, 27), (3, 30), (3, 31), (4, 1)]] == [
        ALL_SLOTS,
        ["1200"],
        ["1200"],
        ALL_SLOTS,
    ]


def test_a_letter_with_hours_on_saturday_holds_its_slots_on_saturday() -> None:
    letter = banten(hours=(Hours(5, time(7, 0), time(12, 0)),))

    assert ids(circulars(letter).cut_offs(SATURDAY)) == ALL_SLOTS
    assert circulars(letter).cut_offs(MONDAY) == ()


def test_a_day_without_a_circular_has_no_policy() -> None:
    with pytest.raises(NoPolicyInForce) as refused:
        _ = a_day([person("Ani")], day=NYEPI).policy

    assert refused.value.day == NYEPI


def test_a_day_keeps_each_persons_check_ins_apart_and_in_order() -> None:
    early, late, other = checkin("Ani", at("07:05")), checkin("Ani", at("10:00")), checkin("Budi", at("07:20"))

    day = a_day([person("Ani"), person("Budi")], [late, other, early])

    assert day.checkins_of == {"ani": (early, late), "budi": (other,)}
    assert day.window("1130").closes == at("11:30")


def test_the_latest_assignment_wins_and_only_while_it_lasts() -> None:
    week = assigned(Arrangement.PIKET, "Ani", start=MONDAY, end=FRIDAY)
    tuesday = assigned(Arrangement.LEAVE, "Ani", start=date(2020, 3, 24))
    facts = office(assignments=(week, tuesday))

    found = [a_day([], day=day, office=facts).arrangement_of(person("Ani")) for day in (MONDAY, date(2020, 3, 24))]

    assert found == [Arrangement.PIKET, Arrangement.LEAVE]
    assert a_day([], day=date(2020, 3, 30), office=facts).arrangement_of(person("Ani")) is Arrangement.HOME


def test_an_assignment_may_call_home_somebody_the_letter_exempts() -> None:
    facts = office(assignments=(assigned(Arrangement.HOME, "Ani"),))

    assert a_day([], office=facts).arrangement_of(person("Ani", job=Job.TASK_FORCE)) is Arrangement.HOME


def test_an_assignment_of_a_unit_binds_its_people_wherever_their_report_goes() -> None:
    frontline = Assignment("1", Selector(units=("rsud",)), Arrangement.OFFICE, Between(MONDAY, FRIDAY))
    day = a_day([], unit=DINKES, office=office(assignments=(frontline,)))

    assert day.arrangement_of(person("Citra", "rsud")) is Arrangement.OFFICE
    assert day.arrangement_of(person("Ani", "dinkes")) is Arrangement.HOME


def test_somebody_the_newest_letter_does_not_bind_falls_back_to_the_older_one_that_does() -> None:
    older = banten()
    newer = banten(number="2", binds=(Selector(domiciles=("Tangerang",)),), rules=())
    day = a_day([], office=office([older, newer]))

    assert day.arrangement_of(person("Ani", job=Job.SECURITY, domicile="Serang")) is Arrangement.OFFICE
    assert day.arrangement_of(person("Budi", job=Job.SECURITY, domicile="Tangerang")) is Arrangement.HOME


def test_a_letter_that_is_over_binds_nobody_even_as_a_fallback() -> None:
    over = banten(validity=Between(date(2020, 3, 16), date(2020, 3, 20)))
    newer = banten(number="2", binds=(Selector(domiciles=("Tangerang",)),))

    assert a_day([], office=office([over, newer])).arrangement_of(person("Ani")) is Arrangement.UNBOUND


@pytest.mark.parametrize(
    ("age", "is_live"),
    [
        (timedelta(0), True),
        (timedelta(days=180) - timedelta(microseconds=1), True),
        (timedelta(days=180), False),
    ],
)
def test_a_link_opens_for_180_days(age: timedelta, is_live: bool) -> None:
    card = Card("ani", "A***", "dinkes", DINKES.name, HOME, LINKED)

    assert card.is_live(LINKED + age) is is_live
