"""The office's facts by revision: units, circulars, calendar, assignments, addresses, admins, people, attestations.

Facts are appended. They stand in *partitions* (people by unit, attestations by day, all else by noun), and a change
writes each partition it touches as a new *edition*: rows under a name that nobody reads until the head points to it.
One conditional write moves the head to the next revision and thereby makes a change of any size visible at once, or
not at all. Every head is kept, so any revision can be read again and any change told from the two revisions around it.
The price: whoever changes one person rewrites their unit's people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import TypeVar, cast

from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.domain.access import Admin
from chalicelib.domain.calendar import Calendar, Decree
from chalicelib.domain.change import KINDS, Edit, Fact, Line, Noun, apply, diff
from chalicelib.domain.day import Attestation, Circulars, Office
from chalicelib.domain.duty import Assignment
from chalicelib.domain.errors import OfficeChanged
from chalicelib.domain.people import Address, Organisation, Person, Unit
from chalicelib.domain.policy import Policy
from chalicelib.store.codec import dumps, loads
from chalicelib.store.tables import CONNECT_S, READ_S, RETRIES, OfficeRow

F = TypeVar("F", bound=Fact)

REMEMBERED = timedelta(days=31)
"""How long a head names the attestations of a day; check-ins themselves are kept for thirty."""


@dataclass(frozen=True)
class Head:
    """Which edition of each partition is in force at a revision, and the change that brought it: by which admin (or
    `seed`), said how, and `cause`, the confirmation that asked for it, by which a repeat knows its own work.

    The summary's dates are kept apart from its other facts, because in a row both are text.
    """

    revision: int
    opened_at: datetime
    changed_at: datetime
    editions: Mapping[str, str] = field(default_factory=dict)
    who: str = ""
    said: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict)
    dates: Mapping[str, date] = field(default_factory=dict)
    cause: str = ""

    @property
    def summary(self) -> Line:
        return Line(self.said, {**self.facts, **self.dates})


@cache
def transactions(region: str) -> Connection:
    """What transactions go over, once a process: PynamoDB lends none of its models' and a client takes 200 ms."""
    return Connection(
        region=region, connect_timeout_seconds=CONNECT_S, read_timeout_seconds=READ_S, max_retry_attempts=RETRIES
    )


