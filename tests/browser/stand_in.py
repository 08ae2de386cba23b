"""A site that answers the check-in page as the contract says, and remembers every body it was sent.

Honest only: one receipt per id, the real headers. To run the tests on the application itself, let the
`site` fixture yield a `Site` whose lists its own handlers fill.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from re import compile as pattern
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalicelib.entry.web import HEADERS
from infra.build import TEMPLATES

RECEIPT = pattern(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$")
TOKEN = "abcdefghijklmnopqrstuvwx27"
STRANGER = "zzzzzzzzzzzzzzzzzzzzzzzzzz"
HOME = {"latitude": -6.1201, "longitude": 106.1503, "accuracy": 18}

Body = dict[str, Any]
Answer = tuple[int, Body]


@dataclass
class Site:
    """Where the page is, and every body it has posted there, repeats included."""

    url: str = ""
    links: list[Body] = field(default_factory=list)
    checkins: list[Body] = field(default_factory=list)
    recorded: dict[str, Body] = field(default_factory=dict)

    def open_link(self, body: Body) -> Answer:
        self.links.append(body)
        if body["token"] != TOKEN:
            return 403, REFUSAL
        return 200, GREETING

    def record_checkin(self, body: Body) -> Answer:
        self.checkins.append(body)
        if body["token"] != TOKEN:
            return 403, REFUSAL
        if body["id"] in self.recorded:
            return 200, self.recorded[body["id"]]
        self.recorded[body["id"]] = RECEIPTS[mark_of(body)] | {"receipt": f"K7Q4-M2X{len(self.recorded)}"}
        return 201, self.recorded[body["id"]]


def mark_of(body: Body) -> str:
    position = body["position"]
    return "ok" if position and position["accuracy_m"] <= 500 else "unclear"


GREETING: Body = {
    "name": "Siti R.",
    "unit": "Dinas Kesehatan",
    "words": {"title": "Laporan berikutnya: 07.30 WIB", "lines": ["Ditutup pukul 07.30 WIB."]},
}
REFUSAL: Body = {
    "refusal": "link.unknown",
    "words": {"title": "Tautan tidak dikenal", "lines": ["Tautan ini sudah diganti atau dicabut."]},
}
RECEIPTS: dict[str, Body] = {
    "ok": {
        "mark": "ok",
        "recorded_at": "2020-03-23T07:12:04+07:00",
        "words": {
            "title": "Tercatat pukul 07.12 WIB",
            "lines": ["Masuk laporan pukul 07.30.", "Lokasi: di rumah, jarak kurang dari 200 meter."],
        },
    },
    "unclear": {
        "mark": "unclear",
        "recorded_at": "2020-03-23T07:12:04+07:00",
        "words": {"title": "Tercatat pukul 07.12 WIB", "lines": ["Lokasi belum dapat dipastikan."]},
    },
}


class Desk(BaseHTTPRequestHandler):
    def __init__(self, site: Site, *args: Any) -> None:
        self.site = site
        super().__init__(*args)

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        lang = parse_qs(address.query).get("lang", ["id"])[0]
        if address.path != "/c":
            return self.answer(404, b"", "text/plain")
        return self.answer(200, (TEMPLATES / f"page/built/checkin.{lang}.html").read_bytes(), "text/html")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        verbs: dict[str, Callable[[Body], Answer]] = {
            "/api/links": self.site.open_link,
            "/api/checkins": self.site.record_checkin,
        }
        status, answer = verbs[self.path](body)
        self.answer(status, json.dumps(answer).encode(), "application/json")

    def answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", HEADERS["Content-Security-Policy"])
        self.send_header("Permissions-Policy", "geolocation=(self)")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: the tests read the bodies, not a log."""
