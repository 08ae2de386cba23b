"""Parcels on their way: one mail each, kept nowhere, and without effect on the ledger."""

from email.message import EmailMessage
from io import BytesIO

import pytest
from openpyxl import load_workbook

from chalicelib.admin.links import issue_links
from chalicelib.admin.parcels import Parcel, sheet_parcels
from chalicelib.courier import send
from chalicelib.domain.change import Line
from chalicelib.domain.delivery import PARCEL, State, Verdict
from chalicelib.mail import Answer, read_event
from chalicelib.reporting import settle
from chalicelib.store.tables import LedgerRow
from tests.office import DINKES, LINKED, MONDAY, ORGANISATION, at, person
from tests.world import BUCKET, SENDER, World, ses_event

ANI = person("Ani", phone="+6281200000001")
BASE_URL = "https://hadir.example.id/v1"


def sheet() -> tuple[Parcel, str]:
    """Ani's sheet, and the token that is on it."""
    people, tokens = issue_links([ANI], bytes, renewed={ANI.id}, at=LINKED)
    (parcel,) = sheet_parcels(ORGANISATION, people, tokens, BASE_URL, "rina")
    return parcel, tokens[ANI.id]


def sent_by(world: World, parcel: Parcel, cause: str = "c1") -> Answer:
    return send(world.post.mailer, SENDER, parcel, cause=cause, at=at("09:00"))


def attachment(message: EmailMessage) -> EmailMessage:
    (found,) = message.iter_attachments()
    assert isinstance(found, EmailMessage)
    return found


def test_a_parcel_is_one_mail_to_its_address_with_the_file_as_it_is(world: World) -> None:
    parcel, _ = sheet()

    answer = sent_by(world, parcel)

    (sent,) = world.sent()
    assert answer.verdict is Verdict.ACCEPTED
    assert sent.recipients == (DINKES.operator_email,)
    assert sent.message["Subject"] == f"[Hadir] Lembar tautan lapor · {DINKES.name}"
    assert attachment(sent.message).get_filename() == "tautan-dinas-kesehatan-provinsi-banten.xlsx"
    assert attachment(sent.message).get_content() == parcel.content


def test_the_links_are_in_the_file_alone_and_not_in_the_mails_words(world: World) -> None:
    parcel, token = sheet()

    sent_by(world, parcel)

    (sent,) = world.sent()
    words = [str(part.get_content()) for part in sent.message.walk() if part.get_content_maintype() == "text"]
    page = load_workbook(BytesIO(attachment(sent.message).get_content())).active
    assert page
    assert token in str(page.cell(5, 4).hyperlink.target)  # type: ignore[union-attr]
    assert len(words) == 2
    assert not any(token in text or "Ani" in text for text in words)


def test_nothing_of_a_parcel_is_kept_in_archive_or_ledger(world: World) -> None:
    world.open([ANI])

    sent_by(world, sheet()[0])

    assert world.records.archive._client.list_objects_v2(Bucket=BUCKET).get("Contents", []) == []
    assert list(LedgerRow.scan()) == []


@pytest.mark.parametrize("kind", ["Send", "Delivery", "Bounce", "Reject"])
def test_what_ses_says_of_a_parcel_moves_nothing_in_the_ledger(world: World, kind: str) -> None:
    world.open([ANI])
    world.play(at("07:30"))
    before = [row.to_simple_dict() for row in LedgerRow.scan()]
    sent_by(world, sheet()[0])
    sent = world.sent()[-1]

    event = read_event(ses_event(kind, sent, sent.recipients))

    assert event
    settle(world.bell, event, at=at("09:01"))
    assert sent.key.unit == PARCEL
    assert [row.to_simple_dict() for row in LedgerRow.scan()] == before
    assert {mail.state for mail in world.records.ledger.mails(MONDAY, "0730")} == {State.SENT}


def test_an_address_that_ses_refuses_is_told_to_whoever_asked(world: World) -> None:
    parcel = Parcel(("",), Line("parcel.rejected.subject", {}), Line("parcel.care"), "x.xlsx", b"x", "rina")

    assert sent_by(world, parcel).verdict is not Verdict.ACCEPTED


def test_two_causes_are_two_mails_and_one_cause_has_one_name(world: World) -> None:
    parcel, _ = sheet()

    for cause in ("c1", "c1", "c2"):
        sent_by(world, parcel, cause)

    assert sorted(world.keys().values()) == [1, 2]
