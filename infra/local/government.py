"""A government on the embedded cloud: its environment, its tables and queues, and where it is wanted both chats.

The legal day, today's office and the chat console stand on this. Nothing of the product is changed but its clock: the
rest differs by environment variables alone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from os import environ
from types import ModuleType
from typing import TYPE_CHECKING

from chalice.app import Chalice

from infra.local.cloud import Cloud, serve
from infra.local.pump import Pump
from infra.local.slack import TOKEN as SLACK_TOKEN
from infra.local.slack import SlackStandIn
from infra.local.telegram import SECRET, TelegramStandIn
from infra.local.telegram import TOKEN as TELEGRAM_TOKEN

if TYPE_CHECKING:
    from chalicelib.domain.people import Organisation

DOMAIN = "banten.example"
SENDER = f"Hadir <hadir@{DOMAIN}>"
ADDRESSES = {"bkd": (f"bkd@{DOMAIN}",), "sekda": (f"sekda@{DOMAIN}",)}
VISIBILITY_S = 60
SIGNING_SECRET = "stand-in-signing-secret"
CHANNEL = "C00LAPORAN"
"""The channel that the bot is in and tells each slot's outcome."""


@dataclass(frozen=True)
class Government:
    """One running deployment: the app as Lambda would run it, and the hands of its cloud."""

    cloud: Cloud
    app: Chalice
    wiring: ModuleType
    pump: Pump
    address: str


@dataclass(frozen=True)
class Chats:
    """Both platforms as their users have them before their eyes."""

    slack: SlackStandIn
    telegram: TelegramStandIn


@contextmanager
def government(
    prefix: str,
    zone: str,
    now: Callable[[], datetime],
    *,
    port: int = 0,
    workers: int = 2,
    visibility_s: int = VISIBILITY_S,
) -> Iterator[Government]:
    """Boot the cloud and the product on it; the product's modules are imported only once their environment is set.

    Units: `visibility_s` is after how many real seconds a message whose handler failed comes back.
    """
    with Cloud(now, DOMAIN) as cloud:
        environ.update(cloud.environ | _variables(cloud, prefix, zone, visibility_s))
        app, wiring = import_module("app").app, import_module("chalicelib.wiring")
        wiring.now = now  # type: ignore[attr-defined]  # the clock seam
        _create_tables(wiring)
        with serve(app, port) as address:
            environ["HADIR_BASE_URL"] = address
            yield Government(cloud, app, wiring, Pump(app, cloud.sqs, now, workers=workers), address)


@contextmanager
def chats(hadir: Government, now: Callable[[], datetime]) -> Iterator[Chats]:
    """Put both platforms beside a government; to be done before anything of it has asked for its settings."""
    with (
        SlackStandIn(SIGNING_SECRET, now, hadir.address, {CHANNEL}) as slack,
        TelegramStandIn(TELEGRAM_TOKEN, SECRET, now, hadir.address) as telegram,
    ):
        environ["HADIR_SLACK_API"], environ["HADIR_TELEGRAM_API"] = slack.api_url, telegram.api_url
        environ["HADIR_SLACK_CHANNEL"] = CHANNEL
        _store_secrets(hadir.cloud)
        hadir.wiring.telegram_voice().set_webhook(f"{hadir.address}/telegram", SECRET)
        yield Chats(slack, telegram)


def _store_secrets(cloud: Cloud) -> None:
    secrets = {
        "slack-signing-secret": SIGNING_SECRET,
        "slack-bot-token": SLACK_TOKEN,
        "telegram-bot-token": TELEGRAM_TOKEN,
        "telegram-webhook-secret": SECRET,
    }
    for name, value in secrets.items():
        cloud.store_secret(f"/{environ['HADIR_PREFIX']}/{name}", value)


def _variables(cloud: Cloud, prefix: str, zone: str, visibility_s: int) -> dict[str, str]:
    cloud.create_bucket(f"{prefix}-frozen")
    cloud.mailbox.queue_url = cloud.create_queue(f"{prefix}-mail-events", visibility_s)
    return {
        "HADIR_PREFIX": prefix,
        "HADIR_ZONE": zone,
        "HADIR_BUCKET": f"{prefix}-frozen",
        "HADIR_REPORTS_QUEUE_URL": cloud.create_queue(f"{prefix}-reports", visibility_s),
        "HADIR_BOTS_QUEUE_URL": cloud.create_queue(f"{prefix}-bots", visibility_s),
        "HADIR_SENDER": SENDER,
        "HADIR_CONFIGURATION_SET": f"{prefix}-events",
    }


def _create_tables(wiring: ModuleType) -> None:
    tables = import_module("chalicelib.store.tables")
    tables.bind(environ["HADIR_PREFIX"], environ["AWS_DEFAULT_REGION"])
    for row in tables.TABLES.values():
        row.create_table(wait=True)


def with_addresses(organisation: "Organisation") -> "Organisation":
    """The organisation with an address for each reporting unit's head and operator."""
    return replace(
        organisation,
        units=tuple(
            replace(unit, head_email=f"kepala@{unit.id}.{DOMAIN}", operator_email=f"operator@{unit.id}.{DOMAIN}")
            if unit.reports
            else unit
            for unit in organisation.units
        ),
    )
