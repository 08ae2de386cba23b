"""The conversation with CloudFormation about one stack: what it would change, doing it, and what went wrong.

A change set is proposed, looked at and carried out, for a first deployment and an upgrade alike. Nothing is printed
here and nothing of the product is known. The price: a poll every `poll_s` seconds, since CloudFormation tells nobody of
itself.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count, takewhile
from time import sleep
from typing import Any, Final
from uuid import uuid4

from boto3 import Session
from botocore.exceptions import ClientError

from infra.proposal import STACK, Change, Happening, Proposal, read_changes
from infra.remedies import Stopped, remedy_for, way_out

FAILED_TRIES: Final = frozenset({"REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"})
"""What a first deployment leaves that was never carried out, or failed: nothing runs in it and it takes no update."""

GOOD: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"})
UPDATABLE: Final = GOOD | {"UPDATE_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"}
NOTHING_TO_DO: Final = ("didn't contain changes", "No updates are to be performed")
CAPABILITIES: Final = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]

BEGINS_WITHIN: Final = 30
"""So many looks at a stack of which nothing is said are needed to believe that it was never asked to do anything."""

Outputs = dict[str, str]


Watch = Callable[[Happening], None]


def unwatched(_: Happening) -> None:
    """Nobody looks."""


class Stack:
    """One stack by its name. `poll_s` seconds pass between two looks at it."""

    def __init__(self, name: str, session: Session, poll_s: float = 1.0) -> None:
        self.name = name
        self._client: Any = session.client("cloudformation")
        self._poll_s = poll_s

    def status(self) -> str:
        """CloudFormation's word for the stack's state; empty where there is none."""
        return str(self._described().get("StackStatus", ""))

    def outputs(self) -> Outputs:
        return {one["OutputKey"]: one["OutputValue"] for one in self._described().get("Outputs", [])}

    def resources(self) -> dict[str, str]:
        """The physical names of what the stack holds, each with its kind."""
        pages = self._client.get_paginator("list_stack_resources").paginate(StackName=self.name)
        found = [one for page in pages for one in page["StackResourceSummaries"] if one.get("PhysicalResourceId")]
        return {one["PhysicalResourceId"]: one["ResourceType"] for one in found}

    def clear_failed_try(self) -> bool:
        """Delete what a first deployment left that failed, so that the next can begin; whether there was any.

        Raises: Stopped when the stack is in a state that only a person may end.
        """
        status = self.status()
        if status in FAILED_TRIES:
            self.delete()
            return True
        if status and status not in UPDATABLE:
            raise Stopped(f"The stack {self.name} is in the state {status}.", way_out(status, self.name))
        return False

    def propose(self, template_url: str, parameters: Mapping[str, str]) -> Proposal:
        """Have CloudFormation say what this template would change.

        Raises: Stopped when CloudFormation cannot accept the template.
        """
        is_first = not self.status()
        tags = [{"Key": "app", "Value": "hadir"}, {"Key": "stack", "Value": self.name}]
        return self._proposed("CREATE" if is_first else "UPDATE", template_url, parameters, is_first, Tags=tags)

    def take_over(self, template_url: str, parameters: Mapping[str, str], resources: list[dict[str, Any]]) -> None:
        """Begin a stack with what an earlier one left behind, which stays as it is.

        An update follows. Should that fail, it is not the operation that made these resources, so that its roll-back
        leaves them alone.
        Raises: Stopped when CloudFormation cannot accept them.
        """
        self.carry_out(self._proposed("IMPORT", template_url, parameters, True, ResourcesToImport=resources))

    def _proposed(
        self, kind: str, template_url: str, parameters: Mapping[str, str], is_first: bool, **more: Any
    ) -> Proposal:
        try:
            made = self._client.create_change_set(
                StackName=self.name,
                ChangeSetName=f"deploy-{uuid4().hex}",
                ChangeSetType=kind,
                TemplateURL=template_url,
                Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
                Capabilities=CAPABILITIES,
                **more,
            )
        except ClientError as error:
            if error.response["Error"].get("Code") != "ValidationError":
                raise
            raise _unacceptable(error.response["Error"].get("Message", "")) from error
        described = self._reviewed(made["Id"])
        proposal = Proposal(self._changes(made["Id"]), made["Id"], is_first)
        if described["Status"] != "FAILED":
            return proposal
        reason = described.get("StatusReason", "")
        is_empty = any(words in reason for words in NOTHING_TO_DO)
        found = "" if is_empty else "; ".join(self._invalid(ChangeSetName=proposal.change_set))
        self.discard(proposal)
        if is_empty:
            return Proposal(())
        raise _unacceptable(found or reason)

    def discard(self, proposal: Proposal) -> None:
        """Leave everything as it was before it was proposed."""
        self._client.delete_change_set(StackName=self.name, ChangeSetName=proposal.change_set)
        if proposal.is_first:
            self.delete()

    def carry_out(self, proposal: Proposal, watch: Watch = unwatched) -> Outputs:
        """Make the proposed changes and return the outputs.

        Raises: Stopped with the first resource that failed and AWS's reason; what had been changed is changed back.
        """
        token = uuid4().hex
        self._client.execute_change_set(
            StackName=self.name, ChangeSetName=proposal.change_set, ClientRequestToken=token
        )
        happened = self._follow(self.name, token, watch)
        if (status := self.status()) in GOOD:
            return self.outputs()
        raise self._failure(status, happened)

    def delete(self, watch: Watch = unwatched) -> None:
        """Delete the stack; what its template retains stays. Raises: Stopped with what could not be deleted."""
        described, token = self._described(), uuid4().hex
        if not described:
            return
        self._client.delete_stack(StackName=self.name, ClientRequestToken=token)
        happened = self._follow(described["StackId"], token, watch)
        if status := self.status():
            raise self._failure(status, happened)

    def _described(self) -> dict[str, Any]:
        try:
            (found,) = self._client.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if "does not exist" in error.response["Error"].get("Message", ""):
                return {}
            raise
        return {} if found["StackStatus"] == "DELETE_COMPLETE" else dict(found)

    def _reviewed(self, change_set: str) -> dict[str, Any]:
        while True:
            found: dict[str, Any] = self._client.describe_change_set(StackName=self.name, ChangeSetName=change_set)
            if found["Status"] not in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
                return found
            sleep(self._poll_s)

    def _changes(self, change_set: str) -> tuple[Change, ...]:
        pages = self._client.get_paginator("describe_change_set").paginate(
            StackName=self.name, ChangeSetName=change_set
        )
        told = (one for page in pages for one in page.get("Changes", []))
        return read_changes([one["ResourceChange"] for one in told if "ResourceChange" in one])

    def _follow(self, stack: str, token: str, watch: Watch) -> list[Happening]:
        """Pass on what happens until the stack itself is said to be done; `stack` is its id where it is about to lose
        its name.

        Its status is not asked: before the operation begins it is the old one, at rest. A stack keeps its events for
        ever, the newest first, so no more are read than are new.
        """
        seen: dict[str, Happening] = {}
        for looks in count():
            news = takewhile(lambda one: one[1].token == token and one[0] not in seen, self._events(stack))
            for id_, happening in reversed([*news]):
                seen[id_] = happening
                watch(happening)
            if any(self._is_the_end(one) for one in seen.values()) or (not seen and looks > BEGINS_WITHIN):
                break
            sleep(self._poll_s)
        return [*seen.values()]

    def _is_the_end(self, happening: Happening) -> bool:
        is_own = (happening.kind, happening.name) == (STACK, self.name)
        return is_own and not happening.status.endswith("_IN_PROGRESS")

    def _events(self, stack: str) -> Iterator[tuple[str, Happening]]:
        for page in self._client.get_paginator("describe_stack_events").paginate(StackName=stack):
            for one in page["StackEvents"]:
                reason, token = one.get("ResourceStatusReason", ""), one.get("ClientRequestToken", "")
                where = (one["LogicalResourceId"], one.get("ResourceType", ""))
                yield one["EventId"], Happening(*where, one["ResourceStatus"], reason, token)

    def _failure(self, status: str, happened: Iterable[Happening]) -> Stopped:
        """The first that failed by itself: what CloudFormation cancelled afterwards failed of that."""
        own = (one for one in happened if one.has_failed and "cancelled" not in one.reason.lower())
        first = next(own, None)
        if first is None:
            return Stopped(f"The stack {self.name} ended in the state {status}.", way_out(status, self.name))
        invalid = "; ".join(self._invalid(StackName=self.name)) if "DescribeEvents" in first.reason else ""
        what = invalid or f"{first.name} ({first.kind}): {first.reason}"
        return Stopped(what, remedy_for(what))

    def _invalid(self, **where: str) -> Iterator[str]:
        """What CloudFormation found wrong before it began, which its other answers only refer to."""
        pages = self._client.get_paginator("describe_events").paginate(**where, Filters={"FailedEvents": True})
        for one in (event for page in pages for event in page["OperationEvents"]):
            if reason := one.get("ValidationStatusReason"):
                yield f"{one.get('LogicalResourceId', 'it')} ({one.get('ResourceType', 'template')}): {reason}"


def _unacceptable(reason: str) -> Stopped:
    return Stopped(f"CloudFormation does not accept the template: {reason}", remedy_for(reason))
