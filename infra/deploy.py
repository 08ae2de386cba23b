"""`make deploy STAGE=prod`: packages, shows what would change, asks, carries it out, and brings the data along.

A first deployment and an upgrade are one way; `--back` goes to the deployment before instead. Whatever stops it is said
first with its reason, then with what to do. The price of asking: whoever automates says yes beforehand.
"""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from boto3 import Session
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from chalicelib import wiring
from chalicelib.domain.calendar import ZONES
from chalicelib.store.tables import DATA_VERSION
from infra.answering import answered
from infra.artifacts import Artifacts
from infra.budget import keep_budget
from infra.migrations import migrate, refuse_older_code
from infra.operator.deployment import explained
from infra.package import Package, make_package
from infra.proposal import Proposal
from infra.remedies import Stopped
from infra.sender import sender_records
from infra.showing import changes, confirmer, progress, results, tell
from infra.stack import Outputs, Stack
from infra.stage import STAGES, Stage, read_stage
from infra.template import Template, declared, imports, keepers, only, overlaid, runtimes, with_code

Confirm = Callable[[Proposal], bool]
NEXT: Final = ".venv/bin/python -m infra.operator doctor"


@dataclass(frozen=True)
class Release:
    """What is put in force: the keys of a zip and its template, and the newest data that the code reads."""

    zip: str
    template: str
    data_version: int


@dataclass(frozen=True)
class Place:
    """Where a stage is deployed, and how its officer is spoken to."""

    stage: Stage
    session: Session
    console: Console
    confirm: Confirm

    @property
    def stack(self) -> Stack:
        return Stack(self.stage.stack, self.session)

    @property
    def dynamodb(self) -> Any:
        return self.session.client("dynamodb")


def deploy(
    stage: Stage,
    package: Package,
    session: Session,
    console: Console,
    confirm: Confirm,
    overlay: Mapping[str, Any] = {},
    data_version: int = DATA_VERSION,
) -> Outputs:
    """Put a package in force and return the stack's outputs; done again it changes nothing.

    Raises: Stopped, and AWS's own faults.
    """
    place, artifacts = Place(stage, session, console, confirm), Artifacts(stage.name, session)
    refuse_older_code(place.dynamodb, stage.stack, data_version)
    if place.stack.clear_failed_try():
        tell(console, "A first try that had failed is cleared away.")
    if artifacts.ensure():
        tell(console, f"The bucket {artifacts.bucket} is made: it keeps every version that was deployed.")
    template = dict(overlaid(package.template, overlay))
    _refuse_older_runtime(artifacts, template)
    _take_over(place, artifacts, template)
    release = _uploaded(artifacts, template, package.zip, data_version)
    outputs = _put_in_force(place, artifacts, release)
    for step in migrate(place.dynamodb, stage.stack, to=data_version, at=wiring.now()):
        tell(console, f"Data brought to version {step.version}: {step.what}")
    artifacts.record(release.zip, release.template, data_version, at=wiring.now())
    _keep_budget(place, artifacts.account)
    _keep_listener(place, outputs)
    return outputs


def roll_back(stage: Stage, session: Session, console: Console, confirm: Confirm) -> Outputs:
    """Put the version before this one in force again; done again, the one before that. Settings are not gone back to:
    they are the file's.

    Raises: Stopped when there is none, or the data is newer than its code can read.
    """
    place, artifacts = Place(stage, session, console, confirm), Artifacts(stage.name, session)
    standing = artifacts.standing()
    if len(standing) < 2 or not place.stack.status():
        raise Stopped(
            f"{stage.stack} has no earlier version to go back to.",
            f"A setting is changed back in hadir-{stage.name}.toml; then: make deploy STAGE={stage.name}.",
        )
    place.stack.clear_failed_try()
    earlier = standing[-2]
    refuse_older_code(place.dynamodb, stage.stack, earlier.data_version)
    at = datetime.fromisoformat(earlier.at).astimezone(ZONES[stage.zone])
    tell(console, f"Back to the version of {at:%d %B %Y, %H.%M} {stage.zone}; settings as in hadir-{stage.name}.toml.")
    outputs = _put_in_force(place, artifacts, Release(earlier.zip, earlier.template, earlier.data_version))
    artifacts.record(earlier.zip, earlier.template, earlier.data_version, is_return=True, at=wiring.now())
    return outputs


def _refuse_older_runtime(artifacts: Artifacts, template: Template) -> None:
    """Functions run on the Python that packaged them: two officers' machines shall not take turns.

    Raises: Stopped when this machine's is older than the deployed one.
    """
    before = {one for last in artifacts.standing()[-1:] for one in runtimes(artifacts.template(last.template))}
    ours, newest = (max(found, default=(0, 0)) for found in (runtimes(template), before))
    if ours < newest:
        ours_is, theirs_is = (".".join(map(str, version)) for version in (ours, newest))
        raise Stopped(
            f"What is deployed runs on Python {theirs_is}, and this machine has Python {ours_is}.",
            f"Nothing was changed. Install Python {theirs_is}; then type make clean, and the same command again with "
            f"PYTHON=python{theirs_is} at its end.",
        )


def _uploaded(artifacts: Artifacts, template: Template, zip_: bytes, data_version: int) -> Release:
    key = artifacts.keep_zip(zip_)
    return Release(key, artifacts.keep_template(with_code(template, artifacts.bucket, key)), data_version)


