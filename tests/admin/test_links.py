"""The operator's sheet of links: who gets which, and what WhatsApp is asked to open."""

from urllib.parse import parse_qs, urlsplit

from chalicelib.admin.links import Entry, chat_url, sheet

URL = "https://hadir.example.com/c#abcdefghijklmnopqrstuvwxyz"


def entry(name: str = "Rina Wati", unit: str = "Dinas Kesehatan", phone: str | None = "+6281200000001") -> Entry:
    return Entry(name, unit, phone, URL)


def test_a_click_to_chat_link_opens_the_persons_number_without_a_plus() -> None:
    parts = urlsplit(chat_url(entry()) or "")

    assert (parts.scheme, parts.netloc, parts.path) == ("https", "wa.me", "/6281200000001")


def test_the_message_carries_the_name_and_the_whole_link_with_its_fragment() -> None:
    parts = urlsplit(chat_url(entry(name="Rina & Co + Wati #1")) or "")

    (text,) = parse_qs(parts.query)["text"]
    assert parts.fragment == ""
    assert URL in text
    assert "Rina & Co + Wati #1" in text


def test_the_message_is_indonesian_unless_english_is_asked_for() -> None:
    assert "tautan+pribadi" in (chat_url(entry()) or "").replace("%20", "+")
    assert "personal+link" in (chat_url(entry(), lang="en") or "").replace("%20", "+")


def test_the_longest_name_still_fits_into_a_spreadsheets_link() -> None:
    longest = entry(name="Ñ" * 150, unit="Dinas " + "Pemberdayaan " * 10)

    assert len(chat_url(longest) or "") < 2_079


def test_who_has_no_phone_is_on_the_sheet_with_the_bare_link() -> None:
    (row,) = sheet("Dinas Kesehatan", [entry(phone=None)])

    assert row.chat_url is None
    assert row.checkin_url == URL


def test_the_sheet_lists_the_reporting_unit_first_then_the_units_below_by_name() -> None:
    entries = [
        entry("Budi", "RSUD Banten"),
        entry("sri", "Dinas Kesehatan"),
        entry("Ani", "UPTD Labkes"),
        entry("Rina"),
    ]

    names = [row.name for row in sheet("Dinas Kesehatan", entries)]

    assert names == ["Rina", "sri", "Budi", "Ani"]
