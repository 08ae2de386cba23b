"""How much a deployment will have to carry on a working day: recipients of mail, and check-ins in their busiest minute.

From the office itself once it is open, else from the head count in the stage's file. The price of rules of thumb: they
are on the safe side for the governments that the circulars speak of, and not exact for any.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil

from chalicelib.domain.day import Office
from chalicelib.domain.delivery import DIGEST, RECAP, MailKey
from chalicelib.domain.policy import Slot, SlotKind, letters
from chalicelib.reporting import recipients

SLOTS, PEOPLE_PER_UNIT, RECIPIENTS_PER_REPORT = 3, 50, 3
"""Before an office is open: three slots, fifty people to a reporting unit, each report to BKD, head and operator."""

SPARE = 2
"""Room for what admins have sent again, for sheets of links and for the extra copies of a bad day."""

PEAK_S = 300
"""Within how many seconds a slot's mails should be out: the bell's own interval."""

COLD_S, OTHERS = 0.5, 50
"""Seconds that a check-in holds a function in its busiest minute, cold starts included; and how many more functions run
beside it: bells, workers and bots."""


@dataclass(frozen=True)
class Load:
    """What a working day asks of the account. SES counts recipients, not messages."""

    recipients_a_day: int
    recipients_a_second: int
    functions_at_once: int
    basis: str


def load(office: Office | None, head_count: int) -> Load:
    """What to expect of the office if it has a letter, else of so many people."""
    heads = max(head_count, len(office.people) if office else 0)
    if office is None or not office.circulars.policies:
        units = ceil(heads / PEOPLE_PER_UNIT)
        slot = units * RECIPIENTS_PER_REPORT
        return _load(SLOTS * slot + SLOTS + 1, slot, heads, f"{heads:,} people in about {units} units")
    by_slot = [[*_recipients_by_mail(office, slot)] for slot in letters(office.circulars.policies)[-1].slots] or [[]]
    recipients, mails = [*map(sum, by_slot)], sum(map(len, by_slot))
    units = len(office.organisation.reporting_units())
    return _load(sum(recipients), max(recipients), heads, f"{heads:,} people, {units} units, {mails:,} mails a day")


def _load(day: int, slot: int, heads: int, basis: str) -> Load:
    return Load(SPARE * day, max(1, ceil(slot / PEAK_S)), OTHERS + ceil(heads / 60 * COLD_S), basis)


def _recipients_by_mail(office: Office, slot: Slot) -> Iterator[int]:
    """How many addresses each mail of a slot goes to: the units' reports and the digest, or the recap alone."""
    letter, day = letters(office.circulars.policies)[-1], date.min
    reporting = [unit.id for unit in office.organisation.reporting_units()]
    for name in [*reporting, DIGEST] if slot.kind is SlotKind.REPORT else [RECAP]:
        to, copies = recipients(office, letter, MailKey(day, slot.id, name))
        yield len(to) + len(copies)
