"""The ledger: which runs there are and how each mail stands.

A run freezes the list of units that must report and the office revision they are judged by; every mail is one row with
a deterministic key. All moves are single conditional writes, so any number of bells and workers may race.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.update import Action

from chalicelib.domain.delivery import INTERIM, SETTLED, Mail, MailKey, State, may_move
from chalicelib.store.codec import dumps, loads
from chalicelib.store.instants import read, stored
from chalicelib.store.tables import LedgerRow

PARCELS = "parcels"
"""What stands for the day in the row of a parcel."""


@dataclass(frozen=True)
class Run:
    """One slot's run: which units must report, by which facts, up to when.

    A correction is a run of its own with the next `revision` and the units it corrects, an interim report one whose
    slot names its minute; `cause` is the order that opened it. `letter_revision` is the office revision whose circulars
    hold the slot when that is an older one; `judged_at` is until when a correction knows what was attested.
    """

    day: date
    slot: str
    office_revision: int
    cut_off: datetime
    units: tuple[str, ...]
    is_planned: bool = False
    revision: int = 1
    letter_revision: int | None = None
    judged_at: datetime | None = None
    cause: str = ""

    @property
    def is_scheduled(self) -> bool:
        """Whether the circular asked for the run; an admin ordered it otherwise."""
        return self.revision == 1 and INTERIM not in self.slot

    @property
    def as_of(self) -> datetime:
        """Up to when words of an admin count."""
        return self.judged_at or self.cut_off


@dataclass(frozen=True)
class Posted:
    """A parcel on its way: which admin asked for it, what it is, and the addresses that did not take it."""

    key: MailKey
    asked_by: str
    file_name: str
    bounced: tuple[str, ...] = ()


class Ledger:
    """The office verbs over runs and mails, and over parcels, which no run asked for."""

    def open_run(self, run: Run) -> Run:
        """Start a slot's run and return the one in force. Promise: the first bell decides, the others get its run."""
        row = LedgerRow(run.day.isoformat(), _run_row(run.slot, run.revision), body=dumps(run))
        try:
            row.save(LedgerRow.row.does_not_exist())
        except PutError as error:
            _unless_condition_failed(error)
            return self.run(run.day, run.slot, run.revision) or run
        return run

    def mark_planned(self, run: Run) -> None:
        """Note that every mail of the run is in the ledger, so that later bells need not look."""
        planned = replace(run, is_planned=True)
        LedgerRow(run.day.isoformat(), _run_row(run.slot, run.revision), body=dumps(planned)).save()

    def run(self, day: date, slot: str, revision: int = 1) -> Run | None:
        try:
            row = LedgerRow.get(day.isoformat(), _run_row(slot, revision), consistent_read=True)
        except LedgerRow.DoesNotExist:
            return None
        return loads(row.body or "", Run)

    def runs(self, day: date) -> tuple[Run, ...]:
        """Every run of a day in the order of their cut-offs: those of the slots, corrections, interim reports."""
        rows = LedgerRow.query(day.isoformat(), LedgerRow.row.startswith("run#"), consistent_read=True)
        return tuple(sorted((loads(row.body or "", Run) for row in rows), key=lambda run: (run.cut_off, run.revision)))

    def plan(self, mails: Iterable[Mail]) -> None:
        """Add the mails that are not in the ledger yet. Promise: one that is stays as it is."""
        for mail in mails:
            try:
                _row(mail).save(LedgerRow.row.does_not_exist())
            except PutError as error:
                _unless_condition_failed(error)

    def mail(self, key: MailKey) -> Mail | None:
        try:
            return _mail(LedgerRow.get(key.day.isoformat(), f"mail#{_within_day(key)}", consistent_read=True))
        except LedgerRow.DoesNotExist:
            return None

    def mails(self, day: date, slot: str) -> tuple[Mail, ...]:
        """Every mail of a slot."""
        rows = LedgerRow.query(day.isoformat(), LedgerRow.row.startswith(f"mail#{slot}#"), consistent_read=True)
        return tuple(_mail(row) for row in rows)

    def mails_of(self, day: date) -> tuple[Mail, ...]:
        """Every mail of a day."""
        rows = LedgerRow.query(day.isoformat(), LedgerRow.row.startswith("mail#"), consistent_read=True)
        return tuple(_mail(row) for row in rows)

    def unsettled(self, day: date) -> tuple[Mail, ...]:
        """The mails of a day on which work is left; a settled day costs one empty reading."""
        return tuple(_mail(row) for row in LedgerRow.open_mails.query(day.isoformat(), consistent_read=True))

    def move(self, mail: Mail, state: State, /, *, at: datetime, **changes: Any) -> Mail | None:
        """Move a mail along one arrow and return it, or None when somebody else moved it first.

        Raises: ValueError for an arrow that does not exist.
        """
        if not may_move(mail.state, state):
            raise ValueError(f"{mail.state} to {state}")
        moved = replace(mail, state=state, changed_at=at, **changes)
        same = (LedgerRow.state == mail.state) & (LedgerRow.attempt == mail.attempt)
        row = _row(moved)
        try:
            row.update(_changes(_row(mail), row), same)
        except UpdateError as error:
            _unless_condition_failed(error)
            return None
        return _mail(row)

    def note_bounced(self, key: MailKey, addresses: Iterable[str]) -> None:
        """Remember addresses that did not take a mail. Promise: addresses only add up, in whatever order they come."""
        row = LedgerRow(key.day.isoformat(), f"mail#{_within_day(key)}")
        try:
            row.update([LedgerRow.bounced.add(set(addresses))], LedgerRow.row.exists())
        except UpdateError as error:
            _unless_condition_failed(error)

    def watermark(self) -> date | None:
        """The earliest day that may still have work; None before any day was finished."""
        try:
            return date.fromisoformat(LedgerRow.get("watermark", "day", consistent_read=True).body or "")
        except LedgerRow.DoesNotExist:
            return None

    def advance_watermark(self, day: date) -> None:
        """Everything before `day` is finished. Promise: the mark never goes back."""
        later = LedgerRow.row.does_not_exist() | (LedgerRow.body < day.isoformat())
        try:
            LedgerRow("watermark", "day", body=day.isoformat()).save(later)
        except PutError as error:
            _unless_condition_failed(error)

    def reopen(self, day: date, cause: str) -> None:
        """Have bells look at a day again, however long it has been finished. Promise: repeating it changes nothing."""
        LedgerRow("reopened", day.isoformat(), open=day.isoformat(), body=cause).save()

    def reopened(self) -> tuple[tuple[date, str], ...]:
        """The days to look at again, each with the last order that asked for it."""
        rows = LedgerRow.open_mails.query("reopened", consistent_read=True)
        return tuple((date.fromisoformat(row.row), row.body or "") for row in rows)

    def close(self, day: date, cause: str) -> None:
        """Be done with a day again. Promise: a day that was reopened by another order meanwhile stays open."""
        try:
            LedgerRow("reopened", day.isoformat()).update([LedgerRow.open.remove()], LedgerRow.body == cause)
        except UpdateError as error:
            _unless_condition_failed(error)

    def first_order(self, day: date, name: str, cause: str) -> str:
        """Remember which order came first under a name, and return it. Promise: the first stays."""
        row = LedgerRow(day.isoformat(), f"order#{name}", body=cause)
        try:
            row.save(LedgerRow.row.does_not_exist())
        except PutError as error:
            _unless_condition_failed(error)
            row = LedgerRow.get(row.day, row.row, consistent_read=True)
        return row.body or ""

    def note_announced(self, day: date, slot: str) -> None:
        """Remember that a slot's outcome was told. Promise: repeating it changes nothing."""
        LedgerRow(day.isoformat(), f"told#{slot}").save()

    def announced(self, day: date) -> frozenset[str]:
        """The slots of a day whose outcome was told."""
        rows = LedgerRow.query(day.isoformat(), LedgerRow.row.startswith("told#"), consistent_read=True)
        return frozenset(row.row.removeprefix("told#") for row in rows)

    def post_parcel(self, posted: Posted) -> None:
        """Remember who asked for a parcel, before it leaves. Promise: repeating it changes nothing."""
        try:
            LedgerRow(PARCELS, str(posted.key), body=dumps(posted)).save(LedgerRow.row.does_not_exist())
        except PutError as error:
            _unless_condition_failed(error)

    def return_parcel(self, key: MailKey, addresses: Iterable[str]) -> bool:
        """Remember addresses that did not take a parcel; whether that is news.

        Promise: what is known already, or is about no parcel of ours, changes nothing.
        """
        news, row = set(addresses), LedgerRow(PARCELS, str(key))
        known = LedgerRow.row.exists()
        for address in sorted(news):
            known &= ~LedgerRow.bounced.contains(address)
        try:
            row.update([LedgerRow.bounced.add(news), LedgerRow.open.set(str(key))], known)
        except UpdateError as error:
            _unless_condition_failed(error)
            return False
        return True

    def returned(self) -> tuple[Posted, ...]:
        """The parcels that came back and of which nobody was told yet."""
        rows = LedgerRow.open_mails.query(PARCELS, consistent_read=True)
        return tuple(replace(loads(row.body or "", Posted), bounced=tuple(sorted(row.bounced or ()))) for row in rows)

    def note_told(self, posted: Posted) -> None:
        """Remember that a parcel's return was told. Promise: an address that came back meanwhile is still to tell."""
        try:
            told = LedgerRow.bounced == set(posted.bounced)
            LedgerRow(PARCELS, str(posted.key)).update([LedgerRow.open.remove()], told)
        except UpdateError as error:
            _unless_condition_failed(error)


