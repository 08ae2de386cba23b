"""Journey 2, the making: from what the stores hold to the frozen value of a report.

Each function reads what was known at the run's own revision up to the slot's own cut-off, so it gives the same report
whenever, and however often, it is called.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chalicelib.domain.calendar import instant
from chalicelib.domain.day import CheckIn, Day, Office, by_person
from chalicelib.domain.delivery import DIGEST, HANDED_OVER, RECAP, Mail, MailKey, State
from chalicelib.domain.errors import NoPolicyInForce
from chalicelib.domain.people import Person
from chalicelib.domain.policy import Policy, Slot, SlotKind
from chalicelib.domain.recap import (
    Digest,
    Outcome,
    Recap,
    RecapLine,
    SlotStanding,
    UnitLine,
    at_day_end,
    digest,
    recap,
)
from chalicelib.domain.report import Heading, Totals, UnitReport, assemble, heading
from chalicelib.store.archive import Archive
from chalicelib.store.checkins import CheckInStore
from chalicelib.store.ledger import Ledger, Run
from chalicelib.store.office import OfficeStore

Report = UnitReport | Digest | Recap


@dataclass(frozen=True)
class Records:
    """Everything a report is made from."""

    office: OfficeStore
    checkins: CheckInStore
    ledger: Ledger
    archive: Archive


def make_report(records: Records, run: Run, key: MailKey) -> Report:
    """The report that a mail of the run carries, frozen at its first making."""
    office = records.office.at(run.office_revision)
    head = _heading(office, run, key)
    if key.unit == DIGEST:
        return records.archive.freeze_report(key, _digest(records, run, office, head))
    if key.unit == RECAP:
        return records.archive.freeze_report(key, _recap(records, run, office, head))
    return records.archive.freeze_report(key, _unit_report(records, run, office, key.unit, head))


def frozen_report(archive: Archive, key: MailKey) -> Report | None:
    """The report as it was frozen, if it was."""
    return archive.report(key, report_kind(key))


def report_kind(key: MailKey) -> type[Report]:
    return {DIGEST: Digest, RECAP: Recap}.get(key.unit, UnitReport)


def governing_policy(office: Office, day: date) -> Policy:
    """The policy that sets the day's slots. Raises: NoPolicyInForce."""
    policy = office.circulars.policy_on(day)
    if policy is None:
        raise NoPolicyInForce(day)
    return policy


def _heading(office: Office, run: Run, key: MailKey) -> Heading:
    policy = governing_policy(office, run.day)
    slot = next(slot for slot in policy.slots if slot.id == run.slot)
    return heading(
        office.organisation.units[0].name,
        policy,
        slot,
        run.day,
        office_revision=run.office_revision,
        revision=key.revision,
    )


def _unit_report(records: Records, run: Run, office: Office, unit: str, head: Heading) -> UnitReport:
    people = _people(records, run, office, unit)
    checkins = _checkins(records, people, run)
    day = Day(run.day, office.organisation.by_id[unit], office, people, checkins)
    return assemble(day, day.window(run.slot), head)


def _people(records: Records, run: Run, office: Office, unit: str) -> tuple[Person, ...]:
    return records.office.people(run.office_revision, [one.id for one in office.organisation.members(unit)])


def _checkins(records: Records, people: Iterable[Person], run: Run) -> tuple[CheckIn, ...]:
    """What these people have reported up to the run's cut-off, wherever it is filed."""
    files = sorted({person.file for person in people})
    found = [one for file in files for one in records.checkins.filed_under(file, run.day, until=run.cut_off)]
    return tuple(sorted(found, key=lambda checkin: checkin.at))


def _digest(records: Records, run: Run, office: Office, head: Heading) -> Digest:
    mails = records.ledger.mails(run.day, run.slot)
    return digest(head, (_unit_line(records, office, unit, run, mails) for unit in run.units))


def _unit_line(records: Records, office: Office, unit: str, run: Run, mails: tuple[Mail, ...]) -> UnitLine:
    report = records.archive.report(MailKey(run.day, run.slot, unit), UnitReport)
    own = [mail for mail in mails if mail.key.unit == unit]
    return UnitLine(
        unit,
        office.organisation.by_id[unit].name,
        outcome(next((mail for mail in own if mail.key.copy == 0), None)),
        report.totals if report else None,
        any(strength.is_short for strength in report.piket) if report else False,
        sum(mail.key.copy > 0 and mail.state is State.NEEDS_HUMAN for mail in own)
        + sum(len(mail.bounced) for mail in own),
    )


def outcome(mail: Mail | None) -> Outcome:
    """How a unit's report stands for whoever reads a summary."""
    if mail is None or mail.state in (State.BOUNCED, State.NEEDS_HUMAN):
        return Outcome.FAILED
    return Outcome.SENT if mail.state in HANDED_OVER else Outcome.WAITING


def _recap(records: Records, run: Run, office: Office, head: Heading) -> Recap:
    slots = [slot for slot, _ in office.circulars.cut_offs(run.day) if slot.kind is SlotKind.REPORT]
    mails = {mail.key: mail for slot in slots for mail in records.ledger.mails(run.day, slot.id)}
    return recap(head, (_recap_line(records, run, office, unit, slots, mails) for unit in run.units))


def _recap_line(
    records: Records, run: Run, office: Office, unit: str, slots: list[Slot], mails: dict[MailKey, Mail]
) -> RecapLine:
    keys = [MailKey(run.day, slot.id, unit) for slot in slots]
    reports = [report for key in keys if (report := records.archive.report(key, UnitReport))]
    totals = _at_day_end(records, run, office, unit, reports)
    tz = governing_policy(office, run.day).tz
    standings = tuple(
        SlotStanding(slot.id, instant(run.day, slot.deadline, tz), outcome(mails.get(key)), totals.get(slot.id))
        for key, slot in zip(keys, slots, strict=True)
    )
    people = reports[-1].totals.people if reports else 0
    is_short = any(strength.is_short for report in reports[-1:] for strength in report.piket)
    return RecapLine(unit, office.organisation.by_id[unit].name, people, standings, is_short)


def _at_day_end(records: Records, run: Run, office: Office, unit: str, reports: list[UnitReport]) -> dict[str, Totals]:
    """The totals of a unit's reports by slot, with whoever has followed up since."""
    checkins = by_person(_checkins(records, _people(records, run, office, unit), run))
    return {report.heading.slot: at_day_end(report, checkins, as_of=run.cut_off) for report in reports}
