"""Deploying as an officer does it, on the emulated account: the first time, every time after, and back again."""

import json
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from boto3 import Session
from rich.console import Console

from infra.artifacts import Artifacts
from infra.deploy import deploy, main, roll_back
from infra.destroy import destroy
from infra.package import Package
from infra.proposal import Change, Deed, Proposal
from infra.remedies import AGAIN, Stopped, remedy_for
from infra.showing import changes, confirmer, results
from infra.stack import Outputs, Stack
from infra.stage import Stage
from tests.infra.account import REFUSED, emulated_account, package, queue, screen, stage, table, template

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with emulated_account() as session:
        yield session


@pytest.fixture
def own() -> Stage:
    """A stage that no other test of this account has."""
    return stage(f"t{uuid4().hex[:6]}")


def agreed(_: Proposal) -> bool:
    return True


def put(own: Stage, session: Session, body: dict[str, Any] | None = None, **more: Any) -> Outputs:
    return deploy(own, package(body), session, screen(), agreed, **more)


def client(session: Session, name: str) -> Any:
    return session.client(name)  # type: ignore[call-overload]


def rows(own: Stage, session: Session) -> list[str]:
    found = client(session, "dynamodb").scan(TableName=f"{own.stack}-office")["Items"]
    return sorted(row["pk"]["S"] for row in found)


def enter(own: Stage, session: Session) -> None:
    row = {"pk": {"S": "head"}, "sk": {"S": "current"}, "body": {"S": "{}"}}
    client(session, "dynamodb").put_item(TableName=f"{own.stack}-office", Item=row)


def test_a_first_deployment_makes_its_bucket_its_stack_its_mark_and_its_budget(own: Stage, session: Session) -> None:
    outputs = put(own, session)

    artifacts = Artifacts(own.name, session)
    s3 = session.client("s3")
    closed = s3.get_public_access_block(Bucket=artifacts.bucket)["PublicAccessBlockConfiguration"]
    budgets: Any = client(session, "budgets")
    budget = budgets.describe_budget(AccountId=artifacts.account, BudgetName=own.stack)["Budget"]
    assert outputs["BaseUrl"] == "WIB"
    assert rows(own, session) == ["data"]
    assert (set(closed.values()), s3.get_bucket_versioning(Bucket=artifacts.bucket)["Status"]) == ({True}, "Enabled")
    assert budget["BudgetLimit"] == {"Amount": "25.00", "Unit": "USD"}
    assert [one.data_version for one in artifacts.history()] == [1]


def test_deploying_the_same_again_changes_nothing_and_is_a_success(own: Stage, session: Session) -> None:
    first = put(own, session)
    console = screen()

    again = deploy(own, package(), session, console, lambda _: pytest.fail("asked for nothing"))

    assert again == first
    assert "Nothing to change" in console.export_text()
    assert len(Artifacts(own.name, session).history()) == 1


def test_an_upgrade_shows_what_changes_and_keeps_the_rows(own: Stage, session: Session) -> None:
    put(own, session)
    enter(own, session)
    console = screen()

    deploy(own, package(template(Reports=queue(90))), session, console, agreed)

    shown = console.export_text()
    assert "changed in place" in shown
    assert "1 × queue" in shown
    assert "Reports (VisibilityTimeout)" in shown
    assert rows(own, session) == ["data", "head"]


def test_a_no_changes_nothing_and_leaves_no_stack_behind(own: Stage, session: Session) -> None:
    with pytest.raises(Stopped, match="Not carried out"):
        deploy(own, package(), session, screen(), lambda _: False)

    assert Stack(own.stack, session).status() == ""
    assert Artifacts(own.name, session).history() == ()


def test_what_would_lose_data_is_refused_loudly_before_anybody_is_asked(own: Stage, session: Session) -> None:
    put(own, session)
    rekeyed = json.loads(json.dumps(table("office")).replace('"sk"', '"at"'))
    console = screen()

    with pytest.raises(Stopped, match="would lose the data of Office"):
        deploy(own, package(template(Office=rekeyed)), session, console, lambda _: pytest.fail("asked"))

    assert "ITS DATA WOULD BE LOST" in console.export_text()
    assert put(own, session)


