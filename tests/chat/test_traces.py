"""What a busy day leaves behind: no coordinate and no key in a queue, row, log or chat; no number of a person shown.

Mails are left out: an operator's sheet of links is there to carry them. So are the three tables whose business it is:
check-ins hold positions, cards and office hold homes; none of them holds a token.
"""

import json
import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from chalice.test import HTTPResponse
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from chalicelib.chat.reply import Button
from chalicelib.chat.table import TABLE
from chalicelib.domain.message import Platform
from chalicelib.store.chat import ChatStore, Linked
from infra.local import slack as slack_in
from infra.local import telegram as telegram_in
from infra.local.telegram_updates import Fix
from tests.chat.conftest import ADMINS, Bureau
from tests.chat.sides import SIGNING_SECRET, WEBHOOK_SECRET, Seen
from tests.chat.test_scenarios import SCENARIOS
from tests.entry.hadir import Hadir
from tests.office import minutes
from tests.store import dynamo
from tests.world import BUCKET, PREFIX

pytestmark = pytest.mark.slow


THERE = Fix(-6.123457, 106.154321)
DIGITS = re.compile(r"123457|154321|6\.1234|106\.154")
TOKEN = re.compile(r"(?<![a-z0-9])[a-z2-7]{26}(?![a-z0-9])", re.I)
SECRETS = (slack_in.TOKEN, telegram_in.TOKEN, SIGNING_SECRET, WEBHOOK_SECRET)
OF_A_PERSON = re.compile(r"(?<![\d.])(?:(?:\d[ .]?){17}\d|(?:\+?62|0)[ .-]?8\d{2}[ .-]?\d{3,4}[ .-]?\d{3,4})(?!\d)")
SAID = {"0812-0000-0061", "0812-0000-0062", "0812-0000-0002"}
"""Numbers that whoever typed them reads again on the button of a question, and the one of the help's example."""
LOGGERS = ("chalicelib", "hadir", "app", "slack_bolt", "slack_sdk", "urllib3")
WITH_POSITIONS = {f"{PREFIX}-{name}" for name in ("checkins", "cards", "office")}


@dataclass
class Traces:
    """Everything that was written, sent, logged or shown, by where."""

    found: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note_queue(self, params: dict[str, Any], **_: object) -> None:
        self.found["queues"].append(str(params["body"]))

    def note_row(self, params: dict[str, Any], **_: object) -> None:
        """Every request to a table, so also what is gone from it by the evening."""
        body = params["body"].decode() if isinstance(params["body"], bytes) else str(params["body"])
        where = "tables with positions" if any(f'"{name}"' in body for name in WITH_POSITIONS) else "rows"
        self.found[where].append(body)

    def matching(self, pattern: re.Pattern[str], *places: str) -> dict[str, set[str]]:
        """What a pattern finds, by place."""
        hits = {place: {hit[0] for text in self.found[place] for hit in pattern.finditer(text)} for place in places}
        return {place: found for place, found in hits.items() if found}


