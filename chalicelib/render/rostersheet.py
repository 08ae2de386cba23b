"""The roster as a workbook that the import reads back unchanged: the way to correct many entries at once.

Every cell is text, so that no number loses a digit and no name becomes a formula. The price: headings and words are
Indonesian whoever asks, because a file is for an office and not for a reader.
"""

from collections.abc import Iterable
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from chalicelib.admin.rosterfields import CellInvalid, Column, UnitNames
from chalicelib.domain.people import Job, Organisation, Person
from chalicelib.phrases import phrase

A4 = 9
WIDTHS = {
    Column.NIP: 22,
    Column.NAME: 34,
    Column.UNIT: 44,
    Column.POSITION: 34,
    Column.ECHELON: 16,
    Column.EMPLOYMENT: 18,
    Column.PHONE: 18,
    Column.EMAIL: 28,
    Column.DOMICILE: 24,
    Column.LAT: 12,
    Column.LON: 12,
    Column.JOB: 14,
}


def workbook(people: Iterable[Person], organisation: Organisation) -> bytes:
    """One row a person under the headings that the import knows."""
    units, file = UnitNames(organisation), BytesIO()
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet, bold = book.add_worksheet(phrase("export.sheet")), book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        for place, (column, width) in enumerate(WIDTHS.items()):
            sheet.set_column(place, place, width, text)
            sheet.write_string(0, place, phrase(f"roster.column.{column}"), bold)
        for line, person in enumerate(people, start=1):
            for place, cell in enumerate(_cells(person, units, organisation)):
                sheet.write_string(line, place, cell, text)
        _lay_out(sheet)
    return file.getvalue()


def _lay_out(sheet: Worksheet) -> None:
    sheet.freeze_panes(1, 2)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)


def _cells(person: Person, units: UnitNames, organisation: Organisation) -> tuple[str, ...]:
    """In the order of the columns."""
    return (
        person.nip or "",
        person.name,
        _unit(person.unit, units, organisation),
        person.position,
        phrase(f"export.group.{person.group}"),
        phrase(f"export.employment.{person.employment}"),
        person.phone or "",
        person.email or "",
        person.domicile or "",
        str(person.home.lat) if person.home else "",
        str(person.home.lon) if person.home else "",
        phrase(f"export.job.{person.job}") if person.job is not Job.GENERAL else "",
    )


def _unit(unit: str, units: UnitNames, organisation: Organisation) -> str:
    """The unit's name; its id where the name would not lead back to it, because another unit bears it too."""
    name = organisation.by_id[unit].name
    try:
        return name if units.find(name) == unit else unit
    except CellInvalid:
        return unit
