"""A letter whose working day changes in mid-day: what has been held stays as it was, the rest follows the new day."""

from datetime import date, time

import pytest

from chalicelib.admin.desk import SEED, carry_out, read_office
from chalicelib.admin.holidays import AddHolidays, RemoveHolidays
from chalicelib.admin.holidays import decide as decide_holidays
from chalicelib.admin.policy import Extend, Lift, ShowPolicies
from chalicelib.admin.policy import answer as show
from chalicelib.admin.policy import decide as decide_letter
from chalicelib.admin.reports import CorrectReport, perform
from chalicelib.admin.standing import TodayStatus, answer
from chalicelib.admin.undo import Undo, look_up
from chalicelib.admin.undo import decide as undo
from chalicelib.admin.workday import Command, SetHours, SetLead, SetRecap, SetSlots, decide
from chalicelib.domain.attendance import Status
from chalicelib.domain.change import Noun, changed
from chalicelib.domain.day import Circulars
from chalicelib.domain.delivery import MailKey
from chalicelib.domain.errors_letters import CutOffPassed, SlotClosed
from chalicelib.domain.midday import Midday
from chalicelib.domain.periods import UntilLifted
from chalicelib.domain.policy import Arrangement, Slot, SlotKind
from chalicelib.domain.recap import Outcome, Recap
from chalicelib.domain.report import UnitReport
from chalicelib.phrases import phrase
from tests.office import LINKED, MONDAY, NYEPI, SATURDAY, assigned, at, banten, person
from tests.world import World

ANI, BUDI = person("Ani"), person("Budi")
TUESDAY = date(2020, 3, 24)


def slots(*clocks: str) -> SetSlots:
    return SetSlots(None, tuple(time.fromisoformat(clock) for clock in clocks))


def slot(clock: str) -> Slot:
    deadline = time.fromisoformat(clock)
    return Slot(f"{deadline:%H%M}", SlotKind.REPORT, deadline)


def change(world: World, command: Command, clock: str, day: date = MONDAY, zone: str = "WIB") -> None:
    carry_out(world.registry, decide, command, at=at(clock, day, zone))


def play(world: World, *clocks: str, day: date = MONDAY, zone: str = "WIB") -> None:
    for clock in clocks:
        world.play(at(clock, day, zone))


def letters(world: World, clock: str = "17:00") -> Circulars:
    return read_office(world.registry, at=at(clock)).circulars


def ids(found: Circulars, day: date) -> list[str]:
    return [slot.id for slot, _ in found.cut_offs(day)]


def report(world: World, slot: str, day: date = MONDAY, *, revision: int = 1) -> UnitReport:
    found = world.records.archive.report(MailKey(day, slot, "dinkes", revision), UnitReport)
    assert found
    return found


def standings(world: World, slot: str, day: date = MONDAY) -> dict[str, Status]:
    return {row.name: row.status for row in report(world, slot, day).rows}


def followed_up(world: World, slot: str) -> list[tuple[str, str]]:
    """Who has followed up in the mail of a slot, and on which."""
    return [(one.name, one.slot) for one in report(world, slot).follow_ups]


def recap(world: World) -> Recap:
    found = world.records.archive.report(MailKey(MONDAY, "recap", "recap"), Recap)
    assert found
    return found


def columns(world: World) -> list[tuple[str, Outcome]]:
    return [(one.slot, one.outcome) for one in recap(world).slots]


def reported(world: World, slot: str) -> int:
    """How many had reported in time for a slot, by the recap."""
    (column,) = [one for one in recap(world).slots if one.slot == slot]
    assert column.totals
    return column.totals.reported


# The recap speaks of what was held


@pytest.mark.slow
def test_a_slot_that_was_set_when_it_had_passed_is_not_in_the_recap(world: World) -> None:
    world.open([ANI])
    play(world, "07:30", "11:30", "15:30")
    change(world, slots("07:30", "09:00", "15:30"), "15:40")

    play(world, "16:00")

    assert columns(world) == [(slot, Outcome.SENT) for slot in ("0730", "1130", "1530")]
    assert recap(world).gaps == ()


@pytest.mark.slow
def test_a_slot_that_was_sent_and_then_removed_is_in_the_recap(world: World) -> None:
    world.open([ANI])
    world.checkin("Ani", at("10:00"))
    play(world, "07:30", "11:30")
    change(world, slots("07:30", "15:30"), "12:00")

    play(world, "15:30", "16:00")

    assert [slot for slot, _ in columns(world)] == ["0730", "1130", "1530"]
    assert reported(world, "1130") == 1


