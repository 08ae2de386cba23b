"""Who runs the office: admins come and go, the last of BKD stays, and codes are read out without mistakes."""

import re
from collections.abc import Iterable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.admin import desk
from chalicelib.admin.admins import (
    FIRST_CODE_LIFE,
    AddAdmin,
    IssueCode,
    ListAdmins,
    RemoveAdmin,
    ScopeAdmin,
    answer,
    decide,
    first_admin,
    new_code,
    perform,
    preview,
)
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.change import Change, Line, changed
from chalicelib.domain.day import Office
from chalicelib.domain.errors import OutOfScope
from chalicelib.domain.errors_staff import AdminExists, AdminGone, AdminNeedsUnits, CellRefused, LastAdmin
from chalicelib.domain.message import Account, Platform
from chalicelib.phrases import KNOWN, phrase
from chalicelib.store.chat import ChatStore
from tests.office import LINKED, at, person
from tests.office import office as an_office
from tests.world import World

CHANCE = bytes(range(32))
ONE, OTHER = Account(Platform.TELEGRAM, "", "101"), Account(Platform.TELEGRAM, "", "102")
RATNA = Admin("a-ratna", "Ratna Kusuma", Role.BKD)
BAYU = Admin("a-bayu", "Bayu Pratama", Role.BKD)
OMAR = Admin("a-omar", "Omar Hadi", Role.OPERATOR, ("dinkes",))
INDAH = Admin("a-indah", "Indah Permata", Role.OPERATOR, ("inspektorat",))
AUDI = Admin("a-audi", "Audi Wijaya", Role.AUDITOR)


def office(*admins: Admin) -> Office:
    return replace(an_office(), admins=admins)


def decided(command: AddAdmin | RemoveAdmin | ScopeAdmin, *admins: Admin) -> Change:
    change = decide(command, office(*(admins or (RATNA, BAYU, OMAR))), at=at("07:00"))
    said(change.summary, *change.details)
    return change


def said(*lines: Line) -> Iterable[str]:
    return [phrase(line.key, lang=lang, **line.facts) for line in lines for lang in KNOWN]


def test_a_new_admin_has_the_role_and_the_units_given() -> None:
    (edit,) = decided(AddAdmin("Siti Aminah", Role.OPERATOR, ("dinkes",), CHANCE)).edits

    assert isinstance(edit.after, Admin)
    assert (edit.after.name, edit.after.role, edit.after.units) == ("Siti Aminah", Role.OPERATOR, ("dinkes",))


def test_bkd_is_bound_to_no_units_whatever_was_typed() -> None:
    (edit,) = decided(AddAdmin("Siti Aminah", Role.BKD, ("dinkes",), CHANCE)).edits

    assert isinstance(edit.after, Admin)
    assert edit.after.units == ()


def test_an_operator_without_units_is_refused_and_an_auditor_without_them_reads_everything() -> None:
    with pytest.raises(AdminNeedsUnits):
        decided(AddAdmin("Siti Aminah", Role.OPERATOR, (), CHANCE))

    (reach,) = decided(AddAdmin("Siti Aminah", Role.AUDITOR, (), CHANCE)).details
    assert next(iter(said(reach))) == "Wewenang: seluruh pemerintah daerah"


def test_two_admins_of_one_name_could_not_be_told_apart() -> None:
    with pytest.raises(AdminExists):
        decided(AddAdmin(" ratna kusuma", Role.AUDITOR, (), CHANCE))


def test_a_name_that_would_forge_a_line_is_refused() -> None:
    with pytest.raises(CellRefused):
        decided(AddAdmin("Siti\nAminah", Role.AUDITOR, (), CHANCE))


def test_the_last_admin_of_bkd_is_neither_removed_nor_given_another_role() -> None:
    with pytest.raises(LastAdmin):
        decided(RemoveAdmin(RATNA.id), RATNA, OMAR)
    with pytest.raises(LastAdmin):
        decided(ScopeAdmin(RATNA.id, Role.OPERATOR, ("dinkes",)), RATNA, OMAR)

    assert decided(RemoveAdmin(RATNA.id), RATNA, BAYU).edits


def test_an_operator_becomes_an_admin_of_bkd_and_keeps_no_units() -> None:
    (edit,) = decided(ScopeAdmin(OMAR.id, Role.BKD, ())).edits

    assert edit.after == replace(OMAR, role=Role.BKD, units=())


def test_whoever_takes_away_their_own_rights_is_warned_and_nobody_else() -> None:
    removing, scoping = RemoveAdmin(BAYU.id, by=BAYU.id), ScopeAdmin(BAYU.id, Role.AUDITOR, (), by=BAYU.id)

    own = [decided(command).warnings for command in (removing, scoping)]
    others = [decided(replace(command, by=RATNA.id)).warnings for command in (removing, scoping)]

    assert own == [(Line("admin.self_removed"),), (Line("admin.self_scoped"),)]
    assert others == [(), ()]
    assert said(*own[0], *own[1])


