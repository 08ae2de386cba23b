"""Platforms, SES and workers that fail: nobody is left without an answer, and nothing is made twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from importlib import import_module
from itertools import count
from typing import Any

import pytest
from botocore.session import get_session

from chalicelib.admin.admins import first_admin
from chalicelib.chat.reply import Button
from chalicelib.domain.message import Platform
from chalicelib.phrases import phrase
from chalicelib.store.chat import LEASE, ChatStore
from tests.chat.conftest import Bureau
from tests.chat.sides import Seen, Slack, Telegram
from tests.faults.interrupter import Killed
from tests.store import dynamo
from tests.world import REGION, SENDER

AGAIN, FAILED = phrase("chat.saved.again"), phrase("chat.failed")
METHOD = {Platform.SLACK: "chat.postMessage", Platform.TELEGRAM: "sendMessage"}
LEAVE, RESEND, EXPORT = "cuti ani 24-27 maret 2020", "kirim ulang dinkes 0730", "ekspor dinkes"

pytestmark = pytest.mark.slow

sides = pytest.mark.parametrize("platform", Platform)
telegram = pytest.mark.parametrize("platform", [Platform.TELEGRAM])


def send(bureau: Bureau, what: str | Button, who: str = "rina") -> None:
    """Somebody writes or presses in their own conversation with the bot; the platform's API takes the answer."""
    side: Any = bureau.side
    side.send(_request(side, bureau.users[who], what))
    bureau.hadir.converse()


def _request(side: Slack | Telegram, user: str, what: str | Button) -> Any:
    match side, what:
        case Slack(), str():
            return side.stand_in.requests.write(user, what)
        case Slack(), Button():
            return side.stand_in.requests.press(user, what, is_at_home=True)
        case Telegram(), str():
            return side.stand_in.updates.text(user, what)
        case Telegram(), Button():
            return side.stand_in.updates.press(user, what)


def fail(bureau: Bureau, times: int) -> None:
    """Let the platform not take the next answers."""
    side: Any = bureau.side
    if bureau.side.platform is Platform.SLACK:
        side.stand_in.fail(METHOD[Platform.SLACK], "internal_error", times)
    else:
        side.stand_in.fail(METHOD[Platform.TELEGRAM], times=times)


def seen(bureau: Bureau, who: str = "rina") -> list[Seen]:
    return bureau.side.seen(bureau.users[who])


def saved(revision: int) -> str:
    return phrase("chat.saved", revision=revision)


def redeliver(bureau: Bureau, key: str) -> None:
    """Let a message of the queue come to a worker once more."""
    client = bureau.hadir.client
    client.lambda_.invoke("converse", client.events.generate_sqs_event([key]))


def inbox() -> list[str]:
    return [row["sk"]["S"] for row in dynamo.table_rows("chat") if row["pk"]["S"] == "inbox"]


# Platforms


@sides
def test_an_answer_that_the_platform_did_not_take_is_said_again_soon(bureau: Bureau) -> None:
    fail(bureau, 2)

    send(bureau, "edaran")
    bureau.wait()
    assert seen(bureau) == []
    bureau.wait()

    (answer,) = seen(bureau)
    assert "800/734-BKD/2020" in answer.text


@sides
def test_an_answer_that_was_put_off_for_a_minute_is_said_again_soon(bureau: Bureau) -> None:
    side: Any = bureau.side
    side.stand_in.throttle(METHOD[bureau.side.platform], retry_after_s=60)

    send(bureau, "edaran")
    bureau.wait()

    assert len(seen(bureau)) == 1


@sides
def test_after_three_tries_the_sender_is_told_and_nobody_tries_any_more(bureau: Bureau) -> None:
    fail(bureau, 3)

    send(bureau, "edaran")
    for _ in range(4):
        bureau.wait()

    assert [answer.text.splitlines()[0] for answer in seen(bureau)] == [FAILED]
    assert ChatStore().waiting(at=bureau.hadir.at + timedelta(days=1)) == ()


@sides
def test_a_change_whose_answer_is_lost_is_made_once_and_told_in_the_end(bureau: Bureau) -> None:
    preview, before = bureau.say("rina", LEAVE), bureau.revision()
    fail(bureau, 2)

    send(bureau, preview.confirm)
    bureau.wait()
    bureau.wait()

    assert bureau.revision() == before + 1
    assert saved(before + 1) in seen(bureau)[-1].text


@sides
def test_a_change_whose_answer_never_arrives_says_so_when_it_is_confirmed_again(bureau: Bureau) -> None:
    preview, before = bureau.say("rina", LEAVE), bureau.revision()
    fail(bureau, 3)
    send(bureau, preview.confirm)
    bureau.wait()
    bureau.wait()

    again = bureau.press("rina", preview.confirm)

    assert AGAIN in again.text
    assert bureau.revision() == before + 1


