"""Letting the recap go: BKD has read it, and now it is mailed to the Sekda for the Governor as it was read.

Office practice where a circular asks for approval; the same frozen recap goes, so nobody approves what they have not
seen.
"""

from dataclasses import replace
from datetime import date, datetime

from chalicelib.admin.desk import Registry
from chalicelib.admin.ordering import addressed, hand_over, ledger_offer, permit, reach
from chalicelib.admin.parcels import Outcome
from chalicelib.assembly import governing_policy, office_of
from chalicelib.domain.access import Admin
from chalicelib.domain.answer import Answer
from chalicelib.domain.change import Line
from chalicelib.domain.day import Office
from chalicelib.domain.delivery import APPROVED, RECAP, Mail, shown_slot
from chalicelib.domain.errors_letters import RecapApproved, RecapNotAwaiting, RecapNotMade
from chalicelib.domain.policy import Release
from chalicelib.domain.recap import Recap, SlotStanding


def show(registry: Registry, office: Office, admin: Admin, day: date, *, at: datetime) -> Answer:
    """What an approval would let go. Raises: as `approve`."""
    mail, recap = _awaiting(registry, office, admin, day, at=at)
    if registry.records.ledger.mail(mail.key):
        raise RecapApproved(day)
    shares = (line for one in recap.slots if (line := _share(one)))
    gaps = (Line("reports.approve.gaps", {"units": len(recap.gaps)}),) if recap.gaps else ()
    facts: dict[str, int | date] = {"day": day, "units": len(recap.lines), "people": recap.people}
    return Answer(Line("reports.approve", facts), (*shares, *gaps, reach(mail)))


def _share(one: SlotStanding) -> Line | None:
    if one.totals is None:
        return None
    facts: dict[str, str | int] = {"slot": shown_slot(one.slot), "reported": one.totals.reported, "due": one.totals.due}
    return Line("reports.approve.slot", facts)


def approve(registry: Registry, office: Office, admin: Admin, day: date, *, cause: str, at: datetime) -> Outcome:
    """Mail the recap on, once. The mail is planned before the first approval is noted: whoever dies in between leaves
    nothing unsent.

    Raises: OutOfScope, RecapNotMade, RecapNotAwaiting, RecapApproved, AddressMissing.
    """
    mail, _ = _awaiting(registry, office, admin, day, at=at)
    hand_over(registry, mail, cause)
    if registry.records.ledger.first_order(day, "approve", cause) != cause:
        raise RecapApproved(day)
    return Outcome(Answer(Line("reports.approved", {"day": day}), offers=(ledger_offer(None, day),)))


def _awaiting(registry: Registry, office: Office, admin: Admin, day: date, *, at: datetime) -> tuple[Mail, Recap]:
    """The mail that lets the frozen recap go, and the recap."""
    permit(admin, None, office)
    records = registry.records
    made = next((one for one in records.ledger.mails_of(day) if one.key.unit == RECAP), None)
    run = records.ledger.run(day, made.key.slot) if made else None
    recap = records.archive.report(replace(made.key, copy=0), Recap) if made else None
    if made is None or run is None or recap is None:
        raise RecapNotMade(day)
    if governing_policy(office_of(records, run), day).recap_release is Release.AUTO:
        raise RecapNotAwaiting(day)
    return addressed(registry, office, run, replace(made.key, copy=APPROVED), at=at), recap
