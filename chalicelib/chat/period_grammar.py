"""Periods of validity out of what admins type and circulars say, Indonesian or English.

`read_period` reads one period or refuses by name; it never guesses. `date_points` makes out the days, `period_clauses`
what each is for; here they become dates and warnings, `period_choices` what to ask. The price of never guessing is
that a sentence with two periods is refused although a person could tell which one is meant.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib import presets
from chalicelib.chat.date_points import points_of
from chalicelib.chat.date_words import MAX_CHARS, Piece, Point, Unit
from chalicelib.chat.date_years import dates
from chalicelib.chat.period_choices import excerpt
from chalicelib.chat.period_clauses import (
    Clause,
    Role,
    clauses_of,
    kinds_of,
    one_sentence,
    told_apart,
)
from chalicelib.chat.period_doubts import is_half_said, is_lost_in_talk, is_undecidable
from chalicelib.chat.period_hindsight import is_year_in_doubt
from chalicelib.chat.period_reading import (
    Reading,
    agreed,
    begun_day,
    duration_of,
    ends_of,
    final_day,
    first_day,
    leave_mentioned_days,
    span_of,
)
from chalicelib.chat.period_words import end_warnings, slip_warnings, weekday_warnings
from chalicelib.chat.working_days import last_day
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.change import Line
from chalicelib.domain.errors import PeriodReversed, PeriodUnreadable


@dataclass(frozen=True)
class PeriodRead:
    """A period as the text gives it; both ends inclusive.

    `start` is None for an end without a start (whoever calls keeps the present start), `end` for an open period, whose
    `condition` is in the text's words. `spans` are the slices of the text that were read. `lifts` when the text lifts
    something: `end` is then the last day it still holds, None when no day is named.
    """

    start: date | None
    end: date | None
    condition: str | None
    warnings: tuple[Line, ...]
    spans: tuple[tuple[int, int], ...]
    lifts: bool = False


def read_period(text: str, *, today: date, calendar: Calendar | None = None, among_names: bool = False) -> PeriodRead:
    """The one period of validity that the text states.

    A lone day or beginning in a sentence of many unknown words is not read: one of them may say that something ends
    there. `among_names` is for what is left of a command, whose unknown words are names.
    Years that nobody wrote follow `date_years.dates`. "Dicabut per/mulai/TMT D" ends on the day before D, "sampai
    dengan D" on D, "dicabut tanggal D" is asked. An explicit end wins over a duration.
    Raises: PeriodUnreadable, DateImpossible, PeriodReversed, PeriodUnclear.
    Source: SE 800/734-BKD/2020 point 9, SE 065/444/ORG point 7, SE 800/2928-BKD/2023 point 1.
    """
    if len(text) > MAX_CHARS:
        raise PeriodUnreadable(excerpt(text))
    pieces = told_apart(points_of(text, today=today))
    reading = Reading(text, today, calendar or presets.known_calendar(today), pieces, clauses_of(pieces))
    reading.choices.ask_about_words(pieces)
    if is_undecidable(pieces) or is_half_said(pieces, reading.clauses):
        raise reading.refusal()
    found = _lifted(reading) if _lifting(reading) else _stated(reading)
    if not among_names and is_lost_in_talk(pieces, found.start, found.end or found.condition):
        raise reading.refusal()
    return found


def _stated(reading: Reading) -> PeriodRead:
    periods = reading.of(Role.RANGE, Role.START, Role.END, Role.OPEN)
    if not periods:
        return _without_period_words(reading)
    _agree_in_one_sentence(reading, periods)
    start = agreed(reading, [begun_day(reading, clause) for clause in reading.of(Role.RANGE, Role.START)])
    end = agreed(reading, [final_day(clause) for clause in reading.of(Role.RANGE, Role.END)])
    conditions = {_condition(reading, clause) for clause in reading.of(Role.OPEN)}
    if len(conditions) > 1 or (conditions and end):
        raise reading.refusal()
    leave_mentioned_days(reading, start, end, is_whole=bool(start and (end or conditions)))
    if conditions and reading.clauses[-1].role in (Role.DAY, Role.TWO_DAYS):
        raise reading.refusal()
    reading.used += [span_of(reading, clause) for clause in periods]
    return _dated(reading, start, end, *conditions)


def _agree_in_one_sentence(reading: Reading, periods: list[Clause]) -> None:
    """A start and an end belong together only where nothing separates them."""
    if len(periods) > 1 and not reading.of(Role.RANGE) and not one_sentence(reading.pieces, periods):
        raise reading.refusal()
    reading.choices.ask_about_condition(reading.pieces, reading.clauses)


def _condition(reading: Reading, clause: Clause) -> str:
    return " ".join(reading.text[slice(*clause.condition)].split())


def _without_period_words(reading: Reading) -> PeriodRead:
    """A day, two days running, or a whole week or month, standing alone."""
    for clause in (clauses := reading.of(Role.DAY, Role.TWO_DAYS)):
        reading.used.append(span_of(reading, clause))
    if not clauses:
        return _stretch(reading)
    if reading.of(Role.TWO_DAYS):
        return _two_days(reading, clauses)
    point = agreed(reading, [first_day(clause) for clause in clauses])
    if "X" in kinds_of(reading.pieces):
        raise reading.choices.of_an_extension(clauses[0].days[0])
    counted = duration_of(reading, clauses)
    if counted is None:
        return _dated(reading, point, point)
    if reading.pieces.index(counted) < clauses[0].first:
        raise reading.refusal()
    return _dated(reading, point, None)


def _two_days(reading: Reading, clauses: list[Clause]) -> PeriodRead:
    """Source: office practice, "pada tanggal 30 dan 31 Maret 2020"; days apart are two periods."""
    if len(clauses) > 1:
        raise reading.refusal()
    found = _dated(reading, *ends_of(clauses[0]))
    if found.start is None or found.end != found.start + timedelta(days=1):
        raise reading.refusal()
    return found


def _stretch(reading: Reading) -> PeriodRead:
    stretches = [piece for piece in reading.pieces if piece.kind in "WK" or (piece.kind == "M" and piece.is_marked)]
    if len(stretches) == 1 and "X" not in kinds_of(reading.pieces):
        (piece,) = stretches
        reading.used.append((piece.start, piece.end))
        return _dated(reading, piece.point, piece.last)
    counted = [piece for piece in reading.pieces if piece.kind == "D"]
    if len(counted) == 1 and not stretches and "X" not in kinds_of(reading.pieces):
        raise reading.choices.of_a_duration(counted[0])
    raise reading.refusal()


def _dated(reading: Reading, start: Point | None, end: Point | None, condition: str | None = None) -> PeriodRead:
    first, last = dates(start, end, today=reading.today, text=excerpt(reading.text))
    written = last
    counted = duration_of(reading, reading.clauses) if reading.clauses else None
    if counted:
        last = _counted_out(reading, counted, first, last, condition)
    if first and last and last < first:
        raise PeriodReversed(first, last)
    is_open = first is not None and last is None
    if is_year_in_doubt(reading.pieces, (start, first), (end, written), is_open=is_open, today=reading.today):
        raise reading.refusal()
    warnings = _warn(reading, last, (start, first), (end, written))
    return PeriodRead(first, last, condition, warnings, _spans(reading.used))


def _counted_out(
    reading: Reading, counted: Piece, first: date | None, last: date | None, condition: str | None
) -> date | None:
    """The end by the duration, unless the text names its end itself: then that one holds, and a difference warns."""
    if condition:
        return None
    if first is None:
        if last and "X" not in kinds_of(reading.pieces) and not counted.is_marked:
            raise reading.choices.of_a_duration_before(counted, last, reading.used)
        return last
    end = last_day(first, counted.value, counted.unit or Unit.DAY, reading.calendar)
    if last and last != end:
        words = reading.text[counted.start : counted.end].strip()
        reading.warnings.append(Line("period.duration_differs", {"duration": words, "counted": end, "end": last}))
    return last or end


def _warn(reading: Reading, end: date | None, *days: tuple[Point | None, date | None]) -> tuple[Line, ...]:
    for point, day in dict.fromkeys(days):
        reading.warnings += weekday_warnings(point.typed, point.weekday, day) if point else ()
    reading.warnings += slip_warnings(reading.pieces, reading.used)
    reading.warnings += end_warnings(end, reading.calendar, today=reading.today)
    return tuple(reading.warnings)


def _spans(used: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The slices in their order, those that touch as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(used):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _lifting(reading: Reading) -> list[Piece]:
    """The words that lift something now, not those of a condition."""
    inside = {place for clause in reading.of(Role.OPEN) for place in range(clause.first, clause.stop)}
    return [piece for place, piece in enumerate(reading.pieces) if piece.kind == "L" and place not in inside]


def _starts_something(reading: Reading) -> bool:
    """Whether "berlaku" is said of something else than the lifting: of "pencabutan PSBB" it is not."""
    kinds, (lifting, *others) = kinds_of(reading.pieces), _lifting(reading)
    is_named = lifting.text.casefold().endswith("an") and not others and not re.search("L[^.]*[lC&]", kinds)
    return "B" in kinds and not (is_named and re.match("[^.BFP]*L", kinds))


def _lifted(reading: Reading) -> PeriodRead:
    """What is lifted from D on holds until the day before. "Berlaku" beside it starts something else: refused."""
    if (
        set("DVWMKG") & set(kinds_of(reading.pieces))
        or _starts_something(reading)
        or reading.of(Role.RANGE, Role.OPEN, Role.TWO_DAYS)
    ):
        raise reading.refusal()
    starts, ends, days = reading.of(Role.START), reading.of(Role.END), reading.of(Role.DAY)
    if (starts and ends) or len(days) > 1:
        raise reading.refusal()
    start = agreed(reading, [begun_day(reading, clause) for clause in starts])
    end = agreed(reading, [final_day(clause) for clause in ends])
    if not starts and not ends and days:
        raise reading.choices.of_a_lifting(days[0].days[0])
    leave_mentioned_days(reading, start, end, is_whole=False)
    reading.used += [(piece.start, piece.end) for piece in _lifting(reading)]
    reading.used += [span_of(reading, clause) for clause in starts + ends]
    first, last = dates(start, end, today=reading.today, text=excerpt(reading.text))
    if is_year_in_doubt(reading.pieces, (start, first), (end, last), is_open=False, today=reading.today):
        raise reading.refusal()
    eve = first - timedelta(days=1) if first else last
    warnings = _warn(reading, eve, (start, first), (end, last))
    return PeriodRead(None, eve, None, warnings, _spans(reading.used), lifts=True)
