"""A clock that stands still until it is told otherwise, for the simulated day.

Real time is `datetime.now` and needs nothing from here. The price: whoever moves this clock must first see
the queues empty, because work already under way would be stamped with the later instant.
"""

from datetime import datetime
from threading import Lock


class SimulatedClock:
    """Tells one instant, the same for every thread, until it is moved forward.

    Raises: ValueError, carrying the instants, for a naive instant or a move into the past.
    """

    def __init__(self, start: datetime) -> None:
        self._instant = _aware(start)
        self._lock = Lock()

    def __call__(self) -> datetime:
        with self._lock:
            return self._instant

    def move_to(self, at: datetime) -> None:
        """Make it `at`. Moving to the present instant is allowed and changes nothing."""
        with self._lock:
            if _aware(at) < self._instant:
                raise ValueError(at, self._instant)
            self._instant = at


def _aware(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError(at)
    return at
