"""Periods as admins type them and circulars say them: what is read, what is asked and what is refused."""

import re
from datetime import date

import pytest

from chalicelib.chat.date_words import MAX_CHARS
from chalicelib.chat.period_grammar import PeriodRead, read_period
from chalicelib.chat.period_words import echo
from chalicelib.domain.change import Line
from chalicelib.domain.errors import DateImpossible, PeriodReversed, PeriodUnclear, PeriodUnreadable
from chalicelib.phrases import KNOWN, phrase
from chalicelib.presets import known_calendar

SUNDAY = date(2020, 3, 22)
SUMMER = date(2023, 8, 25)
Ends = tuple[date | None, date | None]


def read(text: str, today: date = SUNDAY) -> PeriodRead:
    return read_period(text, today=today)


def ends(text: str, today: date = SUNDAY) -> Ends:
    found = read(text, today)
    return found.start, found.end


def march(start: int, end: int) -> Ends:
    return date(2020, 3, start), date(2020, 3, end)


def warned(text: str, today: date = SUNDAY) -> dict[str, dict[str, object]]:
    return {note.key.removeprefix("period."): dict(note.facts) for note in read(text, today).warnings}


def said(text: str, today: date = SUNDAY) -> tuple[str, ...]:
    """The pieces of the text that were read."""
    return tuple(text[slice(*span)] for span in read(text, today).spans)


# Both ends


@pytest.mark.parametrize(
    "text",
    [
        "23–31 Maret",
        "23—31 Maret",
        "23-31 March 2020",
        "March 23-31, 2020",
        "23 s/d 31 maret",
        "23 s.d. 31 Maret 2020",
        "23 sd 31 Mar 2020",
        "23 SD 31 MARET",
        "23 hingga 31 Maret",
        "23 Maret to 31 March",
        "from 23 March until 31 March 2020",
        "the 23rd through the 31st of March 2020",
        "23/3 - 31/3",
        "23-31/3/2020",
        "TMT 23-3-2020 s.d. 31-3-2020",
        "2020-03-23 till 2020-03-31",
        "23.03.2020 – 31.03.2020",
        "Senin, 23 s.d. Selasa, 31 Maret 2020",
        "sampai dengan tgl. 31 Maret terhitung mulai tgl. 23 Maret",
        "mulai 23 Maret sampai 31",
        "tanggal dua puluh tiga Maret s.d. tiga puluh satu Maret 2020",
        "9 hari mulai 23 Maret",
        "berlaku 23-31 maret 2020",
    ],
)
def test_the_first_circulars_period_is_read_however_it_is_written(text: str) -> None:
    assert ends(text) == march(23, 31)


