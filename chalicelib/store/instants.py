"""Instants as rows keep them: UTC with six digits of a second, so that their text sorts as they do."""

from datetime import UTC, datetime
from typing import overload


@overload
def stored(at: datetime) -> str: ...
@overload
def stored(at: None) -> None: ...
def stored(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else None


@overload
def read(text: str) -> datetime: ...
@overload
def read(text: None) -> None: ...
def read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
