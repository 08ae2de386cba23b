"""What every platform's voice can do, and the two faults they share.

The conversation speaks through a `Voice` and knows no platform. A fault's text holds method names and error codes only:
addresses of answers and, on Telegram, the bot's token stand in URLs, and a traceback is read by many.
"""

from collections.abc import Mapping
from typing import Protocol

from chalicelib.chat.reply import Reply
from chalicelib.domain.change import Line
from chalicelib.domain.message import Upload


class ChatUnreachable(Exception):
    """The platform did not take what was said; the caller's queue says it again."""


class ChatBlocked(Exception):
    """Nobody reads there any more: the account is gone or has blocked the bot. Saying it again is useless."""


class Voice(Protocol):
    """How something is said on one platform. Every verb raises ChatUnreachable when the platform does not take it."""

    def say(self, reply_to: Mapping[str, str], reply: Reply) -> None:
        """Answer where somebody spoke; `reply_to` is what the platform's own door put into the `Incoming`."""

    def write(self, chat: str, reply: Reply) -> None:
        """Write to one person unasked. Raises: ChatBlocked."""

    def show_home(self, user: str, reply: Reply) -> None:
        """Show somebody the page of the bot's that the platform has opened for them; nothing where it has none."""

    def fetch(self, upload: Upload) -> bytes:
        """The bytes of an upload. Raises: UploadTooLarge, UploadUnreachable."""

    def check(self) -> tuple[Line, ...]:
        """What is misconfigured, in message ids; a single good line when nothing is."""
