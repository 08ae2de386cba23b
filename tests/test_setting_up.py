"""The two commands with which an IT officer sets up the chats of a deployment."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest

from chalicelib.chat.telegram_voice import TelegramVoice
from chalicelib.domain.access import Role
from chalicelib.settings import MEANINGS
from infra import first_admin, webhook
from infra.local.telegram import SECRET, TOKEN, TelegramStandIn
from tests.entry.hadir import deployed
from tests.office import at, person
from tests.world import World

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


def test_the_webhook_is_set_with_every_kind_of_update_and_checked(
    telegram: TelegramStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    status = webhook.announce(TelegramVoice(TOKEN, telegram.api_url), URL, "new-secret")

    assert status == 0
    assert telegram.webhook["url"] == URL
    assert telegram.updates.secret == "new-secret"
    assert "edited_message" in telegram.webhook["allowed_updates"]
    assert f"@hadir_bot receives messages at {URL}" in capsys.readouterr().out


def test_a_refused_token_ends_with_a_status_and_words(
    telegram: TelegramStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    status = webhook.announce(TelegramVoice("4242:other", telegram.api_url), URL, "new-secret")

    said = capsys.readouterr()
    assert status == 1
    assert "did not take the webhook" in said.err
    assert "token" in said.out
    assert "4242:other" not in said.out + said.err


@pytest.mark.parametrize("url", ["http://hadir.example.go.id/v1/telegram", "https://hadir.example.go.id/v1"])
def test_an_address_that_cannot_be_right_is_refused_before_anything_is_read(url: str) -> None:
    with pytest.raises(SystemExit) as ended:
        webhook.main(["--url", url])

    assert ended.value.code == 2


def test_the_first_admin_is_made_and_their_code_printed(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.open([person("Ani")])

    status = first_admin.main(["--name", "Rina Contoh"])

    office = world.records.office.current()
    assert status == 0
    assert office
    assert [(one.name, one.role) for one in office.admins] == [("Rina Contoh", Role.BKD)]
    assert "Rina Contoh types in Slack:    /hadir tautkan " in capsys.readouterr().out


@pytest.mark.parametrize(
    "command", [lambda: first_admin.main(["--name", "Rina Contoh"]), lambda: webhook.main(["--url", URL])]
)
def test_an_incomplete_environment_is_named_and_nothing_else_is_shown(
    command: Callable[[], int],
    forget: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in MEANINGS:
        monkeypatch.delenv(name, raising=False)

    status = command()

    said = capsys.readouterr()
    assert status == 2
    assert [line.partition(":")[0] for line in said.err.splitlines()[1:]] == list(MEANINGS)
    assert "Traceback" not in said.out + said.err


def test_where_no_office_is_open_nothing_is_made_and_the_reason_said(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    status = first_admin.main(["--name", "Rina Contoh"])

    assert status == 1
    assert "The office is not open yet" in capsys.readouterr().err
    assert world.records.office.current() is None
