"""E-mail addresses that mail systems really take."""

import re

LONGEST = 254
LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"{LOCAL}@(?:{LABEL}\.)+[A-Za-z]{{2,63}}")


def is_address(text: str) -> bool:
    """Whether SES can take the address at all: one malformed recipient makes it reject the whole message.

    Source: RFC 5321 without quoted local parts and address literals, which no office uses.
    """
    return len(text) <= LONGEST and bool(ADDRESS.fullmatch(text))
