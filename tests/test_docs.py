"""What the guides tell an officer to type can be typed, what they point to is there, and every alarm is explained.

Commands are held against the Makefile, the operator's own parser, the table of chat commands and AWS's own
descriptions; nothing is run. The price: prose between the commands can still be wrong.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.session import Session

from chalicelib import presets
from chalicelib.admin.roster import parse_rows
from chalicelib.chat.table import TABLE
from chalicelib.domain.access import Admin, Role
from chalicelib.mail import REFUSED
from chalicelib.rosterfile import read_table
from infra import cost
from infra.operator.__main__ import _parser as operator_parser
from infra.operator.organisation import read_organisation
from infra.package import resources
from infra.stage import read_stage
from tests.office import ZONE, office, person

ROOT = Path(__file__).parent.parent
GUIDES = ("three-days-before", "go-live", "cost", "runbook", "scaling", "slack", "telegram")
PAGES = {name: (ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in GUIDES}
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
SHELL = ("", "sh", "bash")
STACK = "hadir-prod-"


def fences(*languages: str) -> Iterator[tuple[str, str]]:
    """Each grey box of these languages, with the guide it stands in."""
    for name, page in PAGES.items():
        yield from ((name, body) for language, body in FENCE.findall(page) if language in languages)


def typed() -> list[tuple[str, str]]:
    """Each command of a shell, continuation lines joined, in boxes and within sentences."""
    found = [
        (name, line.strip())
        for name, body in fences(*SHELL)
        for line in body.replace("\\\n", " ").splitlines()
        if line.strip()
    ]
    for name, page in PAGES.items():
        spans = re.findall(r"`([^`\n]+)`", FENCE.sub("", page))
        found += [(name, span) for span in spans if re.match(r"make |aws |\.venv/", span)]
    return found


def commands(program: str) -> list[tuple[str, str]]:
    """The commands that begin with a program, wherever in a line they stand."""
    pattern = re.compile(rf"(?:^|[(;&] ?|^do |ONCE=1 )({re.escape(program)} [^;|&)]*)")
    return [(name, part.strip()) for name, line in typed() for part in pattern.findall(line)]


@pytest.mark.parametrize(("guide", "command"), commands("make"))
def test_every_make_target_exists(guide: str, command: str) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)

    target, *settings = command.split()[1:]

    assert target in targets
    assert all(re.match(r"(STAGE=(prod|dev)|BACKUP=.+)$", setting) for setting in settings)


@pytest.mark.parametrize(("guide", "command"), commands(".venv/bin/python -m infra.operator"))
def test_every_operator_command_is_one_that_the_tool_reads(guide: str, command: str) -> None:
    operator_parser().parse_args(shlex.split(command)[3:])


@pytest.mark.parametrize(("guide", "command"), commands(".venv/bin/python -m infra.cost"))
def test_every_cost_command_is_one_that_the_script_reads(guide: str, command: str) -> None:
    cost._parser().parse_args(shlex.split(command)[3:])


@pytest.mark.parametrize("module", sorted({m for page in PAGES.values() for m in re.findall(r"-m ([a-z_.]+)", page)}))
def test_every_module_that_is_run_exists(module: str) -> None:
    path = ROOT / module.replace(".", "/")

    assert path.with_suffix(".py").exists() or (path / "__main__.py").exists()


OF_THE_CLIENT = {"configure sso", "sso login", "logs tail", "--version"}
"""What AWS's command line adds to AWS's own operations."""
OF_ALL = {"query", "output", "cli-binary-format", "profile", "region"}


@pytest.mark.parametrize(("guide", "command"), commands("aws"))
def test_every_aws_command_is_an_operation_with_these_arguments(guide: str, command: str) -> None:
    words = re.sub(r'"\$\([^"]*"|"[^"]*"|\'[^\']*\'', "X", command).split()[1:]
    if " ".join(words[:2]) in OF_THE_CLIENT or words[0] in OF_THE_CLIENT:
        return
    service = Session().get_service_model({"lambda": "lambda"}.get(words[0], words[0]))
    if words[1] == "wait":
        waiters = Session().get_waiter_model(words[0]).waiter_names
        assert words[2] in {xform_name(name, "-") for name in waiters}
        return

    operations = {xform_name(name, "-"): name for name in service.operation_names}
    shape = service.operation_model(operations[words[1]]).input_shape
    members = {xform_name(name, "-"): member for name, member in shape.members.items()} if shape else {}

    for option in (word[2:] for word in words[2:] if word.startswith("--")):
        assert option.removeprefix("no-") in members or option in members.keys() | OF_ALL, option
    required = {xform_name(name, "-") for name in (shape.required_members if shape else ())}
    assert required <= {word[2:] for word in words if word.startswith("--")}


def alarms() -> set[str]:
    made = resources(ROOT / "infra")["Resources"].values()
    names = [one["Properties"]["AlarmName"] for one in made if one.get("Type") == "AWS::CloudWatch::Alarm"]
    return {re.sub(r"^\$\{AWS::StackName\}-", "", str(_text(name))) for name in names}


def _text(value: Any) -> Any:
    return value["Fn::Sub"] if isinstance(value, dict) else value


def explained() -> set[str]:
    """The alarms that have a section of the runbook, between its heading "Alarms of …" and its other troubles."""
    chapter = PAGES["runbook"].partition("## Alarms of")[2].partition("\n## Other troubles")[0]
    headings = re.findall(r"^### (.+)$", chapter, re.MULTILINE)
    return {name for heading in headings for name in heading.split(", ") if not heading.startswith("The mail")}


def test_every_alarm_has_a_section_of_its_name_and_every_section_an_alarm() -> None:
    assert explained() == alarms()


def test_every_section_of_an_alarm_says_how_urgent_it_is_and_how_it_ends() -> None:
    chapter = PAGES["runbook"].partition("## Alarms of")[2].partition("\n## Other troubles")[0]

    for section in chapter.split("\n### ")[1:]:
        assert "*Urgent*: " in section, section[:40]
        assert "*Ends*: " in section, section[:40]


def test_every_problem_that_a_mail_may_have_is_in_the_runbook() -> None:
    known = set(re.findall(r'"(problem\.\w+)"', (ROOT / "chalicelib/reporting.py").read_text("utf-8")))

    assert known | REFUSED <= set(re.findall(r"`([\w.]+)`", PAGES["runbook"]))


def slug(heading: str) -> str:
    """A heading's anchor, as the usual sites make it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("guide", GUIDES)
