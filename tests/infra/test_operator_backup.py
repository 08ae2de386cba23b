"""A backup of all tables and its way back into empty ones."""

import gzip
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from botocore.session import get_session

from chalicelib.checkin import Opening, open_link
from chalicelib.domain.delivery import HANDED_OVER
from chalicelib.domain.errors import LinkUnknown
from chalicelib.store import tables
from chalicelib.store.checkins import CheckInStore
from chalicelib.store.office import OfficeStore
from infra.operator import backup, backupfile
from infra.operator.__main__ import main
from infra.operator.backup import make_backup
from infra.operator.command import Declined
from infra.operator.deployment import Deployment
from infra.operator.restore import restore
from tests.infra.operating import STAGE, Account, Screen
from tests.office import MONDAY, at, person
from tests.store import dynamo
from tests.world import PREFIX, REGION, World

AT = at("08:00")


@pytest.fixture
def dynamodb(world: World) -> Any:
    return get_session().create_client("dynamodb", REGION)


@pytest.fixture
def reported(world: World) -> World:
    """A deployment whose first slot was reported: rows in every table, the data marked."""
    world.open([person("Ani"), person("Budi", "inspektorat")])
    tables.OfficeRow("data", "version", body="", revision=tables.DATA_VERSION).save()
    world.checkin("Ani", at("07:12"))
    world.play(at("07:30:10"))
    tables.ChatRow("account#slack", "link", body="x").save()
    return world


def emptied() -> None:
    """A new deployment: the same tables without a row but the mark of deploying."""
    for row in tables.TABLES.values():
        row.delete_table()
        row.create_table(wait=True)
    tables.OfficeRow("data", "version", body="", revision=tables.DATA_VERSION).save()


def held() -> set[str]:
    return {f"{name} {json.dumps(row, sort_keys=True)}" for name, rows in dynamo.rows().items() for row in rows}


def test_a_restored_office_works_and_old_links_open(reported: World, dynamodb: Any, tmp_path: Path) -> None:
    make_backup(dynamodb, Screen(), PREFIX, tmp_path / "all.gz", at=AT)
    before = held()
    emptied()

    restore(dynamodb, Screen(), PREFIX, tmp_path / "all.gz", dry_run=False)

    receipt = reported.checkin("Budi", at("11:00"))
    mails = reported.records.ledger.mails(MONDAY, "0730")
    assert before <= held()
    assert receipt
    assert {mail.key.unit for mail in mails if mail.state in HANDED_OVER} >= {"dinkes", "inspektorat"}
    assert open_link(CheckInStore(), Opening(token=reported.tokens["ani"]), at=at("11:00"))


def test_before_it_is_restored_an_empty_deployment_opens_no_link(reported: World) -> None:
    emptied()

    with pytest.raises(LinkUnknown):
        open_link(CheckInStore(), Opening(token=reported.tokens["ani"]), at=at("11:00"))


def test_both_say_how_many_rows_there_are(reported: World, dynamodb: Any, tmp_path: Path) -> None:
    written, restored = Screen(), Screen()
    summary = make_backup(dynamodb, written, PREFIX, tmp_path / "all.gz", at=AT)
    emptied()

    restore(dynamodb, restored, PREFIX, tmp_path / "all.gz", dry_run=False)

    assert summary.rows == {name: len(rows) for name, rows in dynamo.rows().items()}
    assert f"all      │ {summary.total:,}".replace(" ", "") in written.text.replace(" ", "")
    assert f"{summary.total:,} rows were written" in restored.text


