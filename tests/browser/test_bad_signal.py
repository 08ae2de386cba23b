"""Nothing is lost between the press and the receipt: retries, closed pages, foreign answers, full storage.

The misfortunes are played in the browser, so that the site stays an honest one.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser.handset import Phone, never_arrive, press, state
from tests.browser.stand_in import RECEIPT, STRANGER, TOKEN, Site

pytestmark = pytest.mark.slow
CHECKINS = "**/api/checkins"


def lose_the_answer(route: Route) -> None:
    """The server hears the report; the phone never hears the server."""
    route.fetch()
    route.abort()


def captive_portal(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body="<h1>Wi-Fi login</h1>")


def busy_gateway(route: Route) -> None:
    route.fulfill(status=429, json={"message": "Too Many Requests"})


def test_a_lost_answer_is_asked_again_with_the_same_id_until_the_receipt(phone: Phone, site: Site) -> None:
    page = phone.open()
    page.route(CHECKINS, lose_the_answer)
    page.clock.install()
    press(page, "Lapor sekarang")
    state(page, "pending")

    page.unroute(CHECKINS)
    page.clock.run_for(6_000)

    state(page, "received")
    expect(page.locator("#receipt")).to_have_text(RECEIPT)
    assert len(site.checkins) == 2
    assert site.checkins[0] == site.checkins[1]


@pytest.mark.parametrize("misfortune", [never_arrive, captive_portal, busy_gateway])
def test_without_our_own_receipt_nothing_counts_as_recorded(
    phone: Phone, site: Site, misfortune: Callable[[Route], None]
) -> None:
    page = phone.open()
    page.route(CHECKINS, misfortune)
    press(page, "Lapor sekarang")
    state(page, "pending")
    expect(page.get_by_role("heading", name="Belum tercatat")).to_be_visible()

    page.unroute(CHECKINS)
    press(page, "Kirim sekarang")

    state(page, "received")


def test_a_page_closed_while_waiting_sends_the_same_report_when_reopened(phone: Phone, site: Site) -> None:
    page = phone.open()
    page.route(CHECKINS, lose_the_answer)
    press(page, "Lapor sekarang")
    state(page, "pending")
    page.close()

    reopened = phone.open()

    state(reopened, "received")
    assert site.checkins[0] == site.checkins[1]
    assert reopened.evaluate("localStorage.getItem('hadir.pending')") == "[]"


def test_a_waiting_report_leaves_even_when_its_link_is_reopened_without_the_code(phone: Phone, site: Site) -> None:
    page = phone.open()
    page.route(CHECKINS, never_arrive)
    press(page, "Lapor sekarang")
    state(page, "pending")
    page.close()

    state(phone.open(""), "received")

    assert site.checkins[0]["token"] == TOKEN


def test_another_persons_waiting_report_does_not_appear_under_my_link(phone: Phone, site: Site) -> None:
    page = phone.open()
    page.route(CHECKINS, never_arrive)
    press(page, "Lapor sekarang")
    state(page, "pending")
    page.close()

    state(phone.open(STRANGER), "refused")

    assert site.checkins == []


def test_the_report_leaves_by_itself_when_the_signal_returns(phone: Phone, site: Site) -> None:
    page = phone.open()
    expect(page.locator("#name")).to_have_text("Siti R.")
    phone.context.set_offline(True)
    press(page, "Lapor sekarang")
    expect(page.get_by_text("Ponsel ini sedang tidak tersambung ke internet.")).to_be_visible()

    page.clock.install()
    phone.context.set_offline(False)

    state(page, "received")


def test_the_waits_between_attempts_grow(phone: Phone, site: Site) -> None:
    page = phone.open()
    attempts: list[int] = []

    def count(route: Route) -> None:
        attempts.append(1)
        route.abort()

    page.route(CHECKINS, count)
    page.clock.install()
    press(page, "Lapor sekarang")
    state(page, "pending")

    for seconds in (6, 11, 21):
        page.clock.run_for(seconds * 1000)
        expect(page.locator("#wait")).to_contain_text("Dikirim ulang dalam")

    assert 4 <= len(attempts) <= 6


def test_a_storage_that_will_not_let_go_does_not_send_forever(phone: Phone, site: Site) -> None:
    page = phone.open()
    page.route(CHECKINS, never_arrive)
    press(page, "Lapor sekarang")
    state(page, "pending")
    page.evaluate("void (Storage.prototype.setItem = () => { throw new Error('quota'); })")

    page.unroute(CHECKINS)
    press(page, "Kirim sekarang")

    state(page, "received")
    assert len(site.checkins) == 1


@pytest.mark.parametrize("junk", ["null", "{}", "[null, 7]", "not json"])
def test_junk_in_the_storage_does_not_stop_the_page(phone: Phone, site: Site, junk: str) -> None:
    phone.context.add_init_script(f"localStorage.setItem('hadir.pending', '{junk}')")

    page = phone.open()

    state(page, "ready")


def test_a_browser_that_cannot_keep_the_report_says_so_and_still_sends_it(phone: Phone, site: Site) -> None:
    phone.context.add_init_script("Storage.prototype.setItem = () => { throw new Error('quota'); }")
    page = phone.open()
    page.route(CHECKINS, never_arrive)
    press(page, "Lapor sekarang")
    expect(page.get_by_text("Jangan tutup halaman ini")).to_be_visible()

    page.unroute(CHECKINS)
    press(page, "Kirim sekarang")

    state(page, "received")
    assert len(site.checkins) == 1
