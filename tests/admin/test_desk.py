"""The desk: what is shown before a change, what is made of it once, and who may ask."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.admin import desk
from chalicelib.admin.desk import SEED, Proposal
from chalicelib.admin.duty import Assign
from chalicelib.admin.duty import decide as decide_duty
from chalicelib.admin.policy import AdoptPolicy
from chalicelib.admin.policy import decide as decide_policy
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.change import Change, Line, changed, edit
from chalicelib.domain.day import Office
from chalicelib.domain.errors import ChangeIsEmpty, OfficeChanged, OfficeNotOpen, OutOfScope
from chalicelib.domain.errors_letters import CadenceNotOffered, PolicyExists, ZoneDiffers
from chalicelib.domain.periods import Between
from chalicelib.domain.policy import Arrangement, Cadence
from chalicelib.store.checkins import published_board
from tests.office import DINKES, FRIDAY, LINKED, MONDAY, ORGANISATION, assigned, at, banten, calendar, person
from tests.world import World

OPERATOR = Admin("op-dinkes", "Operator", Role.OPERATOR, ("dinkes",))
PIKET = Assign((assigned(Arrangement.PIKET, "Ani"),))


@pytest.fixture
def opened(world: World) -> World:
    world.open([person("Ani"), person("Budi", "inspektorat")])
    return world


def read(world: World, clock: str = "07:00") -> Office:
    return desk.read_office(world.registry, at=at(clock))


def proposed(world: World, command: Assign = PIKET, admin: Admin = SEED, clock: str = "07:00") -> Proposal:
    office = read(world, clock)
    return desk.propose(office, decide_duty(command, office, at=at(clock)), admin, at=at(clock))


def revision(world: World) -> int:
    head = world.records.office.head()
    assert head
    return head.revision


def shown(world: World) -> int | None:
    board = published_board()
    return board.revision if board else None


# Opening


def test_a_government_is_opened_by_the_seed_and_published(world: World) -> None:
    desk.open_office(world.registry, ORGANISATION, calendar(), {"bkd": ["bkd@example.id"]}, at=LINKED)

    office, head = read(world), world.records.office.head()
    assert (office.organisation, office.addresses) == (ORGANISATION, {"bkd": ("bkd@example.id",)})
    assert head
    assert (head.who, head.summary) == ("seed", Line("office.opened"))
    assert shown(world) == 1


def test_before_it_is_opened_there_is_nothing_to_run(world: World) -> None:
    with pytest.raises(OfficeNotOpen):
        desk.carry_out(world.registry, decide_duty, PIKET, at=LINKED)


def test_the_office_is_read_whole_for_the_governments_own_day(opened: World) -> None:
    assert [one.name for one in read(opened).people] == ["Budi", "Ani"]


# Proposing


def test_a_proposal_changes_nothing_and_says_whom_it_reaches_from_which_slot_on(opened: World) -> None:
    found = proposed(opened).effect

    assert revision(opened) == 1
    assert (found.people, found.units, found.day) == (1, 1, MONDAY)
    assert found.first
    assert found.first.slot.id == "0730"


def test_a_change_of_nothing_is_refused(opened: World) -> None:
    with pytest.raises(ChangeIsEmpty):
        desk.propose(read(opened), Change((), Line("duty.assigned", {"count": 0})), SEED, at=at("07:00"))


def test_an_operator_may_change_their_own_units_and_no_other(opened: World) -> None:
    elsewhere = Assign((assigned(Arrangement.PIKET, "Ani", "Budi"),))

    assert proposed(opened, PIKET, OPERATOR).change.summary == Line("duty.assigned", {"count": 1})
    with pytest.raises(OutOfScope):
        proposed(opened, elsewhere, OPERATOR)


def test_what_concerns_the_whole_government_is_not_an_operators_to_change(opened: World) -> None:
    office = read(opened)
    change = decide_policy(AdoptPolicy(replace(banten(), id="baru", number="800/900"), "WIB"), office, at=at("07:00"))

    with pytest.raises(OutOfScope):
        desk.propose(office, change, OPERATOR, at=at("07:00"))


def test_the_seal_holds_while_the_same_is_shown_and_breaks_when_the_office_or_the_hour_has_moved_on(
    opened: World,
) -> None:
    seal = proposed(opened).seal

    assert proposed(opened, clock="07:29").seal == seal
    assert proposed(opened, clock="07:31").seal != seal
    opened.change_people([person("Ani")], at("07:10"))
    assert proposed(opened, clock="07:20").seal != seal


# Making it


def test_a_committed_change_is_in_force_published_and_recorded_under_its_admin(opened: World) -> None:
    desk.commit(opened.registry, proposed(opened), OPERATOR, cause="press-1", at=at("07:01"))

    head = opened.records.office.head()
    assert read(opened).assignments == PIKET.assignments
    assert shown(opened) == 2
    assert head
    assert (head.who, head.summary, head.cause) == ("op-dinkes", Line("duty.assigned", {"count": 1}), "press-1")
    assert head.changed_at == at("07:01")


def test_the_same_confirmation_twice_makes_one_revision(opened: World) -> None:
    proposal = proposed(opened)
    first = desk.commit(opened.registry, proposal, SEED, cause="press-1", at=at("07:01"))

    again = desk.commit(opened.registry, proposal, SEED, cause="press-1", at=at("07:02"))

    assert again == first
    assert revision(opened) == 2


def test_the_same_confirmation_again_after_a_later_change_still_finds_what_it_made(opened: World) -> None:
    proposal = proposed(opened)
    first = desk.commit(opened.registry, proposal, SEED, cause="press-1", at=at("07:01"))
    opened.change_people([person("Ani")], at("07:02"))

    assert desk.commit(opened.registry, proposal, SEED, cause="press-1", at=at("07:03")) == first
    assert revision(opened) == 3


def test_another_confirmation_of_the_same_proposal_is_refused(opened: World) -> None:
    proposal = proposed(opened)
    desk.commit(opened.registry, proposal, SEED, cause="press-1", at=at("07:01"))

    with pytest.raises(OfficeChanged):
        desk.commit(opened.registry, proposal, SEED, cause="press-2", at=at("07:02"))


def test_a_slot_that_was_due_is_planned_before_a_change_takes_it_away(opened: World) -> None:
    office = read(opened)
    (letter,) = office.circulars.policies
    early = replace(letter, slots=letter.slots[1:])
    change = Change((edit(letter, early, office.circulars.policies),), Line("policy.adopted", {"number": "1"}))
    proposal = desk.propose(office, change, SEED, at=at("07:31"))

    desk.commit(opened.registry, proposal, SEED, cause="press-1", at=at("07:31"))

    assert opened.records.ledger.run(MONDAY, "0730")


def test_a_year_that_nobody_decreed_does_not_keep_the_desk_from_changing_the_office(world: World) -> None:
    monday = date(2021, 3, 22)
    letter = banten(validity=Between(MONDAY, date(2021, 12, 31)))
    world.open([person("Ani")], policy=letter, opened_at=at("07:00", monday))

    desk.carry_out(world.registry, decide_duty, PIKET, at=at("08:00", monday))

    assert revision(world) == 2


def test_undoing_a_change_makes_the_office_what_it_was(opened: World) -> None:
    before = read(opened)
    change = desk.carry_out(opened.registry, decide_duty, PIKET, at=at("07:00"))

    undo = Change(change.inverse, Line("change.undone"))
    desk.commit(opened.registry, desk.propose(read(opened), undo, SEED, at=at("07:05")), SEED, cause="", at=at("07:05"))

    assert replace(read(opened), revision=1) == before
    assert changed(changed(before, change.edits), change.inverse) == before


# The first commands


def test_a_letter_of_another_zone_or_rhythm_or_that_is_there_already_is_refused(opened: World) -> None:
    office = read(opened)

    with pytest.raises(ZoneDiffers):
        decide_policy(AdoptPolicy(replace(banten(), id="wita", zone="WITA"), "WIB"), office, at=at("07:00"))
    with pytest.raises(CadenceNotOffered):
        decide_policy(AdoptPolicy(replace(banten(), id="live", cadence=Cadence.LIVE), "WIB"), office, at=at("07:00"))
    with pytest.raises(PolicyExists):
        decide_policy(AdoptPolicy(banten(), "WIB"), office, at=at("07:00"))


def test_an_adopted_letter_stands_last_and_is_dated_by_its_adoption(opened: World) -> None:
    later = replace(banten(), id="baru", number="800/900")

    desk.carry_out(opened.registry, decide_policy, AdoptPolicy(later, "WIB"), at=at("09:00", FRIDAY))

    assert read(opened).circulars.policies[-1] == replace(later, adopted_at=at("09:00", FRIDAY))
    assert DINKES in read(opened).organisation.units
