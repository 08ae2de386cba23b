import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event, Lock, Thread
from time import monotonic, sleep

import pytest
from chalice.app import Chalice, CloudWatchEvent, Cron, Rate, SQSEvent

from infra.local.clock import SimulatedClock
from infra.local.cloud import Cloud
from infra.local.pump import Firing, Pump, instants

pytestmark = pytest.mark.slow


class Office:
    """A tiny app with one cron, one rate and one queue, and a diary of what ran."""

    def __init__(self, queue_url: str) -> None:
        self.diary: list[str] = []
        self.faults: list[Exception] = []
        self.on_letter: Callable[[str], None] = lambda body: None
        self.app = Chalice("office")
        self._lock = Lock()
        self.app.schedule(Cron(30, 0, "*", "*", "?", "*"), name="morning")(self.rung)
        self.app.schedule(Rate(5, Rate.MINUTES), name="reconcile")(self.rung)
        self.app.on_sqs_message(queue=queue_url.rpartition("/")[2], batch_size=1, name="letters")(self.read)

    def rung(self, event: CloudWatchEvent) -> None:
        rule = event.to_dict()["resources"][0].rpartition("/")[2]
        self.note(f"{rule} {event.to_dict()['time']}")

    def read(self, event: SQSEvent) -> None:
        for record in event:
            self.note(record.body)
            self.on_letter(record.body)

    def note(self, line: str) -> None:
        with self._lock:
            self.diary.append(line)
            if self.faults:
                raise self.faults.pop()


@pytest.fixture
def office(queue_url: str) -> Office:
    return Office(queue_url)


@pytest.fixture
def pump(office: Office, cloud: Cloud, clock: SimulatedClock) -> Pump:
    return Pump(office.app, cloud.sqs, clock)


def utc(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2020, 3, 23, hour, minute, second, tzinfo=UTC)


def test_what_is_due_fires_once_in_time_order_with_its_nominal_utc_time(office, pump):
    fired = pump.fire_due(after=utc(0, 24), until=utc(0, 30))

    assert fired == [
        Firing(utc(0, 25), "reconcile"), Firing(utc(0, 30), "morning"), Firing(utc(0, 30), "reconcile")
    ]  # fmt: skip
    assert office.diary == [
        "reconcile 2020-03-23T00:25:00Z", "morning 2020-03-23T00:30:00Z", "reconcile 2020-03-23T00:30:00Z"
    ]  # fmt: skip


def test_adjoining_spans_fire_a_minute_on_their_border_exactly_once(pump):
    earlier = pump.fire_due(after=utc(0, 20), until=utc(0, 30))
    later = pump.fire_due(after=utc(0, 30), until=utc(0, 34, 59))

    assert [firing.function for firing in earlier] == ["reconcile", "morning", "reconcile"]
    assert later == []


def test_a_scheduled_function_that_fails_is_retried_twice_and_then_recorded(office, pump, caplog):
    office.faults = [OSError("third"), OSError("second"), OSError("first")]

    pump.fire_due(after=utc(0, 0), until=utc(0, 5))

    [dead] = pump.dead
    assert len(office.diary) == 3
    assert (dead.function, dead.event["time"], str(dead.fault)) == (
        "reconcile", "2020-03-23T00:05:00Z", "third"
    )  # fmt: skip
    assert caplog.messages == ["reconcile OSError"] * 3


def test_a_scheduled_function_that_recovers_leaves_nobody_dead(office, pump):
    office.faults = [OSError("once")]

    pump.fire_due(after=utc(0, 0), until=utc(0, 5))

    assert (len(office.diary), pump.dead) == (2, [])


def test_draining_handles_every_message_and_those_their_handlers_send(office, pump, cloud, queue_url):
    def forward(body: str) -> None:
        if body == "one":
            post(cloud, queue_url, "sent by one")

    office.on_letter = forward
    post(cloud, queue_url, "one", "two")

    assert pump.drain() == 3
    assert sorted(office.diary) == ["one", "sent by one", "two"]


def test_draining_an_empty_queue_returns_at_once(pump):
    assert pump.drain() == 0


def test_draining_waits_for_a_delayed_message(office, pump, cloud, queue_url):
    cloud.sqs.send_message(QueueUrl=queue_url, MessageBody="later", DelaySeconds=1)

    assert pump.drain() == 1
    assert office.diary == ["later"]


def test_a_message_whose_handler_fails_comes_back_after_its_lease(office, pump, cloud, queue_url, caplog):
    office.faults = [KeyError("unit")]
    post(cloud, queue_url, "again")

    assert pump.drain() == 1
    assert (office.diary, pump.dead) == (["again", "again"], [])
    assert caplog.messages == ["letters KeyError"]


