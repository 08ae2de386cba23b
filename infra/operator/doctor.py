"""The doctor: whether a deployment is ready for a working day, and what to do about whatever is not.

It looks and changes nothing. Each check stands alone: one that may not be asked is a finding itself and holds up no
other. Without a stack it looks at the account, because what AWS grants takes days.
"""

from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial

from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from chalicelib import wiring
from chalicelib.domain.calendar import ZONES
from chalicelib.domain.day import Office
from chalicelib.store.tables import DATA_VERSION
from infra.operator.checks import account, office, stack, talks
from infra.operator.checks.finding import Finding, Mark, wrong
from infra.operator.checks.load import load
from infra.operator.command import DONE, NO, Command
from infra.operator.consent import read_consent
from infra.operator.deployment import AwsFault, Deployment, explained

Check = tuple[str, Callable[[], Iterable[Finding]]]
STYLES = {Mark.GOOD: "green", Mark.LOOK: "yellow", Mark.WRONG: "red"}


def examine(checks: Sequence[Check], console: Console) -> list[Finding]:
    """What all checks find, each as far as it may be asked."""
    found: list[Finding] = []
    with Progress(console=console, transient=True) as progress:
        for what, check in progress.track(checks, description="Looking"):
            try:
                found += check()
            except AwsFault as fault:
                found.append(wrong(what, "could not be asked", explained(fault)))
    return found


def report(findings: Sequence[Finding], console: Console) -> int:
    """Print the findings; the status says whether the deployment is ready.

    No line is broken or cut here: records and commands are there to be copied out of a narrow terminal too.
    """
    for one in findings:
        console.print(Text(f"{one.mark} {one.what}: {one.found}", STYLES[one.mark]), soft_wrap=True)
        if one.remedy:
            console.print(Text(f"    → {one.remedy}"), soft_wrap=True)
    faults = sum(one.mark is Mark.WRONG for one in findings)
    if faults:
        console.print(f"Not ready: {faults} to put right (✗).", style="bold red")
        return NO
    console.print("Ready.", style="bold green")
    return DONE


def checks(deployment: Deployment, *, at: datetime) -> Iterator[Check]:
    """Everything there is to look at, in the order in which it is set up."""
    stage = deployment.stage
    current = _office(at) if deployment.is_up else None
    expected = load(current, stage.head_count)
    yield "Clock of this machine", partial(account.clock, deployment.client("sts"), at=at)
    yield "SES account", partial(account.mail_account, deployment.client("sesv2"), expected)
    functions = deployment.client("lambda")
    yield "Lambda concurrency", partial(account.concurrency, functions, expected, stage.reserved_for_checkins)
    yield "BKD's consent", partial(_consent, deployment, current)
    if not deployment.is_up:
        yield "Stack", lambda: [stack.absent(deployment.stack, stage.name)]
        return
    yield from _of_stack(deployment)
    yield from _of_chats(deployment)
    yield "Office", partial(office.opened, current, stage.name)
    if current:
        yield from _of_office(current, stage.name, at=at)


def _consent(deployment: Deployment, current: Office | None) -> Iterable[Finding]:
    return office.consent(read_consent(deployment.client("ssm"), deployment.stack), current, deployment.stage.name)


def _of_stack(deployment: Deployment) -> Iterator[Check]:
    stage, outputs, settings = deployment.stage, deployment.outputs, wiring.settings()
    cloudformation, dynamodb = deployment.client("cloudformation"), deployment.client("dynamodb")
    yield "Stack", partial(stack.standing, cloudformation, deployment.stack, stage.name, outputs)
    yield "Tables", partial(stack.tables, dynamodb, settings.prefix, stage.name)
    yield "Data version", partial(stack.version, dynamodb, settings.prefix, stage.name, DATA_VERSION)
    yield "Zone", partial(stack.zone, settings.zone, stage.zone, stage.name)
    yield "Sender", partial(stack.sender, deployment.client("sesv2"), settings.sender, stage.region)
    if "DeadQueue" in outputs:
        yield "Dead queue", partial(stack.dead_queue, deployment.client("sqs"), outputs["DeadQueue"])
    if "AlarmsTopic" in outputs:
        yield (
            "Alarm mails",
            partial(stack.alarms, deployment.client("sns"), outputs["AlarmsTopic"], stage.alarm_email, stage.name),
        )


def _of_chats(deployment: Deployment) -> Iterator[Check]:
    read, settings = wiring.secrets().read, wiring.settings()
    yield "Secrets", partial(talks.secrets, read, settings.secrets or f"/{settings.prefix}")
    yield "Slack", lambda: talks.slack(wiring.slack_voice()) if "Slack" in talks.chats_set_up(read) else ()
    yield (
        "Telegram",
        lambda: (
            talks.telegram(wiring.telegram_voice(), settings.base_url, deployment.stage.name)
            if "Telegram" in talks.chats_set_up(read)
            else ()
        ),
    )


def _of_office(current: Office, stage: str, *, at: datetime) -> Iterator[Check]:
    today = at.astimezone(ZONES[wiring.settings().zone]).date()
    chats = wiring.chats()
    yield "Admins", partial(office.admins, current, lambda admin: bool(chats.accounts_of(admin.id)), stage)
    yield "Addressees", partial(office.addressees, current)
    yield "Links", partial(office.links, current, stage, at=at)
    yield "Holidays", partial(office.holidays, current.circulars.calendar, today)
    yield "Last slot", partial(office.last_slot, current, wiring.records().ledger, stage, at=at)


def _office(at: datetime) -> Office | None:
    """The office in force with its people; what is wrong with reading it is for the check of the tables to say."""
    records = wiring.records()
    try:
        head = records.office.head()
        return (
            records.office.whole(head.revision, at.astimezone(ZONES[wiring.settings().zone]).date()) if head else None
        )
    except AwsFault:
        return None


def _run(arguments: Namespace, deployment: Deployment, console: Console) -> int:
    findings = examine(list(checks(deployment, at=wiring.now())), console)
    return report(findings, console)


COMMANDS = (Command("doctor", "say whether the deployment is ready, and what to do if not", _run, needs_stack=False),)
