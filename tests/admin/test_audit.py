"""The audit as an admin reads it: who, what, and no fields or values that only programs know."""

import re
from dataclasses import fields, replace
from datetime import date, time
from itertools import pairwise

import pytest

from chalicelib.admin.absence import SetLeave
from chalicelib.admin.absence import decide as decide_absence
from chalicelib.admin.audit import HIDDEN, MOST_ROWS, UNTOLD, ShowAudit, answer
from chalicelib.admin.desk import SEED, carry_out, read_office
from chalicelib.admin.facts import WORDS
from chalicelib.admin.people import MovePeople
from chalicelib.admin.people import decide as decide_people
from chalicelib.admin.workday import SetLimits
from chalicelib.admin.workday import decide as decide_workday
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.calendar import Decree, Holiday, HolidayKind
from chalicelib.domain.change import KINDS, Edit, Fact, Line, Noun, diff, partitioned
from chalicelib.domain.day import Attestation
from chalicelib.domain.duty import Assignment
from chalicelib.domain.evidence import Limits
from chalicelib.domain.people import Address, Employment, Job, Person, Place, PositionGroup, Unit, UnitKind
from chalicelib.domain.periods import Between, UntilLifted
from chalicelib.domain.policy import (
    Arrangement,
    Cadence,
    Hours,
    Minimum,
    Policy,
    Release,
    Rule,
    Selector,
    Slot,
    SlotKind,
    Source,
)
from chalicelib.phrases import KNOWN, phrase
from chalicelib.store.accounts import Access, Step, note_access
from tests.office import FRIDAY, LINKED, MONDAY, at, banten, person
from tests.said import said
from tests.world import World

ANI, EKO = person("Ani", id="p-ani-5f0c"), person("Eko", "inspektorat", id="p-eko-77aa")
OKI = Admin("a-oki-22", "Oki", Role.OPERATOR, ("dinkes",))
ALL_CONDITIONS = Selector(
    ("p-ani-5f0c",),
    ("dinkes", "vanished"),
    (UnitKind.UPTD,),
    (PositionGroup.JPT_MADYA,),
    (Job.TASK_FORCE,),
    ("Kota Serang",),
)
WHOLE: tuple[Fact, ...] = (
    Unit(
        "puskesmas", "Puskesmas", UnitKind.UPTD, "dinkes", False, "dinkes", "a@example.id", "b@example.id", ("PKM",), 7
    ),
    Person(
        "p-new-0001",
        "Citra",
        "dinkes",
        PositionGroup.JPT_PRATAMA,
        Employment.PPPK_PART_TIME,
        "Kepala Dinas",
        Job.TASK_FORCE,
        "198503122010012001",
        "+6281200000001",
        "citra@example.id",
        "Kota Serang",
        Place(-6.1, 106.1),
        "hash-1",
        LINKED,
        LINKED,
        "rsud",
    ),
    replace(
        banten(),
        id="letter-2",
        number="800/900-BKD/2020",
        cadence=Cadence.ARRIVAL_DEPARTURE,
        rules=(Rule(ALL_CONDITIONS, Arrangement.HOME_UNLOCATED, "1"), Rule(Selector(), Arrangement.HOME, "2")),
        binds=(ALL_CONDITIONS, Selector()),
        adopted_at=LINKED,
    ),
    Decree(
        "office-1", MONDAY, (2020,), (Holiday(FRIDAY, "HUT", HolidayKind.JOINT_LEAVE, "office-1"),), (MONDAY,), LINKED
    ),
    Assignment("cuti-9", ALL_CONDITIONS, Arrangement.HOME_UNLOCATED, Between(MONDAY, FRIDAY), "surat"),
    Address("gubernur", ("a@example.id",)),
    Admin("a-wati-1", "Wati", Role.OPERATOR, ("dinkes", "vanished")),
    Attestation("t-1", MONDAY, at("07:10"), ("p-ani-5f0c", "p-gone-1234"), "a-oki-22", "SMS"),
)
"""A fact of every kind; no field of it stays empty."""

