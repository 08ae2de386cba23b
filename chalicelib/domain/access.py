"""Who may do what at the desk: admins, their roles and the part of the office each of them sees.

An admin is known by an id of the office, never by a chat platform's display name; which chat account speaks for whom is
kept with the conversations. The price of three fixed roles: a finer grant has to be an admin of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.people import Organisation


class Role(StrEnum):
    """What an admin may do, everywhere or within some units.

    Source: SE 800/734-BKD/2020 point 2.b and annex "Tata cara" 4, where operators report for their OPD and BKD
    receives; the auditor is office practice.
    """

    BKD = "bkd"  # sees and changes the whole office
    OPERATOR = "operator"  # sees and changes the people and duties of their own units
    AUDITOR = "auditor"  # sees, changes nothing


@dataclass(frozen=True)
class Admin:
    """Somebody who runs the office by chat. `units` are those an operator or auditor is bound to, with all below them;
    empty means the whole office."""

    id: str
    name: str
    role: Role
    units: tuple[str, ...] = ()

    def sees(self, unit: str, organisation: Organisation) -> bool:
        """Whether the admin may read names of a unit."""
        return self.role is Role.BKD or not self.units or bool(set(self.units) & {*organisation.line_of(unit)})

    def scope(self, organisation: Organisation) -> tuple[str, ...]:
        """The units whose people the admin sees, in the annex's order."""
        return tuple(unit.id for unit in organisation.units if self.sees(unit.id, organisation))

    def may_change(self, units: Iterable[str] | None, organisation: Organisation) -> bool:
        """Whether the admin may change facts that concern these units, or the whole government (`None`). An
        operator changes nothing of which nobody can say whose it is."""
        if self.role is Role.AUDITOR:
            return False
        if self.role is Role.BKD:
            return True
        concerned = tuple(units or ())
        return bool(self.units and concerned) and all(self.sees(unit, organisation) for unit in concerned)
