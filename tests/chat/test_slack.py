"""Slack's door: what is let in, what it becomes, and what never leaves it."""

import json
import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.chat.forms import FORMS, compose, unfilled
from chalicelib.chat.reply import Button
from chalicelib.chat.slack import SlackDoor
from chalicelib.domain.message import Account, Incoming, Platform
from chalicelib.store.chat import Receipt
from infra.local.slack import TOKEN, SlackStandIn
from infra.local.slack_requests import TEAM, Requests, SignedRequest

SECRET = "signing-secret-of-the-tests"
NOW = datetime(2020, 3, 23, 0, 12, tzinfo=UTC)
ANI = "U00ANI"
ACCOUNT = Account(Platform.SLACK, TEAM, ANI)
EDIT = Button("b-0001", "Ubah masa berlaku", form="period")


class Inbox:
    """The store's promise in memory: a key counts once, the same signature again is a replay."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[Incoming, str]] = {}
        self.named: set[str] = set()

    def accept(self, key: str, incoming: Incoming, fingerprint: str) -> Receipt:
        if key in self.kept:
            return Receipt.REPLAYED if self.kept[key][1] == fingerprint else Receipt.AGAIN
        self.kept[key] = (incoming, fingerprint)
        return Receipt.FRESH

    def once(self, name: str) -> bool:
        is_first = name not in self.named
        self.named.add(name)
        return is_first

    @property
    def incomings(self) -> list[Incoming]:
        return [incoming for incoming, _ in self.kept.values()]

    @property
    def only(self) -> Incoming:
        [incoming] = self.incomings
        return incoming


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn(SECRET, lambda: NOW) as opened:
        yield opened


@pytest.fixture
def users(slack: SlackStandIn) -> Requests:
    return slack.requests


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def door(inbox: Inbox, slack: SlackStandIn) -> SlackDoor:
    return SlackDoor(SECRET, TOKEN, inbox.accept, inbox.once, api_url=slack.api_url)


def sent(door: SlackDoor, request: SignedRequest, *, at: datetime = NOW) -> tuple[int, str]:
    status, body, _ = door.handle(request.body, request.headers, at=at)
    return status, body


# What a request becomes


def test_a_slash_command_is_its_words_and_is_acknowledged_without_a_word(
    door: SlackDoor, inbox: Inbox, users: Requests
) -> None:
    answer = sent(door, users.command(ANI, "perpanjang sampai 13 mei 2020"))

    assert answer == (200, "")
    assert (inbox.only.account, inbox.only.text) == (ACCOUNT, "perpanjang sampai 13 mei 2020")
    assert (inbox.only.received_at, inbox.only.is_private, inbox.only.lang) == (NOW, True, "id")
    assert set(inbox.only.reply_to) == {"user", "response_url"}


def test_a_bare_command_and_any_name_of_the_command_are_heard(door: SlackDoor, inbox: Inbox, users: Requests) -> None:
    sent(door, users.command(ANI, ""))
    sent(door, users.command(ANI, "bantuan", name="/hadir-uji"))

    assert [incoming.text for incoming in inbox.incomings] == ["", "bantuan"]


def test_what_slack_makes_of_typed_addresses_and_signs_is_undone(
    door: SlackDoor, inbox: Inbox, users: Requests
) -> None:
    typed = "ubah Ani email ani@dinkes.example.id <A&B>"

    sent(door, users.write(ANI, typed))

    assert inbox.only.text == typed


def test_a_press_is_the_id_of_our_button_and_is_answered_where_it_was_pressed(
    door: SlackDoor, inbox: Inbox, users: Requests
) -> None:
    sent(door, users.press(ANI, Button("b-0007", "Ya, lakukan")))

    assert (inbox.only.press, inbox.only.account) == ("b-0007", ACCOUNT)
    assert "response_url" in inbox.only.reply_to


def test_a_press_on_the_home_tab_is_answered_in_the_users_own_conversation(
    door: SlackDoor, inbox: Inbox, users: Requests
) -> None:
    sent(door, users.press(ANI, Button("b-0007", "Bantuan"), is_at_home=True))

    assert inbox.only.reply_to == {"user": ANI}


def test_opening_the_home_tab_is_told_and_opening_the_messages_tab_is_not(
    door: SlackDoor, inbox: Inbox, users: Requests
) -> None:
    sent(door, users.open_home(ANI, tab="messages"))
    sent(door, users.open_home(ANI))

    assert (inbox.only.opened, inbox.only.reply_to) == (True, {"user": ANI})


def test_a_message_in_a_thread_is_answered_in_the_thread(door: SlackDoor, inbox: Inbox, users: Requests) -> None:
    sent(door, users.write(ANI, "status slot 07.30", thread_ts="1584921600.000001"))

    assert inbox.only.reply_to == {"user": ANI, "thread": "1584921600.000001"}


@pytest.mark.parametrize(
    "other",
    [
        {"channel_type": "channel"},
        {"channel_type": "group"},
        {"bot_id": "B00HADIR"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"type": "reaction_added"},
    ],
    ids=str,
)
def test_channels_bots_edits_and_other_events_are_not_heard_but_acknowledged(
    door: SlackDoor, inbox: Inbox, users: Requests, other: dict[str, str]
) -> None:
    answer = sent(door, users.write(ANI, "cabut PSBB", **other))

    assert (answer, inbox.incomings) == ((200, ""), [])


def test_a_file_is_named_and_left_where_it_is(door: SlackDoor, inbox: Inbox, users: Requests) -> None:
    sent(door, users.upload(ANI, {"pegawai.xlsx": b"PK"}))

    upload = inbox.only.upload
    assert upload is not None
    assert (upload.name, upload.size) == ("pegawai.xlsx", 2)
    assert upload.ref.endswith("/pegawai.xlsx")


def test_of_several_files_the_first_is_taken_and_the_rest_is_told(
    door: SlackDoor, inbox: Inbox, users: Requests
) -> None:
    sent(door, users.upload(ANI, {"a.xlsx": b"1", "b.xlsx": b"2", "c.xlsx": b"3"}))

    assert inbox.only.upload is not None
    assert inbox.only.upload.name == "a.xlsx"
    assert inbox.only.reply_to["unread_files"] == "2"


def test_a_file_that_slack_still_hides_is_taken_without_its_address(
    door: SlackDoor, inbox: Inbox, users: Requests
) -> None:
    sent(door, users.write(ANI, "", subtype="file_share", files=[{"id": "F1", "file_access": "check_file_info"}]))

    assert inbox.only.upload is not None
    assert (inbox.only.upload.ref, inbox.only.upload.size) == ("", 0)


def test_an_english_profile_is_answered_in_english(door: SlackDoor, inbox: Inbox, users: Requests) -> None:
    payload = {"type": "block_actions", "trigger_id": "1.x", "team": {"id": TEAM}, "actions": [{"action_id": "b-1"}]}
    user = {"id": ANI, "team_id": TEAM, "locale": "en-GB"}

    sent(door, users.signed("application/json", json.dumps({**payload, "user": user})))

    assert inbox.only.lang == "en"


def test_slack_verifies_the_address_with_a_signature_only(door: SlackDoor, users: Requests) -> None:
    asked = users.verification("3eZbrw1aB")

    assert sent(door, asked) == (200, '{"challenge": "3eZbrw1aB"}')
    assert sent(door, replace(asked, headers={"Content-Type": "application/json"})) == (401, "")


# Forms


def test_a_button_with_a_form_opens_it_at_once_and_leaves_nothing_in_the_inbox(
    door: SlackDoor, inbox: Inbox, slack: SlackStandIn
) -> None:
    answer = sent(door, slack.requests.press(ANI, EDIT))

    form = slack.form(ANI)
    assert (answer, inbox.incomings) == ((200, ""), [])
    assert form is not None
    assert (form.title, [field.name for field in form.fields]) == (
        "Ubah masa berlaku",
        ["policy", "start", "end", "condition"],
    )


def test_a_sent_form_is_the_line_that_would_have_been_typed_and_is_answered_where_its_button_was(
    door: SlackDoor, inbox: Inbox, slack: SlackStandIn
) -> None:
    sent(door, slack.requests.press(ANI, EDIT))
    form = slack.form(ANI)
    assert form is not None

    answer = sent(door, slack.requests.submit(ANI, form, {"start": "2020-03-23", "end": "2020-03-31"}))

    assert answer == (200, "")
    assert inbox.only.text == "berlaku 2020-03-23 s.d. 2020-03-31"
    assert inbox.only.reply_to["user"] == ANI
    assert "response_url" in inbox.only.reply_to


def test_a_choice_and_a_text_reach_the_line(door: SlackDoor, inbox: Inbox, slack: SlackStandIn) -> None:
    sent(door, slack.requests.press(ANI, Button("b-2", "Ubah pegawai", form="person")))
    form = slack.form(ANI)
    assert form is not None

    sent(
        door, slack.requests.submit(ANI, form, {"person": " Budi  Santoso ", "field": "hp", "value": "0812-0000-1111"})
    )

    assert inbox.only.text == "ubah Budi Santoso hp 0812-0000-1111"


def test_an_empty_field_that_is_needed_is_named_and_nothing_is_sent(
    door: SlackDoor, inbox: Inbox, slack: SlackStandIn
) -> None:
    sent(door, slack.requests.press(ANI, EDIT))
    form = slack.form(ANI)
    assert form is not None

    status, body = sent(door, slack.requests.submit(ANI, form, {"policy": "800/734-BKD/2020"}))

    assert (status, json.loads(body)) == (
        200,
        {"response_action": "errors", "errors": {"start": "Wajib diisi."}},
    )
    assert inbox.incomings == []


def test_a_form_that_does_not_open_leaves_the_press_to_be_answered_in_words(
    door: SlackDoor, inbox: Inbox, slack: SlackStandIn
) -> None:
    slack.fail("views.open", "expired_trigger_id")

    answer = sent(door, slack.requests.press(ANI, EDIT))

    assert (answer, inbox.only.press, slack.form(ANI)) == ((200, ""), "b-0001", None)


@pytest.mark.slow
def test_a_slack_that_stays_silent_costs_a_press_two_seconds_and_not_its_answer(
    inbox: Inbox, slack: SlackStandIn
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        door = SlackDoor(
            SECRET, TOKEN, inbox.accept, inbox.once, api_url=f"http://127.0.0.1:{silent.getsockname()[1]}/api/"
        )
        answer = sent(door, slack.requests.press(ANI, EDIT))

    assert (answer, inbox.only.press) == ((200, ""), "b-0001")


@pytest.mark.parametrize("name", FORMS)
def test_an_empty_optional_field_vanishes_from_the_line_with_the_words_around_it(name: str) -> None:
    form = FORMS[name]
    needed = {field.name: field.name.upper() for field in form.fields if not field.is_optional}

    line = compose(form, {**needed, **{field.name: "  " for field in form.fields if field.is_optional}})

    assert line.split()[1:] == list(needed.values())
    assert unfilled(form, needed) == ()
    assert unfilled(form, {}) == tuple(needed)


def test_a_value_is_put_into_the_line_as_it_is() -> None:
    values = {"start": "2020-03-23", "condition": "PSBB {policy} [dicabut]\n", "policy": ""}

    assert compose(FORMS["period"], values) == "berlaku 2020-03-23 sampai PSBB {policy} [dicabut]"


# Who is let in


def altered(request: SignedRequest, **headers: str | None) -> SignedRequest:
    changed = {**request.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return replace(request, headers={name: value for name, value in changed.items() if value is not None})


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Slack_Request_Timestamp": None},
        {"X_Slack_Request_Timestamp": ""},
        {"X_Slack_Request_Timestamp": "kemarin"},
        {"X_Slack_Request_Timestamp": "1584922320.5"},
        {"X_Slack_Request_Timestamp": "-1"},
        {"X_Slack_Request_Timestamp": "nan"},
        {"X_Slack_Request_Timestamp": "١٥٨٤٩٢٢٣٢٠"},
        {"X_Slack_Request_Timestamp": "9" * 5000},
        {"X_Slack_Request_Timestamp": "1584922321"},
        {"X_Slack_Signature": None},
        {"X_Slack_Signature": ""},
        {"X_Slack_Signature": "v0=" + "0" * 64},
        {"X_Slack_Signature": "v0=é"},
    ],
    ids=lambda headers: f"{next(iter(headers.items()))}"[:60],
)
def test_an_unproven_request_is_refused_without_effect(
    door: SlackDoor, inbox: Inbox, users: Requests, headers: dict[str, str | None]
) -> None:
    request = altered(users.command(ANI, "cabut PSBB"), **headers)

    assert (sent(door, request), inbox.incomings) == ((401, ""), [])


@pytest.mark.parametrize("body", [b"{}", b"ssl_check=1", b"\xff\xfe", b"", b"{not json"])
def test_a_signature_holds_for_its_own_body_only(door: SlackDoor, inbox: Inbox, users: Requests, body: bytes) -> None:
    request = replace(users.command(ANI, "cabut PSBB"), body=body)

    assert (sent(door, request), inbox.incomings) == ((401, ""), [])


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-300, 200), (0, 200), (300, 200), (301, 401)])
def test_a_request_is_good_for_five_minutes_either_way(
    door: SlackDoor, users: Requests, seconds: int, status: int
) -> None:
    request = users.command(ANI, "bantuan")

    assert sent(door, request, at=NOW + timedelta(seconds=seconds))[0] == status


def test_a_deployment_that_knows_no_secret_lets_nobody_in(inbox: Inbox) -> None:
    door = SlackDoor("", "", inbox.accept, inbox.once)
    request = Requests("", lambda: NOW, "http://127.0.0.1").command(ANI, "bantuan")

    assert (sent(door, request), inbox.incomings) == ((401, ""), [])


def test_more_than_256_kb_is_refused_though_slack_signed_it(door: SlackDoor, inbox: Inbox, users: Requests) -> None:
    assert sent(door, users.command(ANI, "x" * 256 * 1024)) == (413, "")
    assert inbox.incomings == []


def test_signed_nonsense_is_refused(door: SlackDoor, inbox: Inbox, users: Requests) -> None:
    assert sent(door, users.signed("application/json", "{not json")) == (400, "")
    assert inbox.incomings == []


# Once


def test_the_same_request_again_is_refused(door: SlackDoor, inbox: Inbox, users: Requests) -> None:
    request = users.command(ANI, "cabut PSBB")

    assert [sent(door, request)[0], sent(door, request)[0]] == [200, 401]
    assert len(inbox.incomings) == 1


def test_slacks_own_repetition_is_acknowledged_and_has_no_second_effect(
    door: SlackDoor, inbox: Inbox, users: Requests
) -> None:
    request = users.write(ANI, "cabut PSBB")

    assert [sent(door, one) for one in (request, users.again(request), users.again(request, 2))] == [(200, "")] * 3
    assert len(inbox.incomings) == 1


def test_the_same_words_twice_are_two_commands(door: SlackDoor, inbox: Inbox, users: Requests) -> None:
    sent(door, users.command(ANI, "bantuan"))
    sent(door, users.command(ANI, "bantuan"))

    assert len(inbox.incomings) == 2


@pytest.mark.parametrize("does_open", [True, False])
def test_a_replayed_press_opens_no_form_and_asks_for_no_answer(
    door: SlackDoor, inbox: Inbox, slack: SlackStandIn, does_open: bool
) -> None:
    if not does_open:
        slack.fail("views.open", "expired_trigger_id")
    request = slack.requests.press(ANI, EDIT)
    first = sent(door, request)
    told = len(inbox.incomings)

    again = sent(door, request)

    assert (first[0], again[0]) == (200, 401)
    assert [method for method, _ in slack.calls] == ["views.open"]
    assert len(inbox.incomings) == told


def test_a_form_sent_twice_counts_once(door: SlackDoor, inbox: Inbox, slack: SlackStandIn) -> None:
    sent(door, slack.requests.press(ANI, EDIT))
    form = slack.form(ANI)
    assert form is not None

    for _ in range(2):
        assert sent(door, slack.requests.submit(ANI, form, {"start": "2020-03-23"})) == (200, "")

    assert len(inbox.incomings) == 1


# When we fail


class Stumble(Exception):
    """A fault of ours, whose text holds what must not reach a log."""


def test_a_request_that_was_not_kept_is_not_acknowledged(slack: SlackStandIn, inbox: Inbox) -> None:
    def stumble(*_: object) -> Receipt:
        raise Stumble

    door = SlackDoor(SECRET, TOKEN, stumble, inbox.once, api_url=slack.api_url)

    for request in (slack.requests.command(ANI, "cabut PSBB"), slack.requests.write(ANI, "cabut PSBB")):
        assert sent(door, request) == (500, "")


def test_neither_words_nor_signatures_nor_the_token_reach_a_log(
    slack: SlackStandIn, inbox: Inbox, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    def stumble(key: str, incoming: Incoming, fingerprint: str) -> Receipt:
        raise Stumble(incoming.text)

    caplog.set_level(logging.DEBUG)
    slack.fail("views.open", "expired_trigger_id")
    good = SlackDoor(SECRET, TOKEN, inbox.accept, inbox.once, api_url=slack.api_url)
    bad = SlackDoor(SECRET, TOKEN, stumble, inbox.once, api_url=slack.api_url)
    command, press = slack.requests.command(ANI, "rahasia kantor"), slack.requests.press(ANI, EDIT)
    unheard = slack.requests.signed("application/json", '{"type": "shortcut", "callback_id": "rahasia"}')
    forged = replace(command, body=command.body + b"x")

    for door, request in (
        (good, command),
        (good, command),
        (good, forged),
        (bad, command),
        (good, press),
        (good, unheard),
    ):
        sent(door, request)

    seen = "\n".join(f"{record.getMessage()} {record.exc_info} {record.__dict__}" for record in caplog.records)
    seen += "".join(capfd.readouterr())
    assert "slack request failed" in seen
    for hidden in (
        "rahasia",
        "response_url",
        "/respond/",
        TOKEN,
        SECRET,
        command.headers["X-Slack-Signature"][3:],
        ANI,
    ):
        assert hidden not in seen
