"""The government's office opened for the first time: its units, holidays and mailboxes, and if wanted its circular.

The circular is decided before anything is written, so that what it refuses leaves no office half open. Should the
process die between the two, the office stands and the circular is put in force by chat.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from chalicelib import presets, wiring
from chalicelib.admin import desk
from chalicelib.admin.desk import Registry
from chalicelib.admin.policy import AdoptPreset, decide
from chalicelib.domain.address import is_address
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.change import changed
from chalicelib.domain.day import Circulars, Office
from chalicelib.domain.people import BKD, Organisation
from chalicelib.domain.policy import Policy
from infra.operator.command import DONE, Command, Declined, iso_day
from infra.operator.deployment import Deployment
from infra.operator.organisation import read_organisation


@dataclass(frozen=True)
class Opening:
    """What an office is opened with."""

    organisation: Organisation
    addresses: dict[str, tuple[str, ...]]
    circular: AdoptPreset | None = None
    calendar: Calendar = field(default_factory=presets.calendar)


def read_recipients(text: str) -> dict[str, tuple[str, ...]]:
    """Mailboxes by office, as in `bkd=a@x.go.id,sekda=b@x.go.id`; an office that stands twice has two.

    Raises: Declined.
    """
    found: dict[str, tuple[str, ...]] = {}
    for part in text.split(","):
        office, _, address = (piece.strip() for piece in part.partition("="))
        if not office or not is_address(address):
            raise Declined(f"--recipients: {part.strip()!r} is not of the form office=address, such as bkd=a@x.go.id")
        found[office] = (*found.get(office, ()), address)
    return found


def open_first(registry: Registry, console: Console, opening: Opening, *, dry_run: bool, at: datetime) -> int:
    """Open the office, or show what it would be. Raises: Declined, and what adopting the circular refuses."""
    if registry.records.office.head():
        raise Declined("The office is open already. A circular is put in force by chat: terapkan banten-2020 mulai …")
    known = Calendar(opening.calendar.known_on(at.astimezone(registry.bell.zone).date()).decrees)
    office = _planned(opening, known, at=at)
    _check(opening, office, at.astimezone(registry.bell.zone).date())
    _show(console, office)
    if dry_run:
        console.print("Nothing was changed.")
        return DONE
    for step in track(("office", "circular"), "Opening", console=console):
        if step == "office":
            desk.open_office(registry, opening.organisation, known, opening.addresses, at=at)
        elif opening.circular:
            desk.carry_out(registry, decide, opening.circular, at=at)
    console.print("The office is open. Next: first-admin, then import.")
    return DONE


def _planned(opening: Opening, calendar: Calendar, *, at: datetime) -> Office:
    """The office as it would be."""
    office = Office(1, at, opening.organisation, Circulars((), calendar), (), opening.addresses)
    return changed(office, decide(opening.circular, office, at=at).edits) if opening.circular else office


def _check(opening: Opening, office: Office, today: date) -> None:
    """Raises: Declined."""
    for letter in office.circulars.policies:
        last = letter.validity.last_day
        if last and last < today:
            raise Declined(f"Circular {letter.number} ended on {last}: give it other days with --from and --until.")
    wanted = dict.fromkeys(
        name for letter in office.circulars.policies for name in (*letter.report_to, *letter.recap_to)
    )
    if lacking := [name for name in wanted or (BKD,) if name not in opening.addresses]:
        raise Declined(f"--recipients lacks the mailbox of: {', '.join(lacking)}")


def _show(console: Console, office: Office) -> None:
    reporting = office.organisation.reporting_units()
    unreached = [unit.id for unit in reporting if not unit.operator_email]
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_row("Government", office.organisation.units[0].name)
    table.add_row("Units", f"{len(office.organisation.units)}, of which {len(reporting)} report for themselves")
    if unreached:
        table.add_row(
            "", f"{len(unreached)} of them have no operator_email: their people get no links ({_few(unreached)})"
        )
    for name, emails in office.addresses.items():
        table.add_row(f"Mailbox of {name}", ", ".join(emails))
    years = sorted({year for decree in office.circulars.calendar.decrees for year in decree.years})
    table.add_row("Holidays decreed", f"{years[0]} to {years[-1]}" if years else "for no year")
    for letter in office.circulars.policies or ():
        table.add_row("Circular", _told(letter, len(reporting)))
    if not office.circulars.policies:
        table.add_row("Circular", "none yet; it is put in force by chat")
    console.print(table)


def _told(letter: Policy, units: int) -> str:
    slots = ", ".join(f"{slot.deadline:%H.%M}" for slot in letter.report_slots)
    last = letter.validity.last_day or "lifted"
    mails = len(letter.report_slots) * (units + 1) + 1
    return f"{letter.number}, {letter.validity.start} until {last}; slots {slots} {letter.zone}; {mails} mails a day"


def _few(names: Iterable[str], most: int = 5) -> str:
    first = list(names)
    return ", ".join(first[:most]) + (f" and {len(first) - most} more" if len(first) > most else "")


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--organisation", type=Path, required=True, help="the units, as a TOML file")
    parser.add_argument("--recipients", required=True, help="mailboxes by office: bkd=a@x.go.id,sekda=b@x.go.id")
    parser.add_argument("--circular", choices=presets.names(), help="a circular that ships, to be put in force at once")
    parser.add_argument("--number", help="the circular's own number, when it is another letter than the preset's")
    parser.add_argument("--from", dest="start", type=iso_day, help="the circular's first day, 2026-11-23")
    parser.add_argument("--until", type=iso_day, help="its last day")
    parser.add_argument("--condition", help="what it waits for instead of a last day")


def _run(arguments: Namespace, deployment: Deployment, console: Console) -> int:
    circular = None
    if arguments.circular:
        days = {"start": arguments.start, "end": arguments.until, "condition": arguments.condition}
        circular = AdoptPreset(arguments.circular, wiring.settings().zone, **days, number=arguments.number)
    opening = Opening(read_organisation(arguments.organisation), read_recipients(arguments.recipients), circular)
    return open_first(wiring.registry(), console, opening, dry_run=arguments.dry_run, at=wiring.now())


COMMANDS = (Command("open", "open the office for the first time", _run, _arguments, changes=True),)
