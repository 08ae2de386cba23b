"""What somebody did in a chat, and whose account did it, in no platform's words.

An adapter makes an `Incoming` of a platform's request and the store keeps it until it is answered. Positions are not
here: they are recorded at the door and never become a message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LIMIT_BYTES = 256 * 1024
"""The largest request of a platform that is read; an honest one takes a few kilobytes."""

UPLOAD_MB = 10
UPLOAD_BYTES = UPLOAD_MB * 2**20
"""The largest file that is fetched from a platform: no roster comes near it."""


class Platform(StrEnum):
    SLACK = "slack"
    TELEGRAM = "telegram"


@dataclass(frozen=True)
class Account:
    """Who speaks: a user of a platform. `team` is Slack's workspace, empty on Telegram; neither is a display name."""

    platform: Platform
    team: str
    user: str

    def __str__(self) -> str:
        return "#".join((self.platform, self.team, self.user))


@dataclass(frozen=True)
class Upload:
    """A file on the platform's side, still to be fetched: `ref` is what the platform's own API takes."""

    name: str
    ref: str
    size: int


@dataclass(frozen=True)
class Incoming:
    """One thing that somebody did in a chat.

    Exactly one of these is set: `text` (typed, or composed from a form), `press` (the id of a button of ours),
    `upload`, `phone` (the sender's own contact, proven by the platform), or `opened` (the home tab). `reply_to` is
    where an answer goes, in the adapter's own words; `is_private` says that nobody else reads it there; `received_at`
    is server time.
    """

    account: Account
    reply_to: Mapping[str, str]
    received_at: datetime
    is_private: bool
    lang: str = "id"
    text: str | None = None
    press: str | None = None
    upload: Upload | None = None
    phone: str | None = None
    opened: bool = False