@pytest.mark.slow
def test_a_change_between_the_last_slot_and_the_recap_leaves_the_recap_of_this_day(world: World) -> None:
    world.open([ANI])
    play(world, "07:30", "11:30", "15:30")
    change(world, slots("07:30", "13:00", "15:00"), "15:45")

    play(world, "16:00")
    play(world, "07:30", "11:30", "13:00", day=TUESDAY)

    assert [slot for slot, _ in columns(world)] == ["0730", "1130", "1530"]
    assert [mail.slot for mail in world.sent() if mail.key.day == TUESDAY and mail.key.unit == "dinkes"] == [
        "0730",
        "1300",
    ]


@pytest.mark.slow
def test_a_recap_moved_in_the_afternoon_is_made_at_its_new_time(world: World) -> None:
    world.open([ANI])
    play(world, "07:30", "15:30")
    change(world, SetRecap(None, time(17, 0), None), "15:50")

    play(world, "16:00")
    assert "recap" not in [mail.slot for mail in world.sent()]

    play(world, "17:00")
    assert recap(world).heading.cut_off == at("17:00")


@pytest.mark.slow
def test_a_recap_that_has_left_is_not_made_again_when_it_is_moved(world: World) -> None:
    world.open([ANI])
    play(world, "15:30", "16:00")
    change(world, SetRecap(None, time(17, 0), None), "16:10")

    play(world, "17:00")

    assert [mail.slot for mail in world.sent()].count("recap") == 1
    assert recap(world).heading.cut_off == at("16:00")


@pytest.mark.slow
def test_a_recap_made_late_knows_nothing_of_a_slot_that_was_set_after_its_cut_off(world: World) -> None:
    world.open([ANI])
    play(world, "07:30", "11:30", "15:30")
    world.ring(at("16:00"))
    world.sqs.purge_queue(QueueUrl=world.queue_url)
    change(world, SetRecap(None, time(17, 30), None), "16:05")
    change(world, slots("07:30", "17:00"), "16:06")

    play(world, "17:00")

    assert report(world, "1700").heading.cut_off == at("17:00")
    assert [slot for slot, _ in columns(world)] == ["0730", "1130", "1530"]


# A window opens when the slot before it was held


def test_what_was_reported_for_a_slot_that_was_held_does_not_count_again_in_the_next(world: World) -> None:
    world.open([ANI, BUDI])
    world.checkin("Ani", at("07:25"))
    play(world, "07:30")
    change(world, slots("13:00", "15:30"), "10:00")
    world.checkin("Budi", at("10:05"))

    play(world, "13:00")

    assert standings(world, "0730") == {"Ani": Status.REPORTED, "Budi": Status.NOT_REPORTED}
    assert standings(world, "1300") == {"Ani": Status.NOT_REPORTED, "Budi": Status.REPORTED}
    assert followed_up(world, "1300") == [("Budi", "0730")]


@pytest.mark.slow
def test_of_two_changes_on_one_day_each_holds_from_its_own_hour_on(world: World) -> None:
    world.open([ANI])
    play(world, "07:30")
    change(world, slots("10:00", "15:30"), "08:00")
    world.checkin("Ani", at("09:30"))
    play(world, "10:00")
    change(world, slots("13:00", "15:30"), "10:30")
    play(world, "11:30", "13:00", "15:30", "16:00")

    assert [slot for slot, _ in columns(world)] == ["0730", "1000", "1300", "1530"]
    assert standings(world, "1000") == {"Ani": Status.REPORTED}
    assert standings(world, "1300") == {"Ani": Status.NOT_REPORTED}
    assert [one.id for one in letters(world).policies] == ["banten-2020", "banten-2020~2", "banten-2020~3"]


def test_whoever_reported_before_the_hours_were_moved_is_in_the_first_report(world: World) -> None:
    world.open([ANI])
    world.checkin("Ani", at("06:10"))
    change(world, SetHours(None, (0,), time(7, 30), time(15, 0)), "06:25")
    change(world, slots("08:00", "15:30"), "06:26")

    play(world, "08:00")

    assert standings(world, "0800") == {"Ani": Status.REPORTED}


