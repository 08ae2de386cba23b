"""Workbooks, the mails' attachments: a summary sheet and a sheet with every row, to filter and to print.

What stands in which cell is decided here; how it looks is in `workbook`, names and order are in `views`.
"""

from collections.abc import Sequence

from chalicelib.domain.attendance import Status
from chalicelib.domain.calendar import ZONES, instant
from chalicelib.domain.evidence import Grade
from chalicelib.domain.recap import Digest, Outcome, Recap, RecapLine, SlotStanding, UnitLine
from chalicelib.domain.report import Heading, Row, Totals, UnitReport
from chalicelib.render import views
from chalicelib.render.views import Words
from chalicelib.render.workbook import Book, Cell, Column, Share, Sheet, Toned

STATUS_TONE = {Status.NOT_REPORTED: "bad", Status.FOLLOWED_UP: "heed", Status.REPORTED: "ok"}
GRADE_TONE = dict.fromkeys(views.TO_LOOK_AT, "heed")


def unit_report(report: UnitReport, *, lang: str = "id") -> bytes:
    """The workbook of one reporting unit: its summary, and one row per person."""
    words = Words(lang, report.heading.zone, report.heading.is_interim)
    book = Book(report.unit_name, report.heading, words)
    summary = book.sheet(words("report.sheet.summary"))
    summary.opening(report.unit_name, words("report.title"), _when(report.heading, words))
    summary.text(words.headline(report.totals, report.heading), "strong")
    _changes(summary, words, report)
    _counts(summary, words, report.totals)
    _piket(summary, words, report)
    _follow_ups(summary, words, report)
    _notes(summary, words, report.heading)
    rows = [_person(number, row, words) for number, row in enumerate(views.in_reading_order(report.rows), start=1)]
    everybody = book.sheet(words("report.sheet.people"))
    everybody.list(f"{report.unit_name} · {_when(report.heading, words)}", _people_columns(words), rows, frozen=2)
    return book.close()


def digest(digest: Digest, *, lang: str = "id") -> bytes:
    """The workbook of one slot: the government's totals, and one row per reporting unit."""
    words = Words(lang, digest.heading.zone)
    book = Book(words("digest.title"), digest.heading, words)
    summary = book.sheet(words("report.sheet.summary"))
    summary.opening(book.title, _when(digest.heading, words))
    summary.text(words.headline(digest.totals, digest.heading), "strong")
    _coverage(summary, words, digest)
    _counts(summary, words, digest.totals)
    _notes(summary, words, digest.heading)
    units = book.sheet(words("report.sheet.units"))
    rows = [_unit(line, digest.heading, words) for line in views.by_outcome(digest.lines)]
    units.list(f"{book.title} · {_when(digest.heading, words)}", _unit_columns(words), rows, frozen=1)
    units.sums([words("digest.column.total"), "", *_figures(digest.totals), "", ""])
    return book.close()


def recap(recap: Recap, *, lang: str = "id") -> bytes:
    """The workbook of a day: the Governor's minute, and one row per reporting unit with its slots."""
    words = Words(lang, recap.heading.zone)
    book = Book(words("recap.title"), recap.heading, words)
    summary = book.sheet(words("report.sheet.summary"))
    summary.opening(book.title, words("recap.addressee"), _closing(recap.heading, words))
    summary.section(words("recap.section.minute"))
    for sentence in views.minute(recap, words):
        summary.text(sentence)
    _attention(summary, words, recap)
    _notes(summary, words, recap.heading)
    units = book.sheet(words("report.sheet.units"))
    rows = [_day(line, recap.heading, words) for line in views.gaps_first(recap)]
    units.list(f"{book.title} · {_closing(recap.heading, words)}", _recap_columns(words, recap), rows, frozen=1)
    followed_up, missing = (sum(column) for column in zip(*map(_not_in_time, recap.lines), strict=True))
    units.sums([words("recap.column.total"), recap.people, "", *_slots(recap.slots, words), followed_up, missing])
    return book.close()


def _when(heading: Heading, words: Words) -> str:
    return _marked(
        f"{words.day(heading.day)} · {words('report.slot', deadline=words.clock(heading.deadline))}",
        heading,
        words,
    )


