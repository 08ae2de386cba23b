"""Whether the deployment is ready, as the officer asks it at a terminal, and whether an alarm reaches a person."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from shutil import copytree

import pytest
from rich.console import Console

from infra.local.chat_screen import Screen
from infra.local.government import ADDRESSES
from infra.local.rehearsal import Rehearsal, RehearsalSession
from infra.stage import ROOT
from tests.e2e import officer
from tests.e2e.conftest import ADMIN, Office
from tests.e2e.deployment import Deployed, Seat, until

pytestmark = pytest.mark.slow

READ = ("app.py", "chalicelib", "infra", "templates")
"""What the officer's commands read of the repository."""

WAITING = {"SES production access", "BKD's consent", "Sender", "DKIM", "MAIL FROM"}
"""What other people do, and have not done yet."""


@pytest.fixture(scope="module")
def folder(hadir: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with the settings of the stage, as on the officer's machine."""
    folder = tmp_path_factory.mktemp("hadir")
    for name in READ:
        copy = copytree if (ROOT / name).is_dir() else _copy
        copy(ROOT / name, folder / name)
    officer.settings(hadir.stage.name, folder)
    return folder


def _copy(file: Path, to: Path) -> None:
    to.write_bytes(file.read_bytes())


def in_a_terminal(hadir: Deployed, folder: Path, command: str) -> tuple[int, str]:
    """What a line says that is typed in a terminal which has read the rehearsal's file."""
    typed = f'. "{hadir.around.begin}" && "{sys.executable}" -m infra.operator {command}'
    environ = {"PATH": os.environ["PATH"], "COLUMNS": "80"}
    ran = subprocess.run(["bash", "-c", typed], cwd=folder, env=environ, capture_output=True, text=True)
    return ran.returncode, ran.stdout + ran.stderr


def wrong(said: str) -> set[str]:
    """What the doctor says is not ready."""
    return set(re.findall(r"^✗ ([^:]+):", said, re.MULTILINE))


def test_the_doctor_is_not_content_until_everybody_else_has_done_their_part(
    hadir: Deployed, rina: Seat, folder: Path
) -> None:
    _, before = in_a_terminal(hadir, folder, "doctor --stage dev")
    (bkd,) = ADDRESSES["bkd"]
    agreed, _ = in_a_terminal(hadir, folder, f'consent --stage dev --address {bkd} --by "Kepala BKD, surat 1"')
    hadir.around.ses.knows_dns = hadir.around.ses.is_granted = True
    status, after = in_a_terminal(hadir, folder, "doctor --stage dev")

    assert wrong(before) == WAITING
    assert agreed == 0
    assert (wrong(after), status) == (set(), 0), after
    assert after.splitlines()[-1] == "Ready."


def test_the_records_that_the_dns_lacks_are_whole_in_a_narrow_terminal(hadir: Deployed, folder: Path) -> None:
    hadir.around.ses.knows_dns = False
    _, said = in_a_terminal(hadir, folder, "doctor --stage dev")
    hadir.around.ses.knows_dns = True

    lines = {line.strip() for line in said.splitlines()}
    assert sum(" IN CNAME " in line and line.endswith(".amazonses.com.") for line in lines) == 3


def test_the_rehearsals_own_terminal_shows_answers_links_and_mails(
    hadir: Deployed, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    console = Console(record=True, width=80, file=StringIO())
    session = RehearsalSession(Rehearsal(hadir.around), Screen(console), lambda _: "")

    session.take(f"tautkan {officer.first_code(hadir.stage, hadir.session, ADMIN)}")
    session.take(":links")
    session.take(":surat 1")

    shown = console.export_text()
    assert f"Tertaut sebagai {ADMIN}" in shown
    assert f"{hadir.around.address()}/c#{office.visitor}" in shown
    assert "Lembar tautan lapor" in shown
    assert [*tmp_path.rglob("*.xlsx")]


@pytest.fixture
def listener(hadir: Deployed) -> Iterator[str]:
    """A queue that hears what the alarms' topic says, as the officer's mailbox does."""
    sqs, sns = hadir.client("sqs"), hadir.client("sns")
    hears = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [hears]})
    url = sqs.create_queue(QueueName="listener", Attributes={"Policy": policy})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    heard = sns.subscribe(TopicArn=hadir.outputs["AlarmsTopic"], Protocol="sqs", Endpoint=arn)
    yield url
    sns.unsubscribe(SubscriptionArn=heard["SubscriptionArn"])


def test_an_alarm_that_rings_is_told_to_whoever_listens(hadir: Deployed, listener: str) -> None:
    name = f"{hadir.stage.stack}-slot-is-late"

    hadir.client("cloudwatch").set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="tried")

    (message,) = until(
        lambda: hadir.client("sqs").receive_message(QueueUrl=listener).get("Messages"), "the alarm's message"
    )
    told = json.loads(json.loads(message["Body"])["Message"])
    assert (told["AlarmName"], told["NewStateValue"]) == (name, "ALARM")
    assert "docs/runbook.md" in told["AlarmDescription"]
