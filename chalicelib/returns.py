"""Parcels that came back: whoever asked for a file hears that nobody got it.

SES says so minutes or hours later, to a function that knows no chat. The ledger remembers it, the five-minute bell asks
and the bot worker tells. A parcel is noted as told only after the chats took it, so a worker that dies in between costs
at most one extra message and never a missing one.
"""

import logging
from collections.abc import Callable

from chalicelib.assembly import Records
from chalicelib.domain.access import Role
from chalicelib.domain.answer import Answer
from chalicelib.domain.change import Line
from chalicelib.domain.delivery import MailKey
from chalicelib.store.chat import ChatStore, Linked
from chalicelib.store.doorbell import BotBell
from chalicelib.store.ledger import Ledger, Posted

log = logging.getLogger(__name__)

RETURNED = "returned"
"""What the key of a word on a parcel begins with in the bots' queue."""


def due_returns(ledger: Ledger, bots: BotBell) -> None:
    """Ask for a word on each parcel that came back and of which nobody was told."""
    for posted in ledger.returned():
        bots.press(f"{RETURNED}#{posted.key}")


def tell_returned(records: Records, chats: ChatStore, key: str, write: Callable[[Linked, Answer], bool]) -> None:
    """Tell whoever asked for the parcel of a key of the bots' queue, on all their accounts, or everybody of BKD where
    nobody reads for them any more; one told before is left alone."""
    named = MailKey.parse(key.removeprefix(f"{RETURNED}#"))
    posted = next((one for one in records.ledger.returned() if one.key == named), None)
    if posted is None:
        return
    office = records.office.current()
    admins = office.admins if office else ()
    asked = [one.id for one in admins if one.id == posted.asked_by]
    of_bkd = [one.id for one in admins if one.role is Role.BKD and one.id != posted.asked_by]
    for some in (asked, of_bkd):
        accounts = [account for one in some for account in chats.accounts_of(one)]
        if sum(write(account, _answer(posted)) for account in accounts):
            break
    else:
        log.error("nobody was told of a parcel that did not arrive", extra={"mail": str(posted.key)})
    records.ledger.note_told(posted)


def _answer(posted: Posted) -> Answer:
    facts = {"file": posted.file_name, "to": ", ".join(posted.bounced)}
    return Answer(Line("parcel.returned.title"), (Line("parcel.returned.line", facts),))
