"""A whole small government on moto, in this process: real stores, real queues, real SES requests.

Time is passed in; e-mails are read back from where moto keeps them.
"""

import email
import json
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from functools import cache
from itertools import count
from random import Random
from typing import Any

from botocore.config import Config
from botocore.session import get_session
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from chalicelib.admin.desk import Registry
from chalicelib.admin.links import issue_links
from chalicelib.admin.publishing import publish
from chalicelib.assembly import Records
from chalicelib.checkin import Receipt, Submission, read_request, record_checkin
from chalicelib.domain.calendar import ZONES, Calendar
from chalicelib.domain.change import Edit, Fact, Line, Noun, diff, facts_of, partitioned
from chalicelib.domain.delivery import SETTLING, MailKey
from chalicelib.domain.duty import Assignment
from chalicelib.domain.link import token_hash
from chalicelib.domain.people import Address, Organisation, Person
from chalicelib.domain.policy import Policy
from chalicelib.mail import Mailer, read_event
from chalicelib.planning import Bell
from chalicelib.render.letters import compose
from chalicelib.reporting import PostOffice, deliver, ring, settle
from chalicelib.store import tables
from chalicelib.store.archive import Archive
from chalicelib.store.checkins import CheckInStore
from chalicelib.store.doorbell import Doorbell
from chalicelib.store.ledger import Ledger
from chalicelib.store.office import OfficeStore
from tests import office as built

REGION, PREFIX, BUCKET, SENDER, EVENTS = "ap-southeast-3", "test", "test-frozen", "hadir@example.id", "test-events"


@dataclass(frozen=True)
class Sent:
    """One e-mail as SES accepted it."""

    message: EmailMessage
    recipients: tuple[str, ...]
    id: str

    @property
    def key(self) -> MailKey:
        return MailKey.parse(self.message["X-Report-Key"])

    @property
    def slot(self) -> str:
        return self.key.slot


@dataclass
class World:
    """The stores and the desk of one government, and the hands that pull its levers."""

    bell: Bell
    post: PostOffice
    registry: Registry
    sqs: Any
    queue_url: str
    tokens: dict[str, str] = field(default_factory=dict)
    ids: Any = field(default_factory=lambda: count(1))

    @property
    def records(self) -> Records:
        return self.bell.records

    def open(
        self,
        people: list[Person],
        *,
        policy: Policy | None = None,
        organisation: Organisation = built.ORGANISATION,
        assignments: tuple[Assignment, ...] = (),
        addresses: dict[str, tuple[str, ...]] | None = None,
        calendar: Calendar | None = None,
        opened_at: datetime = built.LINKED,
    ) -> None:
        """Open the office the day before the letter takes effect, everybody linked."""
        unlinked = [replace(person, link_hash=None, link_since=None) for person in people]
        roster, self.tokens = issue_links(unlinked, self.registry.random_bytes, at=opened_at)
        facts: list[Fact] = [
            *organisation.units,
            replace(policy or built.banten(), adopted_at=opened_at),
            *(calendar or built.calendar()).decrees,
            *(Address(*entry) for entry in (addresses or built.ADDRESSES).items()),
            *assignments,
            *roster,
        ]
        edits = [Edit(None, fact) for fact in facts]
        self.records.office.commit(0, edits, who="test", summary=Line("office.opened"), at=opened_at)
        publish(self.records, self.registry.zone)

    def change_people(self, people: list[Person], at: datetime) -> None:
        """Make these the people, each with the link they have or would have got."""
        roster, tokens = issue_links(
            [replace(person, link_hash=self._hash(person), link_since=built.LINKED) for person in people],
            self.registry.random_bytes,
            at=at,
        )
        self.tokens |= tokens
        self.change(Noun.PEOPLE, roster, at=at)

    def change(self, noun: Noun, values: Sequence[Fact], at: datetime) -> None:
        """Replace one noun of the office."""
        head = self.records.office.head()
        assert head
        office = self.records.office.whole(head.revision, at.date())
        edits = diff(partitioned(facts_of(office, noun)), partitioned(values))
        self.records.office.commit(head.revision, edits, who="test", summary=Line("office.opened"), at=at)
        publish(self.records, self.registry.zone)

    def move_to(self, zone: str) -> None:
        """Let this be a government of another zone."""
        self.bell = replace(self.bell, zone=ZONES[zone])
        self.post = replace(self.post, bell=self.bell)
        self.registry = replace(self.registry, bell=self.bell)

    def _hash(self, person: Person) -> str | None:
        token = self.tokens.get(person.id)
        return token_hash(token) if token else None

    def checkin(self, name: str, at: datetime, **claims: Any) -> Receipt:
        """Report through the link of a person, at home with a good fix unless told otherwise."""
        claims.setdefault(
            "position", {"lat": -6.12, "lon": 106.15, "accuracy_m": 20, "fixed_at": at.timestamp() * 1000}
        )
        claims.setdefault("id", f"client-{next(self.ids):06}")
        if claims.get("no_position"):
            claims["position"] = None
        submission = _submission({"token": self.tokens[name.lower()], **claims})
        return record_checkin(self.records.checkins, submission, at=at)

    def ring(self, at: datetime) -> None:
        ring(self.bell, at=at)

    def work(self, at: datetime) -> int:
        """Empty the queue of reports as its worker would; returns how many doorbells there were."""
        handled = 0
        while messages := self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                deliver(self.post, MailKey.parse(message["Body"]), at=at)
                self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
                handled += 1
        return handled

    def work_through_faults(self, at: datetime) -> None:
        """Empty the queue once; a message whose handling raises stays for later, as SQS would keep it."""
        for message in self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages", []):
            with suppress(Exception):
                deliver(self.post, MailKey.parse(message["Body"]), at=at)

    def play(self, at: datetime) -> None:
        """Ring, ring again once late check-ins have settled (so that no real seconds pass), and work."""
        self.ring(at)
        self.ring(at + SETTLING)
        self.work(at + SETTLING)

    def event(self, kind: str, sent: Sent, at: datetime, *addresses: str) -> None:
        """Let SES say something of a mail."""
        found = read_event(ses_event(kind, sent, addresses or sent.recipients))
        assert found
        settle(self.bell, found, at=at)

    def sent(self, after: int = 0) -> list[Sent]:
        """The e-mails that SES has accepted, in order, without the first so many."""
        return [_sent(message) for message in _accepted()[after:]]

    def sent_count(self) -> int:
        return len(_accepted())

    def keys(self) -> Counter[str]:
        return Counter(str(sent.key) for sent in self.sent())


