"""Accounts that speak for an admin: what happens to them is recorded and told to those who would want to know.

Told are the admin's other accounts and everybody else of BKD, because a code in wrong hands makes one person two. Who
links an account is `identity`'s. The price: a worker that dies while it tells may tell twice.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.admin.admins import code_line
from chalicelib.admin.parcels import Outcome
from chalicelib.chat.reception import Reception, write
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.answer import Act, Answer
from chalicelib.domain.change import Line
from chalicelib.domain.day import Office
from chalicelib.domain.message import Account
from chalicelib.store.accounts import Access, Step, note_access
from chalicelib.store.chat import ChatStore, Linked, Stored

PROBATION = timedelta(hours=24)
"""How long an account speaks for its admin before it may be somebody's second: time for the admin to object."""


def may_second(linked: Linked | None, *, at: datetime) -> bool:
    """Whether an account has been its admin's for long enough to approve what another may not do alone."""
    return linked is not None and (linked.since is None or at - linked.since >= PROBATION)


def account_joined(reception: Reception, account: Account, admin: Admin, office: Office, *, at: datetime) -> None:
    """Record and tell that an account speaks for an admin now; a repeat of the linking says nothing again."""
    linked = reception.chats.linked(account)
    if linked is None or linked.since is None:
        return
    access = Access(Step.LINKED, linked.since, admin.name, admin.name, account.platform.capitalize())
    cause = f"{account}#{admin.id}#{linked.since.isoformat()}"
    _known(reception, access, cause, _watchers(reception, admin, admin, office, account), at=at)


def carried_out(
    reception: Reception, outcome: Outcome, by: Admin, office: Office, *, cause: str, at: datetime
) -> tuple[Line, ...]:
    """Do to accounts what an order asks for, record and tell it; returns the new codes, for whoever ordered them."""
    for admin in outcome.cut:
        watchers = _watchers(reception, admin, by, office)
        _cut_off(reception.chats, admin)
        _known(reception, Access(Step.CUT, at, admin.name, by.name), f"{cause}#cut#{admin.id}", watchers, at=at)
    for admin in outcome.invited:
        watchers = _watchers(reception, admin, by, office)
        _known(reception, Access(Step.CODE, at, admin.name, by.name), f"{cause}#code#{admin.id}", watchers, at=at)
    return tuple(code_line(one, reception.registry, reception.chats, at=at) for one in outcome.invited)


def _cut_off(chats: ChatStore, admin: Admin) -> None:
    """Let no account speak for the admin; a person who reports from one goes on reporting."""
    chats.forget_code(admin.id)
    for linked in chats.accounts_of(admin.id):
        chats.unlink(linked.account)
        if linked.person:
            chats.link(replace(linked, admin=None, since=None))


def _watchers(
    reception: Reception, admin: Admin, by: Admin, office: Office, besides: Account | None = None
) -> list[Linked]:
    """The accounts of the admin, and of everybody of BKD but whoever did it."""
    others = [one for one in office.admins if one.role is Role.BKD and one.id not in (admin.id, by.id)]
    found = (linked for one in (admin, *others) for linked in reception.chats.accounts_of(one.id))
    return [linked for linked in found if linked.account != besides]


def _known(reception: Reception, access: Access, cause: str, watchers: Iterable[Linked], *, at: datetime) -> None:
    note_access(cause, access)
    said = Line(f"access.{access.step}", {"name": access.name, "by": access.by, "platform": access.platform})
    answer = Answer(Line("access.title"), (said, Line("access.advice", {"name": access.name})))
    tell_once(reception, cause, watchers, answer, at=at)


def tell_once(reception: Reception, cause: str, accounts: Iterable[Linked], answer: Answer, *, at: datetime) -> None:
    """Write to some accounts unasked, once for a cause; who dies on the way writes again to those who have read it."""
    mark = Stored(f"{cause}-told", "", Act.DISMISS)
    if reception.chats.stored(mark.id, at=at) is None:
        for linked in accounts:
            write(reception, linked, answer, at=at)
        reception.chats.keep(mark, at=at)
