"""Plays EventBridge and Lambda's SQS poller for the functions a Chalice app declares.

It calls `app.handler_map` itself, as `chalice.test.Client` would: that client swaps `os.environ` around each
call, which two threads must not do at once, and lays the deployed stage's variables over the local ones. The
price: a handler that outlives its timeout is not killed, and `maximum_concurrency` is the pump's `workers`.
"""

import logging
import re
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event
from time import sleep
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from chalice.app import Chalice, ScheduledEventConfig, ScheduleExpression, SQSEventConfig
from chalice.local import LambdaContext
from croniter import croniter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType
    from mypy_boto3_sqs.type_defs import MessageTypeDef

_LOG = logging.getLogger(__name__)
_REGION = "ap-southeast-3"
_ACCOUNT = "000000000000"
_ASYNC_ATTEMPTS = 3  # Lambda's asynchronous invocation: once, then two retries.
_IDLE_S = 0.5
_PAUSE_S = 0.2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = "(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)"
_DAYS = f"{_DAY}(?:-{_DAY})?"
_COUNTS: "tuple[QueueAttributeNameType, ...]" = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


@dataclass(frozen=True, order=True)
class Firing:
    """One nominal instant of one scheduled function."""

    at: datetime
    function: str


@dataclass(frozen=True)
class Dead:
    """What AWS would have put in a dead-letter queue, with the last fault."""

    function: str
    event: dict[str, Any]
    fault: Exception


@dataclass(frozen=True)
class _Queue:
    function: str
    name: str
    url: str
    batch_size: int


class Pump:
    """Drives one app; `sqs` must reach the queues its event sources name.

    Units: `timeout_s` is what a handler sees as its remaining time, `max_receive` counts deliveries.
    """

    def __init__(
        self,
        app: Chalice,
        sqs: "SQSClient",
        now: Callable[[], datetime],
        *,
        workers: int = 2,
        max_receive: int = 5,
        timeout_s: int = 60,
    ) -> None:
        self.dead: list[Dead] = []
        self._app = app
        self._sqs = sqs
        self._now = now
        self._workers = workers
        self._max_receive = max_receive
        self._timeout_s = timeout_s
        self._known: deque[_Queue] = deque()

    def due(self, after: datetime, until: datetime) -> list[Firing]:
        """Every firing in (after, until], in time order."""
        return sorted(
            Firing(at, source.name)
            for source in self._app.event_sources
            if isinstance(source, ScheduledEventConfig)
            for at in instants(source.schedule_expression, after, until)
        )

    def fire_due(self, after: datetime, until: datetime) -> list[Firing]:
        """Run every scheduled function due in (after, until], one after another; returns what fired."""
        firings = self.due(after, until)
        for firing in firings:
            self._fire(firing)
        return firings

    def drain(self) -> int:
        """Handle messages until every queue is empty, the delayed and the leased included.

        Returns how many were handled without a fault. Delays and leases last their real time, whatever `now`.
        """
        handled = 0
        with ThreadPoolExecutor(self._workers) as pool:
            running: set[Future[int]] = set()
            while running or self._wait_for_some():
                handled += self._turn(pool, running)
        return handled

    def run_forever(self, stop: Event) -> None:
        """Fire what is due and serve the queues by the real clock until `stop` is set."""
        fired_until = self._now()
        with ThreadPoolExecutor(self._workers) as pool:
            running: set[Future[int]] = set()
            while not stop.is_set():
                at = self._now()
                self.fire_due(fired_until, at)
                fired_until = at
                if not self._turn(pool, running) and not running:
                    stop.wait(_IDLE_S)

    def _fire(self, firing: Firing) -> None:
        event = scheduled_event(firing)
        for left in reversed(range(_ASYNC_ATTEMPTS)):
            fault = self._invoke(firing.function, event)
            if fault is None:
                return
            if not left:
                self.dead.append(Dead(firing.function, event, fault))

    def _turn(self, pool: ThreadPoolExecutor, running: set[Future[int]]) -> int:
        """Give idle workers what the queues hold, collect what is finished; returns how many messages."""
        queues = self._queues()
        misses = 0
        while len(running) < self._workers and misses < len(queues):
            queues.rotate(-1)  # a long queue must not starve the others
            batch = self._receive(queues[-1])
            misses = 0 if batch else misses + 1
            if batch:
                running.add(pool.submit(self._handle, queues[-1], batch))
        finished = wait(running, timeout=_PAUSE_S, return_when=FIRST_COMPLETED).done
        running -= finished
        return sum(future.result() for future in finished)

    def _handle(self, queue: _Queue, batch: "list[MessageTypeDef]") -> int:
        event = {"Records": [_record(queue, message) for message in batch]}
        fault = self._invoke(queue.function, event)
        if fault is None:
            self._delete(queue, batch)
            return len(batch)
        spent = [message for message in batch if _times_received(message) >= self._max_receive]
        if spent:
            self.dead.append(Dead(queue.function, event, fault))
            self._delete(queue, spent)
        return 0

    def _invoke(self, function: str, event: dict[str, Any]) -> Exception | None:
        context = LambdaContext(function, memory_size=512, max_runtime_ms=self._timeout_s * 1000)
        try:
            self._app.handler_map[function](event, context)
        except Exception as fault:  # Lambda outlives any handler: the fault is shown whole, then counted.
            _LOG.exception("%s %s", function, type(fault).__name__)
            return fault
        return None

    def _receive(self, queue: _Queue) -> "list[MessageTypeDef]":
        answer = self._sqs.receive_message(
            QueueUrl=queue.url,
            MaxNumberOfMessages=min(queue.batch_size, 10),
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return answer.get("Messages", [])

    def _delete(self, queue: _Queue, batch: "list[MessageTypeDef]") -> None:
        for message in batch:
            self._sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])

    def _wait_for_some(self) -> bool:
        """Whether any queue holds anything; when it is all delayed or leased, after a pause."""
        counts = [self._counts(queue) for queue in self._queues()]
        if any(sum(each) for each in counts) and not any(visible for visible, *_ in counts):
            sleep(_PAUSE_S)
        return any(sum(each) for each in counts)

    def _counts(self, queue: _Queue) -> list[int]:
        held = self._sqs.get_queue_attributes(QueueUrl=queue.url, AttributeNames=_COUNTS)["Attributes"]
        return [int(held[name]) for name in _COUNTS]

    def _queues(self) -> deque[_Queue]:
        if not self._known:
            sources = [each for each in self._app.event_sources if isinstance(each, SQSEventConfig)]
            self._known.extend(self._resolve(source) for source in sources)
        return self._known

    def _resolve(self, source: SQSEventConfig) -> _Queue:
        name = source.queue or str(source.queue_arn).rpartition(":")[2]
        url = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        return _Queue(source.name, name, url, source.batch_size)


