"""Commands on the conversation itself: help, linking an account, and whether the chats are set up rightly."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NoReturn

from chalicelib.chat.command_grammar import Noun, Verb
from chalicelib.chat.naming import ALIKE
from chalicelib.chat.pieces import Pieces
from chalicelib.chat.voice import Voice
from chalicelib.domain.access import Admin
from chalicelib.domain.answer import Answer, Offer, Table
from chalicelib.domain.change import Line
from chalicelib.domain.day import Office
from chalicelib.domain.errors import NotForYou, PieceMissing
from chalicelib.domain.message import Platform

CODE = re.compile(
    r"\W*(?:hadir\s+)?(?:(?:tautkan|link|start)\W+(?:dengan\s+)?(?:(?:kode|code)\W+)?|(?:kode|code)\W+)"
    r"([a-z0-9]{4}[\s\u2010-\u2015-]?[a-z0-9]{4})\W*",
    re.I,
)
BARE_CODE = re.compile(r"\W*([a-z0-9]{4}[\u2010-\u2015-][a-z0-9]{4}|(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{8})\W*", re.I)
"""A code that stands alone: with its dash, or with a digit, which no word has."""

SHORT = 3
"""Up to how many commands a topic shows each with its explanation; more are listed."""


@dataclass(frozen=True)
class Help:
    """What can be typed: the chapters, or what a chapter or a word holds."""

    topic: str = ""


@dataclass(frozen=True)
class LinkAccount:
    """Let this chat account speak for the admin to whom a code was given."""


@dataclass(frozen=True)
class Check:
    """Whether the chats are set up rightly, and what to do where they are not."""


def read_code(line: str) -> str | None:
    """The linking code in a line that is nothing else."""
    match = CODE.fullmatch(line) or BARE_CODE.fullmatch(line)
    return match[1] if match else None


def _topic(pieces: Pieces) -> str:
    """What is left of the line, whole: "edaran" and "pegawai" say nothing elsewhere, and are topics here."""
    topic, pieces.left = " ".join(pieces.left.split()), ""
    return topic


def _no_code(pieces: Pieces) -> NoReturn:
    raise PieceMissing("code")


def verbs(others: Iterable[Verb]) -> tuple[Verb, ...]:
    """The rows of the table that speak of the table itself."""
    described = tuple(others)

    def talk(command: Help, voices: Mapping[Platform, Voice], office: Office, admin: Admin) -> Answer:
        return _help(command, (*described, *own), admin)

    own = (
        Verb(
            "chat.help",
            Noun.RECORD,
            Help,
            ("bantuan", "help", "menu", "?", "start", "tolong", "hadir"),
            lambda pieces: Help(_topic(pieces)),
            talk=talk,
        ),
        Verb("chat.link", Noun.ACCESS, LinkAccount, ("tautkan", "link"), _no_code, talk=_linked_already),
        Verb("chat.check", Noun.ACCESS, Check, ("periksa", "cek bot", "check"), lambda pieces: Check(), talk=_check),
    )
    return own


def _help(command: Help, known: tuple[Verb, ...], admin: Admin) -> Answer:
    """All chapters, or the commands that a topic's words speak of; only what the role may give is shown."""
    allowed = tuple(verb for verb in known if admin.role in verb.roles)
    found = _about(command.topic.casefold(), allowed) if command.topic else ()
    if not found:
        chapters = dict.fromkeys(verb.noun for verb in allowed)
        offers = tuple(Offer(Line(f"chat.noun.{noun}"), verb="chat.help", line=noun) for noun in chapters)
        return Answer(Line("chat.help"), (Line("chat.help.how"),), offers=offers)
    lines = tuple(Line(f"command.{verb.name}.help") for verb in found) if len(found) <= SHORT else ()
    rows = tuple((Line(f"command.{verb.name}.name"), Line(f"command.{verb.name}.example")) for verb in found)
    return Answer(Line("chat.help.topic"), lines, Table(("chat.help.command", "chat.help.example"), rows))


def _about(topic: str, verbs: tuple[Verb, ...]) -> tuple[Verb, ...]:
    """The verbs of a chapter, or those with a word like the topic."""
    if chapter := tuple(verb for verb in verbs if topic == verb.noun):
        return chapter
    words = {word: verb for verb in verbs for word in verb.words}
    near = {word for word in words if topic in word} | set(get_close_matches(topic, words, cutoff=ALIKE))
    return tuple(dict.fromkeys(verb for word, verb in words.items() if word in near))


def _linked_already(command: LinkAccount, voices: Mapping[Platform, Voice], office: Office, admin: Admin) -> Answer:
    return Answer(Line("chat.linked", {"name": admin.name}), (Line(f"chat.linked.{admin.role}"),))


def _check(command: Check, voices: Mapping[Platform, Voice], office: Office, admin: Admin) -> Answer:
    """What each platform says of its set-up. Raises: NotForYou for an admin of a part of the office."""
    if admin.units:
        raise NotForYou()
    rows = tuple((platform.value, line) for platform, voice in voices.items() for line in voice.check())
    return Answer(Line("chat.check"), table=Table(("chat.check.platform", "chat.check.finding"), rows))
