"""What every catalogue must hold, and how dates and numbers read."""

import re
from datetime import date, datetime
from enum import StrEnum

import pytest
from babel.messages.pofile import read_po

from chalicelib.domain.attendance import Status
from chalicelib.domain.calendar import ZONES
from chalicelib.domain.evidence import Band, Grade, Reason
from chalicelib.domain.people import PositionGroup
from chalicelib.domain.recap import Outcome
from chalicelib.phrases import KNOWN, LOCALE, PhraseMissing, clock, long_date, moment, number, percent, phrase

NAMED: tuple[tuple[str, type[StrEnum]], ...] = (
    ("status", Status),
    ("grade", Grade),
    ("band", Band),
    ("reason", Reason),
    ("outcome", Outcome),
    ("group", PositionGroup),
)


def texts(lang: str) -> dict[str, str]:
    with (LOCALE / lang / "LC_MESSAGES" / "report.po").open("rb") as source:
        return {str(entry.id): str(entry.string) for entry in read_po(source, locale=lang) if entry.id}


@pytest.mark.parametrize("lang", KNOWN)
@pytest.mark.parametrize("key", [f"{prefix}.{member}" for prefix, members in NAMED for member in members])
def test_every_value_of_a_report_has_a_name_in_every_language(key: str, lang: str) -> None:
    assert phrase(key, lang=lang).strip()


def test_both_languages_hold_the_same_messages_with_the_same_placeholders() -> None:
    indonesian, english = texts("id"), texts("en")

    assert indonesian.keys() == english.keys()
    for key, text in indonesian.items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", english[key])), key


def test_no_two_standings_share_a_name() -> None:
    for lang in KNOWN:
        assert len({phrase(f"status.{status}", lang=lang) for status in Status}) == len(Status)


def test_a_message_nobody_wrote_is_a_fault() -> None:
    with pytest.raises(PhraseMissing, match=r"status\.vanished \(id\)"):
        phrase("status.vanished")


def test_a_message_in_an_unknown_language_is_a_fault() -> None:
    with pytest.raises(PhraseMissing):
        phrase("status.reported", lang="fr")


def test_a_text_that_misses_a_fact_is_a_fault() -> None:
    with pytest.raises(KeyError):
        phrase("report.mark.correction")


def test_a_date_is_written_out_with_its_weekday() -> None:
    assert long_date(date(2020, 3, 23)) == "Senin, 23 Maret 2020"
    assert long_date(date(2020, 5, 1), lang="en") == "Friday, 1 May 2020"


def test_a_time_always_names_its_zone() -> None:
    at = datetime(2020, 3, 23, 7, 5, tzinfo=ZONES["WITA"])

    assert clock(at) == "07.05 WITA"
    assert clock(at, lang="en") == "07:05 WITA"
    assert moment(at) == "Senin, 23 Maret 2020, pukul 07.05 WITA"


def test_dates_among_a_texts_facts_are_written_out() -> None:
    cut_off = datetime(2020, 3, 23, 7, 30, tzinfo=ZONES["WIB"])

    assert "Senin, 23 Maret 2020, pukul 07.30 WIB" in phrase("report.footer.cut_off", moment=cut_off, revision=1)
    assert phrase("recap.closing", deadline=date(2020, 3, 24)) == "Rekap pukul Selasa, 24 Maret 2020"


def test_numbers_carry_the_languages_marks() -> None:
    assert (number(1034), number(1034, lang="en")) == ("1.034", "1,034")
    assert percent(785, 1000) == "78,5\u00a0%"
    assert percent(785, 1000, lang="en") == "78.5%"


def test_a_share_is_never_rounded_up_to_everybody() -> None:
    assert percent(9_999, 10_000) == "99,9\u00a0%"
    assert percent(10_000, 10_000) == "100\u00a0%"
    assert percent(0, 17) == "0,0\u00a0%"


def test_the_share_of_nobody_is_a_dash() -> None:
    assert percent(0, 0) == "–"
