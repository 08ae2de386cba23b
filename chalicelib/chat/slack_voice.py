"""Slack's Web API as far as the bot speaks: answers, messages to a person or channel, the home tab, files, self-test.

A thin client over urllib3, which botocore brings anyway: slack_sdk's ignores NO_PROXY and writes URLs into its faults.
What the blocks look like is in `slack_blocks`. The price of answering by response URL is that Slack closes it after
half an hour or five answers; then the answer goes to the user's own conversation with the bot.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from time import sleep
from typing import Any
from urllib.parse import urlencode, urlsplit

from urllib3 import BaseHTTPResponse, PoolManager, Timeout
from urllib3.exceptions import HTTPError

from chalicelib.chat.reply import Form, Reply
from chalicelib.chat.slack_blocks import blocks, home, modal, summary
from chalicelib.chat.voice import ChatBlocked, ChatUnreachable
from chalicelib.domain.change import Line
from chalicelib.domain.errors import UploadTooLarge, UploadUnreachable
from chalicelib.domain.message import UPLOAD_BYTES, UPLOAD_MB, Upload
from chalicelib.phrases import phrase

API_URL = "https://slack.com/api/"
FILES = ("https", "files.slack.com")
SCOPES: Mapping[str, frozenset[str]] = {
    "auth.test": frozenset(),
    "chat.postMessage": frozenset({"chat:write"}),
    "views.open": frozenset(),
    "views.publish": frozenset(),
}
"""Every method called here and the scopes it asks for. Source: Slack, "Web API methods"."""
RECEIVING = frozenset({"commands", "files:read", "im:history"})
"""What the door needs: the slash command, messages to the bot, and the files in them."""
NEEDED = RECEIVING.union(*SCOPES.values())

PATIENCE_S, FORM_PATIENCE_S, LONGEST_WAIT_S = 10.0, 2.0, 30.0
TOKEN_REFUSED = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})
GONE = frozenset({"user_not_found", "user_disabled", "cannot_dm_bot", "is_archived"})


class SlackApi:
    """One workspace's Web API under the bot's token. No fault of it carries the token, a URL or a body."""

    def __init__(self, token: str, api_url: str = API_URL, pause: Callable[[float], None] = sleep) -> None:
        self._token, self.api_url, self._pause = token, api_url, pause
        self._pool = PoolManager(retries=False)

    @property
    def has_token(self) -> bool:
        return bool(self._token)

    def call(self, method: str, arguments: Mapping[str, Any], *, patience_s: float = PATIENCE_S) -> dict[str, Any]:
        """Slack's answer to one method. When told to wait, it waits and asks once more.

        Raises: ChatUnreachable with Slack's own error code.
        """
        return self.call_with_scopes(method, arguments, patience_s=patience_s)[0]

    def call_with_scopes(
        self, method: str, arguments: Mapping[str, Any], *, patience_s: float = PATIENCE_S
    ) -> tuple[dict[str, Any], frozenset[str]]:
        """As `call`, with the scopes that Slack says the token has."""
        response = self._post(self.api_url + method, arguments, method, patience_s)
        answer = _read(response, method)
        if not answer.get("ok"):
            raise ChatUnreachable(f"{method}: {answer.get('error', 'unknown')}")
        return answer, frozenset(response.headers.get("x-oauth-scopes", "").replace(" ", "").split(","))

    def respond(self, url: str, message: Mapping[str, Any]) -> bool:
        """Answer by response URL; False when Slack has closed it. The token stays out of this."""
        body, headers = json.dumps(message).encode(), {"Content-Type": "application/json; charset=utf-8"}
        return self._request("POST", url, "response_url", PATIENCE_S, body=body, headers=headers).status < 400

    def download(self, url: str, limit: int) -> bytes | None:
        """A file of at most `limit` bytes; None when it is larger. It never follows Slack to another host.

        Raises: UploadUnreachable.
        """
        if urlsplit(url)[:2] not in (FILES, urlsplit(self.api_url)[:2]):
            raise UploadUnreachable
        try:
            response = self._request("GET", url, "file", PATIENCE_S, headers=self._bearer(), stream=True)
        except ChatUnreachable as fault:
            raise UploadUnreachable from fault
        try:
            return _body(response, limit)
        finally:
            response.release_conn()

    def _post(self, url: str, arguments: Mapping[str, Any], method: str, patience_s: float) -> BaseHTTPResponse:
        # Every method reads a form, not every one JSON; whatever is not text travels in the form as JSON.
        headers = {**self._bearer(), "Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        fields = {name: one if isinstance(one, str) else json.dumps(one) for name, one in arguments.items()}
        body = urlencode(fields).encode()
        response = self._request("POST", url, method, patience_s, body=body, headers=headers)
        wait_s = float(response.headers.get("retry-after", 1)) if response.status == 429 else 0.0
        # A form is opened while its user waits; whoever has no time to wait gets the refusal at once.
        if wait_s and wait_s <= LONGEST_WAIT_S and patience_s > FORM_PATIENCE_S:
            self._pause(wait_s)
            response = self._request("POST", url, method, patience_s, body=body, headers=headers)
        return response

    def _request(
        self,
        verb: str,
        url: str,
        what: str,
        patience_s: float,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        stream: bool = False,
    ) -> BaseHTTPResponse:
        try:
            return self._pool.request(
                verb,
                url,
                body=body,
                headers=headers,
                redirect=False,
                preload_content=not stream,
                timeout=Timeout(total=patience_s),
            )
        except HTTPError as fault:
            # urllib3 writes the URL into its faults, and a response URL is as good as a key: the cause stays here.
            raise ChatUnreachable(f"{what}: {type(fault).__name__}") from None

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}


def _read(response: BaseHTTPResponse, method: str) -> dict[str, Any]:
    if response.status != 200:
        raise ChatUnreachable(f"{method}: status {response.status}")
    try:
        answer = response.json()
    except ValueError as fault:
        raise ChatUnreachable(f"{method}: no JSON") from fault
    return answer if isinstance(answer, dict) else {}


def _body(response: BaseHTTPResponse, limit: int) -> bytes | None:
    # Without the scope or the file Slack answers with its sign-in page instead of a refusal.
    if response.status != 200 or response.headers.get("content-type", "").startswith("text/html"):
        raise UploadUnreachable
    found = bytearray()
    try:
        for chunk in response.stream(64 * 1024):
            found += chunk
            if len(found) > limit:
                return None
    except HTTPError as fault:
        raise UploadUnreachable from fault
    return bytes(found)


class SlackVoice:
    """The bot speaking on Slack."""

    def __init__(self, bot_token: str, api_url: str = API_URL, pause: Callable[[float], None] = sleep) -> None:
        self._api = SlackApi(bot_token, api_url, pause)

    def say(self, reply_to: Mapping[str, str], reply: Reply) -> None:
        """Answer whoever spoke, and nobody else, where they spoke; once Slack has closed that way, in private."""
        reply = _with_notice(reply_to, reply)
        if not self._respond(reply_to.get("response_url", ""), reply):
            self._post(reply_to["user"], reply, thread=reply_to.get("thread", ""))

    def write(self, chat: str, reply: Reply) -> None:
        """Write to one person, named by their user id. Raises: ChatBlocked when nobody reads there."""
        self._post(chat, reply)

    def announce(self, channel: str, reply: Reply) -> None:
        """Write to a channel, which the bot must have been invited to."""
        self._post(channel, reply)

    def show_home(self, user: str, reply: Reply) -> None:
        self._api.call("views.publish", {"user_id": user, "view": home(reply)})

    def fetch(self, upload: Upload) -> bytes:
        """The bytes of an upload, from Slack's own file server only. Raises: UploadTooLarge, UploadUnreachable."""
        found = self._api.download(upload.ref, UPLOAD_BYTES) if upload.size <= UPLOAD_BYTES else None
        if found is None:
            raise UploadTooLarge(UPLOAD_MB)
        return found

    def check(self) -> tuple[Line, ...]:
        """Whether Slack knows the token and what it may do, or what is wrong with it."""
        if not self._api.has_token:
            return (Line("slack.check.not_set_up"),)
        try:
            answer, granted = self._api.call_with_scopes("auth.test", {})
        except ChatUnreachable as fault:
            is_refused = _reason(fault) in TOKEN_REFUSED
            return (Line(f"slack.check.{'token_refused' if is_refused else 'unreachable'}", {"reason": str(fault)}),)
        if missing := NEEDED - granted:
            return (Line("slack.check.scopes_missing", {"scopes": ", ".join(sorted(missing))}),)
        facts = {"team": str(answer.get("team", "")), "bot": str(answer.get("user", ""))}
        return Line("slack.check.token_good", facts), Line("slack.check.by_hand")

    def _respond(self, url: str, reply: Reply) -> bool:
        whereabouts = {"response_type": "ephemeral", "replace_original": False}
        return bool(url) and self._api.respond(url, {**whereabouts, **_message(reply)})

    def _post(self, channel: str, reply: Reply, thread: str = "") -> None:
        place = {"channel": channel, **({"thread_ts": thread} if thread else {})}
        try:
            self._api.call("chat.postMessage", {**place, **_message(reply), "unfurl_links": False})
        except ChatUnreachable as fault:
            if _reason(fault) in GONE:
                raise ChatBlocked(str(fault)) from fault
            raise


def open_form(api: SlackApi, trigger: str, form: Form, reply_to: Mapping[str, str], lang: str) -> None:
    """Open a form for whoever pressed its button. Raises: ChatUnreachable; the press is answered in words then."""
    view = modal(form, reply_to, lang)
    api.call("views.open", {"trigger_id": trigger, "view": view}, patience_s=FORM_PATIENCE_S)


def _reason(fault: ChatUnreachable) -> str:
    """Slack's own error code in a fault."""
    return str(fault).rpartition(": ")[2]


def _message(reply: Reply) -> dict[str, Any]:
    return {"text": summary(reply), "blocks": blocks(reply)}


def _with_notice(reply_to: Mapping[str, str], reply: Reply) -> Reply:
    """The reply, with a word on the files that came beside the one that was read."""
    unread = int(reply_to.get("unread_files", "0"))
    if not unread:
        return reply
    return replace(reply, lines=(phrase("slack.files_unread", lang=reply.lang, unread=unread), *reply.lines))
