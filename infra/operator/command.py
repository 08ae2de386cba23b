"""What a command of the operator tool is, and how it says no.

The exit status says it to a script: 0 done, 1 the answer is no, 2 it could not be asked. The price of one shape for
all: whatever a command needs besides its arguments it finds in the deployment.
"""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from rich.console import Console

from infra.operator.deployment import Deployment

DONE, NO = 0, 1


def iso_day(typed: str) -> date:
    """A day as it is typed behind an option. Raises: ArgumentTypeError, which argparse shows."""
    try:
        return date.fromisoformat(typed)
    except ValueError as fault:
        raise ArgumentTypeError(f"{typed} is no day; write it as 2026-11-23") from fault


def nothing_more(_: ArgumentParser) -> None:
    """A command with no arguments of its own."""


@dataclass(frozen=True)
class Command:
    """One command. One that `changes` something has a dry run; one that needs no stack works before there is any."""

    name: str
    what: str
    run: Callable[[Namespace, Deployment, Console], int]
    arguments: Callable[[ArgumentParser], None] = nothing_more
    changes: bool = False
    needs_stack: bool = True


class Declined(Exception):
    """The command's own no; the message says what to do instead."""
