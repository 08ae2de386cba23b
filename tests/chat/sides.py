"""The two chats as an admin's hands and eyes: type, press, upload, look; the same verbs on both.

Each verb goes through the app's own HTTP door with a payload as the platform sends it, then the worker empties its
queue. What is seen is read from the platform's stand-in.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from chalice.test import HTTPResponse
from urllib3 import PoolManager

from chalicelib.chat.reply import Button
from chalicelib.chat.table import TABLE
from chalicelib.domain.message import Account, Platform
from chalicelib.phrases import phrase
from infra.local import slack as slack_in
from infra.local import telegram as telegram_in
from infra.local.slack import SlackStandIn
from infra.local.slack_requests import SignedRequest
from infra.local.telegram import TelegramStandIn
from infra.local.telegram_updates import UpdateRequest
from tests.entry.hadir import Hadir

SIGNING_SECRET = "signing-secret-of-the-test"
WEBHOOK_SECRET = "webhook-secret-of-the-test"
SECRETS = {
    "slack-signing-secret": SIGNING_SECRET,
    "slack-bot-token": slack_in.TOKEN,
    "telegram-bot-token": telegram_in.TOKEN,
    "telegram-webhook-secret": WEBHOOK_SECRET,
}
"""What the Parameter Store holds of a deployment with both chats."""

CONFIRMING = {phrase(verb.confirms) for verb in TABLE.verbs}
"""What buttons say that do what is shown."""


@dataclass(frozen=True)
class Seen:
    """One message as its reader sees it."""

    text: str
    buttons: tuple[Button, ...]

    def button(self, label: str) -> Button:
        return next(button for button in self.buttons if button.label == label)

    @property
    def confirm(self) -> Button:
        """The button that does what is shown, whatever it says. Raises: StopIteration where nothing is to confirm."""
        return next(button for button in self.buttons if button.label in CONFIRMING)

    @property
    def is_to_confirm(self) -> bool:
        return bool(CONFIRMING & {*self.labels})

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(button.label for button in self.buttons)


class Side(Protocol):
    """One platform. Users are called by the platform's own ids; `user(n)` makes one up."""

    platform: Platform

    def user(self, number: int) -> str: ...
    def account(self, user: str) -> Account: ...
    def say(self, user: str, text: str) -> Seen: ...
    def press(self, user: str, button: Button) -> Seen: ...
    def upload(self, user: str, name: str, content: bytes) -> Seen: ...
    def seen(self, user: str) -> list[Seen]: ...


@dataclass
class Slack:
    hadir: Hadir
    stand_in: SlackStandIn
    platform = Platform.SLACK

    @staticmethod
    def user(number: int) -> str:
        return f"U{number:08}"

    def account(self, user: str) -> Account:
        return Account(Platform.SLACK, self.stand_in.requests.team, user)

    def say(self, user: str, text: str) -> Seen:
        return self._done(user, self.stand_in.requests.command(user, text))

    def press(self, user: str, button: Button) -> Seen:
        return self._done(user, self.stand_in.requests.press(user, button))

    def upload(self, user: str, name: str, content: bytes) -> Seen:
        return self._done(user, self.stand_in.requests.upload(user, {name: content}))

    def seen(self, user: str) -> list[Seen]:
        return [Seen(shown.text, shown.buttons) for shown in self.stand_in.shown(user)]

    def _done(self, user: str, request: SignedRequest) -> Seen:
        answer = self.send(request)
        assert answer.status_code == 200, answer.status_code
        self.hadir.converse()
        return self.seen(user)[-1]

    def send(self, request: SignedRequest) -> HTTPResponse:
        return self.hadir.post(request.path, request.body, dict(request.headers))


@dataclass
class Telegram:
    hadir: Hadir
    stand_in: TelegramStandIn
    platform = Platform.TELEGRAM

    @staticmethod
    def user(number: int) -> str:
        return str(number)

    def account(self, user: str) -> Account:
        return Account(Platform.TELEGRAM, "", user)

    def say(self, user: str, text: str) -> Seen:
        return self._done(user, self.stand_in.updates.text(user, text))

    def press(self, user: str, button: Button) -> Seen:
        return self._done(user, self.stand_in.updates.press(user, button))

    def upload(self, user: str, name: str, content: bytes) -> Seen:
        return self._done(user, self.stand_in.updates.document(user, name, content))

    def seen(self, user: str) -> list[Seen]:
        return [Seen(shown.text, shown.buttons) for shown in self.stand_in.shown(user)]

    def _done(self, user: str, request: UpdateRequest) -> Seen:
        answer = self.send(request)
        assert answer.status_code == 200, answer.status_code
        self.hadir.converse()
        return self.seen(user)[-1]

    def send(self, request: UpdateRequest) -> HTTPResponse:
        """Hand an update to the door and do what its response asks for, as Telegram does."""
        self.stand_in.know(request)
        answer = self.hadir.post(request.path, request.body, dict(request.headers))
        if answer.status_code == 200 and answer.body.startswith(b"{"):
            fields: dict[str, Any] = json.loads(answer.body)
            method = fields.pop("method")
            url = f"{self.stand_in.api_url}/bot{telegram_in.TOKEN}/{method}"
            PoolManager().request("POST", url, body=json.dumps(fields), headers={"Content-Type": "application/json"})
        return answer


@contextmanager
def platforms(hadir: Hadir) -> Iterator[dict[Platform, Slack | Telegram]]:
    """Both platforms' stand-ins beside one deployment."""

    def now() -> Any:
        return hadir.at

    with (
        SlackStandIn(SIGNING_SECRET, now) as slack,
        TelegramStandIn(telegram_in.TOKEN, WEBHOOK_SECRET, now) as telegram,
    ):
        yield {Platform.SLACK: Slack(hadir, slack), Platform.TELEGRAM: Telegram(hadir, telegram)}
