"""Confirming: what was shown is made as it was shown, or shown anew.

A confirmation is the cause of its change and finds it made when it is repeated. A great change is shown to somebody
else first, and its author hears the verdict; what became of a button is kept in `fates`. The price: whoever confirms in
the very moment in which somebody else does is asked once more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from chalicelib.admin import desk
from chalicelib.admin.admins import codes_for
from chalicelib.admin.chance import new_id
from chalicelib.admin.desk import Proposal
from chalicelib.admin.parcels import Parcel, addressees_shown, sheet_parcels
from chalicelib.admin.reports import corrections_offered
from chalicelib.chat import preview
from chalicelib.chat.accounts import carried_out, may_second, tell_once
from chalicelib.chat.command_grammar import Verb
from chalicelib.chat.completing import Giver
from chalicelib.chat.employees import without_link
from chalicelib.chat.fates import ANEW, CALLED_OFF, Fate, fate_of, first_of, settled, spent, told
from chalicelib.chat.reception import Reception, write
from chalicelib.chat.table import TABLE
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.answer import Act, Answer, Offer
from chalicelib.domain.calendar import ZONES
from chalicelib.domain.change import Edit, Line, changed
from chalicelib.domain.day import Office
from chalicelib.domain.errors import (
    AccountTooNew,
    AuthorOutOfScope,
    ButtonUsed,
    MessageId,
    NotForYou,
    OfficeChanged,
    OutOfScope,
)
from chalicelib.domain.message import Account
from chalicelib.store.chat import Stored
from chalicelib.store.codec import dumps, loads

PASSING = frozenset({"minute"})
"""The facts of an order's preview that are true of the moment alone: nobody decides by them, and they stay unsealed."""


def proposal_of(
    reception: Reception, verb: Verb, command: object, admin: Admin, office: Office, *, at: datetime
) -> Proposal:
    assert verb.decide, verb.name
    full = verb.complete(command, Giver(admin, reception.registry)) if verb.complete else command
    change = verb.decide(full, office, at=at)
    return desk.propose(office, addressees_shown(change, office), admin, at=at)


def confirmation(
    reception: Reception,
    verb: Verb,
    command: object,
    author: Admin,
    seal: str,
    revision: int = 0,
    *,
    is_second: bool = False,
    follows: str = "",
    at: datetime,
) -> Offer:
    """The button that makes what was shown, as it was shown: for its author, or as a second for anybody else of BKD.
    It shares the fate of the button that it `follows`."""
    id = new_id(reception.registry.random_bytes)
    id = f"{first_of(follows)}{ANEW}{id}" if follows else id
    kept = Stored(id, author.id, Act.CONFIRM, "", verb.name, dumps(command), seal, revision, is_second)
    reception.chats.keep(kept, at=at)
    return Offer(Line("chat.confirm.second" if is_second else verb.confirms), Act.CONFIRM, is_main=True, kept=id)


def order_shown(
    reception: Reception,
    verb: Verb,
    command: object,
    admin: Admin,
    asked: Answer,
    *,
    follows: str = "",
    at: datetime,
) -> Answer:
    """An order's preview with the button that carries it out as it was shown; it may follow one that is stale."""
    seal = _order_seal(asked, reception, at)
    confirm = confirmation(reception, verb, command, admin, seal, follows=follows, at=at)
    stale = (Line("chat.stale"),) if follows else ()
    dismiss = Offer(Line("chat.dismiss"), Act.DISMISS, confirm.kept)
    return replace(asked, lines=(*stale, *asked.lines), offers=(*asked.offers, confirm, dismiss))


def _order_seal(asked: Answer, reception: Reception, at: datetime) -> str:
    """What an order was shown to do, in short. It holds on the day on which it was shown."""
    day = at.astimezone(ZONES[reception.registry.zone]).date()
    lines = tuple(
        (line.key, {name: fact for name, fact in line.facts.items() if name not in PASSING})
        for line in (asked.title, *asked.lines)
    )
    return sha256(dumps((day, lines, asked.table)).encode()).hexdigest()[:16]


