"""An emulated account for the tests of deploying, and a small template that has one of each kind that matters."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile, ZipInfo

from boto3 import Session
from rich.console import Console

from infra.local.cloud import CREDENTIALS, REGION, ministack
from infra.package import Package
from infra.stage import Stage

SERVICES = "cloudformation,dynamodb,s3,sqs,ssm,sts,sns,iam,lambda,logs,budgets,monitoring,cloudwatch"


@contextmanager
def emulated_account() -> Iterator[Session]:
    """An empty account; while it lives it is the one that this process's AWS clients speak to."""
    before = dict(os.environ)
    os.environ |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    try:
        with ministack({"SERVICES": SERVICES}) as gateway:
            os.environ |= {**CREDENTIALS, "AWS_ENDPOINT_URL": gateway}
            yield Session(region_name=REGION)
    finally:
        os.environ.clear()
        os.environ.update(before)


def stage(name: str = "dev") -> Stage:
    return Stage(name, REGION, "WIB", "hadir@example.go.id", "it@example.go.id", 25, 1200)


KEPT = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


def table(name: str) -> dict[str, Any]:
    keys = {"pk": "HASH", "sk": "RANGE"}
    properties = {
        "TableName": {"Fn::Sub": f"${{AWS::StackName}}-{name}"},
        "BillingMode": "PAY_PER_REQUEST",
        "DeletionProtectionEnabled": True,
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in keys],
        "KeySchema": [{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
    }
    return {"Type": "AWS::DynamoDB::Table", **KEPT, "Properties": properties}


def template(**more: Mapping[str, Any]) -> dict[str, Any]:
    """A stack of a table, a bucket and a queue, with the resources of `more`; a null takes one away."""
    bucket = {"Fn::Sub": "${AWS::StackName}-frozen-${AWS::AccountId}"}
    resources: dict[str, Any] = {
        "Office": table("office"),
        "Frozen": {"Type": "AWS::S3::Bucket", **KEPT, "Properties": {"BucketName": bucket}},
        "Reports": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 60}},
        **more,
    }
    return {
        "Parameters": {"Zone": {"Type": "String"}},
        "Resources": {name: one for name, one in resources.items() if one is not None},
        "Outputs": {"BaseUrl": {"Value": {"Ref": "Zone"}}, "FrozenBucket": {"Value": {"Ref": "Frozen"}}},
    }


def queue(visibility_s: int) -> dict[str, Any]:
    return {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": visibility_s}}


REFUSED = {
    "Type": "AWS::CloudWatch::Alarm",
    "DependsOn": ["Office", "Frozen"],
    "Properties": {"Metrics": [], "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1},
}
"""A resource that the emulated cloud accepts in a template and then refuses to make."""


def package(body: dict[str, Any] | None = None, code: str = "1") -> Package:
    zipped = BytesIO()
    with ZipFile(zipped, "w") as file:
        file.writestr(ZipInfo("handler.py", (1980, 1, 1, 0, 0, 0)), f"def answer(event, context):\n    return {code}\n")
    return Package("dev", template() if body is None else body, zipped.getvalue())


def screen() -> Console:
    """A terminal as narrow as most are, that remembers what was printed."""
    return Console(record=True, width=80, file=StringIO())
