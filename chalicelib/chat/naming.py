"""Names as admins type them: without titles, in part, in any case, among words that carry nothing."""

import re

ALIKE = 0.75
"""How like two words must be for one to be offered where the other was typed."""

_FILLERS = """
tolong mohon ya dong sdr sdri bpk ibu saudara saudari ke di pada untuk atas nama a.n dengan dan per mulai
hari tanggal tgl pukul jam wib wita wit unit opd pegawai slot edaran nomor no
an the for to of please with and on at
"""
FILLERS = frozenset(_FILLERS.split())
"""Words that carry nothing once the pieces around them are read."""

SEPARATORS = re.compile(r"\s*(?:[,;\n]|\bdan\b|\band\b|&)\s*", re.I)
TITLE = re.compile(r"(?:[A-Za-z]{1,6}\.)+[A-Za-z]{0,6}|dr|drg|ir|drs|dra|hj|h|st|sh|se|mm|msi|spd|skm", re.I)


def bare(name: str) -> str:
    """A typed name without fillers and titles; nothing when only those are left."""
    words = re.sub(r"[:()]+", " ", name).split()
    said = [word for word in words if word.casefold().strip(".") not in FILLERS]
    return " ".join(word for word in said if not TITLE.fullmatch(word))


def plain(name: str) -> str:
    """A name to compare by: what stands before the titles, in lower case, without signs."""
    words = re.sub(r"[^\w\s'-]", " ", name.split(",", maxsplit=1)[0]).casefold().split()
    return " ".join(word for word in words if not TITLE.fullmatch(word)) or " ".join(words)


def fits(typed: str, name: str) -> bool:
    """Whether every typed word is, or begins, another word of the name; a single letter stands for itself."""
    left = plain(name).split()
    for word in plain(typed).split():
        begun = (one for one in left if one == word or (len(word) > 1 and one.startswith(word)))
        match = word if word in left else next(begun, None)
        if match is None:
            return False
        left.remove(match)
    return True
