"""Commands on the roster, check-in links and attestation: how their lines are read."""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import zip_longest
from typing import Any

from chalicelib.admin import attest, exporting, importing, links, people
from chalicelib.admin.rosterfields import Column
from chalicelib.chat.command_grammar import ISSUE, SAVE, SEND, Noun, Verb
from chalicelib.chat.completing import attested_by, with_chance, with_file
from chalicelib.chat.naming import DEGREE, masked, unaddressed
from chalicelib.chat.pieces import NIP, Pieces
from chalicelib.chat.pieces_typed import EMAIL
from chalicelib.domain.errors import PieceMissing, WordsNotUnderstood
from chalicelib.store.archive import Archive

FIELDS = {
    "nomor hp": Column.PHONE, "no hp": Column.PHONE, "hp": Column.PHONE, "telepon": Column.PHONE, "phone": Column.PHONE,
    "wa": Column.PHONE, "email": Column.EMAIL, "surel": Column.EMAIL, "nip": Column.NIP, "jabatan": Column.POSITION,
    "position": Column.POSITION, "eselon": Column.ECHELON, "status": Column.EMPLOYMENT, "pekerjaan": Column.JOB,
    "tugas": Column.JOB, "job": Column.JOB, "domisili": Column.DOMICILE, "nama": Column.NAME,
    "name": Column.NAME,
}  # fmt: skip
SPOKEN = "|".join(re.escape(name) for name in sorted(FIELDS, key=len, reverse=True))
FIELD = re.compile(rf"\b({SPOKEN})\b\s?[:=]?", re.I)
VALUE_ENDS = re.compile(
    rf",(?!\s?(?:{DEGREE.pattern})(?!\w))|[;\n]|\b(?:karena|alasan|dasar|keterangan|sebab|mulai|sejak|terhitung)\b",
    re.I,
)
"""A comma before a degree is part of a name."""

HOME = r"\b(?:rumah|home)\s*[:=]?\s*(-?\d+[.]\d+)\s*[,; ]\s*(-?\d+[.]\d+)"
PHONE = re.compile(r"(?<![\w-])(?:\+?62|0)8[\d .-]{7,15}\d(?!\w)")
GOAL, ORIGIN = r"(?:ke|to)\s+", r"(?:dari|from)\s+"


def uploaded(archive: Archive, filename: str, data: bytes) -> importing.ImportRoster:
    """The command that an uploaded file stands for; the file is kept under its content until it is decided on."""
    name = f"uploads/{sha256(data).hexdigest()}"
    archive.freeze(name, data)
    return importing.ImportRoster(name, filename)


def _find(pieces: Pieces) -> people.FindPeople:
    typed = unaddressed(pieces.rest_taken())
    if not typed:
        raise PieceMissing("people")
    return people.FindPeople(typed)


def _add(pieces: Pieces) -> people.AddPerson:
    facts = _facts(pieces)
    unit = pieces.unit()
    name = facts.pop(Column.NAME, "") or pieces.rest_taken()
    if not name:
        raise PieceMissing("name")
    return people.AddPerson(name, unit, facts)


def _facts(pieces: Pieces) -> dict[str, str]:
    """What the line tells of a person: by label, or recognised by its shape."""
    found: dict[str, str] = {}
    if pieces.find(HOME):  # a home is never kept in a conversation
        raise PieceMissing("home_by_file")
    for label, value in _labelled(pieces):
        if FIELDS[label] in found:
            raise WordsNotUnderstood(label)
        found[FIELDS[label]] = value
    for column, shape in ((Column.NIP, NIP), (Column.EMAIL, EMAIL), (Column.PHONE, PHONE)):
        if column not in found and (match := pieces.take(shape)):
            found[column] = match[0].strip()
    return found


def _labelled(pieces: Pieces) -> Iterator[tuple[str, str]]:
    """Each field that the line labels and what follows it, up to the next label or sign, taken out of the line."""
    line = pieces.left
    labels = list(FIELD.finditer(line))
    for label, following in zip_longest(labels, labels[1:]):
        stop = following.start() if following else len(line)
        end = VALUE_ENDS.search(line, label.end(), stop)
        stop = end.start() if end else stop
        pieces.blank(label.start(), stop)
        yield label[1].lower(), line[label.end() : stop].strip()