def _closing(heading: Heading, words: Words) -> str:
    return _marked(
        f"{words.day(heading.day)} · {words('recap.closing', deadline=words.clock(heading.deadline))}",
        heading,
        words,
    )


def _marked(when: str, heading: Heading, words: Words) -> str:
    if heading.is_interim:
        return f"{when} · {words('report.mark.interim', at=words.clock(heading.cut_off))}"
    correction = words("report.mark.correction", number=heading.revision - 1)
    return f"{when} · {correction}" if heading.is_correction else when


def _notes(sheet: Sheet, words: Words, heading: Heading) -> None:
    sheet.section(words("report.sheet.notes"))
    sheet.text(words("report.footer.basis", number=heading.policy_number, title=heading.policy_title))
    sheet.text(
        words(
            "report.footer.cut_off",
            moment=words.moment(heading.cut_off),
            revision=str(heading.office_revision),
        )
    )
    for note in (words.yet("report.footer.meaning"), words("report.footer.proof"), words("report.footer.care")):
        sheet.text(note)


def _coverage(sheet: Sheet, words: Words, digest: Digest) -> None:
    sent = len(digest.lines) - len(digest.failed)
    sheet.text(words("digest.coverage", sent=sent, units=len(digest.lines)))
    if uncounted := sum(line.totals is None for line in digest.lines):
        sheet.text(words("digest.uncounted", count=uncounted), "alarm")
    for line in views.by_outcome(digest.failed):
        name = views.short_name(line.name, digest.heading)
        sheet.text(f"{name}: {words.outcome(line.outcome)}", "alarm")


def _changes(sheet: Sheet, words: Words, report: UnitReport) -> None:
    """What a correction changed: counts, then names, each as it was and as it is."""
    if report.correction is None:
        return
    before, after = words("report.column.before"), words("report.column.after")
    moves = report.correction.moves
    sheet.section(words.changes_since(report.correction))
    if counts := views.changed_counts(report):
        rows = [(Toned(words.status(one), STATUS_TONE.get(one, "")), was, stands) for one, was, stands in counts]
        sheet.table([words("report.column.status"), before, after], rows)
    if not moves:
        sheet.text(words("report.changes.piket"))
        return
    sheet.section(words("report.section.moves", count=len(moves)))
    columns = [words("report.column.name"), before, after, words("report.column.unit")]
    sheet.table(columns, [(one.name, *map(words.standing, (one.before, one.after)), one.unit) for one in moves])


def _counts(sheet: Sheet, words: Words, totals: Totals) -> None:
    people = words("report.column.people")
    statuses: list[Sequence[Cell]] = [
        (Toned(words.status(status), STATUS_TONE.get(status, "")), count) for status, count in views.statuses(totals)
    ]
    sheet.section(words("report.section.statuses"))
    sheet.table([words("report.column.status"), people], statuses)
    sheet.sums([words("report.column.total"), totals.people])
    grades: list[Sequence[Cell]] = [
        (Toned(words(f"grade.{grade}"), _grade_tone(grade)), count) for grade, count in views.grades(totals)
    ]
    sheet.section(words("report.section.grades"))
    sheet.table([words("report.column.grade"), people], grades)
    sheet.sums([words("report.column.total_reported"), totals.reported])


def _piket(sheet: Sheet, words: Words, report: UnitReport) -> None:
    if not report.piket:
        return
    sheet.section(words("report.section.piket"))
    columns = [words(f"report.column.{name}") for name in ("group", "present", "minimum", "strength")]
    sheet.table(
        columns,
        [
            (words(f"group.{one.group}"), one.present, one.minimum, _flag(words.strength(one), one.is_short))
            for one in report.piket
        ],
    )


def _flag(text: str, is_short: bool) -> Toned:
    return Toned(text, "heed" if is_short else "ok")


def _follow_ups(sheet: Sheet, words: Words, report: UnitReport) -> None:
    if not report.follow_ups:
        return
    sheet.section(words("report.section.follow_ups", count=len(report.follow_ups)))
    columns = [words(f"report.column.{name}") for name in ("name", "slot", "follow_up")]
    day, zone = report.heading.day, ZONES[report.heading.zone]
    slots = [words.clock(instant(day, one.deadline, zone)) for one in report.follow_ups]
    sheet.table(
        columns,
        [(one.name, slot, words.clock(one.at)) for one, slot in zip(report.follow_ups, slots, strict=True)],
    )