def test_a_letter_extended_after_its_end_takes_whoever_reported_this_morning(world: World) -> None:
    wednesday = date(2020, 4, 1)
    world.open([ANI])
    world.records.ledger.advance_watermark(wednesday)
    world.checkin("Ani", at("07:00", wednesday))

    carry_out(world.registry, decide_letter, Extend(None, date(2020, 4, 3), None), at=at("10:00", wednesday))
    play(world, "11:30", day=wednesday)

    assert {mail.slot for mail in world.sent()} == {"1130"}
    assert standings(world, "1130", wednesday) == {"Ani": Status.REPORTED}


@pytest.mark.slow
def test_the_older_letter_that_takes_over_at_noon_counts_from_the_last_slot_of_the_newer(world: World) -> None:
    nine, late = slot("09:00"), slot("15:30")
    world.open([ANI], policy=banten(id="old", number="1", slots=(nine, late)))
    (older,) = letters(world, "05:00").policies
    newer = banten(adopted_at=LINKED, slots=(slot("07:30"), slot("11:30")))
    world.change(Noun.POLICIES, [older, newer], at("05:00"))
    world.records.ledger.advance_watermark(TUESDAY)
    world.checkin("Ani", at("11:00", TUESDAY))
    play(world, "07:30", "09:00", "11:30", day=TUESDAY)

    carry_out(world.registry, decide_letter, Lift("banten-2020", "", MONDAY), at=at("12:00", TUESDAY))
    play(world, "15:30", day=TUESDAY)

    assert [mail.slot for mail in world.sent() if mail.key.unit == "dinkes"] == ["0730", "1130", "1530"]
    assert standings(world, "1130", TUESDAY) == {"Ani": Status.REPORTED}
    assert standings(world, "1530", TUESDAY) == {"Ani": Status.NOT_REPORTED}


# A slot that has closed stays closed


@pytest.mark.slow
def test_a_lead_set_after_the_slot_has_closed_makes_nobody_late(world: World) -> None:
    world.open([ANI])
    world.checkin("Ani", at("07:25"))
    play(world, "07:30")
    change(world, SetLead(None, 15, "0730"), "10:00")

    play(world, "11:30")

    assert standings(world, "0730") == {"Ani": Status.REPORTED}
    assert followed_up(world, "1130") == []


@pytest.mark.slow
def test_a_lead_set_while_the_slot_is_open_moves_its_cut_off(world: World) -> None:
    world.open([ANI, BUDI])
    world.checkin("Ani", at("07:22"))
    change(world, SetLead(None, 5, "0730"), "07:20")
    world.checkin("Budi", at("07:27"))

    play(world, "07:25", "07:30", "11:30")

    assert report(world, "0730").heading.cut_off == at("07:25")
    assert standings(world, "0730") == {"Ani": Status.REPORTED, "Budi": Status.NOT_REPORTED}
    assert followed_up(world, "1130") == [("Budi", "0730")]


@pytest.mark.slow
def test_a_slot_that_has_closed_early_does_not_open_again_when_its_lead_is_taken_back(world: World) -> None:
    world.open([ANI])
    change(world, SetLead(None, 10, "0730"), "05:00")
    play(world, "07:20")
    change(world, SetLead(None, 0, "0730"), "07:22")
    world.checkin("Ani", at("07:25"))

    play(world, "07:30", "11:30")

    assert [mail.slot for mail in world.sent() if mail.key.unit == "dinkes"] == ["0730", "1130"]
    assert report(world, "0730").heading.cut_off == at("07:20")
    assert followed_up(world, "1130") == [("Ani", "0730")]
    assert standings(world, "1130") == {"Ani": Status.REPORTED}


@pytest.mark.slow
def test_a_slot_is_corrected_under_the_day_it_was_held_on(world: World) -> None:
    world.open([ANI, BUDI])
    world.checkin("Ani", at("07:25"))
    play(world, "07:30")
    change(world, slots("13:00", "15:30"), "10:00")
    world.change(Noun.ASSIGNMENTS, [assigned(Arrangement.PIKET, "Budi")], at("10:05"))

    office = read_office(world.registry, at=at("10:10"))
    order = CorrectReport(MONDAY, "0730", ("dinkes",))
    perform(order, world.registry, office, SEED, cause="one", at=at("10:10"))
    world.work(at("10:10"))

    corrected = report(world, "0730", revision=2)
    assert {row.name: row.status for row in corrected.rows} == {"Ani": Status.REPORTED, "Budi": Status.PIKET}
    assert corrected.heading.cut_off == at("07:30")


