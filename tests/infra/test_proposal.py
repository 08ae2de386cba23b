"""What CloudFormation's words for a change mean to an officer: what is replaced and what may be.

The words are those that the emulated account said of the whole template when a Slack channel was changed.
"""

from typing import Any

import pytest

from infra.proposal import Deed, read_changes


def told(name: str, kind: str, replacement: str, *details: dict[str, Any], action: str = "Modify") -> dict[str, Any]:
    where = {"LogicalResourceId": name, "ResourceType": f"AWS::{kind}", "PhysicalResourceId": f"own-{name}"}
    return {"Action": action, "Replacement": replacement, "Details": list(details), **where}


def detail(target: str, evaluation: str, source: str, entity: str = "", needs: str = "Conditionally") -> dict[str, Any]:
    about = {"Attribute": "Properties", "Name": target, "RequiresRecreation": needs}
    return {"Target": about, "Evaluation": evaluation, "ChangeSource": source, "CausingEntity": entity}


def deeds(*found: dict[str, Any]) -> dict[str, Deed]:
    return {one.name: one.deed for one in read_changes(found)}


ENVIRONMENT = detail("Environment", "Static", "ParameterReference", "SlackChannel", needs="Never")
FUNCTION = told("Handler", "Lambda::Function", "False", ENVIRONMENT)
DOOR = told("Door", "ApiGateway::RestApi", "Conditional", detail("Body", "Dynamic", "ResourceAttribute", "Handler.Arn"))
PATH = told(
    "Path",
    "ApiGateway::BasePathMapping",
    "Conditional",
    detail("RestApiId", "Dynamic", "ResourceReference", "Door"),
    detail("Stage", "Dynamic", "ResourceReference", "Stage"),
)
STAGE = told(
    "Stage", "ApiGateway::Stage", "Conditional", detail("RestApiId", "Dynamic", "ResourceReference", "Door", "Always")
)


def test_what_refers_to_what_stays_the_same_resource_is_changed_in_place() -> None:
    found = deeds(PATH, STAGE, DOOR, FUNCTION)

    assert found == dict.fromkeys(("Path", "Stage", "Door", "Handler"), Deed.MODIFY)


@pytest.mark.parametrize("replacement", ["True", "Conditional"])
def test_what_refers_to_what_is_or_may_be_replaced_may_be_replaced_however_far_away(replacement: str) -> None:
    renamed = told(
        "Handler",
        "Lambda::Function",
        replacement,
        detail("FunctionName", "Static", "DirectModification", needs="Always"),
    )

    found = deeds(PATH, STAGE, DOOR, renamed)

    assert {found[name] for name in ("Path", "Stage", "Door")} == {Deed.MAY_REPLACE}
    assert found["Handler"] is (Deed.REPLACE if replacement == "True" else Deed.MAY_REPLACE)


@pytest.mark.parametrize(
    "grave",
    [
        detail("DomainName", "Static", "ParameterReference", "DomainName"),
        detail("DomainName", "Dynamic", "DirectModification"),
        detail("Body", "Dynamic", "ResourceAttribute", "Handler.Version"),
        detail("Body", "Dynamic", "ResourceReference", "New"),
        detail("Body", "Dynamic", "ResourceReference", "Nowhere"),
    ],
)
def test_whatever_else_may_replace_a_resource_is_told(grave: dict[str, Any]) -> None:
    calm = detail("Body", "Dynamic", "ResourceAttribute", "Handler.Arn")
    new = told("New", "ApiGateway::RestApi", "", action="Add")

    found = deeds(told("Door", "ApiGateway::RestApi", "Conditional", calm, grave), FUNCTION, new)

    assert found["Door"] is Deed.MAY_REPLACE


def test_a_possible_replacement_without_a_reason_is_told() -> None:
    assert deeds(told("Door", "ApiGateway::RestApi", "Conditional")) == {"Door": Deed.MAY_REPLACE}


@pytest.mark.parametrize("kind", ["DynamoDB::Table", "S3::Bucket"])
def test_of_a_table_or_a_bucket_cloudformations_own_word_is_taken(kind: str) -> None:
    kept = told("Kept", kind, "Conditional", detail("Name", "Dynamic", "ResourceAttribute", "Handler.Arn"))

    (found, _) = read_changes([kept, FUNCTION])

    assert (found.deed, found.loses_data) == (Deed.MAY_REPLACE, True)
