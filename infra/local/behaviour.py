"""How an invented staff behaves on a day: who reports when, from where, and who does not.

Invented and seeded. The shares are chosen so that every kind of line appears in a day's mails; they say nothing about
any real office.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any
from uuid import UUID

from chalicelib.domain.people import Person, Place
from chalicelib.domain.policy import Window

GRID_S = 15
"""Check-ins fall on quarter minutes, so that several arrive at one instant and can be posted side by side."""

METRES_PER_DEGREE = 111_195


class Habit(StrEnum):
    ON_TIME = "on_time"
    LATE = "late"
    SILENT = "silent"
    AWAY = "away"
    ERRAND = "errand"
    COARSE = "coarse"
    UNLOCATED = "unlocated"


SHARES = {
    Habit.ON_TIME: 86,
    Habit.LATE: 4,
    Habit.SILENT: 2,
    Habit.AWAY: 2,
    Habit.ERRAND: 1,
    Habit.COARSE: 3,
    Habit.UNLOCATED: 2,
}


@dataclass(frozen=True)
class Visit:
    """One check-in to come: when, whose, and what the phone will say."""

    at: datetime
    person: str
    claims: dict[str, Any]


def visits(people: Sequence[Person], windows: Sequence[Window], random: Random) -> list[Visit]:
    """Every check-in of the day, in order of time."""
    found = [visit for person in people for window in windows for visit in _visits(person, window, random)]
    return sorted(found, key=lambda visit: (visit.at, visit.person))


def _visits(person: Person, window: Window, random: Random) -> Iterator[Visit]:
    (habit,) = random.choices(list(SHARES), list(SHARES.values()))
    if habit is not Habit.SILENT:
        at = _moment(window, habit, random)
        yield Visit(at, person.id, {"id": str(UUID(int=random.getrandbits(128))), **_claims(person, habit, at, random)})


def _moment(window: Window, habit: Habit, random: Random) -> datetime:
    """Most report in the last forty minutes; the late ones up to twenty minutes after the slot has closed."""
    if habit is Habit.LATE:
        return window.closes + timedelta(seconds=GRID_S * random.randint(1, 80))
    early = int(random.triangular(0, 160, 20))
    return max(window.opens, window.closes - timedelta(seconds=GRID_S * early))


def _claims(person: Person, habit: Habit, at: datetime, random: Random) -> dict[str, Any]:
    if habit is Habit.UNLOCATED or person.home is None:
        return {"position": None, "no_position": random.choice(["denied", "unavailable", "timeout"])}
    far = habit in (Habit.AWAY, Habit.ERRAND)
    place = _near(person.home, random.uniform(900, 9000) if far else random.uniform(2, 60), random)
    accuracy = random.uniform(900, 3000) if habit is Habit.COARSE else random.uniform(8, 60)
    fixed_at = (at - timedelta(seconds=random.randint(1, 20))).timestamp() * 1000
    position = {"lat": place.lat, "lon": place.lon, "accuracy_m": round(accuracy, 1), "fixed_at": fixed_at}
    return {"position": position, "errand": "food" if habit is Habit.ERRAND else None}


def _near(home: Place, metres: float, random: Random) -> Place:
    """A place at about that distance; near the equator a degree is as long either way."""
    share = random.random()
    north, east = metres * share**0.5, metres * (1 - share) ** 0.5
    return Place(home.lat + north / METRES_PER_DEGREE, home.lon + random.choice((-1, 1)) * east / METRES_PER_DEGREE)
