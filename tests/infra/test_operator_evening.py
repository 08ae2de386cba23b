"""The operator tool as it is typed: an office opened, staffed, looked at, carried away and put back."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from boto3 import Session

from chalicelib import presets
from infra.operator.__main__ import main
from infra.operator.deployment import Deployment
from tests.entry.hadir import deployed, forget
from tests.infra.operating import STAGE
from tests.office import LINKED, MONDAY, at
from tests.store import dynamo
from tests.world import REGION, World

PRESET = Path(presets.__file__).with_name("organisation-banten.toml")
OPENING = ["--organisation", str(PRESET), "--recipients", "bkd=bkd@example.id,sekda=sekda@example.id"]
CIRCULAR = ["--circular", "banten-2020", "--from", "2020-03-23", "--until", "2020-03-31"]

pytestmark = pytest.mark.slow


@pytest.fixture
def evening(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A deployment that nothing was done to, on the evening before its circular begins."""
    wiring: Any = import_module("chalicelib.wiring")
    with deployed() as world:
        monkeypatch.setattr(wiring, "now", lambda: LINKED)
        forget()
        yield world
        forget()


@pytest.fixture
def typed(evening: World, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def type_in(command: str, *words: str) -> tuple[int, str]:
        found = Deployment(STAGE, Session(region_name=REGION), {}, {"HADIR_SLACK_CHANNEL": ""})
        status = main([command, "--stage", "prod", *words], lambda _: found)
        said = capsys.readouterr()
        return status, said.out + said.err

    return type_in


def test_an_evening_typed_from_the_first_command_to_the_last(
    evening: World, typed: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    file, kept = tmp_path / "pegawai [baru].csv", tmp_path / "all.gz"
    file.write_text("Nama;Unit kerja\nAni Contoh;dinkes\nBudi Contoh;inspektorat\n", "utf-8")

    assert typed("open", *OPENING, *CIRCULAR, "--dry-run") == (0, Contains("800/734-BKD/2020"))
    assert typed("open", *OPENING, *CIRCULAR) == (0, Contains("The office is open"))
    assert typed("open", *OPENING) == (1, Contains("open already"))
    assert typed("consent", "--address", "bkd@example.id", "--by", "Kepala BKD") == (0, Contains("Recorded"))
    assert typed("import", str(file), "--dry-run") == (0, Contains("Nothing was changed"))
    assert typed("import", str(file)) == (0, Contains("in force as revision 3"))
    assert typed("export", str(tmp_path / "roster")) == (0, Contains("2 people"))
    assert typed("first-admin", "--name", "Rina Contoh") == (0, Contains("/hadir tautkan "))
    assert typed("ledger") == (0, Contains("No slot of 2020-03-22 has closed"))
    assert typed("backup", str(kept)) == (0, Contains("office"))
    before = dynamo.rows()
    assert typed("restore", str(kept), "--dry-run") == (0, Contains("Nothing was changed"))
    assert typed("restore", str(kept)) == (0, Contains("rows were written"))
    assert dynamo.rows() == before


def test_a_morning_after_it_is_in_the_ledger_and_replayed(
    evening: World, typed: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    typed("open", *OPENING, *CIRCULAR)
    evening.ring(at("07:30:10"))
    evening.ring(at("07:30:20"))
    evening.work(at("07:30:20"))

    report = ["--day", f"{MONDAY}", "--slot", "07.30", "--unit", "dinkes", "--out", str(tmp_path / "dinkes.eml")]

    assert typed("ledger", "--day", f"{MONDAY}") == (0, Contains("42 sent"))  # with the digest
    assert typed("replay", *report) == (0, Contains("byte for byte"))
    assert typed("replay", *report[:-4], "--unit", "nobody") == (1, Contains("no such report"))


def test_a_file_that_is_not_there_ends_with_2(evening: World, typed: Callable[..., tuple[int, str]]) -> None:
    typed("open", *OPENING)

    assert typed("import", "nowhere.csv") == (2, Contains("nowhere.csv"))
    assert typed("restore", "nowhere.gz") == (2, Contains("nowhere.gz"))


def test_a_refusal_of_the_product_ends_with_1_and_its_advice(
    evening: World, typed: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    (tmp_path / "pegawai.csv").write_text("Nama;Unit kerja\nAni;dinkes\n", "utf-8")

    assert typed("import", str(tmp_path / "pegawai.csv")) == (1, Contains("The office is not open yet"))


class Contains(str):
    """Equal to every text that it is a part of, whatever its lines are broken by."""

    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and " ".join(self.split()) in " ".join(other.split())
