"""Days, durations, weeks and months out of a row of words.

`points_of` joins words that mean one thing. The years are `date_years`'s, and what a day is to the others (start, end,
the date of a letter) `period_clauses`'s. The price is that a day is made out before anyone knows what it is for.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from chalicelib.chat.date_spelling import respelled
from chalicelib.chat.date_words import Piece, Point, pieces_of
from chalicelib.chat.date_years import LAST_DAY, exact, last_past, next_day

ENGLISH = re.compile("(january|february|march|may|june|july|august|october|december|april|september|november)|.{3,4}")
"""The months that English puts before the day: of the others a number behind the month counts something else."""

SHORT_YEARS = 10
"""How far from this year one of two digits may lie; farther, it is as likely a day or another century."""

WEEKDAY = r"(?:h?[wg][IN]?[,fh]*)?"
YEAR = r"(?:,?t?y)?"
MEANINGS = re.compile(
    r"(?P<often>[R]f*h?[wghbtpuD]|(?:i[hgtupb]|D)i?R)"
    r"|(?P<weekdays>[fh]*[wg](?:[&,U-]+[wg])+,?(?=[fh,]*i[fbm]*y?[-U&]))"
    r"|(?P<vague>i[-U&,]+ij?(?:[hgtpu]|b(?!m))|(?:ij?(?:[gtpuh]|b(?!m))|D|[gpbt])J|A[fb]*[mbtgp]|[gp]A|E[gp][NI]?|ii+(?:[hgtpu]|b(?!m))|n[hgbtpu]|tN)"
    r"|(?P<duration>[kY]?f?(?:i(?:,i,)?j?(?:[gtpu]|h(?!w)|b(?!m))|D))"
    r"|(?P<day_of_week>[fh]*[wg],?f*(?:[pg][NIJ]|Np))"
    rf"|(?P<day>f*{WEEKDAY}f*i(?:[fb]*|,)m{YEAR}(?:,w,|,g,)?)"
    rf"|(?P<month_first>f*{WEEKDAY}f*mi(?![hgtpubm]){YEAR})"
    rf"|(?P<numeric>f*{WEEKDAY}f*n(?:,w,|,g,)?)"
    rf"|(?P<relative>f*{WEEKDAY}f*r(?:,?[wg](?![,fh]*[in]),?)?)"
    rf"|(?P<month_end>f*E[fb]*m(?!i){YEAR}|f*E[f]*(?:Nb|b[NI]?)|f*Et[yI]?)"
    r"|(?P<week>f*(?:p[NI]|[NI]p))"
    r"|(?P<week_or_sunday>g[NI])"
    r"|(?P<month>k?(?:[fb]*m" + YEAR + r"|b[NI]|[NI]b))"
    r"|(?P<weekday>[fh]*[wg](?![,fh]*i)[NI]?|[NI]w)"
)
PARTIAL_START = re.compile(rf"f*{WEEKDAY}f*i(?=[-U]+[FBf]*P|&P)")
PARTIAL_END = re.compile(rf"(?<=P[-U])f*{WEEKDAY}f*i{YEAR}(?=[.,]|$|[^hgtpubmx])")
LIST = re.compile(r"(?P<list>(?<![-U])i(?:,i)*(?:,&|,)P(?![-U,&]*[iq]|[-U&])|(?<![-U])i(?:,i)+&P(?![-U,&]*[iq]|[-U&]))")
BACK = re.compile(r"(?P<back>P,?x?J|J[,fh]*P|J)")
YESTERDAY = {"kemarin", "kemaren", "yesterday"}
Builder = Callable[[list[Piece], date], Piece]


def points_of(text: str, *, today: date) -> list[Piece]:
    """The pieces of the text, those that mean one thing joined and those that mean nothing left out.

    New kinds: P a day, D a duration, W a week, M a month, K a month with "selama", V a date or duration too vague,
    G "minggu depan", which is a week or a Sunday.
    """
    whole = respelled(pieces_of(text))
    for pattern in (MEANINGS, BACK, LIST):
        whole = _fold(whole, pattern, lambda name, found: BUILDERS[name](found, today))
    for partial in (PARTIAL_START, PARTIAL_END):
        whole = _fold(whole, partial, lambda _, found: _written(found, today))
    return [piece for piece in whole if piece.kind not in "fhIN"]


def _fold(pieces: list[Piece], pattern: re.Pattern[str], build: Callable[[str, list[Piece]], Piece]) -> list[Piece]:
    done, folded = 0, []
    for match in pattern.finditer("".join(piece.kind for piece in pieces)):
        folded += [*pieces[done : match.start()], build(match.lastgroup or "", pieces[match.start() : match.end()])]
        done = match.end()
    return folded + pieces[done:]


def _joined(kind: str, found: list[Piece]) -> Piece:
    text = " ".join(piece.text for piece in found if piece.kind not in "kf,")
    slip = next((piece.slip for piece in found if piece.slip[0]), ("", ""))
    return Piece(kind, found[0].start, found[-1].end, text, is_marked=bool(_of(found, "kb")), slip=slip)


def _of(found: list[Piece], kinds: str) -> Piece | None:
    return next((piece for piece in found if piece.kind in kinds), None)


def _often(found: list[Piece], _: date) -> Piece:
    return _joined("R", found)


def _weekdays(found: list[Piece], _: date) -> Piece:
    """The weekdays of a range, listed before its dates, which say the same."""
    return _joined("f", found)


def _vague(found: list[Piece], _: date) -> Piece:
    return _joined("V", found)


def _duration(found: list[Piece], _: date) -> Piece:
    counts = {piece.value for piece in found if piece.kind == "i"} or {1}
    unit = next(piece.unit for piece in reversed(found) if piece.unit)
    whole = replace(_joined("D", found), unit=unit, value=min(counts), is_marked=found[0].kind in "kY")
    return whole if len(counts) == 1 and whole.value else _joined("V", found)


def _written(found: list[Piece], _: date) -> Piece:
    """A day in words, or the part of one whose month the other end of its period tells."""
    weekday, day, month, year = (_of(found, kinds) for kinds in ("wg", "i", "m", "y"))
    point = Point(day.value if day else None, month.value if month else None, year.value if year else None)
    return replace(_joined("P", found), point=_on_weekday(point, weekday))


def _month_first(found: list[Piece], today: date) -> Piece:
    """English order; of a month that is only Indonesian the number behind it counts something else."""
    month = _of(found, "m")
    return _written(found, today) if month and ENGLISH.fullmatch(month.text.casefold()) else _vague(found, today)


def _numeric(found: list[Piece], today: date) -> Piece:
    """Day before month, the Indonesian order, unless a year of four digits leads; two digits of a year mean 20xx."""
    written = _of(found, "n")
    weekday = _of(found, "wg")
    parts = [int(part) for part in re.split(r"\D+", written.text)] if written else []
    if parts[0] > 31:
        parts.reverse()
    day, month, year = (*parts, None)[:3]
    if year is not None and year < 100:
        year += 2000
        if abs(year - today.year) > SHORT_YEARS:
            return _vague(found, today)
    return replace(_joined("P", found), point=_on_weekday(Point(day, month, year), weekday))


def _on_weekday(point: Point, word: Piece | None) -> Point:
    """The point with the weekday typed beside it; "minggu" without a number is Sunday."""
    if word is None:
        return point
    return replace(point, weekday=6 if word.kind == "g" else word.value, typed=word.text)


def _relative(found: list[Piece], today: date) -> Piece:
    ahead, weekday = _of(found, "r"), _of(found, "wg")
    point = exact(today + timedelta(days=ahead.value if ahead else 0))
    return replace(_joined("P", found), point=_on_weekday(point, weekday))


def _month_end(found: list[Piece], today: date) -> Piece:
    month, year = _of(found, "m"), _of(found, "y")
    if month:
        point = Point(LAST_DAY, month.value, year.value if year else None)
    elif _of(found, "t"):
        point = Point(31, 12, year.value if year else today.year)
    else:
        there = _month_from(today, ahead=bool(_of(found, "N")))
        point = Point(LAST_DAY, there.month, there.year)
    return replace(_joined("P", found), point=point)


def _month_from(today: date, *, ahead: bool) -> date:
    first = today.replace(day=1)
    return (first + timedelta(days=31)).replace(day=1) if ahead else first


def _week(found: list[Piece], today: date) -> Piece:
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7 if _of(found, "N") else 0)
    return replace(_joined("W", found), point=exact(monday), last=exact(monday + timedelta(days=6)))


def _week_or_sunday(found: list[Piece], today: date) -> Piece:
    return replace(_week(found, today), kind="G")


def _month(found: list[Piece], today: date) -> Piece:
    """A whole month; marked when "bulan" or "selama" stands before it, so that it is no person's name."""
    month, year = _of(found, "m"), _of(found, "y")
    there = _month_from(today, ahead=bool(_of(found, "N")))
    first = Point(1, month.value, year.value if year else None) if month else exact(there)
    kind = "K" if found[0].kind == "k" else "M"
    return replace(_joined(kind, found), point=first, last=replace(first, day=LAST_DAY))


