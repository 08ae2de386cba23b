"""Every command of the table, typed on Slack and on Telegram: it works, forgives a slip, refuses, keeps to its scope,
is not saved when it is stale, and can be undone. The lines stand in `scenarios.toml`; a command without its rows fails.
"""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chalicelib.chat.command_grammar import Verb
from chalicelib.chat.message import Platform
from chalicelib.chat.table import TABLE
from chalicelib.domain.change import Noun, facts_of, partitioned
from chalicelib.domain.day import Office
from chalicelib.phrases import phrase
from tests.chat.conftest import Bureau
from tests.chat.sides import Seen
from tests.office import MONDAY, at

SCENARIOS: dict[str, dict[str, Any]] = {
    f"{noun}.{name}": rows
    for noun, names in tomllib.loads((Path(__file__).parent / "scenarios.toml").read_text("utf-8")).items()
    for name, rows in names.items()
}
COLUMNS = {"say", "shows", "typo", "refuse", "refusal", "scope", "scoped"}
CONFIRM, UNDO = phrase("chat.confirm"), phrase("chat.undo")

verbs = pytest.mark.parametrize("verb", TABLE.verbs, ids=lambda verb: verb.name)
sides = pytest.mark.parametrize("platform", Platform)


def test_every_command_of_the_table_has_its_rows_and_no_row_is_of_another() -> None:
    assert {verb.name for verb in TABLE.verbs} == SCENARIOS.keys()
    assert {name: COLUMNS - rows.keys() for name, rows in SCENARIOS.items() if COLUMNS - rows.keys()} == {}


def is_change(verb: Verb) -> bool:
    return verb.decide is not None


def is_confirmed(verb: Verb) -> bool:
    return verb.decide is not None or verb.perform is not None


@dataclass
class Scene:
    """A command at its place: what was typed before is done, the clock stands where it should."""

    bureau: Bureau
    rows: dict[str, Any]

    def __post_init__(self) -> None:
        for line in self.rows.get("before", []):
            self.confirmed(line)
        if "at" in self.rows:
            self.bureau.turn_to(at(self.rows["at"]))

    def confirmed(self, line: str) -> Seen:
        return self.bureau.press("rina", self.bureau.say("rina", line).button(CONFIRM))

    def said(self, line: str = "") -> Seen:
        """What Rina sees for the command's own line, or for another."""
        if not line and "file" in self.rows:
            return self.bureau.upload("rina", self.rows["file"])
        return self.bureau.say("rina", line or self.rows["say"])

    def office(self) -> dict[str, Any]:
        """The office as facts, without its revision."""
        found: Office = self.bureau.office()
        return {name: facts for noun in Noun for name, facts in partitioned(facts_of(found, noun)).items()}


@pytest.fixture
def scene(bureau: Bureau, verb: Verb) -> Scene:
    return Scene(bureau, SCENARIOS[verb.name])


@pytest.fixture
def asked(
    verb: Verb, platform: Platform, shared: Callable[[Platform], Bureau], request: pytest.FixtureRequest
) -> Scene:
    """A scene in which nothing is confirmed, so that many may play in one bureau; a bureau of its own where something
    has to be confirmed before."""
    rows = SCENARIOS[verb.name]
    needs_own = {"before", "at", "file"} & rows.keys()
    return Scene(request.getfixturevalue("bureau") if needs_own else shared(platform), rows)


@sides
@verbs
def test_a_command_does_what_it_says_once_it_is_confirmed(scene: Scene, verb: Verb) -> None:
    before = scene.bureau.revision()

    seen = scene.said()
    assert scene.rows["shows"] in seen.text
    if is_confirmed(verb):
        assert scene.bureau.revision() == before
        done = scene.bureau.press("rina", seen.button(CONFIRM))
        assert phrase("chat.failed") not in done.text

    assert scene.bureau.revision() == before + is_change(verb)
    assert (CONFIRM in seen.labels) == is_confirmed(verb)


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
    assert CONFIRM not in seen.labels
    assert asked.bureau.revision() == before


@sides
@verbs
def test_an_operator_reaches_their_own_agency_alone(asked: Scene, verb: Verb) -> None:
    before = asked.bureau.revision()

    seen = (
        asked.bureau.upload("oki", "semua.csv")
        if "file" in asked.rows
        else asked.bureau.say("oki", asked.rows["scope"])
    )

    scoped = asked.rows["scoped"]
    if scoped.islower() and scoped:
        assert phrase(f"refusal.{scoped}.title") in seen.text
    elif scoped:
        assert scoped not in seen.text
    assert asked.bureau.revision() == before


@sides
@verbs
def test_an_auditor_changes_nothing(asked: Scene, verb: Verb) -> None:
    seen = (
        asked.bureau.upload("tuti", asked.rows["file"])
        if "file" in asked.rows
        else asked.bureau.say("tuti", asked.rows["say"])
    )

    assert CONFIRM not in seen.labels
    if is_confirmed(verb):
        assert phrase("refusal.not_for_you.title") in seen.text


@sides
@verbs
def test_what_was_shown_before_the_office_changed_is_shown_again_instead_of_saved(scene: Scene, verb: Verb) -> None:
    shown = scene.said()
    if not is_confirmed(verb):
        assert CONFIRM not in shown.labels
        return

    scene.bureau.somebody_else_changes_the_office()
    before = scene.bureau.revision()
    seen = scene.bureau.press("rina", shown.button(CONFIRM))

    if is_change(verb):
        assert phrase("chat.stale") in seen.text
        assert scene.bureau.revision() == before
        scene.bureau.press("rina", seen.button(CONFIRM))
        assert scene.bureau.revision() == before + 1
    else:
        assert phrase("refusal.button_used.title") in scene.bureau.press("rina", shown.button(CONFIRM)).text


@sides
@verbs
def test_an_undo_makes_the_office_what_it_was(scene: Scene, verb: Verb) -> None:
    before = scene.office()
    seen = scene.said()
    if not is_confirmed(verb):
        assert UNDO not in seen.labels or verb.name == "record.audit"
        return

    saved = scene.bureau.press("rina", seen.button(CONFIRM))
    assert (UNDO in saved.labels) == is_change(verb)
    if is_change(verb):
        changed = scene.office()
        undo = scene.bureau.press("rina", saved.button(UNDO))
        scene.bureau.press("rina", undo.button(CONFIRM))
        assert scene.office() == before
        assert changed != before
        assert scene.bureau.hadir.at.date() == MONDAY
