"""Journey 2, once more: what a closed slot's report would say with what is known now, and the run that mails it.

A correction judges anew under the letter that held the slot, by today's people and duties, what had arrived by the
slot's own cut-off and whatever was attested for that day until now. It is a run of its own with the next number; the
reports before it stay as they were sent.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime

from chalicelib.assembly import Records, judged, report_before, report_runs
from chalicelib.domain.attendance import Status
from chalicelib.domain.change import Edit, Noun, units_concerned
from chalicelib.domain.day import Office
from chalicelib.domain.delivery import SETTLING, shown_slot
from chalicelib.domain.errors_letters import NothingToCorrect, ReportNotFound
from chalicelib.domain.report import UnitReport, corrected
from chalicelib.store.ledger import Run

JUDGED_ANEW = frozenset({Noun.PEOPLE, Noun.UNITS, Noun.ASSIGNMENTS, Noun.ATTESTATIONS})
"""The nouns by which a closed slot can come out otherwise; letters and calendar are those of its own cut-off."""


def next_correction(records: Records, day: date, slot: str, office: Office, *, cause: str = "", at: datetime) -> Run:
    """The run that would correct a closed slot now. Raises: ReportNotFound."""
    runs = [run for run in records.ledger.runs(day) if run.slot == slot]
    first = next((run for run in report_runs(records, day) if run.slot == slot), None)
    if first is None or at < first.cut_off + SETTLING:
        raise ReportNotFound(shown_slot(slot), day)
    return replace(
        first,
        office_revision=office.revision,
        is_planned=False,
        revision=max(run.revision for run in runs) + 1,
        letter_revision=first.office_revision,
        judged_at=at,
        cause=cause,
    )


def corrections(records: Records, run: Run, units: Iterable[str]) -> dict[str, UnitReport]:
    """What a correcting run would say of those units whose report it changes."""
    reported = _reported(records, run)
    found = ((unit, _correction(records, run, unit)) for unit in units if unit in reported)
    return {unit: report for unit, report in found if report}


def _correction(records: Records, run: Run, unit: str) -> UnitReport | None:
    return corrected(report_before(records, run, unit), judged(records, run, unit))


def _reported(records: Records, run: Run) -> frozenset[str]:
    """The units that had to report when the slot closed and still report for themselves."""
    first = records.ledger.run(run.day, run.slot)
    now = records.office.at(run.office_revision).organisation.reporting_units()
    return frozenset(first.units if first else ()) & {unit.id for unit in now}


def propose_correction(
    records: Records, day: date, slot: str, units: tuple[str, ...], office: Office, *, cause: str = "", at: datetime
) -> tuple[Run, dict[str, UnitReport]]:
    """The run that would correct the units now, and what it would say of those whose report changes.

    Raises: ReportNotFound, NothingToCorrect.
    """
    run = next_correction(records, day, slot, office, cause=cause, at=at)
    if not _reported(records, run) & set(units):
        raise ReportNotFound(shown_slot(slot), day)
    changed = corrections(records, run, units)
    if not changed:
        raise NothingToCorrect(shown_slot(slot), day)
    return replace(run, units=tuple(changed)), changed


def open_correction(
    records: Records, day: date, slot: str, units: tuple[str, ...], office: Office, *, cause: str, at: datetime
) -> Run:
    """Open the run that corrects the units; the one that this cause has opened before.

    Whoever loses the next number to another order looks again at what that one has left to correct.
    Raises: ReportNotFound, NothingToCorrect.
    """
    while True:
        if mine := next((run for run in records.ledger.runs(day) if run.cause == cause), None):
            return mine
        run, _ = propose_correction(records, day, slot, units, office, cause=cause, at=at)
        records.ledger.open_run(run)


def correctable(
    records: Records, before: Office, after: Office, edits: Collection[Edit], day: date, *, at: datetime
) -> dict[str, tuple[str, ...]]:
    """The closed slots of a day that a change lets come out otherwise, each with the units it concerns.

    What came out otherwise before the change already is not the change's doing.
    """
    own = [edit for edit in edits if edit.key[0] in JUDGED_ANEW]
    if not own:
        return {}
    reporters = _reporters(own, before) | _reporters(own, after)
    found: dict[str, tuple[str, ...]] = {}
    for closed in report_runs(records, day):
        if at >= closed.cut_off + SETTLING:
            run = next_correction(records, day, closed.slot, after, at=at)
            now = corrections(records, run, [one for one in closed.units if one in reporters])
            found[closed.slot] = tuple(unit for unit in now if _is_moved(records, run, before, unit))
    return {slot: units for slot, units in found.items() if units}


def _is_moved(records: Records, run: Run, before: Office, unit: str) -> bool:
    """Whether a unit's people stand otherwise in the slot than they would have before the change.

    Office practice: newcomers and leavers who could not have reported then move nothing; they count from the next slot.
    """
    if unit not in before.organisation.by_id:
        return True
    then = judged(records, replace(run, office_revision=before.revision), unit)
    report = corrected(then, judged(records, run, unit))
    if report is None or report.correction is None:
        return False
    moves = report.correction.moves
    return report.piket != then.piket or any({move.before, move.after} != {None, Status.NO_DATA} for move in moves)


def _reporters(edits: Collection[Edit], office: Office) -> frozenset[str]:
    """The reporting units whose people, duties or attestations the edits touch."""
    organisation, units = office.organisation, units_concerned(edits, office)
    if units is None:
        return frozenset(unit.id for unit in organisation.reporting_units())
    known = (unit for unit in units if unit in organisation.by_id)
    return frozenset(unit.id for unit in organisation.reporters_of(known))
