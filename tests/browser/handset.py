"""A person's phone and what they do with it, in the tests' own words."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.stand_in import TOKEN, Site


@dataclass
class Phone:
    """One person's browser: its storage outlives a closed page, as a real phone's does."""

    context: BrowserContext
    site: Site
    complaints: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)

    def open(self, fragment: str = TOKEN, *, query: str = "") -> Page:
        page = self.context.new_page()
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requested.append(request.url))
        page.goto(f"{self.site.url}/c{query}" + (f"#{fragment}" if fragment else ""))
        return page


PickUp = Callable[..., Phone]


def state(page: Page, name: str) -> None:
    """The page is in this state and in no other."""
    expect(page.locator("main > section:visible")).to_have_id(name)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def never_arrive(route: Route) -> None:
    """The request is lost on the way to the site."""
    route.abort()
