"""Where the phone says it is: the best fix, an honest reason when there is none, and never a dead end.

The permission's answers are Chromium's own; only silence and failure of the receiver are played.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.handset import Phone, PickUp, press, state
from tests.browser.stand_in import HOME, TOKEN, Site

pytestmark = pytest.mark.slow
ANDROID = "Mozilla/5.0 (Linux; Android 10; K"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X"


def test_the_best_of_several_fixes_is_sent(pick_up: PickUp, site: Site) -> None:
    phone = pick_up(geolocation=HOME | {"accuracy": 900}, permissions=["geolocation"])
    page = phone.open()
    press(page, "Lapor sekarang")
    expect(page.locator("#accuracy")).to_have_text("Ketelitian sekitar 900 meter")

    phone.context.set_geolocation({"latitude": -6.1202, "longitude": 106.1504, "accuracy": 40})

    state(page, "received")
    assert site.checkins[0]["position"]["accuracy_m"] == 40


def test_an_inaccurate_position_is_sent_as_it_is_after_ten_seconds(pick_up: PickUp, site: Site) -> None:
    page = pick_up(geolocation=HOME | {"accuracy": 3200.4}, permissions=["geolocation"]).open()
    page.clock.install()
    press(page, "Lapor sekarang")
    expect(page.locator("#accuracy")).to_have_text("Ketelitian sekitar 3.201 meter")

    page.clock.fast_forward(9_000)
    state(page, "locating")
    page.clock.fast_forward(1_500)

    state(page, "received")
    expect(page.locator("#mark")).to_have_class("panel heed")
    assert site.checkins[0]["position"]["accuracy_m"] == 3200.4


def test_no_fix_within_twenty_seconds_is_a_timeout_and_can_still_be_reported(phone: Phone, site: Site) -> None:
    page = phone.open()
    page.clock.install()
    page.evaluate("navigator.geolocation.watchPosition = () => 1")
    press(page, "Lapor sekarang")
    state(page, "locating")

    page.clock.fast_forward(20_500)
    expect(page.get_by_text("Lokasi tidak terbaca pada waktunya.")).to_be_visible()
    press(page, "Lapor tanpa lokasi")

    state(page, "received")
    assert (site.checkins[0]["position"], site.checkins[0]["no_position"]) == (None, "timeout")


def test_a_phone_that_cannot_find_itself_says_unavailable(pick_up: PickUp, site: Site) -> None:
    page = pick_up(permissions=["geolocation"]).open()
    page.clock.install()
    fail = "(ok, fail) => { setTimeout(() => fail({code: 2}), 10); return 1; }"
    page.evaluate(f"navigator.geolocation.watchPosition = {fail}")
    press(page, "Lapor sekarang")

    page.clock.run_for(10_500)
    press(page, "Lapor tanpa lokasi")

    state(page, "received")
    assert site.checkins[0]["no_position"] == "unavailable"


def test_a_denied_permission_shows_how_to_give_it_and_leaves_two_ways_on(pick_up: PickUp, site: Site) -> None:
    phone = pick_up(geolocation=HOME, permissions=[])
    page = phone.open()

    press(page, "Lapor sekarang")

    state(page, "unlocated")
    expect(page.get_by_text("Izin lokasi untuk halaman ini ditolak.")).to_be_visible()
    expect(page.get_by_text("Ketuk ikon di kiri alamat web")).to_be_visible()
    expect(page.get_by_text("Ponsel tidak dapat menentukan lokasi.")).to_be_hidden()
    phone.context.grant_permissions(["geolocation"])
    press(page, "Coba lagi")
    state(page, "received")
    assert site.checkins[0]["position"]["lat"] == -6.1201


def test_a_denied_permission_can_be_reported_as_denied(pick_up: PickUp, site: Site) -> None:
    page = pick_up(permissions=[]).open()
    press(page, "Lapor sekarang")

    press(page, "Lapor tanpa lokasi")

    state(page, "received")
    assert (site.checkins[0]["position"], site.checkins[0]["no_position"]) == (None, "denied")


@pytest.mark.parametrize(
    ("agent", "help_shown"),
    [
        (f"{ANDROID}) AppleWebKit/537.36 Chrome/100.0 Mobile Safari/537.36", "help-android"),
        (f"{ANDROID}; wv) AppleWebKit/537.36 Chrome/100.0 Mobile Safari/537.36", "help-inapp"),
        (f"{IPHONE}) Version/17.0 Mobile/15E148 Safari/604.1", "help-ios"),
        (f"{IPHONE}) AppleWebKit/605 Mobile/15E148", "help-inapp"),
    ],
)
def test_the_instructions_for_the_browser_at_hand_are_open(pick_up: PickUp, agent: str, help_shown: str) -> None:
    page = pick_up(permissions=[], user_agent=agent).open()

    press(page, "Lapor sekarang")

    state(page, "unlocated")
    assert page.locator("details[open]").evaluate_all("all => all.map(one => one.id)") == [help_shown]


def test_an_in_app_browser_can_copy_the_whole_link_for_chrome(pick_up: PickUp) -> None:
    page = pick_up(permissions=[], user_agent=f"{ANDROID}; wv) Chrome/100.0").open()
    press(page, "Lapor sekarang")

    press(page, "Salin tautan")

    expect(page.get_by_label("Tautan Anda")).to_have_value(page.url)
    expect(page.get_by_text("Tersalin")).to_be_visible()
    assert page.url.endswith(f"/c#{TOKEN}")


def test_a_permission_question_that_never_appears_is_no_dead_end(pick_up: PickUp, site: Site) -> None:
    page = pick_up(permissions=[]).open()
    page.clock.install()
    page.evaluate("navigator.geolocation.watchPosition = () => 1")
    press(page, "Lapor sekarang")
    state(page, "asking")

    page.clock.fast_forward(10_500)
    press(page, "Lanjut tanpa menunggu izin")
    press(page, "Lapor tanpa lokasi")

    state(page, "received")
    assert site.checkins[0]["no_position"] == "timeout"


def test_the_clock_starts_when_permission_is_given_not_when_it_is_asked(pick_up: PickUp, site: Site) -> None:
    phone = pick_up(geolocation=HOME, permissions=[])
    page = phone.open()
    page.clock.install()
    page.evaluate("navigator.geolocation.watchPosition = () => 1")
    press(page, "Lapor sekarang")
    page.clock.fast_forward(60_000)
    state(page, "asking")

    phone.context.grant_permissions(["geolocation"])
    state(page, "locating")
    page.clock.fast_forward(19_000)

    state(page, "locating")


@pytest.mark.parametrize(
    ("lack", "reason"),
    [
        ("Object.defineProperty(window, 'isSecureContext', {value: false})", "insecure"),
        ("Object.defineProperty(Navigator.prototype, 'geolocation', {value: undefined})", "unsupported"),
    ],
)
def test_a_browser_without_positions_says_why(pick_up: PickUp, site: Site, lack: str, reason: str) -> None:
    phone = pick_up()
    phone.context.add_init_script(lack)
    page = phone.open()
    press(page, "Lapor sekarang")

    press(page, "Lapor tanpa lokasi")

    state(page, "received")
    assert site.checkins[0]["no_position"] == reason
