"""Every command of the table, typed on Slack and on Telegram: it works, forgives a slip, refuses, keeps to its scope,
is not saved when it is stale, and can be undone. The lines stand in `scenarios.toml`; a command without its rows fails.
"""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chalicelib.chat.command_grammar import Verb
from chalicelib.chat.table import TABLE
from chalicelib.domain.change import Noun, facts_of, partitioned
from chalicelib.domain.day import Office
from chalicelib.domain.message import Platform
from chalicelib.phrases import phrase
from tests.chat.conftest import Bureau
from tests.chat.sides import Seen
from tests.office import at
from tests.store import dynamo

SCENARIOS: dict[str, dict[str, Any]] = {
    f"{noun}.{name}": rows
    for noun, names in tomllib.loads((Path(__file__).parent / "scenarios.toml").read_text("utf-8")).items()
    for name, rows in names.items()
}
COLUMNS = {"say", "shows", "typo", "refuse", "refusal", "scope", "scoped"}
UNDO = phrase("chat.undo")
TUESDAY = date(2020, 3, 24)
EVERYBODY = "everybody"  # in the column `scoped`


def of(verbs: Iterable[Verb]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("verb", verbs, ids=lambda verb: verb.name)


verbs = of(TABLE.verbs)
changes = of([verb for verb in TABLE.verbs if verb.decide])
orders = of([verb for verb in TABLE.verbs if verb.perform])
questions = of([verb for verb in TABLE.verbs if not verb.decide and not verb.perform])
sides = pytest.mark.parametrize("platform", Platform)


def test_every_command_of_the_table_has_its_rows_and_no_row_is_of_another() -> None:
    assert {verb.name for verb in TABLE.verbs} == SCENARIOS.keys()
    assert {name: COLUMNS - rows.keys() for name, rows in SCENARIOS.items() if COLUMNS - rows.keys()} == {}


def is_change(verb: Verb) -> bool:
    return verb.decide is not None


def is_confirmed(verb: Verb) -> bool:
    return verb.decide is not None or verb.perform is not None


PLACES: dict[str, dynamo.Snapshot] = {}
"""Where each command begins that something has to happen before; played once, on either chat."""


@dataclass
class Scene:
    """A command at its place: what was typed before is done, the clock stands where it should."""

    bureau: Bureau
    rows: dict[str, Any]

    def play(self) -> None:
        for line in self.rows.get("before", []):
            self.confirmed(line)
        if "at" in self.rows:
            self.bureau.turn_to(at(self.rows["at"]))

    def confirmed(self, line: str) -> Seen:
        return self.bureau.press("rina", self.bureau.say("rina", line).confirm)

    def said(self) -> Seen:
        """What Rina sees for the command's own line or file."""
        return self.said_by("rina", self.rows["say"], file=self.rows.get("file", ""))

    def said_by(self, who: str, line: str, *, file: str = "") -> Seen:
        """What somebody sees for a line, or for a file where the command is an upload."""
        return self.bureau.upload(who, file) if "file" in self.rows else self.bureau.say(who, line)

    def mails(self) -> int:
        """How many mails have left, once the workers have done what waits for them."""
        self.bureau.hadir.deliver()
        return self.bureau.hadir.world.sent_count()

    def office(self) -> dict[str, Any]:
        """The office as facts, without its revision."""
        found: Office = self.bureau.office()
        return {name: facts for noun in Noun for name, facts in partitioned(facts_of(found, noun)).items()}


@pytest.fixture
def scene(bureau: Bureau, verb: Verb) -> Scene:
    scene = Scene(bureau, SCENARIOS[verb.name])
    if verb.name in PLACES:
        dynamo.restore(PLACES[verb.name])
        return scene
    scene.play()
    if "at" not in scene.rows:  # where mails have left, the bucket would have to come back too
        PLACES[verb.name] = bureau.place()
    return scene


@pytest.fixture
def asked(
    verb: Verb, platform: Platform, shared: Callable[[Platform], Bureau], request: pytest.FixtureRequest
) -> Scene:
    """A scene in which nothing is confirmed, so that many may play in one bureau; one of its own where something has to
    be confirmed before."""
    rows = SCENARIOS[verb.name]
    return request.getfixturevalue("scene") if {"before", "at"} & rows.keys() else Scene(shared(platform), rows)


@sides
@verbs
def test_a_command_does_what_it_says_once_it_is_confirmed(scene: Scene, verb: Verb) -> None:
    before = scene.bureau.revision()

    seen = scene.said()
    assert scene.rows["shows"] in seen.text
    if is_confirmed(verb):
        assert scene.bureau.revision() == before
        done = scene.bureau.press("rina", seen.confirm)
        assert phrase("chat.failed") not in done.text

    assert scene.bureau.revision() == before + is_change(verb)
    assert seen.is_to_confirm == is_confirmed(verb)


@sides
@verbs
def test_a_slip_of_the_finger_is_answered_by_a_question(asked: Scene, verb: Verb) -> None:
    question = asked.bureau.say("rina", asked.rows["typo"])

    assert phrase("chat.choose.command") in question.text
    meant = asked.bureau.press("rina", question.buttons[0])
    assert asked.rows["shows"] in meant.text or "file" in asked.rows or verb.name == "chat.link"


@sides
@verbs
def test_what_cannot_be_done_is_refused_by_name_and_changes_nothing(asked: Scene, verb: Verb) -> None:
    before = asked.bureau.revision()

    seen = asked.bureau.say("rina", asked.rows["refuse"])

    assert phrase(f"refusal.{asked.rows['refusal']}.title") in seen.text
    assert not seen.is_to_confirm
    assert asked.bureau.revision() == before


@sides
@verbs
def test_an_operator_reaches_their_own_agency_alone(asked: Scene, verb: Verb) -> None:
    before, scoped = asked.bureau.revision(), asked.rows["scoped"]

    seen = asked.said_by("oki", asked.rows["scope"], file="semua.csv")

    assert asked.bureau.revision() == before
    if scoped == EVERYBODY:
        assert asked.rows["shows"] in seen.text
    elif scoped.isidentifier() and scoped.islower():
        assert phrase(f"refusal.{scoped}.title") in seen.text
    else:
        assert scoped not in seen.text
        assert scoped in asked.said_by("rina", asked.rows["scope"]).text


@sides
@verbs
def test_an_auditor_changes_nothing(asked: Scene, verb: Verb) -> None:
    seen = asked.said_by("tuti", asked.rows["say"], file=asked.rows.get("file", ""))

    assert not seen.is_to_confirm
    if is_confirmed(verb):
        assert phrase("refusal.not_for_you.title") in seen.text


@sides
@changes
def test_what_was_shown_before_the_office_changed_is_shown_again_instead_of_saved(scene: Scene, verb: Verb) -> None:
    shown = scene.said()
    scene.bureau.somebody_else_changes_the_office()
    before = scene.bureau.revision()

    seen = scene.bureau.press("rina", shown.confirm)
    assert phrase("chat.stale") in seen.text
    assert scene.bureau.revision() == before

    scene.bureau.press("rina", seen.confirm)
    assert scene.bureau.revision() == before + 1


@sides
@orders
def test_an_order_that_was_shown_yesterday_is_shown_again_or_refused_instead_of_carried_out(
    scene: Scene, verb: Verb
) -> None:
    shown = scene.said()
    scene.bureau.hadir.at = at("00:10", day=TUESDAY)
    before = scene.mails()

    seen = scene.bureau.press("rina", shown.confirm)

    refusal = scene.rows.get("stale")
    assert (phrase(f"refusal.{refusal}.title") if refusal else phrase("chat.stale")) in seen.text
    assert scene.mails() == before


@sides
@questions
def test_an_answer_to_a_question_offers_nothing_to_confirm_that_could_grow_stale(asked: Scene, verb: Verb) -> None:
    assert not asked.said().is_to_confirm


@sides
@changes
def test_an_undo_makes_the_office_what_it_was(scene: Scene, verb: Verb) -> None:
    before = scene.office()
    saved = scene.bureau.press("rina", scene.said().confirm)
    changed = scene.office()

    undo = scene.bureau.press("rina", saved.button(UNDO))
    scene.bureau.press("rina", undo.confirm)

    assert changed != before
    assert scene.office() == before


@sides
@orders
def test_what_has_left_offers_no_undo(scene: Scene, verb: Verb) -> None:
    assert UNDO not in scene.bureau.press("rina", scene.said().confirm).labels
