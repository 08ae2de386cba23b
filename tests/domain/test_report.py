"""One unit's report of one slot: it adds up, it never changes afterwards, and a follow-up stands in one mail."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from chalicelib.domain.attendance import Status, judge
from chalicelib.domain.day import CheckIn
from chalicelib.domain.duty import Assignment, Strength
from chalicelib.domain.evidence import Band, Evidence, Grade, Reason
from chalicelib.domain.people import Job, Person, PositionGroup
from chalicelib.domain.policy import Arrangement, Slot, SlotKind
from chalicelib.domain.report import FollowUp, Totals, UnitReport, add_up, count, heading
from tests.office import DINKES, LINKED, MONDAY, a_day, assigned, at, banten, checkin, office, person, report_of

SLOTS = ("0730", "1130", "1530")
NAMES = ("Ani", "Budi", "Citra", "Dedi", "Eka", "Fajar")


def reports_of(
    people: Sequence[Person], checkins: Sequence[CheckIn], assignments: Sequence[Assignment] = ()
) -> list[UnitReport]:
    """Monday's three reports of the Dinas Kesehatan, in order."""
    day = a_day(people, checkins, office=office(assignments=assignments))
    return [report_of(day, slot) for slot in SLOTS]


def follow_ups(reports: Sequence[UnitReport]) -> list[list[tuple[str, str, datetime]]]:
    return [[(one.slot, one.name, one.at) for one in report.follow_ups] for report in reports]


def test_a_report_counts_everybody_once_and_grades_those_who_reported() -> None:
    people = [person(name) for name in NAMES[:4]]
    found = [checkin("Ani", at("07:12")), checkin("Budi", at("07:20"), Grade.AWAY), checkin("Citra", at("08:40"))]

    report = reports_of(people, found, [assigned(Arrangement.LEAVE, "Dedi")])[0]

    assert report.totals.statuses == {Status.REPORTED: 2, Status.NOT_REPORTED: 1, Status.ON_LEAVE: 1}
    assert report.totals.grades == {Grade.AT_HOME: 1, Grade.AWAY: 1}
    assert (report.totals.people, report.totals.due, report.totals.share) == (4, 3, 2 / 3)


def test_a_row_shows_the_persons_own_unit_and_the_band_but_no_coordinate() -> None:
    nurse = person("Citra", "rsud", position="Perawat Ahli Muda", group=PositionGroup.FUNGSIONAL)
    unclear = Evidence(Grade.UNCLEAR, Reason.ON_THE_EDGE, Band.UNDER_1_KM)

    [row] = reports_of([nurse], [CheckIn("citra", at("07:12"), unclear)])[0].rows

    assert (row.name, row.unit, row.position) == ("Citra", "RSUD Banten", "Perawat Ahli Muda")
    assert (row.group, row.job) == (PositionGroup.FUNGSIONAL, Job.GENERAL)
    assert (row.status, row.at) == (Status.REPORTED, at("07:12"))
    assert (row.grade, row.reason, row.band) == (Grade.UNCLEAR, Reason.ON_THE_EDGE, Band.UNDER_1_KM)
    assert not {"place", "home", "lat", "lon", "phone", "nip"} & set(vars(row))


def test_rows_stand_in_the_order_of_the_roster() -> None:
    people = [person(name) for name in ("Eka", "Ani", "Citra")]

    assert [row.name for row in reports_of(people, [])[0].rows] == ["Eka", "Ani", "Citra"]


def test_in_the_slots_own_mail_nobody_follows_up() -> None:
    report = reports_of([person("Ani")], [checkin("Ani", at("07:31"))])[0]

    assert report.rows[0].status is Status.NOT_REPORTED
    assert report.follow_ups == ()


def test_who_reports_after_a_slot_stands_in_the_next_mail_with_the_time_and_in_no_other() -> None:
    mails = follow_ups(reports_of([person("Ani"), person("Budi")], [checkin("Ani", at("08:40"))]))

    assert mails == [[], [("0730", "Ani", at("08:40"))], []]


def test_a_follow_up_says_for_which_deadline() -> None:
    [follow_up] = reports_of([person("Ani")], [checkin("Ani", at("08:40"))])[1].follow_ups

    assert follow_up == FollowUp("0730", time(7, 30), "ani", "Ani", at("08:40"))


