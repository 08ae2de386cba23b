"""What `chalice package` makes of the project: the zip that ships and the template that deploys it.

A copy is packaged without its requirements, which would come from a registry; everything else is as it is here.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any
from zipfile import ZipFile

import pytest

from chalicelib.domain.delivery import LEASE
from infra.build import build
from tests.world import REGION

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
CHALICE = Path(sys.executable).with_name("chalice")
STAGE = "prod"
CRONS = {
    "WIB": ("30 0", "30 4", "30 8", "0 9"),
    "WITA": ("30 23", "30 3", "30 7", "0 8"),
    "WIT": ("30 22", "30 2", "30 6", "0 7"),
}
FUNCTIONS = ("Report0730", "Report1130", "Report1530", "EndOfDay")
GET_PAGE = """
import json, sys
from app import app
answer = app(json.loads(sys.stdin.read()), None)
print(json.dumps({"status": answer["statusCode"], "body": answer["body"], "file": sys.modules["chalicelib"].__file__}))
"""


@dataclass(frozen=True)
class Package:
    """One packaged stage: its folder, its template and the names in its zip."""

    folder: Path
    template: dict[str, Any]
    names: frozenset[str]

    def functions(self) -> dict[str, dict[str, Any]]:
        resources = self.template["Resources"].items()
        return {name: one["Properties"] for name, one in resources if one["Type"] == "AWS::Serverless::Function"}


def packaged(project: Path, zone: str) -> Package:
    """Package a copy of the project for a government in the zone."""
    _copy(project, zone)
    build(project / "templates")
    ran = subprocess.run(
        [CHALICE, "package", "--stage", STAGE, "--pkg-format", "cloudformation", "build"],
        cwd=project,
        env={"PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": REGION, "HOME": str(project)},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr[-1000:]
    folder = project / "build"
    with ZipFile(folder / "deployment.zip") as shipped:
        names = frozenset(shipped.namelist())
    return Package(folder, json.loads((folder / "sam.json").read_text("utf-8")), names)


def _copy(project: Path, zone: str) -> None:
    for folder in ("chalicelib", "templates", ".chalice"):
        unshipped = ignore_patterns("__pycache__", "deployments", "deployed")
        copytree(ROOT / folder, project / folder, ignore=unshipped)
    (project / "vendor").mkdir()
    (project / "vendor" / "templates").symlink_to(Path("..") / "templates")
    (project / "app.py").write_bytes((ROOT / "app.py").read_bytes())
    (project / "requirements.txt").write_text("")
    settings = project / ".chalice" / "config.json"
    config = json.loads(settings.read_text("utf-8"))
    config["stages"][STAGE]["environment_variables"]["HADIR_ZONE"] = zone
    settings.write_text(json.dumps(config))


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return packaged(tmp_path_factory.mktemp("wib"), "WIB")


@pytest.mark.parametrize("zone", CRONS)
def test_the_template_starts_the_functions_at_the_offices_hours_in_its_zone(tmp_path: Path, zone: str) -> None:
    functions = packaged(tmp_path, zone).functions()

    schedules = {
        name: event["Properties"]["Schedule"]
        for name, function in functions.items()
        for event in function.get("Events", {}).values()
        if event["Type"] == "Schedule"
    }
    expected = {name: f"cron({when} * * ? *)" for name, when in zip(FUNCTIONS, CRONS[zone], strict=True)}
    assert schedules == expected | {"Reconcile": "cron(0/5 * * * ? *)"}


def test_every_function_knows_the_zone_that_its_schedules_were_made_for(package: Package) -> None:
    environs = [function["Environment"]["Variables"] for function in package.functions().values()]

    assert {environ["HADIR_ZONE"] for environ in environs} == {"WIB"}


def test_each_queue_hands_over_one_message_at_a_time(package: Package) -> None:
    sources = {
        name: event["Properties"]["BatchSize"]
        for name, function in package.functions().items()
        for event in function.get("Events", {}).values()
        if event["Type"] == "SQS"
    }

    assert sources == {"DeliverReport": 1, "SettleMail": 1, "Converse": 1}


def test_no_policy_of_a_role_is_guessed_by_the_packager(package: Package) -> None:
    config = json.loads((ROOT / ".chalice" / "config.json").read_text("utf-8"))
    roles = [one for one in package.template["Resources"].values() if one["Type"] == "AWS::IAM::Role"]

    assert config["autogen_policy"] is False
    assert roles


def test_no_function_runs_on_the_smallest_memory(package: Package) -> None:
    assert min(function["MemorySize"] for function in package.functions().values()) >= 512


def test_the_door_answers_within_the_29_seconds_that_api_gateway_waits(package: Package) -> None:
    assert package.functions()["APIHandler"]["Timeout"] < 29


def test_a_worker_is_stopped_before_its_lease_ends(package: Package) -> None:
    assert package.functions()["DeliverReport"]["Timeout"] < LEASE.total_seconds()


def test_a_role_that_reads_bodies_can_tell_a_missing_one_from_a_forbidden_one() -> None:
    """Without s3:ListBucket S3 answers 403 for a key that is not there (API reference, GetObject, Permissions)."""
    policies = [json.loads(path.read_text("utf-8")) for path in sorted((ROOT / ".chalice").glob("policy-*.json"))]
    allowed = [{action for one in policy["Statement"] for action in one["Action"]} for policy in policies]

    readers = [actions for actions in allowed if "s3:GetObject" in actions]
    assert readers
    assert all("s3:ListBucket" in actions for actions in readers)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_zip_holds_the_built_page_and_the_compiled_catalogues(package: Package, lang: str) -> None:
    sources = {path.stem for path in (ROOT / "templates" / "locale" / lang / "LC_MESSAGES").glob("*.po")}
    compiled = {f"templates/locale/{lang}/LC_MESSAGES/{name}.mo" for name in sources}

    assert sources
    assert compiled <= package.names
    assert f"templates/page/built/checkin.{lang}.html" in package.names


@pytest.mark.parametrize("folder", ["templates/page", "templates/mail", "chalicelib/presets"])
def test_the_zip_holds_every_file_that_the_product_reads(package: Package, folder: str) -> None:
    here = {
        str(path.relative_to(ROOT))
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert here
    assert here <= package.names


def test_the_zip_holds_nothing_but_the_product(package: Package) -> None:
    assert {name.split("/")[0] for name in package.names} == {"app.py", "chalice", "chalicelib", "templates"}


def test_what_was_unzipped_serves_the_page(package: Package, tmp_path: Path) -> None:
    with ZipFile(package.folder / "deployment.zip") as shipped:
        shipped.extractall(tmp_path)
    request = {"httpMethod": "GET", "resourcePath": "/c", "path": "/v1/c"}
    event = {"requestContext": request, "headers": {}, "multiValueQueryStringParameters": None, "pathParameters": {}}

    ran = subprocess.run(
        [sys.executable, "-c", GET_PAGE],
        input=json.dumps(event | {"stageVariables": {}, "body": None}),
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )

    assert ran.returncode == 0, ran.stderr
    served = json.loads(ran.stdout)
    assert served["status"] == 200
    assert served["file"].startswith(str(tmp_path))
    assert '<html lang="id"' in served["body"]
