"""A real browser on the real page and the real application: what a press of the button leaves in the table."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from infra.local.cloud import serve
from infra.local.today import circular
from tests.entry.hadir import Hadir, deployed
from tests.faults.scenario import WORKED_ALWAYS
from tests.office import ZONE, person
from tests.store import dynamo
from tests.world import World

pytestmark = pytest.mark.slow

AT_HOME = {"latitude": -6.1201, "longitude": 106.1501, "accuracy": 15}


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[World, dynamo.Snapshot]]:
    """An office whose circular starts today, because a browser's fixes bear today's date."""
    now = datetime.now(UTC)
    with deployed() as world:
        policy = circular(now.astimezone(ZONE).date())
        world.open([person("Ani")], policy=policy, calendar=WORKED_ALWAYS, opened_at=now - timedelta(days=1))
        yield world, dynamo.snapshot()


@pytest.fixture
def press(hadir: Hadir, browser: Browser) -> Iterator[Any]:
    """Opens Ani's link on a phone with some position and permission, and presses the button."""

    def open_and_press(**phone: Any) -> Page:
        page = browser.new_context(locale="id-ID", **phone).new_page()
        hadir.at = datetime.now(UTC)
        page.goto(f"{address}/c#{hadir.world.tokens['ani']}")
        page.click("#report")
        return page

    with serve(hadir.app) as address:
        yield open_and_press


def received(page: Page) -> str:
    page.wait_for_selector("#received:not([hidden])", timeout=30_000)
    return page.inner_text("#received")


def only_row(hadir: Hadir) -> dict[str, Any]:
    """The one check-in there is, its values without DynamoDB's type letters."""
    (row,) = hadir.checkins()
    return {name: next(iter(typed.values())) for name, typed in row.items()}


def test_a_granted_position_at_home_is_recorded_as_at_home(hadir: Hadir, press: Any) -> None:
    text = received(press(geolocation=AT_HOME, permissions=["geolocation"]))

    row = only_row(hadir)
    assert (row["grade"], row["band"]) == ("at_home", "within_radius")
    assert "di dalam 200 m" in text


def test_a_denied_position_is_still_a_way_to_report_and_is_recorded_as_such(hadir: Hadir, press: Any) -> None:
    page = press(permissions=[])
    page.wait_for_selector("#unlocated:not([hidden])")
    assert hadir.checkins() == []

    page.click("#without")
    text = received(page)

    row = only_row(hadir)
    assert (row["grade"], row["reason"], row.get("lat")) == ("no_position", "denied", None)
    assert "Tanpa posisi" in text


def test_an_inaccurate_position_is_recorded_as_unclear(hadir: Hadir, press: Any) -> None:
    text = received(press(geolocation={**AT_HOME, "accuracy": 3000}, permissions=["geolocation"]))

    row = only_row(hadir)
    assert (row["grade"], row["reason"]) == ("unclear", "accuracy_too_coarse")
    assert "belum dapat dipastikan" in text


def test_a_position_across_the_town_is_recorded_as_away_and_accuses_nobody(hadir: Hadir, press: Any) -> None:
    far = {"latitude": -6.15, "longitude": 106.15, "accuracy": 15}

    text = received(press(geolocation=far, permissions=["geolocation"]))

    row = only_row(hadir)
    assert (row["grade"], row["band"]) == ("away", "under_5_km")
    assert "di luar 200 m" in text
