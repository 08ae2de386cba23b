"""The clock's and the queues' doors: when each function is started, and what an event does that comes late or twice."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from chalicelib.admin.publishing import publish
from chalicelib.domain.attendance import Status
from chalicelib.domain.change import Line, edit
from chalicelib.domain.delivery import DIGEST, GRACE, SETTLING, MailKey, State
from chalicelib.domain.report import UnitReport
from chalicelib.settings import MEANINGS
from chalicelib.store.checkins import published_board
from chalicelib.store.tables import OfficeRow
from tests.entry.hadir import Hadir
from tests.office import LINKED, MONDAY, NYEPI, SATURDAY, at, banten
from tests.world import ses_event

ROOT = Path(__file__).resolve().parents[2]
CRONS = """
import json
from app import app
expressions = {source.name: getattr(source, "schedule_expression", None) for source in app.event_sources}
print(json.dumps({name: when.to_string() for name, when in expressions.items() if when}))
"""
SETTINGS = """
from app import app
from chalicelib import wiring
wiring.settings()
"""
SLOT_EVENT = "2020-03-23T00:30:00Z"
EVERY_FIVE_MINUTES = "cron(0/5 * * * ? *)"


def run(source: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Import the product in a process of its own, with no more in its environment than this."""
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **variables}
    return subprocess.run([sys.executable, "-c", source], env=environ, cwd=ROOT, capture_output=True, text=True)


# When


@pytest.mark.parametrize(
    ("zone", "first", "second", "third", "end"),
    [
        ("WIB", "30 0", "30 4", "30 8", "0 9"),
        ("WITA", "30 23", "30 3", "30 7", "0 8"),
        ("WIT", "30 22", "30 2", "30 6", "0 7"),
    ],
)
def test_the_functions_start_at_the_offices_hours_every_day_in_its_own_zone(
    zone: str, first: str, second: str, third: str, end: str
) -> None:
    ran = run(CRONS, HADIR_ZONE=zone)

    assert json.loads(ran.stdout) == {
        "report_0730": f"cron({first} * * ? *)",
        "report_1130": f"cron({second} * * ? *)",
        "report_1530": f"cron({third} * * ? *)",
        "end_of_day": f"cron({end} * * ? *)",
        "reconcile": EVERY_FIVE_MINUTES,
    }


def test_a_zone_that_does_not_exist_stops_the_deployment() -> None:
    ran = run(CRONS, HADIR_ZONE="WIX")

    assert ran.returncode != 0
    assert "WIX" in ran.stderr


def test_an_environment_that_is_missing_is_reported_all_at_once() -> None:
    ran = run(SETTINGS)

    assert ran.returncode != 0
    assert "SettingsMissing" in ran.stderr
    assert [name for name in MEANINGS if f"{name}: " not in ran.stderr] == []


def test_an_environment_that_is_wrong_in_one_place_names_that_place_alone() -> None:
    complete = dict.fromkeys(MEANINGS, "x") | {"HADIR_ZONE": "WIB", "HADIR_SENDER": ""}

    ran = run(SETTINGS, **complete)

    assert "HADIR_SENDER: " in ran.stderr
    assert [name for name in MEANINGS if f"{name}: " in ran.stderr] == ["HADIR_SENDER"]


# What


def state(hadir: Hadir, unit: str, slot: str = "0730", day: date = MONDAY) -> State | None:
    mail = hadir.world.records.ledger.mail(MailKey(day, slot, unit))
    return mail.state if mail else None


def statuses(hadir: Hadir, slot: str) -> dict[str, Status]:
    report = hadir.world.records.archive.report(MailKey(MONDAY, slot, "dinkes"), UnitReport)
    assert report
    return {row.person: row.status for row in report.rows}


def play(hadir: Hadir, function: str, time: str) -> None:
    """Let a function run, let late check-ins settle, let it run again and empty the queue."""
    hadir.ring(function, time)
    hadir.at += SETTLING
    hadir.ring(function, time)
    hadir.deliver()


@pytest.mark.door
def test_the_hour_of_a_slot_sends_its_reports(hadir: Hadir) -> None:
    hadir.world.checkin("Ani", at("07:12"))
    hadir.at = at("07:30")

    play(hadir, "report_0730", SLOT_EVENT)

    assert sorted(hadir.world.keys()) == [
        "2020-03-23#0730#digest#1#0",
        "2020-03-23#0730#dinkes#1#0",
        "2020-03-23#0730#inspektorat#1#0",
    ]


@pytest.mark.parametrize("function", ["report_0730", "report_1130", "report_1530", "end_of_day", "reconcile"])
def test_every_function_rings_the_same_bell(hadir: Hadir, function: str) -> None:
    hadir.at = at("07:30")

    hadir.ring(function, SLOT_EVENT)

    assert state(hadir, "dinkes") is State.PLANNED


