"""A government on the embedded cloud: its environment, its tables and queues, its office opened.

Both the legal day and today's office stand on this. Nothing of the product is changed but its clock: the rest differs
by environment variables alone.
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

if TYPE_CHECKING:
    from chalicelib.domain.people import Organisation

DOMAIN = "banten.example"
SENDER = f"Hadir <hadir@{DOMAIN}>"
ADDRESSES = {"bkd": (f"bkd@{DOMAIN}",), "sekda": (f"sekda@{DOMAIN}",)}
VISIBILITY_S = 60


@dataclass(frozen=True)
class Government:
    """One running deployment: the app as Lambda would run it, and the hands of its cloud."""

    cloud: Cloud
    app: Chalice
    wiring: ModuleType
    pump: Pump
    address: str


@contextmanager
def government(
    prefix: str, zone: str, now: Callable[[], datetime], *, port: int = 0, workers: int = 2
) -> Iterator[Government]:
    """Boot the cloud and the product on it; the product's modules are imported only once their environment is set."""
    with Cloud(now, DOMAIN) as cloud:
        environ.update(cloud.environ | _variables(cloud, prefix, zone))
        app, wiring = import_module("app").app, import_module("chalicelib.wiring")
        wiring.now = now  # type: ignore[attr-defined]  # the clock seam
        _create_tables(wiring)
        with serve(app, port) as address:
            environ["HADIR_BASE_URL"] = address
            yield Government(cloud, app, wiring, Pump(app, cloud.sqs, now, workers=workers), address)


def _variables(cloud: Cloud, prefix: str, zone: str) -> dict[str, str]:
    cloud.create_bucket(f"{prefix}-frozen")
    cloud.mailbox.queue_url = cloud.create_queue(f"{prefix}-mail-events", VISIBILITY_S)
    return {
        "HADIR_PREFIX": prefix,
        "HADIR_ZONE": zone,
        "HADIR_BUCKET": f"{prefix}-frozen",
        "HADIR_REPORTS_QUEUE_URL": cloud.create_queue(f"{prefix}-reports", VISIBILITY_S),
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
