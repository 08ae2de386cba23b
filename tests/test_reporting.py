"""Journey 2 on moto: what leaves, when, to whom, and once."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from threading import Thread

import pytest
from openpyxl import load_workbook

from chalicelib import presets
from chalicelib.domain.calendar import Decree, Holiday, HolidayKind
from chalicelib.domain.change import Noun
from chalicelib.domain.delivery import MailKey, State
from chalicelib.domain.errors import CalendarUnknown
from chalicelib.domain.people import Organisation
from chalicelib.domain.periods import UntilLifted
from chalicelib.domain.policy import Release
from chalicelib.mail import Letter
from chalicelib.store.office import OfficeStore
from chalicelib.store.tables import OfficeRow
from infra.local import people
from tests.office import (
    BKD,
    DINKES,
    FRIDAY,
    INSPEKTORAT,
    MONDAY,
    NYEPI,
    ORGANISATION,
    PROVINCE,
    SATURDAY,
    SEKDA,
    at,
    banten,
    calendar,
    person,
)
from tests.store.dynamo import one_at_a_time
from tests.world import REGION, Sent, World

ANI, BUDI = person("Ani"), person("Budi", "inspektorat")
REPORTERS = ("digest", "dinkes", "inspektorat")
SLOTS = ("07:30", "11:30", "15:30", "16:00")


def units(world: World) -> list[str]:
    """What was sent, as `slot unit`."""
    return [f"{sent.key.slot} {sent.key.unit}" for sent in world.sent()]


def mail_of(world: World, unit: str, slot: str = "0730") -> Sent:
    (found,) = [sent for sent in world.sent() if (sent.key.unit, sent.slot) == (unit, slot)]
    return found


def restarted(world: World) -> World:
    """The same government in a process that has read nothing of it yet."""
    bell = replace(world.bell, records=replace(world.records, office=OfficeStore(REGION)))
    return replace(world, bell=bell, post=replace(world.post, bell=bell))


def words(sent: Sent) -> str:
    """The plain-text part, its lines joined."""
    body = sent.message.get_body(("plain",))
    assert body
    return re.sub(r"\s+", " ", body.get_content())


def test_a_slot_sends_one_mail_per_reporting_unit_and_then_the_digest(world: World) -> None:
    world.open([ANI, BUDI])

    world.play(at("07:30"))

    assert units(world) == ["0730 dinkes", "0730 inspektorat", "0730 digest"]


def test_a_whole_day_sends_three_reports_per_unit_three_digests_and_one_recap(world: World) -> None:
    world.open([ANI, BUDI])

    for clock in SLOTS:
        world.play(at(clock))

    assert len(world.sent()) == 3 * 2 + 3 + 1
    assert max(world.keys().values()) == 1


def test_a_units_report_goes_to_bkd_with_copies_to_its_head_and_operator_who_gets_the_replies(world: World) -> None:
    world.open([ANI])

    world.play(at("07:30"))

    message = mail_of(world, "dinkes").message
    assert (message["To"], message["Cc"]) == (BKD, "kepala@dinkes.example.id, operator@dinkes.example.id")
    assert message["Reply-To"] == "operator@dinkes.example.id"


def test_a_report_says_who_reported_and_who_had_not_when_the_slot_closed(world: World) -> None:
    world.open([ANI, person("Citra"), person("Dodi", link_hash=None)])
    world.checkin("Ani", at("07:12"))

    world.play(at("07:30"))

    assert "1 dari 3 orang" in words(mail_of(world, "dinkes"))
    assert "BELUM MELAPOR SAAT DITUTUP (2)" in words(mail_of(world, "dinkes"))


def test_a_report_made_six_hours_late_is_the_report_of_its_own_cut_off(world: World) -> None:
    world.open([ANI])
    world.checkin("Ani", at("07:31"))

    world.play(at("13:30"))

    assert "0 dari 1 orang" in words(mail_of(world, "dinkes"))
    assert units(world).count("0730 dinkes") == 1
    assert "1130 dinkes" in units(world)


@pytest.mark.slow
def test_somebody_who_reports_after_the_cut_off_is_a_follow_up_in_the_next_mail_and_the_recap(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))
    world.checkin("Ani", at("08:10"))

    for clock in SLOTS[1:]:
        world.play(at(clock))

    assert "MENYUSUL" in words(mail_of(world, "dinkes", "1130"))
    assert "08.10" in words(mail_of(world, "dinkes", "1130"))
    assert "08.10" not in words(mail_of(world, "dinkes", "1530"))
    assert "1 menyusul" in words(mail_of(world, "recap", "recap"))


def test_the_bell_rung_twice_sends_nothing_more(world: World) -> None:
    world.open([ANI, BUDI])
    world.play(at("07:30"))

    world.play(at("07:30"))
    world.play(at("07:35"))

    assert max(world.keys().values()) == 1
    assert len(world.sent()) == 3


@pytest.mark.slow
def test_five_bells_at_once_and_five_workers_at_once_send_each_mail_once(world: World) -> None:
    world.open([ANI, BUDI])

    rung = [Thread(target=world.play, args=[at("07:30")]) for _ in range(5)]
    with one_at_a_time("PutItem"):
        for thread in rung:
            thread.start()
        for thread in rung:
            thread.join()
    world.play(at("07:35"))

    assert world.keys().total() == 3
    assert max(world.keys().values()) == 1


@pytest.mark.parametrize("zone", ["WIB", "WITA"])
@pytest.mark.parametrize("day", [NYEPI, SATURDAY, date(2020, 3, 29), date(2020, 3, 22), date(2020, 4, 1)])
def test_nothing_is_sent_on_nyepi_the_weekend_and_outside_the_letters_period(
    world: World, day: date, zone: str
) -> None:
    world.move_to(zone)
    world.open([ANI], policy=banten(zone=zone))
    world.records.ledger.advance_watermark(day)

    for clock in SLOTS:
        world.play(at(clock, day, zone))

    assert world.sent() == []


def test_a_government_in_wita_gets_mondays_first_report_at_2330_utc_on_sunday(world: World) -> None:
    world.move_to("WITA")
    world.open([ANI], policy=banten(zone="WITA"))

    world.play(datetime(2020, 3, 22, 23, 29, tzinfo=UTC))
    assert world.sent() == []

    world.play(datetime(2020, 3, 22, 23, 30, tzinfo=UTC))
    assert units(world) == ["0730 dinkes", "0730 inspektorat", "0730 digest"]
    assert "07.30 WITA" in mail_of(world, "dinkes").message["Subject"]


@pytest.mark.slow
def test_a_day_missed_whole_is_made_up_for_when_the_bell_rings_again(world: World) -> None:
    world.open([ANI])

    world.play(at("07:35", date(2020, 3, 24)))

    assert units(world).count("0730 dinkes") == 2
    assert "recap recap" in units(world)
    assert {sent.key.day for sent in world.sent()} == {MONDAY, date(2020, 3, 24)}


@pytest.mark.slow
def test_finished_days_are_not_looked_at_again(world: World) -> None:
    world.open([ANI])
    world.play(at("16:00", date(2020, 3, 23)))
    world.play(at("16:05", date(2020, 3, 24)))

    world.play(at("16:10", date(2020, 3, 24)))

    assert world.records.ledger.watermark() == date(2020, 3, 24)


def test_a_copy_address_with_a_space_splits_off_and_bkd_still_gets_the_report(world: World) -> None:
    broken = replace(DINKES, operator_email="sistemkerjaasn Banten@example.id")
    world.open([ANI], organisation=Organisation((PROVINCE, broken)))

    world.play(at("07:30"))

    assert mail_of(world, "dinkes").recipients == (BKD, "kepala@dinkes.example.id")
    copy = world.records.ledger.mail(MailKey(MONDAY, "0730", "dinkes", 1, 1))
    assert copy
    assert (copy.state, copy.to) == (State.NEEDS_HUMAN, ("sistemkerjaasn Banten@example.id",))


def test_a_unit_whose_data_cannot_be_read_is_named_and_holds_nobody_else_back(world: World) -> None:
    world.open([ANI, BUDI])
    for row in OfficeRow.scan(OfficeRow.pk.startswith("people#dinkes#")):
        row.update([OfficeRow.body.set("not a person")])
    world = restarted(world)
    world.ring(at("07:30"))
    world.ring(at("07:31"))
    for _ in range(3):
        world.work_through_faults(at("07:31"))
    assert units(world) == ["0730 inspektorat"]

    world.ring(at("07:40"))
    world.work_through_faults(at("07:40"))

    assert units(world) == ["0730 inspektorat", "0730 digest"]
    assert "Dinas Kesehatan" in words(mail_of(world, "digest"))
    for clock in ("07:45", "07:50", "08:30"):
        world.ring(at(clock))
        world.work_through_faults(at(clock))
    world.ring(at("08:35"))
    stuck = world.records.ledger.mail(MailKey(MONDAY, "0730", "dinkes"))
    assert stuck
    assert stuck.state is State.NEEDS_HUMAN


@pytest.mark.slow
def test_the_recap_goes_to_bkd_and_the_sekda_at_once_when_the_policy_says_so(world: World) -> None:
    world.open([ANI])

    world.play(at("16:00"))

    assert mail_of(world, "recap", "recap").recipients == (BKD, SEKDA)


@pytest.mark.slow
def test_a_recap_that_needs_approval_goes_to_bkd_alone(world: World) -> None:
    world.open([ANI], policy=banten(recap_release=Release.APPROVAL))

    world.play(at("16:00"))

    assert mail_of(world, "recap", "recap").recipients == (BKD,)


def test_an_addressee_who_bounces_is_noted_and_a_copy_that_bounces_does_not_undo_the_delivery(world: World) -> None:
    world.open([ANI, BUDI])
    world.play(at("07:30"))

    world.event("Delivery", mail_of(world, "dinkes"), at("07:31"), BKD)
    world.event("Bounce", mail_of(world, "dinkes"), at("07:32"), "kepala@dinkes.example.id")
    world.event("Bounce", mail_of(world, "inspektorat"), at("07:32"), BKD)

    ledger = world.records.ledger
    delivered = ledger.mail(MailKey(MONDAY, "0730", "dinkes"))
    bounced = ledger.mail(MailKey(MONDAY, "0730", "inspektorat"))
    assert delivered
    assert (delivered.state, delivered.bounced) == (State.DELIVERED, ("kepala@dinkes.example.id",))
    assert bounced
    assert bounced.state is State.BOUNCED


def test_an_event_that_comes_twice_late_or_backwards_moves_nothing_back(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))
    report = mail_of(world, "dinkes")

    for kind in ("Delivery", "Send", "Delivery", "Send"):
        world.event(kind, report, at("07:31"), BKD)

    mail = world.records.ledger.mail(report.key)
    assert mail
    assert mail.state is State.DELIVERED


@pytest.mark.slow
def test_two_more_units_that_report_for_themselves_cost_two_more_mails_a_slot(world: World) -> None:
    two = tuple(replace(DINKES, id=f"uptd-{number}", name=f"UPTD {number}", parent="dinkes") for number in (1, 2))
    world.open([ANI, BUDI], organisation=Organisation((*ORGANISATION.units, *two)))

    for clock in SLOTS:
        world.play(at(clock))

    assert len(world.sent()) == 3 * (2 + 2) + 3 + 1


def test_a_workbook_holds_everybody_of_the_roster_once(world: World) -> None:
    world.open([ANI, person("Citra"), person("Evi", "rsud"), BUDI])

    world.play(at("07:30"))

    (attachment,) = mail_of(world, "dinkes").message.iter_attachments()
    sheet = load_workbook(BytesIO(attachment.get_content())).worksheets[1]
    names = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell in ("Ani", "Citra", "Evi")]
    assert sorted(names) == ["Ani", "Citra", "Evi"]


@pytest.mark.slow
def test_fridays_day_ends_with_its_last_slot(world: World) -> None:
    world.open([ANI], policy=banten(validity=UntilLifted(MONDAY, "")))
    world.records.ledger.advance_watermark(FRIDAY)

    world.play(at("15:30", FRIDAY))

    assert "1530 dinkes" in units(world)
    assert INSPEKTORAT.id in {sent.key.unit for sent in world.sent()}


def test_a_late_report_is_judged_by_the_office_as_it_stood_at_the_cut_off(world: World) -> None:
    world.open([ANI])
    world.change_people([ANI, person("Citra")], at=at("09:00"))

    world.play(at("11:30"))

    assert "0 dari 1 orang" in words(mail_of(world, "dinkes", "0730"))
    assert "0 dari 2 orang" in words(mail_of(world, "dinkes", "1130"))


def test_somebody_who_moves_to_another_unit_in_mid_morning_keeps_what_they_have_reported(world: World) -> None:
    world.open([ANI, BUDI])
    world.checkin("Ani", at("09:00"))

    world.change_people([replace(ANI, unit="inspektorat", filed_under="dinkes"), BUDI], at=at("10:00"))
    world.play(at("11:30"))

    assert "1 dari 2 orang" in words(mail_of(world, "inspektorat", "1130"))


def test_reports_left_lying_for_six_hours_are_still_tried_before_a_person_is_called(world: World) -> None:
    world.open([ANI])
    world.ring(at("07:30"))
    world.sqs.purge_queue(QueueUrl=world.queue_url)

    world.play(at("13:30"))

    assert units(world).count("0730 dinkes") == 1
    assert "0730 digest" in units(world)


@pytest.mark.slow
def test_a_mail_that_cannot_be_rendered_ends_with_a_person(world: World) -> None:
    world.open([ANI])
    world.post = replace(world.post, compose=unrenderable)

    for minutes in range(0, 120, 5):
        world.ring(at("07:31") + timedelta(minutes=minutes))
        world.work_through_faults(at("07:31") + timedelta(minutes=minutes))

    assert {mail.state for mail in world.records.ledger.mails(MONDAY, "0730")} == {State.NEEDS_HUMAN}
    assert world.sent() == []


def unrenderable(*_: object) -> Letter:
    raise RuntimeError("no font for this name")


def test_a_holiday_decreed_at_noon_takes_back_no_report_that_was_due_before(world: World) -> None:
    world.open([ANI])
    noon = Decree("SKB 1", MONDAY, (2020,), (Holiday(MONDAY, "Libur mendadak", HolidayKind.NATIONAL, "SKB 1"),))
    world.change(Noun.DECREES, [*calendar().decrees, noon], at=at("12:00"))

    world.play(at("15:30"))

    assert sorted(set(units(world))) == [f"{slot} {unit}" for slot in ("0730", "1130") for unit in REPORTERS]


def test_a_year_decreed_only_after_its_first_slot_still_gets_that_report(world: World) -> None:
    monday = date(2021, 1, 4)
    world.open([ANI], policy=banten(validity=UntilLifted(MONDAY, "")))
    world.records.ledger.advance_watermark(monday)
    with pytest.raises(CalendarUnknown):
        world.play(at("07:30", monday))

    world.change(Noun.DECREES, presets.known_calendar(monday).decrees, at=at("10:00", monday))
    world.play(at("10:05", monday))

    assert sorted(units(world)) == [f"0730 {unit}" for unit in REPORTERS]


def test_a_recap_is_not_sent_of_a_day_that_had_no_report(world: World) -> None:
    world.open([ANI], opened_at=at("15:45"))

    world.play(at("16:00"))

    assert world.sent() == []


@pytest.mark.slow
def test_bantens_tree_with_two_hospitals_that_report_for_themselves_owes_133_mails(world: World) -> None:
    """That whatever is owed leaves is shown by the legal day, of the tree in which they do not."""
    world.open([ANI], organisation=people.organisation(1200, hospitals_report=True))

    for clock in SLOTS:
        world.ring(at(clock))

    assert len(world.records.ledger.mails_of(MONDAY)) == 3 * 43 + 3 + 1 == 133


def test_a_day_whose_year_is_not_decreed_is_not_finished_however_long_the_decree_takes(world: World) -> None:
    monday, tuesday = date(2021, 1, 4), date(2021, 1, 5)
    world.open([ANI], policy=banten(validity=UntilLifted(MONDAY, "")))
    world.records.ledger.advance_watermark(monday)
    for day in (monday, tuesday):
        with pytest.raises(CalendarUnknown):
            world.ring(at("16:05", day))

    assert world.records.ledger.watermark() == monday
