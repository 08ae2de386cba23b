"""Telegram's voice against the stand-in: what is shown and fetched, how it fails, and that the token stays ours."""

import logging
import traceback
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.chat.reply import Button, Reply
from chalicelib.chat.telegram_layout import messages
from chalicelib.chat.telegram_voice import PATIENCE_S, TelegramVoice
from chalicelib.chat.voice import ChatBlocked, ChatUnreachable
from chalicelib.domain.answer import Ask
from chalicelib.domain.change import Line
from chalicelib.domain.errors import UploadTooLarge, UploadUnreachable
from chalicelib.domain.message import UPLOAD_BYTES, Upload
from infra.local import telegram_screen
from infra.local.telegram import TelegramStandIn
from tests.office import at

TOKEN, SECRET, USER = "4242:AA-token-of-the-test", "s3cret-of-the-test", "7001"
HOOK = "https://hadir.example.id/v1/telegram"


@pytest.fixture(scope="module")
def running() -> Iterator[TelegramStandIn]:
    with TelegramStandIn(TOKEN, SECRET, lambda: at("07:10")) as stand_in:
        yield stand_in


@pytest.fixture
def telegram(running: TelegramStandIn) -> TelegramStandIn:
    """The stand-in as if nobody but one user had ever used it."""
    running.forget()
    running.meet(USER)
    return running


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def voice(telegram: TelegramStandIn, waits: list[float]) -> TelegramVoice:
    return TelegramVoice(TOKEN, telegram.api_url, waits.append)


def shown(reply: Reply) -> list[telegram_screen.Shown]:
    """The reply as its reader would see it."""
    return [telegram_screen.message(fields) for fields in messages(reply)]


# What is shown


def test_a_reply_is_shown_whole_and_its_markup_is_only_ours(voice: TelegramVoice, telegram: TelegramStandIn) -> None:
    reply = Reply("Periode <b>&</b>", ("23 Maret <script>", "a & b"), buttons=(Button("b1", "Ya", is_main=True),))

    voice.say({"chat": USER}, reply)

    (seen,) = telegram.shown(USER)
    assert seen.text.splitlines() == ["Periode <b>&</b>", "23 Maret <script>", "a & b"]
    assert seen.buttons == (Button("b1", "Ya"),)


SIGNS = some.sampled_from("<>&;\"'/b ") | some.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])


@given(some.lists(some.text(SIGNS, max_size=1500), max_size=12))
def test_no_text_is_refused_by_telegram_and_none_of_it_is_lost(lines: list[str]) -> None:
    pages = shown(Reply("Judul", tuple(lines)))

    said = "".join(page.text for page in pages)
    assert said.replace("\n", "") == "Judul" + "".join(lines)


def test_a_long_reply_is_several_messages_with_the_buttons_under_the_last() -> None:
    lines = tuple(f"{number:03} {'x' * 90}" for number in range(120))

    pages = shown(Reply("Judul", lines, buttons=(Button("b1", "Lanjut"),)))

    assert len(pages) == 3
    assert [len(page.buttons) for page in pages] == [0, 0, 1]
    assert [line for page in pages for line in page.text.splitlines()] == ["Judul", *lines]


def test_a_narrow_table_is_aligned_with_its_numbers_at_the_right() -> None:
    rows = (("Slot", "Lapor"), ("07.30", "5"), ("11.30", "114"))

    (fields,) = messages(Reply("Status", rows=rows))

    assert str(fields["text"]).splitlines()[2:] == ["<pre>Slot   Lapor", "07.30      5", "11.30    114</pre>"]


def test_a_table_too_wide_for_a_phone_is_shown_row_by_row_under_its_headings() -> None:
    rows = (
        ("OPD", "Nomor", "Catatan"),
        ("Dinas Kesehatan Provinsi Banten", "800/734-BKD/2020", ""),
        ("BKD", "1", "ya"),
    )

    (page,) = shown(Reply("Status", rows=rows))

    assert page.text.splitlines()[2:] == [
        "Dinas Kesehatan Provinsi Banten",
        "Nomor: 800/734-BKD/2020",
        "BKD",
        "Nomor: 1",
        "Catatan: ya",
    ]