@pytest.mark.slow
def test_the_page_of_the_day_names_the_slots_that_were_held_and_no_other(world: World) -> None:
    world.open([ANI])
    play(world, "07:30", "11:30")
    change(world, slots("07:30", "13:00", "15:30"), "12:00")
    play(world, "13:00", "15:30")
    change(world, slots("07:30", "09:00", "13:00", "15:30"), "15:40")

    office = read_office(world.registry, at=at("15:45"))
    page = answer(TodayStatus(), world.registry, office, SEED, at=at("15:45"))
    told = "\n".join(phrase(line.key, **line.facts) for line in page.lines)

    assert "09.00" not in told
    assert all(clock in told for clock in ("07.30", "11.30", "13.00", "15.30"))


@pytest.mark.slow
def test_in_wita_the_change_counts_from_the_local_hour(world: World) -> None:
    world.move_to("WITA")
    world.open([ANI], policy=banten(zone="WITA"))
    world.checkin("Ani", at("07:25", zone="WITA"))
    play(world, "07:30", zone="WITA")
    change(world, slots("13:00", "15:30"), "10:00", zone="WITA")

    play(world, "11:30", "13:00", "15:30", "16:00", zone="WITA")

    assert columns(world) == [(slot, Outcome.SENT) for slot in ("0730", "1300", "1530")]
    assert [reported(world, slot) for slot in ("0730", "1300")] == [1, 0]


# No slot of today is lost


@pytest.mark.slow
def test_whoever_reported_for_the_slot_that_a_later_one_replaces_is_in_the_later_report(world: World) -> None:
    world.open([ANI])
    world.checkin("Ani", at("11:05"))

    change(world, slots("07:30", "13:00", "15:30"), "11:10")
    play(world, "11:30", "13:00")

    assert [mail.slot for mail in world.sent() if mail.key.unit == "dinkes"] == ["0730", "1300"]
    assert standings(world, "1300") == {"Ani": Status.REPORTED}


def test_what_would_leave_the_open_slot_without_a_report_is_refused_and_the_slot_is_reported(world: World) -> None:
    world.open([ANI])
    world.checkin("Ani", at("11:05"))

    with pytest.raises(CutOffPassed):
        change(world, slots("07:30", "11:00", "15:30"), "11:10")
    play(world, "11:30")

    assert standings(world, "1130") == {"Ani": Status.REPORTED}


def test_an_undo_that_puts_back_a_cut_off_that_has_passed_would_lose_the_slot(world: World) -> None:
    world.open([ANI])
    before = letters(world)
    change(world, slots("07:30", "13:00", "15:30"), "10:00")

    assert Midday(letters(world), before, at("11:29")).lost is None
    assert Midday(letters(world), before, at("12:00")).lost == (slot("11:30"), at("11:30"))


@pytest.mark.parametrize(
    ("command", "clock", "refusal"),
    [
        (slots("07:30", "13:00", "15:30"), "11:45", CutOffPassed),
        (SetLead(None, 60, "1130"), "10:45", SlotClosed),
        (slots("07:30", "10:30", "15:30"), "10:45", SlotClosed),
    ],
)
def test_an_undo_in_mid_day_is_refused_where_it_would_lose_a_slot_or_tell_a_closed_one_otherwise(
    world: World, command: Command, clock: str, refusal: type[CutOffPassed | SlotClosed]
) -> None:
    world.open([ANI])
    change(world, command, "09:00")
    office = read_office(world.registry, at=at("09:05"))
    undoing = look_up(Undo(office.revision), world.registry)

    assert undo(undoing, office, at=at("09:05")).edits
    with pytest.raises(refusal):
        undo(undoing, office, at=at(clock))


