"""Journey 1 by Telegram: a shared location becomes a check-in, by the judging and keeping of the page.

It runs inside the webhook, because a position may stand in no queue, inbox row, log or reply. A live location speaks
every few seconds for hours: of its edits at most two in a window are kept. The price of remembering that in the process
alone: each new process asks the table once more.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.chat.reply import Reply
from chalicelib.checkin import Opened, Receipt, Standing, judged, keep, standing
from chalicelib.domain.answer import Ask
from chalicelib.domain.day import Board, Card, CheckIn
from chalicelib.domain.evidence import Evidence, Position, Reason
from chalicelib.domain.message import Platform
from chalicelib.domain.policy import Window
from chalicelib.phrases import phrase
from chalicelib.render import receipt
from chalicelib.store.checkins import BY_CHAT, CheckInStore

DOUBTFUL = (Reason.ACCURACY_TOO_COARSE, Reason.ACCURACY_UNKNOWN, Reason.FIX_TOO_OLD, Reason.FIX_IN_FUTURE)
"""A fix that says nothing for these reasons is kept, so that nobody who shares is called missing, and once improved."""


@dataclass(frozen=True)
class Shared:
    """A location that somebody shared in their private chat with the bot.

    `is_live` says that Telegram keeps sending it, `is_edit` that this is one of the later ones.
    """

    update: int
    user: str
    position: Position
    is_live: bool
    is_edit: bool
    lang: str


@dataclass(frozen=True)
class Visit:
    """A shared location with what it is judged by."""

    shared: Shared
    card: Card
    board: Board
    at: datetime

    @property
    def standing(self) -> Standing:
        return standing(self.board, self.at)

    @property
    def evidence(self) -> Evidence:
        return judged(self.card, self.board, self.shared.position, at=self.at)


def account_key(user: str) -> str:
    """Under which key the card of a Telegram user's account is found."""
    return f"{Platform.TELEGRAM}#{user}"


class SharedLocations:
    """Records shared locations; remembers which live ones have nothing more to give in the present window."""

    def __init__(self, checkins: CheckInStore) -> None:
        self._checkins = checkins
        self._window: Window | None = None
        self._settled: set[tuple[str, bool]] = set()

    def record(self, shared: Shared, *, at: datetime) -> Reply | None:
        """Keep what the location is worth and return what to say; an edit is answered only when it was kept.

        Promise: the same update again keeps nothing twice; of a live location at most two fixes are kept in a window,
        the first and the first that is not in doubt.
        """
        board = self._checkins.board(at=at)
        if shared.is_edit and (board is None or self._is_idle(shared, board, at)):
            return None
        card = self._checkins.card_of_account(account_key(shared.user))
        if board is None or card is None:
            return None if shared.is_edit else simple("unlinked", Ask.CONTACT, lang=shared.lang)
        visit = Visit(shared, card, board, at)
        return self._follow(visit) if shared.is_live else self._pin(visit)

    def _is_idle(self, shared: Shared, board: Board, at: datetime) -> bool:
        """Whether an edit can change nothing: outside every window, or after its user's firm fix. It reads nothing."""
        window = standing(board, at).window
        return window is None or (shared.user, True) in self._settled_in(window)

    def _settled_in(self, window: Window) -> set[tuple[str, bool]]:
        """Users with a fix kept in the present window, and whether a firm one; the window before is forgotten."""
        if window != self._window:
            self._window, self._settled = window, set()
        return self._settled

    def _follow(self, visit: Visit) -> Reply | None:
        """A live location: its rows are named after the window, so that every later fix finds the name taken."""
        window, shared = visit.standing.window, visit.shared
        if window is None:
            return self._outside(visit)
        is_firm, settled = visit.evidence.reason not in DOUBTFUL, self._settled_in(window)
        if shared.is_edit and (shared.user, is_firm) in settled:
            return None
        kept = self._keep(visit, f"{BY_CHAT}live-{window.slot.id}{'' if is_firm else '-doubtful'}")
        settled.add((shared.user, is_firm))
        return None if shared.is_edit and kept.checkin.at != visit.at else _said(visit, kept)

    def _outside(self, visit: Visit) -> Reply:
        """A share that begins before a window needs no row: the window will fill itself. One that begins after the
        day's last is a follow-up, as it is from the page."""
        now, lang = visit.standing, visit.shared.lang
        if now.policy and not now.following:
            return self._pin(visit)
        due = receipt.greeting(Opened(visit.card, now, visit.at, visit.board.zone), lang=lang)["title"]
        started = simple("live_started", Ask.LOCATION, lang=lang)
        return replace(started, lines=(str(due), *started.lines))

    def _pin(self, visit: Visit) -> Reply:
        return _said(visit, self._keep(visit, f"{BY_CHAT}{visit.shared.update}"))

    def _keep(self, visit: Visit, client_id: str) -> Receipt:
        checkin = CheckIn(visit.card.person, visit.at, visit.evidence)
        return keep(self._checkins, visit.card, visit.board, client_id, checkin, visit.shared.position)


def simple(kind: str, asks: Ask = Ask.NOTHING, *, lang: str) -> Reply:
    """An answer that is one title and one line of the catalogue."""
    line = phrase(f"telegram.{kind}.line", lang=lang)
    return Reply(phrase(f"telegram.{kind}.title", lang=lang), (line,), asks=asks, lang=lang)


def _said(visit: Visit, kept: Receipt) -> Reply:
    """The receipt in the page's words, with its number."""
    lang = visit.shared.lang
    words = receipt.receipt(kept, lang=lang)
    lines = [*words["lines"], phrase("telegram.receipt.line", lang=lang, number=kept.number)]
    if visit.shared.is_live and not visit.shared.is_edit:
        lines.append(phrase("telegram.live_started.line", lang=lang))
    return Reply(str(words["title"]), tuple(lines), asks=Ask.LOCATION, lang=lang)
