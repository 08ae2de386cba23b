"""Evidence: what a reported position says about where a person was, and how firmly.

A browser cannot prove a position (the W3C text guarantees nothing and shows no mock flag), so every position is
accepted and graded, never refused; a person decides what follows. Distance, accuracy and the age of the fix are
judged here, and nothing that needs history or other people.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.people import Place


class Grade(StrEnum):
    """How a check-in's position stands to the registered home, best for the person first."""

    AT_HOME = "at_home"
    DECLARED_OUT = "declared_out"
    UNCLEAR = "unclear"
    AWAY = "away"
    NO_POSITION = "no_position"


BEST_FIRST = tuple(Grade)
"""Of several check-ins in a window the best grade stands for the window: a second try may only help."""


class Reason(StrEnum):
    """Why a position could not be graded plainly, or is missing."""

    HOME_NOT_REGISTERED = "home_not_registered"
    ACCURACY_TOO_COARSE = "accuracy_too_coarse"
    ACCURACY_UNKNOWN = "accuracy_unknown"
    FIX_TOO_OLD = "fix_too_old"
    FIX_IN_FUTURE = "fix_in_future"
    ON_THE_EDGE = "on_the_edge"
    DENIED = "denied"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    UNSUPPORTED = "unsupported"
    INSECURE = "insecure"
    ATTESTED = "attested"  # an admin reported for somebody without signal


class Band(StrEnum):
    """The distance from home as reports show it: never a coordinate, never metres that single out a house."""

    WITHIN_RADIUS = "within_radius"
    UNDER_1_KM = "under_1_km"
    UNDER_5_KM = "under_5_km"
    UNDER_25_KM = "under_25_km"
    BEYOND_25_KM = "beyond_25_km"


BAND_LIMITS_M = ((1_000, Band.UNDER_1_KM), (5_000, Band.UNDER_5_KM), (25_000, Band.UNDER_25_KM))


class Errand(StrEnum):
    """Why a person working at home may be outside it.

    Source: SE 800/734-BKD/2020 point 6, "kebutuhan pangan, kesehatan maupun keselamatan".
    """

    FOOD = "food"
    HEALTH = "health"
    SAFETY = "safety"


@dataclass(frozen=True)
class Position:
    """A position as the device claims it. Units: degrees, metres (95 % radius); `fixed_at` by the device's clock.

    `accuracy_m` is None where the device did not say: a chat leaves it out of a position chosen by hand.
    """

    place: Place
    accuracy_m: float | None
    fixed_at: datetime


@dataclass(frozen=True)
class Limits:
    """The limits within which a position counts as home. Units: metres and seconds."""

    radius_m: float
    accuracy_m: float
    fix_age_s: float
    clock_skew_s: float


@dataclass(frozen=True)
class Evidence:
    """The verdict on one check-in's position; `reason` is set whenever the grade needs one."""

    grade: Grade
    reason: Reason | None = None
    band: Band | None = None


def grade(
    position: Position | Reason,
    home: Place | None,
    limits: Limits,
    *,
    errand: Errand | None = None,
    at: datetime,
) -> Evidence:
    """The grade of a position against the registered home, received at `at`.

    With d the distance and a the accuracy: d + a ≤ radius is at home, d − a > radius is away (declared out when the
    person gave an errand), anything between is unclear. A coarse, stale or future fix, one of unknown accuracy and an
    unknown home are unclear whatever the distance: such a fix neither accuses nor clears.
    """
    if isinstance(position, Reason):
        return Evidence(Grade.NO_POSITION, position)
    if home is None:
        return Evidence(Grade.UNCLEAR, Reason.HOME_NOT_REGISTERED)
    distance_m = position.place.metres_to(home)
    band = band_of(distance_m, limits.radius_m)
    doubt = _doubt(position, limits, at)
    if doubt or position.accuracy_m is None:
        return Evidence(Grade.UNCLEAR, doubt, band)
    if distance_m + position.accuracy_m <= limits.radius_m:
        return Evidence(Grade.AT_HOME, None, band)
    if distance_m - position.accuracy_m <= limits.radius_m:
        return Evidence(Grade.UNCLEAR, Reason.ON_THE_EDGE, band)
    return Evidence(Grade.DECLARED_OUT if errand else Grade.AWAY, None, band)


def _doubt(position: Position, limits: Limits, at: datetime) -> Reason | None:
    age = at - position.fixed_at
    if age > timedelta(seconds=limits.fix_age_s):
        return Reason.FIX_TOO_OLD
    if -age > timedelta(seconds=limits.clock_skew_s):
        return Reason.FIX_IN_FUTURE
    if position.accuracy_m is None:
        return Reason.ACCURACY_UNKNOWN
    if not position.accuracy_m <= limits.accuracy_m:  # so that what is not a number counts as coarse too
        return Reason.ACCURACY_TOO_COARSE
    return None


def band_of(distance_m: float, radius_m: float) -> Band:
    """The band that `distance_m` falls into; the policy's radius is the innermost. Units: metres."""
    if distance_m <= radius_m:
        return Band.WITHIN_RADIUS
    return next((band for limit_m, band in BAND_LIMITS_M if distance_m <= limit_m), Band.BEYOND_25_KM)