def test_every_link_leads_to_a_file_and_to_a_heading_in_it(guide: str) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", PAGES[guide]):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        path = ROOT / "docs" / name if name else ROOT / "docs" / f"{guide}.md"
        assert path.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text("utf-8")), re.MULTILINE)
            assert anchor in map(slug, headings), target


@pytest.mark.parametrize("guide", GUIDES)
def test_every_file_of_the_repository_that_is_named_exists(guide: str) -> None:
    for path in re.findall(r"\b((?:infra|chalicelib|docs|tests)/[\w./-]+\.\w+)", PAGES[guide]):
        assert (ROOT / path).exists(), path


def test_the_page_on_scaling_knows_how_many_calls_the_stage_lets_in() -> None:
    (door,) = resources(ROOT / "infra")["Resources"]["RestAPI"]["Properties"]["MethodSettings"]

    said = f"`ThrottlingRateLimit` {door['ThrottlingRateLimit']}, burst {door['ThrottlingBurstLimit']}"

    assert said in PAGES["scaling"]


def test_whatever_the_code_points_to_in_the_guides_is_there() -> None:
    for path in (*ROOT.glob("infra/**/*.py"), *ROOT.glob("infra/*.toml"), *ROOT.glob("infra/*.yaml")):
        text = path.read_text("utf-8")
        assert all((ROOT / name).exists() for name in re.findall(r"docs/[\w-]+\.md", text)), path
        for phrase in re.findall(r'(?:docs/runbook\.md|RUNBOOK\}), "([^"]+)"', text):
            assert phrase in PAGES["runbook"].casefold(), phrase


@pytest.mark.parametrize(
    ("guide", "line"), [(guide, line) for guide, body in fences("chat") for line in body.splitlines()]
)
def test_every_line_for_the_chat_is_understood(guide: str, line: str) -> None:
    rina, sari = (Admin(name.lower(), name, Role.BKD) for name in ("Rina", "Sari"))
    admins = (rina,) if "admin" in line and "hapus" in line else ()
    here = replace(office(), people=(person("Budi"), person("Siti")), admins=admins)

    TABLE.read(line, here, sari, "WIB", at=datetime(2020, 3, 23, 10, 0, tzinfo=ZONE))


def test_chat_commands_within_sentences_begin_as_a_command_does() -> None:
    starts = tuple(words for verb in TABLE.verbs for words in verb.words)
    quoted = re.findall(
        r"`((?:kirim|penerima|lembar|libur|kalender|tautan|cabut|hapus|koreksi|lapor untuk|berlaku|urungkan|riwayat|"
        r"status|belum|tenggang|ekspor|periksa|hari ini|tambah admin)\b[^`]*)`",
        " ".join(PAGES.values()),
    )

    assert len(quoted) > 20
    assert all(line.startswith(starts) for line in quoted)


def test_the_example_of_a_stages_file_can_be_deployed(tmp_path: Path) -> None:
    (example,) = [body for guide, body in fences("toml") if "head_count" in body]
    (tmp_path / "hadir-prod.toml").write_text(example)

    stage = read_stage("prod", tmp_path)

    assert stage.sender.endswith("@hadir.example.go.id")


def test_the_example_of_units_and_the_example_of_employees_fit_together(tmp_path: Path) -> None:
    (units,) = [body for _, body in fences("toml") if "[[unit]]" in body]
    (people,) = [body for _, body in fences("csv")]
    path = tmp_path / "organisation.toml"
    path.write_text(units)

    organisation = read_organisation(path)
    drafts, problems = parse_rows(read_table(people.encode(), "pegawai.csv"), organisation)

    assert not [problem for problem in problems if problem.blocks]
    assert len(drafts) == 2


def test_the_circular_of_the_evening_ships_with_hadir() -> None:
    named = {name for page in PAGES.values() for name in re.findall(r"--circular ([\w-]+)", page)}

    assert named <= set(presets.names())
