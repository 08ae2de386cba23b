"""A typed line is read as it was said or not at all: names, units, days and numbers that are not dropped."""

from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.admin import absence, exemption, holidays, links, people, reports, standing
from chalicelib.admin.rosterfields import Column
from chalicelib.chat.asking import Choose
from chalicelib.chat.table import TABLE
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.errors import LineTooLong, PersonUnknown, PieceMissing, Refusal, WordsNotUnderstood
from chalicelib.domain.people import Person
from tests.office import at, office, person

RINA = Admin("rina", "Rina", Role.BKD)
TUESDAY = date(2020, 3, 24)
ANI, BUDI, HARTONO = (
    person("Ani Lestari", id="ani", nip="198503122010012001"),
    person("Budi Santoso, S.Sos., M.Si", id="budi-s"),
    person("Budi Hartono", id="budi-h"),
)
EKO, RABU = person("Eko Prasetyo", "inspektorat", id="eko"), person("Rabu Wijaya", id="rabu")
HARI, MOH = person("Hari Santoso", id="hari"), person("Moh. Hartono", id="moh")
STAFF = (ANI, BUDI, HARTONO, EKO, RABU)


def read(line: str, *others: Person) -> object:
    return TABLE.read(line, replace(office(), people=(*STAFF, *others)), RINA, "WIB", at=at("10:00")).command


def refusal(line: str) -> Refusal:
    with pytest.raises(Refusal) as refused:
        read(line)
    return refused.value


@pytest.mark.parametrize(
    "line",
    [
        "cuti {} 24 maret 2020",
        "piket {} 24 maret 2020",
        "hapus piket {} 24 maret 2020",
        "tautan baru {}",
        "cabut tautan {}",
        "nonaktifkan {}",
        "lapor untuk {} alasan SMS",
        "ubah {} hp 0812-0000-0062",
    ],
)
def test_a_unit_beside_a_name_narrows_whom_it_may_mean(line: str) -> None:
    assert read(line.format("eko inspektorat")) == read(line.format("eko"))
    assert read(line.format("#eko inspektorat")) == read(line.format("eko"))
    for named in ("eko dinkes", "#eko dinkes"):
        assert isinstance(refusal(line.format(named)), PersonUnknown)


def test_a_unit_beside_the_name_of_somebody_exempted_narrows_it_too() -> None:
    assert isinstance(refusal("kecualikan eko dinkes sampai 31 maret 2020"), PersonUnknown)


def test_a_unit_takes_in_those_below_it() -> None:
    nurse = person("Citra Dewi", "rsud", id="citra")

    assert read("tautan baru citra dinkes", nurse) == links.IssueLinks(("citra",), ())


@pytest.mark.parametrize(("name", "bearer"), [("hari santoso", HARI), ("moh. hartono", MOH), ("moh hartono", MOH)])
def test_a_word_that_people_are_called_by_is_part_of_the_name(name: str, bearer: Person) -> None:
    assert read(f"nonaktifkan {name}", bearer) == people.Deactivate((bearer.id,))
    assert isinstance(refusal(f"nonaktifkan {name}"), PersonUnknown)


@pytest.mark.parametrize("name", ["sdr. ani lestari", "Dra. Hj. Ani Lestari, M.Si", "pegawai ani", "atas nama ani"])
def test_a_title_or_filler_that_no_name_carries_is_dropped(name: str) -> None:
    assert read(f"nonaktifkan {name}") == people.Deactivate(("ani",))


@pytest.mark.parametrize("name", ["pak eko", "Bapak Eko", "mas eko prasetyo", "bu. eko", "bu hj. eko"])
def test_words_by_which_people_are_spoken_to_are_dropped(name: str) -> None:
    assert read(f"nonaktifkan {name}") == people.Deactivate(("eko",))
    assert read("cari pak eko") == people.FindPeople("eko")


def test_such_a_word_is_never_the_beginning_of_a_name_and_stays_one_where_it_is_borne() -> None:
    ani, mas = person("Ani Budiman", id="ani-b"), person("Mas Agung", id="mas")

    with pytest.raises(Choose):
        read("nonaktifkan bu ani", ani)
    assert read("nonaktifkan mas agung", mas, person("Agung Wibowo", id="agung")) == people.Deactivate(("mas",))


def test_a_full_name_is_no_day_even_if_a_weekday_is_in_it() -> None:
    assert read("cuti rabu wijaya 24 maret 2020") == absence.SetLeave(("rabu",), TUESDAY, TUESDAY, "")


@pytest.mark.parametrize(
    "line",
    [
        "cuti ani lestari selasa dan kamis",
        "cuti ani besok, eko lusa",
        "cuti ani 24 maret 2020 dan eko 26 maret 2020",
        "piket ani lestari senin, rabu",
        "cuti ani lestri selain budi hartono 24 maret 2020",
        "lapor untuk ani lestari tidak",
        "jangan cuti ani 24 maret 2020",
        "kecualikan eselon iii ke atas sampai 31 maret 2020",
        "kecualikan eselon iii ke bawah sampai 31 maret 2020",
        "kecualikan dinkes selain ani lestari sampai 31 maret 2020",
        "kecualikan domisili selain serang sampai 31 maret 2020",
        "kecualikan pelaksana dinkes, pengawas inspektorat sampai 31 maret 2020",
        "hapus libur 25 maret 2020 jangan",
        "libur 9 april 2020: batal libur",
        "ubah ani hp 0812-0000-0062, hp 0812-0000-0063",
        "ubah ani hp 0812-0000-0062 karena hilang",
        "ubah ani jabatan Kepala Bidang mulai besok",
    ],
)
def test_what_would_turn_the_line_round_is_neither_dropped_nor_offered_away(line: str) -> None:
    assert isinstance(refusal(line), WordsNotUnderstood)


