"""What happened to the admins' chat accounts, for the audit: codes issued, accounts linked and cut off.

The office's revisions know nothing of accounts, so this is kept with the conversations, for two years. The price of one
row for each cause: all are read to show the newest.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.store.chatrows import succeeds, until
from chalicelib.store.codec import dumps, loads
from chalicelib.store.tables import ChatRow

ACCESS = "access"
ACCESS_LIFE = timedelta(days=730)


class Step(StrEnum):
    """What happened."""

    CODE = "code"
    LINKED = "linked"
    CUT = "cut"


@dataclass(frozen=True)
class Access:
    """Something that happened to the accounts of an admin; `name` and `by` are names as they were at the time."""

    step: Step
    at: datetime
    name: str
    by: str
    platform: str = ""


def note_access(cause: str, access: Access) -> None:
    """Remember what happened. Promise: the first under a cause stays."""
    row = ChatRow(ACCESS, cause, body=dumps(access), expires_at=until(access.at + ACCESS_LIFE))
    succeeds(lambda: row.save(ChatRow.pk.does_not_exist()))


def accesses() -> tuple[Access, ...]:
    """What happened, the newest first."""
    found = (loads(row.body or "", Access) for row in ChatRow.query(ACCESS, consistent_read=True))
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))