@pytest.mark.parametrize(
    ("text", "today", "start", "end"),
    [
        ("28 Agustus 2023 s/d 28 September 2023", SUMMER, date(2023, 8, 28), date(2023, 9, 28)),
        ("18 hingga 31 Maret", SUNDAY, date(2020, 3, 18), date(2020, 3, 31)),
        ("14 Pebruari - 2 Maret 2020", SUNDAY, date(2020, 2, 14), date(2020, 3, 2)),
        ("30 Okt s.d. 5 Nopember 2023", SUMMER, date(2023, 10, 30), date(2023, 11, 5)),
        ("28 Agt - 4 Sept 2023", SUMMER, date(2023, 8, 28), date(2023, 9, 4)),
        ("28 Ags - 4 Des 2023", SUMMER, date(2023, 8, 28), date(2023, 12, 4)),
        ("hari ini sampai lusa", SUNDAY, date(2020, 3, 22), date(2020, 3, 24)),
        ("Senin s.d. Jumat", SUNDAY, date(2020, 3, 23), date(2020, 3, 27)),
        ("mulai besok s.d. jum'at", SUNDAY, date(2020, 3, 23), date(2020, 3, 27)),
        ("pekan depan", SUNDAY, date(2020, 3, 23), date(2020, 3, 29)),
        ("selama bulan April 2020", SUNDAY, date(2020, 4, 1), date(2020, 4, 30)),
        ("pada tanggal 30 dan 31 Maret 2020", SUNDAY, date(2020, 3, 30), date(2020, 3, 31)),
        ("Senin-Jumat (23-27 Maret 2020)", SUNDAY, date(2020, 3, 23), date(2020, 3, 27)),
        ("pada Selasa dan Rabu, 24-25 Maret 2020", SUNDAY, date(2020, 3, 24), date(2020, 3, 25)),
        ("mulai pukul 00.00 WIB tanggal 23 Maret s.d. pukul 24.00 WIB tanggal 25 Maret", SUNDAY, *march(23, 25)),
        ("23 Maret pukul 07.30 sampai 25 Maret pukul 15.30", SUNDAY, *march(23, 25)),
        ("Senin s.d. Jumat, 27 Maret 2020", SUNDAY, date(2020, 3, 23), date(2020, 3, 27)),
    ],
)
def test_a_period_with_both_ends_is_read(text: str, today: date, start: date, end: date) -> None:
    assert ends(text, today) == (start, end)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("besok", date(2020, 3, 23)),
        ("lusa", date(2020, 3, 24)),
        ("hari ini", SUNDAY),
        ("tomorrow", date(2020, 3, 23)),
        ("Jumat", date(2020, 3, 27)),
        ("Minggu", SUNDAY),
        ("Jumat depan", date(2020, 3, 27)),
        ("3/4", date(2020, 4, 3)),
        ("1/4/2020", date(2020, 4, 1)),
        ("1/4/20", date(2020, 4, 1)),
        ("01.04.2020", date(2020, 4, 1)),
        ("2020-04-01", date(2020, 4, 1)),
        ("akhir Maret", date(2020, 3, 31)),
        ("07.00 WIB - 15.00 WIB 24 Maret", date(2020, 3, 24)),
        ("pukul 07.00 sampai 15.00 24 Maret", date(2020, 3, 24)),
    ],
)
def test_a_single_day_is_both_ends(text: str, day: date) -> None:
    assert ends(text) == (day, day)


# One end, or none


@pytest.mark.parametrize(
    "opener", ["mulai", "sejak", "dari", "berlaku", "TMT", "per", "from", "terhitung mulai tanggal"]
)
def test_a_start_alone_leaves_the_end_open(opener: str) -> None:
    found = read(f"{opener} 1-4-2020")

    assert (found.start, found.end, found.condition) == (date(2020, 4, 1), None, None)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("s.d. 31 Maret", date(2020, 3, 31)),
        ("Sampai Akhir Maret, ASN Tangsel Work From Home", date(2020, 3, 31)),
        ("diperpanjang hingga 13 Mei 2020", date(2020, 5, 13)),
        ("perpanjang sampai 13 mei 2020", date(2020, 5, 13)),
        ("diperpanjang 14 hari hingga 13 Mei 2020", date(2020, 5, 13)),
        ("pencegahan Covid 19 sampai 31 Maret 2020", date(2020, 3, 31)),
        ("semula berakhir 31 Maret 2020 diperpanjang sampai 13 Mei 2020", date(2020, 5, 13)),
    ],
)
def test_an_end_alone_keeps_the_start_that_holds(text: str, end: date) -> None:
    assert ends(text) == (None, end)


@pytest.mark.parametrize(
    ("text", "start", "condition"),
    [
        ("sampai PSBB dicabut", None, "PSBB dicabut"),
        ("until PSBB is lifted", None, "PSBB is lifted"),
        ("sampai pemberitahuan lebih lanjut", None, "pemberitahuan lebih lanjut"),
        ("hingga batas waktu yang belum ditentukan", None, "batas waktu yang belum ditentukan"),
        ("until further\n notice", None, "further notice"),
        ("23 Maret 2020 s/d selesai", date(2020, 3, 23), "selesai"),
        (
            "mulai Sabtu 16 Mei 2020 sampai dengan dicabutnya penetapan PSBB",
            date(2020, 5, 16),
            "dicabutnya penetapan PSBB",
        ),
    ],
)
def test_a_condition_ends_an_open_period(text: str, start: date | None, condition: str) -> None:
    found = read(text)

    assert (found.start, found.end, found.condition, found.lifts) == (start, None, condition, False)


# Durations


