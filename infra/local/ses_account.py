"""SES's account half in a rehearsal: the sandbox that AWS's people lift, and the domain that the DNS has yet to prove.

Identities are those of the emulated account, which believes every one at once; here they wait as real ones do. What is
sent is the mailbox's business. The price: a sandbox refuses no recipient, so only the doctor sees that it is there.
"""

import json
from collections.abc import Callable
from hashlib import sha256
from re import Match, fullmatch
from typing import Any
from urllib.parse import unquote

from boto3 import Session
from botocore.exceptions import ClientError
from werkzeug.wrappers import Request, Response

from infra.local.cloud import REGION

SANDBOX = {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 0.0}
GRANTED = {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0}
"""What SES lets an account send before and after production access was granted.
Source: Amazon SES Developer Guide, "Service quotas"."""

EVENTS = "-mail-events"
GREETING = "Successfully validated SNS topic for Amazon SES event publishing."

Answer = Callable[[Match[str], dict[str, Any]], Any]
"""What is said to a request, by its path and its body; None where the mailbox shall say it."""


class SesAccount:
    """What is asked of SES beside sending; `session` reaches the emulated account's own SES."""

    def __init__(self, session: Session) -> None:
        self.is_granted = self.is_asked = self.knows_dns = False
        self._ses: Any = session.client("sesv2")
        self._routes: dict[tuple[str, str], Answer] = {
            ("GET", r"/v2/email/account"): self._account,
            ("POST", r"/v2/email/account/details"): self._ask,
            ("POST", r"/v2/email/list-identities"): lambda *_: self._ses.list_email_identities(),
            ("POST", r"/v2/email/identities"): self._create,
            ("GET", r"/v2/email/suppression/addresses"): lambda *_: self._ses.list_suppressed_destinations(),
            ("DELETE", r"/v2/email/suppression/addresses/([^/]+)"): self._forgive,
            ("GET", r"/v2/email/identities/([^/]+)"): self._identity,
            ("PUT", r"/v2/email/identities/([^/]+)/mail-from"): self._mail_from,
        }
        self._mail_froms: dict[str, str] = {}

    def __call__(self, request: Request) -> Response | None:
        """The answer to a request, or None where it is not about the account."""
        for (method, path), answer in self._routes.items():
            found = fullmatch(path, request.path)
            if found and request.method == method:
                return _told(answer, found, json.loads(request.get_data() or b"{}"))
        return None

    def domains(self) -> list[str]:
        """The domains that the account may one day send from."""
        return [one["IdentityName"] for one in self._ses.list_email_identities()["EmailIdentities"]]

    def _account(self, _: Match[str], __: dict[str, Any]) -> dict[str, Any]:
        quota = GRANTED if self.is_granted else SANDBOX
        state = {"SendingEnabled": True, "EnforcementStatus": "HEALTHY", "DedicatedIpAutoWarmupEnabled": False}
        return {**state, "ProductionAccessEnabled": self.is_granted, "SendQuota": quota}

    def _ask(self, _: Match[str], __: dict[str, Any]) -> dict[str, Any]:
        self.is_asked = True
        return {}

    def _identity(self, path: Match[str], _: dict[str, Any]) -> dict[str, Any]:
        known = self._ses.get_email_identity(EmailIdentity=path[1])
        own = self._mail_froms.get(path[1]) or known["MailFromAttributes"].get("MailFromDomain", "")
        status = "SUCCESS" if self.knows_dns else "PENDING"
        return {
            "IdentityType": known["IdentityType"],
            "VerifiedForSendingStatus": self.knows_dns,
            "DkimAttributes": {
                "SigningEnabled": True,
                "Status": status,
                "Tokens": [sha256(f"{path[1]}{number}".encode()).hexdigest()[:32] for number in (1, 2, 3)],
                "SigningHostedZone": f"dkim.{REGION}.amazonses.com",
            },
            "MailFromAttributes": {
                "MailFromDomain": own,
                "MailFromDomainStatus": status,
                "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
            },
        }

    def _create(self, _: Match[str], asked: dict[str, Any]) -> None:
        """Let the account know it; the mailbox, which is asked next, has to know it too."""
        if asked["EmailIdentity"] not in self.domains():
            self._ses.create_email_identity(**asked)

    def _forgive(self, path: Match[str], _: dict[str, Any]) -> dict[str, Any]:
        return dict(self._ses.delete_suppressed_destination(EmailAddress=unquote(path[1])))

    def _mail_from(self, path: Match[str], asked: dict[str, Any]) -> dict[str, Any]:
        self._mail_froms[path[1]] = asked.get("MailFromDomain", "")
        return {}


def _told(answer: Answer, path: Match[str], asked: dict[str, Any]) -> Response | None:
    try:
        told = answer(path, asked)
    except ClientError as fault:
        error = fault.response["Error"]
        refusal = Response(json.dumps({"message": error["Message"]}), 404, content_type="application/json")
        refusal.headers["x-amzn-ErrorType"] = error["Code"]
        return refusal
    return None if told is None else Response(json.dumps(told), content_type="application/json")


class Topics:
    """Where the mailbox publishes SES's events: the topic of the stack whose configuration set a mail named."""

    def __init__(self, session: Session) -> None:
        self._sns: Any = session.client("sns")
        self._greeted: set[str] = set()

    def greet(self) -> None:
        """Say to each new topic what SES says to it when it becomes an event destination."""
        topics = {one["TopicArn"] for one in self._sns.list_topics()["Topics"]}
        for topic in topics - self._greeted:
            if topic.endswith(EVENTS):
                self._sns.publish(TopicArn=topic, Message=GREETING)
        self._greeted = topics

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803 - the mailbox speaks to SQS
        tags = json.loads(MessageBody)["mail"]["tags"]
        stack = tags["ses:configuration-set"][0].removesuffix("-events")
        for topic in self._sns.list_topics()["Topics"]:
            if topic["TopicArn"].endswith(f":{stack}{EVENTS}"):
                self._sns.publish(TopicArn=topic["TopicArn"], Message=MessageBody)
