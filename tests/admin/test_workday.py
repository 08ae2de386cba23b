"""The working day at the desk: hours, slots, cut-offs, recap, limits and recipients, and what each refuses."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.admin.desk import carry_out
from chalicelib.admin.workday import (
    Command,
    SetHours,
    SetLead,
    SetLimits,
    SetRecap,
    SetRecipients,
    SetSlots,
    decide,
)
from chalicelib.domain.change import Change, Line, changed
from chalicelib.domain.day import Office
from chalicelib.domain.errors import Refusal
from chalicelib.domain.errors_letters import (
    AddressMalformed,
    CutOffPassed,
    HoursOutOfRange,
    LeadOutOfRange,
    LimitOutOfRange,
    NoPolicyAdopted,
    OneAddressOnly,
    RecapTooEarly,
    RecipientsMissing,
    SlotsOutOfRange,
    SlotUnknown,
    WindowClosed,
)
from chalicelib.domain.periods import Between
from chalicelib.domain.policy import Hours, Policy, Release, Slot, SlotKind, Window
from chalicelib.phrases import phrase
from tests.office import ADDRESSES, BKD, DINKES, LINKED, MONDAY, NYEPI, SATURDAY, at, banten, office, person
from tests.world import World

ANI = person("Ani")
MOVED = (time(7, 30), time(13, 0), time(15, 30))
TUESDAY = date(2020, 3, 24)


def after(command: Command, moment: datetime = LINKED, letter: Policy | None = None) -> Policy:
    """The letter after a command, by its newest row."""
    before = office([letter or banten()])
    *_, policy = changed(before, decide(command, before, at=moment).edits).circulars.policies
    return policy


def slots(policy: Policy) -> list[tuple[str, int]]:
    return [(slot.id, slot.lead_minutes) for slot in policy.slots]


def texts(lines: Sequence[Line]) -> list[str]:
    """The lines in Indonesian; that they exist in English is held by the house rules."""
    return [phrase(line.key, **line.facts) for line in lines]


def warned(command: Command, moment: datetime = LINKED) -> list[str]:
    return texts(decide(command, office(), at=moment).warnings)


# Hours


def test_hours_of_the_weekdays_named_change_and_the_others_stay() -> None:
    policy = after(SetHours(None, (0, 4, 5), time(8, 0), time(14, 0)), letter=banten())

    hours = {one.weekday: (one.start, one.end) for one in policy.hours}
    assert hours == {
        0: (time(8, 0), time(14, 0)),
        1: (time(7, 0), time(15, 0)),
        2: (time(7, 0), time(15, 0)),
        3: (time(7, 0), time(15, 0)),
        4: (time(8, 0), time(14, 0)),
        5: (time(8, 0), time(14, 0)),
    }


def test_weekdays_stand_in_their_order_whichever_is_set_first() -> None:
    policy = after(SetHours(None, (5,), time(7, 0), time(12, 0)), letter=banten(hours=(Hours(6, time(8), time(9)),)))

    assert [one.weekday for one in policy.hours] == [5, 6]


@pytest.mark.parametrize(
    ("start", "end"), [(time(0, 59), time(15, 0)), (time(15, 0), time(15, 0)), (time(15, 0), time(7, 0))]
)
def test_hours_that_no_day_has_are_refused(start: time, end: time) -> None:
    with pytest.raises(HoursOutOfRange):
        after(SetHours(None, (0,), start, end))


def test_hours_that_leave_the_first_slot_no_time_are_refused() -> None:
    with pytest.raises(WindowClosed) as refused:
        after(SetHours(None, (2,), time(8, 30), time(15, 0)))

    assert refused.value.facts == {"slot": "07.30", "opens": "07.30", "cut_off": "07.30"}


def test_the_clause_on_hours_stands_beside_what_they_were() -> None:
    assert warned(SetHours(None, (3, 4), time(8, 0), time(14, 0))) == [
        "Semula 07.00–15.00, 07.00–15.30 (edaran butir 2.a)."
    ]


def test_of_a_day_that_had_no_hours_nothing_is_said_of_before() -> None:
    assert warned(SetHours(None, (6,), time(8, 0), time(14, 0))) == []


# Slots


def test_slots_are_named_by_their_deadlines_and_the_recap_stays() -> None:
    policy = after(SetSlots(None, MOVED))

    assert slots(policy) == [("0730", 0), ("1300", 0), ("1530", 0), ("recap", 0)]
    assert [slot.deadline for slot in policy.report_slots] == list(MOVED)


def test_slots_are_put_in_order_and_named_once() -> None:
    policy = after(SetSlots(None, (time(13, 0), time(7, 30), time(13, 0))))

    assert slots(policy) == [("0730", 0), ("1300", 0), ("recap", 0)]


def test_a_slot_that_stays_keeps_its_lead() -> None:
    early = after(SetLead(None, 10, "0730"))

    assert slots(after(SetSlots(None, MOVED), letter=early)) == [("0730", 10), ("1300", 0), ("1530", 0), ("recap", 0)]


@pytest.mark.parametrize("count", [0, 13])
def test_a_day_has_one_to_twelve_slots(count: int) -> None:
    deadlines = tuple(time(8 + place // 4, place % 4 * 15) for place in range(count))

    with pytest.raises(SlotsOutOfRange):
        after(SetSlots(None, deadlines))


def test_twelve_slots_are_taken() -> None:
    deadlines = tuple(time(8 + place // 4, place % 4 * 15) for place in range(12))

    assert len(after(SetSlots(None, deadlines)).report_slots) == 12


def test_a_slot_before_its_window_opens_is_refused() -> None:
    with pytest.raises(WindowClosed):
        after(SetSlots(None, (time(6, 0), time(11, 30))))

    assert slots(after(SetSlots(None, (time(6, 5), time(11, 30)))))


def test_a_slot_after_the_recap_is_refused() -> None:
    with pytest.raises(RecapTooEarly) as refused:
        after(SetSlots(None, (time(7, 30), time(16, 5))))

    assert refused.value.facts == {"recap": "16.00", "last": "16.05"}


def test_what_the_letter_says_of_slots_stands_beside_what_they_were() -> None:
    assert warned(SetSlots(None, MOVED)) == ["Semula 07.30, 11.30, 15.30 (edaran butir 2.b; Lampiran 4)."]


def test_slots_of_today_that_the_change_comes_too_late_for_are_named() -> None:
    told = "Slot 09.00, 11.30 hari ini sudah lewat; perubahan berlaku mulai slot berikutnya."

    assert told in warned(SetSlots(None, (time(7, 30), time(9, 0), time(15, 30))), at("15:40"))


@pytest.mark.parametrize("day", [NYEPI, SATURDAY, date(2020, 4, 1)])
def test_on_a_day_without_slots_none_of_today_is_spoken_of(day: date) -> None:
    assert not any("hari ini" in text for text in warned(SetSlots("banten-2020", MOVED), at("10:00", day)))


# Leads


def test_a_lead_is_set_for_one_slot_or_for_every_report() -> None:
    assert slots(after(SetLead(None, 15, "1130"))) == [("0730", 0), ("1130", 15), ("1530", 0), ("recap", 0)]
    assert slots(after(SetLead(None, 60, None))) == [("0730", 60), ("1130", 60), ("1530", 60), ("recap", 0)]


@pytest.mark.parametrize("minutes", [-5, 3, 65])
def test_a_lead_is_a_multiple_of_five_up_to_an_hour(minutes: int) -> None:
    with pytest.raises(LeadOutOfRange):
        after(SetLead(None, minutes, None))


def test_a_lead_of_a_slot_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(SlotUnknown) as refused:
        after(SetLead(None, 5, "1300"))

    assert refused.value.facts == {"slot": "1300", "known": "07.30, 11.30, 15.30, 16.00"}


def test_a_lead_that_closes_a_window_before_it_opens_is_refused() -> None:
    near = banten(slots=(Slot("0730", SlotKind.REPORT, time(7, 30)), Slot("0800", SlotKind.REPORT, time(8, 0))))

    with pytest.raises(WindowClosed):
        after(SetLead(None, 30, "0800"), letter=near)

    assert slots(after(SetLead(None, 25, "0800"), letter=near)) == [("0730", 0), ("0800", 25)]


def test_an_open_slot_is_not_cut_off_in_the_past() -> None:
    with pytest.raises(CutOffPassed) as refused:
        after(SetLead(None, 30, None), at("11:00"))

    assert refused.value.facts == {"slot": "11.30", "cut_off": "11.00"}
    assert slots(after(SetLead(None, 30, None), at("10:59")))[1] == ("1130", 30)
    assert slots(after(SetLead(None, 30, "0730"), at("11:00")))[0] == ("0730", 30)


# Today


def hm(*clocks: str) -> tuple[time, ...]:
    return tuple(time.fromisoformat(clock) for clock in clocks)


@pytest.mark.parametrize(
    ("deadlines", "clock", "lost"),
    [
        (hm("07:30", "11:00", "15:30"), "11:10", "11.00"),
        (hm("07:30", "09:00", "11:30", "15:30"), "10:00", "09.00"),
        (hm("07:30", "11:10", "15:30"), "11:10", "11.10"),
        (hm("07:30", "11:30"), "14:00", "15.30"),
        (hm("07:30"), "11:30", "15.30"),
    ],
)
def test_slots_that_would_leave_one_of_today_without_a_report_are_refused(
    deadlines: tuple[time, ...], clock: str, lost: str
) -> None:
    with pytest.raises(CutOffPassed) as refused:
        after(SetSlots(None, deadlines), at(clock))

    assert refused.value.facts == {"slot": lost, "cut_off": lost}


@pytest.mark.parametrize("clock", ["05:30", "15:31", "17:00"])
@pytest.mark.parametrize("deadlines", [hm("07:30", "11:00"), hm("08:00", "12:00", "15:00")])
def test_before_the_day_opens_and_after_its_last_slot_every_day_can_be_set(
    deadlines: tuple[time, ...], clock: str
) -> None:
    assert [slot.deadline for slot in after(SetSlots(None, deadlines), at(clock)).report_slots] == list(deadlines)


def test_a_letter_adopted_in_mid_day_may_change_though_its_morning_was_not_held() -> None:
    late = banten(adopted_at=at("10:00"))

    assert slots(after(SetLead(None, 10, None), at("10:30"), late))[:2] == [("0730", 10), ("1130", 10)]
    assert after(SetLimits(None, 300, None), at("10:30"), late).limits.radius_m == 300


@pytest.mark.parametrize(
    ("deadlines", "into"),
    [
        (hm("07:30", "13:00", "15:30"), "13.00"),
        (hm("07:30", "15:30"), "15.30"),
        (hm("07:30", "11:15", "11:30", "15:30"), "11.15"),
    ],
)
def test_the_preview_says_in_which_report_they_will_be_who_have_reported_already(
    deadlines: tuple[time, ...], into: str
) -> None:
    told = f"Yang sudah melapor untuk 11.30 masuk ke laporan {into}."

    assert told in warned(SetSlots(None, deadlines), at("11:10"))


@pytest.mark.parametrize(
    ("command", "clock"),
    [
        (SetSlots(None, hm("07:30", "11:30", "15:00")), "11:10"),
        (SetSlots(None, hm("08:00", "11:30", "15:30")), "05:30"),
        (SetSlots("banten-2020", hm("07:30", "13:00")), "17:00"),
        (SetLead(None, 5, None), "11:10"),
    ],
)
def test_whoever_stays_in_the_report_of_their_slot_is_not_spoken_of(command: Command, clock: str) -> None:
    assert not any("masuk ke laporan" in text for text in warned(command, at(clock)))


# Recap


def test_the_recap_moves_and_waits_for_approval() -> None:
    policy = after(SetRecap(None, time(17, 0), Release.APPROVAL))

    assert [slot.deadline for slot in policy.slots if slot.id == "recap"] == [time(17, 0)]
    assert policy.recap_release is Release.APPROVAL


def test_what_is_not_said_of_the_recap_stays() -> None:
    released = after(SetRecap(None, None, Release.APPROVAL))

    assert released == banten(recap_release=Release.APPROVAL)
    assert after(SetRecap(None, time(16, 30), None), letter=released).recap_release is Release.APPROVAL


def test_a_letter_without_a_recap_gets_one() -> None:
    without = banten(slots=banten().report_slots)

    assert after(SetRecap(None, time(16, 0), None), letter=without).slots == banten().slots


def test_the_recap_is_not_made_before_the_last_slot() -> None:
    with pytest.raises(RecapTooEarly):
        after(SetRecap(None, time(15, 25), None))
    with pytest.raises(RecapTooEarly):
        after(SetLead(None, 35, "recap"))

    assert after(SetRecap(None, time(15, 30), None)).slots[-1].deadline == time(15, 30)


def test_a_recap_still_to_come_is_not_moved_into_the_past() -> None:
    with pytest.raises(CutOffPassed):
        after(SetRecap(None, time(15, 45), None), at("15:50"))


def test_what_the_letter_leaves_open_is_not_shown_as_its_clause() -> None:
    assert warned(SetRecap(None, time(17, 0), None)) == ["Semula 16.00; edaran sendiri tidak mengaturnya."]


@pytest.mark.parametrize(
    "command", [SetRecap(None, time(17, 0), None), SetLimits(None, 300, None), SetLead(None, 10, "1130")]
)
def test_a_closed_slot_that_the_change_leaves_alone_is_not_spoken_of(command: Command) -> None:
    assert not any("07.30 hari ini" in text for text in warned(command, at("10:00")))


def test_a_recap_moved_after_it_was_made_is_said_to_be_too_late_for_today() -> None:
    told = "Slot 16.00, 16.05 hari ini sudah lewat; perubahan berlaku mulai slot berikutnya."

    assert told in warned(SetRecap(None, time(16, 5), None), at("16:10"))


# Limits


def test_limits_change_as_far_as_they_are_given() -> None:
    policy = after(SetLimits(None, 300, None))

    assert (policy.limits.radius_m, policy.limits.accuracy_m) == (300, 500)
    assert (policy.limits.fix_age_s, policy.limits.clock_skew_s) == (120, 60)


@pytest.mark.parametrize("metres", [0, 49, 5001])
def test_limits_that_say_nothing_of_a_home_are_refused(metres: int) -> None:
    with pytest.raises(LimitOutOfRange):
        after(SetLimits(None, metres, None))
    with pytest.raises(LimitOutOfRange):
        after(SetLimits(None, None, metres))


# In mid-day


def rows(command: Command, before: Office, moment: datetime) -> list[Policy]:
    return list(changed(before, decide(command, before, at=moment).edits).circulars.policies)


def test_after_the_first_window_has_opened_the_letter_gets_a_further_row() -> None:
    present, further = rows(SetSlots(None, MOVED), office(), at("06:01"))

    assert present == banten(validity=Between(MONDAY, MONDAY))
    assert (further.id, further.number, further.adopted_at) == ("banten-2020~2", banten().number, at("06:01"))
    assert (further.validity, further.sources) == (banten().validity, banten().sources)


@pytest.mark.parametrize(
    "command",
    [
        SetHours(None, (1,), time(7, 15), time(15, 0)),
        SetLimits(None, 300, None),
        SetRecap(None, None, Release.APPROVAL),
    ],
)
def test_what_leaves_todays_windows_alone_rewrites_the_letter_itself(command: Command) -> None:
    assert [one.id for one in rows(command, office(), at("10:00"))] == ["banten-2020"]


@pytest.mark.parametrize("named", [None, "banten-2020", "banten-2020~2"])
def test_every_name_of_a_letter_means_its_newest_row(named: str | None) -> None:
    before = changed(office(), decide(SetSlots(None, MOVED), office(), at=at("10:00")).edits)

    present, further = rows(SetLimits(named, 300, None), before, at("10:05"))

    assert (present.limits.radius_m, further.limits.radius_m) == (200, 300)
    assert slots(further) == [("0730", 0), ("1300", 0), ("1530", 0), ("recap", 0)]


def test_a_further_row_stands_beside_its_letter_and_under_the_letters_that_came_later() -> None:
    april = banten(id="april", number="2", validity=Between(date(2020, 4, 1), date(2020, 4, 30)))

    found = rows(SetSlots(None, MOVED), office([banten(), april]), at("10:00"))

    assert [one.id for one in found] == ["banten-2020", "banten-2020~2", "april"]


# What changes nothing, and undo


@pytest.mark.parametrize(
    "command",
    [
        SetHours(None, (0, 1), time(7, 0), time(15, 0)),
        SetSlots(None, (time(7, 30), time(11, 30), time(15, 30))),
        SetLead(None, 0, None),
        SetRecap(None, time(16, 0), Release.AUTO),
        SetLimits(None, 200, 500),
        SetRecipients("bkd", None, "", (BKD,)),
        SetRecipients(None, "dinkes", "head", ("kepala@dinkes.example.id",)),
    ],
)
def test_what_is_so_already_changes_nothing(command: Command) -> None:
    assert decide(command, office(), at=LINKED).edits == ()


@pytest.mark.parametrize("command", [SetSlots(None, MOVED), SetLead(None, 5, None), SetLimits(None, 300, None)])
def test_without_a_letter_there_is_no_working_day(command: Command) -> None:
    with pytest.raises(NoPolicyAdopted):
        decide(command, office([]), at=LINKED)


clocks = some.times(min_value=time(0, 0), max_value=time(23, 59)).map(lambda one: one.replace(second=0, microsecond=0))
commands = some.one_of(
    some.builds(SetHours, some.none(), some.lists(some.integers(0, 6), max_size=7).map(tuple), clocks, clocks),
    some.builds(SetSlots, some.none(), some.lists(clocks, max_size=14).map(tuple)),
    some.builds(SetLead, some.none(), some.integers(0, 13).map(lambda one: one * 5), some.sampled_from([None, "0730"])),
    some.builds(SetRecap, some.none(), some.none() | clocks, some.none() | some.sampled_from(Release)),
    some.builds(SetLimits, some.none(), some.none() | some.integers(40, 5100), some.none() | some.integers(40, 5100)),
)


def refused_or(command: Command, before: Office, moment: datetime) -> Change | None:
    try:
        return decide(command, before, at=moment)
    except Refusal:
        return None


MOMENTS = some.sampled_from([LINKED, at("07:25"), at("07:30"), at("11:29"), at("15:59"), at("17:00")])


@given(first=commands, second=commands, moments=some.tuples(MOMENTS, MOMENTS).map(sorted))
def test_every_working_day_that_is_taken_can_be_reported_and_undone(
    first: Command, second: Command, moments: list[datetime]
) -> None:
    before = office()
    for command, moment in zip((first, second), moments, strict=True):
        change = refused_or(command, before, moment)
        if change is None:
            return

        later = changed(before, change.edits)

        for weekday in range(7):
            day = date(2020, 3, 23 + weekday)
            windows = [*later.circulars.policies[-1].windows(day), *later.circulars.windows(day)]
            assert all(window.opens < window.closes for window in windows)
            assert all(window.opens.date() == window.closes.date() for window in windows)
        assert held(later, until=moment) == held(before, until=moment)
        assert changed(later, change.inverse) == before
        assert not open_slots(before, moment) or open_slots(later, moment)
        assert texts([change.summary, *change.warnings])
        before = later


def open_slots(facts: Office, moment: datetime) -> list[Window]:
    """Monday's windows that are still to close."""
    return [window for window in facts.circulars.windows(MONDAY) if window.closes > moment]


