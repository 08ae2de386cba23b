"""The look of every workbook: fonts, tones, widths, frozen headings and print set-up on A4.

What is written belongs to `xlsx`. Cells are written by kind, never guessed from their text, so a name that
begins with `=` stays a name; and nothing depends on the moment of writing, so the same report gives the same
bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from io import BytesIO
from textwrap import wrap

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from chalicelib.domain.report import Heading, Totals
from chalicelib.render.views import Words

A4 = 9
HEADER_LIMIT = 255
"""Excel refuses a longer page header and then the whole sheet."""

SUMMARY_WIDTHS = (50, 14, 14, 30)
ROW_HEIGHT = 15
ROOM = 1.1
BOLD_ROOM = 0.85
"""How many characters a unit of a column's width holds on average."""
LITERAL = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
STYLES: dict[str, dict[str, object]] = {
    "wrapped": {"text_wrap": True},
    "title": {"bold": True, "font_size": 16},
    "section": {"bold": True, "font_size": 12},
    "strong": {"bold": True},
    "quiet": {"font_color": "#4C5866"},
    "alarm": {"font_color": "#A3201F"},
    "head": {"bold": True, "text_wrap": True, "valign": "bottom", "bg_color": "#E3E9F0", "bottom": 2},
    "cell": {"bottom": 1, "bottom_color": "#D5DBE2"},
    "sum": {"bold": True, "top": 2},
    "right": {"align": "right", "indent": 1},
    "number": {"align": "right", "indent": 1, "num_format": "#,##0"},
    "share": {"align": "right", "indent": 1, "num_format": "0.0%"},
    "plain": {"text_wrap": True},
    "listed": {"text_wrap": True, "align": "left", "indent": 1},
    "ok": {"text_wrap": True, "align": "left", "indent": 1, "font_color": "#0B6B43"},
    "heed": {"text_wrap": True, "align": "left", "indent": 1, "font_color": "#8A5200", "bg_color": "#FDF3E0"},
    "bad": {"text_wrap": True, "align": "left", "indent": 1, "font_color": "#A3201F", "bg_color": "#FCEBEA"},
}


@dataclass(frozen=True)
class Share:
    """A cell that Excel shows as a percentage, cut after one decimal as in the mail."""

    totals: Totals


@dataclass(frozen=True)
class Toned:
    """A text cell whose words carry the meaning and whose colour repeats it."""

    text: str
    tone: str


Cell = str | int | Share | Toned | None
Column = tuple[str, int]
"""A heading and its width in characters."""


class Book:
    """One workbook in memory; `close` gives its bytes."""

    def __init__(self, title: str, heading: Heading, words: Words) -> None:
        self.heading, self.words, self.title = heading, words, title
        self.none = words("number.none")
        self._bytes = BytesIO()
        self._book = Workbook(self._bytes, {"in_memory": True} | LITERAL)
        self._formats: dict[str, Format] = {}
        # The file's own dates are the report's: a replayed workbook is the very file that was sent.
        created = heading.cut_off.astimezone(UTC).replace(tzinfo=None)
        self._book.set_properties({"title": title, "author": heading.government, "created": created})

    def sheet(self, name: str) -> "Sheet":
        return Sheet(self, self._book.add_worksheet(name))

    def format(self, name: str) -> Format:
        """The style of that name: words of `STYLES` joined by spaces, later ones adding to earlier."""
        if name not in self._formats:
            properties = {key: value for word in name.split() for key, value in STYLES[word].items()}
            self._formats[name] = self._book.add_format({"valign": "top"} | properties)
        return self._formats[name]

    def close(self) -> bytes:
        self._book.close()
        return self._bytes.getvalue()


