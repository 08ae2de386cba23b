"""The data's version: moved one step at a time, each step once, and never read by older code."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from boto3 import Session
from moto import mock_aws

from chalicelib.store.tables import DATA_VERSION, OfficeRow, bind
from infra.migrations import FIRST, STEPS, Step, data_version, migrate, refuse_older_code
from infra.remedies import Stopped

AT = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
PREFIX = "hadir-dev"
REGION = "ap-southeast-3"


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        bind(PREFIX, REGION)
        OfficeRow.create_table(wait=True)
        yield Session(region_name=REGION).client("dynamodb")


def steps(ran: list[int]) -> tuple[Step, ...]:
    """Versions 2 and 3, which note that they ran."""
    return tuple(Step(version, "", lambda *_, version=version: ran.append(version)) for version in (3, 2))


def test_a_new_deployment_has_nothing_to_migrate(dynamodb: Any) -> None:
    ran: list[int] = []

    taken = migrate(dynamodb, PREFIX, to=3, steps=steps(ran), at=AT)

    assert (taken, ran, data_version(dynamodb, PREFIX)) == ((), [], 3)


def test_data_from_before_there_was_a_marker_takes_every_step_in_order(dynamodb: Any) -> None:
    OfficeRow("head", "current", body="{}").save()
    ran: list[int] = []

    taken = migrate(dynamodb, PREFIX, to=3, steps=steps(ran), at=AT)

    assert ([step.version for step in taken], ran, data_version(dynamodb, PREFIX)) == ([2, 3], [2, 3], 3)


def test_a_step_is_taken_once(dynamodb: Any) -> None:
    OfficeRow("head", "current", body="{}").save()
    ran: list[int] = []

    for _ in range(2):
        migrate(dynamodb, PREFIX, to=3, steps=steps(ran), at=AT)

    assert ran == [2, 3]


def test_a_step_that_died_is_taken_again_and_those_before_it_are_not(dynamodb: Any) -> None:
    OfficeRow("head", "current", body="{}").save()
    ran: list[int] = []
    second, dying = steps(ran)[1], Step(3, "", lambda *_: 1 // 0)

    with pytest.raises(ZeroDivisionError):
        migrate(dynamodb, PREFIX, to=3, steps=(second, dying), at=AT)
    migrate(dynamodb, PREFIX, to=3, steps=steps(ran), at=AT)

    assert (ran, data_version(dynamodb, PREFIX)) == ([2, 3], 3)


def test_older_code_is_refused_and_nothing_moved(dynamodb: Any) -> None:
    migrate(dynamodb, PREFIX, to=3, steps=(), at=AT)

    with pytest.raises(Stopped, match="has version 3; this code reads versions up to 2"):
        migrate(dynamodb, PREFIX, to=2, steps=(), at=AT)

    assert data_version(dynamodb, PREFIX) == 3


def test_of_two_at_once_one_moves_the_marker(dynamodb: Any) -> None:
    migrate(dynamodb, PREFIX, to=1, steps=(), at=AT)

    def meanwhile(*_: Any) -> None:
        migrate(dynamodb, PREFIX, to=2, steps=(Step(2, "", lambda *_: None),), at=AT)

    with pytest.raises(Stopped, match="Another deployment"):
        migrate(dynamodb, PREFIX, to=2, steps=(Step(2, "", meanwhile),), at=AT)

    assert data_version(dynamodb, PREFIX) == 2


def test_before_the_first_deployment_there_is_no_version_and_nothing_to_refuse(dynamodb: Any) -> None:
    refuse_older_code(dynamodb, "hadir-prod", 1)

    assert data_version(dynamodb, "hadir-prod") is None


def test_the_marker_is_a_row_of_the_office_like_any_other(dynamodb: Any) -> None:
    migrate(dynamodb, PREFIX, to=1, steps=(), at=AT)

    row = OfficeRow.get("data", "version")

    assert (row.revision, row.body) == (1, '{"at": "2026-11-22T05:00:00+00:00"}')


def test_every_version_since_the_first_has_its_step() -> None:
    assert [step.version for step in STEPS] == [*range(FIRST + 1, DATA_VERSION + 1)]
