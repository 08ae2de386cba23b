"""The desk: what an import does to links and to the people, and what it refuses."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.admin import desk
from chalicelib.admin.publishing import masked
from chalicelib.checkin import Opening, open_link
from chalicelib.domain.errors import CadenceNotOffered, LinkUnknown, RosterShrinks, ZoneDiffers
from chalicelib.domain.people import LINK_LIFE
from chalicelib.domain.policy import Cadence
from tests.office import LINKED, MONDAY, ORGANISATION, at, banten, calendar
from tests.world import World

TEN = [f"Pegawai {letter};dinkes" for letter in "ABCDEFGHIJ"]


@pytest.fixture
def opened(world: World) -> World:
    desk.open_office(world.registry, ORGANISATION, calendar(), {"bkd": ["bkd@example.id"]}, who="test", at=LINKED)
    desk.adopt(world.registry, banten(), who="test", at=LINKED)
    return world


def imported(world: World, rows: list[str], **options: object) -> desk.Imported:
    data = "\n".join(["Nama;Unit kerja", *rows]).encode()
    facts = {"who": "test", "at": LINKED, **options}
    return desk.import_roster(world.registry, data, "pegawai.csv", **facts)  # type: ignore[arg-type]


def opens(world: World, token: str) -> bool:
    try:
        open_link(world.records.checkins, Opening(token=token), at=at("07:00"))
    except LinkUnknown:
        return False
    return True


def test_everybody_new_gets_a_link_that_opens_and_a_line_on_their_units_sheet(opened: World) -> None:
    links = imported(opened, TEN).links

    assert all(opens(opened, token) for token in links.tokens.values())
    assert {unit.id: len(rows) for unit, rows in links.sheets.items()} == {"dinkes": 10}


def test_importing_again_issues_nothing_to_those_who_have_a_link(opened: World) -> None:
    imported(opened, TEN)

    assert imported(opened, TEN).links.tokens == {}


def test_a_link_that_has_run_out_is_issued_anew_by_the_next_import(opened: World) -> None:
    first = imported(opened, TEN).links.tokens

    again = imported(opened, TEN, at=LINKED + LINK_LIFE).links.tokens

    assert again.keys() == first.keys()
    assert not set(again.values()) & set(first.values())


def test_renewed_links_open_and_the_old_ones_no_longer(opened: World) -> None:
    old = imported(opened, [*TEN, "Budi;inspektorat"]).links.tokens

    new = desk.renew_links(opened.registry, ["dinkes"], who="test", at=LINKED + timedelta(hours=1)).tokens

    assert len(new) == 10
    assert all(opens(opened, token) for token in new.values())
    assert [person for person, token in old.items() if opens(opened, token)] == list(old.keys() - new.keys())


def test_a_file_that_removes_more_than_a_tenth_is_refused_unless_it_is_meant(opened: World) -> None:
    imported(opened, TEN)

    with pytest.raises(RosterShrinks):
        imported(opened, TEN[:8])

    assert len(imported(opened, TEN[:9]).change.roster) == 9
    assert len(imported(opened, TEN[:2], may_shrink=True).change.roster) == 2


def test_a_letter_of_another_zone_or_rhythm_is_refused(opened: World) -> None:
    with pytest.raises(ZoneDiffers):
        desk.adopt(opened.registry, banten(zone="WITA"), who="test", at=at("07:00", MONDAY))
    with pytest.raises(CadenceNotOffered):
        desk.adopt(opened.registry, replace(banten(), cadence=Cadence.LIVE), who="test", at=at("07:00", MONDAY))


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Siti Rahayu, S.H.", "Siti R."), ("Sukarno", "Sukarno"), (", S.H.", ""), ("Dr. Ani Budi Citra", "Dr. A.")],
)
def test_a_name_is_shown_to_whoever_holds_the_link_without_saying_it_whole(name: str, shown: str) -> None:
    assert masked(name) == shown
