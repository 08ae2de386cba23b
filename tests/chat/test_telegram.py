"""Telegram's door: who is let in, what becomes of each kind of update, and what is answered at once."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.chat.reply import Button
from chalicelib.chat.telegram import TelegramDoor
from chalicelib.domain.message import LIMIT_BYTES, Account, Incoming, Platform, Upload
from chalicelib.store.chat import Receipt
from chalicelib.store.checkins import CheckInStore
from infra.local.telegram_updates import GROUP, Fix, UpdateRequest, Updates
from tests.office import at

SECRET, USER = "s3cret-of-the-test", "7001"
HOME = Fix(-6.12, 106.15)


class Untouched(CheckInStore):
    """A store that nobody may ask: what these tests send is no check-in."""

    def card_of_account(self, key: str) -> None:
        raise AssertionError("a card was read")

    def board(self, *, at: object) -> None:
        raise AssertionError("the board was read")


@dataclass
class Inbox:
    """What the door handed on, with the promise of the real one: a key counts once."""

    kept: dict[str, Incoming] = field(default_factory=dict)

    def accept(self, key: str, incoming: Incoming, fingerprint: str) -> Receipt:
        assert fingerprint == "", "Telegram signs nothing that could be told from a replay"
        if key in self.kept:
            return Receipt.AGAIN
        self.kept[key] = incoming
        return Receipt.FRESH

    @property
    def only(self) -> Incoming:
        (found,) = self.kept.values()
        return found


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def door(inbox: Inbox) -> TelegramDoor:
    return TelegramDoor(SECRET, inbox.accept, Untouched())


@pytest.fixture
def updates() -> Updates:
    return Updates(SECRET, lambda: at("07:10"))


def post(door: TelegramDoor, request: UpdateRequest) -> tuple[int, str]:
    status, body, _ = door.handle(request.body, request.headers, at=at("07:10"))
    return status, body


def raw(door: TelegramDoor, body: bytes, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
    proof = {"X-Telegram-Bot-Api-Secret-Token": SECRET} if headers is None else headers
    status, answer, _ = door.handle(body, proof, at=at("07:10"))
    return status, answer


def said(body: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body)
    return found


# Who is let in


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], SECRET.upper(), "s3crét", "\ud800"])
def test_an_update_without_the_secret_is_refused_before_anything_is_read(
    door: TelegramDoor, inbox: Inbox, updates: Updates, secret: str
) -> None:
    request = updates.text(USER, "status")

    forged = replace(request, headers={**request.headers, "X-Telegram-Bot-Api-Secret-Token": secret})

    assert post(door, forged) == (401, "")
    assert raw(door, request.body, headers={}) == (401, "")
    assert inbox.kept == {}


def test_a_door_without_a_secret_lets_nobody_in(inbox: Inbox, updates: Updates) -> None:
    door = TelegramDoor("", inbox.accept, Untouched())

    assert raw(door, updates.text(USER, "status").body, {"X-Telegram-Bot-Api-Secret-Token": ""}) == (401, "")
    assert inbox.kept == {}


def test_the_secret_is_found_however_its_header_is_spelled(door: TelegramDoor, inbox: Inbox, updates: Updates) -> None:
    request = updates.text(USER, "status")

    status, _ = raw(door, request.body, {"x-telegram-bot-api-secret-token": SECRET})

    assert (status, inbox.only.text) == (200, "status")


def test_an_update_larger_than_any_honest_one_is_refused(door: TelegramDoor, inbox: Inbox, updates: Updates) -> None:
    large = updates.text(USER, "x" * LIMIT_BYTES)

    assert post(door, large) == (413, "")
    assert inbox.kept == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"update_id": "1"}',
        b'{"update_id": true, "message": {}}',
        b'{"update_id": 1}',
        b'{"update_id": 1, "message": {"message_id": 1}}',
        b'{"update_id": 1, "message": null}',
        b'{"update_id": 1, "poll": {"id": "1"}}',
        b'{"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "x"}}',
        b"[" * 100_000,
    ],
)
def test_junk_with_the_right_secret_is_taken_and_forgotten_so_that_it_does_not_come_again(
    door: TelegramDoor, inbox: Inbox, body: bytes
) -> None:
    assert raw(door, body) == (200, "")
    assert inbox.kept == {}


@given(
    some.recursive(
        some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5),
        lambda inner: (
            some.lists(inner, max_size=3)
            | some.dictionaries(
                some.sampled_from(
                    ["update_id", "message", "edited_message", "callback_query", "chat", "from", "location"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_no_update_whatever_it_holds_is_a_fault(update: object) -> None:
    inbox = Inbox()

    status, _ = raw(TelegramDoor(SECRET, inbox.accept, Untouched()), json.dumps(update).encode())

    assert status == 200


def test_a_fault_of_the_inbox_flies_so_that_telegram_sends_again(updates: Updates) -> None:
    def broken(key: str, incoming: Incoming, fingerprint: str) -> Receipt:
        raise TimeoutError(key)

    with pytest.raises(TimeoutError):
        post(TelegramDoor(SECRET, broken, Untouched()), updates.text(USER, "status"))


# What becomes of it


def test_a_text_becomes_an_incoming_under_the_updates_own_number(
    door: TelegramDoor, inbox: Inbox, updates: Updates
) -> None:
    assert post(door, updates.text(USER, "berlaku 23-31 maret 2020")) == (200, "")

    assert inbox.kept == {
        "telegram#500001": Incoming(
            Account(Platform.TELEGRAM, "", USER),
            {"chat": USER},
            at("07:10"),
            is_private=True,
            text="berlaku 23-31 maret 2020",
        )
    }


def test_the_same_update_again_is_answered_and_has_no_second_effect(
    door: TelegramDoor, inbox: Inbox, updates: Updates
) -> None:
    request = updates.text(USER, "status")

    assert [post(door, request) for _ in range(3)] == [(200, "")] * 3
    assert len(inbox.kept) == 1


@pytest.mark.parametrize(("spoken", "lang"), [("id", "id"), ("en", "en"), ("en-GB", "en"), ("jv", "id"), ("", "id")])
def test_the_language_is_that_of_the_senders_telegram_where_we_speak_it(
    door: TelegramDoor, inbox: Inbox, updates: Updates, spoken: str, lang: str
) -> None:
    updates.languages[USER] = spoken

    post(door, updates.text(USER, "status"))

    assert inbox.only.lang == lang


def test_a_command_loses_the_bots_name_and_nothing_else(door: TelegramDoor, inbox: Inbox, updates: Updates) -> None:
    post(door, updates.text(USER, "/start@hadir_bot KODE a@b"))

    assert inbox.only.text == "/start KODE a@b"


def test_a_text_in_a_group_is_passed_on_as_read_by_others(door: TelegramDoor, inbox: Inbox, updates: Updates) -> None:
    post(door, updates.text(USER, "/status", group=GROUP))

    assert (inbox.only.is_private, inbox.only.reply_to) == (False, {"chat": str(GROUP)})


def test_a_file_becomes_an_upload_that_is_fetched_later(door: TelegramDoor, inbox: Inbox, updates: Updates) -> None:
    post(door, updates.document(USER, "pegawai.xlsx", b"12345"))

    assert inbox.only.upload == Upload("pegawai.xlsx", "file-1", 5)


def test_a_press_becomes_the_buttons_id_and_stops_its_spinner_at_once(
    door: TelegramDoor, inbox: Inbox, updates: Updates
) -> None:
    request = updates.press(USER, Button("b7f3", "Ya"))

    status, body = post(door, request)

    assert inbox.only.press == "b7f3"
    assert said(body) == {
        "method": "answerCallbackQuery",
        "callback_query_id": request.update["callback_query"]["id"],
    }
    assert status == 200


def test_the_senders_own_contact_is_passed_on_as_their_number(
    door: TelegramDoor, inbox: Inbox, updates: Updates
) -> None:
    post(door, updates.contact(USER, "6281200000001"))

    assert inbox.only.phone == "6281200000001"


@pytest.mark.parametrize("owner", ["9999", ""])
def test_somebody_elses_contact_proves_nothing_and_is_answered_with_the_right_button(
    door: TelegramDoor, inbox: Inbox, updates: Updates, owner: str
) -> None:
    _, body = post(door, updates.contact(USER, "6281200000001", of=owner))

    assert inbox.kept == {}
    assert said(body)["text"].startswith("<b>Itu bukan nomor Anda sendiri</b>")
    assert said(body)["reply_markup"]["keyboard"] == [[{"text": "Bagikan nomor saya", "request_contact": True}]]
    assert "6281200000001" not in body


def test_an_edited_text_is_not_run_again(door: TelegramDoor, inbox: Inbox, updates: Updates) -> None:
    sent = updates.text(USER, "status").update

    edited = {"update_id": sent["update_id"] + 1, "edited_message": sent["message"]}

    assert raw(door, json.dumps(edited).encode()) == (200, "")
    assert inbox.kept == {}


def test_what_another_bot_says_is_not_heard(door: TelegramDoor, inbox: Inbox, updates: Updates) -> None:
    update = updates.text(USER, "status").update
    update["message"]["from"]["is_bot"] = True

    assert raw(door, json.dumps(update).encode()) == (200, "")
    assert inbox.kept == {}


def test_a_message_of_another_kind_is_answered_and_in_a_group_it_is_not(
    door: TelegramDoor, inbox: Inbox, updates: Updates
) -> None:
    private, public = (updates.text(USER, "x", group).update for group in (None, GROUP))
    for update in (private, public):
        update["message"] |= {"text": None, "sticker": {"file_id": "x"}}

    _, answer = raw(door, json.dumps(private).encode())

    assert said(answer)["text"].startswith("<b>Pesan jenis ini tidak dapat dibaca</b>")
    assert raw(door, json.dumps(public).encode()) == (200, "")
    assert inbox.kept == {}


def test_whoever_takes_the_bot_into_a_group_learns_where_it_works(door: TelegramDoor, updates: Updates) -> None:
    _, body = post(door, updates.invited(USER))

    assert (said(body)["method"], said(body)["chat_id"]) == ("sendMessage", GROUP)
    assert "percakapan pribadi" in said(body)["text"]


@pytest.mark.parametrize("make", ["location", "live"])
def test_a_location_in_a_group_is_ignored(door: TelegramDoor, inbox: Inbox, updates: Updates, make: str) -> None:
    sent = {"location": updates.location, "live": updates.live}[make](USER, HOME, group=GROUP)

    assert post(door, sent) == (200, "")
    assert inbox.kept == {}


@pytest.mark.parametrize("make", ["venue", "forwarded", "via_bot", "old_forward"])
def test_a_place_a_forward_and_another_bots_location_are_no_position_and_that_is_said(
    door: TelegramDoor, inbox: Inbox, updates: Updates, make: str
) -> None:
    made = {"venue": updates.venue, "forwarded": updates.forwarded}.get(make, updates.location)(USER, HOME).update
    made["message"] |= {"via_bot": {"via_bot": {"id": 5}}, "old_forward": {"forward_date": 1}}.get(make, {})

    status, body = raw(door, json.dumps(made).encode())

    assert (status, said(body)["text"].splitlines()[0]) == (200, "<b>Lokasi ini tidak dicatat</b>")
    assert said(body)["reply_markup"]["keyboard"][0][0]["request_location"] is True
    assert inbox.kept == {}


@pytest.mark.parametrize(
    "claim",
    [
        '{"latitude": NaN, "longitude": 106.15}',
        '{"latitude": -6.12, "longitude": Infinity}',
        '{"latitude": true, "longitude": 106.15}',
        '{"latitude": "-6.12", "longitude": 106.15}',
        '{"latitude": -90.1, "longitude": 106.15}',
        '{"latitude": -6.12, "longitude": 180.5}',
        '{"latitude": -6.12}',
        '{"latitude": -6.12, "longitude": 106.15, "horizontal_accuracy": -1}',
        '{"latitude": -6.12, "longitude": 106.15, "horizontal_accuracy": 1e999}',
        '{"latitude": -6.12, "longitude": 106.15, "horizontal_accuracy": "20"}',
        "[-6.12, 106.15]",
    ],
)
def test_a_location_that_is_none_leaves_no_trace(
    door: TelegramDoor, inbox: Inbox, updates: Updates, claim: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = updates.location(USER, HOME).body.decode()
    start = body.index('"location": ') + len('"location": ')

    assert raw(door, (body[:start] + claim + "}}").encode()) == (200, "")
    assert inbox.kept == {}
    assert caplog.text == ""