def held(facts: Office, *, until: datetime) -> list[Window]:
    """Monday's windows that have closed."""
    return [window for window in facts.circulars.windows(MONDAY) if window.closes <= until]


# Recipients


def test_an_office_gets_other_addresses_once_each_and_the_preview_shows_them() -> None:
    before = office()
    change = decide(SetRecipients("bkd", None, "", (BKD, "arsip@banten.example.id", BKD)), before, at=LINKED)

    assert changed(before, change.edits).addresses == {**ADDRESSES, "bkd": (BKD, "arsip@banten.example.id")}
    assert texts([change.summary, *change.details]) == ["Alamat BKD diganti (2 alamat)", BKD, "arsip@banten.example.id"]
    assert changed(changed(before, change.edits), change.inverse) == before


def test_an_office_that_had_no_address_gets_one() -> None:
    before = replace(office(), addresses={"bkd": (BKD,)})
    change = decide(SetRecipients("sekda", None, "", ("sekda@banten.example.id",)), before, at=LINKED)

    assert changed(before, change.edits).addresses == ADDRESSES
    assert changed(changed(before, change.edits), change.inverse) == before


def test_an_address_with_a_space_in_it_is_refused_by_name() -> None:
    with pytest.raises(AddressMalformed) as refused:
        decide(SetRecipients("bkd", None, "", (BKD, "sistem kerja@example.id")), office(), at=LINKED)

    assert refused.value.facts == {"address": "sistem kerja@example.id"}


