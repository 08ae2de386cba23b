"""The files that offices hand in, as bytes: what is read, what is refused, and the file that says why."""

import csv
import struct
from contextlib import suppress
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as some
from openpyxl import Workbook, load_workbook

from chalicelib.admin.roster import Problem, Row, parse_rows
from chalicelib.admin.rosterfields import Column
from chalicelib.domain.errors_staff import RosterUnreadable
from chalicelib.domain.people import Organisation, Unit, UnitKind
from chalicelib.phrases import phrase
from chalicelib.rosterfile import MAX_ROWS, column_of, error_file, read_table

OFFICE = Organisation((Unit("dinkes", "Dinas Kesehatan Provinsi Banten", UnitKind.DINAS, reports=True),))
TABLE = "Nama;Unit Kerja;NIP\nRina Wati;dinkes;198501122010012003\n"


Line = tuple[str | int | float | None, ...]


def workbook(*lines: Line) -> bytes:
    book, file = Workbook(), BytesIO()
    assert book.active is not None
    for line in lines:
        book.active.append(line)
    book.save(file)
    return file.getvalue()


def reason_of(data: bytes, filename: str = "pegawai.xlsx") -> str:
    with pytest.raises(RosterUnreadable) as refused:
        read_table(data, filename)
    return refused.value.reason


def nip_in(*lines: Line) -> str:
    (row,) = read_table(workbook(("Nama", "Unit", "NIP"), *lines), "pegawai.xlsx")
    return row.cells[Column.NIP]


def test_a_csv_becomes_rows_under_the_numbers_a_spreadsheet_shows() -> None:
    rows = read_table(TABLE.encode(), "pegawai.csv")

    assert rows == [Row(2, {Column.NAME: "Rina Wati", Column.UNIT: "dinkes", Column.NIP: "198501122010012003"})]


def test_a_workbook_reads_like_the_csv() -> None:
    data = workbook(("Nama", "Unit Kerja", "NIP"), ("Rina Wati", "dinkes", "198501122010012003"))

    assert read_table(data, "pegawai.xlsx") == read_table(TABLE.encode(), "pegawai.csv")


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_csv_is_read_in_every_encoding_and_delimiter_offices_use(delimiter: str, encoding: str) -> None:
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([["Nama", "Unit"], ["Café; Rina, S.E.", "dinkes"]])

    (row,) = read_table(text.getvalue().encode(encoding), "pegawai.csv")

    assert row.cells[Column.NAME] == "Café; Rina, S.E."


def test_the_heading_may_stand_below_titles_and_a_separator_hint() -> None:
    rows = read_table(f"sep=;\nDAFTAR PEGAWAI;;\nKeadaan 1 Maret 2020;;\n\n{TABLE}".encode(), "pegawai.csv")

    assert [row.number for row in rows] == [6]


def test_the_heading_may_stand_on_a_later_sheet() -> None:
    book, file = Workbook(), BytesIO()
    assert book.active is not None
    book.active.append(("Petunjuk",))
    sheet = book.create_sheet()
    sheet.append(("Nama", "Unit"))
    sheet.append(("Rina Wati", "dinkes"))
    book.save(file)

    assert len(read_table(file.getvalue(), "pegawai.xlsx")) == 1


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("NIP", Column.NIP),
        ("N I P", Column.NIP),
        ("NIP (18 digit)", Column.NIP),
        ("nama lengkap", Column.NAME),
        ("NAMA / GELAR", Column.NAME),
        ("Unit Kerja", Column.UNIT),
        ("OPD", Column.UNIT),
        ("Jabatan", Column.POSITION),
        ("ESELON", Column.ECHELON),
        ("Status Kepegawaian", Column.EMPLOYMENT),
        ("No. HP/WA", Column.PHONE),
        ("Nomor Telepon", Column.PHONE),
        ("WhatsApp", Column.PHONE),
        ("E-mail", Column.EMAIL),
        ("Kab./Kota", Column.DOMICILE),
        ("Domisili (Kab/Kota)", Column.DOMICILE),
        ("Latitude", Column.LAT),
        ("Lintang", Column.LAT),
        ("BUJUR", Column.LON),
        ("Tugas Khusus", Column.JOB),
        ("Golongan", None),
        ("", None),
    ],
)
def test_a_heading_is_known_in_any_case_and_punctuation(heading: str, column: Column | None) -> None:
    assert column_of(heading) is column


