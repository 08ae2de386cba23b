"""Changes of what the tables hold, from one version of the data to the next, each once and in order.

One row of the office table says which version the data has. Steps run after the new code is in force, while people
work: new code reads the old shape and the new until its step is done. The price: data never goes back, so code older
than the data is not deployed.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from chalicelib.store.tables import DATA_VERSION, MARKER
from infra.remedies import Stopped

FIRST: Final = 1
"""The version of data that was written before there was a marker."""

KEY: Final = {"pk": {"S": MARKER[0]}, "sk": {"S": MARKER[1]}}


@dataclass(frozen=True)
class Step:
    """What brings the data to a version. `run` gets a DynamoDB client and what table names begin with, and survives
    being run twice: a deployment may die between the step and the marker."""

    version: int
    what: str
    run: Callable[[Any, str], None]


STEPS: tuple[Step, ...] = ()
"""Every step since the first version, which needs none."""


def data_version(dynamodb: Any, prefix: str) -> int | None:
    """The version of the data; None before the first deployment's end."""
    try:
        found = dynamodb.get_item(TableName=f"{prefix}-office", Key=KEY, ConsistentRead=True)
    except ClientError as error:
        if error.response["Error"].get("Code") == "ResourceNotFoundException":
            return None
        raise
    return int(found["Item"]["revision"]["N"]) if "Item" in found else None


def refuse_older_code(dynamodb: Any, prefix: str, readable: int) -> None:
    """Raises: Stopped when the data is newer than what this code can read."""
    found = data_version(dynamodb, prefix)
    if found is not None and found > readable:
        raise Stopped(
            f"The data of {prefix} has version {found}; this code reads versions up to {readable}.",
            "Deploy the newest version of Hadir. Going back needs a restored backup (docs/runbook.md).",
        )


def migrate(
    dynamodb: Any, prefix: str, *, to: int = DATA_VERSION, steps: Sequence[Step] = STEPS, at: datetime
) -> tuple[Step, ...]:
    """Bring the data to a version, and return the steps that it took; done again it takes none.

    Raises: Stopped when the data is newer, or another deployment moved the marker at the same time.
    """
    refuse_older_code(dynamodb, prefix, to)
    found = data_version(dynamodb, prefix)
    if found is None:
        found = FIRST if _has_rows(dynamodb, prefix) else to
        _mark(dynamodb, prefix, None, found, at)
    taken = [step for step in sorted(steps, key=lambda step: step.version) if found < step.version <= to]
    for before, step in zip([found, *(step.version for step in taken)], taken, strict=False):
        step.run(dynamodb, prefix)
        _mark(dynamodb, prefix, before, step.version, at)
    return tuple(taken)


def _has_rows(dynamodb: Any, prefix: str) -> bool:
    return bool(dynamodb.scan(TableName=f"{prefix}-office", Limit=1, ConsistentRead=True)["Count"])


def _mark(dynamodb: Any, prefix: str, before: int | None, after: int, at: datetime) -> None:
    """Move the marker from the version it must still have."""
    body = json.dumps({"at": at.isoformat(timespec="seconds")})
    item = {**KEY, "revision": {"N": str(after)}, "body": {"S": body}}
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
    if before is not None:
        condition = {
            "ConditionExpression": "revision = :before",
            "ExpressionAttributeValues": {":before": {"N": str(before)}},
        }
    try:
        dynamodb.put_item(TableName=f"{prefix}-office", Item=item, **condition)
    except dynamodb.exceptions.ConditionalCheckFailedException as fault:
        raise Stopped(
            f"Another deployment of {prefix} changes its data at this moment.",
            "Wait until it has ended, then type the same command again: what is done is not done twice.",
        ) from fault
