"""The stand-in for Slack: as strict as Slack where the product could otherwise get away with something."""

import json
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from slack_sdk.signature import Clock, SignatureVerifier
from urllib3 import PoolManager
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from chalicelib.chat.reply import Button, Reply
from chalicelib.chat.slack import SlackDoor
from chalicelib.chat.slack_voice import SlackVoice
from chalicelib.domain.message import Incoming
from chalicelib.store.chat import Receipt
from infra.local.clock import SimulatedClock
from infra.local.slack import FAILED, TOKEN, SlackStandIn, _QuietHandler
from infra.local.slack_screen import BlocksRefused, Shown, form, home, message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ANI = "U00ANI"
SECRET = "signing-secret-of-the-tests"
PLAIN = {"type": "plain_text", "text": "Judul"}
HEADER = {"type": "header", "text": PLAIN}
VIEW = {
    "type": "modal",
    "callback_id": "period",
    "title": PLAIN,
    "submit": PLAIN,
    "private_metadata": "",
    "blocks": [
        {"type": "input", "block_id": "start", "label": PLAIN, "element": {"type": "datepicker", "action_id": "start"}}
    ],
}


@pytest.fixture
def slack(clock: SimulatedClock) -> Iterator[SlackStandIn]:
    with SlackStandIn(SECRET, clock) as opened:
        yield opened


class Product:
    """The bot as small as it can be: it answers every line with the line and a button that opens a form."""

    def __init__(self, slack: SlackStandIn, clock: SimulatedClock) -> None:
        self._voice, self._clock, self.is_broken = SlackVoice(TOKEN, slack.api_url), clock, False
        self._door = SlackDoor(SECRET, TOKEN, self._accept, lambda name: True, api_url=slack.api_url)

    def _accept(self, key: str, incoming: Incoming, fingerprint: str) -> Receipt:
        if self.is_broken:
            raise ConnectionError
        said = incoming.text or incoming.press or (incoming.upload.name if incoming.upload else "hari ini")
        reply = Reply(said, buttons=(Button("b-1", "Ubah masa berlaku", form="period"), Button("b-2", "Bantuan")))
        if incoming.opened:
            self._voice.show_home(incoming.account.user, reply)
        else:
            self._voice.say(incoming.reply_to, reply)
        return Receipt.FRESH

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        request = Request(environ)
        status, body, content_type = self._door.handle(request.get_data(), dict(request.headers), at=self._clock())
        return Response(body, status, content_type=content_type)(environ, start_response)


@pytest.fixture
def product(slack: SlackStandIn, clock: SimulatedClock) -> Iterator[Product]:
    made = Product(slack, clock)
    server = make_server("127.0.0.1", 0, made, threaded=True, request_handler=_QuietHandler)
    Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    slack.product = f"http://127.0.0.1:{server.port}"
    yield made
    server.shutdown()
    server.server_close()


def asked(slack: SlackStandIn, method: str, token: str = TOKEN, **arguments: object) -> dict[str, object]:
    """Slack's answer to a method, as the product would ask it."""
    fields = {name: one if isinstance(one, str) else json.dumps(one) for name, one in arguments.items()}
    answer = PoolManager().request_encode_body(
        "POST",
        f"{slack.api_url}{method}",
        fields,
        headers={"Authorization": f"Bearer {token}"},
        encode_multipart=False,
    )
    found: dict[str, object] = answer.json()
    return found


# A user's day


def test_a_command_a_press_a_message_a_file_and_the_home_tab_are_answered_on_the_users_screen(
    slack: SlackStandIn, product: Product
) -> None:
    slack.command(ANI, "status")
    slack.press(ANI, slack.button(ANI, "Bantuan"))
    slack.write(ANI, "bantuan")
    slack.upload(ANI, "pegawai maret.xlsx", b"PK")
    slack.open_home(ANI)

    assert [(shown.text, shown.is_ephemeral) for shown in slack.shown(ANI)] == [
        ("status", True),
        ("b-2", True),
        ("bantuan", False),
        ("pegawai maret.xlsx", False),
    ]
    at_home = slack.home(ANI)
    assert at_home is not None
    assert at_home.text == "hari ini"


