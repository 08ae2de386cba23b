"""An account that begins empty and everybody around it: mail system, Slack, Telegram, DNS, AWS's people.

They are reached as on any day, so the officer's commands run as they are; a terminal that has read the file `begin`
speaks to them. Whatever is put up in the account is noticed within a second and the stand-ins are told where it is. The
price: one product at a time, the one deployed last, is whom the chats speak to.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from threading import Event, Thread
from typing import Any

import boto3
from boto3 import Session
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.wiring import now
from infra.local import telegram
from infra.local.account import account
from infra.local.cloud import CREDENTIALS, REGION
from infra.local.government import CHANNEL, SIGNING_SECRET, Chats
from infra.local.mailbox import Mailbox
from infra.local.overlay import overlay
from infra.local.ses_account import SesAccount, Topics
from infra.local.slack import SlackStandIn
from infra.local.telegram import TelegramStandIn

PROFILE = f"""\
[profile hadir]
region = {REGION}
aws_access_key_id = {CREDENTIALS["AWS_ACCESS_KEY_ID"]}
aws_secret_access_key = {CREDENTIALS["AWS_SECRET_ACCESS_KEY"]}
"""
"""What `aws configure sso` would have written: somebody who is signed in."""

LOOK_S = 1.0
STANDING = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")


@dataclass(frozen=True)
class Surroundings:
    """What stands around the account at `gateway`; `begin` is what a terminal reads first."""

    gateway: str
    session: Session
    mailbox: Mailbox
    ses: SesAccount
    topics: Topics
    chats: Chats
    begin: Path

    @property
    def overlay(self) -> dict[str, Any]:
        """What a template needs to be put up here."""
        return overlay(
            {
                "AWS_ENDPOINT_URL_SESV2": self.mailbox.endpoint,
                "HADIR_SLACK_API": self.chats.slack.api_url,
                "HADIR_TELEGRAM_API": self.chats.telegram.api_url,
            }
        )

    def address(self, stack: str = "") -> str:
        """Where a stack's product is served, or else the one that was deployed last; empty before the first."""
        stacks = self.session.client("cloudformation").describe_stacks()["Stacks"]
        up = [one for one in stacks if one["StackStatus"] in STANDING and one.get("Outputs")]
        up = [one for one in up if stack in ("", one["StackName"])]
        if not up:
            return ""
        newest = max(up, key=lambda one: one.get("LastUpdatedTime", one["CreationTime"]))
        (api,) = [one["OutputValue"] for one in newest["Outputs"] if one["OutputKey"] == "RestAPIId"]
        return f"{self.gateway}/_aws/execute-api/{api}/v1"

    def look(self) -> None:
        """Tell the stand-ins what has been put up, and the mailbox whom it may send for."""
        self.chats.slack.product = self.chats.telegram.product = self.address()
        self.topics.greet()
        sending: Any = boto3.client("sesv2", endpoint_url=self.mailbox.endpoint, region_name=REGION)
        for domain in self.ses.domains():
            with suppress(ClientError):  # it is known already
                sending.create_email_identity(EmailIdentity=domain)


@contextmanager
def surroundings(folder: Path) -> Iterator[Surroundings]:
    """Begin with an empty account; what a terminal needs to reach it is written into `folder`."""
    with account() as gateway:
        session = Session(region_name=REGION)
        ses, topics = SesAccount(session), Topics(session)
        with (
            Mailbox(now, topics, "by topic", ses) as mailbox,  # type: ignore[arg-type]  # of SQS it uses one call
            SlackStandIn(SIGNING_SECRET, now, channels={CHANNEL}) as at_slack,
            TelegramStandIn(telegram.TOKEN, "", now) as at_telegram,
        ):
            chats = Chats(at_slack, at_telegram)
            around = Surroundings(gateway, session, mailbox, ses, topics, chats, folder / "begin")
            _write(around, folder)
            with _watched(around):
                yield around


def _write(around: Surroundings, folder: Path) -> None:
    """Write what a terminal needs: a profile that is signed in already, the overlay, and the file that names both."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "overlay.json").write_text(json.dumps(around.overlay, indent=1))
    (folder / "profile").write_text(PROFILE)
    around.begin.write_text(_begin(around, folder.absolute()))


def _begin(around: Surroundings, folder: Path) -> str:
    return dedent(f"""\
        # Read by a terminal that is to rehearse:  . build/rehearsal/begin
        unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_DEFAULT_REGION
        export AWS_CONFIG_FILE='{folder}/profile' AWS_SHARED_CREDENTIALS_FILE='{folder}/none'
        export AWS_PROFILE=hadir AWS_REGION={REGION} OVERLAY='{folder}/overlay.json'
        export AWS_ENDPOINT_URL='{around.gateway}' AWS_ENDPOINT_URL_SESV2='{around.mailbox.endpoint}'
        export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
        """)


@contextmanager
def _watched(around: Surroundings) -> Iterator[None]:
    """Look again and again as long as the block lasts."""
    done = Event()

    def watch() -> None:
        while not done.wait(LOOK_S):
            with suppress(BotoCoreError, ClientError):  # a stack that is just being taken down; the next look tells
                around.look()

    watcher = Thread(target=watch, name="surroundings", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
