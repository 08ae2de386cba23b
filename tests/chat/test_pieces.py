"""What a typed line is read as, before anything is decided: order, case, names and what is left over."""

from dataclasses import replace
from datetime import date, time

import pytest

from chalicelib.admin import absence, duty, exemption, holidays, people, policy, reports, standing, workday
from chalicelib.chat.asking import Choose
from chalicelib.chat.table import TABLE, talks
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.day import Office
from chalicelib.domain.errors import (
    ClockImpossible,
    CommandUnknown,
    PeriodUnreadable,
    PersonUnknown,
    PieceMissing,
    WordsNotUnderstood,
)
from tests.office import at, office, person

RINA = Admin("rina", "Rina", Role.BKD)
OKI = Admin("oki", "Oki", Role.OPERATOR, ("dinkes",))
TUESDAY, FRIDAY = date(2020, 3, 24), date(2020, 3, 27)
STAFF = (
    person("Ani Lestari", id="ani", nip="198503122010012001"),
    person("Budi Santoso, S.Sos., M.Si", id="budi-s"),
    person("Budi Hartono", id="budi-h"),
    person("Budiman Wijaya", id="budiman"),
    person("Eko Prasetyo", "inspektorat", id="eko"),
)


def bureau() -> Office:
    return replace(office(), people=STAFF)


def read(line: str, admin: Admin = RINA) -> object:
    return TABLE.read(line, bureau(), admin, "WIB", at=at("10:00")).command


@pytest.mark.parametrize(
    "line",
    [
        "cuti ani 24-27 maret 2020",
        "CUTI Ani Lestari 24–27 Maret 2020",
        "24-27 maret 2020 ani cuti",
        "tolong cuti utk ani lestari 24 s/d 27 maret 2020".replace("utk", "untuk"),
        "/hadir cuti 198503122010012001 24 sampai 27 maret 2020",
        "cuti #ani 24-27/3/2020",
    ],
)
def test_order_case_politeness_and_ways_to_name_somebody_are_free(line: str) -> None:
    assert read(line) == absence.SetLeave(("ani",), TUESDAY, FRIDAY, "")


def test_titles_after_a_name_are_not_people() -> None:
    assert read("piket 24 maret 2020: Budi Santoso, S.Sos., M.Si, ani") == duty.SetPiket(
        ("budi-s", "ani"), TUESDAY, TUESDAY, ""
    )


def test_a_name_that_several_bear_is_answered_by_a_choice_whose_lines_mean_one_each() -> None:
    with pytest.raises(Choose) as asked:
        read("cuti budi 24 maret 2020")

    meant = [read(option.line) for option in asked.value.options]
    assert meant == [absence.SetLeave((one,), TUESDAY, TUESDAY, "") for one in ("budi-s", "budi-h")]


def test_a_misspelled_name_is_offered_and_never_taken_for_granted() -> None:
    with pytest.raises(Choose) as asked:
        read("cuti ani lestri 24 maret 2020")

    assert [read(option.line) for option in asked.value.options] == [absence.SetLeave(("ani",), TUESDAY, TUESDAY, "")]


def test_an_operator_finds_no_name_of_another_agency() -> None:
    with pytest.raises(PersonUnknown):
        read("cuti eko 24 maret 2020", OKI)
    with pytest.raises(PersonUnknown):
        read("cuti #eko 24 maret 2020", OKI)


def test_half_a_line_is_not_carried_out() -> None:
    with pytest.raises(WordsNotUnderstood) as odd:
        read("tenggang 10 menit kecuali hari jumat pagi")

    assert "jumat" in odd.value.left


def test_what_is_missing_is_named_with_the_command_it_is_missing_for() -> None:
    with pytest.raises(PieceMissing) as missing:
        read("tautan baru")

    assert (missing.value.piece, missing.value.verb) == ("people", "link.issue")