def test_a_table_that_runs_over_a_message_stays_a_table_in_each() -> None:
    rows = (("Slot", "Nama"), *((f"{number:04}", "x" * 20) for number in range(300)))

    pages = messages(Reply("Status", rows=rows))

    assert len(pages) > 1
    assert all(str(page["text"]).count("<pre>") == str(page["text"]).count("</pre>") == 1 for page in pages)


def test_many_short_buttons_stand_two_in_a_row_and_none_is_lost() -> None:
    buttons = tuple(Button(f"b{number}", f"Bab {number}") for number in range(11))

    (fields,) = messages(Reply("Bantuan", buttons=buttons))
    (page,) = shown(Reply("Bantuan", buttons=buttons))

    keyboard = fields["reply_markup"]["inline_keyboard"]  # type: ignore[index]
    assert [len(row) for row in keyboard] == [2, 2, 2, 2, 2, 1]
    assert page.buttons == buttons


def test_the_main_button_stands_first_and_a_forms_button_is_left_out() -> None:
    buttons = (Button("b1", "Batal"), Button("b2", "Ya", is_main=True), Button("b3", "Formulir", form="period"))

    (page,) = shown(Reply("Judul", buttons=buttons))

    assert [button.label for button in page.buttons] == ["Ya", "Batal"]


@pytest.mark.parametrize(
    ("ask", "lang", "label"),
    [(Ask.CONTACT, "id", "Bagikan nomor saya"), (Ask.LOCATION, "en", "Report my location now")],
)
def test_what_is_asked_for_is_one_big_button_in_the_readers_language(ask: Ask, lang: str, label: str) -> None:
    (fields,) = messages(Reply("Judul", asks=ask, lang=lang))

    assert fields["reply_markup"] == {
        "keyboard": [[{"text": label, f"request_{ask}": True}]],
        "resize_keyboard": True,
        "one_time_keyboard": ask is Ask.CONTACT,
    }


# How it fails


def test_a_little_patience_is_had_once(voice: TelegramVoice, telegram: TelegramStandIn, waits: list[float]) -> None:
    telegram.throttle("sendMessage", retry_after_s=3)

    voice.write(USER, Reply("Judul"))

    assert waits == [3]
    assert [seen.text for seen in telegram.shown(USER)] == ["Judul"]


def test_who_is_told_to_wait_again_or_for_long_gives_up(
    voice: TelegramVoice, telegram: TelegramStandIn, waits: list[float]
) -> None:
    telegram.throttle("sendMessage", retry_after_s=3, times=2)
    with pytest.raises(ChatUnreachable, match="sendMessage: 429"):
        voice.write(USER, Reply("Judul"))

    telegram.throttle("sendMessage", retry_after_s=PATIENCE_S + 1)
    with pytest.raises(ChatUnreachable, match="sendMessage: 429"):
        voice.write(USER, Reply("Judul"))

    assert waits == [3]


def test_a_user_who_has_blocked_the_bot_or_is_gone_is_told_apart(
    voice: TelegramVoice, telegram: TelegramStandIn
) -> None:
    telegram.blocked.add(USER)

    for chat in (USER, "7999"):
        with pytest.raises(ChatBlocked):
            voice.write(chat, Reply("Judul"))


def test_a_message_that_telegram_could_not_take_is_not_sent_again_here(
    voice: TelegramVoice, telegram: TelegramStandIn
) -> None:
    telegram.fail("sendMessage", 502)

    with pytest.raises(ChatUnreachable, match="sendMessage: 502"):
        voice.write(USER, Reply("Judul"))

    assert [method for method, _ in telegram.calls] == ["sendMessage"]


def unreachable(_: TelegramStandIn) -> TelegramVoice:
    return TelegramVoice(TOKEN, "http://127.0.0.1:9")


def failing(telegram: TelegramStandIn) -> TelegramVoice:
    telegram.fail("sendMessage")
    telegram.fail("getFile")
    return TelegramVoice(TOKEN, telegram.api_url)


