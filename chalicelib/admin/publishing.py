"""What the check-in path may know of the office, brought up to date after a change.

The board carries the revision it shows and is written last, so a publication that died is seen by the next bell and
done again from the same starting point. The price: a new link opens a moment after the change that issued it.
"""

from chalicelib.assembly import Records
from chalicelib.domain.day import Board, Card, Office
from chalicelib.domain.people import Person
from chalicelib.store.checkins import publish_board, publish_cards, published_board, withdraw_cards


def publish(records: Records, zone: str) -> bool:
    """Make cards and board show the office in force; returns whether there was anything to do.

    Doing it twice changes nothing; a link that has left the roster opens nothing afterwards.
    """
    office, board = records.office.current(), published_board()
    if office is None or (board and board.revision == office.revision):
        return False
    after = _people(records, office)
    since = range(board.revision, office.revision) if board else ()
    before = {link for revision in since for link in _people(records, records.office.at(revision))}
    publish_cards({link: _card(person, office) for link, person in after.items()})
    withdraw_cards(tuple(before - after.keys()))
    publish_board(Board(office.revision, zone, office.circulars))
    return True


def _people(records: Records, office: Office) -> dict[str, Person]:
    units = [unit.id for unit in office.organisation.units]
    people = records.office.people(office.revision, units)
    return {person.link_hash: person for person in people if person.link_hash}


def _card(person: Person, office: Office) -> Card:
    if person.link_since is None:
        raise ValueError(f"a link without a date: {person.id}")
    unit = office.organisation.by_id[person.unit].name
    return Card(person.id, masked(person.name), person.file, unit, person.home, person.link_issued or person.link_since)


def masked(name: str) -> str:
    """A name that its owner recognises and a stranger with a forwarded link does not learn: "Siti R."."""
    first, *others = name.split(",", maxsplit=1)[0].split() or [""]
    return " ".join([first, *(f"{word[0]}." for word in others[:1])])
