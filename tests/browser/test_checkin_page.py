"""The check-in page on an ordinary morning: one press, one receipt, one's own link, nothing sent elsewhere.

Real Chromium against a site that answers as the contract says. Positions, bad signal and form are next door.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.handset import Phone, never_arrive, press, state
from tests.browser.stand_in import RECEIPT, STRANGER, TOKEN, Site

pytestmark = pytest.mark.slow
CHECKINS = "**/api/checkins"


def test_one_press_at_home_ends_in_a_receipt(phone: Phone, site: Site) -> None:
    page = phone.open()
    expect(page.locator("#name")).to_have_text("Siti R.")

    press(page, "Lapor sekarang")

    state(page, "received")
    expect(page.locator("#receipt")).to_have_text(RECEIPT)
    expect(page.locator("#received h1")).to_have_text("Tercatat pukul 07.12 WIB")
    sent = site.checkins[0]
    assert (sent["token"], sent["lang"], sent["errand"], sent["no_position"]) == (TOKEN, "id", None, None)
    fix = sent["position"]
    assert (fix["lat"], fix["lon"], fix["accuracy_m"]) == (-6.1201, 106.1503, 18)
    assert abs(sent["device_at"] - fix["fixed_at"]) < 60_000
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", sent["id"])
    assert "activity" not in sent


def test_opening_the_page_reports_nothing(phone: Phone, site: Site) -> None:
    page = phone.open()
    expect(page.locator("#greeting")).to_contain_text("Laporan berikutnya: 07.30 WIB")

    state(page, "ready")

    assert site.links == [{"token": TOKEN, "lang": "id"}]
    assert site.checkins == []


def test_the_button_works_when_the_greeting_does_not_arrive(phone: Phone, site: Site) -> None:
    phone.context.route("**/api/links", never_arrive)
    page = phone.open()

    press(page, "Lapor sekarang")

    state(page, "received")


def test_an_urgent_errand_and_the_activity_travel_with_the_report(phone: Phone, site: Site) -> None:
    page = phone.open()
    page.get_by_text("Keterangan (opsional)").click()
    page.get_by_label("Ya, kesehatan").check()
    page.get_by_label("Kegiatan saat ini").fill("  Menyusun laporan  ")

    press(page, "Lapor sekarang")

    state(page, "received")
    assert (site.checkins[0]["errand"], site.checkins[0]["activity"]) == ("health", "Menyusun laporan")


def test_an_activity_longer_than_200_characters_cannot_be_typed(phone: Phone, site: Site) -> None:
    page = phone.open()
    page.get_by_text("Keterangan (opsional)").click()
    page.get_by_label("Kegiatan saat ini").press_sequentially("a" * 205)

    press(page, "Lapor sekarang")

    state(page, "received")
    assert site.checkins[0]["activity"] == "a" * 200


def test_a_double_tap_sends_one_report(phone: Phone, site: Site) -> None:
    page = phone.open()

    page.locator("#report").dblclick()
    page.locator("#report").evaluate("button => { button.click(); button.click(); }")

    state(page, "received")
    assert len(site.checkins) == 1


def test_reporting_again_is_a_new_report_and_shows_the_last_receipt(phone: Phone, site: Site) -> None:
    page = phone.open()
    press(page, "Lapor sekarang")
    state(page, "received")

    press(page, "Lapor lagi")
    expect(page.locator("#last")).to_contain_text("K7Q4-M2X0 · Senin, 23 Maret · Tercatat pukul 07.12 WIB")
    press(page, "Lapor sekarang")

    state(page, "received")
    assert len({body["id"] for body in site.checkins}) == 2


def test_a_page_left_open_since_the_morning_does_not_show_the_morning_as_noon(phone: Phone, site: Site) -> None:
    page = phone.open()
    press(page, "Lapor sekarang")
    state(page, "received")
    page.clock.install()

    page.clock.fast_forward("04:00:00")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    state(page, "ready")
    expect(page.locator("#greeting")).to_be_visible()
    assert len(site.links) == 2


@pytest.mark.parametrize("fragment", ["", "abc", "abcdefghijklmnopqrstuvwx99"])
def test_a_missing_or_broken_fragment_asks_for_the_code(phone: Phone, site: Site, fragment: str) -> None:
    page = phone.open(fragment)

    state(page, "code")

    assert site.links == []


@pytest.mark.parametrize(
    "typed",
    [
        TOKEN,
        "ABCD EFGH IJKL MNOP QRST UVWX 27",
        "abcd-efgh-ijk1-mn0p-qrst-uvwx-27",
        f"https://hadir.example/api/c#{TOKEN}",
    ],
)
def test_a_typed_code_forgives_capitals_gaps_and_lookalikes(phone: Phone, site: Site, typed: str) -> None:
    page = phone.open("")

    page.get_by_label("Kode pribadi").fill(typed)
    page.get_by_label("Kode pribadi").press("Enter")

    state(page, "ready")
    expect(page.locator("#name")).to_have_text("Siti R.")
    assert page.url.endswith(f"/c#{TOKEN}")


def test_a_typed_8_is_read_as_b(phone: Phone, site: Site) -> None:
    page = phone.open("")

    page.get_by_label("Kode pribadi").fill("a8cdefghijklmnopqrstuvwx27")
    press(page, "Lanjutkan")

    state(page, "ready")
    assert page.url.endswith(f"/c#{TOKEN}")


def test_a_mistyped_code_is_explained_and_the_field_keeps_the_focus(phone: Phone, site: Site) -> None:
    page = phone.open("")

    page.get_by_label("Kode pribadi").fill("abc 999")
    press(page, "Lanjutkan")

    expect(page.get_by_role("alert")).to_contain_text("Kode belum lengkap")
    expect(page.get_by_label("Kode pribadi")).to_be_focused()


def test_an_unknown_link_shows_the_refusal_and_offers_the_code_field(phone: Phone, site: Site) -> None:
    page = phone.open(STRANGER)

    state(page, "refused")
    expect(page.locator("#refused")).to_contain_text("Tautan ini sudah diganti atau dicabut.")
    press(page, "Masukkan kode lain")

    state(page, "code")


def test_a_refused_report_is_not_sent_again(phone: Phone, site: Site) -> None:
    phone.context.route("**/api/links", never_arrive)
    page = phone.open(STRANGER)
    press(page, "Lapor sekarang")
    state(page, "refused")

    page.close()
    state(phone.open(STRANGER), "ready")

    assert len(site.checkins) == 1


def test_the_english_page_is_english_and_says_so_to_the_server(phone: Phone, site: Site) -> None:
    page = phone.open(query="?lang=en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#greeting")).to_be_visible()

    press(page, "Report now")

    state(page, "received")
    assert (site.links[0]["lang"], site.checkins[0]["lang"]) == ("en", "en")


def test_changing_the_language_keeps_the_code(phone: Phone, site: Site) -> None:
    page = phone.open()

    page.get_by_role("link", name="English").click()

    expect(page.get_by_role("button", name="Report now")).to_be_visible()
    assert page.url.endswith(f"/c?lang=en#{TOKEN}")


def test_markup_in_the_servers_words_stays_text(phone: Phone, site: Site) -> None:
    words = {"title": "<img src=x onerror=alert(1)>", "lines": ["<b>tebal</b>"]}
    answer = {
        "receipt": "K7Q4-M2XD",
        "recorded_at": "2020-03-23T07:12:04+07:00",
        "mark": "ok",
        "words": words,
    }
    page = phone.open()
    page.route(CHECKINS, lambda route: route.fulfill(status=201, json=answer))

    press(page, "Lapor sekarang")

    expect(page.locator("#received h1")).to_have_text("<img src=x onerror=alert(1)>")
    expect(page.locator("#received b, #received img")).to_have_count(0)


def test_nothing_breaks_the_content_policy_and_nothing_leaves_the_site(phone: Phone, site: Site) -> None:
    page = phone.open()
    expect(page.locator("#name")).to_have_text("Siti R.")

    press(page, "Lapor sekarang")
    state(page, "received")

    assert phone.complaints == []
    paths = ["/c", "/api/links", "/api/checkins"]
    requested = [url.partition("#")[0] for url in phone.requested if not url.startswith("data:")]
    assert requested == [site.url + path for path in paths]


def test_the_token_is_in_no_address_the_server_sees(phone: Phone, site: Site) -> None:
    page = phone.open()
    press(page, "Lapor sekarang")
    state(page, "received")

    assert not [url for url in phone.requested if TOKEN in url.partition("#")[0]]