def confirm(
    reception: Reception, stored: Stored, admin: Admin, office: Office, account: Account, *, at: datetime
) -> tuple[Answer, ...]:
    """Make what a button of the admin's own, or one that asks for a second, stands for.

    Raises: NotForYou, AccountTooNew, AuthorOutOfScope, ButtonUsed and what deciding raises.
    """
    verb = TABLE.named(stored.verb)
    command: object = loads(stored.command, verb.command)
    if stored.needs_second and (admin.id == stored.owner or admin.role is not Role.BKD):
        raise NotForYou()
    if stored.needs_second and not may_second(reception.chats.linked(account), at=at):
        raise AccountTooNew()
    fate = fate_of(reception.chats, stored.id, at=at)
    if fate and fate.command != stored.id:
        return (spent(reception.chats, stored.id, at=at),)
    if verb.perform:
        return (_order(reception, stored, verb, command, admin, office, at=at),)
    if made := desk.made_by(reception.registry, stored.revision + 1, stored.id):
        edits = reception.registry.records.office.edits_of(made.revision)
        codes = _followed(reception, stored, admin, edits, made.revision, at=at)
        return (replace(preview.committed_before(made, edits, codes), spends=stored.id),)
    try:
        return _commit(reception, stored, verb, command, admin, office, at=at)
    except OfficeChanged:  # somebody was faster, between our reading and our writing
        return confirm(reception, stored, admin, desk.read_office(reception.registry, at=at), account, at=at)


def dismiss(reception: Reception, stored: Stored, admin: Admin, *, at: datetime) -> Answer:
    """Call off what was shown, by its author or by whoever was asked for a second; what was made stays and is told."""
    kept = reception.chats.stored(stored.line, at=at)
    if kept and (made := desk.made_by(reception.registry, kept.revision + 1, kept.id)):
        settled(reception.chats, kept.id, Fate.SAVED, by=kept.id, revision=made.revision, at=at)
    is_refusal = kept is not None and kept.needs_second and admin.id != kept.owner
    fate = settled(reception.chats, stored.line, Fate.REFUSED if is_refusal else Fate.DROPPED, at=at)
    if fate.line not in CALLED_OFF:
        return Answer(Line("chat.dismissed.late"), (told(fate),), spends=stored.line)
    if kept and is_refusal and fate.line == Fate.REFUSED:
        _tell_author(reception, kept, Line("chat.second.refused", {"name": admin.name}), at=at)
    return Answer(Line("chat.dismissed"), spends=stored.line)


def _tell_author(reception: Reception, stored: Stored, verdict: Line, *, at: datetime) -> None:
    """What became of a change that took somebody else's yes, for whoever asked for it."""
    summary = Line("chat.second.verdict", {"verb": MessageId(f"command.{stored.verb}.name")})
    accounts = reception.chats.accounts_of(stored.owner)
    tell_once(reception, f"{stored.id}-verdict", accounts, Answer(verdict, (summary,)), at=at)


def _order(
    reception: Reception, stored: Stored, verb: Verb, command: object, admin: Admin, office: Office, *, at: datetime
) -> Answer:
    """Carry an order out if it would still do what was shown; else show it anew.

    What has been begun is gone on with and not judged again: its own first half changes what a preview says.
    """
    assert verb.preview, verb.name
    assert verb.perform, verb.name
    if fate_of(reception.chats, stored.id, at=at) is None:
        asked: Answer = verb.preview(command, reception.registry, office, admin, at=at)
        if _order_seal(asked, reception, at) != stored.seal:
            return order_shown(reception, verb, command, admin, asked, follows=stored.id, at=at)
        begun = settled(reception.chats, stored.id, Fate.BEGUN, by=stored.id, at=at)
        if begun.command != stored.id:  # called off in this very moment
            return spent(reception.chats, stored.id, at=at)
    outcome = verb.perform(command, reception.registry, office, admin, cause=stored.id, at=at)
    codes = carried_out(reception, outcome, admin, office, cause=stored.id, at=at)
    answer = replace(outcome.answer, lines=(*outcome.answer.lines, *codes))
    return with_parcels(reception, answer, outcome.parcels, stored.id, at=at)


