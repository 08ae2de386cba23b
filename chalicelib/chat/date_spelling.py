"""Misspelled words of a period: which known word a slip of one letter stands for.

A long word is mended, and whoever reads says so; a short one may be somebody's name and is only doubted. Nothing here
looks at what a word does in its sentence, except that a word beside a date is looked at more closely. The price is
that a person called almost like "mulai" has to be written by id when a date follows their name.
"""

import re
from dataclasses import replace

from chalicelib.chat.date_words import KIND_OF, MONTHS, VALUE_OF, Piece

ANYWHERE = (
    *("dicabut", "mencabut", "pencabutan", "ditiadakan", "meniadakan", "peniadaan", "dihapus", "menghapus"),
    *("penghapusan", "dihentikan", "menghentikan", "penghentian", "berakhir", "diakhiri", "mengakhiri"),
    *("diperpanjang", "memperpanjang", "perpanjangan", "dibatalkan", "dilonggarkan", "sebelumnya", "extended"),
)
"""Verbs of an office: no name is almost one of them."""

BEFORE_A_DATE = ("hingga", "sampai", "terhitung", "tanggal")
DOUBTED = ("mulai", "dimulai", "sejak", "semenjak", "until", "since", "through", "starting", "effective", "berlaku")
SWAPPED = ("pada", "dari", "from", "till")
"""Words so short that only two letters in the wrong order are taken for a slip."""

DOUBT = "?"
BEFORE = re.compile("[fh,]*[imnwry]")
LONG = 5


def respelled(pieces: list[Piece]) -> list[Piece]:
    """The pieces, misspelled words as what they stand for; of kind "?" where that is not certain."""
    kinds = "".join(piece.kind for piece in pieces)
    return [
        _respelled(piece, kinds[place - 1 : place], is_before_date=bool(BEFORE.match(kinds, place + 1)))
        if piece.kind == "x"
        else piece
        for place, piece in enumerate(pieces)
    ]


def _respelled(piece: Piece, before: str, *, is_before_date: bool) -> Piece:
    word = piece.text.casefold()
    if meant := _near(word, ANYWHERE):
        return _as(piece, meant)
    if before == "i" and (meant := _near(word, tuple(month for month in MONTHS if len(month) >= LONG))):
        return _as(piece, meant)
    if not is_before_date:
        return piece
    if meant := _near(word, BEFORE_A_DATE):
        return _as(piece, meant)
    if meant := next((known for known in SWAPPED if _is_beginning_alike(word, known)), ""):
        return _as(piece, meant) if meant == "pada" else replace(piece, kind=DOUBT)
    return replace(piece, kind=DOUBT) if _near(word, DOUBTED) else piece


def _is_beginning_alike(word: str, known: str) -> bool:
    """ "Dair" and "apda", but not "adri", who is somebody."""
    return is_swapped(word, known) and (word[0] == known[0] or known == "pada")


def _near(word: str, known: tuple[str, ...]) -> str:
    """The known word that is one slip away and begins or ends alike."""
    if len(word) < LONG - 1:
        return ""
    return next((one for one in known if (word[0] == one[0] or is_swapped(word, one)) and is_one_slip(word, one)), "")


def _as(piece: Piece, meant: str) -> Piece:
    return replace(piece, kind=KIND_OF[meant], value=VALUE_OF.get(meant, 0), slip=(piece.text, meant))


def is_one_slip(typed: str, meant: str) -> bool:
    """Whether one letter is missing, too many or another one, or two neighbours have changed places."""
    if abs(len(typed) - len(meant)) > 1 or typed == meant:
        return False
    same = next((place for place, pair in enumerate(zip(typed, meant, strict=False)) if pair[0] != pair[1]), None)
    if same is None:
        return True
    left, right = typed[same:], meant[same:]
    return left[1:] == right or left == right[1:] or left[1:] == right[1:] or is_swapped(typed, meant)


def is_swapped(typed: str, meant: str) -> bool:
    """Whether two neighbouring letters have changed places."""
    if len(typed) != len(meant):
        return False
    wrong = [place for place, pair in enumerate(zip(typed, meant, strict=True)) if pair[0] != pair[1]]
    if len(wrong) != 2 or wrong[1] != wrong[0] + 1:
        return False
    return typed[wrong[0]] + typed[wrong[1]] == meant[wrong[1]] + meant[wrong[0]]