@pytest.mark.parametrize("make", [unreachable, failing])
def test_no_fault_carries_the_token_anywhere(
    telegram: TelegramStandIn, make: Callable[[TelegramStandIn], TelegramVoice], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    voice = make(telegram)

    with pytest.raises(ChatUnreachable) as write:
        voice.write(USER, Reply("Judul"))
    with pytest.raises(ChatUnreachable) as fetch:
        voice.fetch(Upload("x.csv", "file-1", 1))
    voice.check()

    for fault in (write.value, fetch.value):
        assert "token-of-the-test" not in "".join(traceback.format_exception(fault, chain=True))
        assert "token-of-the-test" not in repr((fault.args, fault.__cause__, fault.__context__))
    assert "token-of-the-test" not in caplog.text


def test_what_works_logs_no_token_either(
    voice: TelegramVoice, telegram: TelegramStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    voice.write(USER, Reply("Judul"))
    voice.check()

    assert len(telegram.calls) == 3
    assert "token-of-the-test" not in caplog.text


# Files


def test_a_file_is_fetched_as_it_was_sent(voice: TelegramVoice, telegram: TelegramStandIn) -> None:
    content = bytes(range(256)) * 100
    telegram.updates.document(USER, "pegawai.xlsx", content)

    assert voice.fetch(Upload("pegawai.xlsx", "file-1", len(content))) == content


@pytest.mark.parametrize("claimed", [UPLOAD_BYTES + 1, 0])
def test_a_file_over_the_limit_is_refused_whatever_size_it_claims(
    voice: TelegramVoice, telegram: TelegramStandIn, claimed: int
) -> None:
    telegram.updates.document(USER, "besar.xlsx", b"x" * (UPLOAD_BYTES + 1))

    with pytest.raises(UploadTooLarge):
        voice.fetch(Upload("besar.xlsx", "file-1", claimed))


def test_a_file_that_telegram_no_longer_has_is_a_refusal(voice: TelegramVoice) -> None:
    with pytest.raises(UploadUnreachable):
        voice.fetch(Upload("hilang.xlsx", "file-9", 10))


# Self-test


def test_a_webhook_is_set_with_the_secret_and_all_that_the_door_reads(
    voice: TelegramVoice, telegram: TelegramStandIn
) -> None:
    voice.set_webhook(HOOK, "another-secret")

    assert telegram.updates.secret == "another-secret"
    assert telegram.webhook["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert voice.check() == (Line("telegram.check.good", {"bot": "hadir_bot", "url": HOOK}),)


def test_a_bot_without_a_webhook_is_reported(voice: TelegramVoice) -> None:
    assert voice.check() == (Line("telegram.check.no_webhook", {"bot": "hadir_bot"}),)


def test_a_wrong_token_is_reported(telegram: TelegramStandIn) -> None:
    assert TelegramVoice("4242:wrong", telegram.api_url).check() == (Line("telegram.check.token"),)


def test_a_server_that_cannot_reach_telegram_is_reported() -> None:
    (line,) = TelegramVoice(TOKEN, "http://127.0.0.1:9").check()

    assert line.key == "telegram.check.unreachable"
    assert "9" not in str(line.facts["problem"])


def test_deliveries_that_fail_and_missing_updates_are_reported(voice: TelegramVoice, telegram: TelegramStandIn) -> None:
    voice.set_webhook(HOOK, SECRET)
    problem = "Wrong response from the webhook: 503 Service Unavailable"
    telegram.webhook |= {"pending_update_count": 4, "last_error_message": problem, "allowed_updates": ["message"]}

    assert voice.check() == (
        Line("telegram.check.error", {"problem": problem}),
        Line("telegram.check.pending", {"count": 4}),
        Line("telegram.check.updates", {"missing": "edited_message, callback_query, my_chat_member"}),
    )


def test_a_secret_that_differs_is_told_from_other_errors(voice: TelegramVoice, telegram: TelegramStandIn) -> None:
    voice.set_webhook(HOOK, SECRET)
    problem = "Wrong response from the webhook: 401 Unauthorized"
    telegram.webhook |= {"pending_update_count": 1, "last_error_message": problem}

    assert voice.check()[0] == Line("telegram.check.secret")
