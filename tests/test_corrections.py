"""Corrections: a closed slot judged anew, numbered, mailed with what changed, and never lost or doubled."""

from dataclasses import replace
from datetime import date, time, timedelta
from io import BytesIO
from threading import Thread

import pytest
from openpyxl import load_workbook

from chalicelib.admin.desk import SEED, read_office
from chalicelib.admin.reports import CorrectReport, perform
from chalicelib.corrections import open_correction
from chalicelib.domain.attendance import Status
from chalicelib.domain.change import Noun
from chalicelib.domain.day import Attestation
from chalicelib.domain.delivery import SETTLED, MailKey
from chalicelib.domain.duty import Assignment
from chalicelib.domain.errors import Refusal
from chalicelib.domain.errors_letters import NothingToCorrect, ReportNotFound
from chalicelib.domain.policy import Arrangement, Slot, SlotKind
from chalicelib.domain.recap import Digest
from chalicelib.domain.report import UnitReport
from tests.office import MONDAY, assigned, at, banten, person
from tests.store.dynamo import one_at_a_time
from tests.test_reporting import mail_of, words
from tests.world import Sent, World

ANI, BUDI, CITRA = person("Ani"), person("Budi", "inspektorat"), person("Citra")
TUESDAY = date(2020, 3, 24)
PIKET = assigned(Arrangement.PIKET, "Ani")
BOTH = ("dinkes", "inspektorat")


def correct(
    world: World, clock: str, *, units: tuple[str, ...] = ("dinkes",), cause: str = "one", slot: str = "0730"
) -> None:
    """Order a correction of Monday's slot and let its mails leave."""
    moment = at(clock)
    command = CorrectReport(MONDAY, slot, units)
    perform(command, world.registry, read_office(world.registry, at=moment), SEED, cause=cause, at=moment)
    world.work(moment)


def on_piket(world: World, clock: str, *assignments: Assignment) -> None:
    world.change(Noun.ASSIGNMENTS, assignments or (PIKET,), at(clock))


def corrections(world: World, slot: str = "0730") -> list[Sent]:
    return [sent for sent in world.sent() if sent.key.revision > 1 and sent.slot == slot]


def report(world: World, revision: int, unit: str = "dinkes", slot: str = "0730") -> UnitReport:
    found = world.records.archive.report(MailKey(MONDAY, slot, unit, revision), UnitReport)
    assert found
    return found


def test_a_correction_is_judged_by_the_duties_known_now_and_says_what_changed(world: World) -> None:
    world.open([ANI, CITRA])
    world.play(at("07:30"))
    on_piket(world, "09:00")

    correct(world, "09:05")

    (sent,) = corrections(world)
    assert "KOREKSI 1" in sent.message["Subject"]
    assert "0 dari 1 orang" in words(sent)
    assert "YANG BERUBAH SEJAK LAPORAN PERTAMA" in words(sent)
    assert "Ani ○ belum melapor saat ditutup – piket di kantor" in words(sent)
    assert sent.recipients == mail_of_first(world).recipients


def mail_of_first(world: World) -> Sent:
    return next(sent for sent in world.sent() if sent.key == MailKey(MONDAY, "0730", "dinkes"))


def test_a_correction_takes_in_what_arrived_by_the_slots_own_cut_off_and_nothing_later(world: World) -> None:
    world.open([ANI, CITRA])
    world.checkin("Citra", at("07:12"))
    world.play(at("07:30"))
    world.checkin("Citra", at("08:10"))
    on_piket(world, "09:00")

    correct(world, "09:05")

    assert {row.name: row.at for row in report(world, 2).rows} == {"Ani": None, "Citra": at("07:12")}


def test_somebody_attested_since_has_followed_up_in_the_correction_and_somebody_who_checked_in_late_has_not(
    world: World,
) -> None:
    world.open([ANI, CITRA])
    world.play(at("07:30"))
    world.checkin("Citra", at("08:10"))
    world.change(Noun.ATTESTATIONS, [Attestation("a1", MONDAY, at("08:00"), ("ani",), "seed", "SMS")], at("08:00"))

    correct(world, "09:05")

    statuses = {row.name: row.status for row in report(world, 2).rows}
    assert statuses == {"Ani": Status.FOLLOWED_UP, "Citra": Status.NOT_REPORTED}


def test_a_slot_that_the_letter_no_longer_has_is_corrected_under_the_letter_of_its_cut_off(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))
    later = replace(banten(), adopted_at=at("08:00"), slots=(Slot("1300", SlotKind.REPORT, time(13, 0)),))
    world.change(Noun.POLICIES, [later], at("08:00"))
    on_piket(world, "09:00")

    correct(world, "09:05")

    assert "07.30 WIB" in corrections(world)[0].message["Subject"]
    assert report(world, 2).rows[0].status is Status.PIKET


def test_a_second_correction_says_what_changed_since_the_first(world: World) -> None:
    world.open([ANI, CITRA])
    world.play(at("07:30"))
    on_piket(world, "09:00")
    correct(world, "09:05")
    on_piket(world, "10:00", PIKET, assigned(Arrangement.LEAVE, "Citra"))

    correct(world, "10:05", cause="two")

    second = corrections(world)[1]
    assert "KOREKSI 2" in second.message["Subject"]
    assert "YANG BERUBAH SEJAK KOREKSI 1" in words(second)
    moved = report(world, 3).correction
    assert moved
    assert [move.name for move in moved.moves] == ["Citra"]


