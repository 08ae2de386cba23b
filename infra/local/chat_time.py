"""How time passes in the chat console: the staff reports, live locations move on, functions fire and queues run empty.

The clock goes forward only. The rest of today and the day arrived at are played; whole days in between are not, and are
said to be left out. The five-minute bell rings around the cut-offs alone, because at other times it finds nothing. The
price: what would happen in the chats at another minute, such as a fault tried again, waits for the next cut-off.
"""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Protocol

from chalicelib.domain.calendar import instant
from chalicelib.domain.errors import CalendarUnknown
from infra.local import behaviour
from infra.local.behaviour import Visit
from infra.local.chat_office import Bureau, at_home
from infra.local.clock import SimulatedClock
from infra.local.legal_day import POSTING, SEED, ZONE, post
from infra.local.pump import Dead
from infra.local.ses_events import AcceptedMail
from infra.local.telegram_updates import EIGHT_HOURS_S, Fix, UpdateRequest

BELL = "reconcile"
AROUND = timedelta(minutes=15)
MOMENT = timedelta(seconds=1)
LAST_MINUTE = time(23, 55)
WHEN = re.compile(r"(?:(\d{4})-(\d\d?)-(\d\d?)[ T])?(\d\d?)[:.](\d\d)")
EIGHT_HOURS = timedelta(seconds=EIGHT_HOURS_S)


@dataclass(frozen=True)
class Live:
    """A live location that a phone goes on sending."""

    start: UpdateRequest
    fix: Fix
    until: datetime


@dataclass
class Passage:
    """What happened while the clock moved."""

    start: datetime
    end: datetime
    checkins: int = 0
    mails: list[AcceptedMail] = field(default_factory=list)
    faults: list[Dead] = field(default_factory=list)
    skipped: tuple[date, date] | None = None


class Passing(Protocol):
    """How time passes for a session."""

    def settle(self) -> None: ...
    def share(self, user: str, fix: Fix) -> None: ...
    def pass_until(self, until: datetime) -> Passage: ...


class Hours:
    """The hours of one office; `lives` are the live locations by their users' Telegram ids."""

    def __init__(self, bureau: Bureau, clock: SimulatedClock) -> None:
        self.lives: dict[str, Live] = {}
        self._bureau, self._clock, self._hadir = bureau, clock, bureau.hadir

    def share(self, user: str, fix: Fix) -> None:
        """Begin a live location, as long as Telegram lets it last."""
        telegram = self._bureau.chats.telegram
        self.lives[user] = Live(telegram.live(user, fix), fix, self._clock() + EIGHT_HOURS)

    def pass_until(self, until: datetime) -> Passage:
        """Let it be a later instant. Raises: ValueError for an earlier one."""
        if until < self._clock():
            raise ValueError(until)
        passage = Passage(self._clock(), until)
        mails, faults = len(self._hadir.cloud.mailbox.messages), len(self._hadir.pump.dead)
        if (day := until.astimezone(ZONE).date()) > self._today():
            self._play(instant(self._today(), LAST_MINUTE, ZONE), passage)
            self._leave_out(day, passage)
        self._play(until, passage)
        passage.mails = self._hadir.cloud.mailbox.messages[mails:]
        passage.faults = self._hadir.pump.dead[faults:]
        return passage

    def settle(self) -> None:
        """Let the workers do whatever waits for them."""
        self._hadir.pump.drain()

    def _today(self) -> date:
        return self._clock().astimezone(ZONE).date()

    def _leave_out(self, day: date, passage: Passage) -> None:
        """Go to the day's first instant; of the days in between nothing is owed any more."""
        first = self._today() + timedelta(days=1)
        if first < day:
            passage.skipped = first, day - timedelta(days=1)
            self._hadir.wiring.records().ledger.advance_watermark(day)
        self._clock.move_to(max(self._clock(), instant(day, time(0), ZONE)))

    def _play(self, until: datetime, passage: Passage) -> None:
        """Walk through hours of one day, instant by instant: whoever reports at it, then what is scheduled for it."""
        start = self._clock()
        visits = [visit for visit in self._visits(self._today()) if start < visit.at <= until]
        rings = set(self._rings(start, until))
        with ThreadPoolExecutor(POSTING) as pool:
            for at in sorted({*rings, *(visit.at for visit in visits)}):
                self._clock.move_to(at)
                list(pool.map(self._report, [visit for visit in visits if visit.at == at]))
                if at in rings:
                    self._ring(at)
        self._clock.move_to(max(self._clock(), until))
        passage.checkins += len(visits)

    def _ring(self, at: datetime) -> None:
        for live in self.lives.values():
            if at <= live.until:
                self._bureau.chats.telegram.move(live.start, live.fix)
        self._hadir.pump.fire_due(at - MOMENT, at)
        self._hadir.pump.drain()

    def _report(self, visit: Visit) -> None:
        with suppress(RuntimeError):  # the link was revoked since, so there is no receipt
            post(self._hadir.address, visit, self._bureau.tokens[visit.person])

    def _visits(self, day: date) -> list[Visit]:
        """What those will do whose links are known; the same on every question, as long as the letter is the same."""
        office = self._bureau.office(at=self._clock())
        with suppress(CalendarUnknown):
            staff = [one for one in at_home(office, day) if one.id in self._bureau.tokens]
            return behaviour.visits(staff, office.circulars.windows(day), Random(f"{SEED} {day}"))
        return []

    def _rings(self, start: datetime, until: datetime) -> Iterator[datetime]:
        """When something is scheduled that may find work: the four hours, and the bell around the day's cut-offs."""
        circulars = self._bureau.office(at=start).circulars
        asked = [cut_off for _, cut_off in circulars.asked(self._today(), until=until + AROUND)]
        for firing in self._hadir.pump.due(start, until):
            if firing.function != BELL or any(abs(firing.at - cut_off) <= AROUND for cut_off in asked):
                yield firing.at


def instant_of(typed: str, *, today: date) -> datetime | None:
    """What a typed time means, of today unless a date stands before it; None for what is no time."""
    found = WHEN.fullmatch(typed)
    if found is None:
        return None
    year, month, day = (int(part) for part in found.group(1, 2, 3)) if found[1] else today.timetuple()[:3]
    try:
        return datetime(year, month, day, int(found[4]), int(found[5]), tzinfo=ZONE)
    except ValueError:
        return None
