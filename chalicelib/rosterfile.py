"""The roster files that people hand us: XLSX and CSV in, the rejected rows with their reasons out.

Only the file is judged here, as a table with a heading somewhere near its top; what the rows mean is `admin.roster`'s.
Whatever a spreadsheet did to a number is passed on as it stands, so that the row can be named.
"""

import csv
import re
import zlib
from collections.abc import Iterable, Iterator
from datetime import date
from io import BytesIO, StringIO
from itertools import islice
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from chalicelib.admin.roster import Problem, Row
from chalicelib.admin.rosterfields import Column
from chalicelib.domain.errors_staff import RosterUnreadable
from chalicelib.phrases import phrase

MAX_BYTES = 100_000_000
"""Of a CSV, or of a workbook unpacked: 100,000 rows take about 60 MB, a zip bomb gigabytes."""

MAX_ROWS = 100_000
HEADING_WITHIN = 30
DELIMITERS = (";", ",", "\t")
ZIP_START = b"PK\x03\x04"
OLE_START = bytes.fromhex("d0cf11e0a1b11ae1")  # .xls, and .xlsx behind a password
EXACT_DIGITS = 15
DAMAGE = (
    *(BadZipFile, InvalidFileException, LookupError, ValueError, TypeError, AttributeError, SyntaxError),
    *(RuntimeError, EOFError, OSError, zlib.error),
)
"""What zipfile, the XML parser and openpyxl raise over damaged parts: found by damaging some, they promise nothing."""

REASON_WIDTH = 64
LINE_HEIGHT = 15

HEADINGS = {
    Column.NIP: "nip nonip nomornip nomorindukpegawai nippppk nipnippppk nip18digit nipnikpppk",
    Column.NAME: "nama namalengkap namapegawai namaresmi namaasn namadangelar namagelar namalengkapdangelar name",
    Column.UNIT: "unitkerja unit opd namaopd skpd instansi perangkatdaerah organisasi unitorganisasi satuankerja "
    "satker unitkerjaopd opdunitkerja",
    Column.POSITION: "jabatan namajabatan position",
    Column.ECHELON: "eselon eselonjabatan jenisjabatan kelompokjabatan jenjangjabatan",
    Column.EMPLOYMENT: "status statuskepegawaian statuspegawai statusasn jenispegawai",
    Column.PHONE: "nohp nomorhp hp handphone nohandphone nomorhandphone telepon notelepon nomortelepon telp notelp wa "
    "nowa nomorwa whatsapp nowhatsapp nomorwhatsapp nohpwa nohpwhatsapp hpwa phone teleponhp telephp",
    Column.EMAIL: "email surel alamatemail alamatsurel",
    Column.DOMICILE: "domisili kabkota kabupatenkota kotakabupaten domisilikabkota domisilikabupatenkota "
    "kabkotadomisili kotadomisili domicile",
    Column.LAT: "lintang latitude lat garislintang lintangrumah latituderumah koordinatlintang",
    Column.LON: "bujur longitude lon lng long garisbujur bujurrumah longituderumah koordinatbujur",
    Column.JOB: "tugaskhusus tugas kelompoktugas penugasankhusus",
}
COLUMN_OF = {heading: column for column, headings in HEADINGS.items() for heading in headings.split()}

Line = tuple[int, list[str]]
Heading = dict[int, Column]


def read_table(data: bytes, filename: str) -> list[Row]:
    """The rows under the heading, each under the column names this house knows; empty rows are left out.

    The bytes decide what the file is, not its name: a CSV named `.xls` is still a CSV.

    Raises: RosterUnreadable, whose reason is a message id.
    """
    if data.startswith(OLE_START) or (filename.lower().endswith(".xls") and b"\0" in data[:8]):
        raise RosterUnreadable("roster.unreadable.old_excel")
    tables = _sheets(data) if data.startswith(ZIP_START) else _delimited(data)
    for lines in tables:
        if found := _heading(lines):
            return _rows(lines, *found)
    raise RosterUnreadable("roster.unreadable.no_heading")


def _heading(lines: list[Line]) -> tuple[int, Heading] | None:
    """The first row near the top that names at least the person and the unit, below whatever titles there are."""
    for place, (_, cells) in enumerate(islice(lines, HEADING_WITHIN)):
        columns = {index: column for index, cell in enumerate(cells) if (column := column_of(cell))}
        if {Column.NAME, Column.UNIT} <= set(columns.values()):
            return place, columns
    return None


def column_of(heading: str) -> Column | None:
    """The column that a heading means, whatever its case, punctuation and remarks in brackets."""
    plain = re.sub(r"\(.*?\)", "", heading.casefold())
    return COLUMN_OF.get(re.sub(r"[^a-z0-9]", "", plain))


