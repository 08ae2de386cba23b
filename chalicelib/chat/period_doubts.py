"""When a sentence says more of its days than was read, so that what was read would pass for the whole.

Everything here refuses and nothing is read; what the clauses are is `period_clauses`'s. The price of each rule is a
phrase that a person would understand and the grammar sends back.
"""

import re
from datetime import date
from itertools import pairwise

from chalicelib.chat.date_words import Piece
from chalicelib.chat.period_clauses import Clause, Role, is_whole, kinds_of, sentence_of

UNDECIDABLE = re.compile(
    r"~[FBUe]*[PWMGDLV]|S[PWMGV]"  # an exception, a denial, "SD" the school
    r"|[iq][,&]+P|P[,&]+[iq](?=[.,&]|$)|q[-U]+[FB]*P"  # a list of days
    r"|[EA],*[PWMG]"  # "tanggal akhir", "awal April"
    r"|P-P,*Q"  # the days themselves are struck out
    r"|P,*M,*[iq]"  # "Monday, March, 16th": a day in pieces
    r"|P[-U]+,*[iq]|[FBUe-],*V|P,*V|[FB]+,*[iq](?=[.,&U-]|$)"  # a day too vague or without a month
    r"|\?|O[^.]*P|Y,*P(?![,T]*[U-])"  # a word that may be misspelled, an old day or a new one
    r"|P[^P.]*X[^P.]*D[^P.]*(?:\.|$)"  # extended by some days after the one that was named
    r"|[PWM],*a[^.]*[cCLQeUDPFB]|[cCLQe],*a,*[PWMDUF]"  # or another one
    r"|~[^.,]*L|[QZ][^.]*L|L[^.]*Z|L,*U"  # not lifted, or only until a day
    r"|X[^.]*U+P,?F,?P"  # extended to a day from another one
)
FROM_THEN = {"from", "dari", "dr"}
"""Behind a duration these may count the days up to something: "a week from tomorrow" is one day."""

MOST_UNKNOWN = 4
"""How many words that mean nothing here may stand beside a day or beginning without an end."""

PASSED = {"sudah", "telah", "genap", "already"}

PLACES = FROM_THEN | {"per", "efektif", "effective"}
"""Openers that are as often said of a place, a rate or a manner: "dari rumah", "per orang"."""

LOOSE_FOR = {
    frozenset({Role.START}): "QZeH",
    frozenset({Role.END}): "ZHF",
    frozenset({Role.OPEN}): "HF",
    frozenset({Role.DAY}): "QZedHFBEa",
    frozenset({Role.TWO_DAYS}): "QZedEa",
}
"""Words outside the clauses that would turn them into something else: those that lift, move, end or open."""

BESIDE = re.compile("TUT|.?U[zq]")
"""A "sampai" between two clock times, or before a number: it leads to no day."""

INFINITIVE = re.compile("[xXkY]")
MOVED_FROM = re.compile(r"(?:X[xYB]{0,3}|Z[^.PU]*)(?P<from>F)P[-U,T]+[FB]*P")


def is_lost_in_talk(pieces: list[Piece], start: date | None, end: date | str | None) -> bool:
    """Whether a beginning or a day that stands alone has so many unknown words around it that one of them may mean the
    contrary: "will drop the requirement starting on March 14"."""
    is_alone = start is not None and end in (None, start)
    return is_alone and kinds_of(pieces).count("x") > MOST_UNKNOWN


def is_undecidable(pieces: list[Piece]) -> bool:
    """Whether the text says more of its days than a period can hold."""
    counted_from = any(
        piece.kind == "D" and following.text.casefold() in FROM_THEN for piece, following in pairwise(pieces)
    )
    return counted_from or _has_passed(pieces) or _is_moved(pieces) or bool(UNDECIDABLE.search(kinds_of(pieces)))


def _has_passed(pieces: list[Piece]) -> bool:
    """ "Sudah sepekan sejak D" counts what has passed."""
    before = zip(pieces, pieces[1:] + pieces[:1], pieces[2:] + pieces[:2], strict=True)
    return any(one.text.casefold() in PASSED and "D" in (two.kind, three.kind) for one, two, three in before)


def _is_moved(pieces: list[Piece]) -> bool:
    """Whether a day may be moved "from" one date to another, instead of something lasting from one to the other."""
    found = MOVED_FROM.finditer(kinds_of(pieces))
    return any(pieces[match.start("from")].text.casefold() in FROM_THEN for match in found)


def is_half_said(pieces: list[Piece], clauses: list[Clause]) -> bool:
    """Whether words lead to a start, an end or a length that was not read, so that a half would pass for the whole."""
    if is_whole(clauses):
        return False
    kinds, inside = kinds_of(pieces), {place for clause in clauses for place in range(clause.first, clause.stop)}
    loose = [place for place in range(len(pieces)) if place not in inside]
    if any(kinds[place] == "V" or _is_loose_until(kinds, place, pieces) for place in loose):
        return True
    doubtful = LOOSE_FOR.get(frozenset(clause.role for clause in clauses), "")
    near = {place for clause in clauses for place in sentence_of(kinds, clause)}
    turned = [place for place in loose if kinds[place] in doubtful and (place in near or kinds[place] in "FB")]
    return any(pieces[place].text.casefold() not in PLACES for place in turned)


def _is_loose_until(kinds: str, place: int, pieces: list[Piece]) -> bool:
    if kinds[place] != "U" or BESIDE.match(kinds[max(place - 1, 0) : place + 2]):
        return False
    is_infinitive = pieces[place].text.casefold() == "to" and INFINITIVE.match(kinds, place + 1)
    return not (is_infinitive and "P" not in kinds[:place])
