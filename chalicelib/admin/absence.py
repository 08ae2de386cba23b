"""Leave and duty travel at the desk: who is away, and who came back early.

Both outweigh piket and exemptions of the same day, whichever was entered first (`domain.duty.WEIGHT`); of leave and
travel a person has one at a time. Days gone by may be entered afterwards, as a doctor's note arrives, never taken back.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never

from chalicelib.admin import remarks
from chalicelib.admin.decisions import days_of, entered, last_altered, over, reassigned
from chalicelib.admin.people import named
from chalicelib.admin.staff import known
from chalicelib.domain.change import Change, Line, changed
from chalicelib.domain.day import Office
from chalicelib.domain.duty import ABSENCES
from chalicelib.domain.errors_staff import LeaveStands, TravelStands
from chalicelib.domain.people import Person
from chalicelib.domain.periods import Between
from chalicelib.domain.policy import DAY, Arrangement, local_day


@dataclass(frozen=True)
class SetLeave:
    """These people are on leave, or ill, on these days."""

    people: tuple[str, ...]
    start: date
    end: date
    basis: str = ""


@dataclass(frozen=True)
class SetTravel:
    """These people travel on duty on these days.

    Source: SE 800/734-BKD/2020 point 8, by which some travel goes on.
    """

    people: tuple[str, ...]
    start: date
    end: date
    basis: str = ""


@dataclass(frozen=True)
class EndAbsence:
    """The leave or travel that these people would still be on ends with this day."""

    people: tuple[str, ...]
    last_day: date


Command = SetLeave | SetTravel | EndAbsence


def decide(command: Command, office: Office, *, at: datetime) -> Change:
    """The change that a command makes. Raises: LeaveStands, TravelStands, DutyIsPast, PersonGone."""
    today = local_day(office.circulars.policies, at)
    match command:
        case SetLeave():
            _never_both(office, command, Arrangement.TRAVEL)
            return _set(command, Arrangement.LEAVE, office, today)
        case SetTravel():
            _never_both(office, command, Arrangement.LEAVE)
            return _set(command, Arrangement.TRAVEL, office, today)
        case EndAbsence():
            return _end(command, office, today)
        case _:
            assert_never(command)


def _never_both(office: Office, command: SetLeave | SetTravel, other: Arrangement) -> None:
    """Raises: LeaveStands, TravelStands with everybody who is away otherwise on some of the days."""
    period = Between(command.start, command.end)
    found = {person: days_of(office, person, other, period) for person in known(office, command.people)}
    if standing := {person: min(days) for person, days in found.items() if days}:
        refusal = LeaveStands if other is Arrangement.LEAVE else TravelStands
        raise refusal(", ".join(person.name for person in standing), min(standing.values()))


def _set(command: SetLeave | SetTravel, kind: Arrangement, office: Office, today: date) -> Change:
    """Those who are away alike on all of the days already are left out."""
    period = Between(command.start, command.end)
    edits, people = entered(office, command.people, kind, period, command.basis)
    summary = over(f"absence.{kind}", period, count=len(people))
    about = remarks.about_absence(changed(office, edits), people, period.start, period.end)
    warnings = (*remarks.late(period.start, today), *about)
    return Change(edits, summary, remarks.names(people, command.basis), warnings)


def _end(command: EndAbsence, office: Office, today: date) -> Change:
    people, back = known(office, command.people), last_altered(command.last_day, today) + DAY
    absent = tuple(person for person in people if _is_away(office, person, back))
    rows = tuple(one for one in office.assignments if one.arrangement in ABSENCES and one.period.covers(back))
    edits = reassigned(office, rows, {person.id: None for person in absent}, back)
    summary = Line("absence.ended", {"count": len(absent), "day": command.last_day})
    others = named("absence.none_to_end", (person for person in people if person not in absent))
    return Change(edits, summary, remarks.names(absent, ""), others)


def _is_away(office: Office, person: Person, day: date) -> bool:
    return any(days_of(office, person, kind, Between(day, day)) for kind in ABSENCES)
