"""Who runs the office: admins come and go, and what each of them may reach.

Which chat account speaks for an admin is kept with the conversations; here are the person's office rights and the
one-time codes by which an account is linked. The price of a last BKD admin who cannot go: somebody must be made one
first.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import assert_never

from chalicelib.admin import desk
from chalicelib.admin.chance import CHANCE_BYTES, drawn_from, new_id
from chalicelib.admin.desk import Registry
from chalicelib.admin.ordering import permit
from chalicelib.admin.parcels import Outcome
from chalicelib.admin.people import cell_reason
from chalicelib.admin.rosterfields import CellInvalid, name_cell
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.answer import Answer, Table
from chalicelib.domain.change import Change, Edit, Line, edit
from chalicelib.domain.day import Office
from chalicelib.domain.errors import MessageId
from chalicelib.domain.errors_staff import AdminExists, AdminGone, AdminNeedsUnits, CellRefused, LastAdmin
from chalicelib.store.chat import ChatStore

CODE_LIFE = timedelta(hours=24)
FIRST_CODE_LIFE = timedelta(days=7)
SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Base32 without what is misread: no I, L, O, 0 and 1. The thirty-second place is drawn again."""

CODE_SIGNS = 8
_CODE_ASKED = ("admin.code.asked", "admin.code.dies")


@dataclass(frozen=True)
class AddAdmin:
    """Somebody may run the office, or their units."""

    name: str
    role: Role
    units: tuple[str, ...]
    chance: bytes = b""


@dataclass(frozen=True)
class RemoveAdmin:
    """Somebody runs the office no longer; `by` is the id of the admin who says so."""

    admin: str
    by: str = ""


@dataclass(frozen=True)
class ScopeAdmin:
    """Give an admin another role or other units; `by` as in removing."""

    admin: str
    role: Role
    units: tuple[str, ...]
    by: str = ""


@dataclass(frozen=True)
class ListAdmins:
    """Who runs the office, as far as the asking admin's own units."""


@dataclass(frozen=True)
class IssueCode:
    """Another code for an admin whose own ran out, was lost, or was used by an account that is not theirs any more."""

    admin: str


@dataclass(frozen=True)
class CutAccounts:
    """Let no chat account speak for an admin any longer, nor a code link one: a phone was lost, or somebody else's is
    linked. They stay an admin."""

    admin: str


def decide(command: AddAdmin | RemoveAdmin | ScopeAdmin, office: Office, *, at: datetime) -> Change:
    """The change that a command makes.

    Raises: AdminExists, AdminGone, AdminNeedsUnits, CellRefused, LastAdmin.
    """
    match command:
        case AddAdmin(name, role, units, chance):
            return _added(office, name, role, units, chance)
        case RemoveAdmin(admin, by):
            return _removed(office, admin, by)
        case ScopeAdmin():
            return _scoped(office, command)
        case _:
            assert_never(command)


def _added(office: Office, typed: str, role: Role, units: tuple[str, ...], chance: bytes) -> Change:
    name = _name(typed)
    if any(one.name.casefold() == name.casefold() for one in office.admins):
        raise AdminExists(name)
    admin = _bound(Admin(new_id(drawn_from(chance)), name, role, units))
    return Change((edit(None, admin),), Line(f"admin.added.{role}", {"name": name}), _reach(admin, office))


def _removed(office: Office, id: str, by: str) -> Change:
    admin = _known(office, id)
    _keep_one(office, admin)
    warnings = (Line("admin.self_removed"),) if id == by else ()
    return Change((edit(admin, None, office.admins),), Line("admin.removed", {"name": admin.name}), warnings=warnings)


def _scoped(office: Office, command: ScopeAdmin) -> Change:
    before = _known(office, command.admin)
    after = _bound(replace(before, role=command.role, units=command.units))
    if after.role is not Role.BKD:
        _keep_one(office, before)
    edits = (edit(before, after, office.admins),) if after != before else ()
    # Only BKD changes admins, so whoever gives themselves another role gives up rights.
    warnings = (Line("admin.self_scoped"),) if edits and before.id == command.by else ()
    return Change(edits, Line(f"admin.scoped.{after.role}", {"name": before.name}), _reach(after, office), warnings)


def _name(text: str) -> str:
    try:
        return name_cell(text.strip())
    except CellInvalid as refused:
        raise CellRefused(MessageId("roster.column.name"), cell_reason(refused.key)) from refused


def _bound(admin: Admin) -> Admin:
    """BKD reaches everything; an operator of no unit would reach nothing. Raises: AdminNeedsUnits."""
    if admin.role is Role.OPERATOR and not admin.units:
        raise AdminNeedsUnits(admin.name)
    return replace(admin, units=()) if admin.role is Role.BKD else admin


def _known(office: Office, id: str) -> Admin:
    found = next((one for one in office.admins if one.id == id), None)
    if found is None:
        raise AdminGone()
    return found


