"""A backup as a file: gzip JSON lines, a heading first, a row a line, and a last line with the counts and a checksum.

A file that was cut short or altered has no matching last line and is refused whole. The rows are DynamoDB's own, value
by value, so a backup outlives the code that reads them; which version of the data they are stands in the heading.
"""

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from os import O_CREAT, O_TRUNC, O_WRONLY, fdopen
from os import open as open_file
from pathlib import Path
from typing import Any

from infra.operator.command import Declined

FORMAT = "hadir-backup-1"
PRIVATE = 0o600
SETS = ("SS", "NS")

Row = tuple[str, dict[str, Any]]
"""One row: its table, such as `office`, and its attributes in DynamoDB's notation."""


@dataclass(frozen=True)
class Heading:
    """What a backup is of. `made_at` is an ISO instant."""

    stack: str
    data_version: int
    made_at: str


@dataclass(frozen=True)
class Summary:
    """A backup that was read through and found whole."""

    heading: Heading
    rows: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def write(path: Path, heading: Heading, rows: Iterable[Row]) -> Summary:
    """Write a backup. It bears its name only once it is whole, and only this machine's user may read it."""
    unfinished, counts, checksum = path.with_name(f"{path.name}.part"), Counter[str](), sha256()
    with (
        fdopen(open_file(unfinished, O_WRONLY | O_CREAT | O_TRUNC, PRIVATE), "wb") as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as file,
    ):
        for entry in _lines(heading, rows, counts):
            checksum.update(entry)
            file.write(entry)
        file.write(_line({"rows": dict(counts), "sha256": checksum.hexdigest()}))
    unfinished.replace(path)
    return Summary(heading, dict(counts))


def _lines(heading: Heading, rows: Iterable[Row], counts: Counter[str]) -> Iterator[bytes]:
    named = {"stack": heading.stack, "data_version": heading.data_version, "made_at": heading.made_at}
    yield _line({"format": FORMAT, **named})
    for table, item in rows:
        counts[table] += 1
        yield line((table, item))


def line(row: Row) -> bytes:
    """A row as it stands in a file, the same for the same row: DynamoDB gives sets in any order."""
    table, item = row
    ordered = {
        name: {kind: sorted(held) if kind in SETS else held for kind, held in value.items()}
        for name, value in item.items()
    }
    return _line({"table": table, "item": ordered})


def _line(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def check(path: Path) -> Summary:
    """Read a backup through. Raises: Declined for a file that is no whole backup, FileNotFoundError."""
    checksum, counts = sha256(), Counter[str]()
    try:
        with gzip.open(path, "rb") as file:
            first = last = file.readline()
            for entry in file:
                checksum.update(last)
                last = entry
                counts[json.loads(entry).get("table", "")] += 1
        del counts[""]
        if json.loads(last) != {"rows": dict(counts), "sha256": checksum.hexdigest()}:
            raise ValueError("checksum")
        return Summary(_heading(json.loads(first)), dict(counts))
    except FileNotFoundError:
        raise
    except (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, zlib.error) as fault:
        raise Declined(f"{path} is no whole backup of Hadir ({type(fault).__name__}: {fault}).") from fault


def _heading(named: dict[str, Any]) -> Heading:
    if named["format"] != FORMAT:
        raise ValueError("format")
    return Heading(str(named["stack"]), int(named["data_version"]), str(named["made_at"]))


def rows(path: Path) -> Iterator[Row]:
    """Every row of a backup that was checked, in its order."""
    with gzip.open(path, "rb") as file:
        for entry in map(json.loads, file):
            if "table" in entry:
                yield entry["table"], entry["item"]
