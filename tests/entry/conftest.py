"""The app over the small government on moto, opened once a module and put back for each test.

The clock is turned where the embedded cloud turns it, at `wiring.now`, and nowhere else.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from chalice.test import Client
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.ses.models import ses_backends
from moto.sqs.models import sqs_backends

from tests.entry.hadir import Hadir, deployed, forget
from tests.office import at, person
from tests.store import dynamo
from tests.world import BUCKET, PREFIX, REGION, World


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[World, dynamo.Snapshot]]:
    """An office in which Ani and Budi are linked, and what its tables hold."""
    with deployed() as world:
        world.open([person("Ani"), person("Budi", "inspektorat")])
        yield world, dynamo.snapshot()


@pytest.fixture
def hadir(opened: tuple[World, dynamo.Snapshot], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hadir]:
    """The app at 07.12 on the letter's first day, nothing reported or sent yet."""
    world, kept = opened
    _empty(kept)
    app, wiring = import_module("app").app, import_module("chalicelib.wiring")
    hadir = Hadir(world, app, Client(app, project_dir=str(tmp_path)), at("07:12"))
    monkeypatch.setattr(wiring, "now", lambda: hadir.at)
    forget()
    yield hadir
    forget()


def _empty(kept: dynamo.Snapshot) -> None:
    dynamo.restore(kept)
    sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues[f"{PREFIX}-reports"]._messages.clear()
    ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages.clear()
    s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[BUCKET].keys.clear()
