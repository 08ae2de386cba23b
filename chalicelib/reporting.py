"""Journey 2: what is due is planned, handed to workers, sent and settled.

Cron and queue are doorbells; the ledger is the job. `ring` may be called at any time, any number of times, by any
number of processes: it plans what is due and wakes whatever is unfinished. `deliver` takes one mail as far as it can
go, `settle` believes SES's own events over our memory. The promise stands in `domain.delivery`.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from chalicelib.assembly import Report, frozen_report, make_report, office_of, slot_held
from chalicelib.domain.address import is_address
from chalicelib.domain.day import Office
from chalicelib.domain.delivery import (
    APPROVED,
    DIGEST,
    EVENT_STATE,
    FIRST_MALFORMED,
    GRACE,
    LEASE,
    PARCEL,
    RECAP,
    RETRY_AFTER,
    SETTLED,
    SETTLING,
    Mail,
    MailKey,
    SesEvent,
    State,
    Step,
    Verdict,
    may_move,
    next_step,
)
from chalicelib.domain.errors import CalendarUnknown
from chalicelib.domain.policy import Policy, Release
from chalicelib.mail import Answer, Event, Letter, Mailer, mime
from chalicelib.planning import Bell, plan_day, plan_ordered, unfinished
from chalicelib.store.archive import mail_name
from chalicelib.store.ledger import Ledger

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PostOffice:
    """What delivering needs besides: a composer of letters and a way to SES."""

    bell: Bell
    mailer: Mailer
    sender: str
    compose: Callable[[Report, Mail, Office, str], Letter]


def ring(bell: Bell, *, at: datetime) -> None:
    """Plan every slot whose cut-off has come since the last finished day, and wake every unfinished mail."""
    office = bell.records.office.current()
    if office is None:
        return
    first, *later = unfinished(bell, office, at=at)
    today = at.astimezone(bell.zone).date()
    finished, unknown = first, None
    for day in (first, *later):
        try:
            plan_day(bell, office, day, at=at)
        except CalendarUnknown as refusal:  # seen below, when every other day has had its turn
            unknown = unknown or refusal
        is_settled = wake(bell, day, at=at) == 0
        if is_settled and not unknown and finished == day < today:
            finished = day + timedelta(days=1)
    if finished > first:
        bell.records.ledger.advance_watermark(finished)
    _look_again(bell, at=at)
    if unknown:
        log.error("year without decreed holidays", extra={"year": unknown.year})
        raise unknown


def _look_again(bell: Bell, *, at: datetime) -> None:
    """Wake what admins ordered on days that may be finished long since."""
    for day, cause in bell.records.ledger.reopened():
        plan_ordered(bell, day, at=at)
        if wake(bell, day, at=at) == 0:
            bell.records.ledger.close(day, cause)


def wake(bell: Bell, day: date, *, at: datetime, only_summaries: bool = False) -> int:
    """Do the next step for each unfinished mail of a day; returns how many there are."""
    mails = bell.records.ledger.unsettled(day)
    for mail in mails:
        if mail.key.is_summary and _must_wait(mail, mails, at=at):
            continue
        if mail.key.is_summary or not only_summaries:
            _step(bell, mail, at=at)
    return len(mails)


def _must_wait(summary: Mail, mails: Sequence[Mail], *, at: datetime) -> bool:
    """A summary waits for the mails it speaks of, ten minutes at the most: then it leaves and names the gaps."""
    spoken_of = [
        mail
        for mail in mails
        if mail.key.copy == 0
        and mail.key.unit != RECAP
        and not mail.key.is_interim
        and (mail.key.slot == summary.key.slot or summary.key.unit == RECAP)
        and not (mail.key.is_summary and summary.key.unit == DIGEST)
    ]
    return summary.state is State.PLANNED and bool(spoken_of) and at < summary.changed_at + GRACE


def _step(bell: Bell, mail: Mail, *, at: datetime) -> None:
    ledger = bell.records.ledger
    match next_step(mail, at=at):
        case Step.WORK:
            bell.doorbell.press(mail.key, _settling(mail, at=at))
        case Step.DOUBT:
            ledger.move(mail, State.UNCERTAIN, at=at, due_at=mail.changed_at + GRACE)
        case Step.RESEND:
            if ledger.move(mail, State.READY, at=at, extra_copies=mail.extra_copies + 1, due_at=None):
                bell.doorbell.press(mail.key)
        case Step.CALL:
            call_a_person(bell, mail, "problem.no_means_left", at=at)
        case Step.NOTHING:
            pass


def _settling(mail: Mail, *, at: datetime) -> timedelta:
    """How long a report just planned must still wait for check-ins on their way when its cut-off came."""
    return max(timedelta(), mail.changed_at + SETTLING - at) if mail.state is State.PLANNED else timedelta()


def call_a_person(bell: Bell, mail: Mail, problem: str, *, at: datetime) -> None:
    """Set a mail aside for a person; the log line is for an alarm to listen to."""
    if bell.records.ledger.move(mail, State.NEEDS_HUMAN, at=at, problem=problem, due_at=None):
        log.error("mail needs a person", extra={"mail": str(mail.key), "problem": problem})


def deliver(post: PostOffice, key: MailKey, *, at: datetime) -> None:
    """Take one mail as far as it goes now: make its report, hand it to SES, record the answer; then look whether a
    summary was waiting for it. Doing it twice, or by two at once, sends nothing twice."""
    ledger = post.bell.records.ledger
    mail = ledger.mail(key)
    if mail and mail.state is State.PLANNED:
        mail = prepare(post, mail, at=at)
    if mail and mail.state is not State.PLANNED and next_step(mail, at=at) is Step.WORK:
        submit(post, mail, at=at)
    wake(post.bell, key.day, at=at, only_summaries=True)


def prepare(post: PostOffice, mail: Mail, *, at: datetime) -> Mail | None:
    """Freeze the mail's report and decide who gets it; an address that SES could not take splits off at once."""
    records = post.bell.records
    run = records.ledger.run(mail.key.day, mail.key.slot, mail.key.revision)
    if run is None:
        raise LookupError(f"no run for {mail.key}")
    claimed = records.ledger.move(mail, State.PLANNED, at=mail.changed_at, attempt=mail.attempt + 1)
    if claimed is None:
        return None
    make_report(records, run, claimed.key)
    office = office_of(records, run)
    policy, _ = slot_held(office, run)
    to, cc = recipients(office, policy, claimed.key)
    if not to or not is_address(to[0]):
        call_a_person(post.bell, claimed, "problem.addressee", at=at)
        return None
    malformed = [address for address in (*to, *cc) if not is_address(address)]
    for number, address in enumerate(malformed, start=FIRST_MALFORMED):
        _split(post, claimed, number, address, State.NEEDS_HUMAN, at=at)
    kept_to, kept_cc = (tuple(one for one in some if one not in malformed) for some in (to, cc))
    return records.ledger.move(claimed, State.READY, at=at, to=kept_to, cc=kept_cc, due_at=None)


