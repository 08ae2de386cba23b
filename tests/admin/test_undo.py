"""Undoing: the office that comes back keeps the rules that commands keep, and whose change goes is said before."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from chalicelib.admin import absence, admins, desk, duty, holidays, people, undo, workday
from chalicelib.admin.desk import SEED
from chalicelib.admin.undo import Later, Undo, Undoing
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.change import Change, Edit, Line, Noun, changed, units_concerned
from chalicelib.domain.day import Office
from chalicelib.domain.errors import MessageId, OutOfScope, RevisionUnknown, TouchedSince
from chalicelib.domain.errors_letters import CutOffPassed, SlotClosed
from chalicelib.domain.errors_staff import LastAdmin, LeaveStands, NipInUse, PersonExists, TravelStands
from chalicelib.domain.people import Person
from tests.office import MONDAY, at, office, person
from tests.world import World

RINA, WATI = Admin("a1", "Rina", Role.BKD), Admin("a2", "Wati", Role.BKD)
OKI = Admin("a3", "Oki", Role.OPERATOR, ("dinkes",))
NIP = "198503122010012001"
ANI, BUDI = person("Ani", id="ani", nip=NIP), person("Budi", id="budi")
DEWI = person("Dewi", "inspektorat", id="dewi")
LAST = date(2020, 3, 26)


@dataclass
class Desk:
    """An office in memory and every change that was made of it, by revision from 2 on."""

    office: Office
    made: list[Change] = field(default_factory=list)

    def do(self, decide: Callable[..., Change], command: object, clock: str = "10:00") -> int:
        """Make a change; returns its revision."""
        return self.make(decide(command, self.office, at=at(clock)))

    def make(self, change: Change) -> int:
        self.made.append(change)
        self.office = changed(self.office, change.edits)
        return len(self.made) + 1

    def undoing(self, revision: int, clock: str = "10:00") -> Change:
        """The undo of a revision, decided and not made."""
        later = (
            Later(number, "Wati", tuple(one.key for one in self.made[number - 2].edits))
            for number in range(revision + 1, len(self.made) + 2)
        )
        return undo.decide(Undoing(revision, self.made[revision - 2].edits, tuple(later)), self.office, at=at(clock))


def desk_with(*staff: Person, run_by: tuple[Admin, ...] = (RINA, WATI, OKI)) -> Desk:
    by_unit = sorted(staff, key=lambda one: ["inspektorat", "dinkes", "rsud"].index(one.unit))
    return Desk(replace(office(assignments=()), people=tuple(by_unit), admins=run_by))


# What commands refuse, an undo refuses


def test_an_undo_never_leaves_the_office_without_an_admin_of_bkd() -> None:
    one = desk_with(ANI, run_by=())
    revision = one.make(Change(tuple(Edit(None, admin) for admin in (RINA, WATI, OKI)), Line("office.opened")))

    with pytest.raises(LastAdmin) as refused:
        one.undoing(revision)

    assert refused.value.name == "Rina"


def test_an_undo_may_take_an_admin_back_while_another_of_bkd_stays() -> None:
    one = desk_with(ANI, run_by=(RINA,))
    revision = one.do(admins.decide, admins.AddAdmin("Wati", Role.BKD, (), bytes(32)))

    taken_back = one.undoing(revision)

    assert changed(one.office, taken_back.edits).admins == (RINA,)


def test_an_undo_brings_nobody_back_whose_nip_somebody_else_has_by_now() -> None:
    one = desk_with(ANI, BUDI)
    revision = one.do(people.decide, people.Deactivate(("ani",)))
    one.do(people.decide, people.AddPerson("Ani Baru", "dinkes", {"nip": NIP, "phone": "0812-0000-0099"}, bytes(32)))

    with pytest.raises(NipInUse):
        one.undoing(revision)


def test_an_undo_brings_nobody_without_a_nip_back_beside_themselves() -> None:
    one = desk_with(ANI, replace(BUDI, phone="+6281200000099"))
    revision = one.do(people.decide, people.Deactivate(("budi",)))
    one.do(people.decide, people.AddPerson("Budi", "dinkes", {"phone": "0812-0000-0099"}, bytes(32)))

    with pytest.raises(PersonExists):
        one.undoing(revision)


@pytest.mark.parametrize(
    ("first", "second", "refusal"),
    [
        (absence.SetLeave(("ani",), MONDAY, LAST), absence.SetTravel(("ani",), LAST, LAST), TravelStands),
        (absence.SetTravel(("ani",), MONDAY, LAST), absence.SetLeave(("ani",), LAST, LAST), LeaveStands),
    ],
)
def test_an_undo_gives_nobody_leave_and_travel_on_one_day(
    first: absence.Command, second: absence.Command, refusal: type[LeaveStands | TravelStands]
) -> None:
    one = desk_with(ANI, BUDI)
    one.do(absence.decide, first)
    revision = one.do(absence.decide, absence.EndAbsence(("ani",), MONDAY))
    one.do(absence.decide, second)

    with pytest.raises(refusal) as refused:
        one.undoing(revision)

    assert refused.value.facts == {"names": "Ani", "day": LAST}


def test_an_undo_of_a_cut_off_does_not_lose_the_slot_that_is_open() -> None:
    one = desk_with(ANI)
    one.do(workday.decide, workday.SetLead(None, 60, "1530"), "10:00")
    revision = one.do(workday.decide, workday.SetLead(None, 0, "1530"), "14:00")

    with pytest.raises(CutOffPassed) as refused:
        one.undoing(revision, "14:45")

    assert (refused.value.slot, refused.value.cut_off) == ("15.30", "14.30")
    assert one.undoing(revision, "14:15").edits


def test_an_undo_of_todays_holiday_asks_for_no_slot_that_was_not_held_and_the_command_says_which_those_are() -> None:
    one = desk_with(ANI)
    revision = one.do(holidays.decide, holidays.AddHolidays((MONDAY,), "hari jadi"), "06:00")

    with pytest.raises(SlotClosed) as refused:
        one.undoing(revision, "12:00")
    taken_back = holidays.decide(holidays.RemoveHolidays((MONDAY,)), one.office, at=at("12:00"))

    assert one.undoing(revision, "07:00").edits
    assert refused.value.facts == {"slot": "07.30", "cut_off": "07.30"}
    assert [line.facts["slots"] for line in taken_back.warnings if line.key == "policy.passed_today"] == [
        "07.30, 11.30"
    ]


# Who must agree


@pytest.mark.parametrize(("brought", "is_asked"), [(1, False), (2, True)])
def test_an_undo_that_removes_more_than_a_tenth_of_the_people_needs_a_second_admin(
    brought: int, is_asked: bool
) -> None:
    one = desk_with(ANI, BUDI)
    staff = tuple(person(f"Baru {number}", id=f"p{number}") for number in range(brought))
    revision = one.make(Change(tuple(Edit(None, each) for each in staff), Line("roster.imported")))

    assert one.undoing(revision).needs_second is is_asked


def test_an_undo_that_removes_a_tenth_of_the_people_or_less_needs_nobody_else() -> None:
    one = desk_with(*(person(f"Lama {number}", id=f"l{number}") for number in range(18)))
    staff = tuple(person(f"Baru {number}", id=f"p{number}") for number in range(2))
    revision = one.make(Change(tuple(Edit(None, each) for each in staff), Line("roster.imported")))

    assert not one.undoing(revision).needs_second


# Whose it is to undo


def test_an_operator_undoes_nothing_of_somebody_who_has_left_another_unit() -> None:
    one = desk_with(ANI, DEWI)
    revision = one.do(absence.decide, absence.SetLeave(("dewi",), MONDAY, LAST))
    one.do(people.decide, people.Deactivate(("dewi",)))
    taken_back = one.undoing(revision)

    with pytest.raises(OutOfScope):
        desk.propose(one.office, taken_back, OKI, at=at("10:00"))

    assert units_concerned(taken_back.edits, one.office) is None
    assert desk.propose(one.office, taken_back, RINA, at=at("10:00")).change.edits


def test_an_operator_still_parts_a_rota_in_which_a_colleague_stands_who_has_left() -> None:
    one = desk_with(ANI, BUDI, DEWI)
    one.do(duty.decide, duty.SetPiket(("ani", "budi"), MONDAY, LAST))
    one.do(people.decide, people.Deactivate(("budi",)))

    removed = duty.decide(duty.RemovePiket(("ani",), LAST, LAST), one.office, at=at("10:00"))

    assert units_concerned(removed.edits, one.office) == ("dinkes",)
    assert desk.propose(one.office, removed, OKI, at=at("10:00")).change == removed


def test_a_change_that_concerns_no_unit_is_not_an_operators() -> None:
    organisation = office().organisation

    assert not OKI.may_change((), organisation)
    assert OKI.may_change(("dinkes", "rsud"), organisation)
    assert RINA.may_change((), organisation)


# What is said before


def test_the_undo_tells_whose_change_it_takes_back_when_it_was_made_and_what_it_was(world: World) -> None:
    world.open([ANI, BUDI])
    world.change(Noun.ADMINS, [RINA], at("08:00"))
    made = desk.carry_out(
        world.registry, absence.decide, absence.SetLeave(("ani",), MONDAY, LAST), RINA, at=at("09:15")
    )
    revision = desk.read_office(world.registry, at=at("09:20")).revision

    taken_back = _looked_up(world, revision)

    of, what = taken_back.details
    assert (of.key, of.facts) == ("change.undone.of", {"who": "Rina", "when": "23/03/2020 09.15"})
    assert what == made.summary


def test_an_undo_of_what_the_system_did_says_so_and_of_what_a_former_admin_did_gives_the_name_they_had(
    world: World,
) -> None:
    world.open([ANI])
    world.change(Noun.ADMINS, [RINA, WATI], at("08:00"))

    desk.carry_out(world.registry, absence.decide, absence.SetLeave(("ani",), MONDAY, LAST), SEED, at=at("09:15"))
    newest = desk.read_office(world.registry, at=at("09:20")).revision
    system = _looked_up(world, newest).details[0].facts["who"]
    desk.carry_out(world.registry, absence.decide, absence.EndAbsence(("ani",), MONDAY), WATI, at=at("09:25"))
    world.change(Noun.ADMINS, [RINA], at("09:27"))

    assert system == MessageId("audit.system")
    assert isinstance(system, MessageId)
    assert _looked_up(world, newest + 1).details[0].facts["who"] == "Wati"


def _looked_up(world: World, revision: int) -> Change:
    found = desk.read_office(world.registry, at=at("09:30"))
    return undo.decide(undo.look_up(Undo(revision), world.registry), found, at=at("09:30"))


@pytest.mark.parametrize("revision", [0, 1, 99])
def test_what_is_no_change_or_opened_the_office_cannot_be_undone(world: World, revision: int) -> None:
    world.open([ANI])

    with pytest.raises(RevisionUnknown):
        undo.look_up(Undo(revision), world.registry)


def test_whoever_touched_the_same_facts_later_is_named_by_name() -> None:
    one = desk_with(ANI, BUDI)
    revision = one.do(absence.decide, absence.SetLeave(("ani",), MONDAY, LAST))
    one.do(absence.decide, absence.EndAbsence(("ani",), MONDAY))

    with pytest.raises(TouchedSince) as refused:
        one.undoing(revision)

    assert (refused.value.later, refused.value.who) == (3, "Wati")
