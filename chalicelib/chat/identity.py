"""Whose account is speaking: an admin's, an employee's, or nobody's yet.

An account is linked by a one-time code (admins) or by the sender's own contact (employees). What somebody unlinked
wanted to do is kept and done once they are linked. The price: a code that went astray links whoever types it first, so
codes live a day (the first admin's a week) and the audit names the admin they were made for.
"""

from datetime import datetime

from chalicelib.chat.employees import employee_answer, link_employee
from chalicelib.chat.table import TABLE
from chalicelib.domain.access import Admin
from chalicelib.domain.answer import Act, Answer, Ask
from chalicelib.domain.change import Line
from chalicelib.domain.day import Office
from chalicelib.domain.errors import CodeUnknown
from chalicelib.domain.message import Account, Incoming, Platform
from chalicelib.store.chat import ChatStore, Linked, Stored


def speaker(chats: ChatStore, account: Account, office: Office) -> Admin | None:
    """The admin for whom the account speaks; None once they were removed."""
    linked = chats.linked(account)
    return next((one for one in office.admins if linked and one.id == linked.admin), None)


def join(
    chats: ChatStore, incoming: Incoming, code: str, office: Office, *, at: datetime
) -> tuple[Admin, Stored | None]:
    """Link the account to the admin of the code; returns them with what the account had wanted before, if anything.

    A repeat of the same message finds the account linked and answers alike. Raises: CodeUnknown.
    """
    found, linked = chats.redeem_code(code, incoming.account, at=at), chats.linked(incoming.account)
    admin = next((one for one in office.admins if one.id == found), None)
    if admin is None:
        raise CodeUnknown()
    person = linked.person if linked else None
    since = linked.since if linked and linked.admin == admin.id else incoming.received_at
    chats.link(Linked(incoming.account, admin.id, person, incoming.lang, since))
    return admin, chats.wished(incoming.account, at=at)


def greet_stranger(chats: ChatStore, incoming: Incoming, office: Office, *, at: datetime) -> tuple[Answer, ...]:
    """What somebody hears who is no admin: an employee their own menu, anybody else how to be linked."""
    if incoming.phone:
        return (link_employee(office, chats, incoming),)
    linked = chats.linked(incoming.account)
    if incoming.account.platform is Platform.TELEGRAM and linked and linked.person:
        return (employee_answer(incoming.account),)
    keep_wish(chats, incoming, at=at)
    return (_how_to_link(incoming, is_kept=chats.wished(incoming.account, at=at) is not None),)


def keep_wish(chats: ChatStore, incoming: Incoming, *, at: datetime) -> None:
    """Remember what the account wanted; the latest wish stays. A greeting or a mistyped code is none."""
    if incoming.press and (stored := chats.stored(incoming.press, at=at)):
        chats.wish(incoming.account, stored, at=at)
    elif incoming.text and TABLE.asks_for(incoming.text, anywhere=chats.wished(incoming.account, at=at) is None):
        typed = Stored("", str(incoming.account), Act.RUN, incoming.text, said_at=incoming.received_at)
        chats.wish(incoming.account, typed, at=at)


def _how_to_link(incoming: Incoming, *, is_kept: bool) -> Answer:
    """Files are not kept: whose they are is not known yet."""
    kept = (Line("chat.unlinked.upload"),) if incoming.upload else (Line("chat.unlinked.kept"),) if is_kept else ()
    lines = (Line("chat.unlinked.code"), *kept)
    if incoming.account.platform is Platform.TELEGRAM:
        return Answer(Line("chat.unlinked"), (Line("chat.unlinked.contact"), *lines), asks=Ask.CONTACT)
    return Answer(Line("chat.unlinked"), lines)
