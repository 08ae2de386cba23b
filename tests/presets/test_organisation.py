"""The Government of Banten as data: the annex's 41 organisations, and nothing the annex does not say."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from chalicelib import presets
from chalicelib.domain.people import UnitKind

DATA = Path(presets.__file__).with_name("organisation-banten.toml")
UNITS: list[dict[str, Any]] = tomllib.loads(DATA.read_text("utf-8"))["unit"]
BANTEN = presets.organisation("banten")


def test_41_organisations_report_in_the_order_of_the_annex() -> None:
    numbers = [unit["annex"] for unit in UNITS if unit["reports"]]

    assert numbers == list(range(7, 48))
    assert [unit.id for unit in BANTEN.reporting_units()] == [unit["id"] for unit in UNITS if unit["reports"]]


def test_they_are_nine_bureaus_21_dinas_eight_badan_and_three_others() -> None:
    assert Counter(unit.kind for unit in BANTEN.reporting_units()) == {
        UnitKind.BIRO: 9,
        UnitKind.SECRETARIAT: 1,
        UnitKind.INSPEKTORAT: 1,
        UnitKind.DINAS: 21,
        UnitKind.SATUAN: 1,
        UnitKind.BADAN: 8,
    }


@pytest.mark.parametrize(
    ("annex", "name"),
    [
        (7, "Biro Pemerintahan Sekretariat Daerah Provinsi Banten"),
        (16, "Sekretariat DPRD Provinsi Banten"),
        (19, "Dinas Kesehatan Provinsi Banten"),
        (22, "Satuan Polisi Pamong Praja Provinsi Banten"),
        (23, "Dinas Sosial Provinsi Banten"),
        (29, "Dinas Komunikasi, Informatika, Statistik dan Persandian Provinsi Banten"),
        (47, "Badan Kesatuan Bangsa dan Politik Provinsi Banten"),
    ],
)
def test_a_number_of_the_annex_has_the_annexs_name_without_its_misprint(annex: int, name: str) -> None:
    assert [unit["name"] for unit in UNITS if unit.get("annex") == annex] == [name]


def test_no_name_says_provinsi_banten_twice() -> None:
    assert all(unit.name.count("Provinsi Banten") == 1 for unit in BANTEN.units)


def test_the_annexs_six_officials_report_through_biro_umum() -> None:
    reporter = BANTEN.reporter_of("setda")

    assert reporter is not None
    assert reporter.id == "biro-umum"


def test_the_bureaus_belong_to_the_secretariat_and_the_rest_to_the_government() -> None:
    parents = Counter((unit.kind, unit.parent) for unit in BANTEN.reporting_units())

    assert parents[UnitKind.BIRO, "setda"] == 9
    assert sum(count for (_, parent), count in parents.items() if parent == "pemprov") == 32
    assert BANTEN.by_id["setda"].parent == "pemprov"
    assert BANTEN.by_id["pemprov"].parent is None


def test_ids_are_slugs_that_can_stand_in_a_key_and_a_file_name() -> None:
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", unit.id) for unit in BANTEN.units)
    assert len(BANTEN.by_id) == len(BANTEN.units) == 43


def test_no_id_name_or_nickname_means_two_units() -> None:
    owners: dict[str, set[str]] = {}
    for unit in UNITS:
        for name in (unit["id"], unit["name"], *unit["nicknames"]):
            owners.setdefault(re.sub(r"[^a-z0-9]", "", name.casefold()), set()).add(unit["id"])

    assert [ids for ids in owners.values() if len(ids) > 1] == []


def test_no_address_of_anybody_stands_in_the_preset() -> None:
    assert "@" not in DATA.read_text("utf-8")
    assert {key for unit in UNITS for key in unit} == {
        "id",
        "annex",
        "name",
        "kind",
        "parent",
        "reports",
        "reports_via",
        "nicknames",
    }
