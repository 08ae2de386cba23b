"""Tells Telegram where a deployment of Hadir is: `python -m infra.webhook --url https://…/telegram`.

Token and secret come from the deployment's own Parameter Store, so neither is typed, printed or kept. Whoever runs it
needs the deployment's environment and the right to read its secrets.
"""

import sys
from argparse import ArgumentParser

from chalicelib import wiring
from chalicelib.chat.telegram_voice import TelegramVoice
from chalicelib.chat.voice import ChatUnreachable
from chalicelib.chat.wording import said
from chalicelib.settings import SettingsMissing

PATH = "/telegram"
LANG = "en"


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m infra.webhook", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--url", required=True, help="the deployment's address with /telegram at its end")
    url = str(parser.parse_args(arguments).url)
    if not (url.startswith("https://") and url.endswith(PATH)):
        parser.error(f"the address begins with https:// and ends with {PATH}")
    try:
        secret = wiring.secrets().read("telegram-webhook-secret")
    except SettingsMissing as missing:
        print(missing, file=sys.stderr)
        return 2
    if not secret:
        print("No telegram-webhook-secret in the Parameter Store: docs/telegram.md, step 2.", file=sys.stderr)
        return 1
    return announce(wiring.telegram_voice(), url, secret)


def announce(voice: TelegramVoice, url: str, secret: str) -> int:
    """Set the webhook and print what Telegram then says of it; returns the exit status."""
    try:
        voice.set_webhook(url, secret)
    except ChatUnreachable as fault:
        print(f"Telegram did not take the webhook ({fault}).", file=sys.stderr)
    findings = voice.check()
    for line in findings:
        print(said(line, LANG))
    return 0 if [line.key for line in findings] == ["telegram.check.good"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