def _change(pieces: Pieces) -> people.ChangePerson:
    facts = _facts(pieces)
    if not facts:
        raise PieceMissing("fields")
    if reason := pieces.reason():
        raise WordsNotUnderstood(masked(reason)[:60])
    return people.ChangePerson(pieces.one_person(pieces.units()), _plain(facts))


def _plain(facts: Mapping[str, str]) -> dict[str, str]:
    return {str(column): value for column, value in facts.items()}


def _move(pieces: Pieces) -> people.MovePeople:
    """The goal stands behind "ke"; any other unit narrows whom the names may mean."""
    pieces.no_reason()
    origins, goals = pieces.units(ORIGIN), pieces.units(GOAL)
    if len(goals) > 1:
        raise PieceMissing("unit")
    unit = goals[0] if goals else pieces.unit()
    return people.MovePeople(pieces.named((*origins, *pieces.units())), unit)


def _import(pieces: Pieces) -> importing.ImportRoster:
    """A file is needed; the conversation makes the command when one arrives."""
    raise PieceMissing("file")


def _deactivate(pieces: Pieces) -> people.Deactivate:
    pieces.no_reason()
    return people.Deactivate(pieces.named(pieces.units()))


def _issue(pieces: Pieces) -> links.IssueLinks:
    pieces.no_reason()
    units = pieces.units()
    named = pieces.people(units)
    if not named and not units:
        raise PieceMissing("people")
    return links.IssueLinks(named, () if named else units)


def _revoke(pieces: Pieces) -> links.RevokeLinks:
    pieces.no_reason()
    return links.RevokeLinks(pieces.named(pieces.units()))


def _sheets(pieces: Pieces) -> links.SendSheets:
    units = pieces.units()
    if not units:
        raise PieceMissing("unit")
    return links.SendSheets(units)


def _attest(pieces: Pieces) -> attest.Attest:
    basis = pieces.reason()
    return attest.Attest(pieces.named(pieces.units()), basis)


def _people_verb(name: str, command: type, words: tuple[str, ...], read: Any, complete: Any = None) -> Verb:
    return Verb(f"roster.{name}", Noun.ROSTER, command, words, read, decide=people.decide, complete=complete)


def _link_verb(
    name: str, command: type, words: tuple[str, ...], read: Any, complete: Any = None, confirms: str = SAVE
) -> Verb:
    return Verb(
        f"link.{name}", Noun.LINK, command, words, read, decide=links.decide, complete=complete, confirms=confirms
    )


VERBS = (
    Verb(
        "roster.find",
        Noun.ROSTER,
        people.FindPeople,
        ("cari", "temukan", "find", "search"),
        _find,
        answer=people.answer,
    ),
    _people_verb("add", people.AddPerson, ("tambah pegawai", "pegawai baru", "add person"), _add, with_chance),
    _people_verb("change", people.ChangePerson, ("ubah", "ganti data", "ubah pegawai", "change"), _change),
    _people_verb("move", people.MovePeople, ("pindah", "pindahkan", "mutasi", "move"), _move),
    _people_verb(
        "deactivate",
        people.Deactivate,
        ("nonaktifkan", "keluarkan", "hapus pegawai", "deactivate"),
        _deactivate,
    ),
    Verb(
        "roster.import",
        Noun.ROSTER,
        importing.ImportRoster,
        ("impor", "unggah", "import"),
        _import,
        decide=importing.decide,
        complete=with_file,
    ),
    Verb(
        "roster.export",
        Noun.ROSTER,
        exporting.ExportRoster,
        ("ekspor", "unduh pegawai", "export"),
        lambda pieces: exporting.ExportRoster(pieces.units()),
        preview=exporting.preview,
        perform=exporting.perform,
        confirms=SEND,
    ),
    _link_verb(
        "issue",
        links.IssueLinks,
        ("tautan baru", "terbitkan tautan", "tautan", "link issue"),
        _issue,
        with_chance,
        confirms=ISSUE,
    ),
    _link_verb(
        "revoke",
        links.RevokeLinks,
        ("cabut tautan", "matikan tautan", "link revoke"),
        _revoke,
    ),
    _link_verb(
        "sheet", links.SendSheets, ("lembar tautan", "kirim tautan", "link sheet"), _sheets, with_chance, confirms=SEND
    ),
    Verb(
        "attest.add",
        Noun.REPORT,
        attest.Attest,
        ("lapor untuk", "lapor", "catat lapor", "hadirkan", "attest"),
        _attest,
        decide=attest.decide,
        complete=attested_by,
    ),
)