@pytest.mark.parametrize(
    ("text", "today", "end"),
    [
        ("seminggu mulai 23 Maret", SUNDAY, date(2020, 3, 29)),
        ("2 pekan mulai 23 Maret", SUNDAY, date(2020, 4, 5)),
        ("14 hari sejak 1 April", SUNDAY, date(2020, 4, 14)),
        ("1 April selama 14 hari", SUNDAY, date(2020, 4, 14)),
        ("1 bulan mulai 28 Agustus 2023", SUMMER, date(2023, 9, 27)),
        ("sebulan mulai 31 Januari 2023", SUMMER, date(2023, 2, 28)),
        ("one month starting 28 August 2023", SUMMER, date(2023, 9, 27)),
    ],
)
def test_a_duration_ends_on_the_eve_of_its_return(text: str, today: date, end: date) -> None:
    assert read(text, today).end == end


def test_working_days_are_counted_without_weekends_and_holidays() -> None:
    found = read("5 hari kerja mulai 23 Maret 2020")

    assert (found.start, found.end) == (date(2020, 3, 23), date(2020, 3, 30))


def test_the_end_that_a_letter_names_wins_over_its_duration_and_the_difference_is_told() -> None:
    text = "1 (satu) bulan mulai tanggal 28 Agustus 2023 s/d tanggal 28 September 2023"

    assert ends(text, SUMMER) == (date(2023, 8, 28), date(2023, 9, 28))
    assert warned(text, SUMMER)["duration_differs"] == {
        "duration": "1 (satu) bulan",
        "counted": date(2023, 9, 27),
        "end": date(2023, 9, 28),
    }


# Lifting


@pytest.mark.parametrize(
    "text",
    [
        "cabut PSBB per 4 Juni 2020",
        "PSBB dicabut mulai 4 Juni 2020",
        "PSBB dicabut TMT 4-6-2020",
        "mulai 4 Juni 2020 PSBB dicabut",
        "PSBB is lifted from 4 June 2020",
        "PSBB tidak berlaku lagi mulai 4 Juni 2020",
        "PSBB dicabut, terakhir s.d. 3 Juni 2020",
    ],
)
def test_what_is_lifted_from_a_day_on_holds_until_the_day_before(text: str) -> None:
    found = read(text)

    assert (found.start, found.end, found.lifts) == (None, date(2020, 6, 3), True)


def test_a_lifting_without_a_day_is_left_to_the_one_who_asks() -> None:
    found = read("cabut PSBB")

    assert (found.start, found.end, found.condition, found.lifts) == (None, None, None, True)


# What is asked


@pytest.mark.parametrize(
    ("text", "unclear", "meant"),
    [
        ("cabut PSBB tanggal 4 Juni 2020", "tanggal 4 Juni 2020", [(None, date(2020, 6, 3)), (None, date(2020, 6, 4))]),
        ("perpanjang 13 Mei 2020", "13 Mei 2020", [(None, date(2020, 5, 13)), (date(2020, 5, 13), date(2020, 5, 13))]),
        ("seminggu", "seminggu", [march(22, 28), march(23, 29)]),
        ("minggu depan", "minggu depan", [march(23, 29), march(29, 29)]),
        ("mulai minggu depan", "minggu depan", [(date(2020, 3, 23), None), (date(2020, 3, 29), None)]),
        ("sampai pekan depan", "pekan depan", [(None, date(2020, 3, 27)), (None, date(2020, 3, 29))]),
        ("sampai April 2020", "April 2020", [(None, date(2020, 3, 31)), (None, date(2020, 4, 30))]),
        ("14 hari hingga 31 Maret", "14 hari hingga 31 Maret", [march(18, 31), (None, date(2020, 3, 31))]),
        (
            "sampai PSBB dicabut mulai 4 Juni 2020",
            "sampai PSBB dicabut mulai 4 Juni 2020",
            [(date(2020, 6, 4), None), (None, date(2020, 6, 3))],
        ),
    ],
)
def test_words_that_allow_two_periods_are_asked_with_readings_that_need_no_question(
    text: str, unclear: str, meant: list[Ends]
) -> None:
    with pytest.raises(PeriodUnclear) as refused:
        read(text)

    assert refused.value.text == unclear
    assert [ends(text.replace(unclear, reading)) for reading in refused.value.readings] == meant


def test_a_weekday_with_depan_is_asked_while_the_nearest_one_is_still_in_this_week() -> None:
    with pytest.raises(PeriodUnclear) as refused:
        read("Jumat depan", today=date(2020, 3, 24))

    assert refused.value.readings == ("Jumat, 27 Maret 2020", "Jumat, 3 April 2020")


