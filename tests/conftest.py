"""What all tests share: a government on moto, and the seconds that each group took."""

import gc
from collections import Counter
from collections.abc import Iterator
from shutil import which
from typing import Any

import pytest
from hypothesis import settings
from moto import mock_aws
from playwright.sync_api import Browser, sync_playwright
from xdist.scheduler import LoadScopeScheduling

from tests.quickened import quicken
from tests.world import REGION, World, build_world

quicken()

settings.register_profile("hadir", deadline=None)  # a busy machine is not a fault
settings.register_profile("quick", deadline=None, max_examples=20)  # `make check`; `make test` has the usual hundred
settings.load_profile("hadir")

CHROMIUM = which("chromium")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


PLAYED = {"world", "settled", "built", "opened"}
"""Fixtures that hold an office with its stores, queues and mails, or the stores alone."""

LONG = (
    "tests/local/test_legal_day.py",
    "tests/faults/test_killed_runs.py",
    "tests/local/test_chat.py",
    "tests/chat/test_scenarios.py",
    "tests/chat/test_undo_property.py",
    "tests/e2e/",
)
"""What takes half a minute and more: it begins, so that no worker waits for it in the end."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for each pytest worker."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A small government with its stores, queue and SES on moto, empty."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield build_world()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever needs moto belongs to `make test`: a thousand such tests are minutes. `make check` has one a door."""
    for item in items:
        if PLAYED & set(getattr(item, "fixturenames", ())) and not item.get_closest_marker("door"):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


class ByModule(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """A module's tests belong to one worker, and so do all of `tests/e2e`, which have one deployment."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/e2e" if nodeid.startswith("tests/e2e/") else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByModule:
    """Hand out modules in the order of the collection."""
    return ByModule(config, log)


def pytest_collection_finish() -> None:
    """Whatever is imported and collected by now stays: looking for garbage among it costs one second in twenty."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have counted, and how long each group of them took, set-up included."""
    seconds: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                seconds[_group(report.nodeid)] += report.duration  # type: ignore[assignment]
                for _, text in report.user_properties if report.when == "call" else ():
                    terminalreporter.write_line(str(text))
    for group, spent in sorted(seconds.items()):
        terminalreporter.write_line(f"{group:<12} {spent:7.1f} s")


def _group(node: str) -> str:
    parts = node.split("::", maxsplit=1)[0].split("/")
    return parts[1] if len(parts) > 2 else "journeys"
