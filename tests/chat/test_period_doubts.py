"""Words that turn a period into something else: what lifts, moves, misspells or looks back is read so, or refused.

The phrases are made up in the manner of circulars and the press.
"""

from datetime import date

import pytest

from chalicelib.chat.date_spelling import is_one_slip
from chalicelib.chat.period_grammar import PeriodRead, read_period
from chalicelib.domain.errors import PeriodUnclear, PeriodUnreadable
from chalicelib.phrases import KNOWN, phrase
from chalicelib.presets import known_calendar

JUNE = date(2020, 6, 3)
JULY = date(2021, 7, 20)
Ends = tuple[date | None, date | None]


def read(text: str, today: date) -> PeriodRead:
    return read_period(text, today=today, calendar=known_calendar(today))


def ends(text: str, today: date) -> Ends:
    found = read(text, today)
    assert (found.condition, found.lifts) == (None, False)
    return found.start, found.end


# What ends a rule


@pytest.mark.parametrize(
    "text",
    [
        "WFH dihapus mulai 5 Juni 2020",
        "PSBB dihentikan terhitung 5 Juni",
        "mulai 5 Juni penyekatan ditiadakan",
        "menghapus SIKM mulai 5 Juni 2020",
        "penghapusan SIKM, mulai berlaku Jumat (5/6)",
        "pencabutan PSBB berlaku mulai 5 Juni 2020",
        "WFH diakhiri per 5 Juni 2020",
        "Curfew scrapped starting June 5, 2020",
        "The PSBB is no longer in effect as of June 5",
        "PSBB diakiri mulai 5 Juni 2020",
    ],
)
def test_a_rule_that_is_ended_from_a_day_on_holds_until_the_day_before(text: str) -> None:
    found = read(text, JUNE)

    assert (found.start, found.end, found.lifts) == (None, date(2020, 6, 4), True)


@pytest.mark.parametrize("text", ["the policy ended on 5 June 2020", "PPKM dihapus 5 Juni 2020"])
def test_a_rule_that_ends_on_a_day_is_asked_about_that_day(text: str) -> None:
    with pytest.raises(PeriodUnclear):
        read(text, JUNE)


@pytest.mark.parametrize(
    "text",
    [
        "Layanan tatap muka dihentikan sementara mulai 8 Juni 2020",
        "Transportasi umum selama PSBB dihentikan mulai 8 Juni",
        "mulai 5 Juni ASN kembali bekerja di kantor",
        "ASN masuk seperti biasa mulai 5 Juni",
        "offices reopen on June 8",
        "ASN tidak lagi WFH mulai 5 Juni 2020",
        "PSBB tidak diperpanjang mulai 5 Juni",
        "PSBB akan dilonggarkan mulai 5 Juni",
        "PSBB diganti PSBB transisi mulai 5 Juni",
        "PSBB batal dicabut mulai 5 Juni 2020",
        "rencana pencabutan PSBB 5 Juni ditunda",
        "izin dicabut hingga 30 Juni 2020",
        "mulai 5 Juni 2020 WFH tidak berlaku bagi sektor esensial",
        "PSBB berakhir mulai 5 Juni",
    ],
)
def test_what_may_lift_or_may_be_the_measure_itself_is_refused(text: str) -> None:
    with pytest.raises(PeriodUnreadable):
        read(text, JUNE)


def test_a_service_that_is_stopped_from_one_day_to_another_is_a_period_of_its_own() -> None:
    assert ends("CFD ditiadakan mulai 7 Juni hingga 28 Juni 2020", JUNE) == (date(2020, 6, 7), date(2020, 6, 28))


# An old value beside the new one


@pytest.mark.parametrize(
    "text",
    [
        "WFH yang tadinya sampai 5 Juni menjadi 19 Juni 2020",
        "diperpanjang sampai 19 Juni dari sebelumnya 5 Juni",
        "hingga 19 Juni 2020 yang seharusnya berakhir 5 Juni 2020",
        "perpanjangan dari semula 5 Juni menjadi 19 Juni",
    ],
)
def test_an_end_that_replaces_another_is_the_end(text: str) -> None:
    assert ends(text, JUNE) == (None, date(2020, 6, 19))