def test_an_event_that_comes_six_hours_late_still_reports_up_to_the_slots_own_cut_off(hadir: Hadir) -> None:
    hadir.world.checkin("Ani", at("07:30:01"))
    hadir.at = at("13:30")

    play(hadir, "report_0730", SLOT_EVENT)

    assert statuses(hadir, "0730") == {"ani": Status.NOT_REPORTED}
    assert statuses(hadir, "1130") == {"ani": Status.REPORTED}
    assert state(hadir, "dinkes", "1530") is None


def test_a_function_that_starts_early_by_its_own_clock_makes_the_report_it_was_started_for(hadir: Hadir) -> None:
    hadir.at = at("07:29:58")

    hadir.ring("report_0730", SLOT_EVENT)

    assert state(hadir, "dinkes") is State.PLANNED


def test_an_event_that_comes_twice_sends_nothing_twice(hadir: Hadir) -> None:
    hadir.at = at("07:30")
    play(hadir, "report_0730", SLOT_EVENT)

    play(hadir, "report_0730", SLOT_EVENT)

    assert set(hadir.world.keys().values()) == {1}
    assert len(hadir.world.keys()) == 3


def test_an_event_that_is_lost_is_made_up_for_within_five_minutes(hadir: Hadir) -> None:
    hadir.at = at("07:35")

    play(hadir, "reconcile", "2020-03-23T00:35:00Z")

    assert hadir.world.keys()["2020-03-23#0730#dinkes#1#0"] == 1


@pytest.mark.parametrize("day", [SATURDAY, NYEPI])
def test_a_day_without_slots_hears_the_bell_and_plans_nothing(hadir: Hadir, day: date) -> None:
    hadir.at = at("07:30", day)

    hadir.ring("report_0730", f"{day}T00:30:00Z")

    assert state(hadir, "dinkes", day=day) is None
    assert state(hadir, DIGEST, day=day) is None


def test_an_event_before_the_first_cut_off_plans_nothing(hadir: Hadir) -> None:
    hadir.at = at("07:25")

    hadir.ring("reconcile", "2020-03-23T00:25:00Z")

    assert state(hadir, "dinkes") is None


def test_a_bell_publishes_a_change_whose_publication_died(hadir: Hadir) -> None:
    records = hadir.world.records
    before = published_board()
    assert before
    edits = [edit(banten(adopted_at=LINKED), banten(title="Edaran yang diralat"))]
    records.office.commit(before.revision, edits, who="test", summary=Line("changed"), at=at("07:00"))

    hadir.ring("reconcile", "2020-03-23T00:15:00Z")

    after = published_board()
    assert after
    assert after.revision == before.revision + 1
    assert not publish(records, "WIB")


def test_an_office_that_was_never_opened_hears_the_bell_in_peace(hadir: Hadir) -> None:
    OfficeRow("head", "current").delete()

    hadir.ring("report_0730", SLOT_EVENT)

    assert hadir.world.sent() == []


def test_a_message_about_no_mail_of_ours_is_left_alone(hadir: Hadir) -> None:
    event = hadir.client.events.generate_sqs_event([json.dumps({"eventType": "Open", "mail": {"tags": {}}})])

    hadir.client.lambda_.invoke("settle_mail", event)

    assert state(hadir, "dinkes") is None


def test_ses_own_event_settles_the_mail(hadir: Hadir) -> None:
    hadir.at = at("07:30")
    play(hadir, "report_0730", SLOT_EVENT)
    sent = next(sent for sent in hadir.world.sent() if sent.key.unit == "dinkes")

    event = hadir.client.events.generate_sqs_event([ses_event("Delivery", sent, sent.recipients)])
    hadir.client.lambda_.invoke("settle_mail", event)

    assert state(hadir, "dinkes") is State.DELIVERED


def test_a_report_whose_making_fails_flies_back_to_the_queue(hadir: Hadir) -> None:
    event = hadir.client.events.generate_sqs_event(["2020-03-23#0730#dinkes#x#0"])

    with pytest.raises(ValueError, match="invalid literal"):
        hadir.client.lambda_.invoke("deliver_report", event)


def test_a_doorbell_about_an_unknown_mail_sends_nothing(hadir: Hadir) -> None:
    event = hadir.client.events.generate_sqs_event([str(MailKey(MONDAY, "0730", "dinkes"))])

    hadir.client.lambda_.invoke("deliver_report", event)

    assert hadir.world.sent() == []


def test_a_digest_does_not_wait_for_ever_for_a_report_that_nobody_makes(hadir: Hadir) -> None:
    hadir.at = at("07:30")
    hadir.ring("report_0730", SLOT_EVENT)

    hadir.at += GRACE + timedelta(minutes=5)
    hadir.ring("reconcile", "2020-03-23T00:45:00Z")
    event = hadir.client.events.generate_sqs_event([str(MailKey(MONDAY, "0730", DIGEST))])
    hadir.client.lambda_.invoke("deliver_report", event)

    assert state(hadir, DIGEST) is State.SENT
