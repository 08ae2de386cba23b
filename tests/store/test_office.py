"""The office by revision: all of a change or nothing, the past as it was, and today no dearer for its history."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from botocore.session import get_session

from chalicelib.assembly import Records
from chalicelib.domain.change import Edit, Fact, Line, Noun, changed, diff, edit, facts_of, partitioned
from chalicelib.domain.day import Attestation
from chalicelib.domain.duty import Assignment
from chalicelib.domain.errors import OfficeChanged
from chalicelib.domain.people import Address, Person, Unit, UnitKind
from chalicelib.domain.periods import Between, UntilLifted
from chalicelib.domain.policy import Arrangement, Policy, Selector
from chalicelib.store.office import Head, OfficeStore
from tests.office import FRIDAY, LINKED, MONDAY, ORGANISATION, banten, calendar, minutes, person
from tests.store import dynamo
from tests.world import REGION

HISTORY = 50


def commit(records: Records, base: int, **nouns: Sequence[Fact]) -> Head:
    """Let these be the whole of some nouns from the next revision on."""
    return make(records, base, edits_to(records, base, **nouns))


def edits_to(records: Records, base: int, **nouns: Sequence[Fact]) -> tuple[Edit, ...]:
    office = records.office.whole(base, MONDAY) if base else None
    before = [fact for noun in nouns for fact in (facts_of(office, Noun(noun)) if office else ())]
    return diff(partitioned(before), partitioned(fact for facts in nouns.values() for fact in facts))


def make(records: Records, base: int, edits: Sequence[Edit], cause: str = "") -> Head:
    at = LINKED + minutes(base)
    return records.office.commit(base, edits, who="test", summary=Line("test.changed"), cause=cause, at=at)


def opened(records: Records) -> Head:
    return commit(
        records, 0, units=ORGANISATION.units, decrees=calendar().decrees, addresses=[Address("bkd", ("a@b.id",))]
    )


def afresh() -> OfficeStore:
    """The office as a process reads it that has read nothing yet."""
    return OfficeStore(REGION)


def starting(records: Records) -> Records:
    """The stores of a process that makes its connections only now."""
    return replace(records, office=afresh())


def titled(*titles: str) -> list[Policy]:
    return [replace(banten(), id=f"letter-{title}", title=title) for title in titles]


def posting(number: int) -> Assignment:
    return Assignment(f"piket-{number}", Selector(people=("ani",)), Arrangement.PIKET, Between(MONDAY, MONDAY), "")


def titles(records: Records, revision: int) -> list[str]:
    return [policy.title for policy in records.office.at(revision).circulars.policies]


# A change


def test_an_office_that_was_never_opened_has_no_head_and_nobody(records: Records) -> None:
    assert records.office.head() is None
    assert records.office.current() is None
    with pytest.raises(LookupError, match="revision 1"):
        records.office.people(1, ["dinkes"])


def test_a_revision_that_never_was_cannot_be_read(records: Records) -> None:
    opened(records)

    with pytest.raises(LookupError, match="revision 2"):
        records.office.at(2)


@pytest.mark.door
def test_what_was_committed_is_what_every_other_process_reads(records: Records) -> None:
    opened(records)
    lifted = replace(banten(), id="psbb", validity=UntilLifted(date(2020, 4, 10), "sampai dicabut"))
    head = commit(records, 1, policies=[banten(adopted_at=LINKED), lifted], assignments=[posting(1)])

    office = afresh().current()

    assert office
    assert (office.revision, head.revision, head.who, head.summary) == (2, 2, "test", Line("test.changed"))
    assert office.organisation == ORGANISATION
    assert office.circulars.policies == (banten(adopted_at=LINKED), lifted)
    assert office.circulars.calendar == calendar()
    assert office.assignments == (posting(1),)
    assert office.addresses == {"bkd": ("a@b.id",)}
    assert office.opened_at == LINKED


def test_a_change_is_kept_with_who_made_it_what_was_said_of_it_and_what_asked_for_it(records: Records) -> None:
    opened(records)
    said = Line("policy.extended", {"number": "1/2020", "count": 3, "end": date(2020, 5, 13), "note": "2020-05-13"})
    edits = [Edit(None, posting(1))]

    records.office.commit(1, edits, who="rina", summary=said, cause="press-1", at=LINKED)

    head = afresh().head_at(2)
    assert (head.who, head.summary, head.cause) == ("rina", said, "press-1")


def test_entries_keep_their_order_beyond_the_tenth_and_beyond_one_batch(records: Records) -> None:
    opened(records)

    commit(records, 1, policies=titled(*(str(number) for number in range(60))))

    assert titles(records, 2) == [str(number) for number in range(60)]


def test_a_noun_can_be_emptied(records: Records) -> None:
    opened(records)
    commit(records, 1, assignments=[posting(1)])

    commit(records, 2, assignments=[])

    assert afresh().at(2).assignments == (posting(1),)
    assert afresh().at(3).assignments == ()


def test_an_old_revision_still_reads_as_it_was_after_five_later_changes_of_everything(records: Records) -> None:
    opened(records)
    people = [person("Ani"), person("Budi")]
    commit(records, 1, policies=titled("first"), assignments=[posting(1)], people=people)
    before = afresh().at(2)

    for base in range(2, 7):
        commit(
            records,
            base,
            units=(*ORGANISATION.units, Unit(f"unit-{base}", "Unit", UnitKind.BADAN)),
            decrees=calendar().decrees[:base],
            addresses=[Address("bkd", (f"{base}@b.id",))],
            policies=titled(f"change {base}"),
            assignments=[posting(base)],
            people=[person(f"Citra{base}")],
        )

    assert afresh().at(2) == before
    assert afresh().people(2, ["dinkes"]) == tuple(people)
    assert titles(records, 7) == ["change 6"]


def test_reading_todays_office_gets_no_dearer_with_its_history(records: Records) -> None:
    opened(records)
    commit(records, 1, policies=titled("first"), assignments=[posting(1)], people=[person("Ani"), person("Budi")])
    young = _reading()

    for base in range(2, HISTORY + 2):
        commit(records, base, policies=titled(f"change {base}"), people=[person("Ani"), person(f"Budi{base}")])

    old = _reading()
    assert old.made == young.made
    assert len(old.found) == len(young.found)


def _reading() -> dynamo.Calls:
    store = afresh()
    with dynamo.counted() as calls:
        office = store.current()
        assert office
        assert len(store.people(office.revision, ["dinkes"])) == 2
    return calls


def test_an_office_that_was_read_once_costs_one_read_to_see_that_nothing_changed(records: Records) -> None:
    opened(records)
    store = afresh()
    store.current()

    with dynamo.counted() as calls:
        store.current()

    assert calls.made == ["GetItem"]


# People


def test_people_are_read_unit_by_unit_in_the_rosters_order(records: Records) -> None:
    opened(records)
    roster = [person("Zaki"), person("Ani"), person("Budi", "inspektorat"), person("Mira")]
    commit(records, 1, people=roster)

    assert [found.name for found in records.office.people(2, ["dinkes"])] == ["Zaki", "Ani", "Mira"]
    assert [found.name for found in records.office.people(2, ["inspektorat", "dinkes"])] == [
        "Budi",
        "Zaki",
        "Ani",
        "Mira",
    ]
    assert records.office.people(2, ["rsud"]) == ()


def test_a_person_reads_back_whole(records: Records) -> None:
    opened(records)
    ani = person(
        "Ani", nip="199001012015032001", phone="+6281200000001", email="ani@example.id", domicile="kota-serang"
    )
    bare = Person("b", "Bare", "dinkes", ani.group, ani.employment)
    commit(records, 1, people=[ani, bare])

    assert records.office.people(2, ["dinkes"]) == (ani, bare)


def test_more_than_a_megabyte_of_people_is_read_to_the_last(records: Records) -> None:
    opened(records)
    wide = [person(f"Pegawai{number}", position="x" * 100_000) for number in range(25)]
    commit(records, 1, people=wide)

    with dynamo.counted() as calls:
        found = records.office.people(2, ["dinkes"])

    assert found == tuple(wide)
    assert calls.made.count("Query") > 2


def test_a_change_of_one_person_rewrites_the_people_of_their_unit_alone(records: Records) -> None:
    opened(records)
    ani, budi = person("Ani"), person("Budi", "inspektorat")
    before = commit(records, 1, people=[ani, person("Cici"), budi, person("Dodi", "rsud")])

    with dynamo.counted() as calls:
        after = make(starting(records), 2, [edit(ani, replace(ani, position="Arsiparis"))])

    assert [name for name in after.editions if after.editions[name] != before.editions.get(name)] == ["people#dinkes"]
    assert written(calls) == {"people#dinkes": 2, "head": 1, "heads": 1}


def written(calls: dynamo.Calls) -> dict[str, int]:
    """The partitions that were written to, without the names of their editions, and how many rows each got."""
    found: Counter[str] = Counter()
    for name, request in calls.requests:
        if name == "BatchWriteItem":
            puts = [put["PutRequest"] for some in request["RequestItems"].values() for put in some]
        else:
            puts = [one["Put"] for one in request.get("TransactItems", [])]
        found.update(put["Item"]["pk"]["S"].rsplit("#", 1)[0] for put in puts)
    return dict(found)


def test_an_office_read_whole_has_everybody_and_what_was_attested_for_the_day(records: Records) -> None:
    opened(records)
    monday, friday = (Attestation(f"a-{day}", day, LINKED, ("ani",), "op", "SMS") for day in (MONDAY, FRIDAY))
    commit(records, 1, people=[person("Ani"), person("Budi", "inspektorat")], attestations=[monday, friday])

    office = afresh().whole(2, MONDAY)

    assert [one.name for one in office.people] == ["Budi", "Ani"]
    assert office.attestations == (monday,)
    assert afresh().attestations(2, FRIDAY) == (friday,)


def test_the_office_as_it_was_shown_before_a_change_is_the_one_that_is_read_after_it(records: Records) -> None:
    opened(records)
    commit(records, 1, people=[person("Ani"), person("Budi", "inspektorat"), person("Cici", "rsud")])
    before = afresh().whole(2, MONDAY)
    moved = person("Ani", "inspektorat", filed_under="dinkes")
    edits = [edit(person("Ani"), moved, before.people), Edit(None, person("Dodi", "rsud")), Edit(None, posting(1))]

    make(records, 2, edits)

    assert afresh().whole(3, MONDAY) == replace(changed(before, edits), revision=3)


# What a revision changed


def test_a_revisions_edits_tell_each_fact_before_and_after(records: Records) -> None:
    opened(records)
    ani, budi = person("Ani"), person("Budi")
    commit(records, 1, people=[ani, budi], policies=titled("first"))
    risen = replace(ani, position="Kepala Subbagian")

    commit(records, 2, people=[risen, person("Cici")])

    assert [(one.before, one.after) for one in afresh().edits_of(3)] == [
        (ani, risen),
        (budi, None),
        (None, person("Cici")),
    ]


def test_a_person_who_moved_to_another_unit_is_one_edit(records: Records) -> None:
    opened(records)
    ani, moved = person("Ani"), person("Ani", "inspektorat", filed_under="dinkes")
    commit(records, 1, people=[ani, person("Budi"), person("Cici", "inspektorat")])

    make(records, 2, [edit(ani, moved)])

    assert [(one.before, one.after) for one in afresh().edits_of(3)] == [(ani, moved)]
    assert [one.name for one in afresh().people(3, ["inspektorat", "dinkes"])] == ["Cici", "Ani", "Budi"]


def test_the_revision_that_opened_the_office_has_everything_as_new(records: Records) -> None:
    opened(records)

    edits = afresh().edits_of(1)

    assert {one.before for one in edits} == {None}
    assert [one.after for one in edits] == [Address("bkd", ("a@b.id",)), *calendar().decrees, *ORGANISATION.units]


@pytest.mark.parametrize("name", ["Ani", "Budi", "Cici", "Dodi"])
def test_a_person_whom_an_undo_puts_back_stands_where_they_stood(records: Records, name: str) -> None:
    opened(records)
    people = [person("Ani"), person("Budi"), person("Cici"), person("Dodi")]
    commit(records, 1, people=people)
    commit(records, 2, people=[one for one in people if one.name != name])

    make(records, 3, [one.inverse for one in afresh().edits_of(3)])

    assert afresh().people(4, ["dinkes"]) == tuple(people)


def test_a_move_that_is_undone_puts_the_person_back_where_they_stood(records: Records) -> None:
    opened(records)
    people = [person("Ani"), person("Budi"), person("Cici")]
    commit(records, 1, people=[*people, person("Eka", "rsud")])
    make(records, 2, [edit(people[0], person("Ani", "rsud"), people)])

    make(records, 3, [one.inverse for one in afresh().edits_of(3)])

    assert afresh().people(4, ["dinkes", "rsud"]) == (*people, person("Eka", "rsud"))


# Two at once


def test_a_change_that_rests_on_an_older_reading_is_refused_and_leaves_the_newer_one(records: Records) -> None:
    opened(records)
    commit(records, 1, policies=titled("first"))

    with pytest.raises(OfficeChanged) as refused:
        commit(records, 1, policies=titled("second"))

    assert (refused.value.expected, refused.value.found) == (1, 2)
    assert titles(records, 2) == ["first"]


def test_of_two_changes_on_one_reading_one_is_made_and_the_other_refused_whatever_they_touch(records: Records) -> None:
    opened(records)
    first, second = (Edit(None, person(name, unit)) for name, unit in (("Ani", "dinkes"), ("Budi", "inspektorat")))
    make(records, 1, [first])

    with pytest.raises(OfficeChanged):
        make(starting(records), 1, [second])

    assert afresh().people(2, ["dinkes", "inspektorat"]) == (person("Ani"),)
    assert afresh().head() == afresh().head_at(2)


def test_an_office_is_opened_once(records: Records) -> None:
    opened(records)

    with pytest.raises(OfficeChanged):
        opened(records)


def test_of_two_changes_that_race_to_the_last_write_one_is_refused(records: Records) -> None:
    opened(records)
    racers = [titled("second")]

    def overtake(**_: object) -> None:
        if racers:
            edits = [Edit(None, policy) for policy in racers.pop()]
            afresh().commit(1, edits, who="other", summary=Line(""), at=LINKED)

    with dynamo.heard("before-call.dynamodb.TransactWriteItems", overtake), pytest.raises(OfficeChanged) as refused:
        commit(starting(records), 1, policies=titled("first"), assignments=[posting(1)])

    assert (refused.value.expected, refused.value.found) == (1, 2)
    assert titles(records, 2) == ["second"]
    assert afresh().at(2).assignments == ()
    with pytest.raises(LookupError):
        records.office.at(3)


def test_a_commit_whose_answer_was_lost_is_found_to_have_happened(records: Records) -> None:
    """The SDK repeats a request whose answer it did not get; the repetition meets its own first writing."""
    opened(records)
    lost: list[str] = []

    def write_once_before(params: dict[str, Any], **_: object) -> None:
        if not lost:
            lost.append("answer")
            request = json.loads(params["body"])
            get_session().create_client("dynamodb", REGION).transact_write_items(TransactItems=request["TransactItems"])

    with dynamo.heard("before-call.dynamodb.TransactWriteItems", write_once_before):
        head = commit(starting(records), 1, policies=titled("first"))

    assert lost
    assert afresh().head() == head
    assert titles(records, 2) == ["first"]


def test_a_commit_that_failed_for_another_reason_flies_and_changes_nothing(records: Records) -> None:
    opened(records)

    def break_off(**_: object) -> None:
        raise ConnectionError

    with dynamo.heard("before-call.dynamodb.TransactWriteItems", break_off), pytest.raises(ConnectionError):
        commit(starting(records), 1, policies=titled("first"))

    head = afresh().head()
    assert head
    assert head.revision == 1
    commit(records, 1, policies=titled("first"))
    assert titles(records, 2) == ["first"]


def test_what_was_attested_over_a_month_ago_stays_with_the_heads_of_its_time(records: Records) -> None:
    opened(records)
    attested = Attestation("sms-1", MONDAY, LINKED, ("ani",), "rina")
    make(records, 1, (Edit(None, attested),))
    long_after = LINKED + minutes(48_000)
    later = records.office.commit(2, [Edit(None, posting(1))], who="x", summary=Line("a.b"), at=long_after)

    assert afresh().attestations(2, MONDAY) == (attested,)
    assert afresh().attestations(later.revision, MONDAY) == ()
    assert [edit.key for edit in afresh().edits_of(later.revision)] == [(Noun.ASSIGNMENTS, "piket-1")]
