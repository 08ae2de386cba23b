"""Rows of the conversations' table as their stores write and read them: on a condition, and good until they say so.

What a row means is its store's. The price of consistent readings: each costs twice what a stale one does.
"""

from collections.abc import Callable
from datetime import datetime
from math import ceil

from pynamodb.exceptions import DeleteError, PutError, UpdateError

from chalicelib.store.tables import ChatRow


def admin_key(admin: str) -> str:
    return f"admin#{admin}"


def row_of(pk: str, sk: str) -> ChatRow | None:
    try:
        return ChatRow.get(pk, sk, consistent_read=True)
    except ChatRow.DoesNotExist:
        return None


def until(at: datetime) -> int:
    return ceil(at.timestamp())


def holds(row: ChatRow, at: datetime) -> bool:
    return at.timestamp() < (row.expires_at or 0)


def succeeds(write: Callable[[], object]) -> bool:
    """Make a conditional write; False when its condition did not hold."""
    try:
        write()
    except (PutError, UpdateError, DeleteError) as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return False
    return True
