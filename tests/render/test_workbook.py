"""What the workbooks hold, read back with another library than the one that wrote them."""

from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from chalicelib.phrases import KNOWN
from chalicelib.render import xlsx
from tests.render import samples


def opened(workbook: bytes) -> Workbook:
    return load_workbook(BytesIO(workbook))


def rows_of(book: Workbook, sheet: str) -> list[list[object]]:
    """The rows below the heading of a list sheet."""
    return [list(row) for row in book[sheet].iter_rows(min_row=4, values_only=True)]


def summary(book: Workbook) -> dict[object, object]:
    return {row[0]: row[1] for row in book["Ringkasan"].iter_rows(values_only=True) if row[0] and row[1] is not None}


def test_everybody_has_a_row_whose_counts_are_the_reports() -> None:
    report = samples.unit_report(*samples.roster(1034))

    book = opened(xlsx.unit_report(report))

    people = rows_of(book, "Pegawai")
    assert len(people) == 1034
    assert sum(row[4] == "✓ melapor" for row in people) == report.totals.reported
    assert summary(book)["✓ melapor"] == report.totals.reported
    assert summary(book)["Jumlah pegawai"] == 1034
    assert summary(book)["Jumlah yang melapor"] == report.totals.reported


def test_who_has_not_reported_stands_first() -> None:
    people = rows_of(opened(xlsx.unit_report(samples.unit_report(*samples.roster(40)))), "Pegawai")

    assert [row[4] for row in people[:5]] == ["○ belum melapor saat ditutup"] * 4 + ["✓ melapor"]
    assert people[4][7] == "di luar rumah"


def test_a_time_stands_under_a_heading_that_names_its_zone() -> None:
    sheet = opened(xlsx.unit_report(samples.unit_report(samples.person(1))))["Pegawai"]

    assert sheet["F3"].value == "Jam (WIB)"
    assert sheet["F4"].value == "06.41"


@pytest.mark.parametrize("name", ['=HYPERLINK("x")', "+62", "@SUM(A1)", "http://contoh.test", "<b>Ani</b>", "007"])
def test_a_name_stays_text_whatever_it_looks_like(name: str) -> None:
    sheet = opened(xlsx.unit_report(samples.unit_report(samples.person(1, name=name))))["Pegawai"]

    assert sheet["B4"].value == name
    assert sheet["B4"].data_type == "s"
    assert sheet["B4"].hyperlink is None


def test_the_list_filters_keeps_its_heading_in_sight_and_prints_on_a4() -> None:
    sheet = opened(xlsx.unit_report(samples.unit_report(*samples.roster(40))))["Pegawai"]

    assert sheet.auto_filter.ref == "A3:J43"
    assert sheet.freeze_panes == "C4"
    assert sheet.print_title_rows == "$3:$3"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert str(sheet.oddHeader) == "&LPemerintah Provinsi Banten&RSurat Edaran Nomor 800/734-BKD/2020"


def test_the_same_report_gives_the_same_bytes() -> None:
    report = samples.midday_report(*samples.roster(40))

    assert xlsx.unit_report(report) == xlsx.unit_report(report)
    assert xlsx.digest(samples.slot_digest()) == xlsx.digest(samples.slot_digest())
    assert xlsx.recap(samples.day_recap()) == xlsx.recap(samples.day_recap())


def test_the_files_own_date_is_the_reports_cut_off() -> None:
    created = opened(xlsx.unit_report(samples.unit_report())).properties.created

    assert created is not None
    assert created.isoformat() == "2020-03-23T00:30:00"


def test_a_correction_is_named_on_both_sheets() -> None:
    report = replace(samples.unit_report(), heading=samples.heading(revision=2))

    book = opened(xlsx.unit_report(report))

    for sheet in book.worksheets:
        assert any("KOREKSI 1" in str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)


def test_a_digest_lists_failed_units_first_and_sums_the_others() -> None:
    *lines, total = rows_of(opened(xlsx.digest(samples.slot_digest())), "Unit")

    assert lines[0][:3] == ["Biro Umum Sekretariat Daerah", "▲ GAGAL terkirim, petugas dipanggil", "–"]
    assert lines[2] == ["Dinas Pendidikan dan Kebudayaan", "✓ terkirim", 1034, 1034, 812, 0.785, 222, "✓ cukup", 0]
    assert total[2:7] == [1474, 1430, 1192, 0.833, 238]


def test_a_recap_has_a_row_per_unit_and_the_whole_government_below() -> None:
    *lines, total = rows_of(opened(xlsx.recap(samples.day_recap())), "Unit")

    assert lines[0][:6] == ["Biro Umum Sekretariat Daerah", 96, "✓ cukup", "▲ gagal", "–", "–"]
    assert lines[0][6:] == [80, 90, 0.888, 85, 90, 0.944, 0, 15]
    assert total[:2] == ["Jumlah", 1570]
    assert total[3:] == [1192, 1426, 0.835, 1396, 1516, 0.92, 1475, 1516, 0.972, 226, 169]


@pytest.mark.parametrize("lang", KNOWN)
def test_every_workbook_opens_in_every_language(lang: str) -> None:
    books = (
        xlsx.unit_report(samples.midday_report(*samples.roster(40)), lang=lang),
        xlsx.digest(samples.slot_digest(), lang=lang),
        xlsx.recap(samples.day_recap(), lang=lang),
    )

    assert [len(opened(book).worksheets) for book in books] == [2, 2, 2]


def test_a_unit_without_people_still_has_its_workbook() -> None:
    book = opened(xlsx.unit_report(samples.unit_report()))

    assert summary(book)["Jumlah pegawai"] == 0
    assert [cell for row in rows_of(book, "Pegawai") for cell in row if cell is not None] == []
