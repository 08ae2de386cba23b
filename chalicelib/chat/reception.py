"""The reception: what talking needs, and how an answer reaches whoever asked.

What becomes a button is kept here under an id, which is all that a platform ever sees of it.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from chalicelib.admin.chance import new_id
from chalicelib.admin.desk import Registry
from chalicelib.admin.parcels import Parcel
from chalicelib.chat.reply import Reply
from chalicelib.chat.table import TABLE
from chalicelib.chat.voice import ChatBlocked, Voice
from chalicelib.chat.wording import worded
from chalicelib.domain.answer import Answer, Offer
from chalicelib.domain.change import Line
from chalicelib.domain.message import Incoming, Platform
from chalicelib.store.chat import ChatStore, Linked, Stored
from chalicelib.store.doorbell import BotBell


@dataclass(frozen=True)
class Reception:
    """What talking needs: the desk, what chats keep, a voice for each platform, and a way to mail parcels."""

    registry: Registry
    chats: ChatStore
    bell: BotBell
    voices: Mapping[Platform, Voice]
    post: Callable[[Parcel, str], Line]


def say(reception: Reception, incoming: Incoming, answer: Answer, *, at: datetime) -> None:
    """Whoever has blocked the bot meanwhile is told nothing: what they asked for is done all the same."""
    voice = reception.voices[incoming.account.platform]
    reply = in_words(reception, answer, incoming.lang, str(incoming.account), at=at)
    with suppress(ChatBlocked):
        if incoming.opened:
            voice.show_home(incoming.account.user, reply)
        else:
            voice.say(incoming.reply_to, reply)


def write(reception: Reception, linked: Linked, answer: Answer, *, at: datetime) -> bool:
    """Write to an account unasked; False when nobody reads there any more."""
    reply = in_words(reception, answer, linked.lang, str(linked.account), at=at)
    try:
        reception.voices[linked.account.platform].write(linked.account.user, reply)
    except ChatBlocked:
        return False
    return True


def in_words(reception: Reception, answer: Answer, lang: str, owner: str, *, at: datetime) -> Reply:
    """The answer in words; each button of it is kept under an id, unless the answer brings it along."""

    def keep(offer: Offer) -> str:
        if offer.kept:
            return offer.kept
        id = new_id(reception.registry.random_bytes)
        line = TABLE.line_of(offer.verb, offer.line)
        reception.chats.keep(Stored(id, owner, offer.act, line, said_at=offer.said_at or at), at=at)
        return id

    return worded(answer, lang, keep)
