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
from infra.local.ses_account import SesAccount, mailbox_of
from infra.local.slack import SlackStandIn
from infra.local.telegram import TelegramStandIn

PROFILE = "hadir"
LOOK_S = 1.0
STANDING = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")


@dataclass(frozen=True)
class Surroundings:
    """What stands around the account at `gateway`; `begin` is what a terminal reads first."""

    gateway: str
    session: Session
    mailbox: Mailbox
    ses: SesAccount
    chats: Chats
    begin: Path

    def address(self) -> str:
        """Where the product that was deployed last is served; empty before the first deployment."""
        stacks = self.session.client("cloudformation").describe_stacks()["Stacks"]
        up = [one for one in stacks if one["StackStatus"] in STANDING and one.get("Outputs")]
        if not up:
            return ""
        newest = max(up, key=lambda one: one.get("LastUpdatedTime", one["CreationTime"]))
        (api,) = [one["OutputValue"] for one in newest["Outputs"] if one["OutputKey"] == "RestAPIId"]
        return f"{self.gateway}/_aws/execute-api/{api}/v1"

    def look(self) -> None:
        """Tell the stand-ins what has been put up, and the mailbox whom it may send for."""
        self.chats.slack.product = self.chats.telegram.product = self.address()
        sending: Any = boto3.client("sesv2", endpoint_url=self.mailbox.endpoint, region_name=REGION)
        for domain in self.ses.domains():
            with suppress(ClientError):  # it is known already
                sending.create_email_identity(EmailIdentity=domain)


@contextmanager
def surroundings(folder: Path) -> Iterator[Surroundings]:
    """Begin with an empty account; what a terminal needs to reach it is written into `folder`."""
    with account() as gateway:
        session = Session(region_name=REGION)
        mailbox, ses = mailbox_of(session, now)
        with (
            mailbox,
            SlackStandIn(SIGNING_SECRET, now, channels={CHANNEL}) as at_slack,
            TelegramStandIn(telegram.TOKEN, "", now) as at_telegram,
        ):
            chats = Chats(at_slack, at_telegram)
            begin = _written(folder, gateway, mailbox, chats)
            around = Surroundings(gateway, session, mailbox, ses, chats, begin)
            with _watched(around):
                yield around


def _written(folder: Path, gateway: str, mailbox: Mailbox, chats: Chats) -> Path:
    """Write what a terminal needs: a profile that is signed in already, the overlay, and the file that names both."""
    folder.mkdir(parents=True, exist_ok=True)
    addresses = {
        "AWS_ENDPOINT_URL_SESV2": mailbox.endpoint,
        "HADIR_SLACK_API": chats.slack.api_url,
        "HADIR_TELEGRAM_API": chats.telegram.api_url,
    }
    (folder / "overlay.json").write_text(json.dumps(overlay(addresses), indent=1))
    (folder / "profile").write_text(_profile(gateway, mailbox.endpoint))
    begin = folder / "begin"
    begin.write_text(_begin(folder.absolute()))
    return begin


def _profile(gateway: str, mail: str) -> str:
    return dedent(f"""\
        [profile {PROFILE}]
        region = {REGION}
        aws_access_key_id = {CREDENTIALS["AWS_ACCESS_KEY_ID"]}
        aws_secret_access_key = {CREDENTIALS["AWS_SECRET_ACCESS_KEY"]}
        endpoint_url = {gateway}
        services = around

        [services around]
        sesv2 =
          endpoint_url = {mail}
        """)


def _begin(folder: Path) -> str:
    return dedent(f"""\
        # Read by a terminal that is to rehearse:  . build/rehearsal/begin
        unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_ENDPOINT_URL AWS_DEFAULT_REGION
        export AWS_CONFIG_FILE='{folder}/profile' AWS_SHARED_CREDENTIALS_FILE='{folder}/none'
        export AWS_PROFILE={PROFILE} AWS_REGION={REGION} OVERLAY='{folder}/overlay.json'
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