def test_scoping_an_admin_as_they_are_changes_nothing() -> None:
    assert decided(ScopeAdmin(OMAR.id, Role.OPERATOR, ("dinkes",))).edits == ()


def test_an_admin_who_has_gone_cannot_be_changed() -> None:
    with pytest.raises(AdminGone):
        decided(RemoveAdmin("a-nobody"))


@given(
    some.permutations([RATNA, BAYU, OMAR, INDAH]),
    some.sampled_from(
        [
            AddAdmin("Siti Aminah", Role.AUDITOR, (), CHANCE),
            RemoveAdmin(OMAR.id),
            RemoveAdmin(RATNA.id),
            ScopeAdmin(INDAH.id, Role.AUDITOR, ()),
        ]
    ),
)
def test_undoing_a_change_of_the_admins_restores_them_and_their_order(
    admins: list[Admin], command: AddAdmin | RemoveAdmin | ScopeAdmin
) -> None:
    before = office(*admins)
    change = decide(command, before, at=at("07:00"))

    assert changed(changed(before, change.edits), change.inverse) == before


def test_an_operator_adds_no_admins(world: World) -> None:
    world.open([person("Ani")])
    command = AddAdmin("Siti Aminah", Role.OPERATOR, ("dinkes",), CHANCE)

    with pytest.raises(OutOfScope):
        desk.carry_out(world.registry, decide, command, OMAR, at=at("07:00"))


@pytest.mark.parametrize("admin", [OMAR, AUDI])
def test_only_bkd_has_codes_issued(world: World, admin: Admin) -> None:
    everybody, command = office(RATNA, OMAR, AUDI), IssueCode(AUDI.id)

    with pytest.raises(OutOfScope):
        preview(command, world.registry, everybody, admin, at=at("07:00"))
    with pytest.raises(OutOfScope):
        perform(command, world.registry, everybody, admin, cause="c", at=at("07:00"))


def test_a_code_is_issued_to_an_admin_whom_the_office_still_knows(world: World) -> None:
    command = IssueCode(AUDI.id)

    assert perform(command, world.registry, office(RATNA, AUDI), RATNA, cause="c", at=at("07:00")).invited == (AUDI,)
    with pytest.raises(AdminGone):
        perform(command, world.registry, office(RATNA), RATNA, cause="c", at=at("07:00"))


def test_an_operator_is_shown_the_admins_of_the_whole_office_and_of_their_own_units(world: World) -> None:
    everybody = office(RATNA, OMAR, INDAH, AUDI)

    def shown(admin: Admin) -> list[object]:
        table = answer(ListAdmins(), world.registry, everybody, admin, at=at("07:00")).table
        return [row[0] for row in table.rows] if table else []

    assert shown(OMAR) == [RATNA.name, OMAR.name, AUDI.name]
    assert shown(RATNA) == [RATNA.name, OMAR.name, INDAH.name, AUDI.name]


# Codes


@given(some.integers(0, 10_000))
def test_a_code_has_two_groups_of_four_signs_that_nobody_misreads(seed: int) -> None:
    assert re.fullmatch(r"[A-HJKMNP-Z2-9]{4}-[A-HJKMNP-Z2-9]{4}", new_code(Random(seed).randbytes))


def test_the_sign_that_is_no_sign_is_drawn_again() -> None:
    drawn = iter([31, 0, 63, 1, 2, 3, 4, 5, 6, 7, 8])

    assert new_code(lambda count: bytes([next(drawn)])) == "ABCD-EFGH"


def test_the_first_admin_is_of_bkd_and_links_by_the_code_once(world: World) -> None:
    world.open([person("Ani")])

    code = first_admin(world.registry, ChatStore(), "Ratna Kusuma", at=LINKED)

    (ratna,) = desk.read_office(world.registry, at=LINKED).admins
    assert (ratna.name, ratna.role) == ("Ratna Kusuma", Role.BKD)
    assert ChatStore().redeem_code(code, ONE, at=LINKED + FIRST_CODE_LIFE * 0.99) == ratna.id
    assert ChatStore().redeem_code(code, OTHER, at=LINKED + FIRST_CODE_LIFE * 0.99) is None


def test_seeding_twice_makes_one_admin_and_only_the_newer_code_works(world: World) -> None:
    world.open([person("Ani")])

    old, new = (first_admin(world.registry, ChatStore(), "Ratna Kusuma", at=LINKED) for _ in range(2))

    assert len(desk.read_office(world.registry, at=LINKED).admins) == 1
    assert ChatStore().redeem_code(old, ONE, at=LINKED) is None
    assert ChatStore().redeem_code(new, ONE, at=LINKED)
