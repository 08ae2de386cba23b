"""Links: who gets a new one and whose dies, what reports say of who has none, and what WhatsApp is asked to open."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.admin import desk
from chalicelib.admin.links import Entry, IssueLinks, RevokeLinks, SendSheets, chat_url, decide, sheet
from chalicelib.assembly import frozen_report
from chalicelib.checkin import Opening, open_link
from chalicelib.domain.attendance import Status
from chalicelib.domain.change import Change, Line, Noun
from chalicelib.domain.delivery import MailKey
from chalicelib.domain.errors import ChangeIsEmpty, LinkUnknown
from chalicelib.domain.errors_staff import OperatorUnknown, PersonGone
from chalicelib.domain.report import UnitReport
from chalicelib.phrases import KNOWN, phrase
from tests.office import DINKES, MONDAY, ORGANISATION, at, person
from tests.world import World

CHANCE = bytes(range(32))
URL = "https://hadir.example.com/c#abcdefghijklmnopqrstuvwxyz"


def entry(name: str = "Rina Wati", unit: str = "Dinas Kesehatan", phone: str | None = "+6281200000001") -> Entry:
    return Entry(name, unit, phone, URL)


def test_a_click_to_chat_link_opens_the_persons_number_without_a_plus() -> None:
    parts = urlsplit(chat_url(entry()) or "")

    assert (parts.scheme, parts.netloc, parts.path) == ("https", "wa.me", "/6281200000001")


def test_the_message_carries_the_name_and_the_whole_link_with_its_fragment() -> None:
    parts = urlsplit(chat_url(entry(name="Rina & Co + Wati #1")) or "")

    (text,) = parse_qs(parts.query)["text"]
    assert parts.fragment == ""
    assert URL in text
    assert "Rina & Co + Wati #1" in text


def test_the_message_is_indonesian_unless_english_is_asked_for() -> None:
    assert "tautan+pribadi" in (chat_url(entry()) or "").replace("%20", "+")
    assert "personal+link" in (chat_url(entry(), lang="en") or "").replace("%20", "+")


def test_the_longest_name_still_fits_into_a_spreadsheets_link() -> None:
    longest = entry(name="Ñ" * 150, unit="Dinas " + "Pemberdayaan " * 10)

    assert len(chat_url(longest) or "") < 2_079


def test_who_has_no_phone_is_on_the_sheet_with_the_bare_link() -> None:
    (row,) = sheet("Dinas Kesehatan", [entry(phone=None)])

    assert row.chat_url is None
    assert row.checkin_url == URL


def test_the_sheet_lists_the_reporting_unit_first_then_the_units_below_by_name() -> None:
    entries = [
        entry("Budi", "RSUD Banten"),
        entry("sri", "Dinas Kesehatan"),
        entry("Ani", "UPTD Labkes"),
        entry("Rina"),
    ]

    names = [row.name for row in sheet("Dinas Kesehatan", entries)]

    assert names == ["Rina", "sri", "Budi", "Ani"]


# At the desk


@pytest.fixture
def opened(world: World) -> World:
    world.open([person("Ani"), person("Budi", "rsud"), person("Cici", "inspektorat")])
    return world


def carried_out(world: World, command: IssueLinks | SendSheets | RevokeLinks, clock: str = "06:30") -> Change:
    change = desk.carry_out(world.registry, decide, command, at=at(clock))
    lines = (change.summary, *change.warnings)
    assert all(phrase(line.key, lang=lang, **line.facts) for line in lines for lang in KNOWN)
    return change


def opens(world: World, token: str) -> bool:
    try:
        open_link(world.records.checkins, Opening(token=token), at=at("07:00"))
    except LinkUnknown:
        return False
    return True


def status(world: World, slot: str, name: str) -> Status:
    report = frozen_report(world.records.archive, MailKey(MONDAY, slot, "dinkes"))
    assert isinstance(report, UnitReport)
    return next(row.status for row in report.rows if row.name == name)


def test_a_new_link_opens_and_the_old_one_no_longer(opened: World) -> None:
    change = carried_out(opened, IssueLinks(("ani",), (), CHANCE))

    assert opens(opened, change.tokens["ani"])
    assert not opens(opened, opened.tokens["ani"])
    assert opens(opened, opened.tokens["budi"])


def test_it_is_said_how_many_links_die(opened: World) -> None:
    assert carried_out(opened, IssueLinks(("ani", "budi"), (), CHANCE)).warnings == (Line("links.die", {"count": 2}),)


def test_sheets_are_for_everybody_in_a_unit_and_below_it_and_for_nobody_else(opened: World) -> None:
    change = carried_out(opened, SendSheets(("dinkes",), CHANCE))

    assert set(change.tokens) == {"ani", "budi"}
    assert opens(opened, opened.tokens["cici"])


def test_who_is_named_twice_gets_one_link(opened: World) -> None:
    change = carried_out(opened, IssueLinks(("ani", "ani"), ("dinkes",), CHANCE))

    assert change.summary == Line("links.issued", {"count": 2})


def test_no_link_is_issued_that_no_operator_could_hand_out(opened: World) -> None:
    opened.change(Noun.UNITS, [replace(unit, operator_email=None) for unit in ORGANISATION.units], at=at("06:10"))

    with pytest.raises(OperatorUnknown) as refused:
        carried_out(opened, IssueLinks(("budi",), (), CHANCE))

    assert refused.value.facts == {"unit": DINKES.name}


def test_a_link_for_somebody_who_has_left_is_refused(opened: World) -> None:
    with pytest.raises(PersonGone):
        carried_out(opened, IssueLinks(("nobody",), (), CHANCE))


def test_a_revoked_link_opens_nothing_and_its_owner_is_no_data_and_not_missing(opened: World) -> None:
    opened.play(at("07:30"))

    carried_out(opened, RevokeLinks(("ani",)), "09:00")
    opened.play(at("11:30"))

    assert not opens(opened, opened.tokens["ani"])
    assert (status(opened, "0730", "Ani"), status(opened, "1130", "Ani")) == (Status.NOT_REPORTED, Status.NO_DATA)
    assert status(opened, "1130", "Budi") is Status.NOT_REPORTED


def test_who_reported_before_the_link_was_revoked_has_reported(opened: World) -> None:
    opened.checkin("Ani", at("08:00"))

    carried_out(opened, RevokeLinks(("ani",)), "09:00")
    opened.play(at("11:30"))

    assert status(opened, "1130", "Ani") is Status.REPORTED


def test_revoking_twice_is_told_to_be_so_already(opened: World) -> None:
    carried_out(opened, RevokeLinks(("ani",)))

    with pytest.raises(ChangeIsEmpty):
        carried_out(opened, RevokeLinks(("ani",)))
