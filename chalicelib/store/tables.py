"""The five tables, as PynamoDB rows and nothing else. Wiring binds them to their names once a process.

Coordinates are attributes of a check-in's own row; the index that reports read does not carry them, and a role's
policy can name the index and its attributes alone. It is a local index because only those can be read consistently,
without which a report could miss a check-in that was acknowledged in time.
"""

from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.indexes import AllProjection, IncludeProjection, KeysOnlyProjection, LocalSecondaryIndex
from pynamodb.models import Model

CONNECT_S, READ_S, RETRIES = 0.5, 1.0, 2
"""Bounds on one request, in seconds, and how often it is repeated."""

UNREPEATED = ("cards", "checkins", "chat")
"""Tables of the check-in path: its card, board and write take 3 × 1.5 s at the most and then fail honestly, so what was
stamped before a cut-off is stored before the reports of that cut-off are made. The page repeats by itself; so do the
chat platforms, to whom a request repeated here after a lost answer would look like a replay of their own."""


DATA_VERSION = 1
"""Which shape of the rows this code writes and reads. A new shape takes the next number, together with a step of
`infra/migrations.py` that brings older rows there. `deploy` refuses code that is older than the data it would meet."""

MARKER = ("data", "version")
"""The key of the row in the office table whose `revision` is the version of what the tables hold."""


class CardRow(Model):
    """One card by the hash of a link's token or by a person's id, one pointer from a chat account to such an id, and
    one board that all check-ins read."""

    class Meta:
        table_name = ""
        billing_mode = "PAY_PER_REQUEST"

    token_hash = UnicodeAttribute(hash_key=True)
    body = UnicodeAttribute()


class ReceivedIndex(LocalSecondaryIndex["CheckInRow"]):  # type: ignore[no-untyped-call]
    """A unit's check-ins of one day by server time, without coordinates."""

    class Meta:
        index_name = "received"
        projection = IncludeProjection(["person", "grade", "reason", "band", "errand", "activity"])

    unit_day = UnicodeAttribute(hash_key=True)
    at = UnicodeAttribute(range_key=True)


class CheckInRow(Model):
    """One check-in. The key names the fact (unit, day, person, client-made id), so a repeat finds itself."""

    class Meta:
        table_name = ""
        billing_mode = "PAY_PER_REQUEST"

    unit_day = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    at = UnicodeAttribute()
    person = UnicodeAttribute()
    grade = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    band = UnicodeAttribute(null=True)
    errand = UnicodeAttribute(null=True)
    activity = UnicodeAttribute(null=True)
    lat = NumberAttribute(null=True)
    lon = NumberAttribute(null=True)
    accuracy_m = NumberAttribute(null=True)
    fixed_at = UnicodeAttribute(null=True)
    device_at = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()
    received = ReceivedIndex()


class OfficeRow(Model):
    """One fact of the office: its head, or one entry of an edition (`noun#edition`, and the unit for people)."""

    class Meta:
        table_name = ""
        billing_mode = "PAY_PER_REQUEST"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute()
    revision = NumberAttribute(null=True)


class OpenIndex(LocalSecondaryIndex["LedgerRow"]):  # type: ignore[no-untyped-call]
    """The day's mails on which work is left: `open` leaves the row with the last step."""

    class Meta:
        index_name = "open"
        projection = AllProjection()

    day = UnicodeAttribute(hash_key=True)
    open = UnicodeAttribute(range_key=True)


class LedgerRow(Model):
    """One run (`run#slot`) or one mail (`mail#slot#unit#revision#copy`) of a day."""

    class Meta:
        table_name = ""
        billing_mode = "PAY_PER_REQUEST"

    day = UnicodeAttribute(hash_key=True)
    row = UnicodeAttribute(range_key=True)
    open = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    changed_at = UnicodeAttribute(null=True)
    attempt = NumberAttribute(null=True)
    extra_copies = NumberAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    to = JSONAttribute(null=True)
    cc = JSONAttribute(null=True)
    message_id = UnicodeAttribute(null=True)
    bounced = UnicodeSetAttribute(null=True)
    problem = UnicodeAttribute(null=True)
    handovers = NumberAttribute(null=True)
    body = UnicodeAttribute(null=True)
    open_mails = OpenIndex()


class WaitingIndex(LocalSecondaryIndex["ChatRow"]):  # type: ignore[no-untyped-call]
    """The inbox by the instant from which a message may be claimed; nothing of what it says is in here."""

    class Meta:
        index_name = "open"
        projection = KeysOnlyProjection()

    pk = UnicodeAttribute(hash_key=True)
    open = UnicodeAttribute(range_key=True)


class ChatRow(Model):
    """One message of the inbox, or one link, code, button or announcement; what stays has no `expires_at`."""

    class Meta:
        table_name = ""
        billing_mode = "PAY_PER_REQUEST"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    body = UnicodeAttribute(null=True)
    open = UnicodeAttribute(null=True)
    attempt = NumberAttribute(null=True)
    fingerprint = UnicodeAttribute(null=True)
    expires_at = NumberAttribute(null=True)
    waiting = WaitingIndex()


TABLES: dict[str, type[Model]] = {
    "cards": CardRow,
    "checkins": CheckInRow,
    "office": OfficeRow,
    "ledger": LedgerRow,
    "chat": ChatRow,
}


def bind(prefix: str, region: str) -> None:
    """Name the tables of this process and bound its requests."""
    for name, row in TABLES.items():
        meta: Any = row.Meta
        meta.table_name, meta.region = f"{prefix}-{name}", region
        meta.connect_timeout_seconds, meta.read_timeout_seconds = CONNECT_S, READ_S
        meta.max_retry_attempts = 0 if name in UNREPEATED else RETRIES
