"""Mails in a browser as narrow as a small phone, where most of them are opened."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.render.test_golden import MAILS

CHROMIUM = "/usr/bin/chromium"
WIDTH = 360
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", MAILS)
def test_a_mail_is_as_wide_as_the_phone_and_asks_for_nothing(chromium: Browser, name: str, scheme: str) -> None:
    page = chromium.new_page(viewport={"width": WIDTH, "height": 740}, color_scheme=scheme)  # type: ignore[arg-type]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.set_content(MAILS[name]().html)

    assert page.evaluate("document.documentElement.scrollWidth") == WIDTH
    assert asked == []
    page.close()
