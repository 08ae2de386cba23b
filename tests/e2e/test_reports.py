"""What the clock does to the deployed product: a slot closes, a bell is rung, reports leave and SES tells of them.

Whatever can be tested before the cut-off stands in modules that run before this one, so that little is waited for.
"""

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from chalicelib.domain.calendar import ZONES
from chalicelib.domain.delivery import PARCEL, SETTLING
from infra.local import today
from infra.local.government import ADDRESSES
from infra.local.outbox import key_of
from infra.local.ses_events import AcceptedMail
from tests.e2e import officer
from tests.e2e.conftest import Office
from tests.e2e.deployment import Deployed, attached, now, until

pytestmark = pytest.mark.slow


def test_the_slots_reports_leave_with_their_workbooks_when_a_bell_is_rung_and_are_told_to_be_delivered(
    hadir: Deployed, office: Office
) -> None:
    until(lambda: now() > office.closes + SETTLING, "the cut-off", within_s=180)
    hadir.ring("report-0730")
    until(lambda: report_states(hadir) == ["delivered"] * 2, "SES's word on two reports")

    report, digest = sorted(reports(hadir), key=lambda mail: len(mail.destination), reverse=True)
    assert set(report.destination) == {*ADDRESSES["bkd"], today.UNIT.head_email, today.UNIT.operator_email}
    assert set(digest.destination) == {*ADDRESSES["bkd"]}
    assert all(name.endswith(".xlsx") for mail in (report, digest) for name, _ in attached(mail))
    assert {"Sari Contoh", "Dewi Contoh"} <= words_of(attached(report)[0][1])


def report_states(hadir: Deployed) -> list[str]:
    return [state for row, state in hadir.mail_states().items() if officer.SLOT in row]


def reports(hadir: Deployed) -> list[AcceptedMail]:
    """What BKD got beside the lists that its admins asked for."""
    to_bkd = [mail for mail in hadir.around.mailbox.messages if {*ADDRESSES["bkd"]} <= {*mail.destination}]
    return [mail for mail in to_bkd if key_of(mail).unit != PARCEL]


def words_of(workbook: bytes) -> set[str]:
    sheets = load_workbook(BytesIO(workbook)).worksheets
    return {str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row}


def test_a_report_is_frozen_and_rendered_again_to_the_byte(hadir: Deployed, tmp_path: Path) -> None:
    day = now().astimezone(ZONES[hadir.stage.zone]).date()
    which = ("--day", f"{day}", "--slot", officer.SLOT, "--unit", today.UNIT.id, "--out", str(tmp_path / "again.eml"))

    status, printed = officer.type_in(hadir.stage, hadir.session, "replay", *which)

    frozen = hadir.client("s3").list_objects_v2(Bucket=hadir.outputs["FrozenBucket"])["Contents"]
    assert status == 0, printed
    assert sum(f"/{officer.SLOT}/" in one["Key"] for one in frozen) == 4


def test_a_mail_that_comes_back_is_known_to_the_ledger(hadir: Deployed) -> None:
    hadir.around.mailbox.emit(hadir.around.mailbox.messages[-1], "Bounce")

    assert until(lambda: "bounced" in hadir.mail_states().values(), "the bounce")


def test_nothing_was_put_aside(hadir: Deployed) -> None:
    until(lambda: not any(map(hadir.waiting, ("reports", "mail-events", "bots"))), "empty queues")

    assert hadir.waiting("dead") == 0
