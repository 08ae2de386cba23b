"""A working day on Telegram's live location: shared once in the morning, and all reports have it with no further hand.

The updates go through the app's own door, the reports through the bells and the worker to SES.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.attendance import Status
from chalicelib.domain.delivery import RECAP
from chalicelib.domain.evidence import Grade
from chalicelib.domain.message import Platform
from chalicelib.domain.recap import Recap
from chalicelib.domain.report import UnitReport
from infra.local.telegram_updates import Fix, UpdateRequest
from tests.chat.conftest import PEOPLE
from tests.chat.sides import Telegram
from tests.entry.hadir import Hadir, deployed
from tests.office import FRIDAY, MONDAY, at, minutes
from tests.store import dynamo
from tests.world import World

pytestmark = pytest.mark.slow

BUDI, PHONE = "500", PEOPLE[1].phone or ""
HOME, COARSE, ELSEWHERE = Fix(-6.12, 106.15), Fix(-6.12, 106.15, 900), Fix(-6.9, 107.6)
EVERY, SHARE, GAP = minutes(4), timedelta(hours=8), (at("09:00"), at("10:30"))
SLOTS = ("07:30", "11:30", "15:30")


@pytest.fixture(scope="module")
def settled() -> Iterator[tuple[World, dynamo.Snapshot]]:
    """The office on the evening before the letter's first day."""
    with deployed() as world:
        world.open(list(PEOPLE))
        yield world, dynamo.snapshot()


class Day:
    """Budi's phone and the government's bells, on one clock."""

    def __init__(self, hadir: Hadir, telegram: Telegram, day: date) -> None:
        self.hadir, self.telegram, self.day = hadir, telegram, day
        self.bells = [at(clock, day) for clock in (*SLOTS, "16:00")]

    def turn_to(self, clock: datetime) -> None:
        """Let it be later, with every bell that rings until then, and five minutes after each."""
        while self.bells and self.bells[0] <= clock:
            self.hadir.at = self.bells.pop(0)
            self.hadir.world.play(self.hadir.at)
        self.hadir.at = clock

    def send(self, request: UpdateRequest) -> None:
        assert self.telegram.send(request).status_code == 200
        self.hadir.converse()

    def live(self, first: Fix, others: Fix) -> None:
        """Share for eight hours from 06.10 on: a first fix, then one every few minutes, less a gap in the morning."""
        made = self.telegram.stand_in.updates
        self.turn_to(at("06:10", self.day))
        start = made.live(BUDI, first)
        self.send(start)
        while (moment := self.hadir.at + EVERY) <= at("06:10", self.day) + SHARE:
            self.turn_to(moment)
            if not GAP[0].time() <= moment.time() <= GAP[1].time():
                self.send(made.moved(start, others))
        self.send(made.moved(start, others, is_last=True))

    def reports(self) -> dict[str, UnitReport]:
        """What the mails of the day say of Budi's agency, by slot."""
        records = self.hadir.world.records
        mails = [one for one in self.hadir.world.sent() if one.key.unit == "dinkes" and one.key.day == self.day]
        found = {one.key.slot: records.archive.report(one.key, UnitReport) for one in mails}
        return {slot: report for slot, report in found.items() if report}

    def recapped(self) -> list[int]:
        """How many of Budi's agency the day's recap counts as reported, slot by slot."""
        (mail,) = [one for one in self.hadir.world.sent() if (one.key.unit, one.key.day) == (RECAP, self.day)]
        recap = self.hadir.world.records.archive.report(mail.key, Recap)
        assert recap
        (line,) = [one for one in recap.lines if one.unit == "dinkes"]
        return [standing.totals.reported for standing in line.slots if standing.totals]

    def statuses(self) -> list[Status]:
        return [row.status for report in self.reports().values() for row in report.rows if row.person == "budi-s"]


def linked(hadir: Hadir, chats: dict[Platform, Any], day: date) -> Day:
    """Budi the evening before, linked by their own contact."""
    hadir.at = at("06:00", day)
    found = Day(hadir, chats[Platform.TELEGRAM], day)
    found.send(found.telegram.stand_in.updates.contact(BUDI, PHONE))
    return found


def kept(day: date) -> list[tuple[str, Grade]]:
    """When and how graded, row by row of the table."""
    rows = [row for row in dynamo.table_rows("checkins") if row["person"]["S"] == "budi-s"]
    return [(row["at"]["S"], Grade(row["grade"]["S"])) for row in rows if day.isoformat() in row["unit_day"]["S"]]


@pytest.mark.parametrize("day", [MONDAY, FRIDAY], ids=["Monday", "Friday"])
def test_one_share_at_six_fills_every_slot_of_the_day_and_the_recap(
    hadir: Hadir, chats: dict[Platform, Any], day: date
) -> None:
    budi = linked(hadir, chats, day)

    budi.live(HOME, HOME)
    budi.turn_to(at("16:00", day))

    assert set(budi.reports()) >= {"0730", "1130", "1530"}
    assert budi.statuses() == [Status.REPORTED] * 3
    assert budi.recapped() == [1, 1, 1]
    assert len(kept(day)) == 3


def test_a_coarse_first_fix_is_made_good_by_a_later_one_and_no_window_keeps_more_than_two(
    hadir: Hadir, chats: dict[Platform, Any]
) -> None:
    budi = linked(hadir, chats, MONDAY)

    budi.live(COARSE, HOME)
    budi.turn_to(at("16:00"))

    assert budi.statuses() == [Status.REPORTED] * 3
    assert sorted(grade for _, grade in kept(MONDAY)) == [Grade.AT_HOME] * 3 + [Grade.UNCLEAR]


def test_pins_that_were_passed_on_during_the_share_change_nothing(hadir: Hadir, chats: dict[Platform, Any]) -> None:
    budi, made = linked(hadir, chats, MONDAY), chats[Platform.TELEGRAM].stand_in.updates
    budi.turn_to(at("06:10"))

    budi.send(made.forwarded(BUDI, ELSEWHERE))
    budi.send(made.venue(BUDI, ELSEWHERE))
    budi.live(HOME, HOME)
    budi.send(made.forwarded(BUDI, ELSEWHERE))

    assert [grade for _, grade in kept(MONDAY)] == [Grade.AT_HOME] * 3
