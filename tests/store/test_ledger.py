"""The ledger: the first bell decides, one mover wins, and nothing that was noted is lost."""

import re
from dataclasses import replace
from itertools import product

import pytest

from chalicelib.assembly import Records
from chalicelib.domain.delivery import ARROWS, DIGEST, SETTLED, Mail, MailKey, State
from chalicelib.store.ledger import Run
from tests.office import FRIDAY, MONDAY, at
from tests.store import dynamo

KEY = MailKey(MONDAY, "0730", "dinkes")
RUN = Run(MONDAY, "0730", 3, at("07:30"), ("inspektorat", "dinkes"))


def planned(records: Records, key: MailKey = KEY, state: State = State.PLANNED) -> Mail:
    mail = Mail(key, state, at("07:30"), due_at=at("08:30"))
    records.ledger.plan([mail])
    return mail


def found(records: Records, key: MailKey = KEY) -> Mail:
    mail = records.ledger.mail(key)
    assert mail
    return mail


# Runs


def test_the_first_bell_decides_a_run_and_the_others_get_it(records: Records) -> None:
    assert records.ledger.open_run(RUN) == RUN

    later = replace(RUN, office_revision=9, units=("dinkes",))

    assert records.ledger.open_run(later) == RUN
    assert records.ledger.run(MONDAY, "0730") == RUN


def test_a_run_that_is_planned_says_so_and_keeps_what_it_froze(records: Records) -> None:
    records.ledger.open_run(RUN)

    records.ledger.mark_planned(RUN)
    records.ledger.mark_planned(RUN)

    assert records.ledger.run(MONDAY, "0730") == replace(RUN, is_planned=True)
    assert records.ledger.open_run(RUN) == replace(RUN, is_planned=True)


def test_a_slot_that_nobody_opened_has_no_run(records: Records) -> None:
    records.ledger.open_run(RUN)

    assert records.ledger.run(MONDAY, "1130") is None
    assert records.ledger.run(FRIDAY, "0730") is None


# Plans


def test_a_mail_reads_back_as_it_was_planned(records: Records) -> None:
    mail = Mail(
        KEY,
        State.READY,
        at("07:30:05.000001"),
        attempt=2,
        handovers=1,
        extra_copies=1,
        due_at=at("08:30"),
        to=("bkd@example.id",),
        cc=("b@example.id", "a@example.id"),
        message_id="0100",
        bounced=("a@example.id",),
        problem="copy split off",
    )

    records.ledger.plan([mail])

    assert found(records) == mail


def test_a_mail_that_is_in_the_ledger_stays_as_it_is(records: Records) -> None:
    mail = planned(records)
    records.ledger.move(mail, State.READY, at=at("07:31"))

    planned(records)

    assert found(records).state is State.READY


def test_a_mail_that_was_never_planned_is_none(records: Records) -> None:
    assert records.ledger.mail(KEY) is None


def test_the_mails_of_a_slot_are_all_and_only_its_own(records: Records) -> None:
    keys = [KEY, replace(KEY, unit=DIGEST), replace(KEY, copy=101), replace(KEY, revision=2)]
    others = [replace(KEY, slot="07301"), replace(KEY, slot="1130"), replace(KEY, day=FRIDAY)]
    for key in (*keys, *others):
        planned(records, key)
    records.ledger.open_run(RUN)

    assert {mail.key for mail in records.ledger.mails(MONDAY, "0730")} == set(keys)


# Moves


@pytest.mark.parametrize(("state", "to"), [(state, to) for state in State for to in sorted(ARROWS[state])])
def test_every_arrow_moves_a_mail_and_keeps_the_rest_of_it(records: Records, state: State, to: State) -> None:
    mail = planned(records, state=state)

    moved = records.ledger.move(mail, to, at=at("07:31"), problem="noted")

    assert moved == replace(mail, state=to, changed_at=at("07:31"), problem="noted")
    assert found(records) == moved


def test_a_move_writes_what_it_changes_and_nothing_else(records: Records) -> None:
    mail = planned(records, state=State.READY)

    with dynamo.counted() as calls:
        records.ledger.move(mail, State.LEASED, at=at("07:31"), attempt=1, due_at=None)

    ((_, request),) = calls.requests
    set_, removed = request["UpdateExpression"].removeprefix("SET ").split("REMOVE ")
    assert {request["ExpressionAttributeNames"][name] for name in re.findall(r"#\w+", set_)} == {
        "state", "changed_at", "attempt",
    }  # fmt: skip
    assert request["ExpressionAttributeNames"][removed] == "due_at"


