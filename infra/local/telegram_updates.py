"""Updates as Telegram sends them for what its users do, with the secret header.

Nothing is sent here: a test alters an update before it goes, or lets it go twice. Users are their number as text, and
a private chat has its user's number. Updates hold the keys that the product reads and those it must not stumble over.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from chalicelib.chat.reply import Button

PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
GROUP, BOT = -1001, 4242
EIGHT_HOURS_S = 8 * 3600


@dataclass(frozen=True)
class Fix:
    """A position as a phone knows it. Units: degrees, metres; without `accuracy_m` the phone does not say."""

    lat: float
    lon: float
    accuracy_m: float | None = 20.0

    @property
    def location(self) -> dict[str, Any]:
        accuracy = {} if self.accuracy_m is None else {"horizontal_accuracy": self.accuracy_m}
        return {"latitude": self.lat, "longitude": self.lon, **accuracy}


@dataclass(frozen=True)
class UpdateRequest:
    """One request to the product."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def update(self) -> dict[str, Any]:
        """What the request says; the dictionary is the caller's own."""
        found: dict[str, Any] = json.loads(self.body)
        return found


class Updates:
    """The updates of one bot, numbered as they are made. `files` are those that users have sent, by id."""

    def __init__(self, secret: str, now: Callable[[], datetime], path: str = PATH) -> None:
        self.secret, self.path, self.languages = secret, path, dict[str, str]()
        self.files: dict[str, bytes] = {}
        self._now, self._updates, self._messages = now, count(500_001), count(1)

    def text(self, user: str, text: str, group: int | None = None) -> UpdateRequest:
        return self._message(user, {"text": text}, group)

    def press(self, user: str, button: Button, group: int | None = None) -> UpdateRequest:
        under = {"message_id": next(self._messages), "date": self._seconds(), "chat": self._chat(user, group)}
        query = {"from": self._user(user), "message": under, "chat_instance": "1", "data": button.id}
        return self._update({"callback_query": {"id": f"query-{next(self._messages)}", **query}})

    def document(self, user: str, name: str, content: bytes) -> UpdateRequest:
        file = f"file-{len(self.files) + 1}"
        self.files[file] = content
        document = {"file_id": file, "file_unique_id": file, "file_name": name, "file_size": len(content)}
        return self._message(user, {"document": document})

    def contact(self, user: str, phone: str, of: str | None = None) -> UpdateRequest:
        """The contact of `of`, the user's own unless told otherwise; an empty text is somebody without Telegram."""
        owner = user if of is None else of
        known = {"user_id": int(owner)} if owner else {}
        return self._message(user, {"contact": {"phone_number": phone, "first_name": "X", **known}})

    def location(self, user: str, fix: Fix, group: int | None = None) -> UpdateRequest:
        return self._message(user, {"location": fix.location}, group)

    def live(self, user: str, fix: Fix, period_s: int = EIGHT_HOURS_S, group: int | None = None) -> UpdateRequest:
        """The start of a live location."""
        return self._message(user, {"location": {**fix.location, "live_period": period_s}}, group)

    def moved(self, start: UpdateRequest, fix: Fix, *, is_last: bool = False) -> UpdateRequest:
        """A live location's next position: its own message, edited. The last comes without a period."""
        message = start.update["message"]
        period = {} if is_last else {"live_period": message["location"]["live_period"]}
        edited = {"edit_date": self._seconds(), "location": {**fix.location, **period}}
        return self._update({"edited_message": {**message, **edited}})

    def venue(self, user: str, fix: Fix, title: str = "Kantor") -> UpdateRequest:
        place = {"location": fix.location, "title": title, "address": title}
        return self._message(user, {"location": fix.location, "venue": place})

    def forwarded(self, user: str, fix: Fix, author: str = "9999") -> UpdateRequest:
        """Somebody else's location, passed on."""
        origin = {"type": "user", "sender_user": self._user(author), "date": self._seconds()}
        passed_on = {"forward_origin": origin, "forward_date": self._seconds()}
        return self._message(user, {"location": fix.location, **passed_on})

    def invited(self, user: str, group: int = GROUP) -> UpdateRequest:
        """The bot is taken into a group."""
        bot = {"user": {"id": BOT, "is_bot": True, "first_name": "Hadir"}, "status": "member"}
        about = {"chat": self._chat(user, group), "from": self._user(user), "date": self._seconds()}
        left = {**bot, "status": "left"}
        return self._update({"my_chat_member": {**about, "old_chat_member": left, "new_chat_member": bot}})

    def _message(self, user: str, content: Mapping[str, Any], group: int | None = None) -> UpdateRequest:
        head = {"message_id": next(self._messages), "from": self._user(user), "chat": self._chat(user, group)}
        return self._update({"message": {**head, "date": self._seconds(), **content}})

    def _update(self, content: Mapping[str, Any]) -> UpdateRequest:
        body = json.dumps({"update_id": next(self._updates), **content}).encode()
        return UpdateRequest(self.path, {"Content-Type": "application/json", SECRET_HEADER: self.secret}, body)

    def _user(self, user: str) -> dict[str, Any]:
        return {
            "id": int(user),
            "is_bot": False,
            "first_name": f"User {user}",
            "language_code": self.languages.get(user, "id"),
        }

    def _chat(self, user: str, group: int | None) -> dict[str, Any]:
        if group is None:
            return {"id": int(user), "first_name": f"User {user}", "type": "private"}
        return {"id": group, "title": "Grup", "type": "supergroup"}

    def _seconds(self) -> int:
        return int(self._now().timestamp())
