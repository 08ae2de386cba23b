"""The NIP: the 18-digit number of a civil servant, which tells a birth date, an appointment, a sex and a serial.

It has no check digit, so what is judged here is only whether it can be a NIP at all; whether it is somebody's is
BKD's to know. A PPPK's number (NI PPPK) has the same shape with a code where a PNS has the month.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

DIGITS = 18
EARLIEST_BIRTH_YEAR = 1900
SEPARATORS = re.compile(r"[\s.\-']")
ROUNDED = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)


class NipFault(StrEnum):
    """Why a text is no NIP; each has a phrase under `roster.nip.`."""

    ROUNDED = "rounded"  # a spreadsheet took it for a number and kept 15 of its 18 digits
    NOT_DIGITS = "not_digits"
    LENGTH = "length"
    BIRTH = "birth"
    MONTH = "month"
    SEX = "sex"
    SERIAL = "serial"


class NipInvalid(ValueError):
    """The text cannot be a NIP; `found` is the part of it at fault, for LENGTH the number of digits."""

    def __init__(self, fault: NipFault, found: str) -> None:
        super().__init__(fault, found)
        self.fault = fault
        self.found = found


class Sex(StrEnum):
    MALE = "1"
    FEMALE = "2"


@dataclass(frozen=True)
class Nip:
    """A well-formed NIP. `code` is the month of appointment, or for a PPPK the code in its place."""

    digits: str
    born: date
    appointed_year: int
    code: int
    sex: Sex
    serial: int

    @property
    def is_pppk(self) -> bool:
        return self.code > 12

    @property
    def age_at_appointment(self) -> int:
        """Full years; where the number tells no month, the age reached in that year."""
        month = 12 if self.is_pppk else self.code
        return self.appointed_year - self.born.year - (month < self.born.month)

    @property
    def is_age_usual(self) -> bool:
        """Whether a PNS was appointed between 17 and 40; a PPPK may be appointed until shortly before retirement.

        Source: PP 11/2017 article 23 (18 to 35, for some positions 40) and the years before it; PP 49/2018 article 16.
        """
        return self.is_pppk or 17 <= self.age_at_appointment <= 40


def read_nip(text: str) -> Nip:
    """The NIP that `text` writes, with or without spaces, dots and dashes.

    Raises: NipInvalid.
    Source: Perka BKN 22/2007 and 43/2007: birth YYYYMMDD, appointment YYYYMM, sex 1 or 2, serial 001 to 999.
    """
    digits = _digits(text)
    sex, serial = digits[14], int(digits[15:])
    if sex not in tuple(Sex):
        raise NipInvalid(NipFault.SEX, sex)
    if serial == 0:
        raise NipInvalid(NipFault.SERIAL, digits[15:])
    return Nip(digits, _born(digits[:8]), int(digits[8:12]), _code(digits[12:14]), Sex(sex), serial)


def _digits(text: str) -> str:
    if ROUNDED.fullmatch(text.strip()):
        raise NipInvalid(NipFault.ROUNDED, text.strip())
    digits = SEPARATORS.sub("", text)
    if not (digits.isascii() and digits.isdigit()):
        raise NipInvalid(NipFault.NOT_DIGITS, text.strip())
    if len(digits) != DIGITS:
        raise NipInvalid(NipFault.LENGTH, str(len(digits)))
    return digits


def _born(text: str) -> date:
    try:
        born = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError as refused:
        raise NipInvalid(NipFault.BIRTH, text) from refused
    if born.year < EARLIEST_BIRTH_YEAR:
        raise NipInvalid(NipFault.BIRTH, text)
    return born


def _code(text: str) -> int:
    """The month of a PNS, or a PPPK's code: 21 and up, read generously as anything above 12."""
    if text == "00":
        raise NipInvalid(NipFault.MONTH, text)
    return int(text)
