"""An update of Telegram, read strictly: of a wrong type or out of range is no update at all.

Only the fields that Hadir needs are named, all others are passed over. JSON's strict reading refuses NaN, Infinity and
`true` as a number. The price: one unreadable field loses the whole update.
"""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from chalicelib.checkin import place_of
from chalicelib.domain.evidence import Position

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""What Telegram is asked to send. Source: Telegram Bot API, "setWebhook"."""

Id = Annotated[int, msgspec.Meta(ge=-(2**62), le=2**62)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=4_102_444_800)]


class User(msgspec.Struct, frozen=True):
    id: Id
    is_bot: bool = False
    language_code: str = ""


class Chat(msgspec.Struct, frozen=True):
    id: Id
    type: str


class Location(msgspec.Struct, frozen=True):
    """Units: degrees and metres. `live_period` is there while the location is a live one."""

    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    horizontal_accuracy: Annotated[float, msgspec.Meta(ge=0, le=20_100_000)] | None = None
    live_period: int | None = None


class Contact(msgspec.Struct, frozen=True):
    phone_number: str
    user_id: Id | None = None


class Document(msgspec.Struct, frozen=True):
    file_id: str
    file_name: str = ""
    file_size: int = 0


class Message(msgspec.Struct, frozen=True):
    """One message, new or edited. The fields read as `object` matter by their presence alone."""

    message_id: Id
    chat: Chat
    date: Seconds
    sender: User | None = msgspec.field(name="from", default=None)
    edit_date: Seconds | None = None
    text: str | None = None
    document: Document | None = None
    contact: Contact | None = None
    location: Location | None = None
    venue: object = None
    forward_origin: object = None
    forward_date: object = None
    via_bot: object = None


class PressedUnder(msgspec.Struct, frozen=True):
    """The message under which a button was pressed."""

    chat: Chat


class CallbackQuery(msgspec.Struct, frozen=True):
    id: str
    sender: User = msgspec.field(name="from")
    message: PressedUnder | None = None
    data: str | None = None


class Membership(msgspec.Struct, frozen=True):
    status: str


class MyChatMember(msgspec.Struct, frozen=True):
    """The bot's own standing in a chat has changed."""

    chat: Chat
    new_chat_member: Membership


class Update(msgspec.Struct, frozen=True):
    """Source: Telegram Bot API, "Update"."""

    update_id: Annotated[int, msgspec.Meta(ge=0, le=2**62)]
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: CallbackQuery | None = None
    my_chat_member: MyChatMember | None = None


UPDATES = msgspec.json.Decoder(Update)


def read_update(body: bytes) -> Update | None:
    """A webhook's body as the update that it should be, or None."""
    try:
        return UPDATES.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def position_of(location: Location, message: Message) -> Position:
    """The position that a location claims; a live one was fixed when Telegram was last told of it."""
    fixed_at = datetime.fromtimestamp(message.edit_date or message.date, UTC)
    stated_m = location.horizontal_accuracy
    accuracy_m = None if stated_m is None else round(stated_m, 1)
    return Position(place_of(location.latitude, location.longitude), accuracy_m, fixed_at)


def is_second_hand(message: Message) -> bool:
    """Whether a location was forwarded, composed by another bot or is a place from a list: not where anybody is."""
    return any(
        found is not None for found in (message.forward_origin, message.forward_date, message.via_bot, message.venue)
    )
