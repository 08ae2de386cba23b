"""Monday 23 March 2020 in Banten, played through the real product at simulated time.

Every check-in is a real HTTP request, every report a real message through queue, ledger and SES's stand-in. The clock
moves only when the queues are empty and nothing is leased. The exit status says whether every due report is there.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from http.client import HTTPConnection
from itertools import groupby
from pathlib import Path
from random import Random
from shutil import rmtree
from urllib.parse import urlsplit

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from chalicelib import presets
from chalicelib.admin import desk
from chalicelib.admin.duty import Assign
from chalicelib.admin.duty import decide as decide_duty
from chalicelib.admin.importing import Reading, import_roster
from chalicelib.admin.links import sheets
from chalicelib.admin.policy import AdoptPolicy
from chalicelib.admin.policy import decide as decide_policy
from chalicelib.domain.calendar import ZONES
from chalicelib.domain.day import Day
from chalicelib.domain.delivery import DIGEST, RECAP, MailKey
from chalicelib.domain.duty import Assignment
from chalicelib.domain.people import Job, Organisation, Person, PositionGroup
from chalicelib.domain.periods import Between
from chalicelib.domain.policy import Arrangement, Policy, Selector, SlotKind
from chalicelib.render import linksheet
from infra.local import behaviour, outbox, people
from infra.local.behaviour import Visit
from infra.local.clock import SimulatedClock
from infra.local.government import ADDRESSES, Government, government, with_addresses

DAY = date(2020, 3, 23)
ZONE = ZONES["WIB"]
EVENING_BEFORE = datetime(2020, 3, 22, 21, 0, tzinfo=ZONE)
END_OF_DAY = datetime(2020, 3, 23, 16, 30, tzinfo=ZONE)
SEED, SIZE = 734, 1200
POSTING = 4
ON_PIKET = {PositionGroup.ADMINISTRATOR: 1, PositionGroup.PENGAWAS: 3, PositionGroup.PELAKSANA: 1}
"""Who is on piket in each reporting unit: the letter's minimum and one more."""

ON_LEAVE = 0.01
"""The invented part of the staff that is on leave."""


def main() -> int:
    console, clock, root = Console(width=160), SimulatedClock(EVENING_BEFORE), Path.cwd()
    console.print("[bold]Hadir[/]: Monday 23 March 2020 under letter 800/734-BKD/2020, on an emulated cloud")
    with government("hadir-2020", "WIB", clock) as hadir:
        policy, imported = open_office(hadir, SIZE, at=clock())
        write_sheets(hadir, imported, root / "links")
        console.print(f"Roster imported: {len(imported.roster.roster)} people; link sheets in links/")
        play(hadir, clock, staff_day(hadir, imported, policy), imported.tokens, console)
        written = outbox.write(hadir.cloud.mailbox.messages, root / "out")
        outbox.show(written, root, console)
        missing = due(hadir, policy) - {outbox.key_of(mail) for mail, _ in written}
    for key in sorted(missing, key=str):
        console.print(f"[red]missing: {key}[/]")
    console.print(f"{len(written)} mails sent, {len(missing)} missing. Open out/ to read them.")
    return 1 if missing else 0


def open_office(hadir: Government, size: int, *, at: datetime, seed: int = SEED) -> tuple[Policy, Reading]:
    """Open Banten's office, adopt the letter, import a roster and put people on piket and leave."""
    registry, policy = hadir.wiring.registry(), presets.policy("banten-2020")
    organisation = with_addresses(people.organisation(size))
    desk.open_office(registry, organisation, presets.known_calendar(at.date()), ADDRESSES, at=at)
    desk.carry_out(registry, decide_policy, AdoptPolicy(policy, "WIB"), at=at)
    imported = import_roster(registry, people.generate(size, seed), "pegawai.csv", at=at)
    decided = Assign(assignments(imported.roster.roster, organisation))
    desk.carry_out(registry, decide_duty, decided, at=at)
    return policy, imported


