"""The letter of 22 March 2020 as data: every figure is the letter's own, and what it leaves open has a reason."""

import re
import tomllib
from dataclasses import fields
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from chalicelib import presets
from chalicelib.domain.day import Circulars
from chalicelib.domain.evidence import Limits
from chalicelib.domain.people import Employment, Job, Person, PositionGroup
from chalicelib.domain.periods import Between
from chalicelib.domain.policy import Arrangement, Cadence, Hours, Minimum, Policy, Release, Slot, SlotKind
from tests.office import DINKES, FRIDAY, MONDAY, at, calendar, person

FOLDER = Path(presets.__file__).parent
DATA: dict[str, Any] = tomllib.loads((FOLDER / "banten-2020.toml").read_text("utf-8"))
LETTER = presets.policy("banten-2020")
ITS_OWN_HEAD = {"id", "number", "title", "signed"}
NOT_OF_THE_LETTER = {"sources", "binds", "adopted_at"}


def clauses(field: str) -> list[str]:
    return [source.clause for source in LETTER.sources if source.field == field]


def arrangement(who: Person, policy: Policy = LETTER) -> Arrangement | None:
    return policy.arrangement_of(who, DINKES)


def test_the_letter_has_its_number_its_subject_and_its_date() -> None:
    assert LETTER.number == "800/734-BKD/2020"
    assert LETTER.title == "Penyesuaian Sistem Kerja Aparatur Sipil Negara di lingkungan Pemerintah Provinsi Banten"
    assert LETTER.signed == date(2020, 3, 22)
    assert LETTER.zone == "WIB"


def test_point_2a_monday_to_thursday_from_seven_to_three_and_friday_to_half_past_three() -> None:
    assert LETTER.hours == (
        Hours(0, time(7, 0), time(15, 0)),
        Hours(1, time(7, 0), time(15, 0)),
        Hours(2, time(7, 0), time(15, 0)),
        Hours(3, time(7, 0), time(15, 0)),
        Hours(4, time(7, 0), time(15, 30)),
    )


def test_point_2b_reports_are_due_at_half_past_seven_eleven_and_three() -> None:
    reports = tuple(slot for slot in LETTER.slots if slot.kind is SlotKind.REPORT)

    assert reports == (
        Slot("0730", SlotKind.REPORT, time(7, 30)),
        Slot("1130", SlotKind.REPORT, time(11, 30)),
        Slot("1530", SlotKind.REPORT, time(15, 30)),
    )


def test_annex_5_the_day_ends_with_one_recap_at_four() -> None:
    assert LETTER.slots[-1] == Slot("recap", SlotKind.RECAP, time(16, 0))
    assert [slot.kind for slot in LETTER.slots].count(SlotKind.RECAP) == 1


def test_no_slot_is_moved_before_its_deadline_by_the_letter() -> None:
    assert {slot.lead_minutes for slot in LETTER.slots} == {0}


def test_friday_has_the_same_deadlines_as_monday() -> None:
    monday, friday = LETTER.windows(MONDAY), LETTER.windows(FRIDAY)

    assert [window.slot for window in monday] == [window.slot for window in friday]
    assert friday[-1].closes == at("15:30", FRIDAY)


def test_point_9_it_holds_from_23_to_31_march() -> None:
    assert LETTER.validity == Between(date(2020, 3, 23), date(2020, 3, 31))


def test_it_has_six_working_days_and_so_eighteen_reports_a_unit() -> None:
    letter = Circulars((LETTER,), calendar(LETTER.signed))

    working = [number for number in range(1, 32) if letter.cut_offs(date(2020, 3, number))]

    assert working == [23, 24, 26, 27, 30, 31]
    assert sum(len(LETTER.windows(date(2020, 3, number))) for number in working) == 18


def test_a_working_day_of_the_41_organisations_sends_127_mails() -> None:
    units, reports = len(presets.organisation("banten").reporting_units()), len(LETTER.windows(MONDAY))

    assert units * reports + reports + 1 == 127


def test_point_2_asn_and_non_asn_alike_work_at_home_with_a_location_duty() -> None:
    for employment in Employment:
        assert arrangement(person("Ani", employment=employment)) is Arrangement.HOME


def test_point_3b_binds_heads_and_officials_as_everybody_else() -> None:
    for group in PositionGroup:
        assert arrangement(person("Ani", group=group)) is Arrangement.HOME


def test_point_2_excepts_the_covid_task_force() -> None:
    assert arrangement(person("Ani", job=Job.TASK_FORCE)) is Arrangement.EXEMPT


