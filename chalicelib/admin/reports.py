"""Orders on reports: send one again, send one early, put one right, let the recap go.

An order acts on mails and never on the office, so it has no undo. Each finds its own work again by the confirmation
that asked for it (`cause`): done twice it has one effect. Putting right and letting go are in `rectifying` and
`releasing`; what is left undone here is finished by the next bell.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import assert_never

from chalicelib.admin import rectifying, releasing
from chalicelib.admin.desk import Registry
from chalicelib.admin.ordering import addressed, hand_over, ledger_offer, permit, reach, short
from chalicelib.admin.parcels import Outcome
from chalicelib.assembly import newest
from chalicelib.corrections import correctable
from chalicelib.domain.access import Admin
from chalicelib.domain.answer import Answer, Offer
from chalicelib.domain.change import Edit, Line
from chalicelib.domain.day import Office
from chalicelib.domain.delivery import FIRST_RESENT, INTERIM, ROOM, Mail, MailKey, shown_slot
from chalicelib.domain.errors import CalendarUnknown
from chalicelib.domain.errors_letters import ReportNotFound
from chalicelib.domain.people import Unit
from chalicelib.domain.policy import Window
from chalicelib.planning import carry_out_order, open_interim
from chalicelib.reporting import ring
from chalicelib.store.ledger import Run

NUMBERS = 10**7
"""How many numbers there are for reports sent again; of two orders on one report they are as good as never the same."""

MOST_OFFERED = 5
"""How many corrections are offered one by one."""


@dataclass(frozen=True)
class ResendReport:
    """Mail the report that was made for a unit once more, to the addresses known now."""

    day: date
    slot: str
    unit: str


@dataclass(frozen=True)
class SendNow:
    """Mail how the open slot stands, and wake whatever is due; None is every unit of the admin's."""

    unit: str | None = None


@dataclass(frozen=True)
class CorrectReport:
    """Judge a closed slot anew and mail the reports that come out otherwise."""

    day: date
    slot: str
    units: tuple[str, ...]


@dataclass(frozen=True)
class ApproveRecap:
    """Let the recap of a day go to the Sekda, as it was shown to BKD."""

    day: date


Order = ResendReport | SendNow | CorrectReport | ApproveRecap


def preview(command: Order, registry: Registry, office: Office, admin: Admin, *, at: datetime) -> Answer:
    """What the order would do. Raises: what `perform` does."""
    match command:
        case ResendReport():
            mail = _resent(command, registry, office, admin, cause="", at=at)
            return Answer(Line("reports.resend", _named(office, command)), (Line("reports.marked.again"), reach(mail)))
        case SendNow():
            return _interim_preview(command, registry, office, admin, at=at)
        case CorrectReport():
            return rectifying.show(registry, office, admin, command.day, command.slot, command.units, at=at)
        case ApproveRecap():
            return releasing.show(registry, office, admin, command.day, at=at)
        case _:
            assert_never(command)


def perform(command: Order, registry: Registry, office: Office, admin: Admin, *, cause: str, at: datetime) -> Outcome:
    """Carry the order out; twice with the same cause has one effect.

    Raises: OutOfScope, ReportNotFound, NothingToCorrect, RecapNotMade, RecapNotAwaiting, RecapApproved, AddressMissing.
    """
    match command:
        case ResendReport():
            return _resend(command, registry, office, admin, cause=cause, at=at)
        case SendNow():
            return _send_now(command, registry, office, admin, cause=cause, at=at)
        case CorrectReport():
            day, slot, units = command.day, command.slot, command.units
            return rectifying.correct(registry, office, admin, day, slot, units, cause=cause, at=at)
        case ApproveRecap():
            return releasing.approve(registry, office, admin, command.day, cause=cause, at=at)
        case _:
            assert_never(command)


def _resent(
    command: ResendReport, registry: Registry, office: Office, admin: Admin, *, cause: str, at: datetime
) -> Mail:
    """The mail that would carry the report again: numbered by its cause, so that a repeat finds it in the ledger."""
    permit(admin, (command.unit,), office)
    ledger = registry.records.ledger
    mails = [one for one in ledger.mails(command.day, command.slot) if one.key.unit == command.unit]
    report, _ = newest(registry.records, mails)
    run = ledger.run(command.day, command.slot, report.heading.revision) if report else None
    if run is None:
        raise ReportNotFound(shown_slot(command.slot), command.day)
    number = FIRST_RESENT + ROOM * (int(sha256(cause.encode()).hexdigest(), 16) % NUMBERS)
    key = MailKey(command.day, command.slot, command.unit, run.revision, number)
    return addressed(registry, office, run, key, at=at)


