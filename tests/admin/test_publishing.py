"""What the check-in path knows after a change: who may come in by a link or an account, and what that costs to say."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.admin.publishing import masked, publish
from chalicelib.assembly import Records
from chalicelib.domain.change import Edit, Line, Noun, edit
from chalicelib.domain.day import Card
from chalicelib.domain.people import Person, Place
from chalicelib.domain.policy import Arrangement
from chalicelib.store.checkins import CheckInStore, person_key, published_board
from chalicelib.store.office import OfficeStore
from tests.office import LINKED, ORGANISATION, assigned, at, person
from tests.store import dynamo
from tests.world import REGION, World

ANI, BUDI = person("Ani"), person("Budi", "inspektorat")


@pytest.fixture
def opened(world: World) -> World:
    world.open([ANI, BUDI, person("Cici", "rsud")])
    return world


def card(world: World, name: str) -> Card | None:
    """The card that a person's linked account opens."""
    return world.records.checkins.card(person_key(name, None))


def doors() -> list[str]:
    """Whom the cards by id belong to, and how many cards by link there are besides the board."""
    keys = [row["token_hash"]["S"] for row in dynamo.table_rows("cards")]
    by_id = sorted(key.rpartition("#")[0] for key in keys if key.startswith("person#"))
    return [*by_id, f"{len(keys) - len(by_id) - 1} by link"]


def commit(world: World, *edits: Edit) -> None:
    """Change the office and die before publishing it."""
    head = world.records.office.head()
    assert head
    at_seven = at("07:00")
    world.records.office.commit(head.revision, edits, who="test", summary=Line("changed"), at=at_seven)


def afresh(world: World) -> Records:
    """The records of a process that has read nothing yet."""
    return replace(world.records, office=OfficeStore(REGION), checkins=CheckInStore())


def editions_read(calls: dynamo.Calls) -> set[str]:
    """The partitions of the office that were read, without the names of their editions."""
    queries = [request for name, request in calls.requests if name == "Query"]
    return {value["S"].rsplit("#", 1)[0] for one in queries for value in one["ExpressionAttributeValues"].values()}


def moved(world: World, name: str, unit: str) -> Edit:
    found = somebody(world, name)
    return edit(found, replace(found, unit=unit, filed_under=found.file))


def somebody(world: World, name: str) -> Person:
    """A person as they now are, with the hash of their link."""
    head = world.records.office.head()
    assert head
    people = world.records.office.people(head.revision, [unit.id for unit in ORGANISATION.units])
    return next(person for person in people if person.id == name)


def test_everybody_has_a_card_by_their_id_and_one_by_their_link(opened: World) -> None:
    assert doors() == ["person#ani", "person#budi", "person#cici", "3 by link"]


def test_the_card_by_id_is_that_of_the_link_but_has_no_date_to_run_out(opened: World) -> None:
    linked = somebody(opened, "ani")

    by_link = opened.records.checkins.card(linked.link_hash or "")

    assert by_link
    assert by_link.issued_at == LINKED
    assert card(opened, "ani") == replace(by_link, issued_at=None)


def test_somebody_without_a_link_has_a_card_by_their_id_alone(world: World) -> None:
    world.open([ANI])
    commit(world, Edit(None, person("Dodi", link_hash=None, link_since=None)))

    publish(world.records, "WIB")

    assert doors() == ["person#ani", "person#dodi", "1 by link"]


def test_whoever_leaves_comes_in_by_neither_link_nor_account(opened: World) -> None:
    token = opened.tokens["ani"]
    opened.change_people([BUDI, person("Cici", "rsud")], at("07:00"))

    assert doors() == ["person#budi", "person#cici", "2 by link"]
    assert token not in str(dynamo.table_rows("cards"))
    assert card(opened, "ani") is None


def test_whoever_moves_to_another_unit_keeps_both_cards_and_their_file(opened: World) -> None:
    commit(opened, moved(opened, "ani", "inspektorat"))

    publish(opened.records, "WIB")

    found = card(opened, "ani")
    assert doors() == ["person#ani", "person#budi", "person#cici", "3 by link"]
    assert found
    assert (found.unit_name, found.file) == ("Inspektorat Provinsi Banten", "dinkes")


def test_a_new_home_is_on_both_cards_after_the_change(opened: World) -> None:
    linked = somebody(opened, "ani")
    home = Place(-6.2, 106.2)
    commit(opened, edit(linked, replace(linked, home=home)))

    publish(opened.records, "WIB")

    by_link, by_id = opened.records.checkins.card(linked.link_hash or ""), card(opened, "ani")
    assert by_link
    assert by_id
    assert (by_link.home, by_id.home) == (home, home)


def test_only_units_whose_people_changed_are_read_and_written(opened: World) -> None:
    commit(opened, Edit(None, person("Dodi")))
    records = afresh(opened)

    with dynamo.counted() as calls:
        assert publish(records, "WIB")

    assert {name for name in editions_read(calls) if name.startswith(Noun.PEOPLE)} == {"people#dinkes"}
    written = {key for name, request in calls.requests if name == "BatchWriteItem" for key in put(request)}
    by_id = {person_key("ani", None), person_key("dodi", None)}
    assert written == {*by_id, "hash of dodi", somebody(opened, "ani").link_hash}


def put(request: dict[str, Any]) -> list[str]:
    """The keys of the cards that one request writes."""
    return [one["PutRequest"]["Item"]["token_hash"]["S"] for some in request["RequestItems"].values() for one in some]


def test_a_change_that_concerns_nobodys_card_reads_no_people_at_all(opened: World) -> None:
    commit(opened, Edit(None, assigned(Arrangement.PIKET, "Ani")))
    records = afresh(opened)

    with dynamo.counted() as calls:
        assert publish(records, "WIB")

    assert not [name for name in editions_read(calls) if name.startswith(Noun.PEOPLE)]
    board = published_board()
    assert board
    assert board.revision == 2


def test_a_units_new_name_is_on_the_cards_of_its_people(opened: World) -> None:
    (unit,) = [one for one in ORGANISATION.units if one.id == "dinkes"]
    commit(opened, edit(unit, replace(unit, name="Dinas Kesehatan dan Keluarga Berencana"), ORGANISATION.units))

    publish(opened.records, "WIB")

    found = card(opened, "ani")
    assert found
    assert found.unit_name == "Dinas Kesehatan dan Keluarga Berencana"


def test_changes_whose_publication_died_are_all_made_up_for_by_the_next(opened: World) -> None:
    commit(opened, Edit(somebody(opened, "ani"), None))
    commit(opened, moved(opened, "budi", "dinkes"))
    commit(opened, Edit(None, person("Dodi")))

    assert publish(afresh(opened), "WIB")

    assert doors() == ["person#budi", "person#cici", "person#dodi", "3 by link"]
    assert not publish(afresh(opened), "WIB")


def test_somebody_who_joined_and_left_between_two_publications_comes_in_by_nothing(opened: World) -> None:
    commit(opened, Edit(None, person("Dodi")))
    commit(opened, Edit(person("Dodi"), None))

    publish(afresh(opened), "WIB")

    assert doors() == ["person#ani", "person#budi", "person#cici", "3 by link"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Siti Rahayu, S.H.", "Siti R."), ("Sukarno", "Sukarno"), (", S.H.", ""), ("Dr. Ani Budi Citra", "Dr. A.")],
)
def test_a_name_is_shown_to_whoever_holds_the_link_without_saying_it_whole(name: str, shown: str) -> None:
    assert masked(name) == shown
