"""An admin's word for people without signal: they reported by other means, and count as having reported without a
position.

What an attestation does to a report is `domain.day`'s and `attendance`'s business. The price: the proof is whatever the
admin has seen, and the report says whose word it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.admin.chance import drawn_from, new_id
from chalicelib.admin.decisions import worded
from chalicelib.admin.people import named
from chalicelib.admin.remarks import grounds
from chalicelib.admin.staff import known
from chalicelib.domain.change import Change, Line, edit
from chalicelib.domain.day import Attestation, Day, Office
from chalicelib.domain.errors_staff import NoSlotToday, NotAskedToday, WindowNotOpen
from chalicelib.domain.people import Person
from chalicelib.domain.policy import Arrangement, Window, local_day


@dataclass(frozen=True)
class Attest:
    """These people reported at this moment by other means; `basis` says how, `by` is the admin's id."""

    people: tuple[str, ...]
    basis: str = ""
    by: str = ""
    chance: bytes = b""


def decide(command: Attest, office: Office, *, at: datetime) -> Change:
    """The change that a command makes; who is attested in the open window already is left out.

    Raises: PersonGone, NoSlotToday, WindowNotOpen, NotAskedToday.
    Source: SE 065/444/ORG (Banjar, 2020) point 1.e, "menggunakan pesan elektronik seperti SMS".
    """
    day = local_day(office.circulars.policies, at)
    windows = _windows(office, day, at)
    people = known(office, command.people)
    _all_asked(office, people, day)
    new = [person for person in people if person.id not in _attested(office, windows, at)]
    summary = Line("attest.done", {"count": len(new)})
    if not new:
        return Change((), summary)
    ids = tuple(person.id for person in new)
    fact = Attestation(new_id(drawn_from(command.chance)), day, at, ids, command.by, worded(command.basis))
    return Change(
        (edit(None, fact),), summary, (*named("people.names", new), *grounds(fact.basis), _counts_for(windows, at))
    )


def _windows(office: Office, day: date, at: datetime) -> tuple[Window, ...]:
    """The day's windows, the first of them opened. Raises: NoSlotToday, WindowNotOpen."""
    windows = office.circulars.windows(day)
    if not windows:
        raise NoSlotToday(day)
    if at < windows[0].opens:
        raise WindowNotOpen(windows[0].opens)
    return windows


def _all_asked(office: Office, people: Iterable[Person], day: date) -> None:
    """Raises: NotAskedToday with the names of those who owe no report."""
    judged = Day(day, office.organisation.units[0], office, (), ())
    others = [person.name for person in people if judged.arrangement_of(person) is not Arrangement.HOME]
    if others:
        raise NotAskedToday(", ".join(others))


def _attested(office: Office, windows: Iterable[Window], at: datetime) -> set[str]:
    """Who has been attested in the window that is open now; after the last one, since it closed."""
    opens = max(window.opens for window in windows if window.opens <= at)
    closes = max((window.closes for window in windows if window.closes < at), default=opens)
    since = max(opens, closes)
    return {person for one in office.attestations if one.at >= since for person in one.people}


def _counts_for(windows: Iterable[Window], at: datetime) -> Line:
    """In which slot the word counts; after the last as a follow-up only."""
    slot = next((window.slot for window in windows if window.contains(at)), None)
    return Line("attest.slot", {"deadline": f"{slot.deadline:%H.%M}"}) if slot else Line("attest.late")