def test_a_message_that_fails_as_often_as_allowed_is_dead_and_leaves_the_queue(office, cloud, clock, queue_url):
    def choke(body: str) -> None:
        if body == "poison":
            raise OSError(body)

    office.on_letter = choke
    pump = Pump(office.app, cloud.sqs, clock, max_receive=2)
    post(cloud, queue_url, "poison", "sound")

    handled = pump.drain()

    assert [(dead.function, dead.event["Records"][0]["body"]) for dead in pump.dead] == [("letters", "poison")]
    assert (handled, sorted(office.diary), pump.drain()) == (1, ["poison", "poison", "sound"], 0)


def test_two_workers_handle_two_messages_at_the_same_time(office, pump, cloud, queue_url):
    both, here = Event(), []

    def meet(body: str) -> None:
        here.append(body)
        if len(here) == 2:
            both.set()
        assert both.wait(10)

    office.on_letter = meet
    post(cloud, queue_url, "one", "two")

    assert pump.drain() == 2


def test_a_handler_sees_the_record_as_lambda_hands_it_over(cloud, queue_url, clock):
    seen: list[SQSEvent] = []
    app = Chalice("office")
    app.on_sqs_message(queue_arn=f"arn:aws:sqs:ap-southeast-3:1:{queue_url.rpartition('/')[2]}", name="letters")(
        seen.append
    )
    cloud.sqs.send_message(
        QueueUrl=queue_url,
        MessageBody="{}",
        MessageAttributes={"kind": {"DataType": "String", "StringValue": "report"}},
    )

    Pump(app, cloud.sqs, clock, timeout_s=30).drain()

    [record] = seen[0].to_dict()["Records"]
    assert record["messageAttributes"]["kind"]["stringValue"] == "report"
    assert (record["attributes"]["ApproximateReceiveCount"], record["eventSource"]) == ("1", "aws:sqs")
    assert 0 < seen[0].context.get_remaining_time_in_millis() <= 30_000


def test_running_forever_fires_by_the_clock_and_serves_the_queue_until_stopped(office, pump, cloud, clock, queue_url):
    stop = Event()
    running = Thread(target=pump.run_forever, args=[stop])
    running.start()

    clock.move_to(utc(0, 35))
    post(cloud, queue_url, "one")
    wait_until(lambda: len(office.diary) == 2)
    stop.set()
    running.join(timeout=10)

    assert sorted(office.diary) == ["one", "reconcile 2020-03-23T00:35:00Z"]
    assert not running.is_alive()


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cron(0/20 1 * * ? *)", [utc(1, 0), utc(1, 20), utc(1, 40)]),
        ("cron(30 0,4,8 ? * MON-FRI *)", [utc(0, 30), utc(4, 30), utc(8, 30)]),
        ("cron(30 0 ? * 2 *)", [utc(0, 30)]),
        ("cron(30 0 ? * 2-6 *)", [utc(0, 30)]),
        ("cron(30 0 ? * 1,7 *)", []),
        ("cron(30 0 ? * WED *)", []),
        ("cron(30 0 23 MAR ? *)", [utc(0, 30)]),
        ("rate(12 hours)", [utc(12, 0)]),
        ("rate(1 day)", []),
    ],
)
def test_a_schedule_fires_on_monday_23_march_2020_when_eventbridge_would(expression, expected):
    assert list(instants(expression, utc(0, 0), utc(23, 59))) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "cron(30 0 * * * *)",
        "cron(30 0 ? * ? *)",
        "cron(30 0 * * ?)",
        "cron(30 0 * * ? 2020)",
        "cron(30 0 L * ? *)",
        "cron(30 0 3W * ? *)",
        "cron(30 0 ? * 6L *)",
        "cron(30 0 ? * 3#2 *)",
        "cron(61 0 * * ? *)",
        "rate(5 fortnights)",
        "at(2020-03-23T00:30:00)",
    ],
)
def test_a_schedule_that_eventbridge_refuses_or_that_cannot_be_translated_is_refused(expression):
    with pytest.raises(ValueError):
        list(instants(expression, utc(0, 0), utc(23, 59)))


def post(cloud: Cloud, queue_url: str, *bodies: str) -> None:
    for body in bodies:
        cloud.sqs.send_message(QueueUrl=queue_url, MessageBody=body)


def wait_until(claim: Callable[[], bool], within_s: float = 15) -> None:
    deadline = monotonic() + within_s
    while not claim() and monotonic() < deadline:
        sleep(0.05)


@pytest.fixture(autouse=True)
def _log_of_the_pump(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, logger="infra.local.pump")