def _attention(sheet: Sheet, words: Words, recap: Recap) -> None:
    sheet.section(words("recap.section.attention"))
    for line in recap.attention:
        name = views.short_name(line.name, recap.heading)
        sheet.text(f"{name}: {words.why(line, recap.heading.day)}")
    if not recap.attention:
        sheet.text(words("recap.section.attention.none"))
    if recap.gaps:
        sheet.section(words("recap.section.gaps", count=len(recap.gaps)))
        for line in recap.gaps:
            name = views.short_name(line.name, recap.heading)
            sheet.text(f"{name}: {words.gap(line, recap.heading.day)}", "alarm")


def _people_columns(words: Words) -> list[Column]:
    widths = {"number": 6, "name": 34, "unit": 36, "position": 32, "status": 34, "time": 12}
    widths |= {"band": 20, "grade": 16, "reason": 24, "activity": 36}
    facts = {"time": {"zone": words.zone}}
    return [(words(f"report.column.{name}", **facts.get(name, {})), width) for name, width in widths.items()]


def _grade_tone(grade: Grade | None) -> str:
    return GRADE_TONE.get(grade, "") if grade else ""


def _person(number: int, row: Row, words: Words) -> Sequence[Cell]:
    return (
        number,
        row.name,
        row.unit,
        row.position,
        Toned(words.status(row.status), STATUS_TONE.get(row.status, "")),
        words.bare_clock(row.at) if row.at else "",
        words.band(row),
        Toned(words.grade(row), _grade_tone(row.grade)),
        words.reason(row),
        row.activity,
    )


def _unit_columns(words: Words) -> list[Column]:
    widths = {"unit": 52, "outcome": 36, "people": 10, "due": 10, "reported": 10, "share": 10, "missing": 10}
    widths |= {"piket": 12, "copies": 12}
    return [(words(f"digest.column.{name}"), width) for name, width in widths.items()]


def _unit(line: UnitLine, heading: Heading, words: Words) -> Sequence[Cell]:
    name = views.short_name(line.name, heading)
    outcome = Toned(words.outcome(line.outcome), "ok" if line.outcome is Outcome.SENT else "bad")
    if line.totals is None:
        return (name, outcome, *[None] * 5, words("number.none"), line.unreachable_copies)
    piket = _flag(words.piket_flag(line.piket_short), line.piket_short)
    return (name, outcome, *_figures(line.totals), piket, line.unreachable_copies)


def _figures(totals: Totals) -> Sequence[Cell]:
    return (totals.people, totals.due, totals.reported, Share(totals), totals.missing)


def _recap_columns(words: Words, recap: Recap) -> list[Column]:
    columns = [(words(f"recap.column.{name}"), width) for name, width in {"unit": 50, "people": 9, "piket": 10}.items()]
    for one in recap.slots:
        slot = words.clock(one.deadline)
        columns += [(words(f"recap.column.{name}", slot=slot), 12) for name in ("reported", "due", "share")]
    return columns + [(words(f"recap.column.{name}"), 11) for name in ("followed_up", "missing")]


def _day(line: RecapLine, heading: Heading, words: Words) -> Sequence[Cell]:
    piket = _flag(words.piket_flag(line.piket_short), line.piket_short)
    name = views.short_name(line.name, heading)
    return (name, line.people, piket, *_slots(line.slots, words), *_not_in_time(line))


def _not_in_time(line: RecapLine) -> tuple[int, int]:
    return (line.totals.followed_up, line.totals.missing)


def _slots(standings: Sequence[SlotStanding], words: Words) -> list[Cell]:
    return [cell for one in standings for cell in _slot(one, words)]


def _slot(one: SlotStanding, words: Words) -> Sequence[Cell]:
    if one.totals is None:
        return (Toned(words(f"recap.slot.{one.outcome}"), "bad"), None, None)
    return (one.totals.reported, one.totals.due, Share(one.totals))
