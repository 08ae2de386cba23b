"""Commands on piket, exemptions, leave and duty travel: how their lines are read."""

import re
from typing import Any

from chalicelib.admin import absence, duty, exemption
from chalicelib.chat.command_grammar import Noun, Verb
from chalicelib.chat.naming import SEPARATORS, masked, unexcepted
from chalicelib.chat.pieces import Pieces
from chalicelib.domain.errors import PieceMissing, WordsNotUnderstood
from chalicelib.domain.people import Job, PositionGroup, UnitKind
from chalicelib.domain.policy import DAY, Selector

GROUPS = {
    "eselon i": PositionGroup.JPT_MADYA,
    "eselon ii": PositionGroup.JPT_PRATAMA,
    "eselon iii": PositionGroup.ADMINISTRATOR,
    "eselon iv": PositionGroup.PENGAWAS,
    "eselon 2": PositionGroup.JPT_PRATAMA,
    "eselon 3": PositionGroup.ADMINISTRATOR,
    "eselon 4": PositionGroup.PENGAWAS,
    "administrator": PositionGroup.ADMINISTRATOR,
    "pengawas": PositionGroup.PENGAWAS,
    "fungsional": PositionGroup.FUNGSIONAL,
    "pelaksana": PositionGroup.PELAKSANA,
    "non asn": PositionGroup.NON_ASN,
}
JOBS = {
    "satpam": Job.SECURITY,
    "petugas keamanan": Job.SECURITY,
    "security": Job.SECURITY,
    "petugas kebersihan": Job.CLEANING,
    "kebersihan": Job.CLEANING,
    "cleaning": Job.CLEANING,
    "guru": Job.EDUCATION,
    "tenaga pendidik": Job.EDUCATION,
    "gugus tugas": Job.TASK_FORCE,
    "satgas": Job.TASK_FORCE,
    "task force": Job.TASK_FORCE,
}
KINDS = {
    "semua dinas": UnitKind.DINAS,
    "semua badan": UnitKind.BADAN,
    "semua biro": UnitKind.BIRO,
    "semua uptd": UnitKind.UPTD,
    "semua sekolah": UnitKind.SCHOOL,
    "cabang dinas": UnitKind.CABANG_DINAS,
}
DOMICILE = r"\b(?:ber)?domisili(?:\s+di)?\s+([\w .]+?)(?=$|[,;]|\s\d|\s(?:mulai|sampai|s/d|hingga|dari|karena|dasar))"
EXEMPTION = r"(?<![\w-])([a-z]+-\d+)\b"
CALLED_OFF = re.compile(r"\bbatal(?:kan)?\b", re.I)
SWAP = r"\b(?:dengan|diganti|digantikan|with|->|→|ke)\b"


def _piket(pieces: Pieces) -> duty.SetPiket | duty.ShowPiket:
    """Names make it an order, none a question: who is on piket."""
    basis, days, units = pieces.reason(), pieces.days(), pieces.units()
    if people := pieces.people(units):
        return duty.SetPiket(people, *days, basis)
    return duty.ShowPiket(units or pieces.own_units(), *days)


def _swap(pieces: Pieces) -> duty.SwapPiket:
    pieces.no_reason(is_dated=True)
    days = pieces.days()
    units = pieces.units()
    pieces.replace(SWAP, ",")
    people = pieces.named(units)
    if len(people) != 2:
        raise PieceMissing("two_people")
    return duty.SwapPiket(people[0], people[1], *days)


def _remove_piket(pieces: Pieces) -> duty.RemovePiket:
    pieces.no_reason(is_dated=True)
    days = pieces.days()
    return duty.RemovePiket(pieces.named(pieces.units()), *days)


def _exempt(pieces: Pieces) -> exemption.AddExemption:
    basis, found = pieces.reason(), pieces.maybe_period()
    start = (found.start if found else None) or pieces.today
    end, condition = (found.end, found.condition) if found else (None, None)
    if end is None and condition is None:
        raise PieceMissing("period.end")
    return exemption.AddExemption(_who(pieces), start, end, condition, basis)