@pytest.mark.parametrize("lang", KNOWN)
def test_the_readings_offered_can_be_read_in_both_languages(lang: str) -> None:
    first, last = date(2020, 6, 4), date(2020, 6, 5)

    assert ends(phrase("period.reading.until", lang=lang, end=last)) == (None, last)
    assert ends(phrase("period.reading.from", lang=lang, start=first)) == (first, None)
    assert ends(phrase("period.reading.day", lang=lang, start=first)) == (first, first)
    assert ends(phrase("period.reading.range", lang=lang, start=first, end=last)) == (first, last)
    opened = read(phrase("period.reading.open", lang=lang, start=first, condition="PSBB dicabut"))
    assert (opened.start, opened.condition) == (first, "PSBB dicabut")


# What is refused


@pytest.mark.parametrize(
    "text",
    [
        *("", "halo", "800/734-BKD/2020", "SE 19/2020", "HK.01.07/MENKES/304/2020", "Nomor 26 Tahun 2020", "2020"),
        *("07.30", "23.03", "pukul 15.30", "11:30 WIB", "08.00 s.d. 16.00", "+62 812-0000-1234", "0812-0000-1234"),
        *("19800101 200501 1 001", "198001012005011001", "25 persen", "50%", "10 menit", "300 m", "1.200 orang"),
        *(
            "eselon III",
            "Covid 19",
            "sampai 31",
            "mulai 23",
            "1-4",
            "Mei 2020",
            "20-04-01",
            "1/4/99",
            "setiap hari kerja",
            "3/4 bulan",
        ),
        "mulai pukul 07:00 sampai dengan 15.00 (Senin - Kamis), dan pukul 07.00 sampai dengan 15.30 (Jumat)",
    ],
)
def test_what_only_looks_like_a_date_is_not_one(text: str) -> None:
    with pytest.raises(PeriodUnreadable):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        "23–31 Maret dan 6–10 April 2020",
        "23, 25 dan 27 Maret 2020",
        "23 dan 25 Maret 2020",
        "23–31 Maret kecuali 25 Maret",
        "bukan 23 Maret",
        "sampai sebelum 1 April",
        "mulai 23 Maret, 25 Maret",
        "Mulai 23 Maret 2020. Rapat sampai 31 Maret 2020.",
        "mulai 23 Maret sampai keadaan membaik",
        "mulai 23 Maret sampai 50 orang",
        "sampai sekitar 31 Maret",
        "sampai minggu ke-2 April",
        "awal April",
        "2-3 minggu mulai 1 April",
        "1 (dua) bulan mulai 1 April",
        "7 hari 23 Maret",
        "cabut PSBB selama April 2020",
        "a week from tomorrow",
        "perpanjang seminggu",
        "guru SD 31 Maret",
        "23 Maret pukul 07.00 sampai 15.00 hari Rabu tanggal 25 Maret",
        "mulai kerja 23 Maret 2020",
        "sampai 31 Maret atau sampai PSBB dicabut",
        "SE lama dicabut dan SE ini berlaku mulai 1 April 2020",
        "belum dicabut 4 Juni 2020",
    ],
)
def test_a_text_that_says_more_than_one_period_holds_is_refused_and_not_read_in_part(text: str) -> None:
    with pytest.raises(PeriodUnreadable):
        read(text)


@pytest.mark.parametrize("text", ["31 April", "30 Februari", "32 Maret", "1/13/2020", "30–31 Februari", "0 Maret"])
def test_a_day_that_no_calendar_has_is_refused_as_such(text: str) -> None:
    with pytest.raises(DateImpossible):
        read(text)


@pytest.mark.parametrize("text", ["31 Maret s.d. 23 Maret 2020", "31-23 Maret", "1 April – 1 Maret 2020"])
def test_a_period_that_ends_before_it_starts_is_refused(text: str) -> None:
    with pytest.raises(PeriodReversed):
        read(text)


def test_a_refusal_repeats_no_more_of_the_text_than_a_chat_shows() -> None:
    with pytest.raises(PeriodUnreadable) as refused:
        read("tanpa masa berlaku " * 20)

    assert len(refused.value.text) == 60


# Years


