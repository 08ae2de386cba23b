"""The roster from a file and back into files: the journey that an upload in the chat makes, at a terminal.

New links go by mail to each unit's operator as always and are never printed. A file that removes over a tenth needs
somebody else's yes: an admin of BKD, under whose name the change is then recorded.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from datetime import datetime
from os import O_CREAT, O_TRUNC, O_WRONLY, fdopen
from os import open as open_file
from pathlib import Path

from rich.console import Console
from rich.progress import track

from chalicelib import wiring
from chalicelib.admin import desk
from chalicelib.admin.chance import CHANCE_BYTES
from chalicelib.admin.desk import SEED, Proposal, Registry
from chalicelib.admin.importing import ImportRoster, decide
from chalicelib.admin.parcels import Parcel, sheet_parcels
from chalicelib.chat.wording import said
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.change import Line, changed
from chalicelib.domain.day import Office
from chalicelib.domain.errors import ChangeIsEmpty
from chalicelib.domain.errors_staff import RosterRejected
from chalicelib.render.rostersheet import workbook
from chalicelib.render.views import slug
from infra.operator.command import DONE, NO, Command, Declined
from infra.operator.deployment import Deployment
from infra.operator.progress import committing

LANG = "en"
PRIVATE = 0o600
ACCEPTED = "parcel.accepted"

Post = Callable[[Parcel, str], Line]
"""Mails a parcel for a cause and says what became of it."""


def bring_in(
    registry: Registry,
    console: Console,
    path: Path,
    approved_by: str | None,
    post: Post,
    *,
    dry_run: bool,
    at: datetime,
) -> int:
    """Make a file the roster, or show what it would change. Raises: Declined, RosterUnreadable, OfficeChanged."""
    office, data = desk.read_office(registry, at=at), path.read_bytes()
    admin = _approver(office, approved_by) if approved_by else SEED
    try:
        change = decide(ImportRoster("", path.name, data, registry.random_bytes(CHANCE_BYTES)), office, at=at)
        proposal = desk.propose(office, change, admin, at=at)
    except RosterRejected as refusal:
        return _rejected(console, refusal, path)
    except ChangeIsEmpty:
        console.print("The roster says already what the file says. Sheets of links come by chat: lembar tautan …")
        return DONE
    _show(console, proposal, office)
    if change.needs_second and admin is SEED:
        raise Declined('The file removes over a tenth of the people. Add: --approved-by "NAME" of an admin of BKD.')
    if dry_run:
        console.print("Nothing was changed.")
        return DONE
    return _make(registry, console, proposal, office, admin, post, at=at)


def _approver(office: Office, name: str) -> Admin:
    """Raises: Declined."""
    found = [one for one in office.admins if one.role is Role.BKD and one.name.casefold() == name.strip().casefold()]
    if not found:
        raise Declined(f"{name} is no admin of BKD in this office; whoever approves is one.")
    return found[0]


def _show(console: Console, proposal: Proposal, office: Office) -> None:
    change = proposal.change
    console.print("To be put in force:")
    lines = (change.summary, *change.details, *change.warnings, *_second(proposal))
    console.print("\n".join(said(line, LANG) for line in lines), soft_wrap=True)
    units = len(sheet_parcels(office.organisation, changed(office, change.edits).people, change.tokens, "", ""))
    console.print(f"New links: {len(change.tokens)}, in {units} sheets that go to the units' operators.")


def _second(proposal: Proposal) -> tuple[Line, ...]:
    return (Line("chat.needs_second"),) if proposal.change.needs_second else ()


def _rejected(console: Console, refusal: RosterRejected, path: Path) -> int:
    """Keep the marked file beside the one that was rejected."""
    marked = path.with_name(f"perbaiki-{path.stem}.xlsx")
    _keep(marked, refusal.error_file)
    told = f"{refusal.problems} entries are wrong; nothing was changed. Each is marked with its reason in {marked}."
    console.print(told, soft_wrap=True)
    return NO


def _make(
    registry: Registry, console: Console, proposal: Proposal, office: Office, admin: Admin, post: Post, *, at: datetime
) -> int:
    after = changed(office, proposal.change.edits)
    with committing(console, proposal.change.edits, after):
        head = desk.commit(registry, proposal, admin, cause="", at=at)
    console.print(f"The roster is in force as revision {head.revision}.")
    parcels = sheet_parcels(office.organisation, after.people, proposal.change.tokens, registry.base_url, admin.id)
    told = [post(parcel, f"import-{head.revision}") for parcel in track(parcels, "Mailing sheets", console=console)]
    lost = [line for line in told if line.key != ACCEPTED]
    for line in lost:
        console.print(said(line, LANG), soft_wrap=True)
    console.print(f"{len(told) - len(lost)} of {len(told)} sheets were handed to SES.")
    if lost:
        console.print("The others are sent anew by chat: lembar tautan UNIT. Their links are new then.")
    return NO if lost else DONE


def write_out(registry: Registry, console: Console, folder: Path, *, at: datetime) -> int:
    """Write everybody's roster file, and one for each reporting unit; only this machine's user may read them."""
    office = desk.read_office(registry, at=at)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    government, day = office.organisation.units[0], at.astimezone(registry.bell.zone).date()
    reporting = [(unit.name, _members(office, unit.id)) for unit in office.organisation.reporting_units()]
    files = [(government.name, tuple(unit.id for unit in office.organisation.units)), *reporting]
    for name, units in track(files, "Writing", console=console):
        people = [person for person in office.people if person.unit in units]
        _keep(folder / f"pegawai-{slug(name)}-{day.isoformat()}.xlsx", workbook(people, office.organisation))
    told = f"{len(files)} files with {len(office.people)} people in {folder}. They hold names, numbers and homes."
    console.print(told, soft_wrap=True)
    return DONE


def _members(office: Office, reporter: str) -> Sequence[str]:
    return [unit.id for unit in office.organisation.members(reporter)]


def _keep(path: Path, content: bytes) -> None:
    with fdopen(open_file(path, O_WRONLY | O_CREAT | O_TRUNC, PRIVATE), "wb") as file:
        file.write(content)


def _file(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the roster of everybody, XLSX or CSV")
    parser.add_argument("--approved-by", help="the admin of BKD who agrees that over a tenth of the people leave")


def _folder(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="where to write the files")


def _import(arguments: Namespace, deployment: Deployment, console: Console) -> int:
    return bring_in(
        wiring.registry(),
        console,
        arguments.file,
        arguments.approved_by,
        wiring.mail_parcel,
        dry_run=arguments.dry_run,
        at=wiring.now(),
    )


def _export(arguments: Namespace, deployment: Deployment, console: Console) -> int:
    return write_out(wiring.registry(), console, arguments.folder, at=wiring.now())


COMMANDS = (
    Command("import", "make a file the roster", _import, _file, changes=True),
    Command("export", "write the roster as files", _export, _folder),
)
