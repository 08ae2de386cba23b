"""`make run`'s legal day as its user gets it: played twice, counted from the tree, recounted from the imported file."""

import csv
import re
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from infra.local import people
from infra.local.legal_day import SEED, SIZE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
DAY = "2020-03-23"
WITH_EVERY_BELL = "from infra.local import legal_day; raise SystemExit(legal_day.main())"
WITH_BELLS_AT_THE_SLOTS = f"""
from infra.local.pump import Pump
every = Pump.due
Pump.due = lambda pump, after, until: [
    firing for firing in every(pump, after, until) if f"{{firing.at:%H%M}}"[:3] in ("003", "043", "083", "090")
]
{WITH_EVERY_BELL}
"""
"""The first ten minutes from each slot on, in UTC; two hundred bells in between find nothing to do."""


@pytest.fixture(scope="module")
def outs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The out/ folders of two plays side by side."""
    folders = [tmp_path_factory.mktemp(name) for name in ("first", "second")]
    environ = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    plays = [
        subprocess.Popen([sys.executable, "-c", play], cwd=folder, env=environ, stdout=subprocess.DEVNULL)
        for folder, play in zip(folders, (WITH_EVERY_BELL, WITH_BELLS_AT_THE_SLOTS), strict=True)
    ]
    assert [play.wait(timeout=400) for play in plays] == [0, 0]
    return [folder / "out" for folder in folders]


def test_two_plays_leave_the_same_files(outs: list[Path]) -> None:
    """Every file of the whole day, byte for byte, though one play hears every bell and the other the slots' alone."""
    first, second = ({str(file.relative_to(out)): file.read_bytes() for file in files(out)} for out in outs)

    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_the_day_has_three_mails_per_reporting_unit_three_digests_and_the_recap(outs: list[Path]) -> None:
    units = len(people.organisation(SIZE).reporting_units())

    mails = list(outs[0].rglob("*.eml"))

    assert len(mails) == 3 * units + 3 + 1 == 127


def test_each_slots_people_equal_the_imported_file(outs: list[Path]) -> None:
    text = people.generate(SIZE, SEED).decode("utf-8-sig")
    table = [row for row in csv.reader(text.splitlines(), delimiter=";") if len(row) > 3]
    names = sorted(" ".join(row[table[0].index("Nama Lengkap")].split()) for row in table[1:])

    for slot in ("0730", "1130", "1530"):
        assert sorted(name for book in books(outs[0], slot) for name in listed(book)) == names


def test_no_mail_holds_a_coordinate_a_nip_or_a_phone(outs: list[Path]) -> None:
    personal = re.compile(r"-[67]\.\d{4,}|10[5-7]\.\d{4,}|\b(19|20)\d{16}\b|\+?62812\d+|0812-")

    for file in outs[0].rglob("*.txt"):
        assert not personal.search(file.read_text("utf-8")), file
    for file in outs[0].rglob("*.html"):
        assert not personal.search(re.sub(r"<style.*?</style>", "", file.read_text("utf-8"), flags=re.DOTALL)), file


def test_every_mail_is_addressed_and_carries_its_workbook(outs: list[Path]) -> None:
    for file in outs[0].rglob("*.eml"):
        message = message_from_bytes(file.read_bytes(), policy=default)
        (attachment,) = message.iter_attachments()  # type: ignore[attr-defined]
        assert attachment.get_content() == file.with_suffix(".xlsx").read_bytes()
        assert "bkd@banten.example" in message["To"]


def files(out: Path) -> Iterator[Path]:
    return (file for file in out.rglob("*") if file.is_file())


def books(out: Path, slot: str) -> list[Path]:
    return [book for book in (out / DAY / slot).glob("*.xlsx") if "gabungan" not in book.name]


def listed(book: Path) -> list[str]:
    """The names on a workbook's list of everybody."""
    sheet = load_workbook(BytesIO(book.read_bytes()), read_only=True).worksheets[1]
    rows = list(sheet.iter_rows(values_only=True))
    place = next(number for number, row in enumerate(rows) if "Nama" in row)
    return [str(row[rows[place].index("Nama")]) for row in rows[place + 1 :] if row[0] is not None]
