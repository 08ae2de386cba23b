"""The office: open, run by somebody, reached everywhere, with links, holidays and the last slot's mails delivered.

Counts only: the doctor names units and the offices of the letter, never people.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import dropwhile

from chalicelib.domain.access import Admin, Role
from chalicelib.domain.address import is_address
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.day import Office
from chalicelib.domain.delivery import GRACE, HANDED_OVER, LATE, SETTLED, State, shown_slot
from chalicelib.domain.errors import CalendarUnknown
from chalicelib.domain.people import BKD
from chalicelib.domain.policy import Slot, SlotKind, letters
from chalicelib.store.ledger import Ledger
from infra.operator.checks.account import GUIDE
from infra.operator.checks.finding import RUNBOOK, TOOL, Finding, good, look, wrong
from infra.operator.consent import Consent

NOVEMBER = 11
LOOKED_BACK = timedelta(days=14)
FEW = 5


def consent(recorded: Consent | None, office: Office | None, stage: str) -> Iterator[Finding]:
    """Whether the mailbox that gets every report has agreed to it."""
    remedy = f'{TOOL} consent --stage {stage} --address … --by "…" ({GUIDE})'
    addresses = office.addresses.get(BKD, ()) if office else ()
    if recorded is None:
        yield wrong("BKD's consent", "not recorded", remedy)
    elif addresses and recorded.address not in addresses:
        yield wrong("BKD's consent", "recorded for another address than BKD's in the office", remedy)
    else:
        yield good("BKD's consent", f"recorded on {recorded.at}")


def opened(office: Office | None, stage: str) -> Iterator[Finding]:
    """Whether there is an office, and a letter in it."""
    if office is None:
        yield wrong("Office", "not open", f"{TOOL} open --stage {stage} --organisation … --recipients …")
    elif not office.circulars.policies:
        yield wrong("Office", "open, but no circular is in force", "by chat: terapkan banten-2020 mulai … sampai …")
    else:
        letter = letters(office.circulars.policies)[-1]
        yield good("Office", f"open, revision {office.revision}; circular {letter.number}")


def admins(office: Office, is_linked: Callable[[Admin], bool], stage: str) -> Iterator[Finding]:
    """Whether somebody of BKD can give commands."""
    of_bkd = [admin for admin in office.admins if admin.role is Role.BKD]
    linked = sum(map(is_linked, of_bkd))
    remedy = f'{TOOL} first-admin --stage {stage} --name "…"'
    if not linked:
        found = "their codes have not been typed in a chat" if of_bkd else "nobody has been appointed"
        yield wrong("Admins of BKD", found, remedy)
    elif linked == 1:
        remedy = "by chat: kode admin NAMA, typed by them" if len(of_bkd) > 1 else "by chat: tambah admin NAMA bkd"
        yield look("Admins of BKD", "one is linked; whatever removes many waits for a second", remedy)
    else:
        yield good("Admins of BKD", f"{linked} are linked")


def addressees(office: Office) -> Iterator[Finding]:
    """Whether every report has somebody to go to, and every unit somebody to hand out its links."""
    wanted = dict.fromkeys(
        name for letter in office.circulars.policies for name in (*letter.report_to, *letter.recap_to)
    )
    lacking = [name for name in wanted if not any(map(is_address, office.addresses.get(name, ())))]
    if lacking:
        remedy = f"by chat: penerima {lacking[0]} alamat@…"
        yield wrong("Addressees", f"no mailbox for {', '.join(lacking)}, to whom the circular sends reports", remedy)
    units = office.organisation.reporting_units()
    silent = [unit.id for unit in units if not is_address(unit.operator_email or "")]
    headless = [unit.id for unit in units if not is_address(unit.head_email or "")]
    if silent:
        remedy = f"by chat: penerima operator {silent[0]} alamat@…"
        yield wrong("Operators", f"{len(silent)} units have no operator's address: {_few(silent)}", remedy)
    if headless:
        remedy = f"by chat: penerima kepala {headless[0]} alamat@…"
        yield look("Heads", f"{len(headless)} units' heads get no copy: {_few(headless)}", remedy)
    if not (lacking or silent):
        yield good("Addressees", f"{len(units)} reporting units and {len(wanted)} offices can be reached")


def links(office: Office, stage: str, *, at: datetime) -> Iterator[Finding]:
    """Whether people have links by which to report."""
    count, without = len(office.people), sum(not person.could_report(at, at) for person in office.people)
    if not count:
        yield wrong("Roster", "empty", f"{TOOL} import --stage {stage} FILE")
    elif without == count:
        yield wrong("Links", f"none of {count:,} people has a link", "by chat: lembar tautan …, for each unit")
    elif without:
        yield look("Links", f"{without:,} of {count:,} people have no link that opens", "by chat: lembar tautan …")
    else:
        yield good("Links", f"all of {count:,} people have one")


def holidays(calendar: Calendar, today: date) -> Iterator[Finding]:
    """Whether the year's holidays are decreed; from November on, next year's too."""
    remedy = "take the newest calendar (git pull, make deploy), or by chat: libur TANGGAL: NAMA dasar NOMOR"
    years = [today.year, *([today.year + 1] if today.month >= NOVEMBER else [])]
    for year in (year for year in years if not calendar.knows(year)):
        mark = wrong if year == today.year else look
        yield mark("Holidays", f"nobody has decreed those of {year}: no slot is held on its days", remedy)
    if all(map(calendar.knows, years)):
        yield good("Holidays", f"decreed for {' and '.join(map(str, years))}")


def last_slot(office: Office, ledger: Ledger, stage: str, *, at: datetime) -> Iterator[Finding]:
    """Whether the mails of the slot that closed last have arrived; while they are on their way, of the one before."""
    is_first = True
    for closes, day, slot in _closed(office, ledger, at=at):
        states = Counter(mail.state for mail in ledger.mails(day, slot))
        wait = LATE if states else GRACE  # planned is at once, sent only with the bells
        if at - closes >= wait or (states and states.keys() <= SETTLED - {State.SENT}):
            yield _arrived(states, day, slot, stage)
            return
        told = f"{shown_slot(slot)} of {day} has only just closed"
        yield look("Last slot", told, "look again twenty minutes after it")
        is_first = False
    if is_first:
        yield good("Last slot", "none has closed yet")


def _arrived(states: Counter[State], day: date, slot: str, stage: str) -> Finding:
    name, show = f"{shown_slot(slot)} of {day}", f"{TOOL} ledger --stage {stage} --day {day}"
    told = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    if not states:
        return wrong("Last slot", f"{name}: no mail was even planned", f'{RUNBOOK}, "clock-stopped"')
    if not states.keys() <= HANDED_OVER:
        return wrong("Last slot", f"{name}: {told}", show)
    if states.keys() != {State.DELIVERED}:
        return look("Last slot", f"{name}: {told}; SES has not told of the delivery", show)
    return good("Last slot", f"{name}: {told}")


def _closed(office: Office, ledger: Ledger, *, at: datetime) -> Iterator[tuple[datetime, date, str]]:
    """The slots that have closed, with when, the newest first: those of the circular, and those that were reported
    though they have been moved or lifted since."""
    policies = office.circulars.policies
    for days in range(LOOKED_BACK.days if policies else 0):
        day = at.astimezone(policies[-1].tz).date() - timedelta(days=days)
        if day < office.opened_at.astimezone(policies[-1].tz).date():
            return
        held = (one for one in _held(office, day) if office.opened_at < one[1] <= at)
        with_report = dropwhile(lambda one: one[0].kind is SlotKind.RECAP, held)  # no recap of nothing is made
        found = {slot.id: closes for slot, closes in with_report}
        found |= {run.slot: run.cut_off for run in ledger.runs(day) if run.is_scheduled and run.cut_off <= at}
        yield from sorted(((closes, day, slot) for slot, closes in found.items()), reverse=True)


def _held(office: Office, day: date) -> Sequence[tuple[Slot, datetime]]:
    try:
        return office.circulars.cut_offs(day)
    except CalendarUnknown:
        return ()


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:FEW]) + (f" and {len(names) - FEW} more" if len(names) > FEW else "")
