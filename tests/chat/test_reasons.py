"""People who are called by a word for a reason are people; everywhere else the word gives the reason."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.admin import absence, attest
from chalicelib.chat.table import TABLE
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.errors import PieceMissing
from tests.office import at, office, person

RINA = Admin("rina", "Rina", Role.BKD)
OKI = Admin("oki", "Oki", Role.OPERATOR, ("dinkes",))
TUESDAY = date(2020, 3, 24)
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

    with pytest.raises(PieceMissing) as missing:
        read("cuti alasan putra 24 maret", OKI)
    assert missing.value.piece == "people"
