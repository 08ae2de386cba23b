"""Whatever SES answers, or fails to, the ledger knows what to do next."""

from collections import Counter

import pytest

from chalicelib import wiring
from chalicelib.domain.delivery import Mail, MailKey, State, Verdict
from chalicelib.mail import read_event
from chalicelib.reporting import settle
from infra.local.mailbox import Mailbox
from infra.local.outbox import key_of
from tests.entry.hadir import ENVIRON
from tests.office import BKD, MONDAY, at, person
from tests.world import SENDER, World

pytestmark = pytest.mark.slow

HEAD = "kepala@dinkes.example.id"


def state(world: World, unit: str, copy: int = 0) -> Mail:
    mail = world.records.ledger.mail(MailKey(MONDAY, "0730", unit, 1, copy))
    assert mail
    return mail


def accepted(mailbox: Mailbox) -> Counter[str]:
    return Counter(str(key_of(message)) for message in mailbox.messages)


def hear(world: World, clock: str) -> None:
    """Let every event that SES has published so far arrive."""
    url = world.sqs.get_queue_url(QueueName="test-mail-events")["QueueUrl"]
    while messages := world.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            event = read_event(message["Body"])
            assert event
            settle(world.bell, event, at=at(clock))
            world.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def test_delivery_events_settle_every_mail(world: World, mailbox: Mailbox) -> None:
    world.open([person("Ani"), person("Budi", "inspektorat")])

    world.play(at("07:30"))
    hear(world, "07:31")

    mails = world.records.ledger.mails(MONDAY, "0730")
    assert {mail.state for mail in mails} == {State.DELIVERED}
    assert len(mails) == 3


def test_an_answer_that_never_comes_is_one_request_and_its_event_settles_it(world: World, mailbox: Mailbox) -> None:
    world.open([person("Ani"), person("Budi", "inspektorat")])
    mailbox.accept_then_hang(1)

    world.play(at("07:30"))
    assert state(world, "dinkes").state is State.UNCERTAIN
    hear(world, "07:31")
    world.play(at("07:45"))

    assert accepted(mailbox) == dict.fromkeys(
        ["2020-03-23#0730#dinkes#1#0", "2020-03-23#0730#inspektorat#1#0", "2020-03-23#0730#digest#1#0"], 1
    )


def test_a_lost_answer_without_an_event_costs_one_marked_copy_and_then_a_person(world: World, mailbox: Mailbox) -> None:
    world.open([person("Ani"), person("Budi", "inspektorat")])
    mailbox.accept_then_hang(1)
    mailbox.withhold_events(1)
    world.play(at("07:30"))

    world.play(at("07:35"))
    assert accepted(mailbox)["2020-03-23#0730#dinkes#1#0"] == 1
    mailbox.accept_then_hang(2)  # the digest, which leaves now and names the gap, loses its answer too
    mailbox.withhold_events(2)
    world.play(at("07:41"))
    world.play(at("07:52"))
    world.play(at("08:05"))

    subjects = [str(message.parsed["Subject"]) for message in mailbox.messages if key_of(message).unit == "dinkes"]
    assert ["ULANGAN" in subject for subject in subjects] == [False, True]
    assert state(world, "dinkes").state is State.NEEDS_HUMAN


@pytest.mark.parametrize("code", ["MessageRejected", "BadRequestException"])
def test_a_copy_that_ses_refuses_splits_off_and_bkd_still_gets_the_report(
    world: World, mailbox: Mailbox, code: str
) -> None:
    world.open([person("Ani")])
    mailbox.reject(HEAD, code)  # type: ignore[arg-type]

    world.play(at("07:30"))
    world.play(at("07:35"))

    to_bkd = [
        message for message in mailbox.messages if key_of(message).unit == "dinkes" and BKD in message.destination
    ]
    assert [message.destination for message in to_bkd] == [(BKD,)]
    assert state(world, "dinkes").state is State.SENT
    assert (state(world, "dinkes", 101).state, state(world, "dinkes", 101).to) == (State.NEEDS_HUMAN, (HEAD,))
    assert state(world, "dinkes", 102).state is State.SENT


def test_an_addressee_that_ses_refuses_needs_a_person_and_the_digest_says_so(world: World, mailbox: Mailbox) -> None:
    world.open([person("Ani"), person("Budi", "inspektorat")], addresses={"bkd": ("full@example.id",)})
    mailbox.reject("full@example.id")

    world.play(at("07:30"))
    world.play(at("07:35"))

    assert state(world, "dinkes").state is State.NEEDS_HUMAN
    assert BKD not in {address for message in mailbox.messages for address in message.destination}


def test_throttled_mails_are_put_off_and_all_leave_later(world: World, mailbox: Mailbox) -> None:
    world.open([person("Ani"), person("Budi", "inspektorat")])
    mailbox.throttle(2)

    world.play(at("07:30"))
    assert {state(world, "dinkes").state, state(world, "inspektorat").state} == {State.RETRY_AT}
    world.play(at("07:36"))

    assert accepted(mailbox).total() == 3
    assert max(accepted(mailbox).values()) == 1
    assert {state(world, "dinkes").handovers, state(world, "inspektorat").handovers} == {2}


def test_an_addressee_who_bounces_is_remembered_as_not_reached(world: World, mailbox: Mailbox) -> None:
    world.open([person("Ani")])
    mailbox.bounce(BKD)

    world.play(at("07:30"))
    hear(world, "07:31")

    assert state(world, "dinkes").state is State.BOUNCED
    assert state(world, "dinkes").bounced == (BKD,)


def test_the_products_own_client_hands_a_mail_over_once_and_repeats_nothing_by_itself(
    world: World, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    queues = {"HADIR_REPORTS_QUEUE_URL": "x", "HADIR_BOTS_QUEUE_URL": "x"}
    for name, value in {**ENVIRON, **queues, "AWS_ENDPOINT_URL_SESV2": mailbox.endpoint}.items():
        monkeypatch.setenv(name, value)
    wiring.settings.cache_clear()
    wiring.post_office.cache_clear()
    mailbox.throttle(1)

    answer = wiring.post_office().mailer.send(MailKey(MONDAY, "0730", "dinkes"), 1, SENDER, (BKD,), b"Subject: x\n\nx")

    wiring.settings.cache_clear()
    wiring.post_office.cache_clear()
    assert answer.verdict is Verdict.PUT_OFF
    assert mailbox.messages == []
