"""What would be deployed: the template that Chalice and `infra` make together, read as CloudFormation would read it.

No emulator holds encryption, retention, zones or what a log line counts for, so these rules are held here. It is
packaged without its wheels: nothing is fetched.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.session import get_session

from chalicelib.domain.calendar import ZONES
from chalicelib.domain.delivery import LEASE
from chalicelib.logs import ALARMS
from chalicelib.settings import MEANINGS
from chalicelib.store.tables import TABLES
from infra.lint import cfn_lint, expanded, unexplained
from infra.package import Package, make_package
from infra.stage import STAGES, Stage
from tests.world import PREFIX, REGION, World

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
POLICIES = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted((ROOT / ".chalice").glob("policy-*.json"))
}
REASONS = tomllib.loads((ROOT / "infra" / "suppressions.toml").read_text("utf-8"))
HOURS = {
    "Report0730": "cron(30 7 * * ? *)",
    "Report1130": "cron(30 11 * * ? *)",
    "Report1530": "cron(30 15 * * ? *)",
    "EndOfDay": "cron(0 16 * * ? *)",
    "Reconcile": "cron(0/5 * * * ? *)",
}
WORKERS = {"DeliverReport": "ReportsQueue", "SettleMail": "MailEventsQueue", "Converse": "BotsQueue"}
GIVEN_BY_LAMBDA = {"AWS_DEFAULT_REGION"}


@pytest.fixture(scope="module")
def package() -> Package:
    return make_package("prod", offline=True)


@pytest.fixture(scope="module")
def template(package: Package) -> dict[str, Any]:
    return package.template


@pytest.fixture(scope="module")
def functions(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return of_type(template, "AWS::Serverless::Function")


def of_type(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """The properties of every resource of a type, by its name in the template."""
    resources = template["Resources"].items()
    return {name: one.get("Properties", {}) for name, one in resources if one["Type"] == kind}


def events(function: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [event["Properties"] for event in function.get("Events", {}).values() if event["Type"] == kind]


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement of every role, with the name of its file."""
    for name, policy in POLICIES.items():
        yield from ((name, statement) for statement in policy["Statement"])


def texts(value: Any) -> Iterator[str]:
    """Every string inside a value, the substitutions' included."""
    match value:
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from texts(one)
        case list():
            for one in value:
                yield from texts(one)


def nulls(value: Any) -> Iterator[None]:
    match value:
        case None:
            yield None
        case dict():
            for one in value.values():
                yield from nulls(one)
        case list():
            for one in value:
                yield from nulls(one)


# The whole


def test_no_linter_of_cloudformation_objects(template: dict[str, Any], tmp_path: Path) -> None:
    assert cfn_lint(template, tmp_path) == []


def test_no_linter_objects_to_what_sam_makes_of_it(template: dict[str, Any], tmp_path: Path) -> None:
    assert cfn_lint(expanded(template), tmp_path) == []


def test_a_linters_finding_needs_a_reason_and_a_reason_a_finding() -> None:
    explained = dict.fromkeys(REASONS["checkov"], "as before")

    assert list(unexplained(explained)) == []
    assert list(unexplained(explained | {"CKV_AWS_999": "a new check"})) == ["CKV_AWS_999: a new check"]
    (gone, *_) = explained
    assert list(unexplained({name: what for name, what in explained.items() if name != gone})) == [
        f"{gone}: found no more, so its line can go"
    ]


def test_the_template_holds_no_null(template: dict[str, Any]) -> None:
    assert list(nulls(template)) == []


def test_the_template_asks_what_a_stages_file_answers(template: dict[str, Any]) -> None:
    stage = Stage("prod", "ap-southeast-3", "WIB", "hadir@example.go.id", "it@example.go.id", 25, 100)

    assert stage.parameters.keys() == template["Parameters"].keys()


@pytest.mark.parametrize("stage", STAGES)
def test_a_stages_prefix_is_the_name_of_its_stack(stage: str) -> None:
    config = json.loads((ROOT / ".chalice" / "config.json").read_text("utf-8"))

    assert config["stages"][stage]["environment_variables"] == {"HADIR_PREFIX": f"hadir-{stage}"}


def test_what_holds_for_one_stages_functions_holds_for_the_others() -> None:
    config = json.loads((ROOT / ".chalice" / "config.json").read_text("utf-8"))

    dev, prod = (config["stages"][stage] | {"environment_variables": {}} for stage in STAGES)
    assert dev == prod


def test_the_stack_says_what_operators_and_dns_need(template: dict[str, Any]) -> None:
    wanted = {"RestAPIId", "EndpointURL", "BaseUrl", "FrozenBucket", "AlarmsTopic", "WorkerFunction"}

    assert wanted <= set(template["Outputs"])


# The clock


