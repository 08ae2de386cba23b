"""The logs: one line of JSON for each event, names that alarms can listen to, and no library's chatter."""

import ast
import json
import logging
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from chalicelib.logs import ALARMS, CHATTY, JsonLine, configure

CHALICELIB = Path(__file__).resolve().parents[1] / "chalicelib"


class OfLambda(logging.StreamHandler):  # type: ignore[type-arg]
    __module__ = "awslambdaric.bootstrap"


@pytest.fixture
def of_lambda() -> Iterator[OfLambda]:
    handler = OfLambda()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


def logged() -> Iterator[tuple[str, str, bool]]:
    """Every log line of the product: its level, its event and whether it carries facts."""
    for path in CHALICELIB.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log."):
                event = node.args[0]
                assert isinstance(event, ast.Constant), f"{path}:{node.lineno}"
                yield ast.unparse(node.func), str(event.value), any(word.arg == "extra" for word in node.keywords)


@pytest.fixture
def loud() -> Iterator[None]:
    """Somebody debugs: everything is to be logged."""
    before = {name: logging.getLogger(name).level for name in ("", *CHATTY)}
    for name in before:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize("name", ["botocore.auth", "botocore.endpoint", "urllib3.connectionpool", "slack_sdk.web"])
def test_libraries_that_print_secrets_log_no_requests_whoever_debugs(loud: None, name: str) -> None:
    configure()

    assert not logging.getLogger(name).isEnabledFor(logging.INFO)
    assert logging.getLogger(name).isEnabledFor(logging.WARNING)
    assert logging.getLogger("chalicelib").isEnabledFor(logging.DEBUG)


def test_the_logs_are_set_up_with_the_first_door(monkeypatch: pytest.MonkeyPatch) -> None:
    import_module("chalicelib.entry")

    assert logging.getLogger("botocore").level == logging.getLogger("urllib3").level == logging.WARNING


def test_an_event_is_one_line_of_json_with_its_facts(of_lambda: OfLambda) -> None:
    record = logging.getLogger("chalicelib.x").makeRecord(
        "chalicelib.x", logging.ERROR, "x.py", 1, "mail needs a person", (), None, extra={"mail": "a#b\nc"}
    )

    configure()

    line = of_lambda.format(record)
    told = json.loads(line)
    assert line.count("\n") == 1
    assert {name: told[name] for name in ("level", "event", "logger", "mail")} == {
        "level": "ERROR",
        "event": "mail needs a person",
        "logger": "chalicelib.x",
        "mail": "a#b\nc",
    }


def test_the_handlers_of_others_stay_as_they_are() -> None:
    handler = logging.StreamHandler()
    logging.getLogger().addHandler(handler)

    configure()

    logging.getLogger().removeHandler(handler)
    assert not isinstance(handler.formatter, JsonLine)


def test_what_needs_a_person_is_logged_as_an_error_with_facts_under_a_name_that_alarms_know() -> None:
    found = list(logged())

    assert {event for level, event, _ in found if level == "log.error"} == ALARMS
    assert {event for level, event, _ in found if level != "log.error"} & ALARMS == set()
    assert [event for _, event, has_facts in found if not has_facts] == []
