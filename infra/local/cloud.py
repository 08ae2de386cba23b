"""The emulated cloud as a context manager: ministack for tables, queues, bodies and secrets, the mailbox for mail.

Also `serve`, API Gateway's part, played by Chalice's own local server in this process so that the clock seam
holds there too. It creates queues and buckets, not tables: the store owns those. The price: all state is in
memory and dies with the process that opened the cloud, even when that one is killed.
"""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from threading import Thread
from time import monotonic, sleep
from typing import IO, TYPE_CHECKING, Any, Final, Self

from boto3 import Session
from chalice.app import Chalice
from chalice.config import Config
from chalice.local import ChaliceRequestHandler, LocalChalice, LocalDevServer, ThreadedHTTPServer

from infra.local.mailbox import Mailbox

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

REGION: Final = "ap-southeast-3"
_HOST = "127.0.0.1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
ALONE: Final[Mapping[str, str]] = {"SERVICES": "dynamodb,sqs,s3,ssm"}
"""What the product needs when nothing deploys it."""

_BOOT_LIMIT_S = 60.0
_POLL_S = 0.05

# The child watches a pipe of ours rather than asking for a signal at its parent's death: that signal also
# comes when merely the thread that started it ends, and it exists on Linux only.
_CHILD = """
import os, signal, sys, threading
def watch():
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
threading.Thread(target=watch, daemon=True).start()
from ministack.app import main
sys.executable = sys.argv.pop()  # what it starts functions with
main()
"""


class CloudNotStarted(Exception):
    """ministack ended or stayed silent; carries the last lines it wrote."""


class Cloud:
    """One emulated account in one region, gone when the `with` block ends."""

    def __init__(self, now: Callable[[], datetime], sender_domain: str) -> None:
        self._now = now
        self._sender_domain = sender_domain
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self._gateway = opening.enter_context(ministack())
            self.sqs: SQSClient = self._session().client("sqs", endpoint_url=self._gateway)
            self._s3: S3Client = self._session().client("s3", endpoint_url=self._gateway)
            self._ssm: SSMClient = self._session().client("ssm", endpoint_url=self._gateway)
            self.mailbox = opening.enter_context(Mailbox(self._now, self.sqs))
            self._verify_sender()
            self._stack = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def environ(self) -> dict[str, str]:
        """What the product's environment needs in order to live here and nowhere else, past any proxy."""
        gateway = {f"AWS_ENDPOINT_URL_{name}": self._gateway for name in ("DYNAMODB", "SQS", "S3", "SSM")}
        mail = {"AWS_ENDPOINT_URL_SESV2": self.mailbox.endpoint}
        return {**CREDENTIALS, **gateway, **mail, "NO_PROXY": _HOST, "no_proxy": _HOST}

    def create_queue(self, name: str, visibility_s: int = 30) -> str:
        """Create a standard queue, return its URL; a message not deleted comes back after `visibility_s`."""
        made = self.sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": str(visibility_s)})
        return made["QueueUrl"]

    def create_bucket(self, name: str) -> None:
        """Create an empty bucket in the cloud's region."""
        self._s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})

    def store_secret(self, name: str, value: str) -> None:
        """Keep a secure string in the Parameter Store; a value kept before is replaced."""
        self._ssm.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)

    def _verify_sender(self) -> None:
        ses = self._session().client("sesv2", endpoint_url=self.mailbox.endpoint)
        ses.create_email_identity(EmailIdentity=self._sender_domain)

    def _session(self) -> Session:
        return Session(
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
        )


@contextmanager
def serve(app: Chalice, port: int = 0) -> Iterator[str]:
    """Serve the app's routes on loopback from this very process; yields the address, port 0 takes a free one.

    The app object is changed for good: from now on every thread has its own `current_request`.
    """
    if not isinstance(app, LocalChalice):
        app.__class__ = type("ServedChalice", (LocalChalice, type(app)), {})
    config = Config.create(lambda_timeout=60, lambda_memory_size=512)
    gateway = LocalDevServer(app, config, _HOST, port, _QuietHandler, _DeepQueueServer)
    Thread(target=gateway.server.serve_forever, args=[_POLL_S], name="gateway", daemon=True).start()
    try:
        yield f"http://{_HOST}:{gateway.server.server_port}"
    finally:
        gateway.server.shutdown()
        gateway.server.server_close()


class _DeepQueueServer(ThreadedHTTPServer):
    # The standard library listens with a backlog of 5: the minute before a cut-off would see calls refused.
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hung up is no fault; anything else is shown as usual."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _QuietHandler(ChaliceRequestHandler):
    # Head and body are written apart; else the body may wait for the client's delayed acknowledgement.
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the log belongs to the product."""


@contextmanager
def ministack(settings: Mapping[str, str] = ALONE, python: str = sys.executable) -> Iterator[str]:
    """An emulated account as its address, which it may be told more about; `python` runs the functions put into it."""
    port = reserved_port()
    with tempfile.TemporaryFile() as log:
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, python],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **_settings(port), **settings},
            start_new_session=True,  # an interrupt at the terminal ends us first, and we end the child
        )
        try:
            _wait_until_healthy(child, port, log)
            yield f"http://{_HOST}:{port}"
        finally:
            _end(child)


def _settings(port: int) -> dict[str, str]:
    """Loopback only, one port, in memory; and no Docker, whose containers ministack may take for its own."""
    return {
        "BIND_HOST": _HOST,
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "USE_SSL": "0",
        "PERSIST_STATE": "0",
        "S3_PERSIST": "0",
        "LOCALSTACK_PERSISTENCE": "0",
        "DOCKER_HOST": "unix:///nonexistent",
        "MINISTACK_REGION": REGION,
        "LOG_LEVEL": "WARNING",
    }


def _wait_until_healthy(child: subprocess.Popen[bytes], port: int, log: IO[bytes]) -> None:
    deadline = monotonic() + _BOOT_LIMIT_S
    while child.poll() is None and monotonic() < deadline:
        if _is_healthy(port):
            return
        sleep(0.05)
    log.seek(0)
    raise CloudNotStarted(log.read()[-2000:].decode(errors="replace"))


def _is_healthy(port: int) -> bool:
    connection = HTTPConnection(_HOST, port, timeout=5)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(timeout=10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    assert child.stdin is not None
    child.stdin.close()


def reserved_port() -> int:
    """A port that nobody else is given for a minute, while a server that may reuse addresses can listen on it.

    One merely found free is soon another's: of two clouds that start together the second takes the first, which
    answers on "its" port, for its own. Whoever closes a connection first keeps its port in TIME_WAIT (RFC 9293,
    section 3.6.1), and from there it is handed to no caller.
    """
    with socket.create_server((_HOST, 0)) as server:
        port: int = server.getsockname()[1]
        with socket.create_connection((_HOST, port)) as caller:
            server.accept()[0].close()
            caller.recv(1)  # so that ours was the first to close
        return port
