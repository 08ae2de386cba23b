"""A backup put back, into empty tables only.

The head of the office is written last, so bells and doors find no office until all of it is there. A restore that died
is finished by typing it again: tables that hold nothing but rows of the very file count as empty. Mails that were not
settled when the file was made are taken up by the bells again, and the officer is told how many those are.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from time import sleep
from typing import Any

from rich.console import Console
from rich.progress import Progress

from chalicelib import wiring
from chalicelib.store.tables import DATA_VERSION
from infra.migrations import KEY
from infra.operator import backupfile
from infra.operator.backup import ORDER, counted, scanned
from infra.operator.backupfile import Row, Summary
from infra.operator.command import DONE, Command, Declined
from infra.operator.deployment import Deployment

BATCH = 25
"""Rows of one request. Source: DynamoDB API reference, "BatchWriteItem"."""

PAUSES_S = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)
"""How long to wait, in seconds, when DynamoDB takes a part of a batch only."""


def restore(dynamodb: Any, console: Console, prefix: str, path: Path, *, dry_run: bool) -> Summary:
    """Write a backup's rows. Raises: Declined for a damaged or newer file, and for tables that are not empty."""
    summary = backupfile.check(path)
    console.print(f"A backup of {summary.heading.stack}, made {summary.heading.made_at}.")
    console.print(counted(summary))
    _check_version(summary.heading.data_version)
    _check_empty(dynamodb, prefix, path)
    waiting = sum(_is_unsettled(row) for row in backupfile.rows(path))
    if dry_run:
        console.print(f"Nothing was changed. {summary.total:,} rows would be written.")
    else:
        _write(dynamodb, console, prefix, path, summary.total)
        console.print(f"{summary.total:,} rows were written.")
    if waiting:
        console.print(f"{waiting} mails were not settled when the backup was made: within five minutes they are sent.")
    return summary


def _check_version(version: int) -> None:
    if version > DATA_VERSION:
        raise Declined(
            f"The backup's data has version {version}, this code knows {DATA_VERSION}: take the code that wrote it."
        )


def _check_empty(dynamodb: Any, prefix: str, path: Path) -> None:
    """Raises: Declined where a row stands that the file does not bring; the mark that deploying leaves is none."""
    brought: set[bytes] | None = None
    for name in ORDER:
        for item in scanned(dynamodb, f"{prefix}-{name}"):
            if all(item.get(name) == value for name, value in KEY.items()):
                continue
            brought = {_fingerprint(row) for row in backupfile.rows(path)} if brought is None else brought
            if _fingerprint((name, item)) not in brought:
                raise Declined(f"{prefix}-{name} is not empty. A backup is restored into a new deployment only.")


def _fingerprint(row: Row) -> bytes:
    return sha256(backupfile.line(row)).digest()


def _is_unsettled(row: Row) -> bool:
    table, item = row
    return table == "ledger" and "open" in item and item["row"]["S"].startswith("mail#")


def _write(dynamodb: Any, console: Console, prefix: str, path: Path, total: int) -> None:
    with Progress(console=console) as progress:
        task = progress.add_task("Restoring", total=total)
        for name, rows in groupby(backupfile.rows(path), key=itemgetter(0)):
            for batch in _batches(item for _, item in rows):
                _put(dynamodb, f"{prefix}-{name}", batch)
                progress.advance(task, len(batch))


def _batches(items: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _put(dynamodb: Any, table: str, batch: list[dict[str, Any]]) -> None:
    left = {table: [{"PutRequest": {"Item": item}} for item in batch]}
    for pause_s in PAUSES_S:
        left = dynamodb.batch_write_item(RequestItems=left).get("UnprocessedItems", {})
        if not left:
            return
        sleep(pause_s)
    raise Declined(
        f"DynamoDB did not take all rows of {table} in time. Type the same again: it goes on where it stopped."
    )


def _file(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the backup to put back")


def _run(arguments: Namespace, deployment: Deployment, console: Console) -> int:
    restore(deployment.client("dynamodb"), console, wiring.settings().prefix, arguments.file, dry_run=arguments.dry_run)
    return DONE


COMMANDS = (Command("restore", "put a backup into empty tables", _run, _file, changes=True),)
