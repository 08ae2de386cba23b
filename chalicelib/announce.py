"""The outcome of each slot, told once to a channel that others read: counts, and nobody's name.

The five-minute bell asks and the bot worker tells. The slot is noted as told only after the channel took it, so a
worker that dies in between costs at most one extra message and never a missing one.
"""

from collections.abc import Callable
from datetime import date, datetime

from chalicelib.assembly import Records, report_runs, unit_lines
from chalicelib.domain.answer import Answer
from chalicelib.domain.change import Line
from chalicelib.domain.delivery import GRACE, SETTLED, shown_slot
from chalicelib.domain.recap import Outcome
from chalicelib.domain.report import add_up
from chalicelib.planning import Bell
from chalicelib.store.doorbell import BotBell
from chalicelib.store.ledger import Run

OUTCOME = "outcome"
"""What the key of an announcement begins with in the bots' queue."""


def due_announcements(bell: Bell, bots: BotBell, *, at: datetime) -> None:
    """Ask for the outcome of each slot of today that is over and has not been told."""
    day = at.astimezone(bell.zone).date()
    runs = report_runs(bell.records, day)
    told = bell.records.ledger.announced(day) if runs else frozenset()
    for run in runs:
        if run.slot not in told and _is_over(bell.records, run, at=at):
            bots.press(f"{OUTCOME}#{day.isoformat()}#{run.slot}")


def _is_over(records: Records, run: Run, *, at: datetime) -> bool:
    """Whether every mail of the run is settled, or has had ten minutes for it."""
    if at >= run.cut_off + GRACE:
        return True
    mails = [mail for mail in records.ledger.mails(run.day, run.slot) if mail.key.copy == 0 and mail.key.revision == 1]
    return run.is_planned and all(mail.state in SETTLED for mail in mails)


def announce(records: Records, key: str, tell: Callable[[Answer], None]) -> None:
    """Tell the outcome that a key of the bots' queue asks for; a slot told before is left alone."""
    _, day_text, slot = key.split("#")
    day = date.fromisoformat(day_text)
    run = next((one for one in report_runs(records, day) if one.slot == slot), None)
    if run is None or slot in records.ledger.announced(day):
        return
    tell(outcome_of(records, run))
    records.ledger.note_announced(day, slot)


def outcome_of(records: Records, run: Run) -> Answer:
    """How a slot went, in counts alone: whoever reads a channel may know those."""
    lines = unit_lines(records, run)
    totals = add_up(line.totals for line in lines if line.totals)
    counts = {outcome.value: sum(line.outcome is outcome for line in lines) for outcome in Outcome}
    said = [
        Line("announce.reports", {"units": len(lines), "sent": counts[Outcome.SENT]}),
        Line("announce.people", {"reported": totals.reported, "due": totals.due, "missing": totals.missing}),
    ]
    said += [
        Line(f"announce.{one}", {"units": counts[one]}) for one in (Outcome.WAITING, Outcome.FAILED) if counts[one]
    ]
    if short := sum(line.piket_short for line in lines):
        said.append(Line("announce.piket", {"units": short}))
    return Answer(Line("announce.title", {"slot": shown_slot(run.slot), "day": run.day}), tuple(said))
