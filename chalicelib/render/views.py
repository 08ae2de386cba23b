"""How a report's values are named, marked and ordered, alike in mail, plain text and workbook.

No markup and no cell is made here. Symbols stand beside words, never alone; the words are in the catalogue.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib import phrases
from chalicelib.domain.attendance import Status
from chalicelib.domain.calendar import ZONES, instant
from chalicelib.domain.duty import Strength
from chalicelib.domain.evidence import Grade
from chalicelib.domain.recap import Digest, Outcome, Recap, RecapLine, UnitLine
from chalicelib.domain.report import Correction, FollowUp, Heading, Row, Totals, UnitReport

Report = UnitReport | Digest | Recap

STATUS_ORDER = (
    Status.NOT_REPORTED,
    Status.FOLLOWED_UP,
    Status.REPORTED,
    Status.NO_DATA,
    Status.PIKET,
    Status.AT_OFFICE,
    Status.HOME_UNLOCATED,
    Status.ON_LEAVE,
    Status.TRAVELLING,
    Status.EXEMPT,
)
"""What a reader has to act on stands first."""

ALWAYS_COUNTED = (Status.NOT_REPORTED, Status.REPORTED)
"""Standings whose count is shown even when it is zero: the absence of the line would be read as a gap."""

SYMBOLS = {Status.NOT_REPORTED: "○", Status.FOLLOWED_UP: "↻", Status.REPORTED: "✓", Status.NO_DATA: "?"}
PLAIN_SYMBOL = "–"

GRADE_ORDER = (Grade.AWAY, Grade.UNCLEAR, Grade.NO_POSITION, Grade.DECLARED_OUT, Grade.AT_HOME)
TO_LOOK_AT = GRADE_ORDER[:3]
"""Grades that a superior may want to ask about: reported, but not from home as far as can be told."""

OUTCOME_ORDER = (Outcome.FAILED, Outcome.WAITING, Outcome.SENT)
SLUG_LIMIT = 60
OF_GOVERNMENT = "Pemerintah "
"""What a government's name has before the region; its units' names end in the region alone."""


@dataclass(frozen=True)
class Words:
    """What values are called in one language, with times in one zone. An interim report speaks of an open slot."""

    lang: str
    zone: str
    is_interim: bool = False

    def __call__(self, key: str, /, **facts: object) -> str:
        """The phrase; whole numbers among the facts are counts and get the language's thousands mark."""
        shown = {name: self.number(fact) if isinstance(fact, int) else fact for name, fact in facts.items()}
        return phrases.phrase(key, lang=self.lang, **shown)

    def yet(self, key: str, /, **facts: object) -> str:
        """The phrase, or the one in its place while the slot is still open."""
        return self(f"{key}.interim" if self.is_interim else key, **facts)

    def number(self, count: int) -> str:
        return phrases.number(count, lang=self.lang)

    def share(self, totals: Totals) -> str:
        return phrases.percent(totals.reported, totals.due, lang=self.lang)

    def clock(self, at: datetime) -> str:
        return phrases.clock(at.astimezone(ZONES[self.zone]), lang=self.lang)

    def bare_clock(self, at: datetime) -> str:
        """The time without its zone, for a column whose heading names the zone."""
        return self.clock(at).removesuffix(self.zone).strip()

    def moment(self, at: datetime) -> str:
        return phrases.moment(at.astimezone(ZONES[self.zone]), lang=self.lang)

    def day(self, day: date) -> str:
        return phrases.long_date(day, lang=self.lang)

    def status(self, status: Status) -> str:
        name = self.yet("status.not_reported") if status is Status.NOT_REPORTED else self(f"status.{status}")
        return f"{SYMBOLS.get(status, PLAIN_SYMBOL)} {name}"

    def changes_since(self, correction: Correction) -> str:
        """Since which report a correction changed anything."""
        if correction.replaces == 1:
            return self("report.section.changes.first")
        return self("report.section.changes", number=correction.replaces - 1)

    def standing(self, status: Status | None) -> str:
        """A standing before or after a correction; nobody's is said to be so."""
        return self.status(status) if status else self("report.changes.absent")

    def evidence(self, row: Row) -> str:
        """Grade and distance in words, with the reason where there is one; empty without a check-in."""
        return " · ".join(text for text in (self.grade(row), self.band(row), self.reason(row)) if text)

    def grade(self, row: Row) -> str:
        return self(f"grade.{row.grade}") if row.grade else ""

    def band(self, row: Row) -> str:
        return self(f"band.{row.band}") if row.band else ""

    def reason(self, row: Row) -> str:
        return self(f"reason.{row.reason}") if row.reason else ""

    def strength(self, strength: Strength) -> str:
        if strength.is_short:
            return f"▲ {self('report.piket.short', count=strength.minimum - strength.present)}"
        return f"✓ {self('report.piket.enough')}"

    def piket_flag(self, is_short: bool) -> str:
        return f"▲ {self('report.piket.below')}" if is_short else f"✓ {self('report.piket.enough')}"

    def outcome(self, outcome: Outcome) -> str:
        return f"{'✓' if outcome is Outcome.SENT else '▲'} {self(f'outcome.{outcome}')}"

    def headline(self, totals: Totals, heading: Heading) -> str:
        """The report in one sentence."""
        if not totals.due:
            return self("report.headline.nobody")
        facts = {"reported": totals.reported, "due": totals.due, "share": self.share(totals)}
        return self("report.headline", cut_off=self.clock(heading.cut_off), **facts)

    def follow_up(self, follow_up: FollowUp, heading: Heading) -> str:
        deadline = instant(heading.day, follow_up.deadline, ZONES[self.zone])
        return self("report.follow_up", at=self.clock(follow_up.at), slot=self.clock(deadline))

    def why(self, line: RecapLine, day: date) -> str:
        """Why a unit is named as needing attention."""
        reasons = [self.gap(line, day)] if line.has_gap else []
        if line.totals.due:
            facts = {
                "missing": line.totals.missing,
                "followed_up": line.totals.followed_up,
                "due": line.totals.due,
            }
            reasons.append(self("recap.why.share", share=self.share(line.totals), **facts))
        if line.piket_short:
            reasons.append(self("recap.why.piket"))
        return "; ".join(reasons)

    def gap(self, line: RecapLine, day: date) -> str:
        """Which of a unit's reports are not out, and how each stands."""
        open_slots = (one for one in line.slots if one.outcome is not Outcome.SENT)
        return "; ".join(self(f"recap.gap.{one.outcome}", slot=self.clock(one.deadline)) for one in open_slots)


