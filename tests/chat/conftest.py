"""A bureau that can be talked to: the office of the scenarios behind both chats, on moto, its clock in our hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from botocore.session import get_session
from chalice.test import Client
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.ses.models import ses_backends
from moto.sqs.models import sqs_backends

from chalicelib.chat.conversation import PAUSE
from chalicelib.chat.reply import Button
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.change import Edit, Line
from chalicelib.domain.day import Office
from chalicelib.domain.message import Account, Platform
from chalicelib.domain.people import PositionGroup
from chalicelib.store.chat import ChatStore, Linked
from chalicelib.store.office import OfficeStore
from infra.local.slack_requests import TEAM
from tests.chat.sides import SECRETS, Seen, Side, Slack, Telegram, platforms
from tests.entry.hadir import Hadir, deployed, forget
from tests.office import LINKED, MONDAY, at, minutes, person
from tests.store import dynamo
from tests.world import BUCKET, PREFIX, REGION, World

PEOPLE = (
    person("Ani Lestari", id="ani", nip="198503122010012001", phone="+6281200000001"),
    person("Budi Santoso", id="budi-s", phone="+6281200000002"),
    person("Budi Hartono", id="budi-h", phone="+6281200000003"),
    person("Citra Dewi", "rsud", id="citra", phone="+6281200000004"),
    person("Dewi Anggraini", "inspektorat", id="dewi", phone="+6281200000005"),
    person("Eko Prasetyo", "inspektorat", id="eko", phone="+6281200000006", group=PositionGroup.PENGAWAS),
)
FIRST_USER = 101
ADMINS = (
    Admin("rina", "Rina", Role.BKD),
    Admin("wati", "Wati", Role.BKD),
    Admin("oki", "Oki", Role.OPERATOR, ("dinkes",)),
    Admin("tuti", "Tuti", Role.AUDITOR),
)
FILES = {
    "pegawai.csv": [
        "Nama;Unit kerja;Status;No HP",
        *(f"{one.name};{one.unit};PNS;0{one.phone[3:]}" for one in PEOPLE if one.phone),
        "Gita Puspita;dinkes;PNS;0812-0000-0007",
    ],
    "semua.csv": ["Nama;Unit kerja;Status;No HP", "Gita Puspita;inspektorat;PNS;0812-0000-0007"],
}


def _bodies() -> Any:
    return s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[BUCKET].keys


@dataclass
class Bureau:
    """One platform's view of the deployment, and admins who are linked on it under their names."""

    hadir: Hadir
    side: Side
    users: dict[str, str] = field(default_factory=dict)

    def say(self, who: str, line: str) -> Seen:
        return self.side.say(self.users[who], line)

    def press(self, who: str, button: Button) -> Seen:
        return self.side.press(self.users[who], button)

    def upload(self, who: str, name: str) -> Seen:
        return self.side.upload(self.users[who], name, "\n".join(FILES[name]).encode())

    def only_here(self, who: str) -> None:
        """Let an admin be linked on this platform alone."""
        for linked in ChatStore().accounts_of(who):
            if linked.account.platform is not self.side.platform:
                ChatStore().unlink(linked.account)

    def turn_to(self, instant: datetime) -> None:
        """Let it be a later instant, with everything that was due in between done."""
        self.hadir.at = instant
        self.hadir.world.play(instant)

    def wait(self) -> None:
        """Let the pause before another try be over, without a real second passing, and the worker try."""
        self.hadir.at += PAUSE
        for message in sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues[f"{PREFIX}-bots"]._messages:
            message.delayed_until = 0.0
        self.hadir.converse()

    def place(self) -> dynamo.Snapshot:
        """Where things stand, to come back to. What was said is left out: the next chats number it from one again."""
        return {name: kept for name, kept in dynamo.snapshot().items() if name != "chat"}

    def another_process(self) -> None:
        """Let whatever comes next meet a Lambda that remembers nothing."""
        forget()

    def revision(self) -> int:
        head = self.hadir.world.records.office.head()
        assert head
        return head.revision

    def office(self) -> Office:
        """The office as a process reads it that has read nothing yet."""
        return OfficeStore(REGION).whole(self.revision(), MONDAY)

    def somebody_else_changes_the_office(self) -> None:
        """Wati adds an auditor while Rina is still thinking."""
        newcomer = Admin("nina", "Nina", Role.AUDITOR)
        OfficeStore(REGION).commit(
            self.revision(), [Edit(None, newcomer)], who="wati", summary=Line("office.opened"), at=self.hadir.at
        )


