"""What the zip needs beside itself: a Python and its standard library, all that deployed functions have."""

import json
import subprocess
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra.local.account import bare_python
from infra.package import Package

pytestmark = pytest.mark.slow

IMPORT_ALL = """
import json, sys
sys.path.insert(0, sys.argv[1])
from importlib import import_module
from pkgutil import walk_packages
import app, chalicelib
for module in walk_packages(chalicelib.__path__, "chalicelib."):
    import_module(module.name)
from chalicelib import wiring
for service in ("dynamodb", "s3", "sesv2", "sqs", "ssm"):
    wiring.session().create_client(service, "ap-southeast-3", aws_access_key_id="x", aws_secret_access_key="x")
files = {name: getattr(one, "__file__", None) for name, one in sys.modules.items()}
print(json.dumps({name: file for name, file in files.items() if file}))
"""


@pytest.fixture
def python(tmp_path: Path) -> Path:
    return bare_python(tmp_path)


@pytest.mark.parametrize("name", ["botocore", "chalice", "jinja2", "pynamodb", "chalicelib"])
def test_the_interpreter_that_functions_run_on_knows_nothing_of_what_ships(python: Path, name: str) -> None:
    ran = subprocess.run([python, "-c", f"import {name}"], capture_output=True, text=True)

    assert f"No module named '{name}'" in ran.stderr


def test_every_module_and_every_client_of_the_product_comes_from_the_zip(
    python: Path, package: Package, tmp_path: Path
) -> None:
    unzipped = tmp_path / "unzipped"
    with ZipFile(BytesIO(package.zip)) as shipped:
        shipped.extractall(unzipped)

    ran = subprocess.run([python, "-c", IMPORT_ALL, unzipped], capture_output=True, text=True)

    assert ran.returncode == 0, ran.stderr
    files = {name: Path(file) for name, file in json.loads(ran.stdout).items()}
    own = {name.split(".")[0] for name, file in files.items() if file.is_relative_to(unzipped)}
    assert {"app", "chalicelib", "botocore", "pynamodb", "slack_bolt", "xlsxwriter"} <= own
    assert not any("-packages" in str(file) for file in files.values())
