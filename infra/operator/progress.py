"""A bar over a change that is being made: how many of its batches of rows have been written.

The stores know nothing of it; PynamoDB says when a batch has gone. The price: the bar counts requests, so one that is
repeated moves it twice.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import ceil

from pynamodb.signals import post_dynamodb_send
from rich.console import Console
from rich.progress import Progress

from chalicelib.domain.change import Edit, partition_of
from chalicelib.domain.day import Office

BATCH = 25
"""Rows of one request. Source: DynamoDB API reference, "BatchWriteItem"."""


@contextmanager
def committing(console: Console, edits: Iterable[Edit], after: Office) -> Iterator[None]:
    """Show how far the edits are written while the block runs; `after` is the office with all its people then."""
    touched = {name for edit in edits for name in edit.partitions}
    with Progress(console=console) as progress:
        batches = _batches(touched, after)
        task = progress.add_task("Writing", total=batches)

        def note(sender: object, operation_name: str = "", **_: object) -> None:
            if operation_name == "BatchWriteItem":
                progress.advance(task)

        post_dynamodb_send.connect(note)
        try:
            yield
        finally:
            post_dynamodb_send.disconnect(note)
        progress.update(task, completed=batches)


def _batches(touched: set[str], after: Office) -> int:
    """The people of each partition touched, and for each of them the cards that open with their link and their chat."""
    sizes: dict[str, int] = {}
    for person in after.people:
        sizes[partition_of(person)] = sizes.get(partition_of(person), 0) + 1
    rewritten = [size for name, size in sizes.items() if name in touched]
    return max(1, sum(ceil(size / BATCH) for size in rewritten) + ceil(2 * sum(rewritten) / BATCH))
