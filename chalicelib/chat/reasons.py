"""The reason that ends a line, told from people who are called by a word for one: Dasar, Sebab, Alasan.

A word is a name where a name is begun with it or goes on with it; everywhere else it gives the reason. The price: whom
such a word alone names in the middle of a line has to be called by another word of the name as well.
"""

import re

from chalicelib.chat.naming import FILLERS
from chalicelib.chat.roll import Roll

REASON = re.compile(
    r"\b(karena|alasan|dasar|keterangan|sebab|because|basis|reason)\b(?P<sign>[:\s]*)(?P<said>.+)$", re.I | re.S
)
WORD_BEFORE, WORD_AFTER = re.compile(r"([\w'-]+)\s+$"), re.compile(r"[\w'-]+")
AND = ("dan", "and")


def reason_in(text: str, roll: Roll) -> re.Match[str] | None:
    """The first word for a reason that is nobody's name, with what is `said` behind it up to the end."""
    found = REASON.search(text)
    while found and _is_name(found, roll):
        found = REASON.search(text, found.end(1))
    return found


def _is_name(found: re.Match[str], roll: Roll) -> bool:
    """Whether the word is of the name of somebody on the roll and stands where one may: first, behind "dan", or beside
    another word of that name. A colon behind it says that it gives the reason."""
    word, before = found[1].casefold(), found.string[: found.start()].casefold()
    bearers = [name for name in roll.names if word in name]
    if not bearers or ":" in found["sign"]:
        return False
    spoken = re.findall(r"[^\s,;:()]+", before)
    if set(spoken) <= FILLERS or spoken[-1] in AND:
        return True
    last, following = WORD_BEFORE.search(before), WORD_AFTER.match(found["said"].casefold())
    is_begun = any(last and last[1] in name[: name.index(word)] for name in bearers)
    return is_begun or any(following and following[0] in name[name.index(word) + 1 :] for name in bearers)
