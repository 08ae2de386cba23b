"""The conversation: what somebody did in a chat becomes an answer, and perhaps a change of the office.

It knows no platform and no command: adapters bring an `Incoming` and take a `Reply`, the table says what a line means.
Everything may happen twice, because queues and platforms repeat: a confirmation is the cause of its change and finds it
made. The price of working behind a queue: an answer comes a moment after the platform was told "received".
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.admin import desk
from chalicelib.admin.admins import codes_for
from chalicelib.admin.chance import new_id
from chalicelib.admin.desk import Proposal, Registry
from chalicelib.admin.importing import rejection
from chalicelib.admin.parcels import Parcel, sheet_parcels
from chalicelib.admin.reports import corrections_offered
from chalicelib.chat import preview
from chalicelib.chat.command_grammar import Understood, Verb
from chalicelib.chat.identity import greet_stranger, join, speaker
from chalicelib.chat.message import Act, Answer, Incoming, Offer, Platform, Reply
from chalicelib.chat.pieces import Choose
from chalicelib.chat.table import OPENING, TABLE
from chalicelib.chat.table.staff import uploaded
from chalicelib.chat.table.talks import read_code
from chalicelib.chat.voice import ChatBlocked, Voice
from chalicelib.chat.wording import refused, worded
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.calendar import ZONES
from chalicelib.domain.change import Line, changed
from chalicelib.domain.day import Office
from chalicelib.domain.errors import ButtonUsed, NotForYou, OfficeChanged, PublicPlace, Refusal
from chalicelib.domain.errors_staff import RosterRejected
from chalicelib.store.chat import ChatStore, Linked, Stored
from chalicelib.store.codec import dumps, loads
from chalicelib.store.doorbell import BotBell

TRIES, PAUSE = 3, timedelta(seconds=5)
"""How often an answer is tried before its sender is told that it failed."""


@dataclass(frozen=True)
class Reception:
    """What talking needs: the desk, what chats keep, a voice for each platform, and a way to mail parcels."""

    registry: Registry
    chats: ChatStore
    bell: BotBell
    voices: Mapping[Platform, Voice]
    post: Callable[[Parcel, str], Line]


def attend(reception: Reception, key: str, *, at: datetime) -> None:
    """Answer one received message; done or in somebody's hands already, nothing happens."""
    claimed = reception.chats.claim(key, at=at)
    if claimed is None:
        return
    incoming = claimed.incoming
    answers = respond(reception, incoming, at=at)
    for answer in answers:
        _say(reception, incoming, answer, at=at)
    reception.chats.finish(key)
    for spent in filter(None, (answer.spends for answer in answers)):
        reception.chats.drop(spent)


def try_again(reception: Reception, key: str, *, at: datetime) -> None:
    """After a fault: have the message looked at again soon, or tell its sender that it failed; nothing is swallowed."""
    failing = reception.chats.failing(key)
    if failing is None:
        return
    if failing.attempt < TRIES:
        reception.chats.release(key, at=at)
        reception.bell.press(key, PAUSE)
    else:
        _say(reception, failing.incoming, Answer(Line("chat.failed"), (Line("chat.failed.advice"),)), at=at)
        reception.chats.finish(key)


def _say(reception: Reception, incoming: Incoming, answer: Answer, *, at: datetime) -> None:
    """Whoever has blocked the bot meanwhile is told nothing: what they asked for is done all the same."""
    voice = reception.voices[incoming.account.platform]
    reply = _worded(reception, answer, incoming.lang, str(incoming.account), at=at)
    with suppress(ChatBlocked):
        if incoming.opened:
            voice.show_home(incoming.account.user, reply)
        else:
            voice.say(incoming.reply_to, reply)


def _worded(reception: Reception, answer: Answer, lang: str, owner: str, *, at: datetime) -> Reply:
    """The answer in words; each button of it is kept under an id, unless the answer brings it along."""

    def keep(offer: Offer) -> str:
        if offer.kept:
            return offer.kept
        id = new_id(reception.registry.random_bytes)
        reception.chats.keep(Stored(id, owner, offer.act, TABLE.line_of(offer.verb, offer.line)), at=at)
        return id

    return worded(answer, lang, keep)


