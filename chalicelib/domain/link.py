"""The token of a personal check-in link: how one is made, kept and read back from what a person types.

Only its hash is ever stored. This stands on the check-in path, so it imports next to nothing.
"""

import re
from base64 import b32encode
from collections.abc import Callable
from hashlib import sha256

TOKEN_CHARS = 26
RANDOM_BYTES = 17
TOKEN = re.compile(rf"[a-z2-7]{{{TOKEN_CHARS}}}")
MISREAD = str.maketrans("018", "olb")


def new_token(random_bytes: Callable[[int], bytes]) -> str:
    """26 lower-case base32 characters: 130 bits, more than can be guessed, and none that chat apps format."""
    return b32encode(random_bytes(RANDOM_BYTES)).decode("ascii")[:TOKEN_CHARS].lower()


def token_hash(token: str) -> str:
    """What is stored of a token. Unsalted on purpose: 130 random bits cannot be searched, and it must be a key."""
    return sha256(token.encode("ascii")).hexdigest()


def normalise_token(text: str) -> str | None:
    """The token a person meant, or None: case, spaces and dashes are free, 0, 1 and 8 (which no token has) are read as
    o, l and b, and of a whole link what follows the last `#` counts. The check-in page reads it alike.
    """
    typed = text.rpartition("#")[2].lower().translate(MISREAD)
    token = re.sub(r"[^a-z0-9]", "", typed)
    return token if TOKEN.fullmatch(token) else None
