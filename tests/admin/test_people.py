"""People at the desk: who is found, what a change of the roster does, and what it is refused for."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.admin import desk
from chalicelib.admin.chance import ChanceMissing
from chalicelib.admin.desk import SEED
from chalicelib.admin.links import IssueLinks, RevokeLinks
from chalicelib.admin.links import decide as decide_links
from chalicelib.admin.people import (
    AddPerson,
    ChangePerson,
    Deactivate,
    FindPeople,
    MovePeople,
    answer,
    cell_reason,
    decide,
)
from chalicelib.admin.rosterfields import LONGEST_TEXT
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.answer import Answer
from chalicelib.domain.change import Change, Line, changed, partitioned
from chalicelib.domain.day import Office
from chalicelib.domain.errors import OutOfScope
from chalicelib.domain.errors_staff import CellRefused, NipInUse, PersonExists, PersonGone, UnitUnreported
from chalicelib.domain.link import token_hash
from chalicelib.domain.people import Employment, Job, Person, PositionGroup
from chalicelib.domain.policy import Arrangement
from chalicelib.phrases import KNOWN, LOCALE, phrase
from tests.office import FRIDAY, MONDAY, assigned, at, person
from tests.office import office as an_office
from tests.world import World

CHANCE = bytes(range(32))
NIP, OTHER_NIP = "198501122010012003", "199002202015021004"
PHONE, OTHER_PHONE = "+6281200000001", "+6281200000002"
ANI = person("Ani Suryani", nip=NIP, phone=PHONE)
BUDI = person("Budi Hakim", "rsud", phone=OTHER_PHONE)
CICI = person("Cici Lestari", "inspektorat", link_hash=None, link_since=None)
OF_CELLS = re.compile(r"roster\.(missing|(nip|name|text|phone|email|unit|echelon|employment|job|home|twice)\..+)")
OPERATOR = Admin("op-dinkes", "Operator Dinkes", Role.OPERATOR, ("dinkes",))


def office(*people: Person, **facts: object) -> Office:
    return replace(an_office(), people=people or (ANI, BUDI, CICI), **facts)  # type: ignore[arg-type]


def decided(command: AddPerson | ChangePerson | MovePeople | Deactivate, *people: Person, **facts: object) -> Change:
    return decide(command, office(*people, **facts), at=at("07:00"))


def after(change: Change) -> list[Person]:
    return [edit.after for edit in change.edits if isinstance(edit.after, Person)]


def keys(lines: Iterable[Line]) -> list[str]:
    """The lines' message ids, after both languages have found words for them."""
    assert all(phrase(line.key, lang=lang, **line.facts) for line in lines for lang in KNOWN)
    return [line.key for line in lines]


def added(**fields: str) -> Change:
    return decided(AddPerson("Dewi Rahayu", "dinkes", fields, CHANCE))


# Who joins


def test_whoever_joins_has_a_link_whose_token_leaves_with_the_change() -> None:
    change = added(phone="0812-0000-0009", echelon="III.a", job="satpam")

    (dewi,) = after(change)
    assert (dewi.phone, dewi.group, dewi.job) == ("+6281200000009", PositionGroup.ADMINISTRATOR, Job.SECURITY)
    assert dewi.link_hash == token_hash(change.tokens[dewi.id])
    assert keys([change.summary, *change.warnings]) == ["person.added"]


def test_the_same_chance_gives_the_same_person_and_another_another() -> None:
    other = AddPerson("Dewi Rahayu", "dinkes", {}, bytes(32))

    assert added() == added()
    assert {one.id for one in after(added())}.isdisjoint(one.id for one in after(decided(other)))


def test_nobody_joins_by_bytes_that_could_be_guessed() -> None:
    with pytest.raises(ChanceMissing):
        decided(AddPerson("Dewi Rahayu", "dinkes", {}))


def test_where_no_operator_could_hand_it_out_no_link_is_issued_and_it_is_said() -> None:
    organisation = an_office().organisation
    mute = tuple(replace(unit, operator_email=None) for unit in organisation.units)
    without = replace(organisation, units=mute)

    change = decided(AddPerson("Dewi Rahayu", "dinkes", {}, CHANCE), organisation=without)

    assert (change.tokens, after(change)[0].link_hash) == ({}, None)
    assert keys(change.warnings) == ["person.no_link"]