def test_a_failed_first_try_needs_no_hand_to_be_tried_again(own: Stage, session: Session) -> None:
    with pytest.raises(Stopped, match="MetricName and Namespace are required"):
        put(own, session, template(Bad=REFUSED))
    console = screen()

    outputs = deploy(own, package(), session, console, agreed)

    assert outputs["BaseUrl"] == "WIB"
    assert "cleared away" in console.export_text()


def test_what_was_destroyed_is_deployed_again_over_its_own_data(own: Stage, session: Session) -> None:
    put(own, session)
    destroy(own, session, screen(), lambda _: "ya")
    enter(own, session)
    console = screen()

    deploy(own, package(template(Reports=queue(90))), session, console, agreed)

    assert f"{own.stack}-office" in console.export_text()
    assert rows(own, session) == ["data", "head"]
    assert {*Stack(own.stack, session).resources().values()} == {
        "AWS::DynamoDB::Table",
        "AWS::S3::Bucket",
        "AWS::SQS::Queue",
    }


def test_what_a_failed_first_try_leaves_of_its_tables_joins_the_next(own: Stage, session: Session) -> None:
    with pytest.raises(Stopped, match="MetricName and Namespace are required"):
        put(own, session, template(Bad=REFUSED))
    Stack(own.stack, session).clear_failed_try()
    left = client(session, "dynamodb").describe_table(TableName=f"{own.stack}-office")["Table"]["TableStatus"]

    put(own, session)

    assert left == "ACTIVE"
    assert f"{own.stack}-office" in Stack(own.stack, session).resources()


def test_a_table_that_a_failed_upgrade_left_outside_the_stack_stops_the_next_before_anything_changes(
    own: Stage, session: Session
) -> None:
    put(own, session)
    client(session, "dynamodb").create_table(
        TableName=f"{own.stack}-extra",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )

    with pytest.raises(Stopped, match=f"{own.stack}-extra: left by a deployment that failed"):
        put(own, session, template(Extra=table("extra")))

    assert Stack(own.stack, session).status() == "CREATE_COMPLETE"


def listening(address: str = "") -> dict[str, Any]:
    """A template with the alarms' topic, to which an address listens."""
    heard = {"Subscription": [{"Protocol": "email", "Endpoint": address}]} if address else {}
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::Sub": "${AWS::StackName}-alarms"}, **heard}}
    return template(Alarms=topic) | {"Outputs": {"AlarmsTopic": {"Value": {"Ref": "Alarms"}}}}


def listeners(session: Session, outputs: Outputs) -> list[str]:
    found = client(session, "sns").list_subscriptions_by_topic(TopicArn=outputs["AlarmsTopic"])["Subscriptions"]
    return [one["Endpoint"] for one in found]


def test_an_address_that_no_longer_hears_the_alarms_is_asked_again_by_the_next_deployment(
    own: Stage, session: Session
) -> None:
    outputs = put(own, session, listening(own.alarm_email))
    (before,) = client(session, "sns").list_subscriptions_by_topic(TopicArn=outputs["AlarmsTopic"])["Subscriptions"]
    client(session, "sns").unsubscribe(SubscriptionArn=before["SubscriptionArn"])

    put(own, session, listening(own.alarm_email))
    put(own, session, listening(own.alarm_email))

    assert listeners(session, outputs) == [own.alarm_email]


def test_a_machine_with_an_older_python_than_the_deployed_one_deploys_nothing(own: Stage, session: Session) -> None:
    def on(version: str) -> dict[str, Any]:
        function = {
            "Type": "AWS::Serverless::Function",
            "Properties": {"Runtime": version, "Handler": "handler.answer"},
        }
        return {"Transform": "AWS::Serverless-2016-10-31"} | template(Answer=function)

    put(own, session, on("python3.12"))

    with pytest.raises(Stopped, match=r"runs on Python 3\.12, and this machine has Python 3\.11"):
        put(own, session, on("python3.11"))
    assert put(own, session, on("python3.13"))