def test_who_missed_two_slots_follows_up_on_both_in_the_third_mail() -> None:
    mails = follow_ups(reports_of([person("Ani")], [checkin("Ani", at("12:00"))]))

    assert mails == [[], [], [("0730", "Ani", at("12:00")), ("1130", "Ani", at("12:00"))]]


def test_a_check_in_at_the_next_cut_off_is_in_that_mail_and_the_instant_after_in_the_one_that_follows() -> None:
    people = [person("Ani"), person("Budi")]
    found = [checkin("Ani", at("11:30")), checkin("Budi", at("11:30:00.000001"))]

    mails = follow_ups(reports_of(people, found))

    assert mails[1] == [("0730", "Ani", at("11:30"))]
    assert mails[2] == [("0730", "Budi", at("11:30:00.000001")), ("1130", "Budi", at("11:30:00.000001"))]


def test_a_second_late_check_in_is_no_second_follow_up() -> None:
    mails = follow_ups(reports_of([person("Ani")], [checkin("Ani", at("08:40")), checkin("Ani", at("12:00"))]))

    assert ("0730", "Ani", at("08:40")) in mails[1]
    assert [slot for slot, _, _ in mails[2]] == []


def test_after_the_last_slot_a_follow_up_is_left_to_the_recap() -> None:
    mails = follow_ups(reports_of([person("Ani")], [checkin("Ani", at("15:45"))]))

    assert mails == [[], [], []]


def test_nobody_follows_up_on_a_slot_that_was_not_held() -> None:
    adopted_at_nine = office([banten(adopted_at=at("09:00"))])
    day = a_day([person("Ani")], [checkin("Ani", at("10:00"))], office=adopted_at_nine)

    assert report_of(day, "1130").follow_ups == ()


def test_the_piket_of_a_report_is_held_against_the_letters_minimums() -> None:
    on_piket = [person("Ani", group=PositionGroup.ADMINISTRATOR), person("Budi", group=PositionGroup.PENGAWAS)]
    others = [person("Citra", group=PositionGroup.PENGAWAS)]

    report = reports_of([*on_piket, *others], [], [assigned(Arrangement.PIKET, "Ani", "Budi")])[0]

    assert report.piket == (Strength(PositionGroup.ADMINISTRATOR, 1, 1), Strength(PositionGroup.PENGAWAS, 1, 3))
    assert [strength.is_short for strength in report.piket] == [False, True]


def test_a_unit_without_people_owes_nothing_and_lacks_no_piket() -> None:
    report = reports_of([], [])[0]

    assert (report.rows, report.totals.people, report.totals.share, report.piket) == ((), 0, None, ())


def test_a_share_is_taken_of_those_who_owe_a_report_alone() -> None:
    totals = Totals({Status.REPORTED: 3, Status.FOLLOWED_UP: 1, Status.NOT_REPORTED: 1, Status.PIKET: 5}, {})

    assert (totals.people, totals.due, totals.share) == (10, 5, 0.6)
    assert Totals({Status.ON_LEAVE: 4}, {}).share is None


def test_only_those_who_reported_in_the_window_are_counted_by_grade() -> None:
    day = a_day([person("Ani"), person("Budi")], [checkin("Ani", at("07:12")), checkin("Budi", at("08:40"))])
    standings = [judge(day, one, day.window("0730"), as_of=at("16:00")) for one in day.people]

    assert count(standings) == Totals({Status.REPORTED: 1, Status.FOLLOWED_UP: 1}, {Grade.AT_HOME: 1})


def test_a_heading_names_the_letter_the_deadline_and_the_cut_off() -> None:
    letter = banten()
    moved = replace(letter.slots[0], lead_minutes=10)

    head = heading("Pemerintah Provinsi Banten", letter, moved, MONDAY, office_revision=7)

    assert (head.policy_number, head.zone, head.day, head.slot) == ("800/734-BKD/2020", "WIB", MONDAY, "0730")
    assert (head.deadline, head.cut_off) == (at("07:30"), at("07:20"))
    assert (head.office_revision, head.revision) == (7, 1)


def test_a_report_is_the_reporting_units_own_under_its_heading() -> None:
    report = reports_of([person("Citra", "rsud")], [])[0]

    assert (report.unit, report.unit_name) == ("dinkes", DINKES.name)
    assert (report.heading.slot, report.heading.government) == ("0730", "Pemerintah Provinsi Banten")


