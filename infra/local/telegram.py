"""The stand-in for Telegram: its Bot API on loopback, and the updates that its users cause.

It keeps Telegram's own limits and shows the webhook's own responses too, so whatever it shows Telegram would show as
well. Of the product it knows the address alone. The price: one bot, and users who are just numbers.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Self

from urllib3 import PoolManager
from urllib3.exceptions import LocationValueError
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from chalicelib.chat.reply import Button
from infra.local import telegram_screen
from infra.local.telegram_screen import MessageRefused, Shown
from infra.local.telegram_updates import BOT, Fix, UpdateRequest, Updates

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TOKEN, SECRET = "4242:stand-in", "stand-in-secret"
_POLL_S = 0.01


class TelegramStandIn:
    """Telegram with one bot in it.

    Verbs of a user (`text`, `press`, ...) send the update to `product` and give back status and body; the same verbs
    of `updates` make the update without sending it. `blocked` holds the users who want to hear nothing any more.
    """

    def __init__(self, token: str, secret: str, now: Callable[[], datetime], product: str = "") -> None:
        self.product, self.updates = product, Updates(secret, now)
        self.blocked: set[str] = set()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.webhook: dict[str, Any] = {"url": "", "pending_update_count": 0}
        self._token, self._lock, self._pool = token, Lock(), PoolManager(retries=False)
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_QuietHandler)
        self._shown: dict[str, list[Shown]] = {}
        self._spinning: set[str] = set()
        self._faults: dict[str, list[Response]] = {}

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=[_POLL_S], name="telegram", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def api_url(self) -> str:
        """What the product is given instead of https://api.telegram.org."""
        return f"http://127.0.0.1:{self._server.port}"

    def forget(self) -> None:
        """Be as if nobody had ever used it."""
        with self._lock:
            for kept in (self.blocked, self.calls, self._shown, self._spinning, self._faults, self.updates.files):
                kept.clear()
            self.webhook = {"url": "", "pending_update_count": 0}

    def meet(self, chat: str) -> None:
        """Let the bot know a chat: nobody can be written to who has not written before."""
        with self._lock:
            self._shown.setdefault(chat, [])

    # What is to be seen

    def shown(self, chat: str) -> list[Shown]:
        """The messages of the bot in a user's or a group's chat, oldest first; the list is the caller's own."""
        with self._lock:
            return list(self._shown.get(chat, []))

    def button(self, user: str, label: str) -> Button:
        """The latest button of this label that the user sees."""
        return next(one for shown in reversed(self.shown(user)) for one in shown.buttons if one.label == label)

    @property
    def spinning(self) -> frozenset[str]:
        """Presses whose button still turns, because nobody has answered them."""
        return frozenset(self._spinning)

    # What users do

    def text(self, user: str, text: str, group: int | None = None) -> tuple[int, str]:
        return self.send(self.updates.text(user, text, group))

    def press(self, user: str, button: Button) -> tuple[int, str]:
        return self.send(self.updates.press(user, button))

    def document(self, user: str, name: str, content: bytes) -> tuple[int, str]:
        return self.send(self.updates.document(user, name, content))

    def contact(self, user: str, phone: str, of: str | None = None) -> tuple[int, str]:
        return self.send(self.updates.contact(user, phone, of))

    def location(self, user: str, fix: Fix) -> tuple[int, str]:
        return self.send(self.updates.location(user, fix))

    def live(self, user: str, *fixes: Fix) -> UpdateRequest:
        """Start a live location at the first fix and move it through the others; `move` moves it on."""
        first, *others = fixes
        start = self.updates.live(user, first)
        self.send(start)
        for fix in others:
            self.move(start, fix)
        return start

    def move(self, start: UpdateRequest, fix: Fix, *, is_last: bool = False) -> tuple[int, str]:
        return self.send(self.updates.moved(start, fix, is_last=is_last))

    def venue(self, user: str, fix: Fix) -> tuple[int, str]:
        return self.send(self.updates.venue(user, fix))

    def forwarded(self, user: str, fix: Fix) -> tuple[int, str]:
        return self.send(self.updates.forwarded(user, fix))

    def send(self, request: UpdateRequest) -> tuple[int, str]:
        """Post an update to the product and do what its response says, as Telegram does.

        Raises: urllib3's HTTPError where no product listens, or none has been named yet.
        """
        if not self.product:
            raise LocationValueError(request.path)
        self.know(request)
        answer = self._pool.request("POST", self.product + request.path, body=request.body, headers=request.headers)
        body = answer.data.decode()
        if answer.status == 200 and body.startswith("{"):
            fields = json.loads(body)
            self._done(fields.pop("method"), fields)
        return answer.status, body

    def know(self, request: UpdateRequest) -> None:
        """Whoever writes to the bot, or takes it into a group, can be written to from then on."""
        about = next(value for name, value in request.update.items() if name != "update_id")
        self.meet(str(about.get("message", about)["chat"]["id"]))
        if "data" in about:
            self._spinning.add(about["id"])

    # Faults

    def fail(self, method: str, status: int = 500, times: int = 1) -> None:
        """Answer the next calls of a method with an error."""
        self._faults[method] = [_refused(status, "Internal Server Error") for _ in range(times)]

    def throttle(self, method: str, retry_after_s: int = 1, times: int = 1) -> None:
        """Tell the next callers of a method to wait."""
        wait = {"retry_after": retry_after_s}
        self._faults[method] = [_refused(429, "Too Many Requests", parameters=wait) for _ in range(times)]

    # The Bot API

    def _answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        first, _, rest = request.path.lstrip("/").partition("/")
        if first == "file" and rest.startswith(f"bot{self._token}/"):
            answer = self._file(rest.removeprefix(f"bot{self._token}/"))
        elif first == f"bot{self._token}":
            answer = self._call(rest, json.loads(request.get_data() or b"{}"))
        else:
            answer = _refused(401, "Unauthorized")
        return answer(environ, start_response)

    def _call(self, method: str, fields: dict[str, Any]) -> Response:
        with self._lock:
            self.calls.append((method, fields))
            if self._faults.get(method):
                return self._faults[method].pop()
        try:
            return _json({"ok": True, "result": self._done(method, fields)})
        except MessageRefused as refused:
            description = str(refused)
            return _refused(403 if description.startswith("Forbidden") else 400, description)

    def _done(self, method: str, fields: Mapping[str, Any]) -> Any:
        match method:
            case "getMe":
                return {"id": BOT, "is_bot": True, "first_name": "Hadir", "username": "hadir_bot"}
            case "getWebhookInfo":
                return self.webhook
            case "setWebhook":
                self._set_webhook(fields)
            case "sendMessage":
                return self._post(str(fields["chat_id"]), telegram_screen.message(fields))
            case "answerCallbackQuery":
                self._spinning.discard(fields["callback_query_id"])
            case "getFile":
                return self._found(fields["file_id"])
            case _:
                raise MessageRefused("Not Found")
        return True

    def _set_webhook(self, fields: Mapping[str, Any]) -> None:
        self.updates.secret = fields.get("secret_token", "")
        self.webhook = {
            "url": fields["url"],
            "pending_update_count": 0,
            "allowed_updates": fields.get("allowed_updates", []),
        }

    def _post(self, chat: str, shown: Shown) -> dict[str, Any]:
        with self._lock:
            if chat in self.blocked:
                raise MessageRefused("Forbidden: bot was blocked by the user")
            if chat not in self._shown:
                raise MessageRefused("Bad Request: chat not found")
            self._shown[chat].append(shown)
            return {"message_id": len(self._shown[chat])}

    def _found(self, file: str) -> dict[str, Any]:
        if file not in self.updates.files:
            raise MessageRefused("Bad Request: wrong file_id")
        size = len(self.updates.files[file])
        return {"file_id": file, "file_unique_id": file, "file_size": size, "file_path": f"documents/{file}"}

    def _file(self, path: str) -> Response:
        content = self.updates.files.get(path.removeprefix("documents/"))
        return Response(status=404) if content is None else Response(content, content_type="application/octet-stream")


def _refused(status: int, description: str, **more: Any) -> Response:
    return _json({"ok": False, "error_code": status, "description": description, **more}, status)


def _json(body: Mapping[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


class _QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the log belongs to the product."""
