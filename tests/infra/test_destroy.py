"""Taking a stage down: never over data without a backup and a typed name, and never with the data."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from boto3 import Session

from infra.artifacts import Artifacts
from infra.deploy import deploy
from infra.destroy import destroy
from infra.operator import backupfile
from infra.operator.backup import scanned
from infra.remedies import Stopped
from infra.stack import Stack
from infra.stage import Stage
from tests.infra.account import emulated_account, package, screen, stage

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with emulated_account() as session:
        yield session


@pytest.fixture
def own(session: Session) -> Stage:
    """A deployed stage that no other test has."""
    own = stage(f"t{uuid4().hex[:6]}")
    deploy(own, package(), session, screen(), lambda _: True)
    return own


def enter(own: Stage, session: Session) -> None:
    dynamodb: Any = session.client("dynamodb")
    dynamodb.put_item(TableName=f"{own.stack}-office", Item={"pk": {"S": "head"}, "sk": {"S": "current"}})


def freeze(own: Stage, session: Session) -> None:
    session.client("s3").put_object(Bucket=f"{own.stack}-frozen-000000000000", Key="2026-11-22/pagi", Body=b"{}")


def backup(folder: Path, stack: str) -> Path:
    path = folder / "backup.jsonl.gz"
    backupfile.write(path, backupfile.Heading(stack, 1, "2026-11-22T05:00:00+00:00"), [])
    return path


def refusal(own: Stage, session: Session, answer: str = "", path: Path | None = None) -> Stopped:
    with pytest.raises(Stopped) as refused:
        destroy(own, session, screen(), lambda _: answer, path)
    assert Stack(own.stack, session).status() == "CREATE_COMPLETE"
    return refused.value


@pytest.mark.parametrize("holds", [enter, freeze])
def test_a_stage_that_holds_rows_or_bodies_is_kept_without_a_backup(own: Stage, session: Session, holds: Any) -> None:
    holds(own, session)

    refused = refusal(own, session, own.name)

    assert f"{own.stack} holds data" in refused.what
    assert "infra.operator backup" in refused.remedy


def test_a_file_that_is_no_whole_backup_of_this_stage_is_none(own: Stage, session: Session, tmp_path: Path) -> None:
    enter(own, session)
    cut = tmp_path / "cut.gz"
    cut.write_bytes(backup(tmp_path, own.stack).read_bytes()[:-9])
    other = backup(tmp_path, "hadir-prod")

    said = [refusal(own, session, own.name, path).what for path in (cut, tmp_path / "none.gz", other)]

    assert "no whole backup" in said[0]
    assert "cannot be used" in said[1]
    assert "is a backup of hadir-prod" in said[2]


def test_a_tables_rows_are_as_many_as_a_backup_of_it_has(own: Stage, session: Session) -> None:
    enter(own, session)
    dynamodb: Any = session.client("dynamodb")
    backed_up = sum(1 for _ in scanned(dynamodb, f"{own.stack}-office"))

    refused = refusal(own, session, own.name)

    assert f"{own.stack}-office (rows: {backed_up})" in refused.what


@pytest.mark.parametrize("answer", ["", "ya", "yes", "prod"])
def test_with_a_backup_the_stages_name_has_to_be_typed(
    own: Stage, session: Session, tmp_path: Path, answer: str
) -> None:
    enter(own, session)

    assert refusal(own, session, answer, backup(tmp_path, own.stack)).what == "Not carried out."


def test_what_is_taken_down_leaves_its_data_and_says_where_and_how_it_goes_for_good(
    own: Stage, session: Session, tmp_path: Path
) -> None:
    enter(own, session)
    freeze(own, session)
    console, path = screen(), backup(tmp_path, own.stack)

    destroy(own, session, console, lambda _: own.name, path)

    dynamodb: Any = session.client("dynamodb")
    said = console.export_text()
    assert Stack(own.stack, session).status() == ""
    assert dynamodb.scan(TableName=f"{own.stack}-office")["Count"] == 2
    assert session.client("s3").list_objects_v2(Bucket=f"{own.stack}-frozen-000000000000")["KeyCount"] == 1
    assert f"{own.stack}-office (rows: 2)" in said
    assert "deletion protection off" in said


def test_an_empty_stage_goes_with_a_yes_and_its_budget_with_it(own: Stage, session: Session) -> None:
    refusal(own, session, "no")

    destroy(own, session, screen(), lambda _: "ya")

    budgets: Any = session.client("budgets")
    names = budgets.describe_budgets(AccountId=Artifacts(own.name, session).account).get("Budgets", [])
    assert Stack(own.stack, session).status() == ""
    assert own.stack not in [one["BudgetName"] for one in names]


def test_what_is_not_there_is_not_taken_down(session: Session) -> None:
    with pytest.raises(Stopped, match="There is no stack hadir-nowhere"):
        destroy(stage("nowhere"), session, screen(), lambda _: "ya")
