"""What orders on mails share: who may give them, to whom a frozen report goes now, and how its mail sets out.

The orders themselves are in `reports`, `rectifying` and `releasing`; what a report says is made in `assembly`.
"""

from collections.abc import Collection
from datetime import date, datetime

from chalicelib.admin.desk import Registry
from chalicelib.assembly import governing_policy, office_of
from chalicelib.domain.access import Admin
from chalicelib.domain.address import is_address
from chalicelib.domain.answer import Offer
from chalicelib.domain.change import Line
from chalicelib.domain.day import Office
from chalicelib.domain.delivery import APPROVED, Mail, MailKey, State
from chalicelib.domain.errors import OutOfScope
from chalicelib.domain.errors_staff import AddressMissing
from chalicelib.domain.people import Unit
from chalicelib.reporting import recipients
from chalicelib.store.ledger import Run


def permit(admin: Admin, units: Collection[str] | None, office: Office) -> None:
    """Whether the admin may order something of the units, or of the whole government (`None`). Raises: OutOfScope."""
    if (units is not None and not units) or not admin.may_change(units, office.organisation):
        raise OutOfScope()


def addressed(registry: Registry, office: Office, run: Run, key: MailKey, *, at: datetime) -> Mail:
    """A mail of a frozen report to those whom the letter names, at the addresses known now. Raises: AddressMissing."""
    policy = governing_policy(office_of(registry.records, run), run.day)
    to, cc = (tuple(filter(is_address, some)) for some in recipients(office, policy, key))
    if not to:
        raise AddressMissing(" ".join(policy.recap_to if key.copy == APPROVED else policy.report_to))
    return Mail(key, State.READY, at, to=to, cc=cc)


def hand_over(registry: Registry, mail: Mail, cause: str) -> None:
    """Put a mail of a frozen report in the ledger and wake its worker; bells look at its day until it is settled."""
    registry.records.ledger.plan([mail])
    registry.records.ledger.reopen(mail.key.day, cause)
    registry.bell.doorbell.press(mail.key)


def short(unit: Unit) -> str:
    """What people call a unit."""
    return unit.nicknames[0] if unit.nicknames else unit.name


def ledger_offer(unit: str | None, day: date) -> Offer:
    """The way to what became of the mails."""
    line = " ".join(part for part in (unit, f"{day:%d-%m-%Y}") if part)
    return Offer(Line("reports.offer.ledger"), verb="report.ledger", line=line)


def reach(mail: Mail) -> Line:
    """How many get the mail, without saying who."""
    return Line("reports.reach", {"copies": len(mail.copies)})