def test_only_units_whose_report_changes_are_corrected(world: World) -> None:
    world.open([ANI, BUDI])
    world.play(at("07:30"))
    on_piket(world, "09:00")

    correct(world, "09:05", units=BOTH)

    assert [sent.key.unit for sent in corrections(world)] == ["dinkes"]


def test_a_report_that_comes_out_the_same_is_not_corrected(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))

    with pytest.raises(NothingToCorrect):
        correct(world, "09:05")


@pytest.mark.parametrize(("slot", "unit"), [("1130", "dinkes"), ("0730", "rsud"), ("0615", "dinkes")])
def test_what_was_never_reported_cannot_be_corrected(world: World, slot: str, unit: str) -> None:
    world.open([ANI])
    world.play(at("07:30"))

    with pytest.raises(ReportNotFound):
        correct(world, "09:05", slot=slot, units=(unit,))


def test_an_order_done_twice_sends_one_correction(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))
    on_piket(world, "09:00")

    correct(world, "09:05")
    correct(world, "09:07")

    assert len(corrections(world)) == 1


def test_a_worker_that_dies_right_after_opening_the_run_loses_no_mail(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))
    on_piket(world, "09:00")
    office = read_office(world.registry, at=at("09:05"))
    open_correction(world.records, MONDAY, "0730", ("dinkes",), office, cause="one", at=at("09:05"))

    world.play(at("09:10"))

    assert len(corrections(world)) == 1


@pytest.mark.slow
def test_a_correction_of_a_day_long_finished_is_carried_by_the_bells_until_it_is_settled(world: World) -> None:
    world.open([ANI])
    world.play(at("16:00"))
    world.play(at("07:30", TUESDAY))
    world.play(at("07:35", TUESDAY))
    on_piket(world, "09:00", replace(PIKET, id="late"))
    moment = at("09:05", TUESDAY)
    order = CorrectReport(MONDAY, "0730", ("dinkes",))
    perform(order, world.registry, read_office(world.registry, at=moment), SEED, cause="one", at=moment)
    world.sqs.purge_queue(QueueUrl=world.queue_url)

    world.play(moment + timedelta(minutes=5))
    world.play(moment + timedelta(minutes=10))

    assert world.records.ledger.watermark() == TUESDAY
    assert len(corrections(world)) == 1
    assert world.records.ledger.reopened() == ()


@pytest.mark.slow
def test_a_digest_and_a_recap_that_leave_later_tell_the_corrected_figures(world: World) -> None:
    world.open([ANI, CITRA])
    world.checkin("Citra", at("07:12"))
    world.ring(at("07:30"))
    world.ring(at("07:30") + timedelta(seconds=5))
    reports = [MailKey(MONDAY, "0730", unit) for unit in BOTH]
    world.sqs.purge_queue(QueueUrl=world.queue_url)
    for key in reports[:1]:
        world.post.bell.doorbell.press(key)
    world.work(at("07:31"))
    on_piket(world, "07:32")

    correct(world, "07:33")
    world.play(at("07:41"))
    for clock in ("11:30", "15:30", "16:00"):
        world.play(at(clock))

    digest = world.records.archive.report(MailKey(MONDAY, "0730", "digest"), Digest)
    assert digest
    assert (digest.totals.reported, digest.totals.due) == (1, 1)
    assert "07.30 WIB 100 %" in words(mail_of(world, "recap", "recap"))


@pytest.mark.slow
def test_two_admins_at_once_get_two_numbers_or_one_refusal_and_no_mail_is_lost(world: World) -> None:
    world.open([ANI, BUDI])
    world.play(at("07:30"))
    on_piket(world, "09:00", PIKET, assigned(Arrangement.LEAVE, "Budi"))
    refused: list[Refusal] = []

    def order(cause: str, units: tuple[str, ...]) -> None:
        try:
            correct(world, "09:05", units=units, cause=cause)
        except Refusal as refusal:
            refused.append(refusal)

    orders = [("one", BOTH), ("two", ("dinkes",)), ("three", ("inspektorat",))]
    threads = [Thread(target=order, args=one) for one in orders]
    with one_at_a_time("PutItem"):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    world.play(at("09:10"))

    runs = [run for run in world.records.ledger.runs(MONDAY) if run.revision > 1]
    assert sorted(unit for run in runs for unit in run.units) == ["dinkes", "inspektorat"]
    assert len(runs) + len(refused) == len(orders)
    assert sorted(sent.key.unit for sent in corrections(world)) == ["dinkes", "inspektorat"]
    assert {mail.state for mail in world.records.ledger.mails(MONDAY, "0730")} <= SETTLED


def test_a_day_reopened_by_another_order_meanwhile_stays_open(world: World) -> None:
    ledger = world.records.ledger
    ledger.reopen(MONDAY, "one")
    ledger.reopen(MONDAY, "two")

    ledger.close(MONDAY, "one")
    assert ledger.reopened() == ((MONDAY, "two"),)

    ledger.close(MONDAY, "two")
    assert ledger.reopened() == ()


def test_the_workbook_of_a_correction_lists_who_stood_how_and_stands_how(world: World) -> None:
    world.open([ANI, CITRA])
    world.play(at("07:30"))
    on_piket(world, "09:00")

    correct(world, "09:05")

    (attachment,) = corrections(world)[0].message.iter_attachments()
    assert attachment.get_filename().endswith("_r2.xlsx")
    summary = load_workbook(BytesIO(attachment.get_content())).worksheets[0]
    rows = [[cell for cell in row if cell] for row in summary.iter_rows(values_only=True)]
    assert ["Ani", "○ belum melapor saat ditutup", "– piket di kantor", "Dinas Kesehatan Provinsi Banten"] in rows