OTHERS: dict[type[Fact], dict[str, object]] = {
    Unit: {
        "name": "Puskesmas Serang",
        "kind": UnitKind.CABANG_DINAS,
        "parent": "banten",
        "reports": True,
        "reports_via": None,
        "head_email": "c@example.id",
        "operator_email": None,
        "nicknames": (),
        "annex": 8,
        "id": "puskesmas-2",
    },
    Person: {
        "name": "Citra Dewi",
        "unit": "inspektorat",
        "group": PositionGroup.NON_ASN,
        "employment": Employment.NON_ASN,
        "position": "Staf",
        "job": Job.GENERAL,
        "nip": None,
        "phone": None,
        "email": None,
        "domicile": "Kota Cilegon",
        "home": Place(-6.2, 106.2),
        "link_hash": "hash-2",
        "link_since": at("07:00"),
        "link_issued": at("07:00"),
        "filed_under": "dinkes",
        "id": "p-new-0002",
    },
    Policy: {
        "number": "800/901-BKD/2020",
        "title": "Perihal",
        "signed": FRIDAY,
        "zone": "WITA",
        "validity": UntilLifted(MONDAY, "PSBB"),
        "hours": (Hours(0, time(7), time(15)),),
        "slots": (Slot("0730", SlotKind.REPORT, time(7, 30), 5),),
        "cadence": Cadence.LIVE,
        "rules": (Rule(Selector(people=("p-ani-5f0c", "p-gone-1234")), Arrangement.UNBOUND, "3"),),
        "piket_minimums": (Minimum(PositionGroup.JPT_PRATAMA, 2),),
        "limits": Limits(300, 400, 60, 30),
        "report_to": ("sekda",),
        "recap_to": (),
        "recap_release": Release.APPROVAL,
        "sources": (Source("hours", "9"),),
        "binds": (Selector(people=("p-gone-1234",)),),
        "adopted_at": at("07:00"),
        "id": "letter-3",
    },
    Decree: {
        "signed": FRIDAY,
        "years": (2020, 2021),
        "days": (),
        "removed": (),
        "entered_at": at("07:00"),
        "number": "office-2",
    },
    Assignment: {
        "who": Selector(people=("p-gone-1234",)),
        "arrangement": Arrangement.LEAVE,
        "period": UntilLifted(MONDAY, "PSBB"),
        "basis": "",
        "id": "cuti-10",
    },
    Address: {"emails": ("b@example.id",), "office": "asisten"},
    Admin: {"name": "Wati Utami", "role": Role.AUDITOR, "units": (), "id": "a-wati-2"},
    Attestation: {
        "day": FRIDAY,
        "at": at("09:10"),
        "people": ("p-gone-1234",),
        "by": "a-gone-1",
        "basis": "",
        "id": "t-2",
    },
}
"""Another value for every field of every kind, the field that names the fact last."""

RAW = re.compile(r"\w\(\w+=|<\w|\w_\w|None|True|False|datetime|\b[pa]-\w+-\w+")
"""What no reader should meet: a representation, the value of an enumeration, the id of a person."""


def told(world: World, revision: int | None = None, admin: Admin = SEED, lang: str = "id") -> str:
    office = read_office(world.registry, at=at("09:00"))
    return said(answer(ShowAudit(revision), world.registry, office, admin, at=at("09:00")), lang)


def rows(text: str) -> list[list[str]]:
    return [line.split(" | ") for line in text.splitlines() if line.count(" | ") == 3][1:]


def commit(world: World, *edits: Edit, who: str = "test") -> int:
    """Make edits of the newest office, and say which revision they are."""
    head = world.records.office.head()
    assert head
    made = world.records.office.commit(head.revision, edits, who=who, summary=Line("office.opened"), at=at("06:00"))
    return made.revision


def test_what_no_person_changed_was_changed_by_the_system(world: World) -> None:
    world.open([person("Ani")])
    carry_out(world.registry, decide_people, MovePeople(("ani",), "inspektorat"), at=at("06:00"))

    assert "2 | 23/03/2020 06.00 | Sistem | " in told(world)
    assert "23/03/2020 06.00 oleh Sistem" in told(world, 2)


def test_a_former_admin_is_named_as_they_were_when_they_made_the_change(world: World) -> None:
    wati = Admin("a2", "Wati", Role.BKD)
    world.open([person("Ani")])
    world.change(Noun.ADMINS, [wati], at("05:00"))
    carry_out(world.registry, decide_people, MovePeople(("ani",), "inspektorat"), wati, at=at("06:00"))
    world.change(Noun.ADMINS, [], at("07:00"))

    assert "3 | 23/03/2020 06.00 | Wati | " in told(world)
    assert "23/03/2020 06.00 oleh Wati" in told(world, 3)


