"""The roster from a file and back into files, at a terminal."""

import stat
from pathlib import Path

import pytest

from chalicelib.admin import desk
from chalicelib.admin.parcels import Parcel
from chalicelib.checkin import Opening, open_link
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.change import Line, Noun
from chalicelib.domain.day import Office
from infra.operator.command import Declined
from infra.operator.roster import bring_in, write_out
from tests.infra.operating import Screen
from tests.office import at, person
from tests.world import World

HEADING = "Nama;Unit kerja;Jabatan;Status;No HP\n"
AT = at("05:00")
RINA, OKI = Admin("rina", "Rina Contoh", Role.BKD), Admin("oki", "Oki Contoh", Role.OPERATOR, ("dinkes",))


class Courier:
    """Takes parcels as SES would, or doesn't."""

    def __init__(self, answer: str = "parcel.accepted") -> None:
        self.answer, self.taken = answer, list[Parcel]()

    def post(self, parcel: Parcel, cause: str) -> Line:
        self.taken.append(parcel)
        return Line(self.answer, {"to": ", ".join(parcel.to), "file": parcel.file_name})


def roster(tmp_path: Path, *names: str, unit: str = "dinkes") -> Path:
    file = tmp_path / "pegawai.csv"
    file.write_text(HEADING + "".join(f"{name};{unit};Pelaksana;Non ASN;\n" for name in names), "utf-8")
    return file


def office(world: World) -> Office:
    return desk.read_office(world.registry, at=AT)


def names(world: World) -> list[str]:
    return [one.name for one in office(world).people]


def run(
    world: World, file: Path, *, by: str | None = None, courier: Courier | None = None, dry_run: bool = False
) -> tuple[int, str]:
    screen = Screen()
    post = (courier or Courier()).post
    return bring_in(world.registry, screen, file, by, post, dry_run=dry_run, at=AT), screen.text


@pytest.fixture
def staffed(world: World) -> World:
    """Ten people of one agency, an admin of BKD and an operator."""
    world.open([person(f"Orang {letter}") for letter in "ABCDEFGHIJ"])
    world.change(Noun.ADMINS, [RINA, OKI], at("04:00"))
    return world


def test_a_file_becomes_the_roster_and_its_links_go_to_the_operator(world: World, tmp_path: Path) -> None:
    world.open([])
    courier = Courier()

    status, said = run(world, roster(tmp_path, "Ani Contoh", "Budi Contoh"), courier=courier)

    assert status == 0
    assert names(world) == ["Ani Contoh", "Budi Contoh"]
    assert [parcel.to for parcel in courier.taken] == [("operator@dinkes.example.id",)]
    assert "New links: 2, in 1 sheets" in said
    assert "1 of 1 sheets were handed to SES" in said


def test_neither_a_name_nor_a_link_is_printed_of_who_comes(world: World, tmp_path: Path) -> None:
    world.open([])

    _, said = run(world, roster(tmp_path, "Ani Contoh"))

    assert "Ani" not in said
    assert "#" not in said


def test_a_dry_run_shows_what_comes_and_changes_nothing(staffed: World, tmp_path: Path) -> None:
    courier, kept = Courier(), [f"Orang {letter}" for letter in "ABCDEFGHIJ"]

    status, said = run(staffed, roster(tmp_path, *kept, "Kiki Contoh"), courier=courier, dry_run=True)

    assert status == 0
    assert "Nothing was changed" in said
    assert names(staffed) == kept
    assert courier.taken == []


def test_a_file_that_says_what_is_there_changes_nothing(staffed: World, tmp_path: Path) -> None:
    run(staffed, roster(tmp_path, *(f"Orang {letter}" for letter in "ABCDEFGHI")), by="Rina Contoh")
    revision = office(staffed).revision

    status, said = run(staffed, roster(tmp_path, *(f"Orang {letter}" for letter in "ABCDEFGHI")))

    assert status == 0
    assert "says already" in said
    assert office(staffed).revision == revision


def test_a_file_that_removes_over_a_tenth_asks_for_somebodys_yes(staffed: World, tmp_path: Path) -> None:
    with pytest.raises(Declined, match="--approved-by"):
        run(staffed, roster(tmp_path, "Orang A", "Orang B"))

    assert len(names(staffed)) == 10


@pytest.mark.parametrize("name", ["Oki Contoh", "Nobody"])
def test_only_an_admin_of_bkd_can_have_said_yes(name: str, staffed: World, tmp_path: Path) -> None:
    with pytest.raises(Declined, match="no admin of BKD"):
        run(staffed, roster(tmp_path, "Orang A", "Orang B"), by=name)

    assert len(names(staffed)) == 10


def test_what_somebody_approved_is_recorded_under_their_name(staffed: World, tmp_path: Path) -> None:
    status, _ = run(staffed, roster(tmp_path, "Orang A", "Orang B"), by="rina contoh")

    head = staffed.records.office.head()
    assert status == 0
    assert head
    assert (head.who, names(staffed)) == ("rina", ["Orang A", "Orang B"])


def test_a_file_with_wrong_entries_changes_nothing_and_is_marked(staffed: World, tmp_path: Path) -> None:
    status, said = run(staffed, roster(tmp_path, "Ani Contoh", unit="Dinas Entah"))

    assert status == 1
    assert "perbaiki-pegawai.xlsx" in said
    assert (tmp_path / "perbaiki-pegawai.xlsx").read_bytes().startswith(b"PK")
    assert len(names(staffed)) == 10


def test_a_sheet_that_ses_did_not_take_is_told_with_what_to_do(world: World, tmp_path: Path) -> None:
    world.open([])

    status, said = run(world, roster(tmp_path, "Ani Contoh"), courier=Courier("parcel.put_off"))

    assert status == 1
    assert "0 of 1 sheets" in said
    assert "lembar tautan" in said
    assert names(world) == ["Ani Contoh"]


def test_links_of_those_who_stay_open_as_before(staffed: World, tmp_path: Path) -> None:
    run(staffed, roster(tmp_path, *(f"Orang {letter}" for letter in "ABCDEFGHI")), by="Rina Contoh")

    assert open_link(staffed.records.checkins, Opening(token=staffed.tokens["orang a"]), at=AT)


def test_an_exported_roster_is_one_that_the_import_reads_unchanged(staffed: World, tmp_path: Path) -> None:
    status = write_out(staffed.registry, Screen(), tmp_path / "roster", at=AT)

    (whole,) = (tmp_path / "roster").glob("*pemerintah*")
    assert status == 0
    assert run(staffed, whole)[1].startswith("The roster says already")


def test_each_agency_has_a_file_that_nobody_else_on_the_machine_may_read(staffed: World, tmp_path: Path) -> None:
    write_out(staffed.registry, Screen(), tmp_path / "roster", at=AT)

    files = sorted((tmp_path / "roster").iterdir())
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