def recipients(office: Office, policy: Policy, key: MailKey) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """To whom a report goes and who gets a copy, by office.

    Source: SE 800/734-BKD/2020 point 2.b and annex "Tata cara" 4–5.
    """
    offices = policy.report_to
    if key.unit == RECAP and policy.recap_release is Release.AUTO:
        offices = policy.recap_to
    if key.copy == APPROVED:  # BKD has had it, and approved it
        offices = tuple(name for name in policy.recap_to if name not in policy.report_to) or policy.recap_to
    to = tuple(address for name in offices for address in office.addresses.get(name, ()))
    unit = office.organisation.by_id.get(key.unit)
    copies = (unit.head_email, unit.operator_email) if unit else ()
    return to, tuple(dict.fromkeys(address for address in copies if address and address not in to))


def submit(post: PostOffice, mail: Mail, *, at: datetime) -> None:
    """Lease the mail, hand its frozen body to SES once, and record the answer."""
    records = post.bell.records
    leased = records.ledger.move(mail, State.LEASED, at=at, attempt=mail.attempt + 1, due_at=at + LEASE)
    if leased is None:
        return
    body = _body(post, leased)
    handovers = leased.handovers + 1
    submitting = records.ledger.move(leased, State.SUBMITTING, at=at, due_at=at + LEASE, handovers=handovers)
    if submitting is None:
        return
    answer = post.mailer.send(mail.key, leased.attempt, post.sender, (*leased.to, *leased.cc), body)
    _record(post, submitting, answer, at=at)


