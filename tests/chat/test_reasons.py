"""People who are called by a word for a reason are people; everywhere else the word gives the reason, and what the
reason says of days and people is asked about."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.admin import absence, attest, exemption, links, people
from chalicelib.chat.asking import Choose
from chalicelib.chat.table import TABLE
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.errors import PieceMissing, WordsNotUnderstood
from chalicelib.domain.policy import Selector
from tests.office import at, office, person

RINA = Admin("rina", "Rina", Role.BKD)
OKI = Admin("oki", "Oki", Role.OPERATOR, ("dinkes",))
MONDAY, TUESDAY = date(2020, 3, 23), date(2020, 3, 24)
STAFF = (
    person("Ani Lestari", id="ani"),
    person("Dr. Dasar Wijaya, M.Si", id="dasar"),
    person("Sri Basis Utami", id="sri"),
    person("Sebab", id="sebab"),
    person("Alasan Putra", "inspektorat", id="alasan"),
)


def read(line: str, admin: Admin = RINA) -> object:
    return TABLE.read(line, replace(office(), people=STAFF), admin, "WIB", at=at("10:00")).command


def leave(*people: str, basis: str = "") -> absence.SetLeave:
    return absence.SetLeave(people, TUESDAY, TUESDAY, basis)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("cuti Dasar Wijaya 24 maret", leave("dasar")),
        ("cuti dasar 24 maret", leave("dasar")),
        ("cuti untuk dasar 24 maret", leave("dasar")),
        ("24 maret cuti dasar wijaya", leave("dasar")),
        ("cuti ani, dasar wijaya 24 maret", leave("ani", "dasar")),
        ("cuti ani dan dasar 24 maret", leave("ani", "dasar")),
        ("cuti sri basis 24 maret", leave("sri")),
        ("cuti basis utami 24 maret", leave("sri")),
        ("cuti sebab 24 maret", leave("sebab")),
    ],
)
def test_the_word_is_a_name_first_behind_dan_and_beside_another_word_of_the_name(line: str, command: object) -> None:
    assert read(line) == command


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("cuti ani 24 maret dasar ST 12", leave("ani", basis="ST 12")),
        ("cuti ani 24 maret Dasar: Wijaya", leave("ani", basis="Wijaya")),
        ("cuti dasar wijaya 24 maret dasar ST 12", leave("dasar", basis="ST 12")),
        ("cuti sebab 24 maret karena sakit", leave("sebab", basis="sakit")),
        ("cuti wijaya 24 maret, basis ST 12", leave("dasar", basis="ST 12")),
        ("cuti ani 24 maret karena istri Dasar Wijaya sakit", leave("ani", basis="istri Dasar Wijaya sakit")),
        ("lapor untuk dasar wijaya dasar telepon", attest.Attest(("dasar",), "telepon")),
    ],
)
def test_the_word_gives_the_reason_everywhere_else(line: str, command: object) -> None:
    assert read(line) == command


def test_the_word_is_a_reason_where_its_bearer_is_out_of_sight() -> None:
    assert read("cuti alasan putra 24 maret") == leave("alasan")

    for option in options("cuti alasan putra 24 maret", OKI):
        with pytest.raises(PieceMissing) as missing:
            read(option, OKI)
        assert missing.value.piece == "people"


def options(line: str, admin: Admin = RINA) -> list[str]:
    with pytest.raises(Choose) as asked:
        read(line, admin)
    return [option.line for option in asked.value.options]


@pytest.mark.parametrize(
    ("reason", "end", "basis"),
    [
        ("karena sakit 24-27 maret 2020", date(2020, 3, 27), "sakit"),
        ("keterangan melahirkan mulai 24 maret 2020 sampai 24 juni 2020", date(2020, 6, 24), "melahirkan"),
        ("karena sakit, besok", TUESDAY, "sakit"),
        ("karena rapat di Jakarta 24-25 maret 2020", date(2020, 3, 25), "rapat di Jakarta"),
        ("dasar SK 12 tanggal 24 maret 2020", TUESDAY, "SK 12"),
        ('dasar "SK 12 tanggal 24 maret 2020"', TUESDAY, "SK 12"),
        ("karena besok", TUESDAY, ""),
    ],
)
def test_days_within_the_reason_of_a_line_that_has_none_are_asked_about(reason: str, end: date, basis: str) -> None:
    moved, today = map(read, options(f"cuti ani {reason}"))

    whole = reason.partition(" ")[2].strip('"')
    assert moved == absence.SetLeave(("ani",), TUESDAY, end, basis)
    assert today == absence.SetLeave(("ani",), MONDAY, MONDAY, whole)


def test_days_within_the_reason_that_are_no_one_period_are_never_taken_for_today_unasked() -> None:
    (today,) = options("cuti ani karena sakit 24 maret, kontrol 27 maret")

    assert read(today) == absence.SetLeave(("ani",), MONDAY, MONDAY, "sakit 24 maret, kontrol 27 maret")


def test_where_today_is_no_answer_the_reasons_days_alone_are_offered() -> None:
    (moved,) = options("kecualikan dinkes dasar SE 5 sampai 31 maret 2020")

    meant = exemption.AddExemption(Selector(units=("dinkes",)), MONDAY, date(2020, 3, 31), None, "SE 5")
    assert read(moved) == meant


@pytest.mark.parametrize(
    ("line", "basis"),
    [
        ("cuti ani 24 maret dasar SK 12 tanggal 20 maret 2020", "SK 12 tanggal 20 maret 2020"),
        ("cuti ani 24 maret dasar SK 12 tanggal 20 maret 2020, budi hadir", "SK 12 tanggal 20 maret 2020, budi hadir"),
        ('cuti ani karena "rapat, Sebab" 24 maret', "rapat, Sebab"),
    ],
)
def test_a_line_with_days_of_its_own_asks_nothing_of_its_reasons(line: str, basis: str) -> None:
    assert read(line) == leave("ani", basis=basis)


def test_a_reason_that_speaks_of_today_alone_asks_nothing() -> None:
    assert read("cuti ani karena sakit hari ini") == absence.SetLeave(("ani",), MONDAY, MONDAY, "sakit hari ini")


def test_people_behind_a_comma_of_the_reason_are_asked_about() -> None:
    also, alone = options("cuti ani 24 maret karena sakit, sri basis")

    assert read(also) == leave("ani", "sri", basis="sakit")
    assert read(alone) == leave("ani", basis="sakit, sri basis")


def test_people_with_a_reason_of_their_own_are_not_swallowed_by_the_first() -> None:
    with pytest.raises(WordsNotUnderstood) as odd:
        read("cuti ani alasan sakit, sri basis alasan nikah besok")

    assert odd.value.left == "sri basis alasan nikah besok"


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("nonaktifkan ani sebab pensiun", people.Deactivate(("ani",))),
        ("pindah ani ke inspektorat karena mutasi", people.MovePeople(("ani",), "inspektorat")),
        ("cabut tautan ani karena hilang", links.RevokeLinks(("ani",))),
        ("selesai cuti ani 24 maret karena sembuh", absence.EndAbsence(("ani",), TUESDAY)),
    ],
)
def test_a_reason_that_is_not_kept_is_said_not_to_be(line: str, command: object) -> None:
    understood = TABLE.read(line, replace(office(), people=STAFF), RINA, "WIB", at=at("10:00"))

    assert understood.command == command
    assert [note.key for note in understood.notes] == ["chat.reason_unkept"]


def test_a_command_that_holds_at_once_does_not_drop_a_day_with_its_reason() -> None:
    with pytest.raises(WordsNotUnderstood):
        read("nonaktifkan ani sebab pensiun 1 april")
