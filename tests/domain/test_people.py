"""People and units: who reports through whom, and how far two places are apart."""

from collections import Counter
from math import isfinite, pi

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from chalicelib import presets
from chalicelib.domain.people import EARTH_RADIUS_M, Organisation, Place, Unit, UnitKind
from tests.office import DINKES, HOSPITAL, INSPEKTORAT, ORGANISATION, PROVINCE

places = some.builds(Place, some.floats(-90, 90), some.floats(-180, 180))


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        (Place(-6.12, 106.15), Place(-6.12, 106.15), 0),
        (Place(0, 106), Place(1, 106), 111_195),
        (Place(0, 106), Place(0, 107), 111_195),
        (Place(-60, 106), Place(-60, 107), 55_596),
        (Place(-6.12, 106.15), Place(-6.12, 106.151), 110.6),
        (Place(0, 179.9999), Place(0, -179.9999), 22.2),
    ],
)
def test_a_distance_is_the_great_circles_in_metres(one: Place, other: Place, metres: float) -> None:
    assert one.metres_to(other) == pytest.approx(metres, rel=0.005)


@given(places, places)
@example(Place(0, 0), Place(0, 180))
@example(Place(90, 0), Place(-90, 0))
@example(Place(45.1, 0.1), Place(-45.1, -179.9))
def test_no_two_places_on_earth_have_a_distance_that_is_not_a_number(one: Place, other: Place) -> None:
    metres = one.metres_to(other)

    assert isfinite(metres)
    assert 0 <= metres <= pi * EARTH_RADIUS_M
    assert metres == pytest.approx(other.metres_to(one), abs=1e-3)


def test_the_units_whose_reports_bkd_awaits_are_those_that_report_in_the_annexs_order() -> None:
    assert ORGANISATION.reporting_units() == (INSPEKTORAT, DINKES)


@pytest.mark.parametrize(
    ("unit", "reporter"),
    [("dinkes", DINKES), ("rsud", DINKES), ("inspektorat", INSPEKTORAT), ("banten", None)],
)
def test_a_unit_reports_for_itself_or_through_the_nearest_ancestor_that_does(unit: str, reporter: Unit | None) -> None:
    assert ORGANISATION.reporter_of(unit) == reporter


def test_units_that_report_through_one_another_have_one_reporter_and_those_that_nobody_reports_for_none() -> None:
    assert ORGANISATION.reporters_of(["rsud", "dinkes", "banten", "inspektorat"]) == (DINKES, INSPEKTORAT)


def test_within_a_unit_is_all_below_it_and_whatever_it_reports_for() -> None:
    lab = Unit("lab", "Laboratorium", UnitKind.UPTD, "dinkes", reports_via="inspektorat")
    organisation = Organisation((*ORGANISATION.units, lab))

    assert organisation.within(["dinkes"]) == {"dinkes", "rsud", "lab"}
    assert organisation.within(["inspektorat"]) == {"inspektorat", "lab"}
    assert organisation.within([]) == frozenset()


def test_a_unit_reports_through_the_one_it_names_rather_than_through_its_parent() -> None:
    lab = Unit("lab", "Laboratorium", UnitKind.UPTD, "dinkes", reports_via="inspektorat")
    organisation = Organisation((*ORGANISATION.units, lab))

    assert organisation.reporter_of("lab") == INSPEKTORAT
    assert organisation.members("inspektorat") == (INSPEKTORAT, lab)
    assert organisation.members("dinkes") == (DINKES, HOSPITAL)


def test_a_unit_below_several_that_do_not_report_reports_through_the_first_above_that_does() -> None:
    ward = Unit("ward", "Instalasi Rawat Inap", UnitKind.UPTD, "rsud")
    organisation = Organisation((PROVINCE, DINKES, HOSPITAL, ward))

    assert organisation.reporter_of("ward") == DINKES


def test_a_unit_that_sends_its_own_report_is_not_in_its_parents() -> None:
    hospital = Unit("rsud", "RSUD Banten", UnitKind.UPTD, "dinkes", reports=True)
    organisation = Organisation((PROVINCE, DINKES, hospital))

    assert organisation.members("dinkes") == (DINKES,)
    assert organisation.members("rsud") == (hospital,)


def test_a_unit_that_reports_for_nobody_has_no_members() -> None:
    assert ORGANISATION.members("rsud") == ()
    assert ORGANISATION.members("banten") == ()


def test_every_unit_of_banten_but_the_government_itself_is_in_exactly_one_report() -> None:
    banten = presets.organisation("banten")

    reported = Counter(unit.id for reporter in banten.reporting_units() for unit in banten.members(reporter.id))

    assert set(reported.values()) == {1}
    assert set(banten.by_id) - set(reported) == {"pemprov"}
