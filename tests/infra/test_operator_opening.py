"""Opening the government's office for the first time."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from chalicelib import presets
from chalicelib.admin.policy import AdoptPreset
from infra.operator.command import Declined
from infra.operator.opening import Opening, open_first, read_recipients
from infra.operator.organisation import read_organisation
from tests.infra.operating import Screen
from tests.office import LINKED, MONDAY
from tests.world import World

PRESET = Path(presets.__file__).with_name("organisation-banten.toml")
LETTER = AdoptPreset("banten-2020", "WIB")
RECIPIENTS = "bkd=bkd@banten.example.id, sekda=sekda@banten.example.id"


def opening(circular: AdoptPreset | None = LETTER, recipients: str = RECIPIENTS) -> Opening:
    return Opening(read_organisation(PRESET), read_recipients(recipients), circular)


def test_an_office_is_opened_with_its_units_holidays_mailboxes_and_circular(world: World) -> None:
    status = open_first(world.registry, Screen(), opening(), dry_run=False, at=LINKED)

    office = world.records.office.current()
    assert status == 0
    assert office
    assert len(office.organisation.reporting_units()) == 41
    assert office.addresses["sekda"] == ("sekda@banten.example.id",)
    assert [policy.number for policy in office.circulars.policies] == ["800/734-BKD/2020"]
    assert office.circulars.windows(MONDAY)


def test_the_calendar_is_the_one_that_had_been_decreed_by_then(world: World) -> None:
    open_first(world.registry, Screen(), opening(), dry_run=False, at=LINKED)

    office = world.records.office.current()
    assert office
    assert max(decree.signed for decree in office.circulars.calendar.decrees) <= date(2020, 3, 22)


def test_a_dry_run_shows_what_the_office_would_be_and_opens_none(world: World) -> None:
    screen = Screen()

    status = open_first(world.registry, screen, opening(), dry_run=True, at=LINKED)

    text = " ".join(screen.text.split())
    assert status == 0
    assert "41 report for themselves" in text
    assert "slots 07.30, 11.30, 15.30 WIB; 127 mails a day" in text
    assert "41 of them have no operator_email" in text
    assert world.records.office.current() is None


def test_an_office_that_is_open_is_not_opened_again(world: World) -> None:
    open_first(world.registry, Screen(), opening(None, "bkd=first@example.id"), dry_run=False, at=LINKED)

    with pytest.raises(Declined, match="open already"):
        open_first(world.registry, Screen(), opening(), dry_run=False, at=LINKED)

    office = world.records.office.current()
    assert office
    assert office.addresses == {"bkd": ("first@example.id",)}


def test_an_office_may_be_opened_without_a_circular(world: World) -> None:
    screen = Screen()

    open_first(world.registry, screen, opening(None), dry_run=False, at=LINKED)

    office = world.records.office.current()
    assert office
    assert office.circulars.policies == ()
    assert "none yet" in screen.text


def test_a_circular_whose_days_are_over_opens_nothing(world: World) -> None:
    with pytest.raises(Declined, match="ended on 2020-03-31: give it other days with --from and --until"):
        open_first(world.registry, Screen(), opening(), dry_run=False, at=LINKED + timedelta(days=30))

    assert world.records.office.current() is None


def test_a_circular_takes_other_days_and_another_number(world: World) -> None:
    letter = replace(LETTER, number="800/1-CONTOH/2020", start=date(2020, 4, 1), end=date(2020, 4, 30))

    open_first(world.registry, Screen(), opening(letter), dry_run=False, at=LINKED + timedelta(days=9))

    office = world.records.office.current()
    assert office
    assert [(one.number, one.validity.start) for one in office.circulars.policies] == [
        ("800/1-CONTOH/2020", date(2020, 4, 1))
    ]


def test_every_office_of_the_circular_needs_a_mailbox(world: World) -> None:
    with pytest.raises(Declined, match="lacks the mailbox of: sekda"):
        open_first(world.registry, Screen(), opening(recipients="bkd=bkd@banten.example.id"), dry_run=False, at=LINKED)


def test_an_office_named_twice_has_two_mailboxes() -> None:
    assert read_recipients("bkd=a@x.go.id,bkd=b@x.go.id") == {"bkd": ("a@x.go.id", "b@x.go.id")}


@pytest.mark.parametrize("text", ["bkd", "bkd=", "=a@x.go.id", "bkd=nobody"])
def test_a_mailbox_that_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Declined, match="--recipients"):
        read_recipients(text)


WRONG = """
[[unit]]
id = "pemprov"
name = "Pemerintah Provinsi Rekaan"
kind = "government"

[[unit]]
id = "Dinas Satu"
name = "Dinas Satu"
kind = "dinas"
parent = "nowhere"
reports = true
operator_email = "operator"

[[unit]]
id = "satu"
name = "Satu"
kind = "dinas"
parent = "dua"

[[unit]]
id = "dua"
name = "Dua"
kind = "dinas"
parent = "satu"
"""


def test_everything_that_is_wrong_with_an_organisation_file_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "rekaan.toml"
    file.write_text(WRONG, "utf-8")

    with pytest.raises(Declined) as refused:
        read_organisation(file)

    assert [line.strip().partition(":")[0] for line in str(refused.value).splitlines()[1:]] == [
        *["Dinas Satu"] * 3,
        "satu",
        "dua",
    ]


@pytest.mark.parametrize("text", ["", "[[unit]]\nid = 1", "[[unit]", "[[unit]]\nid='a'\nname='A'\nkind='palace'"])
def test_a_file_that_is_no_organisation_is_refused_by_its_name(text: str, tmp_path: Path) -> None:
    file = tmp_path / "rekaan.toml"
    file.write_text(text, "utf-8")

    with pytest.raises(Declined, match=r"rekaan\.toml"):
        read_organisation(file)


def written(tmp_path: Path, units: str) -> Path:
    path = tmp_path / "organisation.toml"
    path.write_text(units, "utf-8")
    return path


GOVERNMENT = '[[unit]]\nid = "pemprov"\nname = "Pemprov"\nkind = "government"\n'


def test_a_kind_of_unit_that_does_not_exist_is_told_with_those_that_do(tmp_path: Path) -> None:
    path = written(tmp_path, f'{GOVERNMENT}[[unit]]\nid = "dinkes"\nname = "Dinkes"\nkind = "dinass"\n')

    with pytest.raises(Declined, match=r'dinkes: kind = "dinass" is none; write one of government, .*dinas, '):
        read_organisation(path)


def test_a_name_that_two_units_have_is_told(tmp_path: Path) -> None:
    twice = "".join(
        f'[[unit]]\nid = "{id}"\nname = "Dinas {id}"\nkind = "dinas"\nparent = "pemprov"\nreports = true\n'
        'nicknames = ["Dinas Contoh"]\n'
        for id in ("dinkes", "dinsos")
    )

    with pytest.raises(Declined, match='"dinas contoh" is the name of 2 units'):
        read_organisation(written(tmp_path, GOVERNMENT + twice))
