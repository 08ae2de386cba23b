"""The zip that ships: everything that a function opens, for the right processor, and nothing else.

Rules about names, wheels and bounds are held on small zips made here. One real zip with its wheels, which pip fetches,
runs on an interpreter that has the standard library and nothing of ours.
"""

import ast
import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra.package import (
    ROOT,
    SERVICES,
    ZIP_LIMIT,
    Package,
    PackageRefused,
    is_read,
    make_package,
    pruned,
    refuse,
    size_faults,
    wheel_faults,
    without_nulls,
)

PYTHON = getattr(sys, "_base_executable", sys.executable)
"""The interpreter below the virtual environment."""

BARE = """
import json, sys
sys.path.insert(0, sys.argv[1])
"""
GET_PAGE = """
from app import app
answer = app(json.loads(sys.stdin.read()), None)
print(json.dumps({"status": answer["statusCode"], "body": answer["body"], "file": sys.modules["chalicelib"].__file__}))
"""
OPEN_ALL = """
import pkgutil, importlib, chalicelib
from botocore.session import get_session
for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
    importlib.import_module(module.name)
session = get_session()
for service in json.loads(sys.stdin.read()):
    session.create_client(service, region_name="ap-southeast-3", aws_access_key_id="x", aws_secret_access_key="x")
from chalicelib.phrases import phrase
print(phrase("refusal.link_unknown.title"))
"""


def zipped(*names: str, **bodies: str) -> bytes:
    """A zip with empty files of these names."""
    made = BytesIO()
    with ZipFile(made, "w") as target:
        for name in names:
            target.writestr(name, bodies.get(name, ""))
    return made.getvalue()


def wheel(name: str, *tags: str) -> bytes:
    """A zip with what a wheel leaves behind."""
    made = BytesIO()
    with ZipFile(made, "w") as target:
        target.writestr(
            f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\n" + "".join(f"Tag: {tag}\n" for tag in tags)
        )
    return made.getvalue()


def package_of(size: int) -> Package:
    """A package whose zip has about so many bytes, and does not shrink."""
    made = BytesIO()
    with ZipFile(made, "w") as target:
        target.writestr("chalicelib/big.bin", bytes(size))
    return Package("dev", {}, made.getvalue())


# What is left out


@pytest.mark.parametrize(
    "name",
    [
        "app.py",
        "chalicelib/presets/banten-2020.toml",
        "templates/locale/id/LC_MESSAGES/desk.mo",
        "botocore/data/endpoints.json",
        "botocore/data/dynamodb/2012-08-10/service-2.json.gz",
        "botocore/docs/__init__.py",
        "slack_bolt/adapter/__init__.py",
        "jinja2-3.1.6.dist-info/licenses/LICENSE.txt",
        "openpyxl-3.1.5.dist-info/LICENCE.rst",
    ],
)
def test_what_a_function_opens_and_every_licence_ships(name: str) -> None:
    assert is_read(name)


@pytest.mark.parametrize(
    "name",
    [
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "botocore/data/s3/2006-03-01/examples-1.json",
        "slack_bolt/adapter/aws_lambda/handler.py",
        "slack_bolt/adapter/django/handler.py",
        "slack_sdk/socket_mode/client.py",
        "templates/locale/id/LC_MESSAGES/desk.po",
        "dateutil/zoneinfo/dateutil-zoneinfo.tar.gz",
        "jinja2-3.1.6.dist-info/RECORD",
        "msgspec/__init__.pyi",
    ],
)
def test_what_no_function_opens_stays_behind(name: str) -> None:
    assert not is_read(name)


def test_every_service_that_the_product_calls_is_described_in_the_zip() -> None:
    calls = [
        node
        for node in ast.walk(ast.parse((ROOT / "chalicelib" / "wiring.py").read_text()))
        if isinstance(node, ast.Call)
    ]

    clients = {ast.literal_eval(call.args[0]) for call in calls if ast.unparse(call.func) == "_client"}
    assert clients | {"dynamodb"} == SERVICES


def test_the_same_sources_make_the_same_zip_to_the_byte_in_whatever_order_they_come() -> None:
    assert pruned(zipped("app.py", "chalicelib/x.py")) == pruned(zipped("chalicelib/x.py", "app.py"))


def test_a_null_takes_out_what_chalice_wrote() -> None:
    assert without_nulls({"Events": {"Old": None, "New": {"Type": "X"}}, "List": [{"a": None}]}) == {
        "Events": {"New": {"Type": "X"}},
        "List": [{}],
    }


# What is refused


