"""The BKD mailbox's consent: who has said that three reports per unit and day may go to an address.

It is recorded in the Parameter Store beside the chats' secrets, because it is asked for days before an office is open
and outlives every version of the code. What is recorded is what somebody typed here; the letter itself stays on file.
"""

import json
from argparse import ArgumentParser, Namespace
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from rich.console import Console

from chalicelib import wiring
from chalicelib.domain.address import is_address
from infra.operator.command import DONE, Command, Declined
from infra.operator.deployment import Deployment


@dataclass(frozen=True)
class Consent:
    """Who has agreed that an address receives the reports, and when that was recorded."""

    address: str
    by: str
    at: str


def read_consent(ssm: Any, stack: str) -> Consent | None:
    """The consent that was recorded last, if any was."""
    try:
        found = ssm.get_parameter(Name=_name(stack))
    except ssm.exceptions.ParameterNotFound:
        return None
    return Consent(**json.loads(found["Parameter"]["Value"]))


def record_consent(ssm: Any, stack: str, address: str, by: str, *, at: datetime) -> Consent:
    """Record a consent in the place of the one before. Raises: Declined."""
    if not is_address(address):
        raise Declined(f"{address} is no e-mail address.")
    if not by.strip():
        raise Declined('Say who agreed: --by "name, position, letter\'s number".')
    consent = Consent(address, by.strip(), f"{at:%Y-%m-%d}")
    ssm.put_parameter(Name=_name(stack), Value=json.dumps(asdict(consent)), Type="String", Overwrite=True)
    return consent


def _name(stack: str) -> str:
    return f"/{stack}/bkd-consent"


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--address", required=True, help="the mailbox that has agreed to receive the reports")
    parser.add_argument("--by", required=True, help="who agreed: name, position, number of the letter")


def _run(arguments: Namespace, deployment: Deployment, console: Console) -> int:
    address, by = arguments.address, arguments.by
    if arguments.dry_run:
        console.print(f"Would record that {by} agreed to reports at {address}.")
        return DONE
    record_consent(deployment.client("ssm"), deployment.stack, address, by, at=wiring.now())
    console.print(f"Recorded: {by} agreed to reports at {address}.", soft_wrap=True)
    return DONE


COMMANDS = (
    Command("consent", "record that the BKD mailbox agreed", _run, _arguments, changes=True, needs_stack=False),
)
