"""Leave and duty travel at the desk: who is away, never twice at once, and who came back early."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.admin import desk
from chalicelib.admin.absence import Command, EndAbsence, SetLeave, SetTravel, decide
from chalicelib.chat.wording import said
from chalicelib.domain.attendance import Status
from chalicelib.domain.change import Change, Line, changed
from chalicelib.domain.day import Day, Office
from chalicelib.domain.duty import Assignment
from chalicelib.domain.errors_staff import DutyIsPast, LeaveStands, PersonGone, TravelStands
from chalicelib.domain.people import Person, PositionGroup
from chalicelib.domain.periods import Between
from chalicelib.domain.policy import Arrangement, Selector
from chalicelib.domain.report import UnitReport
from chalicelib.phrases import KNOWN
from tests.office import FRIDAY, MONDAY, NYEPI, assigned, at, banten, office, person
from tests.world import World

TUESDAY, THURSDAY = date(2020, 3, 24), date(2020, 3, 26)
STAFF = (person("Ani"), person("Budi"), person("Dewi", "inspektorat"))


def an_office(*assignments: Assignment, people: Sequence[Person] = STAFF) -> Office:
    """A small office, read whole, under a letter that asks for nobody on piket."""
    return replace(office([banten(piket_minimums=())], assignments), people=tuple(people))


def leave(*names: str, start: date = MONDAY, end: date = FRIDAY) -> Assignment:
    return replace(assigned(Arrangement.LEAVE, *names, start=start, end=end), id="cuti-1")


def days_on(facts: Office, name: str, kind: Arrangement = Arrangement.LEAVE) -> list[int]:
    """The days of March on which somebody works so."""
    days = [Day(date(2020, 3, number), facts.organisation.units[0], facts, (), ()) for number in range(1, 32)]
    return [day.day.day for day in days if day.arrangement_of(facts.by_id[name.lower()]) is kind]


def after(before: Office, command: Command, clock: str = "07:00", day: date = MONDAY) -> Office:
    return changed(before, decide(command, before, at=at(clock, day)).edits)


def warned(change: Change) -> dict[str, Line]:
    return {line.key: line for line in change.warnings}


def test_leave_is_one_row_whatever_the_number_of_people_and_days() -> None:
    change = decide(SetLeave(("ani", "budi"), MONDAY, FRIDAY, "SK 1"), an_office(), at=at("07:00"))

    [edit] = change.edits
    who = Selector(people=("ani", "budi"))
    assert edit.after == Assignment("cuti-1", who, Arrangement.LEAVE, Between(MONDAY, FRIDAY), "SK 1")
    assert change.summary == Line("absence.leave", {"count": 2, "start": MONDAY, "end": FRIDAY})


def test_travel_is_told_from_leave() -> None:
    facts = after(an_office(), SetTravel(("ani",), MONDAY, TUESDAY))

    assert days_on(facts, "Ani", Arrangement.TRAVEL) == [23, 24]
    assert facts.assignments[0].id == "dinas-1"


def test_leave_across_piket_counts_and_is_warned_about_with_the_strength_that_remains() -> None:
    rota = replace(assigned(Arrangement.PIKET, "Sri", start=MONDAY, end=FRIDAY), id="piket-1")
    before = replace(office(assignments=(rota,)), people=(person("Sri", group=PositionGroup.ADMINISTRATOR),))

    change = decide(SetLeave(("sri",), TUESDAY, NYEPI), before, at=at("07:00"))

    assert days_on(changed(before, change.edits), "Sri") == [24, 25]
    assert warned(change)["duty.clash.away.piket"].facts == {"name": "Sri", "day": TUESDAY, "days": 2}
    assert warned(change)["duty.short.administrator"].facts["present"] == 0


def test_leave_of_somebody_without_piket_says_nothing_of_its_strength() -> None:
    before = replace(office(), people=STAFF)

    assert decide(SetLeave(("ani",), TUESDAY, NYEPI), before, at=at("07:00")).warnings == ()


def test_a_leave_that_stands_already_changes_nothing_and_a_longer_one_is_entered() -> None:
    before = an_office(leave("Ani"))

    assert decide(SetLeave(("ani",), TUESDAY, FRIDAY), before, at=at("07:00")).edits == ()
    assert days_on(after(before, SetLeave(("ani",), FRIDAY, date(2020, 3, 30))), "Ani")[-1] == 30


@pytest.mark.parametrize(
    ("stands", "command", "refusal"),
    [
        (Arrangement.LEAVE, SetTravel(("budi", "ani"), FRIDAY, date(2020, 3, 30)), LeaveStands),
        (Arrangement.TRAVEL, SetLeave(("budi", "ani"), FRIDAY, date(2020, 3, 30)), TravelStands),
    ],
)
def test_nobody_is_on_leave_and_travelling_on_the_same_day(
    stands: Arrangement, command: Command, refusal: type[LeaveStands] | type[TravelStands]
) -> None:
    before = an_office(assigned(stands, "Ani", start=MONDAY, end=FRIDAY))

    with pytest.raises(refusal) as refused:
        decide(command, before, at=at("07:00"))

    assert refused.value.facts == {"names": "Ani", "day": FRIDAY}


def test_travel_may_begin_on_the_day_after_leave() -> None:
    facts = after(an_office(leave("Ani", end=TUESDAY)), SetTravel(("ani",), NYEPI, FRIDAY))

    assert days_on(facts, "Ani", Arrangement.TRAVEL) == [25, 26, 27]


def test_leave_of_yesterday_may_be_entered_and_says_that_sent_reports_stay() -> None:
    change = decide(SetLeave(("ani",), MONDAY, MONDAY), an_office(), at=at("07:00", TUESDAY))

    assert days_on(changed(an_office(), change.edits), "Ani") == [23]
    assert "duty.late" in warned(change)


def test_somebody_who_has_left_the_roster_is_refused() -> None:
    with pytest.raises(PersonGone):
        decide(SetLeave(("zaki",), MONDAY, FRIDAY), an_office(), at=at("07:00"))


def test_whoever_comes_back_early_is_away_no_longer_and_the_others_still_are() -> None:
    facts = after(an_office(leave("Ani", "Budi")), EndAbsence(("ani",), TUESDAY), "10:00", TUESDAY)

    assert days_on(facts, "Ani") == [23, 24]
    assert days_on(facts, "Budi") == [23, 24, 25, 26, 27]


def test_whoever_is_back_this_morning_was_away_until_yesterday() -> None:
    facts = after(an_office(leave("Ani")), EndAbsence(("ani",), MONDAY), "07:00", TUESDAY)

    assert facts.assignments == (leave("Ani", end=MONDAY),)


def test_days_gone_by_stay_leave() -> None:
    with pytest.raises(DutyIsPast):
        decide(EndAbsence(("ani",), MONDAY), an_office(leave("Ani")), at=at("07:00", NYEPI))


def test_a_leave_still_to_come_is_not_ended_with_the_present_one() -> None:
    later = replace(leave("Ani", start=date(2020, 3, 30), end=date(2020, 3, 31)), id="cuti-2")

    facts = after(an_office(leave("Ani"), later), EndAbsence(("ani",), TUESDAY))

    assert days_on(facts, "Ani") == [23, 24, 30, 31]


def test_ending_where_nobody_is_away_changes_nothing_and_names_them() -> None:
    change = decide(EndAbsence(("dewi",), TUESDAY), an_office(leave("Ani")), at=at("07:00"))

    assert change.edits == ()
    assert warned(change)["absence.none_to_end"].facts == {"names": "Dewi"}


def test_whatever_is_said_is_said_in_both_languages() -> None:
    rota = assigned(Arrangement.PIKET, "Ani", start=MONDAY, end=FRIDAY)
    before = replace(office(assignments=(rota, leave("Budi"))), people=STAFF)
    commands: list[Command] = [
        SetLeave(("ani", "dewi"), MONDAY, FRIDAY, "SK 1"),
        SetLeave(("ani",), MONDAY, MONDAY),
        SetTravel(("ani",), MONDAY, FRIDAY),
        SetTravel(("ani",), MONDAY, MONDAY),
        EndAbsence(("ani", "budi"), TUESDAY),
    ]
    changes = [decide(command, before, at=at("07:00", TUESDAY)) for command in commands]

    lines = [line for one in changes for line in (one.summary, *one.details, *one.warnings)]
    assert all(said(line, lang) for line in lines for lang in KNOWN)


def test_leave_entered_at_ten_shows_in_the_1130_report_and_not_in_the_one_of_0730(world: World) -> None:
    world.open(list(STAFF))
    world.play(at("07:30"))

    desk.carry_out(world.registry, decide, SetLeave(("ani",), MONDAY, FRIDAY), at=at("10:00"))
    world.play(at("11:30"))

    found = {}
    for key in (sent.key for sent in world.sent() if sent.key.unit == "dinkes"):
        report = world.records.archive.report(key, UnitReport)
        assert report
        found[key.slot] = next(row.status for row in report.rows if row.name == "Ani")
    assert found == {"0730": Status.NOT_REPORTED, "1130": Status.ON_LEAVE}
