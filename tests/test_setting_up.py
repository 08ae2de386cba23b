"""The two commands of the operator tool with which an IT officer sets up the chats of a deployment."""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from boto3 import Session, client

from chalicelib.chat.telegram_voice import TelegramVoice
from chalicelib.domain.access import Role
from chalicelib.settings import MEANINGS
from infra.local.telegram import SECRET, TOKEN, TelegramStandIn
from infra.operator.__main__ import main
from infra.operator.chats import announce
from infra.operator.checks.stack import OUTPUTS
from infra.operator.deployment import Deployment
from tests.entry.hadir import deployed
from tests.infra.operating import STAGE, Account, Answering, Screen, refusal
from tests.office import at, person
from tests.world import PREFIX, REGION, World

URL = "https://hadir.example.go.id/v1/telegram"


@pytest.fixture
def telegram() -> Iterator[TelegramStandIn]:
    with TelegramStandIn(TOKEN, SECRET, lambda: datetime(2020, 3, 23, 3, 0, tzinfo=UTC)) as stand_in:
        yield stand_in


@pytest.fixture
def forget(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """The wiring as a process finds it that has connected to nothing yet; its clock stands."""
    wiring: Any = import_module("chalicelib.wiring")

    def forgotten() -> None:
        for effect in vars(wiring).values():
            if hasattr(effect, "cache_clear") and effect is not wiring.session:
                effect.cache_clear()

    monkeypatch.setattr(wiring, "now", lambda: at("10:00"))
    forgotten()
    yield forgotten
    forgotten()


@pytest.fixture
def world(forget: Callable[[], None]) -> Iterator[World]:
    with deployed() as world:
        yield world


def run(*arguments: str) -> int:
    """A command on the deployment whose environment is set."""
    found = Deployment(STAGE, Session(region_name=REGION), {}, {"HADIR_SLACK_CHANNEL": ""})
    return main([*arguments, "--stage", "prod"], lambda _: found)


def test_the_webhook_is_set_with_every_kind_of_update_and_checked(telegram: TelegramStandIn) -> None:
    screen = Screen()

    status = announce(TelegramVoice(TOKEN, telegram.api_url), screen, URL, "new-secret")

    assert status == 0
    assert telegram.webhook["url"] == URL
    assert telegram.updates.secret == "new-secret"
    assert "edited_message" in telegram.webhook["allowed_updates"]
    assert f"@hadir_bot receives messages at {URL}" in screen.text


def test_a_refused_token_ends_with_a_status_and_words(telegram: TelegramStandIn) -> None:
    screen = Screen()

    status = announce(TelegramVoice("4242:other", telegram.api_url), screen, URL, "new-secret")

    assert status == 1
    assert "did not take the webhook" in screen.text
    assert "token" in screen.text
    assert "4242:other" not in screen.text


@pytest.mark.parametrize("url", ["http://hadir.example.go.id/v1/telegram", "https://hadir.example.go.id/v1"])
def test_an_address_that_cannot_be_right_is_refused_before_anything_is_read(
    url: str, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run("webhook", "--url", url)

    assert status == 1
    assert "begins with https:// and ends with /telegram" in capsys.readouterr().err


def test_a_webhook_is_not_set_while_a_secret_is_missing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    status = run("webhook")

    assert status == 1
    assert "docs/telegram.md, step 2" in capsys.readouterr().err


def test_a_dry_run_of_the_webhook_names_the_address_and_asks_telegram_nothing(
    world: World, forget: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    ssm = client("ssm", REGION)
    for name in ("telegram-bot-token", "telegram-webhook-secret"):
        ssm.put_parameter(Name=f"/{PREFIX}/{name}", Value="x", Type="SecureString")

    status = run("webhook", "--dry-run")

    assert status == 0
    assert capsys.readouterr().out.strip() == "Telegram would send to https://hadir.example.id/v1/telegram"


def test_the_first_admin_is_made_and_their_code_printed(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.open([person("Ani")])

    status = run("first-admin", "--name", "Rina Contoh")

    office = world.records.office.current()
    assert status == 0
    assert office
    assert [(one.name, one.role) for one in office.admins] == [("Rina Contoh", Role.BKD)]
    assert "Rina Contoh types in Slack:    /hadir tautkan " in capsys.readouterr().out


@pytest.mark.parametrize(
    "command", [lambda: run("first-admin", "--name", "Rina Contoh"), lambda: run("webhook", "--url", URL)]
)
def test_an_incomplete_environment_is_named_and_nothing_else_is_shown(
    command: Callable[[], int],
    forget: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in MEANINGS:
        monkeypatch.setenv(name, "")

    status = command()

    said = capsys.readouterr()
    assert status == 2
    assert [line.partition(":")[0] for line in said.err.splitlines()[1:]] == list(MEANINGS)
    assert "Traceback" not in said.out + said.err


def test_a_dry_run_of_the_first_admin_makes_nobody(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.open([person("Ani")])

    status = run("first-admin", "--name", "Rina Contoh", "--dry-run")

    office = world.records.office.current()
    assert status == 0
    assert office
    assert office.admins == ()
    assert "Rina Contoh would become an admin of BKD" in capsys.readouterr().out


def test_where_no_office_is_open_nothing_is_made_and_the_reason_said(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run("first-admin", "--name", "Rina Contoh")

    assert status == 1
    assert "The office is not open yet" in capsys.readouterr().err
    assert world.records.office.current() is None


def test_the_doctor_looks_at_everything_once_an_office_is_open(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.open([person("Ani")])
    topic = client("sns", REGION).create_topic(Name="alarms")["TopicArn"]
    outputs = dict.fromkeys(OUTPUTS, "x") | {"DeadQueue": world.queue_url, "AlarmsTopic": topic}
    session: Any = Account(
        **{name: client(name, region_name=REGION) for name in ("dynamodb", "sqs", "sns", "ssm")},
        sts=Answering(get_caller_identity={"ResponseMetadata": {"HTTPHeaders": {}}}),
        sesv2=Answering(get_account=refusal("AccessDeniedException", "GetAccount"), get_email_identity={}),
        functions=Answering(get_account_settings={"AccountLimit": {"ConcurrentExecutions": 10}}),
        cloudformation=Answering(describe_stacks={"Stacks": [{"StackStatus": "CREATE_COMPLETE"}]}),
    )
    found = Deployment(STAGE, session, outputs, {"HADIR_SLACK_CHANNEL": ""})

    status = main(["doctor", "--stage", "prod"], lambda _: found)

    said = capsys.readouterr().out
    assert status == 1
    assert "Not ready" in said
    for what in ("Clock", "SES", "Lambda", "consent", "Stack", "Tables", "Data", "Zone", "Sender", "DKIM", "MAIL"):
        assert what in said
    for what in ("Dead", "Alarm", "Slack", "Telegram", "Office", "Admins", "Addressees", "Links", "Holidays", "Last"):
        assert what in said


def keep(name: str, value: str) -> None:
    client("ssm", REGION).put_parameter(Name=f"/{PREFIX}/{name}", Value=value, Type="SecureString", Overwrite=True)


def test_a_bot_that_serves_another_stage_is_moved_only_when_that_is_said(
    world: World, telegram: TelegramStandIn, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HADIR_TELEGRAM_API", telegram.api_url)
    keep("telegram-bot-token", TOKEN)
    keep("telegram-webhook-secret", SECRET)
    telegram.webhook["url"] = "https://prod.example.go.id/v1/telegram"

    refused = run("webhook", "--url", URL)
    said, stayed = capsys.readouterr().err, telegram.webhook["url"]
    moved = run("webhook", "--url", URL, "--move")
    again = run("webhook", "--url", URL)

    assert (refused, moved, again) == (1, 0, 0)
    assert "https://prod.example.go.id/v1/telegram" in said
    assert stayed == "https://prod.example.go.id/v1/telegram"
    assert telegram.webhook["url"] == URL


def test_a_secret_that_was_exchanged_is_known_within_five_minutes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring: Any = import_module("chalicelib.wiring")
    clock = [0.0]
    monkeypatch.setattr(wiring, "monotonic", lambda: clock[0])
    keep("telegram-webhook-secret", "old")
    first, door = wiring.secrets().read("telegram-webhook-secret"), wiring.telegram_door()
    keep("telegram-webhook-secret", "new")

    clock[0] = 299.0
    still, same = wiring.secrets().read("telegram-webhook-secret"), wiring.telegram_door()
    clock[0] = 300.0

    assert (first, still, wiring.secrets().read("telegram-webhook-secret")) == ("old", "old", "new")
    assert same is door
    assert wiring.telegram_door() is not door


def test_voices_that_come_and_go_leave_nothing_behind(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    wiring: Any = import_module("chalicelib.wiring")
    clock = [0.0]
    monkeypatch.setattr(wiring, "monotonic", lambda: clock[0])
    keep("telegram-bot-token", TOKEN)

    counts = []
    for clock[0] in (0.0, 300.0, 600.0):
        wiring.telegram_voice()
        counts.append(len(logging.getLogger("urllib3.connectionpool").filters))

    assert len({*counts}) == 1
