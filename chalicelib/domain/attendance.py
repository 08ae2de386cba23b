"""Attendance: what may be said of one person in one slot.

The words are careful: whoever has no check-in when the slot closes "belum melapor saat ditutup", whoever reports after
it "menyusul". Nobody is called absent or late here, because the letter does not.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.day import CheckIn, Day
from chalicelib.domain.evidence import BEST_FIRST, Evidence
from chalicelib.domain.people import Person
from chalicelib.domain.policy import Arrangement, Window


class Status(StrEnum):
    """A person's standing in one slot; exactly one holds, so the counts add up to the roster."""

    REPORTED = "reported"
    FOLLOWED_UP = "followed_up"  # menyusul: reported after the slot closed
    NOT_REPORTED = "not_reported"  # belum melapor saat ditutup
    PIKET = "piket"
    AT_OFFICE = "at_office"
    HOME_UNLOCATED = "home_unlocated"
    ON_LEAVE = "on_leave"
    TRAVELLING = "travelling"
    EXEMPT = "exempt"
    NO_DATA = "no_data"  # no link before the slot closed and no word by chat that day, so nothing can be said


BY_ARRANGEMENT = {
    Arrangement.HOME_UNLOCATED: Status.HOME_UNLOCATED,
    Arrangement.PIKET: Status.PIKET,
    Arrangement.OFFICE: Status.AT_OFFICE,
    Arrangement.EXEMPT: Status.EXEMPT,
    Arrangement.LEAVE: Status.ON_LEAVE,
    Arrangement.TRAVEL: Status.TRAVELLING,
    Arrangement.UNBOUND: Status.NO_DATA,
}


@dataclass(frozen=True)
class Attendance:
    """One person's standing in one slot, with the time and evidence where there is a check-in."""

    person: Person
    status: Status
    at: datetime | None = None
    evidence: Evidence | None = None
    activity: str = ""


def judge(day: Day, person: Person, window: Window, *, as_of: datetime) -> Attendance:
    """The person's standing in the window, knowing what had arrived by `as_of`.

    The earliest check-in of the window gives the time, the best grade gives the evidence, the last to name an activity
    gives that; a check-in after the window, up to `as_of`, is a follow-up, unless the person had no link while the
    window was open. Whoever reports by chat that day needs none. Duty to report is settled before check-ins are looked
    at.
    """
    arrangement = day.arrangement_of(person)
    if arrangement is not Arrangement.HOME:
        return Attendance(person, BY_ARRANGEMENT[arrangement])
    known = [checkin for checkin in day.checkins_of.get(person.id, ()) if checkin.at <= as_of]
    if inside := [checkin for checkin in known if window.contains(checkin.at)]:
        activity = next((checkin.activity for checkin in reversed(inside) if checkin.activity), "")
        return Attendance(person, Status.REPORTED, inside[0].at, best_evidence(inside), activity)
    if not person.could_report(window.opens, window.closes) and not any(checkin.by_chat for checkin in known):
        return Attendance(person, Status.NO_DATA)
    if after := [checkin for checkin in known if checkin.at > window.closes]:
        return Attendance(person, Status.FOLLOWED_UP, after[0].at, after[0].evidence)
    return Attendance(person, Status.NOT_REPORTED)


def best_evidence(checkins: list[CheckIn]) -> Evidence:
    """The best evidence among check-ins of one window; of equals, the earliest."""
    return min((checkin.evidence for checkin in checkins), key=lambda evidence: BEST_FIRST.index(evidence.grade))
