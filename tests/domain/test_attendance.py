"""Attendance: what may be said of one person in one slot, and what may never be said."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from chalicelib.domain.attendance import BY_ARRANGEMENT, Attendance, Status, judge
from chalicelib.domain.day import CheckIn
from chalicelib.domain.evidence import BEST_FIRST, Evidence, Grade, Reason
from chalicelib.domain.people import Job, Person
from chalicelib.domain.policy import Arrangement, Selector
from tests.office import MONDAY, a_day, assigned, at, banten, checkin, office, person

ANI = person("Ani")
DAY_END = at("16:00")


def standing(
    *checkins: CheckIn, who: Person = ANI, slot: str = "0730", as_of: datetime = DAY_END, **facts: object
) -> Attendance:
    """How the person stands in a slot of Monday, as known at the end of the day unless told otherwise."""
    day = a_day([who], checkins, office=office(**facts))  # type: ignore[arg-type]
    return judge(day, who, day.window(slot), as_of=as_of)


def test_a_check_in_within_the_window_is_reported_with_its_time_and_evidence() -> None:
    assert standing(checkin("Ani", at("07:12"))) == Attendance(
        ANI, Status.REPORTED, at("07:12"), Evidence(Grade.AT_HOME)
    )


def test_without_a_check_in_somebody_has_not_reported_yet() -> None:
    assert standing() == Attendance(ANI, Status.NOT_REPORTED)


@pytest.mark.parametrize(
    ("clock", "status"),
    [
        ("05:59", Status.NOT_REPORTED),
        ("05:59:59.999999", Status.NOT_REPORTED),
        ("06:00", Status.REPORTED),
        ("07:29:59.9", Status.REPORTED),
        ("07:30:00.0", Status.REPORTED),
        ("07:30:00.000001", Status.FOLLOWED_UP),
        ("15:59", Status.FOLLOWED_UP),
    ],
)
def test_a_check_in_counts_by_where_it_falls_against_the_first_window(clock: str, status: Status) -> None:
    assert standing(checkin("Ani", at(clock))).status is status


@pytest.mark.parametrize("slot", ["1130", "1530"])
def test_a_check_in_of_the_morning_says_nothing_of_a_later_slot(slot: str) -> None:
    assert standing(checkin("Ani", at("07:30")), slot=slot).status is Status.NOT_REPORTED


def test_the_earliest_check_in_decides_the_time_and_the_best_grade_the_evidence() -> None:
    found = standing(
        checkin("Ani", at("07:05"), Grade.AWAY),
        checkin("Ani", at("07:10"), Grade.AT_HOME),
        checkin("Ani", at("07:20"), Grade.NO_POSITION),
    )

    assert (found.status, found.at, found.evidence) == (Status.REPORTED, at("07:05"), Evidence(Grade.AT_HOME))


def test_of_equal_grades_the_earliest_is_the_evidence() -> None:
    coarse, old = Evidence(Grade.UNCLEAR, Reason.ACCURACY_TOO_COARSE), Evidence(Grade.UNCLEAR, Reason.FIX_TOO_OLD)

    found = standing(CheckIn("ani", at("07:05"), coarse), CheckIn("ani", at("07:10"), old))

    assert found.evidence == coarse


def test_a_better_grade_after_the_window_does_not_change_it() -> None:
    found = standing(checkin("Ani", at("07:05"), Grade.AWAY), checkin("Ani", at("07:31"), Grade.AT_HOME))

    assert found.evidence == Evidence(Grade.AWAY)


def test_a_follow_up_has_the_time_and_evidence_of_the_first_check_in_after_the_window() -> None:
    found = standing(checkin("Ani", at("08:40"), Grade.UNCLEAR), checkin("Ani", at("10:00"), Grade.AT_HOME))

    assert (found.status, found.at, found.evidence) == (Status.FOLLOWED_UP, at("08:40"), Evidence(Grade.UNCLEAR))


def test_a_follow_up_is_not_known_before_it_has_arrived() -> None:
    late = checkin("Ani", at("08:40"))

    assert standing(late, as_of=at("08:39:59.999999")).status is Status.NOT_REPORTED
    assert standing(late, as_of=at("08:40")).status is Status.FOLLOWED_UP


def test_somebody_elses_check_in_is_nobodys_report() -> None:
    assert standing(checkin("Budi", at("07:12"))).status is Status.NOT_REPORTED


@pytest.mark.parametrize(
    ("link_since", "status"),
    [
        (None, Status.NO_DATA),
        (at("07:30:00.000001"), Status.NO_DATA),
        (at("07:30"), Status.NOT_REPORTED),
        (at("06:59"), Status.NOT_REPORTED),
    ],
)
def test_of_somebody_without_a_link_before_the_cut_off_nothing_is_said(
    link_since: datetime | None, status: Status
) -> None:
    assert standing(who=person("Ani", link_since=link_since)).status is status


@pytest.mark.parametrize(
    ("clock", "status"), [("07:12", Status.REPORTED), ("08:40", Status.FOLLOWED_UP), ("06:40", Status.REPORTED)]
)
def test_whoever_has_no_link_and_reports_by_chat_has_reported(clock: str, status: Status) -> None:
    word = replace(checkin("Ani", at(clock)), by_chat=True)

    assert standing(word, who=person("Ani", link_since=None)).status is status


def test_whoever_reported_by_chat_in_one_slot_and_not_in_the_next_could_have() -> None:
    unlinked, word = person("Ani", link_since=None), replace(checkin("Ani", at("07:12")), by_chat=True)
    day = a_day([unlinked], [word])

    assert judge(day, unlinked, day.window("1130"), as_of=at("11:30")).status is Status.NOT_REPORTED


def test_a_link_that_came_after_the_slot_makes_nobody_a_follow_up() -> None:
    assert standing(checkin("Ani", at("08:40")), who=person("Ani", link_since=at("08:00"))).status is Status.NO_DATA


def test_a_check_in_stays_a_report_when_the_link_is_revoked_afterwards() -> None:
    revoked = person("Ani", link_hash=None, link_since=None)

    assert standing(checkin("Ani", at("07:12")), who=revoked).status is Status.REPORTED


@pytest.mark.parametrize(
    ("arrangement", "status"),
    [
        (Arrangement.HOME_UNLOCATED, Status.HOME_UNLOCATED),
        (Arrangement.PIKET, Status.PIKET),
        (Arrangement.OFFICE, Status.AT_OFFICE),
        (Arrangement.EXEMPT, Status.EXEMPT),
        (Arrangement.LEAVE, Status.ON_LEAVE),
        (Arrangement.TRAVEL, Status.TRAVELLING),
        (Arrangement.UNBOUND, Status.NO_DATA),
    ],
)
def test_who_owes_no_report_stands_as_assigned_whatever_they_report(arrangement: Arrangement, status: Status) -> None:
    decisions = (assigned(arrangement, "Ani"),)

    assert standing(assignments=decisions) == Attendance(ANI, status)
    assert standing(checkin("Ani", at("07:12")), assignments=decisions) == Attendance(ANI, status)
    assert standing(who=person("Ani", link_since=None), assignments=decisions).status is status


def test_every_arrangement_but_home_has_a_standing() -> None:
    assert set(BY_ARRANGEMENT) == set(Arrangement) - {Arrangement.HOME}


@pytest.mark.parametrize(
    ("job", "status"),
    [
        (Job.GENERAL, Status.NOT_REPORTED),
        (Job.TASK_FORCE, Status.EXEMPT),
        (Job.SECURITY, Status.AT_OFFICE),
        (Job.CLEANING, Status.AT_OFFICE),
        (Job.EDUCATION, Status.HOME_UNLOCATED),
    ],
)
def test_the_letter_says_how_each_kind_of_work_stands(job: Job, status: Status) -> None:
    assert standing(who=person("Ani", job=job)).status is status


def test_the_latest_assignment_wins() -> None:
    piket, leave = assigned(Arrangement.PIKET, "Ani"), assigned(Arrangement.LEAVE, "Ani")

    assert standing(assignments=(piket, leave)).status is Status.ON_LEAVE
    assert standing(assignments=(leave, piket)).status is Status.PIKET


def test_somebody_bound_by_no_letter_is_without_data_even_with_a_link() -> None:
    elsewhere = banten(binds=(Selector(units=("inspektorat",)),))

    assert standing(policies=[elsewhere]).status is Status.NO_DATA


def test_somebody_bound_only_by_the_older_letter_is_judged_by_it() -> None:
    newer = banten(number="2", binds=(Selector(units=("inspektorat",)),), rules=())

    assert standing(checkin("Ani", at("07:12")), policies=[banten(), newer]).status is Status.REPORTED
    assert standing(who=person("Ani", job=Job.TASK_FORCE), policies=[banten(), newer]).status is Status.EXEMPT


def test_a_piket_of_another_day_does_not_excuse_today() -> None:
    tomorrow = assigned(Arrangement.PIKET, "Ani", start=MONDAY + timedelta(days=1))

    assert standing(assignments=(tomorrow,)).status is Status.NOT_REPORTED


def test_there_are_ten_standings_and_none_calls_anybody_absent_or_late() -> None:
    assert {status.value for status in Status} == {
        "reported",
        "followed_up",
        "not_reported",
        "piket",
        "at_office",
        "home_unlocated",
        "on_leave",
        "travelling",
        "exempt",
        "no_data",
    }


moments = some.integers(0, 10 * 3600).map(lambda second: at("06:00") + timedelta(seconds=second))
checkins = some.lists(some.builds(checkin, some.just("Ani"), moments, some.sampled_from(Grade)), max_size=6)
slots = some.sampled_from(["0730", "1130", "1530"])
STAGES = [Status.NOT_REPORTED, Status.FOLLOWED_UP, Status.REPORTED]


def time_and_rank(found: Attendance) -> tuple[datetime, int]:
    """When somebody reported, and how far down the grades their evidence stands."""
    if found.at is None or found.evidence is None:
        raise AssertionError(f"{found.status} without time or evidence")
    return found.at, BEST_FIRST.index(found.evidence.grade)


@given(checkins, some.builds(checkin, some.just("Ani"), moments, some.sampled_from(Grade)), slots)
@settings(deadline=None)
def test_reporting_once_more_never_makes_a_standing_worse(before: list[CheckIn], more: CheckIn, slot: str) -> None:
    without, with_more = standing(*before, slot=slot), standing(*before, more, slot=slot)

    assert STAGES.index(with_more.status) >= STAGES.index(without.status)
    if with_more.status is without.status is Status.REPORTED:
        better, worse = time_and_rank(with_more), time_and_rank(without)
        assert better[0] <= worse[0]
        assert better[1] <= worse[1]


@given(checkins, slots, moments, moments)
@settings(deadline=None)
def test_as_the_day_goes_on_nobody_becomes_missing_again(
    found: list[CheckIn], slot: str, one: datetime, other: datetime
) -> None:
    earlier = standing(*found, slot=slot, as_of=min(one, other))
    later = standing(*found, slot=slot, as_of=max(one, other))

    assert STAGES.index(later.status) >= STAGES.index(earlier.status)
    if earlier.status is Status.FOLLOWED_UP:
        assert later == earlier


def test_somebody_who_had_no_link_while_the_window_was_open_does_not_follow_up_on_it() -> None:
    day = a_day([person("Ani", link_since=at("08:00"))], [checkin("Ani", at("08:10"))])

    standing = judge(day, day.people[0], day.window("0730"), as_of=at("11:30"))

    assert standing.status is Status.NO_DATA