@pytest.fixture
def traces(hadir: Hadir, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[Traces]:
    """A watch over one deployment, kept from before its first request."""
    traces, post = Traces(), hadir.post
    for name in LOGGERS:
        caplog.set_level(logging.DEBUG, name)

    def noted(path: str, body: bytes, headers: dict[str, str] | None = None) -> HTTPResponse:
        answer = post(path, body, headers)
        traces.found["webhooks"].append(answer.body.decode())
        return answer

    monkeypatch.setattr(hadir, "post", noted)
    hadir.world.sqs.meta.events.register("before-call.sqs.SendMessage", traces.note_queue)
    with (
        dynamo.heard("before-call.sqs.SendMessage", traces.note_queue),
        dynamo.heard("before-call.dynamodb", traces.note_row),
    ):
        yield traces
    hadir.world.sqs.meta.events.unregister("before-call.sqs.SendMessage", traces.note_queue)


@pytest.fixture
def bureaus(traces: Traces, chats: dict[Platform, Any], hadir: Hadir) -> list[Bureau]:
    """Everybody linked on both platforms; the watch is kept already.

    The worker is there before anybody speaks: its voice keeps Telegram's token out of urllib3's log, which the hands
    of the test write to as well.
    """
    import_module("chalicelib.wiring").bot_worker()
    found = []
    for side in chats.values():
        users = {admin.id: side.user(number) for number, admin in enumerate(ADMINS, start=101)}
        for admin, user in users.items():
            ChatStore().link(Linked(side.account(user), admin))
        found.append(Bureau(hadir, side, users))
    for number in range(100, 500):
        chats[Platform.TELEGRAM].stand_in.meet(str(number))
    return found


def employees(hadir: Hadir, telegram: Any) -> None:
    """Ani reports by the page, Budi by a pin and by a live location, each twice and one of them too late."""
    made, fixed_at = telegram.stand_in.updates, hadir.at.timestamp() * 1000
    claims = {"token": hadir.world.tokens["ani"], "id": "client-900001"}
    where = {"lat": THERE.lat, "lon": THERE.lon, "accuracy_m": 20, "fixed_at": fixed_at}
    for body in ({**claims, "position": where}, {**claims, "position": {**where, "lat": "x"}}):
        hadir.post("/api/checkins", json.dumps(body).encode())
    start = made.live("400", THERE)
    for update in (
        made.location("400", THERE),
        made.contact("400", "6281200000002"),
        made.location("400", THERE),
        start,
        made.moved(start, THERE),
        made.forwarded("400", THERE),
        made.venue("400", THERE),
        made.text("400", "halo"),
        made.location("401", THERE, group=-1001),
    ):
        telegram.send(update)
    hadir.converse()


def admins(bureaus: list[Bureau]) -> None:
    """Every command of the table with its slip and its refusal, in turn on both chats; whatever can be is confirmed."""
    for number, verb in enumerate(TABLE.verbs):
        bureau, rows = bureaus[number % len(bureaus)], SCENARIOS[verb.name]
        for line in (*rows.get("before", ()), rows["say"], rows["typo"], rows["refuse"]):
            seen = bureau.say("rina", line) if line else bureau.upload("rina", "pegawai.csv")
            confirmed(bureau, seen)
        if rows["scope"]:
            bureau.say("oki", rows["scope"])


def confirmed(bureau: Bureau, seen: Seen) -> None:
    if seen.is_to_confirm:
        bureau.press("rina", seen.confirm)


def faults(hadir: Hadir, bureaus: list[Bureau], chats: dict[Platform, Any]) -> None:
    """Forged requests, platforms that do not take an answer, files that are not there."""
    slack, telegram = chats[Platform.SLACK], chats[Platform.TELEGRAM]
    slack.stand_in.fail("chat.postMessage", "internal_error", 3)
    telegram.stand_in.fail("sendMessage", times=3)
    slack.send(slack.stand_in.requests.write(slack.user(101), "edaran"))
    telegram.send(telegram.stand_in.updates.text("101", "edaran"))
    hadir.converse()
    for bureau in bureaus * 2:
        bureau.wait()
        bureau.press("rina", Button("unknown", "?"))
    hadir.post("/slack", b"payload=%7B", {"Content-Type": "application/x-www-form-urlencoded"})
    hadir.post("/telegram", json.dumps(THERE.location).encode(), {"Content-Type": "application/json"})


@pytest.fixture
def day(
    traces: Traces,
    hadir: Hadir,
    bureaus: list[Bureau],
    chats: dict[Platform, Any],
    caplog: pytest.LogCaptureFixture,
) -> Traces:
    """What a busy day leaves behind."""
    employees(hadir, chats[Platform.TELEGRAM])
    admins(bureaus)
    faults(hadir, bureaus, chats)
    hadir.at += minutes(90) + timedelta(seconds=1)
    hadir.world.play(hadir.at)
    employees(hadir, chats[Platform.TELEGRAM])
    for side in chats.values():
        stand_in = side.stand_in
        traces.found["chats"] += [f"{one.text} {one.buttons}" for held in stand_in._shown.values() for one in held]
        traces.found["chats"] += [json.dumps(call) for call in stand_in.calls]
    traces.found["logs"] = [f"{one.getMessage()} {vars(one)}" for one in caplog.records]
    traces.found["names in S3"] = list(s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[BUCKET].keys)
    return traces


def test_a_busy_day_leaves_no_coordinate_no_key_and_no_number_of_a_person_where_it_does_not_belong(
    day: Traces, hadir: Hadir
) -> None:
    everywhere = ("queues", "rows", "logs", "chats", "webhooks", "names in S3")
    assert {place: len(day.found[place]) > 10 for place in everywhere} == dict.fromkeys(everywhere, True)
    assert DIGITS.search("".join(day.found["tables with positions"]))

    assert day.matching(DIGITS, *everywhere) == {}
    assert day.matching(TOKEN, *everywhere, "tables with positions") == {}
    assert day.matching(re.compile("|".join(map(re.escape, SECRETS))), *everywhere, "tables with positions") == {}
    assert day.matching(OF_A_PERSON, "chats").get("chats", set()) <= SAID
    assert day.matching(OF_A_PERSON, "webhooks", "logs", "queues", "names in S3") == {}
    assert not [token for token in hadir.world.tokens.values() if any(token in text for text in day.found["rows"])]
