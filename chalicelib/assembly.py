"""Journey 2, the making: from what the stores hold to the frozen value of a report.

Each function reads what was known at the run's own revision up to the run's own cut-off, so it gives the same report
whenever, and however often, it is called. A correction judges by later facts under the letter that held its slot, and
summaries speak of each unit's newest report.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from chalicelib.domain.day import CheckIn, Day, Office, by_person
from chalicelib.domain.delivery import DIGEST, HANDED_OVER, RECAP, Mail, MailKey, State, slot_of
from chalicelib.domain.errors import NoPolicyInForce
from chalicelib.domain.people import Person, Unit
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
from chalicelib.domain.report import Heading, Totals, UnitReport, assemble, corrected, heading
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
    if key.unit == DIGEST:
        return records.archive.freeze_report(key, _digest(records, run))
    if key.unit == RECAP:
        return records.archive.freeze_report(key, _recap(records, run))
    report = judged(records, run, key.unit)
    if report.heading.is_correction:
        report = corrected(report_before(records, run, key.unit), report) or report
    return records.archive.freeze_report(key, report)


def report_before(records: Records, run: Run, unit: str) -> UnitReport:
    """The unit's report that a correction replaces, made now if its own worker has not come to it."""
    for revision in range(run.revision - 1, 0, -1):
        earlier = records.ledger.run(run.day, run.slot, revision)
        if earlier and unit in earlier.units:
            report = make_report(records, earlier, MailKey(run.day, run.slot, unit, revision))
            assert isinstance(report, UnitReport), "a unit is neither digest nor recap"
            return report
    raise LookupError(f"nothing to correct for {unit} in {run.slot} of {run.day}")


def judged(records: Records, run: Run, unit: str) -> UnitReport:
    """A unit's report as the run judges it; nothing is frozen, so it may be asked for a slot that is still open."""
    office = office_of(records, run)
    people = records.office.people(run.office_revision, [one.id for one in office.organisation.members(unit)])
    day = Day(run.day, office.organisation.by_id[unit], office, people, _checkins(records, people, run))
    window = day.window(slot_of(run.slot))
    closing = replace(window, closes=min(window.closes, run.cut_off))
    return assemble(day, closing, _heading(office, run), as_of=run.as_of)


def office_of(records: Records, run: Run) -> Office:
    """The office that a run judges by: under the letters that hold its slot, with what else was known."""
    office = records.office.at(run.office_revision)
    if run.letter_revision is None:
        return office
    return replace(office, circulars=records.office.at(run.letter_revision).circulars)


def frozen_report(archive: Archive, key: MailKey) -> Report | None:
    """The report as it was frozen, if it was."""
    return archive.report(key, report_kind(key))


def report_kind(key: MailKey) -> type[Report]:
    return {DIGEST: Digest, RECAP: Recap}.get(key.unit, UnitReport)


def report_runs(records: Records, day: date) -> tuple[Run, ...]:
    """The runs of the day's report slots that have closed, in order."""
    scheduled = [run for run in records.ledger.runs(day) if run.is_scheduled]
    return tuple(run for run in scheduled if _holds_report(office_of(records, run), run))


def _holds_report(office: Office, run: Run) -> bool:
    held = office.circulars.cut_offs(run.day)
    return any(slot.id == run.slot and slot.kind is SlotKind.REPORT for slot, _ in held)


def slot_held(office: Office, run: Run) -> tuple[Policy, Slot]:
    """The run's slot and the letter it is held under: the one in force at the slot's own cut-off.

    Raises: NoPolicyInForce.
    """
    held = office.circulars.held(run.day)
    found = next(((policy, slot) for policy, slot, _ in held if slot.id == slot_of(run.slot)), None)
    if found is None:
        raise NoPolicyInForce(run.day)
    return found


def governing_policy(office: Office, day: date) -> Policy:
    """The policy that sets the day's slots. Raises: NoPolicyInForce."""
    policy = office.circulars.policy_on(day)
    if policy is None:
        raise NoPolicyInForce(day)
    return policy


def _heading(office: Office, run: Run) -> Heading:
    policy, slot = slot_held(office, run)
    government, facts = office.organisation.units[0].name, run.office_revision
    head = heading(government, policy, slot, run.day, office_revision=facts, revision=run.revision)
    return replace(head, slot=run.slot, cut_off=min(head.cut_off, run.cut_off))


