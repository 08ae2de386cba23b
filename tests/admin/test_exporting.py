"""The roster as a file: what goes to whom, and that it comes back unchanged."""

from dataclasses import replace
from io import BytesIO
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some
from openpyxl import load_workbook

from chalicelib.admin import desk
from chalicelib.admin.desk import SEED
from chalicelib.admin.exporting import ExportRoster, perform, preview
from chalicelib.admin.importing import change_of, read_file
from chalicelib.admin.parcels import Outcome
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.change import Line
from chalicelib.domain.day import Office
from chalicelib.domain.errors import OutOfScope
from chalicelib.domain.errors_staff import AddressMissing, OperatorUnknown
from chalicelib.domain.people import Employment, Job, Organisation, Person, Place, PositionGroup
from chalicelib.phrases import KNOWN, phrase
from chalicelib.render.rostersheet import workbook
from tests.office import BKD, DINKES, HOSPITAL, INSPEKTORAT, LINKED, ORGANISATION, PROVINCE, at, person
from tests.office import office as an_office
from tests.world import World

OPERATOR = Admin("op-dinkes", "Operator", Role.OPERATOR, ("dinkes",))
AUDITOR = Admin("auditor", "Auditor", Role.AUDITOR)
PEOPLE = [person("Ani"), person("Budi", "rsud"), person("Cici", "inspektorat")]


def office(*people: Person, **facts: object) -> Office:
    return replace(an_office(), people=people or tuple(PEOPLE), **facts)  # type: ignore[arg-type]


def exported(world: World, office: Office, *units: str, admin: Admin = SEED) -> Outcome:
    command, moment = ExportRoster(units), at("09:00")
    shown = preview(command, world.registry, office, admin, at=moment)
    done = perform(command, world.registry, office, admin, cause="c1", at=moment)
    assert shown.lines == done.answer.lines
    lines = (shown.title, done.answer.title, *shown.lines)
    assert all(phrase(line.key, lang=lang, **line.facts) for line in lines for lang in KNOWN)
    return done


def names(content: bytes) -> list[str]:
    page = load_workbook(BytesIO(content)).active
    assert page
    return [str(cell.value) for cell in page["B"][1:]]


def test_without_units_everybody_goes_to_bkd(world: World) -> None:
    (parcel,) = exported(world, office()).parcels

    assert (parcel.to, parcel.file_name) == ((BKD,), "pegawai-pemerintah-provinsi-banten-2020-03-23.xlsx")
    assert names(parcel.content) == ["Ani", "Budi", "Cici"]


def test_an_agency_with_the_units_below_it_goes_to_its_operator(world: World) -> None:
    outcome = exported(world, office(), "dinkes", admin=OPERATOR)

    (parcel,) = outcome.parcels
    assert parcel.to == (DINKES.operator_email,)
    assert names(parcel.content) == ["Ani", "Budi"]
    assert outcome.answer.lines == (
        Line("export.file", {"name": DINKES.name, "count": 2, "to": "operator@dinkes.example.id"}),
    )


def test_an_operator_who_names_no_unit_gets_their_own_agency(world: World) -> None:
    (parcel,) = exported(world, office(), admin=OPERATOR).parcels

    assert (parcel.to, names(parcel.content)) == ((DINKES.operator_email,), ["Ani", "Budi"])


def test_a_unit_below_an_agency_goes_alone_to_the_agencys_operator(world: World) -> None:
    (parcel,) = exported(world, office(), "rsud").parcels

    assert (parcel.to, names(parcel.content)) == ((DINKES.operator_email,), ["Budi"])


def test_several_agencies_get_a_file_each_with_nobody_elses_people(world: World) -> None:
    parcels = exported(world, office(), "dinkes", "inspektorat").parcels

    assert {parcel.to: names(parcel.content) for parcel in parcels} == {
        (DINKES.operator_email,): ["Ani", "Budi"],
        (INSPEKTORAT.operator_email,): ["Cici"],
    }


@pytest.mark.parametrize(("units", "admin"), [(("inspektorat",), OPERATOR), (("dinkes",), AUDITOR), ((), AUDITOR)])
def test_nobody_has_files_made_beyond_their_own_units(world: World, units: tuple[str, ...], admin: Admin) -> None:
    with pytest.raises(OutOfScope):
        preview(ExportRoster(units), world.registry, office(), admin, at=at("09:00"))


def test_where_no_address_is_registered_it_is_said_before_anything_is_made(world: World) -> None:
    mute = Organisation((PROVINCE, INSPEKTORAT, replace(DINKES, operator_email=None), HOSPITAL))

    with pytest.raises(OperatorUnknown):
        preview(ExportRoster(("dinkes",)), world.registry, office(organisation=mute), SEED, at=at("09:00"))
    with pytest.raises(AddressMissing):
        preview(ExportRoster(), world.registry, office(addresses={}), SEED, at=at("09:00"))


# Back again


def staff(name: str, **facts: object) -> Person:
    return person(f"Pegawai {name}", **{"link_hash": f"hash {name}", **facts})  # type: ignore[arg-type]


People = some.lists(
    some.builds(
        staff,
        some.text("ABCDEFGH", min_size=1, max_size=4),
        unit=some.sampled_from(["dinkes", "rsud", "inspektorat"]),
        group=some.sampled_from(PositionGroup),
        employment=some.sampled_from(Employment),
        job=some.sampled_from(Job),
        position=some.sampled_from(["", "Kepala Seksi Pelayanan", "Penyuluh (Ahli)"]),
        nip=some.sampled_from([None, "198501122010012003", "199002202015021004"]),
        phone=some.sampled_from([None, "+6281200000001", "+6281200000002"]),
        email=some.sampled_from([None, "pegawai@dinkes.example.id"]),
        domicile=some.sampled_from([None, "Kabupaten Serang", "Kota Cilegon"]),
        home=some.one_of(some.none(), some.builds(Place, some.floats(-11.5, 6.5), some.floats(94.5, 141.5))),
    ),
    min_size=1,
    max_size=6,
    unique_by=(lambda one: one.id, lambda one: one.nip or one.id),
)


@given(People)
def test_an_export_imports_back_unchanged(people: list[Person]) -> None:
    before = office(*people)

    reading = read_file(workbook(people, ORGANISATION), "pegawai.xlsx", before, Random(1).randbytes, at=LINKED)

    assert change_of(reading, before).edits == ()


def test_of_two_units_of_one_name_each_keeps_its_own_people() -> None:
    twins = Organisation((*ORGANISATION.units, replace(HOSPITAL, id="rsud-2", parent="inspektorat")))
    people = [person("Ani", "rsud"), person("Budi", "rsud-2")]
    before = office(*people, organisation=twins)

    reading = read_file(workbook(people, twins), "pegawai.xlsx", before, Random(1).randbytes, at=LINKED)

    assert change_of(reading, before).edits == ()


def test_a_name_like_a_formula_stays_a_text() -> None:
    page = load_workbook(BytesIO(workbook([replace(PEOPLE[0], name="=SUM(A1)")], ORGANISATION))).active

    assert page
    assert (page.cell(2, 2).value, page.cell(2, 2).data_type) == ("=SUM(A1)", "s")


def test_the_file_of_an_office_on_the_stores_changes_nothing_when_it_comes_back(world: World) -> None:
    world.open(PEOPLE)
    before = desk.read_office(world.registry, at=at("09:00"))

    (parcel,) = exported(world, before).parcels
    reading = read_file(parcel.content, parcel.file_name, before, Random(1).randbytes, at=at("09:00"))

    assert change_of(reading, before).edits == ()