def test_the_bells_ring_at_the_offices_hours_of_the_governments_own_zone(functions: dict[str, dict[str, Any]]) -> None:
    bells = {name: bell for name, function in functions.items() for bell in events(function, "ScheduleV2")}

    assert {name: bell["ScheduleExpression"] for name, bell in bells.items()} == HOURS
    zones = [bell["ScheduleExpressionTimezone"] for bell in bells.values()]
    assert zones == [{"Fn::FindInMap": ["Zones", {"Ref": "Zone"}, "Tz"]}] * len(HOURS)


@pytest.mark.parametrize("zone", ZONES)
def test_a_zones_name_means_the_same_hours_to_the_schedules_as_to_the_domain(
    template: dict[str, Any], zone: str
) -> None:
    noon = datetime(2020, 3, 23, 12, 0)

    name = template["Mappings"]["Zones"][zone]["Tz"]

    assert zone in template["Parameters"]["Zone"]["AllowedValues"]
    assert noon.replace(tzinfo=ZoneInfo(name)).utcoffset() == noon.replace(tzinfo=ZONES[zone]).utcoffset()


def test_no_schedule_of_utc_is_left(functions: dict[str, dict[str, Any]]) -> None:
    kinds = {event["Type"] for function in functions.values() for event in function.get("Events", {}).values()}

    assert kinds == {"ScheduleV2", "SQS"}


def test_two_stages_in_one_account_have_schedules_of_their_own(functions: dict[str, dict[str, Any]]) -> None:
    names = [bell["Name"]["Fn::Sub"] for one in functions.values() for bell in events(one, "ScheduleV2")]

    assert all(name.startswith("${AWS::StackName}-") for name in names)
    assert len(set(names)) == len(names) == len(HOURS)


