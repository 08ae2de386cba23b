"""The chats' worker: whatever waits in the bots' queue is answered, written, announced or, once a day, tidied up.

A fault is not left to the queue alone, which would bring the message back in silence: it is tried again soon, and in
the end its sender is told.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from chalicelib.admin.decisions import TIDY, Tidy, tidy
from chalicelib.admin.desk import carry_out
from chalicelib.announce import OUTCOME, announce
from chalicelib.chat.conversation import attend, try_again
from chalicelib.chat.reception import Reception, write
from chalicelib.domain.answer import Answer
from chalicelib.domain.errors import ChangeIsEmpty, OfficeChanged
from chalicelib.domain.message import Platform
from chalicelib.reminders import REMIND, remind
from chalicelib.returns import RETURNED, tell_returned


@dataclass(frozen=True)
class BotWorker:
    """What the queue's worker needs: the reception, and a way to tell the outcomes' channel something."""

    reception: Reception
    tell: Callable[[Answer], None]

    def work(self, key: str, *, at: datetime) -> None:
        """Do what one message of the queue asks for. Done twice, it has one effect."""
        records, chats = self.reception.registry.records, self.reception.chats
        match key.partition("#")[0]:
            case kind if kind == REMIND:
                remind(records, chats, self.reception.voices[Platform.TELEGRAM], key, at=at)
            case kind if kind == OUTCOME:
                announce(records, key, self.tell)
            case kind if kind == RETURNED:
                tell_returned(records, chats, key, partial(write, self.reception, at=at))
            case kind if kind == TIDY:
                self._tidy(at=at)
            case _:
                attend(self.reception, key, at=at)

    def _tidy(self, *, at: datetime) -> None:
        """Leave behind what is long over, so that today's office does not grow with its history."""
        with suppress(ChangeIsEmpty, OfficeChanged):  # nothing to do, or somebody at work: tomorrow is another day
            carry_out(self.reception.registry, tidy, Tidy(), at=at)

    def try_again(self, key: str, *, at: datetime) -> None:
        """After a fault: once more soon, or a word to whoever asked."""
        try_again(self.reception, key, at=at)
