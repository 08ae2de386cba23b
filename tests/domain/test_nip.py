"""What a NIP says and what can be none; the numbers are made up."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain.nip import Nip, NipFault, NipInvalid, Sex, read_nip


def fault_of(text: str) -> tuple[NipFault, str]:
    with pytest.raises(NipInvalid) as refused:
        read_nip(text)
    return refused.value.fault, refused.value.found


def test_a_nip_tells_birth_appointment_sex_and_serial() -> None:
    nip = read_nip("198501122010012003")

    assert nip == Nip("198501122010012003", date(1985, 1, 12), 2010, 1, Sex.FEMALE, 3)
    assert not nip.is_pppk


@pytest.mark.parametrize(
    "written", ["19850112 201001 2 003", "19850112.201001.2.003", "19850112-201001-2-003", "'198501122010012003 "]
)
def test_a_nip_may_be_written_with_spaces_dots_and_dashes(written: str) -> None:
    assert read_nip(written).digits == "198501122010012003"


@pytest.mark.parametrize("code", ["13", "21", "24", "99"])
def test_a_code_above_twelve_where_a_pns_has_the_month_makes_it_a_pppk(code: str) -> None:
    nip = read_nip(f"199009132025{code}2014")

    assert nip.is_pppk
    assert nip.appointed_year == 2025


@pytest.mark.parametrize(
    ("text", "fault", "found"),
    [
        ("19850112201001200", NipFault.LENGTH, "17"),
        ("1985011220100120031", NipFault.LENGTH, "19"),
        ("", NipFault.NOT_DIGITS, ""),
        ("19850112201001200O", NipFault.NOT_DIGITS, "19850112201001200O"),
        ("١٩٨٥٠١١٢٢٠١٠٠١٢٠٠٣", NipFault.NOT_DIGITS, "١٩٨٥٠١١٢٢٠١٠٠١٢٠٠٣"),
        ("198502302010012003", NipFault.BIRTH, "19850230"),
        ("198513122010012003", NipFault.BIRTH, "19851312"),
        ("008501122010012003", NipFault.BIRTH, "00850112"),
        ("198501122010002003", NipFault.MONTH, "00"),
        ("198501122010013003", NipFault.SEX, "3"),
        ("198501122010010003", NipFault.SEX, "0"),
        ("198501122010012000", NipFault.SERIAL, "000"),
    ],
)
def test_a_text_that_can_be_no_nip_is_refused_with_the_part_at_fault(text: str, fault: NipFault, found: str) -> None:
    assert fault_of(text) == (fault, found)


@pytest.mark.parametrize("text", ["1.98501E+17", "1,98501E+17", "1.98501122010012e+17", "2E17"])
def test_a_nip_that_a_spreadsheet_rounded_is_told_apart_from_a_mistyped_one(text: str) -> None:
    assert fault_of(text) == (NipFault.ROUNDED, text)


@pytest.mark.parametrize(
    ("text", "age", "is_usual"),
    [
        ("198501122001122001", 16, False),
        ("198501122002012001", 17, True),
        ("198512122002012001", 16, False),
        ("196001122000121001", 40, True),
        ("195901122000121001", 41, False),
        ("196501122021211001", 56, True),
    ],
)
def test_a_pns_is_usually_appointed_between_17_and_40_and_a_pppk_at_any_age(
    text: str, age: int, is_usual: bool
) -> None:
    nip = read_nip(text)

    assert nip.age_at_appointment == age
    assert nip.is_age_usual is is_usual


@given(
    born=some.dates(date(1950, 1, 1), date(2005, 12, 31)),
    year=some.integers(1970, 2026),
    code=some.integers(1, 99),
    sex=some.sampled_from(Sex),
    serial=some.integers(1, 999),
    gap=some.sampled_from(["", " ", ".", "-"]),
)
def test_every_well_formed_nip_is_read_back_as_it_was_written(
    born: date, year: int, code: int, sex: Sex, serial: int, gap: str
) -> None:
    parts = (f"{born:%Y%m%d}", f"{year}{code:02}", sex.value, f"{serial:03}")

    assert read_nip(gap.join(parts)) == Nip("".join(parts), born, year, code, sex, serial)


@given(some.text(max_size=30))
def test_any_other_text_is_refused_and_never_breaks(text: str) -> None:
    with suppress(NipInvalid):
        assert len(read_nip(text).digits) == 18