@pytest.mark.parametrize(
    "text",
    [
        "semula 5 Juni 2020 menjadi 19 Juni 2020",
        "cuti bersama digeser dari 5 Juni hingga 19 Juni 2020",
        "jadwal masuk diundur 19 Juni 2020",
        "diperpanjang dari 5 Juni hingga 19 Juni 2020",
        "extended to June 19 from June 5",
        "tertulis 9 Juni, seharusnya 19 Juni 2020",
        "until June 19 instead of June 5",
        "5-19 Juni dan diperpanjang 14 hari",
        "sebelumnya PSBB berlaku 5-19 Juni",
    ],
)
def test_two_days_of_which_one_may_be_the_old_one_are_refused(text: str) -> None:
    with pytest.raises(PeriodUnreadable):
        read(text, JUNE)


@pytest.mark.parametrize(
    "text",
    [
        "mulai 5 Juni – 19 Juni 2020 atau menunggu pengumuman berikutnya",
        "sampai 19 Juni atau bila sudah ada keputusan Gubernur",
        "until June 19 or until further notice",
        "24 atau 25 Juni",
        "mulai 5 Juni 2020 sampai PSBB dicabut atau 30 Juni 2020",
    ],
)
def test_another_end_that_may_come_as_well_is_refused(text: str) -> None:
    with pytest.raises(PeriodUnreadable):
        read(text, JUNE)


# Looking back


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("in force since Monday and valid until July 25", date(2021, 7, 19), date(2021, 7, 25)),
        ("berlaku sejak Jumat lalu", date(2021, 7, 16), None),
        ("berlaku sejak Senin pekan lalu", date(2021, 7, 12), None),
        ("berlaku sejak kemarin hingga 25 Juli", date(2021, 7, 19), date(2021, 7, 25)),
        ("sejak 20 Maret silam", date(2021, 3, 20), None),
        ("mulai berlaku kemarin pada tanggal 19 Juli 2021", date(2021, 7, 19), None),
        ("mulai Kamis malam (15/7)", date(2021, 7, 15), None),
    ],
)
def test_words_that_look_back_mean_the_last_such_day(text: str, start: date, end: date | None) -> None:
    assert ends(text, JULY) == (start, end)


def test_a_weekday_of_next_week_is_of_that_week_whichever_day_is_today() -> None:
    expected = (date(2021, 7, 26), date(2021, 8, 2))

    assert ends("mulai Senin pekan depan hingga 2 Agustus 2021", date(2021, 7, 19)) == expected
    assert ends("mulai Senin pekan depan hingga 2 Agustus 2021", date(2021, 7, 24)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "sejak Kamis hingga 25 Juli",
        "telah berlaku Senin",
        "mulai 20 Maret ASN bekerja dari rumah",
        "sejak dua pekan lalu",
        "sudah sepekan sejak 13 Juli",
        "24 Desember untuk Natal 2022",
        "sampai 31 Maret tahun depan",
        "berlaku sejak pekan lalu hingga 25 Juli",
        "25 Juli lalu",
        "Rabu sampai Jumat pekan depan",
        "mulai Kamis di seluruh kota (23/7)",
    ],
)
def test_a_day_whose_week_or_year_the_words_leave_open_is_refused(text: str) -> None:
    with pytest.raises(PeriodUnreadable):
        read(text, JULY)


# Slips of the pen


@pytest.mark.parametrize("typed", ["hibgga", "higga", "sampia", "smapai"])
def test_a_long_word_with_one_slip_is_read_and_the_slip_is_told(typed: str) -> None:
    found = read(f"PPKM {typed} 26 Juli 2021", JULY)

    (warning,) = found.warnings
    assert (found.start, found.end) == (None, date(2021, 7, 26))
    assert (warning.key, warning.facts["typed"]) == ("period.misspelled", typed)


@pytest.mark.parametrize("lang", KNOWN)
def test_a_slip_is_told_in_both_languages(lang: str) -> None:
    assert "hibgga" in phrase("period.misspelled", lang=lang, typed="hibgga", meant="hingga")


def test_a_misspelled_month_behind_a_number_is_the_month() -> None:
    assert ends("diperpanjang hingga 7 Feberuari 2022", JULY) == (None, date(2022, 2, 7))


