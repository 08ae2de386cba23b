"""`make chat`: the admins' bot on this machine, both chats played, no account anywhere.

What is typed goes through the product's own HTTP doors, as Slack signs it and Telegram sends it; what is printed is
what the platforms' stand-ins were told to show. A script on standard input is played line by line.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any

from rich.console import Console

from chalicelib.domain.calendar import ZONES
from infra.local.chat_office import Bureau, open_bureau
from infra.local.chat_screen import Screen
from infra.local.chat_session import Session
from infra.local.chat_time import Hours
from infra.local.clock import SimulatedClock
from infra.local.government import Government, chats, government
from infra.local.legal_day import EVENING_BEFORE

OPENING = datetime(2020, 3, 23, 10, 0, tzinfo=ZONES["WIB"])
LOG = Path("build/chat.log")
COMES_BACK_S = 5
"""After how many seconds a message whose handler failed comes back: soon, because somebody waits for it."""


def main() -> int:
    screen = Screen(Console(highlight=False))
    with suppress(ImportError):  # it makes `input` remember lines and let them be edited; not every Python has it
        import_module("readline")
    screen.say("booting", style="bold")
    with opened(screen) as session, suppress(EOFError, KeyboardInterrupt):
        session.welcome()
        while session.is_open:
            session.take(typed_line(session.prompt))
    screen.say("bye")
    return 0


@contextmanager
def opened(screen: Screen) -> Iterator[Session]:
    """The office at ten o'clock of the letter's first day, its first slot behind it, BKD's Rina at the keyboard."""
    clock, began = SimulatedClock(EVENING_BEFORE), monotonic()
    screen.say("steps.cloud")
    with government("hadir-chat", "WIB", clock, visibility_s=COMES_BACK_S) as hadir, chats(hadir, clock) as both:
        _log_aside(hadir)
        hadir.wiring.session().register("before-parameter-build.sqs.SendMessage", _at_once)
        screen.say("steps.office")
        bureau = open_bureau(hadir, both, at=clock())
        screen.say("steps.slot")
        hours = Hours(bureau, clock)
        hours.pass_until(OPENING)
        _say_opened(screen, bureau, monotonic() - began)
        yield Session(bureau, hours, clock, screen, LOG, typed_line)


def _say_opened(screen: Screen, bureau: Bureau, seconds: float) -> None:
    office = bureau.office(at=OPENING)
    units = len(office.organisation.reporting_units())
    screen.say("opened", style="", people=len(office.people), units=units, seconds=round(seconds))
    screen.say("hints", style="")


def _log_aside(hadir: Government) -> None:
    """Faults of the product are shown as the platforms show them; their traces go to a file."""
    LOG.parent.mkdir(exist_ok=True)
    logging.basicConfig(filename=LOG, filemode="w", level=logging.WARNING, force=True)
    hadir.app.log.handlers.clear()


def _at_once(params: dict[str, Any], **_: object) -> None:
    """A queue's delay is time, and here time passes when it is told to: nobody waits for it before the screen."""
    if "DelaySeconds" in params:
        params["DelaySeconds"] = 0


def typed_line(prompt: str) -> str:
    """The next line typed; of a script each line is shown as if somebody typed it. Raises: EOFError."""
    if sys.stdin.isatty():
        return input(prompt)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    print(f"{prompt}{line.rstrip()}", flush=True)
    return line.rstrip("\n")


if __name__ == "__main__":
    sys.exit(main())
