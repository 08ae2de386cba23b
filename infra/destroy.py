"""`make destroy STAGE=prod`: takes a stage down and keeps its data; where there is data, only with a backup at hand.

Tables and the bucket of frozen reports outlive the stack, so what is taken down can be deployed again and finds them.
The price: who wants them gone deletes them by hand, as is said at the end.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from boto3 import Session
from botocore.exceptions import ClientError
from rich.console import Console

from chalicelib.domain.calendar import ZONES
from chalicelib.store.tables import MARKER
from infra.answering import answered
from infra.artifacts import Artifacts
from infra.budget import drop_budget
from infra.operator import backupfile
from infra.operator.command import Declined
from infra.proposal import KEEPERS
from infra.remedies import Stopped
from infra.showing import YES, progress, refuse_unless_somebody_can_type, tell, typed
from infra.stack import Stack
from infra.stage import STAGES, Stage, read_stage

Ask = Callable[[str], str]
SEEN = 1000


@dataclass(frozen=True)
class Keeper:
    """A table or bucket and how many rows or objects are in it, counted up to `SEEN` as a backup counts them.

    The mark of the data's version is a row, which a restore brings along, but nobody's data.
    """

    name: str
    kind: str
    holds: int
    marks: int = 0

    @property
    def has_data(self) -> bool:
        return self.holds > self.marks

    def __str__(self) -> str:
        what = "rows" if "Table" in self.kind else "objects"
        return f"{self.name} ({what}: {self.holds}{' or more' if self.holds >= SEEN else ''})"


def destroy(stage: Stage, session: Session, console: Console, ask: Ask, backup: Path | None = None) -> None:
    """Delete the stack and its budget, and say what is left.

    Raises: Stopped when there is no stack, when data has no whole backup, or when what was asked is not typed.
    """
    stack = Stack(stage.stack, session)
    if not stack.status():
        raise Stopped(f"There is no stack {stage.stack} in {stage.region}.", "Nothing was changed.")
    keepers = [*_keepers(stack, session)]
    if full := [keeper for keeper in keepers if keeper.has_data]:
        made = _require_backup(stage, full, backup)
        question = f"{stage.stack} will stop working; its backup is of {made}. Type the stage's name to take it down: "
        _require(ask(question), (stage.name,))
    else:
        _require(ask(f"{stage.stack} holds no data. Type {' or '.join(YES)} to take it down: ").lower(), YES)
    with progress(console, len(stack.resources())) as watch:
        stack.delete(watch)
    drop_budget(session, Artifacts(stage.name, session).account, stage.stack)
    _tell(console, stage, keepers)


def _keepers(stack: Stack, session: Session) -> Iterator[Keeper]:
    for name, kind in sorted(stack.resources().items()):
        if kind in KEEPERS:
            try:
                yield Keeper(name, kind, *(_rows if "Table" in kind else _objects)(session, name))
            except ClientError as error:
                # A failed deployment may name what was never made, or was deleted by hand.
                if error.response["Error"].get("Code") not in ("ResourceNotFoundException", "NoSuchBucket"):
                    raise


def _rows(session: Session, table: str) -> tuple[int, int]:
    """Rows of a table as far as they are counted, and how many of them are the mark of the data's version."""
    dynamodb: Any = session.client("dynamodb")
    keys = {one["AttributeName"] for one in dynamodb.describe_table(TableName=table)["Table"]["KeySchema"]}
    found = dynamodb.scan(TableName=table, Limit=SEEN, ConsistentRead=True)["Items"]
    return len(found), sum(tuple(row[key].get("S") for key in sorted(keys)) == MARKER for row in found)


def _objects(session: Session, bucket: str) -> tuple[int, int]:
    """Objects of a bucket as far as they are counted; no mark is among them."""
    return session.client("s3").list_objects_v2(Bucket=bucket, MaxKeys=SEEN).get("KeyCount", 0), 0


def _require_backup(stage: Stage, full: list[Keeper], backup: Path | None) -> str:
    """When the backup at hand was made. Raises: Stopped where there is none of this stage."""
    if backup is None:
        raise Stopped(
            f"{stage.stack} holds data: {', '.join(map(str, full))}.",
            f"Nothing was changed. Make a backup first: .venv/bin/python -m infra.operator backup --stage {stage.name} "
            f"FILE. Then: make destroy STAGE={stage.name} BACKUP=FILE",
        )
    try:
        heading = backupfile.check(backup).heading
    except (Declined, OSError) as fault:
        raise Stopped(f"The backup cannot be used: {fault}", "Nothing was changed. Make another.") from fault
    if heading.stack != stage.stack:
        raise Stopped(f"{backup} is a backup of {heading.stack}.", f"Nothing was changed. Name one of {stage.stack}.")
    return f"{datetime.fromisoformat(heading.made_at).astimezone(ZONES[stage.zone]):%d %B %Y, %H.%M} {stage.zone}"


def _require(answer: str, wanted: tuple[str, ...]) -> None:
    if answer not in wanted:
        raise Stopped("Not carried out.", "Nothing was changed.")


def _tell(console: Console, stage: Stage, keepers: list[Keeper]) -> None:
    tell(console, f"{stage.stack} is taken down.")
    if not keepers:
        return
    tell(console, "Kept, and charged for by what is in it:")
    for keeper in keepers:
        tell(console, f"  {keeper}")
    if stage.verify_sender:
        tell(console, "Not kept: the proof of the sender's domain. Deployed again, it may want new DNS records.")
    tell(console, f"make deploy STAGE={stage.name} finds all of it again. To delete it for good, in the AWS console:")
    tell(
        console,
        "  tables: DynamoDB, Tables, the table, Additional settings, deletion protection off, then Delete;",
    )
    tell(console, "  bucket: S3, the bucket, Empty, then Delete;")
    tell(console, f"  secrets of the chats: Systems Manager, Parameter Store, everything under /{stage.stack}/.")


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m infra.destroy", description="Takes a stage down and keeps its data.")
    parser.add_argument("--stage", choices=STAGES, required=True)
    parser.add_argument("--yes", action="store_true", help="do not ask; only where there is no data")
    parser.add_argument("--backup", type=Path, help="a backup of this stage; needed where there is data")
    parsed, console = parser.parse_args(arguments), Console(highlight=False)
    return answered(console, lambda: _run(parsed, console))


def _run(parsed: Namespace, console: Console) -> None:
    """A machine's yes is good for an empty stage: where a name is to be typed, it is the wrong answer."""
    stage = read_stage(parsed.stage)
    if not parsed.yes:
        refuse_unless_somebody_can_type()
    destroy(
        stage,
        Session(region_name=stage.region),
        console,
        (lambda _: YES[0]) if parsed.yes else (lambda question: typed(console, question)),
        parsed.backup,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
