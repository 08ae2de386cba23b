"""Orders on reports: sent again, sent early, put right, let go; once each, and only by whoever may."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.admin.desk import SEED, carry_out, read_office
from chalicelib.admin.duty import Assign
from chalicelib.admin.duty import decide as decide_duty
from chalicelib.admin.people import AddPerson
from chalicelib.admin.people import decide as decide_people
from chalicelib.admin.reports import (
    ApproveRecap,
    CorrectReport,
    Order,
    ResendReport,
    SendNow,
    corrections_offered,
    perform,
    preview,
)
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.answer import Answer
from chalicelib.domain.change import Noun, changed
from chalicelib.domain.delivery import FIRST_RESENT, SETTLING, MailKey, State, Verdict
from chalicelib.domain.errors import OutOfScope
from chalicelib.domain.errors_letters import RecapApproved, RecapNotAwaiting, RecapNotMade, ReportNotFound
from chalicelib.domain.errors_staff import AddressMissing
from chalicelib.domain.people import Address, Organisation
from chalicelib.domain.policy import Arrangement, Release
from chalicelib.domain.recap import Digest
from chalicelib.mail import Answer as Verdicted
from chalicelib.mail import Mailer
from tests.office import BKD, DINKES, INSPEKTORAT, MONDAY, PROVINCE, SEKDA, assigned, at, banten, person
from tests.said import line_of, lines, said
from tests.test_reporting import mail_of, words
from tests.world import Sent, World

ANI, BUDI, CITRA = person("Ani"), person("Budi", "inspektorat"), person("Citra")
OPERATOR = Admin("operator", "Operator Dinkes", Role.OPERATOR, ("dinkes",))
AUDITOR = Admin("auditor", "Auditor", Role.AUDITOR)
RESEND = ResendReport(MONDAY, "0730", "dinkes")
APPROVAL = banten(recap_release=Release.APPROVAL)


def order(world: World, command: Order, clock: str, *, admin: Admin = SEED, cause: str = "one") -> Answer:
    """Preview an order, give it, and let its mails leave."""
    moment = at(clock)
    office = read_office(world.registry, at=moment)
    said(preview(command, world.registry, office, admin, at=moment))
    outcome = perform(command, world.registry, office, admin, cause=cause, at=moment)
    world.work(moment)
    return outcome.answer


def resent(world: World) -> list[Sent]:
    return [sent for sent in world.sent() if sent.key.copy >= FIRST_RESENT]


def interim(world: World) -> list[Sent]:
    """What was sent of slots that were open."""
    return [sent for sent in world.sent() if sent.key.is_interim]


def settled(world: World, clock: str) -> None:
    world.ring(at(clock) + SETTLING)
    world.work(at(clock) + SETTLING)


# Once more


def test_a_report_sent_again_is_the_same_report_marked_and_goes_to_the_addresses_known_now(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))
    world.event("Bounce", mail_of(world, "dinkes"), at("07:32"), "operator@dinkes.example.id")
    right = replace(DINKES, operator_email="baru@dinkes.example.id")
    world.change(Noun.UNITS, [PROVINCE, INSPEKTORAT, right], at("08:00"))

    answer = order(world, RESEND, "08:05")

    (again,) = resent(world)
    assert again.recipients == (BKD, "kepala@dinkes.example.id", "baru@dinkes.example.id")
    assert "ULANGAN" in again.message["Subject"]
    assert "0 dari 1 orang" in words(again)
    assert lines(answer) == ["buku kirim dinkes 23-03-2020"]


def test_the_same_order_sends_once_and_another_order_once_more(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))

    order(world, RESEND, "08:05")
    order(world, RESEND, "08:06")
    order(world, RESEND, "08:07", cause="two")

    assert len(resent(world)) == 2
    assert len({str(sent.key) for sent in resent(world)}) == 2


@pytest.mark.parametrize(("slot", "unit"), [("1130", "dinkes"), ("0730", "rsud")])
def test_only_a_report_that_was_made_can_be_sent_again(world: World, slot: str, unit: str) -> None:
    world.open([ANI])
    world.play(at("07:30"))

    with pytest.raises(ReportNotFound):
        order(world, ResendReport(MONDAY, slot, unit), "08:05")


def test_a_report_without_an_addressee_is_not_sent_again(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))
    world.change(Noun.ADDRESSES, [Address("sekda", (SEKDA,))], at("08:00"))

    with pytest.raises(AddressMissing):
        order(world, RESEND, "08:05")


def test_copies_that_split_off_from_a_report_sent_again_are_mails_of_their_own(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))
    real = world.post.mailer
    world.post = replace(world.post, mailer=RefusesOnce(real))

    order(world, RESEND, "08:05")
    world.work(at("08:06"))

    assert sorted(sent.recipients for sent in resent(world)) == sorted(
        [(BKD,), ("kepala@dinkes.example.id",), ("operator@dinkes.example.id",)]
    )
    assert len({str(sent.key) for sent in resent(world)}) == 3


class RefusesOnce(Mailer):
    """SES as it answers one malformed recipient: the whole message is refused."""

    def __init__(self, real: Mailer) -> None:
        self._real, self._refused = real, False

    def send(self, *facts: object, **named: object) -> Verdicted:
        if not self._refused:
            self._refused = True
            return Verdicted(Verdict.REFUSED, problem="BadRequestException")
        return self._real.send(*facts, **named)  # type: ignore[arg-type]


def test_a_report_sent_again_makes_up_for_the_one_that_bounced(world: World) -> None:
    world.open([ANI, BUDI])
    world.ring(at("07:30"))
    world.ring(at("07:30") + SETTLING)
    world.sqs.purge_queue(QueueUrl=world.queue_url)
    world.post.bell.doorbell.press(MailKey(MONDAY, "0730", "dinkes"))
    world.work(at("07:31"))
    world.event("Bounce", mail_of(world, "dinkes"), at("07:32"), BKD)

    order(world, RESEND, "07:33")
    world.play(at("07:41"))

    digest = world.records.archive.report(MailKey(MONDAY, "0730", "digest"), Digest)
    assert digest
    assert [(line.unit, line.outcome) for line in digest.lines] == [("inspektorat", "waiting"), ("dinkes", "sent")]


# Early


def test_an_interim_report_says_how_the_open_slot_stands_and_that_it_is_not_the_last_word(world: World) -> None:
    world.open([ANI, CITRA])
    world.play(at("07:30"))
    world.checkin("Citra", at("09:00"))

    order(world, SendNow("dinkes"), "09:12")
    settled(world, "09:12")

    (sent,) = interim(world)
    assert str(sent.key) == "2020-03-23#1130@0912#dinkes#1#0"
    assert "11.30 WIB · SEMENTARA 09.12 WIB" in sent.message["Subject"]
    assert "1 dari 2 orang yang wajib melapor lokasi sudah melapor sampai 09.12 WIB" in words(sent)
    assert "BELUM MELAPOR SAMPAI SAAT INI (1)" in words(sent)
    assert "saat ditutup" not in words(sent)


def test_the_slots_own_report_digest_and_recap_leave_as_if_there_had_been_no_interim_report(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))
    order(world, SendNow(), "09:12")
    settled(world, "09:12")
    world.checkin("Ani", at("10:00"))

    world.play(at("11:30"))

    assert sorted(sent.key.unit for sent in interim(world)) == ["dinkes", "inspektorat"]
    assert "1 dari 1 orang" in words(mail_of(world, "dinkes", "1130"))
    assert "KOREKSI" not in mail_of(world, "dinkes", "1130").message["Subject"]
    assert world.keys().total() == 3 + 2 + 3


def test_an_interim_report_is_settled_by_the_events_of_ses(world: World) -> None:
    world.open([ANI])
    order(world, SendNow("dinkes"), "07:12")
    settled(world, "07:12")

    world.event("Delivery", interim(world)[0], at("07:13"), BKD)

    mail = world.records.ledger.mail(interim(world)[0].key)
    assert mail
    assert mail.state is State.DELIVERED


def test_the_same_order_a_minute_later_sends_no_second_interim_report(world: World) -> None:
    world.open([ANI])

    order(world, SendNow("dinkes"), "07:12")
    order(world, SendNow("dinkes"), "07:13")
    order(world, SendNow("inspektorat"), "07:12", cause="two")
    settled(world, "07:13")

    assert sorted(sent.key.unit for sent in interim(world)) == ["dinkes", "inspektorat"]


def test_between_the_days_slots_sending_now_only_wakes_what_is_due(world: World) -> None:
    world.open([ANI])

    answer = order(world, SendNow(), "15:45")
    settled(world, "15:45")

    assert "tidak ada slot" in said(answer)
    assert interim(world) == []
    assert "1530 dinkes" in [f"{sent.slot} {sent.key.unit}" for sent in world.sent()]


# Let go


def test_an_approved_recap_goes_to_the_sekda_as_bkd_has_read_it_and_once(world: World) -> None:
    world.open([ANI], policy=APPROVAL)
    for clock in ("07:30", "16:00"):
        world.play(at(clock))

    order(world, ApproveRecap(MONDAY), "16:20")
    world.play(at("16:25"))

    first, approved = [sent for sent in world.sent() if sent.key.unit == "recap"]
    assert (first.recipients, approved.recipients) == ((BKD,), (SEKDA,))
    assert approved.message["Subject"] == first.message["Subject"]


def test_an_approval_done_twice_is_one_and_another_admin_learns_that_it_was_given(world: World) -> None:
    world.open([ANI], policy=APPROVAL)
    for clock in ("07:30", "16:00"):
        world.play(at(clock))
    office = read_office(world.registry, at=at("16:20"))

    for _ in range(2):
        perform(ApproveRecap(MONDAY), world.registry, office, SEED, cause="one", at=at("16:20"))
    with pytest.raises(RecapApproved):
        perform(ApproveRecap(MONDAY), world.registry, office, SEED, cause="two", at=at("16:21"))
    world.work(at("16:22"))

    assert [sent.recipients for sent in world.sent() if sent.key.unit == "recap"] == [(BKD,), (SEKDA,)]


def test_a_recap_that_is_not_made_yet_or_goes_by_itself_needs_no_approval(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))
    with pytest.raises(RecapNotMade):
        order(world, ApproveRecap(MONDAY), "15:00")

    world.play(at("16:00"))

    with pytest.raises(RecapNotAwaiting):
        order(world, ApproveRecap(MONDAY), "16:20")


# Who may


@pytest.mark.parametrize(
    ("admin", "command"),
    [
        (OPERATOR, ResendReport(MONDAY, "0730", "inspektorat")),
        (OPERATOR, SendNow("inspektorat")),
        (OPERATOR, CorrectReport(MONDAY, "0730", ("dinkes", "inspektorat"))),
        (OPERATOR, ApproveRecap(MONDAY)),
        (Admin("rsud", "Operator RSUD", Role.OPERATOR, ("rsud",)), SendNow("rsud")),
        (AUDITOR, RESEND),
        (AUDITOR, SendNow()),
        (AUDITOR, CorrectReport(MONDAY, "0730", ("dinkes",))),
        (AUDITOR, ApproveRecap(MONDAY)),
    ],
)
def test_operators_order_for_their_own_units_and_auditors_nothing(world: World, admin: Admin, command: Order) -> None:
    world.open([ANI, BUDI])
    office = read_office(world.registry, at=at("08:00"))

    with pytest.raises(OutOfScope):
        preview(command, world.registry, office, admin, at=at("08:00"))
    with pytest.raises(OutOfScope):
        perform(command, world.registry, office, admin, cause="one", at=at("08:00"))
    assert world.records.ledger.runs(MONDAY) == ()


def test_an_operator_who_names_no_unit_sends_their_own(world: World) -> None:
    world.open([ANI, BUDI])

    order(world, SendNow(), "07:12", admin=OPERATOR)
    settled(world, "07:12")

    assert [sent.key.unit for sent in interim(world)] == ["dinkes"]


# Offered after a change


def offered(world: World, clock: str, *assignments: object) -> list[str]:
    before = read_office(world.registry, at=at(clock))
    change = carry_out(world.registry, decide_duty, Assign(tuple(assignments)), at=at(clock))  # type: ignore[arg-type]
    after = changed(before, change.edits)
    return [line_of(offer) for offer in corrections_offered(before, after, change.edits, world.registry, at=at(clock))]


def test_a_late_change_offers_to_correct_the_closed_reports_that_it_concerns(world: World) -> None:
    world.open([ANI, BUDI])
    world.play(at("07:30"))

    found = offered(world, "09:00", assigned(Arrangement.PIKET, "Ani"))

    assert found == ["koreksi dinkes 0730 23-03-2020"]


def test_a_change_for_tomorrow_offers_no_correction(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))

    assert offered(world, "09:00", assigned(Arrangement.PIKET, "Ani", start=date(2020, 3, 24))) == []


def test_what_an_earlier_change_left_to_correct_is_not_offered_by_a_change_for_tomorrow(world: World) -> None:
    world.open([ANI, CITRA])
    world.play(at("07:30"))
    assert offered(world, "09:00", assigned(Arrangement.PIKET, "Ani")) != []

    assert offered(world, "09:30", assigned(Arrangement.LEAVE, "Citra", start=date(2020, 3, 24))) == []


def test_somebody_new_who_could_not_have_reported_then_offers_no_correction(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))
    before = read_office(world.registry, at=at("09:00"))
    command = AddPerson("Gita Contoh", "dinkes", {}, bytes(range(32)))
    change = carry_out(world.registry, decide_people, command, at=at("09:00"))
    after = changed(before, change.edits)

    assert corrections_offered(before, after, change.edits, world.registry, at=at("09:00")) == ()


def test_a_change_before_the_first_slot_offers_no_correction(world: World) -> None:
    world.open([ANI])

    assert offered(world, "07:00", assigned(Arrangement.PIKET, "Ani")) == []


@pytest.mark.slow
def test_more_than_five_corrections_are_offered_slot_by_slot(world: World) -> None:
    units = tuple(replace(DINKES, id=f"opd-{letter}", name=f"OPD {letter}") for letter in "abcdef")
    people = [person(f"Pegawai-{unit.id}", unit.id) for unit in units]
    world.open(people, organisation=Organisation((PROVINCE, *units)))
    world.play(at("07:30"))

    found = offered(world, "09:00", assigned(Arrangement.LEAVE, *(one.name for one in people)))

    assert found == ["koreksi semua 0730 23-03-2020"]


def test_the_preview_of_a_correction_counts_for_everybody_and_names_for_those_who_may_read_names(world: World) -> None:
    world.open([ANI, CITRA])
    world.play(at("07:30"))
    world.change(Noun.ASSIGNMENTS, [assigned(Arrangement.PIKET, "Ani")], at("09:00"))
    office = read_office(world.registry, at=at("09:05"))
    command = CorrectReport(MONDAY, "0730", ("dinkes",))

    shown = said(preview(command, world.registry, office, OPERATOR, at=at("09:05")))

    assert "KOREKSI 1 laporan 07.30" in shown
    assert "melapor 0 → 0, belum 2 → 1; status 1 orang berubah" in shown
    assert "Ani | belum melapor saat ditutup | piket di kantor" in shown
    assert "gabungan slot ini sudah keluar" in shown
    assert world.records.ledger.run(MONDAY, "0730", 2) is None
    assert world.sent_count() == 3