def test_a_further_row_of_a_letter_is_told_by_what_it_does_differently(world: World) -> None:
    world.open([person("Ani")])
    carry_out(world.registry, decide_workday, SetLimits(None, 300, None), at=at("10:05"))

    found = rows(told(world, 2))

    assert {field for _, field, *_ in found} == {phrase("audit.field.limits")}
    assert ["radius 200 m" in before and "radius 300 m" in after for *_, before, after in found] == [True]


def test_a_number_in_the_grounds_of_a_decision_is_not_shown(world: World) -> None:
    world.open([person("Ani")])
    basis = "sms dari 0812-0000-0001 dan +62 812 0000 0002, surat 800/734-BKD/2020 tanggal 24-03-2020"
    revision = commit(world, Edit(None, Attestation("t-1", MONDAY, at("07:10"), ("ani",), "a-1", basis)))

    text = told(world, revision)

    assert "sms dari …001 dan …002, surat 800/734-BKD/2020" in text
    assert "0812" not in text


def test_what_happened_to_accounts_stands_between_the_changes_for_whoever_sees_everything(world: World) -> None:
    world.open([person("Ani")])
    carry_out(world.registry, decide_people, MovePeople(("ani",), "inspektorat"), at=at("06:00"))
    note_access("c1", Access(Step.CUT, at("05:00"), "Wati", "Rina"))
    note_access("c1", Access(Step.CUT, at("07:00"), "Wati", "Rina"))

    found = rows(told(world))

    assert [when for _, when, *_ in found][:2] == ["23/03/2020 06.00", "23/03/2020 05.00"]
    assert found[1] == ["–", "23/03/2020 05.00", "Rina", phrase("access.cut", name="Wati", by="Rina", platform="")]
    assert len(found) == 3
    assert "Wati" not in told(world, admin=OKI)


def test_somebody_who_moved_has_another_unit_and_nothing_is_said_of_where_programs_file_them(world: World) -> None:
    world.open([person("Ani")])
    carry_out(world.registry, decide_people, MovePeople(("ani",), "inspektorat"), at=at("06:00"))

    shown = told(world, 2)

    assert "Ani | unit | Dinas Kesehatan Provinsi Banten | Inspektorat Provinsi Banten" in shown
    assert shown.count("Ani |") == 1


def test_a_new_leave_says_whose_and_when(world: World) -> None:
    world.open([person("Ani")])
    leave = SetLeave(("ani",), date(2020, 3, 24), date(2020, 3, 27), "sakit")
    carry_out(world.registry, decide_absence, leave, at=at("06:00"))

    assert rows(told(world, 2)) == [
        ["Cuti: Ani", "untuk siapa", "–", "Ani"],
        ["Cuti: Ani", "pengaturan", "–", "Cuti"],
        ["Cuti: Ani", "masa", "–", "24/03/2020–27/03/2020"],
        ["Cuti: Ani", "dasar", "–", "sakit"],
    ]


def test_an_exemption_tells_its_conditions_and_what_has_changed_of_them(world: World) -> None:
    world.open([person("Ani")])
    who = Selector(units=("inspektorat",), groups=(PositionGroup.PENGAWAS,))
    exempt = Assignment("kecuali-1", who, Arrangement.EXEMPT, Between(MONDAY, FRIDAY))
    came = commit(world, Edit(None, exempt))
    wider = commit(world, Edit(exempt, replace(exempt, who=Selector(units=("inspektorat",)))))

    name = "Pengecualian: Inspektorat Provinsi Banten"
    assert rows(told(world, came))[:3] == [
        [f"{name} …", "untuk siapa", "–", "Unit: Inspektorat Provinsi Banten"],
        [f"{name} …", "untuk siapa", "", "Jabatan: Pengawas (eselon IV)"],
        [f"{name} …", "untuk siapa", "", "Hanya bagi yang memenuhi semua syarat di atas."],
    ]
    assert rows(told(world, wider)) == [
        [name, "untuk siapa", "Jabatan: Pengawas (eselon IV)", "–"],
        [name, "untuk siapa", "Hanya bagi yang memenuhi semua syarat di atas.", ""],
    ]


def test_of_long_texts_that_begin_alike_the_audit_shows_where_they_differ(world: World) -> None:
    world.open([person("Ani")])
    letter = replace(banten(), id="letter-2", number="2", title="Penyesuaian sistem kerja " * 4 + "pegawai")
    commit(world, Edit(None, letter))
    renamed = commit(world, Edit(letter, replace(letter, title="Penyesuaian sistem kerja " * 4 + "guru")))

    ((_, field, before, after),) = rows(told(world, renamed))

    assert field == "perihal"
    assert (before[-7:], after[-4:]) == ("pegawai", "guru")


