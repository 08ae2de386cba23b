"""Exemptions at the desk: whom one row exempts, until when, and what is shown of it to whom."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from unittest.mock import Mock

import pytest

from chalicelib.admin import desk, exemption
from chalicelib.admin.desk import Registry
from chalicelib.admin.exemption import AddExemption, Command, EndExemption, ShowExemptions, decide
from chalicelib.chat.wording import said
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.answer import Answer, Table
from chalicelib.domain.change import Change, Line, changed
from chalicelib.domain.day import Day, Office
from chalicelib.domain.duty import Assignment
from chalicelib.domain.errors import OutOfScope
from chalicelib.domain.errors_letters import PeriodHasNoEnd
from chalicelib.domain.errors_staff import DomicileUnknown, DutyIsPast, ExemptionUnknown, PersonGone, SelectorEmpty
from chalicelib.domain.people import Job, Person, PositionGroup, UnitKind
from chalicelib.domain.periods import Between, Period, UntilLifted
from chalicelib.domain.policy import Arrangement, Selector
from chalicelib.phrases import KNOWN
from tests.office import FRIDAY, LETTER_DAY, MONDAY, NYEPI, assigned, at, banten, office, person
from tests.world import World

TUESDAY = date(2020, 3, 24)
BKD = Admin("bkd", "BKD", Role.BKD)
OPERATOR = Admin("op", "Operator", Role.OPERATOR, ("inspektorat",))
STAFF = (
    person("Ani", domicile="Kota Tangerang"),
    person("Budi", group=PositionGroup.PENGAWAS, domicile="Kota Tangerang Selatan"),
    person("Citra", "rsud", domicile="Serang"),
    person("Dewi", "inspektorat", job=Job.SECURITY),
)
RSUD = Selector(units=("rsud",))


def an_office(*assignments: Assignment, people: Sequence[Person] = STAFF) -> Office:
    """A small office, read whole, under a letter without exemptions of its own."""
    return replace(office([banten(rules=())], assignments), people=tuple(people))


def exempt(who: Selector = RSUD, period: Period | None = None, number: int = 1) -> Assignment:
    return Assignment(f"kecuali-{number}", who, Arrangement.EXEMPT, period or Between(MONDAY, FRIDAY))


def after(before: Office, command: Command, day: date = MONDAY) -> Office:
    return changed(before, decide(command, before, at=at("07:00", day)).edits)


def exempted(facts: Office, day: date = MONDAY) -> list[str]:
    judged = Day(day, facts.organisation.units[0], facts, (), ())
    return [one.name for one in facts.people if judged.arrangement_of(one) is Arrangement.EXEMPT]


def warned(change: Change) -> dict[str, Line]:
    return {line.key: line for line in change.warnings}


# Adding


@pytest.mark.parametrize(
    ("who", "names"),
    [
        (Selector(units=("dinkes",)), ["Ani", "Budi"]),
        (Selector(unit_kinds=(UnitKind.UPTD,)), ["Citra"]),
        (Selector(groups=(PositionGroup.PENGAWAS,)), ["Budi"]),
        (Selector(jobs=(Job.SECURITY,)), ["Dewi"]),
        (Selector(people=("ani", "dewi")), ["Ani", "Dewi"]),
        (Selector(units=("dinkes",), groups=(PositionGroup.PENGAWAS,)), ["Budi"]),
    ],
)
def test_an_exemption_is_one_row_whatever_the_number_of_people(who: Selector, names: list[str]) -> None:
    change = decide(AddExemption(who, MONDAY, FRIDAY, None, "SE 1"), an_office(), at=at("07:00"))

    [edit] = change.edits
    assert edit.after == replace(exempt(who), basis="SE 1")
    assert exempted(changed(an_office(), change.edits)) == names
    assert change.summary.facts["count"] == len(names)


def test_whoever_joins_the_unit_later_is_exempt_with_it() -> None:
    facts = after(an_office(), AddExemption(RSUD, MONDAY, FRIDAY, None))

    joined = replace(facts, people=(*facts.people, person("Eko", "rsud")))

    assert exempted(joined) == ["Citra", "Eko"]


def test_an_exemption_without_a_last_day_holds_until_its_condition_is_met() -> None:
    facts = after(an_office(), AddExemption(RSUD, MONDAY, None, "PSBB dicabut"))

    assert facts.assignments[0].period == UntilLifted(MONDAY, "PSBB dicabut")


def test_neither_a_last_day_nor_a_condition_is_refused() -> None:
    with pytest.raises(PeriodHasNoEnd):
        decide(AddExemption(RSUD, MONDAY, None, None), an_office(), at=at("07:00"))


def test_everybody_is_never_exempt_by_leaving_out_who_is_meant() -> None:
    with pytest.raises(SelectorEmpty):
        decide(AddExemption(Selector(), MONDAY, FRIDAY, None), an_office(), at=at("07:00"))


def test_somebody_who_has_left_the_roster_is_refused() -> None:
    with pytest.raises(PersonGone):
        decide(AddExemption(Selector(people=("zaki",)), MONDAY, FRIDAY, None), an_office(), at=at("07:00"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kota tangerang", ("Kota Tangerang",)),
        ("tangerang", ("Kota Tangerang", "Kota Tangerang Selatan")),
        ("SERANG", ("Serang",)),
    ],
)
def test_a_region_is_read_as_the_roster_spells_it_and_told(typed: str, meant: tuple[str, ...]) -> None:
    change = decide(AddExemption(Selector(domiciles=(typed,)), MONDAY, FRIDAY, None), an_office(), at=at("07:00"))

    [edit] = change.edits
    assert isinstance(edit.after, Assignment)
    assert edit.after.who.domiciles == meant
    assert change.details == tuple(Line("exemption.domicile", {"name": name}) for name in meant)


def test_a_region_where_nobody_lives_is_refused() -> None:
    with pytest.raises(DomicileUnknown):
        decide(AddExemption(Selector(domiciles=("Bogor",)), MONDAY, FRIDAY, None), an_office(), at=at("07:00"))


def test_the_same_exemption_twice_changes_nothing() -> None:
    assert decide(AddExemption(RSUD, MONDAY, FRIDAY, None), an_office(exempt()), at=at("07:00")).edits == ()


def test_an_exemption_of_nobody_is_warned_about() -> None:
    who = Selector(units=("rsud",), jobs=(Job.SECURITY,))

    assert "exemption.nobody" in warned(decide(AddExemption(who, MONDAY, FRIDAY, None), an_office(), at=at("07:00")))


def test_whoever_stands_piket_is_warned_about_and_stands_it() -> None:
    before = an_office(assigned(Arrangement.PIKET, "Citra", "Ani", start=TUESDAY, end=NYEPI))

    change = decide(AddExemption(RSUD, MONDAY, None, "PSBB dicabut"), before, at=at("07:00"))

    assert [line.facts for line in change.warnings] == [{"name": "Citra", "day": TUESDAY, "days": 2}]
    assert exempted(changed(before, change.edits), TUESDAY) == []


def test_an_exemption_entered_after_somebodys_leave_does_not_outweigh_it() -> None:
    before = an_office(assigned(Arrangement.LEAVE, "Citra"))

    assert exempted(after(before, AddExemption(RSUD, MONDAY, FRIDAY, None))) == []


# Ending


@pytest.mark.parametrize("period", [Between(LETTER_DAY, FRIDAY), UntilLifted(LETTER_DAY, "PSBB dicabut")])
def test_an_ended_exemption_holds_on_its_last_day_and_no_longer(period: Period) -> None:
    facts = after(an_office(exempt(period=period)), EndExemption("kecuali-1", MONDAY))

    assert (exempted(facts, MONDAY), exempted(facts, TUESDAY)) == (["Citra"], [])


def test_an_exemption_may_end_with_yesterday_and_with_no_earlier_day() -> None:
    before = an_office(exempt())

    facts = after(before, EndExemption("kecuali-1", MONDAY), TUESDAY)

    assert facts.assignments == (exempt(period=Between(MONDAY, MONDAY)),)
    with pytest.raises(DutyIsPast):
        decide(EndExemption("kecuali-1", MONDAY), before, at=at("07:00", NYEPI))


def test_an_exemption_that_has_not_begun_is_taken_back_whole() -> None:
    assert after(an_office(exempt(period=Between(NYEPI, FRIDAY))), EndExemption("kecuali-1", MONDAY)).assignments == ()


def test_an_exemption_that_ends_earlier_anyway_stays_as_it_is() -> None:
    before = an_office(exempt(period=Between(LETTER_DAY, MONDAY)))

    assert decide(EndExemption("kecuali-1", FRIDAY), before, at=at("07:00")).edits == ()


def test_an_id_that_no_exemption_bears_is_refused() -> None:
    rota = replace(assigned(Arrangement.PIKET, "Ani"), id="piket-1")

    for typed in ("kecuali-9", "piket-1"):
        with pytest.raises(ExemptionUnknown):
            decide(EndExemption(typed, MONDAY), an_office(rota), at=at("07:00"))


# Showing


def shown(facts: Office, admin: Admin = BKD, day: date = MONDAY) -> Answer:
    return exemption.answer(ShowExemptions(), Mock(spec=Registry), facts, admin, at=at("07:00", day))


def rows(answer: Answer) -> tuple[tuple[object, ...], ...]:
    assert isinstance(answer.table, Table)
    return answer.table.rows


def test_exemptions_are_shown_with_an_id_to_type_what_they_ask_and_their_days() -> None:
    guards = Selector(units=("inspektorat",), jobs=(Job.SECURITY,))

    answer = shown(an_office(exempt(), exempt(guards, UntilLifted(MONDAY, "PSBB dicabut"), 2)))

    assert rows(answer) == (
        ("kecuali-1", Line("exemption.units", {"names": "RSUD Banten"}), "23/03/2020–27/03/2020"),
        ("kecuali-2", Line("exemption.units", {"names": "Inspektorat Provinsi Banten"}), "23/03/2020– (PSBB dicabut)"),
        ("", Line("exemption.job.security"), ""),
    )


def test_an_exemption_is_shown_until_its_last_day_and_no_longer() -> None:
    facts = an_office(exempt())

    assert len(rows(shown(facts, day=FRIDAY))) == 1
    assert shown(facts, day=date(2020, 3, 28)) == Answer(Line("exemption.none"))


def test_an_operator_is_shown_what_concerns_their_units_and_no_other_names() -> None:
    mixed = exempt(Selector(people=("ani", "dewi")), number=2)
    facts = an_office(exempt(), mixed, exempt(Selector(people=("budi",)), number=3))

    answer = shown(facts, OPERATOR)

    assert [row[:2] for row in rows(answer)] == [("kecuali-2", Line("duty.and_hidden", {"names": "Dewi", "count": 1}))]


def test_whatever_is_said_is_said_in_both_languages() -> None:
    everything = Selector((), ("rsud",), tuple(UnitKind), tuple(PositionGroup), tuple(Job), ("Serang",))
    before = an_office(exempt(everything), assigned(Arrangement.PIKET, "Citra"))
    commands: list[Command] = [
        AddExemption(everything, LETTER_DAY, FRIDAY, None, "SE 1"),
        AddExemption(RSUD, LETTER_DAY, None, "PSBB dicabut"),
        EndExemption("kecuali-1", MONDAY),
    ]
    changes = [decide(command, before, at=at("07:00")) for command in commands]
    answer = shown(before)

    lines = [line for one in changes for line in (one.summary, *one.details, *one.warnings)]
    lines += [answer.title, *answer.lines, Line("exemption.none")]
    assert all(said(line, lang) for line in lines for lang in KNOWN)


# End to end


def test_an_operator_exempts_their_own_unit_and_no_kind_of_people_everywhere(world: World) -> None:
    world.open(list(STAFF))
    own, everywhere = Selector(units=("inspektorat",)), Selector(groups=(PositionGroup.PENGAWAS,))

    desk.carry_out(world.registry, decide, AddExemption(own, MONDAY, FRIDAY, None), OPERATOR, at=at("07:00"))

    with pytest.raises(OutOfScope):
        desk.carry_out(world.registry, decide, AddExemption(everywhere, MONDAY, FRIDAY, None), OPERATOR, at=at("07:00"))
