"""A run killed before and after each AWS call, then rung again, keeps the promise of `domain.delivery`; and with any
guard of that promise taken away, these very tests fail."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib import reporting
from chalicelib.domain import delivery
from chalicelib.domain.delivery import Mail, State, Step
from chalicelib.store import ledger
from chalicelib.store.ledger import Ledger
from tests import world as hands
from tests.faults.scenario import killed_everywhere, met_everywhere
from tests.world import World

pytestmark = pytest.mark.slow

Say = Callable[[str, object], None]
SENDING, MOVING = "sesv2.SendEmail", "dynamodb.UpdateItem"
"""The calls at which a run that lacks a guard does harm, so that it need not be killed everywhere to see it."""


@pytest.mark.parametrize("with_events", [True, False], ids=["with events", "no events"])
def test_a_run_killed_at_any_call_loses_nothing_and_sends_at_most_the_promised_extra_copy(
    world: World, with_events: bool, record_property: Say
) -> None:
    """A process that dies after a call leaves what one leaves that dies before the next; before the first, nothing."""
    calls = killed_everywhere(world, "after", with_events=with_events)

    record_property("seen", f"killed after each of N = {calls} AWS calls, {'with' if with_events else 'no'} events")
    assert calls > 40


def test_a_rival_that_does_the_whole_run_at_any_point_sends_nothing_twice(world: World, record_property: Say) -> None:
    calls = met_everywhere(world)

    record_property("seen", f"a rival ran before each of N = {calls} AWS calls")
    assert calls > 40


def test_without_planning_a_mail_only_once_a_rival_makes_it_leave_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ledger, "plan", lambda _, mails: [ledger._row(mail).save() for mail in mails])

    with pytest.raises(AssertionError):
        met_everywhere(world)


def test_without_conditions_on_moves_a_rival_makes_a_mail_leave_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ledger, "move", _unconditional_move)

    with pytest.raises(AssertionError):
        met_everywhere(world)


def test_without_a_state_for_the_ambiguous_moment_a_second_copy_leaves_unmarked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "next_step", _with(State.SUBMITTING, Step.WORK))
    monkeypatch.setitem(delivery.ARROWS, State.SUBMITTING, frozenset(State))

    with pytest.raises(AssertionError):
        killed_everywhere(world, "after", with_events=False, only=SENDING)


def test_without_hearing_sess_events_a_lost_answer_always_costs_a_copy(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hands, "settle", lambda *_, **__: None)

    with pytest.raises(AssertionError):
        killed_everywhere(world, "after", with_events=True, only=SENDING)


def test_without_taking_over_an_ended_lease_a_mail_is_never_sent(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "next_step", _with(State.LEASED, Step.NOTHING))

    with pytest.raises(AssertionError):
        killed_everywhere(world, "before", with_events=True, only=MOVING)


def test_without_asking_again_after_a_doubt_a_mail_is_never_settled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "next_step", _with(State.UNCERTAIN, Step.NOTHING))

    with pytest.raises(AssertionError):
        killed_everywhere(world, "before", with_events=True, only=SENDING)


def _with(state: State, step: Step) -> Callable[..., Step]:
    """`next_step` with one answer changed."""

    def changed(mail: Mail, **at: Any) -> Step:
        return step if mail.state is state else delivery.next_step(mail, **at)

    return changed


def _unconditional_move(_: Ledger, mail: Mail, state: State, /, **changes: Any) -> Mail:
    moved = ledger.replace(mail, state=state, changed_at=changes.pop("at"), **changes)
    ledger._row(moved).save()
    return moved
