"""Piket at the desk: who stands when after a command, what is warned about, and what is shown to whom."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from chalicelib.admin import absence, desk, duty, exemption, undo
from chalicelib.admin.decisions import Tidy, tidy
from chalicelib.admin.desk import Registry
from chalicelib.admin.duty import RemovePiket, SetPiket, ShowPiket, SwapPiket, decide
from chalicelib.chat.wording import said
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.answer import Answer, Table
from chalicelib.domain.attendance import Status
from chalicelib.domain.change import Change, Line, changed, diff, partitioned
from chalicelib.domain.day import Day, Office
from chalicelib.domain.duty import Assignment
from chalicelib.domain.errors import OutOfScope, Refusal
from chalicelib.domain.errors_staff import DutyIsPast, PersonGone, PiketMissing, PiketTaken
from chalicelib.domain.people import Job, Person, PositionGroup
from chalicelib.domain.periods import Between
from chalicelib.domain.policy import Arrangement, Selector
from chalicelib.domain.report import UnitReport
from chalicelib.phrases import KNOWN
from tests.office import (
    FRIDAY,
    LETTER_DAY,
    MONDAY,
    NYEPI,
    assigned,
    at,
    banten,
    office,
    person,
)
from tests.said import line_of
from tests.world import World

TUESDAY, THURSDAY = date(2020, 3, 24), date(2020, 3, 26)
BKD = Admin("bkd", "BKD", Role.BKD)
OPERATOR = Admin("op", "Operator", Role.OPERATOR, ("inspektorat",))
STAFF = (
    person("Ani"),
    person("Budi"),
    person("Citra", "rsud"),
    person("Dewi", "inspektorat"),
    person("Eko", "inspektorat"),
)


def an_office(*assignments: Assignment, people: Sequence[Person] = STAFF, **facts: object) -> Office:
    """A small office, read whole, under a letter that asks for nobody on piket."""
    return replace(office([banten(piket_minimums=())], assignments, **facts), people=tuple(people))  # type: ignore[arg-type]


def under_the_letter(*assignments: Assignment, people: Sequence[Person] = STAFF) -> Office:
    return replace(office(assignments=assignments), people=tuple(people))


def after(before: Office, command: duty.Command, clock: str = "07:00", day: date = MONDAY) -> Office:
    return changed(before, decide(command, before, at=at(clock, day)).edits)


def days_on(facts: Office, name: str, kind: Arrangement = Arrangement.PIKET) -> list[int]:
    """The days of March on which somebody works so."""
    who = facts.by_id[name.lower()]
    march = [date(2020, 3, number) for number in range(1, 32)]
    return [
        day.day for day in march if Day(day, facts.organisation.units[0], facts, (), ()).arrangement_of(who) is kind
    ]


def warned(change: Change) -> dict[str, Line]:
    return {line.key: line for line in change.warnings}


def piket(*names: str, start: date = MONDAY, end: date = FRIDAY) -> Assignment:
    return replace(assigned(Arrangement.PIKET, *names, start=start, end=end), id="piket-1")


# Setting


def test_piket_is_one_row_whatever_the_number_of_people_and_days() -> None:
    change = decide(SetPiket(("ani", "budi"), MONDAY, FRIDAY, "ST 800/1"), an_office(), at=at("07:00"))

    [edit] = change.edits
    assert edit.after == Assignment(
        "piket-1", Selector(people=("ani", "budi")), Arrangement.PIKET, Between(MONDAY, FRIDAY), "ST 800/1"
    )
    assert change.summary == Line("duty.set", {"count": 2, "start": MONDAY, "end": FRIDAY})


def test_each_rota_gets_the_next_free_number() -> None:
    rotas = (replace(piket("Ani"), id="piket-4"), replace(piket("Budi"), id="piket-ani"))

    [edit] = decide(SetPiket(("citra",), MONDAY, FRIDAY), an_office(*rotas), at=at("07:00")).edits

    assert edit.key[1] == "piket-5"


def test_whoever_stands_piket_on_all_of_the_days_already_is_left_out() -> None:
    before = an_office(piket("Ani"))

    assert decide(SetPiket(("ani",), MONDAY, TUESDAY), before, at=at("07:00")).edits == ()
    [edit] = decide(SetPiket(("ani", "budi"), MONDAY, TUESDAY), before, at=at("07:00")).edits
    assert isinstance(edit.after, Assignment)
    assert edit.after.who.people == ("budi",)


def test_somebody_who_has_left_the_roster_is_refused() -> None:
    with pytest.raises(PersonGone):
        decide(SetPiket(("zaki",), MONDAY, FRIDAY), an_office(), at=at("07:00"))


def test_piket_of_a_day_gone_by_may_be_entered_and_says_that_sent_reports_stay() -> None:
    change = decide(SetPiket(("ani",), MONDAY, MONDAY), an_office(), at=at("07:00", TUESDAY))

    assert days_on(changed(an_office(), change.edits), "Ani") == [23]
    assert "duty.late" in warned(change)


# What counts when several decisions meet, in either order


@pytest.mark.parametrize("kind", [Arrangement.LEAVE, Arrangement.TRAVEL])
def test_piket_entered_after_somebodys_leave_or_travel_does_not_outweigh_it(kind: Arrangement) -> None:
    before = an_office(assigned(kind, "Ani", start=TUESDAY))

    change = decide(SetPiket(("ani",), MONDAY, NYEPI), before, at=at("07:00"))

    assert days_on(changed(before, change.edits), "Ani") == [23, 25]
    assert warned(change)[f"duty.clash.{kind}"].facts == {"name": "Ani", "day": TUESDAY, "days": 1}


def test_piket_that_yielded_to_a_leave_is_back_when_the_leave_ends_early() -> None:
    before = after(
        an_office(assigned(Arrangement.LEAVE, "Ani", start=MONDAY, end=FRIDAY)), SetPiket(("ani",), MONDAY, FRIDAY)
    )

    change = absence.decide(absence.EndAbsence(("ani",), TUESDAY), before, at=at("07:00", TUESDAY))

    assert days_on(changed(before, change.edits), "Ani") == [25, 26, 27]


def test_an_exemption_entered_after_somebodys_piket_does_not_outweigh_it() -> None:
    before = an_office(piket("Ani", start=TUESDAY, end=TUESDAY))
    command = exemption.AddExemption(Selector(units=("dinkes",)), MONDAY, FRIDAY, None)

    facts = changed(before, exemption.decide(command, before, at=at("07:00")).edits)

    assert days_on(facts, "Ani") == [24]
    assert days_on(facts, "Ani", Arrangement.EXEMPT) == [23, 25, 26, 27]


def test_a_row_that_parts_while_another_goes_still_yields_to_the_leave_after_it() -> None:
    short, long = piket("Ani", end=TUESDAY), replace(piket("Ani", "Budi"), id="piket-2")
    before = an_office(short, long, assigned(Arrangement.LEAVE, "Budi", start=THURSDAY))

    facts = after(before, RemovePiket(("ani",), MONDAY, NYEPI))

    assert days_on(facts, "Ani") == [26, 27]
    assert days_on(facts, "Budi") == [23, 24, 25, 27]


# Swapping


def test_a_swap_gives_the_piket_of_those_days_and_no_others_to_the_one_who_takes_it() -> None:
    facts = after(an_office(piket("Ani", "Citra")), SwapPiket("ani", "budi", TUESDAY, THURSDAY))

    assert days_on(facts, "Ani") == [23, 27]
    assert days_on(facts, "Budi") == [24, 25, 26]
    assert days_on(facts, "Citra") == [23, 24, 25, 26, 27]
    assert [one.id for one in facts.assignments] == ["piket-1", "piket-3", "piket-2"]


def test_a_swap_within_a_rota_of_a_group_names_the_people_it_meant() -> None:
    group = Assignment("piket-1", Selector(units=("dinkes",)), Arrangement.PIKET, Between(MONDAY, FRIDAY))

    facts = after(an_office(group), SwapPiket("ani", "dewi", TUESDAY, TUESDAY))

    assert days_on(facts, "Ani") == [23, 25, 26, 27]
    assert days_on(facts, "Budi") == [23, 24, 25, 26, 27]
    assert days_on(facts, "Dewi") == [24]


def test_a_swap_is_refused_when_there_is_no_piket_to_give() -> None:
    with pytest.raises(PiketMissing) as refused:
        decide(SwapPiket("budi", "ani", MONDAY, FRIDAY), an_office(piket("Ani")), at=at("07:00"))

    assert refused.value.facts == {"name": "Budi", "start": MONDAY, "end": FRIDAY}


@pytest.mark.parametrize("takes", ["budi", "ani"])
def test_a_swap_is_refused_with_somebody_who_stands_piket_then_already(takes: str) -> None:
    before = an_office(piket("Ani"), replace(piket("Budi", start=THURSDAY), id="piket-2"))

    with pytest.raises(PiketTaken) as refused:
        decide(SwapPiket("ani", takes, MONDAY, FRIDAY), before, at=at("07:00"))

    assert refused.value.day == (THURSDAY if takes == "budi" else MONDAY)


def test_a_swap_leaves_the_days_gone_by_as_they_were() -> None:
    change = decide(SwapPiket("ani", "budi", MONDAY, FRIDAY), an_office(piket("Ani")), at=at("10:00", THURSDAY))

    facts = changed(an_office(piket("Ani")), change.edits)
    assert (days_on(facts, "Ani"), days_on(facts, "Budi")) == ([23, 24, 25], [26, 27])
    assert warned(change)["duty.past_kept"].facts == {"day": THURSDAY}


# Removing


def test_removing_parts_the_row_and_touches_nobody_else() -> None:
    facts = after(an_office(piket("Ani", "Budi")), RemovePiket(("ani",), TUESDAY, TUESDAY))

    assert days_on(facts, "Ani") == [23, 25, 26, 27]
    assert days_on(facts, "Budi") == [23, 24, 25, 26, 27]


def test_removing_the_last_one_leaves_no_row_that_would_mean_everybody() -> None:
    facts = after(an_office(piket("Ani")), RemovePiket(("ani",), MONDAY, FRIDAY))

    assert facts.assignments == ()


def test_removing_from_today_on_keeps_what_was_and_ends_the_row_yesterday() -> None:
    facts = after(an_office(piket("Ani")), RemovePiket(("ani",), MONDAY, FRIDAY), "10:00", TUESDAY)

    assert facts.assignments == (piket("Ani", end=MONDAY),)


@pytest.mark.parametrize("command", [RemovePiket(("ani",), MONDAY, TUESDAY), SwapPiket("ani", "budi", MONDAY, TUESDAY)])
def test_days_that_have_all_passed_are_not_altered(command: duty.Command) -> None:
    with pytest.raises(DutyIsPast) as refused:
        decide(command, an_office(piket("Ani")), at=at("00:00", NYEPI))

    assert refused.value.end == TUESDAY


def test_today_is_the_governments_day_and_not_the_one_of_utc() -> None:
    late_on_monday_in_utc = at("00:30", TUESDAY)

    with pytest.raises(DutyIsPast):
        decide(RemovePiket(("ani",), MONDAY, MONDAY), an_office(piket("Ani")), at=late_on_monday_in_utc)


def test_removing_where_nothing_is_changes_nothing_and_names_them() -> None:
    change = decide(RemovePiket(("budi",), MONDAY, FRIDAY), an_office(piket("Ani")), at=at("07:00"))

    assert change.edits == ()
    assert warned(change)["duty.none_to_remove"].facts == {"names": "Budi"}


# Warnings


def test_fewer_than_the_letters_minimum_is_warned_about_by_group_with_days_and_count() -> None:
    eselon = person("Sri", group=PositionGroup.PENGAWAS)
    change = decide(SetPiket(("sri",), MONDAY, FRIDAY), under_the_letter(people=(*STAFF, eselon)), at=at("07:00"))

    dinkes = "Dinas Kesehatan Provinsi Banten"
    assert warned(change)["duty.short.pengawas"].facts == {
        "unit": dinkes, "present": 1, "minimum": 3, "day": MONDAY, "days": 4
    }  # fmt: skip
    assert warned(change)["duty.short.administrator"].facts["present"] == 0


def test_a_removal_that_leaves_the_minimum_is_not_warned_about_and_one_below_it_is() -> None:
    ranks = [PositionGroup.ADMINISTRATOR] + [PositionGroup.PENGAWAS] * 4
    people = [person(f"P{number}", group=group) for number, group in enumerate(ranks)]
    before = under_the_letter(piket(*(one.name for one in people)), people=people)

    spare = decide(RemovePiket(("p4",), MONDAY, FRIDAY), before, at=at("07:00"))
    needed = decide(RemovePiket(("p3", "p4"), TUESDAY, TUESDAY), before, at=at("07:00"))

    assert "duty.short.pengawas" not in warned(spare)
    assert warned(needed)["duty.short.pengawas"].facts["present"] == 2


def test_a_swap_with_another_agency_is_warned_about_where_it_leaves_too_few() -> None:
    before = under_the_letter(piket("Ani"))

    change = decide(SwapPiket("ani", "dewi", MONDAY, MONDAY), before, at=at("07:00"))

    short = [line.facts["unit"] for line in change.warnings if line.key == "duty.short.pengawas"]
    assert short == ["Inspektorat Provinsi Banten", "Dinas Kesehatan Provinsi Banten"]
    assert "duty.apart" in warned(change)


def test_a_holiday_within_is_warned_about() -> None:
    change = decide(SetPiket(("ani",), MONDAY, date(2020, 3, 29)), an_office(), at=at("07:00"))

    assert warned(change)["duty.free_days"].facts == {"days": 3, "day": NYEPI}


def test_people_of_several_agencies_are_warned_about_and_a_unit_below_is_the_same_agency() -> None:
    across = decide(SetPiket(("ani", "dewi"), MONDAY, FRIDAY), an_office(), at=at("07:00"))
    within = decide(SetPiket(("ani", "citra"), MONDAY, FRIDAY), an_office(), at=at("07:00"))

    assert "duty.apart" in warned(across)
    assert "duty.apart" not in warned(within)


def test_somebody_whom_the_letter_itself_exempts_is_warned_about() -> None:
    command = SetPiket(("tono",), MONDAY, MONDAY)
    tono = person("Tono", job=Job.TASK_FORCE)

    assert "duty.clash.exempt" in warned(decide(command, an_office(people=(tono,)), at=at("07:00")))


def test_nobody_with_a_link_is_warned_about() -> None:
    unlinked = an_office(people=(person("Ani", link_hash=None), person("Budi")))

    assert "duty.no_link" in warned(decide(SetPiket(("ani",), MONDAY, FRIDAY), unlinked, at=at("07:00")))
    assert "duty.no_link" not in warned(decide(SetPiket(("ani", "budi"), MONDAY, FRIDAY), unlinked, at=at("07:00")))


def test_a_long_list_of_warnings_is_cut_and_says_by_how_many() -> None:
    people = [person(f"P{number}") for number in range(9)]
    away = an_office(assigned(Arrangement.LEAVE, *(one.name for one in people)), people=people)

    change = decide(SetPiket(tuple(one.id for one in people), MONDAY, MONDAY), away, at=at("07:00"))

    assert [line.key for line in change.warnings] == ["duty.clash.leave"] * 6 + ["duty.more"]
    assert change.warnings[-1].facts == {"count": 3}


# Showing


def shown(facts: Office, command: ShowPiket, admin: Admin = BKD) -> Answer:
    return duty.answer(command, Mock(spec=Registry), facts, admin, at=at("07:00"))


def rows(answer: Answer) -> tuple[tuple[object, ...], ...]:
    assert isinstance(answer.table, Table)
    return answer.table.rows


def weekday(number: int, date: str) -> Line:
    return Line("duty.weekday", {"weekday": f"date.weekday.{number}", "date": date})


def test_piket_is_shown_by_day_as_the_report_will_judge_it() -> None:
    facts = an_office(piket("Ani", "Citra"), assigned(Arrangement.LEAVE, "Ani", start=TUESDAY))

    answer = shown(facts, ShowPiket(("rsud",), MONDAY, NYEPI))

    assert rows(answer) == (
        (weekday(0, "23/3"), "Ani, Citra"),
        (weekday(1, "24/3"), "Citra"),
        (weekday(2, "25/3"), Line("duty.free")),
    )


def test_names_of_other_agencies_are_counted_and_not_told() -> None:
    facts = an_office(piket("Ani", "Dewi"))

    answer = shown(facts, ShowPiket(("dinkes", "inspektorat"), MONDAY, MONDAY), OPERATOR)

    assert [row[2] for row in rows(answer)] == [Line("duty.hidden", {"names": "", "count": 1}), "Dewi"]


def test_a_week_at_most_is_shown_and_a_button_leads_on() -> None:
    answer = shown(an_office(), ShowPiket(("dinkes",), MONDAY, date(2020, 4, 3)))

    assert len(rows(answer)) == 7
    [offer] = answer.offers
    assert line_of(offer) == "lihat piket dinkes 30-03-2020 s.d. 03-04-2020"


def test_shortfalls_are_told_and_so_is_that_there_are_none() -> None:
    ranks = [PositionGroup.ADMINISTRATOR] + [PositionGroup.PENGAWAS] * 3
    people = [person(f"P{number}", group=group) for number, group in enumerate(ranks)]
    full = under_the_letter(piket(*(one.name for one in people), end=MONDAY), people=people)

    assert shown(full, ShowPiket(("dinkes",), MONDAY, MONDAY)).lines == (Line("duty.none_short"),)
    short = shown(full, ShowPiket(("dinkes",), MONDAY, TUESDAY))
    assert {line.key for line in short.lines} == {"duty.short.administrator", "duty.short.pengawas"}
    assert shown(full, ShowPiket(("dinkes",), NYEPI, NYEPI)).lines == ()


def test_of_many_agencies_numbers_are_shown_and_no_names() -> None:
    extra = [replace(office().organisation.by_id["dinkes"], id=f"d{number}") for number in range(3)]
    organisation = replace(office().organisation, units=(*office().organisation.units, *extra))
    facts = an_office(piket("Ani", end=TUESDAY), piket("Budi", end=MONDAY), organisation=organisation)

    answer = shown(facts, ShowPiket(("dinkes", "d0", "d1", "d2"), MONDAY, TUESDAY))

    assert [row[1] for row in rows(answer)] == ["1–2", 0, 0, 0]


def test_a_unit_that_nobody_reports_for_has_nothing_to_show() -> None:
    assert shown(an_office(), ShowPiket(("banten",), MONDAY, MONDAY)) == Answer(Line("duty.no_agency"))


# Tidying


def test_decisions_that_ended_over_31_days_ago_are_tidied_away_and_no_others() -> None:
    old = replace(piket("Ani", start=LETTER_DAY, end=MONDAY), id="piket-1")
    recent = replace(piket("Ani", start=LETTER_DAY, end=TUESDAY), id="piket-2")
    facts = an_office(old, recent)

    change = tidy(Tidy(), facts, at=at("16:00", TUESDAY + timedelta(days=31)))

    assert changed(facts, change.edits).assignments == (recent,)
    assert change.summary == Line("office.tidied", {"count": 1})
    assert changed(changed(facts, change.edits), change.inverse) == facts


# In words


def test_whatever_is_said_is_said_in_both_languages() -> None:
    before = under_the_letter(piket("Ani", "Budi"), assigned(Arrangement.LEAVE, "Budi", start=TUESDAY))
    commands: list[duty.Command] = [
        SetPiket(("dewi",), LETTER_DAY, FRIDAY, "ST 1"),
        SetPiket(("dewi",), MONDAY, MONDAY),
        SwapPiket("ani", "dewi", LETTER_DAY, FRIDAY),
        SwapPiket("ani", "dewi", MONDAY, MONDAY),
        RemovePiket(("ani", "eko"), LETTER_DAY, FRIDAY),
        RemovePiket(("ani",), MONDAY, MONDAY),
    ]
    changes = [decide(command, before, at=at("07:00")) for command in commands]
    changes.append(tidy(Tidy(), before, at=at("07:00")))
    answer = shown(before, ShowPiket(("dinkes", "inspektorat"), MONDAY, date(2020, 4, 30)), OPERATOR)

    lines = [line for one in changes for line in (one.summary, *one.details, *one.warnings)]
    lines += [answer.title, *answer.lines, answer.offers[0].label]
    lines += [cell for row in rows(answer) for cell in row if isinstance(cell, Line)]
    lines += [
        Line(f"duty.short.{group}", {"unit": "x", "present": 1, "minimum": 3, "days": 2, "day": MONDAY})
        for group in PositionGroup
    ]
    assert all(said(line, lang) for line in lines for lang in KNOWN)


# For every command: what a naive model of single days gives, and an undo that restores

NAMES = ("ani", "budi", "dewi")
MARCH = [date(2020, 3, number) for number in range(1, 32)]
spans = some.tuples(some.sampled_from(MARCH), some.sampled_from(MARCH)).map(lambda pair: (min(pair), max(pair)))
groups = some.lists(some.sampled_from(NAMES), min_size=1, max_size=3, unique=True).map(tuple)
kept_by_day = some.one_of(
    some.builds(lambda who, span: SetPiket(who, *span), groups, spans),
    some.builds(lambda who, span: RemovePiket(who, *span), groups, spans),
    some.builds(lambda a, b, span: SwapPiket(a, b, *span), some.sampled_from(NAMES), some.sampled_from(NAMES), spans),
    some.builds(lambda who, span: absence.SetLeave(who, *span), groups, spans),
    some.builds(lambda who, span: absence.SetTravel(who, *span), groups, spans),
    some.builds(lambda who, day: absence.EndAbsence(who, day), groups, some.sampled_from(MARCH)),
    some.builds(
        lambda who, span: exemption.AddExemption(who, span[0], span[1], None),
        some.one_of(groups.map(lambda who: Selector(people=who)), some.just(Selector(units=("dinkes",)))),
        spans,
    ),
)
ends = some.builds(exemption.EndExemption, some.sampled_from(["kecuali-1", "kecuali-2"]), some.sampled_from(MARCH))
commands = kept_by_day | ends

Spell = tuple[str, Arrangement, date, date]


class ByDay:
    """The same office as somebody would keep it on squared paper: one box for each person and day."""

    def __init__(self) -> None:
        self.piket: set[tuple[str, date]] = set()
        self.away: list[Spell] = []
        self.exempt: list[tuple[set[str], date, date]] = []

    def arrangement(self, name: str, day: date) -> Arrangement:
        for who, kind, start, end in self.away:
            if who == name and start <= day <= end:
                return kind
        if (name, day) in self.piket:
            return Arrangement.PIKET
        if any(name in who and start <= day <= end for who, start, end in self.exempt):
            return Arrangement.EXEMPT
        return Arrangement.HOME if MONDAY <= day <= date(2020, 3, 31) else Arrangement.UNBOUND

    def apply(self, command: object, today: date) -> bool:
        """Keep a command; False, with nothing kept, where it has to be refused."""
        match command:
            case SetPiket(people, start, end):
                self.piket |= {(name, day) for name in people for day in MARCH if start <= day <= end}
            case RemovePiket(people, start, end):
                self.piket -= {(name, day) for name in people for day in MARCH if max(start, today) <= day <= end}
                return end >= today
            case SwapPiket(gives, takes, start, end):
                return self._swap(gives, takes, max(start, today), end)
            case absence.SetLeave(people, start, end):
                return self._leave(people, Arrangement.LEAVE, start, end)
            case absence.SetTravel(people, start, end):
                return self._leave(people, Arrangement.TRAVEL, start, end)
            case absence.EndAbsence(people, last_day):
                return self._back(people, last_day, today)
            case exemption.AddExemption(who, start, end):
                self.exempt.append((set(who.people) or {"ani", "budi"}, start, end or start))
        return True

    def _swap(self, gives: str, takes: str, start: date, end: date) -> bool:
        days = {day for name, day in self.piket if name == gives and start <= day <= end}
        if not days or any((takes, day) in self.piket for day in days):
            return False
        self.piket -= {(gives, day) for day in days}
        self.piket |= {(takes, day) for day in days}
        return True

    def _leave(self, people: tuple[str, ...], kind: Arrangement, start: date, end: date) -> bool:
        if any(who in people and other is not kind and s <= end and start <= e for who, other, s, e in self.away):
            return False
        for name in people:
            if any(self.arrangement(name, day) is not kind for day in MARCH if start <= day <= end):
                self.away.append((name, kind, start, end))
        return True

    def _back(self, people: tuple[str, ...], last_day: date, today: date) -> bool:
        back = last_day + timedelta(days=1)
        if back < today:
            return False
        cut = [
            (*spell[:3], min(spell[3], last_day))
            for spell in self.away
            if spell[0] in people and spell[2] <= back <= spell[3]
        ]
        rest = [spell for spell in self.away if not (spell[0] in people and spell[2] <= back <= spell[3])]
        self.away = rest + [spell for spell in cut if spell[2] <= spell[3]]
        return True


DECIDE: dict[str, Callable[..., Change]] = {
    duty.__name__: decide,
    absence.__name__: absence.decide,
    exemption.__name__: exemption.decide,
}


def decided(command: object, before: Office, moment: datetime) -> Change | None:
    try:
        return DECIDE[type(command).__module__](command, before, at=moment)
    except Refusal:
        return None


@settings(max_examples=60)
@given(some.lists(some.tuples(kept_by_day, some.sampled_from(MARCH)), min_size=1, max_size=8))
def test_after_any_commands_everybody_works_on_every_day_as_a_model_of_single_days_says(
    given_commands: list[tuple[object, date]],
) -> None:
    facts, model = an_office(), ByDay()

    for command, today in given_commands:
        change = decided(command, facts, at("07:00", today))
        assert (change is not None) == model.apply(command, today), command
        facts = changed(facts, change.edits) if change else facts

    judged = {day: Day(day, facts.organisation.units[0], facts, (), ()) for day in MARCH}
    found = {(name, day): judged[day].arrangement_of(facts.by_id[name]) for name in NAMES for day in MARCH}
    assert found == {(name, day): model.arrangement(name, day) for name in NAMES for day in MARCH}


@settings(max_examples=60)
@given(some.lists(some.tuples(commands, some.sampled_from(MARCH)), min_size=1, max_size=8))
def test_undoing_any_command_restores_the_office_and_undoing_the_undo_the_change(
    given_commands: list[tuple[object, date]],
) -> None:
    facts = an_office()

    for command, today in given_commands:
        change = decided(command, facts, at("07:00", today))
        then = changed(facts, change.edits) if change else facts
        assert not change or changed(then, change.inverse) == facts
        assert recorded_back(then, facts) == facts
        assert recorded_back(facts, then) == then
        assert all(one.who != Selector() for one in then.assignments), "a row that means everybody"
        facts = then


def recorded_back(after: Office, before: Office) -> Office:
    """An office put back to what it was by the difference of the two, as the record keeps it."""
    edits = diff(partitioned(before.assignments), partitioned(after.assignments))
    return changed(after, [one.inverse for one in edits])


# End to end


def status_of(world: World, slot: str, name: str) -> Status:
    """How somebody of Dinkes stands in the report that was sent of a slot."""
    (key,) = [sent.key for sent in world.sent() if (sent.slot, sent.key.unit) == (slot, "dinkes")]
    report = world.records.archive.report(key, UnitReport)
    assert report
    return next(row.status for row in report.rows if row.name == name)


def test_a_piket_swapped_at_ten_shows_in_the_1130_report_and_not_in_the_one_of_0730(world: World) -> None:
    world.open(list(STAFF), assignments=(piket("Ani"),))
    world.play(at("07:30"))

    desk.carry_out(world.registry, decide, SwapPiket("ani", "budi", MONDAY, MONDAY), at=at("10:00"))
    world.play(at("11:30"))

    assert (status_of(world, "0730", "Ani"), status_of(world, "0730", "Budi")) == (Status.PIKET, Status.NOT_REPORTED)
    assert (status_of(world, "1130", "Ani"), status_of(world, "1130", "Budi")) == (Status.NOT_REPORTED, Status.PIKET)


def test_a_swap_that_is_undone_leaves_the_rota_as_it_was(world: World) -> None:
    world.open(list(STAFF), assignments=(piket("Ani"), assigned(Arrangement.LEAVE, "Eko")))
    before = desk.read_office(world.registry, at=at("09:00"))

    desk.carry_out(world.registry, decide, SwapPiket("ani", "budi", TUESDAY, THURSDAY), at=at("10:00"))
    command = undo.look_up(undo.Undo(2), world.registry)
    desk.carry_out(world.registry, undo.decide, command, at=at("10:05"))

    assert desk.read_office(world.registry, at=at("10:06")).assignments == before.assignments


def test_an_operator_may_set_the_piket_of_their_own_people_and_of_nobody_else(world: World) -> None:
    world.open(list(STAFF))

    desk.carry_out(world.registry, decide, SetPiket(("dewi",), MONDAY, FRIDAY), OPERATOR, at=at("07:00"))

    with pytest.raises(OutOfScope):
        desk.carry_out(world.registry, decide, SetPiket(("ani",), MONDAY, FRIDAY), OPERATOR, at=at("07:00"))
