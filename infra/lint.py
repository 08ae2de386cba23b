"""Asks cfn-lint and checkov about what would be deployed: `python -m infra.lint`, or `make lint`.

cfn-lint reads the template that is packaged, and both read the one that SAM makes of it, because only there are the
roles of schedules and the stage of the API. What they may not complain of stands in `suppressions.toml`, each with its
reason.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from boto3 import Session
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from infra.package import REGION, ROOT, make_package
from infra.stage import STAGES

SUPPRESSIONS = ROOT / "infra" / "suppressions.toml"
CHECKOV = ROOT / ".venv-checkov" / "bin" / "checkov"


def reasons(linter: str) -> dict[str, str]:
    """Why findings are let pass, by their number."""
    found: dict[str, str] = tomllib.loads(SUPPRESSIONS.read_text("utf-8")).get(linter, {})
    return found


def expanded(template: dict[str, Any]) -> dict[str, Any]:
    """What SAM makes of a packaged template, in this process and without an account."""
    copy = json.loads(json.dumps(template))
    for resource in copy["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    made: dict[str, Any] = Translator({}, Parser(), boto_session=Session(region_name=REGION)).translate(copy, {})
    return made


def cfn_lint(template: dict[str, Any], folder: Path) -> list[str]:
    """What it finds in a packaged template; nothing is let pass."""
    path = folder / "template.json"
    path.write_text(json.dumps(template, indent=1))
    linter = str(Path(sys.executable).with_name("cfn-lint"))
    arguments = ["--regions", REGION, "--format", "parseable", "-t", str(path)]
    return subprocess.run([linter, *arguments], capture_output=True, text=True, check=False).stdout.splitlines()


def checkov(template: dict[str, Any], folder: Path) -> Iterator[str]:
    """What it finds and nobody has given a reason for, and reasons for what it finds no more. Nothing is fetched."""
    path = folder / "expanded.json"
    path.write_text(json.dumps(expanded(template), indent=1))
    quiet = ["--framework", "cloudformation", "--skip-download", "--quiet", "-o", "json"]
    ran = subprocess.run([str(CHECKOV), "-f", str(path), *quiet], capture_output=True, text=True, check=False)
    failed = json.loads(ran.stdout)["results"]["failed_checks"]
    yield from unexplained({one["check_id"]: f"{one['check_name']} ({one['resource']})" for one in failed})


def unexplained(found: Mapping[str, str]) -> Iterator[str]:
    given = reasons("checkov")
    yield from (f"{number}: {what}" for number, what in sorted(found.items()) if number not in given)
    yield from (f"{number}: found no more, so its line can go" for number in sorted(given.keys() - found.keys()))


def main() -> int:
    templates = [make_package(stage, offline=True).template for stage in STAGES]
    with TemporaryDirectory(prefix="hadir-") as folder:
        faults = [fault for template in templates for fault in cfn_lint(template, Path(folder))]
        faults += cfn_lint(expanded(templates[-1]), Path(folder))
        faults += checkov(templates[-1], Path(folder))
    print("\n".join(faults) or "cfn-lint and checkov find nothing that is not explained in infra/suppressions.toml")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