@pytest.fixture(scope="module")
def settled() -> Iterator[tuple[World, dynamo.Snapshot]]:
    """The office at 10.00 of the letter's first day: Ani has reported, the 07.30 mails are sent."""
    with deployed() as world:
        world.open(list(PEOPLE))
        opened = world.records.office.head()
        assert opened
        edits = [Edit(None, admin) for admin in ADMINS]
        world.records.office.commit(
            opened.revision, edits, who="seed", summary=Line("office.opened"), at=LINKED + minutes(1)
        )
        world.checkin("ani", at("07:12"))
        world.play(at("07:30"))
        _link_everybody()
        yield world, dynamo.snapshot()


def _link_everybody() -> None:
    """Each admin on both platforms, under the users that `Bureau` knows them by."""
    for platform, team, user in ((Platform.SLACK, TEAM, Slack.user), (Platform.TELEGRAM, "", Telegram.user)):
        for number, admin in enumerate(ADMINS, start=FIRST_USER):
            account = Account(platform, team, user(number))
            ChatStore().link(Linked(account, admin.id))


@pytest.fixture
def hadir(settled: tuple[World, dynamo.Snapshot], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hadir]:
    """The deployment at 10.00, to be changed at will: what it was comes back for the next test."""
    world, _ = settled
    sent = len(ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages)
    frozen = set(_bodies())
    yield _started(settled, monkeypatch, tmp_path)
    _put_back(settled)
    del ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages[sent:]
    for name in [name for name in _bodies() if name not in frozen]:
        _bodies().pop(name)
    world.registry.records.office._heads.clear()


def _started(settled: tuple[World, dynamo.Snapshot], patch: pytest.MonkeyPatch, project: Path) -> Hadir:
    world, _ = settled
    app, wiring = import_module("app").app, import_module("chalicelib.wiring")
    hadir = Hadir(world, app, Client(app, project_dir=str(project)), at("10:00"))
    patch.setattr(wiring, "now", lambda: hadir.at)
    _put_back(settled)
    return hadir


def _put_back(settled: tuple[World, dynamo.Snapshot]) -> None:
    """Tables and queues as they were when the office had settled, and processes that remember nothing of since."""
    world, kept = settled
    dynamo.restore(kept)
    world.records.office._heads.clear()  # revisions of the test before, which never were
    for queue in ("reports", "bots"):
        sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues[f"{PREFIX}-{queue}"]._messages.clear()
    wiring = import_module("chalicelib.wiring")
    forget()
    wiring.records().office._editions |= world.records.office._editions  # named by their content, so good for ever
    wiring.settings.cache_clear()  # the platforms' addresses come later


@pytest.fixture
def chats(hadir: Hadir, secrets: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[Platform, Any]]:
    with platforms(hadir) as found:
        _made_known(found, monkeypatch)
        yield found


@pytest.fixture(scope="module")
def secrets(settled: tuple[World, dynamo.Snapshot]) -> None:
    """Both chats' secrets where the product looks for them."""
    for name, value in SECRETS.items():
        _parameter_store().put_parameter(Name=f"/{PREFIX}/{name}", Value=value, Type="SecureString")


@cache
def _parameter_store() -> Any:
    return get_session().create_client("ssm", REGION)


def _made_known(chats: dict[Platform, Any], patch: pytest.MonkeyPatch) -> None:
    for platform, side in chats.items():
        patch.setenv(f"HADIR_{platform.upper()}_API", side.stand_in.api_url)


@pytest.fixture
def bureau(chats: dict[Platform, Any], hadir: Hadir, platform: Platform) -> Bureau:
    """Everybody linked on one platform."""
    return _bureau(chats, hadir, platform)


@pytest.fixture(scope="module")
def shared(
    settled: tuple[World, dynamo.Snapshot], secrets: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Platform], Bureau]]:
    """A bureau that many tests only ask: whoever changes the office takes `bureau`, which puts it back."""
    with pytest.MonkeyPatch.context() as patch:
        hadir = _started(settled, patch, tmp_path_factory.mktemp("shared"))
        with platforms(hadir) as chats:
            _made_known(chats, patch)
            yield lambda platform: _bureau(chats, hadir, platform)


def _bureau(chats: dict[Platform, Any], hadir: Hadir, platform: Platform) -> Bureau:
    side = chats[platform]
    users = {admin.id: side.user(number) for number, admin in enumerate(ADMINS, start=FIRST_USER)}
    for user in users.values() if platform is Platform.TELEGRAM else ():
        side.stand_in.meet(user)
    return Bureau(hadir, side, users)