@sides
def test_what_was_wanted_before_linking_outlives_a_lost_answer_and_is_done_once(bureau: Bureau) -> None:
    preview, before = bureau.say("rina", LEAVE), bureau.revision()
    bureau.users["desk"] = bureau.side.user(300)
    bureau.press("desk", preview.confirm)
    code = first_admin(bureau.hadir.world.registry, ChatStore(), "Rina", at=bureau.hadir.at)
    fail(bureau, 2)

    send(bureau, f"tautkan {code}", "desk")
    bureau.wait()
    bureau.wait()

    assert bureau.revision() == before + 1
    assert saved(before + 1) in seen(bureau, "desk")[-1].text
    assert ChatStore().wished(bureau.side.account(bureau.users["desk"]), at=bureau.hadir.at) is None


@sides
@pytest.mark.parametrize("order", [RESEND, EXPORT])
def test_an_order_whose_answer_is_lost_is_carried_out_once_and_told_in_the_end(bureau: Bureau, order: str) -> None:
    preview, mails = bureau.say("rina", order), bureau.hadir.world.sent_count()
    fail(bureau, 2)

    send(bureau, preview.confirm)
    bureau.wait()
    bureau.wait()
    bureau.hadir.deliver()

    assert bureau.hadir.world.sent_count() == mails + 1
    assert phrase("refusal.button_used.title") not in seen(bureau)[-1].text


@telegram
def test_whoever_has_blocked_the_bot_is_answered_no_more_and_alarms_nobody(bureau: Bureau) -> None:
    side: Any = bureau.side
    side.stand_in.blocked.add(bureau.users["rina"])

    send(bureau, "edaran")
    bureau.wait()

    assert ChatStore().waiting(at=bureau.hadir.at + timedelta(days=1)) == ()


# SES


@contextmanager
def ses_refuses() -> Iterator[None]:
    ses: Any = get_session().create_client("sesv2", REGION)
    ses.delete_email_identity(EmailIdentity=SENDER)
    yield
    ses.create_email_identity(EmailIdentity=SENDER)


@sides
def test_a_parcel_that_ses_refuses_is_told_to_whoever_asked_for_it(bureau: Bureau) -> None:
    preview, mails = bureau.say("rina", EXPORT), bureau.hadir.world.sent_count()

    with ses_refuses():
        done = bureau.press("rina", preview.confirm)

    assert "ditolak oleh layanan e-mail" in done.text
    assert bureau.hadir.world.sent_count() == mails


@sides
def test_a_change_stands_although_ses_refuses_its_sheets_and_both_are_told(bureau: Bureau) -> None:
    preview, before = bureau.say("rina", "tautan baru ani"), bureau.revision()

    with ses_refuses():
        done = bureau.press("rina", preview.confirm)

    assert saved(before + 1) in done.text
    assert "ditolak oleh layanan e-mail" in done.text


# Workers


@sides
def test_a_message_that_the_queue_brings_twice_is_answered_once(bureau: Bureau) -> None:
    send(bureau, "edaran")

    for key in inbox():
        redeliver(bureau, key)

    assert len(seen(bureau)) == 1


@sides
def test_a_confirmation_that_two_workers_have_at_once_makes_one_revision_and_one_answer(bureau: Bureau) -> None:
    preview, before, answers = bureau.say("rina", LEAVE), bureau.revision(), len(seen(bureau))
    side: Any = bureau.side
    side.send(_request(side, bureau.users["rina"], preview.confirm))
    worker, key = import_module("chalicelib.wiring").bot_worker(), inbox()[-1]

    with dynamo.one_at_a_time("UpdateItem"), ThreadPoolExecutor(2) as pool:
        done = [pool.submit(worker.work, key, at=bureau.hadir.at) for _ in range(2)]
    assert [one.result() for one in done] == [None, None]

    assert bureau.revision() == before + 1
    assert len(seen(bureau)) == answers + 1


@contextmanager
def dying(nth: int) -> Iterator[list[str]]:
    """Let the worker's process die once, right before its n-th write; which writes it tried is told."""
    tried: list[str] = []

    def die(model: Any, **_: object) -> None:
        if model.name in ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"):
            tried.append(model.name)
            if len(tried) == nth:
                raise Killed

    with dynamo.heard("before-call.dynamodb", die):
        yield tried


@telegram
def test_wherever_a_worker_dies_the_next_saves_once_and_says_saved(bureau: Bureau) -> None:
    for nth in count(1):
        preview, before = bureau.say("rina", f"tenggang {5 + nth % 2 * 5} menit"), bureau.revision()
        side: Any = bureau.side
        side.send(_request(side, bureau.users["rina"], preview.confirm))
        (key,) = ChatStore().waiting(at=bureau.hadir.at + LEASE)
        bureau.another_process()
        with dying(nth) as tried, suppress(Killed):
            redeliver(bureau, key)
        bureau.another_process()
        bureau.hadir.at += LEASE
        redeliver(bureau, key)

        assert bureau.revision() == before + 1, tried
        assert saved(before + 1) in seen(bureau)[-1].text, tried
        assert ChatStore().waiting(at=bureau.hadir.at + LEASE) == (), tried
        if len(tried) < nth:
            break
    assert tried.index("TransactWriteItems") + 2 < nth