class Sheet:
    """A sheet written from the top down."""

    def __init__(self, book: Book, sheet: Worksheet) -> None:
        self._book, self._sheet, self._row = book, sheet, 0
        self._widths: Sequence[int] = ()
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        heading, words = book.heading, book.words
        number = words("report.sheet.letter", number=heading.policy_number)
        sheet.set_header(_page_header(heading.government, number))
        sheet.set_footer(f"&L{_literal(book.title)}&R{words('report.sheet.page')}")

    def opening(self, title: str, *lines: str) -> None:
        """Opens a summary sheet: whose it is, what it is, for which slot."""
        self._widen(SUMMARY_WIDTHS)
        self.text(self._book.heading.government, "quiet")
        self._wide(title, "title", ROW_HEIGHT * 1.5)
        for line in lines:
            self.text(line)

    def text(self, text: str, style: str = "") -> None:
        """A paragraph over the summary's width."""
        self._wide(text, style, ROW_HEIGHT * _lines(text, sum(SUMMARY_WIDTHS) * ROOM))

    def section(self, text: str) -> None:
        self._row += 1
        self._wide(text, "section", ROW_HEIGHT * 1.2)

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """A small table within a summary."""
        self._head(headings, _numeric(rows))
        for row in rows:
            self._line(row, "cell")

    def sums(self, cells: Sequence[Cell]) -> None:
        """A table's last row."""
        self._line(cells, "sum")

    def list(self, title: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, frozen: int) -> None:
        """A whole sheet as one list: its heading stays in sight and on every page, and filters.

        `frozen` columns at the left stay in sight as well.
        """
        self._sheet.write_string(0, 0, title, self._book.format("section"))
        self._widen([width for _, width in columns])
        self._row = head = 2
        self.table([name for name, _ in columns], rows)
        self._sheet.freeze_panes(head + 1, frozen)
        self._sheet.repeat_rows(head)
        self._sheet.autofilter(head, 0, max(head + 1, self._row - 1), len(columns) - 1)

    def _widen(self, widths: Sequence[int]) -> None:
        self._widths = widths
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, width)

    def _wide(self, text: str, style: str, height: float) -> None:
        wrapped = self._book.format(f"wrapped {style}")
        self._sheet.set_row(self._row, height)
        self._sheet.merge_range(self._row, 0, self._row, len(SUMMARY_WIDTHS) - 1, "", wrapped)
        self._sheet.write_string(self._row, 0, text, wrapped)
        self._row += 1

    def _head(self, headings: Sequence[str], numeric: set[int]) -> None:
        self._heighten(headings, BOLD_ROOM)
        for column, name in enumerate(headings):
            style = "head right" if column in numeric else "head"
            self._sheet.write_string(self._row, column, name, self._book.format(style))
        self._row += 1

    def _line(self, cells: Sequence[Cell], style: str) -> None:
        self._heighten(cells)
        for column, cell in enumerate(cells):
            self._cell(column, cell, style)
        self._row += 1

    def _heighten(self, cells: Sequence[Cell], room: float = ROOM) -> None:
        """LibreOffice leaves a wrapped row at one line's height unless told; Excel grows it by itself."""
        texts = (cell.text if isinstance(cell, Toned) else cell for cell in cells)
        pairs = zip(texts, self._widths, strict=False)
        lines = max((_lines(text, width * room) for text, width in pairs if isinstance(text, str)), default=1)
        if lines > 1:
            self._sheet.set_row(self._row, ROW_HEIGHT * lines)

    def _cell(self, column: int, cell: Cell, style: str) -> None:
        styled = self._book.format
        match cell:
            case int():
                self._sheet.write_number(self._row, column, cell, styled(f"{style} number"))
            case Share(totals) if totals.due:
                share = totals.reported * 1000 // totals.due / 1000
                self._sheet.write_number(self._row, column, share, styled(f"{style} share"))
            case Share() | None:
                self._sheet.write_string(self._row, column, self._book.none, styled(f"{style} right"))
            case Toned(text, tone):
                self._sheet.write_string(self._row, column, text, styled(f"{style} {tone or 'listed'}"))
            case str():
                self._sheet.write_string(self._row, column, cell, styled(f"{style} plain"))


def _lines(text: str, characters: float) -> int:
    return 1 if len(text) <= characters else len(wrap(text, int(characters)))


def _numeric(rows: Sequence[Sequence[Cell]]) -> set[int]:
    return {column for row in rows for column, cell in enumerate(row) if isinstance(cell, int | Share)}


def _page_header(left: str, right: str) -> str:
    return f"&L{_literal(left)}&R{_literal(right)}"[:HEADER_LIMIT]


def _literal(text: str) -> str:
    """An ampersand starts a command in a page header; two of them are one."""
    return text.replace("&", "&&")
