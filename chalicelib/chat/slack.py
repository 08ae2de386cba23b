"""Slack's door: one signed request becomes one `Incoming`, accepted and acknowledged, or one refusal of a status only.

Bolt routes and acknowledges; the work waits in the inbox, because Slack gives three seconds. The one thing done here is
opening a form, whose trigger lives no longer than that. No command name stands here, and no listener is lazy: Bolt
loses what a lazy one fails at.
"""

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from html import unescape
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import Clock, SignatureVerifier

from chalicelib.chat.forms import FORMS, compose, unfilled
from chalicelib.chat.slack_voice import API_URL, SlackApi, open_form
from chalicelib.chat.voice import ChatUnreachable
from chalicelib.domain.message import LIMIT_BYTES, Account, Incoming, Platform, Upload
from chalicelib.phrases import KNOWN, phrase
from chalicelib.store.chat import Receipt

log = logging.getLogger(__name__)

TEXT = "text/plain; charset=utf-8"
TIMESTAMP = re.compile(r"[0-9]{1,12}")
SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
LINKED = re.compile(r"<(?:[^<>|]*\|)?([^<>|]*)>")
"""What Slack makes of an address that somebody typed: `<mailto:a@b|a@b>`."""

Body = dict[str, Any]


@dataclass(frozen=True)
class Arrival:
    """What is known of a request beside its body."""

    at: datetime
    fingerprint: str = field(repr=False)
    is_retry: bool


class _Instant(Clock):
    """Bolt's clock, stopped at the instant of the request."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> float:
        return self._at.timestamp()


class SlackDoor:
    """Everything Slack sends to one address: commands, presses, forms, events and its own verification.

    `accept` puts an `Incoming` into the inbox under a key and says whether it was there before. `once` is True for the
    first who names a key: a form leaves nothing in the inbox by which a replayed press could be known.
    """

    def __init__(
        self,
        signing_secret: str,
        bot_token: str,
        accept: Callable[[str, Incoming, str], Receipt],
        once: Callable[[str], bool],
        *,
        api_url: str = API_URL,
    ) -> None:
        self._secret, self._token, self._accept, self._once = signing_secret, bot_token, accept, once
        self._api = SlackApi(bot_token, api_url)
        self._app = self._routes()

    def handle(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> tuple[int, str, str]:
        """Status, body and content type for one request.

        Refused before anything is read: larger than 256 KB (413); unsigned, forged, or signed over 300 s from `at`
        either way (401). Refused after: a request that was here before with the same signature, unless Slack says that
        it repeats itself (401). What fails on our side is a 500, which Slack repeats for events and shows for the rest.
        Source: Slack, "Verifying requests from Slack".
        """
        sent = {name.lower(): value for name, value in headers.items()}
        if len(body) > LIMIT_BYTES:
            return 413, "", TEXT
        if not self._is_authentic(body, sent, at):
            return 401, "", TEXT
        fingerprint = sha256(sent["x-slack-signature"].encode()).hexdigest()
        arrival = Arrival(at, fingerprint, is_retry="x-slack-retry-num" in sent)
        # Bolt also takes orders from headers, which nobody has signed: it gets none but the type of the body.
        kind = {"content-type": sent.get("content-type", "")}
        try:
            request = BoltRequest(body=body.decode(), headers={**kind}, context={"arrival": arrival})
        except ValueError:
            return 400, "", TEXT
        answer = self._app.dispatch(request)
        return answer.status, answer.body, answer.first_headers().get("content-type", TEXT)

    def _is_authentic(self, body: bytes, sent: Mapping[str, str], at: datetime) -> bool:
        timestamp, signature = sent.get("x-slack-request-timestamp", ""), sent.get("x-slack-signature", "")
        # The verifier raises on a timestamp that is no number and on text that is not ASCII or not UTF-8.
        is_readable = TIMESTAMP.fullmatch(timestamp) and SIGNATURE.fullmatch(signature) and _is_utf8(body)
        if not (self._secret and is_readable):
            return False
        return SignatureVerifier(self._secret, _Instant(at)).is_valid(body, timestamp, signature)

    def _routes(self) -> App:
        """Bolt's app. Its own verification is off: it logs the body and the signature, and reads the wall clock."""

        # Nobody is asked: who speaks is looked up by the worker, and who we are would cost a request to Slack.
        # Not a method, because Bolt passes `self` to a bound one a second time.
        def authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id, bot_token=self._token)

        silent = logging.Logger("slack_bolt", logging.CRITICAL + 1)
        silent.disabled = True
        app = App(
            logger=silent,
            name="hadir",
            process_before_response=True,
            signing_secret=self._secret,
            authorize=authorize,
            request_verification_enabled=False,
        )
        app.error(_failed)
        app.command(re.compile(""))(self._on_command)
        app.action(re.compile(""))(self._on_action)
        app.view(re.compile(f"^({'|'.join(FORMS)})$"))(self._on_form)
        app.event("app_home_opened")(self._on_home)
        app.event("message")(self._on_message)
        app.event(re.compile(""))(_on_any_event)
        return app

    def _on_command(self, body: Body, ack: Ack, context: BoltContext) -> BoltResponse:
        reply_to = {"user": body["user_id"], "response_url": body["response_url"]}
        incoming = _incoming(body, context, reply_to, text=_typed(body.get("text", "")))
        return self._take(body["trigger_id"], incoming, ack, context)

    def _on_action(self, body: Body, ack: Ack, context: BoltContext) -> BoltResponse:
        (pressed, *_), trigger = body["actions"], body["trigger_id"]
        incoming = _incoming(body, context, _whereabouts(body), press=pressed["action_id"])
        if pressed.get("value") not in FORMS:
            return self._take(trigger, incoming, ack, context)
        if not self._once(f"slack#{trigger}"):
            return BoltResponse(status=401)
        try:
            open_form(self._api, trigger, FORMS[pressed["value"]], incoming.reply_to, incoming.lang)
        except ChatUnreachable as fault:
            # The press then counts as one of a platform without forms: it is answered in words, with the line to type.
            log.warning("slack form not opened", extra={"reason": str(fault)})
            return self._take(trigger, incoming, ack, context)
        return ack()

    def _on_form(self, body: Body, ack: Ack, context: BoltContext) -> BoltResponse:
        view, lang = body["view"], _language(body)
        form, values = FORMS[view["callback_id"]], _values(view)
        if empty := unfilled(form, values):
            return ack(response_action="errors", errors={name: phrase("form.field_empty", lang=lang) for name in empty})
        reply_to = {**json.loads(view.get("private_metadata") or "{}"), "user": body["user"]["id"]}
        incoming = _incoming(body, context, reply_to, text=compose(form, values))
        return self._take(f"{view['id']}#{view['hash']}", incoming, ack, context)

    def _on_home(self, body: Body, ack: Ack, context: BoltContext) -> BoltResponse:
        if body["event"].get("tab") != "home":
            return ack()
        incoming = _incoming(body, context, {"user": body["event"]["user"]}, opened=True)
        return self._take(body["event_id"], incoming, ack, context)

    def _on_message(self, body: Body, ack: Ack, context: BoltContext) -> BoltResponse:
        """What somebody writes or uploads in their conversation with the bot; edits and other bots are not heard."""
        event = body["event"]
        if event.get("channel_type") != "im" or "bot_id" in event or event.get("subtype") not in (None, "file_share"):
            return ack()
        reply_to = {"user": event["user"], **({"thread": event["thread_ts"]} if "thread_ts" in event else {})}
        if files := event.get("files"):
            unread = {"unread_files": str(len(files) - 1)} if len(files) > 1 else {}
            incoming = _incoming(body, context, {**reply_to, **unread}, upload=_upload(files[0]))
        else:
            incoming = _incoming(body, context, reply_to, text=_typed(event.get("text", "")))
        return self._take(body["event_id"], incoming, ack, context)

    def _take(self, key: str, incoming: Incoming, ack: Ack, context: BoltContext) -> BoltResponse:
        arrival: Arrival = context["arrival"]
        receipt = self._accept(f"slack#{key}", incoming, arrival.fingerprint)
        return BoltResponse(status=401) if receipt is Receipt.REPLAYED and not arrival.is_retry else ack()


