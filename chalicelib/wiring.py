"""Every effect and every lazy import, once: the clock, the stores, SES, the renderers.

Modules import plainly at their top; only here are imports put off, each with its cost and its only users, so that a
check-in's cold start carries neither SES nor a renderer. Nothing is connected before its first use.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, lru_cache, partial, wraps
from secrets import token_bytes
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.config import Config
from botocore.session import Session, get_session

from chalicelib.assembly import Records
from chalicelib.domain.calendar import ZONES
from chalicelib.mail import Mailer
from chalicelib.planning import Bell
from chalicelib.reporting import PostOffice
from chalicelib.settings import Settings
from chalicelib.store import tables
from chalicelib.store.archive import Archive
from chalicelib.store.checkins import CheckInStore
from chalicelib.store.doorbell import BotBell, Doorbell
from chalicelib.store.ledger import Ledger
from chalicelib.store.office import OfficeStore

if TYPE_CHECKING:
    from chalicelib.admin.desk import Registry
    from chalicelib.admin.parcels import Parcel
    from chalicelib.chat.slack import SlackDoor
    from chalicelib.chat.slack_voice import SlackVoice
    from chalicelib.chat.telegram import TelegramDoor
    from chalicelib.chat.telegram_voice import TelegramVoice
    from chalicelib.chat.voice import Voice
    from chalicelib.chat.worker import BotWorker
    from chalicelib.domain.answer import Answer
    from chalicelib.domain.change import Line
    from chalicelib.domain.message import Incoming
    from chalicelib.store.chat import ChatStore, Receipt
    from chalicelib.store.secrets import Secrets

T = TypeVar("T")


def now() -> datetime:
    """The one clock. Only the embedded cloud rebinds it, in its own process."""
    return datetime.now(UTC)


SECRETS_LAST_S = 300


def _renewed(make: Callable[[], T]) -> Callable[[], T]:
    """Made once and again when secrets may have changed, so that nobody has to restart a function to exchange one."""
    made = lru_cache(maxsize=1)(lambda _: make())

    @wraps(make)
    def current() -> T:
        return made(monotonic() // SECRETS_LAST_S)

    current.cache_clear = made.cache_clear  # type: ignore[attr-defined]  # as of all effects
    return current


@cache
def settings() -> Settings:
    return Settings.from_env(os.environ)


@cache
def session() -> Session:
    """One botocore session a process: what it knows of the services is read once."""
    return get_session()


@cache
def _client(service: str, config: Config | None = None) -> Any:
    """A botocore client; boto3 would add 200 ms and nothing we use. It reads AWS_ENDPOINT_URL_<SERVICE> itself."""
    return session().create_client(service, region_name=settings().region, config=config)


@cache
def checkins() -> CheckInStore:
    tables.bind(settings().prefix, settings().region)
    return CheckInStore()


@cache
def records() -> Records:
    store, region = checkins(), settings().region
    return Records(OfficeStore(region), store, Ledger(), Archive(_client("s3"), settings().bucket))


@cache
def registry() -> "Registry":
    from chalicelib.admin.desk import (
        Registry,
    )  # 400 ms of openpyxl and phone numbers; only whoever changes the office

    return Registry(bell(), token_bytes, settings().base_url)


@cache
def bell() -> Bell:
    doorbell = Doorbell(_client("sqs"), settings().reports_queue_url)
    return Bell(records(), doorbell, ZONES[settings().zone])


@cache
def post_office() -> PostOffice:
    from chalicelib.render.letters import compose  # 250 ms of Jinja and XlsxWriter; only the sending worker's

    # Retries are off because SES would deliver each of them; the ledger decides what is sent again.
    once = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=20)
    mailer = Mailer(_client("sesv2", once), settings().configuration_set)
    return PostOffice(bell(), mailer, settings().sender, compose)


@cache
def chats() -> "ChatStore":
    from chalicelib.store.chat import ChatStore  # 5 ms of rows; only the chats' doors and their worker

    tables.bind(settings().prefix, settings().region)
    return ChatStore()


@_renewed
def secrets() -> "Secrets":
    from chalicelib.store.secrets import Secrets  # 30 ms with its client; only the chats

    return Secrets(_client("ssm"), settings().secrets or f"/{settings().prefix}")


@cache
def bot_bell() -> BotBell:
    return BotBell(_client("sqs"), settings().bots_queue_url)


def accept(key: str, incoming: "Incoming", fingerprint: str) -> "Receipt":
    """Keep what a chat sent and have a worker look at it; what is sent again is looked at again, to no effect."""
    receipt = chats().receive(key, incoming, fingerprint=fingerprint)
    bot_bell().press(key)
    return receipt


@_renewed
def slack_door() -> "SlackDoor":
    from chalicelib.chat.slack import SlackDoor  # 140 ms of Bolt; only requests from Slack

    once = partial(_once, chats())
    found = secrets()
    return SlackDoor(
        found.read("slack-signing-secret"), found.read("slack-bot-token"), accept, once, api_url=settings().slack_api
    )


def _once(store: "ChatStore", name: str) -> bool:
    return store.once(name, at=now())


@_renewed
def telegram_door() -> "TelegramDoor":
    from chalicelib.chat.telegram import TelegramDoor  # 50 ms with urllib3; only requests from Telegram

    return TelegramDoor(secrets().read("telegram-webhook-secret"), accept, checkins())


@_renewed
def telegram_voice() -> "TelegramVoice":
    from chalicelib.chat.telegram_voice import TelegramVoice  # 10 ms of urllib3; only the chats' worker

    return TelegramVoice(secrets().read("telegram-bot-token"), settings().telegram_api)


@_renewed
def slack_voice() -> "SlackVoice":
    from chalicelib.chat.slack_voice import SlackVoice  # 10 ms of urllib3; only the chats' worker

    return SlackVoice(secrets().read("slack-bot-token"), settings().slack_api)


@_renewed
def bot_worker() -> "BotWorker":
    from chalicelib.chat.reception import Reception  # 900 ms with openpyxl and XlsxWriter; only the chats' worker
    from chalicelib.chat.worker import BotWorker  # 5 ms of reminders
    from chalicelib.domain.message import Platform  # 1 ms after it

    voices: dict[Platform, Voice] = {Platform.SLACK: slack_voice(), Platform.TELEGRAM: telegram_voice()}
    reception = Reception(registry(), chats(), bot_bell(), voices, mail_parcel)
    return BotWorker(reception, tell_channel)


def speak_up(at: datetime) -> None:
    """Have the chats' worker say whatever is due to be said."""
    from chalicelib.speaking import speak_up  # 60 ms of phone numbers; only the five-minute bell

    speak_up(bell(), chats(), bot_bell(), announces=bool(settings().slack_channel), at=at)


def tell_channel(answer: "Answer") -> None:
    """Tell the channel of the deployment something that anybody there may read."""
    from chalicelib.chat.wording import announcement  # 1 ms of phrases; only the chats' worker

    slack_voice().announce(settings().slack_channel, announcement(answer))


def mail_parcel(parcel: "Parcel", cause: str) -> "Line":
    """Mail a parcel and say what became of it."""
    from chalicelib.courier import post  # 250 ms of Jinja; only the chats' worker, and only for a parcel

    return post(records().ledger, post_office().mailer, settings().sender, parcel, cause=cause, at=now())
