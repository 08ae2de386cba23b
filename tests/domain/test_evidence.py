"""Evidence: a position is graded, never refused, and no doubt ever counts against a person."""

from datetime import timedelta
from math import degrees

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain.evidence import (
    BEST_FIRST,
    Band,
    Errand,
    Evidence,
    Grade,
    Limits,
    Position,
    Reason,
    band_of,
    grade,
)
from chalicelib.domain.people import EARTH_RADIUS_M, Place
from tests.office import HOME, at

LIMITS = Limits(radius_m=200, accuracy_m=500, fix_age_s=120, clock_skew_s=60)
NOW = at("07:15")


def north_of_home(metres: float, accuracy_m: float = 20, *, age_s: float = 5) -> Position:
    """A fix so far north of home; a negative age is a device whose clock runs ahead."""
    place = Place(HOME.lat + degrees(metres / EARTH_RADIUS_M), HOME.lon)
    return Position(place, accuracy_m, NOW - timedelta(seconds=age_s))


def graded(position: Position | Reason, *, home: Place | None = HOME, errand: Errand | None = None) -> Evidence:
    return grade(position, home, LIMITS, errand=errand, at=NOW)


@pytest.mark.parametrize(
    ("metres", "accuracy_m", "expected"),
    [
        (0, 0, Grade.AT_HOME),
        (0, 200, Grade.AT_HOME),
        (150, 49, Grade.AT_HOME),
        (199.9, 0, Grade.AT_HOME),
        (0, 200.1, Grade.UNCLEAR),
        (150, 51, Grade.UNCLEAR),
        (250, 51, Grade.UNCLEAR),
        (699, 500, Grade.UNCLEAR),
        (200.1, 0, Grade.AWAY),
        (250, 49, Grade.AWAY),
        (701, 500, Grade.AWAY),
        (60_000, 20, Grade.AWAY),
    ],
)
def test_home_and_away_are_said_only_when_distance_and_accuracy_leave_no_other_reading(
    metres: float, accuracy_m: float, expected: Grade
) -> None:
    assert graded(north_of_home(metres, accuracy_m)).grade is expected


def test_between_home_and_away_the_reason_is_the_edge() -> None:
    assert graded(north_of_home(190, 20)) == Evidence(Grade.UNCLEAR, Reason.ON_THE_EDGE, Band.WITHIN_RADIUS)
    assert graded(north_of_home(210, 20)) == Evidence(Grade.UNCLEAR, Reason.ON_THE_EDGE, Band.UNDER_1_KM)


def test_both_edges_belong_to_the_person() -> None:
    position = north_of_home(300, 100)
    distance_m = position.place.metres_to(HOME)

    just_home = Limits(distance_m + 100, 500, 120, 60)
    just_unclear = Limits(distance_m - 100, 500, 120, 60)

    assert grade(position, HOME, just_home, at=NOW).grade is Grade.AT_HOME
    assert grade(position, HOME, just_unclear, at=NOW).grade is Grade.UNCLEAR


@pytest.mark.parametrize("errand", list(Errand))
def test_who_is_out_and_gave_an_errand_is_declared_out(errand: Errand) -> None:
    assert graded(north_of_home(3_000), errand=errand) == Evidence(Grade.DECLARED_OUT, None, Band.UNDER_5_KM)


def test_point_six_of_the_letter_names_three_errands() -> None:
    assert [errand.value for errand in Errand] == ["food", "health", "safety"]


@pytest.mark.parametrize("metres", [0, 250, 60_000])
@pytest.mark.parametrize(
    ("accuracy_m", "age_s", "reason"),
    [
        (501, 5, Reason.ACCURACY_TOO_COARSE),
        (20, 121, Reason.FIX_TOO_OLD),
        (20, 86_400, Reason.FIX_TOO_OLD),
        (20, -61, Reason.FIX_IN_FUTURE),
    ],
)
def test_a_coarse_stale_or_future_fix_neither_accuses_nor_clears(
    metres: float, accuracy_m: float, age_s: float, reason: Reason
) -> None:
    evidence = graded(north_of_home(metres, accuracy_m, age_s=age_s), errand=Errand.FOOD)

    assert (evidence.grade, evidence.reason) == (Grade.UNCLEAR, reason)


@pytest.mark.parametrize(("accuracy_m", "age_s"), [(500, 5), (20, 119), (20, 120), (20, -59), (20, -60)])
def test_a_fix_at_its_limit_still_counts(accuracy_m: float, age_s: float) -> None:
    assert graded(north_of_home(60_000, accuracy_m, age_s=age_s)).grade is Grade.AWAY


