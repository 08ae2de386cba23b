"""A roster's rows become people, or reasons; the people become a change. Names, numbers and homes are made up."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.admin.roster import PersonDraft, Problem, RosterChange, Row, merge, parse_rows
from chalicelib.admin.rosterfields import CellInvalid, Column, phone_cell
from chalicelib.domain.nip import NipFault
from chalicelib.domain.people import Employment, Job, Organisation, Person, Place, PositionGroup, Unit, UnitKind
from chalicelib.phrases import phrase

OFFICE = Organisation(
    (
        Unit("dinkes", "Dinas Kesehatan Provinsi Banten", UnitKind.DINAS, reports=True, nicknames=("Dinas Kesehatan",)),
        Unit("dinsos", "Dinas Sosial Provinsi Banten", UnitKind.DINAS, reports=True, nicknames=("Dinas Sosial",)),
        Unit(
            "satpol-pp",
            "Satuan Polisi Pamong Praja Provinsi Banten",
            UnitKind.SATUAN,
            reports=True,
            nicknames=("Satpol PP",),
        ),
    )
)
ISSUED = datetime(2020, 3, 22, 3, 0, tzinfo=UTC)


def row(number: int = 2, /, **cells: str) -> Row:
    filled = {"name": "Rina Wati", "unit": "dinkes"} | cells
    return Row(number, {Column(column): text for column, text in filled.items()})


def read(*rows: Row) -> tuple[PersonDraft, ...]:
    drafts, problems = parse_rows(rows, OFFICE)
    assert not problems
    return drafts


def person_of(**cells: str) -> Person:
    (draft,) = read(row(2, **cells))
    return draft.person


def problem_of(**cells: str) -> Problem:
    drafts, (problem,) = parse_rows([row(7, **cells)], OFFICE)
    assert problem.row == 7
    assert not drafts
    return spoken(problem)


def warning_of(**cells: str) -> Problem:
    drafts, (warning,) = parse_rows([row(7, **cells)], OFFICE)
    assert len(drafts) == 1
    assert not warning.blocks
    return spoken(warning)


def spoken(problem: Problem) -> Problem:
    """The problem, after both languages have found words for it and for its column."""
    for lang in ("id", "en"):
        assert phrase(problem.key, lang=lang, **problem.facts)
        assert phrase(f"roster.column.{problem.column}", lang=lang)
    return problem


def imported(drafts: tuple[PersonDraft, ...], *current: Person) -> RosterChange:
    numbers = count(1)
    return merge(drafts, current, new_id=lambda: f"new-{next(numbers)}")


def known(id: str = "p1", **facts: str | None) -> Person:
    values: Mapping[str, str | None] = {"name": "Rina Wati", "unit": "dinkes", "phone": None, "nip": None} | facts
    return Person(
        id=id,
        name=str(values["name"]),
        unit=str(values["unit"]),
        group=PositionGroup.NON_ASN,
        employment=Employment.NON_ASN,
        nip=values["nip"],
        phone=values["phone"],
        link_hash=f"hash-{id}",
        link_since=ISSUED,
    )


def test_a_full_row_becomes_a_person() -> None:
    person = person_of(
        nip="19850112 201001 2 003",
        name="  Dr. Rina  Wati, M.Si. ",
        unit="DINAS KESEHATAN",
        position="Kepala Seksi\nPelayanan",
        echelon="IV.a",
        employment="PNS",
        phone="0812-0000-0001",
        email="rina.wati@Example.COM",
        domicile="Kab. Serang",
        lat="-6,1203",
        lon="106,1503",
        job="Gugus Tugas",
    )

    assert person == Person(
        id="",
        name="Dr. Rina Wati, M.Si.",
        unit="dinkes",
        group=PositionGroup.PENGAWAS,
        employment=Employment.PNS,
        position="Kepala Seksi Pelayanan",
        job=Job.TASK_FORCE,
        nip="198501122010012003",
        phone="+6281200000001",
        email="rina.wati@example.com",
        domicile="Kabupaten Serang",
        home=Place(-6.1203, 106.1503),
    )


def test_a_row_with_name_and_unit_alone_is_a_non_asn() -> None:
    person = person_of()

    assert person.employment is Employment.NON_ASN
    assert person.group is PositionGroup.NON_ASN
    assert person.home is None


@pytest.mark.parametrize("column", ["name", "unit"])
@pytest.mark.parametrize("empty", ["", "  ", "-", "\N{ZERO WIDTH SPACE}"])
def test_name_and_unit_must_be_filled_in(column: str, empty: str) -> None:
    assert problem_of(**{column: empty}) == Problem(7, column, "roster.missing")


def test_one_bad_row_and_nobody_is_imported() -> None:
    drafts, problems = parse_rows([row(2), row(3, name="Budi Hakim", unit="Dinas Antariksa")], OFFICE)

    assert drafts == ()
    assert [problem.row for problem in problems] == [3]


def test_every_problem_is_named_at_once_in_the_order_of_the_rows() -> None:
    rows = [row(5, nip="1"), row(3, phone="123", email="x", name="Budi Hakim"), row(4, nip="2", name="Sri Ayu")]

    _, problems = parse_rows(rows, OFFICE)

    assert [(problem.row, problem.column) for problem in problems] == [
        (3, "phone"),
        (3, "email"),
        (4, "nip"),
        (5, "nip"),
    ]


@pytest.mark.parametrize(
    ("nip", "key", "found"),
    [
        ("19850112201001200", "roster.nip.length", "17"),
        ("1.98501E+17", "roster.nip.rounded", "1.98501E+17"),
        ("198513122010012003", "roster.nip.birth", "19851312"),
        ("198501122010012000", "roster.nip.serial", "000"),
    ],
)
def test_a_text_that_can_be_no_nip_is_refused_with_the_part_at_fault(nip: str, key: str, found: str) -> None:
    assert problem_of(nip=nip) == Problem(7, "nip", key, {"found": found})


@pytest.mark.parametrize("fault", NipFault)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_fault_of_a_nip_has_a_phrase_that_shows_the_part(fault: NipFault, lang: str) -> None:
    assert "4711" in phrase(f"roster.nip.{fault}", lang=lang, found="4711")


@pytest.mark.parametrize("column", Column)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_column_has_a_heading(column: Column, lang: str) -> None:
    assert phrase(f"roster.column.{column}", lang=lang)


def test_an_unusual_age_at_appointment_is_a_warning() -> None:
    assert warning_of(nip="198501122001122001").key == "roster.nip.age"


def test_a_pppk_number_needs_no_status_beside_it() -> None:
    assert person_of(nip="199009132025242014").employment is Employment.PPPK
    assert person_of(nip="199009132025012014", employment="ASN").employment is Employment.PNS


def test_a_status_that_contradicts_the_nip_is_a_warning() -> None:
    assert warning_of(nip="199009132025242014", employment="PNS").key == "roster.employment.contradicts_nip"


def test_a_nip_twice_in_a_file_is_refused_naming_both_rows() -> None:
    rows = [row(4, nip="198501122010012003"), row(9, nip="19850112 201001 2 003", name="Sri Ayu")]

    drafts, problems = parse_rows(rows, OFFICE)

    assert drafts == ()
    assert tuple(map(spoken, problems)) == (Problem(9, "nip", "roster.twice.nip", {"row": 9, "earlier": 4}),)


def test_the_same_name_unit_and_phone_twice_is_one_person_in_two_rows() -> None:
    drafts, problems = parse_rows([row(4), row(9, name="RINA WATI")], OFFICE)

    assert drafts == ()
    assert tuple(map(spoken, problems)) == (Problem(9, "name", "roster.twice.person", {"row": 9, "earlier": 4}),)


def test_two_people_may_share_a_phone_but_are_warned_of() -> None:
    rows = [row(4, phone="081200000001"), row(9, phone="+62 812-0000-0001", name="Budi Hakim")]

    drafts, problems = parse_rows(rows, OFFICE)

    assert len(drafts) == 2
    assert tuple(map(spoken, problems)) == (Problem(9, "phone", "roster.phone.shared", {"earlier": 4}, blocks=False),)


@pytest.mark.parametrize(
    "written",
    [
        "081200000001",
        "0812-0000-0001",
        "0812 0000 0001",
        "+62 812-0000-0001",
        "+62 (0)812 0000 0001",
        "6281200000001",
        "81200000001",
        "\N{LEFT-TO-RIGHT EMBEDDING}+62 812-0000-0001\N{POP DIRECTIONAL FORMATTING}",
    ],
)
def test_a_mobile_number_in_any_spelling_becomes_e164(written: str) -> None:
    assert person_of(phone=written).phone == "+6281200000001"


@given(
    number=some.integers(0, 999_999), gaps=some.lists(some.sampled_from(["", " ", "-", "."]), min_size=2, max_size=2)
)
def test_a_phone_reads_alike_with_zero_with_62_and_with_plus_62(number: int, gaps: list[str]) -> None:
    digits = f"{number:06}"
    rest = f"812{gaps[0]}00{digits[:2]}{gaps[1]}{digits[2:]}"

    assert {phone_cell(f"{start}{rest}") for start in ("0", "62", "+62", "+62 ")} == {f"+6281200{digits}"}


@given(some.text(max_size=25))
def test_a_phone_is_indonesian_e164_or_refused(text: str) -> None:
    with suppress(CellInvalid):
        assert phone_cell(text).startswith("+628")


@pytest.mark.parametrize(
    ("phone", "key"),
    [
        ("0812-3456-789O", "roster.phone.letters"),
        ("tidak ada", "roster.phone.letters"),
        ("08123456", "roster.phone.invalid"),
        ("081200000001/081200000002", "roster.phone.invalid"),
        ("081200000001 081200000002", "roster.phone.invalid"),
        ("081200000001#3", "roster.phone.invalid"),
        ("٠٨١٢٠٠٠٠٠٠٠١", "roster.phone.invalid"),
        ("+60 12-345 6789", "roster.phone.foreign"),
        ("(0254) 200000", "roster.phone.not_mobile"),
    ],
)
def test_what_is_not_one_indonesian_mobile_number_is_refused(phone: str, key: str) -> None:
    assert problem_of(phone=phone).key == key


@pytest.mark.parametrize(
    "email",
    [
        "rina",
        "rina@example",
        "rina wati@example.com",
        "rina@example.com\r\nBcc: all@example.com",
        "a@example.com,b@example.com",
        "a@example.com;b@example.com",
        "rina..wati@example.com",
        ".rina@example.com",
        "rina@-example.com",
        "rína@example.com",
        "rina@éxample.com",
        "Rina <rina@example.com>",
        "a" * 250 + "@example.com",
    ],
)
def test_what_is_not_one_plain_ascii_address_is_refused(email: str) -> None:
    assert problem_of(email=email).key == "roster.email.invalid"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Rina\r\nBcc: all@example.com", "roster.name.control"),
        ("Rina\nWati", "roster.name.control"),
        ("Rina\tWati", "roster.name.control"),
        ("Rina\x00Wati", "roster.name.control"),
        ("Rina\N{LINE SEPARATOR}Wati", "roster.name.control"),
        ('=HYPERLINK("http://example.com","Rina")', "roster.text.formula"),
        ("+Rina", "roster.text.formula"),
        ("@Rina", "roster.text.formula"),
        ("-Rina", "roster.text.formula"),
        ("12345", "roster.name.no_letter"),
        ("a" * 151, "roster.text.long"),
    ],
)
def test_a_name_is_one_plain_line(name: str, key: str) -> None:
    assert problem_of(name=name).key == key


@pytest.mark.parametrize("name", ["Drs. H. Ma'mun, M.Si.", "Nur’aini", "R. Ayu-Lestari", "Siti (Ai)", "José"])
def test_a_name_keeps_its_titles_and_marks(name: str) -> None:
    assert person_of(name=name).name == name


@pytest.mark.parametrize("spelling", ["dinkes", "DINKES", "Dinas Kesehatan", "dinas  kesehatan provinsi banten."])
def test_a_unit_is_found_by_id_name_or_nickname_in_any_case(spelling: str) -> None:
    assert person_of(unit=spelling).unit == "dinkes"


@pytest.mark.parametrize("spelling", ["satpol-pp", "Satpol PP", "SATPOLPP"])
def test_punctuation_in_a_unit_does_not_matter(spelling: str) -> None:
    assert person_of(unit=spelling).unit == "satpol-pp"


def test_an_unknown_unit_is_refused_with_the_nearest() -> None:
    problem = problem_of(unit="Dinas Kesehtan")

    assert problem.key == "roster.unit.nearest"
    assert str(problem.facts["nearest"]).startswith("Dinas Kesehatan Provinsi Banten")


def test_a_unit_like_no_other_is_refused_without_a_guess() -> None:
    assert problem_of(unit="XQZ 99") == Problem(7, "unit", "roster.unit.unknown", {"found": "XQZ 99"})


def test_a_nickname_of_two_units_finds_neither() -> None:
    twins = Organisation(
        (
            Unit("a", "UPTD A", UnitKind.UPTD, reports=True, nicknames=("UPTD",)),
            Unit("b", "UPTD B", UnitKind.UPTD, reports=True, nicknames=("UPTD",)),
        )
    )

    _, (problem,) = parse_rows([row(unit="UPTD")], twins)

    assert problem.key.startswith("roster.unit.")


@pytest.mark.parametrize(
    ("written", "group"),
    [
        ("I.b", PositionGroup.JPT_MADYA),
        ("II.a", PositionGroup.JPT_PRATAMA),
        ("Eselon II", PositionGroup.JPT_PRATAMA),
        ("IIIa", PositionGroup.ADMINISTRATOR),
        ("3b", PositionGroup.ADMINISTRATOR),
        ("IV", PositionGroup.PENGAWAS),
        ("JPT Pratama", PositionGroup.JPT_PRATAMA),
        ("Fungsional", PositionGroup.FUNGSIONAL),
        ("Pelaksana", PositionGroup.PELAKSANA),
        ("Non-ASN", PositionGroup.NON_ASN),
    ],
)
def test_an_eselon_means_a_position_group(written: str, group: PositionGroup) -> None:
    assert person_of(echelon=written).group is group


@pytest.mark.parametrize(
    ("written", "employment"),
    [
        ("PNS", Employment.PNS),
        ("CPNS", Employment.CPNS),
        ("P3K", Employment.PPPK),
        ("PPPK Paruh Waktu", Employment.PPPK_PART_TIME),
        ("Honorer", Employment.NON_ASN),
        ("non asn", Employment.NON_ASN),
    ],
)
def test_a_status_is_read_in_the_words_offices_use(written: str, employment: Employment) -> None:
    assert person_of(employment=written).employment is employment


@pytest.mark.parametrize(
    ("written", "job"),
    [
        ("Satpam", Job.SECURITY),
        ("petugas kebersihan", Job.CLEANING),
        ("Satgas Covid-19", Job.TASK_FORCE),
        ("Tenaga Pendidik", Job.EDUCATION),
        ("-", Job.GENERAL),
    ],
)
def test_a_special_duty_means_a_job(written: str, job: Job) -> None:
    assert person_of(job=written).job is job


@pytest.mark.parametrize("column", ["echelon", "employment", "job"])
def test_a_word_nobody_knows_is_refused_and_quoted(column: str) -> None:
    assert problem_of(**{column: "Panglima"}) == Problem(7, column, f"roster.{column}.unknown", {"found": "Panglima"})


@pytest.mark.parametrize(
    ("lat", "lon", "key"),
    [
        ("106.1503", "-6.1203", "roster.home.swapped"),
        ("-6.1203", "", "roster.home.half"),
        ("", "106.1503", "roster.home.half"),
        ("51.5", "0.1", "roster.home.outside"),
        ("nan", "106.1503", "roster.home.outside"),
        ("inf", "inf", "roster.home.outside"),
        ("6°07'S", "106.1503", "roster.home.not_number"),
    ],
)
def test_a_home_is_two_numbers_in_indonesia(lat: str, lon: str, key: str) -> None:
    assert problem_of(lat=lat, lon=lon).key == key


def test_a_new_person_gets_an_id_and_no_link() -> None:
    change = imported(read(row()))

    (joined,) = change.joined
    assert joined.id == "new-1"
    assert joined.link_hash is None
    assert change.roster == (joined,)


def test_who_is_known_by_nip_keeps_id_and_link_through_a_new_name_phone_and_unit() -> None:
    before = known(nip="198501122010012003", phone="+6281200000001")

    change = imported(
        read(row(nip="198501122010012003", name="Rina Wati, M.Si.", phone="081200000002", unit="dinsos")), before
    )

    ((was, now),) = change.changed
    assert was == before
    assert (now.id, now.link_hash, now.link_since) == ("p1", "hash-p1", ISSUED)
    assert (now.name, now.phone, now.unit) == ("Rina Wati, M.Si.", "+6281200000002", "dinsos")
    assert not change.joined
    assert not change.left


def test_without_a_nip_the_phone_tells_who_it_is() -> None:
    change = imported(read(row(name="Rina W.", phone="081200000001")), known(phone="+6281200000001"))

    ((_, now),) = change.changed
    assert now.id == "p1"


def test_without_nip_and_phone_name_and_unit_tell_who_it_is() -> None:
    change = imported(read(row(name="RINA WATI")), known())

    ((_, now),) = change.changed
    assert now.id == "p1"


def test_the_same_name_in_another_unit_is_another_person() -> None:
    change = imported(read(row(unit="dinsos")), known())

    assert [person.id for person in change.joined] == ["new-1"]
    assert [person.id for person in change.left] == ["p1"]


def test_two_different_nips_are_two_people_even_with_one_phone() -> None:
    before = known(nip="198501122010012003", phone="+6281200000001")

    change = imported(read(row(nip="199009132015011002", phone="081200000001")), before)

    assert change.left == (before,)
    assert len(change.joined) == 1


def test_who_was_non_asn_and_now_has_a_nip_stays_the_same_person() -> None:
    change = imported(read(row(nip="199009132025242014", phone="081200000001")), known(phone="+6281200000001"))

    ((_, now),) = change.changed
    assert (now.id, now.nip) == ("p1", "199009132025242014")


def test_people_who_share_a_phone_are_told_apart_by_name() -> None:
    rina, budi = known("p1", phone="+6281200000001"), known("p2", name="Budi Hakim", phone="+6281200000001")
    drafts, _ = parse_rows([row(2, name="Budi Hakim", phone="081200000001"), row(3, phone="081200000001")], OFFICE)

    change = imported(drafts, rina, budi)

    assert [person.id for person in change.roster] == ["p2", "p1"]


def test_who_is_not_in_the_file_leaves() -> None:
    change = imported(read(row()), known(), known("p2", name="Budi Hakim"), known("p3", name="Sri Ayu"))

    assert [person.id for person in change.left] == ["p2", "p3"]


def test_a_first_import_removes_nobody() -> None:
    assert imported(read(row())).left == ()


def test_what_the_file_has_no_column_for_stays_as_it_was() -> None:
    first = imported(read(row(phone="081200000001", lat="-6.12", lon="106.15", position="Guru"))).roster

    change = imported(read(row()), *first)

    assert change.unchanged == first
    assert not change.changed


def test_an_empty_cell_under_a_heading_takes_the_value_away() -> None:
    first = imported(read(row(phone="081200000001", lat="-6.12", lon="106.15"))).roster

    ((_, now),) = imported(read(row(phone="", lat="", lon="")), *first).changed

    assert now.phone is None
    assert now.home is None


def test_the_same_file_twice_changes_nothing() -> None:
    drafts = read(row(2, nip="198501122010012003"), row(3, name="Budi Hakim", phone="081200000002"), row(4, name="Sri"))
    first = imported(drafts).roster

    again = imported(drafts, *first)

    assert again.unchanged == again.roster == first
    assert again.left == ()


def test_a_name_of_titles_alone_is_refused() -> None:
    assert problem_of(name=", S.H.").key == "roster.name.no_letter"


def test_a_unit_that_nobody_reports_for_is_refused_because_its_people_would_be_in_no_report() -> None:
    silent = Organisation((Unit("setda", "Sekretariat Daerah", UnitKind.SECRETARIAT),))

    drafts, (problem,) = parse_rows([row(unit="setda")], silent)

    assert not drafts
    assert spoken(problem).key == "roster.unit.unreported"


def test_a_phone_handed_on_to_somebody_else_does_not_hand_on_their_link() -> None:
    change = imported(read(row(name="Citra Lestari", phone="081200000001")), known(phone="+6281200000001"))

    assert [person.id for person in change.left] == ["p1"]
    assert [person.name for person in change.joined] == ["Citra Lestari"]