def test_an_arrow_that_does_not_exist_is_refused_and_writes_nothing(records: Records) -> None:
    missing = [(state, to) for state, to in product(State, State) if to not in ARROWS[state]]

    with dynamo.counted() as calls:
        for state, to in missing:
            with pytest.raises(ValueError, match=f"{state} to {to}"):
                records.ledger.move(Mail(KEY, state, at("07:30")), to, at=at("07:31"))

    assert calls.made == []
    assert len(missing) > len(State)


def test_of_two_who_move_a_mail_the_second_loses_and_changes_nothing(records: Records) -> None:
    mail = planned(records, state=State.READY)

    first = records.ledger.move(mail, State.LEASED, at=at("07:31"), attempt=1)
    second = records.ledger.move(mail, State.LEASED, at=at("07:32"), attempt=1)

    assert second is None
    assert found(records) == first


def test_a_worker_that_wakes_after_its_lease_was_taken_over_cannot_submit(records: Records) -> None:
    mail = planned(records, state=State.READY)
    slow = records.ledger.move(mail, State.LEASED, at=at("07:31"), attempt=1)
    assert slow
    quick = records.ledger.move(slow, State.LEASED, at=at("07:34"), attempt=2)
    assert quick

    assert records.ledger.move(slow, State.SUBMITTING, at=at("07:35")) is None
    assert records.ledger.move(quick, State.SUBMITTING, at=at("07:35"))


def test_a_mail_that_is_not_in_the_ledger_cannot_be_moved_into_it(records: Records) -> None:
    assert records.ledger.move(Mail(KEY, State.PLANNED, at("07:30")), State.READY, at=at("07:31")) is None
    assert records.ledger.mail(KEY) is None


# Open work


def test_a_mail_is_open_until_its_last_step(records: Records) -> None:
    for state in State:
        planned(records, replace(KEY, unit=state), state)

    assert {mail.state for mail in records.ledger.unsettled(MONDAY)} == set(State) - SETTLED


def test_a_mail_that_ses_puts_back_is_open_again(records: Records) -> None:
    mail = planned(records, state=State.SUBMITTING)

    records.ledger.move(mail, State.RETRY_AT, at=at("07:31"))

    assert [mail.key for mail in records.ledger.unsettled(MONDAY)] == [KEY]


def test_a_settled_day_costs_one_empty_reading(records: Records) -> None:
    for number in range(30):
        mail = planned(records, replace(KEY, copy=number), State.SUBMITTING)
        records.ledger.move(mail, State.SENT, at=at("07:31"))

    with dynamo.counted() as calls:
        assert records.ledger.unsettled(MONDAY) == ()

    ((name, request),) = calls.requests
    assert (name, request["ConsistentRead"], calls.found) == ("Query", True, [])


# Bounces


def test_addresses_that_bounced_only_add_up(records: Records) -> None:
    planned(records, state=State.SENT)

    records.ledger.note_bounced(KEY, ["b@example.id"])
    records.ledger.note_bounced(KEY, ["a@example.id", "b@example.id"])
    records.ledger.note_bounced(KEY, ["b@example.id"])

    assert found(records).bounced == ("a@example.id", "b@example.id")


def test_a_bounce_that_comes_between_a_reading_and_a_move_is_not_lost(records: Records) -> None:
    """A copy bounces while another process settles the addressee's delivery from what it read a moment ago."""
    read = planned(records, state=State.SENT)
    records.ledger.note_bounced(KEY, ["copy@example.id"])

    records.ledger.move(read, State.DELIVERED, at=at("07:31"))

    assert found(records).state is State.DELIVERED
    assert found(records).bounced == ("copy@example.id",)


def test_a_bounce_of_a_mail_that_is_not_in_the_ledger_puts_none_there(records: Records) -> None:
    records.ledger.note_bounced(KEY, ["a@example.id"])

    assert records.ledger.mail(KEY) is None
    assert records.ledger.mails(MONDAY, "0730") == ()


# The watermark


def test_before_any_day_was_finished_there_is_no_mark(records: Records) -> None:
    assert records.ledger.watermark() is None


def test_the_mark_goes_forward_and_never_back(records: Records) -> None:
    records.ledger.advance_watermark(MONDAY)
    assert records.ledger.watermark() == MONDAY

    records.ledger.advance_watermark(FRIDAY)
    assert records.ledger.watermark() == FRIDAY

    records.ledger.advance_watermark(MONDAY)
    assert records.ledger.watermark() == FRIDAY
