"""Clock times and slots as admins type them: `7.30`, `07:30`, `0730`.

Which slots a day has is the office's business. The price of the point for a colon: "1.30" is half past one and never an
amount.
"""

import re
from datetime import time

from chalicelib.domain.errors import ClockImpossible

CLOCK = re.compile(r"(?<![\d.:/])([01]?\d|2[0-4])[.:]([0-5]\d)(?!\d|[.:/]\d)")
SLOT = re.compile(r"(?<![\d.:/#-])(?<!\d\s)([01]\d|2[0-3])[.:]?([0-5]\d)(?![\d.:/-]*\d|\s\d{3})")
HOURS = 24


def clock_time(match: re.Match[str]) -> time:
    """The time of day that a match of these says. Raises: ClockImpossible, for "24.00" is the next day's 00.00."""
    if int(match[1]) >= HOURS:
        raise ClockImpossible(match[0])
    return time(int(match[1]), int(match[2]))
