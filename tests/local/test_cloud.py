import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit
from urllib.request import urlopen

import boto3
import pytest
from botocore.exceptions import ClientError
from chalice.app import Chalice

from infra.local.cloud import Cloud, reserved_port, serve

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow

OPEN_AND_WAIT = """
from datetime import UTC, datetime
from infra.local.cloud import Cloud
with Cloud(lambda: datetime(2020, 3, 23, tzinfo=UTC), "hadir.example.id") as cloud:
    print(cloud.environ["AWS_ENDPOINT_URL_SQS"], flush=True)
    input()
"""


def test_a_client_given_only_the_environment_lands_in_the_emulated_cloud(cloud, monkeypatch):
    for name, value in cloud.environ.items():
        monkeypatch.setenv(name, value)
    cloud.create_bucket("bodies")

    boto3.client("s3").put_object(Bucket="bodies", Key="2020-03-23/dinkes", Body=b"frozen", IfNoneMatch="*")

    assert boto3.client("s3").get_object(Bucket="bodies", Key="2020-03-23/dinkes")["Body"].read() == b"frozen"
    assert boto3.client("dynamodb").list_tables()["TableNames"] == []
    assert boto3.client("sesv2").get_email_identity(EmailIdentity="hadir.example.id")


def test_a_frozen_body_cannot_be_written_over(cloud, monkeypatch):
    for name, value in cloud.environ.items():
        monkeypatch.setenv(name, value)
    cloud.create_bucket("frozen")
    boto3.client("s3").put_object(Bucket="frozen", Key="report", Body=b"first", IfNoneMatch="*")

    with pytest.raises(ClientError) as refused:
        boto3.client("s3").put_object(Bucket="frozen", Key="report", Body=b"second", IfNoneMatch="*")

    assert refused.value.response["Error"]["Code"] == "PreconditionFailed"


def test_a_secret_is_read_back_and_the_latest_one_counts(cloud, monkeypatch):
    for name, value in cloud.environ.items():
        monkeypatch.setenv(name, value)

    cloud.store_secret("/hadir/slack-bot-token", "first")
    cloud.store_secret("/hadir/slack-bot-token", "second")

    found = boto3.client("ssm").get_parameter(Name="/hadir/slack-bot-token", WithDecryption=True)["Parameter"]
    assert (found["Type"], found["Value"]) == ("SecureString", "second")


def test_every_endpoint_of_the_cloud_is_on_loopback(cloud):
    endpoints = [value for name, value in cloud.environ.items() if name.startswith("AWS_ENDPOINT_URL")]

    assert {urlsplit(endpoint).hostname for endpoint in endpoints} == {"127.0.0.1"}


def test_the_cloud_ends_with_its_process_even_when_that_is_killed():
    opener = subprocess.Popen(
        [sys.executable, "-c", OPEN_AND_WAIT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert opener.stdin is not None
    assert opener.stdout is not None
    with opener.stdin, opener.stdout:
        port = int(opener.stdout.readline().decode().strip().rpartition(":")[2])
        was_open = is_open(port)

        os.kill(opener.pid, signal.SIGKILL)
        opener.wait()

        assert was_open
        assert becomes_true(lambda: not is_open(port), within_s=15)


def test_the_app_is_served_from_this_process_and_each_caller_gets_their_own_request():
    app = Chalice("probe")
    said: list[str] = []

    @app.route("/say/{word}")
    def say(word: str) -> dict[str, str]:
        said.append(word)
        sleep(0.01)
        return {"word": app.current_request.uri_params["word"]}

    words = [f"w{number}" for number in range(40)]
    with serve(app) as address, ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda word: json.load(urlopen(f"{address}/say/{word}"))["word"], words))

    assert answers == words
    assert sorted(said) == sorted(words)


def test_an_app_can_be_served_again_after_it_was_closed():
    app = Chalice("probe")
    app.route("/")(lambda: {"present": True})
    with serve(app):
        pass

    with serve(app) as address:
        assert json.load(urlopen(address)) == {"present": True}


def test_two_clouds_do_not_see_each_others_queues(cloud, clock):
    cloud.create_queue("only-here")

    with Cloud(clock, "hadir.example.id") as other:
        assert other.sqs.list_queues().get("QueueUrls", []) == []


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def becomes_true(claim: Callable[[], bool], *, within_s: float) -> bool:
    deadline = monotonic() + within_s
    while not claim() and monotonic() < deadline:
        sleep(0.05)
    return claim()


def test_the_port_of_a_cloud_that_still_boots_is_nobody_elses_meanwhile():
    port = reserved_port()

    with socket.socket() as other, pytest.raises(OSError, match="already in use"):
        other.bind(("127.0.0.1", port))
    with socket.create_server(("127.0.0.1", port)) as gateway:  # reuses addresses, as ministack's server does
        assert gateway.getsockname()[1] == port