@pytest.mark.parametrize("job", [Job.SECURITY, Job.CLEANING])
def test_point_4_security_and_cleaning_work_as_usual(job: Job) -> None:
    assert arrangement(person("Ani", job=job)) is Arrangement.OFFICE


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({}, Arrangement.HOME_UNLOCATED),
        ({"education": "bound-unlocated"}, Arrangement.HOME_UNLOCATED),
        ({"education": "bound-located"}, Arrangement.HOME),
    ],
)
def test_point_1_teachers_work_at_home_by_either_reading_and_report_a_location_by_one(
    choices: dict[str, str], expected: Arrangement
) -> None:
    chosen = presets.policy("banten-2020", choices)

    assert arrangement(person("Ani", job=Job.EDUCATION), chosen) is expected
    assert arrangement(person("Ani"), chosen) is Arrangement.HOME
    assert arrangement(person("Ani", job=Job.TASK_FORCE), chosen) is Arrangement.EXEMPT


def test_a_reading_the_letter_does_not_allow_is_refused() -> None:
    with pytest.raises(KeyError):
        presets.policy("banten-2020", {"education": "exempt"})


def test_a_letter_nobody_wrote_down_is_refused() -> None:
    with pytest.raises(FileNotFoundError):
        presets.policy("banten-1998")


def test_it_binds_everybody() -> None:
    assert LETTER.binds == ()
    assert LETTER.adopted_at is None


def test_point_3b_one_administrator_and_three_pengawas_are_at_the_office_every_day() -> None:
    assert LETTER.piket_minimums == (
        Minimum(PositionGroup.ADMINISTRATOR, 1),
        Minimum(PositionGroup.PENGAWAS, 3),
    )


def test_reports_go_to_bkd_and_the_recap_through_the_sekda() -> None:
    assert LETTER.report_to == ("bkd",)
    assert LETTER.recap_to == ("bkd", "sekda")
    assert LETTER.recap_release is Release.AUTO


def test_a_position_is_held_to_200_metres_and_a_fix_to_two_minutes() -> None:
    assert LETTER.limits == Limits(radius_m=200, accuracy_m=500, fix_age_s=120, clock_skew_s=60)


def test_of_three_readings_of_the_cadence_it_takes_the_slots_and_gives_its_reasons_against_the_others() -> None:
    not_taken = {reading["value"]: reading for reading in DATA["cadence"]["not_taken"]}

    assert LETTER.cadence is Cadence.PER_SLOT
    assert set(not_taken) == {Cadence.HOURLY, Cadence.LIVE}
    assert "setiap jam kerja" in not_taken["hourly"]["clause"]
    assert "8 jam" in not_taken["live"]["clause"]
    assert all(len(reading["reason"]) > 40 for reading in not_taken.values())


def test_every_field_of_the_policy_names_its_source() -> None:
    named = {source.field for source in LETTER.sources}

    assert {field.name for field in fields(Policy)} - ITS_OWN_HEAD - NOT_OF_THE_LETTER <= named


def test_every_entry_of_every_list_and_table_names_its_clause() -> None:
    entries = [
        (field, entry)
        for field, value in DATA.items()
        if field not in ITS_OWN_HEAD | {"choices"}
        for entry in (value if isinstance(value, list) else [value])
    ]

    assert [field for field, entry in entries if not entry["clause"].strip()] == []
    assert len(LETTER.sources) == len(entries)
    assert all(choice["clause"] for choice in DATA["choices"].values())


@pytest.mark.parametrize(
    ("field", "starts"),
    [
        ("validity", ["9"]),
        ("hours", ["2.a", "2.a"]),
        ("slots", ["2.b", "2.b", "2.b", "Lampiran 5"]),
        ("cadence", ["2.b"]),
        ("rules", ["2,", "4,", "1"]),
        ("piket_minimums", ["3.b (1)", "3.b (2)"]),
        ("report_to", ["2.b"]),
        ("recap_to", ["Lampiran 5"]),
        ("zone", ["office practice: "]),
        ("limits", ["office practice: 6 "]),
        ("recap_release", ["office practice: "]),
    ],
)
def test_a_source_is_a_clause_of_the_letter_or_office_practice_with_its_reason(field: str, starts: list[str]) -> None:
    found = clauses(field)

    assert len(found) == len(starts)
    assert all(clause.startswith(start) for clause, start in zip(found, starts, strict=True))


def test_a_rule_keeps_its_clause_for_whoever_asks_why() -> None:
    assert [rule.clause[:2] for rule in LETTER.rules] == ["2,", "4,", "1"]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.name)
def test_no_preset_holds_an_e_mail_address_or_a_phone_number(path: Path) -> None:
    text = path.read_text("utf-8")

    assert re.findall(r"\S+@\S+", text) == []
    assert re.findall(r"\+62|\b08\d{8,}", text) == []
