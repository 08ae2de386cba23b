"""A slot whose mails have not all left long after its cut-off is said once, for an alarm to listen to."""

from datetime import timedelta

import pytest

from chalicelib.admin.desk import SEED, read_office
from chalicelib.admin.reports import CorrectReport, perform
from chalicelib.domain.change import Noun
from chalicelib.domain.delivery import GRACE, LATE, LEASE
from chalicelib.domain.policy import Arrangement
from tests.office import MONDAY, assigned, at, person
from tests.world import World

ANI = person("Ani")


def late(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """The day and slot of each line that said so."""
    told = [vars(one) for one in caplog.records if one.getMessage() == "slot is late"]
    assert {one["levelname"] for one in told} <= {"ERROR"}
    return [(one["day"], one["slot"]) for one in told]


def test_a_slot_whose_mails_lie_in_the_queue_is_late_and_said_to_be_once(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.open([ANI])

    for clock in ("07:30", "07:45", "07:50", "07:55", "08:00"):
        world.ring(at(clock))

    assert late(caplog) == [("2020-03-23", "0730")]


def test_a_slot_is_not_late_a_moment_before(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.open([ANI])
    world.ring(at("07:30"))

    world.ring(at("07:30") + LATE - timedelta(seconds=1))

    assert late(caplog) == []


def test_a_slot_whose_mails_have_left_is_never_late(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.open([ANI])
    world.play(at("07:30"))

    world.ring(at("07:50"))
    world.ring(at("11:00"))

    assert late(caplog) == []


def test_a_slot_that_no_bell_rang_for_is_late_as_soon_as_one_does(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.open([ANI])

    world.play(at("09:00"))
    world.play(at("09:05"))

    assert late(caplog) == [("2020-03-23", "0730")]


def test_a_correction_that_an_admin_orders_is_no_lateness_of_its_slot(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.open([ANI])
    world.play(at("07:30"))
    world.change(Noun.ASSIGNMENTS, [assigned(Arrangement.PIKET, "Ani")], at("08:30"))
    office = read_office(world.registry, at=at("09:00"))

    perform(CorrectReport(MONDAY, "0730", ("dinkes",)), world.registry, office, SEED, cause="one", at=at("09:00"))
    world.ring(at("09:05"))

    assert [mail.key.revision for mail in world.records.ledger.unsettled(MONDAY)] == [2]
    assert late(caplog) == []


def test_a_mail_whose_answer_is_lost_may_be_sent_again_before_its_slot_is_late() -> None:
    assert LEASE + GRACE + timedelta(minutes=5) < LATE