def _body(post: PostOffice, mail: Mail) -> bytes:
    """The message as it was first frozen, so that every later handing is the same to the byte."""
    records = post.bell.records
    name = mail_name(mail.key, is_extra_copy=mail.is_extra_copy, recipients=(*mail.to, *mail.cc))
    if frozen := records.archive.read(name):
        return frozen
    report = frozen_report(records.archive, replace(mail.key, copy=0))
    if report is None:
        raise LookupError(f"no frozen report for {mail.key}")
    office = records.office.at(report.heading.office_revision)
    return records.archive.freeze(name, mime(post.compose(report, mail, office, post.sender)))


def _record(post: PostOffice, mail: Mail, answer: Answer, *, at: datetime) -> None:
    ledger = post.bell.records.ledger
    match answer.verdict:
        case Verdict.ACCEPTED:
            ledger.move(mail, State.SENT, at=at, message_id=answer.message_id, due_at=None, problem=None)
        case Verdict.UNKNOWN:
            ledger.move(mail, State.UNCERTAIN, at=at, due_at=at + GRACE, problem=answer.problem)
        case Verdict.PUT_OFF:
            ledger.move(mail, State.RETRY_AT, at=at, due_at=at + RETRY_AFTER, problem=answer.problem)
        case Verdict.REFUSED if mail.copies:
            _send_alone(post, mail, answer, at=at)
        case Verdict.REFUSED:
            call_a_person(post.bell, mail, answer.problem or "problem.refused", at=at)


def _send_alone(post: PostOffice, mail: Mail, answer: Answer, *, at: datetime) -> None:
    """One bad copy makes SES reject the whole message: every copy becomes its own mail, the addressee's goes alone."""
    for number, address in enumerate(mail.copies, start=mail.key.first_split):
        _split(post, mail, number, address, State.READY, at=at)
    alone = post.bell.records.ledger.move(
        mail, State.READY, at=at, to=mail.to[:1], cc=(), due_at=None, problem=answer.problem
    )
    if alone:
        post.bell.doorbell.press(alone.key)


def _split(post: PostOffice, mail: Mail, number: int, address: str, state: State, *, at: datetime) -> None:
    copy = Mail(replace(mail.key, copy=number), state, at, to=(address,), problem="problem.copy_split_off")
    post.bell.records.ledger.plan([copy])
    if state is State.READY:
        post.bell.doorbell.press(copy.key)
    else:
        log.error("mail needs a person", extra={"mail": str(copy.key), "problem": "problem.copy_malformed"})


def settle(bell: Bell, event: Event, *, at: datetime) -> None:
    """Move a mail to where SES's event says it is; events may come twice, late and in any order.

    Only the addressee's delivery or bounce decides the mail; a copy that bounced is noted beside it. A parcel that came
    back is told to whoever asked for it. What may be an automatic reply takes no delivery back. An event that settles a
    mail wakes the summary that waited for it; where that fails, the next bell does.
    """
    ledger = bell.records.ledger
    if event.may_be_a_reply and (mail := ledger.mail(event.key)) and mail.state is State.DELIVERED:
        return
    if event.key.unit == PARCEL:
        return _settle_parcel(ledger, event)
    if event.kind is SesEvent.BOUNCE:
        ledger.note_bounced(event.key, event.addresses)
    mail = ledger.mail(event.key)
    while mail is not None:
        to = _state_after(mail, event)
        if to is mail.state or not may_move(mail.state, to):
            break
        if ledger.move(mail, to, at=at, message_id=event.message_id, due_at=None):
            _alarm(mail, to, event.why)
            if mail.state not in SETTLED:  # one that was sent before held no summary up
                wake(bell, event.key.day, at=at, only_summaries=True)
            break
        mail = ledger.mail(event.key)


def _settle_parcel(ledger: Ledger, event: Event) -> None:
    if event.kind in (SesEvent.BOUNCE, SesEvent.REJECT) and ledger.return_parcel(event.key, event.addresses):
        log.warning("parcel did not arrive", extra={"mail": str(event.key)})


def _state_after(mail: Mail, event: Event) -> State:
    concerns_addressee = not mail.to or mail.to[0].lower() in event.addresses
    return EVENT_STATE[event.kind] if concerns_addressee else State.SENT


def _alarm(mail: Mail, to: State, why: str) -> None:
    if to in (State.BOUNCED, State.NEEDS_HUMAN):
        log.error("mail did not arrive", extra={"mail": str(mail.key), "state": to, "why": why})