def _weekday_alone(found: list[Piece], today: date) -> Piece:
    """The next such day, today included. "Depan" is clear only when that is not in this week any more: else V."""
    point = _on_weekday(Point(), _of(found, "wg"))
    if _of(found, "N"):
        coming = next_day(point, today + timedelta(days=1))
        if coming.isocalendar()[:2] == today.isocalendar()[:2]:
            return replace(_joined("V", found), point=exact(coming), last=exact(coming + timedelta(days=7)))
        point = exact(coming)
    return replace(_joined("P", found), point=point)


def _day_of_week(found: list[Piece], today: date) -> Piece:
    """ "Senin pekan depan": of that week, whichever weekday today is."""
    weeks = 1 if _of(found, "N") else -1 if _of(found, "J") else 0
    point = _on_weekday(Point(), _of(found, "wg"))
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    day = exact(monday + timedelta(days=point.weekday or 0))
    return replace(_joined("P", found), point=replace(day, weekday=point.weekday, typed=point.typed))


def _looked_back(found: list[Piece], today: date) -> Piece:
    """ "14 Juli lalu", "kemarin, 14 Juli": the last such day; "kemarin" alone is yesterday, "lalu" alone nothing."""
    day, back = _of(found, "P"), _of(found, "J")
    if day is None or day.point is None:
        is_yesterday = back is not None and back.text.casefold() in YESTERDAY
        whole = replace(_joined("P" if is_yesterday else "x", found), point=exact(today - timedelta(days=1)))
        return whole if is_yesterday else replace(whole, point=None)
    if day.point.year is not None:
        return replace(_joined("P", found), point=day.point)
    past = last_past(day.point, today)
    if past is None:
        return _joined("V", found)
    return replace(_joined("P", found), point=replace(day.point, day=past.day, month=past.month, year=past.year))


def _listed(found: list[Piece], _: date) -> Piece:
    """ "17, 18, 19 Mei": days in a row are one stretch; a gap makes them several periods, which nobody reads."""
    numbers, last = [piece.value for piece in found if piece.kind == "i"], found[-1].point
    end = last.day if last and last.day else 0
    if not last or numbers != list(range(end - len(numbers), end)):
        return _joined("V", found)
    return replace(_joined("W", found), point=replace(last, day=numbers[0], weekday=None, typed=""), last=last)


BUILDERS: dict[str, Builder] = {
    "often": _often,
    "weekdays": _weekdays,
    "vague": _vague,
    "duration": _duration,
    "day": _written,
    "month_first": _month_first,
    "numeric": _numeric,
    "relative": _relative,
    "month_end": _month_end,
    "week": _week,
    "week_or_sunday": _week_or_sunday,
    "month": _month,
    "weekday": _weekday_alone,
    "day_of_week": _day_of_week,
    "back": _looked_back,
    "list": _listed,
}
