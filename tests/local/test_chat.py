"""`make chat` as a newcomer gets it: a script of typed lines in, the screen out."""

import re
import subprocess
import sys
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from infra.local.chat_screen import Screen

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
PROMPT = re.compile(r"^\S+ · (?:Slack|Telegram) · \d\d/\d\d \d\d\.\d\d › ", re.MULTILINE)

CIRCULAR = """
berlaku 23-31 maret 2020
1
perpanjang sampai 13 mei 2020
1
:jam 2020-04-01 07:40
sampai PSBB dicabut
1
cabut PSBB per 4 Juni 2020
1
:jam 2020-06-03 07:40
:jam 2020-06-04 00:10
:jam 16:10
riwayat
riwayat 10
riwayat 12
"""
DAY = """
:jamm 11:20
:jam 09:00
:jam 25:99
3
:kontak
:sebagai siapa
:unggah tidak-ada.csv
edaran
1

kemarin sore
:batal
:sebagai pegawai
:telegram
:lokasi
:kontak
:jam 11:20
:lokasi
:langsung
:jam 15:40
:surat
:surat 8
:keluar
hari ini
"""


def played(script: str, folder: Path) -> dict[str, list[str]]:
    """What each line brought to the screen, in the order in which it was typed again and again."""
    ran = subprocess.run(
        [sys.executable, "-m", "infra.local.chat"],
        input=script.lstrip(),
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    return _by_line(PROMPT.split(ran.stdout)[1:])


def _by_line(turns: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for turn in turns:
        line, _, shown = turn.partition("\n")
        found.setdefault(line, []).append(" ".join(shown.replace("│ ", "").split()))
    return found


@pytest.fixture(scope="module")
def circular(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    return played(CIRCULAR, tmp_path_factory.mktemp("circular"))


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    return played(DAY, tmp_path_factory.mktemp("day"))


def test_each_line_of_the_circulars_life_is_shown_and_saved(circular: dict[str, list[str]]) -> None:
    (period,), (extended,) = circular["berlaku 23-31 maret 2020"], circular["perpanjang sampai 13 mei 2020"]
    (opened,), (lifted,) = circular["sampai PSBB dicabut"], circular["cabut PSBB per 4 Juni 2020"]

    assert "mulai slot 07.30 Rabu, 1 April 2020" in period
    assert "Hari terakhir: Rabu, 13 Mei 2020" in extended
    assert "sampai PSBB dicabut" in opened
    assert "Hari terakhir: Rabu, 3 Juni 2020" in lifted
    assert [f"Tersimpan sebagai perubahan no. {number}" in shown for number, shown in enumerate(circular["1"], 9)] == [
        True
    ] * 4


def test_the_next_slots_are_those_that_the_lines_left(circular: dict[str, list[str]]) -> None:
    (april,), (june,) = circular[":jam 2020-04-01 07:40"], circular[":jam 2020-06-03 07:40"]
    (evening,), (last,) = circular[":jam 2020-06-04 00:10"], circular[":jam 16:10"]

    assert "Slot 07.30, Rabu, 1 April 2020: 4 laporan OPD dan 1 ringkasan" in april
    assert "Slot 07.30, Rabu, 3 Juni 2020: 4 laporan OPD dan 1 ringkasan" in june
    assert "Slot 15.30, Rabu, 3 Juni 2020" in evening
    assert last.startswith("Tidak ada slot laporan")


def test_the_channel_is_told_counts(circular: dict[str, list[str]]) -> None:
    (april,) = circular[":jam 2020-04-01 07:40"]

    assert "kanal #laporan-wfh Hasil slot 07.30, Rabu, 1 April 2020 Laporan OPD terkirim: 4 dari 4." in april


def test_the_record_shows_who_when_before_and_after(circular: dict[str, list[str]]) -> None:
    (listed,), (extended,), (lifted,) = circular["riwayat"], circular["riwayat 10"], circular["riwayat 12"]

    assert "10 Waktu: 23/03/2020 10.00 Oleh: Rina Perubahan: Edaran 800/734-BKD/2020 diperpanjang" in listed
    assert "23/03/2020 10.00 oleh Rina" in extended
    assert "23/03/2020–31/03/2020 23/03/2020–13/05/2020" in extended
    assert "(PSBB dicabut) 23/03/2020–03/06/2020" in lifted


def test_an_employee_links_reports_and_shares_live_on_telegram(day: dict[str, list[str]]) -> None:
    unlinked, reported = day[":lokasi"]
    (_, linked), (reminded,) = day[":kontak"], day[":jam 11:20"]

    assert "Lokasi tidak disimpan" in unlinked
    assert "Terhubung sebagai" in linked
    assert "Belum ada laporan Anda untuk slot 11.30" in reminded
    assert "Masuk laporan slot 11.30" in reported


def test_a_live_location_goes_on_by_itself(day: dict[str, list[str]]) -> None:
    (shared,), (later,) = day[":langsung"], day[":jam 15:40"]

    assert "tiap slot tercatat sendiri" in shared
    assert "Masuk laporan slot 15.30" in later


def test_the_mails_are_listed_and_one_is_opened(day: dict[str, list[str]]) -> None:
    (listed,), (opened,) = day[":surat"], day[":surat 8"]

    assert "Dinas Kesehatan · " in listed
    assert "bkd@banten.example +2" in listed
    assert "Perihal: [Hadir] 2020-03-23 11.30 WIB" in opened
    assert "Lampiran: " in opened


def test_whatever_is_typed_wrongly_is_answered_with_what_to_type(day: dict[str, list[str]]) -> None:
    assert "Maksud Anda :jam?" in day[":jamm 11:20"][0]
    assert "Jam hanya bisa maju" in day[":jam 09:00"][0]
    assert "Tulis misalnya :jam 11:20" in day[":jam 25:99"][0]
    assert "Belum ada tombol" in day["3"][0]
    assert "hanya ada di Telegram" in day[":kontak"][0]
    assert "rina Rina, admin BKD" in day[":sebagai siapa"][0]
    assert "tidak ditemukan" in day[":unggah tidak-ada.csv"][0]


def test_a_form_asks_for_each_field_and_is_closed_without_effect(day: dict[str, list[str]]) -> None:
    (filled,) = day["1"]

    assert "Formulir: Ubah masa berlaku" in filled
    assert "Mulai berlaku: kemarin sore Tanggal ditulis seperti 2020-03-23." in filled
    assert filled.endswith("Formulir ditutup; tidak ada yang dikirim.")


def test_nothing_is_taken_after_leaving(day: dict[str, list[str]]) -> None:
    assert day[":keluar"] == ["Selesai. Tidak ada yang disimpan."]
    assert "hari ini" not in day


def test_a_message_for_somebody_else_is_told_with_how_to_sit_down_in_their_place() -> None:
    console = Console(record=True, file=StringIO())
    facts = {"platform": "Slack", "name": "Sari", "key": "sari", "title": "Tertaut", "command": "slack"}

    Screen(console).say("unread", **facts)

    assert "Slack · Sari mendapat pesan: Tertaut  (:sebagai sari, :slack)" in console.export_text()