def assignments(roster: Sequence[Person], organisation: Organisation) -> tuple[Assignment, ...]:
    """Piket in every reporting unit and leave for a few, as office heads would have decided for the day."""
    found: list[Assignment] = []
    random, wanted = Random(SEED), dict[str, dict[PositionGroup, int]]()
    for person in roster:
        reporter = organisation.reporter_of(person.unit)
        left = wanted.setdefault(reporter.id if reporter else "", dict(ON_PIKET))
        if left.get(person.group) and person.job is Job.GENERAL:
            left[person.group] -= 1
            found.append(_assignment(person, Arrangement.PIKET))
        elif random.random() < ON_LEAVE:
            found.append(_assignment(person, Arrangement.LEAVE))
    return tuple(found)


def _assignment(person: Person, arrangement: Arrangement) -> Assignment:
    return Assignment(f"{arrangement}-{person.id}", Selector(people=(person.id,)), arrangement, Between(DAY, DAY))


def write_sheets(hadir: Government, imported: Reading, folder: Path) -> None:
    """The sheets that operators hand links out from, one workbook a reporting unit; they are keys, so not in out/."""
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    organisation = hadir.wiring.records().office.current().organisation
    for unit, rows in sheets(organisation, imported.roster.roster, imported.tokens, hadir.address).items():
        (folder / f"{unit.id}.xlsx").write_bytes(linksheet.workbook(unit.name, rows))


def staff_day(hadir: Government, imported: Reading, policy: Policy) -> list[Visit]:
    """What everybody who owes a location report will do on the day."""
    office = hadir.wiring.records().office.current()
    people_due = [
        person
        for person in imported.roster.roster
        if Day(DAY, office.organisation.by_id[person.unit], office, (), ()).arrangement_of(person) is Arrangement.HOME
    ]
    return behaviour.visits(people_due, policy.windows(DAY), Random(SEED))


def play(
    hadir: Government, clock: SimulatedClock, visits: Sequence[Visit], tokens: Mapping[str, str], console: Console
) -> None:
    """Walk through the day instant by instant: first whoever reports at it, then whatever is scheduled for it."""
    at_instant = {at: list(group) for at, group in groupby(visits, key=lambda visit: visit.at)}
    scheduled = {firing.at for firing in hadir.pump.due(clock(), END_OF_DAY)}
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[mails]} mails"),
    )
    with Progress(*columns, console=console) as progress, ThreadPoolExecutor(POSTING) as pool:
        task = progress.add_task("check-ins", total=len(visits), mails=0)
        for at in sorted({*at_instant, *scheduled}):
            before = clock()
            clock.move_to(at)
            arrived = at_instant.get(at, [])
            list(pool.map(lambda visit: post(hadir.address, visit, tokens[visit.person]), arrived))
            if hadir.pump.fire_due(before, at):
                hadir.pump.drain()
            label = f"{at.astimezone(ZONE):%H.%M} WIB check-ins"
            progress.update(task, advance=len(arrived), description=label, mails=len(hadir.cloud.mailbox.messages))


def post(address: str, visit: Visit, token: str) -> None:
    """One check-in as the page sends it. Raises: RuntimeError when it gets no receipt."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=30)
    body = json.dumps({"token": token, **visit.claims})
    connection.request("POST", "/api/checkins", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    if answer.status != 201:
        raise RuntimeError(f"{answer.status} {text}")


def due(hadir: Government, policy: Policy) -> set[MailKey]:
    """Every mail that the day owes, counted from the tree of units and nothing else."""
    units = hadir.wiring.records().office.current().organisation.reporting_units()
    slots = [slot.id for slot in policy.slots if slot.kind is SlotKind.REPORT]
    reports = {MailKey(DAY, slot, name) for slot in slots for name in (DIGEST, *(unit.id for unit in units))}
    return reports | {MailKey(DAY, slot.id, RECAP) for slot in policy.slots if slot.kind is SlotKind.RECAP}


if __name__ == "__main__":
    sys.exit(main())
