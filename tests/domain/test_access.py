"""Who sees and who changes what: the whole office, their own units, or nothing."""

import pytest

from chalicelib.domain.access import Admin, Role
from chalicelib.domain.people import Organisation, Unit, UnitKind
from tests.office import DINKES, HOSPITAL, INSPEKTORAT, ORGANISATION, PROVINCE

EVERYWHERE = ("banten", "inspektorat", "dinkes", "rsud")
BKD = Admin("rina", "Rina", Role.BKD)
OPERATOR = Admin("op", "Operator", Role.OPERATOR, ("dinkes",))
AUDITOR = Admin("audit", "Auditor", Role.AUDITOR)


def test_bkd_sees_and_changes_the_whole_office_whatever_units_it_is_given() -> None:
    bkd = Admin("rina", "Rina", Role.BKD, ("dinkes",))

    assert bkd.scope(ORGANISATION) == EVERYWHERE
    assert bkd.may_change(None, ORGANISATION)
    assert bkd.may_change(["inspektorat"], ORGANISATION)


def test_an_operator_sees_their_unit_and_all_below_it_in_the_annexs_order() -> None:
    assert OPERATOR.scope(ORGANISATION) == ("dinkes", "rsud")


def test_an_operator_of_a_lower_unit_does_not_see_the_one_above() -> None:
    hospital = Admin("op", "Operator", Role.OPERATOR, ("rsud",))

    assert hospital.scope(ORGANISATION) == ("rsud",)


def test_an_operator_sees_a_unit_whose_report_theirs_makes_though_it_stands_elsewhere() -> None:
    bureau = Unit("biro", "Biro Umum", UnitKind.BIRO, "banten", reports_via="dinkes")
    organisation = Organisation((PROVINCE, INSPEKTORAT, DINKES, HOSPITAL, bureau))

    assert OPERATOR.scope(organisation) == ("dinkes", "rsud", "biro")


@pytest.mark.parametrize(
    ("units", "may"),
    [
        (["dinkes"], True),
        (["dinkes", "rsud"], True),
        (["dinkes", "inspektorat"], False),
        (["banten"], False),
        (None, False),
    ],
)
def test_an_operator_changes_what_concerns_their_units_alone(units: list[str] | None, may: bool) -> None:
    assert OPERATOR.may_change(units, ORGANISATION) is may


def test_an_operator_without_a_unit_changes_nothing() -> None:
    nowhere = Admin("op", "Operator", Role.OPERATOR)

    assert not nowhere.may_change(["dinkes"], ORGANISATION)
    assert not nowhere.may_change([], ORGANISATION)


def test_an_auditor_sees_everything_or_some_units_and_changes_nothing() -> None:
    bound = Admin("audit", "Auditor", Role.AUDITOR, ("dinkes",))

    assert AUDITOR.scope(ORGANISATION) == EVERYWHERE
    assert bound.scope(ORGANISATION) == ("dinkes", "rsud")
    assert not AUDITOR.may_change(["dinkes"], ORGANISATION)
    assert not bound.may_change([], ORGANISATION)


def test_bkd_is_who_may_change_what_concerns_nobody_in_particular() -> None:
    assert BKD.may_change([], ORGANISATION)
