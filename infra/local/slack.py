"""The stand-in for Slack: its Web API and response URLs on loopback, and the signed requests that its users cause.

It keeps Slack's own limits (what a block holds, how long a trigger and a response URL live), so whatever it shows Slack
would show as well. Of the product it knows the address alone. The price: one workspace, where every user may read
the bot and every channel named in `channels` has invited it.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Self

from urllib3 import PoolManager
from urllib3.exceptions import LocationValueError
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from chalicelib.chat.reply import Button
from infra.local import slack_screen
from infra.local.slack_requests import Requests, SignedRequest
from infra.local.slack_screen import BlocksRefused, Shown, ShownForm

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TOKEN = "xoxb-stand-in"
SCOPES = "chat:write,commands,files:read,im:history"
TRIGGER_LIFE, ANSWER_LIFE, ANSWERS = timedelta(seconds=3), timedelta(minutes=30), 5
FAILED = "dispatch_failed"
_POLL_S = 0.01


class SlackStandIn:
    """One Slack workspace with the bot in it.

    Verbs of a user (`command`, `press`, ...) send the signed request to `product` and give back status and body;
    the same verbs of `requests` make the request without sending it.
    """

    def __init__(
        self,
        signing_secret: str,
        now: Callable[[], datetime],
        product: str = "",
        channels: Collection[str] = (),
        scopes: str = SCOPES,
    ) -> None:
        self.product, self.channels, self.scopes = product, set(channels), scopes
        self._now, self._lock, self._pool = now, Lock(), PoolManager(retries=False)
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_QuietHandler)
        self.requests = Requests(signing_secret, now, f"http://127.0.0.1:{self._server.port}")
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.moved: dict[str, str] = {}
        self._shown: dict[str, list[Shown]] = {}
        self._homes: dict[str, Shown] = {}
        self._forms: dict[str, ShownForm] = {}
        self._used: Counter[str] = Counter()
        self._faults: dict[str, list[Response]] = {}

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=[_POLL_S], name="slack", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def api_url(self) -> str:
        """What the product is given instead of https://slack.com/api/."""
        return f"{self.requests.base}/api/"

    # What is to be seen

    def shown(self, user: str) -> list[Shown]:
        """The messages that a user (U...) or a channel (C...) sees, oldest first; the list is the caller's own."""
        with self._lock:
            return list(self._shown.get(user, []))

    def home(self, user: str) -> Shown | None:
        return self._homes.get(user)

    def form(self, user: str) -> ShownForm | None:
        """The form that the user has open, with the errors of the last attempt."""
        return self._forms.get(user)

    def button(self, user: str, label: str) -> Button:
        """The latest button of this label that the user sees, in messages or on the home tab."""
        seen = [*self.shown(user), *([self._homes[user]] if user in self._homes else [])]
        return next(one for shown in reversed(seen) for one in reversed(shown.buttons) if one.label == label)

    # What users do

    def command(self, user: str, text: str) -> tuple[int, str]:
        return self.send(self.requests.command(user, text))

    def press(self, user: str, button: Button) -> tuple[int, str]:
        is_at_home = button in (self._homes[user].buttons if user in self._homes else ())
        return self.send(self.requests.press(user, button, is_at_home=is_at_home))

    def submit(self, user: str, form: ShownForm, values: Mapping[str, str]) -> tuple[int, str]:
        """Send a form. It closes when the product takes it, else it stays open with the product's errors."""
        status, body = self.send(self.requests.submit(user, form, values))
        answer = json.loads(body) if body.startswith("{") else {}
        with self._lock:
            if status == 200 and answer.get("response_action") == "errors":
                self._forms[user] = replace(form, errors=answer["errors"])
            elif status == 200:
                self._forms.pop(user, None)
        return status, body

    def upload(self, user: str, name: str, content: bytes) -> tuple[int, str]:
        return self.send(self.requests.upload(user, {name: content}))

    def write(self, user: str, text: str) -> tuple[int, str]:
        """A message to the bot in the user's own conversation with it."""
        return self.send(self.requests.write(user, text))

    def open_home(self, user: str) -> tuple[int, str]:
        return self.send(self.requests.open_home(user))

    def send(self, request: SignedRequest) -> tuple[int, str]:
        """Post a request to the product; a user sees it when their command fails, and of an event nobody does.

        Raises: urllib3's HTTPError where no product listens, or none has been named yet.
        """
        if not self.product:
            raise LocationValueError(request.path)
        answer = self._pool.request("POST", self.product + request.path, body=request.body, headers=request.headers)
        if answer.status >= 300 and request.user:
            self._show(request.user, Shown(FAILED, is_ephemeral=True))
        return answer.status, answer.data.decode()

    # Faults

    def fail(self, method: str, error: str, times: int = 1) -> None:
        """Answer the next calls of a method with one of Slack's error codes."""
        self._faults[method] = [_json({"ok": False, "error": error})] * times

    def throttle(self, method: str, retry_after_s: int = 1, times: int = 1) -> None:
        """Tell the next callers of a method to wait."""
        self._faults[method] = [
            Response("{}", 429, {"Retry-After": str(retry_after_s)}, content_type="application/json")
        ] * times

    # The Web API

    def _answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        kind, _, rest = request.path.lstrip("/").partition("/")
        routes = {"api": self._call, "respond": self._respond, "files": self._file}
        answer = routes[kind](rest, request) if kind in routes else Response(status=404)
        return answer(environ, start_response)

    def _call(self, method: str, request: Request) -> Response:
        arguments = {name: _read(value) for name, value in request.form.items()}
        with self._lock:
            self.calls.append((method, arguments))
            if self._faults.get(method):
                return self._faults[method].pop()
        if not _is_bot(request):
            return _json({"ok": False, "error": "invalid_auth"})
        try:
            found = self._done(method, arguments)
        except BlocksRefused as refused:
            return _json({"ok": False, "error": str(refused)})
        return _json({"ok": True, **found}, {"x-oauth-scopes": self.scopes})

    def _done(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        match method:
            case "auth.test":
                return {"team": "Hadir", "user": "hadir", "team_id": self.requests.team, "user_id": "UBOT"}
            case "chat.postMessage":
                self._post(arguments)
            case "views.publish":
                self._homes[arguments["user_id"]] = slack_screen.home(arguments["view"])
            case "views.open":
                self._open(arguments["trigger_id"], arguments["view"])
            case _:
                raise BlocksRefused("unknown_method")
        return {}

    def _post(self, arguments: dict[str, Any]) -> None:
        place = arguments["channel"]
        if place.startswith("C") and place not in self.channels:
            raise BlocksRefused("not_in_channel")
        reader = f"U{place[1:]}" if place.startswith("D") else place
        self._show(reader, slack_screen.message(arguments["blocks"], thread=arguments.get("thread_ts", "")))

    def _open(self, trigger: str, view: dict[str, Any]) -> None:
        user, made = self.requests.made[trigger]
        with self._lock:
            self._used[trigger] += 1
            if self._used[trigger] > 1:
                raise BlocksRefused("exchanged_trigger_id")
            if self._now() - made > TRIGGER_LIFE:
                raise BlocksRefused("expired_trigger_id")
            self._forms[user] = slack_screen.form(view, sum(self._used.values()))

    def _respond(self, name: str, request: Request) -> Response:
        user, made = self.requests.made[name]
        with self._lock:
            self._used[name] += 1
            if self._used[name] > ANSWERS or self._now() - made > ANSWER_LIFE:
                return _json({"ok": False, "error": "used_url"}, status=404)
        try:
            shown = slack_screen.message(json.loads(request.get_data())["blocks"], is_ephemeral=True)
        except BlocksRefused as refused:
            return _json({"ok": False, "error": str(refused)}, status=400)
        self._show(user, shown)
        return Response("ok")

    def _file(self, rest: str, request: Request) -> Response:
        """A file, Slack's sign-in page for whoever may not have it, or the way to where it was `moved`."""
        if rest in self.moved:
            return Response(status=302, headers={"Location": self.moved[rest]})
        content = self.requests.files.get(rest)
        if not _is_bot(request) or content is None or "files:read" not in self.scopes:
            return Response("<html>", 200, content_type="text/html; charset=utf-8")
        return Response(content, content_type="application/octet-stream")

    def _show(self, reader: str, shown: Shown) -> None:
        with self._lock:
            self._shown.setdefault(reader, []).append(shown)


def _read(value: str) -> Any:
    """An argument of a form: JSON where the method wants a structure, else text."""
    return json.loads(value) if value[:1] in ("[", "{") or value in ("true", "false") else value


def _is_bot(request: Request) -> bool:
    return request.headers.get("Authorization") == f"Bearer {TOKEN}"


def _json(body: Mapping[str, Any], headers: Mapping[str, str] | None = None, status: int = 200) -> Response:
    return Response(json.dumps(body), status, headers, content_type="application/json; charset=utf-8")


class _QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the log belongs to the product."""
