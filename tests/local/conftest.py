"""One emulated cloud for all tests of this folder; each test makes its own queues and mailbox."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from infra.local.clock import SimulatedClock
from infra.local.cloud import Cloud

SENDER_DOMAIN = "hadir.example.id"


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(datetime(2020, 3, 23, 0, 30, tzinfo=UTC))


@pytest.fixture(scope="session")
def cloud() -> Iterator[Cloud]:
    with Cloud(lambda: datetime(2020, 3, 23, 0, 30, tzinfo=UTC), SENDER_DOMAIN) as opened:
        yield opened


@pytest.fixture
def queue_url(cloud: Cloud) -> str:
    """A queue of the test's own, whose leases last one second."""
    return cloud.create_queue(f"queue-{uuid4().hex}", visibility_s=1)
