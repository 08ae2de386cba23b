"""What stops a deployment, and what a person does about it.

AWS gives its reasons to developers; the few that an office meets are answered here in its own words. The price: a
pattern over AWS's wording, which may change; then the reason is shown with the general advice.
"""

import re
from typing import Final


class Stopped(Exception):
    """A deployment that goes no further: what is the matter, then what to do about it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


REMEDIES: Final = (
    (
        r"not authorized|AccessDenied|Access Denied",
        "Your AWS user lacks a right. Ask the account's administrator for the right named above.",
    ),
    (
        r"UnreservedConcurrentExecution|ReservedConcurrentExecutions",
        "The account's limit of concurrent functions is too low for reserved_for_checkins. Write 0 into the stage's "
        "file, or wait until AWS has raised the limit (docs/three-days-before.md).",
    ),
    (
        r"[Ll]imit ?[Ee]xceeded|[Qq]uota",
        "A limit of the account is reached. Ask for more in the AWS console, Service Quotas, or free some.",
    ),
    (
        r"(?i)email ?identity\b.*already exist",
        "The sender's domain is in SES already. Write verify_sender = false into the stage's file.",
    ),
    (
        r"already exists",
        "Something of this name stands in the account outside the stack. If an earlier deployment left it, delete or "
        "rename it in the AWS console; tables and the bucket of frozen reports are taken over by themselves.",
    ),
    (
        r"(?i)certificate",
        "The certificate must be issued, for domain_name, in the stage's region (AWS Certificate Manager).",
    ),
    (
        r"custom-named resource",
        "The new version wants to replace something that cannot be replaced in place. Report this to whoever "
        "maintains Hadir.",
    ),
)
"""What to do about the reasons that AWS gives most, by a pattern of its words; the first that fits."""

AGAIN: Final = "Everything is as it was before. Remove the cause named above, then type the same command again."


def remedy_for(reason: str) -> str:
    """What to do about a reason of AWS's."""
    return next((remedy for pattern, remedy in REMEDIES if re.search(pattern, reason)), AGAIN)


def way_out(status: str, name: str) -> str:
    """What a person does about a stack at rest in a bad state, or one that is still busy."""
    if status.endswith("_IN_PROGRESS"):
        return "Somebody deploys it at this moment. Wait until that has ended, then type the same command again."
    if status.startswith("UPDATE_ROLLBACK"):
        return f"In the AWS console: CloudFormation, {name}, Stack actions, Continue update rollback; then try again."
    return f"Type: make destroy STAGE={name.removeprefix('hadir-')}. It keeps all data. Then deploy again."
