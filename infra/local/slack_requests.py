"""Requests as Slack sends them for what its users do, correctly signed.

Nothing is sent here: a test alters a request before it goes, or lets it go twice. Payloads hold the keys that the
product reads and those that it must not stumble over.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

from chalicelib.chat.reply import Button
from infra.local.slack_screen import ShownForm

PATH = "/slack"
TEAM = "T00HADIR"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True)
class SignedRequest:
    """One request to the product. `user` is whoever sees its failure: nobody for an event."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    user: str = ""


class Requests:
    """The requests of one workspace. `made` remembers whom each trigger and each response URL belongs to."""

    def __init__(self, signing_secret: str, now: Callable[[], datetime], base: str, path: str = PATH) -> None:
        self.base, self.path, self.team = base, path, TEAM
        self.made: dict[str, tuple[str, datetime]] = {}
        self.files: dict[str, bytes] = {}
        self._secret, self._now, self._numbers = signing_secret, now, count(1)

    def command(self, user: str, text: str, name: str = "/hadir") -> SignedRequest:
        who = {"team_id": self.team, "team_domain": "hadir", "user_id": user, "user_name": user.lower()}
        where = {"channel_id": "C00UMUM", "channel_name": "umum", "api_app_id": "A00HADIR"}
        said = {"command": name, "text": escape(text, quote=False), "is_enterprise_install": "false"}
        keys = {"response_url": self.response_url(user), "trigger_id": self._trigger(user)}
        return self.signed(FORM, urlencode({**who, **where, **said, **keys}), user)

    def press(self, user: str, button: Button, *, is_at_home: bool = False) -> SignedRequest:
        action = {"type": "button", "block_id": "b1", "action_id": button.id, "text": {"text": button.label}}
        if button.form:
            action["value"] = button.form
        where: dict[str, Any] = {"container": {"type": "view"}, "view": {"type": "home"}}
        if not is_at_home:
            where = {"container": {"type": "message"}, "response_url": self.response_url(user)}
        return self._interaction("block_actions", user, {**where, "actions": [action]})

    def submit(self, user: str, form: ShownForm, values: Mapping[str, str]) -> SignedRequest:
        state = {one.name: {one.name: _held(one.kind, values.get(one.name) or None)} for one in form.fields}
        view = {"id": form.id, "hash": form.hash, "type": "modal", "callback_id": form.name}
        view |= {"private_metadata": form.metadata}
        return self._interaction("view_submission", user, {"view": {**view, "state": {"values": state}}})

    def write(self, user: str, text: str, **other: Any) -> SignedRequest:
        """A message to the bot; `other` are further keys of the event, such as a subtype."""
        linked = ADDRESS.sub(lambda found: f"<mailto:{found[0]}|{found[0]}>", escape(text, quote=False))
        return self._event({"type": "message", "channel_type": "im", "user": user, "text": linked, **other}, user)

    def upload(self, user: str, files: Mapping[str, bytes]) -> SignedRequest:
        """Files in one message to the bot."""
        return self.write(user, "", subtype="file_share", files=[self._file(*one) for one in files.items()])

    def open_home(self, user: str, tab: str = "home") -> SignedRequest:
        return self._event({"type": "app_home_opened", "user": user, "tab": tab}, user)

    def verification(self, challenge: str) -> SignedRequest:
        """What Slack asks of an address before it sends anything there."""
        return self.signed(JSON, json.dumps({"type": "url_verification", "challenge": challenge}))

    def signed(self, content_type: str, body: str, user: str = "") -> SignedRequest:
        """Any body as Slack would sign it."""
        timestamp = f"{self._now().timestamp():.0f}"
        mac = hmac.new(self._secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={mac}"}
        return SignedRequest(self.path, {"Content-Type": content_type, **headers}, body.encode(), user)

    def response_url(self, user: str) -> str:
        """An address at which something that the user did can be answered."""
        return f"{self.base}/respond/{self._mine('R', user)}"

    def again(self, request: SignedRequest, retry: int = 1) -> SignedRequest:
        """The request as Slack repeats it: signed anew, and marked."""
        repeated = self.signed(request.headers["Content-Type"], request.body.decode(), request.user)
        return replace(repeated, headers={**repeated.headers, "X-Slack-Retry-Num": str(retry)})

    def _interaction(self, kind: str, user: str, payload: Mapping[str, Any]) -> SignedRequest:
        who = {"user": {"id": user, "username": user.lower(), "team_id": self.team}}
        where = {"team": {"id": self.team, "domain": "hadir"}, "api_app_id": "A00HADIR"}
        whole = {"type": kind, **who, **where, "trigger_id": self._trigger(user), **payload}
        return self.signed(FORM, urlencode({"payload": json.dumps(whole)}), user)

    def _event(self, event: Mapping[str, Any], user: str) -> SignedRequest:
        number = next(self._numbers)
        stamp = f"{self._now().timestamp():.0f}.{number:06}"
        whole = {"type": "event_callback", "team_id": self.team, "api_app_id": "A00HADIR", "event_id": f"Ev{number:08}"}
        placed = {"channel": f"D{user[1:]}", "event_ts": stamp, "ts": stamp, **event}
        return self.signed(JSON, json.dumps({**whole, "event": placed}))

    def _file(self, name: str, content: bytes) -> dict[str, Any]:
        place = f"F{next(self._numbers):08}/{name}"
        self.files[place] = content
        url = f"{self.base}/files/{quote(place)}"
        return {"name": name, "size": len(content), "mode": "hosted", "url_private": url, "url_private_download": url}

    def _trigger(self, user: str) -> str:
        return self._mine("", user)

    def _mine(self, prefix: str, user: str) -> str:
        name = f"{prefix}{next(self._numbers)}.stand-in"
        self.made[name] = (user, self._now())
        return name


def _held(kind: str, value: str | None) -> dict[str, Any]:
    """What a field of a submitted form holds, by its kind."""
    match kind:
        case "date":
            return {"type": "datepicker", "selected_date": value}
        case "choice":
            return {"type": "static_select", "selected_option": value and {"value": value, "text": {}}}
        case _:
            return {"type": "plain_text_input", "value": value}
