"""Holidays at the desk: one decree for each command, the later wins, and nothing past is told anew."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.admin.desk import SEED, carry_out
from chalicelib.admin.holidays import AddHolidays, Command, RemoveHolidays, ShowHolidays, answer, decide
from chalicelib.domain.calendar import Calendar, Decree, Holiday, HolidayKind
from chalicelib.domain.change import Line, changed
from chalicelib.domain.day import Office
from chalicelib.domain.errors import CalendarUnknown
from chalicelib.domain.errors_letters import NoHoliday
from chalicelib.domain.midday import Midday
from chalicelib.phrases import phrase
from tests.office import LINKED, MONDAY, NYEPI, at, calendar, office, person
from tests.world import World

TUESDAY, THURSDAY, FRIDAY, SATURDAY = (date(2020, 3, day) for day in (24, 26, 27, 28))
CLOCKS = ("07:30", "11:30", "15:30", "16:00")


def after(*commands: Command, moment: datetime = LINKED) -> Office:
    """The office after some commands."""
    found = office()
    for command in commands:
        found = changed(found, decide(command, found, at=moment).edits)
    return found


def decrees(changed_office: Office) -> tuple[Decree, ...]:
    """The decrees that commands have added."""
    return changed_office.circulars.calendar.decrees[len(calendar().decrees) :]


def texts(lines: Sequence[Line]) -> list[str]:
    """The lines in Indonesian; that they exist in English is held by the house rules."""
    return [phrase(line.key, **line.facts) for line in lines]


def warned(command: Command, moment: datetime = LINKED) -> list[str]:
    return texts(decide(command, office(), at=moment).warnings)


def test_days_are_added_by_one_regional_decree_signed_today() -> None:
    (decree,) = decrees(after(AddHolidays((FRIDAY, THURSDAY), "Libur Daerah", "003/12-Um/2020"), moment=at("10:00")))

    assert decree == Decree(
        "003/12-Um/2020",
        MONDAY,
        (2020,),
        tuple(Holiday(day, "Libur Daerah", HolidayKind.REGIONAL, "003/12-Um/2020") for day in (THURSDAY, FRIDAY)),
        entered_at=at("10:00"),
    )


def test_the_day_of_signing_is_the_governments_own() -> None:
    (decree,) = decrees(after(AddHolidays((FRIDAY,), "Libur Daerah"), moment=at("23:30").astimezone(LINKED.tzinfo)))

    assert decree.signed == MONDAY


def test_decrees_without_a_number_are_counted_and_a_number_used_twice_gets_a_count() -> None:
    found = after(
        AddHolidays((TUESDAY,), "Satu"),
        RemoveHolidays((NYEPI,)),
        AddHolidays((THURSDAY,), "Tiga", "12/2020"),
        AddHolidays((FRIDAY,), "Empat", "12/2020"),
    )

    assert [decree.number for decree in decrees(found)] == ["office-1", "office-2", "12/2020", "12/2020 (2)"]


def test_a_day_taken_back_is_a_working_day() -> None:
    found = after(RemoveHolidays((NYEPI,)))

    assert found.circulars.calendar.holiday(NYEPI) is None
    assert found.circulars.policy_on(NYEPI)


def test_of_decrees_of_one_day_the_one_entered_last_decides() -> None:
    added, removed = AddHolidays((THURSDAY,), "Libur Daerah"), RemoveHolidays((THURSDAY,))

    assert after(added).circulars.calendar.holiday(THURSDAY)
    assert after(added, removed).circulars.calendar.holiday(THURSDAY) is None
    assert after(added, removed, replace(added, name="Lagi")).circulars.calendar.holiday(THURSDAY) == Holiday(
        THURSDAY, "Lagi", HolidayKind.REGIONAL, "office-3"
    )


def test_a_decree_signed_later_decides_wherever_it_stands() -> None:
    early = Decree("1", date(2020, 3, 1), (2020,), (), removed=(THURSDAY,))
    late = Decree("2", date(2020, 3, 2), (2020,), (Holiday(THURSDAY, "Libur", HolidayKind.REGIONAL, "2"),))

    assert Calendar((late, early)).holiday(THURSDAY) == Calendar((early, late)).holiday(THURSDAY) == late.days[0]


def test_a_day_that_is_a_holiday_already_is_not_added_again() -> None:
    assert decide(AddHolidays((NYEPI,), "Nyepi"), office(), at=LINKED).edits == ()
    (decree,) = decrees(after(AddHolidays((NYEPI, THURSDAY), "Libur Daerah")))

    assert [holiday.day for holiday in decree.days] == [THURSDAY]


@pytest.mark.parametrize("days", [(THURSDAY,), (NYEPI, THURSDAY), (SATURDAY,)])
def test_a_day_that_is_no_holiday_cannot_be_taken_back(days: tuple[date, ...]) -> None:
    with pytest.raises(NoHoliday):
        decide(RemoveHolidays(days), office(), at=LINKED)


def test_in_a_year_that_nobody_has_decreed_nothing_can_be_taken_back_and_adding_is_warned_of() -> None:
    new_year = date(2031, 1, 1)

    with pytest.raises(CalendarUnknown):
        decide(RemoveHolidays((new_year,)), office(), at=LINKED)
    (warning,) = warned(AddHolidays((new_year,), "Tahun Baru"))
    assert warning.startswith("Hari libur tahun 2031 belum ditetapkan.")


def test_days_that_are_free_anyway_are_pointed_out() -> None:
    assert warned(AddHolidays((NYEPI, THURSDAY, SATURDAY), "Libur Daerah")) == [
        "Rabu, 25 Maret 2020 memang sudah libur: Hari Suci Nyepi Tahun Baru Saka 1942.",
        "Sabtu, 28 Maret 2020 memang bukan hari kerja.",
    ]


def test_days_gone_by_and_what_becomes_of_todays_slots_are_pointed_out() -> None:
    assert warned(AddHolidays((MONDAY, TUESDAY), "Libur Daerah"), at("10:00", TUESDAY)) == [
        "1 hari sudah lewat (mulai Senin, 23 Maret 2020); laporan yang terkirim tetap.",
        "Slot 11.30, 15.30 hari ini tidak dibuat lagi. Yang sudah melapor untuk 11.30 tetap tersimpan, tetapi tidak "
        "masuk laporan mana pun.",
        "Rekap 16.00 hari ini tidak dibuat lagi.",
        "Slot 07.30 hari ini sudah lewat; perubahan berlaku mulai slot berikutnya.",
    ]
    assert warned(RemoveHolidays((NYEPI,)), at("10:00", NYEPI)) == [
        "Slot 07.30 hari ini sudah lewat; perubahan berlaku mulai slot berikutnya."
    ]
    assert warned(AddHolidays((THURSDAY,), "Libur Daerah"), at("10:00", TUESDAY)) == []


@pytest.mark.parametrize("clock", ["05:00", "06:30", "07:30", "10:00", "15:45", "17:00"])
@pytest.mark.parametrize("first", ["04:00", "09:00", "12:00"])
def test_whenever_a_holiday_is_declared_or_taken_back_what_has_closed_stays_as_it_was(first: str, clock: str) -> None:
    declared = after(AddHolidays((MONDAY,), "Libur Daerah"), moment=at(first))
    moment = max(at(first), at(clock))

    taken_back = changed(declared, decide(RemoveHolidays((MONDAY,)), declared, at=moment).edits)
    again = changed(taken_back, decide(AddHolidays((MONDAY,), "Lagi"), taken_back, at=moment).edits)

    for before, later, when in (
        (office(), declared, at(first)),
        (declared, taken_back, moment),
        (taken_back, again, moment),
    ):
        today = Midday(before.circulars, later.circulars, when)
        closed = [[one for one in some.circulars.cut_offs(MONDAY) if one[1] <= when] for some in (before, later)]
        assert closed[0] == closed[1]
        assert (today.lost, today.altered) == (None, None)


@given(
    added=some.lists(some.dates(date(2020, 1, 1), date(2020, 12, 31)), min_size=1, max_size=8),
    removed=some.lists(some.sampled_from([NYEPI, date(2020, 5, 21), date(2020, 12, 25)]), min_size=1, max_size=3),
)
def test_undo_restores_the_calendar_and_the_days_are_as_was_said(added: list[date], removed: list[date]) -> None:
    for command in (AddHolidays(tuple(added), "Libur Daerah"), RemoveHolidays(tuple(removed))):
        before = office()

        change = decide(command, before, at=LINKED)

        later = changed(before, change.edits)
        assert all(
            bool(later.circulars.calendar.holiday(day)) is (command.days == tuple(added)) for day in command.days
        )
        assert changed(later, change.inverse) == before


def test_the_holidays_of_a_year_are_shown_in_order_with_the_next_one(world: World) -> None:
    found = after(AddHolidays((FRIDAY,), "Libur Daerah"), RemoveHolidays((date(2020, 12, 25),)))

    shown = answer(ShowHolidays(2020), world.registry, found, SEED, at=at("10:00", THURSDAY))

    assert shown.table
    rows = [tuple(texts([cell])[0] if isinstance(cell, Line) else cell for cell in row) for row in shown.table.rows]
    assert ("Jumat, 27 Maret 2020", "Libur Daerah", "Daerah") in rows
    assert ("Rabu, 25 Maret 2020", "Hari Suci Nyepi Tahun Baru Saka 1942", "Nasional") in rows
    assert not any("25 Desember" in str(day) for day, *_ in rows)
    assert texts([shown.title, *shown.lines])[::2] == [
        "Hari libur 2020",
        "Berikutnya: Jumat, 27 Maret 2020, Libur Daerah",
    ]


def test_a_year_that_nobody_has_decreed_is_said_to_be_unknown(world: World) -> None:
    with pytest.raises(CalendarUnknown):
        answer(ShowHolidays(2031), world.registry, office(), SEED, at=LINKED)


@pytest.mark.parametrize("kind", HolidayKind)
def test_every_kind_of_holiday_has_a_name(kind: HolidayKind) -> None:
    assert phrase(f"holiday.kind.{kind}")


@pytest.mark.parametrize(
    "command", [AddHolidays((FRIDAY,), "Libur"), RemoveHolidays((NYEPI,), "12/2020"), ShowHolidays(2020)]
)
def test_a_command_survives_being_kept_as_json(command: object) -> None:
    assert msgspec.json.decode(msgspec.json.encode(command), type=type(command)) == command


@pytest.mark.slow
def test_a_holiday_declared_at_ten_keeps_what_was_sent_and_asks_for_nothing_more_that_day(world: World) -> None:
    world.open([person("Ani")])
    world.play(at("07:30"))

    carry_out(world.registry, decide, AddHolidays((MONDAY,), "Libur Daerah"), at=at("10:00"))
    for clock in CLOCKS[1:]:
        world.play(at(clock))

    assert [sent.slot for sent in world.sent() if sent.key.unit == "dinkes"] == ["0730"]


@pytest.mark.slow
def test_nyepi_taken_back_the_day_before_has_all_its_slots(world: World) -> None:
    world.open([person("Ani")])
    world.records.ledger.advance_watermark(NYEPI)

    carry_out(world.registry, decide, RemoveHolidays((NYEPI,)), at=at("17:00", TUESDAY))
    for clock in CLOCKS:
        world.play(at(clock, NYEPI))

    assert [sent.slot for sent in world.sent() if sent.key.unit == "dinkes"] == ["0730", "1130", "1530"]
