"""What CloudFormation would do and what it does, as values: a proposal of changes, and the happenings on the way.

Which kinds of resource hold data is said here alone; whatever would end one of them counts as a loss, even where its
template retains it. Of anything else a possible replacement is only told where something can bring it about. The price:
an innocent change of a table or bucket that CloudFormation calls a possible replacement is refused too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

KEEPERS: Final = frozenset({"AWS::DynamoDB::Table", "AWS::S3::Bucket"})
"""The kinds of resource that hold what cannot be made again."""


LASTING: Final = frozenset({"", "Arn"})
"""What a reference asks of a resource that stays the same until it is made anew: its name, its ARN."""

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


Told = Mapping[str, Any]
"""A resource's change in CloudFormation's words."""


def read_changes(told: Sequence[Told]) -> tuple[Change, ...]:
    """The changes of a change set, all of them at once: whether one replaces depends on the others."""
    calm = _calm(told)
    return tuple(_change(one, is_calm=one["LogicalResourceId"] in calm) for one in told)


def _change(told: Told, *, is_calm: bool) -> Change:
    touched = {one["Target"].get("Name") or one["Target"]["Attribute"] for one in told.get("Details", [])}
    deed = Deed.MODIFY if is_calm else _deed(told)
    return Change(deed, told["LogicalResourceId"], told["ResourceType"], tuple(sorted(touched)))


def _deed(told: Told) -> Deed:
    match told["Action"], told.get("Replacement"):
        case "Add", _:
            return Deed.ADD
        case "Remove", _:
            return Deed.REMOVE
        case "Modify", "True":
            return Deed.REPLACE
        case ("Modify", "Conditional") | ("Dynamic", _):
            return Deed.MAY_REPLACE
        case _:
            return Deed.MODIFY


def _calm(told: Sequence[Told]) -> frozenset[str]:
    """What stays the same resource: changed in place, or called a possible replacement for nothing but references to
    what stays the same. Of what holds data CloudFormation's own word is taken.

    Source: CloudFormation API reference, "ResourceChangeDetail": a dynamic evaluation is one that hangs on whether the
    resource referred to is made anew.
    """
    deeds = {one["LogicalResourceId"]: _deed(one) for one in told}
    doubtful = [one for one in told if one["Action"] == "Modify" and one["ResourceType"] not in KEEPERS]
    doubtful = [one for one in doubtful if deeds[one["LogicalResourceId"]] is Deed.MAY_REPLACE]
    sure = {name for name, deed in deeds.items() if deed is Deed.MODIFY}
    before, calm = frozenset[str](), sure | {one["LogicalResourceId"] for one in doubtful}
    while calm != before:
        before = frozenset(calm)
        calm = sure | {one["LogicalResourceId"] for one in doubtful if _hangs_on(one, before)}
    return before


def _hangs_on(told: Told, calm: frozenset[str]) -> bool:
    """Whether all that might replace a resource are references to lasting things of `calm` ones."""
    grave = [one for one in told.get("Details", []) if one["Target"].get("RequiresRecreation") != "Never"]
    return bool(grave) and all(_is_lasting(one, calm) for one in grave)


def _is_lasting(detail: Told, calm: frozenset[str]) -> bool:
    entity, _, attribute = detail.get("CausingEntity", "").partition(".")
    is_reference = detail.get("ChangeSource") in ("ResourceReference", "ResourceAttribute")
    return is_reference and detail.get("Evaluation") == "Dynamic" and entity in calm and attribute in LASTING