def _keep_one(office: Office, leaving: Admin) -> None:
    """Somebody of BKD must be left. Raises: LastAdmin."""
    if [one for one in office.admins if one.role is Role.BKD] == [leaving]:
        raise LastAdmin(leaving.name)


def _reach(admin: Admin, office: Office) -> tuple[Line, ...]:
    return (Line("admin.units", {"units": _units(admin, office) or MessageId("admin.everything")}),)


def _units(admin: Admin, office: Office) -> str:
    return "; ".join(office.organisation.by_id[unit].name for unit in admin.units)


def answer(command: ListAdmins, registry: Registry, office: Office, admin: Admin, *, at: datetime) -> Answer:
    """The admins of the whole office and those who share units with the asking one."""
    own = set(admin.scope(office.organisation))
    shown = [one for one in office.admins if not one.units or own & set(one.scope(office.organisation))]
    rows = tuple(
        (one.name, Line(f"admin.role.{one.role}"), _units(one, office) or Line("admin.everything")) for one in shown
    )
    return Answer(
        Line("admin.list"), table=Table(("admin.column.name", "admin.column.role", "admin.column.units"), rows)
    )


def preview(
    command: IssueCode | CutAccounts, registry: Registry, office: Office, admin: Admin, *, at: datetime
) -> Answer:
    """Whom the code would let in, or whose accounts would be cut off, and how far they reach.

    Raises: OutOfScope for all but BKD, AdminGone.
    """
    permit(admin, None, office)
    known = _known(office, command.admin)
    asked, then = ("admin.cut.asked", "admin.cut.then") if isinstance(command, CutAccounts) else _CODE_ASKED
    facts: dict[str, str | int | date] = {"name": known.name, "role": MessageId(f"admin.role.{known.role}")}
    warnings = (Line("admin.self_removed"),) if isinstance(command, CutAccounts) and known.id == admin.id else ()
    return Answer(Line(asked, facts), (*_reach(known, office), Line(then), *warnings))


def perform(
    command: IssueCode | CutAccounts, registry: Registry, office: Office, admin: Admin, *, cause: str, at: datetime
) -> Outcome:
    """Ask for the code or the cut, which whoever keeps the conversations makes. Raises: as `preview`."""
    permit(admin, None, office)
    known = _known(office, command.admin)
    if isinstance(command, CutAccounts):
        return Outcome(Answer(Line("admin.cut.done", {"name": known.name})), cut=(known,))
    return Outcome(Answer(Line("admin.code.issued", {"name": known.name})), invited=(known,))


def new_code(random_bytes: Callable[[int], bytes]) -> str:
    """A one-time code as it is read out, `XXXX-XXXX`: 39 bits, enough for something that works once within a day."""
    signs = ""
    while len(signs) < CODE_SIGNS:
        place = random_bytes(1)[0] % (len(SIGNS) + 1)
        signs += SIGNS[place : place + 1]
    return f"{signs[:4]}-{signs[4:]}"


def codes_for(edits: Iterable[Edit], registry: Registry, chats: ChatStore, *, at: datetime) -> tuple[Line, ...]:
    """The codes of admins whom a change brought, one line each for whoever made it; again, new codes, and the old die.

    Whoever came back by an undo and is linked already needs none.
    """
    brought = [one.after for one in edits if one.before is None and isinstance(one.after, Admin)]
    return tuple(code_line(admin, registry, chats, at=at) for admin in brought if not chats.accounts_of(admin.id))


def code_line(admin: Admin, registry: Registry, chats: ChatStore, *, at: datetime) -> Line:
    """A new code for an admin, as it is told once; the one they had is good no longer."""
    code = new_code(registry.random_bytes)
    chats.issue_code(code, admin.id, at=at, life=CODE_LIFE)
    return Line("admin.code", {"name": admin.name, "code": code})


def first_admin(registry: Registry, chats: ChatStore, name: str, *, at: datetime) -> str:
    """The code that links the office's first admin, of BKD; again, a new code for the same admin, and the old one dies.

    Raises: OfficeNotOpen, CellRefused.
    """
    admin = _of_bkd(desk.read_office(registry, at=at), name)
    if admin is None:
        command = AddAdmin(name, Role.BKD, (), registry.random_bytes(CHANCE_BYTES))
        desk.carry_out(registry, decide, command, at=at)
        admin = _of_bkd(desk.read_office(registry, at=at), name)
    assert admin is not None, "just added"
    code = new_code(registry.random_bytes)
    chats.issue_code(code, admin.id, at=at, life=FIRST_CODE_LIFE)
    return code


def _of_bkd(office: Office, name: str) -> Admin | None:
    wanted = _name(name).casefold()
    return next((one for one in office.admins if one.role is Role.BKD and one.name.casefold() == wanted), None)