def test_data_that_was_left_behind_outlives_a_deployment_that_fails_over_it(own: Stage, session: Session) -> None:
    put(own, session)
    destroy(own, session, screen(), lambda _: "ya")
    enter(own, session)

    with pytest.raises(Stopped, match="MetricName"):
        put(own, session, template(Bad=REFUSED))

    assert rows(own, session) == ["data", "head"]
    assert put(own, session)


def test_going_back_puts_the_deployment_before_in_force_and_going_back_again_the_one_before_that(
    own: Stage, session: Session
) -> None:
    bodies = [template(), template(Reports=queue(90)), template(Reports=queue(120))]
    for body in bodies:
        put(own, session, body)

    found = []
    for _ in range(2):
        roll_back(own, session, screen(), agreed)
        (url,) = (name for name, kind in Stack(own.stack, session).resources().items() if kind == "AWS::SQS::Queue")
        asked = session.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
        found.append(asked["Attributes"]["VisibilityTimeout"])

    assert found == ["90", "60"]
    with pytest.raises(Stopped, match="no earlier version"):
        roll_back(own, session, screen(), agreed)


def test_going_back_leaves_a_setting_as_the_file_has_it(own: Stage, session: Session) -> None:
    put(own, session)
    put(own, session, template(Reports=queue(90)))
    moved = replace(own, zone="WITA")
    put(moved, session, template(Reports=queue(90)))

    outputs = roll_back(moved, session, screen(), agreed)

    assert outputs["BaseUrl"] == "WITA"
    with pytest.raises(Stopped, match="no earlier version"):
        roll_back(moved, session, screen(), agreed)


def test_code_that_cannot_read_the_data_is_neither_deployed_nor_gone_back_to(own: Stage, session: Session) -> None:
    put(own, session, data_version=1)
    put(own, session, template(Reports=queue(90)), data_version=2)
    mark = {"pk": {"S": "data"}, "sk": {"S": "version"}, "revision": {"N": "2"}, "body": {"S": "{}"}}
    client(session, "dynamodb").put_item(TableName=f"{own.stack}-office", Item=mark)

    with pytest.raises(Stopped, match="has version 2; this code reads versions up to 1"):
        roll_back(own, session, screen(), agreed)
    with pytest.raises(Stopped, match="has version 2; this code reads versions up to 1"):
        put(own, session, template(), data_version=1)


def test_an_overlay_adds_and_its_nulls_delete(own: Stage, session: Session) -> None:
    overlay = {"Outputs": {"FrozenBucket": None}, "Resources": {"Reports": {"Properties": {"VisibilityTimeout": 7}}}}

    outputs = put(own, session, overlay=overlay)

    assert outputs == {"BaseUrl": "WIB"}


def test_the_code_of_every_function_is_the_zip_that_was_kept(own: Stage, session: Session) -> None:
    function = {
        "Type": "AWS::Serverless::Function",
        "Properties": {"Runtime": "python3.11", "Handler": "handler.answer", "CodeUri": "./deployment.zip"},
    }
    for code in ("1", "2"):
        body = {"Transform": "AWS::Serverless-2016-10-31", **template(Answer=function)}
        deploy(own, package(body, code), session, screen(), agreed)

    names = [name for name, kind in Stack(own.stack, session).resources().items() if kind == "AWS::Lambda::Function"]
    found: Any = client(session, "lambda").invoke(FunctionName=names[0])
    assert json.loads(found["Payload"].read()) == 2


