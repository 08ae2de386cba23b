"""The digest of a slot and the recap of a day: sums of what the units' own mails said, gaps named first."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from chalicelib.domain.attendance import Status
from chalicelib.domain.day import CheckIn
from chalicelib.domain.evidence import Grade
from chalicelib.domain.people import Job, Person
from chalicelib.domain.policy import Arrangement
from chalicelib.domain.recap import (
    Outcome,
    RecapLine,
    SlotStanding,
    UnitLine,
    at_day_end,
    digest,
    needing_attention,
    recap,
)
from chalicelib.domain.report import Totals, heading
from tests.office import MONDAY, a_day, assigned, at, banten, checkin, office, person, report_of

LETTER = banten()
HEAD = heading("Pemerintah Provinsi Banten", LETTER, LETTER.slots[-1], MONDAY, office_revision=1)
DAY_END = at("16:00")


def totals(reported: int, missing: int = 0, followed_up: int = 0, **others: int) -> Totals:
    counts = {Status.REPORTED: reported, Status.NOT_REPORTED: missing, Status.FOLLOWED_UP: followed_up}
    return Totals(counts | {Status(name): count for name, count in others.items()}, {Grade.AT_HOME: reported})


def unit_day(name: str, *slots: Totals | None, outcome: Outcome = Outcome.SENT) -> RecapLine:
    """A unit's day; the last of its slots has the outcome given."""
    outcomes = [Outcome.SENT] * (len(slots) - 1) + [outcome]
    standings = tuple(
        SlotStanding(slot.id, at(str(slot.deadline)), how, part)
        for slot, how, part in zip(LETTER.slots, outcomes, slots, strict=False)
    )
    return RecapLine(name.lower(), name, 10, standings, piket_short=False)


def names(lines: Sequence[RecapLine]) -> list[str]:
    return [line.name for line in lines]


def test_a_digest_adds_up_what_its_units_said_and_keeps_the_line_of_one_without_a_report() -> None:
    lines = [
        UnitLine("a", "Dinas A", Outcome.SENT, totals(8, 2)),
        UnitLine("b", "Dinas B", Outcome.FAILED, None),
        UnitLine("c", "Dinas C", Outcome.SENT, totals(5, 0, on_leave=1)),
    ]

    slot = digest(HEAD, iter(lines))

    assert slot.lines == tuple(lines)
    assert (slot.totals.reported, slot.totals.missing, slot.totals.people) == (13, 2, 16)
    assert [line.name for line in slot.failed] == ["Dinas B"]


def test_a_report_that_could_be_made_counts_even_when_its_mail_failed() -> None:
    slot = digest(HEAD, [UnitLine("a", "Dinas A", Outcome.FAILED, totals(8, 2))])

    assert slot.totals.people == 10
    assert slot.failed == slot.lines


counts = some.dictionaries(some.sampled_from(Status), some.integers(0, 300), max_size=len(Status))
maybe_totals = some.none() | some.builds(Totals, counts, some.just({}))


@given(some.lists(some.builds(UnitLine, some.text(), some.text(), some.sampled_from(Outcome), maybe_totals)))
def test_the_figures_of_a_digest_are_the_sum_of_its_lines(lines: list[UnitLine]) -> None:
    slot = digest(HEAD, lines)

    for status in Status:
        of_lines = (line.totals.statuses.get(status, 0) for line in lines if line.totals)
        assert slot.totals.statuses.get(status, 0) == sum(of_lines)


def test_a_recap_has_a_row_per_unit_and_the_whole_government_per_slot() -> None:
    day = recap(HEAD, [unit_day("A", totals(8, 2), totals(10)), unit_day("B", totals(5, 5), totals(6, 3, 1))])

    assert names(day.lines) == ["A", "B"]
    assert [(one.slot, one.totals and one.totals.reported) for one in day.slots] == [("0730", 13), ("1130", 16)]
    assert [one.outcome for one in day.slots] == [Outcome.SENT, Outcome.SENT]
    assert [one.deadline for one in day.slots] == [at("07:30"), at("11:30")]
    assert day.people == 20


def test_a_recap_names_every_gap_and_adds_up_the_rest() -> None:
    day = recap(HEAD, [unit_day("A", totals(8, 2)), unit_day("B", None, outcome=Outcome.FAILED)])

    assert names(day.gaps) == ["B"]
    assert [one.outcome for one in day.slots] == [Outcome.FAILED]
    assert day.slots[0].totals == totals(8, 2)


def test_a_report_still_awaited_is_a_gap_too() -> None:
    awaited = UnitLine("a", "Dinas A", Outcome.WAITING, totals(10))

    assert digest(HEAD, [awaited]).failed == (awaited,)
    assert unit_day("A", totals(10), outcome=Outcome.WAITING).has_gap
    assert not unit_day("A", totals(10), totals(0, 10)).has_gap


def test_a_recap_of_a_day_without_units_is_empty() -> None:
    day = recap(HEAD, [])

    assert (day.lines, day.slots, day.attention, day.people) == ((), (), (), 0)


def test_units_with_a_failed_report_come_first_then_the_lowest_share() -> None:
    lines = [
        unit_day("Best", totals(9, 1)),
        unit_day("Worst", totals(1, 9)),
        unit_day("Failed", totals(10), outcome=Outcome.FAILED),
        unit_day("Middle", totals(5, 5)),
    ]

    assert names(needing_attention(lines)) == ["Failed", "Worst", "Middle"]


