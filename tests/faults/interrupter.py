"""Something happens at the n-th AWS call: the process dies, or a rival does the same work in between.

It listens to botocore's own events on every client, PynamoDB's included, so no code under test is touched.
"""

from collections.abc import Callable
from typing import Any, Literal

from botocore.handlers import BUILTIN_HANDLERS

Moment = Literal["before", "after"]


class Killed(BaseException):
    """The process died here; no handler of the product may catch it."""


class Interrupter:
    """Counts the AWS calls and acts once, before or after the n-th."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._plan: tuple[int, Moment, Callable[[], None]] | None = None
        self._only = ""

    def arm(self, nth: int, moment: Moment, act: Callable[[], None], only: str = "") -> None:
        """Act at the n-th call, or at the n-th of the operation `only`."""
        self.calls, self._plan, self._only = [], (nth, moment, act), only

    def watch(self) -> None:
        """Only count."""
        self.calls, self._plan = [], None

    @property
    def is_armed(self) -> bool:
        """Whether the action is still to come."""
        return self._plan is not None

    def disarm(self) -> None:
        self._plan = None

    def before(self, model: Any, **_: Any) -> None:
        self.calls.append(f"{model.service_model.service_name}.{model.name}")
        self._act("before")

    def after(self, **_: Any) -> None:
        self._act("after")

    def _act(self, moment: Moment) -> None:
        if self._only and self._only != self.calls[-1]:
            return
        made = self.calls.count(self._only) if self._only else len(self.calls)
        if self._plan and self._plan[:2] == (made, moment):
            (_, _, act), self._plan = self._plan, None
            act()


INTERRUPTER = Interrupter()
BUILTIN_HANDLERS.extend([("before-call", INTERRUPTER.before), ("after-call", INTERRUPTER.after)])


def die() -> None:
    raise Killed
