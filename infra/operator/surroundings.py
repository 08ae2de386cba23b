"""The deployed worker's environment as lines for a shell: `eval "$(python -m infra.operator environ --stage prod)"`.

None of it is a secret: the chats' secrets stand in the Parameter Store and never in an environment.
"""

from argparse import Namespace
from shlex import quote

from rich.console import Console

from infra.operator.command import DONE, Command
from infra.operator.deployment import Deployment


def environ(arguments: Namespace, deployment: Deployment, console: Console) -> int:
    """Print the variables, past the console so that no line is broken or coloured."""
    for name, value in sorted(deployment.environ.items()):
        print(f"export {name}={quote(value)}")
    return DONE


COMMANDS = (Command("environ", "print the deployed environment as export lines", environ),)
