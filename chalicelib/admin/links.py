"""The sheet from which an OPD's operator hands out check-in links, one click-to-chat link a person.

The links are keys: they exist in this sheet and on the phones they are sent to, and are shown once. The price of
click-to-chat is that the operator's own WhatsApp sends them, one tap each.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from chalicelib.phrases import phrase


@dataclass(frozen=True)
class Entry:
    """A person whose link goes out. `unit` is the person's own; `phone` is E.164 or None."""

    name: str
    unit: str
    phone: str | None
    checkin_url: str


@dataclass(frozen=True)
class SheetRow:
    """A line of the sheet; `chat_url` opens the operator's WhatsApp at the person, with the message written."""

    name: str
    unit: str
    chat_url: str | None
    checkin_url: str


def sheet(unit_name: str, entries: Iterable[Entry], *, lang: str = "id") -> tuple[SheetRow, ...]:
    """The lines for one reporting unit, by unit and name; who has no phone gets the link on paper or by hand."""
    ordered = sorted(entries, key=lambda entry: (entry.unit != unit_name, entry.unit, entry.name.casefold()))
    return tuple(SheetRow(entry.name, entry.unit, chat_url(entry, lang=lang), entry.checkin_url) for entry in ordered)


def chat_url(entry: Entry, *, lang: str = "id") -> str | None:
    """Source: WhatsApp, "click to chat": `https://wa.me/<number>?text=<url-encoded text>`, the number without `+`."""
    if entry.phone is None:
        return None
    text = phrase("roster.link.message", lang=lang, name=entry.name, unit=entry.unit, url=entry.checkin_url)
    return f"https://wa.me/{entry.phone.removeprefix('+')}?text={quote(text, safe='')}"
