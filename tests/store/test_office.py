"""The office by revision: all of a change or nothing, the past as it was, and today no dearer for its history."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from botocore.session import get_session

from chalicelib.assembly import Records
from chalicelib.domain.duty import Assignment
from chalicelib.domain.errors import OfficeChanged
from chalicelib.domain.people import Person, Unit, UnitKind
from chalicelib.domain.periods import Between, UntilLifted
from chalicelib.domain.policy import Arrangement, Policy, Selector
from chalicelib.store.office import Address, Head, OfficeStore
from tests.office import LINKED, MONDAY, ORGANISATION, banten, calendar, minutes, person
from tests.store import dynamo
from tests.world import REGION

HISTORY = 50


def commit(records: Records, base: int, **nouns: Sequence[object]) -> Head:
    return records.office.commit(base, nouns, who="test", summary="test.changed", at=LINKED + minutes(base))


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
    assert records.office.people(1, ["dinkes"]) == ()


def test_a_revision_that_never_was_cannot_be_read(records: Records) -> None:
    opened(records)

    with pytest.raises(LookupError, match="revision 2"):
        records.office.at(2)


def test_what_was_committed_is_what_every_other_process_reads(records: Records) -> None:
    opened(records)
    lifted = replace(banten(), id="psbb", validity=UntilLifted(date(2020, 4, 10), "sampai dicabut"))
    head = commit(records, 1, policies=[banten(adopted_at=LINKED), lifted], assignments=[posting(1)])

    office = afresh().current()

    assert office
    assert (office.revision, head.revision, head.who, head.summary) == (2, 2, "test", "test.changed")
    assert office.organisation == ORGANISATION
    assert office.circulars.policies == (banten(adopted_at=LINKED), lifted)
    assert office.circulars.calendar == calendar()
    assert office.assignments == (posting(1),)
    assert office.addresses == {"bkd": ("a@b.id",)}
    assert office.opened_at == LINKED


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


# Two at once


def test_a_change_that_rests_on_an_older_reading_is_refused_and_leaves_the_newer_one(records: Records) -> None:
    opened(records)
    commit(records, 1, policies=titled("first"))

    with pytest.raises(OfficeChanged) as refused:
        commit(records, 1, policies=titled("second"))

    assert (refused.value.expected, refused.value.found) == (1, 2)
    assert titles(records, 2) == ["first"]


def test_an_office_is_opened_once(records: Records) -> None:
    opened(records)

    with pytest.raises(OfficeChanged):
        opened(records)


def test_of_two_changes_that_race_to_the_last_write_one_is_refused(records: Records) -> None:
    opened(records)
    racers = [titled("second")]

    def overtake(**_: object) -> None:
        if racers:
            afresh().commit(1, {"policies": racers.pop()}, who="other", summary="", at=LINKED)

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
