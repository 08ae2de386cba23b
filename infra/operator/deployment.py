"""A deployment as the operator reaches it: the stage's file, the account, the stack's outputs, the worker's variables.

The environment is the deployed one, so that the tool and the functions cannot disagree on a table or a queue. Faults of
AWS are told here in words that say what to type; no message carries a key or a value of the environment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from boto3 import Session
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, ProfileNotFound
from pynamodb.exceptions import PynamoDBException

from infra.stack import Stack
from infra.stage import Stage, read_stage

OURS = "HADIR_"
SIGN_IN = "Type: export AWS_PROFILE=hadir; aws sso login (docs/three-days-before.md, step 4), then try again."
STALE = frozenset(
    {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException", "InvalidToken"}
    | {"SignatureDoesNotMatch", "AuthFailure"}
)
FORBIDDEN = frozenset({"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"})

AwsFault = (BotoCoreError, ClientError, PynamoDBException)
"""Whatever a conversation with AWS may raise."""


class Unreachable(Exception):
    """The deployment cannot be worked on; the message says what to type."""


@dataclass(frozen=True)
class Deployment:
    """One stage of one account. Without a stack there are neither outputs nor an environment."""

    stage: Stage
    session: Session
    outputs: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def stack(self) -> str:
        return self.stage.stack

    @property
    def is_up(self) -> bool:
        return bool(self.environ)

    def client(self, service: str) -> Any:
        return self.session.client(service)  # type: ignore[call-overload]  # stubs for four services only


def connect(stage: str) -> Deployment:
    """The deployment of a stage. Raises: StageInvalid, Unreachable, and what AWS refuses."""
    settings = read_stage(stage)
    try:
        session = Session(region_name=settings.region)
    except ProfileNotFound as fault:
        raise Unreachable(f"{fault}. {SIGN_IN}") from fault
    if session.get_credentials() is None:
        raise Unreachable(f"There are no AWS credentials on this machine. {SIGN_IN}")
    outputs = Stack(settings.stack, session).outputs()
    if not outputs:
        return Deployment(settings, session)
    environ = environ_of(settings.stack, session) | {"AWS_DEFAULT_REGION": settings.region}
    return Deployment(settings, session, outputs, environ)


def environ_of(stack: str, session: Session) -> dict[str, str]:
    """The HADIR_* variables of the deployed worker, which knows all of them. Raises: Unreachable without a stack."""
    worker = Stack(stack, session).outputs().get("WorkerFunction")
    if worker is None:
        raise missing(stack, session.region_name)
    functions: Any = session.client("lambda")
    variables = functions.get_function_configuration(FunctionName=worker)["Environment"]["Variables"]
    return {name: value for name, value in variables.items() if name.startswith(OURS)}


def missing(stack: str, region: str) -> Unreachable:
    """That there is no finished stack of this name."""
    stage = stack.removeprefix("hadir-")
    return Unreachable(f"There is no finished stack {stack} in {region}. Type: make deploy STAGE={stage}")


def explained(fault: Exception) -> str:
    """A fault of AWS in a line that says what to do about it."""
    if isinstance(fault, PynamoDBException) and isinstance(fault.cause, Exception):
        return explained(fault.cause)
    if isinstance(fault, ClientError):
        return _refused(fault)
    if isinstance(fault, EndpointConnectionError):
        return "AWS does not answer. Look at this machine's network, proxy and AWS_ENDPOINT_URL."
    if type(fault).__name__ in ("NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError") or (
        "SSO" in type(fault).__name__
    ):
        return f"There are no valid AWS credentials on this machine. {SIGN_IN}"
    return f"{type(fault).__name__}: {fault}"


def _refused(error: ClientError) -> str:
    code, operation = error.response["Error"].get("Code", ""), error.operation_name
    if code in STALE:
        return f"The AWS credentials of this machine are not valid any more ({code}). {SIGN_IN}"
    if code in FORBIDDEN:
        return f"Your AWS user may not {operation} ({code}). Ask the account's administrator for that right."
    return f"AWS refused {operation}: {code}. {error.response['Error'].get('Message', '')}".strip()