@pytest.mark.parametrize("name", HOURS)
def test_a_bell_that_cannot_ring_or_whose_function_fails_is_tried_again_and_then_put_aside(
    functions: dict[str, dict[str, Any]], name: str
) -> None:
    (bell,) = events(functions[name], "ScheduleV2")
    invoked = functions[name]["EventInvokeConfig"]

    assert bell["RetryPolicy"]["MaximumRetryAttempts"] > 0
    assert bell["DeadLetterConfig"]["Arn"] == {"Fn::GetAtt": ["Dead", "Arn"]}
    assert invoked["MaximumRetryAttempts"] > 0
    assert invoked["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["Dead", "Arn"]}
    assert [one["Action"] for _, one in statements() if one["Sid"] == "DeadLetters"] == [["sqs:SendMessage"]]


# The functions


def test_each_queue_hands_over_one_message_at_a_time_to_two_workers(functions: dict[str, dict[str, Any]]) -> None:
    sources = {name: source for name, function in functions.items() for source in events(function, "SQS")}

    assert sources.keys() == WORKERS.keys()
    assert {source["BatchSize"] for source in sources.values()} == {1}
    assert {source["ScalingConfig"]["MaximumConcurrency"] for source in sources.values()} == {2}


def test_a_message_is_not_handed_over_again_while_a_worker_may_have_it(
    template: dict[str, Any], functions: dict[str, dict[str, Any]]
) -> None:
    """Six times the function's limit, as AWS advises (Lambda developer guide, "Configuring a queue")."""
    queues = of_type(template, "AWS::SQS::Queue")

    short = [
        name for name, queue in WORKERS.items() if queues[queue]["VisibilityTimeout"] < 6 * functions[name]["Timeout"]
    ]
    assert short == []


def test_no_function_runs_on_the_smallest_memory(functions: dict[str, dict[str, Any]]) -> None:
    assert min(function["MemorySize"] for function in functions.values()) >= 512


def test_the_door_answers_within_the_29_seconds_that_api_gateway_waits(functions: dict[str, dict[str, Any]]) -> None:
    assert functions["APIHandler"]["Timeout"] < 29


def test_a_worker_is_stopped_before_its_lease_ends(functions: dict[str, dict[str, Any]]) -> None:
    assert functions["DeliverReport"]["Timeout"] < LEASE.total_seconds()


def test_every_function_has_every_variable_it_would_miss(
    template: dict[str, Any], functions: dict[str, dict[str, Any]]
) -> None:
    shared = template["Globals"]["Function"]["Environment"]["Variables"].keys()

    missing = {
        name: gaps
        for name, function in functions.items()
        if (gaps := MEANINGS.keys() - GIVEN_BY_LAMBDA - shared - function["Environment"]["Variables"].keys())
    }
    assert missing == {}


def test_whoever_writes_links_knows_where_they_lead(
    template: dict[str, Any], functions: dict[str, dict[str, Any]]
) -> None:
    assert (
        functions["Converse"]["Environment"]["Variables"]["HADIR_BASE_URL"] == template["Outputs"]["BaseUrl"]["Value"]
    )


def test_check_ins_are_held_free_only_when_the_stage_says_so(
    template: dict[str, Any], functions: dict[str, dict[str, Any]]
) -> None:
    assert template["Parameters"]["ReservedForCheckIns"]["Default"] == 0
    assert functions["APIHandler"]["ReservedConcurrentExecutions"]["Fn::If"][0] == "Reserves"


def test_logs_go_to_one_group_that_forgets_from_the_first_line_on(
    template: dict[str, Any], functions: dict[str, dict[str, Any]]
) -> None:
    (group,) = of_type(template, "AWS::Logs::LogGroup").values()

    assert group["RetentionInDays"] == {"Ref": "LogDays"}
    assert template["Globals"]["Function"]["LoggingConfig"] == {"LogGroup": {"Ref": "Log"}, "LogFormat": "Text"}
    assert [name for name, function in functions.items() if "LoggingConfig" in function] == []
    written = {text for _, one in statements() if one["Sid"] == "Logs" for text in texts(one["Resource"])}
    assert {text.partition(":log-group:")[2] for text in written} == {f"{group['LogGroupName']['Fn::Sub']}:*"}


# What is kept


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_the_keys_and_indexes_that_its_rows_ask_for(
    template: dict[str, Any], world: World, name: str
) -> None:
    asked = get_session().create_client("dynamodb", REGION).describe_table(TableName=f"{PREFIX}-{name}")["Table"]

    made = table(template, name)

    assert shape(made) == shape(asked)


def table(template: dict[str, Any], name: str) -> dict[str, Any]:
    tables = of_type(template, "AWS::DynamoDB::Table").values()
    (found,) = [one for one in tables if one["TableName"] == {"Fn::Sub": f"${{AWS::StackName}}-{name}"}]
    return found


def shape(table: dict[str, Any]) -> Any:
    """What a row depends on: keys, their types, and the indexes with what they carry."""
    attributes = {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}
    indexes = {
        one["IndexName"]: (
            keys(one),
            one["Projection"]["ProjectionType"],
            sorted(one["Projection"].get("NonKeyAttributes", [])),
        )
        for one in table.get("LocalSecondaryIndexes", [])
    }
    return keys(table), attributes, indexes, bool(table.get("GlobalSecondaryIndexes"))


def keys(owner: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one["AttributeName"], one["KeyType"]) for one in owner["KeySchema"]}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_can_be_restored_is_encrypted_and_cannot_be_deleted(template: dict[str, Any], name: str) -> None:
    made = table(template, name)

    assert made["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35}
    assert made["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
    assert made["DeletionProtectionEnabled"] is True
    assert made["BillingMode"] == "PAY_PER_REQUEST"


def test_rows_that_say_when_they_end_are_in_tables_that_end_them(template: dict[str, Any]) -> None:
    ending = {name for name, row in TABLES.items() if "expires_at" in row.get_attributes()}

    specified = {name: table(template, name).get("TimeToLiveSpecification") for name in TABLES}
    assert {name for name, found in specified.items() if found} == ending
    assert [specified[name] for name in ending] == [{"AttributeName": "expires_at", "Enabled": True}] * len(ending)


def test_what_is_kept_outlives_its_stack_and_whatever_fails_on_the_way_to_one(template: dict[str, Any]) -> None:
    kept = [one for one in template["Resources"].values() if one["Type"] in ("AWS::DynamoDB::Table", "AWS::S3::Bucket")]

    assert len(kept) == len(TABLES) + 1
    assert {(one["DeletionPolicy"], one["UpdateReplacePolicy"]) for one in kept} == {("Retain", "Retain")}


def test_frozen_bodies_are_encrypted_versioned_and_nobodys_but_ours(template: dict[str, Any]) -> None:
    (bucket,) = of_type(template, "AWS::S3::Bucket").values()

    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms"}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}


def test_every_queue_is_encrypted_and_puts_aside_what_fails(template: dict[str, Any]) -> None:
    queues = of_type(template, "AWS::SQS::Queue")

    targets = {name: queue.get("RedrivePolicy", {}).get("deadLetterTargetArn") for name, queue in queues.items()}
    assert targets == {name: {"Fn::GetAtt": ["Dead", "Arn"]} for name in WORKERS.values()} | {"Dead": None}
    assert {queue["SqsManagedSseEnabled"] for queue in queues.values()} == {True}


# Who may do what


def test_no_policy_of_a_role_is_guessed_by_the_packager() -> None:
    config = json.loads((ROOT / ".chalice" / "config.json").read_text("utf-8"))

    assert config["autogen_policy"] is False
    assert [name for name, stage in config["stages"].items() if stage["autogen_policy"] is not False] == []


def test_a_statement_leaves_nothing_open_without_a_reason() -> None:
    open_ended = {
        one["Sid"]
        for _, one in statements()
        if any("*" in text for text in (*texts(one["Action"]), *texts(one["Resource"])))
    }

    assert open_ended == REASONS["wildcards"].keys()


def test_no_statement_is_open_at_its_beginning_or_names_a_whole_service() -> None:
    wide = [
        text
        for _, one in statements()
        for text in (*texts(one["Action"]), *texts(one["Resource"]))
        if text == "*" or (text.startswith("arn:") and not re.search(r"\$\{(AWS::StackName|Sender)\}|identity/", text))
    ]

    assert wide == []
    assert [text for _, one in statements() for text in texts(one["Action"]) if "*" in text] == []


def test_whoever_may_send_mail_may_do_so_as_the_governments_sender_alone() -> None:
    conditions = [one.get("Condition") for _, one in statements() if "ses:SendEmail" in one["Action"]]

    assert conditions == [{"StringEquals": {"ses:FromAddress": {"Ref": "Sender"}}}] * 2


def test_roles_name_queues_tables_and_buckets_that_exist(template: dict[str, Any]) -> None:
    named = {"AWS::SQS::Queue": "QueueName", "AWS::DynamoDB::Table": "TableName", "AWS::S3::Bucket": "BucketName"}
    made = {one[key]["Fn::Sub"] for kind, key in named.items() for one in of_type(template, kind).values()}

    asked = {
        re.search(r"\$\{AWS::StackName\}-[^/]+", text)
        for _, one in statements()
        for text in texts(one["Resource"])
        if re.search(r":(sqs|dynamodb|s3):", text)
    }
    assert {found[0] for found in asked if found} == made


def test_a_role_that_reads_bodies_can_tell_a_missing_one_from_a_forbidden_one() -> None:
    """Without s3:ListBucket S3 answers 403 for a key that is not there (API reference, GetObject, Permissions)."""
    allowed = [{action for one in policy["Statement"] for action in one["Action"]} for policy in POLICIES.values()]

    readers = [actions for actions in allowed if "s3:GetObject" in actions]
    assert readers
    assert all("s3:ListBucket" in actions for actions in readers)


# What calls a person


def test_every_event_that_needs_a_person_has_an_alarm(template: dict[str, Any]) -> None:
    filters = of_type(template, "AWS::Logs::MetricFilter").values()
    alarms = of_type(template, "AWS::CloudWatch::Alarm").values()

    counted = {one["FilterPattern"]: one["MetricTransformations"][0]["MetricName"] for one in filters}
    assert counted == {f'{{ $.event = "{event}" }}': event for event in ALARMS}
    ringing = {one["MetricName"] for one in alarms if one["Namespace"] == {"Ref": "AWS::StackName"}}
    assert ringing == ALARMS


def test_every_alarm_calls_somebody_says_what_it_means_and_is_the_stages_own(template: dict[str, Any]) -> None:
    alarms = of_type(template, "AWS::CloudWatch::Alarm")

    assert {json.dumps(one["AlarmActions"]) for one in alarms.values()} == {'[{"Ref": "Alarms"}]'}
    assert [name for name, one in alarms.items() if not one["AlarmDescription"].endswith("docs/runbook.md")] == []
    names = [one["AlarmName"]["Fn::Sub"] for one in alarms.values()]
    assert all(name.startswith("${AWS::StackName}-") for name in names)
    assert len(set(names)) == len(names)


def test_the_clock_has_stopped_when_nothing_says_that_it_runs(template: dict[str, Any]) -> None:
    alarm = of_type(template, "AWS::CloudWatch::Alarm")["ClockStopped"]

    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "Reconcile"}}]
    assert alarm["TreatMissingData"] == "breaching"
    assert alarm["ComparisonOperator"] == "LessThanThreshold"


def test_somebody_is_called_for_every_queue_that_waits_and_for_what_was_put_aside(template: dict[str, Any]) -> None:
    alarms = of_type(template, "AWS::CloudWatch::Alarm").values()

    watched = {one["Dimensions"][0]["Value"]["Fn::GetAtt"][0] for one in alarms if one["Namespace"] == "AWS/SQS"}
    assert watched == set(WORKERS.values()) | {"Dead"}


def test_the_dashboard_is_json_about_things_that_exist(template: dict[str, Any]) -> None:
    (dashboard,) = of_type(template, "AWS::CloudWatch::Dashboard").values()
    body = dashboard["DashboardBody"]["Fn::Sub"]

    assert json.loads(body)["widgets"]
    named = {name.split(".")[0] for name in re.findall(r"\$\{([^}]+)\}", body) if not name.startswith("AWS::")}
    assert named <= template["Resources"].keys()