@pytest.mark.parametrize(
    ("fields", "column", "reason"),
    [
        ({"phone": "0812-0000-000O"}, "phone", "cell.phone.letters"),
        ({"nip": "198501122010012"}, "nip", "cell.nip.length"),
        ({"nip": "198513122010012003"}, "nip", "cell.nip.birth"),
        ({"email": "dewi@"}, "email", "cell.email.invalid"),
        ({"echelon": "VII"}, "echelon", "cell.echelon.unknown"),
        ({"employment": "magang"}, "employment", "cell.employment.unknown"),
        ({"job": "pilot"}, "job", "cell.job.unknown"),
        ({"lat": "-6.12"}, "lat", "cell.home.half"),
        ({"lat": "106.15", "lon": "-6.12"}, "lat", "cell.home.swapped"),
        ({"position": "=1+1"}, "position", "cell.text.formula"),
    ],
)
def test_a_value_that_a_roster_file_could_not_hold_is_refused_without_repeating_it(
    fields: dict[str, str], column: str, reason: str
) -> None:
    with pytest.raises(CellRefused) as refused:
        added(**fields)

    assert (refused.value.column, refused.value.reason) == (f"roster.column.{column}", reason)
    for lang in KNOWN:
        said = phrase("refusal.cell_refused.advice", lang=lang, **refused.value.facts)
        assert phrase(reason, lang=lang) in said
        assert not any(value in said for name, value in fields.items() if name in ("nip", "phone"))


def test_every_reason_of_a_roster_file_has_words_that_repeat_no_cell() -> None:
    reasons = {
        str(entry.id)
        for entry in read_po((LOCALE / "id" / "LC_MESSAGES" / "roster.po").open("rb"))
        if OF_CELLS.fullmatch(str(entry.id))
    }

    assert len(reasons) > 25
    assert all(phrase(cell_reason(key), lang=lang) for key in reasons for lang in KNOWN)


def test_a_nip_that_somebody_has_is_refused_by_unit_and_not_by_name() -> None:
    with pytest.raises(NipInUse) as refused:
        added(nip=NIP)

    assert refused.value.facts == {"unit": "Dinas Kesehatan Provinsi Banten"}


def test_somebody_of_the_same_name_unit_and_phone_is_there_already() -> None:
    with pytest.raises(PersonExists):
        decided(AddPerson("budi hakim", "rsud", {"phone": OTHER_PHONE}, CHANCE))

    assert after(decided(AddPerson("Budi Hakim", "rsud", {"phone": "0812-0000-0007"}, CHANCE)))


def test_a_shared_phone_is_only_a_warning() -> None:
    assert keys(added(phone=PHONE).warnings) == ["person.phone_shared"]


def test_a_doubtful_nip_is_only_a_warning() -> None:
    assert keys(added(nip=OTHER_NIP, employment="Non ASN").warnings) == ["cell.employment.contradicts_nip"]


# What of an entry changes


def test_a_change_touches_the_columns_named_and_keeps_link_and_the_rest() -> None:
    change = decided(ChangePerson(ANI.id, {"phone": "0812 0000 0005", "email": "ani@dinkes.example.id"}))

    assert after(change) == [replace(ANI, phone="+6281200000005", email="ani@dinkes.example.id")]
    assert keys([change.summary, *change.details]) == [
        "person.changed",
        "person.field.phone",
        "person.field.email",
    ]


def test_a_wrong_nip_is_put_right_without_making_a_new_person() -> None:
    (ani,) = after(decided(ChangePerson(ANI.id, {"nip": OTHER_NIP})))

    assert (ani.id, ani.nip, ani.link_hash) == (ANI.id, OTHER_NIP, ANI.link_hash)


def test_an_empty_text_empties_a_column() -> None:
    (ani,) = after(decided(ChangePerson(ANI.id, {"phone": "", "lat": "", "lon": ""})))

    assert (ani.phone, ani.home) == (None, None)


