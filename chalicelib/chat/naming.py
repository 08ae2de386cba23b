"""Names as admins type them: without titles, in part, in any case, among words that carry nothing.

What is typed counts as it stands before anything is taken off it, and what is taken off is never a word that people
are called by. The price: an unusual title has to be left out by whoever types the name.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher, get_close_matches

from chalicelib.chat.date_words import KIND_OF
from chalicelib.domain.errors import WordsNotUnderstood

ALIKE = 0.75
"""How like two words must be for one to be offered where the other was typed."""

MOST_CHOICES = 6

WORD_ALIKE = 0.6
"""How like its nearest word of a name each typed word must be for the name to be offered."""

_FILLERS = """
tolong mohon ya dong sdr sdri bpk ibu saudara saudari ke di pada untuk a.n dengan dan per mulai
hari tanggal tgl pukul jam wib wita wit unit opd pegawai slot edaran nomor no
an the for to of please with and on at
"""
FILLERS = frozenset(_FILLERS.split())
"""Words that carry nothing once the pieces around them are read."""

BORNE = frozenset({"hari", "an"})
"""Fillers that people are called by as well: beside a name they are never dropped."""

ADDRESSES = frozenset({"pak", "bapak", "bu", "mbak", "mas", "bang", "kang", "teh"})
"""How people are spoken to; some are called so too, but no name is begun by such a word."""

_EXCEPTIONS = """
jangan tidak tak bukan batal batalkan selain kecuali tanpa termasuk atas bawah belum semua seluruh atau
not except without but never all or above below
"""
EXCEPTIONS = frozenset(_EXCEPTIONS.split())
"""Words that turn a line round or widen it: a command that does not read them is not carried out."""

ON_BEHALF = re.compile(r"\batas\s+nama\b", re.I)
SEPARATORS = re.compile(r"[,;\n&]|\b(?:dan|and)\b", re.I)
_DEGREE = (
    r"(?:[smad]\.?|ll\.?|ph\.?|sp\.?|b\.?)(?:sos|sy|si|kom|pd|pdi|kes|keb|kep|farm|ag|hum|stp|ip|ipem|ap|ak|tr|st|se|sh|mm"
    r"|[ehtkipm]|psi|pt|ikom|eng|sc|ars|kn|kp|hut|md|d|a|og|an|b)(?:\.[a-z]{1,4})?|apt|ns|st|sh|se|mm|msi|spd|skm"
)
DEGREE = re.compile(rf"(?:{_DEGREE})\.?", re.I)
HONORIFIC = re.compile(r"(?:dr|drg|ir|drs|dra|hj|h|prof|kh|apt|ns)(?:\.(?:dr|drg|ir|drs|dra|hj|h))*\.?", re.I)
LONG_NUMBER = re.compile(r"\d(?:[ .-]?\d){9,}")


def whole(name: str) -> str:
    """A typed name on one line, with every word of it."""
    return " ".join(re.sub(r"[:()]+", " ", name).split())


def bare(name: str) -> str:
    """A typed name without the fillers and titles around it; nothing when only those are left."""
    words = whole(ON_BEHALF.sub(" ", name)).split()
    while words and (_is_filler(words[0]) or HONORIFIC.fullmatch(words[0]) or _is_address(words[0])):
        del words[0]
    while words and (_is_filler(words[-1]) or DEGREE.fullmatch(words[-1])):
        del words[-1]
    return " ".join(words) if any(sign.isalnum() for sign in "".join(words)) else ""


def _is_filler(word: str) -> bool:
    spoken = word.casefold().strip(".")
    return spoken in FILLERS - BORNE or not any(sign.isalnum() for sign in word)


def unaddressed(name: str) -> str:
    """A typed name without the words by which its bearer is spoken to, as long as something follows them."""
    words = name.split()
    while len(words) > 1 and _is_address(words[0]):
        del words[0]
    return " ".join(words)


def _is_address(word: str) -> bool:
    return word.casefold().strip(".") in ADDRESSES


def plain(name: str) -> str:
    """A name to compare by: what stands before the titles, in lower case, without signs."""
    words = re.sub(r"[^\w\s'-]", " ", name.split(",", maxsplit=1)[0]).casefold().split()
    while len(words) > 1 and HONORIFIC.fullmatch(words[0]):
        del words[0]
    while len(words) > 1 and DEGREE.fullmatch(words[-1]) and len(words[-1]) > 1:
        del words[-1]
    return " ".join(words)


def fits(typed: str, name: str) -> bool:
    """Whether every typed word is, or begins, another word of the name, both plain; a single letter is only itself, and
    so is a word by which people are spoken to."""
    left = name.split()
    for word in typed.split():
        is_whole = len(word) == 1 or word in ADDRESSES
        begun = (one for one in left if one == word or (not is_whole and one.startswith(word)))
        match = word if word in left else next(begun, None)
        if match is None:
            return False
        left.remove(match)
    return True


def alike(typed: str, names: Iterable[str]) -> list[str]:
    """The names that a misspelled one may stand for: no typed word is without its like in them."""
    near = get_close_matches(typed, names, MOST_CHOICES, ALIKE)
    return [name for name in near if all(_has_like(word, name) for word in typed.split())]


def _has_like(word: str, name: str) -> bool:
    return any(SequenceMatcher(None, word, one).ratio() >= WORD_ALIKE for one in name.split())


def unread(words: str) -> str:
    """Those of the words that say when, how many, or that something is not meant: they are no part of a name."""
    spoken = ((word, word.casefold().strip(".,;:()")) for word in words.split())
    return " ".join(word for word, said in spoken if is_said_of_days(said) or said in EXCEPTIONS or _has_digit(word))


def _has_digit(word: str) -> bool:
    return any(sign.isdigit() for sign in word)


def is_said_of_days(word: str) -> bool:
    return word in KIND_OF and word not in FILLERS


def unexcepted(text: str) -> str:
    """The text. Raises: WordsNotUnderstood where it leaves out or turns round what the line says."""
    said = re.findall(r"(?<![\w-])[^\W\d]+(?![\w-])", ON_BEHALF.sub(" ", text))
    if odd := " ".join(word for word in said if word.casefold() in EXCEPTIONS):
        raise WordsNotUnderstood(odd[:60])
    return text


def masked(text: str) -> str:
    """The text with of every long number its last three digits: a NIP or a phone is never said back."""
    return LONG_NUMBER.sub(lambda match: f"…{match[0][-3:]}", text)


def reworded(line: str, fragment: str, replacement: str) -> str:
    """The whole line with a fragment of it written otherwise, for a question's option.

    Raises: WordsNotUnderstood for one that the line does not say in one go.
    """
    spoken = r"\s+".join(re.escape(word) for word in fragment.split())
    found = re.search(rf"(?<![\w#-]){spoken}(?![\w-])", line, re.I)
    if found is None:
        raise WordsNotUnderstood(masked(fragment)[:60])
    return f"{line[: found.start()]}{replacement}{line[found.end() :]}"


def nearest(text: str, names: Iterable[str]) -> tuple[str, list[str]]:
    """The first stretch of the text that is almost a name, long ones before short ones, and the names it may be."""
    known = list(names)
    for typed in _runs(text):
        if close := get_close_matches(typed.casefold(), known, MOST_CHOICES, ALIKE):
            return typed, close
    return "", []


def _runs(text: str, *, most_words: int = 12, longest: int = 4) -> Iterator[str]:
    words = text.split()[:most_words]
    for length in range(min(longest, len(words)), 0, -1):
        found = (words[start : start + length] for start in range(len(words) - length + 1))
        yield from (" ".join(run) for run in found if not _is_filler(run[0]))
