"""A stage's file: read whole or refused whole, with every fault and its remedy."""

import tomllib
from pathlib import Path

import pytest

from infra.package import resources
from infra.stage import EXAMPLE, ROOT, RULES, StageInvalid, read_stage
from tests.infra.account import stage

FILLED = """
region = "ap-southeast-3"
zone = "WITA"
sender = "hadir@example.go.id"
alarm_email = "it@example.go.id"
monthly_budget_usd = 25
head_count = 1200
"""


def written(folder: Path, text: str, name: str = "prod") -> Path:
    (folder / f"hadir-{name}.toml").write_text(text)
    return folder


def refusal(folder: Path, name: str = "prod") -> str:
    with pytest.raises(StageInvalid) as refused:
        read_stage(name, folder)
    return str(refused.value)


def test_what_a_file_leaves_out_is_as_the_example_has_it(tmp_path: Path) -> None:
    example = tomllib.loads((ROOT / EXAMPLE).read_text("utf-8"))

    read = read_stage("prod", written(tmp_path, FILLED))

    assert example.keys() == RULES.keys()
    assert (read.stack, read.zone, read.log_days, read.architecture) == ("hadir-prod", "WITA", 90, "x86_64")
    assert {name: getattr(read, name) for name in ("log_days", "slack_channel", "domain_name", "certificate_arn")} == {
        name: example[name] for name in ("log_days", "slack_channel", "domain_name", "certificate_arn")
    }


def test_an_example_that_nobody_filled_in_is_refused_for_what_is_empty_alone(tmp_path: Path) -> None:
    said = refusal(written(tmp_path, (ROOT / EXAMPLE).read_text("utf-8")))

    assert [line.split()[1] for line in said.splitlines() if line.startswith("  - ")] == ["sender", "alarm_email"]


def test_every_fault_is_said_at_once_with_its_remedy(tmp_path: Path) -> None:
    text = FILLED.replace("WITA", "WIX").replace("1200", "true").replace("sender", "sendr") + 'log_days = "90"\n'

    said = refusal(written(tmp_path, text)).splitlines()

    assert said == [
        "hadir-prod.toml cannot be used yet:",
        "  - sendr: no such setting; write sender",
        "  - sender: missing; write the address that reports come from, alone",
        "  - zone is 'WIX': write WIB, WITA or WIT",
        "  - head_count is True: write how many there are, in digits alone: 27000",
        "  - log_days is '90': write one of 7, 14, 30, 60, 90, 180, 365, 731, 1827",
        "infra/stage.example.toml says what each line is for.",
    ]


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ('domain_name = "hadir.example.go.id"', "write both, or neither"),
        (
            'domain_name = "hadir.example.go.id"\n'
            'certificate_arn = "arn:aws:acm:us-east-1:000000000000:certificate/4f0c"',
            "certificate_arn is of us-east-1: ask for the certificate in ap-southeast-3",
        ),
        ('slack_channel = "#laporan-wfh"', "write the channel's ID (C…), or nothing"),
        ('domain_name = "https://hadir.example.go.id"', "write a name without https://"),
    ],
)
def test_what_cannot_work_together_or_later_is_refused_now(tmp_path: Path, more: str, fault: str) -> None:
    assert fault in refusal(written(tmp_path, FILLED + more))


def test_a_missing_file_is_answered_with_the_command_that_makes_it(tmp_path: Path) -> None:
    assert refusal(tmp_path) == (
        "hadir-prod.toml does not exist. Type: cp infra/stage.example.toml hadir-prod.toml, then fill it in."
    )


def test_a_file_that_is_no_toml_is_refused_by_the_line_at_fault(tmp_path: Path) -> None:
    said = refusal(written(tmp_path, 'region = "ap-southeast-3"\nzone = WIB\n'))

    assert "line 2" in said


def test_a_stage_that_is_not_known_has_no_file(tmp_path: Path) -> None:
    assert refusal(tmp_path, "production") == "There is no stage 'production': write dev or prod."


def test_a_stage_answers_every_parameter_that_the_template_asks() -> None:
    asked = resources(ROOT / "infra")["Parameters"]

    assert stage().parameters.keys() == asked.keys()


def test_git_does_not_keep_a_stages_file() -> None:
    assert "/hadir-*.toml" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
