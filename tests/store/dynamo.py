"""DynamoDB as the tests look at it: what is asked of it, what it holds, and how to put back what it held.

Calls are counted where botocore sends them; what the tables hold is read from moto itself, past every client.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from botocore.handlers import BUILTIN_HANDLERS
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from chalicelib.store.office import transactions
from chalicelib.store.tables import TABLES
from tests.world import PREFIX, REGION

Snapshot = dict[str, tuple[Any, dict[str, dict[Any, Any]]]]


@dataclass
class Calls:
    """What was asked for, in order, and the items that the answers held."""

    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    found: list[dict[str, Any]] = field(default_factory=list)

    @property
    def made(self) -> list[str]:
        return [name for name, _ in self.requests]

    def note_call(self, model: Any, params: dict[str, Any], **_: object) -> None:
        self.requests.append((model.name, json.loads(params["body"])))

    def note_answer(self, parsed: dict[str, Any], **_: object) -> None:
        self.found += parsed.get("Items", [parsed["Item"]] if "Item" in parsed else [])


@contextmanager
def counted() -> Iterator[Calls]:
    calls = Calls()
    with heard("before-call.dynamodb", calls.note_call), heard("after-call.dynamodb", calls.note_answer):
        yield calls


@contextmanager
def one_at_a_time(operation: str) -> Iterator[None]:
    """Let an operation be as atomic as it is in DynamoDB; moto looks at a condition and writes in two steps."""
    lock = RLock()

    def begin(**_: object) -> None:
        lock.acquire()

    def end(**_: object) -> None:
        lock.release()

    with heard(f"before-call.dynamodb.{operation}", begin), heard(f"after-call.dynamodb.{operation}", end):
        yield


@contextmanager
def heard(event: str, handler: Callable[..., None]) -> Iterator[None]:
    """Let a handler hear an event of the rows' clients, of transactions, and of every client made inside."""
    connections = [*(row._get_connection().connection for row in TABLES.values()), transactions(REGION)]
    emitters = [connection.client.meta.events for connection in connections]
    BUILTIN_HANDLERS.append((event, handler))
    for emitter in emitters:
        emitter.register(event, handler)
    try:
        yield
    finally:
        BUILTIN_HANDLERS.remove((event, handler))
        for emitter in emitters:
            emitter.unregister(event, handler)


def rows() -> dict[str, list[dict[str, Any]]]:
    """Everything the tables hold, attribute by attribute in DynamoDB's own notation."""
    return {name: table_rows(name) for name in snapshot()}


def table_rows(name: str) -> list[dict[str, Any]]:
    table, _ = snapshot()[name]
    return [item.to_json()["Attributes"] for item in table.all_items()]


def snapshot() -> Snapshot:
    """What the tables hold now; moto puts a new item for each write, so a copy of the two outer levels is enough."""
    tables = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables
    found = {name: tables[f"{PREFIX}-{name}"] for name in TABLES if f"{PREFIX}-{name}" in tables}
    return {name: (table, _copied(table.items)) for name, table in found.items()}


def restore(kept: Snapshot) -> None:
    """Put the tables back, also those that were deleted."""
    tables = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables
    for name, (table, items) in kept.items():
        tables[f"{PREFIX}-{name}"] = table
        table.items.clear()
        table.items.update(_copied(items))


def _copied(items: Any) -> Any:
    return {key: dict(found) if isinstance(found, dict) else found for key, found in items.items()}