def _who(pieces: Pieces) -> Selector:
    """Whom an exemption is for; people are named only where nothing else tells them.

    Raises: WordsNotUnderstood for several groups in several units: which goes with which is not said.
    """
    said, region = pieces.rest(), pieces.find(DOMICILE)
    kinds, groups, jobs = pieces.words(KINDS), pieces.words(GROUPS), pieces.words(JOBS)
    units = pieces.units()
    if len(units) > 1 and len(groups) + len(jobs) > 1:
        raise WordsNotUnderstood(masked(said)[:60])
    places = SEPARATORS.split(unexcepted(region[1].strip())) if region else ()
    return Selector(pieces.people(units), units, kinds, groups, jobs, tuple(place.strip() for place in places))


def _end_exemption(pieces: Pieces) -> exemption.EndExemption:
    pieces.no_reason(is_dated=True)
    match = pieces.find(EXEMPTION)
    if match is None:
        raise PieceMissing("exemption")
    return exemption.EndExemption(match[1].lower(), pieces.days(may_lift=True)[1])


def _leave(pieces: Pieces) -> absence.SetLeave:
    basis, days = pieces.reason(), pieces.days()
    return absence.SetLeave(pieces.named(pieces.units()), *days, basis)


def _travel(pieces: Pieces) -> absence.SetTravel:
    basis, days = pieces.reason(), pieces.days()
    return absence.SetTravel(pieces.named(pieces.units()), *days, basis)


def _end_absence(pieces: Pieces) -> absence.EndAbsence:
    """What is "batal" from a day on ended on the eve; what is "selesai" or "akhiri" has the day as its last."""
    pieces.no_reason(is_dated=True)
    first, last = pieces.days(may_lift=True)
    if CALLED_OFF.search(pieces.line) and pieces.is_dated:
        if first != last:
            raise PieceMissing("day")
        last = first - DAY
    return absence.EndAbsence(pieces.named(pieces.units()), last)


def _piket_verb(name: str, command: type, words: tuple[str, ...], read: Any) -> Verb:
    return Verb(f"piket.{name}", Noun.PIKET, command, words, read, decide=duty.decide)


def _absence_verb(name: str, command: type, words: tuple[str, ...], read: Any) -> Verb:
    return Verb(f"absence.{name}", Noun.ABSENCE, command, words, read, decide=absence.decide)


VERBS = (
    Verb("piket.show", Noun.PIKET, duty.ShowPiket, ("lihat piket", "siapa piket"), _piket, answer=duty.answer),
    _piket_verb("set", duty.SetPiket, ("piket", "atur piket", "tambah piket", "jadwal piket"), _piket),
    _piket_verb("swap", duty.SwapPiket, ("tukar piket", "tukar", "ganti piket", "swap"), _swap),
    _piket_verb("remove", duty.RemovePiket, ("hapus piket", "batal piket", "remove piket"), _remove_piket),
    Verb(
        "exemption.show",
        Noun.EXEMPTION,
        exemption.ShowExemptions,
        ("pengecualian", "daftar pengecualian", "exemptions"),
        lambda pieces: exemption.ShowExemptions(),
        answer=exemption.answer,
    ),
    Verb(
        "exemption.add",
        Noun.EXEMPTION,
        exemption.AddExemption,
        ("kecualikan", "dikecualikan", "tambah pengecualian", "exempt"),
        _exempt,
        decide=exemption.decide,
    ),
    Verb(
        "exemption.end",
        Noun.EXEMPTION,
        exemption.EndExemption,
        ("akhiri pengecualian", "hapus pengecualian", "cabut pengecualian", "end exemption"),
        _end_exemption,
        decide=exemption.decide,
    ),
    _absence_verb("leave", absence.SetLeave, ("cuti", "izin cuti", "sakit", "leave"), _leave),
    _absence_verb(
        "travel", absence.SetTravel, ("dinas luar", "perjalanan dinas", "dl", "duty travel", "travel"), _travel
    ),
    _absence_verb(
        "end",
        absence.EndAbsence,
        (
            *("akhiri cuti", "selesai cuti", "akhiri dinas luar", "selesai dinas luar", "end leave"),
            *("batal cuti", "batalkan cuti", "batal dinas luar", "batalkan dinas luar"),
        ),
        _end_absence,
    ),
)
