"""Who has seen what: the messages of both platforms, for whoever sits at the chat console and for everybody else.

The stand-ins keep every message; here is only how far each reader has come. A message to somebody else is noticed once
and stays unread until they sit at the keyboard.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.domain.message import Platform
from infra.local import slack_screen, telegram_screen
from infra.local.chat_office import Somebody
from infra.local.government import CHANNEL, Chats

Shown = slack_screen.Shown | telegram_screen.Shown


@dataclass(frozen=True)
class Seat:
    """Somebody on one platform."""

    who: Somebody
    platform: Platform

    @property
    def user(self) -> str:
        return self.who.user(self.platform)


class Feed:
    """The messages that have arrived, with how far each reader has read."""

    def __init__(self, chats: Chats) -> None:
        self._chats = chats
        self._read: Counter[str] = Counter()
        self._noticed: Counter[str] = Counter()

    def read(self, seat: Seat) -> list[Shown]:
        """What somebody has not seen yet; now they have."""
        messages = self._messages(seat)
        unread = messages[self._read[seat.user] :]
        self._read[seat.user] = self._noticed[seat.user] = len(messages)
        return unread

    def notices(self, seats: Iterator[Seat]) -> Iterator[tuple[Seat, Shown]]:
        """What has arrived for others, each message once."""
        for seat in seats:
            messages = self._messages(seat)
            yield from ((seat, shown) for shown in messages[self._noticed[seat.user] :])
            self._noticed[seat.user] = len(messages)

    def announced(self) -> list[slack_screen.Shown]:
        """What the channel has been told since it was last asked."""
        messages = self._chats.slack.shown(CHANNEL)
        told = messages[self._read[CHANNEL] :]
        self._read[CHANNEL] = len(messages)
        return told

    def _messages(self, seat: Seat) -> list[Shown]:
        if seat.platform is Platform.SLACK:
            return list(self._chats.slack.shown(seat.user))
        return list(self._chats.telegram.shown(seat.user))
