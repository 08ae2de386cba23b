"""A roster file at the desk: whom it links, what it changes, and when it wants a second yes."""

from datetime import timedelta

import pytest

from chalicelib.admin import desk
from chalicelib.admin.desk import SEED
from chalicelib.admin.importing import Reading, change_of, import_roster, read_file
from chalicelib.admin.links import issue_links, sheets
from chalicelib.checkin import Opening, open_link
from chalicelib.domain.change import Change, Line, changed, diff, partitioned
from chalicelib.domain.errors import LinkUnknown
from chalicelib.domain.people import LINK_LIFE
from tests.office import LINKED, ORGANISATION, at, calendar
from tests.world import World

TEN = [f"Pegawai {letter};dinkes" for letter in "ABCDEFGHIJ"]


@pytest.fixture
def opened(world: World) -> World:
    desk.open_office(world.registry, ORGANISATION, calendar(), {"bkd": ["bkd@example.id"]}, at=LINKED)
    return world


def file(rows: list[str]) -> bytes:
    return "\n".join(["Nama;Unit kerja", *rows]).encode()


def imported(world: World, rows: list[str], after: timedelta = timedelta()) -> Reading:
    return import_roster(world.registry, file(rows), "pegawai.csv", at=LINKED + after)


def change_by(world: World, rows: list[str]) -> Change:
    office = desk.read_office(world.registry, at=LINKED)
    return change_of(read_file(file(rows), "pegawai.csv", office, world.registry.random_bytes, at=LINKED), office)


def opens(world: World, token: str) -> bool:
    try:
        open_link(world.records.checkins, Opening(token=token), at=at("07:00"))
    except LinkUnknown:
        return False
    return True


def test_everybody_new_gets_a_link_that_opens_and_a_line_on_their_units_sheet(opened: World) -> None:
    reading = imported(opened, TEN)

    found = sheets(ORGANISATION, reading.roster.roster, reading.tokens, "https://hadir.example.id/v1")
    assert len(reading.tokens) == 10
    assert all(opens(opened, token) for token in reading.tokens.values())
    assert {unit.id: len(rows) for unit, rows in found.items()} == {"dinkes": 10}


def test_importing_again_issues_nothing_and_changes_nothing(opened: World) -> None:
    imported(opened, TEN)
    before = opened.records.office.head()

    assert imported(opened, TEN).tokens == {}
    assert opened.records.office.head() == before


def test_a_link_that_has_run_out_is_issued_anew_by_the_next_import(opened: World) -> None:
    first = imported(opened, TEN).tokens

    again = imported(opened, TEN, LINK_LIFE).tokens

    assert again.keys() == first.keys()
    assert not set(again.values()) & set(first.values())


def test_renewed_links_open_and_the_old_ones_no_longer(opened: World) -> None:
    old = imported(opened, [*TEN, "Budi;inspektorat"]).tokens
    office = desk.read_office(opened.registry, at=LINKED)
    renewed = {person.id for person in office.people if person.unit == "dinkes"}

    people, new = issue_links(office.people, opened.registry.random_bytes, renewed=renewed, at=LINKED)
    edits = diff(partitioned(office.people), partitioned(people))
    proposal = desk.propose(office, Change(edits, Line("links.renewed")), SEED, at=LINKED)
    desk.commit(opened.registry, proposal, SEED, cause="press-1", at=LINKED)

    assert new.keys() == renewed
    assert all(opens(opened, token) for token in new.values())
    assert [person for person, token in old.items() if opens(opened, token)] == list(old.keys() - renewed)


def test_a_file_that_removes_more_than_a_tenth_wants_a_second_admin(opened: World) -> None:
    imported(opened, TEN)

    assert not change_by(opened, TEN[:9]).needs_second
    assert change_by(opened, TEN[:8]).needs_second


def test_a_file_is_told_by_how_many_joined_changed_and_left(opened: World) -> None:
    imported(opened, TEN)

    change = change_by(opened, [*TEN[1:], "Budi;inspektorat", "Cici;inspektorat"])

    assert change.summary == Line("roster.imported", {"joined": 2, "changed": 0, "left": 1})


def test_an_import_that_is_undone_leaves_the_roster_as_it_was_in_its_order(opened: World) -> None:
    imported(opened, TEN)
    before = desk.read_office(opened.registry, at=LINKED)

    change = change_by(opened, ["Budi;inspektorat", *TEN[5:], *TEN[:3]])

    assert changed(changed(before, change.edits), change.inverse) == before


def test_new_links_are_no_part_of_what_is_kept_or_shown_of_a_change(opened: World) -> None:
    change = change_by(opened, TEN)

    assert len(change.tokens) == 10
    assert not [token for token in change.tokens.values() if token in repr(change)]
