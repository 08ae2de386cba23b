"""What to ask where words allow two periods: each reading as a phrase that the grammar reads without asking.

The phrases come from the catalogues and are read again when their button is pressed, which a test holds for both
languages. A refusal carries the very words that were unclear, so that a reading can be put in their place.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from chalicelib.chat.date_words import Piece, Point, Unit
from chalicelib.chat.date_years import dates
from chalicelib.chat.period_clauses import Clause, Role, kinds_of
from chalicelib.domain.errors import PeriodUnclear
from chalicelib.phrases import phrase

MOST_CHARS = 60


def excerpt(text: str) -> str:
    """The text on one line, cut to what fits into a refusal."""
    line = " ".join(text.split())
    return line if len(line) <= MOST_CHARS else f"{line[: MOST_CHARS - 1]}…"


def until(end: date) -> str:
    return phrase("period.reading.until", end=end)


def since(start: date) -> str:
    return phrase("period.reading.from", start=start)


def between(start: date, end: date) -> str:
    return phrase("period.reading.range", start=start, end=end)


def on(day: date) -> str:
    return phrase("period.reading.day", start=day)


@dataclass(frozen=True)
class Choices:
    """The questions about one text."""

    text: str
    today: date

    def _unclear(self, start: int, end: int, *readings: str, lifts: bool = False) -> PeriodUnclear:
        return PeriodUnclear(self.text[start:end].strip()[:MOST_CHARS], tuple(dict.fromkeys(readings)), lifts)

    def _date(self, point: Point | None) -> date:
        found = dates(point, None, today=self.today, text=excerpt(self.text))[0]
        return found or self.today

    def of_a_lifting(self, day: Piece) -> PeriodUnclear:
        """Lifted "tanggal D": D is the first day without, or the last day with."""
        found = self._date(day.point)
        return self._unclear(day.start, day.end, since(found), until(found), lifts=True)

    def of_an_extension(self, day: Piece) -> PeriodUnclear:
        """Extended "13 Mei": until then, or for that day."""
        found = self._date(day.point)
        return self._unclear(day.start, day.end, until(found), between(found, found))

    def of_a_duration(self, counted: Piece) -> PeriodUnclear:
        """A duration alone: from today, or from tomorrow."""
        tomorrow = self.today + timedelta(days=1)
        words = self.text[counted.start : counted.end].strip()
        readings = (f"{words} {since(start)}" for start in (self.today, tomorrow))
        return self._unclear(counted.start, counted.end, *readings)

    def of_a_duration_before(self, counted: Piece, end: date, used: list[tuple[int, int]]) -> PeriodUnclear:
        """ "14 hari hingga 31 Maret": counted back from the end, or the end alone that is meant."""
        readings = [until(end)]
        if counted.unit in (Unit.DAY, Unit.WEEK):
            days = counted.value * (7 if counted.unit is Unit.WEEK else 1)
            readings.insert(0, between(end - timedelta(days=days - 1), end))
        return self._unclear(min(start for start, _ in used), max(stop for _, stop in used), *readings)

    def ask_about_words(self, pieces: list[Piece]) -> None:
        """Raises: PeriodUnclear for a week that may be a Sunday, a weekday of two weeks, an end within a whole week."""
        kinds = kinds_of(pieces)
        for place, piece in enumerate(pieces):
            before = kinds[:place].rstrip(",")[-1:]
            if piece.kind == "V" and piece.point:
                raise self._unclear(piece.start, piece.end, on(self._date(piece.point)), on(self._date(piece.last)))
            if piece.kind == "G" and (before in ("F", "B", "U", "e", "-") or "P" not in kinds):
                raise self._about_a_week(piece, before)
            if piece.kind in "WM" and before in ("U", "e") and not re.search(r"M[-U]+M", kinds):
                raise self._about_an_end(piece)

    def _about_a_week(self, piece: Piece, before: str) -> PeriodUnclear:
        monday, sunday = self._date(piece.point), self._date(piece.last)
        coming = self.today + timedelta(days=6 - self.today.weekday())
        sundays = [day for day in (coming, sunday) if day > self.today or day == sunday]
        if before in ("F", "B"):
            return self._unclear(piece.start, piece.end, on(monday), *map(on, sundays))
        if before in ("U", "e", "-"):
            return self._unclear(piece.start, piece.end, on(monday + timedelta(days=4)), *map(on, sundays))
        return self._unclear(piece.start, piece.end, between(monday, sunday), *map(on, sundays))

    def _about_an_end(self, piece: Piece) -> PeriodUnclear:
        """ "Sampai April": not April any more, or all of it. "Sampai pekan depan": its Friday, or its Sunday."""
        first = self._date(piece.point)
        last = dates(piece.point, piece.last, today=self.today, text=excerpt(self.text))[1] or first
        other = first + timedelta(days=4) if piece.kind == "W" else first - timedelta(days=1)
        return self._unclear(piece.start, piece.end, on(other), on(last))

    def ask_about_condition(self, pieces: list[Piece], clauses: list[Clause]) -> None:
        """Raises: PeriodUnclear for "sampai PSBB dicabut mulai D", which starts on D, or is lifted from D on."""
        for clause, following in pairwise(clauses):
            is_lifting = clause.role is Role.OPEN and "L" in kinds_of(pieces[clause.first : clause.stop])
            if is_lifting and clause.stop == following.first and following.role in (Role.START, Role.DAY):
                day = self._date(following.days[0].point)
                condition = self.text[slice(*clause.condition)]
                begins = phrase("period.reading.open", start=day, condition=condition)
                start, end = pieces[clause.first].start, pieces[following.stop - 1].end
                raise self._unclear(start, end, begins, f"{condition} {since(day)}")
