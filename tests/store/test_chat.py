"""The conversations' memory: each verb done twice and raced, and that nothing outlives its use."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from botocore.session import get_session

from chalicelib.assembly import Records
from chalicelib.domain.answer import Act
from chalicelib.domain.message import Account, Incoming, Platform, Upload
from chalicelib.store.chat import BUTTON_LIFE, LEASE, ONCE_LIFE, UNCLAIMED, ChatStore, Linked, Receipt, Stored
from chalicelib.store.doorbell import BotBell
from tests.office import MONDAY, at, minutes
from tests.store import dynamo
from tests.world import REGION

T = TypeVar("T")

NINE = at("09:00")
MOMENT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
RINA = Account(Platform.SLACK, "T01", "U01")
SARI = Account(Platform.TELEGRAM, "", "5001")
TYPED = Incoming(RINA, {"channel": "D01"}, NINE, is_private=True, text="edaran")
BUTTON = Stored("b1", "rina", Act.CONFIRM, "cabut PSBB", "policy.lift", '{"day":"2020-06-04"}', "0a1b", 7, True)
RACERS = 5


@pytest.fixture
def chat(records: Records) -> ChatStore:
    """The store of an office on moto that is emptied for each test."""
    assert records
    return ChatStore()


def raced(operation: str, act: Callable[[], T]) -> list[T]:
    """What each of some who act at once is told."""
    with dynamo.one_at_a_time(operation), ThreadPoolExecutor(RACERS) as pool:
        return [done.result() for done in [pool.submit(act) for _ in range(RACERS)]]


def rows(prefix: str = "") -> list[str]:
    """The rows whose key begins so, whole."""
    found = (json.dumps(row) for row in dynamo.table_rows("chat") if row["pk"]["S"].startswith(prefix))
    return sorted(found)


# The inbox


def test_a_message_is_kept_once_and_later_ones_under_its_key_are_told_so(chat: ChatStore) -> None:
    again = replace(TYPED, text="bantuan", received_at=NINE + minutes(1))

    assert chat.receive("slack:1", TYPED) is Receipt.FRESH
    assert chat.receive("slack:1", again) is Receipt.AGAIN

    claimed = chat.claim("slack:1", at=NINE)
    assert claimed
    assert claimed.incoming == TYPED


def test_a_repetition_with_another_fingerprint_is_the_platforms_and_with_the_same_is_a_replay(chat: ChatStore) -> None:
    chat.receive("slack:1", TYPED, fingerprint="v0=aa")

    assert chat.receive("slack:1", TYPED, fingerprint="v0=bb") is Receipt.AGAIN
    assert chat.receive("slack:1", TYPED, fingerprint="v0=aa") is Receipt.REPLAYED


def test_a_replay_is_known_as_one_also_after_the_message_was_answered(chat: ChatStore) -> None:
    chat.receive("slack:1", TYPED, fingerprint="v0=aa")
    chat.claim("slack:1", at=NINE)
    chat.finish("slack:1")

    assert chat.receive("slack:1", TYPED, fingerprint="v0=aa") is Receipt.REPLAYED
    assert chat.claim("slack:1", at=NINE + HOUR) is None


def test_of_many_who_bring_the_same_message_one_is_told_that_it_is_fresh(chat: ChatStore) -> None:
    found = raced("PutItem", lambda: chat.receive("slack:1", TYPED))

    assert sorted(found) == [Receipt.AGAIN] * (RACERS - 1) + [Receipt.FRESH]


@pytest.mark.parametrize(
    "incoming",
    [
        Incoming(SARI, {}, NINE, is_private=True, lang="en", press="b1"),
        Incoming(SARI, {"chat": "5001"}, NINE, is_private=True, upload=Upload("pegawai.xlsx", "F01", 20_000)),
        Incoming(SARI, {"chat": "5001"}, NINE, is_private=True, phone="+6281200000001"),
        Incoming(RINA, {}, NINE, is_private=False, opened=True),
    ],
    ids=["press", "upload", "phone", "opened"],
)
def test_whatever_comes_in_is_claimed_as_it_came(chat: ChatStore, incoming: Incoming) -> None:
    chat.receive("key", incoming)

    claimed = chat.claim("key", at=NINE)

    assert claimed
    assert claimed.incoming == incoming


def test_a_message_is_claimed_by_one_worker_until_its_lease_runs_out(chat: ChatStore) -> None:
    chat.receive("slack:1", TYPED)

    first = chat.claim("slack:1", at=NINE)
    assert chat.claim("slack:1", at=NINE + LEASE - MOMENT) is None
    second = chat.claim("slack:1", at=NINE + LEASE)

    assert first
    assert second
    assert (first.attempt, second.attempt) == (1, 2)
    assert chat.claim("slack:1", at=NINE + 2 * LEASE - MOMENT) is None


def test_of_many_workers_at_once_one_claims_a_message(chat: ChatStore) -> None:
    chat.receive("slack:1", TYPED)

    found = raced("UpdateItem", lambda: chat.claim("slack:1", at=NINE))

    assert len([claimed for claimed in found if claimed]) == 1


def test_an_unknown_message_is_claimed_and_finished_by_nobody(chat: ChatStore) -> None:
    assert chat.claim("slack:9", at=NINE) is None
    chat.finish("slack:9")

    assert rows() == []


def test_nothing_of_an_answered_message_stays_but_its_key(chat: ChatStore) -> None:
    chat.receive("slack:1", replace(TYPED, text=None, phone="+6281200000001"))
    chat.claim("slack:1", at=NINE)

    chat.finish("slack:1")
    after = rows()
    chat.finish("slack:1")

    assert rows() == after
    (row,) = dynamo.table_rows("chat")
    assert row.keys() == {"pk", "sk", "attempt", "expires_at"}
    assert float(row["expires_at"]["N"]) == (NINE + timedelta(hours=48)).timestamp()


def test_messages_wait_from_a_minute_after_they_came_and_from_the_end_of_a_lease(chat: ChatStore) -> None:
    for minute, key in enumerate(("left", "taken", "answered", "fresh")):
        chat.receive(key, replace(TYPED, received_at=NINE + minutes(minute)))
    chat.claim("taken", at=NINE + minutes(3))
    chat.claim("answered", at=NINE + minutes(3))
    chat.finish("answered")

    assert chat.waiting(at=NINE + UNCLAIMED - MOMENT) == ()
    assert chat.waiting(at=NINE + minutes(3)) == ("left",)
    assert chat.waiting(at=NINE + minutes(3) + LEASE) == ("left", "fresh", "taken")


def test_who_looks_for_waiting_messages_reads_nothing_of_what_they_say(chat: ChatStore) -> None:
    chat.receive("slack:1", TYPED)

    with dynamo.counted() as calls:
        chat.waiting(at=NINE + HOUR)

    ((_, request),) = calls.requests
    (item,) = calls.found
    assert (request["IndexName"], request["ConsistentRead"]) == ("open", True)
    assert item.keys() == {"pk", "sk", "open"}


# Who speaks for whom


def test_an_account_speaks_for_whom_it_was_linked_to_last(chat: ChatStore) -> None:
    rina = Linked(RINA, admin="rina", lang="en")

    chat.link(rina)
    chat.link(rina)
    assert (chat.linked(RINA), chat.accounts_of("rina")) == (rina, (rina,))

    sari = Linked(RINA, admin="sari", person="ani")
    chat.link(sari)

    assert (chat.linked(RINA), chat.accounts_of("sari"), chat.accounts_of("rina")) == (sari, (sari,), ())
    assert chat.linked(SARI) is None


def test_an_admin_is_found_by_every_account_and_a_person_by_the_one_linked_last(chat: ChatStore) -> None:
    slack, telegram = Linked(RINA, "rina", "ani"), Linked(SARI, "rina", "ani")
    chat.link(slack)

    chat.link(telegram)

    assert chat.accounts_of("rina") == (slack, telegram)
    assert chat.chats_of(["ani", "budi", "ani"]) == {"ani": telegram}


def test_an_account_that_went_over_to_another_person_is_the_first_ones_no_more(chat: ChatStore) -> None:
    chat.link(Linked(SARI, person="ani"))
    budi = Linked(SARI, person="budi")

    chat.link(budi)

    assert chat.chats_of(["ani", "budi"]) == {"budi": budi}
    assert chat.chats_of(["ani"]) == {}


def test_an_unlinked_account_speaks_for_nobody_and_leaves_nothing_behind(chat: ChatStore) -> None:
    chat.link(Linked(RINA, "rina", "ani"))

    chat.unlink(RINA)
    chat.unlink(RINA)

    assert (chat.linked(RINA), chat.accounts_of("rina"), chat.chats_of(["ani"])) == (None, (), {})
    assert rows() == []


def test_unlinking_an_older_account_leaves_the_persons_newer_one(chat: ChatStore) -> None:
    chat.link(Linked(RINA, person="ani"))
    telegram = Linked(SARI, person="ani")
    chat.link(telegram)

    chat.unlink(RINA)

    assert chat.chats_of(["ani"]) == {"ani": telegram}


def test_of_two_links_of_one_account_at_once_one_stands_whole(chat: ChatStore) -> None:
    links = [Linked(SARI, person=f"person-{number}") for number in range(RACERS)]
    waiting = list(links)

    raced("PutItem", lambda: chat.link(waiting.pop()))

    found = chat.linked(SARI)
    assert found in links
    assert chat.chats_of([f"person-{number}" for number in range(RACERS)]) == {found.person: found}


@pytest.mark.parametrize("written", [0, 1, 2])
def test_a_link_that_is_broken_off_anywhere_is_finished_by_linking_again(chat: ChatStore, written: int) -> None:
    link, writes = Linked(RINA, "rina", "ani"), iter(range(3))

    def break_off(**_: object) -> None:
        if next(writes) == written:
            raise ConnectionError

    with dynamo.heard("before-call.dynamodb.PutItem", break_off), pytest.raises(ConnectionError):
        chat.link(link)
    chat.link(link)

    assert (chat.linked(RINA), chat.accounts_of("rina"), chat.chats_of(["ani"])) == (link, (link,), {"ani": link})


def test_three_hundred_peoples_chats_are_read_together(chat: ChatStore) -> None:
    people = [f"person-{number}" for number in range(300)]
    for number in range(0, 300, 50):
        chat.link(Linked(replace(SARI, user=str(number)), person=people[number]))

    with dynamo.counted() as calls:
        found = chat.chats_of(people)

    assert {person: link.account.user for person, link in found.items()} == {
        people[number]: str(number) for number in range(0, 300, 50)
    }
    assert calls.made == ["BatchGetItem"] * 4


# Codes


def test_a_code_works_once_however_it_is_typed(chat: ChatStore) -> None:
    chat.issue_code("ABCD-2345", "rina", at=NINE, life=HOUR)

    assert chat.redeem_code(" abcd 2345", RINA, at=NINE + minutes(5)) == "rina"
    assert chat.redeem_code("ABCD-2345", SARI, at=NINE + minutes(6)) is None


def test_whoever_died_after_using_a_code_may_use_it_again_while_it_lives(chat: ChatStore) -> None:
    chat.issue_code("ABCD-2345", "rina", at=NINE, life=HOUR)
    chat.redeem_code("ABCD-2345", RINA, at=NINE)

    assert chat.redeem_code("ABCD-2345", RINA, at=NINE + minutes(1)) == "rina"
    assert chat.redeem_code("ABCD-2345", RINA, at=NINE + HOUR) is None


def test_a_code_that_is_forgotten_links_nobody_not_even_the_account_that_used_it(chat: ChatStore) -> None:
    chat.issue_code("ABCD-2345", "rina", at=NINE, life=HOUR)
    chat.redeem_code("ABCD-2345", RINA, at=NINE)

    chat.forget_code("rina")

    assert chat.redeem_code("ABCD-2345", RINA, at=NINE) is None


def test_of_many_who_redeem_a_code_at_once_one_is_linked(chat: ChatStore) -> None:
    chat.issue_code("ABCD-2345", "rina", at=NINE, life=HOUR)

    users = iter(range(RACERS))
    found = raced("UpdateItem", lambda: chat.redeem_code("ABCD-2345", replace(RINA, user=f"U{next(users)}"), at=NINE))

    assert sorted(found, key=str) == [None] * (RACERS - 1) + ["rina"]


def test_a_code_ends_with_its_life_whether_or_not_its_row_is_still_there(chat: ChatStore) -> None:
    chat.issue_code("ABCD-2345", "rina", at=NINE, life=HOUR)

    assert chat.redeem_code("ABCD-2345", RINA, at=NINE + HOUR) is None
    assert chat.redeem_code("ABCD-2345", RINA, at=NINE + HOUR - MOMENT) == "rina"


def test_a_new_code_kills_the_admins_earlier_one_and_no_other_admins(chat: ChatStore) -> None:
    chat.issue_code("ABCD-2345", "rina", at=NINE, life=HOUR)
    chat.issue_code("WXYZ-6789", "sari", at=NINE, life=HOUR)

    chat.issue_code("EFGH-2345", "rina", at=NINE + minutes(1), life=HOUR)

    assert chat.redeem_code("ABCD-2345", RINA, at=NINE + minutes(2)) is None
    assert chat.redeem_code("EFGH-2345", RINA, at=NINE + minutes(2)) == "rina"
    assert chat.redeem_code("WXYZ-6789", RINA, at=NINE + minutes(2)) == "sari"


def test_a_code_that_was_never_issued_is_no_code(chat: ChatStore) -> None:
    assert chat.redeem_code("ABCD-2345", RINA, at=NINE) is None
    assert chat.redeem_code("", RINA, at=NINE) is None


def test_codes_are_nowhere_kept_as_they_are(chat: ChatStore) -> None:
    chat.issue_code("ABCD-2345", "rina", at=NINE, life=HOUR)

    assert not [row for row in rows() if "abcd" in row.casefold()]


# Buttons


def test_a_button_means_what_was_kept_for_a_day(chat: ChatStore) -> None:
    chat.keep(BUTTON, at=NINE)

    assert chat.stored("b1", at=NINE + BUTTON_LIFE - MOMENT) == BUTTON
    assert chat.stored("b1", at=NINE + BUTTON_LIFE) is None
    assert chat.stored("b2", at=NINE) is None


def test_a_button_is_dropped_by_one_and_keeping_it_again_does_not_bring_it_back(chat: ChatStore) -> None:
    chat.keep(BUTTON, at=NINE)
    chat.keep(replace(BUTTON, line="lain"), at=NINE)
    assert chat.stored("b1", at=NINE) == BUTTON

    assert [chat.drop("b1"), chat.drop("b1"), chat.drop("b2")] == [True, False, False]
    chat.keep(BUTTON, at=NINE)

    assert chat.stored("b1", at=NINE) is None
    assert "PSBB" not in "".join(rows())


def test_of_many_who_drop_a_button_at_once_one_is_told_so(chat: ChatStore) -> None:
    chat.keep(BUTTON, at=NINE)

    found = raced("UpdateItem", lambda: chat.drop("b1"))

    assert sorted(found) == [False] * (RACERS - 1) + [True]


# Announcements


def test_a_name_is_given_once_in_thirty_days(chat: ChatStore) -> None:
    name = f"{MONDAY}#0730#outcome"

    assert [chat.once(name, at=NINE), chat.once(name, at=NINE), chat.once("another", at=NINE)] == [True, False, True]
    assert not chat.once(name, at=NINE + ONCE_LIFE - MOMENT)
    assert chat.once(name, at=NINE + ONCE_LIFE)


def test_of_many_who_ask_under_a_name_at_once_one_is_the_first(chat: ChatStore) -> None:
    found = raced("PutItem", lambda: chat.once("0730", at=NINE))

    assert sorted(found) == [False] * (RACERS - 1) + [True]


# Faults


def test_a_fault_of_the_table_flies_and_is_no_answer(chat: ChatStore) -> None:
    def break_off(**_: object) -> None:
        raise ConnectionError

    with dynamo.heard("before-call.dynamodb", break_off):
        for act in (
            lambda: chat.receive("slack:1", TYPED),
            lambda: chat.claim("slack:1", at=NINE),
            lambda: chat.drop("b1"),
            lambda: chat.once("0730", at=NINE),
            lambda: chat.linked(RINA),
        ):
            with pytest.raises(ConnectionError):
                act()


def test_whatever_is_kept_but_links_says_itself_when_it_ends(chat: ChatStore) -> None:
    chat.receive("slack:1", TYPED)
    chat.link(Linked(RINA, "rina", "ani"))
    chat.issue_code("ABCD-2345", "rina", at=NINE, life=HOUR)
    chat.keep(BUTTON, at=NINE)
    chat.once("0730", at=NINE)

    endless = {row["sk"]["S"].split("#")[0] for row in dynamo.table_rows("chat") if "expires_at" not in row}

    assert endless == {"link", "chat"}


def test_the_bots_bell_carries_the_key_alone(chat: ChatStore) -> None:
    sqs: Any = get_session().create_client("sqs", REGION)
    queue_url = sqs.create_queue(QueueName="bot")["QueueUrl"]

    BotBell(sqs, queue_url).press("slack:1")
    BotBell(sqs, queue_url).press("slack:2", minutes(2))

    (message,) = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)["Messages"]
    assert message["Body"] == "slack:1"
