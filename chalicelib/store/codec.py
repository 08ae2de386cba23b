"""Domain values to JSON and back, for rows and frozen bodies.

msgspec reads the dataclasses as they are; only `Period`, one of two kinds, needs a hint, and a text of a class of its
own comes back as a plain one.
"""

from typing import Any, TypeVar

import msgspec

from chalicelib.domain.periods import Between, Period, UntilLifted

T = TypeVar("T")


def dumps(value: object) -> str:
    return msgspec.json.encode(value, order="deterministic", enc_hook=_plain).decode()


def loads(text: str | bytes, kind: type[T]) -> T:
    return msgspec.json.decode(text, type=kind, dec_hook=_period)


def _plain(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"no writing of {type(value).__name__}")
    return str(value)


def _period(kind: type, value: Any) -> object:
    if kind is not Period:
        raise TypeError(f"no reading of {kind.__name__}")
    return msgspec.convert(value, Between if "end" in value else UntilLifted, strict=False)
