"""`python -m infra.operator COMMAND --stage prod`: reads the arguments, enters the deployment and runs one command.

Nothing else stands here; `--help` lists the commands. The deployed environment becomes this process's own before
anything of the product asks for it.
"""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from rich.console import Console

from chalicelib.chat.wording import refused, said
from chalicelib.domain.errors import Refusal
from chalicelib.settings import SettingsMissing
from infra.operator import backup, chats, consent, doctor, opening, records, restore, roster, surroundings
from infra.operator.command import NO, Command, Declined
from infra.operator.deployment import AwsFault, Deployment, Unreachable, connect, explained, missing
from infra.stage import StageInvalid

COMMANDS: tuple[Command, ...] = (
    *doctor.COMMANDS,
    *opening.COMMANDS,
    *chats.COMMANDS,
    *consent.COMMANDS,
    *roster.COMMANDS,
    *records.COMMANDS,
    *backup.COMMANDS,
    *restore.COMMANDS,
    *surroundings.COMMANDS,
)
COULD_NOT = 2
LANG = "en"


def main(arguments: list[str], connect: Callable[[str], Deployment] = connect) -> int:
    """The exit status: 0 done, 1 the answer is no, 2 it could not be asked."""
    parsed, faults = _parser().parse_args(arguments), _console(stderr=True)
    try:
        return _run(parsed, connect)
    except Declined as no:
        faults.print(str(no))
        return NO
    except Refusal as refusal:
        answer = refused(refusal)
        faults.print("\n".join(said(line, LANG) for line in (answer.title, *answer.lines)))
        return NO
    except (Unreachable, StageInvalid, SettingsMissing) as fault:
        faults.print(str(fault))
    except OSError as fault:
        faults.print(f"{fault.filename}: {fault.strerror}" if fault.filename else str(fault))
    except AwsFault as fault:
        faults.print(explained(fault))
    return COULD_NOT


def _run(parsed: Namespace, connect: Callable[[str], Deployment]) -> int:
    deployment, command = connect(parsed.stage), parsed.command
    if command.needs_stack and not deployment.is_up:
        raise missing(deployment.stack, deployment.stage.region)
    os.environ.update(deployment.environ)
    status: int = command.run(parsed, deployment, _console())
    return status


def _console(*, stderr: bool = False) -> Console:
    """A console that prints what it is given: a name in brackets is a name and no markup."""
    return Console(stderr=stderr, soft_wrap=stderr, markup=False, emoji=False, highlight=False)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m infra.operator", description="What an operator does to a deployment.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        own = commands.add_parser(command.name, help=command.what, description=command.what)
        own.add_argument("--stage", required=True, help="the deployment, such as prod")
        if command.changes:
            own.add_argument("--dry-run", action="store_true", help="show what would happen and change nothing")
        command.arguments(own)
        own.set_defaults(command=command)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
