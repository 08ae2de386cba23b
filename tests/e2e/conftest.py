"""One deployment for all tests of this folder: packaged once, put up as an earlier version, opened, upgraded, played.

Modules run by their names, in one process: doors and faults fill the wait for the cut-off, reports need it, survival
ends the deployment. What the process knew of its clients before is forgotten at the beginning and at the end.
"""

import json
import os
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from boto3 import Session
from urllib3 import PoolManager

from chalicelib.domain.calendar import ZONES
from infra.local import outbox, today
from infra.local.surroundings import Surroundings, surroundings
from infra.package import Package, make_package
from tests.e2e import officer
from tests.e2e.deployment import Deployed, Seat, client, now, until

ADMIN = "Rina Contoh"
AHEAD = timedelta(seconds=45)
"""How far away the slot's cut-off is at the least when the office opens: long enough for the tests before it."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show beside a failure what the functions have logged."""
    report = yield
    session = getattr(item, "funcargs", {}).get("session")
    if report.failed and session:
        report.sections.append(("what the functions logged last", logged(session)))
    return report


def logged(session: Session, size: int = 6000) -> str:
    logs = client(session, "logs")
    groups = [one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]]
    events = [event for group in groups for event in logs.filter_log_events(logGroupName=group)["events"]]
    told = sorted((event["timestamp"], event["message"].strip()) for event in events)
    return "\n".join(text for _, text in told if not text.startswith(("START", "END", "REPORT")))[-size:]


@dataclass(frozen=True)
class Office:
    """The office as it was opened: tokens by name, when its slot closes, what was kept before the upgrade."""

    deployed: Deployed
    tokens: dict[str, str]
    closes: datetime
    api_before: str
    receipt_before: str
    links_mailed_to: tuple[str, ...]

    @property
    def visitor(self) -> str:
        return self.tokens[today.VISITOR]


@pytest.fixture(scope="package")
def around(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surroundings]:
    with surroundings(tmp_path_factory.mktemp("around")) as around:
        os.environ["AWS_ENDPOINT_URL_SESV2"] = around.mailbox.endpoint  # the operator mails links
        yield around
    officer.forget()


@pytest.fixture(scope="package")
def session(around: Surroundings) -> Session:
    return around.session


@pytest.fixture(scope="package")
def package() -> Package:
    return make_package("dev")


@pytest.fixture(scope="package")
def second_package(office: Office) -> Iterator[Future[Package]]:
    """The other stage's, packaged while somebody waits for the slot."""
    with ThreadPoolExecutor(1) as packager:
        yield packager.submit(make_package, "prod")


def earlier(package: Package) -> Package:
    """What stands for the previous version until there is a tag to package: other code, less of a template.

    The code differs by a file that nothing reads. The template lacks what a release may well add (alarms, the custom
    domain's output) and gives the door less memory.
    """
    code = BytesIO(package.zip)
    with ZipFile(code, "a") as shipped:
        shipped.writestr("EARLIER", "")
    template = json.loads(json.dumps(package.template))
    for name in [name for name, one in template["Resources"].items() if one["Type"] == "AWS::CloudWatch::Alarm"]:
        del template["Resources"][name]
    template["Resources"]["APIHandler"]["Properties"]["MemorySize"] = 768
    return replace(package, template=template, zip=code.getvalue())


@pytest.fixture(scope="package")
def deployed(package: Package, around: Surroundings, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The earlier version, as yet without an office."""
    stage = officer.settings("dev", tmp_path_factory.mktemp("stage"))
    officer.keep_secrets(stage, around.session)
    outputs = officer.put_up(stage, earlier(package), around)
    status, printed = officer.type_in(stage, around.session, "webhook")
    assert status == 0, printed
    around.look()
    return Deployed(stage, around, outputs, around.address(stage.stack), PoolManager(retries=False))


@pytest.fixture(scope="package")
def office(deployed: Deployed, package: Package, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Opened, its roster imported and one check-in kept by the earlier version; then upgraded to this one."""
    stage, session = deployed.stage, deployed.session
    closes = (now() + AHEAD + timedelta(minutes=1)).replace(second=0, microsecond=0)
    officer.open_office(stage, session, closes.astimezone(ZONES[stage.zone]).time())
    roster = tmp_path_factory.mktemp("roster") / "pegawai.csv"
    roster.write_text(officer.ROSTER, "utf-8")
    status, printed = officer.type_in(stage, session, "import", str(roster))
    assert status == 0, printed
    (sheet,) = until(lambda: deployed.around.mailbox.messages, "the operator's sheet of links")
    tokens = outbox.tokens(sheet)
    _, kept = deployed.check_in(tokens[today.VISITOR], "before-upgrade")
    upgraded = officer.put_up(stage, package, deployed.around)
    api = deployed.outputs["RestAPIId"]
    return Office(replace(deployed, outputs=upgraded), tokens, closes, api, kept["receipt"], sheet.destination)


@pytest.fixture(scope="package")
def hadir(office: Office) -> Deployed:
    """The deployment of this version."""
    return office.deployed


@pytest.fixture(scope="package")
def rina(hadir: Deployed) -> Seat:
    """The first admin on Slack, linked by the code that the operator tool printed."""
    seat = Seat(hadir.around.chats.slack, "U00RINA")
    seat.says(f"tautkan {officer.first_code(hadir.stage, hadir.session, ADMIN)}")
    return seat