@pytest.mark.slow
def test_a_holiday_taken_back_at_ten_takes_whoever_reported_this_morning_and_calls_nobody_late(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.open([ANI, BUDI])
    carry_out(world.registry, decide_holidays, AddHolidays((MONDAY,), "Libur"), at=at("05:00"))
    world.checkin("Ani", at("07:00"))
    play(world, "07:30")

    carry_out(world.registry, decide_holidays, RemoveHolidays((MONDAY,)), at=at("10:00"))
    world.checkin("Budi", at("10:30"))
    play(world, "11:30", "15:30", "16:00")

    assert [mail.slot for mail in world.sent() if mail.key.unit == "dinkes"] == ["1130", "1530"]
    assert standings(world, "1130") == {"Ani": Status.REPORTED, "Budi": Status.REPORTED}
    assert followed_up(world, "1130") == []
    assert columns(world) == [("1130", Outcome.SENT), ("1530", Outcome.SENT)]
    assert [one for one in caplog.records if one.message == "slot without a report"] == []


@pytest.mark.slow
def test_after_a_holiday_declared_at_ten_the_morning_can_still_be_corrected(world: World) -> None:
    world.open([ANI, BUDI])
    world.checkin("Ani", at("07:00"))
    play(world, "07:30")
    carry_out(world.registry, decide_holidays, AddHolidays((MONDAY,), "Libur"), at=at("10:00"))
    world.change(Noun.ASSIGNMENTS, [assigned(Arrangement.PIKET, "Budi")], at("10:05"))

    office = read_office(world.registry, at=at("10:10"))
    perform(CorrectReport(MONDAY, "0730", ("dinkes",)), world.registry, office, SEED, cause="one", at=at("10:10"))
    world.work(at("10:10"))

    assert standings(world, "0730") == {"Ani": Status.REPORTED, "Budi": Status.NOT_REPORTED}
    assert {row.name: row.status for row in report(world, "0730", revision=2).rows}["Budi"] is Status.PIKET


def test_a_slot_that_the_letter_lists_and_nobody_held_is_logged_once_for_an_alarm(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.open([ANI])
    original = read_office(world.registry, at=at("05:00")).circulars.policies
    change(world, slots("07:30", "13:00", "15:30"), "10:00")
    world.change(Noun.POLICIES, original, at("12:00"))

    play(world, "12:05", "12:10")

    (record,) = [one for one in caplog.records if one.message == "slot without a report"]
    told = vars(record)
    assert record.levelname == "ERROR"
    assert (told["day"], told["slot"]) == ("2020-03-23", "1130")


def test_a_slot_set_too_late_for_today_is_no_alarm(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.open([ANI])
    change(world, slots("07:30", "09:00", "15:30"), "15:40")

    play(world, "15:45")

    assert [one for one in caplog.records if one.message == "slot without a report"] == []


# One letter, however many rows


def test_a_letter_is_shown_once_with_the_day_it_asks_for_now(world: World) -> None:
    world.open([ANI])
    change(world, slots("13:00", "15:30"), "10:00")

    office = read_office(world.registry, at=at("10:05"))
    shown = show(ShowPolicies(), world.registry, office, SEED, at=at("10:05"))

    said = [phrase(line.key, **line.facts) for line in shown.lines]
    assert "Berlaku Senin, 23 Maret 2020 s.d. Selasa, 31 Maret 2020" in said
    assert "Slot laporan: 13.00, 15.30 WIB" in said
    assert not [text for text in said if "Edaran lain" in text]


def test_a_letter_of_several_rows_is_lifted_whole(world: World) -> None:
    world.open([ANI], policy=banten(validity=UntilLifted(MONDAY, "PSBB dicabut")))
    change(world, slots("13:00", "15:30"), "10:00")

    carry_out(world.registry, decide_letter, Lift(None, "PSBB", TUESDAY), at=at("10:05"))

    found = letters(world)
    assert [one.id for one in found.policies] == ["banten-2020", "banten-2020~2"]
    assert ids(found, TUESDAY) == ["1300", "1530", "recap"]
    assert ids(found, date(2020, 3, 26)) == []


def test_what_has_been_divided_is_one_again_when_it_is_undone(world: World) -> None:
    world.open([ANI])
    before = letters(world)
    change(world, slots("13:00", "15:30"), "10:00")

    office = read_office(world.registry, at=at("10:05"))
    undoing = look_up(Undo(office.revision), world.registry)
    undone = undo(undoing, office, at=at("10:05"))

    assert changed(office, undone.edits).circulars == before


@pytest.mark.parametrize(("clock", "day"), [("05:30", MONDAY), ("10:00", SATURDAY), ("10:00", NYEPI)])
def test_before_the_first_window_and_on_a_free_day_the_letter_itself_is_rewritten(
    world: World, clock: str, day: date
) -> None:
    world.open([ANI])

    change(world, slots("13:00", "15:30"), clock, day)

    (letter,) = letters(world).policies
    assert [slot.id for slot in letter.slots] == ["1300", "1530", "recap"]
