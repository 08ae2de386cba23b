"""What the tests of the operator tool share: a stage, a console that remembers its words, answers of AWS as values."""

from io import StringIO
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError
from rich.console import Console

from infra.stage import Stage

STAGE = Stage("prod", "ap-southeast-3", "WIB", "hadir@example.id", "it@example.id", 25, 10_000)


class Screen(Console):
    """A terminal as narrow as most are, that remembers what was printed."""

    def __init__(self) -> None:
        super().__init__(file=StringIO(), width=80, markup=False, emoji=False, highlight=False)

    @property
    def text(self) -> str:
        assert isinstance(self.file, StringIO)
        return self.file.getvalue()


class Answering:
    """A client of AWS that answers each operation with a value, or raises it."""

    def __init__(self, **answers: Any) -> None:
        self.exceptions = SimpleNamespace(NotFoundException=NotFound, ParameterNotFound=NotFound)
        self.asked: list[tuple[str, dict[str, Any]]] = []
        for name, answer in answers.items():
            setattr(self, name, self._operation(name, answer))

    def _operation(self, name: str, answer: Any) -> Any:
        def operation(**asked: Any) -> Any:
            self.asked.append((name, asked))
            if isinstance(answer, Exception):
                raise answer
            return answer

        return operation


class NotFound(Exception):
    """What a client raises for something that is not there."""


class Account:
    """A boto3 session whose clients answer as told."""

    region_name = "ap-southeast-3"

    def __init__(self, **clients: Any) -> None:
        self._clients = {name.replace("functions", "lambda"): client for name, client in clients.items()}

    def client(self, name: str) -> Any:
        return self._clients[name]


def refusal(code: str, operation: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)
