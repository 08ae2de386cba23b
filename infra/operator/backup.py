"""A backup of all five tables into one file.

DynamoDB's own point-in-time recovery comes first; this file is what an officer can carry away. Reading takes its time
while work goes on, so the office's rows are read last, and again if somebody changed it meanwhile; mails and check-ins
may be some seconds apart. Frozen bodies stay in their bucket, which keeps every version.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from chalicelib import wiring
from infra.migrations import FIRST, data_version
from infra.operator import backupfile
from infra.operator.backupfile import Heading, Row, Summary
from infra.operator.command import DONE, Command, Declined
from infra.operator.deployment import Deployment

ORDER = ("cards", "checkins", "ledger", "chat", "office")
HEAD = {"pk": {"S": "head"}, "sk": {"S": "current"}}
"""The row of the office's table that names the revision in force."""

TRIES = 3


def make_backup(dynamodb: Any, console: Console, prefix: str, path: Path, *, at: datetime) -> Summary:
    """Write the rows of a deployment into a file. Raises: Declined when the office does not hold still."""
    heading = Heading(prefix, data_version(dynamodb, prefix) or FIRST, at.isoformat())
    with Progress(console=console) as progress:
        summary = backupfile.write(path, heading, _rows(dynamodb, prefix, progress))
    console.print(counted(summary))
    told = f"{path}: {path.stat().st_size:,} bytes. It holds names, homes and positions: keep it locked away."
    console.print(told, soft_wrap=True)
    return summary


def _rows(dynamodb: Any, prefix: str, progress: Progress) -> Iterator[Row]:
    for name in ORDER[:-1]:
        for item in _shown(dynamodb, prefix, name, progress):
            yield name, item
    for item in _office(dynamodb, prefix, progress):
        yield ORDER[-1], item


def _office(dynamodb: Any, prefix: str, progress: Progress) -> list[dict[str, Any]]:
    """The office's rows of one moment, its head last: before that row is restored nobody reads the others."""
    for _ in range(TRIES):
        before = item_of(dynamodb, prefix, HEAD)
        found = list(_shown(dynamodb, prefix, ORDER[-1], progress))
        if item_of(dynamodb, prefix, HEAD) == before:
            return sorted(found, key=lambda item: item == before)
    raise Declined("The office was changed again and again while it was read. Try in a quiet moment.")


def _shown(dynamodb: Any, prefix: str, name: str, progress: Progress) -> Iterator[dict[str, Any]]:
    about = dynamodb.describe_table(TableName=f"{prefix}-{name}")["Table"]["ItemCount"]
    task, read = progress.add_task(name, total=about or None), 0
    for item in scanned(dynamodb, f"{prefix}-{name}"):
        yield item
        read += 1
        progress.update(task, completed=read, total=max(about, read))
    progress.update(task, completed=read, total=read)


def scanned(dynamodb: Any, table: str) -> Iterator[dict[str, Any]]:
    """Every row of a table as it is now."""
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return (item for page in pages for item in page["Items"])


def item_of(dynamodb: Any, prefix: str, key: dict[str, Any]) -> dict[str, Any] | None:
    """One row of the office's table, if it is there."""
    found: dict[str, Any] | None = dynamodb.get_item(TableName=f"{prefix}-office", Key=key, ConsistentRead=True).get(
        "Item"
    )
    return found


def counted(summary: Summary) -> Table:
    """How many rows of each table a backup holds."""
    table = Table("Table", "Rows")
    table.columns[1].justify = "right"
    for name in ORDER:
        table.add_row(name, f"{summary.rows.get(name, 0):,}")
    table.add_row("all", f"{summary.total:,}", style="bold")
    return table


def _file(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the file to write, such as hadir-prod-2026-11-22.jsonl.gz")
    parser.add_argument("--prefix", help="the beginning of other tables' names, such as those that AWS has restored")


def _run(arguments: Namespace, deployment: Deployment, console: Console) -> int:
    """Tables outlive their stack, so none is needed. Raises: Declined rather than to write over another backup."""
    if arguments.file.exists():
        raise Declined(f"{arguments.file} is there already. Name another file; an old backup is not written over.")
    prefix = arguments.prefix or (wiring.settings().prefix if deployment.is_up else deployment.stack)
    make_backup(deployment.client("dynamodb"), console, prefix, arguments.file, at=wiring.now())
    return DONE


COMMANDS = (Command("backup", "write all tables into a file", _run, _file, needs_stack=False),)
