"""What was sent: the ledger of a day, and a report rendered again to see that it is the one that was frozen.

Addresses and names stay in the mails: the ledger shows counts and states, and a replay goes to a file.
"""

from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from chalicelib import wiring
from chalicelib.assembly import Records, frozen_report
from chalicelib.domain.calendar import ZONES
from chalicelib.domain.delivery import HANDED_OVER, Mail, MailKey, State, shown_slot
from chalicelib.mail import mime
from chalicelib.render.letters import compose
from chalicelib.store.archive import mail_name
from chalicelib.store.ledger import Run
from infra.operator.command import DONE, NO, Command, Declined, iso_day
from infra.operator.deployment import Deployment


def show_day(records: Records, console: Console, day: date, zone: str) -> int:
    """Print the runs of a day and its mails. The status is 1 when one of them needs a person."""
    runs, mails = records.ledger.runs(day), records.ledger.mails_of(day)
    if not runs:
        console.print(f"No slot of {day} has closed.")
        return DONE
    console.print(_runs(runs, mails, zone))
    console.print(_mails(mails, zone))
    stuck = [mail for mail in mails if mail.state in (State.NEEDS_HUMAN, State.BOUNCED)]
    if stuck:
        console.print(f"{len(stuck)} mails did not arrive. docs/runbook.md says what to do.")
    return NO if stuck else DONE


def _runs(runs: Sequence[Run], mails: Sequence[Mail], zone: str) -> Table:
    table = Table(
        "Slot", "Revision", "Cut-off", "Units", "Office", "Mails", box=SIMPLE, title="Runs", title_justify="left"
    )
    for run in runs:
        own = [mail for mail in mails if (mail.key.slot, mail.key.revision) == (run.slot, run.revision)]
        states = Counter(mail.state for mail in own)
        told = ", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "none planned"
        cut_off = f"{run.cut_off.astimezone(ZONES[zone]):%H.%M.%S}"
        table.add_row(
            shown_slot(run.slot), str(run.revision), cut_off, str(len(run.units)), str(run.office_revision), told
        )
    return table


WHOLE = ("Slot", "No.", "State", "Since", "To")
"""What a narrow terminal neither cuts nor breaks: it breaks names and problems instead."""


def _mails(mails: Sequence[Mail], zone: str) -> Table:
    columns = ("Slot", "Unit", "No.", "State", "Since", "To", "Problem")
    table = Table(*columns, box=None, pad_edge=False, title="Mails", title_justify="left")
    for column in table.columns:
        column.no_wrap, column.overflow = column.header in WHOLE, "fold"
    for mail in sorted(mails, key=lambda one: (one.key.slot, one.key.unit, one.key.revision, one.key.copy)):
        style = "" if mail.state in HANDED_OVER else "red" if mail.state is State.NEEDS_HUMAN else "yellow"
        since = f"{mail.changed_at.astimezone(ZONES[zone]):%H.%M.%S}"
        key, number = mail.key, f"{mail.key.revision}.{mail.key.copy}" if mail.key.copy else str(mail.key.revision)
        cells = (shown_slot(key.slot), key.unit, number, mail.state, since, _to(mail), mail.problem or "")
        table.add_row(*cells, style=style)
    return table


def _to(mail: Mail) -> str:
    """How many addresses a mail goes to, and how many of them gave it back."""
    number = len(mail.to) + len(mail.cc)
    return f"{number}, {len(mail.bounced)} back" if mail.bounced else str(number)


def replay(records: Records, console: Console, mail: Mail, sender: str, path: Path) -> int:
    """Render a mail's stored report value again into a file. The status is 1 when it is not what was frozen.

    Raises: Declined where there is no frozen report.
    """
    report = frozen_report(records.archive, MailKey(mail.key.day, mail.key.slot, mail.key.unit, mail.key.revision))
    if report is None:
        raise Declined(f"No report was made for {mail.key} yet: its mail is {mail.state}.")
    office = records.office.at(report.heading.office_revision)
    body = mime(compose(report, mail, office, sender))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    name = mail_name(mail.key, is_extra_copy=mail.is_extra_copy, recipients=(*mail.to, *mail.cc))
    frozen = records.archive.read(name)
    console.print(f"{path}: {len(body):,} bytes", soft_wrap=True)
    if frozen is None:
        console.print("There is no frozen mail to compare it with: it was never handed to SES.")
        return NO
    console.print(_compared(body, frozen), soft_wrap=True)
    return DONE if body == frozen else NO


def _compared(body: bytes, frozen: bytes) -> str:
    if body == frozen:
        return "It is byte for byte the mail that was frozen."
    place = next(
        (place for place, (a, b) in enumerate(zip(body, frozen, strict=False)) if a != b), min(map(len, (body, frozen)))
    )
    line = frozen[:place].count(b"\n") + 1
    told = f"It differs from the frozen mail ({len(frozen):,} bytes) from line {line} on"
    return f"{told}: templates or sender have changed since."


def mail_meant(records: Records, day: date, slot: str, unit: str, revision: int | None) -> Mail:
    """The mail to BKD of a unit's report: of a revision, or of the newest. Raises: Declined."""
    found = [
        one for one in records.ledger.mails(day, slot.replace(".", "")) if one.key.unit == unit and one.key.copy == 0
    ]
    wanted = [one for one in found if revision in (None, one.key.revision)]
    if not wanted:
        raise Declined(f"The ledger of {day} has no such report. See: ledger --day {day}")
    return max(wanted, key=lambda one: one.key.revision)


def _day(parser: ArgumentParser) -> None:
    parser.add_argument("--day", type=iso_day, help="another day than today, such as 2026-11-23")


def _report(parser: ArgumentParser) -> None:
    parser.add_argument("--day", type=iso_day, required=True, help="the day, such as 2026-11-23")
    parser.add_argument("--slot", required=True, help="the slot, such as 0730")
    parser.add_argument("--unit", required=True, help="the unit's id, or digest or recap")
    parser.add_argument("--revision", type=int, help="the report's revision; the newest unless named")
    parser.add_argument("--out", type=Path, help="the file to write, DAY-SLOT-UNIT-REVISION.eml unless named")


def _ledger(arguments: Namespace, deployment: Deployment, console: Console) -> int:
    zone = wiring.settings().zone
    day = arguments.day or wiring.now().astimezone(ZONES[zone]).date()
    return show_day(wiring.records(), console, day, zone)


def _replay(arguments: Namespace, deployment: Deployment, console: Console) -> int:
    records = wiring.records()
    mail = mail_meant(records, arguments.day, arguments.slot, arguments.unit, arguments.revision)
    path = arguments.out or Path(
        "-".join((str(mail.key.day), mail.key.slot, mail.key.unit, str(mail.key.revision))) + ".eml"
    )
    return replay(records, console, mail, wiring.settings().sender, path)


COMMANDS = (
    Command("ledger", "show the runs and mails of a day", _ledger, _day),
    Command("replay", "render a stored report again and compare it with what was sent", _replay, _report),
)