def instants(expression: str | ScheduleExpression, after: datetime, until: datetime) -> Iterator[datetime]:
    """The UTC minutes in (after, until] at which EventBridge fires `expression`; a rate counts from 1970.

    Raises: ValueError for an expression that EventBridge refuses or this cannot translate.
    Source: Amazon EventBridge User Guide, "Setting a schedule pattern for scheduled rules".
    """
    text = expression if isinstance(expression, str) else expression.to_string()
    matched = re.fullmatch(r"(?:cron\((.+)\)|rate\((\d+) (minute|hour|day)s?\))", text)
    if matched is None:
        raise ValueError(text)
    cron, count, unit = matched.groups()
    return _cron(cron, after, until) if cron else _rate(timedelta(**{f"{unit}s": int(count)}), after, until)


def _rate(step: timedelta, after: datetime, until: datetime) -> Iterator[datetime]:
    at = _EPOCH + ((after - _EPOCH) // step + 1) * step
    while at <= until:
        yield at
        at += step


def _cron(fields: str, after: datetime, until: datetime) -> Iterator[datetime]:
    ticks = croniter(_crontab(fields), after.astimezone(UTC))
    while (at := ticks.get_next(datetime)) <= until:
        yield at


def _crontab(fields: str) -> str:
    """AWS's six fields as five: AWS wants one `?` among the two day fields and counts days from 1, Sunday."""
    minute, hour, day, month, weekday, year = fields.split()
    if year != "*" or (day, weekday).count("?") != 1:
        raise ValueError(fields)
    if not re.fullmatch(r"\?|[\d*,/-]+", day) or not re.fullmatch(rf"[?*]|{_DAYS}(,{_DAYS})*", weekday):
        raise ValueError(fields)
    from_zero = re.sub(r"\d", lambda digit: str(int(digit[0]) - 1), weekday)
    return f"{minute} {hour} {day} {month} {from_zero}".replace("?", "*")


def scheduled_event(firing: Firing) -> dict[str, Any]:
    """EventBridge's scheduled event; the same firing has the same id, as a repeated delivery would."""
    return {
        "version": "0",
        "id": str(uuid5(NAMESPACE_URL, f"{firing.function}@{firing.at.isoformat()}")),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": _ACCOUNT,
        "time": firing.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": _REGION,
        "resources": [f"arn:aws:events:{_REGION}:{_ACCOUNT}:rule/{firing.function}"],
        "detail": {},
    }


def _record(queue: _Queue, message: "MessageTypeDef") -> dict[str, Any]:
    carried = message.get("MessageAttributes", {})
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {name: _in_lambda_case(dict(value)) for name, value in carried.items()},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{_REGION}:{_ACCOUNT}:{queue.name}",
        "awsRegion": _REGION,
    }


def _in_lambda_case(attribute: dict[str, Any]) -> dict[str, Any]:
    return {name[0].lower() + name[1:]: value for name, value in attribute.items()}


def _times_received(message: "MessageTypeDef") -> int:
    return int(message["Attributes"]["ApproximateReceiveCount"])
