"""The cells of a roster: what each may hold, and what of the office it means.

Every reader takes a cell that is not empty and returns its value, or raises `CellInvalid` with a message id; rows and
duplicates are `admin.roster`'s. Read generously where only one reading is honest, refused where there are two.
"""

import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

import phonenumbers

from chalicelib.domain.address import is_address
from chalicelib.domain.nip import Nip, NipInvalid, read_nip
from chalicelib.domain.people import Employment, Job, Organisation, Place, PositionGroup, is_in_indonesia

Value = TypeVar("Value")

COUNTRY = "ID"
COUNTRY_CODE = 62
FORMULA_STARTS = ("=", "+", "-", "@")
LONGEST_TEXT = 150
MOST_SUGGESTED = 50
"""How many different unknown units get suggestions: comparing is slow, and a file with more has the wrong column."""

AMBIGUOUS = ""
"""Stands for a name that two units share: it finds neither."""

DASHES = frozenset("-–—")
PHONE_SIGNS = re.compile(r"[0-9+\-.() ]+")
KABUPATEN = re.compile(r"kab(\.|upaten\b)\s*|kab\s+", re.IGNORECASE)
ECHELON = re.compile(r"(?:eselon)?(iv|iii|ii|i|v|[1-5])[ab]?")

GROUPS = {
    "i": PositionGroup.JPT_MADYA,
    "ii": PositionGroup.JPT_PRATAMA,
    "iii": PositionGroup.ADMINISTRATOR,
    "iv": PositionGroup.PENGAWAS,
    "v": PositionGroup.PENGAWAS,
}
ARABIC = dict(zip("12345", GROUPS, strict=True))
GROUP_WORDS = {
    PositionGroup.JPT_MADYA: "jptmadya pimpinantinggimadya",
    PositionGroup.JPT_PRATAMA: "jptpratama pimpinantinggipratama",
    PositionGroup.ADMINISTRATOR: "administrator",
    PositionGroup.PENGAWAS: "pengawas",
    PositionGroup.FUNGSIONAL: "fungsional jft fungsionaltertentu jabatanfungsional",
    PositionGroup.PELAKSANA: "pelaksana staf staff jfu fungsionalumum noneselon",
    PositionGroup.NON_ASN: "nonasn nonpns",
}
EMPLOYMENT_WORDS = {
    Employment.PNS: "pns asnpns pnsdaerah pnsd",
    Employment.CPNS: "cpns calonpns cpnsd",
    Employment.PPPK: "pppk p3k asnpppk pppkpenuhwaktu",
    Employment.PPPK_PART_TIME: "pppkparuhwaktu p3kparuhwaktu",
    Employment.NON_ASN: "nonasn nonpns honorer tenagahonorer thl tkk tks kontrak tenagakontrak gtt ptt pjlp",
}
JOB_WORDS = {
    Job.GENERAL: "umum tidakada tidak",
    Job.EDUCATION: "pendidik kependidikan tenagapendidik tenagakependidikan guru pendidikan education",
    Job.SECURITY: "satpam keamanan pengamanan petugaskeamanan petugaspengamanan petugassatuanpengamanan security",
    Job.CLEANING: "kebersihan petugaskebersihan cleaning cleaningservice",
    Job.TASK_FORCE: "gugustugas satgas gugustugascovid19 satgascovid19 satgascovid satuangugustugas taskforce",
}


class Column(StrEnum):
    """The columns a roster may have; each has a heading under `roster.column.`."""

    NIP = "nip"
    NAME = "name"
    UNIT = "unit"
    POSITION = "position"
    ECHELON = "echelon"
    EMPLOYMENT = "employment"
    PHONE = "phone"
    EMAIL = "email"
    DOMICILE = "domicile"
    LAT = "lat"
    LON = "lon"
    JOB = "job"


