"""Check-ins and the cards that admit them: the busiest path, one read and one conditional write.

The board is read again at most once a minute in each process; a change of circular is therefore known here within a
minute, while reports always judge by the office itself.
"""

from datetime import date, datetime, timedelta
from hashlib import sha256

from pynamodb.exceptions import PutError

from chalicelib.domain.day import Board, Card, CheckIn
from chalicelib.domain.evidence import Band, Errand, Evidence, Grade, Position, Reason
from chalicelib.store.codec import dumps, loads
from chalicelib.store.instants import read, stored
from chalicelib.store.tables import CardRow, CheckInRow

BOARD = "board"
BOARD_AGE = timedelta(minutes=1)
KEPT = timedelta(days=30)
"""How long a check-in and its coordinates are kept (office practice; UU 27/2022 articles 42–44)."""

SEEN = ["id", "at", "person", "grade", "reason", "band", "errand", "activity"]
"""What a report reads of a check-in, named in every query: a local index would fetch the rest from the table."""

BY_CHAT = "tg-"
"""How the client ids of check-ins begin that came through a linked chat account; no page makes such an id."""


class CheckInStore:
    """Reads cards and the board, writes check-ins; knows nothing else of the office."""

    def __init__(self) -> None:
        self._board: Board | None = None
        self._board_read_at: datetime | None = None

    def card(self, token_hash: str) -> Card | None:
        """The card that a token's hash opens, if any."""
        row = _get(token_hash)
        return loads(row.body, Card) if row else None

    def card_of_account(self, key: str) -> Card | None:
        """The card of the person who linked a chat account; None when nobody has, or the person has left or is called
        by another number since."""
        row = _get(key)
        return self.card(loads(row.body, str)) if row else None

    def board(self, *, at: datetime) -> Board | None:
        """The circulars as published, at most a minute old; None before the office was ever opened."""
        if (
            self._board is None
            or self._board_read_at is None
            or not timedelta() <= at - self._board_read_at < BOARD_AGE
        ):
            self._board, self._board_read_at = published_board(), at
        return self._board

    def add(
        self,
        card: Card,
        day: date,
        client_id: str,
        checkin: CheckIn,
        position: Position | None,
        device_at: datetime | None,
    ) -> CheckIn:
        """Keep a check-in and return what is kept.

        Promise: the same client id again, at once or later that day, changes nothing and returns the first.
        """
        row = _row(card, day, client_id, checkin, position, device_at)
        try:
            row.save(CheckInRow.id.does_not_exist())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            row = CheckInRow.get(row.unit_day, row.id, consistent_read=True)
        return _checkin(row)

    def filed_under(self, unit: str, day: date, *, until: datetime) -> tuple[CheckIn, ...]:
        """The check-ins kept under a unit on a local day up to an instant, earliest first, without coordinates.

        Promise: every check-in that was acknowledged before this reading and lies in its range is in it.
        """
        rows = CheckInRow.received.query(
            _unit_day(unit, day), CheckInRow.at <= stored(until), consistent_read=True, attributes_to_get=SEEN
        )
        return tuple(_checkin(row) for row in rows)


def person_key(person: str, phone: str | None) -> str:
    """Under which key a person's card stands, besides that of their link, as long as they have this number."""
    return f"person#{person}#{sha256((phone or '').encode()).hexdigest()[:16]}"


def _get(token_hash: str) -> CardRow | None:
    try:
        return CardRow.get(token_hash, consistent_read=True)
    except CardRow.DoesNotExist:
        return None


def _unit_day(unit: str, day: date) -> str:
    return f"{unit}#{day.isoformat()}"


def _row(
    card: Card,
    day: date,
    client_id: str,
    checkin: CheckIn,
    position: Position | None,
    device_at: datetime | None,
) -> CheckInRow:
    evidence = checkin.evidence
    return CheckInRow(
        unit_day=_unit_day(card.file, day),
        id=f"{card.person}#{client_id}",
        at=stored(checkin.at),
        person=card.person,
        grade=evidence.grade,
        reason=evidence.reason,
        band=evidence.band,
        errand=checkin.errand,
        activity=checkin.activity or None,
        lat=position.place.lat if position else None,
        lon=position.place.lon if position else None,
        accuracy_m=position.accuracy_m if position else None,
        fixed_at=stored(position.fixed_at) if position else None,
        device_at=stored(device_at),
        expires_at=int((checkin.at + KEPT).timestamp()),
    )


def _checkin(row: CheckInRow) -> CheckIn:
    evidence = Evidence(
        Grade(row.grade), Reason(row.reason) if row.reason else None, Band(row.band) if row.band else None
    )
    errand, client_id = Errand(row.errand) if row.errand else None, row.id.removeprefix(f"{row.person}#")
    return CheckIn(row.person, read(row.at), evidence, errand, row.activity or "", client_id.startswith(BY_CHAT))


def published_board() -> Board | None:
    """The board as it is up now."""
    row = _get(BOARD)
    return loads(row.body, Board) if row else None


def publish_board(board: Board) -> None:
    """Put up the board. Promise: repeating it changes nothing."""
    CardRow(BOARD, body=dumps(board)).save()


def publish_cards(cards: dict[str, Card]) -> None:
    """Write cards by token hash. Promise: repeating it changes nothing; a half-done call is finished by the next."""
    with CardRow.batch_write() as batch:
        for token_hash, card in cards.items():
            batch.save(CardRow(token_hash, body=dumps(card)))


def withdraw_cards(token_hashes: tuple[str, ...]) -> None:
    """Take cards away, so that their links open nothing. Promise: repeating it changes nothing."""
    with CardRow.batch_write() as batch:
        for token_hash in token_hashes:
            batch.delete(CardRow(token_hash))


def link_account(key: str, person: str, phone: str) -> None:
    """Let a chat account, such as `telegram#123456`, open a person's card as long as they have the number it proved.

    Promise: repeating it changes nothing; of two at once one stands.
    """
    CardRow(key, body=dumps(person_key(person, phone))).save()


def unlink_account(key: str) -> None:
    """Let a chat account open nothing. Promise: repeating it changes nothing."""
    CardRow(key).delete()
