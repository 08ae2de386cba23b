"""Kind to small, slow, dark and spoken screens: weight, width, targets, focus, contrast, motion.

Every state is unfolded with all its parts, however hard to reach. The price: combinations no person sees.
"""

import gzip
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from infra.build import LANGUAGES
from tests.browser.handset import Phone, PickUp
from tests.browser.stand_in import Site

pytestmark = pytest.mark.slow
TARGETS = ", ".join(f"{one}:visible" for one in ("button", "summary", "fieldset label", "input:not([type])", "a"))


def test_focus_moves_to_the_heading_of_the_new_state(phone: Phone, site: Site) -> None:
    page = phone.open()

    page.locator("#report").focus()
    page.keyboard.press("Enter")

    expect(page.locator("#received h1")).to_be_focused()


def test_without_javascript_the_page_says_what_is_missing(pick_up: PickUp) -> None:
    page = pick_up(java_script_enabled=False).open()

    expect(page.locator("noscript p")).to_be_visible()
    expect(page.get_by_text("Memuat…")).to_be_hidden()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_style_and_script_weigh_less_than_ten_kilobytes_on_the_wire(built: Path, lang: str) -> None:
    page = (built / f"checkin.{lang}.html").read_bytes()

    assert len(gzip.compress(page)) < 10_000


def each_state(page: Page) -> list[str]:
    """Every section in turn with all its parts unfolded, however hard that state is to reach."""
    ids: list[str] = page.locator("main > section").evaluate_all("all => all.map(section => section.id)")
    return ids


def unfold(page: Page, name: str) -> None:
    page.evaluate(
        """name => {
            document.querySelectorAll('main > section').forEach(one => { one.hidden = one.id !== name; });
            document.querySelectorAll(`#${name} [hidden]`).forEach(one => { one.hidden = false; });
            document.querySelectorAll(`#${name} details`).forEach(one => { one.open = true; });
            document.querySelectorAll('#name, #unit').forEach(one => { one.textContent = 'Siti Rahmawati'; });
            document.querySelector('#receipt').textContent = 'K7Q4-M2XD';
        }""",
        name,
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_state_scrolls_sideways_on_a_320_pixel_phone(pick_up: PickUp, lang: str) -> None:
    page = pick_up(viewport={"width": 320, "height": 640}).open("", query=f"?lang={lang}")

    wide = []
    for name in each_state(page):
        unfold(page, name)
        if page.evaluate("document.documentElement.scrollWidth > 320"):
            wide.append(name)

    assert wide == []


def test_every_target_is_at_least_44_pixels_high(pick_up: PickUp) -> None:
    page = pick_up(viewport={"width": 320, "height": 640}).open("")

    small = []
    for name in each_state(page):
        unfold(page, name)
        small += page.locator(TARGETS).evaluate_all(
            "all => all.filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"
        )

    assert small == []


def test_the_button_is_on_the_first_screen_of_a_small_phone(pick_up: PickUp) -> None:
    page = pick_up(viewport={"width": 320, "height": 568}).open()
    expect(page.locator("#name")).to_have_text("Siti R.")

    box = page.locator("#report").bounding_box()

    assert box is not None
    assert box["y"] + box["height"] <= 568


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_no_fault_in_any_state(pick_up: PickUp, lang: str, scheme: str) -> None:
    page = pick_up(color_scheme=scheme).open("", query=f"?lang={lang}")

    faults = {}
    for name in each_state(page):
        unfold(page, name)
        found = Axe().run(page).response["violations"]
        if found:
            faults[name] = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]

    assert faults == {}


def test_people_who_ask_for_less_motion_get_none(pick_up: PickUp) -> None:
    page = pick_up(reduced_motion="reduce").open("")
    unfold(page, "sending")

    animation = page.locator("#sending progress").evaluate("bar => getComputedStyle(bar).animationName")

    assert animation == "none"
