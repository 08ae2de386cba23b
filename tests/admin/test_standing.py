"""How things stand, as each admin may read it: names in scope, counts beyond, and what a person must do."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.admin.desk import SEED, read_office
from chalicelib.admin.standing import (
    PreviewReport,
    Query,
    ShowLedger,
    SlotStatus,
    TodayStatus,
    WhoHasNotReported,
    answer,
)
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.answer import Answer
from chalicelib.domain.change import Noun
from chalicelib.domain.delivery import MailKey, State
from chalicelib.domain.errors import OutOfScope
from chalicelib.domain.errors_letters import SlotNotHeld
from chalicelib.domain.people import Organisation
from chalicelib.domain.periods import UntilLifted
from chalicelib.domain.policy import Arrangement, Release
from tests.office import (
    BKD,
    DINKES,
    INSPEKTORAT,
    MONDAY,
    NYEPI,
    PROVINCE,
    SATURDAY,
    assigned,
    at,
    banten,
    person,
)
from tests.said import lines, said
from tests.test_reporting import mail_of
from tests.world import World

ANI, BUDI, CITRA, EVI = person("Ani"), person("Budi", "inspektorat"), person("Citra"), person("Evi", "rsud")
OPERATOR = Admin("operator", "Operator Dinkes", Role.OPERATOR, ("dinkes",))
NURSE = Admin("rsud", "Operator RSUD", Role.OPERATOR, ("rsud",))


def asked(world: World, query: Query, clock: str, *, admin: Admin = SEED, day: date = MONDAY) -> Answer:
    moment = at(clock, day)
    return answer(query, world.registry, read_office(world.registry, at=moment), admin, at=moment)


def told(world: World, query: Query, clock: str, *, admin: Admin = SEED, day: date = MONDAY) -> str:
    return said(asked(world, query, clock, admin=admin, day=day))


# Who has not reported


def test_who_has_not_reported_in_the_open_slot_is_named_by_unit(world: World) -> None:
    world.open([ANI, BUDI, CITRA, EVI])
    world.checkin("Citra", at("07:05"))

    found = told(world, WhoHasNotReported(), "07:10")

    assert "slot 07.30: 3 orang" in found
    assert "Dinas Kesehatan Provinsi Banten (1): Ani" in found
    assert "RSUD Banten (1): Evi" in found


def test_an_operator_reads_the_names_of_their_units_and_of_others_the_number(world: World) -> None:
    world.open([ANI, BUDI, EVI])

    found = told(world, WhoHasNotReported(), "07:10", admin=NURSE)

    assert "Evi" in found
    assert "Ani" not in found
    assert "Budi" not in found
    assert "Di luar wewenang Anda: 2 orang" in found


def test_a_named_unit_is_asked_for_alone_even_where_another_reports_for_it(world: World) -> None:
    world.open([ANI, BUDI, EVI])

    found = told(world, WhoHasNotReported(("rsud",)), "07:10")

    assert "slot 07.30: 1 orang" in found
    assert "Evi" in found


def test_after_the_last_slot_the_last_one_is_meant_and_who_followed_up_is_not_named(world: World) -> None:
    world.open([ANI, CITRA])
    world.play(at("15:30"))
    world.checkin("Citra", at("15:40"))

    found = told(world, WhoHasNotReported(("dinkes",)), "15:50")

    assert "slot 15.30: 1 orang" in found
    assert "Ani" in found


def test_of_very_many_the_first_forty_are_named(world: World) -> None:
    world.open([person(f"Pegawai{number:02}") for number in range(52)])

    found = told(world, WhoHasNotReported(), "07:10")

    assert "Pegawai39" in found
    assert "Pegawai40" not in found
    assert "dan 12 lainnya" in found


@pytest.mark.parametrize(("slot", "clock"), [("1530", "07:10"), ("0615", "07:10"), (None, "05:10")])
def test_a_slot_that_has_not_opened_has_nobody_missing(world: World, slot: str | None, clock: str) -> None:
    world.open([ANI])

    with pytest.raises(SlotNotHeld):
        told(world, WhoHasNotReported((), slot), clock)


# How a slot stands


def test_the_status_of_a_closed_slot_counts_reports_and_people(world: World) -> None:
    world.open([ANI, BUDI, CITRA])
    world.checkin("Citra", at("07:05"))
    world.play(at("07:30"))
    world.event("Bounce", mail_of(world, "inspektorat"), at("07:32"), BKD)

    found = told(world, SlotStatus("0730", MONDAY), "08:00")

    assert "1 terkirim, 0 ditunggu, 1 gagal (dari 2)" in found
    assert "Melapor 1 dari 3; belum 2." in found
    assert f"{DINKES.name} | ✓ terkirim | 1/2" in found
    assert f"{INSPEKTORAT.name} | ▲ GAGAL | 0/1" in found


def test_the_status_of_the_open_slot_counts_so_far_and_within_scope(world: World) -> None:
    world.open([ANI, BUDI])
    world.checkin("Ani", at("07:05"))

    found = told(world, SlotStatus(None, MONDAY), "07:10", admin=OPERATOR)

    assert "Slot masih dibuka" in found
    assert "Melapor 1 dari 1; belum 0." in found
    assert "Inspektorat" not in found


def test_another_days_slot_that_was_not_held_has_no_status(world: World) -> None:
    world.open([ANI])

    with pytest.raises(SlotNotHeld):
        told(world, SlotStatus("0730", NYEPI), "07:10")


@pytest.mark.parametrize(
    ("clock", "told_of"), [("07:31", "laporan sedang dibuat"), ("07:40", "tidak ada laporan untuk slot ini")]
)
def test_both_statuses_say_of_a_closed_slot_without_a_run_what_it_is(world: World, clock: str, told_of: str) -> None:
    world.open([ANI])

    page, own, latest = (
        told(world, query, clock) for query in (TodayStatus(), SlotStatus("0730", MONDAY), SlotStatus(None, MONDAY))
    )

    (line,) = [one for one in page.splitlines() if told_of in one]
    assert line in own
    assert own == latest
    assert "masih dibuka" not in own


def test_without_a_slot_named_the_last_that_closed_is_meant_though_it_has_no_report(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))

    assert "Slot 07.30" in told(world, SlotStatus(None, MONDAY), "11:00")
    assert "Slot 11.30" in told(world, SlotStatus(None, MONDAY), "11:45")
    assert "2 terkirim" in told(world, SlotStatus("0730", MONDAY), "11:45")


# What the next report would say


def test_a_preview_says_what_the_report_would_say_now(world: World) -> None:
    world.open([ANI, CITRA, EVI], assignments=(assigned(Arrangement.PIKET, "Evi"),))
    world.checkin("Citra", at("07:05"))

    found = asked(world, PreviewReport("rsud"), "07:10")

    assert "Pratinjau laporan 07.30, Dinas Kesehatan" in said(found)
    assert "Melapor 1 dari 2; belum 1." in said(found)
    assert "▲ Piket Administrator (eselon III): 0 dari minimum 1." in said(found)
    assert "(1): Ani" in said(found)
    assert lines(found) == ["kirim sekarang dinkes"]
    assert world.sent_count() == 0


def test_a_preview_of_a_unit_out_of_scope_is_refused(world: World) -> None:
    world.open([ANI, BUDI])

    with pytest.raises(OutOfScope):
        told(world, PreviewReport("inspektorat"), "07:10", admin=OPERATOR)


# The ledger


def test_the_ledger_tells_each_mail_of_a_unit_and_whose_copy_bounced_without_an_address(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))
    world.event("Delivery", mail_of(world, "dinkes"), at("07:31"), BKD)
    world.event("Bounce", mail_of(world, "dinkes"), at("07:32"), "operator@dinkes.example.id")

    found = asked(world, ShowLedger(MONDAY, "dinkes"), "08:00")

    assert f"07.30 | {DINKES.name} | ✓ sampai | 07.31 | 1" in said(found)
    assert "tembusan untuk operator unit ditolak" in said(found)
    assert lines(found) == ["kirim ulang dinkes 0730 23-03-2020"]


def test_the_ledger_of_all_lists_what_needs_looking_at_and_says_what_to_do(world: World) -> None:
    broken = replace(DINKES, operator_email="operator dinkes@example.id")
    world.open([ANI, BUDI], organisation=Organisation((PROVINCE, INSPEKTORAT, broken)))
    world.play(at("07:30"))
    world.event("Bounce", mail_of(world, "inspektorat"), at("07:32"), BKD)

    found = asked(world, ShowLedger(MONDAY, None), "08:00")

    assert "07.30: 2 dari 4 surel terkirim." in said(found)
    assert f"{DINKES.name} (tembusan) | ▲ PERLU TINDAKAN" in said(found)
    assert "satu alamat tembusan salah tulis" in said(found)
    assert "Inspektorat Provinsi Banten 07.30: ditolak kotak surat penerima" in said(found)
    assert f"{DINKES.name} | ✓" not in said(found)
    assert len(lines(found)) == 2


def test_an_operators_ledger_holds_their_own_mails_and_no_summary(world: World) -> None:
    world.open([ANI, BUDI])
    world.play(at("07:30"))

    found = told(world, ShowLedger(MONDAY, None), "08:00", admin=OPERATOR)

    assert "07.30: 1 dari 1 surel terkirim." in found
    with pytest.raises(OutOfScope):
        told(world, ShowLedger(MONDAY, "inspektorat"), "08:00", admin=OPERATOR)


@pytest.mark.parametrize("state", [State.UNCERTAIN, State.RETRY_AT, State.NEEDS_HUMAN, State.SUBMITTING])
@pytest.mark.parametrize("problem", ["problem.addressee", "problem.no_means_left", "MessageRejected", None])
def test_every_state_and_problem_of_a_mail_has_words(world: World, state: State, problem: str | None) -> None:
    world.open([ANI])
    world.ring(at("07:30"))
    ledger = world.records.ledger
    mail = ledger.mail(MailKey(MONDAY, "0730", "dinkes"))
    assert mail
    for step in (State.READY, State.LEASED, State.SUBMITTING, state):
        mail = mail if mail.state is step else ledger.move(mail, step, at=at("07:31"), problem=problem)
        assert mail

    assert told(world, ShowLedger(MONDAY, "dinkes"), "08:00")


# The day on one page


def test_today_shows_the_letter_each_slot_and_the_next_steps(world: World) -> None:
    world.open([ANI, BUDI])
    world.checkin("Ani", at("07:05"))
    world.play(at("07:30"))
    world.checkin("Budi", at("08:10"))

    found = asked(world, TodayStatus(), "09:00")

    assert "Edaran 800/734-BKD/2020 berlaku sampai Selasa, 31 Maret 2020." in said(found)
    assert "✓ 07.30 ditutup · laporan 2/2 terkirim · melapor 1/2, belum 1" in said(found)
    assert "● 11.30 dibuka · melapor 1/2 sejauh ini" in said(found)
    assert "○ 15.30 belum dibuka" in said(found)
    assert lines(found) == ["belum", "status 0730", "lihat piket", "edaran", "bantuan"]
    assert not {"Ani", "Budi"} & set(said(found).split())


@pytest.mark.slow
def test_today_warns_of_a_recap_that_waits_and_of_mails_that_need_somebody(world: World) -> None:
    world.open([ANI], policy=banten(recap_release=Release.APPROVAL))
    for clock in ("07:30", "16:00"):
        world.play(at(clock))
    world.event("Bounce", mail_of(world, "dinkes"), at("16:02"), BKD)

    found = asked(world, TodayStatus(), "16:05")

    assert "▲ Rekap menunggu persetujuan BKD." in said(found)
    assert "▲ 1 surel gagal dan perlu tindakan" in said(found)
    assert lines(found)[:2] == ["setujui rekap 23-03-2020", "buku kirim"]


def test_on_a_free_day_and_under_an_open_letter_today_says_so(world: World) -> None:
    world.open([ANI], policy=banten(validity=UntilLifted(MONDAY, "PSBB dicabut")))

    found = told(world, TodayStatus(), "09:00", day=SATURDAY)

    assert "berlaku sampai syarat terpenuhi: PSBB dicabut" in found
    assert "Hari ini libur: tidak ada slot." in found


def test_without_a_letter_or_a_decreed_calendar_today_still_answers(world: World) -> None:
    world.open([ANI])
    assert "Tidak ada edaran yang berlaku" in told(world, TodayStatus(), "09:00", day=date(2020, 4, 6))

    world.change(Noun.POLICIES, [banten(validity=UntilLifted(MONDAY, "PSBB"))], at("10:00"))

    assert "Hari libur 2021 belum ditetapkan" in told(world, TodayStatus(), "09:00", day=date(2021, 1, 4))