def test_bkd_is_never_without_an_address_but_the_sekda_may_be() -> None:
    before = office()

    with pytest.raises(RecipientsMissing):
        decide(SetRecipients("bkd", None, "", ()), before, at=LINKED)
    change = decide(SetRecipients("sekda", None, "", ()), before, at=LINKED)

    assert changed(before, change.edits).addresses["sekda"] == ()


def test_offices_to_which_the_letter_sends_less_are_pointed_out() -> None:
    assert warned(SetRecipients("sekda", None, "", ("baru@banten.example.id",))) == [
        "SEKDA hanya menerima rekap; edaran 800/734-BKD/2020 tidak mengirim laporan slot ke sana."
    ]
    assert warned(SetRecipients("kominfo", None, "", ("kominfo@banten.example.id",))) == [
        "Edaran 800/734-BKD/2020 tidak mengirim apa pun ke KOMINFO."
    ]


@pytest.mark.parametrize(("role", "field"), [("head", "head_email"), ("operator", "operator_email")])
def test_a_units_head_and_operator_get_one_address_each(role: str, field: str) -> None:
    before = office()
    change = decide(SetRecipients(None, "dinkes", role, ("baru@dinkes.example.id",)), before, at=LINKED)

    unit = changed(before, change.edits).organisation.by_id["dinkes"]
    assert unit == replace(DINKES, **{field: "baru@dinkes.example.id"})
    with pytest.raises(OneAddressOnly):
        decide(SetRecipients(None, "dinkes", role, ("a@example.id", "b@example.id")), before, at=LINKED)