def _checkins(records: Records, people: Iterable[Person], run: Run) -> tuple[CheckIn, ...]:
    """What these people have reported up to the run's cut-off, wherever it is filed, and what was attested for them."""
    people = tuple(people)
    files, ids = sorted({person.file for person in people}), {person.id for person in people}
    found = [one for file in files for one in records.checkins.filed_under(file, run.day, until=run.cut_off)]
    for attestation in records.office.attestations(run.office_revision, run.day):
        found += [one for one in attestation.checkins if one.person in ids and one.at <= run.as_of]
    return tuple(sorted(found, key=lambda checkin: checkin.at))


def _digest(records: Records, run: Run) -> Digest:
    return digest(_heading(office_of(records, run), run), unit_lines(records, run))


def unit_lines(records: Records, run: Run) -> tuple[UnitLine, ...]:
    """How each unit's newest report of a slot stands, in the order of the run."""
    units, mails = office_of(records, run).organisation.by_id, records.ledger.mails(run.day, run.slot)
    return tuple(_unit_line(records, units[unit], mails) for unit in run.units)


def _unit_line(records: Records, unit: Unit, mails: tuple[Mail, ...]) -> UnitLine:
    own = [mail for mail in mails if mail.key.unit == unit.id]
    report, stands = newest(records, own)
    return UnitLine(
        unit.id,
        unit.name,
        stands,
        report.totals if report else None,
        any(strength.is_short for strength in report.piket) if report else False,
        sum(not mail.key.is_whole and mail.state is State.NEEDS_HUMAN for mail in own)
        + sum(len(mail.bounced) for mail in own),
    )


def newest(records: Records, mails: Iterable[Mail]) -> tuple[UnitReport | None, Outcome]:
    """The newest report that was made for a unit in a slot, and how its mail stands: the best of those sent again."""
    revisions: dict[int, list[Mail]] = {}
    for mail in mails:
        if mail.key.is_whole:
            revisions.setdefault(mail.key.revision, []).append(mail)
    for revision in sorted(revisions, reverse=True):
        whole = revisions[revision]
        if report := records.archive.report(replace(whole[0].key, copy=0), UnitReport):
            return report, _best(whole)
    return None, _best(revisions.get(1, []))


def _best(mails: Iterable[Mail]) -> Outcome:
    return min((outcome(mail) for mail in mails), key=list(Outcome).index, default=Outcome.FAILED)


def outcome(mail: Mail) -> Outcome:
    """How a unit's report stands for whoever reads a summary."""
    if mail.state in (State.BOUNCED, State.NEEDS_HUMAN):
        return Outcome.FAILED
    return Outcome.SENT if mail.state in HANDED_OVER else Outcome.WAITING


def _recap(records: Records, run: Run) -> Recap:
    """The recap of the slots that were held up to its own cut-off, as the ledger knows them: the letter may have come
    to ask for others since."""
    office = office_of(records, run)
    held = [one for one in report_runs(records, run.day) if one.cut_off <= run.cut_off]
    deadlines = {one.slot: _heading(office_of(records, one), one).deadline for one in held}
    mails = [mail for slot in deadlines for mail in records.ledger.mails(run.day, slot)]
    lines = (_recap_line(records, run, office, unit, deadlines, mails) for unit in run.units)
    return recap(_heading(office, run), lines)


def _recap_line(
    records: Records, run: Run, office: Office, unit: str, deadlines: dict[str, datetime], mails: list[Mail]
) -> RecapLine:
    own = [mail for mail in mails if mail.key.unit == unit]
    found = {slot: newest(records, [mail for mail in own if mail.key.slot == slot]) for slot in deadlines}
    reports = [report for report, _ in found.values() if report]
    totals = _at_day_end(records, run, office, unit, reports)
    standings = tuple(
        SlotStanding(slot, deadline, found[slot][1], totals.get(slot)) for slot, deadline in deadlines.items()
    )
    people = reports[-1].totals.people if reports else 0
    is_short = any(strength.is_short for report in reports[-1:] for strength in report.piket)
    return RecapLine(unit, office.organisation.by_id[unit].name, people, standings, is_short)


def _at_day_end(records: Records, run: Run, office: Office, unit: str, reports: list[UnitReport]) -> dict[str, Totals]:
    """The totals of a unit's reports by slot, with whoever has followed up since."""
    people = records.office.people(run.office_revision, [one.id for one in office.organisation.members(unit)])
    checkins = by_person(_checkins(records, people, run))
    return {report.heading.slot: at_day_end(report, checkins, as_of=run.cut_off) for report in reports}
