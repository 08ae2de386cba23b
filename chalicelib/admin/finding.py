"""Whom a few typed words mean: parts of a name, a NIP, a phone, the nickname of a unit.

Generous, because whoever looks somebody up sees what was found; a command that changes something reads names by
`chat.pieces` instead, which asks when they may mean two.
"""

import re
from collections.abc import Collection, Iterable

from chalicelib.domain.day import Office
from chalicelib.domain.people import Organisation, Person

FEWEST_DIGITS = 4
"""Fewer digits of a NIP or phone find half the roster."""


def find(text: str, office: Office) -> tuple[Person, ...]:
    """The people whom a text may mean, in the roster's order.

    Digits are of a NIP or phone, the last words may name a unit, all others begin words of the name.
    """
    digits = re.sub(r"\D", "", text)
    if not re.search(r"[^\W\d_]", text):
        return _by_number(digits, office) if len(digits) >= FEWEST_DIGITS else ()
    words = re.findall(r"\w+", text.casefold())
    splits = ((words[:cut], _units_named("".join(words[cut:]), office.organisation)) for cut in range(len(words)))
    for names, units in splits:
        if units:
            return _by_name(names, office, units)
    return _by_name(words, office, office.organisation.by_id.keys())


def _by_number(digits: str, office: Office) -> tuple[Person, ...]:
    phone = "62" + digits.removeprefix("0") if digits.startswith("0") else digits
    return tuple(one for one in office.people if digits in (one.nip or "") or phone in (one.phone or ""))


def _units_named(word: str, organisation: Organisation) -> frozenset[str]:
    """The units that bear a name or nickname, with all below them."""
    bearing = (unit for unit in organisation.units if word in map(_letters, (unit.id, unit.name, *unit.nicknames)))
    return organisation.within(unit.id for unit in bearing)


def _letters(name: str) -> str:
    return "".join(re.findall(r"\w+", name.casefold()))


def _by_name(names: Iterable[str], office: Office, units: Collection[str]) -> tuple[Person, ...]:
    wanted = tuple(names)
    return tuple(one for one in office.people if one.unit in units and _bears(one.name, wanted))


def _bears(name: str, wanted: Iterable[str]) -> bool:
    words = re.findall(r"\w+", name.casefold())
    return all(any(word.startswith(part) for word in words) for part in wanted)
