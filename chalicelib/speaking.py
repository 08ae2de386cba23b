"""What the chats are due to hear: messages nobody has answered, parcels that came back, reminders, outcomes of slots.

The five-minute bell asks for all of it; the bots' queue does the work. Each stands by itself, so that a fault of one
holds up none of the others for longer than until the next bell.
"""

from datetime import datetime

from chalicelib.announce import due_announcements
from chalicelib.planning import Bell
from chalicelib.reminders import due_reminders
from chalicelib.returns import due_returns
from chalicelib.store.chat import ChatStore
from chalicelib.store.doorbell import BotBell


def speak_up(bell: Bell, chats: ChatStore, bots: BotBell, *, announces: bool, at: datetime) -> None:
    """Ask the chats' worker for whatever is due. Asking twice has one effect."""
    for key in chats.waiting(at=at):
        bots.press(key)
    due_returns(bell.records.ledger, bots)
    if announces:
        due_announcements(bell, bots, at=at)
    due_reminders(bell, chats, bots, at=at)