def test_of_two_headings_with_one_meaning_the_first_that_is_filled_in_counts() -> None:
    text = "Nama;Unit;No HP;No WA\nRina;dinkes;;081200000001\nBudi;dinkes;081200000002;081200000003\n"

    phones = [row.cells[Column.PHONE] for row in read_table(text.encode(), "pegawai.csv")]

    assert phones == ["081200000001", "081200000002"]


def test_a_column_that_is_absent_has_no_key_and_one_that_is_empty_has() -> None:
    (row,) = read_table(b"Nama;Unit;No HP\nRina;dinkes;\n", "pegawai.csv")

    assert row.cells[Column.PHONE] == ""
    assert Column.EMAIL not in row.cells


def test_empty_rows_are_left_out_and_still_counted() -> None:
    rows = read_table(b"Nama;Unit\n\nRina;dinkes\n;\nBudi;dinkes\n", "pegawai.csv")

    assert [row.number for row in rows] == [3, 5]


def test_a_line_break_inside_a_cell_is_kept_for_the_roster_to_refuse() -> None:
    rows = read_table(b'Nama;Unit\n"Rina\r\nBcc: x";dinkes\nBudi;dinkes\n', "pegawai.csv")

    assert rows[0].cells[Column.NAME] == "Rina\r\nBcc: x"
    assert [row.number for row in rows] == [2, 3]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("198501122010012003", "198501122010012003"),
        (198501122010012003, "1.98501E+17"),
        (1.98501122010012e17, "1.98501E+17"),
        ("1.98501E+17", "1.98501E+17"),
        (None, ""),
    ],
)
def test_a_nip_stored_as_a_number_shows_whether_its_digits_are_lost(cell: str | float | None, text: str) -> None:
    assert nip_in(("Rina", "dinkes", cell)) == text


def test_a_rounded_nip_is_refused_by_row_and_told_how_to_be_put_right() -> None:
    rows = read_table(workbook(("Nama", "Unit", "NIP"), ("Rina", "dinkes", 1.98501122010012e17)), "pegawai.xlsx")

    _, (problem,) = parse_rows(rows, OFFICE)

    assert (problem.row, problem.key) == (2, "roster.nip.rounded")
    assert "Teks" in phrase(problem.key, lang="id", **problem.facts)


def test_a_phone_stored_as_a_number_lost_only_its_zero() -> None:
    rows = read_table(workbook(("Nama", "Unit", "No HP"), ("Rina", "dinkes", 81200000001.0)), "pegawai.xlsx")

    (draft,), _ = parse_rows(rows, OFFICE)

    assert draft.person.phone == "+6281200000001"


def test_coordinates_stored_as_numbers_keep_their_decimals() -> None:
    data = workbook(("Nama", "Unit", "Lintang", "Bujur"), ("Rina", "dinkes", -6.120312, 106.150345))

    (row,) = read_table(data, "pegawai.xlsx")

    assert (row.cells[Column.LAT], row.cells[Column.LON]) == ("-6.120312", "106.150345")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no_heading"),
        (b"Golongan;Pangkat\nIII/a;Penata\n", "no_heading"),
        (b"Nama;NIP\nRina;1\n", "no_heading"),
        (b"Nama;Unit\n", "no_rows"),
        (b"Nama;Unit\n;\n  ;  \n", "no_rows"),
        (b"PK\x03\x04 and then nothing of a workbook", "damaged"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512), "old_excel"),
        (b"Nama;Unit\nRin\x81;dinkes\n", "encoding"),
        (b"Nama;Unit\n" + b"R" * 140_000 + b";dinkes\n", "damaged"),
    ],
)
def test_what_is_no_roster_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    assert reason_of(data) == f"roster.unreadable.{reason}"


@given(some.lists(some.tuples(some.floats(0, 1, exclude_max=True), some.integers(0, 255)), min_size=1, max_size=8))
def test_a_damaged_workbook_is_read_or_refused_and_never_breaks(damage: list[tuple[float, int]]) -> None:
    data = bytearray(workbook(("Nama", "Unit"), ("Rina", "dinkes")))
    for place, byte in damage:
        data[4 + int(place * (len(data) - 4))] = byte

    with suppress(RosterUnreadable):
        assert read_table(bytes(data), "pegawai.xlsx")


