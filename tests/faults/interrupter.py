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
        self._plan: tuple[int, Moment, Callable[[], None], str] | None = None

    def arm(self, nth: int, moment: Moment, act: Callable[[], None], only: str = "") -> None:
        """Act at the n-th call, or at the n-th of the operation `only`."""
        self.calls, self._plan = [], (nth, moment, act, only)

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
        if self._plan is None:
            return
        nth, planned, act, only = self._plan
        made = self.calls.count(only) if only else len(self.calls)
        if (made, moment) == (nth, planned) and only in ("", self.calls[-1]):
            self._plan = None
            act()


INTERRUPTER = Interrupter()
BUILTIN_HANDLERS.extend([("before-call", INTERRUPTER.before), ("after-call", INTERRUPTER.after)])


def die() -> None:
    raise Killed