@pytest.mark.parametrize(
    ("text", "today", "start", "end"),
    [
        ("28 Desember – 3 Januari", date(2020, 12, 20), date(2020, 12, 28), date(2021, 1, 3)),
        ("28 Desember – 3 Januari", date(2021, 1, 2), date(2020, 12, 28), date(2021, 1, 3)),
        ("28 Desember – 3 Januari 2021", date(2020, 3, 22), date(2020, 12, 28), date(2021, 1, 3)),
        ("28 Desember 2020 – 3 Januari", date(2020, 3, 22), date(2020, 12, 28), date(2021, 1, 3)),
        ("4–8 Januari", date(2020, 12, 20), date(2021, 1, 4), date(2021, 1, 8)),
        ("23–31 Desember", date(2021, 1, 10), date(2020, 12, 23), date(2020, 12, 31)),
        ("23–31 Maret", date(2020, 5, 30), date(2020, 3, 23), date(2020, 3, 31)),
        ("23–31 Maret", date(2020, 5, 31), date(2021, 3, 23), date(2021, 3, 31)),
    ],
)
def test_a_year_left_out_is_the_first_in_which_the_period_ended_no_longer_than_sixty_days_ago(
    text: str, today: date, start: date, end: date
) -> None:
    assert ends(text, today) == (start, end)


# Warnings


@pytest.mark.parametrize(
    ("text", "warning", "facts"),
    [
        ("Senin 24 Maret 2020", "weekday_differs", {"typed": "Senin", "date": date(2020, 3, 24)}),
        ("besok Rabu", "weekday_differs", {"typed": "Rabu", "date": date(2020, 3, 23)}),
        ("2–6 Maret 2020", "past", {"end": date(2020, 3, 6)}),
        ("23–29 Maret 2020", "end_weekend", {"end": date(2020, 3, 29)}),
        ("Rabu (25/3)", "end_holiday", {"end": date(2020, 3, 25), "holiday": "Hari Suci Nyepi Tahun Baru Saka 1942"}),
        ("28 Desember – 4 Januari 2021", "calendar_unknown", {"year": 2021}),
    ],
)
def test_what_an_admin_should_look_at_twice_is_warned_of(text: str, warning: str, facts: dict[str, object]) -> None:
    assert warned(text) == {warning: facts}


def test_a_period_is_not_past_on_its_last_day() -> None:
    assert warned("20 s.d. 23 Maret 2020", today=date(2020, 3, 23)) == {}


def test_a_year_that_had_to_be_added_is_no_warning() -> None:
    assert warned("Senin, 23 s.d. Selasa, 31 Maret") == {}


# Circulars and the press

BANTEN = (
    "9. Pelaksanaan tugas kedinasan serta pengaturan lainnya sebagaimana tersebut diatas berlaku sejak tanggal 23 "
    "Maret 2020 sampai dengan tanggal 31 Maret 2020 dan akan dievaluasi lebih lanjut sesuai dengan kebutuhan."
)
BANJAR = "7. Edaran ini efektif berlaku mulai hari Sabtu tanggal 16 Mei 2020 sampai dengan dicabutnya penetapan PSBB."
BANTEN_2023 = (
    "Surat edaran WFH ditandatangani Pj Gubernur pada 25 Agustus 2023. Nomor 800/2928-BKD/2023: 1. Sistem Kerja "
    "Pegawai ASN di lingkungan Pemerintah Provinsi Banten selama 1 (satu) bulan mulai tanggal 28 Agustus 2023 s/d "
    "tanggal 28 September 2023 disesuaikan melalui pelaksanaan tugas kedinasan di kantor (WFO) sebanyak 50 persen."
)
TANGSEL = (
    "Sampai Akhir Maret, ASN Tangsel Work From Home. Mulai 18 hingga 31 Maret 2020, Pemkot memerintahkan ASN bekerja "
    "di rumah. Instruksi itu tercantum dalam Surat Edaran No 443/844/BKPP, Selasa 17 Maret 2020."
)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        (BANTEN, date(2020, 3, 23), date(2020, 3, 31)),
        (BANJAR, date(2020, 5, 16), None),
        (BANTEN_2023, date(2023, 8, 28), date(2023, 9, 28)),
        (TANGSEL, date(2020, 3, 18), date(2020, 3, 31)),
    ],
)
def test_a_letters_period_is_read_out_of_its_own_sentences(text: str, start: date, end: date | None) -> None:
    assert ends(text) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "Surat Edaran Nomor 5 Tahun 2020 tanggal 22 Maret 2020",
        "ditandatangani pada 25 Agustus 2023",
        "SE Wali Kota No 443/844/BKPP tentang Sistem Kerja, Selasa 17 Maret 2020",
    ],
)
def test_the_date_of_a_letter_is_no_period(text: str) -> None:
    with pytest.raises(PeriodUnreadable):
        read(text)