@pytest.mark.parametrize(
    "line",
    [
        "cuti ani {}",
        "dinas luar ani {}",
        "piket ani {}",
        "hapus piket ani {}",
        "tukar piket ani dengan eko {}",
        "kecualikan ani {}",
        "libur {}",
        "hapus libur {}",
        "perpanjang {}",
        "berlaku {}",
        "terapkan banten-2020 {}",
        "ganti edaran 800/734-BKD/2020 banten-2020 nomor 800/899-BKD/2020 {}",
        "status {}",
    ],
)
@pytest.mark.parametrize("words", ["dicabut mulai 5 april 2020", "dicabut per 5 april 2020", "dicabut 5 april 2020"])
def test_words_that_lift_something_set_nothing(line: str, words: str) -> None:
    with pytest.raises((WordsNotUnderstood, PeriodUnreadable)) as refused:
        read(line.format(words))

    assert "dicabut" in str(refused.value.facts.values())


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("cabut PSBB mulai 5 april 2020", policy.Lift(None, "PSBB", date(2020, 4, 4))),
        (
            "akhiri pengecualian kecuali-1 dicabut mulai 5 april 2020",
            exemption.EndExemption("kecuali-1", date(2020, 4, 4)),
        ),
        ("akhiri cuti ani dicabut per 5 april 2020", absence.EndAbsence(("ani",), date(2020, 4, 4))),
    ],
)
def test_words_that_lift_something_are_read_where_something_ends(line: str, command: object) -> None:
    assert read(line) == command


def test_a_line_that_sets_nothing_shows_how_its_command_is_typed() -> None:
    with pytest.raises(WordsNotUnderstood) as odd:
        read("cuti ani dicabut mulai 5 april 2020")

    assert (odd.value.left, odd.value.verb) == ("dicabut mulai 5 april 2020", "absence.leave")


def test_a_line_like_nothing_is_refused() -> None:
    with pytest.raises(CommandUnknown):
        read("xyzzy plugh")


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("cbut tautan ani", {"cabut tautan ani"}),
        ("perpanjng sampai 13 mei 2020", {"perpanjang sampai 13 mei 2020"}),
        ("tukr piket ani dengan eko", {"tukar piket ani dengan eko"}),
    ],
)
def test_a_near_miss_is_a_question_with_each_meaning_once(line: str, meant: set[str]) -> None:
    with pytest.raises(Choose) as asked:
        read(line)

    lines = [option.line for option in asked.value.options]
    assert len(lines) == len(set(lines))
    assert meant <= set(lines)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("jam kerja senin-kamis 07.30-15.30", workday.SetHours(None, (0, 1, 2, 3), time(7, 30), time(15, 30))),
        ("jam kerja jumat 7.00 s.d. 11.30", workday.SetHours(None, (4,), time(7), time(11, 30))),
        ("atur slot 7.30, 11:30 dan 15.00", workday.SetSlots(None, (time(7, 30), time(11, 30), time(15)))),
        ("tenggang 10 menit slot 0730", workday.SetLead(None, 10, "0730")),
        ("radius 1.000 m", workday.SetLimits(None, 1000, None)),
        ("penerima bkd bkd@banten.example.id", workday.SetRecipients("bkd", None, "", ("bkd@banten.example.id",))),
        ("perpanjang 800/734-BKD/2020 sampai 13 mei 2020", policy.Extend("banten-2020", date(2020, 5, 13), None)),
        ("cabut PSBB per 4 Juni 2020", policy.Lift(None, "PSBB", date(2020, 6, 3))),
        ("pindah ani ke inspektorat", people.MovePeople(("ani",), "inspektorat")),
        ("status 7.30", standing.SlotStatus("0730", date(2020, 3, 23))),
        ("koreksi dinkes 0730 23-03-2020", reports.CorrectReport(date(2020, 3, 23), "0730", ("dinkes",))),
    ],
)
def test_a_line_becomes_one_command_of_resolved_values(line: str, command: object) -> None:
    assert read(line) == command


@pytest.mark.parametrize("topic", ["edaran", "pegawai", "slot", "piket"])
def test_a_topic_of_the_help_may_be_a_word_that_says_nothing_elsewhere(topic: str) -> None:
    assert read(f"bantuan {topic}") == talks.Help(topic)


def test_a_holiday_to_be_removed_is_not_warned_of_for_being_one() -> None:
    understood = TABLE.read("hapus libur 25 maret 2020", bureau(), RINA, "WIB", at=at("10:00"))

    assert understood.command == holidays.RemoveHolidays((date(2020, 3, 25),))
    assert understood.notes == ()


@pytest.mark.parametrize(
    "line", ["atur slot 07.30 11.30 24.00", "jam kerja 08.00-24.00", "rekap 24.00", "status 24.00"]
)
def test_a_time_that_no_day_has_is_refused(line: str) -> None:
    with pytest.raises(ClockImpossible) as refused:
        read(line)

    assert refused.value.text == "24.00"