def test_a_button_of_the_home_tab_answers_in_the_users_own_conversation(slack: SlackStandIn, product: Product) -> None:
    slack.open_home(ANI)

    slack.press(ANI, slack.button(ANI, "Bantuan"))

    assert [(shown.text, shown.is_ephemeral) for shown in slack.shown(ANI)] == [("b-2", False)]


def test_a_form_stays_open_with_its_errors_until_it_is_filled_in(slack: SlackStandIn, product: Product) -> None:
    slack.command(ANI, "status")
    slack.press(ANI, slack.button(ANI, "Ubah masa berlaku"))
    opened = slack.form(ANI)
    assert opened is not None

    slack.submit(ANI, opened, {})
    refused = slack.form(ANI)
    slack.submit(ANI, opened, {"start": "2020-03-23"})

    assert refused is not None
    assert refused.errors == {"start": "Wajib diisi."}
    assert slack.form(ANI) is None
    assert slack.shown(ANI)[-1].text == "berlaku 2020-03-23"


def test_a_user_sees_that_their_command_failed_and_not_that_an_event_did(slack: SlackStandIn, product: Product) -> None:
    product.is_broken = True

    answers = (slack.command(ANI, "status"), slack.write(ANI, "status"))

    assert [status for status, _ in answers] == [500, 500]
    assert slack.shown(ANI) == [Shown(FAILED, is_ephemeral=True)]


# As strict as Slack


def test_its_signatures_are_slacks_own(slack: SlackStandIn, clock: SimulatedClock) -> None:
    class Stopped(Clock):
        def now(self) -> float:
            return clock().timestamp()

    verifier = SignatureVerifier(SECRET, Stopped())
    request = slack.requests.command(ANI, "status")

    assert verifier.is_valid_request(request.body, dict(request.headers))
    assert verifier.is_valid_request(request.body, dict(slack.requests.again(request).headers))


def test_a_stranger_is_not_listened_to(slack: SlackStandIn) -> None:
    assert asked(slack, "auth.test", token="xoxb-other") == {"ok": False, "error": "invalid_auth"}


def test_a_channel_that_has_not_invited_the_bot_is_closed_to_it(slack: SlackStandIn) -> None:
    answer = asked(slack, "chat.postMessage", channel="C00LAIN", blocks=[HEADER])

    assert answer == {"ok": False, "error": "not_in_channel"}


def test_a_trigger_opens_one_form_within_three_seconds(slack: SlackStandIn, clock: SimulatedClock) -> None:
    prompt, late = (_trigger(slack) for _ in range(2))

    answers = [asked(slack, "views.open", trigger_id=prompt, view=VIEW) for _ in range(2)]
    clock.move_to(clock() + timedelta(seconds=4))
    answers.append(asked(slack, "views.open", trigger_id=late, view=VIEW))

    assert [answer.get("error") for answer in answers] == [None, "exchanged_trigger_id", "expired_trigger_id"]


def test_a_method_that_slack_does_not_have_is_named_unknown(slack: SlackStandIn) -> None:
    assert asked(slack, "chat.shout") == {"ok": False, "error": "unknown_method"}


@pytest.mark.parametrize(
    "blocks",
    [
        [],
        [HEADER] * 51,
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}],
        [{"type": "section", "text": {"type": "mrkdwn", "text": ""}}],
        [{"type": "actions", "elements": [{"action_id": "b-1", "text": {"text": "Ya"}}] * 2}],
        [{"type": "actions", "elements": [{"action_id": "b-1", "text": {"text": "x" * 76}}]}],
    ],
    ids=["none", "51", "long title", "long text", "empty text", "same button twice", "long button"],
)
def test_blocks_that_slack_would_refuse_are_refused(blocks: list[dict[str, object]]) -> None:
    with pytest.raises(BlocksRefused, match="invalid_blocks"):
        message(blocks)


@pytest.mark.parametrize(
    "change", [{"title": {"type": "plain_text", "text": "x" * 25}}, {"private_metadata": "x" * 3001}, {"type": "home"}]
)
def test_a_form_that_slack_would_refuse_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(BlocksRefused, match="invalid_arguments"):
        form({**VIEW, **change}, 1)


def test_a_home_tab_is_no_form() -> None:
    with pytest.raises(BlocksRefused):
        home(VIEW)


def _trigger(slack: SlackStandIn) -> str:
    slack.requests.press(ANI, Button("b-1", "Ubah"))
    return [name for name in slack.requests.made if not name.startswith("R")][-1]
