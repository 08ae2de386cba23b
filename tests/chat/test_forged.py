"""Requests that nobody should have sent, and honest ones that come again: refused or done once, and never quoted."""

import hmac
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pytest
from chalice.test import HTTPResponse
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

from chalicelib.chat.reply import Button
from chalicelib.domain.message import LIMIT_BYTES, Platform
from infra.local.slack_requests import FORM, Requests, SignedRequest
from infra.local.telegram_updates import SECRET_HEADER, UpdateRequest
from tests.chat.conftest import Bureau
from tests.chat.sides import SIGNING_SECRET, WEBHOOK_SECRET, Slack, Telegram
from tests.entry.hadir import Hadir
from tests.store import dynamo
from tests.world import PREFIX, REGION

MARK = "kalimat-rahasia-7391"
STAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"

OLD = timedelta(seconds=301)

on_slack = pytest.mark.parametrize("platform", [Platform.SLACK])
on_telegram = pytest.mark.parametrize("platform", [Platform.TELEGRAM])

Request = SignedRequest | UpdateRequest


@dataclass
class Watch:
    """What a refused request must leave as it was, and what it must not be quoted in."""

    hadir: Hadir
    log: pytest.LogCaptureFixture
    before: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        self.before = self.traces()

    def traces(self) -> tuple[Any, ...]:
        queues = sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues
        return dynamo.rows(), [len(queues[f"{PREFIX}-{name}"]._messages) for name in ("bots", "reports")]

    def refused(self, request: Request, status: int, *, quiet: tuple[str, ...] = ()) -> None:
        """The request is answered by its status alone, changes nothing, and nobody reads it in a log."""
        answer = self.hadir.post(request.path, request.body, dict(request.headers))

        assert (answer.status_code, answer.body) == (status, b"")
        assert self.traces() == self.before
        logged = "\n".join(f"{record.getMessage()} {vars(record)}" for record in self.log.records)
        assert not [word for word in (MARK, "Traceback", SIGNING_SECRET, *quiet) if word in logged]


@pytest.fixture
def watch(bureau: Bureau, caplog: pytest.LogCaptureFixture) -> Watch:
    for name in ("chalicelib", "hadir", "app", "slack_bolt", "slack_sdk", "urllib3"):
        caplog.set_level(logging.DEBUG, name)
    return Watch(bureau.hadir, caplog)


@pytest.fixture
def slack(bureau: Bureau) -> Slack:
    assert isinstance(bureau.side, Slack)
    return bureau.side


@pytest.fixture
def telegram(bureau: Bureau) -> Telegram:
    assert isinstance(bureau.side, Telegram)
    return bureau.side


def signed_by(secret: str, request: SignedRequest, stamp: str | None = None) -> SignedRequest:
    """The request under another secret or another time."""
    stamp = request.headers[STAMP] if stamp is None else stamp
    mac = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + request.body, sha256).hexdigest()
    return replace(request, headers={**request.headers, STAMP: stamp, SIGNATURE: f"v0={mac}"})


def without(request: SignedRequest, *names: str) -> SignedRequest:
    return replace(request, headers={name: value for name, value in request.headers.items() if name not in names})


def with_headers(request: SignedRequest, **headers: str) -> SignedRequest:
    renamed = {STAMP if name == "stamp" else SIGNATURE: value for name, value in headers.items()}
    return replace(request, headers={**request.headers, **renamed})


# Slack: who may speak

FORGERIES: dict[str, Callable[[SignedRequest], SignedRequest]] = {
    "signed by somebody else": lambda one: signed_by("guessed", one),
    "signed with nothing": lambda one: signed_by("", one),
    "another body": lambda one: replace(one, body=one.body + b"&text=cabut"),
    "unsigned": lambda one: without(one, SIGNATURE),
    "undated": lambda one: without(one, STAMP),
    "neither": lambda one: without(one, SIGNATURE, STAMP),
    "a signature of no kind": lambda one: with_headers(one, signature=MARK),
    "a signature beyond ASCII": lambda one: with_headers(one, signature="v0=é" + "0" * 62),
    "a time in words": lambda one: signed_by(SIGNING_SECRET, one, MARK),
    "a time with a point": lambda one: signed_by(SIGNING_SECRET, one, f"{one.headers[STAMP]}.5"),
    "a negative time": lambda one: signed_by(SIGNING_SECRET, one, f"-{one.headers[STAMP]}"),
    "a time that is not a number": lambda one: signed_by(SIGNING_SECRET, one, "nan"),
    "an empty time": lambda one: signed_by(SIGNING_SECRET, one, ""),
    "a time without end": lambda one: signed_by(SIGNING_SECRET, one, "9" * 400),
}


@on_slack
@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_what_slack_did_not_sign_is_refused_without_a_word(
    watch: Watch, slack: Slack, forge: Callable[[SignedRequest], SignedRequest]
) -> None:
    honest = slack.stand_in.requests.command(slack.user(101), f"cuti ani {MARK}")

    watch.refused(forge(honest), 401, quiet=(honest.headers[SIGNATURE],))


@on_slack
@pytest.mark.parametrize("shift", [OLD, -OLD])
def test_a_request_from_another_time_is_refused(watch: Watch, slack: Slack, shift: timedelta) -> None:
    honest = slack.stand_in.requests.command(slack.user(101), f"cuti ani {MARK}")

    watch.hadir.at += shift

    watch.refused(honest, 401)


@on_slack
def test_a_body_beyond_the_limit_is_refused_however_well_it_is_signed(watch: Watch, slack: Slack) -> None:
    great = slack.stand_in.requests.signed(FORM, urlencode({"text": MARK, "filler": "x" * LIMIT_BYTES}))

    watch.refused(great, 413)


