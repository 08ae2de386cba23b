"""E-mail: one message as MIME, one request to SES, one verdict.

SES has no idempotency key, so the client never repeats a send by itself (botocore's default would, up to three times)
and an answer that says nothing about acceptance is reported as such. What to do then is the ledger's decision.
"""

import json
from dataclasses import dataclass
from datetime import date
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from chalicelib.domain.delivery import MailKey, SesEvent, Verdict

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")

REFUSED = frozenset({"MessageRejected", "BadRequestException", "InvalidParameterValue"})
"""SES's definite no about this very message (API reference, SendEmail, Errors)."""

NEVER_LEFT = (ConnectTimeoutError, EndpointConnectionError)
"""Errors before anything was sent: the connection itself did not come about."""


class _Letterhead(EmailPolicy):
    """How headers become bytes: a long subject beyond ASCII by email's older folding, since the newer one loses spaces
    between two of its pieces (up to Python 3.13)."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name != "Subject" or value.isascii():
            return super().fold_binary(name, value)
        folded = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {folded}{self.linesep}".encode("ascii")


LETTERHEAD = _Letterhead(linesep="\r\n", cte_type="7bit")


@dataclass(frozen=True)
class Letter:
    """A rendered report on its way: texts, workbook and who gets it."""

    key: MailKey
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    reply_to: str | None
    subject: str
    text: str
    html: str
    file_name: str
    workbook: bytes


@dataclass(frozen=True)
class Answer:
    """What SES answered, reduced to what the ledger needs."""

    verdict: Verdict
    message_id: str | None = None
    problem: str | None = None


def mime(letter: Letter) -> bytes:
    """The message as bytes, the same for the same letter: boundaries come from its key, SES adds date and id.

    Raises: ValueError for an address or subject with a line break, which no validated one has.
    """
    message = EmailMessage(policy=LETTERHEAD)
    message["From"], message["To"], message["Subject"] = letter.sender, ", ".join(letter.to), letter.subject
    if letter.cc:
        message["Cc"] = ", ".join(letter.cc)
    if letter.reply_to:
        message["Reply-To"] = letter.reply_to
    message["X-Report-Key"], message["Auto-Submitted"] = str(letter.key), "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    message.add_attachment(letter.workbook, *XLSX, filename=letter.file_name)
    _name_boundaries(message, letter.key)
    return message.as_bytes()


def _name_boundaries(message: EmailMessage, key: MailKey) -> None:
    parts = [part for part in message.walk() if part.is_multipart()]
    for number, part in enumerate(parts):
        part.set_boundary(f"={number}={sha256(str(key).encode()).hexdigest()[:32]}")


class Mailer:
    """Hands messages to SES."""

    def __init__(self, client: "SESV2Client", configuration_set: str) -> None:
        self._client, self._configuration_set = client, configuration_set

    def send(self, key: MailKey, attempt: int, sender: str, recipients: tuple[str, ...], body: bytes) -> Answer:
        """One request to SES, never repeated here.

        The tags carry the mail's key through SES, whose events are the receipt when the answer is lost.
        """
        try:
            response = self._client.send_email(
                FromEmailAddress=sender,
                Destination={"ToAddresses": list(recipients)},
                Content={"Raw": {"Data": body}},
                EmailTags=[{"Name": name, "Value": value} for name, value in tags(key, attempt).items()],
                ConfigurationSetName=self._configuration_set,
            )
        except ClientError as error:
            return _refusal(error)
        except NEVER_LEFT as error:
            return Answer(Verdict.PUT_OFF, problem=type(error).__name__)
        except BotoCoreError as error:
            return Answer(Verdict.UNKNOWN, problem=type(error).__name__)
        return Answer(Verdict.ACCEPTED, response["MessageId"])


def _refusal(error: ClientError) -> Answer:
    code = error.response["Error"]["Code"]
    if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
        return Answer(Verdict.UNKNOWN, problem=code)
    return Answer(Verdict.REFUSED if code in REFUSED else Verdict.PUT_OFF, problem=code)


def tags(key: MailKey, attempt: int) -> dict[str, str]:
    """A mail's key as SES message tags, whose values may hold letters, digits, `_`, `-`, `.` and `@` only."""
    return {
        "day": key.day.isoformat(),
        "slot": key.slot,
        "unit": key.unit,
        "revision": str(key.revision),
        "copy": str(key.copy),
        "attempt": str(attempt),
    }


@dataclass(frozen=True)
class Event:
    """What SES says became of a mail; `addresses` are the recipients it speaks of, in lower case.

    `why` is a bounce's type and subtype in SES's words; one of them SES cannot tell from an automatic reply, such as
    "I am on leave".
    Source: SES developer guide, "Amazon SNS notification contents", bounce types: Transient, General.
    """

    key: MailKey
    kind: SesEvent
    message_id: str
    addresses: tuple[str, ...]
    why: str = ""

    @property
    def may_be_a_reply(self) -> bool:
        return self.why == "Transient/General"


def read_event(body: str) -> Event | None:
    """An SES event as it comes from SNS with raw delivery; None for one that is not about a mail of the ledger.

    Not everything is JSON: when its topic is new, SES publishes a sentence to it, to see whether it may.
    Source: SES developer guide, "Contents of event data that Amazon SES publishes".
    """
    if not body.lstrip().startswith("{"):
        return None
    event = json.loads(body)
    mail, kind = event.get("mail", {}), event.get("eventType")
    tagged = {name: values[0] for name, values in mail.get("tags", {}).items() if values}
    if kind not in set(SesEvent) or not {"day", "slot", "unit", "revision", "copy"} <= tagged.keys():
        return None
    key = MailKey(
        date.fromisoformat(tagged["day"]),
        tagged["slot"],
        tagged["unit"],
        int(tagged["revision"]),
        int(tagged["copy"]),
    )
    bounce = event.get("bounce", {})
    why = "/".join(bounce[name] for name in ("bounceType", "bounceSubType") if name in bounce)
    return Event(key, SesEvent(kind), mail["messageId"], _addresses(event, SesEvent(kind)), why)


def _addresses(event: dict[str, Any], kind: SesEvent) -> tuple[str, ...]:
    if kind is SesEvent.BOUNCE:
        found = [recipient["emailAddress"] for recipient in event["bounce"]["bouncedRecipients"]]
    elif kind is SesEvent.DELIVERY:
        found = event["delivery"]["recipients"]
    else:
        found = event["mail"]["destination"]
    return tuple(address.lower() for address in found)
