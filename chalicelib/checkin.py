"""Journey 1: an employee opens a link and reports.

Server time is the fact, everything the device says is a claim; every position is accepted and graded. One read of the
card and one conditional write carry a check-in. What a reply says in words is `render.receipt`'s business.
"""

from base64 import b32encode
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Annotated, Literal, TypeVar

import msgspec

from chalicelib.domain.calendar import ZONES
from chalicelib.domain.day import Board, Card, CheckIn
from chalicelib.domain.errors import (
    CalendarUnknown,
    CoordinatesSwapped,
    LinkUnknown,
    PositionContradicted,
    SubmissionMalformed,
    SubmissionTooLarge,
)
from chalicelib.domain.evidence import Errand, Evidence, Limits, Position, Reason, grade
from chalicelib.domain.link import normalise_token, token_hash
from chalicelib.domain.people import Place, is_in_indonesia
from chalicelib.domain.policy import Policy, Window
from chalicelib.store.checkins import BY_CHAT, CheckInStore

LIMIT_BYTES = 4096
"""The largest request that is read at all; an honest check-in takes about 500 bytes."""

POLE = 90
DIGITS = 7
"""Decimals of a degree that are kept: a centimetre, and no number so small that the table refuses it."""

PLAIN_LIMITS = Limits(radius_m=200, accuracy_m=500, fix_age_s=120, clock_skew_s=60)
"""What a position is graded by on a day without a circular; such a check-in is kept and enters no report."""

Instant_ms = Annotated[float, msgspec.Meta(ge=0, le=4_102_444_800_000)]
Lang = Literal["id", "en"]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A position as the browser sends it. Units: degrees, metres, milliseconds since 1970.

    A latitude may be as large as a longitude here, so that a swapped pair can be told what is wrong with it.
    """

    lat: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    accuracy_m: Annotated[float, msgspec.Meta(ge=0, le=20_100_000)]
    fixed_at: Instant_ms


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One check-in as the page posts it: a position, or the reason why there is none."""

    token: str
    id: Annotated[str, msgspec.Meta(pattern=rf"\A(?!{BY_CHAT})[A-Za-z0-9_-]{{8,64}}\Z")]
    position: Claim | None = None
    no_position: Literal["denied", "unavailable", "timeout", "unsupported", "insecure"] | None = None
    activity: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    errand: Errand | None = None
    device_at: Instant_ms | None = None
    lang: Lang = "id"


@dataclass(frozen=True, kw_only=True)
class Opening:
    """The question whose link this is."""

    token: str
    lang: Lang = "id"


@dataclass(frozen=True)
class Standing:
    """What an instant means under the circulars: the day's policy, the open window, and the window that comes next."""

    policy: Policy | None
    window: Window | None
    following: Window | None


@dataclass(frozen=True)
class Opened:
    """What a link's holder sees before reporting."""

    card: Card
    standing: Standing
    at: datetime
    zone: str


@dataclass(frozen=True)
class Receipt:
    """The proof of a check-in: what is kept of it, and which report it will be in."""

    number: str
    checkin: CheckIn
    standing: Standing
    zone: str


T = TypeVar("T")


def read_request(body: bytes, kind: type[T]) -> T:
    """A request's body as the value it should be; JSON's strict reading refuses NaN, Infinity and `true` as a number.

    Raises: SubmissionTooLarge, SubmissionMalformed with the field at fault.
    """
    if len(body) > LIMIT_BYTES:
        raise SubmissionTooLarge(LIMIT_BYTES)
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SubmissionMalformed(str(error).split("`")[-2] if "`$" in str(error) else "json") from error


def open_link(store: CheckInStore, opening: Opening, *, at: datetime) -> Opened:
    """Whose link this is and what is due next; it changes nothing. Raises: LinkUnknown."""
    card, board = _admit(store, opening.token, at)
    return Opened(card, standing(board, at), at, board.zone)


def record_checkin(store: CheckInStore, submission: Submission, *, at: datetime) -> Receipt:
    """Keep one check-in and return its receipt; the same client id again returns the first receipt.

    Raises: LinkUnknown, PositionContradicted, CoordinatesSwapped.
    """
    position = _position(submission)
    card, board = _admit(store, submission.token, at)
    evidence = judged(card, board, position, submission.errand, at=at)
    checkin = CheckIn(card.person, at, evidence, submission.errand, _line(submission.activity or ""))
    return keep(store, card, board, submission.id, checkin, position, _instant(submission.device_at))


def judged(
    card: Card, board: Board, position: Position | Reason, errand: Errand | None = None, *, at: datetime
) -> Evidence:
    """What a position says by the limits of the day's policy."""
    policy = standing(board, at).policy
    return grade(position, card.home, policy.limits if policy else PLAIN_LIMITS, errand=errand, at=at)


def keep(
    store: CheckInStore,
    card: Card,
    board: Board,
    client_id: str,
    checkin: CheckIn,
    position: Position | Reason,
    device_at: datetime | None = None,
) -> Receipt:
    """Keep a judged check-in, by whatever door it came, and return the receipt of what is kept."""
    day = checkin.at.astimezone(ZONES[board.zone]).date()
    claimed = position if isinstance(position, Position) else None
    kept = store.add(card, day, client_id, checkin, claimed, device_at)
    return Receipt(_number(card, day, client_id), kept, standing(board, kept.at), board.zone)


def standing(board: Board, at: datetime) -> Standing:
    """What the instant means under the published circulars."""
    policy, windows = _asked(board, at.astimezone(ZONES[board.zone]).date())
    return Standing(
        policy,
        next((window for window in windows if window.contains(at)), None),
        next((window for window in windows if window.opens > at), None),
    )


def _asked(board: Board, day: date) -> tuple[Policy | None, tuple[Window, ...]]:
    """The day's policy and windows. A year without decreed holidays is the bell's alarm; no check-in is lost for it."""
    try:
        return board.circulars.policy_on(day), board.circulars.windows(day)
    except CalendarUnknown:
        return None, ()


def _admit(store: CheckInStore, token: str, at: datetime) -> tuple[Card, Board]:
    code = normalise_token(token)
    card = store.card(token_hash(code)) if code else None
    board = store.board(at=at)
    if card is None or board is None or not card.is_live(at):
        raise LinkUnknown()
    return card, board


def _position(submission: Submission) -> Position | Reason:
    """The one claim the submission makes. Raises: PositionContradicted, CoordinatesSwapped, SubmissionMalformed."""
    claim, reason = submission.position, submission.no_position
    if claim is None and reason is not None:
        return Reason(reason)
    if claim is None or reason is not None:
        raise PositionContradicted()
    if not is_in_indonesia(claim.lat, claim.lon) and is_in_indonesia(claim.lon, claim.lat):
        raise CoordinatesSwapped()
    if abs(claim.lat) > POLE:
        raise SubmissionMalformed("$.position.lat")
    fixed_at = datetime.fromtimestamp(claim.fixed_at / 1000, UTC)
    return Position(place_of(claim.lat, claim.lon), claim.accuracy_m, fixed_at)


def place_of(lat: float, lon: float) -> Place:
    """A claimed point with as many digits as are kept."""
    return Place(round(lat, DIGITS), round(lon, DIGITS))


def _line(text: str) -> str:
    """Text as one line of what can be seen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _instant(milliseconds: float | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


def _number(card: Card, day: date, client_id: str) -> str:
    """A receipt number short enough to read out; the same check-in always has the same."""
    digest = sha256(f"{card.person}#{day}#{client_id}".encode()).digest()
    letters = b32encode(digest[:5]).decode()
    return f"{letters[:4]}-{letters[4:]}"
