"""What the clock makes the chats say: outcomes of slots to a channel, reminders to people, and nothing twice."""

from datetime import UTC
from typing import Any

import pytest

from chalicelib.domain.message import Account, Platform
from chalicelib.store.chat import ChatStore, Linked
from chalicelib.store.checkins import link_account
from tests.chat.conftest import PEOPLE, Bureau
from tests.entry.hadir import Hadir
from tests.office import at

CHANNEL = "C00HADIR"
NAMES = [one.name for one in PEOPLE]


def ring(hadir: Hadir, clock: str, function: str = "reconcile") -> None:
    """Let the five-minute bell, or another, ring at a local time of the day, and the chats' worker do what it asks."""
    hadir.at = at(clock)
    hadir.ring(function, hadir.at.astimezone(UTC).isoformat())
    hadir.converse()


@pytest.fixture
def channel(chats: dict[Platform, Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """A channel that is told the outcomes, as everybody in it sees it."""
    monkeypatch.setenv("HADIR_SLACK_CHANNEL", CHANNEL)
    chats[Platform.SLACK].stand_in.channels.add(CHANNEL)
    return chats[Platform.SLACK].stand_in


def test_a_slots_outcome_is_told_to_the_channel_once_in_counts_and_without_a_name(channel: Any, hadir: Hadir) -> None:
    for clock in ("10:00", "10:05"):
        ring(hadir, clock)

    (told,) = channel.shown(CHANNEL)

    assert "07.30" in told.text
    assert [name for name in NAMES if name in told.text] == []
    assert told.buttons == ()


def test_a_channel_that_cannot_be_reached_is_told_at_the_next_bell(channel: Any, hadir: Hadir) -> None:
    channel.fail("chat.postMessage", "internal_error")

    ring(hadir, "10:00")
    assert channel.shown(CHANNEL) == []

    ring(hadir, "10:05")
    assert len(channel.shown(CHANNEL)) == 1


def test_without_a_channel_nothing_is_told_to_anybody(chats: dict[Platform, Any], hadir: Hadir) -> None:
    ring(hadir, "10:00")

    assert chats[Platform.SLACK].stand_in.calls == []


@pytest.mark.parametrize("platform", [Platform.TELEGRAM])
def test_who_is_linked_and_has_not_reported_is_reminded_once_before_the_slot_closes(bureau: Bureau) -> None:
    stand_in: Any = bureau.side
    for user, person, phone in (("901", "ani", "001"), ("902", "budi-s", "002")):
        ChatStore().link(Linked(Account(Platform.TELEGRAM, "", user), person=person))
        link_account(f"telegram#{user}", person, f"+6281200000{phone}")
        stand_in.stand_in.know(stand_in.stand_in.updates.text(user, "/start"))
    bureau.hadir.world.checkin("ani", at("11:00"))

    for clock in ("11:10", "11:15", "11:20", "11:25", "11:30"):
        ring(bureau.hadir, clock)

    assert [shown.text for shown in stand_in.seen("901")] == []
    (reminder,) = stand_in.seen("902")
    assert "11.30" in reminder.text


def test_the_end_of_the_day_leaves_behind_what_is_long_over(chats: dict[Platform, Any], hadir: Hadir) -> None:
    before = hadir.world.records.office.head()

    ring(hadir, "16:00", "end_of_day")

    assert before
    assert hadir.world.records.office.head() == before
