"""Check-in links: issued, revoked, and the sheet from which an OPD's operator hands them out, one tap a person.

The links are keys: they exist in this sheet and on the phones they are sent to, and are shown once. The price of
click-to-chat is that the operator's own WhatsApp sends them; and where no operator has an address, nobody gets one.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from urllib.parse import quote

from chalicelib.admin.chance import drawn_from
from chalicelib.admin.staff import known, operator_of_person, rewritten
from chalicelib.domain.change import Change, Line
from chalicelib.domain.day import Office
from chalicelib.domain.link import new_token, token_hash
from chalicelib.domain.people import Organisation, Person, Unit
from chalicelib.phrases import phrase

FEW = 5
"""How many people are shown by name before their links are taken away or renewed."""


@dataclass(frozen=True)
class IssueLinks:
    """New links for some people and for everybody in some units; the old ones stop opening."""

    people: tuple[str, ...]
    units: tuple[str, ...]
    chance: bytes = b""


@dataclass(frozen=True)
class SendSheets:
    """New links for everybody in some units, with all below them: for a sheet that was lost or leaked."""

    units: tuple[str, ...]
    chance: bytes = b""


@dataclass(frozen=True)
class RevokeLinks:
    """Take away the links of some people."""

    people: tuple[str, ...]


def decide(command: IssueLinks | SendSheets | RevokeLinks, office: Office, *, at: datetime) -> Change:
    """The change that a command makes. Raises: PersonGone, OperatorUnknown."""
    match command:
        case IssueLinks(people, units, chance):
            return _issued(office, people, units, chance, at=at)
        case SendSheets(units, chance):
            return _issued(office, (), units, chance, at=at)
        case RevokeLinks(people):
            return _revoked(office, people)
        case _:
            assert_never(command)


def _issued(office: Office, people: Sequence[str], units: Sequence[str], chance: bytes, *, at: datetime) -> Change:
    around = office.organisation.within(units)
    within = [person for person in office.people if person.unit in around]
    chosen = tuple(dict.fromkeys((*known(office, people), *within)))
    for person in chosen:
        operator_of_person(person, office.organisation)
    had = sum(person.link_hash is not None for person in chosen)
    issued, tokens = issue_links(chosen, drawn_from(chance), renewed={person.id for person in chosen}, at=at)
    dying = (Line("links.die", {"count": had}),) if had else ()
    summary, details = Line("links.issued", {"count": len(issued)}), _few(issued, office.organisation)
    return rewritten(office, issued, summary, details=details, warnings=dying, tokens=tokens)


def _few(people: Sequence[Person], organisation: Organisation) -> tuple[Line, ...]:
    """A line for each of few people; namesakes are told apart by their units."""
    shown = people if len(people) <= FEW else ()
    facts = ({"name": person.name, "unit": organisation.by_id[person.unit].name} for person in shown)
    return tuple(Line("links.person", {**of_one}) for of_one in facts)


def _revoked(office: Office, people: Sequence[str]) -> Change:
    """Without a link nothing can be said of a person: the reports count them as "no data", not as missing."""
    holders = [person for person in known(office, people) if person.link_hash]
    after = [replace(person, link_hash=None, link_since=None, link_issued=None) for person in holders]
    details = (*_few(after, office.organisation), Line("links.chats_too"))
    return rewritten(office, after, Line("links.revoked", {"count": len(after)}), details=details)


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


def issue_links(
    people: Sequence[Person],
    random_bytes: Callable[[int], bytes],
    *,
    renewed: Collection[str] = (),
    at: datetime,
) -> tuple[tuple[Person, ...], dict[str, str]]:
    """A link for everybody who has none, whose link has run out, or who is to have a new one.

    Returns the people with its hash, and the new tokens by person. An old link opens nothing once this is published.
    """
    wanting = [person for person in people if person.id in renewed or not person.could_report(at, at)]
    tokens = {person.id: new_token(random_bytes) for person in wanting}
    linked = (_linked(person, tokens[person.id], at) if person.id in tokens else person for person in people)
    return tuple(linked), tokens


def _linked(person: Person, token: str, at: datetime) -> Person:
    return replace(person, link_hash=token_hash(token), link_since=person.link_since or at, link_issued=at)


def sheets(
    organisation: Organisation, people: Sequence[Person], tokens: Mapping[str, str], base_url: str
) -> dict[Unit, tuple[SheetRow, ...]]:
    """The lines of the sheets that hand out new links, one sheet for each reporting unit."""
    entries: dict[Unit, list[Entry]] = {}
    for person in (person for person in people if person.id in tokens):
        if reporter := organisation.reporter_of(person.unit):
            unit = organisation.by_id[person.unit].name
            entry = Entry(person.name, unit, person.phone, f"{base_url}/c#{tokens[person.id]}")
            entries.setdefault(reporter, []).append(entry)
    return {unit: sheet(unit.name, found) for unit, found in entries.items()}