def statuses(totals: Totals) -> list[tuple[Status, int]]:
    """The counts that add up to the roster, in reading order; standings nobody has are left out."""
    counted = ((status, totals.statuses.get(status, 0)) for status in STATUS_ORDER)
    return [(status, count) for status, count in counted if count or status in ALWAYS_COUNTED]


def changed_counts(report: UnitReport) -> list[tuple[Status, int, int]]:
    """The counts that a correction changed, before and after, in reading order."""
    if report.correction is None:
        return []
    before, after = report.correction.before.statuses, report.totals.statuses
    pairs = ((status, before.get(status, 0), after.get(status, 0)) for status in STATUS_ORDER)
    return [one for one in pairs if one[1] != one[2]]


def grades(totals: Totals) -> list[tuple[Grade, int]]:
    return [(grade, totals.grades[grade]) for grade in reversed(GRADE_ORDER) if totals.grades.get(grade)]


def in_reading_order(rows: Iterable[Row]) -> list[Row]:
    """Everybody: who has not reported first, then whose evidence asks a question, then by unit and name."""
    return sorted(rows, key=lambda row: (STATUS_ORDER.index(row.status), _grade_rank(row), row.unit, row.name))


def _grade_rank(row: Row) -> int:
    return GRADE_ORDER.index(row.grade) if row.grade else 0


def not_reported(rows: Iterable[Row]) -> list[Row]:
    return [row for row in in_reading_order(rows) if row.status is Status.NOT_REPORTED]


def to_look_at(rows: Iterable[Row]) -> list[Row]:
    """Who reported from elsewhere than home, or so that it cannot be told."""
    return [row for row in in_reading_order(rows) if row.status is Status.REPORTED and row.grade in TO_LOOK_AT]


def by_outcome(lines: Iterable[UnitLine]) -> list[UnitLine]:
    """Failed and awaited reports first; otherwise the order of the circular's annex stays."""
    return sorted(lines, key=lambda line: OUTCOME_ORDER.index(line.outcome))


def gaps_first(recap: Recap) -> list[RecapLine]:
    return sorted(recap.lines, key=lambda line: not line.has_gap)


def minute(recap: Recap, words: Words) -> list[str]:
    """The day in five lines, for somebody who has one minute."""
    standings = [one.totals for one in recap.slots if one.totals]
    reports = [one.outcome for line in recap.lines for one in line.slots]
    short = [line.name for line in recap.lines if line.piket_short]
    return [
        words("recap.minute.people", units=len(recap.lines), people=recap.people),
        words("recap.minute.slots", slots=" · ".join(slot_shares(recap, words))),
        words(
            "recap.minute.missing",
            followed_up=sum(one.followed_up for one in standings),
            missing=sum(one.missing for one in standings),
        ),
        words(
            "recap.minute.reports",
            sent=reports.count(Outcome.SENT),
            planned=len(reports),
            units=len(recap.gaps),
        ),
        words("recap.minute.piket", units=len(short), all=len(recap.lines)),
    ]


def slot_shares(recap: Recap, words: Words) -> list[str]:
    return [f"{words.clock(one.deadline)} {words.share(one.totals)}" for one in recap.slots if one.totals]


def short_name(unit: str, heading: Heading) -> str:
    """The unit's name without the government's at its end, where the reader knows whose unit it is.

    Two names of the circular's annex carry "Provinsi Banten" twice; both go.
    """
    government = " " + heading.government.removeprefix(OF_GOVERNMENT)
    short = unit.removesuffix(government)
    return short if short == unit else short_name(short, heading)


def file_name(report: Report, *, lang: str = phrases.KNOWN[0]) -> str:
    """The name of the report's workbook: it sorts by day and slot, and tells corrections and interim reports apart."""
    heading, zone = report.heading, ZONES[report.heading.zone]
    slot = f"{heading.deadline.astimezone(zone):%H%M}"
    if heading.is_interim:
        slot += f"-{phrases.phrase('report.file.interim', lang=lang)}-{heading.cut_off.astimezone(zone):%H%M}"
    match report:
        case UnitReport():
            subject = short_name(report.unit_name, heading)
        case Digest():
            subject = phrases.phrase("digest.file", lang=lang)
        case Recap():
            subject = phrases.phrase("recap.file", lang=lang)
    return f"{heading.day.isoformat()}_{slot}_{slug(subject)}_r{heading.revision}.xlsx"


def slug(text: str) -> str:
    """Lower-case ASCII words joined by hyphens, cut at a word's end: safe in every file system."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    joined = "-".join(re.findall(r"[a-z0-9]+", plain))
    return joined if len(joined) <= SLUG_LIMIT else joined[: SLUG_LIMIT + 1].rsplit("-", 1)[0][:SLUG_LIMIT]
