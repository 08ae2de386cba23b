"""One slot of one day, played up to a fault and then put right by the bells; and the audit that every fault must pass.

Each play takes the same day of one long-running circular: what the fault has left is put back before the next, so that
hundreds of faults share one government and the hundredth finds no more rows than the first.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends

from chalicelib.domain.calendar import Calendar, Decree
from chalicelib.domain.delivery import SETTLED, SETTLING, Mail
from chalicelib.domain.people import Organisation
from chalicelib.domain.periods import UntilLifted
from tests.faults.interrupter import INTERRUPTER, Killed, Moment, die
from tests.office import DINKES, LETTER_DAY, MONDAY, PROVINCE, at, banten, person
from tests.store import dynamo
from tests.world import BUCKET, PREFIX, REGION, Sent, World

UNITS = ("dinkes",)
WORKED_ALWAYS = Calendar((Decree("test", LETTER_DAY, tuple(range(2020, 2040)), ()),))


def open_for_years(world: World) -> None:
    """One unit and the letter's first slot, without end and without holidays."""
    policy = banten(validity=UntilLifted(MONDAY, "the tests are over"), slots=banten().slots[:1])
    world.open([person("Ani")], policy=policy, calendar=WORKED_ALWAYS, organisation=Organisation((PROVINCE, DINKES)))


@dataclass
class Slot:
    """The first slot of a day in a world."""

    world: World
    day: date
    seen: int = field(init=False)

    def __post_init__(self) -> None:
        self.seen = self.world.sent_count()
        self.world.checkin("Ani", at("07:12", self.day))

    def run(self) -> None:
        """What the scheduled function and the workers do."""
        self.world.ring(at("07:30", self.day))
        self.world.ring(at("07:30", self.day) + SETTLING)
        self.world.work(at("07:30", self.day) + SETTLING)

    def put_right(self, *, with_events: bool) -> None:
        """What the five-minute bell and SES's events do in the next quarter of an hour, if anything is left to do."""
        for minute in (35, 41):
            if self.is_settled():
                return
            moment = at(f"07:{minute}", self.day)
            for sent in self.sent() if with_events else ():
                self.world.event("Send", sent, moment)
            self.world.ring(moment)
            self.world.work(moment)

    def is_settled(self) -> bool:
        """Whether the ledger has nothing open; a run that never began has nothing at all."""
        mails = self.mails()
        return len(mails) == len(UNITS) + 1 and all(mail.state in SETTLED for mail in mails)

    def sent(self) -> list[Sent]:
        return self.world.sent(after=self.seen)

    def mails(self) -> tuple[Mail, ...]:
        return self.world.records.ledger.mails(self.day, "0730")


def audit(slot: Slot, *, extra_copies: int) -> None:
    """Nothing missing, nothing twice beyond the promise, every extra copy marked.

    `extra_copies` is how many the fault may cost: one when SES took a mail and neither answer nor event came.
    """
    expected = {f"{slot.day}#0730#{unit}#1#0" for unit in (*UNITS, "digest")}
    counts = Counter(str(sent.key) for sent in slot.sent())
    assert counts.keys() == expected, f"missing or unexpected: {counts.keys() ^ expected}"
    assert {str(mail.key) for mail in slot.mails()} == expected
    assert all(mail.state in SETTLED for mail in slot.mails()), [mail.state for mail in slot.mails()]
    assert sum(counts.values()) - len(expected) <= extra_copies, counts
    seen: set[str] = set()
    for sent in slot.sent():
        assert str(sent.key) not in seen or "ULANGAN" in sent.message["Subject"], sent.message["Subject"]
        seen.add(str(sent.key))


def interrupted(run: Callable[[], None], by: type[BaseException]) -> bool:
    """Whether the run died."""
    try:
        run()
    except by:
        return True
    return False


def killed_everywhere(world: World, moment: Moment, *, with_events: bool, only: str = "") -> int:
    """Kill the run at its first AWS call, its second, … up to its last, audit each time; returns how many there are.

    `only` names an operation whose calls are enough, where it is known that they are.
    """
    for nth, slot in _again_and_again(world):
        INTERRUPTER.arm(nth, moment, die, only)
        was_killed = interrupted(slot.run, Killed)
        killed_at = INTERRUPTER.calls[-1]
        INTERRUPTER.disarm()
        slot.put_right(with_events=with_events)
        lost_answer = was_killed and moment == "after" and killed_at == "sesv2.SendEmail" and not with_events
        audit(slot, extra_copies=int(lost_answer))
        if not was_killed:
            return nth - 1
    raise AssertionError("numbers do not end")


def met_everywhere(world: World) -> int:
    """Let a rival do the whole run just before the first AWS call, the second, …; returns how many there are."""
    for nth, slot in _again_and_again(world):
        INTERRUPTER.arm(nth, "before", slot.run)
        slot.run()
        was_met = not INTERRUPTER.is_armed
        INTERRUPTER.disarm()
        slot.put_right(with_events=True)
        audit(slot, extra_copies=0)
        if not was_met:
            return nth - 1
    raise AssertionError("numbers do not end")


def _again_and_again(world: World) -> Iterator[tuple[int, Slot]]:
    """The same Tuesday without end; the Monday before is undisturbed, so that what a process reads once is read."""
    open_for_years(world)
    Slot(world, MONDAY).run()
    kept, frozen = dynamo.snapshot(), set(_bodies())
    for nth in count(1):
        yield nth, Slot(world, MONDAY + timedelta(days=1))
        dynamo.restore(kept)
        sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues[f"{PREFIX}-reports"]._messages.clear()
        for name in set(_bodies()) - frozen:
            _bodies().pop(name)


def _bodies() -> Any:
    return s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[BUCKET].keys
