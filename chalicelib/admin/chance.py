"""Chance as a value: random bytes that follow from a few fresh ones, so that deciding stays pure.

Whoever decides is handed `chance` right before deciding; the same chance gives the same ids and tokens, another one
others. It is never stored, because check-in links follow from it.
"""

import hmac
from base64 import b32encode
from collections.abc import Callable
from hashlib import sha256
from itertools import count

CHANCE_BYTES = 32
ID_BYTES = 10


class ChanceMissing(ValueError):
    """Something random was to be decided without fresh bytes: a fault of ours, since the result could be guessed."""


def drawn_from(chance: bytes) -> Callable[[int], bytes]:
    """A source of random bytes, each asked for once: HMAC-SHA-256 of a counter under `chance`.

    Raises: ChanceMissing for fewer than 32 bytes.
    Source: NIST SP 800-108r1, key derivation in counter mode.
    """
    if len(chance) < CHANCE_BYTES:
        raise ChanceMissing(len(chance))
    blocks = (hmac.digest(chance, number.to_bytes(8), sha256) for number in count(1))

    def random_bytes(length: int) -> bytes:
        found = b""
        while len(found) < length:
            found += next(blocks)
        return found[:length]

    return random_bytes


def new_id(random_bytes: Callable[[int], bytes]) -> str:
    """An id that means nothing, for somebody who joins."""
    return b32encode(random_bytes(ID_BYTES)).decode().lower()
