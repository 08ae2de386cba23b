"""The clock's door: four functions at the office's hours and one every five minutes, all ringing the same bell.

EventBridge cron is UTC, so 07:30 WITA is 23:30 UTC of the day before and a Monday-to-Friday rule would miss Mondays:
the functions run every day and the domain decides whether that local day has a slot. The zone is asked of `settings` at
import, because a decorator needs it then.
"""

import os
from datetime import date, datetime, time

from chalice.app import Blueprint, CloudWatchEvent, Cron

from chalicelib import wiring
from chalicelib.admin.decisions import TIDY
from chalicelib.admin.publishing import publish
from chalicelib.domain.calendar import instant
from chalicelib.reporting import ring
from chalicelib.settings import Deployment

bp = Blueprint(__name__)

ZONE = Deployment.from_env(os.environ).zone
ANY_DAY = date(2020, 3, 23)


def daily(clock: time) -> Cron:
    """Every day at a wall-clock time of the government's zone, as the UTC cron that EventBridge wants."""
    utc = instant(ANY_DAY, clock, ZONE).utctimetuple()
    return Cron(utc.tm_min, utc.tm_hour, "*", "*", "?", "*")


@bp.schedule(daily(time(7, 30)), name="report_0730")
def report_0730(event: CloudWatchEvent) -> None:
    """Source: SE 800/734-BKD/2020 point 2.b."""
    _ring(event)


@bp.schedule(daily(time(11, 30)), name="report_1130")
def report_1130(event: CloudWatchEvent) -> None:
    """Source: SE 800/734-BKD/2020 point 2.b."""
    _ring(event)


@bp.schedule(daily(time(15, 30)), name="report_1530")
def report_1530(event: CloudWatchEvent) -> None:
    """Source: SE 800/734-BKD/2020 point 2.b."""
    _ring(event)


@bp.schedule(daily(time(16, 0)), name="end_of_day")
def end_of_day(event: CloudWatchEvent) -> None:
    """Source: SE 800/734-BKD/2020 annex "Tata cara" 5; 16.00 is office practice."""
    try:
        _ring(event)
    finally:
        wiring.bot_bell().press(TIDY)


@bp.schedule(Cron("0/5", "*", "*", "*", "?", "*"), name="reconcile")
def reconcile(event: CloudWatchEvent) -> None:
    """Finds whatever a lost, late or doubled event left undone, slots at other hours than the four, and what is due to
    be said in the chats."""
    try:
        _ring(event)
    finally:
        wiring.speak_up(wiring.now())


def _ring(event: CloudWatchEvent) -> None:
    """An event's time only says which slots are due, and never less than the clock does: a function that starts a
    moment early by its own clock still makes the report it was started for. A change whose publication died is
    published again."""
    try:
        ring(wiring.bell(), at=max(wiring.now(), datetime.fromisoformat(event.time)))
    finally:  # neither may hold up the other
        publish(wiring.records(), wiring.settings().zone)