names = some.sampled_from(NAMES)
edges = some.sampled_from(["06:00", "07:30", "07:30:00.000001", "11:30", "11:30:00.000001", "15:30"]).map(at)
moments = edges | some.integers(0, 11 * 3600).map(lambda second: at("05:30") + timedelta(seconds=second))
checkins = some.lists(some.builds(checkin, names, moments, some.sampled_from(Grade)), max_size=12)
assignments = some.lists(some.builds(assigned, some.sampled_from(Arrangement), names), max_size=3)


def populations(jobs: Sequence[Job], links: Sequence[datetime | None]) -> some.SearchStrategy[list[Person]]:
    one = some.builds(
        person,
        names,
        unit=some.sampled_from(["dinkes", "rsud"]),
        job=some.sampled_from(jobs),
        group=some.sampled_from(PositionGroup),
        link_since=some.sampled_from(links),
    )
    return some.lists(one, unique_by=lambda member: member.id, max_size=len(NAMES))


anybody = populations(list(Job), [LINKED, None, at("07:30"), at("09:00")])
linked = populations(list(Job), [LINKED])


@given(anybody, checkins, assignments)
@settings(deadline=None)
def test_in_any_population_the_standings_sum_to_the_roster_and_the_grades_to_those_who_reported(
    people: list[Person], found: list[CheckIn], decisions: list[Assignment]
) -> None:
    for report in reports_of(people, found, decisions):
        assert sum(report.totals.statuses.values()) == len(report.rows) == len(people)
        assert sum(report.totals.grades.values()) == report.totals.reported
        assert report.totals.statuses == Counter(row.status for row in report.rows)
        assert report.totals.followed_up == 0


@given(anybody, checkins, assignments)
@settings(deadline=None)
def test_a_report_made_later_is_the_report_that_was_made_at_the_cut_off(
    people: list[Person], found: list[CheckIn], decisions: list[Assignment]
) -> None:
    for later in reports_of(people, found, decisions):
        arrived = [one for one in found if one.at <= later.heading.cut_off]
        at_cut_off = reports_of(people, arrived, decisions)[SLOTS.index(later.heading.slot)]

        assert later == at_cut_off


@given(linked, checkins, assignments)
@settings(deadline=None)
def test_every_follow_up_stands_in_exactly_one_mail_the_first_after_it_came(
    people: list[Person], found: list[CheckIn], decisions: list[Assignment]
) -> None:
    reports = reports_of(people, found, decisions)
    cut_offs = [report.heading.cut_off for report in reports]
    expected: list[list[tuple[str, str, datetime]]] = [[], [], []]
    for report in reports[:2]:
        for row in report.rows:
            late = [one.at for one in found if one.person == row.person and one.at > report.heading.cut_off]
            if row.status is Status.NOT_REPORTED and late and min(late) <= cut_offs[-1]:
                mail = next(number for number, cut_off in enumerate(cut_offs) if cut_off >= min(late))
                expected[mail].append((row.person, report.heading.slot, min(late)))

    mails = [[(one.person, one.slot, one.at) for one in report.follow_ups] for report in reports]

    assert [sorted(mail) for mail in mails] == [sorted(mail) for mail in expected]


statuses = some.dictionaries(some.sampled_from(Status), some.integers(1, 500), max_size=len(Status))
grades = some.dictionaries(some.sampled_from(Grade), some.integers(1, 500), max_size=len(Grade))


@given(some.lists(some.builds(Totals, statuses, grades), max_size=6))
def test_totals_added_up_lose_nobody(parts: list[Totals]) -> None:
    whole = add_up(parts)

    assert whole.people == sum(part.people for part in parts)
    assert (whole.due, whole.reported, whole.missing, whole.followed_up) == (
        sum(part.due for part in parts),
        sum(part.reported for part in parts),
        sum(part.missing for part in parts),
        sum(part.followed_up for part in parts),
    )
    assert all(whole.grades.get(one, 0) == sum(part.grades.get(one, 0) for part in parts) for one in Grade)


def test_who_missed_a_slot_of_the_letter_before_follows_up_in_the_first_mail_of_the_new_one() -> None:
    old = banten(adopted_at=at("06:00"))
    new = banten(id="new", slots=(Slot("1500", SlotKind.REPORT, time(15, 0)),), adopted_at=at("12:00"))
    day = a_day([person("Ani")], [checkin("Ani", at("12:30"))], office=office([old, new]))

    assert [one.slot for one in report_of(day, "1500").follow_ups] == ["0730", "1130"]
