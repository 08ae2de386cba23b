"""Properties of the period grammar: what is written out reads back, and what is no period is never read as one."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.chat.period_grammar import PeriodRead, read_period
from chalicelib.domain.errors import Refusal

MONTHS_ID = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
SHORT = ("Jan", "Peb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agt", "Sept", "Okt", "Nop", "Des")
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
LONGEST_DAYS = 150
NEAR_DAYS = 20

Style = Callable[[date, date], str]


def plain(day: date) -> str:
    return f"{day.day} {MONTHS_ID[day.month - 1]} {day.year}"


def yearless(day: date) -> str:
    return f"{day.day} {MONTHS_ID[day.month - 1]}"


def short(day: date) -> str:
    return f"{day.day:02} {SHORT[day.month - 1]} {day.year}"


def english(day: date) -> str:
    return f"{MONTHS_EN[day.month - 1]} {day.day}, {day.year}"


def official(day: date) -> str:
    return f"hari {WEEKDAYS[day.weekday()]} tanggal {plain(day)}"


def joined(start: date, end: date) -> str:
    """The shared month or year written once, as headlines do."""
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{plain(end)}"
    return f"{yearless(start) if start.year == end.year else plain(start)}–{plain(end)}"


STYLES: dict[str, Style] = {
    "letter": lambda start, end: f"berlaku sejak tanggal {plain(start)} sampai dengan tanggal {plain(end)}",
    "official": lambda start, end: f"terhitung mulai {official(start)} s.d. {official(end)}",
    "headline": joined,
    "headline with spaces": lambda start, end: joined(start, end).replace("–", " - "),
    "slash": lambda start, end: f"{plain(start)} s/d {plain(end)}",
    "short": lambda start, end: f"tgl. {short(start)} sd {short(end)}",
    "without years": lambda start, end: f"mulai {yearless(start)} hingga {yearless(end)}",
    "year at the end": lambda start, end: f"{yearless(start)} sampai {plain(end)}",
    "year at the start": lambda start, end: f"{plain(start)} sampai {yearless(end)}",
    "numbers": lambda start, end: f"TMT {start:%d-%m-%Y} s.d. {end:%d-%m-%Y}",
    "slashed numbers": lambda start, end: f"{start.day}/{start.month}/{start.year} - {end.day}/{end.month}/{end.year}",
    "dotted numbers": lambda start, end: f"{start:%d.%m.%Y} sampai {end:%d.%m.%Y}",
    "sortable": lambda start, end: f"dari {start} sampai {end}",
    "press": lambda start, end: f"{WEEKDAYS[start.weekday()]} ({start.day}/{start.month}) hingga {end.day}/{end.month}",
    "english": lambda start, end: f"from {english(start)} until {english(end)}",
    "english order": lambda start, end: f"effective {start.day} {MONTHS_EN[start.month - 1]} {start.year} to {end}",
    "turned round": lambda start, end: f"sampai {plain(end)} terhitung {plain(start)}",
    "lasting": lambda start, end: f"selama {(end - start).days + 1} hari mulai {plain(start)}",
    "apart": lambda start, end: f"mulai {plain(start)} bagi seluruh pegawai sampai dengan {plain(end)}",
}  # fmt: skip

starts = some.dates(date(2019, 1, 1), date(2029, 12, 31))
lengths = some.integers(0, LONGEST_DAYS)
nearby = some.integers(-NEAR_DAYS, NEAR_DAYS)


def read(text: str, today: date) -> PeriodRead | None:
    """What the text means, None when it is refused."""
    try:
        return read_period(text, today=today)
    except Refusal:
        return None


def writable(style: str, length: int) -> int:
    """Two digits of days at most are ever written out."""
    return min(length, 98) if style == "lasting" else length


@pytest.mark.parametrize("style", STYLES)
@given(start=starts, length=lengths, off=nearby)
def test_every_period_reads_back_out_of_every_style(style: str, start: date, length: int, off: int) -> None:
    end = start + timedelta(days=writable(style, length))

    found = read(STYLES[style](start, end), start + timedelta(days=off))

    assert found is not None
    assert (found.start, found.end, found.condition) == (start, end, None)


@given(start=starts, length=lengths, style=some.sampled_from(sorted(STYLES)), change=some.sampled_from("ult"))
def test_capitals_change_nothing(start: date, length: int, style: str, change: str) -> None:
    end = start + timedelta(days=writable(style, length))
    text = STYLES[style](start, end)
    written = {"u": text.upper(), "l": text.lower(), "t": text.title()}[change]

    found, expected = read(written, start), read(text, start)

    assert found is not None
    assert expected is not None
    assert (found.start, found.end) == (expected.start, expected.end)


FILLERS = ("", "tanggal ", "tgl ", "tgl. ", "hari ", "pada tanggal ", "the ")


@given(start=starts, length=lengths, first=some.sampled_from(FILLERS), second=some.sampled_from(FILLERS))
def test_fillers_and_spaces_change_nothing(start: date, length: int, first: str, second: str) -> None:
    end = start + timedelta(days=length)

    found = read(f"mulai {first}{plain(start)}  s.d.\n {second}{plain(end)} ", start)

    assert found is not None
    assert (found.start, found.end) == (start, end)


@given(start=starts, off=nearby, typed=some.integers(0, 6))
def test_a_weekday_warns_exactly_when_it_is_not_the_dates_own(start: date, off: int, typed: int) -> None:
    found = read(f"{WEEKDAYS[typed]}, {plain(start)}", start + timedelta(days=off))

    assert found is not None
    assert ("period.weekday_differs" in {note.key for note in found.warnings}) is (typed != start.weekday())


@given(start=starts, length=lengths, style=some.sampled_from(sorted(STYLES)))
def test_a_letter_number_a_clock_and_a_phone_beside_a_period_are_left_alone(
    start: date, length: int, style: str
) -> None:
    end = start + timedelta(days=writable(style, length))
    text = f"SE Nomor 800/734-BKD/2020 pukul 07.30 +62 812-0000-1234 WFH 50% {STYLES[style](start, end)}"

    found = read(text, start)

    assert found is not None
    assert (found.start, found.end) == (start, end)
    assert min(found.spans)[0] >= text.index("WFH")


WORDS = (
    *(
        "mulai",
        "sampai",
        "s.d.",
        "s/d",
        "-",
        "–",
        ",",
        ".",
        "(",
        ")",
        "dan",
        "1",
        "3",
        "23",
        "31",
        "45",
        "2020",
        "2021",
    ),
    *(
        "07.30",
        "1/4/2020",
        "3/4",
        "Maret",
        "Mei",
        "Februari",
        "April",
        "Senin",
        "Minggu",
        "besok",
        "lusa",
        "hari",
        "ini",
    ),
    *("minggu", "depan", "pekan", "bulan", "selama", "seminggu", "14", "kerja", "akhir", "awal", "cabut", "dicabut"),
    *("PSBB", "berakhir", "pemberitahuan", "tidak", "kecuali", "berlaku", "tanggal", "dari", "per", "until", "lifted"),
    *("SD", "nomor", "SE", "diperpanjang", "semula", "setiap", "selesai", "ke-2", "sekali", "from", "week", "next"),
)


@given(some.lists(some.sampled_from(WORDS), max_size=14).map(" ".join), starts)
def test_the_grammars_own_words_in_any_order_are_read_or_refused(text: str, today: date) -> None:
    _holds_of_any_text(text, today)


@given(some.text(max_size=300), starts)
def test_any_text_is_read_or_refused(text: str, today: date) -> None:
    _holds_of_any_text(text, today)


@given(some.text("0123456789 ", max_size=60), starts)
def test_digits_alone_are_never_a_period(text: str, today: date) -> None:
    assert read(text, today) is None


def _holds_of_any_text(text: str, today: date) -> None:
    found = read(text, today)
    if found is None:
        return
    assert found.start or found.end or found.condition or found.lifts
    assert not (found.end and found.condition)
    assert not (found.start and found.end) or found.start <= found.end
    assert list(_slips(found.spans, len(text))) == []


def _slips(spans: tuple[tuple[int, int], ...], length: int) -> Iterator[tuple[int, int]]:
    """The spans that are empty, leave the text or overlap the next one."""
    yield from (span for span in spans if not 0 <= span[0] < span[1] <= length)
    yield from (one for one, following in pairwise(spans) if one[1] > following[0])
