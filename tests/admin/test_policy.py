"""Circulars at the desk: what each command makes of the letters, what it refuses, and what the next slots then do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib import presets
from chalicelib.admin.desk import SEED, carry_out
from chalicelib.admin.policy import (
    AdoptPolicy,
    AdoptPreset,
    Command,
    Extend,
    Lift,
    SetPeriod,
    ShowPolicies,
    Supersede,
    answer,
    decide,
)
from chalicelib.domain.change import Change, Line, changed
from chalicelib.domain.errors import PeriodReversed, Refusal
from chalicelib.domain.errors_letters import (
    CadenceNotOffered,
    ChoiceUnknown,
    CutOffPassed,
    NoPolicyAdopted,
    NotAnExtension,
    NothingToExtend,
    NothingToLift,
    PeriodHasNoEnd,
    PolicyExists,
    PolicyNumberMalformed,
    PolicyUnknown,
    PresetUnknown,
    SupersededTooEarly,
    ZoneDiffers,
)
from chalicelib.domain.periods import Between, Period, UntilLifted
from chalicelib.domain.policy import Arrangement, Cadence, Policy, Slot, SlotKind, policy_on
from chalicelib.phrases import KNOWN, phrase
from tests.office import LINKED, MONDAY, NYEPI, at, banten, office, person
from tests.world import Sent, World

ANI = person("Ani")
TUESDAY, WEDNESDAY = date(2020, 3, 24), date(2020, 3, 25)
MAR_20, MAY_16, JUNE_3, JUNE_4 = date(2020, 3, 20), date(2020, 5, 16), date(2020, 6, 3), date(2020, 6, 4)
PSBB = "dicabutnya penetapan PSBB"
NEW = "800/789-BKD/2020"
CLOCKS = ("07:30", "11:30", "15:30", "16:00")

days = some.dates(date(2020, 1, 1), date(2020, 12, 31))
YEAR = [date(2020, 1, 1) + timedelta(days=place) for place in range(400)]


def letter(name: str, validity: Period, **changes: object) -> Policy:
    return banten(id=name, number=name, validity=validity, **changes)


def closed(policies: Sequence[Policy], command: Command, moment: datetime) -> tuple[tuple[Policy, ...], Change]:
    """The letters after a command, and the change."""
    before = office(policies)
    change = decide(command, before, at=moment)
    return changed(before, change.edits).circulars.policies, change


def texts(lines: Sequence[Line]) -> list[str]:
    """The lines in Indonesian; that they exist in English is held by the house rules."""
    return [phrase(line.key, **line.facts) for line in lines]


def keys(change: Change) -> list[str]:
    return [line.key for line in change.warnings]


def slots_sent(world: World, day: date) -> list[str]:
    return [sent.slot for sent in world.sent() if sent.key.day == day and sent.key.unit == "dinkes"]


def words(sent: Sent) -> str:
    body = sent.message.get_body(("plain",))
    return str(body and body.get_content())


def play_through(world: World, *played: date) -> None:
    for day in played:
        for clock in CLOCKS:
            world.play(at(clock, day))


# Adopting


def test_a_letter_that_ships_is_put_in_force_with_the_days_it_names() -> None:
    (adopted,), change = closed([], AdoptPreset("banten-2020", "WIB"), LINKED)

    assert adopted == replace(presets.policy("banten-2020"), adopted_at=LINKED)
    assert change.summary == Line("policy.adopted", {"number": "800/734-BKD/2020"})
    assert change.warnings == ()


def test_a_letter_is_put_in_force_on_other_days_and_with_the_reading_chosen() -> None:
    command = AdoptPreset("banten-2020", "WIB", {"education": "bound-located"}, start=MONDAY, condition="PSBB dicabut")

    (adopted,), _ = closed([], command, LINKED)

    assert adopted.validity == UntilLifted(MONDAY, "PSBB dicabut")
    assert Arrangement.HOME in [rule.arrangement for rule in adopted.rules]


def test_under_another_number_what_ships_is_another_letter_signed_today_and_names_no_other_government() -> None:
    command = AdoptPreset("banten-2020", "WIB", start=date(2020, 4, 1), end=date(2020, 4, 13), number=NEW)

    (_, adopted), _ = closed([banten()], command, at("10:00", TUESDAY))

    assert (adopted.id, adopted.number, adopted.signed) == ("800-789-bkd-2020", NEW, TUESDAY)
    assert adopted.title == "Penyesuaian Sistem Kerja Aparatur Sipil Negara"
    assert adopted.validity == Between(date(2020, 4, 1), date(2020, 4, 13))


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (AdoptPreset("banten-1998", "WIB"), PresetUnknown),
        (AdoptPreset("../settings", "WIB"), PresetUnknown),
        (AdoptPreset("calendar-id", "WIB"), PresetUnknown),
        (AdoptPreset("banten-2020", "WIB", {"schooling": "home"}), ChoiceUnknown),
        (AdoptPreset("banten-2020", "WIB", {"education": "never"}), ChoiceUnknown),
        (AdoptPreset("banten-2020", "WIB", number="–/–"), PolicyNumberMalformed),
        (AdoptPreset("banten-2020", "WITA"), ZoneDiffers),
        (AdoptPreset("banten-2020", "WIB", start=date(2020, 4, 6)), PeriodHasNoEnd),
        (AdoptPreset("banten-2020", "WIB", end=date(2020, 3, 1)), PeriodReversed),
        (AdoptPolicy(banten(cadence=Cadence.HOURLY), "WIB"), CadenceNotOffered),
    ],
)
def test_a_letter_that_cannot_be_put_in_force_is_refused(command: Command, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        decide(command, office([]), at=LINKED)


def test_what_ships_is_named_to_whoever_asks_for_something_else() -> None:
    with pytest.raises(PresetUnknown) as refused:
        decide(AdoptPreset("banten", "WIB"), office([]), at=LINKED)

    assert "banten-2020" in str(refused.value.facts["known"])


@pytest.mark.parametrize("number", ["800/734-BKD/2020", "800 / 734-bkd / 2020"])
def test_the_same_letter_is_not_adopted_twice_however_its_number_is_written(number: str) -> None:
    with pytest.raises(PolicyExists):
        decide(AdoptPreset("banten-2020", "WIB", number=number), office(), at=LINKED)


# Which letter is meant


def test_without_a_name_the_letter_in_force_is_meant_then_the_next_then_the_newest() -> None:
    march, april, june = (
        letter(name, Between(date(2020, month, 2), date(2020, month, 20)))
        for name, month in (("march", 3), ("april", 4), ("june", 6))
    )
    extend = Extend(None, date(2020, 9, 1), None)

    meant = [
        decide(extend, office([june, april, march]), at=at("10:00", day)).summary.facts["number"]
        for day in (date(2020, 4, 3), date(2020, 3, 25), date(2020, 7, 1))
    ]

    assert meant == ["april", "april", "march"]


def test_an_office_without_a_letter_and_a_letter_that_is_gone_are_refused() -> None:
    with pytest.raises(NoPolicyAdopted):
        decide(SetPeriod(None, MONDAY, MONDAY, None), office([]), at=LINKED)
    with pytest.raises(PolicyUnknown):
        decide(SetPeriod("banten-1998", MONDAY, MONDAY, None), office(), at=LINKED)


# Other days


@pytest.mark.parametrize(
    ("start", "end", "condition", "validity"),
    [
        (date(2020, 3, 24), date(2020, 4, 3), None, Between(date(2020, 3, 24), date(2020, 4, 3))),
        (None, date(2020, 4, 3), None, Between(MONDAY, date(2020, 4, 3))),
        (None, None, "PSBB dicabut", UntilLifted(MONDAY, "PSBB dicabut")),
        (date(2020, 3, 30), None, None, Between(date(2020, 3, 30), date(2020, 3, 31))),
    ],
)
def test_a_letter_gets_other_days_and_keeps_what_is_not_given(
    start: date | None, end: date | None, condition: str | None, validity: Period
) -> None:
    (after,), _ = closed([banten()], SetPeriod(None, start, end, condition), LINKED)

    assert after == banten(validity=validity)


def test_a_new_start_keeps_an_open_end() -> None:
    (after,), _ = closed([letter("A", UntilLifted(MAY_16, PSBB))], SetPeriod(None, MONDAY, None, None), LINKED)

    assert after.validity == UntilLifted(MONDAY, PSBB)


def test_a_start_after_the_present_end_asks_for_an_end() -> None:
    with pytest.raises(PeriodHasNoEnd):
        decide(SetPeriod(None, date(2020, 4, 1), None, None), office(), at=LINKED)


def test_the_days_that_hold_already_change_nothing() -> None:
    change = decide(SetPeriod(None, MONDAY, date(2020, 3, 31), None), office(), at=LINKED)

    assert change.edits == ()


def test_the_clause_of_the_letter_stands_beside_the_days_that_change() -> None:
    _, change = closed([banten()], SetPeriod(None, None, date(2020, 4, 3), None), LINKED)

    assert texts(change.warnings) == [
        "Semula Senin, 23 Maret 2020 s.d. Selasa, 31 Maret 2020 (butir 9 edaran 800/734-BKD/2020)."
    ]


def test_an_end_in_the_past_is_warned_of() -> None:
    _, change = closed([banten()], SetPeriod(None, None, date(2020, 3, 26), None), at("10:00", date(2020, 3, 30)))

    assert "policy.end_past" in keys(change)
    assert "policy.past_kept" in keys(change)


def test_slots_of_today_that_have_closed_are_named_when_today_changes() -> None:
    _, shortened = closed([banten()], SetPeriod(None, None, MONDAY, None), at("11:30", TUESDAY))
    _, lengthened = closed([banten()], SetPeriod(None, None, date(2020, 4, 3), None), at("11:30", TUESDAY))

    assert "Slot 07.30, 11.30 hari ini sudah lewat; perubahan berlaku mulai slot berikutnya." in texts(
        shortened.warnings
    )
    assert "policy.passed_today" not in keys(lengthened)


# Today


EARLY = (Slot("0900", SlotKind.REPORT, time(9, 0)),)
"""The slots of a letter whose only report has left by ten."""


def test_a_letter_put_in_force_at_ten_without_a_slot_to_come_would_lose_the_one_that_is_open() -> None:
    newer = letter("B", Between(MONDAY, date(2020, 4, 3)), slots=EARLY)

    with pytest.raises(CutOffPassed) as refused:
        decide(AdoptPolicy(newer, "WIB"), office(), at=at("10:00"))

    assert refused.value.facts == {"slot": "11.30", "cut_off": "11.30"}


def test_a_letter_put_in_force_at_ten_tells_in_which_report_they_will_be_who_have_reported() -> None:
    noon = letter("B", Between(MONDAY, date(2020, 4, 3)), slots=(Slot("1300", SlotKind.REPORT, time(13, 0)),))

    change = decide(AdoptPolicy(noon, "WIB"), office(), at=at("10:00"))

    assert "Yang sudah melapor untuk 11.30 masuk ke laporan 13.00." in texts(change.warnings)
    assert "Rekap 16.00 hari ini tidak dibuat lagi." in texts(change.warnings)


@pytest.mark.parametrize(
    "command", [Lift("B", "", date(2020, 3, 22)), SetPeriod("B", date(2020, 3, 24), date(2020, 4, 3), None)]
)
def test_a_letter_that_gives_way_at_ten_to_an_older_one_without_a_slot_to_come_would_lose_the_open_one(
    command: Command,
) -> None:
    older, newer = letter("A", Between(MONDAY, date(2020, 4, 3)), slots=EARLY), letter("B", Between(MAR_20, MAY_16))

    with pytest.raises(CutOffPassed):
        decide(command, office([older, newer]), at=at("10:00"))

    assert decide(command, office([older, newer]), at=at("16:30")).edits


def test_an_extension_over_an_older_letter_at_ten_would_lose_the_slot_that_is_open() -> None:
    newer = letter("B", Between(date(2020, 3, 16), date(2020, 3, 20)), slots=EARLY)

    with pytest.raises(CutOffPassed):
        decide(Extend("B", date(2020, 4, 3), None), office([banten(), newer]), at=at("10:00"))


@pytest.mark.parametrize("command", [Lift("A", "", date(2020, 3, 22)), SetPeriod("A", None, date(2020, 3, 22), None)])
def test_a_letter_that_ends_at_ten_with_none_to_follow_ends_the_day_and_the_preview_says_what_is_not_made(
    command: Command,
) -> None:
    change = decide(command, office([letter("A", Between(MAR_20, MAY_16))]), at=at("10:00"))

    assert [text for text in texts(change.warnings) if "hari ini" in text] == [
        "Slot 11.30, 15.30 hari ini tidak dibuat lagi. Yang sudah melapor untuk 11.30 tetap tersimpan, tetapi tidak "
        "masuk laporan mana pun.",
        "Rekap 16.00 hari ini tidak dibuat lagi.",
        "Slot 07.30 hari ini sudah lewat; perubahan berlaku mulai slot berikutnya.",
    ]


def test_a_letter_superseded_at_ten_by_one_that_asks_alike_loses_nothing_and_says_so_by_silence() -> None:
    command = Supersede(None, "banten-2020", "WIB", NEW, TUESDAY, end=date(2020, 4, 13))

    change = decide(command, office(), at=at("10:00", TUESDAY))

    assert {"policy.carried", "policy.dropped_today", "policy.no_recap_today"} & set(keys(change)) == set()


# Extending


def test_an_extension_moves_the_last_day_and_nothing_else() -> None:
    (after,), change = closed([banten()], Extend(None, date(2020, 5, 13), None), at("10:00", TUESDAY))

    assert after == banten(validity=Between(MONDAY, date(2020, 5, 13)))
    assert texts([change.summary]) == [
        "Edaran 800/734-BKD/2020 diperpanjang: Senin, 23 Maret 2020 s.d. Rabu, 13 Mei 2020"
    ]


def test_an_extension_may_leave_the_end_to_a_condition() -> None:
    (after,), change = closed([banten()], Extend(None, None, "PSBB dicabut"), LINKED)

    assert after.validity == UntilLifted(MONDAY, "PSBB dicabut")
    assert texts([change.summary]) == [
        "Edaran 800/734-BKD/2020 diperpanjang: mulai Senin, 23 Maret 2020 sampai PSBB dicabut"
    ]


def test_a_letter_that_has_ended_is_extended_without_a_gap_and_the_days_gone_by_are_pointed_out() -> None:
    (after,), change = closed([banten()], Extend(None, date(2020, 5, 13), None), at("10:00", date(2020, 4, 3)))

    assert after.validity == Between(MONDAY, date(2020, 5, 13))
    assert "policy.past_kept" in keys(change)


@pytest.mark.parametrize(
    ("validity", "command", "refusal"),
    [
        (Between(MONDAY, date(2020, 3, 31)), Extend(None, date(2020, 3, 31), None), NotAnExtension),
        (Between(MONDAY, date(2020, 3, 31)), Extend(None, date(2020, 3, 27), None), NotAnExtension),
        (Between(MONDAY, date(2020, 3, 31)), Extend(None, None, None), PeriodHasNoEnd),
        (UntilLifted(MAY_16, PSBB), Extend(None, date(2020, 6, 4), None), NothingToExtend),
    ],
)
def test_what_does_not_lengthen_a_letter_is_no_extension(
    validity: Period, command: Extend, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        decide(command, office([letter("A", validity)]), at=LINKED)


def test_an_extension_into_the_days_of_a_newer_letter_says_whose_slots_hold() -> None:
    april = letter("B", Between(date(2020, 4, 1), date(2020, 4, 13)))

    _, change = closed([letter("A", banten().validity), april], Extend("A", date(2020, 4, 7), None), LINKED)

    assert "Pada hari yang sama berlaku juga edaran B yang lebih baru; slot mengikuti edaran itu." in texts(
        change.warnings
    )


# Lifting


@pytest.mark.parametrize("condition", ["PSBB", "psbb", "PSBB dicabut", "penetapan PSBB", "status PSBB berakhir"])
def test_every_letter_that_waits_for_the_condition_ends_and_no_other(condition: str) -> None:
    psbb, late, ppkm = (
        letter("A", UntilLifted(MAY_16, PSBB)),
        letter("B", UntilLifted(date(2020, 5, 25), "PSBB dicabut")),
        letter("C", UntilLifted(MAY_16, "dicabutnya penetapan PPKM")),
    )

    after, change = closed([banten(), psbb, late, ppkm], Lift(None, condition, JUNE_3), at("10:00", date(2020, 6, 2)))

    ended = [Between(MAY_16, JUNE_3), Between(date(2020, 5, 25), JUNE_3)]
    assert [one.validity for one in after] == [banten().validity, *ended, ppkm.validity]
    assert change.summary == Line("policy.lifted", {"number": "A, B", "end": JUNE_3})


def test_a_letter_that_is_named_ends_early_whatever_it_waited_for() -> None:
    (after,), _ = closed([banten()], Lift("banten-2020", "", date(2020, 3, 27)), at("10:00", TUESDAY))

    assert after.validity == Between(MONDAY, date(2020, 3, 27))


@pytest.mark.parametrize(
    "command",
    [
        Lift(None, "PPKM", JUNE_3),
        Lift(None, "dicabut", JUNE_3),
        Lift(None, "", JUNE_3),
        Lift("banten-2020", "", date(2020, 3, 31)),
    ],
)
def test_nothing_is_lifted_where_no_letter_waits(command: Lift) -> None:
    with pytest.raises(NothingToLift):
        decide(command, office([banten(), letter("A", UntilLifted(MAY_16, PSBB))]), at=LINKED)


def test_a_letter_is_not_lifted_before_it_begins() -> None:
    with pytest.raises(PeriodReversed):
        decide(Lift(None, "PSBB", MONDAY), office([letter("A", UntilLifted(MAY_16, PSBB))]), at=LINKED)


def test_the_older_letter_that_holds_again_after_a_lift_is_named() -> None:
    older = letter("287", Between(date(2020, 4, 1), date(2020, 12, 31)))

    _, change = closed(
        [older, letter("444", UntilLifted(MAY_16, PSBB))], Lift(None, "PSBB", JUNE_3), at("10:00", JUNE_3)
    )

    assert "Mulai Kamis, 4 Juni 2020 berlaku kembali edaran 287." in texts(change.warnings)


# Superseding


def test_the_old_letter_ends_the_day_before_the_new_one_begins() -> None:
    command = Supersede(None, "banten-2020", "WIB", NEW, date(2020, 3, 30), end=date(2020, 4, 13))

    (old, new), change = closed([banten()], command, at("10:00", TUESDAY))

    assert old == banten(validity=Between(MONDAY, date(2020, 3, 29)))
    assert (new.id, new.number, new.signed) == ("800-789-bkd-2020", NEW, TUESDAY)
    assert (new.validity, new.adopted_at) == (Between(date(2020, 3, 30), date(2020, 4, 13)), at("10:00", TUESDAY))
    assert texts([change.summary]) == [
        "Edaran 800/734-BKD/2020 diganti edaran 800/789-BKD/2020 mulai Senin, 30 Maret 2020"
    ]


def test_an_open_letter_gets_a_last_day_when_it_is_superseded() -> None:
    command = Supersede(None, "banten-2020", "WIB", NEW, JUNE_4, condition="PPKM dicabut")

    (old, new), _ = closed([letter("A", UntilLifted(MAY_16, PSBB))], command, at("10:00", date(2020, 6, 2)))

    assert (old.validity, new.validity) == (Between(MAY_16, JUNE_3), UntilLifted(JUNE_4, "PPKM dicabut"))


def test_a_day_of_which_slots_are_reported_stays_a_day_of_the_old_letter_too() -> None:
    command = Supersede(None, "banten-2020", "WIB", NEW, TUESDAY, end=date(2020, 4, 13))

    (early, _), _ = closed([banten()], command, at("06:00", TUESDAY))
    (later, _), change = closed([banten()], command, at("10:00", TUESDAY))

    assert early.validity == Between(MONDAY, MONDAY)
    assert later.validity == Between(MONDAY, TUESDAY)
    assert "policy.passed_today" in keys(change)


@pytest.mark.parametrize("start", [MONDAY, date(2020, 3, 20)])
def test_a_new_letter_that_leaves_nothing_of_the_old_one_is_refused(start: date) -> None:
    with pytest.raises(SupersededTooEarly):
        decide(Supersede(None, "banten-2020", "WIB", NEW, start, end=date(2020, 4, 13)), office(), at=LINKED)


@pytest.mark.parametrize(("start", "gap"), [(date(2020, 4, 1), False), (date(2020, 4, 3), True)])
def test_working_days_between_two_letters_are_counted_as_a_gap(start: date, gap: bool) -> None:
    command = Supersede(None, "banten-2020", "WIB", NEW, start, end=date(2020, 4, 13))

    _, change = closed([banten()], command, at("10:00", TUESDAY))

    found = [text for text in texts(change.warnings) if "tanpa edaran" in text]
    assert found == (["2 hari kerja tanpa edaran: Rabu, 1 April 2020 s.d. Kamis, 2 April 2020."] if gap else [])


def test_a_weekend_between_two_letters_is_no_gap() -> None:
    friday = letter("A", Between(MONDAY, date(2020, 3, 27)))

    _, change = closed(
        [friday], Supersede(None, "banten-2020", "WIB", NEW, date(2020, 3, 30), end=date(2020, 4, 13)), LINKED
    )

    assert "policy.gap" not in keys(change)


# Whatever the days


@given(
    start=days,
    length=some.integers(1, 60),
    new_start=days,
    new_length=some.integers(0, 60),
    moment=some.sampled_from([at("05:00", date(2020, 1, 1)), at("10:00", date(2020, 6, 30)), at("17:00", JUNE_3)]),
)
def test_superseding_takes_no_day_gone_by_and_leaves_each_to_come_with_one_letter_and_undo_restores_the_office(
    start: date, length: int, new_start: date, new_length: int, moment: datetime
) -> None:
    old = letter("A", Between(start, start + timedelta(days=length)))
    before, end = office([old]), new_start + timedelta(days=new_length)
    command = Supersede("A", "banten-2020", "WIB", NEW, new_start, end=end)
    if new_start <= start:
        with pytest.raises(SupersededTooEarly):
            decide(command, before, at=moment)
        return

    change = decide(command, before, at=moment)

    cut, new = changed(before, change.edits).circulars.policies
    for day in YEAR:
        if day < moment.date():
            assert cut.validity.covers(day) == old.validity.covers(day)
        if day > moment.date():
            heads = (new_start <= day <= end, old.validity.covers(day) and day < new_start)
            assert (new.validity.covers(day), cut.validity.covers(day)) == heads
    assert changed(changed(before, change.edits), change.inverse) == before


@given(
    periods=some.lists(some.tuples(days, some.integers(0, 60)), min_size=1, max_size=4),
    until=days,
    place=some.integers(0, 3),
)
def test_an_extension_changes_no_day_but_those_it_adds_and_undo_restores_the_office(
    periods: list[tuple[date, int]], until: date, place: int
) -> None:
    letters = [
        letter(str(number), Between(start, start + timedelta(days=length)))
        for number, (start, length) in enumerate(periods)
    ]
    extended = letters[place % len(letters)]
    before = office(letters)
    if extended.validity.last_day and until <= extended.validity.last_day:
        return

    change = decide(Extend(extended.id, until, None), before, at=LINKED)

    after = changed(before, change.edits)
    for day in YEAR:
        was, now = (policy_on(one.circulars.policies, day) for one in (before, after))
        is_added = not extended.validity.covers(day) and extended.validity.start <= day <= until
        assert (now and now.id) == (was and was.id) or (is_added and now and now.id == extended.id)
    assert changed(after, change.inverse) == before


@given(starts=some.lists(days, min_size=1, max_size=4), last=days)
def test_a_lift_leaves_every_day_up_to_the_last_as_it_was_and_undo_restores_the_office(
    starts: list[date], last: date
) -> None:
    letters = [letter(str(number), UntilLifted(start, PSBB)) for number, start in enumerate(starts)]
    before = office(letters)
    if last < max(starts):
        with pytest.raises(PeriodReversed):
            decide(Lift(None, "PSBB", last), before, at=LINKED)
        return

    change = decide(Lift(None, "PSBB", last), before, at=LINKED)

    after = changed(before, change.edits)
    for day in YEAR:
        was, now = (policy_on(one.circulars.policies, day) for one in (before, after))
        assert (now and now.id) == (was and was.id if day <= last else None)
    assert changed(after, change.inverse) == before


# Showing, and what is said


def shown(circulars: Sequence[Policy], moment: datetime, world: World) -> list[str]:
    told = answer(ShowPolicies(), world.registry, office(circulars), SEED, at=moment)
    return texts([told.title, *told.lines])


def test_the_letter_in_force_is_shown_in_full_and_the_others_in_a_line(world: World) -> None:
    late = letter("B", UntilLifted(MAY_16, PSBB))
    slots = tuple(replace(slot, lead_minutes=10) if slot.id == "0730" else slot for slot in banten().slots)

    assert shown([banten(slots=slots), late], at("10:00"), world) == [
        "Edaran 800/734-BKD/2020",
        "Penyesuaian Sistem Kerja Aparatur Sipil Negara di lingkungan Pemerintah Provinsi Banten",
        "Berlaku Senin, 23 Maret 2020 s.d. Selasa, 31 Maret 2020",
        "Slot laporan: 07.30, 11.30, 15.30 WIB",
        "Slot 07.30 ditutup 10 menit sebelumnya",
        "Laporan slot dikirim ke BKD",
        "Rekap 16.00 langsung ke BKD, SEKDA",
        "Batas posisi: radius 200 m, akurasi 500 m",
        "Edaran lain: B, mulai Sabtu, 16 Mei 2020 sampai dicabutnya penetapan PSBB",
    ]


def test_a_letter_to_come_and_one_that_has_ended_are_called_so(world: World) -> None:
    assert "Akan berlaku Senin, 23 Maret 2020 s.d. Selasa, 31 Maret 2020" in shown([banten()], LINKED, world)
    assert "Sudah berakhir: Senin, 23 Maret 2020 s.d. Selasa, 31 Maret 2020" in shown(
        [banten()], at("10:00", JUNE_3), world
    )


def test_whoever_asks_for_letters_before_there_are_any_is_told_so(world: World) -> None:
    with pytest.raises(NoPolicyAdopted):
        shown([], LINKED, world)


@pytest.mark.parametrize(
    "command",
    [
        AdoptPreset("banten-2020", "WIB", {"education": "bound-located"}, MONDAY, JUNE_3, None, NEW),
        SetPeriod(None, MONDAY, None, "PSBB dicabut"),
        Extend("banten-2020", JUNE_3, None),
        Lift(None, "PSBB", JUNE_3),
        Supersede(None, "banten-2020", "WIB", NEW, JUNE_3, JUNE_4),
        ShowPolicies(),
    ],
    ids=lambda command: type(command).__name__,
)
def test_a_command_survives_being_kept_as_json(command: object) -> None:
    assert msgspec.json.decode(msgspec.json.encode(command), type=type(command)) == command


# In a whole government


@pytest.mark.slow
def test_a_letter_extended_on_its_last_day_has_slots_on_the_next(world: World) -> None:
    last = date(2020, 3, 31)
    world.open([ANI])
    world.records.ledger.advance_watermark(last)

    carry_out(world.registry, decide, Extend(None, date(2020, 5, 13), None), at=at("10:00", last))
    world.play(at("07:30", date(2020, 4, 1)))

    assert slots_sent(world, date(2020, 4, 1)) == ["0730"]


@pytest.mark.slow
def test_psbb_lifted_from_the_4th_of_june_on_has_reports_on_the_3rd_and_none_on_the_4th(world: World) -> None:
    world.open([ANI], policy=banten(validity=UntilLifted(MAY_16, PSBB)))
    world.records.ledger.advance_watermark(JUNE_3)

    carry_out(world.registry, decide, Lift(None, "PSBB", JUNE_3), at=at("10:00", date(2020, 6, 2)))
    play_through(world, JUNE_3, JUNE_4)

    assert slots_sent(world, JUNE_3) == ["0730", "1130", "1530"]
    assert slots_sent(world, JUNE_4) == []


@pytest.mark.slow
def test_a_letter_superseded_in_the_middle_of_a_day_hands_over_from_the_next_slot_on(world: World) -> None:
    world.open([ANI])
    command = Supersede(None, "banten-2020", "WIB", NEW, TUESDAY, end=date(2020, 4, 13))
    world.records.ledger.advance_watermark(TUESDAY)
    world.play(at("07:30", TUESDAY))
    world.checkin("Ani", at("08:10", TUESDAY))

    carry_out(world.registry, decide, command, at=at("10:00", TUESDAY))
    for clock in CLOCKS[1:]:
        world.play(at(clock, TUESDAY))

    told = {sent.slot: words(sent) for sent in world.sent() if sent.key.unit in ("dinkes", "recap")}
    assert ["789" in text for text in told.values()] == [False, True, True, True]
    assert list(told) == ["0730", "1130", "1530", "recap"]
    assert "MENYUSUL" in told["1130"]
    assert "07.30 WIB" in told["recap"]
    assert max(world.keys().values()) == 1


@pytest.mark.slow
def test_a_letter_superseded_in_the_middle_of_a_week_hands_over_overnight(world: World) -> None:
    thursday = date(2020, 3, 26)
    world.open([ANI])
    command = Supersede(None, "banten-2020", "WIB", NEW, thursday, end=date(2020, 4, 13))
    world.records.ledger.advance_watermark(TUESDAY)

    world.play(at("07:30", TUESDAY))

    carry_out(world.registry, decide, command, at=at("10:00", TUESDAY))
    for clock in CLOCKS[1:]:
        world.play(at(clock, TUESDAY))
    play_through(world, NYEPI, thursday)

    assert slots_sent(world, TUESDAY) == ["0730", "1130", "1530"]
    assert slots_sent(world, NYEPI) == []
    assert slots_sent(world, thursday) == ["0730", "1130", "1530"]


@pytest.mark.parametrize("lang", KNOWN)
def test_every_state_of_a_letter_can_be_said(lang: str) -> None:
    facts = {"number": "A", "start": MONDAY, "end": JUNE_3, "condition": PSBB}

    for state in ("in_force.until", "in_force.open", "to_come.until", "to_come.open", "ended.until"):
        assert phrase(f"policies.{state}", lang=lang, **facts)
    for release in ("auto", "approval"):
        assert phrase(f"policies.recap.{release}", lang=lang, deadline="16.00", offices="BKD")
