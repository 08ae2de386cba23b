"""One text on its way to a period: its pieces and clauses, and what several clauses agree on.

What the roles mean for the period is `period_grammar`'s. Nothing here is dated yet, except where a newspaper's own day
has to be known from the period's.
"""

from dataclasses import dataclass, field
from datetime import date

from chalicelib.chat.date_words import Piece, Point
from chalicelib.chat.date_years import exact, is_weekday_alone, may_be, shared
from chalicelib.chat.period_choices import Choices, excerpt
from chalicelib.chat.period_clauses import Clause, Role, is_whole
from chalicelib.chat.period_hindsight import begun
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.change import Line
from chalicelib.domain.errors import PeriodUnreadable


@dataclass
class Reading:
    """What has been made out so far of one text."""

    text: str
    today: date
    calendar: Calendar
    pieces: list[Piece]
    clauses: list[Clause]
    warnings: list[Line] = field(default_factory=list)
    used: list[tuple[int, int]] = field(default_factory=list)

    @property
    def choices(self) -> Choices:
        return Choices(self.text, self.today)

    def of(self, *roles: Role) -> list[Clause]:
        return [clause for clause in self.clauses if clause.role in roles]

    def refusal(self) -> PeriodUnreadable:
        return PeriodUnreadable(excerpt(self.text))


def first_day(clause: Clause) -> Point:
    return ends_of(clause)[0]


def begun_day(reading: Reading, clause: Clause) -> Point:
    """The clause's first day, of one that has begun the last such day. Raises: PeriodUnreadable."""
    point = begun(first_day(clause), reading.pieces[clause.first : clause.stop], reading.today)
    if point is None:
        raise reading.refusal()
    return point


def final_day(clause: Clause) -> Point:
    return ends_of(clause)[1]


def ends_of(clause: Clause) -> tuple[Point, Point]:
    """The clause's first and last day, of a week or month its own, each completed by the other's month and year."""
    first, last = clause.days[0], clause.days[-1]
    start, end = first.point or Point(), last.last or last.point or Point()
    return shared(start, end) if first is not last else (start, end)


def agreed(reading: Reading, points: list[Point]) -> Point | None:
    """The one day that all the points mean. Raises: PeriodUnreadable."""
    whole = sorted(points, key=lambda point: (is_weekday_alone(point), point.year is None))
    if any(not may_be(other, whole[0]) for other in whole[1:]):
        raise reading.refusal()
    return whole[0] if whole else None


def span_of(reading: Reading, clause: Clause) -> tuple[int, int]:
    return reading.pieces[clause.first].start, reading.pieces[clause.stop - 1].end


def leave_mentioned_days(reading: Reading, start: Point | None, end: Point | None, *, is_whole: bool) -> None:
    """Days outside the period's own clauses are harmless beside a whole period, or when they repeat one of its ends."""
    known = [point for point in (start, end) if point]
    for clause in reading.of(Role.DAY, Role.TWO_DAYS):
        repeats = any(may_be(first_day(clause), point) for point in known) and clause.role is Role.DAY
        is_named_apart = any(is_weekday_alone(point) for point in known) and not is_weekday_alone(first_day(clause))
        if not is_whole and (not repeats or is_named_apart) and not _is_of_the_press(reading, clause):
            raise reading.refusal()


def _is_of_the_press(reading: Reading, clause: Clause) -> bool:
    """Whether the clause is a newspaper's own day, said last: "Selasa (19/5/2020)" of that day."""
    (piece, *others), today = clause.days, reading.today
    is_bracketed = "(" in reading.text[piece.start : piece.end] and clause is reading.clauses[-1] and not others
    return is_bracketed and piece.point is not None and may_be(piece.point, exact(today)) and len(reading.clauses) > 1


def duration_of(reading: Reading, clauses: list[Clause]) -> Piece | None:
    """The duration that belongs to the clauses: beside one of them, or after "selama"."""
    beside = {place for clause in clauses for place in _neighbours(reading.pieces, clause)}
    durations = [(place, piece) for place, piece in enumerate(reading.pieces) if piece.kind == "D"]
    own = [
        piece
        for place, piece in durations
        if piece.is_marked or place in beside or _leads(reading.pieces, place, beside)
    ]
    if len({(piece.value, piece.unit) for piece in own}) > 1:
        raise reading.refusal()
    if durations and not own and not is_whole(clauses):
        raise reading.refusal()
    reading.used += [(piece.start, piece.end) for piece in own]
    return own[0] if own else None


def _leads(pieces: list[Piece], place: int, beside: set[int]) -> bool:
    """ "A two-week partial lockdown as of D": a few words stand between."""
    words = pieces[place + 1 : place + 5]
    gap = next((count for count, piece in enumerate(words) if piece.kind != "x"), len(words))
    return "-" in pieces[place].text and place + gap in beside


def _neighbours(pieces: list[Piece], clause: Clause) -> tuple[int, int]:
    before, after = clause.first - 1, clause.stop
    while before > 0 and pieces[before].kind == ",":
        before -= 1
    while after < len(pieces) and pieces[after].kind == ",":
        after += 1
    return before, after