def test_a_workbook_without_people_is_refused() -> None:
    assert reason_of(workbook(("Nama", "Unit"))) == "roster.unreadable.no_rows"


def test_more_rows_than_any_government_has_people_are_refused() -> None:
    data = b"Nama;Unit\n" + b"Rina;dinkes\n" * MAX_ROWS

    assert reason_of(data) == "roster.unreadable.too_many_rows"


def bomb(declared: int | None = None) -> bytes:
    """A workbook whose sheet unpacks to 150 MB, and says so or lies about it."""
    file = BytesIO()
    with ZipFile(BytesIO(workbook(("Nama", "Unit")))) as honest, ZipFile(file, "w", ZIP_DEFLATED) as packed:
        for part in honest.namelist():
            if part != "xl/worksheets/sheet1.xml":
                packed.writestr(part, honest.read(part))
        with packed.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(150):
                sheet.write(b" " * 1_000_000)
    data = file.getvalue()
    return data if declared is None else data.replace(struct.pack("<L", 150_000_000), struct.pack("<L", declared))


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    data = bomb()

    assert len(data) < 1_000_000
    assert reason_of(data) == "roster.unreadable.too_large"


def test_a_zip_bomb_that_lies_about_its_size_breaks_off() -> None:
    assert reason_of(bomb(declared=1_000)) == "roster.unreadable.damaged"


def test_a_formula_in_a_name_does_not_become_a_person() -> None:
    rows = read_table(b'Nama;Unit\n"=HYPERLINK(""http://example.com"")";dinkes\n', "pegawai.csv")

    drafts, (problem,) = parse_rows(rows, OFFICE)

    assert drafts == ()
    assert problem.key == "roster.text.formula"


def test_the_error_file_repeats_each_rejected_row_with_its_number_column_and_reason() -> None:
    table = read_table(TABLE.encode() + b"Budi Hakim;dinkes;123\n", "pegawai.csv")
    _, problems = parse_rows(table, OFFICE)

    lines = sheet_of(error_file(problems, table))

    assert lines[0] == ("Baris", "Kolom", "Sebab", "NIP", "Nama", "Unit kerja")
    assert lines[1:] == [("3", "NIP", "NIP harus 18 angka, di sini 3.", "123", "Budi Hakim", "dinkes")]


def test_the_error_file_speaks_english_when_asked() -> None:
    table = [Row(2, {Column.NAME: "Rina", Column.UNIT: ""})]

    lines = sheet_of(error_file([Problem(2, Column.UNIT, "roster.missing")], table, lang="en"))

    assert lines[1][:3] == ("2", "Unit", "This column must be filled in.")


def test_a_warning_in_the_error_file_says_that_it_is_one() -> None:
    table = [Row(2, {Column.NAME: "Rina"})]
    warning = Problem(2, Column.PHONE, "roster.phone.shared", {"earlier": 1}, blocks=False)

    assert sheet_of(error_file([warning], table))[1][2].startswith("Peringatan saja")


def test_the_error_file_brings_no_formula_and_no_control_character_to_life() -> None:
    table = [Row(2, {Column.NAME: '=HYPERLINK("http://example.com")', Column.UNIT: "{=1+1}\x01\r\n"})]

    data = error_file([Problem(2, Column.NAME, "roster.text.formula")], table)

    with ZipFile(BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert sheet_of(data)[1][3] == '=HYPERLINK("http://example.com")'


def test_every_refusal_of_a_file_has_a_phrase_in_both_languages() -> None:
    for reason in ("old_excel", "damaged", "too_large", "too_many_rows", "encoding", "no_heading", "no_rows"):
        texts = {phrase(f"roster.unreadable.{reason}", lang=lang) for lang in ("id", "en")}
        assert len(texts) == 2


def sheet_of(data: bytes) -> list[tuple[str, ...]]:
    sheet = load_workbook(BytesIO(data)).worksheets[0]
    return [tuple(str(value or "") for value in line) for line in sheet.iter_rows(values_only=True)]
