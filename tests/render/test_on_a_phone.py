"""Mails in a browser as narrow as a small phone, where most of them are opened."""

import pytest
from playwright.sync_api import Browser

from tests.render.test_golden import MAILS

CHROMIUM = "/usr/bin/chromium"
WIDTH = 360
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", MAILS)
def test_a_mail_is_as_wide_as_the_phone_and_asks_for_nothing(browser: Browser, name: str, scheme: str) -> None:
    page = browser.new_page(viewport={"width": WIDTH, "height": 740}, color_scheme=scheme)  # type: ignore[arg-type]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.set_content(MAILS[name]().html)

    assert page.evaluate("document.documentElement.scrollWidth") == WIDTH
    assert asked == []
    page.close()
