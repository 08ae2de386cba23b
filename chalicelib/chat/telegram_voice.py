"""Telegram's voice: a thin client of the Bot API over urllib3.

It shows finished replies, fetches files and tests the set-up. The bot's token is a part of every URL, so no text of an
exception or log line is ever taken from the HTTP library. The price: a fault names the method and a code, no more.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec
from urllib3 import BaseHTTPResponse, PoolManager, Timeout
from urllib3.exceptions import HTTPError

from chalicelib.chat.reply import Reply
from chalicelib.chat.telegram_layout import messages
from chalicelib.chat.telegram_update import ALLOWED_UPDATES
from chalicelib.chat.voice import ChatBlocked, ChatUnreachable
from chalicelib.domain.change import Line
from chalicelib.domain.errors import UploadTooLarge, UploadUnreachable
from chalicelib.domain.message import UPLOAD_BYTES, UPLOAD_MB, Upload

PATIENCE_S = 10
"""How long a worker waits when Telegram asks for patience; after that the queue's next delivery tries."""

TIMEOUT = Timeout(connect=3, read=15)
CONNECTIONS = 10
"""How many updates Telegram may deliver at once: each is a Lambda of its own."""


@dataclass(frozen=True)
class Reaction:
    """What the Bot API said: its status, and the result or what it adds to a refusal."""

    status: int
    result: Any = None
    retry_after_s: int = 0
    gist: str = ""


TOKENS: set[str] = set()
"""Every token that this process has spoken with; voices come and go, and each token stays a secret."""


def _is_harmless(record: logging.LogRecord) -> bool:
    """urllib3 logs every path that it asks for, at debug level. A logger takes the same filter once."""
    return not any(token in record.getMessage() for token in TOKENS)


