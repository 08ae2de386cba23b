"""The sheet of links as a workbook: links that open, and nothing that runs."""

from io import BytesIO
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from chalicelib.admin.links import Entry, SheetRow, sheet
from chalicelib.render import linksheet

URL = "https://hadir.example.com/c#abcdefghijklmnopqrstuvwxyz"
ROWS = sheet(
    "Dinas Kesehatan",
    [
        Entry("Rina Wati", "Dinas Kesehatan", "+6281200000001", URL),
        Entry('=HYPERLINK("http://example.com")', "RSUD Banten", None, URL),
    ],
)


def opened(data: bytes) -> Worksheet:
    page = load_workbook(BytesIO(data)).active
    assert isinstance(page, Worksheet)
    return page


def test_the_link_of_a_person_with_a_phone_is_the_click_to_chat_link_whole() -> None:
    page = opened(linksheet.workbook("Dinas Kesehatan", ROWS))

    link = page.cell(5, 4).hyperlink
    assert link is not None
    assert link.target == ROWS[0].chat_url
    assert page.cell(5, 4).value == "Kirim"
    assert page.cell(5, 5).value is None


def test_who_has_no_phone_gets_the_check_in_link_as_text() -> None:
    page = opened(linksheet.workbook("Dinas Kesehatan", ROWS))

    assert page.cell(6, 4).hyperlink is None
    assert page.cell(6, 5).value == URL


def test_a_name_like_a_formula_stays_a_text() -> None:
    data = linksheet.workbook("Dinas Kesehatan", ROWS)

    with ZipFile(BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert opened(data).cell(6, 2).value == '=HYPERLINK("http://example.com")'


def test_a_link_too_long_for_a_spreadsheet_is_written_as_text_to_be_copied() -> None:
    long = SheetRow("Rina Wati", "Dinas Kesehatan", "https://wa.me/6281200000001?text=" + "a" * 2_079, URL)

    page = opened(linksheet.workbook("Dinas Kesehatan", [long]))

    assert page.cell(5, 4).hyperlink is None
    assert page.cell(5, 4).value == long.chat_url


def test_the_heading_repeats_on_every_printed_page_and_stays_in_sight() -> None:
    page = opened(linksheet.workbook("Dinas Kesehatan", ROWS, lang="en"))

    assert page.print_title_rows == "$4:$4"
    assert page.freeze_panes == "A5"
    assert [cell.value for cell in page[4]][:2] == ["No.", "Name"]
