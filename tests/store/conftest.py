"""Empty stores on moto, built once a module and emptied for each test; every test gets stores that remember nothing."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from chalicelib.assembly import Records
from chalicelib.store.checkins import CheckInStore
from chalicelib.store.ledger import Ledger
from chalicelib.store.office import OfficeStore
from tests.store import dynamo
from tests.world import REGION, World, build_world


@pytest.fixture(scope="module")
def built() -> Iterator[tuple[World, dynamo.Snapshot]]:
    with pytest.MonkeyPatch.context() as environ, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environ.setenv(name, "test")
        environ.setenv("AWS_DEFAULT_REGION", REGION)
        world = build_world()
        yield world, dynamo.snapshot()


@pytest.fixture
def records(built: tuple[World, dynamo.Snapshot]) -> Records:
    world, empty = built
    dynamo.restore(empty)
    return Records(OfficeStore(REGION), CheckInStore(), Ledger(), world.records.archive)
