"""Frozen bodies: the first under a name stays, and what was frozen reads back as the value it was."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from io import BytesIO

import pytest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from botocore.session import get_session
from botocore.stub import ANY, Stubber

from chalicelib.assembly import Report
from chalicelib.domain.attendance import Status
from chalicelib.domain.delivery import DIGEST, RECAP, MailKey
from chalicelib.domain.duty import Strength
from chalicelib.domain.evidence import Band, Grade, Reason
from chalicelib.domain.people import Job, PositionGroup
from chalicelib.domain.recap import Digest, Outcome, Recap, RecapLine, SlotStanding, UnitLine
from chalicelib.domain.report import FollowUp, Heading, Row, Totals, UnitReport
from chalicelib.store.archive import Archive, mail_name
from tests.office import MONDAY, at
from tests.store import dynamo
from tests.world import BUCKET, REGION, World

KEY = MailKey(MONDAY, "0730", "dinkes")
HEADING = Heading("Banten", MONDAY, "0730", at("07:30"), at("07:25"), "WIB", "800/734-BKD/2020", "Edaran", 3, 1)
TOTALS = Totals({Status.REPORTED: 2, Status.NOT_REPORTED: 1}, {Grade.AT_HOME: 1, Grade.UNCLEAR: 1})
ROW = Row(
    "ani",
    "Ani",
    "Dinas Kesehatan",
    "Analis",
    PositionGroup.PELAKSANA,
    Job.GENERAL,
    Status.REPORTED,
    at("07:12:00.5"),
    Grade.UNCLEAR,
    Reason.FIX_TOO_OLD,
    Band.UNDER_1_KM,
)
ABSENT = replace(ROW, person="budi", status=Status.NOT_REPORTED, at=None, grade=None, reason=None, band=None)
STANDING = SlotStanding("0730", at("07:30"), Outcome.FAILED, None)
LINE = RecapLine(
    "dinkes", "Dinas Kesehatan", 3, (STANDING, SlotStanding("1130", at("11:30"), Outcome.SENT, TOTALS)), True
)
REPORTS: dict[str, Report] = {
    "dinkes": UnitReport(
        HEADING,
        "dinkes",
        "Dinas Kesehatan",
        (ROW, ABSENT),
        TOTALS,
        (Strength(PositionGroup.PENGAWAS, 1, 2),),
        (FollowUp("0730", time(7, 30), "budi", "Budi", at("07:40")),),
    ),
    DIGEST: Digest(HEADING, (UnitLine("dinkes", "Dinas Kesehatan", Outcome.WAITING, None, True, 1),), TOTALS),
    RECAP: Recap(HEADING, (LINE,), (STANDING,), (LINE,)),
}


@pytest.fixture
def archive(built: tuple[World, dynamo.Snapshot]) -> Archive:
    """An archive under another prefix of names for each test would hide a mix-up: one empty bucket instead."""
    s3 = get_session().create_client("s3", REGION)
    for item in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        s3.delete_object(Bucket=BUCKET, Key=item["Key"])
    return Archive(s3, BUCKET)


@pytest.fixture
def answers() -> Iterator[tuple[Archive, Stubber]]:
    """An archive over an S3 that answers what the test tells it to."""
    s3 = get_session().create_client("s3", REGION, aws_access_key_id="test", aws_secret_access_key="test")
    with Stubber(s3) as stubber:
        yield Archive(s3, BUCKET), stubber
        stubber.assert_no_pending_responses()


def test_the_first_body_under_a_name_stays_and_whoever_comes_later_gets_it(archive: Archive) -> None:
    assert archive.freeze("mails/one.eml", b"first") == b"first"

    assert archive.freeze("mails/one.eml", b"second") == b"first"
    assert archive.read("mails/one.eml") == b"first"


def test_the_same_body_frozen_twice_is_kept_once(archive: Archive) -> None:
    archive.freeze("mails/one.eml", b"first")

    assert archive.freeze("mails/one.eml", b"first") == b"first"


def test_names_do_not_share_a_body(archive: Archive) -> None:
    archive.freeze("mails/one.eml", b"first")

    assert archive.freeze("mails/two.eml", b"second") == b"second"
    assert archive.read("mails/three.eml") is None


@pytest.mark.parametrize("unit", REPORTS)
def test_a_report_reads_back_as_the_value_it_was(archive: Archive, unit: str) -> None:
    key, report = replace(KEY, unit=unit), REPORTS[unit]

    assert archive.freeze_report(key, report) == report
    assert archive.report(key, type(report)) == report


def test_a_report_that_was_frozen_is_not_made_again(archive: Archive) -> None:
    first = REPORTS["dinkes"]
    assert isinstance(first, UnitReport)
    archive.freeze_report(KEY, first)

    assert archive.freeze_report(KEY, replace(first, unit_name="Another")) == first


def test_a_correction_is_another_report_and_leaves_the_first(archive: Archive) -> None:
    first = REPORTS["dinkes"]
    assert isinstance(first, UnitReport)
    archive.freeze_report(KEY, first)

    archive.freeze_report(replace(KEY, revision=2), replace(first, rows=()))

    assert archive.report(KEY, UnitReport) == first


def test_a_report_that_nobody_froze_is_none(archive: Archive) -> None:
    assert archive.report(KEY, UnitReport) is None


def test_the_mail_a_copy_and_the_marked_extra_copy_are_three_bodies() -> None:
    both, alone = ("bkd@example.id", "kepala@example.id"), ("bkd@example.id",)

    names = {
        mail_name(KEY, is_extra_copy=False, recipients=both),
        mail_name(KEY, is_extra_copy=True, recipients=both),
        mail_name(KEY, is_extra_copy=False, recipients=alone),
        mail_name(replace(KEY, copy=101), is_extra_copy=False, recipients=alone),
        mail_name(replace(KEY, revision=2), is_extra_copy=False, recipients=both),
    }

    assert len(names) == 5
    assert mail_name(KEY, is_extra_copy=False, recipients=both) in names


def test_whoever_freezes_at_the_same_moment_as_another_gets_what_the_other_froze(
    answers: tuple[Archive, Stubber],
) -> None:
    archive, s3 = answers
    s3.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
    s3.add_response("get_object", {"Body": StreamingBody(BytesIO(b"other"), 5)}, {"Bucket": BUCKET, "Key": "one.eml"})

    assert archive.freeze("one.eml", b"mine") == b"other"


def test_a_body_is_only_ever_put_where_there_is_none(answers: tuple[Archive, Stubber]) -> None:
    archive, s3 = answers
    s3.add_response("put_object", {}, {"Bucket": BUCKET, "Key": "one.eml", "Body": ANY, "IfNoneMatch": "*"})

    archive.freeze("one.eml", b"mine")


@pytest.mark.parametrize("code", ["SlowDown", "AccessDenied", "NoSuchBucket"])
def test_any_other_answer_to_a_freezing_flies(answers: tuple[Archive, Stubber], code: str) -> None:
    archive, s3 = answers
    s3.add_client_error("put_object", code, http_status_code=403)

    with pytest.raises(ClientError, match=code):
        archive.freeze("one.eml", b"mine")
