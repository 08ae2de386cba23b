"""What a command needs besides its line: who gives it, fresh chance, the file it speaks of, the change it takes back.

A command is completed right before it is decided and never stored so: chance is not kept, a file is read again. The
price is that what is confirmed is completed a second time, with other chance than was shown.
"""

from dataclasses import dataclass, replace
from typing import Any

from chalicelib.admin import attest, importing, undo
from chalicelib.admin.chance import CHANCE_BYTES
from chalicelib.admin.desk import Registry
from chalicelib.domain.access import Admin


@dataclass(frozen=True)
class Giver:
    """Who gives a command, and the desk at which they do."""

    admin: Admin
    registry: Registry

    def chance(self) -> bytes:
        return self.registry.random_bytes(CHANCE_BYTES)


def with_chance(command: Any, giver: Giver) -> Any:
    """The command with fresh chance, from which new ids, links and codes are drawn."""
    return replace(command, chance=giver.chance())


def decided_by(command: Any, giver: Giver) -> Any:
    """The command with who gives it: whoever takes away their own rights is warned."""
    return replace(command, by=giver.admin.id)


def attested_by(command: attest.Attest, giver: Giver) -> attest.Attest:
    return replace(command, by=giver.admin.id, chance=giver.chance())


def with_file(command: importing.ImportRoster, giver: Giver) -> importing.ImportRoster:
    """The command with its uploaded file; whoever is bound to units replaces the people of these alone."""
    records, admin = giver.registry.records, giver.admin
    office = records.office.current()
    units = admin.scope(office.organisation) if office and admin.units else ()
    data = records.archive.read(command.upload) or b""
    return replace(command, data=data, units=units, chance=giver.chance())


def looked_up(command: undo.Undo, giver: Giver) -> undo.Undoing:
    return undo.look_up(command, giver.registry)
