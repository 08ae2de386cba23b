"""What SES publishes besides a plain verdict: a sentence to a new topic, and replies that it takes for bounces."""

import json

import pytest

from chalicelib.domain.delivery import MailKey, State
from chalicelib.mail import read_event
from chalicelib.reporting import settle
from tests.office import BKD, MONDAY, at, person
from tests.store import dynamo
from tests.world import Sent, World, ses_event

ANI = person("Ani")
GREETING = "Successfully validated SNS topic for Amazon SES event publishing."
"""What SES publishes to a topic, in these words, when it becomes an event destination."""


def bounce(sent: Sent, kind: str, about: str, address: str) -> str:
    """A bounce with its types.

    Source: SES developer guide, "Amazon SNS notification contents", bounce types.
    """
    event = json.loads(ses_event("Bounce", sent, (address,)))
    event["bounce"] |= {"bounceType": kind, "bounceSubType": about}
    return json.dumps(event)


def hear(world: World, body: str, clock: str) -> None:
    event = read_event(body)
    assert event
    settle(world.bell, event, at=at(clock))


def report(world: World) -> Sent:
    """The report of Dinas Kesehatan, as BKD got it."""
    return next(one for one in world.sent() if one.key == MailKey(MONDAY, "0730", "dinkes"))


def state(world: World) -> tuple[State, tuple[str, ...]]:
    mail = world.records.ledger.mail(MailKey(MONDAY, "0730", "dinkes"))
    assert mail
    return mail.state, mail.bounced


@pytest.mark.parametrize("body", [GREETING, f"{GREETING}\n", ""])
def test_what_ses_says_to_a_new_topic_is_about_no_mail(body: str) -> None:
    assert read_event(body) is None


def test_an_automatic_reply_takes_no_delivery_back(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))
    world.event("Delivery", report(world), at("07:31"), BKD)

    hear(world, bounce(report(world), "Transient", "General", BKD), "07:32")
    hear(world, bounce(report(world), "Transient", "General", "kepala@dinkes.example.id"), "07:32")

    assert state(world) == (State.DELIVERED, ())


@pytest.mark.parametrize(("kind", "about"), [("Permanent", "General"), ("Transient", "MailboxFull")])
def test_a_mail_that_comes_back_after_its_delivery_did_not_arrive_and_the_log_says_why(
    world: World, caplog: pytest.LogCaptureFixture, kind: str, about: str
) -> None:
    world.open([ANI])
    world.play(at("07:30"))
    world.event("Delivery", report(world), at("07:31"), BKD)

    hear(world, bounce(report(world), kind, about, BKD), "07:32")

    (told,) = (one for one in caplog.records if one.message == "mail did not arrive")
    assert state(world) == (State.BOUNCED, (BKD,))
    assert vars(told)["why"] == f"{kind}/{about}"


def test_the_delivery_of_a_mail_that_was_sent_already_costs_two_requests_and_wakes_nobody(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))

    with dynamo.counted() as calls:
        world.event("Delivery", report(world), at("07:31"), BKD)

    assert calls.made == ["GetItem", "UpdateItem"]
    assert state(world) == (State.DELIVERED, ())


def test_a_general_bounce_without_a_delivery_is_one(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))

    hear(world, bounce(report(world), "Transient", "General", BKD), "07:32")

    assert state(world) == (State.BOUNCED, (BKD,))
