"""Mails: subject, HTML and plain text of a report, from the Jinja templates under `templates/mail`.

What the values are called and in which order they stand is in `views`; every word is in the catalogue. Styles
are a `<style>` block and table attributes, not inlined per cell, which keeps a mail of sixty people far
below the 102 KB at which Gmail clips; a client that drops the block still shows plain, legible tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path
from textwrap import wrap

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from chalicelib.domain.recap import Digest, Recap
from chalicelib.domain.report import UnitReport
from chalicelib.phrases import phrase
from chalicelib.render import views
from chalicelib.render.views import Report, Words

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates" / "mail"

LISTED_WHOLE = 60
"""The largest roster whose every row stands in the mail itself; of a larger one the workbook has them all."""

NAMES_SHOWN = 40
"""How many names one list of a mail shows before it points to the workbook."""


@dataclass(frozen=True)
class Rendered:
    """One mail's words. `subject` is a single line."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True)
class Mark:
    """What sets a mail apart from the first one of its report, and what that means to its reader."""

    name: str
    meaning: str


def unit_report(
    report: UnitReport,
    *,
    operator: str,
    is_extra_copy: bool,
    report_key: str,
    is_resent: bool = False,
    lang: str = "id",
) -> Rendered:
    """One reporting unit's report to BKD.

    Source: SE 800/734-BKD/2020 point 2.b and annex "Tata cara" 4.
    """
    words = Words(lang, report.heading.zone, report.heading.is_interim)
    unit = views.short_name(report.unit_name, report.heading)
    subject = words("report.subject", unit=unit, reported=report.totals.reported, due=report.totals.due)
    marks = _marks(report, words, is_extra_copy=is_extra_copy, is_resent=is_resent)
    return _render("unit_report", report, words, subject, operator, marks, report_key)


def digest(
    digest: Digest,
    *,
    operator: str,
    is_extra_copy: bool,
    report_key: str,
    is_resent: bool = False,
    lang: str = "id",
) -> Rendered:
    """One slot of the whole government to BKD; the subject counts the units whose report is not out."""
    words = Words(lang, digest.heading.zone)
    facts = {"units": len(digest.lines), "reported": digest.totals.reported, "due": digest.totals.due}
    subject = words("digest.subject", **facts)
    if digest.failed:
        subject = f"{subject} · {words('digest.subject.gaps', count=len(digest.failed))}"
    marks = _marks(digest, words, is_extra_copy=is_extra_copy, is_resent=is_resent)
    return _render("digest", digest, words, subject, operator, marks, report_key)


def recap(
    recap: Recap,
    *,
    operator: str,
    is_extra_copy: bool,
    report_key: str,
    is_resent: bool = False,
    lang: str = "id",
) -> Rendered:
    """The day for the Governor, through the Sekda.

    Source: SE 800/734-BKD/2020 annex "Tata cara" 5.
    """
    words = Words(lang, recap.heading.zone)
    subject = words("recap.subject", shares=" · ".join(views.slot_shares(recap, words)))
    marks = _marks(recap, words, is_extra_copy=is_extra_copy, is_resent=is_resent)
    return _render("recap", recap, words, subject, operator, marks, report_key)


def parcel(title: str, text: str, *, file_name: str, lang: str = "id") -> Rendered:
    """The mail around a file with names or keys in it; lines of `text` become paragraphs."""
    subject = " ".join(f"[Hadir] {title}".split())
    facts = {
        "lang": lang,
        "subject": subject,
        "title": title,
        "paragraphs": text.splitlines(),
        "attachment": phrase("parcel.attachment", lang=lang, file=file_name),
        "care": phrase("parcel.care", lang=lang),
    }
    html, plain = (_environment().get_template(f"parcel.{part}").render(facts) for part in ("html", "txt"))
    return Rendered(subject, html, plain)


def _render(
    name: str, report: Report, words: Words, subject: str, operator: str, marks: Sequence[Mark], report_key: str
) -> Rendered:
    line = _subject(report, words, [*(mark.name for mark in marks), subject])
    facts = {
        "report": report,
        "heading": report.heading,
        "words": words,
        "lang": words.lang,
        "subject": line,
        "marks": marks,
        "operator": operator,
        "report_key": report_key,
        "file_name": views.file_name(report, lang=words.lang),
    }
    html, text = (_environment().get_template(f"{name}.{part}").render(facts) for part in ("html", "txt"))
    return Rendered(line, html, text)


def _marks(report: Report, words: Words, *, is_extra_copy: bool, is_resent: bool) -> list[Mark]:
    """What sets this mail apart: it is sent again, or of an open slot, or stands in an earlier one's place."""
    heading, marks = report.heading, []
    if is_extra_copy or is_resent:
        why = "report.mark.extra_copy.meaning" if is_extra_copy else "report.mark.resent.meaning"
        marks.append(Mark(words("report.mark.extra_copy"), words(why)))
    if heading.is_interim:
        name = words("report.mark.interim", at=words.clock(heading.cut_off))
        marks.append(Mark(name, words("report.mark.interim.meaning", deadline=words.clock(heading.deadline))))
    if heading.is_correction:
        name = words("report.mark.correction", number=heading.revision - 1)
        marks.append(Mark(name, words("report.mark.correction.meaning")))
    return marks


def _subject(report: Report, words: Words, parts: list[str]) -> str:
    """`[Hadir] day time · …`: mails sort by slot. Line breaks in a unit's name become spaces."""
    moment = f"[Hadir] {report.heading.day.isoformat()} {words.clock(report.heading.deadline)}"
    return " ".join(" · ".join([moment, *parts]).split())


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {"views": views, "line": line, "rule": rule}
    environment.globals |= {"LISTED_WHOLE": LISTED_WHOLE, "NAMES_SHOWN": NAMES_SHOWN}
    return environment


def line(spec: str, *cells: object) -> str:
    """One row of a plain-text table: `<24 >8` is a left column of 24 and a right one of 8; cells wrap."""
    columns = [(column[0], int(column[1:])) for column in spec.split()]
    wrapped = [_cell(str(cell), width) for cell, (_, width) in zip(cells, columns, strict=True)]
    return "\n".join(_aligned(parts, columns) for parts in zip_longest(*wrapped, fillvalue=""))


def _cell(text: str, width: int) -> list[str]:
    return [text] if len(text) <= width and "\n" not in text else wrap(text, width)


def _aligned(parts: Sequence[str], columns: list[tuple[str, int]]) -> str:
    return "  ".join(f"{part:{side}{width}}" for part, (side, width) in zip(parts, columns, strict=True)).rstrip()


def rule(spec: str) -> str:
    """The line under a plain-text table's heading."""
    return "  ".join("-" * int(column[1:]) for column in spec.split())