class OfficeStore:
    """Reads the office at any revision; `commit` makes the next. Editions and past heads never change, so a process
    reads each of them once."""

    def __init__(self, region: str) -> None:
        self._connection = transactions(region)
        self._heads: dict[int, Head] = {}
        self._editions: dict[str, tuple[Fact, ...]] = {}

    def head(self) -> Head | None:
        """The revision in force, if the office was ever opened."""
        return _head("head", "current")

    def head_at(self, revision: int) -> Head:
        """The head of a revision. Raises: LookupError for one that never was."""
        if revision not in self._heads:
            found = _head("heads", _ordinal(revision))
            if found is None:
                raise LookupError(f"revision {revision}")
            self._heads[revision] = found
        return self._heads[revision]

    def current(self) -> Office | None:
        """The office in force, if it was ever opened."""
        head = self.head()
        return self._office(head) if head else None

    def as_of(self, at: datetime) -> Office | None:
        """The office as it stood just before an instant; None before it was opened. On time this is one read."""
        head = self.head()
        while head and head.changed_at >= at:
            head = self.head_at(head.revision - 1) if head.revision > 1 else None
        return self._office(head) if head else None

    def at(self, revision: int) -> Office:
        """The office as it was known at a revision. Raises: LookupError for one that never was."""
        return self._office(self.head_at(revision))

    def whole(self, revision: int, day: date) -> Office:
        """The office at a revision with all its people, and what was attested for a day."""
        office = self.at(revision)
        units = [unit.id for unit in office.organisation.units]
        return replace(office, people=self.people(revision, units), attestations=self.attestations(revision, day))

    def people(self, revision: int, units: Iterable[str]) -> tuple[Person, ...]:
        """The people of some units at a revision, in the roster's order."""
        head = self.head_at(revision)
        return tuple(person for unit in units for person in self._facts(head, f"{Noun.PEOPLE}#{unit}", Person))

    def attestations(self, revision: int, day: date) -> tuple[Attestation, ...]:
        """What had been attested for a day at a revision."""
        return self._facts(self.head_at(revision), f"{Noun.ATTESTATIONS}#{day.isoformat()}", Attestation)

    def edits_of(self, revision: int) -> tuple[Edit, ...]:
        """What a revision changed, told from the editions before and after it."""
        after = self.head_at(revision)
        before = self.head_at(revision - 1).editions if revision > 1 else {}
        touched = [name for name in after.editions if before.get(name) != after.editions[name]]
        old = self.head_at(revision - 1) if revision > 1 else None
        return diff(
            {name: self._facts(old, name, _kind(name)) for name in touched} if old else {},
            {name: self._facts(after, name, _kind(name)) for name in touched},
        )

    def commit(
        self, base: int, edits: Sequence[Edit], *, who: str, summary: Line, cause: str = "", at: datetime
    ) -> Head:
        """Make edits of the office at `base` and return the new head.

        Promise: until the last write everything reads as before; a call that died is finished by calling again.
        Raises: OfficeChanged when the revision in force is no longer `base`.
        """
        before = self.head() or Head(0, at, at)
        if before.revision != base:
            raise OfficeChanged(base, before.revision)
        touched = dict.fromkeys(name for edit in edits for name in edit.partitions)
        editions = {name: self._write(before, name, edits) for name in touched}
        facts = {name: fact for name, fact in summary.facts.items() if not isinstance(fact, date)}
        dates = {name: fact for name, fact in summary.facts.items() if isinstance(fact, date)}
        editions = {**_kept(before.editions, at), **editions}
        head = Head(base + 1, before.opened_at, at, editions, who, summary.key, facts, dates, cause)
        self._advance(base, head)
        return head

    def _write(self, head: Head, partition: str, edits: Sequence[Edit]) -> str:
        facts = apply(partition, self._facts(head, partition, _kind(partition)), _touching(edits, partition))
        return _write_edition(partition, head.revision + 1, facts)

    def _advance(self, base: int, head: Head) -> None:
        body = dumps(head)
        condition = OfficeRow.revision == base if base else OfficeRow.pk.does_not_exist()
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.save(OfficeRow("head", "current", body=body, revision=head.revision), condition=condition)
                transaction.save(OfficeRow("heads", _ordinal(head.revision), body=body))
        except TransactWriteError as error:
            found = self.head()
            if found == head:  # the answer to our own write was lost and the client wrote again
                return
            if found and found.revision != base:
                raise OfficeChanged(base, found.revision) from error
            raise

    def _office(self, head: Head) -> Office:
        return Office(
            head.revision,
            head.opened_at,
            Organisation(self._facts(head, Noun.UNITS, Unit)),
            Circulars(self._facts(head, Noun.POLICIES, Policy), Calendar(self._facts(head, Noun.DECREES, Decree))),
            self._facts(head, Noun.ASSIGNMENTS, Assignment),
            {address.office: address.emails for address in self._facts(head, Noun.ADDRESSES, Address)},
            self._facts(head, Noun.ADMINS, Admin),
        )

    def _facts(self, head: Head, partition: str, kind: type[F]) -> tuple[F, ...]:
        edition = head.editions.get(partition)
        if edition is None:
            return ()
        name = f"{partition}#{edition}"
        if name not in self._editions:
            rows = OfficeRow.query(name, consistent_read=True)
            self._editions[name] = tuple(loads(row.body, kind) for row in rows)
        return cast(tuple[F, ...], self._editions[name])


def _kept(editions: Mapping[str, str], at: datetime) -> dict[str, str]:
    """The editions that a new head still names: what was attested over a month ago stays with the heads of its time."""
    oldest = f"{Noun.ATTESTATIONS}#{(at - REMEMBERED).date().isoformat()}"
    forgotten = [name for name in editions if name.startswith(f"{Noun.ATTESTATIONS}#") and name < oldest]
    return {name: edition for name, edition in editions.items() if name not in forgotten}


def _kind(partition: str) -> type[Fact]:
    return KINDS[Noun(partition.split("#", maxsplit=1)[0])]


def _touching(edits: Sequence[Edit], partition: str) -> list[Edit]:
    return [edit for edit in edits if partition in edit.partitions]


def _head(pk: str, sk: str) -> Head | None:
    try:
        return loads(OfficeRow.get(pk, sk, consistent_read=True).body, Head)
    except OfficeRow.DoesNotExist:
        return None


def _write_edition(partition: str, revision: int, facts: Sequence[Fact]) -> str:
    """Write a partition where nobody reads yet; the name tells the content, so a repeat writes the same rows."""
    bodies = [dumps(fact) for fact in facts]
    edition = f"{_ordinal(revision)}-{sha256(chr(10).join(bodies).encode()).hexdigest()[:16]}"
    with OfficeRow.batch_write() as batch:
        for place, body in enumerate(bodies):
            batch.save(OfficeRow(f"{partition}#{edition}", _ordinal(place), body=body))
    return edition


def _ordinal(number: int) -> str:
    """A number as a key whose text sorts as it does."""
    return f"{number:010d}"