@pytest.mark.parametrize("text", ["PPKM muali 26 Juli", "PPKM sejk 26 Juli", "valid untill 31 July", "form 26 July"])
def test_a_short_word_that_may_be_misspelled_before_a_date_is_refused(text: str) -> None:
    with pytest.raises(PeriodUnreadable):
        read(text, JULY)


@pytest.mark.parametrize(
    "names", ["ani", "angga", "mulyadi", "dani, sari", "padma", "dinkes", "dinkes rangga", "tia", "hani", "ade", "adri"]
)
def test_names_beside_a_date_are_left_alone(names: str) -> None:
    expected = (date(2021, 7, 21), date(2021, 7, 23))

    assert ends(f"{names} 21-23 juli 2021", JULY) == expected
    assert ends(f"21-23 juli 2021: {names}, budi santoso", JULY) == expected
    assert read(f"{names} 21-23 juli", JULY).spans == ((len(names) + 1, len(names) + 11),)


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [("hibgga", "hingga", True), ("apda", "pada", True), ("mulai", "mulai", False), ("angga", "hingga", False)],
)
def test_one_slip_is_one_letter_or_two_that_changed_places(one: str, other: str, slips: bool) -> None:
    assert is_one_slip(one, other) is slips


# More ways to say it


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("told to stay at home until Oct. 21", None, date(2021, 10, 21)),
        ("9th to 22nd August", date(2021, 8, 9), date(2021, 8, 22)),
        ("UNTIL 13TH AUGUST", None, date(2021, 8, 13)),
        ("until akhir Agustus", None, date(2021, 8, 31)),
        ("selama 3 hari sampai dengan 23 Juli", None, date(2021, 7, 23)),
        ("hingga dengan 23 Juli", None, date(2021, 7, 23)),
        ("sampai dengan dengan tanggal 23 Juli 2021", None, date(2021, 7, 23)),
        ("mulai tanggal 4-6 (Agustus)", date(2021, 8, 4), date(2021, 8, 6)),
        ("between July 21 and July 30", date(2021, 7, 21), date(2021, 7, 30)),
        ("antara tanggal 21 dan 30 Juli", date(2021, 7, 21), date(2021, 7, 30)),
        ("pada 21, 22, dan 23 Juli 2021", date(2021, 7, 21), date(2021, 7, 23)),
        ("Kamis (22/7) dan Jumat (23/7)", date(2021, 7, 22), date(2021, 7, 23)),
        ("a 14-day partial lockdown as of July 21", date(2021, 7, 21), date(2021, 8, 3)),
        ("per 21 Juli hingga dua pekan ke depan", date(2021, 7, 21), date(2021, 8, 3)),
        ("mulai 20 Juli 2021 / 10 Zulhijah 1442 H s.d. 30 Juli 2021", date(2021, 7, 20), date(2021, 7, 30)),
        ("took effect on July 19 and is valid until July 30", date(2021, 7, 19), date(2021, 7, 30)),
        ("until July 30, and will be evaluated according to the situation", None, date(2021, 7, 30)),
        ("WFH until July 30, Tuesday (20/7/2021)", None, date(2021, 7, 30)),
    ],
)
def test_what_the_press_writes_otherwise_is_read(text: str, start: date | None, end: date) -> None:
    assert ends(text, JULY) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "21, 22, dan 26 Juli 2021",
        "mulai 10 Zulhijah 1442 H hingga 30 Juli 2021",
        "mulai 21 Juli hingga tiga hari setelah Lebaran",
        "mulai 21 Juli sampai beberapa pekan ke depan",
        "effective immediately until July 30",
        "WFH diterapkan 21 Juli 2021",
        "batas waktu pelaporan 21 Juli 2021",
        "masa berlaku habis bagi seluruh ASN pada 21 Juli 2021",
        "pengumuman itu disampaikan pada 21 Juli 2021",
        "from around July 25",
    ],
)
def test_a_half_that_would_pass_for_the_whole_is_refused(text: str) -> None:
    with pytest.raises(PeriodUnreadable):
        read(text, JULY)


def test_a_bare_duration_before_an_end_is_still_asked() -> None:
    with pytest.raises(PeriodUnclear):
        read("14 hari hingga 31 Juli", JULY)