@on_slack
@pytest.mark.parametrize("secret", ["", SIGNING_SECRET])
def test_without_a_secret_nobody_is_let_in_on_slack(
    watch: Watch, slack: Slack, bureau: Bureau, nameless: None, secret: str
) -> None:
    honest = Requests(secret, lambda: watch.hadir.at, "http://127.0.0.1:1").command(slack.user(101), MARK)

    watch.refused(honest, 401)


@pytest.fixture
def nameless(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment whose Parameter Store holds none of the secrets."""
    monkeypatch.setenv("HADIR_SECRETS", "/nowhere")
    bureau.another_process()


# Telegram: who may speak


@on_telegram
@pytest.mark.parametrize("shown", [None, "", "guessed", WEBHOOK_SECRET[:-1], f"{WEBHOOK_SECRET} ", "rahasia-é"])
def test_what_does_not_carry_telegrams_secret_is_refused(watch: Watch, telegram: Telegram, shown: str | None) -> None:
    honest = telegram.stand_in.updates.text(telegram.user(101), f"cuti ani {MARK}")
    others = {name: value for name, value in honest.headers.items() if name != SECRET_HEADER}

    watch.refused(replace(honest, headers=others if shown is None else {**others, SECRET_HEADER: shown}), 401)


@on_telegram
@pytest.mark.parametrize("shown", ["", WEBHOOK_SECRET])
def test_without_a_secret_nobody_is_let_in_on_telegram(
    watch: Watch, telegram: Telegram, nameless: None, shown: str
) -> None:
    honest = telegram.stand_in.updates.text(telegram.user(101), MARK)

    watch.refused(replace(honest, headers={**honest.headers, SECRET_HEADER: shown}), 401)


@on_telegram
def test_an_update_beyond_the_limit_is_refused(watch: Watch, telegram: Telegram) -> None:
    watch.refused(telegram.stand_in.updates.text(telegram.user(101), MARK + "x" * LIMIT_BYTES), 413)


@on_telegram
@pytest.mark.parametrize("junk", [b"", b"\xff\xfe", b"{", b"[]", b"[" * 9_000, b'{"update_id": NaN}', MARK.encode()])
def test_junk_under_the_right_secret_is_taken_and_thrown_away(watch: Watch, telegram: Telegram, junk: bytes) -> None:
    honest = telegram.stand_in.updates.text(telegram.user(101), "edaran")

    watch.refused(replace(honest, body=junk), 200)


# Again


@on_slack
def test_a_request_that_somebody_kept_and_sends_again_is_refused_and_done_once(slack: Slack, bureau: Bureau) -> None:
    preview, before = bureau.say("rina", "cuti ani 24-27 maret 2020"), bureau.revision()
    press = slack.stand_in.requests.press(bureau.users["rina"], preview.confirm)

    assert [slack.send(press).status_code for _ in range(3)] == [200, 401, 401]
    bureau.hadir.converse()

    assert bureau.revision() == before + 1
    assert len(bureau.side.seen(bureau.users["rina"])) == 2


def repeated_by_slack(slack: Slack, request: SignedRequest) -> list[HTTPResponse]:
    again = slack.stand_in.requests.again
    return [slack.send(request), slack.send(again(request, 1)), slack.send(again(request, 2))]


@on_slack
@pytest.mark.parametrize("kind", ["command", "press", "event"])
def test_what_slack_sends_again_by_itself_is_taken_each_time_and_answered_once(
    slack: Slack, bureau: Bureau, kind: str
) -> None:
    user, made = bureau.users["rina"], slack.stand_in.requests
    preview = bureau.say("rina", "cuti ani 24-27 maret 2020")
    seen, before = len(slack.seen(user)), bureau.revision()
    request = {
        "command": lambda: made.command(user, "edaran"),
        "press": lambda: made.press(user, preview.confirm),
        "event": lambda: made.write(user, "edaran"),
    }[kind]()

    assert [one.status_code for one in repeated_by_slack(slack, request)] == [200, 200, 200]
    bureau.hadir.converse()

    assert len(slack.seen(user)) == seen + 1
    assert bureau.revision() == before + (kind == "press")


@pytest.mark.parametrize("platform", Platform)
def test_a_button_that_is_pressed_twice_in_haste_acts_once(bureau: Bureau) -> None:
    preview, before = bureau.say("rina", "cuti ani 24-27 maret 2020"), bureau.revision()

    for _ in range(2):
        press(bureau, preview.confirm)
    bureau.hadir.converse()

    assert bureau.revision() == before + 1


def press(bureau: Bureau, button: Button) -> None:
    side: Any = bureau.side
    made = side.stand_in.requests if isinstance(side, Slack) else side.stand_in.updates
    assert side.send(made.press(bureau.users["rina"], button)).status_code == 200


@on_telegram
@pytest.mark.parametrize("kind", ["text", "press"])
def test_an_update_that_telegram_sends_twice_is_answered_once(telegram: Telegram, bureau: Bureau, kind: str) -> None:
    user, made = bureau.users["rina"], telegram.stand_in.updates
    preview = bureau.say("rina", "cuti ani 24-27 maret 2020")
    seen, before = len(telegram.seen(user)), bureau.revision()
    request = made.text(user, "edaran") if kind == "text" else made.press(user, preview.confirm)

    for _ in range(3):
        assert telegram.send(request).status_code == 200
        bureau.hadir.converse()

    assert len(telegram.seen(user)) == seen + 1
    assert bureau.revision() == before + (kind == "press")
    assert json.loads(request.body)["update_id"]
