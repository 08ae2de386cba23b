"""The stand-in for SES: moto accepts the mail, this keeps it whole and publishes SES's events for it.

Faults are switched on by explicit methods, so that a test reads as the day it describes. It does not deliver
anything anywhere, and takes raw mail only. The price of moto: verified identities live in the process's one
moto backend, and starting `mock_aws` beside it forgets them.
"""

import json
from base64 import b64decode
from collections.abc import Callable, Iterable
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from email.utils import getaddresses
from io import BytesIO
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Literal, Self, cast

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from infra.local.ses_events import AcceptedMail, Kind, bare, ses_event

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from mypy_boto3_sqs import SQSClient

RejectionCode = Literal["MessageRejected", "BadRequestException"]

_SEND_PATH = "/v2/email/outbound-emails"
_POLL_S = 0.05
_ENVELOPE = ("ToAddresses", "CcAddresses", "BccAddresses")


class Mailbox:
    """SES on a loopback port, with its faults at hand.

    Every accepted message is kept and, unless withheld, announced on the events queue (`queue_url`, nothing
    while it is None) before the sender gets its answer: the earliest order SES allows. `account` answers what is
    asked of the account instead of moto, which knows little of it.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        sqs: "SQSClient",
        queue_url: str | None = None,
        account: Callable[[Request], Response | None] = lambda _: None,
    ) -> None:
        self.queue_url = queue_url
        self._account = account
        self._now = now
        self._sqs = sqs
        self._lock = Lock()
        self._messages: list[AcceptedMail] = []
        self._bouncing: set[str] = set()
        self._refused: dict[str, RejectionCode] = {}
        self._left = {"hang": 0, "withhold": 0, "throttle": 0}
        self._closing = Event()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_QuietHandler)

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=[_POLL_S], name="mailbox", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def endpoint(self) -> str:
        """The address to give to the product as `AWS_ENDPOINT_URL_SESV2`."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def messages(self) -> list[AcceptedMail]:
        """Everything accepted so far, oldest first; the list is the caller's own."""
        with self._lock:
            return list(self._messages)

    def accept_then_hang(self, next_n: int = 1) -> None:
        """Accept and announce the next messages, but never answer their senders."""
        self._set_fault("hang", next_n)

    def withhold_events(self, next_n: int = 1) -> None:
        """Announce nothing for the next accepted messages; `emit` can still do it late."""
        self._set_fault("withhold", next_n)

    def throttle(self, next_n: int = 1) -> None:
        """Refuse the next sends as SES does above the sending rate."""
        self._set_fault("throttle", next_n)

    def reject(self, address: str, code: RejectionCode = "MessageRejected") -> None:
        """Refuse every message that has this recipient among its destinations, all of it."""
        self._refused[bare(address)] = code

    def bounce(self, address: str) -> None:
        """Accept messages to this recipient, then announce that it bounced."""
        self._bouncing.add(bare(address))

    def emit(self, message: AcceptedMail, kind: Kind, recipients: Iterable[str] | None = None) -> None:
        """Announce `kind` for a message now: late, twice or out of order, as SES may.

        `recipients` defaults to all of the message's destinations.
        """
        if self.queue_url is None:
            return
        event = ses_event(message, kind, at=self._now(), recipients=recipients)
        self._sqs.send_message(QueueUrl=self.queue_url, MessageBody=json.dumps(event))

    def _answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        request = Request(environ)
        if (request.method, request.path) == ("POST", _SEND_PATH):
            return self._send(environ, json.loads(body))(environ, start_response)
        if answer := self._account(request):
            return answer(environ, start_response)
        environ["wsgi.input"] = BytesIO(body)
        return cast(Iterable[bytes], self._moto(environ, start_response))

    def _send(self, environ: "WSGIEnvironment", order: dict[str, Any]) -> Response:
        refusal = self._refusal_of(order)
        if refusal is not None:
            return refusal
        answer = Response.from_app(self._moto, environ, buffered=True)
        if answer.status_code == 200:
            self._accept(_mail(order, json.loads(answer.get_data())["MessageId"], at=self._now()))
        return answer

    def _refusal_of(self, order: dict[str, Any]) -> Response | None:
        if "Raw" not in order["Content"]:
            return _error(400, "BadRequestException", "Content.Raw")
        if self._take("throttle"):
            return _error(429, "TooManyRequestsException", "rate")
        for address in map(bare, _destination(order)):
            if address in self._refused:
                return _error(400, self._refused[address], address)
        return None

    def _accept(self, message: AcceptedMail) -> None:
        with self._lock:
            self._messages.append(message)
        if not self._take("withhold"):
            self._announce(message)
        if self._take("hang"):
            self._closing.wait()

    def _announce(self, message: AcceptedMail) -> None:
        # SES reports the fate of each recipient: one bounces, the others are still delivered to.
        bounced = [address for address in message.destination if bare(address) in self._bouncing]
        delivered = [address for address in message.destination if address not in bounced]
        self.emit(message, "Send")
        if bounced:
            self.emit(message, "Bounce", bounced)
        if delivered:
            self.emit(message, "Delivery", delivered)

    def _set_fault(self, fault: str, next_n: int) -> None:
        with self._lock:
            self._left[fault] = next_n

    def _take(self, fault: str) -> bool:
        with self._lock:
            due = self._left[fault] > 0
            self._left[fault] -= due
            return due


def _mail(order: dict[str, Any], message_id: str, *, at: datetime) -> AcceptedMail:
    raw = _raw(order)
    return AcceptedMail(
        message_id=message_id,
        source=order.get("FromEmailAddress") or str(_headers(raw)["from"]),
        destination=tuple(_destination(order)),
        tags={tag["Name"]: tag["Value"] for tag in order.get("EmailTags", [])},
        configuration_set=order.get("ConfigurationSetName"),
        accepted_at=at,
        raw=raw,
    )


def _raw(order: dict[str, Any]) -> bytes:
    return b64decode(order["Content"]["Raw"]["Data"])


def _destination(order: dict[str, Any]) -> list[str]:
    """The envelope: SES reads the message's own headers only when the request names no destination."""
    named = order.get("Destination", {})
    given = [address for field in _ENVELOPE for address in named.get(field, [])]
    if not given:
        headers = _headers(_raw(order))
        given = [str(value) for name in ("to", "cc", "bcc") for value in headers.get_all(name, [])]
    return [address for _, address in getaddresses(given) if address]


def _headers(raw: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=default).parsebytes(raw, headersonly=True)


def _error(status: int, code: str, detail: str) -> Response:
    answer = Response(json.dumps({"message": detail}), status, content_type="application/json")
    answer.headers["x-amzn-ErrorType"] = code
    return answer


class _QuietHandler(MotoRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the log belongs to the product."""