def _accepted() -> list[Any]:
    messages: list[Any] = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
    return messages


def _submission(claims: dict[str, Any]) -> Submission:
    return read_request(json.dumps(claims).encode(), Submission)


def _sent(stored: Any) -> Sent:
    message = email.message_from_bytes(stored.raw_data.encode(), policy=default)
    assert isinstance(message, EmailMessage)
    recipients = tuple(dict.fromkeys(stored.destinations))
    return Sent(message, recipients, stored.id)


def ses_event(kind: str, sent: Sent, addresses: tuple[str, ...]) -> str:
    """An event as SES publishes it (developer guide, "Contents of event data that Amazon SES publishes")."""
    key = sent.key
    tags = {
        "day": [key.day.isoformat()],
        "slot": [key.slot],
        "unit": [key.unit],
        "revision": [str(key.revision)],
        "copy": [str(key.copy)],
        "attempt": ["1"],
    }
    body: dict[str, Any] = {
        "eventType": kind,
        "mail": {"messageId": sent.id, "tags": tags, "destination": list(sent.recipients)},
    }
    if kind == "Delivery":
        body["delivery"] = {"recipients": list(addresses)}
    if kind == "Bounce":
        body["bounce"] = {"bouncedRecipients": [{"emailAddress": address} for address in addresses]}
    return json.dumps(body)


@cache
def _clients() -> tuple[Any, Any, Any]:
    """Queues, bodies and mail. A client takes a tenth of a second to make and outlives the moto that it talks to."""
    session, once = get_session(), Config(retries={"total_max_attempts": 1})
    return (
        session.create_client("sqs", REGION),
        session.create_client("s3", REGION),
        session.create_client("sesv2", REGION, config=once),
    )


def build_world() -> World:
    """Tables, bucket, queue and SES identity on moto; call inside `mock_aws`."""
    sqs, s3, ses = _clients()
    tables.bind(PREFIX, REGION)
    for table in tables.TABLES.values():
        table.create_table(wait=True)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    queue_url = sqs.create_queue(QueueName=f"{PREFIX}-reports")["QueueUrl"]
    sqs.create_queue(QueueName=f"{PREFIX}-bots")
    ses.create_email_identity(EmailIdentity=SENDER)
    ses.create_configuration_set(ConfigurationSetName=EVENTS)
    records = Records(OfficeStore(REGION), CheckInStore(), Ledger(), Archive(s3, BUCKET))
    bell = Bell(records, Doorbell(sqs, queue_url), ZONES["WIB"])
    post = PostOffice(bell, Mailer(ses, EVENTS), SENDER, compose)
    registry = Registry(bell, Random(1).randbytes, "https://hadir.example.id/v1")
    return World(bell, post, registry, sqs, queue_url)