def _rows(lines: list[Line], place: int, columns: Heading) -> list[Row]:
    rows = [_row(number, cells, columns) for number, cells in lines[place + 1 :] if any(cells)]
    rows = [row for row in rows if any(row.cells.values())]
    if not rows:
        raise RosterUnreadable("roster.unreadable.no_rows")
    return rows


def _row(number: int, cells: list[str], columns: Heading) -> Row:
    """Two headings of one meaning (`No HP`, `No WA`) are one column: the first that is filled in."""
    found = dict.fromkeys(columns.values(), "")
    for index, column in columns.items():
        if index < len(cells) and not found[column]:
            found[column] = cells[index]
    return Row(number, found)


def _sheets(data: bytes) -> Iterator[list[Line]]:
    """The tables of a workbook's sheets, one by one.

    Formulas are read as the value the office last saw. Sizes are the ones the archive declares: zipfile reads no
    further than them, so a bomb that lies breaks off with BadZipFile.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_BYTES:
                raise RosterUnreadable("roster.unreadable.too_large")
        for sheet in load_workbook(BytesIO(data), read_only=True, data_only=True).worksheets:
            sheet.reset_dimensions()
            yield _limited([_text(value) for value in values] for values in sheet.iter_rows(values_only=True))
    except DAMAGE as refused:
        raise RosterUnreadable("roster.unreadable.damaged") from refused


def _delimited(data: bytes) -> Iterator[list[Line]]:
    """The table under each delimiter in turn: the one under which a heading appears is the file's."""
    if len(data) > MAX_BYTES:
        raise RosterUnreadable("roster.unreadable.too_large")
    text = _decoded(data)
    try:
        for delimiter in DELIMITERS:
            lines = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
            yield _limited([cell.strip() for cell in line] for line in lines)
    except csv.Error as refused:
        raise RosterUnreadable("roster.unreadable.damaged") from refused


def _decoded(data: bytes) -> str:
    """The text of a CSV: by its byte order mark, else UTF-8, else the Windows-1252 of an Indonesian Excel."""
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        if b"\0" in data:
            return data.decode("utf-16-be" if data.startswith(b"\0") else "utf-16-le")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _windows(data)


def _windows(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as refused:
        raise RosterUnreadable("roster.unreadable.encoding") from refused


def _limited(lines: Iterable[list[str]]) -> list[Line]:
    """The lines under the numbers a spreadsheet shows beside them."""
    numbered = list(islice(enumerate(lines, start=1), MAX_ROWS + 1))
    if len(numbered) > MAX_ROWS:
        raise RosterUnreadable("roster.unreadable.too_many_rows")
    return numbered


def _text(value: object) -> str:
    """A cell as its reader saw it. A number of more than 15 digits has lost the rest, whoever wrote the file, and shows
    that by its `1.98501E+17`.
    """
    match value:
        case None:
            return ""
        case int() | float() if abs(value) >= 10**EXACT_DIGITS:
            return f"{value:.5E}"
        case float() if value.is_integer():
            return str(int(value))
        case date():
            return value.isoformat()
        case _:
            return str(value).strip()


def error_file(problems: Iterable[Problem], table: Iterable[Row], *, lang: str = "id") -> bytes:
    """A workbook of the rejected rows as they came, each with its number, column and reason, to be put right.

    Every cell is written as text: a rejected `=HYPERLINK(…)` must not come to life here.
    """
    rows = {row.number: row for row in table}
    columns = [column for column in Column if any(column in row.cells for row in rows.values())]
    file = BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet(phrase("roster.errors.sheet", lang=lang))
        _lay_out(book, sheet, [f"roster.column.{name}" for name in ("row", "column", "reason", *columns)], lang)
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for line, problem in enumerate(problems, start=1):
            cells = rows[problem.row].cells
            texts = (str(problem.row), *_explained(problem, lang), *(cells.get(column, "") for column in columns))
            sheet.set_row(line, LINE_HEIGHT * (1 + len(texts[2]) // REASON_WIDTH))
            for place, text in enumerate(texts):
                sheet.write_string(line, place, text, wrapped)
    return file.getvalue()


def _lay_out(book: Workbook, sheet: Worksheet, headings: list[str], lang: str) -> None:
    bold = book.add_format({"bold": True, "bottom": 1})
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, phrase(heading, lang=lang), bold)
    sheet.set_column(0, 0, 7)
    sheet.set_column(1, 1, 18)
    sheet.set_column(2, 2, REASON_WIDTH + 8)
    sheet.set_column(3, len(headings) - 1, 24)
    sheet.freeze_panes(1, 3)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _explained(problem: Problem, lang: str) -> tuple[str, str]:
    """The column's heading and the reason; a warning is marked as one, for it rejects nothing."""
    reason = phrase(problem.key, lang=lang, **problem.facts)
    if not problem.blocks:
        reason = phrase("roster.warning", lang=lang, reason=reason)
    return phrase(f"roster.column.{problem.column}", lang=lang), reason