def _resend(
    command: ResendReport, registry: Registry, office: Office, admin: Admin, *, cause: str, at: datetime
) -> Outcome:
    mail = _resent(command, registry, office, admin, cause=cause, at=at)
    hand_over(registry, mail, cause)
    lines = (Line("reports.marked.again"), reach(mail))
    answer = Answer(
        Line("reports.resent", _named(office, command)), lines, offers=(ledger_offer(command.unit, command.day),)
    )
    return Outcome(answer)


def _named(office: Office, command: ResendReport) -> dict[str, str | int | date]:
    unit = office.organisation.by_id[command.unit]
    return {"unit": short(unit), "slot": shown_slot(command.slot), "day": command.day}


# Early


def _interim_preview(command: SendNow, registry: Registry, office: Office, admin: Admin, *, at: datetime) -> Answer:
    units, window = _asked(command, office, admin), _open_window(registry, office, at=at)
    waiting = Line("reports.now.waiting", {"count": len(registry.records.ledger.unsettled(_today(registry, at)))})
    if window is None:
        return Answer(Line("reports.now.closed"), (waiting,))
    return Answer(Line("reports.now", _interim_facts(window, units, registry, at)), (waiting, _later(window)))


def _send_now(
    command: SendNow, registry: Registry, office: Office, admin: Admin, *, cause: str, at: datetime
) -> Outcome:
    units = _asked(command, office, admin)
    with suppress(CalendarUnknown):  # the bell's own alarm, of a day that need not be today
        ring(registry.bell, at=at)
    window = _open_window(registry, office, at=at)
    if window is None:
        return Outcome(Answer(Line("reports.rung")))
    slot = f"{window.slot.id}{INTERIM}{at.astimezone(registry.bell.zone):%H%M}"
    run = Run(_today(registry, at), slot, office.revision, at, units, cause=cause)
    carry_out_order(registry.bell, open_interim(registry.bell, run), at=at)
    return Outcome(Answer(Line("reports.sent_now", _interim_facts(window, units, registry, at)), (_later(window),)))


def _asked(command: SendNow, office: Office, admin: Admin) -> tuple[str, ...]:
    """The reporting units of which the open slot's standing is mailed. Raises: OutOfScope."""
    organisation = office.organisation
    units: tuple[str, ...]
    if command.unit:
        reporter = organisation.reporter_of(command.unit)
        units = (reporter.id,) if reporter else ()
    else:
        reporting = (unit.id for unit in organisation.reporting_units())
        units = tuple(unit for unit in reporting if admin.may_change((unit,), organisation))
    permit(admin, units, office)
    return units


def _open_window(registry: Registry, office: Office, *, at: datetime) -> Window | None:
    windows = office.circulars.windows(_today(registry, at))
    return next((window for window in windows if window.contains(at)), None)


def _today(registry: Registry, at: datetime) -> date:
    return at.astimezone(registry.bell.zone).date()


def _interim_facts(window: Window, units: tuple[str, ...], registry: Registry, at: datetime) -> dict[str, str | int]:
    minute = f"{at.astimezone(registry.bell.zone):%H.%M}"
    return {"slot": f"{window.slot.deadline:%H.%M}", "minute": minute, "units": len(units)}


def _later(window: Window) -> Line:
    return Line("reports.now.later", {"slot": f"{window.slot.deadline:%H.%M}"})


# Offered after a change


def corrections_offered(
    office_before: Office, office_after: Office, edits: Collection[Edit], registry: Registry, *, at: datetime
) -> tuple[Offer, ...]:
    """A button for each closed report of today that a change just made lets come out otherwise; one a slot when they
    are many."""
    head = registry.records.office.head()
    after = replace(office_after, revision=head.revision if head else office_after.revision)
    day = _today(registry, at)
    found = correctable(registry.records, office_before, after, edits, day, at=at)
    if sum(map(len, found.values())) > MOST_OFFERED:
        return tuple(_offer_all(slot, day) for slot in found)
    by_id = after.organisation.by_id
    return tuple(_offer(by_id[unit], slot, day) for slot, units in found.items() for unit in units)


def _offer(unit: Unit, slot: str, day: date) -> Offer:
    label = Line("reports.offer.correct", {"slot": shown_slot(slot), "unit": short(unit)})
    return Offer(label, verb="report.correct", line=f"{unit.id} {slot} {day:%d-%m-%Y}")


def _offer_all(slot: str, day: date) -> Offer:
    label = Line("reports.offer.correct_all", {"slot": shown_slot(slot)})
    return Offer(label, verb="report.correct", line=f"semua {slot} {day:%d-%m-%Y}")
