"""The first admin's code, and Telegram told where a deployment is.

The code works once and for seven days and is shown here alone; asking again makes a new one and the old one dies.
Token and secret of Telegram come from the deployment's own Parameter Store, so neither is typed, printed or kept.
"""

from argparse import ArgumentParser, Namespace
from datetime import datetime

from rich.console import Console

from chalicelib import wiring
from chalicelib.admin import desk
from chalicelib.admin.admins import first_admin
from chalicelib.admin.desk import Registry
from chalicelib.chat.telegram_voice import TelegramVoice
from chalicelib.chat.voice import ChatUnreachable
from chalicelib.chat.wording import said
from chalicelib.store.chat import ChatStore
from infra.operator.command import DONE, NO, Command, Declined
from infra.operator.deployment import Deployment

PATH = "/telegram"
LANG = "en"


def welcome_admin(
    registry: Registry, chats: ChatStore, console: Console, name: str, *, dry_run: bool, at: datetime
) -> int:
    """Print the code that links the first admin. Raises: OfficeNotOpen, CellRefused."""
    if dry_run:
        known = {admin.name.casefold() for admin in desk.read_office(registry, at=at).admins}
        verb = "get a new code, and the one before would die" if name.casefold() in known else "become an admin of BKD"
        console.print(f"{name} would {verb}.")
        return DONE
    code = first_admin(registry, chats, name, at=at)
    console.print(f"{name} types in Slack:    /hadir tautkan {code}\n{name} types in Telegram: tautkan {code}")
    return DONE


def announce(voice: TelegramVoice, console: Console, url: str, secret: str) -> int:
    """Set the webhook and print what Telegram then says of it."""
    try:
        voice.set_webhook(url, secret)
    except ChatUnreachable as fault:
        console.print(f"Telegram did not take the webhook ({fault}).")
    findings = voice.check()
    for line in findings:
        console.print(said(line, LANG), soft_wrap=True)
    return DONE if [line.key for line in findings] == ["telegram.check.good"] else NO


def webhook_url(given: str | None, base_url: str) -> str:
    """Where Telegram is to send: below the deployment's own address unless another is named. Raises: Declined."""
    url = given or f"{base_url}{PATH}"
    if not (url.startswith("https://") and url.endswith(PATH)):
        raise Declined(f"{url}: the address begins with https:// and ends with {PATH}.")
    return url


def _name(parser: ArgumentParser) -> None:
    parser.add_argument("--name", required=True, help="the admin's name, as the record of changes shall show it")


def _url(parser: ArgumentParser) -> None:
    parser.add_argument("--url", help="another address than the deployment's own; it ends with /telegram")
    parser.add_argument("--move", action="store_true", help="take the bot away from where it sends now")


def _first_admin(arguments: Namespace, deployment: Deployment, console: Console) -> int:
    registry, chats = wiring.registry(), wiring.chats()
    return welcome_admin(registry, chats, console, arguments.name, dry_run=arguments.dry_run, at=wiring.now())


def _webhook(arguments: Namespace, deployment: Deployment, console: Console) -> int:
    url = webhook_url(arguments.url, wiring.settings().base_url)
    secret = wiring.secrets().read("telegram-webhook-secret")
    if not (secret and wiring.secrets().read("telegram-bot-token")):
        raise Declined(
            f"Bot token and webhook secret are not both under /{deployment.stack}: docs/telegram.md, step 2."
        )
    if arguments.dry_run:
        console.print(f"Telegram would send to {url}", soft_wrap=True)
        return DONE
    elsewhere = wiring.telegram_voice().webhook()
    if elsewhere not in ("", url) and not arguments.move:
        raise Declined(
            f"This bot sends to {elsewhere} now, and would stop. One bot serves one stage: store another bot's token "
            "for this one (docs/telegram.md), or add --move."
        )
    return announce(wiring.telegram_voice(), console, url, secret)


COMMANDS = (
    Command("first-admin", "print the code that links the first admin", _first_admin, _name, changes=True),
    Command("webhook", "tell Telegram where the deployment is, and test it", _webhook, _url, changes=True),
)