def test_the_budget_follows_the_stage_and_is_set_once(own: Stage, session: Session) -> None:
    put(own, session)
    dearer = Stage(own.name, own.region, "WIB", own.sender, "bkd@example.go.id", 40, 1200)

    for _ in range(2):
        put(dearer, session)

    budgets, account = client(session, "budgets"), Artifacts(own.name, session).account
    which = {"AccountId": account, "BudgetName": own.stack}
    told = budgets.describe_notifications_for_budget(**which)["Notifications"]
    addresses = [
        one["Address"]
        for notification in told
        for one in budgets.describe_subscribers_for_notification(**which, Notification=notification)["Subscribers"]
    ]
    assert budgets.describe_budget(**which)["Budget"]["BudgetLimit"]["Amount"] == "40.00"
    assert {one["NotificationType"] for one in told} == {"FORECASTED", "ACTUAL"}
    assert addresses == ["bkd@example.go.id"] * 2


# What is shown and asked


def shown(*found: Change) -> str:
    console = Console(record=True, width=120, file=StringIO())
    console.print(changes(Proposal(found)))
    return console.export_text()


def test_changes_of_a_kind_are_one_row_and_what_loses_data_stands_first() -> None:
    text = shown(
        Change(Deed.ADD, "One", "AWS::SQS::Queue"),
        Change(Deed.ADD, "Two", "AWS::SQS::Queue"),
        Change(Deed.MODIFY, "Odd", "AWS::Odd::Thing", ("Size",)),
        Change(Deed.REPLACE, "Office", "AWS::DynamoDB::Table"),
    )

    lines = [line for line in text.splitlines() if "│" in line]
    assert "replaced by a new one: ITS DATA WOULD BE LOST" in lines[0]
    assert "1 × Odd Thing" in lines[1]
    assert "2 × queue" in lines[2]
    assert "One, Two" in lines[2]


LONG = "k" * 64


def test_the_dns_records_are_shown_as_a_zone_file_has_them_and_cut_by_no_narrow_terminal() -> None:
    console = screen()

    record = f"{LONG}._domainkey.example.go.id. 3600 IN CNAME {LONG}.dkim.amazonses.com."

    results(console, {"BaseUrl": "https://example.go.id"}, [record])

    assert {"  address: https://example.go.id", f"  {record}"} <= {*console.export_text().splitlines()}


class Terminal(StringIO):
    """Somebody who types this."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "meant"), [("ya", True), ("YES", True), ("y", False), ("", False), ("no", False)])
def test_only_a_typed_yes_is_one(answer: str, meant: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(f"{answer}\n"))

    assert confirmer(screen(), assume_yes=False)(Proposal(())) is meant


def test_who_hangs_up_has_said_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(""))

    assert confirmer(screen(), assume_yes=False)(Proposal(())) is False


def test_where_nobody_can_be_asked_nothing_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("ya\n"))

    with pytest.raises(Stopped, match="Nobody can be asked"):
        confirmer(screen(), assume_yes=False)

    assert confirmer(screen(), assume_yes=True)(Proposal(())) is True


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("User: arn:aws:iam::0:user/rina is not authorized to perform: iam:CreateRole", "lacks a right"),
        ("decreases account's UnreservedConcurrentExecution below its minimum", "reserved_for_checkins"),
        ("Email identity example.go.id already exist.", "verify_sender = false"),
        ("MailIdentity (AWS::SES::EmailIdentity): example.go.id already exists", "verify_sender = false"),
        ("hadir-prod-bots already exists in stack x", "stands in the account outside the stack"),
    ],
)
def test_awss_commonest_reasons_are_answered_with_what_to_do(reason: str, remedy: str) -> None:
    assert remedy in remedy_for(reason)


def test_any_other_reason_is_answered_with_the_general_advice() -> None:
    assert remedy_for("Internal failure") == AGAIN


def test_a_stage_without_a_file_ends_with_a_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stage", "dev", "--yes"]) == 2
    assert "hadir-dev.toml does not exist" in capsys.readouterr().out


def test_the_uploaded_template_is_the_packages_own(own: Stage, session: Session) -> None:
    made: Package = package()

    deploy(own, made, session, screen(), agreed)

    artifacts = Artifacts(own.name, session)
    assert artifacts.template(artifacts.history()[-1].template) == made.template