def _commit(
    reception: Reception, stored: Stored, verb: Verb, command: object, admin: Admin, office: Office, *, at: datetime
) -> tuple[Answer, ...]:
    """Make the change if it is still what was shown; else show it anew. A great change asks somebody else first."""
    # As its author meant it: what a file replaces, for one, depends on whose it is and not on who approves.
    author = next((one for one in office.admins if one.id == stored.owner), None)
    if author is None:
        raise ButtonUsed()
    proposal = _as_meant(reception, verb, command, author, admin, office, at=at)
    if proposal.seal != stored.seal:
        return (_shown_anew(reception, stored, verb, command, author, office, proposal, at=at),)
    if proposal.change.needs_second and not stored.needs_second:
        asked = _ask_second(reception, stored, verb, command, admin, office, proposal, at=at)
        return (replace(asked, spends=stored.id),)
    head = desk.commit(reception.registry, proposal, admin, cause=stored.id, at=at)
    change, after = proposal.change, changed(office, proposal.change.edits)
    corrections = corrections_offered(office, after, change.edits, reception.registry, at=at)
    base_url = reception.registry.base_url
    parcels = sheet_parcels(office.organisation, after.people, change.tokens, base_url, admin.id)
    codes = _followed(reception, stored, admin, change.edits, head.revision, at=at)
    saved = preview.committed(change, head.revision, corrections, codes)
    return (with_parcels(reception, saved, parcels, stored.id, at=at),)


def _as_meant(
    reception: Reception, verb: Verb, command: object, author: Admin, admin: Admin, office: Office, *, at: datetime
) -> Proposal:
    """The proposal of its author, whoever confirms it. Raises: AuthorOutOfScope when it is the author's right that is
    missing by now."""
    try:
        return proposal_of(reception, verb, command, author, office, at=at)
    except OutOfScope as missing:
        if author == admin:
            raise
        raise AuthorOutOfScope(author.name) from missing


def _shown_anew(
    reception: Reception,
    stored: Stored,
    verb: Verb,
    command: object,
    author: Admin,
    office: Office,
    proposal: Proposal,
    *,
    at: datetime,
) -> Answer:
    confirm = confirmation(
        reception,
        verb,
        command,
        author,
        proposal.seal,
        proposal.revision,
        is_second=stored.needs_second,
        follows=stored.id,
        at=at,
    )
    return preview.shown(proposal, office, (), confirm, is_stale=True)


def _followed(
    reception: Reception, stored: Stored, admin: Admin, edits: Sequence[Edit], revision: int, *, at: datetime
) -> tuple[Line, ...]:
    """What follows from a change that was made, done again by a repeat: its button's fate, a word to its author,
    accounts that open nothing any more; and the codes of whoever may link one."""
    settled(reception.chats, stored.id, Fate.SAVED, by=stored.id, revision=revision, at=at)
    if stored.needs_second:
        verdict = Line("chat.second.given", {"name": admin.name, "revision": revision})
        _tell_author(reception, stored, verdict, at=at)
    without_link(reception.chats, edits)
    return codes_for(edits, reception.registry, reception.chats, at=at)


def with_parcels(
    reception: Reception, answer: Answer, parcels: Iterable[Parcel], cause: str, *, at: datetime
) -> Answer:
    """The answer, with what became of each mail that goes with it; once it is said, its button is spent."""
    told = tuple(_mailed(reception, parcel, f"{cause}-{number}", at=at) for number, parcel in enumerate(parcels))
    return replace(answer, lines=(*answer.lines, *told), spends=cause)


def _mailed(reception: Reception, parcel: Parcel, cause: str, *, at: datetime) -> Line:
    """What became of a mail. One that an earlier try may have sent is not sent again, because it would arrive twice."""
    if reception.chats.once(f"parcel#{cause}", at=at):
        return reception.post(parcel, cause)
    return Line("parcel.unknown", {"to": ", ".join(parcel.to), "file": parcel.file_name})


def _ask_second(
    reception: Reception,
    stored: Stored,
    verb: Verb,
    command: object,
    admin: Admin,
    office: Office,
    proposal: Proposal,
    *,
    at: datetime,
) -> Answer:
    """Show the change to every other admin of BKD who may be a second; any one of them may confirm it."""
    others = [one for one in office.admins if one.role is Role.BKD and one.id != admin.id]
    linked = [account for one in others for account in reception.chats.accounts_of(one.id)]
    seal, revision = proposal.seal, proposal.revision
    confirm = confirmation(reception, verb, command, admin, seal, revision, is_second=True, follows=stored.id, at=at)
    asked = preview.shown(proposal, office, (Line("chat.second.by", {"name": admin.name}),), confirm)
    readers = sum(write(reception, one, asked, at=at) for one in linked if may_second(one, at=at))
    key = "chat.second.asked" if readers else "chat.second.nobody"
    return Answer(Line(key, {"count": readers}))
