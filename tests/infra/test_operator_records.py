"""The ledger of a day at a terminal, and a report rendered again."""

from pathlib import Path

import pytest

from infra.operator.command import Declined
from infra.operator.records import mail_meant, replay, show_day
from tests.infra.operating import Screen
from tests.office import MONDAY, SATURDAY, at, person
from tests.world import SENDER, World


@pytest.fixture
def reported(world: World) -> World:
    """The first slot of the letter's first day: Ani has reported, every mail was handed to SES."""
    world.open([person("Ani"), person("Budi", "inspektorat")])
    world.checkin("Ani", at("07:12"))
    world.play(at("07:30:10"))
    return world


def test_a_days_runs_and_mails_are_shown_with_their_states_and_no_address(reported: World) -> None:
    screen = Screen()

    status = show_day(reported.records, screen, MONDAY, "WIB")

    assert status == 0
    assert "07.30.00" in screen.text
    assert "dinkes" in screen.text
    assert "sent" in screen.text
    assert "@" not in screen.text
    assert "Ani" not in screen.text


def test_a_mail_that_came_back_is_told_by_the_status(reported: World) -> None:
    screen, dinkes = Screen(), next(sent for sent in reported.sent() if sent.key.unit == "dinkes")
    reported.event("Bounce", dinkes, at("07:31"), dinkes.recipients[0])

    status = show_day(reported.records, screen, MONDAY, "WIB")

    assert status == 1
    assert "1 mails did not arrive" in screen.text


def test_a_day_on_which_nothing_closed_is_said_to_be_one(reported: World) -> None:
    screen = Screen()

    status = show_day(reported.records, screen, SATURDAY, "WIB")

    assert status == 0
    assert "No slot of 2020-03-28 has closed" in screen.text


@pytest.mark.parametrize("unit", ["dinkes", "inspektorat", "digest"])
def test_a_stored_report_rendered_again_is_byte_for_byte_the_one_that_was_frozen(
    unit: str, reported: World, tmp_path: Path
) -> None:
    reported.play(at("07:42"))  # the digest waits for the mails it speaks of
    screen, mail = Screen(), mail_meant(reported.records, MONDAY, "07.30", unit, None)

    status = replay(reported.records, screen, mail, SENDER, tmp_path / "again.eml")

    assert status == 0
    assert "byte for byte" in screen.text
    assert f"X-Report-Key: 2020-03-23#0730#{unit}#1#0".encode() in (tmp_path / "again.eml").read_bytes()


def test_a_mail_that_would_be_another_today_is_told_from_where_on(reported: World, tmp_path: Path) -> None:
    screen, mail = Screen(), mail_meant(reported.records, MONDAY, "0730", "dinkes", 1)

    status = replay(reported.records, screen, mail, "other@example.id", tmp_path / "again.eml")

    assert status == 1
    assert "differs from the frozen mail" in screen.text
    assert "from line 1 on" in screen.text


@pytest.mark.parametrize(
    ("slot", "unit", "revision"), [("1130", "dinkes", None), ("0730", "dinas", None), ("0730", "dinkes", 2)]
)
def test_a_report_that_was_never_made_is_not_replayed(
    slot: str, unit: str, revision: int | None, reported: World
) -> None:
    with pytest.raises(Declined, match="ledger --day 2020-03-23"):
        mail_meant(reported.records, MONDAY, slot, unit, revision)