class TelegramVoice:
    """Source: Telegram Bot API, "Making requests"."""

    def __init__(self, token: str, api_url: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._token, self._api_url, self._sleep = token, api_url.rstrip("/"), sleep
        self._pool = PoolManager(retries=False)
        TOKENS.update({token} - {""})
        logging.getLogger("urllib3.connectionpool").addFilter(_is_harmless)

    def say(self, reply_to: Mapping[str, str], reply: Reply) -> None:
        """Answer in the chat that the question came from. Raises: ChatUnreachable, ChatBlocked."""
        self.write(reply_to["chat"], reply)

    def write(self, chat: str, reply: Reply) -> None:
        """Write to a chat. A long reply is several messages; a fault between them lets the first stand.

        Raises: ChatUnreachable, ChatBlocked.
        """
        for fields in messages(reply):
            self._call("sendMessage", chat_id=int(chat), **fields)

    def show_home(self, user: str, reply: Reply) -> None:
        """Nothing: Telegram has no such page and never asks for one."""

    def fetch(self, upload: Upload) -> bytes:
        """A file that somebody sent, at most 10 MB of it.

        Raises: UploadTooLarge, UploadUnreachable, ChatUnreachable. Source: Telegram Bot API, "getFile".
        """
        if upload.size > UPLOAD_BYTES:
            raise UploadTooLarge(UPLOAD_MB)
        found = self._patiently("getFile", {"file_id": upload.ref})
        if found.status == HTTPStatus.BAD_REQUEST:
            raise UploadUnreachable()
        return self._download(str(_result("getFile", found).get("file_path", "")))

    def set_webhook(self, url: str, secret: str) -> None:
        """Have Telegram post updates to `url` with `secret`. Raises: ChatUnreachable.

        Source: Telegram Bot API, "setWebhook".
        """
        self._call(
            "setWebhook",
            url=url,
            secret_token=secret,
            allowed_updates=ALLOWED_UPDATES,
            max_connections=CONNECTIONS,
        )

    def webhook(self) -> str:
        """Where Telegram sends updates now; empty where nowhere, or where it does not say.

        Source: Telegram Bot API, "getWebhookInfo".
        """
        try:
            found = self._ask("getWebhookInfo", {}).result
        except ChatUnreachable:
            return ""
        return str(found.get("url", "")) if isinstance(found, dict) else ""

    def check(self) -> tuple[Line, ...]:
        """What is misconfigured, or one line that says that nothing is."""
        if not self._token:
            return (Line("telegram.check.not_set_up"),)
        try:
            me, webhook = self._ask("getMe", {}), self._ask("getWebhookInfo", {})
        except ChatUnreachable as fault:
            return (Line("telegram.check.unreachable", {"problem": str(fault)}),)
        if not (isinstance(me.result, dict) and isinstance(webhook.result, dict)):
            return (Line("telegram.check.token"),)
        bot, url = str(me.result.get("username", "")), str(webhook.result.get("url", ""))
        if not url:
            return (Line("telegram.check.no_webhook", {"bot": bot}),)
        return tuple(_faults(webhook.result)) or (Line("telegram.check.good", {"bot": bot, "url": url}),)

    def _call(self, method: str, **fields: object) -> Any:
        return _result(method, self._patiently(method, fields))

    def _patiently(self, method: str, fields: Mapping[str, object]) -> Reaction:
        """Ask; and when Telegram wants a little patience, ask once more."""
        reaction = self._ask(method, fields)
        if reaction.status != HTTPStatus.TOO_MANY_REQUESTS or reaction.retry_after_s > PATIENCE_S:
            return reaction
        self._sleep(reaction.retry_after_s)
        return self._ask(method, fields)

    def _ask(self, method: str, fields: Mapping[str, object]) -> Reaction:
        response = self._open(method, "POST", f"bot{self._token}/{method}", json=fields)
        return _reaction(response.status, response.data)

    def _download(self, path: str) -> bytes:
        response = self._open("file", "GET", f"file/bot{self._token}/{quote(path)}", preload_content=False)
        if response.status == HTTPStatus.NOT_FOUND:
            raise UploadUnreachable()
        return _read(response)

    def _open(self, method: str, verb: str, path: str, **how: Any) -> BaseHTTPResponse:
        """One request, never repeated here: a message whose answer was lost may have been shown.

        Raises: ChatUnreachable, outside the handler, so that no traceback leads to the error and its URL.
        """
        try:
            return self._pool.request(
                verb, f"{self._api_url}/{path}", timeout=TIMEOUT, retries=False, redirect=False, **how
            )
        except HTTPError as error:
            problem = type(error).__name__
        raise ChatUnreachable(f"{method}: {problem}")


def _read(response: BaseHTTPResponse) -> bytes:
    """At most 10 MB of a response, whatever length it claims. A connection that breaks is one more try's business."""
    content, problem = b"", ""
    try:
        content = response.read(UPLOAD_BYTES + 1)
    except HTTPError as error:
        problem = type(error).__name__
    finally:
        response.close()
    if problem or response.status != HTTPStatus.OK:
        raise ChatUnreachable(f"file: {problem or response.status}")
    if len(content) > UPLOAD_BYTES:
        raise UploadTooLarge(UPLOAD_MB)
    return content


def _reaction(status: int, body: bytes) -> Reaction:
    """Source: Telegram Bot API, "Making requests" and "ResponseParameters"."""
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Reaction(status)
    if not isinstance(answer, dict):
        return Reaction(status)
    wait = (answer.get("parameters") or {}).get("retry_after", 0)
    result = answer.get("result") if answer.get("ok") is True else None
    return Reaction(status, result, wait if isinstance(wait, int) else 0, str(answer.get("description", "")))


def _result(method: str, reaction: Reaction) -> Any:
    """The result of a call that worked. Telegram's own description may quote the message, so it goes nowhere."""
    if reaction.status == HTTPStatus.FORBIDDEN or "chat not found" in reaction.gist:
        raise ChatBlocked(method)
    if reaction.result is None:
        raise ChatUnreachable(f"{method}: {reaction.status}")
    return reaction.result


def _faults(webhook: Mapping[str, Any]) -> list[Line]:
    """What is wrong with a webhook that is set.

    Source: Telegram Bot API, "WebhookInfo"; without `allowed_updates` all that the door reads is sent.
    """
    faults = []
    problem, pending = str(webhook.get("last_error_message", "")), int(webhook.get("pending_update_count", 0))
    if problem and pending:
        is_secret = str(HTTPStatus.UNAUTHORIZED.value) in problem
        faults.append(
            Line("telegram.check.secret") if is_secret else Line("telegram.check.error", {"problem": problem})
        )
        faults.append(Line("telegram.check.pending", {"count": pending}))
    allowed = webhook.get("allowed_updates") or ALLOWED_UPDATES
    if missing := [name for name in ALLOWED_UPDATES if name not in allowed]:
        faults.append(Line("telegram.check.updates", {"missing": ", ".join(missing)}))
    return faults