def _take_over(place: Place, artifacts: Artifacts, template: Template) -> None:
    """A first deployment meets the tables and the bucket that an earlier stack left behind: they join the new one.

    Raises: Stopped where a stack stands that would want to make them anew.
    """
    names = {"AWS::StackName": place.stage.stack, "AWS::AccountId": artifacts.account}
    wanted = keepers(template, {**names, "AWS::Region": place.stage.region})
    own = place.stack.resources() if place.stack.status() else {}
    left = _left_behind(template, {name: one for name, one in wanted.items() if one not in own}, place.session)
    if not left:
        return
    if own:
        raise Stopped(
            f"{', '.join(left.values())}: left by a deployment that failed, and outside the stack.",
            f"Nothing was changed. Take the stage down (make destroy STAGE={place.stage.name}, with a backup; it keeps "
            "all data) and deploy it again: then all of it belongs to the stack.",
        )
    alone = only(template, left)
    tell(place.console, f"Left by an earlier deployment, with its data: {', '.join(left.values())}.")
    place.stack.take_over(
        artifacts.url(artifacts.keep_template(alone)),
        declared(alone, place.stage.parameters),
        imports(alone, left),
    )
    tell(place.console, "It belongs to the new stack now, unchanged.")


def _left_behind(template: Template, names: Mapping[str, str], session: Session) -> dict[str, str]:
    """Those tables and buckets that exist already."""
    dynamodb: Any = session.client("dynamodb")
    s3 = session.client("s3")
    looks = {
        "AWS::DynamoDB::Table": lambda name: dynamodb.describe_table(TableName=name),
        "AWS::S3::Bucket": lambda name: s3.head_bucket(Bucket=name),
    }
    kinds = {name: template["Resources"][name]["Type"] for name in names}
    return {name: own for name, own in names.items() if _exists(looks[kinds[name]], own)}


def _exists(look: Callable[[str], object], name: str) -> bool:
    try:
        look(name)
    except ClientError as error:
        # A bucket that is a stranger's is forbidden, and then CloudFormation says so better than we could.
        if error.response["Error"].get("Code") in ("ResourceNotFoundException", "404", "403", "NoSuchBucket"):
            return False
        raise
    return True


def _put_in_force(place: Place, artifacts: Artifacts, release: Release) -> Outputs:
    stack, console = place.stack, place.console
    parameters = declared(artifacts.template(release.template), place.stage.parameters)
    with console.status("Asking CloudFormation what would change"):
        proposal = stack.propose(artifacts.url(release.template), parameters)
    if proposal.is_empty:
        tell(console, "Nothing to change: this is what runs already.")
        return stack.outputs()
    console.print(changes(proposal))
    _refuse_or_ask(place, stack, proposal)
    with progress(console, len(proposal.changes)) as watch:
        return stack.carry_out(proposal, watch)


def _refuse_or_ask(place: Place, stack: Stack, proposal: Proposal) -> None:
    """Raises: Stopped for a proposal that would lose data, or that nobody said yes to; it is taken back."""
    if proposal.loses_data:
        stack.discard(proposal)
        lost = ", ".join(change.name for change in proposal.changes if change.loses_data)
        raise Stopped(
            f"This deployment is refused: it would lose the data of {lost}.",
            "Nothing was changed. Report this to whoever maintains Hadir; do not delete anything by hand.",
        )
    if not place.confirm(proposal):
        stack.discard(proposal)
        raise Stopped("Not carried out.", "Nothing was changed. Type the same command again to see the changes anew.")


def _keep_budget(place: Place, account: str) -> None:
    """A missing right to budgets costs the warning, not the deployment."""
    stage = place.stage
    try:
        keep_budget(place.session, account, stage.stack, stage.monthly_budget_usd, stage.alarm_email)
    except (BotoCoreError, ClientError) as fault:
        tell(place.console, f"The monthly budget was not set. {explained(fault)}", "yellow")
        tell(place.console, "Set it in the AWS console: Billing, Budgets. All else is deployed.")


def _keep_listener(place: Place, outputs: Outputs) -> None:
    """Ask the alarms' address again where it is not subscribed: unanswered for two days, or unsubscribed by a click.

    CloudFormation does not notice either. Source: Amazon SNS developer guide, "Email subscription setup".
    """
    if "AlarmsTopic" not in outputs:
        return
    sns: Any = place.session.client("sns")
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=outputs["AlarmsTopic"])
    if place.stage.alarm_email not in {one["Endpoint"] for page in pages for one in page["Subscriptions"]}:
        sns.subscribe(TopicArn=outputs["AlarmsTopic"], Protocol="email", Endpoint=place.stage.alarm_email)
        tell(place.console, f"AWS asks {place.stage.alarm_email} again whether it wants the alarms: press the link.")


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m infra.deploy", description="Deploys a stage, or goes back.")
    parser.add_argument("--stage", choices=STAGES, required=True)
    parser.add_argument("--yes", action="store_true", help="carry out what is proposed without asking")
    parser.add_argument("--overlay", type=Path, help="JSON laid over the template: for an emulated account")
    parser.add_argument("--back", action="store_true", help="go back to the deployment before")
    parsed, console = parser.parse_args(arguments), Console(highlight=False)
    return answered(console, lambda: _run(parsed, console))


def _run(parsed: Namespace, console: Console) -> None:
    stage = read_stage(parsed.stage)
    confirm, session = confirmer(console, assume_yes=parsed.yes), Session(region_name=stage.region)
    if parsed.back:
        results(console, roll_back(stage, session, console, confirm))
        return
    with console.status("Packaging"):
        package = make_package(stage.name, architecture=stage.architecture)
    overlay = json.loads(parsed.overlay.read_text("utf-8")) if parsed.overlay else {}
    outputs = deploy(stage, package, session, console, confirm, overlay)
    results(console, outputs, sender_records(session.client("sesv2"), stage))
    tell(console, "Go on in docs/three-days-before.md or docs/go-live.md. What is still missing, the doctor says:")
    tell(console, f"{NEXT} --stage {stage.name}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