def _failed(error: Exception) -> BoltResponse:
    """A fault of ours: its name reaches the log, nothing of the request does."""
    log.error("slack request failed", extra={"fault": type(error).__name__})
    return BoltResponse(status=500)


def _on_any_event(ack: Ack) -> BoltResponse:
    """An event nobody asked for: Slack stops sending any when too many are refused."""
    return ack()


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _incoming(body: Body, context: BoltContext, reply_to: Mapping[str, str], **done: Any) -> Incoming:
    """Every answer is for its reader alone: ephemeral where others read along, else in the bot's own conversation."""
    account = Account(Platform.SLACK, _team(body), reply_to["user"])
    return Incoming(account, reply_to, context["arrival"].at, is_private=True, lang=_language(body), **done)


def _team(body: Body) -> str:
    """The workspace of whoever acted; an organisation-wide installation names it with the user only."""
    named = body.get("team_id") or (body.get("team") or {}).get("id") or body["user"].get("team_id", "")
    return str(named)


def _language(body: Body) -> str:
    user = body.get("user")
    locale = user.get("locale", "") if isinstance(user, dict) else ""
    return next((lang for lang in KNOWN if locale.startswith(lang)), KNOWN[0])


def _whereabouts(body: Body) -> dict[str, str]:
    """Where a press is answered; a home tab has no response URL."""
    return {"user": body["user"]["id"], **({"response_url": url} if (url := body.get("response_url")) else {})}


def _typed(text: str) -> str:
    """The words as they were typed: without the links that Slack makes of addresses, and with its escapes undone."""
    return unescape(LINKED.sub(r"\1", text)).strip()


def _upload(file: Body) -> Upload:
    return Upload(file.get("name") or "", file.get("url_private_download") or "", int(file.get("size") or 0))


def _values(view: Body) -> dict[str, str]:
    """What stands in each field of a submitted form; an empty one is null."""
    return {name: _value(next(iter(held.values()))) for name, held in view["state"]["values"].items()}


def _value(held: Body) -> str:
    return held.get("value") or held.get("selected_date") or (held.get("selected_option") or {}).get("value") or ""
