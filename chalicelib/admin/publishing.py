"""What the check-in path may know of the office, brought up to date after a change.

Everybody has a card by their id and phone number, which a chat account opens that proved the number, and one by their
link; with another number the first goes, so that a phone that was handed on reports for nobody. Only units whose people
changed are read. The board carries the revision it shows and is written last, so a publication that died is seen by the
next bell and done again from the same starting point. The price: a new link opens a moment after the change that issued
it.
"""

from dataclasses import replace

from chalicelib.assembly import Records
from chalicelib.domain.change import Noun
from chalicelib.domain.day import Board, Card, Office
from chalicelib.domain.people import Person
from chalicelib.store.checkins import person_key, publish_board, publish_cards, published_board, withdraw_cards

PEOPLE = f"{Noun.PEOPLE}#"


def publish(records: Records, zone: str) -> bool:
    """Make cards and board show the office in force; returns whether there was anything to do.

    Doing it twice changes nothing; a link that has left the roster opens nothing afterwards.
    """
    office, board = records.office.current(), published_board()
    if office is None or (board and board.revision == office.revision):
        return False
    since = range(board.revision, office.revision) if board else ()
    cards = _cards(records, office, _rewritten(records, office, board.revision if board else None))
    gone = {key for revision in since for key in _doors(records, revision, _left_behind(records, office, revision))}
    publish_cards(cards)
    withdraw_cards(tuple(gone - cards.keys()))
    publish_board(Board(office.revision, zone, office.circulars))
    return True


def _rewritten(records: Records, office: Office, shown: int | None) -> list[str]:
    """The units whose cards may differ from those of the revision shown; all when a unit's own name may have."""
    now = records.office.head_at(office.revision).editions
    then = records.office.head_at(shown).editions if shown else {}
    if now.get(Noun.UNITS) != then.get(Noun.UNITS):
        return [unit.id for unit in office.organisation.units]
    return [name.removeprefix(PEOPLE) for name in now if name.startswith(PEOPLE) and now[name] != then.get(name)]


def _left_behind(records: Records, office: Office, revision: int) -> list[str]:
    """The units whose people of an earlier revision are no longer those of today."""
    now, then = (records.office.head_at(one).editions for one in (office.revision, revision))
    return [name.removeprefix(PEOPLE) for name in then if name.startswith(PEOPLE) and then[name] != now.get(name)]


def _doors(records: Records, revision: int, units: list[str]) -> set[str]:
    people = records.office.people(revision, units)
    return {key for person in people for key in (person.link_hash, person_key(person.id, person.phone)) if key}


def _cards(records: Records, office: Office, units: list[str]) -> dict[str, Card]:
    cards = {}
    for person in records.office.people(office.revision, units):
        card = _card(person, office)
        cards[person_key(person.id, person.phone)] = replace(card, issued_at=None)
        if person.link_hash:
            cards[person.link_hash] = card
    return cards


def _card(person: Person, office: Office) -> Card:
    unit = office.organisation.by_id[person.unit].name
    return Card(person.id, masked(person.name), person.file, unit, person.home, person.link_issued or person.link_since)


def masked(name: str) -> str:
    """A name that its owner recognises and a stranger with a forwarded link does not learn: "Siti R."."""
    first, *others = name.split(",", maxsplit=1)[0].split() or [""]
    return " ".join([first, *(f"{word[0]}." for word in others[:1])])
