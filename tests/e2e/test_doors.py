"""What employees and admins do to the deployed product, each through the door that they have."""

import pytest

from infra.local import today
from infra.local.government import ADDRESSES
from infra.local.telegram_updates import Fix
from tests.e2e import officer
from tests.e2e.conftest import ADMIN, Office
from tests.e2e.deployment import Deployed, Seat, attached, until

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("language", "says"), [("id", '<html lang="id"'), ("en", '<html lang="en"')])
def test_the_page_is_served_over_http_in_the_language_asked_for(hadir: Deployed, language: str, says: str) -> None:
    page = hadir.get("/c", **{"Accept-Language": language})

    assert page.status == 200
    assert says in page.data.decode()
    assert page.headers["Cache-Control"] == "no-store"


def test_a_checkin_gets_a_receipt_and_the_same_one_when_it_is_sent_again(hadir: Deployed, office: Office) -> None:
    first = hadir.check_in(office.visitor, "client-000001")
    again = hadir.check_in(office.visitor, "client-000001")

    assert first[0] == 201
    assert first[1]["receipt"]
    assert again[1]["receipt"] == first[1]["receipt"]


def test_a_link_that_nobody_was_given_opens_nothing(hadir: Deployed) -> None:
    status, answer = hadir.post("/api/links", token="a" * 26)

    assert status == 403
    assert answer["refusal"] == "link_unknown"


def test_the_imported_roster_sends_its_links_to_the_units_operator_alone(office: Office) -> None:
    assert office.links_mailed_to == (today.UNIT.operator_email,)
    assert set(office.tokens) == set(today.STAFF)


def test_the_first_admin_links_on_slack_by_the_code_that_the_operator_tool_printed(rina: Seat) -> None:
    assert ADMIN in rina.says("admin").text


def test_a_command_on_slack_is_shown_first_and_changes_the_office_once_it_is_confirmed(rina: Seat) -> None:
    preview = rina.says("radius 300 m akurasi 400 m")
    unchanged = rina.says("edaran").text
    rina.confirms(preview)

    assert "300" in preview.text
    assert "300 m" not in unchanged
    assert "300 m" in rina.says("edaran").text


def test_a_request_that_slack_did_not_sign_reaches_nobody(hadir: Deployed) -> None:
    forged = hadir.around.chats.slack.requests.command("U00RINA", "edaran")
    headers = {**forged.headers, "X-Slack-Signature": "v0=" + "0" * 64}

    answer = hadir.pool.request("POST", hadir.base + forged.path, body=forged.body, headers=headers)

    assert answer.status == 401


def test_an_admin_links_on_telegram_and_adds_an_employee_there(hadir: Deployed, rina: Seat) -> None:
    phone = Seat(hadir.around.chats.telegram, "7001")

    phone.says(f"tautkan {officer.first_code(hadir.stage, hadir.session, ADMIN)}")
    phone.confirms(phone.says(f"tambah pegawai Eka Lestari, {today.UNIT.id}, hp 0812-0000-1003"))

    assert "Eka Lestari" in rina.says("cari eka").text


def test_an_employee_links_on_telegram_by_their_own_number_and_reports_by_sharing_where_they_are(
    hadir: Deployed,
) -> None:
    telegram = hadir.around.chats.telegram
    bagus, kept = Seat(telegram, "7002"), len(hadir.rows("checkins"))

    linked = bagus.next(lambda: telegram.contact(bagus.user, "6281200001001"), "contact")
    receipt = bagus.next(lambda: telegram.location(bagus.user, Fix(-6.12, 106.15)), "location")

    assert "Bagus C." in linked.text
    assert receipt.text
    assert len(hadir.rows("checkins")) == kept + 1


def test_the_list_that_bkd_gets_by_mail_changes_nothing_when_it_is_sent_back_to_the_bot(
    hadir: Deployed, rina: Seat
) -> None:
    mailbox, slack = hadir.around.mailbox, hadir.around.chats.slack
    before = len(mailbox.messages)

    rina.confirms(rina.says("ekspor"))
    (mail,) = until(lambda: mailbox.messages[before:], "the list")
    ((name, workbook),) = attached(mail)
    read = rina.next(lambda: slack.upload(rina.user, name, workbook), "the file")

    assert mail.destination == ADDRESSES["bkd"]
    assert read.text.startswith("Tidak ada yang berubah")