def test_a_backup_is_for_this_machines_user_alone(reported: World, dynamodb: Any, tmp_path: Path) -> None:
    make_backup(dynamodb, Screen(), PREFIX, tmp_path / "all.gz", at=AT)

    assert stat.S_IMODE((tmp_path / "all.gz").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["all.gz"]


def test_a_dry_run_checks_everything_and_writes_nothing(reported: World, dynamodb: Any, tmp_path: Path) -> None:
    screen = Screen()
    make_backup(dynamodb, Screen(), PREFIX, tmp_path / "all.gz", at=AT)
    emptied()
    before = held()

    restore(dynamodb, screen, PREFIX, tmp_path / "all.gz", dry_run=True)

    assert held() == before
    assert "Nothing was changed" in screen.text


def test_a_deployment_with_rows_of_its_own_is_not_restored_into(reported: World, dynamodb: Any, tmp_path: Path) -> None:
    make_backup(dynamodb, Screen(), PREFIX, tmp_path / "all.gz", at=AT)
    reported.checkin("Budi", at("08:30"))
    before = held()

    with pytest.raises(Declined, match="test-checkins is not empty"):
        restore(dynamodb, Screen(), PREFIX, tmp_path / "all.gz", dry_run=False)

    assert held() == before


def test_a_restore_that_died_is_finished_by_typing_it_again(reported: World, dynamodb: Any, tmp_path: Path) -> None:
    make_backup(dynamodb, Screen(), PREFIX, tmp_path / "all.gz", at=AT)
    whole = held()
    tables.OfficeRow.get("head", "current").delete()
    for row in list(tables.LedgerRow.scan())[:2]:
        row.delete()

    restore(dynamodb, Screen(), PREFIX, tmp_path / "all.gz", dry_run=False)

    assert held() == whole


def test_the_head_of_the_office_is_written_last(reported: World, dynamodb: Any, tmp_path: Path) -> None:
    make_backup(dynamodb, Screen(), PREFIX, tmp_path / "all.gz", at=AT)

    last = json.loads(gzip.decompress((tmp_path / "all.gz").read_bytes()).splitlines()[-2])
    assert (last["table"], last["item"]["pk"], last["item"]["sk"]) == ("office", {"S": "head"}, {"S": "current"})


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[:-40],
        lambda whole: b"",
        lambda whole: b"no gzip",
        lambda whole: gzip.compress(gzip.decompress(whole).replace(b"Ani", b"Eni")),
        lambda whole: gzip.compress(b"\n".join(gzip.decompress(whole).splitlines()[:-1])),
        lambda whole: gzip.compress(b"".join(gzip.decompress(whole).splitlines(True)[::2])),
        lambda whole: gzip.compress(b"[]\n"),
        lambda whole: gzip.compress(b"[]\n[]\n"),
        lambda whole: whole[:60] + b"\0\0\0\0" + whole[64:],
    ],
)
def test_a_file_that_is_not_whole_is_refused_before_anything_is_written(
    damage: Any, reported: World, dynamodb: Any, tmp_path: Path
) -> None:
    make_backup(dynamodb, Screen(), PREFIX, tmp_path / "all.gz", at=AT)
    (tmp_path / "bad.gz").write_bytes(damage((tmp_path / "all.gz").read_bytes()))
    emptied()
    before = held()

    with pytest.raises(Declined, match="no whole backup"):
        restore(dynamodb, Screen(), PREFIX, tmp_path / "bad.gz", dry_run=False)

    assert held() == before


def test_a_backup_of_newer_data_than_the_code_knows_is_refused(reported: World, dynamodb: Any, tmp_path: Path) -> None:
    tables.OfficeRow("data", "version", body="", revision=tables.DATA_VERSION + 1).save()
    make_backup(dynamodb, Screen(), PREFIX, tmp_path / "all.gz", at=AT)
    emptied()

    with pytest.raises(Declined, match="take the code that wrote it"):
        restore(dynamodb, Screen(), PREFIX, tmp_path / "all.gz", dry_run=False)


def test_an_office_that_changes_while_it_is_read_is_read_again(
    reported: World, dynamodb: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = iter([lambda: reported.change_people([person("Ani"), person("Cici")], at("08:00"))])
    plain = backup.scanned

    def scanned(client: Any, table: str) -> Any:
        yield from plain(client, table)
        if table == f"{PREFIX}-office":
            next(changes, lambda: None)()

    monkeypatch.setattr(backup, "scanned", scanned)
    make_backup(dynamodb, Screen(), PREFIX, tmp_path / "all.gz", at=AT)
    monkeypatch.undo()
    emptied()
    restore(dynamodb, Screen(), PREFIX, tmp_path / "all.gz", dry_run=False)

    head = OfficeStore(REGION).head()
    assert head
    assert [one.name for one in OfficeStore(REGION).whole(head.revision, MONDAY).people] == ["Ani", "Cici"]


def test_mails_that_were_not_settled_are_counted_for_whoever_restores(
    reported: World, dynamodb: Any, tmp_path: Path
) -> None:
    screen = Screen()
    reported.ring(at("11:30:10"))
    waiting = len(reported.records.ledger.unsettled(MONDAY))
    make_backup(dynamodb, Screen(), PREFIX, tmp_path / "all.gz", at=AT)
    emptied()

    restore(dynamodb, screen, PREFIX, tmp_path / "all.gz", dry_run=True)

    assert waiting
    assert f"{waiting} mails were not settled" in screen.text


def test_tables_of_which_no_stack_knows_can_be_written_into_a_file(
    reported: World, dynamodb: Any, tmp_path: Path
) -> None:
    standing_nowhere = Deployment(STAGE, Account(dynamodb=dynamodb))  # type: ignore[arg-type]
    path = tmp_path / "old.gz"

    status = main(["backup", "--stage", "prod", "--prefix", PREFIX, str(path)], lambda _: standing_nowhere)

    assert status == 0
    assert backupfile.check(path).heading.stack == PREFIX


def test_a_backup_is_not_written_over_another(
    dynamodb: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "old.gz").write_bytes(b"the only one")
    standing_nowhere = Deployment(STAGE, Account(dynamodb=dynamodb))  # type: ignore[arg-type]

    status = main(["backup", "--stage", "prod", str(tmp_path / "old.gz")], lambda _: standing_nowhere)

    assert status == 1
    assert "is there already" in capsys.readouterr().err
    assert (tmp_path / "old.gz").read_bytes() == b"the only one"