def test_names_of_other_units_are_counted_and_not_read(world: World) -> None:
    world.open([ANI, EKO])
    leave = Assignment("cuti-1", Selector(people=(EKO.id,)), Arrangement.LEAVE, Between(MONDAY, FRIDAY), "Eko sakit")
    shared = replace(leave, id="cuti-2", who=Selector(people=(ANI.id, EKO.id)))
    roster = world.records.office.people(1, ["inspektorat"])
    edits = [Edit(one, replace(one, name="Eko Prasetyo", group=PositionGroup.PENGAWAS)) for one in roster]
    revision = commit(world, *edits, Edit(None, leave), Edit(None, shared), Edit(None, replace(EKO, id="p-new-0001")))

    shown = told(world, revision, OKI)

    assert "Eko" not in shown
    assert "1 orang | nama | (diubah) | (diubah)" in shown
    assert "1 orang | golongan jabatan | Pelaksana | Pengawas (eselon IV)" in shown
    assert "Cuti: 1 orang | untuk siapa | – | 1 orang" in shown
    assert "Cuti: 2 orang | untuk siapa | – | Ani dan 1 orang lain" in shown
    assert "Eko Prasetyo" in told(world, revision)


def test_what_hundreds_of_new_people_bring_is_cut_and_counted(world: World) -> None:
    world.open([ANI])
    newcomers = [replace(ANI, id=f"p-new-{number:04}", name=f"Pegawai {number}") for number in range(200)]
    revision = commit(world, *(Edit(None, one) for one in newcomers))

    shown = told(world, revision)

    assert len(rows(shown)) == MOST_ROWS
    assert phrase("audit.more", count=200 * len(("name", "unit", "group", "employment")) - MOST_ROWS) in shown


def test_every_kind_of_fact_and_each_of_its_fields_has_a_sample() -> None:
    assert {type(fact) for fact in WHOLE} == set(KINDS.values()) == OTHERS.keys()
    assert {kind: {field.name for field in fields(kind)} for kind in OTHERS} == {
        kind: set(values) for kind, values in OTHERS.items()
    }


@pytest.mark.parametrize("lang", KNOWN)
def test_every_field_and_every_word_of_a_fact_can_be_said(lang: str) -> None:
    for kind in KINDS.values():
        assert all(phrase(f"audit.field.{field.name}", lang=lang) for field in fields(kind))
    for words, prefix in WORDS.items():
        assert all(phrase(f"{prefix}.{word}", lang=lang) for word in words)


@pytest.mark.parametrize("whole", WHOLE, ids=lambda fact: type(fact).__name__)
def test_whatever_comes_changes_or_goes_is_told_in_words(world: World, whole: Fact) -> None:
    world.open([ANI, EKO])
    commit(world, Edit(None, OKI))
    versions: list[Fact] = [whole]
    for name, value in OTHERS[type(whole)].items():
        versions.append(replace(versions[-1], **{name: value}))  # type: ignore[arg-type]
    came = commit(world, Edit(None, whole))
    for before, after in pairwise(versions):
        commit(world, *diff(partitioned([before]), partitioned([after])))
    gone = commit(world, Edit(versions[-1], None))

    texts = {revision: told(world, revision) for revision in range(came, gone + 1)}

    english = "".join(told(world, revision, lang="en") for revision in texts)
    assert [found for text in (*texts.values(), english) for found in RAW.findall(text)] == []
    for revision, name in enumerate(OTHERS[type(whole)], start=came + 1):
        _is_told(name, texts[revision], is_renaming=revision == gone - 1)
    assert all(row[2] in ("–", "") for row in rows(texts[came]))
    assert all(row[3] in ("–", "") for row in rows(texts[gone]))
    assert rows(texts[came])
    assert rows(texts[gone])


def _is_told(field: str, text: str, *, is_renaming: bool) -> None:
    """That a changed field is told once or more, and nothing besides; another key is another fact."""
    heading, found = phrase(f"audit.field.{field}"), rows(text)
    if field in UNTOLD or is_renaming:
        return
    assert {row[1] for row in found} == {heading}
    assert all(row[2] != row[3] for row in found) or field in HIDDEN
    assert all((row[2] == phrase("audit.hidden")) == (field in HIDDEN) for row in found)
