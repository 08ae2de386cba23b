"""Every effect and every lazy import, once: the clock, the stores, SES, the renderers.

Modules import plainly at their top; only here are imports put off, each with its cost and its only users, so that a
check-in's cold start carries neither SES nor a renderer. Nothing is connected before its first use.
"""

import os
from datetime import UTC, datetime
from functools import cache
from secrets import token_bytes
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.session import get_session

from chalicelib.assembly import Records
from chalicelib.domain.calendar import ZONES
from chalicelib.mail import Mailer
from chalicelib.planning import Bell
from chalicelib.reporting import PostOffice
from chalicelib.settings import Settings
from chalicelib.store import tables
from chalicelib.store.archive import Archive
from chalicelib.store.checkins import CheckInStore
from chalicelib.store.doorbell import Doorbell
from chalicelib.store.ledger import Ledger
from chalicelib.store.office import OfficeStore

if TYPE_CHECKING:
    from chalicelib.admin.desk import Registry


def now() -> datetime:
    """The one clock. Only the embedded cloud rebinds it, in its own process."""
    return datetime.now(UTC)


@cache
def settings() -> Settings:
    return Settings.from_env(os.environ)


def _client(service: str, config: Config | None = None) -> Any:
    """A botocore client; boto3 would add 200 ms and nothing we use. It reads AWS_ENDPOINT_URL_<SERVICE> itself."""
    return get_session().create_client(service, region_name=settings().region, config=config)


@cache
def checkins() -> CheckInStore:
    tables.bind(settings().prefix, settings().region)
    return CheckInStore()


@cache
def records() -> Records:
    store, region = checkins(), settings().region
    return Records(OfficeStore(region), store, Ledger(), Archive(_client("s3"), settings().bucket))


@cache
def registry() -> "Registry":
    from chalicelib.admin.desk import (
        Registry,
    )  # 400 ms of openpyxl and phone numbers; only whoever changes the office

    return Registry(records(), settings().zone, token_bytes, settings().base_url)


@cache
def bell() -> Bell:
    doorbell = Doorbell(_client("sqs"), settings().reports_queue_url)
    return Bell(records(), doorbell, ZONES[settings().zone])


@cache
def post_office() -> PostOffice:
    from chalicelib.render.letters import compose  # 250 ms of Jinja and XlsxWriter; only the sending worker's

    # Retries are off because SES would deliver each of them; the ledger decides what is sent again.
    once = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=20)
    mailer = Mailer(_client("sesv2", once), settings().configuration_set)
    return PostOffice(bell(), mailer, settings().sender, compose)