def test_without_a_registered_home_nothing_can_be_said() -> None:
    evidence = graded(north_of_home(60_000), home=None)

    assert evidence == Evidence(Grade.UNCLEAR, Reason.HOME_NOT_REGISTERED, None)


@pytest.mark.parametrize(
    "reason", [Reason.DENIED, Reason.UNAVAILABLE, Reason.TIMEOUT, Reason.UNSUPPORTED, Reason.INSECURE]
)
@pytest.mark.parametrize("home", [HOME, None])
def test_a_check_in_without_a_position_is_taken_with_its_reason(reason: Reason, home: Place | None) -> None:
    assert graded(reason, home=home, errand=Errand.HEALTH) == Evidence(Grade.NO_POSITION, reason, None)


@pytest.mark.parametrize(
    ("metres", "radius_m", "band"),
    [
        (0, 200, Band.WITHIN_RADIUS),
        (200, 200, Band.WITHIN_RADIUS),
        (200.1, 200, Band.UNDER_1_KM),
        (1_000, 200, Band.UNDER_1_KM),
        (1_000.1, 200, Band.UNDER_5_KM),
        (5_000, 200, Band.UNDER_5_KM),
        (5_000.1, 200, Band.UNDER_25_KM),
        (25_000, 200, Band.UNDER_25_KM),
        (25_000.1, 200, Band.BEYOND_25_KM),
        (1_500, 2_000, Band.WITHIN_RADIUS),
        (2_500, 2_000, Band.UNDER_5_KM),
    ],
)
def test_a_band_says_how_far_without_saying_where(metres: float, radius_m: float, band: Band) -> None:
    assert band_of(metres, radius_m) is band


def test_the_best_grade_for_the_person_comes_first() -> None:
    assert BEST_FIRST == (
        Grade.AT_HOME,
        Grade.DECLARED_OUT,
        Grade.UNCLEAR,
        Grade.AWAY,
        Grade.NO_POSITION,
    )


distances = some.one_of(some.floats(0, 1_000), some.floats(0, 2_000_000))
accuracies = some.one_of(some.floats(0, 600), some.floats(0, 20_100_000))
ages = some.floats(-600, 600)
errands = some.sampled_from([None, *Errand])


@given(some.floats(0, 200), some.floats(0, 1), ages, errands)
def test_a_fix_wholly_within_the_radius_is_never_graded_away(
    metres: float, share: float, age_s: float, errand: Errand | None
) -> None:
    accuracy_m = (LIMITS.radius_m - metres) * share

    evidence = graded(north_of_home(metres, accuracy_m, age_s=age_s), errand=errand)

    assert evidence.grade in (Grade.AT_HOME, Grade.UNCLEAR)


@given(distances, accuracies, accuracies, ages, errands)
def test_a_worse_accuracy_never_accuses_and_never_clears(
    metres: float, one: float, other: float, age_s: float, errand: Errand | None
) -> None:
    better = graded(north_of_home(metres, min(one, other), age_s=age_s), errand=errand).grade
    worse = graded(north_of_home(metres, max(one, other), age_s=age_s), errand=errand).grade

    assert worse in (better, Grade.UNCLEAR)


@given(distances, accuracies, ages)
def test_an_errand_turns_away_into_declared_out_and_changes_nothing_else(
    metres: float, accuracy_m: float, age_s: float
) -> None:
    position = north_of_home(metres, accuracy_m, age_s=age_s)
    without, with_errand = graded(position), graded(position, errand=Errand.FOOD)

    assert (with_errand.reason, with_errand.band) == (without.reason, without.band)
    assert with_errand.grade is (Grade.DECLARED_OUT if without.grade is Grade.AWAY else without.grade)


@given(distances, distances, accuracies)
def test_of_two_equally_good_fixes_the_nearer_is_never_graded_worse(
    one: float, other: float, accuracy_m: float
) -> None:
    near = graded(north_of_home(min(one, other), accuracy_m)).grade
    far = graded(north_of_home(max(one, other), accuracy_m)).grade

    assert BEST_FIRST.index(near) <= BEST_FIRST.index(far)


@given(distances, accuracies, ages, errands)
def test_a_grade_that_is_not_plain_says_why_and_a_plain_one_does_not(
    metres: float, accuracy_m: float, age_s: float, errand: Errand | None
) -> None:
    evidence = graded(north_of_home(metres, accuracy_m, age_s=age_s), errand=errand)

    assert (evidence.reason is not None) == (evidence.grade is Grade.UNCLEAR)
    assert evidence.band is not None
