import json
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from infra.local.clock import SimulatedClock
from infra.local.cloud import Cloud
from infra.local.mailbox import Mailbox

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

SENDER = "Hadir <lapor@hadir.example.id>"
BKD = "bkd@banten.example.id"
HEAD = "kepala.dinas@banten.example.id"
OPERATOR = "operator@banten.example.id"


@pytest.fixture
def mailbox(clock: SimulatedClock, cloud: Cloud, queue_url: str) -> Iterator[Mailbox]:
    with Mailbox(clock, cloud.sqs, queue_url) as opened:
        yield opened


@pytest.fixture
def ses(mailbox: Mailbox) -> "SESV2Client":
    return sender_of(mailbox, patience_s=30)


def test_an_accepted_mail_is_kept_byte_for_byte_with_its_envelope_tags_and_time(ses, mailbox):
    raw = report_to(BKD, cc=HEAD)

    message_id = send(ses, raw, BKD, HEAD)

    [kept] = mailbox.messages
    assert (kept.message_id, kept.raw, kept.destination) == (message_id, raw, (BKD, HEAD))
    assert kept.tags == {"report": "dinkes", "slot": "0730"}
    assert kept.accepted_at == datetime(2020, 3, 23, 0, 30, tzinfo=UTC)
    assert [part.get_filename() for part in kept.parsed.iter_attachments()] == ["laporan.pdf"]


def test_without_an_envelope_the_recipients_are_those_of_the_headers(ses, mailbox):
    ses.send_email(Content={"Raw": {"Data": report_to(BKD, cc=HEAD)}})

    [kept] = mailbox.messages
    assert kept.destination == (BKD, HEAD)
    assert kept.source == SENDER


def test_an_accepted_mail_is_announced_as_sent_and_then_as_delivered(ses, mailbox, cloud):
    message_id = send(ses, report_to(BKD), BKD)

    sent, delivered = announced(cloud, mailbox)
    assert (sent["eventType"], sent["send"]) == ("Send", {})
    assert (delivered["eventType"], delivered["delivery"]["recipients"]) == ("Delivery", [BKD])
    assert delivered["delivery"]["timestamp"] == "2020-03-23T00:30:00.000Z"
    assert delivered["mail"]["messageId"] == message_id


def test_an_event_carries_the_mail_object_of_ses_event_publishing(ses, mailbox, cloud):
    message_id = send(ses, report_to(BKD), BKD)

    mail = announced(cloud, mailbox)[0]["mail"]
    assert mail["timestamp"] == "2020-03-23T00:30:00.000Z"
    assert (mail["source"], mail["destination"]) == (SENDER, [BKD])
    assert mail["tags"]["slot"] == ["0730"]
    assert mail["tags"]["ses:configuration-set"] == ["hadir"]
    assert mail["commonHeaders"]["messageId"] == message_id
    assert {"name": "To", "value": BKD} in mail["headers"]


def test_a_bounce_follows_the_send_and_the_other_recipients_still_receive(ses, mailbox, cloud):
    mailbox.bounce(HEAD)

    send(ses, report_to(BKD, cc=HEAD), BKD, HEAD)

    sent, bounced, delivered = announced(cloud, mailbox)
    assert (sent["eventType"], bounced["eventType"]) == ("Send", "Bounce")
    assert bounced["bounce"]["bouncedRecipients"][0]["emailAddress"] == HEAD
    assert delivered["delivery"]["recipients"] == [BKD]


def test_a_hanging_send_was_accepted_and_announced_though_its_sender_never_learns_it(ses, mailbox, cloud):
    mailbox.accept_then_hang(1)

    with pytest.raises(ReadTimeoutError):
        send(sender_of(mailbox, patience_s=1), report_to(BKD), BKD)

    assert [event["eventType"] for event in announced(cloud, mailbox)] == ["Send", "Delivery"]
    assert send(ses, report_to(HEAD), HEAD) == mailbox.messages[1].message_id


def test_withheld_events_can_be_emitted_late_twice_and_out_of_order(ses, mailbox, cloud):
    mailbox.withhold_events(1)
    send(ses, report_to(BKD), BKD)
    before = announced(cloud, mailbox)

    [message] = mailbox.messages
    for kind in ("Delivery", "Send", "Delivery"):
        mailbox.emit(message, kind)

    assert before == []
    assert [event["eventType"] for event in announced(cloud, mailbox)] == ["Delivery", "Send", "Delivery"]


@pytest.mark.parametrize("code", ["MessageRejected", "BadRequestException"])
def test_one_rejected_recipient_refuses_the_whole_mail(ses, mailbox, cloud, code):
    mailbox.reject(OPERATOR, code)

    with pytest.raises(ClientError) as refused:
        send(ses, report_to(BKD, cc=OPERATOR), BKD, OPERATOR)

    assert refused.value.response["Error"]["Code"] == code
    assert (mailbox.messages, announced(cloud, mailbox)) == ([], [])


def test_throttling_refuses_as_many_sends_as_it_was_told(ses, mailbox):
    mailbox.throttle(1)

    with pytest.raises(ses.exceptions.TooManyRequestsException):
        send(ses, report_to(BKD), BKD)
    send(ses, report_to(BKD), BKD)

    assert len(mailbox.messages) == 1


def test_a_sender_whose_domain_was_never_verified_is_refused(ses, mailbox):
    with pytest.raises(ses.exceptions.MessageRejected):
        ses.send_email(
            FromEmailAddress="lapor@elsewhere.example.id",
            Destination={"ToAddresses": [BKD]},
            Content={"Raw": {"Data": report_to(BKD)}},
        )

    assert mailbox.messages == []


def test_a_mail_that_is_not_raw_is_refused(ses, mailbox):
    simple = {"Subject": {"Data": "Laporan"}, "Body": {"Text": {"Data": "Isi"}}}

    with pytest.raises(ses.exceptions.BadRequestException):
        ses.send_email(FromEmailAddress=SENDER, Destination={"ToAddresses": [BKD]}, Content={"Simple": simple})

    assert mailbox.messages == []


def sender_of(mailbox: Mailbox, *, patience_s: int) -> "SESV2Client":
    client: SESV2Client = boto3.client(
        "sesv2",
        endpoint_url=mailbox.endpoint,
        region_name="ap-southeast-3",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(read_timeout=patience_s, retries={"total_max_attempts": 1}),
    )
    return client


def report_to(to: str, *, cc: str | None = None) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SENDER, to, "Laporan kehadiran — 07.30"
    if cc:
        mail["Cc"] = cc
    mail.set_content("Terlampir.")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="laporan.pdf")
    return mail.as_bytes()


def send(ses: "SESV2Client", raw: bytes, to: str, *cc: str) -> str:
    answer = ses.send_email(
        FromEmailAddress=SENDER,
        Destination={"ToAddresses": [to], "CcAddresses": list(cc)},
        Content={"Raw": {"Data": raw}},
        EmailTags=[{"Name": "report", "Value": "dinkes"}, {"Name": "slot", "Value": "0730"}],
        ConfigurationSetName="hadir",
    )
    return answer["MessageId"]


def announced(cloud: Cloud, mailbox: Mailbox) -> list[dict[str, Any]]:
    """The events on the queue, in order, taken off it."""
    url = str(mailbox.queue_url)
    got = cloud.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in got:
        cloud.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in got]
