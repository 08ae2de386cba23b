"""The conversation with CloudFormation, held with the emulated cloud: nothing of it is played by the tests."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from boto3 import Session

from infra.artifacts import Artifacts
from infra.proposal import Change, Deed, Happening, Proposal
from infra.remedies import Stopped
from infra.stack import Stack
from tests.infra.account import REFUSED, emulated_account, queue, table, template

pytestmark = pytest.mark.slow
ZONE = {"Zone": "WIB"}


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with emulated_account() as session:
        Artifacts("dev", session).ensure()
        yield session


@pytest.fixture
def stack(session: Session) -> Stack:
    return Stack(f"hadir-{uuid4().hex[:8]}", session, poll_s=0.05)


def propose(stack: Stack, session: Session, body: dict[str, Any]) -> Proposal:
    artifacts = Artifacts("dev", session)
    return stack.propose(artifacts.url(artifacts.keep_template(body)), ZONE)


def put(stack: Stack, session: Session, body: dict[str, Any]) -> dict[str, str]:
    return stack.carry_out(propose(stack, session, body))


def test_a_first_proposal_adds_everything_and_is_carried_out_with_each_resource_named(
    stack: Stack, session: Session
) -> None:
    seen: list[Happening] = []

    proposal = propose(stack, session, template())
    outputs = stack.carry_out(proposal, seen.append)

    assert proposal.is_first
    assert {(change.name, change.deed) for change in proposal.changes} == {
        ("Office", Deed.ADD),
        ("Frozen", Deed.ADD),
        ("Reports", Deed.ADD),
    }
    assert {one.name for one in seen if one.is_done} >= {"Office", "Frozen", "Reports"}
    assert (stack.status(), outputs["BaseUrl"]) == ("CREATE_COMPLETE", "WIB")


def test_the_same_again_is_an_empty_proposal_and_leaves_no_change_set(stack: Stack, session: Session) -> None:
    put(stack, session, template())

    proposal = propose(stack, session, template())

    client: Any = session.client("cloudformation")
    assert proposal.is_empty
    assert [one["Status"] for one in client.list_change_sets(StackName=stack.name)["Summaries"]] == ["CREATE_COMPLETE"]


def test_a_change_names_the_properties_it_touches(stack: Stack, session: Session) -> None:
    put(stack, session, template())

    proposal = propose(stack, session, template(Reports=queue(90)))

    assert proposal.changes == (Change(Deed.MODIFY, "Reports", "AWS::SQS::Queue", ("VisibilityTimeout",)),)
    assert not proposal.loses_data


def test_a_table_that_would_be_made_anew_or_taken_away_loses_data(stack: Stack, session: Session) -> None:
    put(stack, session, template())
    rekeyed = json.loads(json.dumps(table("office")).replace('"sk"', '"at"'))

    anew, away = (propose(stack, session, template(Office=one)) for one in (rekeyed, None))

    assert [change.name for change in anew.changes if change.loses_data] == ["Office"]
    assert [(change.deed, change.loses_data) for change in away.changes] == [(Deed.REMOVE, True)]


@pytest.mark.parametrize("deed", [Deed.REPLACE, Deed.MAY_REPLACE, Deed.REMOVE])
@pytest.mark.parametrize(
    ("kind", "loses"), [("AWS::DynamoDB::Table", True), ("AWS::S3::Bucket", True), ("AWS::SQS::Queue", False)]
)
def test_whatever_ends_a_table_or_a_bucket_loses_data(deed: Deed, kind: str, loses: bool) -> None:
    assert Proposal((Change(deed, "Office", kind),)).loses_data is loses


def test_what_failed_is_named_with_awss_reason_and_undone(stack: Stack, session: Session) -> None:
    put(stack, session, template())

    with pytest.raises(Stopped) as failed:
        put(stack, session, template(Reports=queue(300), Bad=REFUSED))

    assert failed.value.what.startswith("Bad (AWS::CloudWatch::Alarm): MetricName and Namespace are required")
    assert stack.status() == "UPDATE_ROLLBACK_COMPLETE"
    assert propose(stack, session, template()).is_empty


def test_a_first_try_that_failed_is_cleared_away_and_leaves_what_may_not_be_deleted(
    stack: Stack, session: Session
) -> None:
    with pytest.raises(Stopped):
        put(stack, session, template(Bad=REFUSED))
    left = stack.status()

    cleared = stack.clear_failed_try()

    dynamodb: Any = session.client("dynamodb")
    assert (left, cleared, stack.status()) == ("ROLLBACK_COMPLETE", True, "")
    assert dynamodb.describe_table(TableName=f"{stack.name}-office")["Table"]["DeletionProtectionEnabled"]


def test_a_first_try_that_nobody_carried_out_is_cleared_away(stack: Stack, session: Session) -> None:
    propose(stack, session, template())
    left = stack.status()

    assert (left, stack.clear_failed_try(), stack.status()) == ("REVIEW_IN_PROGRESS", True, "")


def test_a_good_stack_is_not_cleared_away(stack: Stack, session: Session) -> None:
    put(stack, session, template())

    assert (stack.clear_failed_try(), stack.status()) == (False, "CREATE_COMPLETE")


def test_a_first_proposal_that_is_discarded_leaves_no_stack(stack: Stack, session: Session) -> None:
    proposal = propose(stack, session, template())

    stack.discard(proposal)

    assert stack.status() == ""


def test_a_template_that_cannot_be_accepted_is_refused_with_awss_words(stack: Stack, session: Session) -> None:
    put(stack, session, template())

    with pytest.raises(Stopped, match="Unrecognized resource types"):
        propose(stack, session, template(Odd={"Type": "AWS::Budgets::Budget", "Properties": {}}))


def test_what_is_deleted_leaves_its_tables(stack: Stack, session: Session) -> None:
    put(stack, session, template())

    stack.delete()

    tables: Any = session.client("dynamodb")
    assert stack.status() == ""
    assert f"{stack.name}-office" in tables.list_tables()["TableNames"]


def test_what_cloudformation_finds_wrong_before_it_begins_is_said_in_full(stack: Stack, session: Session) -> None:
    taken = f"{stack.name}-taken"
    session.client("s3").create_bucket(Bucket=taken, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-3"})
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": taken}}

    with pytest.raises(Stopped) as failed:
        put(stack, session, template(Frozen=bucket))

    assert failed.value.what.startswith("Frozen (AWS::S3::Bucket): ")
    assert "DescribeEvents" not in failed.value.what


# What the emulated cloud does not play


class Told:
    """CloudFormation as it answers at a distance: events in pages, the newest first, and how many were read."""

    def __init__(self, pages: list[list[dict[str, Any]]], **answers: Any) -> None:
        self.pages, self.read, self.answers = pages, 0, answers

    def client(self, _: str) -> "Told":
        return self

    def get_paginator(self, _: str) -> "Told":
        return self

    def paginate(self, **_: Any) -> Iterator[dict[str, Any]]:
        for page in self.pages:
            self.read += 1
            yield {"StackEvents": page, "OperationEvents": page, "Changes": []}

    def __getattr__(self, name: str) -> Any:
        return lambda **_: self.answers.get(name, {})


def event(number: int, name: str, kind: str, status: str, token: str) -> dict[str, Any]:
    where = {"LogicalResourceId": name, "ResourceType": kind, "ResourceStatus": status}
    return {"EventId": f"{number}", "ClientRequestToken": token, **where}


def test_of_a_stacks_long_past_no_more_is_read_than_the_page_where_it_begins() -> None:
    now = [
        event(4, "hadir-prod", "AWS::CloudFormation::Stack", "UPDATE_COMPLETE", "now"),
        event(3, "Reports", "AWS::SQS::Queue", "UPDATE_COMPLETE", "now"),
        event(2, "hadir-prod", "AWS::CloudFormation::Stack", "UPDATE_COMPLETE", "before"),
    ]
    told = Told([now, [event(1, "Reports", "AWS::SQS::Queue", "UPDATE_COMPLETE", "before")]])
    seen: list[Happening] = []

    Stack("hadir-prod", told, poll_s=0)._follow("hadir-prod", "now", seen.append)  # type: ignore[arg-type]

    assert [one.name for one in seen] == ["Reports", "hadir-prod"]
    assert told.read == 1


def test_what_cloudformation_finds_wrong_before_it_begins_is_told_and_not_that_something_was_found() -> None:
    """Source: AWS CloudFormation user guide, "Pre-deployment validation"."""
    taken = {"LogicalResourceId": "Frozen", "ResourceType": "AWS::S3::Bucket", "ValidationStatusReason": "is taken"}
    failed = {"Status": "FAILED", "StatusReason": "The following hook(s)/validation failed: use the DescribeEvents API"}
    told = Told([[taken]], create_change_set={"Id": "arn"}, describe_change_set=failed)

    with pytest.raises(Stopped, match=r"Frozen \(AWS::S3::Bucket\): is taken"):
        Stack("hadir-prod", told, poll_s=0)._proposed("UPDATE", "https://x", {}, False)  # type: ignore[arg-type]


def test_where_nothing_would_change_nobody_is_asked_what_is_wrong() -> None:
    failed = {"Status": "FAILED", "StatusReason": "The submitted information didn't contain changes."}
    told = Told([[]], create_change_set={"Id": "arn"}, describe_change_set=failed)

    proposal = Stack("hadir-prod", told, poll_s=0)._proposed("UPDATE", "https://x", {}, False)  # type: ignore[arg-type]

    assert proposal.is_empty
    assert told.read == 1