def _run_row(slot: str, revision: int) -> str:
    return f"run#{slot}" if revision == 1 else f"run#{slot}#{revision}"


def _changes(old: LedgerRow, new: LedgerRow) -> list[Action]:
    """What a move changes, nothing else. Bounced addresses are no move's business: they only ever add up."""
    before, after = old.attribute_values, new.attribute_values
    changed = {
        name: one
        for name, one in LedgerRow.get_attributes().items()
        if before.get(name) != after.get(name) and name != "bounced"
    }
    return [one.set(after[name]) if after.get(name) is not None else one.remove() for name, one in changed.items()]


def _unless_condition_failed(error: PutError | UpdateError) -> None:
    if error.cause_response_code != "ConditionalCheckFailedException":
        raise error


def _within_day(key: MailKey) -> str:
    return str(key).split("#", 1)[1]


def _row(mail: Mail) -> LedgerRow:
    return LedgerRow(
        mail.key.day.isoformat(),
        f"mail#{_within_day(mail.key)}",
        open=None if mail.state in SETTLED else _within_day(mail.key),
        state=mail.state,
        changed_at=stored(mail.changed_at),
        attempt=mail.attempt,
        extra_copies=mail.extra_copies,
        due_at=stored(mail.due_at),
        to=list(mail.to),
        cc=list(mail.cc),
        message_id=mail.message_id,
        bounced=set(mail.bounced) or None,
        problem=mail.problem,
        handovers=mail.handovers,
    )


def _mail(row: LedgerRow) -> Mail:
    return Mail(
        MailKey.parse(f"{row.day}#{row.row.removeprefix('mail#')}"),
        State(row.state),
        read(row.changed_at or ""),
        int(row.attempt or 0),
        int(row.extra_copies or 0),
        read(row.due_at),
        tuple(row.to or ()),
        tuple(row.cc or ()),
        row.message_id,
        tuple(sorted(row.bounced or ())),
        row.problem,
        int(row.handovers or 0),
    )