# What is left of the text


def test_the_words_that_were_read_can_be_taken_out_of_the_line() -> None:
    line = "piket Budi #19800101 dinkes 23-27 Maret 2020 selama 5 hari no hp 0812-0000-1234"

    assert said(line) == ("23-27 Maret 2020", "selama 5 hari")
    assert said("cabut PSBB per 4 Juni 2020") == ("cabut", "per 4 Juni 2020")
    assert said("berlaku mulai 16 Mei 2020, sampai PSBB dicabut") == (
        "berlaku mulai 16 Mei 2020",
        "sampai PSBB dicabut",
    )


# Cost


@pytest.mark.parametrize(
    "junk",
    [
        "1/",
        "s/d ",
        "a",
        "1",
        "23, ",
        "sampai ",
        "hari ",
        "dua puluh ",
        "(",
        "senin,rabu,",
        "tgl ",
        "the, ",
        "hari tgl ",
    ],
)
def test_the_longest_junk_that_is_read_is_refused(junk: str) -> None:
    with pytest.raises(PeriodUnreadable):  # `make bench` tells what it costs
        read(("x " + junk * MAX_CHARS)[:MAX_CHARS])


def test_a_text_of_more_than_two_thousand_characters_is_not_read_at_all() -> None:
    text = "23–31 Maret 2020"

    assert ends(text.ljust(MAX_CHARS)) == march(23, 31)
    with pytest.raises(PeriodUnreadable):
        read(text.ljust(MAX_CHARS + 1))


# The echo


def test_a_period_is_said_back_with_its_working_days_its_last_day_and_the_first_free_one() -> None:
    notes = echo(date(2020, 3, 23), date(2020, 3, 31), None, known_calendar(SUNDAY))

    assert [phrase(note.key, lang="id", **note.facts) for note in notes] == [
        "Senin, 23 Maret 2020 s.d. Selasa, 31 Maret 2020 · 6 hari kerja",
        "Hari terakhir: Selasa, 31 Maret 2020; hari kerja pertama sesudahnya: Rabu, 1 April 2020",
    ]


def test_the_first_free_day_is_one_on_which_the_office_works() -> None:
    free = echo(date(2020, 3, 23), date(2020, 3, 24), None, known_calendar(SUNDAY))[-1].facts["free"]
    six_days = echo(date(2020, 3, 23), date(2020, 3, 27), None, known_calendar(SUNDAY), range(6))[-1].facts["free"]

    assert (free, six_days) == (date(2020, 3, 26), date(2020, 3, 28))


def test_an_open_period_is_said_back_with_its_condition_and_no_count() -> None:
    calendar = known_calendar(SUNDAY)

    assert echo(date(2020, 5, 16), None, "PSBB dicabut", calendar) == (
        Line("period.echo.open", {"start": date(2020, 5, 16), "condition": "PSBB dicabut"}),
    )
    assert [note.key for note in echo(date(2020, 5, 16), None, None, calendar)] == ["period.echo.endless"]


def test_working_days_of_a_year_without_decrees_are_not_counted() -> None:
    notes = echo(date(2020, 12, 28), date(2021, 1, 8), None, known_calendar(SUNDAY))

    assert [note.key for note in notes] == ["period.echo.uncounted", "period.calendar_unknown", "period.echo.last"]


@pytest.mark.parametrize("lang", KNOWN)
def test_every_warning_and_echo_has_its_words(lang: str) -> None:
    calendar = known_calendar(SUNDAY)
    notes = [
        *(
            note
            for text in ("Rabu 31 Desember 2020", "5–7 Maret selama 5 hari", "25 Maret")
            for note in read(text).warnings
        ),
        *echo(SUNDAY, SUNDAY, None, calendar),
        *echo(SUNDAY, None, None, calendar),
        *echo(SUNDAY, None, "PSBB dicabut", calendar),
        *echo(SUNDAY, date(2021, 1, 3), None, calendar),
    ]

    unspoken = [note.key for note in notes if re.search(r"[{}]", phrase(note.key, lang=lang, **note.facts))]

    assert notes
    assert unspoken == []
