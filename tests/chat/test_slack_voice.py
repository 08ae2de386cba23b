"""The bot's voice on Slack: what a user sees of a reply, and what happens when Slack does not take it."""

import logging
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from chalicelib.chat import slack_voice
from chalicelib.chat.forms import FORMS
from chalicelib.chat.reply import Button, Reply
from chalicelib.chat.slack_blocks import MESSAGE_BLOCKS, TEXT_CHARS, blocks, modal
from chalicelib.chat.slack_voice import NEEDED, SCOPES, SlackVoice
from chalicelib.chat.voice import ChatBlocked, ChatUnreachable
from chalicelib.domain.errors import UploadTooLarge, UploadUnreachable
from chalicelib.domain.message import UPLOAD_BYTES, Upload
from chalicelib.phrases import KNOWN
from infra.local import slack_screen
from infra.local.slack import ANSWERS, TOKEN, SlackStandIn
from infra.local.slack_screen import Shown

ANI, CHANNEL = "U00ANI", "C00LAPORAN"
MORNING = datetime(2020, 3, 23, 0, 12, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
DONE = Reply("Masa berlaku diperpanjang", ("Berlaku untuk 214 orang di 3 OPD.",))


class Watch:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = MORNING

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def slack(watch: Watch) -> Iterator[SlackStandIn]:
    with SlackStandIn("secret", watch, channels=(CHANNEL,)) as opened:
        yield opened


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def voice(slack: SlackStandIn, waits: list[float]) -> SlackVoice:
    return SlackVoice(TOKEN, slack.api_url, waits.append)


@pytest.fixture
def reply_to(slack: SlackStandIn) -> dict[str, str]:
    """Where the answer to a slash command of Ani's goes."""
    return {"user": ANI, "response_url": slack.requests.response_url(ANI)}


# Where an answer goes


def test_a_command_is_answered_where_it_was_given_and_only_to_whoever_gave_it(
    voice: SlackVoice, slack: SlackStandIn, reply_to: dict[str, str]
) -> None:
    voice.say(reply_to, DONE)

    [shown] = slack.shown(ANI)
    assert shown == Shown("Masa berlaku diperpanjang\nBerlaku untuk 214 orang di 3 OPD.", is_ephemeral=True)
    assert slack.calls == []


def test_an_answer_after_the_fifth_goes_to_the_users_own_conversation(
    voice: SlackVoice, slack: SlackStandIn, reply_to: dict[str, str]
) -> None:
    for _ in range(ANSWERS + 1):
        voice.say(reply_to, DONE)

    assert [shown.is_ephemeral for shown in slack.shown(ANI)] == [True] * ANSWERS + [False]


def test_an_answer_after_half_an_hour_goes_to_the_users_own_conversation(
    voice: SlackVoice, slack: SlackStandIn, watch: Watch, reply_to: dict[str, str]
) -> None:
    watch.at += timedelta(minutes=31)

    voice.say(reply_to, DONE)

    assert [shown.is_ephemeral for shown in slack.shown(ANI)] == [False]


def test_a_message_in_a_thread_is_answered_there(voice: SlackVoice, slack: SlackStandIn) -> None:
    voice.say({"user": ANI, "thread": "1584921600.000001"}, DONE)

    assert [shown.thread for shown in slack.shown(ANI)] == ["1584921600.000001"]


def test_files_that_were_not_read_are_named_above_the_answer(voice: SlackVoice, slack: SlackStandIn) -> None:
    voice.say({"user": ANI, "unread_files": "2"}, DONE)

    assert slack.shown(ANI)[0].text.splitlines()[1] == (
        "Hanya berkas pertama yang dibaca; 2 berkas lain tidak. Kirim satu per satu."
    )


def test_a_channel_a_person_and_a_home_tab_can_be_written_to_unasked(voice: SlackVoice, slack: SlackStandIn) -> None:
    voice.announce(CHANNEL, Reply("Slot 07.30 terkirim"))
    voice.write(ANI, Reply("Kode Anda dipakai"))
    voice.show_home(ANI, Reply("Hari ini", buttons=(Button("b-1", "Bantuan"),)))

    assert [shown.text for shown in slack.shown(CHANNEL)] == ["Slot 07.30 terkirim"]
    assert [shown.text for shown in slack.shown(ANI)] == ["Kode Anda dipakai"]
    assert slack.home(ANI) == Shown("Hari ini", (Button("b-1", "Bantuan"),))


# What it looks like


def test_nothing_in_a_reply_can_mention_a_channel_or_become_a_link() -> None:
    name = "<!channel> <@U00ANI> @channel #umum A&B <https://contoh.id|klik>"

    found = blocks(Reply(name, (name,), (("Nama",), (name[:38],)))) + blocks(Reply(name, (), (("Nama",), (name,))))[1:]

    header, *sections = found
    assert header["text"] == {"type": "plain_text", "text": name, "emoji": False}
    for section in sections:
        assert section["text"]["verbatim"] is True
        assert not re.search(r"[<>]|&(?!(amp|lt|gt);)", section["text"]["text"])


def test_a_table_is_aligned_and_its_counts_stand_flush_right() -> None:
    rows = (("OPD", "Lapor", "%"), ("Dinas Kesehatan", "9", "4,5 %"), ("Inspektorat", "1.214", "100 %"))

    shown = slack_screen.message(blocks(Reply("Status", rows=rows)))

    assert shown.text.splitlines() == [
        "Status",
        "OPD              Lapor      %",
        "Dinas Kesehatan      9  4,5 %",
        "Inspektorat      1.214  100 %",
    ]


def test_a_table_too_wide_to_be_read_is_shown_row_by_row_and_nothing_of_it_is_cut() -> None:
    finding = "Signing Secret hanya teruji dari sisi Slack: kirim satu perintah & lihat apakah dijawab."
    rows = (("Aplikasi", "Temuan", "Sejak"), ("slack", finding, ""), ("telegram", "siap", "07.30"))

    [_, stacked] = blocks(Reply("Pemeriksaan bot", rows=rows))

    assert stacked["text"]["text"].splitlines() == [
        "*slack*",
        f"Temuan: {finding.replace('&', '&amp;')}",
        "*telegram*",
        "Temuan: siap",
        "Sejak: 07.30",
    ]


def test_a_wide_table_too_long_for_a_message_says_how_many_rows_are_left() -> None:
    rows = (("Nama", "Keterangan"), *((f"Pegawai {number}", "<&>" * 400) for number in range(300)))

    found = blocks(Reply("Belum melapor", (), rows))

    shown = slack_screen.message(found)
    left = 300 - shown.text.count("Pegawai")
    assert len(found) == MESSAGE_BLOCKS
    assert 0 < left < 300
    assert f"masih ada {left} baris" in shown.text


def test_a_backtick_in_a_cell_does_not_end_the_table() -> None:
    [_, table] = blocks(Reply("Pegawai", rows=(("Nama",), ("```Budi```",))))

    assert table["text"]["text"] == "```Nama\n'''Budi'''```"


def test_a_long_table_repeats_its_headings_and_says_how_many_rows_are_left() -> None:
    rows = (("Nama", "Keterangan"), *((f"Pegawai {number}", "x & <y> " * 5) for number in range(3000)))

    found = blocks(Reply("Belum melapor", ("Tiga ribu orang.",), rows, (Button("b-1", "Ya"),)))

    shown = slack_screen.message(found)
    tables = [block["text"]["text"] for block in found if "```" in block.get("text", {}).get("text", "")]
    left = 3000 - sum(table.count("Pegawai") for table in tables)
    assert len(found) == MESSAGE_BLOCKS
    assert all(len(table) <= TEXT_CHARS and table.startswith("```Nama") for table in tables)
    assert 0 < left < 3000
    assert f"masih ada {left} baris" in shown.text


def test_a_table_that_fits_says_nothing_of_rows_left() -> None:
    rows = (("Nama",), *((f"Pegawai {number}",) for number in range(400)))

    shown = slack_screen.message(blocks(Reply("Belum melapor", rows=rows)))

    assert shown.text.count("Pegawai") == 400
    assert "baris" not in shown.text


@pytest.mark.parametrize("lines", [("x" * 20_000,), ("&" * 20_000,), tuple("<kata> " * 50 for _ in range(400))])
def test_long_lines_are_spread_over_blocks_that_slack_takes(lines: tuple[str, ...]) -> None:
    shown = slack_screen.message(blocks(Reply("y" * 200, lines)))

    first = shown.text.splitlines()[0]
    assert (len(first), first[-1]) == (150, "…")
    assert sum(map(len, shown.text.splitlines()[1:])) >= min(20_000, sum(map(len, lines)) // 2)


def test_buttons_stand_five_in_a_row_and_the_main_one_is_primary() -> None:
    buttons = tuple(Button(f"b-{number}", f"Pilihan {number}", is_main=number == 0) for number in range(7))

    _, first, second = blocks(Reply("Maksud Anda?", buttons=buttons))

    assert [len(first["elements"]), len(second["elements"])] == [5, 2]
    assert [one.get("style") for one in first["elements"]] == ["primary", None, None, None, None]
    assert [one["action_id"] for one in second["elements"]] == ["b-5", "b-6"]


@pytest.mark.parametrize("lang", KNOWN)
@pytest.mark.parametrize("name", FORMS)
def test_every_form_fits_into_a_modal_of_slack_in_both_languages(name: str, lang: str) -> None:
    shown = slack_screen.form(modal(FORMS[name], {"user": ANI}, lang), 1)

    assert (shown.name, [field.name for field in shown.fields]) == (name, [one.name for one in FORMS[name].fields])
    assert not any(field.label.startswith("form.") for field in shown.fields)


# When Slack does not take it


def test_when_told_to_wait_it_waits_as_long_and_tries_once_more(
    voice: SlackVoice, slack: SlackStandIn, waits: list[float]
) -> None:
    slack.throttle("chat.postMessage", retry_after_s=7)

    voice.write(ANI, DONE)

    assert (waits, len(slack.shown(ANI))) == ([7.0], 1)


def test_when_told_to_wait_twice_it_leaves_the_repetition_to_its_queue(
    voice: SlackVoice, slack: SlackStandIn, waits: list[float]
) -> None:
    slack.throttle("chat.postMessage", retry_after_s=7, times=2)

    with pytest.raises(ChatUnreachable, match=r"^chat\.postMessage: status 429$"):
        voice.write(ANI, DONE)

    assert (waits, slack.shown(ANI)) == ([7.0], [])


def test_it_waits_for_nobody_longer_than_half_a_minute(
    voice: SlackVoice, slack: SlackStandIn, waits: list[float]
) -> None:
    slack.throttle("chat.postMessage", retry_after_s=31)

    with pytest.raises(ChatUnreachable):
        voice.write(ANI, DONE)

    assert waits == []


def test_a_refusal_of_slacks_is_a_fault_with_its_own_code(voice: SlackVoice) -> None:
    with pytest.raises(ChatUnreachable, match=r"^chat\.postMessage: not_in_channel$"):
        voice.announce("C00LAIN", DONE)


def test_an_account_that_is_gone_is_told_apart(voice: SlackVoice, slack: SlackStandIn) -> None:
    slack.fail("chat.postMessage", "user_disabled")

    with pytest.raises(ChatBlocked):
        voice.write(ANI, DONE)


def test_no_fault_and_no_log_line_carries_the_token_or_a_response_url(
    slack: SlackStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}"
    voice = SlackVoice(TOKEN, f"{nowhere}/api/")
    tries: list[tuple[Any, ...]] = [(voice.write, ANI, DONE)]
    tries += [(voice.say, {"user": ANI, "response_url": f"{nowhere}/respond/rahasia"}, DONE)]

    for verb, *arguments in tries:
        with pytest.raises(ChatUnreachable) as fault:
            verb(*arguments)
        said = f"{fault.value} {caplog.text}"
        assert fault.value.__cause__ is None
        assert fault.value.__suppress_context__
        assert not any(hidden in said for hidden in (TOKEN, "rahasia", nowhere))


# Files


def upload(slack: SlackStandIn, content: bytes) -> Upload:
    """A file that Ani has put into her conversation with the bot."""
    event = slack.requests.upload(ANI, {"pegawai.xlsx": content})
    [found] = re.findall(rb'"url_private_download": "([^"]+)"', event.body)
    return Upload("pegawai.xlsx", found.decode(), len(content))


def test_a_file_is_fetched_whole(voice: SlackVoice, slack: SlackStandIn) -> None:
    assert voice.fetch(upload(slack, b"PK" * 100_000)) == b"PK" * 100_000


def test_a_file_over_ten_megabytes_is_refused_whatever_size_was_named(voice: SlackVoice, slack: SlackStandIn) -> None:
    large = upload(slack, bytes(UPLOAD_BYTES + 1))

    for named in (Upload(large.name, large.ref, 5), Upload("", upload(slack, b"PK").ref, large.size)):
        with pytest.raises(UploadTooLarge) as refused:
            voice.fetch(named)
        assert refused.value.limit_mb == 10


@pytest.mark.parametrize(
    "ref",
    [
        "",
        "https://contoh.id/files/F1",
        "https://files.slack.com.contoh.id/F1",
        "https://files.slack.com@contoh.id/F1",
        "https://files.slack.com\\@contoh.id/F1",
        "http://files.slack.com/F1",
        "http://127.0.0.1:1/files/F1",
        "file:///etc/passwd",
    ],
)
def test_the_token_is_shown_to_slacks_file_server_and_to_nobody_else(voice: SlackVoice, ref: str) -> None:
    with pytest.raises(UploadUnreachable) as refused:
        voice.fetch(Upload("pegawai.xlsx", ref, 5))

    assert refused.value.__cause__ is None, "somebody was asked"


def test_a_file_server_that_sends_elsewhere_is_not_followed(voice: SlackVoice, slack: SlackStandIn) -> None:
    wanted = upload(slack, b"PK")
    slack.moved = {wanted.ref.rpartition("/files/")[2]: upload(slack, b"lain").ref}

    with pytest.raises(UploadUnreachable):
        voice.fetch(wanted)


def test_slacks_sign_in_page_is_not_taken_for_the_file(voice: SlackVoice, slack: SlackStandIn) -> None:
    slack.scopes = "chat:write"

    with pytest.raises(UploadUnreachable):
        voice.fetch(upload(slack, b"PK"))


# The set-up


def test_a_sound_set_up_says_so(voice: SlackVoice) -> None:
    good, by_hand = voice.check()

    assert (good.key, dict(good.facts)) == ("slack.check.token_good", {"team": "Hadir", "bot": "hadir"})
    assert by_hand.key == "slack.check.by_hand"


def test_missing_scopes_are_named(voice: SlackVoice, slack: SlackStandIn) -> None:
    slack.scopes = "chat:write, commands"

    [line] = voice.check()

    assert (line.key, dict(line.facts)) == ("slack.check.scopes_missing", {"scopes": "files:read, im:history"})


@pytest.mark.parametrize(
    ("error", "key"), [("token_revoked", "slack.check.token_refused"), ("fatal_error", "slack.check.unreachable")]
)
def test_a_refused_token_is_told_from_a_slack_that_fails(
    voice: SlackVoice, slack: SlackStandIn, error: str, key: str
) -> None:
    slack.fail("auth.test", error)

    assert [line.key for line in voice.check()] == [key]


# The manifest

MANIFEST = yaml.safe_load((ROOT / "infra" / "slack-manifest.yaml").read_text("utf-8"))
KNOWN_KEYS: dict[str, set[str]] = {
    "": {"_metadata", "display_information", "features", "oauth_config", "settings"},
    "_metadata": {"major_version", "minor_version"},
    "display_information": {"name", "description", "long_description", "background_color"},
    "features": {"app_home", "bot_user", "slash_commands", "shortcuts", "unfurl_domains"},
    "features.app_home": {"home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"},
    "features.bot_user": {"display_name", "always_online"},
    "features.slash_commands": {"command", "description", "should_escape", "url", "usage_hint"},
    "oauth_config": {"redirect_urls", "scopes", "token_management_enabled"},
    "oauth_config.scopes": {"bot", "user"},
    "settings": {
        "allowed_ip_address_ranges",
        "event_subscriptions",
        "interactivity",
        "org_deploy_enabled",
        "socket_mode_enabled",
        "token_rotation_enabled",
    },
    "settings.event_subscriptions": {"request_url", "bot_events", "user_events"},
    "settings.interactivity": {"is_enabled", "request_url", "message_menu_options_url"},
}
"""Source: Slack, "App manifest reference", schema version 2."""


def sections(value: object, path: str = "") -> Iterator[tuple[str, dict[str, object]]]:
    """Every mapping of the manifest with its path; the entries of a list share the path of the list."""
    if isinstance(value, dict):
        yield path, value
        for key, below in value.items():
            yield from sections(below, f"{path}.{key}".lstrip("."))
    if isinstance(value, list):
        for below in value:
            yield from sections(below, path)


def test_the_manifest_holds_keys_of_slacks_own_only() -> None:
    assert [
        (path, set(found) - KNOWN_KEYS[path]) for path, found in sections(MANIFEST) if set(found) - KNOWN_KEYS[path]
    ] == []
    assert MANIFEST["_metadata"]["major_version"] == 2


def test_the_manifest_asks_for_the_scopes_that_are_used_and_for_no_other() -> None:
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == NEEDED


def test_every_method_that_is_called_has_its_scopes_named() -> None:
    source = Path(slack_voice.__file__).read_text("utf-8")

    assert set(re.findall(r'call(?:_with_scopes)?\(\s*"([\w.]+)"', source)) == SCOPES.keys()


def test_the_manifest_sends_everything_to_the_one_address_of_the_door() -> None:
    (command,) = MANIFEST["features"]["slash_commands"]
    settings = MANIFEST["settings"]

    addresses = {
        command["url"],
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
    }

    assert addresses == {"https://REPLACE/slack"}
    assert set(settings["event_subscriptions"]["bot_events"]) == {"app_home_opened", "message.im"}


def test_the_manifest_keeps_slacks_lengths() -> None:
    shown = MANIFEST["display_information"]

    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4000
