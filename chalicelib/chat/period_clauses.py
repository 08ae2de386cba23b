"""Which of the days in a sentence start or end a period, and which are only mentioned.

A clause is found in the row of kinds that `date_points` makes (P a day, W a week, M a month, U "sampai", F "mulai",
B "berlaku", L "dicabut" ...). Days of letters, former ends and recurring weekdays are no clauses; what would have to be
half ignored makes the whole text unreadable.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.chat.date_words import Piece, Point
from chalicelib.chat.date_years import is_weekday_alone


class Role(StrEnum):
    """What a clause says of its days."""

    RANGE = "range"
    START = "start"
    END = "end"
    DAY = "day"
    OPEN = "open"  # "sampai PSBB dicabut"
    TWO_DAYS = "two_days"  # "30 dan 31 Maret"


@dataclass(frozen=True)
class Clause:
    """One clause: the pieces from `first` to before `stop`, and the days or the words of the condition in it."""

    role: Role
    first: int
    stop: int
    days: tuple[Piece, ...]
    condition: tuple[int, int] = (0, 0)

    @property
    def is_weekdays_alone(self) -> bool:
        return bool(self.days) and all(is_weekday_alone(day.point or Point()) for day in self.days)


PLAIN = r"[^.,FBPWMGDUV]"
EVENT = r"(?:[cCLQ]|e(?!,*P))"
CLAUSES = re.compile(
    r"(?P<range>[FB]*P[,T]*(?:U+,*|-)[FB]*P|[FB]*M[-U]M|[FB]*H,*P[,T]*&P)"
    r"|(?P<two_days>P,*&P)"
    rf"|(?P<start>[FB]+[,T]*[PWM]|P(?=(?:,?U|-(?=c)){PLAIN}*?{EVENT}))"
    r"|(?P<end>[FB]*[Ue]+,*P|[FB]*(?<!T)[Ue]+,*T,*P)"
    r"|(?P<day>P)"
    rf"|(?P<open>[FB]*(?:U+|(?<=P)-(?=c)){PLAIN}*?(?:,{PLAIN}{{1,8}},{PLAIN}*?)?{EVENT}(?:(?!&){PLAIN})*)"
)
HISTORY = re.compile(r"(?<=o)x?[FBUe]*P(?:[-U]+P)?")
"""What held before, as "semula berakhir 31 Maret": mentioned, and changed by what follows."""

STRETCHED = re.compile(r"U(?=D(?:x?(?:[.,&]|$)))")

ENDING = {
    *("ditiadakan", "dihapus", "dihapuskan", "dihentikan", "disetop", "distop", "scrapped", "abolished", "ended"),
    *("halted", "terminated", "discontinued", "meniadakan", "menghapus", "menghapuskan", "menghentikan", "peniadaan"),
    *("penghapusan", "penghentian", "scraps", "abolishes", "halts", "terminates"),
}
"""Said of a rule these lift it; said of a service or a gathering they are the rule itself, and nothing is lifted."""

ACTIVE = {
    word for word in ENDING if word.startswith(("me", "pe")) or word in {"scraps", "abolishes", "halts", "terminates"}
}
RULES = {
    *(
        "psbb",
        "ppkm",
        "pkm",
        "wfh",
        "wfa",
        "sikm",
        "stpm",
        "lockdown",
        "pembatasan",
        "penyekatan",
        "karantina",
        "aturan",
    ),
    *("kebijakan", "ketentuan", "peraturan", "pemberlakuan", "edaran", "status", "larangan", "restriction"),
    *("restrictions", "curbs", "curfew", "policy", "measures", "rule", "rules"),
}
SUSPENDED = {"sementara", "temporarily"}

RECURRING = re.compile(r"[TR]")


def kinds_of(pieces: list[Piece]) -> str:
    return "".join(piece.kind for piece in pieces)


def told_apart(pieces: list[Piece]) -> list[Piece]:
    """The pieces, words of several meanings told apart by what stands beside them.

    An earlier period becomes plain words (x), a word for one that leads to none is kept as doubtful (O), "menjadi"
    behind an earlier end means "sampai", "hingga dua pekan" is a duration, and what ends a rule lifts it (L).
    """
    kinds = kinds_of(pieces)
    told = _without_history(kinds)
    stretched = {match.end() for match in STRETCHED.finditer(told)}
    told = STRETCHED.sub("x", told)
    ending = {place for place, kind in enumerate(told) if kind == "Q" and _ends_a_rule(pieces, told, place)}
    told = "".join("L" if place in ending else kind for place, kind in enumerate(told))
    return [
        piece if piece.kind == kind and place not in stretched else _as(piece, kind, is_marked=place in stretched)
        for place, (piece, kind) in enumerate(zip(pieces, told, strict=True))
    ]


def _as(piece: Piece, kind: str, *, is_marked: bool) -> Piece:
    if kind == "x":
        return Piece("x", piece.start, piece.end, piece.text)
    return replace(piece, kind=kind, is_marked=piece.is_marked or is_marked)


def _without_history(kinds: str) -> str:
    former = list(HISTORY.finditer(kinds))
    followed = {match.start() - 1 for match in former}
    told = "".join("O" if kind == "o" and place not in followed else kind for place, kind in enumerate(kinds))
    told = HISTORY.sub(lambda match: "x" * len(match[0]), told)
    was_an_end = any(re.match("x?[BUe]", match[0]) for match in former)
    return re.sub("Y(?=,*P)", "U", told) if was_an_end or "X" in kinds else told


def _ends_a_rule(pieces: list[Piece], kinds: str, place: int) -> bool:
    """Whether a word like "dihentikan" is said of a rule and not of a service: "PPKM dihentikan", "menghapus SIKM"."""
    if pieces[place].text.casefold() not in ENDING or "k" in kinds or SUSPENDED & _words(pieces):
        return False
    before = [piece for piece in pieces[_sentence_start(kinds, place) : place] if piece.kind not in "FBP,f"]
    after = next((piece for piece in pieces[place + 1 :] if piece.kind != ","), None)
    if pieces[place].text.casefold() in ACTIVE:
        return after is not None and after.text.casefold() in RULES
    return bool(before) and {before[0].text.casefold(), before[-1].text.casefold()} <= RULES


def _words(pieces: list[Piece]) -> set[str]:
    return {piece.text.casefold() for piece in pieces}


def _sentence_start(kinds: str, place: int) -> int:
    return kinds.rfind(".", 0, place) + 1


def sentence_of(kinds: str, clause: Clause) -> range:
    """The places of the sentence that the clause stands in."""
    end = kinds.find(".", clause.stop)
    return range(_sentence_start(kinds, clause.first), len(kinds) if end < 0 else end)


def clauses_of(pieces: list[Piece]) -> list[Clause]:
    """The clauses that may tell the period, less the dates of letters and the weekdays of a weekly rule."""
    kinds = kinds_of(pieces)
    found = [_clause(match, pieces) for match in CLAUSES.finditer(kinds)]
    is_dated = any(not clause.is_weekdays_alone for clause in found if clause.days)
    recurs = is_dated or bool(RECURRING.search(kinds))
    mentioned = [
        clause
        for clause in found
        if (recurs and clause.is_weekdays_alone and clause.role in (Role.DAY, Role.TWO_DAYS, Role.RANGE))
        or (clause.role is Role.DAY and "L" not in kinds and _is_of_a_letter(kinds[: clause.first]))
    ]
    return [clause for clause in found if clause not in mentioned]


def _clause(match: re.Match[str], pieces: list[Piece]) -> Clause:
    found = pieces[match.start() : match.end()]
    role = Role(match.lastgroup or "")
    condition = (0, 0)
    if role is Role.OPEN:
        words = [piece for place, piece in enumerate(found) if piece.kind not in "FBU-" or "U" not in kinds_of(found)]
        words = [piece for piece in words if piece.kind != "-"]
        condition = (words[0].start, words[-1].end)
    return Clause(role, match.start(), match.end(), tuple(piece for piece in found if piece.kind in "PWM"), condition)


def _is_of_a_letter(before: str) -> bool:
    """Whether a letter is spoken of between the last full stop and the day."""
    return bool(re.search(r"[lC]", before.rpartition(".")[2]))


def one_sentence(pieces: list[Piece], clauses: list[Clause]) -> bool:
    inside = pieces[min(clause.first for clause in clauses) : max(clause.stop for clause in clauses)]
    return "." not in kinds_of(inside)


def is_whole(clauses: list[Clause]) -> bool:
    """Whether both ends of a period are said."""
    roles = {clause.role for clause in clauses}
    return Role.RANGE in roles or {Role.START, Role.END} <= roles or {Role.START, Role.OPEN} <= roles