@pytest.mark.parametrize("line", ["libur besok", "libur 24 maret 2020 dasar SK 12"])
def test_a_holiday_without_a_name_is_not_added(line: str) -> None:
    with pytest.raises(PieceMissing) as missing:
        read(line)

    assert missing.value.piece == "holiday.name"


@pytest.mark.parametrize("line", ["libur karena banjir 24 maret 2020", "libur besok karena banjir"])
def test_a_holiday_is_called_by_what_it_is_for(line: str) -> None:
    assert read(line) == holidays.AddHolidays((TUESDAY,), "banjir")


@pytest.mark.parametrize("line", ["ani sakit hari ini", "hari ini ani sakit", "ani sakit today"])
def test_words_that_say_a_day_are_no_command_beside_another(line: str) -> None:
    assert read(line) == absence.SetLeave(("ani",), date(2020, 3, 23), date(2020, 3, 23), "")


@pytest.mark.parametrize(
    ("line", "last_day"),
    [
        ("batal cuti ani", date(2020, 3, 23)),
        ("batalkan cuti ani 26 maret 2020", date(2020, 3, 25)),
        ("selesai cuti ani 26 maret 2020", date(2020, 3, 26)),
    ],
)
def test_what_is_called_off_from_a_day_on_ended_on_its_eve(line: str, last_day: date) -> None:
    assert read(line) == absence.EndAbsence(("ani",), last_day)


def test_a_leave_is_not_called_off_for_some_days_in_its_middle() -> None:
    with pytest.raises(PieceMissing) as missing:
        read("batal cuti ani 25-26 maret 2020")

    assert missing.value.piece == "day"


def test_a_lifting_that_names_nothing_offers_the_letter_in_force() -> None:
    with pytest.raises(Choose) as asked:
        read("cabut edaran per 25 maret 2020")

    (option,) = asked.value.options
    assert read(option.line) == policy.Lift("banten-2020", "", TUESDAY)


@pytest.mark.parametrize("line", ["audit -1", "urungkan -1"])
def test_a_number_below_nothing_is_no_number_of_a_change(line: str) -> None:
    with pytest.raises(WordsNotUnderstood):
        read(line)


@pytest.mark.parametrize("mark", ["\u200f", "\u200e", "\u2068", "\ufeff"])
def test_a_mark_of_the_writing_direction_is_not_read(mark: str) -> None:
    assert read(f"{mark}cuti {mark}ani 24 maret 2020") == absence.SetLeave(("ani",), TUESDAY, TUESDAY, "")


@pytest.mark.parametrize(
    ("line", "is_kept"),
    [
        ("cuti ani besok", True),
        ("cutii ani besok", True),
        ("halo saya oki", False),
        ("tautkan kode", False),
        ("bantuan", False),
        ("halo, saya admin dinkes", False),
    ],
)
def test_only_what_begins_like_a_command_of_the_office_asks_for_something(line: str, is_kept: bool) -> None:
    assert TABLE.asks_for(line, anywhere=False) is is_kept


def test_a_command_in_the_middle_of_a_line_asks_for_something_where_it_may_stand_anywhere() -> None:
    assert TABLE.asks_for("besok ani cuti", anywhere=True)
    assert not TABLE.asks_for("halo saya oki", anywhere=True)


@pytest.mark.parametrize(
    "line",
    [
        "tautkan ABCD-EFGH",
        "tautkan: ABCD-EFGH",
        "tautkan kode ABCD-EFGH",
        "Tautkan abcd-efgh.",
        "kode: abcd efgh",
        "/start ABCDEFGH",
        "ABCD-EFGH",
        " *ABCD–EFGH* ",
    ],
)
def test_a_code_is_read_with_the_words_and_signs_around_it(line: str) -> None:
    assert "".join(sign for sign in talks.read_code(line) or "" if sign.isalnum()).upper() == "ABCDEFGH"


@pytest.mark.parametrize("line", ["kalender", "cuti budi", "20200324", "cuti ani besok", "banten-2020", "hari ini"])
def test_a_line_that_is_no_code_is_not_read_as_one(line: str) -> None:
    assert talks.read_code(line) is None