def test_a_holiday_may_be_called_by_any_other_word() -> None:
    assert read("libur 9 april 2020: hari jadi") == holidays.AddHolidays((date(2020, 4, 9),), "hari jadi", "")


def test_an_option_replaces_whole_words_and_keeps_the_others() -> None:
    with pytest.raises(Choose) as asked:
        read("cuti budiman, budi 24 maret 2020", person("Budiman Wijaya", id="budiman"))

    assert [one.line for one in asked.value.options] == [
        "cuti budiman, #budi-s 24 maret 2020",
        "cuti budiman, #budi-h 24 maret 2020",
    ]


def test_an_option_for_a_unit_is_the_whole_line() -> None:
    with pytest.raises(Choose) as asked:
        read("pindah ani ke inspktorat")

    assert [one.line for one in asked.value.options] == ["pindah ani ke inspektorat"]


def test_some_units_are_never_taken_for_one_of_them() -> None:
    assert read("kirim sekarang dinkes dan inspektorat") == reports.SendNow(None)  # all there are
    assert read("buku kirim dinkes inspektorat") == standing.ShowLedger(date(2020, 3, 23), None)
    for line in ("kirim sekarang dinkes dan rsud", "buku kirim dinkes, rsud", "kirim ulang dinkes inspektorat 0730"):
        refused = refusal(line)
        assert isinstance(refused, PieceMissing)
        assert refused.piece == "unit"


def test_the_goal_of_a_move_stands_behind_its_word() -> None:
    assert read("pindah ani dari dinkes ke inspektorat") == people.MovePeople(("ani",), "inspektorat")
    assert isinstance(refusal("pindah eko dari dinkes ke inspektorat"), PersonUnknown)
    assert isinstance(refusal("pindah ani dari dinkes"), PieceMissing)


def test_a_comma_before_a_degree_is_part_of_a_name() -> None:
    renamed = read("ubah ani nama Ani Putri, S.Kom, hp 0812-0000-0062")

    assert renamed == people.ChangePerson("ani", {"name": "Ani Putri, S.Kom", "phone": "0812-0000-0062"})


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("status 23 maret 2020", standing.SlotStatus(None, date(2020, 3, 23))),
        ("status 7.30 23 maret 2020", standing.SlotStatus("0730", date(2020, 3, 23))),
        ("kirim ulang dinkes 7.30 23 maret 2020", reports.ResendReport(date(2020, 3, 23), "0730", "dinkes")),
    ],
)
def test_a_year_is_no_slot(line: str, command: object) -> None:
    assert read(line) == command


def test_several_days_are_not_cut_to_the_first() -> None:
    refused = refusal("kirim ulang dinkes 0730 20-23 maret 2020")

    assert isinstance(refused, PieceMissing)
    assert refused.piece == "day"


def test_two_places_of_residence_are_two() -> None:
    command = read("kecualikan domisili serang dan cilegon sampai 31 maret 2020")

    assert isinstance(command, exemption.AddExemption)
    assert command.who.domiciles == ("serang", "cilegon")


@pytest.mark.parametrize(
    "line",
    [
        "cuti 198503122010012009 24 maret 2020",
        "cuti anto 1985031220100120019 24 maret 2020",
        "nonaktifkan 0812-0000-0061",
        "tenggang 10 menit 0812 0000 0061",
        "0812 0000 0061",
        "cuti #198503122010012009 24 maret 2020",
        "berlaku 0812-0000-0061",
    ],
)
def test_a_nip_or_phone_is_never_said_back(line: str) -> None:
    said = "".join(str(fact) for fact in vars(refusal(line)).values())

    assert sum(sign.isdigit() for sign in said) <= 3


def test_a_number_in_a_question_is_masked_on_the_button_and_kept_in_its_line() -> None:
    with pytest.raises(Choose) as asked:
        read("nonaktfkan 198503122010012001")

    assert "…001" in str(asked.value.options[0].label.facts["text"])
    assert read(asked.value.options[0].line) == people.Deactivate(("ani",))


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        *("cuti " + "a" * 1995, "cuti " + "A." * 997, "cuti " + "1" * 1995, "cuti " + "budi, " * 330),
        *("a@" * 1000, "maret " * 333, "(" * 2000, "penerima bkd " + "a" * 1987, "ubah ani " + "hp " * 660),
        *("kecualikan domisili " + "a " * 990, "ubah ani jabatan " + "x " * 990),
    ],
)
def test_the_longest_lines_are_read_refused_or_asked_about(line: str) -> None:
    with suppress(Refusal, Choose):  # `make bench` tells what they cost
        read(line)


def test_a_line_longer_than_any_command_is_refused() -> None:
    assert isinstance(refusal("cuti " + "a" * 2000), LineTooLong)


def test_columns_are_labelled_in_any_order() -> None:
    command = read("ubah ani email ani@banten.example.id hp: 0812-0000-0062")

    assert isinstance(command, people.ChangePerson)
    assert command.fields == {Column.EMAIL: "ani@banten.example.id", Column.PHONE: "0812-0000-0062"}
