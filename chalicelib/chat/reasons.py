"""The reason that a line gives, told from people who are called by a word for one (Dasar, Sebab, Alasan), and from the
days and people that stand behind it and are meant by the line.

A word is a name where a name is begun with it or goes on with it; everywhere else it gives the reason, up to the end or
to the end of its quotes. What stands in quotes is the reason and nothing else. The price: whom such a word alone names
in the middle of a line has to be called by another word of the name as well.
"""

import re
from datetime import date

from chalicelib.chat.date_points import points_of
from chalicelib.chat.date_words import MONTHS
from chalicelib.chat.naming import FILLERS, SEPARATORS, bare, unread
from chalicelib.chat.period_grammar import read_period
from chalicelib.chat.roll import Roll
from chalicelib.domain.errors import DateImpossible, PeriodReversed, PeriodUnclear, PeriodUnreadable

REASON = re.compile(
    r"\b(karena|alasan|dasar|keterangan|sebab|because|basis|reason)\b(?P<sign>[:\s]*)"
    r"(?:[\"“](?P<quoted>[^\"“”]+)[\"”]|(?P<said>.+)$)",
    re.I | re.S,
)
WORD_BEFORE, WORD_AFTER = re.compile(r"([\w'-]+)\s+$"), re.compile(r"[\w'-]+")
AND = ("dan", "and")
LETTER = re.compile(
    rf"\b(?:se|sk|st|spt|nd|no|nomor|surat|edaran)\b\.?\s*\d{{1,4}}(?!\d|\s*[-–/.]\s*\d|\s*(?:{'|'.join(MONTHS)})\b)",
    re.I,
)
"""A letter and its number, which is no day: "SE 5 sampai 31 Maret"."""

DAYS = frozenset("PDWMKGV")
"""The kinds of words, of `date_points`, that say when or how long."""


def reason_in(text: str, roll: Roll) -> re.Match[str] | None:
    """The first word for a reason that is nobody's name, with what is `said` or `quoted` behind it."""
    found = REASON.search(text)
    while found and _is_name(found, roll):
        found = REASON.search(text, found.end(1))
    return found


def _is_name(found: re.Match[str], roll: Roll) -> bool:
    """Whether the word is of the name of somebody on the roll and stands where one may: first, behind "dan", or beside
    another word of that name. A colon or quotes behind it say that it gives the reason."""
    word, before = found[1].casefold(), found.string[: found.start()].casefold()
    bearers = [name for name in roll.names if word in name]
    if not bearers or ":" in found["sign"] or found["quoted"]:
        return False
    spoken = re.findall(r"[^\s,;:()]+", before)
    if set(spoken) <= FILLERS or spoken[-1] in AND:
        return True
    last, following = WORD_BEFORE.search(before), WORD_AFTER.match(found["said"].casefold())
    is_begun = any(last and last[1] in name[: name.index(word)] for name in bearers)
    return is_begun or any(following and following[0] in name[name.index(word) + 1 :] for name in bearers)


def said_in(found: re.Match[str]) -> str:
    """The reason itself, on one line."""
    return " ".join((found["quoted"] or found["said"]).split())


def with_people(line: str, found: re.Match[str], roll: Roll) -> tuple[str, str] | None:
    """What of a reason, set apart by a comma or "dan", names somebody on the roll, and the line with that in front of
    the reason; None where nothing does. The line is empty where another reason goes with them."""
    first, *others = [part.strip() for part in SEPARATORS.split(found["said"] or "")]
    named = [part for part in others if _names_somebody(part, roll)]
    if not named:
        return None
    if any(reason_in(part, roll) for part in named):
        return ", ".join(named), ""
    rest = ", ".join(part for part in (first, *others) if part and part not in named)
    head = line[: found.start()].rstrip(" ,")
    return ", ".join(named), " ".join(f"{head}, {', '.join(named)} {found[1]} {rest}".split())


def _names_somebody(part: str, roll: Roll) -> bool:
    because = reason_in(part, roll)
    name = bare(part[: because.start()] if because else part)
    timed = set(unread(name).split())
    return roll.bears(" ".join(word for word in name.split() if word not in timed))


def says_when(found: re.Match[str], today: date) -> bool:
    """Whether a reason speaks of other days than today."""
    said = _without_numbers(said_in(found))
    if not DAYS & {piece.kind for piece in points_of(said, today=today)}:
        return False
    try:
        period = read_period(said, today=today, among_names=True)
    except (PeriodUnreadable, PeriodUnclear, PeriodReversed, DateImpossible):
        return True
    return (period.start, period.end) != (today, today)


def _without_numbers(said: str) -> str:
    return LETTER.sub(lambda number: "x" * len(number[0]), said)


def with_days(line: str, found: re.Match[str], today: date) -> str | None:
    """The line with the days of its reason in front of it, and what else the reason says; None where no one period is
    read of it."""
    said = said_in(found)
    try:
        spans = read_period(_without_numbers(said), today=today, among_names=True).spans
    except PeriodUnclear as unclear:  # asked once it stands in front
        start = said.find(unclear.text)
        spans = ((start, start + len(unclear.text)),) if start >= 0 else ()
    except (PeriodUnreadable, PeriodReversed, DateImpossible):
        return None
    days = " ".join(said[slice(*span)] for span in spans)
    for start, end in spans:
        said = said[:start] + " " * (end - start) + said[end:]
    return _composed(line, found, days.strip(" ,.;"), _untrailed(said)) if days else None


def with_reason_alone(line: str, found: re.Match[str], days: str) -> str:
    """The line with some days in front of its reason, which stays whole."""
    return _composed(line, found, days, said_in(found), is_quoted=True)


def _composed(line: str, found: re.Match[str], days: str, said: str, *, is_quoted: bool = False) -> str:
    quoted = f'"{said}"' if said and (is_quoted or found["quoted"]) else said
    reason = f"{found[1]} {quoted}" if said else ""
    return " ".join(f"{line[: found.start()]} {days} {reason} {line[found.end() :]}".split())


def _untrailed(said: str) -> str:
    """The words less the signs and fillers that led to the days."""
    words = said.split()
    while words and (words[-1].strip(",.;:-") in FILLERS | {""}):
        del words[-1]
    return " ".join(words).strip(" ,.;:-")
