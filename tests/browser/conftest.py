"""Fixtures for the check-in page: the built pages, a site on a port of its own, Debian's Chromium, a phone.

The price: one Chromium per pytest worker.
"""

from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from infra.build import TEMPLATES, build
from tests.browser.handset import Phone, PickUp
from tests.browser.stand_in import HOME, Desk, Site


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages as they ship; only what changed is written, so workers don't disturb each other."""
    build()
    return TEMPLATES / "page" / "built"


@pytest.fixture
def site(built: Path) -> Iterator[Site]:
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Desk, site))
    site.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield site
    server.shutdown()
    server.server_close()


@pytest.fixture
def pick_up(browser: Browser, site: Site) -> Iterator[PickUp]:
    """Makes a phone; keyword arguments are Playwright's own (viewport, geolocation, color_scheme …)."""
    contexts: list[BrowserContext] = []

    def phone(**settings: Any) -> Phone:
        usual = {"locale": "id-ID", "timezone_id": "Asia/Jakarta", "viewport": {"width": 390, "height": 844}}
        context = browser.new_context(**(usual | settings))
        context.set_default_timeout(8000)
        contexts.append(context)
        return Phone(context, site)

    yield phone
    for context in contexts:
        context.close()


@pytest.fixture
def phone(pick_up: PickUp) -> Phone:
    """At home, location allowed, good signal."""
    return pick_up(geolocation=HOME, permissions=["geolocation"])
