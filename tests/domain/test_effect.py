"""What a change will do to the next reports: to how many people, in how many units, from which slot on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time

import pytest

from chalicelib.domain.calendar import Decree, Holiday, HolidayKind
from chalicelib.domain.change import Edit, Fact, changed, edit
from chalicelib.domain.day import Office
from chalicelib.domain.duty import Assignment
from chalicelib.domain.effect import Effect, effect
from chalicelib.domain.people import Address
from chalicelib.domain.periods import Between, UntilLifted
from chalicelib.domain.policy import Arrangement, Selector
from tests.office import DINKES, FRIDAY, MONDAY, NYEPI, SATURDAY, assigned, at, banten, office, person

ANI, BUDI, CICI = person("Ani"), person("Budi", "inspektorat"), person("Cici", "rsud")
LETTER = banten(adopted_at=at("08:00", date(2020, 3, 22)))
TUESDAY = date(2020, 3, 24)


def staffed(assignments: Sequence[Assignment] = ()) -> Office:
    return replace(office([LETTER], assignments), people=(BUDI, ANI, CICI))


def effect_of(*edits: Edit, moment: datetime, before: Office | None = None) -> Effect:
    whole = before or staffed()
    return effect(whole, changed(whole, edits), edits, at=moment)


def reach(found: Effect) -> tuple[int, int, date | None, str | None]:
    return found.people, found.units, found.day, found.first.slot.id if found.first else None


@pytest.mark.parametrize(
    ("moment", "day", "slot"),
    [
        (at("06:00"), MONDAY, "0730"),
        (at("07:30"), MONDAY, "0730"),
        (at("07:30:01"), MONDAY, "1130"),
        (at("12:00"), MONDAY, "1530"),
        (at("15:30:01"), TUESDAY, "0730"),
        (at("12:00", NYEPI), date(2020, 3, 26), "0730"),
        (at("12:00", SATURDAY), date(2020, 3, 30), "0730"),
    ],
)
def test_a_change_of_a_person_shows_from_the_next_slot_that_is_still_to_close(
    moment: datetime, day: date, slot: str
) -> None:
    assert reach(effect_of(edit(ANI, replace(ANI, position="Arsiparis")), moment=moment)) == (1, 1, day, slot)


def test_people_are_counted_once_and_by_the_units_that_report_for_them() -> None:
    piket = edit(None, assigned(Arrangement.PIKET, "Ani", "Budi", "Cici"))
    risen = edit(ANI, replace(ANI, position="Arsiparis"))

    assert reach(effect_of(piket, risen, moment=at("06:00"))) == (3, 2, MONDAY, "0730")


def test_whoever_leaves_or_joins_is_reached() -> None:
    leaving, joining = edit(BUDI, None), edit(None, person("Dodi"))

    assert reach(effect_of(leaving, moment=at("06:00"))) == (1, 1, MONDAY, "0730")
    assert reach(effect_of(joining, moment=at("06:00"))) == (1, 1, MONDAY, "0730")


def test_a_decision_for_a_later_day_shows_on_that_day() -> None:
    april = date(2020, 3, 30)

    found = effect_of(edit(None, assigned(Arrangement.LEAVE, "Ani", start=april)), moment=at("06:00"))

    assert reach(found) == (1, 1, april, "0730")


def test_a_decision_that_begins_on_a_free_day_shows_on_the_next_working_day_it_covers() -> None:
    weekend = assigned(Arrangement.LEAVE, "Ani", start=SATURDAY, end=date(2020, 3, 31))

    assert reach(effect_of(edit(None, weekend), moment=at("06:00"))) == (1, 1, date(2020, 3, 30), "0730")


def test_a_decision_for_a_day_gone_by_or_a_free_one_reaches_no_report() -> None:
    gone = edit(None, assigned(Arrangement.LEAVE, "Ani", start=MONDAY))
    free = edit(None, assigned(Arrangement.LEAVE, "Ani", start=NYEPI))

    assert effect_of(gone, moment=at("06:00", TUESDAY)) == Effect(0, 0)
    assert effect_of(free, moment=at("06:00", TUESDAY)) == Effect(0, 0)


def test_a_decision_that_changes_nothing_for_anybody_reaches_nobody() -> None:
    present = assigned(Arrangement.PIKET, "Ani")
    again = replace(present, id="again")

    assert effect_of(edit(None, again), moment=at("06:00"), before=staffed([present])) == Effect(0, 0)


def test_ending_a_long_decision_shows_on_the_first_day_after_its_new_end() -> None:
    leave = assigned(Arrangement.LEAVE, "Ani", start=MONDAY, end=date(2020, 3, 31))
    ended = replace(leave, period=Between(MONDAY, NYEPI))

    found = effect_of(edit(leave, ended), moment=at("06:00"), before=staffed([leave]))

    assert reach(found) == (1, 1, date(2020, 3, 26), "0730")


def test_a_bulk_exemption_reaches_all_whom_its_rule_matches() -> None:
    rule = Assignment("x", Selector(units=("dinkes", "rsud")), Arrangement.EXEMPT, Between(TUESDAY, TUESDAY))

    assert reach(effect_of(edit(None, rule), moment=at("06:00"))) == (2, 1, TUESDAY, "0730")


def test_a_letter_that_is_extended_shows_on_the_first_working_day_after_its_old_end() -> None:
    longer = replace(LETTER, validity=Between(LETTER.validity.start, date(2020, 5, 13)))

    found = effect_of(edit(LETTER, longer), moment=at("06:00"))

    assert reach(found) == (3, 2, date(2020, 4, 1), "0730")


def test_a_letter_that_is_lifted_shows_on_the_first_day_that_is_no_longer_covered() -> None:
    psbb = replace(LETTER, validity=UntilLifted(MONDAY, "PSBB dicabut"))
    lifted = replace(psbb, validity=Between(MONDAY, date(2020, 6, 4)))
    before = replace(office([psbb]), people=(BUDI, ANI, CICI))

    found = effect_of(edit(psbb, lifted), moment=at("06:00"), before=before)

    assert reach(found) == (3, 2, date(2020, 6, 5), "0730")


def test_a_slot_that_is_moved_reaches_everybody() -> None:
    (first, *others) = LETTER.slots
    earlier = replace(LETTER, slots=(replace(first, deadline=time(7, 0)), *others))

    found = effect_of(edit(LETTER, earlier), moment=at("06:00"))

    assert reach(found) == (3, 2, MONDAY, first.id)
    assert found.first
    assert found.first.closes == at("07:00")


def test_a_holiday_reaches_everybody_on_its_day() -> None:
    free = Decree("SKB 1", MONDAY, (2020,), (Holiday(FRIDAY, "Libur daerah", HolidayKind.REGIONAL, "SKB 1"),))

    assert reach(effect_of(edit(None, free), moment=at("06:00"))) == (3, 2, FRIDAY, "0730")


@pytest.mark.parametrize(
    "fact", [Address("gubernur", ("a@b.id",)), replace(DINKES, id="posko")], ids=["address", "unit"]
)
def test_what_changes_nobodys_day_has_no_first_slot(fact: Fact) -> None:
    assert effect_of(edit(None, fact), moment=at("06:00")) == Effect(0, 0)


def test_a_year_that_nobody_decreed_has_no_slot_to_show() -> None:
    psbb = replace(LETTER, validity=UntilLifted(MONDAY, "PSBB dicabut"))
    before = replace(office([psbb]), people=(ANI,))

    found = effect_of(edit(ANI, None), moment=at("06:00", date(2021, 3, 22)), before=before)

    assert found == Effect(1, 1)
