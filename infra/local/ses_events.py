"""What SES keeps of an accepted mail and publishes about it: its events, as the developer guide records them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from email.utils import parseaddr
from functools import cached_property
from typing import Any, Literal

Kind = Literal["Send", "Delivery", "Bounce"]
_ACCOUNT = "123456789012"


@dataclass(frozen=True)
class AcceptedMail:
    """One message as SES accepted it: `raw` is every byte the sender handed over."""

    message_id: str
    source: str
    destination: tuple[str, ...]
    tags: Mapping[str, str]
    configuration_set: str | None
    accepted_at: datetime
    raw: bytes

    @cached_property
    def parsed(self) -> EmailMessage:
        """The message read as MIME."""
        return BytesParser(EmailMessage, policy=default).parsebytes(self.raw)


def ses_event(
    message: AcceptedMail, kind: Kind, *, at: datetime, recipients: Iterable[str] | None = None
) -> dict[str, Any]:
    """The record SES publishes for `message`: with raw delivery on, the whole body of the SQS message.

    Source: Amazon SES Developer Guide, "Contents of event data that Amazon SES publishes to Amazon SNS".
    """
    concerned = list(message.destination if recipients is None else recipients)
    fate = _fate(message, kind, concerned, at)
    return {"eventType": kind, "mail": _mail_object(message), kind.lower(): fate}


def _mail_object(message: AcceptedMail) -> dict[str, Any]:
    parsed = message.parsed
    identity = bare(message.source)
    return {
        "timestamp": _timestamp(message.accepted_at),
        "source": message.source,
        "sourceArn": f"arn:aws:ses:ap-southeast-3:{_ACCOUNT}:identity/{identity}",
        "sendingAccountId": _ACCOUNT,
        "messageId": message.message_id,
        "destination": list(message.destination),
        "headersTruncated": False,
        "headers": [{"name": name, "value": str(value)} for name, value in parsed.items()],
        "commonHeaders": _common_headers(parsed, message.message_id),
        "tags": _tags(message, identity),
    }


def _common_headers(parsed: EmailMessage, message_id: str) -> dict[str, Any]:
    several = {name: [str(parsed[name])] for name in ("from", "to", "cc") if name in parsed}
    return {**several, "messageId": message_id, "subject": str(parsed["subject"] or "")}


def _tags(message: AcceptedMail, identity: str) -> dict[str, list[str]]:
    own = {name: [value] for name, value in message.tags.items()}
    used = {"ses:configuration-set": [message.configuration_set]} if message.configuration_set else {}
    return {**used, "ses:from-domain": [identity.rpartition("@")[2]], **own}


def _fate(message: AcceptedMail, kind: Kind, concerned: list[str], at: datetime) -> dict[str, Any]:
    match kind:
        case "Send":
            return {}
        case "Delivery":
            took = at - message.accepted_at
            return {
                "timestamp": _timestamp(at),
                "processingTimeMillis": int(took.total_seconds() * 1000),
                "recipients": concerned,
                "smtpResponse": "250 2.0.0 OK",
                "reportingMTA": "a1-1.smtp-out.example.com",
            }
        case "Bounce":
            return {
                "timestamp": _timestamp(at),
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": [_bounced(address) for address in concerned],
                "feedbackId": f"{message.message_id}-bounce",
                "reportingMTA": "dsn; a1-1.smtp-out.example.com",
            }


def _bounced(address: str) -> dict[str, str]:
    code = "smtp; 550 5.1.1 user unknown"
    return {"emailAddress": bare(address), "action": "failed", "status": "5.1.1", "diagnosticCode": code}


def bare(address: str) -> str:
    return parseaddr(address)[1].lower()


def _timestamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
