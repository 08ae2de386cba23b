"""The conversation: what somebody did in a chat becomes an answer, and perhaps a change of the office.

It knows no platform: adapters bring an `Incoming` and take a `Reply`. The table says what a line means; known here is
only what is no line of it, a linking code and a roster's file.
Everything may happen twice, because queues and platforms repeat: a confirmation is the cause of its change and finds it
made. The price of working behind a queue: an answer comes a moment after the platform was told "received".
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.admin import desk
from chalicelib.admin.importing import rejection
from chalicelib.chat import preview
from chalicelib.chat.accounts import account_joined
from chalicelib.chat.asking import Choose
from chalicelib.chat.command_grammar import Understood
from chalicelib.chat.confirming import confirm, confirmation, dismiss, order_shown, proposal_of, with_parcels
from chalicelib.chat.fates import spent
from chalicelib.chat.identity import greet_stranger, join, speaker
from chalicelib.chat.reception import Reception, say
from chalicelib.chat.table import OPENING, TABLE
from chalicelib.chat.table.staff import uploaded
from chalicelib.chat.table.talks import read_code
from chalicelib.chat.wording import refused
from chalicelib.domain.access import Admin
from chalicelib.domain.answer import Act, Answer, Offer
from chalicelib.domain.calendar import ZONES
from chalicelib.domain.change import Line
from chalicelib.domain.day import Office
from chalicelib.domain.errors import NotForYou, PublicPlace, Refusal
from chalicelib.domain.errors_staff import RosterRejected
from chalicelib.domain.message import Account, Incoming
from chalicelib.store.chat import Stored
from chalicelib.store.codec import loads

TRIES, PAUSE = 3, timedelta(seconds=5)
"""How often an answer is tried before its sender is told that it failed."""


def attend(reception: Reception, key: str, *, at: datetime) -> None:
    """Answer one received message; done or in somebody's hands already, nothing happens."""
    claimed = reception.chats.claim(key, at=at)
    if claimed is None:
        return
    incoming = claimed.incoming
    answers = respond(reception, incoming, at=at)
    for answer in answers:
        say(reception, incoming, answer, at=at)
    reception.chats.finish(key)
    for used in filter(None, (answer.spends for answer in answers)):
        reception.chats.drop(used)
    if any(answer.fulfils for answer in answers):
        reception.chats.forget_wish(incoming.account)


def try_again(reception: Reception, key: str, *, at: datetime) -> None:
    """After a fault: have the message looked at again soon, or tell its sender that it failed; nothing is swallowed."""
    failing = reception.chats.failing(key)
    if failing is None:
        return
    if failing.attempt < TRIES:
        reception.chats.release(key, at=at)
        reception.bell.press(key, PAUSE)
    else:
        say(reception, failing.incoming, Answer(Line("chat.failed"), (Line("chat.failed.advice"),)), at=at)
        reception.chats.finish(key)


def respond(reception: Reception, incoming: Incoming, *, at: datetime) -> tuple[Answer, ...]:
    """What is said to an incoming message."""
    return _answered(lambda: _respond(reception, incoming, at=at))


def _answered(act: Callable[[], tuple[Answer, ...]]) -> tuple[Answer, ...]:
    """A refusal is an answer too."""
    try:
        return act()
    except Refusal as refusal:
        return (refused(refusal),)


def _respond(reception: Reception, incoming: Incoming, *, at: datetime) -> tuple[Answer, ...]:
    if not incoming.is_private:
        raise PublicPlace()
    office = desk.read_office(reception.registry, at=at)
    if incoming.text and (code := read_code(incoming.text)):
        return _joined(reception, incoming, code, office, at=at)
    admin = speaker(reception.chats, incoming.account, office)
    if admin is None or incoming.phone:
        return greet_stranger(reception.chats, incoming, office, at=at)
    return _act(reception, incoming, admin, office, at=at)


