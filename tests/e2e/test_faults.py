"""Deployments that should not have been made: what they break, and how it is mended."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from infra.package import Package
from infra.remedies import Stopped
from tests.e2e import officer
from tests.e2e.conftest import Office
from tests.e2e.deployment import Deployed

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_package")]

REFUSED_ALARM = {
    "Type": "AWS::CloudWatch::Alarm",
    "Properties": {"ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "Metrics": [{"Id": "a"}]},
}


def copied(package: Package) -> dict[str, Any]:
    """The template, to be changed at will."""
    template: dict[str, Any] = json.loads(package.template_text)
    return template


def statements(template: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """What each role allows."""
    for resource in template["Resources"].values():
        for policy in resource["Properties"].get("Policies", ()) if resource["Type"] == "AWS::IAM::Role" else ():
            yield policy["PolicyDocument"]["Statement"]


def test_a_role_that_lacks_one_statement_closes_the_door_until_the_deployment_before_is_back(
    hadir: Deployed, office: Office, package: Package
) -> None:
    template, kept = copied(package), len(hadir.rows("checkins"))
    for allowed in statements(template):
        allowed[:] = [one for one in allowed if one.get("Sid") != "CheckIns"]

    officer.put_up(hadir.stage, replace(package, template=template), hadir.around)
    status, _ = hadir.check_in(office.visitor, "without-right")
    officer.go_back(hadir.stage, hadir.session)

    assert status == 503
    assert len(hadir.rows("checkins")) == kept
    assert hadir.check_in(office.visitor, "without-right")[0] == 201


def test_an_upgrade_that_fails_is_taken_back_and_the_door_stays_open(
    hadir: Deployed, office: Office, package: Package
) -> None:
    template, before = copied(package), memory_of(hadir)
    template["Resources"] |= {"RefusedAlarm": REFUSED_ALARM}
    template["Resources"]["APIHandler"]["Properties"]["MemorySize"] = before * 2

    with pytest.raises(Stopped, match="RefusedAlarm"):
        officer.put_up(hadir.stage, replace(package, template=template), hadir.around)

    assert memory_of(hadir) == before
    assert hadir.check_in(office.visitor, "after-failure")[0] == 201


def test_an_upgrade_that_would_replace_a_table_is_refused_before_anything_is_changed(
    hadir: Deployed, office: Office, package: Package
) -> None:
    template, kept = copied(package), len(hadir.rows("checkins"))
    template["Resources"]["CheckIns"]["Properties"]["KeySchema"][1]["AttributeName"] = "at"

    with pytest.raises(Stopped, match="lose the data of CheckIns"):
        officer.put_up(hadir.stage, replace(package, template=template), hadir.around)

    assert len(hadir.rows("checkins")) == kept


def memory_of(hadir: Deployed) -> int:
    """Units: megabytes, of the function that answers over HTTP."""
    functions = hadir.client("lambda").list_functions()["Functions"]
    (memory,) = [one["MemorySize"] for one in functions if one["FunctionName"].startswith(f"{hadir.stage.stack}-APIH")]
    return int(memory)
