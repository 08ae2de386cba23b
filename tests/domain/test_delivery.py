"""The ledger's states: what a bell does with a mail, which moves exist, and how a mail is named."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain.delivery import (
    ARROWS,
    DIGEST,
    EVENT_STATE,
    EXTRA_COPIES,
    GRACE,
    HANDED_OVER,
    LEASE,
    RECAP,
    RETRIES,
    RETRY_AFTER,
    SETTLED,
    SETTLING,
    Mail,
    MailKey,
    SesEvent,
    State,
    Step,
    may_move,
    next_step,
)

NOW = datetime(2020, 3, 23, 0, 30, 5, tzinfo=UTC)
KEY = MailKey(date(2020, 3, 23), "0730", "dinkes")
TICK = timedelta(microseconds=1)


def mail(state: State, *, due_at: datetime | None = None, attempt: int = 0, extra_copies: int = 0) -> Mail:
    return Mail(KEY, state, NOW, attempt=attempt, extra_copies=extra_copies, due_at=due_at, to=("bkd@example.id",))


@pytest.mark.parametrize(
    ("state", "before", "after"),
    [
        (State.PLANNED, Step.WORK, Step.WORK),
        (State.READY, Step.WORK, Step.WORK),
        (State.LEASED, Step.NOTHING, Step.WORK),
        (State.SUBMITTING, Step.NOTHING, Step.DOUBT),
        (State.UNCERTAIN, Step.NOTHING, Step.RESEND),
        (State.RETRY_AT, Step.NOTHING, Step.WORK),
        (State.SENT, Step.NOTHING, Step.NOTHING),
        (State.DELIVERED, Step.NOTHING, Step.NOTHING),
        (State.BOUNCED, Step.NOTHING, Step.NOTHING),
        (State.NEEDS_HUMAN, Step.NOTHING, Step.NOTHING),
    ],
)
def test_a_bell_does_this_before_and_that_once_the_mails_time_is_over(state: State, before: Step, after: Step) -> None:
    assert next_step(mail(state, due_at=NOW + TICK), at=NOW) is before
    assert next_step(mail(state, due_at=NOW), at=NOW) is after
    assert next_step(mail(state, due_at=NOW - TICK), at=NOW) is after


def test_an_unanswered_send_is_repeated_once_and_then_a_person_is_called() -> None:
    assert next_step(mail(State.UNCERTAIN, due_at=NOW, extra_copies=0), at=NOW) is Step.RESEND
    assert next_step(mail(State.UNCERTAIN, due_at=NOW, extra_copies=1), at=NOW) is Step.CALL
    assert next_step(mail(State.UNCERTAIN, due_at=NOW + TICK, extra_copies=1), at=NOW) is Step.NOTHING


def test_a_mail_that_ses_puts_off_is_tried_twelve_times_over_an_hour_and_then_a_person_is_called() -> None:
    assert next_step(mail(State.RETRY_AT, due_at=NOW, attempt=11), at=NOW) is Step.WORK
    assert next_step(mail(State.RETRY_AT, due_at=NOW, attempt=12), at=NOW) is Step.CALL
    assert next_step(mail(State.RETRY_AT, due_at=NOW + TICK, attempt=12), at=NOW) is Step.NOTHING
    assert (RETRIES * RETRY_AFTER).total_seconds() == 3600


def test_a_mail_that_waits_for_nothing_is_worked_on_at_once() -> None:
    assert next_step(mail(State.READY, due_at=None), at=NOW) is Step.WORK


@pytest.mark.parametrize("state", sorted(State))
def test_nothing_is_ever_silently_missing(state: State) -> None:
    step = next_step(mail(state, due_at=NOW), at=NOW)

    assert (step is Step.NOTHING) == (state in SETTLED)


def test_the_promise_is_one_extra_copy_and_ten_minutes() -> None:
    assert EXTRA_COPIES == 1
    assert GRACE.total_seconds() == 600


def test_a_report_leaves_seconds_after_its_cut_off_and_a_lease_outlives_its_worker() -> None:
    assert SETTLING.total_seconds() == 5
    assert LEASE.total_seconds() > 60


def test_the_plain_way_leads_from_planned_to_delivered_or_bounced() -> None:
    way = [State.PLANNED, State.READY, State.LEASED, State.SUBMITTING, State.SENT]

    assert all(may_move(one, other) for one, other in pairwise(way))
    assert may_move(State.SENT, State.DELIVERED)
    assert may_move(State.SENT, State.BOUNCED)


def test_nothing_leads_out_of_bounced_and_only_a_late_bounce_out_of_delivered() -> None:
    assert ARROWS[State.BOUNCED] == frozenset()
    assert ARROWS[State.DELIVERED] == {State.BOUNCED}


def test_a_report_that_cannot_be_made_is_tried_three_times_and_an_hour_before_a_person_is_called() -> None:
    assert next_step(mail(State.PLANNED, due_at=NOW, attempt=2), at=NOW) is Step.WORK
    assert next_step(mail(State.PLANNED, due_at=NOW, attempt=3), at=NOW) is Step.CALL
    assert next_step(mail(State.PLANNED, due_at=NOW + TICK, attempt=30), at=NOW) is Step.WORK


def test_a_mail_that_cannot_be_rendered_is_leased_twelve_times_and_then_a_person_is_called() -> None:
    assert next_step(mail(State.LEASED, due_at=NOW, attempt=11), at=NOW) is Step.WORK
    assert next_step(mail(State.LEASED, due_at=NOW, attempt=12), at=NOW) is Step.CALL


def test_every_state_has_its_arrows_and_every_arrow_leads_to_a_state() -> None:
    assert set(ARROWS) == set(State)
    assert {to for arrows in ARROWS.values() for to in arrows} == set(State)


@pytest.mark.parametrize(
    ("to", "origins"),
    [
        (State.READY, {State.PLANNED, State.SUBMITTING, State.UNCERTAIN}),
        (State.LEASED, {State.READY, State.LEASED, State.RETRY_AT}),
        (State.SUBMITTING, {State.LEASED}),
        (State.UNCERTAIN, {State.SUBMITTING}),
        (State.RETRY_AT, {State.SUBMITTING}),
    ],
)
def test_a_mail_can_be_handed_to_ses_only_by_this_way(to: State, origins: set[State]) -> None:
    assert {state for state in State if may_move(state, to)} == origins


@pytest.mark.parametrize("state", sorted(set(State) - SETTLED | {State.SENT}))
def test_every_unfinished_mail_can_reach_delivered_and_a_person(state: State) -> None:
    reached = {state}
    while more := {to for one in reached for to in ARROWS[one]} - reached:
        reached |= more

    assert {State.DELIVERED, State.NEEDS_HUMAN} <= reached


@pytest.mark.parametrize("event", [SesEvent.SEND, SesEvent.DELIVERY, SesEvent.BOUNCE])
@pytest.mark.parametrize(
    "state",
    [State.READY, State.LEASED, State.SUBMITTING, State.UNCERTAIN, State.RETRY_AT, State.NEEDS_HUMAN],
)
def test_sess_own_event_is_believed_over_our_memory_from_every_state_in_which_a_copy_may_be_out(
    state: State, event: SesEvent
) -> None:
    assert may_move(state, EVENT_STATE[event])


def test_a_late_send_event_never_takes_a_delivery_back() -> None:
    assert not may_move(State.DELIVERED, EVENT_STATE[SesEvent.SEND])
    assert not may_move(State.BOUNCED, EVENT_STATE[SesEvent.DELIVERY])


def test_what_ses_rejects_after_taking_it_goes_to_a_person() -> None:
    assert EVENT_STATE[SesEvent.REJECT] is State.NEEDS_HUMAN
    assert may_move(State.SENT, State.NEEDS_HUMAN)


def test_handed_over_bounced_and_given_to_a_person_are_settled() -> None:
    settled = {State.SENT, State.DELIVERED, State.BOUNCED, State.NEEDS_HUMAN}

    assert settled == SETTLED
    assert settled == HANDED_OVER | {State.BOUNCED, State.NEEDS_HUMAN}
    assert settled - HANDED_OVER == {State.BOUNCED, State.NEEDS_HUMAN}


def test_a_mail_is_named_by_its_day_slot_unit_and_revision() -> None:
    assert str(KEY) == "2020-03-23#0730#dinkes#1#0"
    assert str(MailKey(date(2020, 3, 31), "recap", RECAP, 2, 101)) == "2020-03-31#recap#recap#2#101"


slugs = some.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True)
keys = some.builds(MailKey, some.dates(), slugs, slugs, some.integers(1), some.integers(0))


@given(keys)
def test_a_mails_name_reads_back_as_the_same_key_so_no_two_mails_share_one(key: MailKey) -> None:
    assert MailKey.parse(str(key)) == key


@pytest.mark.parametrize("text", ["", "2020-03-23#0730#dinkes", "2020-03-23#0730#dinkes#1#0#0", "kemarin#0730#a#1#0"])
def test_what_names_no_mail_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"unpack|isoformat"):
        MailKey.parse(text)


@pytest.mark.parametrize(("unit", "is_summary"), [("dinkes", False), (DIGEST, True), (RECAP, True)])
def test_a_digest_and_a_recap_speak_of_other_mails(unit: str, is_summary: bool) -> None:
    summary = Mail(MailKey(date(2020, 3, 23), "0730", unit), State.PLANNED, NOW)

    assert summary.key.is_summary is is_summary


def test_only_the_first_addressee_is_no_copy() -> None:
    recap = Mail(KEY, State.READY, NOW, to=("bkd@example.id", "sekda@example.id"), cc=("kepala@example.id",))

    assert recap.copies == ("sekda@example.id", "kepala@example.id")
    assert Mail(KEY, State.PLANNED, NOW).copies == ()


def test_a_mail_sent_again_is_marked_as_an_extra_copy() -> None:
    assert not mail(State.READY).is_extra_copy
    assert mail(State.READY, extra_copies=1).is_extra_copy
