"""How an employee's chat account comes to open their card: by their own contact, whose number stands in the roster.

The platform proves that the number is the sender's; the roster says whose it is. One account a person: the newest wins.
The answers tell what to do and never whose number it is, but to the person linked.
"""

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.admin.publishing import masked
from chalicelib.admin.rosterfields import CellInvalid, phone_cell
from chalicelib.chat.telegram_checkin import account_key
from chalicelib.domain.answer import Answer, Ask
from chalicelib.domain.change import Edit, Fact, Line
from chalicelib.domain.day import Office
from chalicelib.domain.message import Account, Incoming
from chalicelib.domain.people import Person
from chalicelib.store.chat import ChatStore, Linked
from chalicelib.store.checkins import CheckInStore, link_account, unlink_account


def link_employee(office: Office, chats: ChatStore, incoming: Incoming) -> Answer:
    """Link the sender of their own contact to the one person of the roster with that number, and to nobody whose number
    it is not.

    Promise: repeating it changes nothing; who dies on the way is linked by the next try.
    """
    found = _with_phone(office, incoming.phone or "")
    _release_former(chats, found, incoming)
    if len(found) != 1:
        kind = "phone_shared" if found else "phone_unknown"
        return Answer(Line(f"telegram.{kind}.title"), (Line(f"telegram.{kind}.line"),), asks=Ask.CONTACT)
    (person,) = found
    _release_others(chats, person, incoming)
    user = incoming.account.user
    known = chats.linked(incoming.account) or Linked(incoming.account)
    chats.link(replace(known, person=person.id, lang=incoming.lang))
    link_account(account_key(user), person.id, person.phone or "")
    title = Line("telegram.linked.title", {"name": masked(person.name)})
    return Answer(title, (Line("telegram.linked.how"), Line("telegram.linked.privacy")), asks=Ask.LOCATION)


def without_link(chats: ChatStore, edits: Iterable[Edit]) -> None:
    """Let the accounts of people whose check-in link a change took away open nothing either. A repeat changes nothing.

    Somebody who moved is in two edits and keeps what they have.
    """
    before, after = ({one.id for one in side if isinstance(one, Person) and one.link_hash} for side in _sides(edits))
    for linked in chats.chats_of(sorted(before - after)).values():
        unlink_employee(chats, linked)


def _sides(edits: Iterable[Edit]) -> tuple[list[Fact | None], list[Fact | None]]:
    edits = tuple(edits)
    return [one.before for one in edits], [one.after for one in edits]


def employee_answer(account: Account) -> Answer:
    """What a linked employee hears who writes anything: how to report from here, or that this account may no longer."""
    if CheckInStore().card_of_account(account_key(account.user)) is None:
        return Answer(Line("telegram.unlinked_since.title"), (Line("telegram.phone_unknown.line"),), asks=Ask.CONTACT)
    return Answer(Line("telegram.employee.title"), (Line("telegram.employee.line"),), asks=Ask.LOCATION)


def unlink_employee(chats: ChatStore, linked: Linked) -> None:
    """Let an account open no card any longer; what it may do as an admin stays. A repeat changes nothing."""
    unlink_account(account_key(linked.account.user))
    chats.unlink(linked.account)
    if linked.admin:
        chats.link(replace(linked, person=None))


def _with_phone(office: Office, phone: str) -> list[Person]:
    """The people with a number. Telegram leaves out the plus sign of the international form."""
    try:
        number = phone_cell(f"+{phone.strip().removeprefix('+')}")
    except CellInvalid:
        return []
    return [person for person in office.people if person.phone == number]


def _release_former(chats: ChatStore, found: list[Person], incoming: Incoming) -> None:
    """Take the card from an account that speaks for somebody whose number its own is no longer."""
    linked = chats.linked(incoming.account)
    if linked and linked.person and linked.person not in {person.id for person in found}:
        unlink_employee(chats, linked)


def _release_others(chats: ChatStore, person: Person, incoming: Incoming) -> None:
    """Take the card from the account that the person used before; it is told nothing."""
    before = chats.chats_of([person.id]).get(person.id)
    if before and before.account != incoming.account:
        unlink_employee(chats, before)
