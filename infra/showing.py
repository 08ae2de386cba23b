"""What an officer sees and answers while a stage is deployed or destroyed: changes in plain words, progress, results.

Looks only: nothing here speaks to AWS. The price of plain words: a kind of resource that is new to this list is shown
under Amazon's own name.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from infra.proposal import STACK, Change, Deed, Happening, Proposal
from infra.remedies import Stopped
from infra.stack import Watch

YES: Final = ("ya", "yes")

DEEDS: Final[Mapping[Deed, tuple[str, str]]] = {
    Deed.REMOVE: ("removed", "yellow"),
    Deed.REPLACE: ("replaced by a new one", "yellow"),
    Deed.MAY_REPLACE: ("changed, perhaps replaced", "yellow"),
    Deed.MODIFY: ("changed in place", "default"),
    Deed.ADD: ("new", "green"),
}
"""What happens to a resource, in words and a colour; what deserves a look stands first."""

SHOWN: Final = {"BaseUrl": "address", "DomainTarget": "your own domain is a CNAME of", "FrozenBucket": "sent reports"}
"""The outputs that an officer has a use for."""

KINDS: Final = {
    "AWS::ApiGateway::BasePathMapping": "own domain's path",
    "AWS::ApiGateway::Deployment": "web door's version",
    "AWS::ApiGateway::DomainName": "own domain",
    "AWS::ApiGateway::RestApi": "web door",
    "AWS::ApiGateway::Stage": "web door's address",
    "AWS::CloudWatch::Alarm": "alarm",
    "AWS::CloudWatch::Dashboard": "dashboard",
    "AWS::DynamoDB::Table": "table of data",
    "AWS::IAM::Role": "role (what a function may do)",
    "AWS::Lambda::EventInvokeConfig": "retry rule",
    "AWS::Lambda::EventSourceMapping": "link from a queue to its function",
    "AWS::Lambda::Function": "function",
    "AWS::Lambda::Permission": "permission to start a function",
    "AWS::Logs::LogGroup": "log",
    "AWS::Logs::MetricFilter": "counter over the log",
    "AWS::S3::Bucket": "bucket of data",
    "AWS::S3::BucketPolicy": "bucket's rule",
    "AWS::SES::ConfigurationSet": "mail setting",
    "AWS::SES::ConfigurationSetEventDestination": "mail's echo",
    "AWS::SES::EmailIdentity": "sender's domain",
    "AWS::SNS::Subscription": "topic's reader",
    "AWS::SNS::Topic": "topic",
    "AWS::SNS::TopicPolicy": "topic's rule",
    "AWS::SQS::Queue": "queue",
    "AWS::SQS::QueuePolicy": "queue's rule",
    "AWS::Scheduler::Schedule": "schedule",
}


def changes(proposal: Proposal) -> Table:
    """The proposed changes, those of a kind in one row.

    A first deployment has a hundred names that mean nothing to anybody yet: there they are counted alone.
    """
    table = Table("what happens", "to what", title="What this deployment changes", title_justify="left")
    if not proposal.is_first:
        table.add_column("which")
    order = [*DEEDS]
    ordered = sorted(proposal.changes, key=lambda one: (not one.loses_data, order.index(one.deed), one.kind, one.name))
    for (deed, kind), found in groupby(ordered, key=lambda one: (one.deed, one.kind)):
        alike = [*found]
        words, colour = DEEDS[deed]
        if alike[0].loses_data:
            words, colour = f"{words}: ITS DATA WOULD BE LOST", "bold red"
        which = () if proposal.is_first else (_which(alike),)
        table.add_row(words, f"{len(alike)} × {word(kind)}", *which, style=colour)
    return table


def _which(alike: list[Change]) -> str:
    """The names; what is changed of each only where something was there before."""
    named = (
        f"{one.name} ({', '.join(one.properties)})" if one.properties and one.deed is not Deed.ADD else one.name
        for one in alike
    )
    return ", ".join(named)


def word(kind: str) -> str:
    return KINDS.get(kind, kind.removeprefix("AWS::").replace("::", " "))


@contextmanager
def progress(console: Console, total: int) -> Iterator[Watch]:
    """A bar that names the resource at work; what it yields is told each happening."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task, done = bar.add_task("Beginning", total=total), set[str]()

        def watch(happening: Happening) -> None:
            if happening.kind == STACK:
                if "ROLLBACK_IN_PROGRESS" in happening.status:
                    bar.update(task, description="[red]Something failed; everything is put back as it was")
                return
            if happening.is_done:
                done.add(happening.name)
            bar.update(task, description=f"{word(happening.kind)} {happening.name}", completed=min(total, len(done)))

        yield watch
        bar.update(task, description="Done", completed=total)


def results(console: Console, outputs: Mapping[str, str], records: Sequence[str] = ()) -> None:
    """Print what the officer goes on with: the address, and the sender's records as a zone file has them."""
    tell(console, "What was deployed", "bold")
    for output, what in SHOWN.items():
        if output in outputs:
            tell(console, f"  {what}: {outputs[output]}")
    if records:
        tell(console, "For whoever keeps the DNS of the sender's domain, as a zone file (docs/three-days-before.md):")
    for record in records:
        tell(console, f"  {record}")


def tell(console: Console, line: str, style: str = "") -> None:
    """Print a line that no narrow terminal breaks or cuts: what stands in it is there to be copied, and no markup."""
    console.print(Text(line, style), soft_wrap=True)


def stopped(console: Console, fault: Stopped) -> None:
    """The matter first, then what to do about it; neither is read as markup."""
    tell(console, fault.what, "bold red")
    tell(console, fault.remedy)


def confirmer(console: Console, *, assume_yes: bool) -> Callable[[Proposal], bool]:
    """Asks for a typed yes.

    Raises: Stopped where nobody can be asked and yes was not said before.
    """
    if not assume_yes:
        refuse_unless_somebody_can_type()

    def confirm(_: Proposal) -> bool:
        return assume_yes or typed(console, f"Type {' or '.join(YES)} to carry this out: ").lower() in YES

    return confirm


def refuse_unless_somebody_can_type() -> None:
    """Raises: Stopped when standard input is no terminal."""
    if not sys.stdin.isatty():
        raise Stopped(
            "Nobody can be asked here: this is no terminal.",
            "Type the command in a terminal, or add --yes (with make: YES=1) where a machine deploys.",
        )


def typed(console: Console, question: str) -> str:
    """What somebody types; whoever breaks off says nothing."""
    try:
        return console.input(question, markup=False).strip()
    except (EOFError, KeyboardInterrupt):
        console.print()
        return ""
