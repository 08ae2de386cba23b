"""The invented government: it enters by the import like any other, and is shaped like one."""

from collections import Counter
from functools import cache

import pytest

from chalicelib.admin.roster import PersonDraft, Problem, parse_rows
from chalicelib.domain.nip import read_nip
from chalicelib.domain.people import Employment, Job, Place, PositionGroup, UnitKind
from chalicelib.rosterfile import read_table
from infra.local.people import generate, organisation

KP3B = Place(-6.171, 106.160)


@cache
def imported(size: int) -> tuple[tuple[PersonDraft, ...], tuple[Problem, ...]]:
    return parse_rows(read_table(generate(size, seed=7), "pegawai.csv"), organisation(size))


@pytest.mark.parametrize("size", [60, 300, 1200, 3000])
def test_a_generated_roster_passes_the_import_without_a_problem(size: int) -> None:
    drafts, problems = imported(size)

    assert problems == ()
    assert len(drafts) == size


def test_the_workbook_holds_the_same_people_as_the_csv() -> None:
    drafts, problems = parse_rows(read_table(generate(300, 7, "xlsx"), "pegawai.xlsx"), organisation(300))

    assert problems == ()
    assert drafts == imported(300)[0]


@pytest.mark.slow
def test_a_whole_government_of_27_000_people_can_be_made_and_read() -> None:
    data = generate(27_000, seed=7)

    assert len(read_table(data, "pegawai.csv")) == 27_000


def test_the_same_seed_makes_the_same_bytes_and_another_seed_others() -> None:
    assert generate(300, seed=7) == generate(300, seed=7)
    assert generate(300, seed=7) != generate(300, seed=8)


def test_fewer_people_than_organisations_are_refused() -> None:
    with pytest.raises(ValueError, match="46"):
        generate(46, seed=7)


@pytest.mark.parametrize("size", [300, 3000, 27_000])
def test_41_organisations_report_however_many_people_there_are(size: int) -> None:
    assert len(organisation(size).reporting_units()) == 41


def test_the_two_hospitals_may_report_for_themselves() -> None:
    units = organisation(3000, hospitals_report=True)

    assert len(units.reporting_units()) == 43
    assert [unit.id for unit in units.reporting_units() if unit.kind is UnitKind.UPTD] == [
        "rsud-banten",
        "rsud-malingping",
    ]


def test_the_largest_organisations_have_uptd_and_schools_below_them() -> None:
    kinds = Counter((unit.parent, unit.kind) for unit in organisation(27_000).units)

    assert kinds["dindikbud", UnitKind.SCHOOL] > 200
    assert {parent for parent, kind in kinds if kind is UnitKind.UPTD} == {"dinkes", "bapenda", "dpupr"}


def test_six_officials_of_eselon_ii_are_the_people_of_the_secretariat() -> None:
    officials = [draft.person for draft in imported(3000)[0] if draft.person.unit == "setda"]

    assert len(officials) == 6
    assert {person.group for person in officials} == {PositionGroup.JPT_PRATAMA}


@pytest.mark.parametrize("size", [1200, 3000])
def test_every_organisation_can_meet_the_piket_minimum_and_take_turns(size: int) -> None:
    groups = Counter((draft.person.unit, draft.person.group) for draft in imported(size)[0])

    for unit in organisation(size).reporting_units():
        assert groups[unit.id, PositionGroup.JPT_PRATAMA] == 1
        assert 2 <= groups[unit.id, PositionGroup.ADMINISTRATOR] <= 5
        assert 4 <= groups[unit.id, PositionGroup.PENGAWAS] <= 15


def test_every_kind_of_job_and_employment_of_2020_occurs() -> None:
    people = [draft.person for draft in imported(3000)[0]]

    assert {person.job for person in people} == set(Job)
    assert {person.employment for person in people} == set(Employment) - {Employment.PPPK_PART_TIME}


def test_a_nip_agrees_with_the_status_beside_it() -> None:
    for person in (draft.person for draft in imported(3000)[0]):
        assert (person.nip is None) == (person.employment is Employment.NON_ASN)
        assert person.nip is None or read_nip(person.nip).is_pppk == (person.employment is Employment.PPPK)


def test_phones_are_of_the_synthetic_block_and_addresses_of_the_reserved_domain() -> None:
    people = [draft.person for draft in imported(3000)[0]]
    phones = [person.phone for person in people if person.phone]

    assert len(set(phones)) == len(phones) > 2900
    assert all(phone.startswith("+6281200") and len(phone) == 14 for phone in phones)
    assert all(person.email.endswith("@example.com") for person in people if person.email)


def test_homes_lie_within_a_journey_to_the_office_and_hardly_two_together() -> None:
    homes = [draft.person.home for draft in imported(3000)[0] if draft.person.home]

    assert len(homes) > 2800
    assert len(set(homes)) > 0.99 * len(homes)
    assert all(home.metres_to(KP3B) < 100_000 for home in homes)


def test_names_are_hardly_ever_the_same() -> None:
    names = Counter(draft.person.name for draft in imported(3000)[0])

    assert len(names) > 0.98 * 3000
