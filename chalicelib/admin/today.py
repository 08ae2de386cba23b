"""The day on one page: the letter in force, each slot with its outcome, what needs a person, and the usual next steps.

It is what Slack's home tab shows; nothing in it names anybody.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from chalicelib.admin.desk import Registry
from chalicelib.admin.ordering import short
from chalicelib.admin.postings import is_seen
from chalicelib.assembly import governing_policy, judged, office_of, report_runs, unit_lines
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.answer import Answer, Offer
from chalicelib.domain.change import Line
from chalicelib.domain.day import Office
from chalicelib.domain.delivery import APPROVED, GRACE, HANDED_OVER, RECAP, Mail, State, shown_slot
from chalicelib.domain.errors import CalendarUnknown
from chalicelib.domain.periods import Between, UntilLifted
from chalicelib.domain.policy import Policy, Release, Window
from chalicelib.domain.recap import Outcome
from chalicelib.domain.report import Totals, add_up
from chalicelib.store.ledger import Run


def show(registry: Registry, office: Office, admin: Admin, *, at: datetime) -> Answer:
    """The status of the local day at an instant."""
    day = at.astimezone(registry.bell.zone).date()
    mails = [one for one in registry.records.ledger.mails_of(day) if is_seen(one.key, office, admin)]
    waits = _awaits_approval(registry, mails, day)
    lines = (
        *_letter(office, day),
        *_slots(registry, office, admin, day, at=at),
        *_recap(mails, waits=waits),
        *_warnings(mails),
    )
    title = Line("standing.today", {"day": day, "clock": f"{at.astimezone(registry.bell.zone):%H.%M}"})
    return Answer(title, lines, offers=tuple(_offers(registry, office, admin, day, mails, waits=waits, at=at)))


def _letter(office: Office, day: date) -> Iterator[Line]:
    """The letter in force and its last day, or why there is nothing to report."""
    covering = [policy for policy in office.circulars.policies if policy.validity.covers(day)]
    if not covering:
        yield Line("standing.letter.none")
        return
    yield _validity(covering[-1])
    try:
        if office.circulars.policy_on(day) is None:
            yield Line("standing.letter.free")
    except CalendarUnknown as unknown:
        yield Line("standing.letter.calendar", {"year": unknown.year})


def _validity(policy: Policy) -> Line:
    match policy.validity:
        case Between(end=end):
            return Line("standing.letter.until", {"number": policy.number, "end": end})
        case UntilLifted(condition=condition):
            return Line("standing.letter.open", {"number": policy.number, "condition": condition})
        case other:
            raise TypeError(f"{type(other).__name__} is not a kind of period")


def _slots(registry: Registry, office: Office, admin: Admin, day: date, *, at: datetime) -> Iterator[Line]:
    closed = report_runs(registry.records, day)
    for run in closed:
        yield _closed(registry, office, admin, run)
    for window in _without_run(office, closed, day):
        slot = f"{window.slot.deadline:%H.%M}"
        if window.contains(at):
            totals = _so_far(registry, office, admin, Run(day, window.slot.id, office.revision, at, ()))
            yield Line("standing.today.open", {"slot": slot, "reported": totals.reported, "due": totals.due})
        elif window.opens > at:
            yield Line("standing.today.coming", {"slot": slot})
        else:
            yield without_report(window, at=at)


def unreported(office: Office, closed: Iterable[Run], day: date, *, at: datetime) -> tuple[Window, ...]:
    """The slots of a day that have closed and are not among the runs, in order."""
    return tuple(window for window in _without_run(office, closed, day) if window.closes < at)


def without_report(window: Window, *, at: datetime) -> Line:
    """How a closed slot without a run stands: its reports are being made, or, ten minutes later, there are none."""
    is_late = at >= window.closes + GRACE
    key = "standing.today.none" if is_late else "standing.today.closing"
    return Line(key, {"slot": f"{window.slot.deadline:%H.%M}"})


def _without_run(office: Office, closed: Iterable[Run], day: date) -> tuple[Window, ...]:
    planned = {run.slot for run in closed}
    return tuple(window for window in _windows(office, day) if window.slot.id not in planned)


def _windows(office: Office, day: date) -> tuple[Window, ...]:
    try:
        return office.circulars.windows(day)
    except CalendarUnknown:  # said beside the letter
        return ()


def _closed(registry: Registry, office: Office, admin: Admin, run: Run) -> Line:
    known = office.organisation.by_id
    lines = [one for one in unit_lines(registry.records, run) if one.unit in known]
    seen = [one for one in lines if admin.sees(one.unit, office.organisation)]
    totals = add_up(one.totals for one in seen if one.totals)
    sent = sum(one.outcome is Outcome.SENT for one in seen)
    counts = {"reported": totals.reported, "due": totals.due, "missing": totals.missing}
    return Line("standing.today.closed", {"slot": shown_slot(run.slot), "sent": sent, "units": len(seen), **counts})


def _so_far(registry: Registry, office: Office, admin: Admin, run: Run) -> Totals:
    units = [unit for unit in office.organisation.reporting_units() if admin.sees(unit.id, office.organisation)]
    return add_up(judged(registry.records, run, unit.id).totals for unit in units)


def _awaits_approval(registry: Registry, mails: list[Mail], day: date) -> bool:
    """Whether the recap has been mailed to BKD and still waits to be let go."""
    recaps = {mail.key.copy: mail for mail in mails if mail.key.unit == RECAP}
    made = recaps.get(0)
    run = registry.records.ledger.run(day, made.key.slot) if made and made.state is not State.PLANNED else None
    if run is None or APPROVED in recaps:
        return False
    return governing_policy(office_of(registry.records, run), day).recap_release is Release.APPROVAL


def _recap(mails: list[Mail], *, waits: bool) -> Iterator[Line]:
    recap = next((mail for mail in mails if mail.key.unit == RECAP and mail.key.copy == 0), None)
    if waits:
        yield Line("standing.recap.awaits")
    elif recap:
        yield Line("standing.recap.sent" if recap.state in HANDED_OVER else "standing.recap.waiting")


def _warnings(mails: list[Mail]) -> Iterator[Line]:
    for key, states in (
        ("standing.warn.uncertain", {State.UNCERTAIN}),
        ("standing.warn.failed", {State.NEEDS_HUMAN, State.BOUNCED}),
    ):
        if count := sum(mail.state in states for mail in mails):
            yield Line(key, {"count": count})
    if count := sum(len(mail.bounced) for mail in mails if mail.state is not State.BOUNCED):
        yield Line("standing.warn.copies", {"count": count})


def _offers(
    registry: Registry, office: Office, admin: Admin, day: date, mails: list[Mail], *, waits: bool, at: datetime
) -> Iterator[Offer]:
    """The usual next steps, those of the moment first."""
    if waits and admin.may_change(None, office.organisation):
        yield Offer(Line("standing.offer.approve"), verb="report.approve", line=f"{day:%d-%m-%Y}", is_main=True)
    if any(mail.state in (State.UNCERTAIN, State.NEEDS_HUMAN, State.BOUNCED) or mail.bounced for mail in mails):
        yield Offer(Line("reports.offer.ledger"), verb="report.ledger")
    if any(window.contains(at) for window in _windows(office, day)):
        yield Offer(Line("standing.offer.who"), verb="report.missing")
        if admin.role is Role.OPERATOR and len(admin.units) == 1:
            unit = office.organisation.by_id[admin.units[0]]
            yield Offer(Line("standing.offer.preview", {"unit": short(unit)}), verb="report.preview", line=unit.id)
    if closed := report_runs(registry.records, day):
        yield status_offer(closed[-1].slot)
    yield Offer(Line("standing.offer.piket"), verb="piket.show")
    yield Offer(Line("standing.offer.policy"), verb="policy.show")
    yield Offer(Line("standing.offer.help"), verb="chat.help")


def status_offer(slot: str) -> Offer:
    return Offer(Line("standing.offer.status", {"slot": shown_slot(slot)}), verb="report.slot", line=slot)
