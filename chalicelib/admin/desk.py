"""The desk: what an admin wants is shown, committed under the next office revision and recorded.

A change is visible as a whole or not at all, and is made only as it was shown: whoever confirms after the office or the
hour has moved on is shown it anew. Whoever dies between the commit and its publication is finished by the next bell.
What a command changes is decided by its noun's module; nothing here knows a command.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from chalicelib.admin.publishing import publish
from chalicelib.assembly import Records
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.change import Change, Edit, Fact, Line, changed, units_concerned
from chalicelib.domain.day import Office
from chalicelib.domain.effect import Effect, effect
from chalicelib.domain.errors import CalendarUnknown, ChangeIsEmpty, OfficeNotOpen, OutOfScope
from chalicelib.domain.people import Address, Organisation
from chalicelib.planning import Bell, plan_due
from chalicelib.store.codec import dumps
from chalicelib.store.office import Head

Decide = Callable[..., Change]

SEED = Admin("seed", "seed", Role.BKD)
"""Who opens an office, before there is anybody to ask."""


@dataclass(frozen=True)
class Registry:
    """What the desk needs: the bell with its records, chance, and where links lead."""

    bell: Bell
    random_bytes: Callable[[int], bytes]
    base_url: str

    @property
    def records(self) -> Records:
        return self.bell.records

    @property
    def zone(self) -> str:
        """The name of the government's zone, as letters have it."""
        return str(self.bell.zone)


@dataclass(frozen=True)
class Proposal:
    """A change that has been decided and not made: what it is, what it will do, on which revision it rests."""

    change: Change
    effect: Effect
    revision: int

    @property
    def seal(self) -> str:
        """What was shown, in short: who confirms with another seal in force is shown the change anew."""
        change = self.change
        shown = (self.revision, change.summary, change.details, change.warnings, self.effect)
        return sha256(dumps(shown).encode()).hexdigest()[:16]


def open_office(
    registry: Registry,
    organisation: Organisation,
    calendar: Calendar,
    addresses: Mapping[str, Sequence[str]],
    *,
    at: datetime,
) -> None:
    """Enter a government: its units, its calendar and where its offices get their mail.

    Raises: OfficeChanged when an office is open already.
    """
    facts: list[Fact] = [*organisation.units, *calendar.decrees]
    facts += [Address(office, tuple(emails)) for office, emails in addresses.items()]
    edits = [Edit(None, fact) for fact in facts]
    registry.records.office.commit(0, edits, who=SEED.id, summary=Line("office.opened"), at=at)
    publish(registry.records, registry.zone)


def read_office(registry: Registry, *, at: datetime) -> Office:
    """The whole office in force. Raises: OfficeNotOpen."""
    head = registry.records.office.head()
    if head is None:
        raise OfficeNotOpen()
    return registry.records.office.whole(head.revision, at.astimezone(registry.bell.zone).date())


def propose(office: Office, change: Change, admin: Admin, *, at: datetime) -> Proposal:
    """Judge a decided change: whether there is anything in it, whether the admin may make it, and what it will do.

    Raises: ChangeIsEmpty, OutOfScope.
    """
    if not change.edits:
        raise ChangeIsEmpty()
    if not admin.may_change(units_concerned(change.edits, office), office.organisation):
        raise OutOfScope()
    after = changed(office, change.edits)
    return Proposal(change, effect(office, after, change.edits, at=at), office.revision)


def commit(registry: Registry, proposal: Proposal, admin: Admin, *, cause: str, at: datetime) -> Head:
    """Make a proposed change and everything that follows from it; a repeat with the same cause finds it made.

    What is due under the present letters is planned first: a slot that the change moves or removes is not lost.
    Raises: OfficeChanged when somebody else was faster.
    """
    if cause and (made := made_by(registry, proposal.revision + 1, cause)):
        return _published(registry, made)
    with suppress(CalendarUnknown):  # the bell's alarm; a change may be just what mends it
        plan_due(registry.bell, at=at)
    head = registry.records.office.commit(
        proposal.revision, proposal.change.edits, who=admin.id, summary=proposal.change.summary, cause=cause, at=at
    )
    return _published(registry, head)


def made_by(registry: Registry, revision: int, cause: str) -> Head | None:
    """The revision, if it was made for this very cause: a repeat finds its own work."""
    current = registry.records.office.head()
    if current is None or current.revision < revision:
        return None
    head = registry.records.office.head_at(revision)
    return head if head.cause == cause else None


def _published(registry: Registry, head: Head) -> Head:
    publish(registry.records, registry.zone)
    return head


def carry_out(registry: Registry, decide: Decide, command: object, admin: Admin = SEED, *, at: datetime) -> Change:
    """Decide and make a change at once, as programs do that nobody watches. Raises: as `propose` and `commit`."""
    office = read_office(registry, at=at)
    change = decide(command, office, at=at)
    commit(registry, propose(office, change, admin, at=at), admin, cause="", at=at)
    return change