def _joined(reception: Reception, incoming: Incoming, code: str, office: Office, *, at: datetime) -> tuple[Answer, ...]:
    """Link the account, then go on with what its owner had wanted before.

    Until all of it was said the wish stays: a repeat says it again, and what a button stands for is done once anyway.
    """
    admin, wish = join(reception.chats, incoming, code, office, at=at)
    account_joined(reception, incoming.account, admin, office, at=at)
    welcome = Answer(Line("chat.linked", {"name": admin.name}), (Line(f"chat.linked.{admin.role}"),), fulfils=True)
    if wish is None:
        return (welcome,)
    return (welcome, *_answered(lambda: _press(reception, wish, admin, office, incoming.account, at=at)))


def _act(reception: Reception, incoming: Incoming, admin: Admin, office: Office, *, at: datetime) -> tuple[Answer, ...]:
    if incoming.opened:
        return _run(reception, OPENING, admin, office, said_at=at, at=at)
    if incoming.upload:
        data = reception.voices[incoming.account.platform].fetch(incoming.upload)
        command = uploaded(reception.registry.records.archive, incoming.upload.name, data)
        try:
            return _carry(reception, Understood(TABLE.verb_of(command), command), admin, office, at=at)
        except RosterRejected as refusal:
            outcome = rejection(refusal, incoming.upload.name, office, admin)
            return (
                with_parcels(
                    reception, outcome.answer, outcome.parcels, f"{command.upload}-{incoming.received_at}", at=at
                ),
            )
    if incoming.press:
        stored = reception.chats.stored(incoming.press, at=at)
        if stored is None:
            return (spent(reception.chats, incoming.press, at=at),)
        return _press(reception, stored, admin, office, incoming.account, at=at)
    line = (incoming.text or "").strip() or OPENING
    return _run(reception, line, admin, office, said_at=incoming.received_at, at=at)


def _run(
    reception: Reception, line: str, admin: Admin, office: Office, *, said_at: datetime, at: datetime
) -> tuple[Answer, ...]:
    """Do what a line says, its "besok" counted from when it was said. A question is an answer too."""
    zone = reception.registry.zone
    try:
        understood = TABLE.read(line, office, admin, zone, at=said_at.astimezone(ZONES[zone]))
    except Choose as question:
        offers = tuple(Offer(one.label, line=one.line, said_at=said_at) for one in question.options)
        return (Answer(question.title, offers=offers),)
    return _carry(reception, understood, admin, office, at=at)


def _press(
    reception: Reception, stored: Stored, admin: Admin, office: Office, account: Account, *, at: datetime
) -> tuple[Answer, ...]:
    match stored.act:
        case Act.RUN:
            return _run(reception, stored.line, admin, office, said_at=stored.said_at or at, at=at)
        case Act.DISMISS:
            return (dismiss(reception, stored, admin, at=at),)
        case Act.CONFIRM:
            if admin.id == stored.owner or stored.needs_second:
                return confirm(reception, stored, admin, office, account, at=at)
            verb = TABLE.named(stored.verb)  # somebody else's button: what it would do is shown as the admin's own
            command: object = loads(stored.command, verb.command)
            return _carry(reception, Understood(verb, command), admin, office, at=at)


def _carry(
    reception: Reception, understood: Understood, admin: Admin, office: Office, *, at: datetime
) -> tuple[Answer, ...]:
    """Answer a question at once; show what a change or an order would do, to be confirmed."""
    verb, command, registry = understood.verb, understood.command, reception.registry
    if admin.role not in verb.roles:
        raise NotForYou()
    if verb.talk:
        return (verb.talk(command, reception.voices, office, admin),)
    if verb.answer:
        return (verb.answer(command, registry, office, admin, at=at),)
    if verb.preview:
        asked: Answer = verb.preview(command, registry, office, admin, at=at)
        return (order_shown(reception, verb, command, admin, asked, at=at),)
    proposal = proposal_of(reception, verb, command, admin, office, at=at)
    confirm = confirmation(reception, verb, command, admin, proposal.seal, proposal.revision, at=at)
    return (preview.shown(proposal, office, understood.notes, confirm),)
