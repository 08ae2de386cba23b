"""Whether words look back: "since Monday", "sejak 16 Maret", a feast whose year stands apart from its day.

A day without a year, and a weekday alone, are taken for the next ones unless their words say that they have been. Here
is only what those words change; the rule itself is `date_years.dates`. The price is a refusal wherever words and rule
disagree.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from chalicelib.chat.date_words import Piece, Point
from chalicelib.chat.date_years import FAR_DAYS, RECENT_DAYS, is_weekday_alone, last_past

SINCE = {"since", "sejak", "semenjak"}
PAST = {
    *("telah", "sudah", "pernah", "sempat", "was", "were", "had", "took", "went", "came", "began", "started", "lasted"),
    *("tercatat", "dimulainya"),
}

BYGONE = {"lalu", "silam", "lampau"}


def begun(point: Point, opener: Iterable[Piece], today: date) -> Point | None:
    """The start that "since" names: the last such weekday, today included. None when it may be the next one as well.

    "Sejak" is said of coming days too, "since" is not.
    """
    said = {piece.text.casefold() for piece in opener}
    if not is_weekday_alone(point) or not said & SINCE:
        return point
    day = today if point.weekday == today.weekday() else last_past(point, today)
    if day is None or not ("since" in said or day == today):
        return None
    return replace(point, day=day.day, month=day.month, year=day.year)


def is_year_in_doubt(pieces: list[Piece], *ends: tuple[Point | None, date | None], is_open: bool, today: date) -> bool:
    """Whether a year that nobody wrote beside its day may be another one than the rule says, or a weekday's week.

    `ends` are what was written, and the dates that the rule makes of it.
    """
    said = [(point, day) for point, day in ends if point and day]
    if not said:
        return False
    if _may_be_weeks_apart(*said[0], *said[-1]):
        return True
    if any(point.year is not None for point, _ in said):
        return False
    written, words = {piece.value for piece in pieces if piece.kind == "y"}, {piece.text.casefold() for piece in pieces}
    if written and not written <= {day.year for _, day in said}:
        return True
    if any(is_weekday_alone(point) for point, _ in said):
        return bool(words & PAST)
    ahead = max(day for _, day in said) - today
    is_bygone = bool(words & BYGONE) and ahead > timedelta(days=RECENT_DAYS)
    return is_bygone or (ahead > timedelta(days=FAR_DAYS) and (is_open or bool(words & PAST)))


def _may_be_weeks_apart(start: Point, first: date, end: Point, last: date) -> bool:
    """ "Senin s.d. Jumat pekan depan": the Monday of this week, or of that one."""
    return is_weekday_alone(start) and end.weekday is not None and last - first >= timedelta(days=7)
