"""The operator's sheet of check-in links as a workbook: made to be worked through on a phone or printed.

A link is written as an address of its own and never through a formula. The price of Excel: one sheet carries 65,530
links and none longer than 2,079 characters, so what goes beyond is written as text to be copied.
"""

from collections.abc import Sequence
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from chalicelib.admin.links import SheetRow
from chalicelib.phrases import phrase

MOST_LINKS = 65_530
LONGEST_LINK = 2_079
A4 = 9
ROW_HEIGHT = 21
HEADING_LINE = 3
COLUMNS = (("number", 5), ("name", 36), ("unit", 44), ("chat", 22), ("checkin", 52), ("sent", 10))


def workbook(unit_name: str, rows: Sequence[SheetRow], *, lang: str = "id") -> bytes:
    """A4 landscape, the heading repeated on every page, and a box to tick when a link is sent."""
    file = BytesIO()
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(phrase("roster.link.sheet", lang=lang))
        _lay_out(sheet, lang)
        _head(book, sheet, unit_name, lang)
        boxed = book.add_format({"border": 1, "border_color": "#BFBFBF", "valign": "vcenter", "text_wrap": True})
        link = book.add_format(
            {"border": 1, "border_color": "#BFBFBF", "font_color": "#0B57D0", "underline": 1, "valign": "vcenter"}
        )
        for number, row in enumerate(rows, start=1):
            _write_row(sheet, number, row, (boxed, link), phrase("roster.link.send", lang=lang))
    return file.getvalue()


def _lay_out(sheet: Worksheet, lang: str) -> None:
    for place, (_, width) in enumerate(COLUMNS):
        sheet.set_column(place, place, width)
    sheet.set_default_row(ROW_HEIGHT)
    sheet.freeze_panes(HEADING_LINE + 1, 0)
    sheet.repeat_rows(HEADING_LINE)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&C{phrase('roster.link.page', lang=lang)}")


def _head(book: Workbook, sheet: Worksheet, unit_name: str, lang: str) -> None:
    title = phrase("roster.link.title", lang=lang, unit=unit_name)
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, phrase("roster.link.secret", lang=lang), book.add_format({"font_color": "#B3261E"}))
    heading = book.add_format({"bold": True, "border": 1, "bg_color": "#E8EEF7", "text_wrap": True, "valign": "top"})
    for place, (name, _) in enumerate(COLUMNS):
        sheet.write_string(HEADING_LINE, place, phrase(f"roster.link.column.{name}", lang=lang), heading)


def _write_row(sheet: Worksheet, number: int, row: SheetRow, formats: tuple[Format, Format], send: str) -> None:
    boxed, link = formats
    line = HEADING_LINE + number
    sheet.write_number(line, 0, number, boxed)
    sheet.write_string(line, 1, row.name, boxed)
    sheet.write_string(line, 2, row.unit, boxed)
    if row.chat_url and number <= MOST_LINKS and len(row.chat_url) <= LONGEST_LINK:
        sheet.write_url(line, 3, row.chat_url, link, send)
        sheet.write_blank(line, 4, None, boxed)
    else:
        sheet.write_string(line, 3, row.chat_url or "", boxed)
        sheet.write_string(line, 4, "" if row.chat_url else row.checkin_url, boxed)
    sheet.write_string(line, 5, "☐", boxed)
