"""A change and its undoing: what it makes of the facts, and that its inverse restores them to the place."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.access import Admin, Role
from chalicelib.domain.calendar import Decree
from chalicelib.domain.change import (
    Change,
    Edit,
    Fact,
    Line,
    Noun,
    apply,
    changed,
    diff,
    edit,
    facts_of,
    key_of,
    noun_of,
    partition_of,
    partitioned,
    units_concerned,
)
from chalicelib.domain.day import Attestation, Office
from chalicelib.domain.people import Address, Person
from chalicelib.domain.policy import Arrangement, Selector
from tests.office import DINKES, LINKED, MONDAY, ORGANISATION, assigned, banten, office, person

F = TypeVar("F", bound=Fact)

People = tuple[Person, ...]

UNITS = ("inspektorat", "dinkes", "rsud")
NAMES = ("Ani", "Budi", "Cici", "Dodi", "Eka", "Fajar")
ANI, BUDI, CICI = person("Ani"), person("Budi"), person("Cici", "rsud")

people = st.builds(
    lambda name, unit, position: person(name, unit, position=position),
    st.sampled_from(NAMES),
    st.sampled_from(UNITS),
    st.sampled_from(("", "Arsiparis")),
)
assignments = st.builds(
    assigned, st.sampled_from((Arrangement.PIKET, Arrangement.LEAVE)), st.sampled_from(NAMES), start=st.just(MONDAY)
)
admins = st.builds(Admin, st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(Role))
addresses = st.builds(
    Address, st.sampled_from(("bkd", "sekda", "gub")), st.tuples(st.sampled_from(("a@b.id", "c@d.id")))
)
policies = st.builds(
    lambda id, title: banten(id=id, title=title), st.sampled_from(("one", "two", "three")), st.sampled_from(("a", "b"))
)
attestations = st.builds(
    lambda id, name: Attestation(id, MONDAY, LINKED, (name,), "op"), st.sampled_from("abc"), st.sampled_from(NAMES)
)


def some(facts: st.SearchStrategy[F]) -> st.SearchStrategy[tuple[F, ...]]:
    return st.lists(facts, unique_by=key_of, max_size=6).map(tuple)


@st.composite
def offices(draw: st.DrawFn) -> Office:
    """An office as the desk reads it: people in the order of their units."""
    found = draw(some(people))
    return replace(
        office(policies=draw(some(policies)), assignments=draw(some(assignments))),
        addresses={one.office: one.emails for one in draw(some(addresses))},
        admins=draw(some(admins)),
        attestations=draw(some(attestations)),
        people=tuple(one for unit in UNITS for one in found if one.unit == unit),
    )


def between(before: Office, after: Office) -> tuple[Edit, ...]:
    """The edits that lead from one office to another."""
    return tuple(
        one for noun in Noun for one in diff(partitioned(facts_of(before, noun)), partitioned(facts_of(after, noun)))
    )


def applied(before: Sequence[Fact], edits: Sequence[Edit]) -> dict[str, tuple[Fact, ...]]:
    """What the store would keep: each touched partition rewritten, the others as they were."""
    kept = {name: tuple(facts) for name, facts in partitioned(before).items()}
    for name in {name for one in edits for name in one.partitions}:
        kept[name] = apply(name, kept.get(name, ()), [one for one in edits if name in one.partitions])
    return {name: facts for name, facts in kept.items() if facts}


# Edits and partitions


@given(some(people), some(people))
def test_applied_edits_lead_to_the_facts_that_they_were_told_from(before: People, after: People) -> None:
    edits = diff(partitioned(before), partitioned(after))

    found = applied(before, edits)

    assert {name: set(facts) for name, facts in found.items()} == {
        name: set(facts) for name, facts in partitioned(after).items()
    }


@given(some(people), some(people))
def test_the_inverse_puts_every_fact_back_where_it_stood(before: People, after: People) -> None:
    edits = diff(partitioned(before), partitioned(after))
    made = [fact for facts in applied(before, edits).values() for fact in facts]

    undone = applied(made, Change(edits, Line("x")).inverse)

    assert undone == {name: tuple(facts) for name, facts in partitioned(before).items()}


@given(some(people), some(people))
def test_what_changed_between_two_rosters_is_one_edit_for_each_fact(before: People, after: People) -> None:
    edits = diff(partitioned(before), partitioned(after))

    assert len({one.key for one in edits}) == len(edits)
    assert not [one for one in edits if one.before == one.after]


@given(some(people))
def test_between_equal_facts_there_is_no_edit(facts: People) -> None:
    assert diff(partitioned(facts), partitioned(facts)) == ()


def test_a_replaced_fact_stands_where_it_stood_and_a_new_one_at_the_end() -> None:
    risen = replace(ANI, position="Kepala Bidang")

    after = apply("people#dinkes", [ANI, BUDI], [edit(ANI, risen), edit(None, person("Dodi"))])

    assert after == (risen, BUDI, person("Dodi"))


def test_whoever_moves_leaves_one_partition_and_joins_the_other() -> None:
    moved = edit(ANI, replace(ANI, unit="rsud"))

    assert moved.partitions == ("people#dinkes", "people#rsud")
    assert apply("people#dinkes", [ANI, BUDI], [moved]) == (BUDI,)
    assert apply("people#rsud", [CICI], [moved]) == (CICI, replace(ANI, unit="rsud"))


def test_an_edit_counts_the_place_of_what_it_removes_among_those_it_is_kept_with() -> None:
    removal = edit(BUDI, None, (CICI, ANI, BUDI))

    assert (removal.stood, removal.stands) == (1, None)
    assert removal.inverse == Edit(None, BUDI, None, 1)
    assert edit(BUDI, None).stood is None


def test_several_facts_return_in_the_order_in_which_they_stood() -> None:
    everybody = [person(name) for name in NAMES]
    gone = [edit(one, None, everybody) for one in (everybody[4], everybody[0], everybody[2])]

    after = apply("people#dinkes", everybody, gone)

    assert apply("people#dinkes", after, [one.inverse for one in gone]) == tuple(everybody)


@pytest.mark.parametrize(
    ("fact", "noun", "key", "partition"),
    [
        (DINKES, Noun.UNITS, "dinkes", "units"),
        (ANI, Noun.PEOPLE, "ani", "people#dinkes"),
        (banten(), Noun.POLICIES, banten().id, "policies"),
        (Decree("SKB 1", MONDAY, (2020,), ()), Noun.DECREES, "SKB 1", "decrees"),
        (assigned(Arrangement.PIKET, "Ani"), Noun.ASSIGNMENTS, "piket ('ani',)", "assignments"),
        (Address("bkd", ()), Noun.ADDRESSES, "bkd", "addresses"),
        (Admin("rina", "Rina", Role.BKD), Noun.ADMINS, "rina", "admins"),
        (Attestation("a", MONDAY, LINKED, ("ani",), "op"), Noun.ATTESTATIONS, "a", "attestations#2020-03-23"),
    ],
    ids=lambda value: value if isinstance(value, Noun) else "",
)
def test_every_kind_of_fact_has_its_noun_its_name_and_its_place(
    fact: Fact, noun: Noun, key: str, partition: str
) -> None:
    assert (noun_of(fact), key_of(fact), partition_of(fact)) == (noun, key, partition)


# The whole office


@given(offices(), offices())
def test_any_change_of_an_office_and_its_inverse_leave_an_equal_office(before: Office, after: Office) -> None:
    edits = between(before, after)

    made = changed(before, edits)

    assert changed(made, Change(edits, Line("x")).inverse) == before
    assert {noun: set(facts_of(made, noun)) for noun in Noun if noun is not Noun.POLICIES} == {
        noun: set(facts_of(after, noun)) for noun in Noun if noun is not Noun.POLICIES
    }
    assert {one.id: one for one in made.circulars.policies} == {one.id: one for one in after.circulars.policies}


@given(offices(), offices())
def test_a_changed_office_has_its_people_in_the_order_in_which_the_store_reads_them(
    before: Office, after: Office
) -> None:
    made = changed(before, between(before, after))

    found = [person.unit for person in made.people]
    assert found == sorted(found, key=[unit.id for unit in ORGANISATION.units].index)


def test_a_unit_that_lost_its_last_person_gets_them_back_before_the_units_behind_it() -> None:
    before = replace(office(), people=(person("Budi", "inspektorat"), ANI, CICI))
    leaving = edit(ANI, None, before.people)

    after = changed(before, [leaving])

    assert after.people == (person("Budi", "inspektorat"), CICI)
    assert changed(after, [leaving.inverse]) == before


def test_a_new_unit_comes_with_its_people_behind_those_there_are() -> None:
    before = replace(office(), people=(ANI, CICI))
    posko = replace(DINKES, id="posko", name="Posko")
    dodi = person("Dodi", "posko")

    after = changed(before, [edit(None, posko), edit(None, dodi)])

    assert after.organisation.units == (*ORGANISATION.units, posko)
    assert after.people == (ANI, CICI, dodi)


# Whom a change concerns


def test_a_change_concerns_the_units_of_its_people_before_and_after() -> None:
    whole = replace(office(), people=(ANI, BUDI, CICI))
    edits = [edit(ANI, replace(ANI, unit="inspektorat")), edit(None, assigned(Arrangement.LEAVE, "Cici", "Budi"))]

    assert units_concerned(edits, whole) == ("dinkes", "inspektorat", "rsud")


def test_a_decision_on_a_unit_concerns_that_unit_and_one_on_a_group_the_government() -> None:
    decision = assigned(Arrangement.PIKET, "Ani")
    of_unit = replace(decision, who=Selector(units=("rsud",)))
    of_region = replace(decision, who=Selector(domiciles=("kota-serang",)))

    assert units_concerned([edit(None, of_unit)], office()) == ("rsud",)
    assert units_concerned([edit(of_unit, of_region)], office()) is None


def test_an_attestation_concerns_the_units_of_whom_it_names() -> None:
    attested = Attestation("a", MONDAY, LINKED, ("ani", "cici"), "op")

    assert units_concerned([edit(None, attested)], replace(office(), people=(ANI, CICI))) == ("dinkes", "rsud")


@pytest.mark.parametrize(
    "fact",
    [DINKES, banten(), Decree("SKB 1", date(2020, 3, 9), (2020,), ()), Address("bkd", ()), Admin("a", "A", Role.BKD)],
    ids=lambda fact: type(fact).__name__,
)
def test_letters_units_holidays_addresses_and_admins_concern_the_whole_government(fact: Fact) -> None:
    assert units_concerned([edit(None, fact)], office()) is None
