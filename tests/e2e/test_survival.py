"""What outlives a version, a stack and an account: the office's data and the links that people were given.

These tests end the deployment that the others play on, so they run last and in this order.
"""

from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest

from infra.package import Package
from infra.remedies import Stopped
from tests.e2e import officer
from tests.e2e.conftest import Office
from tests.e2e.deployment import Deployed, client

pytestmark = pytest.mark.slow

TABLES = ("cards", "chat", "checkins", "ledger", "office")


@pytest.fixture(scope="module")
def backup(hadir: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All tables in a file, written by the operator tool."""
    path = tmp_path_factory.mktemp("backup") / "hadir.jsonl.gz"
    status, printed = officer.type_in(hadir.stage, hadir.session, "backup", str(path))
    assert status == 0, printed
    return path


def test_an_upgrade_keeps_the_address_the_data_and_the_links_of_the_version_before(
    hadir: Deployed, office: Office
) -> None:
    opened, _ = hadir.post("/api/links", token=office.visitor)
    status, kept = hadir.check_in(office.visitor, "before-upgrade")

    assert hadir.outputs["RestAPIId"] == office.api_before
    assert opened == 200
    assert (status, kept["receipt"]) == (201, office.receipt_before)


def test_a_backup_is_restored_into_a_new_deployment_where_old_links_open(
    hadir: Deployed,
    office: Office,
    backup: Path,
    second_package: Future[Package],
    tmp_path: Path,
) -> None:
    stage, kept = officer.settings("prod", tmp_path), {name: len(hadir.rows(name)) for name in TABLES}
    outputs = officer.put_up(stage, second_package.result(), hadir.around)
    other = replace(hadir, stage=stage, outputs=outputs, base=hadir.around.address(stage.stack))

    before, _ = other.post("/api/links", token=office.visitor)
    status, printed = officer.type_in(stage, hadir.session, "restore", str(backup))
    opened, whose = other.post("/api/links", token=office.visitor)

    assert before == 403
    assert status == 0, printed
    assert {name: len(other.rows(name)) for name in TABLES} == kept
    assert (opened, whose["name"]) == (200, "Sari C.")


def test_two_stages_of_one_account_keep_their_data_apart(hadir: Deployed, office: Office) -> None:
    schedules = hadir.client("scheduler").list_schedules()["Schedules"]
    names = [one["Name"] for one in schedules]

    assert len(names) == 10
    assert {name.split("-report")[0] for name in names if "-report-" in name} == {"hadir-dev", "hadir-prod"}


def test_a_stage_with_data_is_taken_down_with_a_backup_only(hadir: Deployed, office: Office) -> None:
    with pytest.raises(Stopped, match="holds data"):
        officer.take_down(hadir.stage, hadir.session)

    assert hadir.post("/api/links", token=office.visitor)[0] == 200


def test_what_was_taken_down_keeps_its_tables_and_a_new_deployment_takes_them_over(
    hadir: Deployed, office: Office, backup: Path, package: Package
) -> None:
    kept = {name: len(hadir.rows(name)) for name in TABLES}

    officer.take_down(hadir.stage, hadir.session, backup)
    functions = client(hadir.session, "lambda").list_functions()["Functions"]
    left = {name: len(hadir.rows(name)) for name in TABLES}
    outputs = officer.put_up(hadir.stage, package, hadir.around)
    again = replace(hadir, outputs=outputs, base=hadir.around.address(hadir.stage.stack))

    assert [one for one in functions if one["FunctionName"].startswith("hadir-dev-")] == []
    assert left == kept
    assert again.check_in(office.visitor, "taken-over")[0] == 201
