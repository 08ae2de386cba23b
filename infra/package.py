"""What ships: one zip for all functions, and the template that deploys them, as `python -m infra.package --stage prod`.

Chalice packages a copy of the project with `resources.yaml` and `alarms.yaml` merged in; here nulls leave the template
and what no function reads leaves the zip, most of all the descriptions of 430 services of Amazon's that we never call.
The price: a new botocore client needs its service named in `SERVICES`, which a test of the wiring holds.
"""

import json
import os
import re
import subprocess
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from shutil import copytree, ignore_patterns, move
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from chalice.package import YAMLTemplateSerializer
from rich.console import Console
from rich.table import Table

from infra.build import build
from infra.stage import STAGES

ROOT = Path(__file__).resolve().parent.parent
REGION = "ap-southeast-3"
ZIP_LIMIT, UNZIPPED_LIMIT, TEMPLATE_LIMIT = 6_000_000, 40_000_000, 400_000
"""Bounds in bytes, far under the 250 MB that Lambda unzips and the 1 MB that CloudFormation reads, of which SAM makes
twice what we write."""

SERVICES = frozenset({"dynamodb", "s3", "sesv2", "sqs", "ssm"})
UNREAD = (
    r"botocore/data/.*examples-1\.json",
    r"slack_bolt/adapter/(?!__init__\.py).+",
    r"slack_sdk/(audit_logs|rtm|rtm_v2|scim|socket_mode)/.+",
    r"dateutil/zoneinfo/.*\.tar\.gz",
    r"templates/.*\.po",
    r".*\.(pyi|pyc)",
    r"[^/]+\.data/.+",
    r"[^/]+\.dist-info/(?!(.*/)?(LICEN[CS]E|NOTICE|COPYING|AUTHORS)[^/]*).+",
)
"""What of the wheels no function opens. Licences stay: they ask to travel with what they license."""

MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
"""What the processors of Lambda are called in a wheel's tags."""

COPIED = ("chalicelib", "templates", "vendor", ".chalice")
BUILDS, KEPT_BUILDS = ".chalice/deployments", 4


class PackageRefused(Exception):
    """What was packaged must not ship; the message lists every reason."""


@dataclass(frozen=True)
class Part:
    """One top-level name of the zip, in bytes."""

    name: str
    zipped: int
    unzipped: int


@dataclass(frozen=True)
class Package:
    """One stage, ready to deploy: the template names the zip `./deployment.zip` still."""

    stage: str
    template: dict[str, Any]
    zip: bytes

    @property
    def parts(self) -> tuple[Part, ...]:
        """What the zip is made of, the biggest first."""
        zipped: Counter[str] = Counter()
        unzipped: Counter[str] = Counter()
        for info in ZipFile(BytesIO(self.zip)).infolist():
            name = "licences" if ".dist-info/" in info.filename else info.filename.split("/")[0]
            zipped[name] += info.compress_size
            unzipped[name] += info.file_size
        return tuple(Part(name, size, unzipped[name]) for name, size in zipped.most_common())

    @property
    def template_text(self) -> str:
        """The template as it is uploaded: the same for the same sources, to the byte."""
        return json.dumps(self.template, indent=1, sort_keys=True)


def make_package(stage: str, *, project: Path = ROOT, architecture: str = "x86_64", offline: bool = False) -> Package:
    """Package the project for a stage; `offline` leaves the wheels out, so that nothing is fetched.

    Raises: PackageRefused when the packager failed, a wheel is missing or for another processor, or a bound is passed.
    """
    with TemporaryDirectory(prefix="hadir-") as folder:
        copy = Path(folder) / "project"
        copy_project(project, copy, architecture, offline=offline)
        lend_builds(project / BUILDS, copy)
        written = run_chalice(copy, stage)
        if not offline:
            keep_builds(project / BUILDS, copy)
        raw = (written / "deployment.zip").read_bytes()
        template = without_nulls(json.loads((written / "sam.json").read_text("utf-8")))
    if not offline:
        refuse(wheel_faults(raw, (project / "requirements.txt").read_text("utf-8"), architecture))
    package = Package(stage, template, pruned(raw))
    refuse(size_faults(package))
    return package


def copy_project(project: Path, copy: Path, architecture: str, *, offline: bool) -> None:
    """What Chalice reads, so that neither its settings nor its leavings touch the project itself."""
    for name in COPIED:
        ignored = ignore_patterns("__pycache__", "deployments", "deployed")
        copytree(project / name, copy / name, symlinks=True, ignore=ignored)
    (copy / "app.py").write_bytes((project / "app.py").read_bytes())
    (copy / "requirements.txt").write_bytes(b"" if offline else (project / "requirements.txt").read_bytes())
    (copy / "merged.json").write_text(json.dumps(resources(project / "infra")))
    settings = copy / ".chalice" / "config.json"
    config = json.loads(settings.read_text("utf-8")) | {"lambda_architecture": architecture}
    settings.write_text(json.dumps(config))
    build(copy / "templates")


def lend_builds(builds: Path, copy: Path) -> None:
    """Let Chalice find what it has built before from the same sources."""
    (copy / ".chalice" / "deployments").mkdir()
    for built in builds.glob("*.zip"):
        (copy / ".chalice" / "deployments" / built.name).symlink_to(built)


