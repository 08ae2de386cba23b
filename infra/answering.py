"""How a command that deploys or destroys ends: a status for a script, and for the officer what is the matter.

Every fault that an officer can meet is told in a line that says what to do; any other is the tool's own and shows its
trace. The price of one place: a fault that only one command knows is listed for both.
"""

from collections.abc import Callable
from typing import Final

from rich.console import Console

from infra.operator.deployment import AwsFault, explained
from infra.package import PackageRefused
from infra.remedies import Stopped
from infra.showing import stopped, tell
from infra.stage import StageInvalid

DONE: Final = 0
NO: Final = 1
COULD_NOT: Final = 2
BROKEN_OFF: Final = 130
"""Done or nothing to do; stopped or refused; could not begin; broken off at the keyboard."""


def answered(console: Console, run: Callable[[], None]) -> int:
    """Run a command to its end and return its exit status."""
    try:
        run()
    except Stopped as fault:
        stopped(console, fault)
        return NO
    except (StageInvalid, PackageRefused) as fault:
        tell(console, str(fault), "bold red")
        return COULD_NOT
    except AwsFault as fault:
        tell(console, explained(fault), "bold red")
        return COULD_NOT
    except KeyboardInterrupt:
        tell(console, "Broken off here; what CloudFormation has begun it finishes. Type the command again later.")
        return BROKEN_OFF
    return DONE