def test_a_units_address_can_be_taken_away() -> None:
    before = office()
    change = decide(SetRecipients(None, "dinkes", "head", ()), before, at=LINKED)

    assert changed(before, change.edits).organisation.by_id["dinkes"].head_email is None
    assert texts([change.summary]) == [f"Alamat kepala {DINKES.name} dihapus"]


def test_an_address_of_a_unit_that_reports_through_another_is_pointed_out() -> None:
    assert warned(SetRecipients(None, "rsud", "head", ("kepala@rsud.example.id",))) == [
        "RSUD Banten tidak melapor sendiri; laporannya lewat Dinas Kesehatan Provinsi Banten."
    ]
    assert warned(SetRecipients(None, "banten", "head", ("gubernur@banten.example.id",))) == [
        "Pemerintah Provinsi Banten tidak mengirim laporan, jadi alamat ini belum dipakai."
    ]


@pytest.mark.parametrize(
    "command",
    [
        SetHours(None, (0, 1), time(7, 0), time(15, 0)),
        SetSlots("banten-2020", MOVED),
        SetLead(None, 5, "0730"),
        SetRecap(None, time(16, 0), Release.AUTO),
        SetLimits(None, 200, None),
        SetRecipients("bkd", None, "", (BKD,)),
    ],
    ids=lambda command: type(command).__name__,
)
def test_a_command_survives_being_kept_as_json(command: object) -> None:
    assert msgspec.json.decode(msgspec.json.encode(command), type=type(command)) == command