def keep_builds(builds: Path, copy: Path) -> None:
    """Keep the last few of what Chalice builds; another process never sees half of one."""
    builds.mkdir(exist_ok=True)
    for made in (copy / ".chalice" / "deployments").glob("*.zip"):
        if not made.is_symlink():
            whole = move(made, builds / f"{made.name}.{os.getpid()}")
            os.replace(whole, builds / made.name)
    by_age = sorted(builds.glob("*.zip"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in by_age[KEPT_BUILDS:]:
        old.unlink(missing_ok=True)


def resources(infra: Path) -> dict[str, Any]:
    """The two files of what Chalice doesn't write itself, as one template."""
    merged: dict[str, Any] = {}
    for name in ("resources.yaml", "alarms.yaml"):
        text = (infra / name).read_text("utf-8")
        for section, entries in YAMLTemplateSerializer().load_template(text, name).items():
            merged[section] = merged.get(section, {}) | entries
    return merged


def run_chalice(copy: Path, stage: str) -> Path:
    """Run the packager in a process of its own, since it imports the app; returns the folder it wrote."""
    chalice = str(Path(sys.executable).with_name("chalice"))
    ran = subprocess.run(
        [chalice, "package", "--stage", stage, "--merge-template", "merged.json", "packaged"],
        cwd=copy,
        env={name: value for name, value in os.environ.items() if not name.startswith("HADIR_")}
        | {"AWS_DEFAULT_REGION": REGION},
        capture_output=True,
        text=True,
    )
    if ran.returncode:
        raise PackageRefused(f"chalice package failed:\n{ran.stderr[-2000:]}")
    return copy / "packaged"


def without_nulls(template: Any) -> Any:
    """CloudFormation takes no nulls: in `resources.yaml` they delete what Chalice wrote."""
    match template:
        case dict():
            return {name: without_nulls(value) for name, value in template.items() if value is not None}
        case list():
            return [without_nulls(value) for value in template]
        case _:
            return template


def is_read(name: str) -> bool:
    """Whether a function may open the file of this name in the zip."""
    service = re.match(r"botocore/data/([^/]+)/", name)
    if service and service[1] not in SERVICES:
        return False
    return not any(re.fullmatch(pattern, name) for pattern in UNREAD)


def pruned(raw: bytes) -> bytes:
    """The zip without what nobody reads; the same sources make the same bytes, so that nothing is deployed twice."""
    made = BytesIO()
    with ZipFile(BytesIO(raw)) as source, ZipFile(made, "w") as target:
        for name in sorted({name for name in source.namelist() if not name.endswith("/") and is_read(name)}):
            info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.external_attr = 0o644 << 16
            target.writestr(info, source.read(name), ZIP_DEFLATED, 9)
    return made.getvalue()


def wheel_faults(raw: bytes, requirements: str, architecture: str) -> Iterator[str]:
    """Requirements whose wheels are missing, which Chalice only warns of, and wheels for another processor."""
    with ZipFile(BytesIO(raw)) as shipped:
        tags = {
            normal(name.split("-")[0]): re.findall(r"^Tag: (.+)$", shipped.read(name).decode(), re.MULTILINE)
            for name in shipped.namelist()
            if name.endswith(".dist-info/WHEEL")
        }
    asked = {normal(name) for name in re.findall(r"^([\w.-]+)==", requirements, re.MULTILINE)}
    yield from (f"{name}: no wheel for {architecture}" for name in sorted(asked - tags.keys()))
    for name, found in sorted(tags.items()):
        if not any(tag.endswith(("-any", f"_{MACHINES[architecture]}")) for tag in found):
            yield f"{name}: its wheel is for {', '.join(found)}, not for {architecture}"


def normal(name: str) -> str:
    """A distribution's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "_", name).lower()


def size_faults(package: Package) -> Iterator[str]:
    sizes = {
        "the zip": (len(package.zip), ZIP_LIMIT),
        "the zip's content": (sum(part.unzipped for part in package.parts), UNZIPPED_LIMIT),
        "the template": (len(package.template_text), TEMPLATE_LIMIT),
    }
    return (
        f"{what} has {size:,} bytes, {limit:,} at the most" for what, (size, limit) in sizes.items() if size > limit
    )


def refuse(faults: Iterable[str]) -> None:
    if found := list(faults):
        raise PackageRefused("\n".join(found))


def write(package: Package, folder: Path) -> Mapping[str, Path]:
    """Put template and zip under a folder for whoever wants to look."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {"template": folder / "template.json", "zip": folder / "hadir.zip"}
    paths["template"].write_text(package.template_text)
    paths["zip"].write_bytes(package.zip)
    return paths


def sizes(package: Package) -> Table:
    """The parts of the zip that weigh most, the whole zip and the template."""
    table = Table("part", "zipped kB", "unzipped kB", title=f"hadir-{package.stage}")
    rows = [*package.parts[:12], Part("the rest", *(sum(sizes) for sizes in _rest(package.parts[12:])))]
    rows += [Part("zip", len(package.zip), sum(part.unzipped for part in package.parts))]
    rows += [Part("template", 0, len(package.template_text))]
    for row in rows:
        table.add_row(row.name, f"{row.zipped / 1000:,.0f}", f"{row.unzipped / 1000:,.0f}")
    return table


def _rest(parts: Iterable[Part]) -> tuple[list[int], list[int]]:
    small = list(parts)
    return [part.zipped for part in small], [part.unzipped for part in small]


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m infra.package", description=(__doc__ or "").partition(",")[0])
    parser.add_argument("--stage", choices=STAGES, required=True)
    parser.add_argument("--architecture", choices=sorted(MACHINES), default="x86_64")
    given = parser.parse_args(arguments)
    try:
        package = make_package(given.stage, architecture=given.architecture)
    except PackageRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    Console().print(sizes(package))
    for path in write(package, ROOT / "build" / given.stage).values():
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
