"""An organisation file: the units of one government as TOML, in the shape of `presets/organisation-banten.toml`.

Everything wrong with it is told at once, because whoever wrote it by hand wants to correct it once. The addresses of
heads and operators stand in the officer's own file; no preset holds any.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from re import fullmatch, search
from typing import Any

import msgspec

from chalicelib.domain.address import is_address
from chalicelib.domain.delivery import DIGEST, PARCEL, RECAP
from chalicelib.domain.people import Organisation, Unit, UnitKind
from infra.operator.command import Declined

ID = r"[a-z0-9][a-z0-9-]*"


def read_organisation(path: Path) -> Organisation:
    """The organisation of a file. Raises: Declined with every fault of it."""
    try:
        entries = tomllib.loads(path.read_text("utf-8"))["unit"]
        units = msgspec.convert(entries, tuple[Unit, ...], strict=False)
    except KeyError as fault:
        raise Declined(
            f"{path}: there is no [[unit]] in it. See chalicelib/presets/organisation-banten.toml."
        ) from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise Declined(f"{path}: {fault}") from fault
    except msgspec.ValidationError as fault:
        raise Declined(f"{path}: {_misread(entries, str(fault))}") from fault
    if faults := list(_faults(units)):
        raise Declined("\n".join((f"{path} is not right yet:", *(f"  {fault}" for fault in faults))))
    return Organisation(units)


def _misread(entries: Sequence[Mapping[str, Any]], fault: str) -> str:
    """What msgspec could not read, by the unit's id instead of its place, and what may stand there."""
    place = search(r"^(.*) - at `\$\[(\d+)\](?:\.(\w+))?", fault)
    if not place:
        return fault
    what, number, field = place[1], int(place[2]), place[3] or ""
    unit = entries[number].get("id", f"unit no. {number + 1}")
    if field == "kind":
        return f'{unit}: kind = "{entries[number][field]}" is none; write one of {", ".join(UnitKind)}'
    return f"{unit}: {field}: {what}" if field else f"{unit}: {what}"


def _faults(units: tuple[Unit, ...]) -> Iterator[str]:
    known = Counter(unit.id for unit in units)
    yield from (f"{id}: {count} units have this id" for id, count in known.items() if count > 1)
    if not units or units[0].kind is not UnitKind.GOVERNMENT or units[0].parent:
        yield 'the first unit is the government itself: kind = "government", without parent'
    if not any(unit.reports for unit in units):
        yield "no unit reports: say reports = true for each that sends its own report to BKD"
    names = Counter(name.casefold() for unit in units for name in {unit.name, *unit.nicknames})
    yield from (f'"{name}" is the name of {count} units' for name, count in names.items() if count > 1)
    for unit in units:
        yield from (f"{unit.id}: {fault}" for fault in _faults_of(unit, {*known}))
    yield from (f"{unit.id}: stands below itself" for unit in units if _is_circular(unit, units))


def _faults_of(unit: Unit, known: set[str]) -> Iterator[str]:
    if not fullmatch(ID, unit.id) or unit.id in (DIGEST, RECAP, PARCEL):
        yield "an id is made of small letters, digits and dashes, and is not digest, recap or parcel"
    for name in ("parent", "reports_via"):
        above = unit.parent if name == "parent" else unit.reports_via
        if above and above not in known:
            yield f'{name} = "{above}" is no unit'
    if not unit.parent and unit.kind is not UnitKind.GOVERNMENT:
        yield "has no parent"
    for address in filter(None, (unit.head_email, unit.operator_email)):
        if not is_address(address):
            yield f"{address} is no e-mail address"


def _is_circular(unit: Unit, units: tuple[Unit, ...]) -> bool:
    """Whether the way up from a unit, by its parents or by who reports for it, comes back to where it was."""
    parents = {one.id: one.parent for one in units}
    reporters = {one.id: None if one.reports else one.reports_via or one.parent for one in units}
    return any(_comes_back(unit.id, above) for above in (parents, reporters))


def _comes_back(unit: str, above: Mapping[str, str | None]) -> bool:
    seen, place = {unit}, above.get(unit)
    while place and place not in seen:
        seen.add(place)
        place = above.get(place)
    return place is not None