def test_a_bare_asn_is_read_from_the_nip_that_is_known() -> None:
    cpns = replace(ANI, employment=Employment.CPNS)

    (ani,) = after(decided(ChangePerson(ANI.id, {"employment": "ASN"}), cpns))

    assert ani.employment is Employment.PNS


def test_a_change_to_what_is_already_so_is_empty() -> None:
    assert decided(ChangePerson(ANI.id, {"phone": PHONE})).edits == ()


def test_a_nip_cannot_be_changed_to_somebody_elses() -> None:
    with pytest.raises(NipInUse):
        decided(ChangePerson(BUDI.id, {"nip": NIP}))


def test_a_change_of_somebody_who_has_left_is_refused() -> None:
    with pytest.raises(PersonGone):
        decided(ChangePerson("nobody", {"phone": PHONE}))


# Who moves and who leaves


def test_whoever_moves_keeps_the_file_of_their_check_ins_and_comes_back_to_it() -> None:
    (moved,) = after(decided(MovePeople((ANI.id,), "inspektorat")))
    (back,) = after(decided(MovePeople((ANI.id,), "dinkes"), moved))

    assert (moved.unit, moved.file) == ("inspektorat", "dinkes")
    assert back == ANI


def test_nobody_moves_to_a_unit_that_is_in_no_report() -> None:
    with pytest.raises(UnitUnreported):
        decided(MovePeople((ANI.id,), "banten"))


def test_whoever_leaves_while_on_piket_is_named_with_the_next_day_of_it() -> None:
    piket = (
        assigned(Arrangement.PIKET, "Ani Suryani", start=date(2020, 3, 20), end=FRIDAY),
        assigned(Arrangement.PIKET, "Budi Hakim", start=date(2020, 3, 19), end=date(2020, 3, 20)),
        assigned(Arrangement.LEAVE, "Cici Lestari", end=FRIDAY),
    )

    change = decided(Deactivate((ANI.id, BUDI.id, CICI.id)), assignments=piket)

    assert change.warnings == (Line("people.left_on_piket", {"name": "Ani Suryani", "day": MONDAY}),)
    assert keys([change.summary, *change.details, *change.warnings])
    assert changed(office(assignments=piket), change.edits).assignments == piket


def test_whoever_moves_while_on_piket_is_named() -> None:
    piket = (assigned(Arrangement.PIKET, "Ani Suryani", start=FRIDAY),)

    change = decided(MovePeople((ANI.id,), "inspektorat"), assignments=piket)

    assert keys(change.warnings) == ["people.moved_on_piket"]


def test_an_operator_moves_nobody_out_of_their_own_agency(world: World) -> None:
    world.open([person("Ani"), person("Budi", "inspektorat")])

    with pytest.raises(OutOfScope):
        desk.carry_out(world.registry, decide, MovePeople(("ani",), "inspektorat"), OPERATOR, at=at("07:00"))

    desk.carry_out(world.registry, decide, MovePeople(("ani",), "rsud"), OPERATOR, at=at("07:00"))


def test_whoever_leaves_in_mid_day_was_in_the_report_before_and_is_not_in_the_next(world: World) -> None:
    world.open([person("Ani"), person("Budi")])
    world.play(at("07:30"))

    desk.carry_out(world.registry, decide, Deactivate(("budi",)), at=at("10:00"))
    world.play(at("11:30"))

    bodies = {sent.slot: sent.message.get_body(("plain",)) for sent in world.sent() if sent.key.unit == "dinkes"}
    assert {slot: "Budi" in str(body) for slot, body in bodies.items()} == {"0730": True, "1130": False}


@pytest.mark.parametrize(("leaving", "is_asked"), [(1, False), (2, False), (3, True)])
def test_taking_more_than_a_tenth_of_an_agencys_people_off_at_once_needs_a_second_admin(
    leaving: int, is_asked: bool
) -> None:
    agency = [person(f"Pegawai {number}", "rsud" if number % 2 else "dinkes") for number in range(20)]
    others = [person(f"Lain {number}", "inspektorat") for number in range(80)]

    change = decided(Deactivate(tuple(one.id for one in agency[:leaving])), *others, *agency)

    assert change.needs_second is is_asked


# Undo