def test_of_equal_shares_the_unit_with_more_people_missing_comes_first_then_the_name() -> None:
    lines = [
        unit_day("B small", totals(1, 1)),
        unit_day("A small", totals(1, 1)),
        unit_day("Large", totals(50, 50)),
        unit_day("Followed", totals(50, 0, 50)),
    ]

    assert names(needing_attention(lines)) == ["Large", "A small", "B small"]


def test_among_failed_units_the_lowest_share_comes_first_and_one_without_figures_before_all() -> None:
    lines = [
        unit_day("Good", totals(9, 1), outcome=Outcome.FAILED),
        unit_day("Bad", totals(1, 9), outcome=Outcome.FAILED),
        unit_day("Silent", None, outcome=Outcome.FAILED),
    ]

    assert names(needing_attention(lines)) == ["Silent", "Bad", "Good"]


def test_a_unit_in_which_everybody_reported_is_never_named() -> None:
    lines = [unit_day("Full", totals(10)), unit_day("Resting", totals(0, on_leave=3)), unit_day("Low", totals(9, 1))]

    assert names(needing_attention(lines)) == ["Low"]


def test_a_unit_that_only_followed_up_is_still_looked_at() -> None:
    assert names(needing_attention([unit_day("Late", totals(9, 0, 1))])) == ["Late"]


shares = some.builds(totals, some.integers(0, 20), some.integers(0, 20), some.integers(0, 20))
lines_of_units = some.lists(
    some.builds(unit_day, some.sampled_from("ABCDEFG"), shares, outcome=some.sampled_from(Outcome)),
    unique_by=lambda line: line.name,
)


@given(lines_of_units)
def test_attention_goes_to_three_at_most_and_never_past_a_gap(lines: list[RecapLine]) -> None:
    chosen, gaps = needing_attention(lines), [line for line in lines if line.has_gap]

    assert len(chosen) <= 3
    assert sum(line.has_gap for line in chosen) == min(3, len(gaps))
    assert names(chosen) == names(needing_attention(list(reversed(lines))))


def day_end(people: Sequence[Person], checkins: Sequence[CheckIn], as_of: datetime = DAY_END) -> Totals:
    """The first slot's totals as the day's end sees them; Dedi is on leave."""
    day = a_day(people, checkins, office=office(assignments=[assigned(Arrangement.LEAVE, "Dedi")]))
    return at_day_end(report_of(day, "0730"), day.checkins_of, as_of=as_of)


def test_at_the_days_end_who_has_followed_up_moves_out_of_those_not_reported() -> None:
    people = [person(name) for name in ("Ani", "Budi", "Citra")]
    found = [checkin("Ani", at("07:12")), checkin("Budi", at("15:45"))]

    end = day_end(people, found)

    assert (end.reported, end.followed_up, end.missing, end.people) == (1, 1, 1, 3)
    assert end.grades == {Grade.AT_HOME: 1}


@pytest.mark.parametrize(
    ("clock", "followed_up"),
    [("05:59", 0), ("07:30:00.000001", 1), ("16:00", 1), ("16:00:00.000001", 0)],
)
def test_a_follow_up_comes_after_the_cut_off_and_by_the_recaps_own(clock: str, followed_up: int) -> None:
    assert day_end([person("Ani")], [checkin("Ani", at(clock))]).followed_up == followed_up


@pytest.mark.parametrize(
    "somebody",
    [person("Dedi"), person("Ani", job=Job.TASK_FORCE), person("Ani", link_since=None)],
)
def test_at_the_days_end_nobody_moves_whom_the_mail_did_not_call_missing(somebody: Person) -> None:
    before, after = day_end([somebody], []), day_end([somebody], [checkin(somebody.name, at("10:00"))])

    assert after == before


def test_at_the_days_end_whoever_had_no_data_and_reported_by_chat_since_has_followed_up() -> None:
    unlinked, word = person("Ani", link_since=None), replace(checkin("Ani", at("10:00")), by_chat=True)

    assert day_end([unlinked], [word]).statuses == {Status.NO_DATA: 0, Status.FOLLOWED_UP: 1}


def test_the_sent_report_stays_as_it_was_sent() -> None:
    day = a_day([person("Ani")], [checkin("Ani", at("10:00"))])
    sent = report_of(day, "0730")

    at_day_end(sent, day.checkins_of, as_of=DAY_END)

    assert sent.totals.statuses == {Status.NOT_REPORTED: 1}


moments = some.integers(0, 11 * 3600).map(lambda second: at("05:30") + timedelta(seconds=second))
found_checkins = some.lists(some.builds(checkin, some.sampled_from(["Ani", "Budi", "Dedi"]), moments), max_size=8)


@given(found_checkins)
@settings(deadline=None)
def test_the_days_end_moves_people_between_two_standings_and_loses_none(found: list[CheckIn]) -> None:
    people = [person("Ani"), person("Budi"), person("Dedi"), person("Eka", job=Job.SECURITY)]

    sent, end = day_end(people, [one for one in found if one.at <= at("07:30")]), day_end(people, found)

    assert end.people == sent.people == 4
    assert end.reported == sent.reported
    assert end.missing + end.followed_up == sent.missing
    assert end.statuses[Status.ON_LEAVE] == end.statuses[Status.AT_OFFICE] == 1
