"""An admin's word for people without signal: whom it may be given for, and what the reports make of it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.admin import desk
from chalicelib.admin.attest import Attest, decide
from chalicelib.assembly import frozen_report
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.attendance import Status
from chalicelib.domain.change import Line, changed
from chalicelib.domain.day import Attestation, Office
from chalicelib.domain.delivery import MailKey
from chalicelib.domain.errors import ChangeIsEmpty, OutOfScope
from chalicelib.domain.errors_staff import NoSlotToday, NotAskedToday, WindowNotOpen
from chalicelib.domain.evidence import Grade, Reason
from chalicelib.domain.people import Person
from chalicelib.domain.policy import Arrangement
from chalicelib.domain.report import Row, UnitReport
from chalicelib.phrases import KNOWN, phrase
from tests.office import MONDAY, NYEPI, SATURDAY, assigned, at, person
from tests.office import office as an_office
from tests.world import World

CHANCE = bytes(range(32))
PEOPLE = [person("Ani"), person("Budi", "rsud"), person("Cici", "inspektorat")]
OPERATOR = Admin("op-dinkes", "Operator", Role.OPERATOR, ("dinkes",))


def office(*, people: Iterable[Person] = PEOPLE, attested: tuple[Attestation, ...] = (), **facts: object) -> Office:
    return replace(an_office(), people=tuple(people), attestations=attested, **facts)  # type: ignore[arg-type]


def word(*people: str, basis: str = "SMS ke operator") -> Attest:
    return Attest(people, basis, OPERATOR.id, CHANCE)


def fact(moment: datetime, *people: str, office: Office | None = None) -> Attestation:
    (edit,) = decide(word(*people), office or globals()["office"](), at=moment).edits
    assert isinstance(edit.after, Attestation)
    return edit.after


def test_an_attestation_says_who_when_by_whom_and_how() -> None:
    made = fact(at("07:10"), "ani", "budi")

    assert replace(made, id="") == Attestation("", MONDAY, at("07:10"), ("ani", "budi"), "op-dinkes", "SMS ke operator")


@pytest.mark.parametrize(
    ("clock", "line"),
    [
        ("07:30", Line("attest.slot", {"deadline": "07.30"})),
        ("07:31", Line("attest.slot", {"deadline": "11.30"})),
        ("15:40", Line("attest.late")),
    ],
)
def test_it_is_told_for_which_slot_it_counts(clock: str, line: Line) -> None:
    change = decide(word("ani"), office(), at=at(clock))

    grounds = Line("duty.basis", {"basis": "SMS ke operator"})
    assert change.details == (Line("people.names", {"names": "Ani"}), grounds, line)


def test_a_number_in_the_basis_is_not_said_back() -> None:
    change = decide(
        replace(word("ani"), basis="sms dari 0812-0000-0001, surat 800/734-BKD/2020"), office(), at=at("07:30")
    )

    assert Line("duty.basis", {"basis": "sms dari …001, surat 800/734-BKD/2020"}) in change.details
    assert all(phrase(one.key, lang=lang, **one.facts) for one in (change.summary, *change.details) for lang in KNOWN)


@pytest.mark.parametrize("day", [NYEPI, SATURDAY, date(2020, 4, 1)])
def test_nobody_is_attested_on_a_day_without_slots(day: date) -> None:
    with pytest.raises(NoSlotToday):
        decide(word("ani"), office(), at=at("07:10", day))


def test_nobody_is_attested_before_the_first_window_opens() -> None:
    with pytest.raises(WindowNotOpen) as refused:
        decide(word("ani"), office(), at=at("05:59"))

    assert refused.value.opens == at("06:00")
    assert "06.00 WIB" in phrase("refusal.window_not_open.advice", lang="id", **refused.value.facts)


def test_whoever_need_not_report_today_is_named_and_nobody_is_attested() -> None:
    duties = (assigned(Arrangement.PIKET, "Ani"), assigned(Arrangement.LEAVE, "Cici"))

    with pytest.raises(NotAskedToday) as refused:
        decide(word("ani", "budi", "cici"), office(assignments=duties), at=at("07:10"))

    assert refused.value.facts == {"names": "Ani, Cici"}


def test_the_same_window_is_attested_once_and_the_next_again() -> None:
    attested = office(attested=(fact(at("07:10"), "ani"),))

    assert decide(word("ani"), attested, at=at("07:20")).edits == ()
    assert fact(at("07:20"), "ani", "budi", office=attested).people == ("budi",)
    assert fact(at("08:00"), "ani", office=attested).people == ("ani",)


def test_after_the_last_slot_one_word_is_enough() -> None:
    attested = office(attested=(fact(at("15:20"), "ani"),))

    late = fact(at("15:40"), "ani", office=attested)

    assert decide(word("ani"), office(attested=(late,)), at=at("15:50")).edits == ()


@given(
    some.lists(some.sampled_from(["ani", "budi", "cici"]), min_size=1),
    some.sampled_from(["07:00", "12:00", "15:45"]),
)
def test_undoing_an_attestation_restores_the_office(people: list[str], clock: str) -> None:
    before = office(attested=(replace(fact(at("06:45"), "budi"), id="earlier"),))

    change = decide(word(*people), before, at=at(clock))

    assert changed(changed(before, change.edits), change.inverse) == before


# In the reports


def attest(world: World, clock: str, *people: str, admin: Admin = OPERATOR) -> None:
    desk.carry_out(
        world.registry, decide, replace(word(*people), chance=world.registry.random_bytes(32)), admin, at=at(clock)
    )


def rows(world: World, slot: str) -> dict[str, Row]:
    report = frozen_report(world.records.archive, MailKey(MONDAY, slot, "dinkes"))
    assert isinstance(report, UnitReport)
    return {row.name: row for row in report.rows}


@pytest.fixture
def opened(world: World) -> World:
    world.open(PEOPLE)
    return world


def test_who_was_attested_before_the_cut_off_has_reported_without_a_position(opened: World) -> None:
    attest(opened, "07:10", "ani")

    opened.play(at("07:30"))

    ani = rows(opened, "0730")["Ani"]
    assert (ani.status, ani.at, ani.grade, ani.reason) == (
        Status.REPORTED,
        at("07:10"),
        Grade.NO_POSITION,
        Reason.ATTESTED,
    )
    assert rows(opened, "0730")["Budi"].status is Status.NOT_REPORTED


def test_who_was_attested_after_the_cut_off_follows_up_in_the_next_mail(opened: World) -> None:
    opened.play(at("07:30"))

    attest(opened, "08:00", "ani")
    opened.play(at("11:30"))

    report = frozen_report(opened.records.archive, MailKey(MONDAY, "1130", "dinkes"))
    assert isinstance(report, UnitReport)
    assert rows(opened, "0730")["Ani"].status is Status.NOT_REPORTED
    assert [(one.name, one.at) for one in report.follow_ups] == [("Ani", at("08:00"))]


def test_who_was_attested_and_reported_is_counted_once_by_the_better_evidence(opened: World) -> None:
    attest(opened, "07:00", "ani")
    opened.checkin("Ani", at("07:20"))

    opened.play(at("07:30"))

    report = frozen_report(opened.records.archive, MailKey(MONDAY, "0730", "dinkes"))
    assert isinstance(report, UnitReport)
    assert report.totals.reported == 1
    assert (rows(opened, "0730")["Ani"].at, rows(opened, "0730")["Ani"].grade) == (at("07:00"), Grade.AT_HOME)


def test_an_operator_attests_for_their_own_agency_only(opened: World) -> None:
    with pytest.raises(OutOfScope):
        attest(opened, "07:10", "cici")


def test_a_repeated_word_is_told_to_be_in_the_office_already(opened: World) -> None:
    attest(opened, "07:10", "ani")

    with pytest.raises(ChangeIsEmpty):
        attest(opened, "07:15", "ani")
