"""The roster as a file for those who keep it: by mail to BKD, or to each agency's operator, never through the chat.

What the file looks like is `render.rostersheet`'s; what comes back is `importing`'s. The price: who asks for it in a
chat has to look into the office's mailbox.
"""

from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.admin.desk import Registry
from chalicelib.admin.parcels import Outcome, Parcel, mailbox_of_bkd
from chalicelib.admin.staff import operator_of
from chalicelib.domain.access import Admin
from chalicelib.domain.answer import Answer
from chalicelib.domain.change import Line
from chalicelib.domain.day import Office
from chalicelib.domain.errors import OutOfScope
from chalicelib.domain.people import Person, Unit
from chalicelib.domain.policy import local_day
from chalicelib.render.rostersheet import workbook
from chalicelib.render.views import slug


@dataclass(frozen=True)
class ExportRoster:
    """Everybody in some units, each agency's to its own operator; without units the admin's own, for BKD all."""

    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class _File:
    """What one mail will carry, and to whom."""

    to: tuple[str, ...]
    name: str
    people: tuple[Person, ...]


def preview(command: ExportRoster, registry: Registry, office: Office, admin: Admin, *, at: datetime) -> Answer:
    """What would go where. Raises: OutOfScope, OperatorUnknown, AddressMissing."""
    return Answer(Line("export.title"), _lines(_files(command, office, admin)))


def perform(
    command: ExportRoster, registry: Registry, office: Office, admin: Admin, *, cause: str, at: datetime
) -> Outcome:
    """Make the files; whoever sends the parcels sends them once for a `cause`. Raises: as `preview`."""
    files = _files(command, office, admin)
    return Outcome(Answer(Line("export.done"), _lines(files)), tuple(_parcel(one, office, admin, at) for one in files))


def _files(command: ExportRoster, office: Office, admin: Admin) -> list[_File]:
    organisation, units = office.organisation, command.units or admin.units
    if not admin.may_change(units or None, organisation):
        raise OutOfScope()
    if not units:
        return [_File(mailbox_of_bkd(office), organisation.units[0].name, office.people)]
    asked = organisation.within(units)
    found = ((unit, _of(unit, asked, office)) for unit in organisation.reporters_of(sorted(asked)))
    return [_File((operator_of(unit),), unit.name, people) for unit, people in found if people]


def _of(reporter: Unit, asked: frozenset[str], office: Office) -> tuple[Person, ...]:
    units = {unit.id for unit in office.organisation.members(reporter.id)} & asked
    return tuple(person for person in office.people if person.unit in units)


def _lines(files: list[_File]) -> tuple[Line, ...]:
    return tuple(
        Line("export.file", {"name": one.name, "count": len(one.people), "to": ", ".join(one.to)}) for one in files
    )


def _parcel(file: _File, office: Office, admin: Admin, at: datetime) -> Parcel:
    facts: dict[str, str | int | date] = {"name": file.name, "count": len(file.people)}
    return Parcel(
        file.to,
        Line("parcel.roster.subject", facts),
        Line("parcel.roster.text", facts),
        f"pegawai-{slug(file.name)}-{local_day(office.circulars.policies, at).isoformat()}.xlsx",
        workbook(file.people, office.organisation),
        admin.id,
    )