def respond(reception: Reception, incoming: Incoming, *, at: datetime) -> tuple[Answer, ...]:
    """What is said to an incoming message: a refusal and a question are answers too."""
    try:
        return _respond(reception, incoming, at=at)
    except Choose as question:
        offers = tuple(Offer(option.label, line=option.line) for option in question.options)
        return (Answer(question.title, offers=offers),)
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
    """Link the account, then go on with what its owner had wanted before."""
    admin, wish = join(reception.chats, incoming, code, office, at=at)
    welcome = Answer(Line("chat.linked", {"name": admin.name}), (Line(f"chat.linked.{admin.role}"),))
    if wish is None:
        return (welcome,)
    answers = (welcome, *_press(reception, wish, admin, office, at=at))
    reception.chats.forget_wish(incoming.account)
    return answers


def _act(reception: Reception, incoming: Incoming, admin: Admin, office: Office, *, at: datetime) -> tuple[Answer, ...]:
    if incoming.opened:
        return _run(reception, OPENING, admin, office, at=at)
    if incoming.upload:
        data = reception.voices[incoming.account.platform].fetch(incoming.upload)
        command = uploaded(reception.registry.records.archive, incoming.upload.name, data)
        try:
            return _carry(reception, Understood(TABLE.verb_of(command), command), admin, office, at=at)
        except RosterRejected as refusal:
            outcome = rejection(refusal, incoming.upload.name, office, admin)
            return (_with_parcels(reception, outcome.answer, outcome.parcels, command.upload, at=at),)
    if incoming.press:
        stored = reception.chats.stored(incoming.press, at=at)
        if stored is None:
            raise ButtonUsed()
        return _press(reception, stored, admin, office, at=at)
    return _run(reception, (incoming.text or "").strip() or OPENING, admin, office, at=at)


def _run(reception: Reception, line: str, admin: Admin, office: Office, *, at: datetime) -> tuple[Answer, ...]:
    zone = reception.registry.zone
    understood = TABLE.read(line, office, admin, zone, at=at.astimezone(ZONES[zone]))
    return _carry(reception, understood, admin, office, at=at)


def _press(reception: Reception, stored: Stored, admin: Admin, office: Office, *, at: datetime) -> tuple[Answer, ...]:
    match stored.act:
        case Act.RUN:
            return _run(reception, stored.line, admin, office, at=at)
        case Act.DISMISS:
            return (Answer(Line("chat.dismissed"), spends=stored.id),)
        case Act.CONFIRM:
            return _confirm(reception, stored, admin, office, at=at)


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
        confirm = _confirmation(reception, verb, command, admin, None, at=at)
        return (replace(asked, offers=(*asked.offers, confirm, Offer(Line("chat.dismiss"), Act.DISMISS))),)
    proposal = _proposal(reception, verb, command, admin, office, at=at)
    confirm = _confirmation(reception, verb, command, admin, proposal, at=at)
    return (preview.shown(proposal, office, understood.notes, confirm),)


def _proposal(
    reception: Reception, verb: Verb, command: object, admin: Admin, office: Office, *, at: datetime
) -> Proposal:
    assert verb.decide, verb.name
    full = verb.complete(command, reception.registry, admin) if verb.complete else command
    return desk.propose(office, verb.decide(full, office, at=at), admin, at=at)


def _confirmation(
    reception: Reception,
    verb: Verb,
    command: object,
    author: Admin,
    proposal: Proposal | None,
    *,
    is_second: bool = False,
    at: datetime,
) -> Offer:
    """The button that makes what was shown, as it was shown: for its author, or as a second for anybody else of BKD."""
    seal, revision = (proposal.seal, proposal.revision) if proposal else ("", 0)
    id = new_id(reception.registry.random_bytes)
    kept = Stored(id, author.id, Act.CONFIRM, "", verb.name, dumps(command), seal, revision, is_second)
    reception.chats.keep(kept, at=at)
    return Offer(Line("chat.confirm.second" if is_second else "chat.confirm"), Act.CONFIRM, is_main=True, kept=id)