People = some.lists(
    some.builds(
        lambda name, unit, linked: person(f"Pegawai {name}", unit, **({} if linked else {"link_hash": None})),
        some.sampled_from("ABCDEFGH"),
        some.sampled_from(["dinkes", "inspektorat", "rsud"]),
        some.booleans(),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda one: one.id,
)


@given(people=People, data=some.data())
def test_undoing_a_change_of_the_roster_or_its_links_restores_the_office(
    people: list[Person], data: some.DataObject
) -> None:
    chosen = tuple(one.id for one in data.draw(some.lists(some.sampled_from(people), min_size=1, unique=True)))
    unit = data.draw(some.sampled_from(["dinkes", "inspektorat", "rsud"]))
    before, moment = office(*people), at("07:00")
    change = data.draw(
        some.sampled_from(
            [
                decide(AddPerson("Zaenab", unit, {"phone": "0812-0000-0009"}, CHANCE), before, at=moment),
                decide(ChangePerson(chosen[0], {"email": "a@example.id"}), before, at=moment),
                decide(MovePeople(chosen, unit), before, at=moment),
                decide(Deactivate(chosen), before, at=moment),
                decide_links(IssueLinks(chosen, (unit,), CHANCE), before, at=moment),
                decide_links(RevokeLinks(chosen), before, at=moment),
            ]
        )
    )

    again = changed(changed(before, change.edits), change.inverse)

    kept = {name: facts for name, facts in partitioned(again.people).items() if facts}
    assert kept == partitioned(before.people)
    assert replace(again, people=before.people) == before


# Who is found


def test_the_text_on_a_value_that_is_too_long_names_the_length_that_is_taken() -> None:
    for lang in KNOWN:
        assert f" {LONGEST_TEXT} " in phrase("cell.text.long", lang=lang)


def found(world: World, text: str, admin: Admin = SEED) -> Answer:
    return answer(
        FindPeople(text), world.registry, desk.read_office(world.registry, at=at("07:00")), admin, at=at("07:00")
    )


def names(shown: Answer) -> list[str]:
    return [str(row[0]) for row in shown.table.rows] if shown.table else []


@pytest.fixture
def opened(world: World) -> World:
    position = "Kepala Seksi Rahasia"
    world.open([replace(ANI, position=position), BUDI, replace(CICI, domicile="Kota Serang")])
    return world


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ani", ["Ani Suryani"]),
        ("SURYANI, ani", ["Ani Suryani"]),
        ("bud hak", ["Budi Hakim"]),
        ("1985 0112 2010", ["Ani Suryani"]),
        ("0812-0000-0002", ["Budi Hakim"]),
        ("dinkes", ["Ani Suryani", "Budi Hakim"]),
        ("budi dinkes", ["Budi Hakim"]),
        ("RSUD Banten", ["Budi Hakim"]),
        ("85", []),
        ("zul", []),
    ],
)
def test_people_are_found_by_parts_of_a_name_numbers_and_units(opened: World, text: str, expected: list[str]) -> None:
    shown = found(opened, text)

    assert names(shown) == expected
    assert keys([shown.title, *shown.lines])


def test_an_answer_tells_name_unit_and_link_and_no_number_position_or_place(opened: World) -> None:
    shown = found(opened, "ani")

    assert shown.table
    assert shown.table.rows == (("Ani Suryani", "Dinas Kesehatan Provinsi Banten", Line("people.linked")),)
    assert not any(secret in str(shown) for secret in (NIP, PHONE, "Rahasia", "106.15"))


def test_an_operator_finds_the_people_of_their_own_agency_only(opened: World) -> None:
    assert names(found(opened, "cici", OPERATOR)) == []
    assert names(found(opened, "inspektorat", OPERATOR)) == []
    assert names(found(opened, "budi", OPERATOR)) == ["Budi Hakim"]


def test_more_than_twenty_people_are_counted_and_not_listed(world: World) -> None:
    world.open([person(f"Pegawai {letter}") for letter in "ABCDEFGHIJKLMNOPQRSTUVW"])

    shown = found(world, "pegawai")

    assert len(names(shown)) == 20
    assert shown.lines == (Line("people.found_more", {"count": 3}),)
