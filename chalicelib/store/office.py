"""The office's facts by revision: units, circulars, calendar, assignments, addresses, people.

Facts are appended. Each noun stands in an *edition*, rows under a name that nobody reads until the head points to it;
one conditional write moves the head to the next revision and thereby makes a change of any size visible at once, or
not at all. Every head is kept, so any revision can be read again; today's is read without touching older editions. The
price: a change rewrites its whole noun.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.domain.calendar import Calendar, Decree
from chalicelib.domain.day import Circulars, Office
from chalicelib.domain.duty import Assignment
from chalicelib.domain.errors import OfficeChanged
from chalicelib.domain.people import Organisation, Person, Unit
from chalicelib.domain.policy import Policy
from chalicelib.store.codec import T, dumps, loads
from chalicelib.store.tables import CONNECT_S, READ_S, RETRIES, OfficeRow


@dataclass(frozen=True)
class Address:
    """Where an office (`bkd`, `sekda`) gets its mail; offices outlive their holders."""

    office: str
    emails: tuple[str, ...]


@dataclass(frozen=True)
class Head:
    """Which edition of each noun is in force at a revision, and the change that brought it."""

    revision: int
    opened_at: datetime
    changed_at: datetime
    editions: Mapping[str, str] = field(default_factory=dict)
    who: str = ""
    summary: str = ""


class OfficeStore:
    """Reads the office at any revision; `commit` makes the next."""

    def __init__(self, region: str) -> None:
        self._connection = Connection(
            region=region, connect_timeout_seconds=CONNECT_S, read_timeout_seconds=READ_S, max_retry_attempts=RETRIES
        )
        self._offices: dict[int, Office] = {}

    def head(self) -> Head | None:
        """The revision in force, if the office was ever opened."""
        return _head("head", "current")

    def current(self) -> Office | None:
        """The office in force, if it was ever opened."""
        head = self.head()
        return self._read(head) if head else None

    def as_of(self, at: datetime) -> Office | None:
        """The office as it stood just before an instant; None before it was opened. On time this is one read."""
        head = self.head()
        while head and head.changed_at >= at:
            head = _head("heads", _ordinal(head.revision - 1))
        return self._read(head) if head else None

    def at(self, revision: int) -> Office:
        """The office as it was known at a revision. Raises: LookupError for one that never was."""
        if revision not in self._offices:
            head = _head("heads", _ordinal(revision))
            if head is None:
                raise LookupError(f"revision {revision}")
            self._read(head)
        return self._offices[revision]

    def people(self, revision: int, units: Iterable[str]) -> tuple[Person, ...]:
        """The people of some units at a revision, in the roster's order."""
        head = _head("heads", _ordinal(revision))
        edition = head.editions.get("people") if head else None
        if edition is None:
            return ()
        return tuple(person for unit in units for person in _entries(f"people#{edition}#{unit}", Person))

    def commit(self, base: int, nouns: Mapping[str, Sequence[object]], *, who: str, summary: str, at: datetime) -> Head:
        """Replace whole nouns and return the new head.

        Promise: until the last write everything reads as before; a call that died is finished by calling again.
        Raises: OfficeChanged when the revision in force is no longer `base`.
        """
        before = self.head() or Head(0, at, at)
        if before.revision != base:
            raise OfficeChanged(base, before.revision)
        editions = {noun: _write_edition(noun, base + 1, values) for noun, values in nouns.items()}
        head = replace(
            before,
            revision=base + 1,
            editions={**before.editions, **editions},
            changed_at=at,
            who=who,
            summary=summary,
        )
        self._advance(base, head)
        return head

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

    def _read(self, head: Head) -> Office:
        if head.revision not in self._offices:
            self._offices[head.revision] = Office(
                head.revision,
                head.opened_at,
                Organisation(_noun(head, "units", Unit)),
                Circulars(_noun(head, "policies", Policy), Calendar(_noun(head, "decrees", Decree))),
                _noun(head, "assignments", Assignment),
                {address.office: address.emails for address in _noun(head, "addresses", Address)},
            )
        return self._offices[head.revision]


def _head(pk: str, sk: str) -> Head | None:
    try:
        return loads(OfficeRow.get(pk, sk, consistent_read=True).body, Head)
    except OfficeRow.DoesNotExist:
        return None


def _noun(head: Head, noun: str, kind: type[T]) -> tuple[T, ...]:
    edition = head.editions.get(noun)
    return _entries(f"{noun}#{edition}", kind) if edition else ()


def _entries(partition: str, kind: type[T]) -> tuple[T, ...]:
    return tuple(loads(row.body, kind) for row in OfficeRow.query(partition, consistent_read=True))


def _write_edition(noun: str, revision: int, values: Sequence[object]) -> str:
    """Write a noun's entries where nobody reads yet; the name tells the content, so a repeat writes the same rows."""
    bodies = [dumps(value) for value in values]
    edition = f"{_ordinal(revision)}-{sha256(chr(10).join(bodies).encode()).hexdigest()[:16]}"
    with OfficeRow.batch_write() as batch:
        for place, (value, body) in enumerate(zip(values, bodies, strict=True)):
            unit = f"#{value.unit}" if isinstance(value, Person) else ""
            batch.save(OfficeRow(f"{noun}#{edition}{unit}", _ordinal(place), body=body))
    return edition


def _ordinal(number: int) -> str:
    """A number as a key whose text sorts as it does."""
    return f"{number:010d}"
