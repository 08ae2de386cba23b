"""What CloudFormation would do and what it does, as values: a proposal of changes, and the happenings on the way.

Which kinds of resource hold data is said here alone; whatever would end one of them counts as a loss, even where its
template retains it. The price: an innocent change that CloudFormation calls a possible replacement is refused too.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

KEEPERS: Final = frozenset({"AWS::DynamoDB::Table", "AWS::S3::Bucket"})
"""The kinds of resource that hold what cannot be made again."""


STACK: Final = "AWS::CloudFormation::Stack"
"""The kind under which CloudFormation tells of the stack itself."""


class Deed(StrEnum):
    """What becomes of a resource."""

    ADD = "add"
    MODIFY = "modify"
    MAY_REPLACE = "may replace"
    REPLACE = "replace"
    REMOVE = "remove"


@dataclass(frozen=True)
class Change:
    """What a proposal does to one resource, and to which of its properties."""

    deed: Deed
    name: str
    kind: str
    properties: tuple[str, ...] = ()

    @property
    def loses_data(self) -> bool:
        return self.kind in KEEPERS and self.deed in (Deed.MAY_REPLACE, Deed.REPLACE, Deed.REMOVE)


@dataclass(frozen=True)
class Proposal:
    """A change set that waits to be carried out; an empty one has none."""

    changes: tuple[Change, ...]
    change_set: str = ""
    is_first: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.changes

    @property
    def loses_data(self) -> bool:
        return any(change.loses_data for change in self.changes)


@dataclass(frozen=True)
class Happening:
    """One step of CloudFormation's on the way."""

    name: str
    kind: str
    status: str
    reason: str = ""
    token: str = ""

    @property
    def has_failed(self) -> bool:
        return self.status.endswith("_FAILED")

    @property
    def is_done(self) -> bool:
        return self.status.endswith("_COMPLETE")
