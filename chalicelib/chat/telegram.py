"""Telegram's door: one update is proven, read strictly and handed on, or answered at once.

Text, files, contacts and presses become an `Incoming`; a location goes to `telegram_checkin` and nowhere else. Answers
from here are the webhook's own response, so nothing is called. The price: whether Telegram showed them is not known.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from hmac import compare_digest

import msgspec

from chalicelib.chat.reply import Reply
from chalicelib.chat.telegram_checkin import Shared, SharedLocations, simple
from chalicelib.chat.telegram_layout import messages
from chalicelib.chat.telegram_update import (
    CallbackQuery,
    Chat,
    Contact,
    Document,
    Location,
    Message,
    MyChatMember,
    Update,
    User,
    is_second_hand,
    position_of,
    read_update,
)
from chalicelib.domain.answer import Ask
from chalicelib.domain.message import LIMIT_BYTES, Account, Incoming, Platform, Upload
from chalicelib.phrases import KNOWN
from chalicelib.store.chat import Receipt
from chalicelib.store.checkins import CheckInStore

SECRET_HEADER = "x-telegram-bot-api-secret-token"
PRIVATE, JOINED = "private", ("member", "administrator")
BOT_SUFFIX = re.compile(r"^(/\w+)@\w+")
"""In a group, commands come with the bot's name behind them."""

Response = tuple[int, str, str]
"""Status, body and content type."""

NOTHING: Response = (200, "", "text/plain")


class TelegramDoor:
    """Where the webhook arrives. `accept` keeps an `Incoming` under a key and has a worker look at it."""

    def __init__(self, secret: str, accept: Callable[[str, Incoming, str], Receipt], checkins: CheckInStore) -> None:
        self._secret, self._accept, self._locations = secret, accept, SharedLocations(checkins)

    def handle(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> Response:
        """Take one update. A fault of a store is left to fly: Telegram repeats what is not answered with 2xx.

        What cannot be read is answered with 200 all the same, or it would come again and hold up its chat. Whoever logs
        a fault from here logs its type alone.
        Source: Telegram Bot API, "setWebhook", on `secret_token` and on unsuccessful requests.
        """
        if not self._is_proven(headers):
            return 401, "", "text/plain"
        if len(body) > LIMIT_BYTES:
            return 413, "", "text/plain"
        update = read_update(body)
        return self._take(update, at=at) if update else NOTHING

    def _is_proven(self, headers: Mapping[str, str]) -> bool:
        """Whether the request carries the secret that only Telegram was told; without a secret nothing is proven."""
        shown = next((value for name, value in headers.items() if name.lower() == SECRET_HEADER), "")
        return bool(self._secret) and compare_digest(shown.encode(errors="replace"), self._secret.encode())

    def _take(self, update: Update, *, at: datetime) -> Response:
        match update:
            case Update(message=Message(location=Location() as location) as message):
                return self._locate(update, message, location, is_edit=False, at=at)
            case Update(edited_message=Message(location=Location() as location) as message):
                return self._locate(update, message, location, is_edit=True, at=at)
            case Update(message=Message(sender=User(is_bot=False) as sender) as message):
                return self._hear(update, message, _incoming(message.chat, sender, at))
            case Update(callback_query=CallbackQuery() as query):
                return self._press(update, query, at=at)
            case Update(my_chat_member=MyChatMember() as change):
                return _greet(change)
        return NOTHING  # an edited command is not run again; whatever else there may be is not ours

    def _locate(self, update: Update, message: Message, location: Location, *, is_edit: bool, at: datetime) -> Response:
        """A location is recorded only where its sender alone reads, and only when it is the sender's own."""
        sender = message.sender
        if message.chat.type != PRIVATE or sender is None or sender.is_bot:
            return NOTHING
        lang = _lang(sender)
        if is_second_hand(message):
            return NOTHING if is_edit else _said(message.chat, simple("second_hand", Ask.LOCATION, lang=lang))
        is_live = is_edit or location.live_period is not None
        position = position_of(location, message)
        shared = Shared(update.update_id, str(sender.id), position, is_live, is_edit, lang)
        reply = self._locations.record(shared, at=at)
        return _said(message.chat, reply) if reply else NOTHING

    def _hear(self, update: Update, message: Message, heard: Incoming) -> Response:
        """A message as what it carries; in a group only text, so that its writer can be told to write privately."""
        match message:
            case Message(text=str() as text):
                return self._pass_on(update, replace(heard, text=BOT_SUFFIX.sub(r"\1", text)))
            case Message(chat=Chat(type="private"), document=Document() as file):
                upload = Upload(file.file_name, file.file_id, file.file_size)
                return self._pass_on(update, replace(heard, upload=upload))
            case Message(chat=Chat(type="private"), contact=Contact() as contact):
                return self._introduce(update, message.chat, contact, heard)
            case Message(chat=Chat(type="private")):
                return _said(message.chat, simple("unread", lang=heard.lang))
        return NOTHING

    def _introduce(self, update: Update, chat: Chat, contact: Contact, heard: Incoming) -> Response:
        """A contact proves a number only when Telegram says that it is the sender's own.

        Source: Telegram Bot API, "Contact", on `user_id`.
        """
        if contact.user_id is None or str(contact.user_id) != heard.account.user:
            return _said(chat, simple("contact_foreign", Ask.CONTACT, lang=heard.lang))
        return self._pass_on(update, replace(heard, phone=contact.phone_number))

    def _press(self, update: Update, query: CallbackQuery, *, at: datetime) -> Response:
        """A pressed button; the answer stops its spinner at once, long before the worker has done anything."""
        if query.message and query.data is not None and not query.sender.is_bot:
            pressed = _incoming(query.message.chat, query.sender, at)
            self._pass_on(update, replace(pressed, press=query.data))
        return _call("answerCallbackQuery", callback_query_id=query.id)

    def _pass_on(self, update: Update, incoming: Incoming) -> Response:
        """Promise: the same update again has no second effect, because its key is taken."""
        self._accept(f"{Platform.TELEGRAM}#{update.update_id}", incoming, "")
        return NOTHING


def _incoming(chat: Chat, sender: User, at: datetime) -> Incoming:
    account = Account(Platform.TELEGRAM, "", str(sender.id))
    return Incoming(account, {"chat": str(chat.id)}, at, chat.type == PRIVATE, _lang(sender))


def _lang(sender: User) -> str:
    """The language of the sender's Telegram where it is one of ours, else the first of ours."""
    spoken = sender.language_code.lower()
    return next((lang for lang in KNOWN if spoken.startswith(lang)), KNOWN[0])


def _greet(change: MyChatMember) -> Response:
    """Whoever takes the bot into a group learns at once that it works in private chats."""
    if change.chat.type == PRIVATE or change.new_chat_member.status not in JOINED:
        return NOTHING
    return _said(change.chat, simple("group", lang=KNOWN[0]))


def _said(chat: Chat, reply: Reply) -> Response:
    """A short reply as the webhook's own response."""
    return _call("sendMessage", chat_id=chat.id, **messages(reply)[0])


def _call(method: str, **fields: object) -> Response:
    """Source: Telegram Bot API, "Making requests when getting updates"."""
    return 200, msgspec.json.encode({"method": method, **fields}).decode(), "application/json"
