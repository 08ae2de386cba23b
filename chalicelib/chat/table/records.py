"""Commands on admins, the audit and undoing: how their lines are read."""

from typing import Any

from chalicelib.admin import admins, audit, undo
from chalicelib.chat.command_grammar import ISSUE, Noun, Verb
from chalicelib.chat.completing import decided_by, looked_up, with_chance
from chalicelib.chat.naming import unaddressed
from chalicelib.chat.pieces import Pieces
from chalicelib.domain.access import Role
from chalicelib.domain.errors import PersonUnknown, PieceMissing

ROLES = {
    "bkd": Role.BKD,
    "operator": Role.OPERATOR,
    "auditor": Role.AUDITOR,
    "pengawas": Role.AUDITOR,
}
REVISION = r"(?<![\w/-])(?:no\.?|nomor|revisi|#)?\s*(\d{1,7})(?![\w/])"


def _add_admin(pieces: Pieces) -> admins.AddAdmin:
    role = _role(pieces)
    units = pieces.units()
    if role is Role.OPERATOR and not units:
        raise PieceMissing("unit")
    name = pieces.rest_taken()
    if not name:
        raise PieceMissing("name")
    return admins.AddAdmin(name, role, units)


def _role(pieces: Pieces) -> Role:
    role = pieces.word(ROLES)
    if role is None:
        raise PieceMissing("role")
    return role


def _scope_admin(pieces: Pieces) -> admins.ScopeAdmin:
    role, units = _role(pieces), pieces.units()
    pieces.replace(r"\b(?:jadi|menjadi|sebagai|as|to)\b", " ")
    return admins.ScopeAdmin(_admin(pieces), role, units)


def _admin(pieces: Pieces) -> str:
    """The admin whom the rest of the line names. Raises: PersonUnknown, PieceMissing."""
    typed = unaddressed(pieces.rest_taken())
    if not typed:
        raise PieceMissing("admin")
    words = set(typed.casefold().split())
    found = [one.id for one in pieces.office.admins if typed == one.id or words <= set(one.name.casefold().split())]
    if len(found) != 1:
        raise PersonUnknown(typed[:60])
    return found[0]


def _undo(pieces: Pieces) -> undo.Undo:
    named = pieces.number(REVISION)
    return undo.Undo(pieces.office.revision if named is None else named)


def _audit(pieces: Pieces) -> audit.ShowAudit:
    return audit.ShowAudit(pieces.number(REVISION))


def _admin_verb(name: str, command: type, words: tuple[str, ...], read: Any, complete: Any = None) -> Verb:
    return Verb(f"admin.{name}", Noun.ACCESS, command, words, read, decide=admins.decide, complete=complete)


VERBS = (
    Verb(
        "admin.list",
        Noun.ACCESS,
        admins.ListAdmins,
        ("admin", "daftar admin", "admins"),
        lambda pieces: admins.ListAdmins(),
        answer=admins.answer,
    ),
    _admin_verb("add", admins.AddAdmin, ("tambah admin", "admin baru", "add admin"), _add_admin, with_chance),
    _admin_verb(
        "remove",
        admins.RemoveAdmin,
        ("hapus admin", "keluarkan admin", "remove admin"),
        lambda pieces: admins.RemoveAdmin(_admin(pieces)),
        decided_by,
    ),
    _admin_verb("scope", admins.ScopeAdmin, ("ubah admin", "wewenang", "scope admin"), _scope_admin, decided_by),
    Verb(
        "admin.code",
        Noun.ACCESS,
        admins.IssueCode,
        ("kode admin", "kode baru", "kode untuk", "admin code", "new code"),
        lambda pieces: admins.IssueCode(_admin(pieces)),
        preview=admins.preview,
        perform=admins.perform,
        confirms=ISSUE,
    ),
    Verb(
        "admin.cut",
        Noun.ACCESS,
        admins.CutAccounts,
        ("putuskan akun", "putus akun", "lepas akun", "unlink"),
        lambda pieces: admins.CutAccounts(_admin(pieces)),
        preview=admins.preview,
        perform=admins.perform,
        confirms="chat.confirm.cut",
    ),
    Verb(
        "record.audit", Noun.RECORD, audit.ShowAudit, ("riwayat", "jejak", "audit", "log"), _audit, answer=audit.answer
    ),
    Verb(
        "record.undo",
        Noun.RECORD,
        undo.Undo,
        ("urungkan", "batalkan", "kembalikan", "undo"),
        _undo,
        decide=undo.decide,
        complete=looked_up,
    ),
)
