"""The audit as an admin reads it: who, what, and no fields that only programs know."""

from chalicelib.admin.audit import ShowAudit, answer
from chalicelib.admin.desk import SEED, carry_out, read_office
from chalicelib.admin.people import MovePeople
from chalicelib.admin.people import decide as decide_people
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.change import Noun
from tests.office import at, person
from tests.said import said
from tests.world import World


def told(world: World, revision: int | None = None) -> str:
    office = read_office(world.registry, at=at("09:00"))
    return said(answer(ShowAudit(revision), world.registry, office, SEED, at=at("09:00")))


def test_what_no_person_changed_was_changed_by_the_system(world: World) -> None:
    world.open([person("Ani")])
    carry_out(world.registry, decide_people, MovePeople(("ani",), "inspektorat"), at=at("06:00"))

    assert "2 | 23/03/2020 06.00 | Sistem | " in told(world)
    assert "23/03/2020 06.00 oleh Sistem" in told(world, 2)


def test_a_former_admin_is_named_as_they_were_when_they_made_the_change(world: World) -> None:
    wati = Admin("a2", "Wati", Role.BKD)
    world.open([person("Ani")])
    world.change(Noun.ADMINS, [wati], at("05:00"))
    carry_out(world.registry, decide_people, MovePeople(("ani",), "inspektorat"), wati, at=at("06:00"))
    world.change(Noun.ADMINS, [], at("07:00"))

    assert "3 | 23/03/2020 06.00 | Wati | " in told(world)
    assert "23/03/2020 06.00 oleh Wati" in told(world, 3)


def test_somebody_who_moved_has_another_unit_and_nothing_is_said_of_where_programs_file_them(world: World) -> None:
    world.open([person("Ani")])
    carry_out(world.registry, decide_people, MovePeople(("ani",), "inspektorat"), at=at("06:00"))

    shown = told(world, 2)

    assert "Ani | unit | dinkes | inspektorat" in shown
    assert shown.count("Ani |") == 1
