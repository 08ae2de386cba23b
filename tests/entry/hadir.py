"""The app as its callers meet it: a browser, EventBridge and the queues, each through Chalice's own test client."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

import pytest
from chalice.app import Chalice
from chalice.test import Client, HTTPResponse
from moto import mock_aws

from tests.store import dynamo
from tests.world import BUCKET, EVENTS, PREFIX, REGION, SENDER, World, build_world

JSON = {"Content-Type": "application/json"}


ENDPOINTS = [f"AWS_ENDPOINT_URL_{service}" for service in ("DYNAMODB", "SQS", "S3", "SESV2", "SSM")]
ENVIRON = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
    "HADIR_PREFIX": PREFIX,
    "HADIR_ZONE": "WIB",
    "HADIR_BUCKET": BUCKET,
    "HADIR_SENDER": SENDER,
    "HADIR_CONFIGURATION_SET": EVENTS,
    "HADIR_BASE_URL": "https://hadir.example.id/v1",
}


@contextmanager
def deployed() -> Iterator[World]:
    """An empty deployment on moto, its environment set."""
    with pytest.MonkeyPatch.context() as environ, mock_aws():
        for name in ENDPOINTS:
            environ.delenv(name, raising=False)
        for name, value in ENVIRON.items():
            environ.setenv(name, value)
        world = build_world()
        environ.setenv("HADIR_REPORTS_QUEUE_URL", world.queue_url)
        environ.setenv("HADIR_BOTS_QUEUE_URL", world.sqs.get_queue_url(QueueName=f"{PREFIX}-bots")["QueueUrl"])
        yield world


def forget() -> None:
    """Let the process read its environment again, as a new one would; its clients to moto may stay."""
    wiring = import_module("chalicelib.wiring")
    for effect in vars(wiring).values():
        if hasattr(effect, "cache_clear") and effect not in (wiring.session, wiring._client):
            effect.cache_clear()


@dataclass
class Hadir:
    """One deployment: its app, its world, and the instant it takes for now."""

    world: World
    app: Chalice
    client: Client
    at: datetime

    def get(self, path: str, **headers: str) -> HTTPResponse:
        return self.client.http.get(path, headers=headers)

    def post(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> HTTPResponse:
        return self.client.http.post(path, headers=JSON if headers is None else headers, body=body)

    def ring(self, function: str, time: str) -> None:
        """Let EventBridge start a function; the time is the event's own."""
        event = self.client.events.generate_cw_event("aws.events", "Scheduled Event", {}, ["arn:aws:events:rule"])
        self.client.lambda_.invoke(function, {**event, "time": time})

    def deliver(self) -> int:
        """Hand each message of the reports' queue to its worker, one by one; returns how many there were."""
        return self._hand_over("reports", "deliver_report")

    def converse(self) -> int:
        """Let the worker of the chats answer whatever waits for it."""
        return self._hand_over("bots", "converse")

    def _hand_over(self, queue_name: str, function: str) -> int:
        sqs = self.world.sqs
        handed, queue = 0, {"QueueUrl": sqs.get_queue_url(QueueName=f"{PREFIX}-{queue_name}")["QueueUrl"]}
        while messages := sqs.receive_message(**queue).get("Messages"):
            for message in messages:
                event = self.client.events.generate_sqs_event([message["Body"]])
                self.client.lambda_.invoke(function, event)
                sqs.delete_message(**queue, ReceiptHandle=message["ReceiptHandle"])
                handed += 1
        return handed

    def checkins(self) -> list[dict[str, Any]]:
        return dynamo.rows()["checkins"]
