"""The stand-in for Telegram: it shows and refuses what Telegram would, and posts its users' updates."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from chalicelib.chat.reply import Button, Reply
from chalicelib.chat.telegram import TelegramDoor
from chalicelib.chat.telegram_voice import TelegramVoice
from chalicelib.domain.answer import Ask
from chalicelib.domain.day import Board, Card, Circulars
from chalicelib.domain.message import Incoming
from chalicelib.store.chat import Receipt
from chalicelib.store.checkins import CheckInStore
from infra.local import telegram_screen
from infra.local.telegram import SECRET, TOKEN, TelegramStandIn
from infra.local.telegram_screen import MessageRefused, Shown
from infra.local.telegram_updates import GROUP, Fix
from tests.office import at, banten, calendar

USER, HOME = "7001", Fix(-6.12, 106.15)


class Cards(CheckInStore):
    """A store in which nobody is linked: this is about Telegram, not about check-ins."""

    def card_of_account(self, key: str) -> Card | None:
        return None

    def board(self, *, at: object) -> Board:
        return Board(1, "WIB", Circulars((banten(),), calendar()))


class Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class Product:
    """The door behind a real server."""

    def __init__(self) -> None:
        self.heard: list[Incoming] = []
        self.door = TelegramDoor(SECRET, self._accept, Cards())
        self.server = make_server("127.0.0.1", 0, self._serve, threaded=True, request_handler=Quiet)

    def _accept(self, key: str, incoming: Incoming, fingerprint: str) -> Receipt:
        self.heard.append(incoming)
        return Receipt.FRESH

    @Request.application
    def _serve(self, request: Request) -> Response:
        status, body, kind = self.door.handle(request.get_data(), dict(request.headers), at=at("07:10"))
        return Response(body, status, content_type=kind)


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    product = Product()
    Thread(target=product.server.serve_forever, args=[0.05], daemon=True).start()
    yield product
    product.server.shutdown()
    product.server.server_close()


@pytest.fixture
def telegram(product: Product) -> Iterator[TelegramStandIn]:
    product.heard.clear()
    with TelegramStandIn(TOKEN, SECRET, lambda: at("07:10"), f"http://127.0.0.1:{product.server.port}") as stand_in:
        yield stand_in


def test_every_verb_of_a_user_reaches_the_product_as_what_it_is(telegram: TelegramStandIn, product: Product) -> None:
    telegram.text(USER, "status")
    telegram.document(USER, "pegawai.csv", b"nama")
    telegram.contact(USER, "6281200000001")
    telegram.press(USER, Button("b7", "Ya"))
    telegram.text(USER, "/status", group=GROUP)

    assert [(one.text, one.press, one.phone) for one in product.heard] == [
        ("status", None, None),
        (None, None, None),
        (None, None, "6281200000001"),
        (None, "b7", None),
        ("/status", None, None),
    ]
    upload = product.heard[1].upload
    assert upload
    assert TelegramVoice(TOKEN, telegram.api_url).fetch(upload) == b"nama"
    assert [one.is_private for one in product.heard] == [True, True, True, True, False]


def test_the_webhooks_own_answer_is_shown_and_stops_the_spinner(telegram: TelegramStandIn) -> None:
    telegram.contact(USER, "6281200000001", of="9999")
    telegram.press(USER, Button("b7", "Ya"))

    (shown,) = telegram.shown(USER)
    assert shown.text.startswith("Itu bukan nomor Anda sendiri")
    assert shown.asks is Ask.CONTACT
    assert telegram.spinning == frozenset()


def test_a_press_that_nobody_answers_goes_on_spinning(telegram: TelegramStandIn) -> None:
    forged = telegram.updates.press(USER, Button("b7", "Ya"))

    status, _ = telegram.send(replace(forged, headers={}))

    assert status == 401
    assert len(telegram.spinning) == 1


def test_locations_live_ones_places_and_forwards_are_told_apart(telegram: TelegramStandIn, product: Product) -> None:
    telegram.location(USER, HOME)
    start = telegram.live(USER, HOME, HOME)
    telegram.move(start, HOME, is_last=True)
    telegram.venue(USER, HOME)
    telegram.forwarded(USER, HOME)

    titles = [shown.text.splitlines()[0] for shown in telegram.shown(USER)]
    assert titles == ["Akun ini belum terhubung"] * 2 + ["Lokasi ini tidak dicatat"] * 2
    assert product.heard == []


def test_what_the_voice_says_is_seen_with_buttons_that_can_be_found_by_their_label(telegram: TelegramStandIn) -> None:
    telegram.text(USER, "status")

    TelegramVoice(TOKEN, telegram.api_url).say({"chat": USER}, Reply("Judul", buttons=(Button("b7", "Ya"),)))

    assert telegram.shown(USER) == [Shown("Judul", (Button("b7", "Ya"),))]
    assert telegram.button(USER, "Ya").id == "b7"


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "<b>a", "parse_mode": "HTML"},
        {"text": "a < b", "parse_mode": "HTML"},
        {"text": "<table>a</table>", "parse_mode": "HTML"},
        {"text": "<b><i>a</b></i>", "parse_mode": "HTML"},
        {"text": " \n"},
        {"text": "x" * 4097},
        {"text": "😀" * 2049},
        {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "x" * 65}]]}},
    ],
)
def test_what_telegram_would_refuse_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(MessageRefused):
        telegram_screen.message(fields)


def test_a_date_in_an_update_is_the_stand_ins_own_clock(telegram: TelegramStandIn) -> None:
    message = telegram.updates.location(USER, HOME).update["message"]

    assert message["date"] == at("07:10").timestamp()