class CellInvalid(ValueError):
    """The cell cannot be read; `key` is the message id of the reason and `facts` what its phrase needs."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key, facts)
        self.key = key
        self.facts = facts


def clean(text: str) -> str:
    """The cell without what nobody sees: invisible signs, spaces around it, a lone dash for "nothing"."""
    seen = text.strip() if text.isascii() else _visible(text).strip()
    return "" if seen in DASHES else seen


def _visible(text: str) -> str:
    """Composed, every kind of space a plain one, and without the marks that chats and web pages leave in copies."""
    kinds = ((sign, unicodedata.category(sign)) for sign in unicodedata.normalize("NFC", text))
    return "".join(" " if kind == "Zs" else sign for sign, kind in kinds if kind != "Cf")


def name_cell(text: str) -> str:
    """A name is one line: a line break in it would forge a mail header or a second row.

    Raises: CellInvalid.
    """
    if not text.isprintable():
        raise CellInvalid("roster.name.control")
    if not any(sign.isalpha() for sign in text.partition(",")[0]):  # what follows a comma are titles
        raise CellInvalid("roster.name.no_letter")
    return text_cell(text)


def text_cell(text: str) -> str:
    """Plain words on one line; what a spreadsheet would run as a formula is refused.

    Raises: CellInvalid.
    """
    line = " ".join(text.split())
    if line.startswith(FORMULA_STARTS):
        raise CellInvalid("roster.text.formula")
    if not line.isprintable():
        raise CellInvalid("roster.text.control")
    if len(line) > LONGEST_TEXT:
        raise CellInvalid("roster.text.long", limit=LONGEST_TEXT)
    return line


def nip_cell(text: str) -> Nip:
    """Raises: CellInvalid."""
    try:
        return read_nip(text)
    except NipInvalid as refused:
        raise CellInvalid(f"roster.nip.{refused.fault}", found=refused.found) from refused


def phone_cell(text: str) -> str:
    """An Indonesian mobile number in E.164, because the personal link travels by it.

    Raises: CellInvalid. Letters are refused before parsing: phonenumbers drops them, and `0812-3456-789O` would
    become somebody else's valid number.
    """
    if any(sign.isalpha() for sign in text):
        raise CellInvalid("roster.phone.letters")
    if not PHONE_SIGNS.fullmatch(text.replace("'", "")):
        raise CellInvalid("roster.phone.invalid")
    try:
        number = phonenumbers.parse(text.replace("'", ""), COUNTRY)
    except phonenumbers.NumberParseException as refused:
        raise CellInvalid("roster.phone.invalid") from refused
    return _mobile(number)


def _mobile(number: phonenumbers.PhoneNumber) -> str:
    if number.country_code != COUNTRY_CODE:
        raise CellInvalid("roster.phone.foreign")
    kind = phonenumbers.number_type(number)
    if kind == phonenumbers.PhoneNumberType.UNKNOWN:  # what number_type says of a number that is not valid
        raise CellInvalid("roster.phone.invalid")
    if kind != phonenumbers.PhoneNumberType.MOBILE:
        raise CellInvalid("roster.phone.not_mobile")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_cell(text: str) -> str:
    """One plain ASCII address; its domain in lower case.

    Raises: CellInvalid. One malformed recipient makes SES reject the whole message.
    """
    local, _, domain = text.rpartition("@")
    if not is_address(text):
        raise CellInvalid("roster.email.invalid")
    return f"{local}@{domain.lower()}"


def domicile_cell(text: str) -> str:
    """The regency or city, `Kab.` written out so that clauses on domicile meet every spelling.

    Raises: CellInvalid.
    """
    line = text_cell(text.title() if text.isupper() else text)
    kabupaten = KABUPATEN.match(line)
    return f"Kabupaten {line[kabupaten.end() :]}" if kabupaten else line


def degrees_cell(text: str) -> float:
    """Decimal degrees, with a point or a comma.

    Raises: CellInvalid.
    """
    try:
        return float(text.replace(",", "."))
    except ValueError as refused:
        raise CellInvalid("roster.home.not_number") from refused


def home_of(lat: float, lon: float) -> Place:
    """The home as a point in Indonesia.

    Raises: CellInvalid, saying so when the two only stand in each other's place.
    """
    if is_in_indonesia(lat, lon):
        return Place(lat, lon)
    raise CellInvalid("roster.home.swapped" if is_in_indonesia(lon, lat) else "roster.home.outside")


def group_cell(text: str) -> PositionGroup:
    """The position group that an eselon (`III.a`, `eselon 3`) or its name means.

    Raises: CellInvalid.
    """
    word = _letters(text)
    if echelon := ECHELON.fullmatch(word):
        return GROUPS[ARABIC.get(echelon[1], echelon[1])]
    return _meaning(GROUP_WORDS, word, "roster.echelon.unknown", text)


def employment_cell(text: str) -> Employment | None:
    """The employment status; None for a bare `ASN`, which leaves it to the NIP.

    Raises: CellInvalid.
    """
    word = _letters(text)
    return None if word == "asn" else _meaning(EMPLOYMENT_WORDS, word, "roster.employment.unknown", text)


def job_cell(text: str) -> Job:
    """The special duty that a circular treats apart.

    Raises: CellInvalid.
    """
    return _meaning(JOB_WORDS, _letters(text), "roster.job.unknown", text)


def _meaning(words: Mapping[Value, str], word: str, key: str, text: str) -> Value:
    for value, spellings in words.items():
        if word in spellings.split():
            return value
    raise CellInvalid(key, found=text)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


class UnitNames:
    """Every id, name and nickname of the organisation's units, whatever case and punctuation a file gives them."""

    def __init__(self, organisation: Organisation) -> None:
        self._ids: dict[str, str] = {}
        self._names = {unit.id: unit.name for unit in organisation.units}
        self._near: dict[str, str] = {}
        for unit in organisation.units:
            for name in (unit.name, *unit.nicknames):
                self._ids[_letters(name)] = AMBIGUOUS if self._is_other(name, unit.id) else unit.id
        self._organisation = organisation
        self._ids |= {_letters(unit.id): unit.id for unit in organisation.units}

    def find(self, text: str) -> str:
        """The id of the unit that `text` names.

        Raises: CellInvalid, with the nearest names when there are any.
        """
        if unit := self._ids.get(_letters(text)):
            if self._organisation.reporter_of(unit) is None:
                raise CellInvalid("roster.unit.unreported", found=text)
            return unit
        if nearest := self._nearest(_letters(text)):
            raise CellInvalid("roster.unit.nearest", found=text, nearest=nearest)
        raise CellInvalid("roster.unit.unknown", found=text)

    def _is_other(self, name: str, unit: str) -> bool:
        return self._ids.get(_letters(name), unit) != unit

    def _nearest(self, word: str) -> str:
        if word not in self._near and len(self._near) < MOST_SUGGESTED:
            close = dict.fromkeys(self._ids[near] for near in get_close_matches(word, self._ids, cutoff=0.7))
            self._near[word] = "; ".join(self._names[unit] for unit in close if unit)
        return self._near.get(word, "")