# In a whole government


@pytest.mark.slow
def test_a_slot_moved_at_ten_sends_at_its_new_time_and_not_at_its_old_and_what_was_sent_stays_one(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))

    carry_out(world.registry, decide, SetSlots(None, MOVED), at=at("10:00"))
    for clock in ("11:30", "13:00", "15:30", "16:00"):
        world.play(at(clock))

    assert [sent.slot for sent in world.sent() if sent.key.unit == "dinkes"] == ["0730", "1300", "1530"]
    assert max(world.keys().values()) == 1


@pytest.mark.slow
def test_a_slot_cut_off_earlier_leaves_at_its_new_cut_off(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))

    carry_out(world.registry, decide, SetLead(None, 10, "1130"), at=at("10:00"))
    world.checkin("Ani", at("11:25"))
    world.play(at("11:20"))

    (sent,) = [sent for sent in world.sent() if sent.slot == "1130" and sent.key.unit == "dinkes"]
    assert "0 dari 1" in str(sent.message.get_body(("plain",)))


@pytest.mark.slow
def test_a_report_goes_to_the_address_set_before_its_cut_off(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))

    carry_out(world.registry, decide, SetRecipients("bkd", None, "", ("baru@banten.example.id",)), at=at("10:00"))
    world.play(at("11:30"))

    to = {sent.slot: sent.message["To"] for sent in world.sent() if sent.key.unit == "dinkes"}
    assert to == {"0730": BKD, "1130": "baru@banten.example.id"}
