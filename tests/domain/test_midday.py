"""What a change makes of the day on which it is made: what has closed stays, what is open is reported or is told."""

from dataclasses import replace
from datetime import date, time

import pytest

from chalicelib.domain.calendar import Calendar, Decree, Holiday, HolidayKind
from chalicelib.domain.day import Circulars
from chalicelib.domain.midday import Midday
from chalicelib.domain.periods import Between
from chalicelib.domain.policy import Policy, Slot, SlotKind
from tests.office import MONDAY, at, banten, calendar

DECLARED = Decree("1", MONDAY, (2020,), (Holiday(MONDAY, "Libur", HolidayKind.REGIONAL, "1"),), entered_at=at("10:00"))
LETTER = banten()


def circulars(*policies: Policy, decrees: tuple[Decree, ...] = ()) -> Circulars:
    return Circulars(policies, Calendar((*calendar().decrees, *decrees)))


def asking(*clocks: str, recap: str | None = "16:00", **changes: object) -> Policy:
    """A letter of its own that asks for these slots, adopted at ten."""
    times = [time.fromisoformat(clock) for clock in clocks]
    slots = [Slot(f"{one:%H%M}", SlotKind.REPORT, one) for one in times]
    slots += [Slot("recap", SlotKind.RECAP, time.fromisoformat(recap))] if recap else []
    return banten(id="new", number="2", slots=tuple(slots), adopted_at=at("10:00"), **changes)


def ids(slots: tuple[Slot, ...]) -> list[str]:
    return [slot.id for slot in slots]


def test_a_holiday_declared_at_ten_ends_the_day_and_loses_nothing_that_anybody_could_save() -> None:
    today = Midday(circulars(LETTER), circulars(LETTER, decrees=(DECLARED,)), at("10:00"))

    assert (today.lost, today.altered, today.carried) == (None, None, None)
    assert ids(today.dropped) == ["1130", "1530", "recap"]


def test_what_had_closed_before_the_holiday_was_declared_was_held() -> None:
    declared = circulars(LETTER, decrees=(DECLARED,))

    assert [slot.id for slot, _ in declared.cut_offs(MONDAY)] == ["0730"]
    assert declared.policy_on(MONDAY) is None


def test_a_holiday_declared_before_the_day_begins_drops_nothing() -> None:
    early = replace(DECLARED, entered_at=at("05:30"))

    assert Midday(circulars(LETTER), circulars(LETTER, decrees=(early,)), at("05:30")).dropped == ()


def test_a_holiday_taken_back_at_noon_holds_the_slots_still_to_come_and_no_other() -> None:
    holiday = replace(DECLARED, entered_at=at("05:00"))
    taken_back = Decree("2", MONDAY, (2020,), (), (MONDAY,), entered_at=at("12:00"))
    worked = circulars(LETTER, decrees=(holiday, taken_back))

    (window,) = worked.windows(MONDAY)
    assert (window.slot.id, window.opens) == ("1530", at("06:00"))
    today = Midday(circulars(LETTER, decrees=(holiday,)), worked, at("12:00"))
    assert (today.lost, today.altered, today.dropped) == (None, None, ())


def test_erasing_a_holiday_at_noon_would_tell_of_slots_that_were_never_held() -> None:
    holiday = circulars(LETTER, decrees=(replace(DECLARED, entered_at=at("05:00")),))
    today = Midday(holiday, circulars(LETTER), at("12:00"))

    assert today.altered == (LETTER.slots[0], at("07:30"))
    assert Midday(holiday, circulars(LETTER), at("07:00")).altered is None


def test_another_letter_that_follows_with_a_slot_takes_over_who_reported_for_the_open_one() -> None:
    today = Midday(circulars(LETTER), circulars(LETTER, asking("07:30", "13:00")), at("10:00"))

    assert (today.lost, today.dropped) == (None, ())
    assert today.carried
    assert ids(today.carried) == ["1130", "1300"]


def test_another_letter_without_a_slot_to_come_loses_the_open_one() -> None:
    today = Midday(circulars(LETTER), circulars(LETTER, asking("09:00")), at("10:00"))

    assert today.lost == (LETTER.slots[1], at("11:30"))


def test_another_letters_own_hours_gone_by_are_meant() -> None:
    assert Midday(circulars(LETTER), circulars(LETTER, asking("09:00", "15:30")), at("10:00")).lost is None


def test_another_letter_that_wants_no_recap_drops_it_and_one_whose_recap_has_passed_loses_it() -> None:
    without = Midday(circulars(LETTER), circulars(LETTER, asking("11:30", "15:30", recap=None)), at("10:00"))
    passed = Midday(circulars(LETTER), circulars(LETTER, asking("15:45", recap="15:40")), at("15:42"))

    assert (without.lost, ids(without.dropped)) == (None, ["recap"])
    assert passed.lost == (LETTER.slots[-1], at("16:00"))


def test_a_letter_lifted_at_ten_as_of_yesterday_ends_the_day() -> None:
    ended = replace(LETTER, id="banten-2020~2", validity=Between(date(2020, 3, 20), date(2020, 3, 22)))
    after = circulars(banten(validity=Between(MONDAY, MONDAY)), replace(ended, adopted_at=at("10:00")))

    today = Midday(circulars(LETTER), after, at("10:00"))

    assert (today.lost, today.altered, ids(today.dropped)) == (None, None, ["1130", "1530", "recap"])


def test_a_cut_off_put_back_after_the_slot_has_closed_would_open_it_again() -> None:
    early = replace(LETTER.slots[1], lead_minutes=30)
    further = banten(id="banten-2020~2", slots=(LETTER.slots[0], early, *LETTER.slots[2:]), adopted_at=at("10:00"))
    moved = circulars(banten(validity=Between(MONDAY, MONDAY)), further)

    assert Midday(moved, circulars(LETTER), at("10:59")).altered is None
    assert Midday(moved, circulars(LETTER), at("11:15")).altered == (early, at("11:00"))


@pytest.mark.parametrize("clock", ["05:00", "10:00", "15:45", "17:00"])
def test_a_change_of_nothing_makes_nothing_of_the_day(clock: str) -> None:
    today = Midday(circulars(LETTER), circulars(LETTER), at(clock))

    assert (today.lost, today.altered, today.carried, today.dropped) == (None, None, None, ())


def test_in_a_year_that_nobody_has_decreed_nothing_is_said_of_today() -> None:
    unknown = Circulars((LETTER,), Calendar(()))
    today = Midday(unknown, circulars(LETTER), at("12:00"))

    assert (today.lost, today.altered, today.carried, today.dropped) == (None, None, None, ())