def _confirm(reception: Reception, stored: Stored, admin: Admin, office: Office, *, at: datetime) -> tuple[Answer, ...]:
    verb = TABLE.named(stored.verb)
    command: object = loads(stored.command, verb.command)
    if stored.needs_second and (admin.id == stored.owner or admin.role is not Role.BKD):
        raise NotForYou()
    if not stored.needs_second and admin.id != stored.owner:
        return _carry(reception, Understood(verb, command), admin, office, at=at)
    if verb.perform:
        outcome = verb.perform(command, reception.registry, office, admin, cause=stored.id, at=at)
        return (_with_parcels(reception, outcome.answer, outcome.parcels, stored.id, at=at),)
    if made := desk.made_by(reception.registry, stored.revision + 1, stored.id):
        edits = reception.registry.records.office.edits_of(made.revision)
        codes = codes_for(edits, reception.registry, reception.chats, at=at)
        return (replace(preview.committed_before(made, edits, codes), spends=stored.id),)
    try:
        return _commit(reception, stored, verb, command, admin, office, at=at)
    except OfficeChanged:  # somebody was faster, between our reading and our writing
        return _confirm(reception, stored, admin, desk.read_office(reception.registry, at=at), at=at)


def _commit(
    reception: Reception, stored: Stored, verb: Verb, command: object, admin: Admin, office: Office, *, at: datetime
) -> tuple[Answer, ...]:
    """Make the change if it is still what was shown; else show it anew. A great change asks somebody else first."""
    # As its author meant it: what a file replaces, for one, depends on whose it is and not on who approves.
    author = next((one for one in office.admins if one.id == stored.owner), None)
    if author is None:
        raise ButtonUsed()
    proposal = _proposal(reception, verb, command, author, office, at=at)
    if proposal.seal != stored.seal:
        confirm = _confirmation(reception, verb, command, author, proposal, is_second=stored.needs_second, at=at)
        return (preview.shown(proposal, office, (), confirm, is_stale=True),)
    if proposal.change.needs_second and not stored.needs_second:
        asked = _ask_second(reception, verb, command, admin, office, proposal, at=at)
        return (replace(asked, spends=stored.id),)
    head = desk.commit(reception.registry, proposal, admin, cause=stored.id, at=at)
    change, after = proposal.change, changed(office, proposal.change.edits)
    corrections = corrections_offered(office, after, change.edits, reception.registry, at=at)
    parcels = sheet_parcels(office.organisation, after.people, change.tokens, reception.registry.base_url)
    codes = codes_for(change.edits, reception.registry, reception.chats, at=at)
    saved = preview.committed(change, head.revision, corrections, codes)
    return (_with_parcels(reception, saved, parcels, stored.id, at=at),)


def _with_parcels(
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
    reception: Reception, verb: Verb, command: object, admin: Admin, office: Office, proposal: Proposal, *, at: datetime
) -> Answer:
    """Show the change to every other admin of BKD who is linked; any one of them may confirm it."""
    others = [one for one in office.admins if one.role is Role.BKD and one.id != admin.id]
    linked = [account for one in others for account in reception.chats.accounts_of(one.id)]
    confirm = _confirmation(reception, verb, command, admin, proposal, is_second=True, at=at)
    asked = preview.shown(proposal, office, (Line("chat.second.by", {"name": admin.name}),), confirm)
    told = sum(_ask(reception, asked, one, at=at) for one in linked)
    key = "chat.second.asked" if told else "chat.second.nobody"
    return Answer(Line(key, {"count": told}))


def _ask(reception: Reception, asked: Answer, linked: Linked, *, at: datetime) -> bool:
    """Write to another admin; False when nobody reads there any more."""
    try:
        reply = _worded(reception, asked, linked.lang, str(linked.account), at=at)
        reception.voices[linked.account.platform].write(linked.chat, reply)
    except ChatBlocked:
        return False
    return True
