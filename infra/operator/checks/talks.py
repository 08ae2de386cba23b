"""The chats: their secrets stored, Slack's token good, Telegram's webhook set here and without errors.

One chat is enough: what was never set up is told and is no fault as long as admins have the other. The self-tests are
the voices' own, which admins run by chat too.
"""

from collections.abc import Callable, Iterator

from chalicelib.chat.slack_voice import SlackVoice
from chalicelib.chat.telegram_voice import TelegramVoice
from chalicelib.chat.wording import said
from infra.operator.checks.finding import TOOL, Finding, good, look, wrong

LANG = "en"
SECRETS = {
    "Slack": ("slack-signing-secret", "slack-bot-token"),
    "Telegram": ("telegram-bot-token", "telegram-webhook-secret"),
}
GUIDES = {"Slack": "docs/slack.md", "Telegram": "docs/telegram.md"}


def secrets(read: Callable[[str], str], path: str) -> Iterator[Finding]:
    """Whether each chat has all its secrets or none, and one of them has."""
    complete = chats_set_up(read)
    for chat, names in SECRETS.items():
        lacking = [name for name in names if not read(name)]
        if chat in complete:
            yield good(f"{chat} secrets", "stored")
        elif len(lacking) == len(names) and complete:
            yield look(f"{chat} secrets", "none: this chat is not set up", f"{GUIDES[chat]}, if it is wanted")
        else:
            yield wrong(f"{chat} secrets", f"missing under {path}: {', '.join(lacking)}", GUIDES[chat])


def chats_set_up(read: Callable[[str], str]) -> tuple[str, ...]:
    """The chats that have all their secrets."""
    return tuple(chat for chat, names in SECRETS.items() if all(map(read, names)))


def slack(voice: SlackVoice) -> Iterator[Finding]:
    """Whether Slack takes the token."""
    first = voice.check()[0]
    told = said(first, LANG)
    yield (
        good("Slack", told) if first.key == "slack.check.token_good" else wrong("Slack", told, "docs/slack.md, step 8")
    )


def telegram(voice: TelegramVoice, base_url: str, stage: str) -> Iterator[Finding]:
    """Whether Telegram takes the token, and posts here without errors."""
    again = f"{TOOL} webhook --stage {stage}"
    for line in voice.check():
        told = said(line, LANG)
        if line.key != "telegram.check.good":
            yield wrong("Telegram", told, f"{again}; docs/telegram.md, step 4")
        elif line.facts["url"] != f"{base_url}/telegram":
            yield wrong(
                "Telegram", told, f"that is not this deployment ({base_url}). To take the bot here: {again} --move"
            )
        else:
            yield good("Telegram", told)