@pytest.mark.parametrize(
    ("architecture", "tag"),
    [
        ("x86_64", "cp311-cp311-manylinux_2_17_x86_64"),
        ("arm64", "cp311-cp311-manylinux2014_aarch64"),
        ("arm64", "py3-none-any"),
    ],
)
def test_a_wheel_for_the_functions_processor_or_for_any_is_right(architecture: str, tag: str) -> None:
    assert list(wheel_faults(wheel("msgspec", tag), "msgspec==1.0", architecture)) == []


def test_a_wheel_for_another_processor_is_named() -> None:
    raw = wheel("msgspec", "cp311-cp311-manylinux_2_17_x86_64")

    faults = list(wheel_faults(raw, "msgspec==1.0", "arm64"))

    assert faults == ["msgspec: its wheel is for cp311-cp311-manylinux_2_17_x86_64, not for arm64"]


def test_a_requirement_whose_wheel_the_packager_could_not_get_is_named() -> None:
    raw = wheel("slack_sdk", "py3-none-any")

    assert list(wheel_faults(raw, "# why\nslack-sdk==1.0\nmsgspec==1.0\n", "x86_64")) == [
        "msgspec: no wheel for x86_64"
    ]


def test_a_zip_over_its_bound_is_refused_with_both_numbers() -> None:
    with pytest.raises(PackageRefused, match=r"the zip has 7,000,\d{3} bytes, 6,000,000 at the most"):
        refuse(size_faults(package_of(7_000_000)))


def test_a_zip_within_its_bounds_is_not_refused() -> None:
    refuse(size_faults(package_of(ZIP_LIMIT - 1_000)))


# The real zip


@pytest.fixture(scope="module")
def package() -> Package:
    return make_package("prod")


@pytest.fixture(scope="module")
def names(package: Package) -> frozenset[str]:
    with ZipFile(BytesIO(package.zip)) as shipped:
        return frozenset(shipped.namelist())


@pytest.fixture(scope="module")
def unzipped(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("task")
    with ZipFile(BytesIO(package.zip)) as shipped:
        shipped.extractall(folder)
    return folder


def run_bare(code: str, folder: Path, given: object) -> str:
    """Run code with the standard library and what was unzipped, and nothing else to import."""
    ran = subprocess.run(
        [PYTHON, "-I", "-S", "-B", "-c", BARE + code, str(folder)],
        input=json.dumps(given),
        cwd=folder,
        env={"LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_zip_holds_the_built_page_and_the_compiled_catalogues(names: frozenset[str], lang: str) -> None:
    sources = {path.stem for path in (ROOT / "templates" / "locale" / lang / "LC_MESSAGES").glob("*.po")}
    compiled = {f"templates/locale/{lang}/LC_MESSAGES/{name}.mo" for name in sources}

    assert sources
    assert compiled <= names
    assert f"templates/page/built/checkin.{lang}.html" in names


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["templates/page", "templates/mail", "chalicelib/presets", "chalicelib/chat/table"])
def test_the_zip_holds_every_file_that_the_product_reads(names: frozenset[str], folder: str) -> None:
    here = {
        str(path.relative_to(ROOT))
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert here
    assert here <= names


@pytest.mark.slow
def test_the_zip_holds_nothing_of_what_only_development_needs(names: frozenset[str]) -> None:
    tops = {name.split("/")[0] for name in names}

    assert tops & {"babel", "boto3", "infra", "moto", "pip", "setuptools", "tests"} == set()
    assert {
        name
        for name in names
        if name.startswith("botocore/data/") and name.count("/") > 2 and name.split("/")[2] not in SERVICES
    } == set()


@pytest.mark.slow
def test_every_wheel_brings_its_licence(names: frozenset[str]) -> None:
    asked = [line.split("==")[0] for line in (ROOT / "requirements.txt").read_text().splitlines() if "==" in line]
    licensed = {name.split("-")[0].replace("_", "-") for name in names if ".dist-info/" in name}

    assert set(asked) <= licensed


@pytest.mark.slow
def test_what_was_unzipped_serves_the_page_without_anything_else(unzipped: Path) -> None:
    request = {"httpMethod": "GET", "resourcePath": "/c", "path": "/v1/c"}
    event = {"requestContext": request, "headers": {}, "multiValueQueryStringParameters": None, "pathParameters": {}}

    served = json.loads(run_bare(GET_PAGE, unzipped, event | {"stageVariables": {}, "body": None}))

    assert served["status"] == 200
    assert served["file"].startswith(str(unzipped))
    assert '<html lang="id"' in served["body"]


@pytest.mark.slow
def test_everything_of_the_product_and_every_client_opens_from_what_was_unzipped(unzipped: Path) -> None:
    assert run_bare(OPEN_ALL, unzipped, sorted(SERVICES)).strip() == "Tautan tidak dikenali"
