"""A deployment as its users and its clock meet it: HTTP at the API's address, two chats, mailbox and schedules.

Nothing here knows the product's inside. Waiting is polling with a limit; where a limit passes, what was waited for is
named.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Any, TypeVar

from boto3 import Session
from urllib3 import BaseHTTPResponse, PoolManager

from chalicelib.chat.table import TABLE
from chalicelib.phrases import phrase
from infra.local.ses_events import AcceptedMail
from infra.local.slack import SlackStandIn
from infra.local.slack_screen import Shown as ShownOnSlack
from infra.local.surroundings import Surroundings
from infra.local.telegram import TelegramStandIn
from infra.local.telegram_screen import Shown as ShownOnTelegram
from infra.stage import Stage

JSON = {"Content-Type": "application/json", "Accept": "application/json"}
TOKEN = re.compile(r"#([a-z2-7]{26})\b", re.IGNORECASE)
PATIENCE_S, POLL_S = 60.0, 0.1

T = TypeVar("T")
Shown = ShownOnSlack | ShownOnTelegram
CONFIRMING = {phrase(verb.confirms) for verb in TABLE.verbs}
"""What buttons say that do what is shown."""


def now() -> datetime:
    """The real clock: nothing moves time for a deployed function."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Deployed:
    """One stack in the account and what stands around it."""

    stage: Stage
    around: Surroundings
    outputs: Mapping[str, str]
    base: str
    pool: PoolManager

    # Over HTTP

    def get(self, path: str, **headers: str) -> BaseHTTPResponse:
        return self.pool.request("GET", self.base + path, headers=headers)

    def post(self, path: str, **claims: Any) -> tuple[int, dict[str, Any]]:
        """Status and body of what the page sends."""
        answer = self.pool.request("POST", self.base + path, body=json.dumps(claims), headers=JSON)
        return answer.status, answer.json() if answer.data else {}

    def check_in(self, token: str, id: str) -> tuple[int, dict[str, Any]]:
        return self.post("/api/checkins", token=token, id=id, no_position="denied", activity="Menyusun laporan")

    # On AWS's side

    @property
    def session(self) -> Session:
        return self.around.session

    def client(self, service: str) -> Any:
        return client(self.session, service)

    def ring(self, bell: str) -> None:
        """Start what the schedule of this name starts, with the event that the scheduler sends."""
        schedule = self.client("scheduler").get_schedule(Name=f"{self.stage.stack}-{bell}")
        event = schedule["Target"].get("Input") or json.dumps(scheduled(now()))
        answer = self.client("lambda").invoke(FunctionName=schedule["Target"]["Arn"], Payload=event.encode())
        assert "FunctionError" not in answer, answer["Payload"].read()

    def rows(self, table: str) -> list[dict[str, Any]]:
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=f"{self.stage.stack}-{table}")
        return [row for page in pages for row in page["Items"]]

    def mail_states(self) -> dict[str, str]:
        """How each mail of the ledger stands, by its row."""
        return {row["row"]["S"]: row["state"]["S"] for row in self.rows("ledger") if "state" in row}

    def waiting(self, queue: str) -> int:
        """How many messages a queue holds, whether they are visible or not."""
        sqs = self.client("sqs")
        url = sqs.get_queue_url(QueueName=f"{self.stage.stack}-{queue}")["QueueUrl"]
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return sum(int(count) for name, count in counts.items() if name.startswith("ApproximateNumberOf"))


@dataclass(frozen=True)
class Seat:
    """Somebody at one of the two chats."""

    platform: SlackStandIn | TelegramStandIn
    user: str

    def says(self, text: str) -> Shown:
        """What they are shown next when they type a line."""
        send = self.platform.command if isinstance(self.platform, SlackStandIn) else self.platform.text
        return self.next(lambda: send(self.user, text), text.split(maxsplit=1)[0])

    def confirms(self, shown: Shown) -> Shown:
        """What they are shown next when they press the button that does what is shown."""
        button = next(one for one in shown.buttons if one.label in CONFIRMING)
        return self.next(lambda: self.platform.press(self.user, button), button.label)

    def next(self, send: Callable[[], tuple[int, str]], what: str) -> Shown:
        """What they are shown once something was sent."""
        before = len(self.platform.shown(self.user))
        status, _ = send()
        assert status == 200, status
        return until(lambda: self.platform.shown(self.user)[before:], f"an answer to {what}")[-1]


def client(session: Session, service: str) -> Any:
    """A client as untyped as most of them are."""
    return session.client(service)  # type: ignore[call-overload]


def scheduled(at: datetime) -> dict[str, Any]:
    """What EventBridge Scheduler sends to a function when its target names no input.

    Source: EventBridge Scheduler User Guide, "Using templated targets", on AWS Lambda `Invoke`.
    """
    about = {"version": "0", "id": "1", "account": "000000000000", "region": "ap-southeast-3", "resources": []}
    kind = {"source": "aws.scheduler", "detail-type": "Scheduled Event", "detail": "{}"}
    return {**about, **kind, "time": f"{at:%FT%TZ}"}


def until(look: Callable[[], T], what: str, within_s: float = PATIENCE_S) -> T:
    """What `look` finds as soon as it finds anything. Raises: AssertionError naming what did not come."""
    limit = monotonic() + within_s
    while not (found := look()):
        assert monotonic() < limit, f"{what} did not come within {within_s:.0f} s"
        sleep(POLL_S)
    return found


def attached(mail: AcceptedMail) -> list[tuple[str, bytes]]:
    """The files of a mail."""
    return [(part.get_filename() or "", part.get_content()) for part in mail.parsed.iter_attachments()]
