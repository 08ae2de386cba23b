"""What a check-in costs, what is kept of it, and that a report misses none."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from chalicelib.assembly import Records
from chalicelib.checkin import Claim, Receipt, Submission, read_request, record_checkin
from chalicelib.domain.day import Board, Card, CheckIn, Circulars
from chalicelib.domain.errors import SubmissionMalformed
from chalicelib.domain.evidence import Band, Errand, Evidence, Grade, Position, Reason
from chalicelib.domain.link import token_hash
from chalicelib.domain.people import Place
from chalicelib.store.checkins import (
    BOARD_AGE,
    link_account,
    person_key,
    publish_board,
    publish_cards,
    published_board,
    unlink_account,
    withdraw_cards,
)
from chalicelib.store.tables import CheckInRow
from tests.office import FRIDAY, HOME, LINKED, MONDAY, at, banten, calendar
from tests.store import dynamo

TOKEN, ACCOUNT, PHONE = "a" * 26, "telegram#123456", "+6281200000001"
ANI = Card("ani", "Ani", "dinkes", "Dinas Kesehatan", HOME, LINKED)
PRIVATE = {"lat", "lon", "accuracy_m", "fixed_at", "device_at"}
MEGABYTE = 1_000_000


@pytest.fixture
def admitted(records: Records) -> Records:
    """The stores once the board hangs and Ani has a card."""
    publish_board(Board(1, "WIB", Circulars((banten(),), calendar())))
    publish_cards({token_hash(TOKEN): ANI})
    return records


def report(records: Records, clock: str, client_id: str = "client-000001") -> Receipt:
    moment = at(clock)
    claim = Claim(lat=-6.1201, lon=106.1501, accuracy_m=20, fixed_at=moment.timestamp() * 1000)
    return record_checkin(
        records.checkins, Submission(token=TOKEN, id=client_id, position=claim, device_at=claim.fixed_at), at=moment
    )


def add(records: Records, clock: str, client_id: str = "client-000001", **facts: object) -> CheckIn:
    checkin = CheckIn("ani", at(clock), Evidence(Grade.AT_HOME, None, Band.WITHIN_RADIUS), **facts)  # type: ignore[arg-type]
    position = Position(Place(-6.1201, 106.1501), 20, at(clock))
    return records.checkins.add(ANI, MONDAY, client_id, checkin, position, at(clock))


# By which door


def test_what_came_by_a_chat_account_is_told_from_what_came_by_a_link(admitted: Records) -> None:
    add(admitted, "07:12", "tg-live-0730")
    report(admitted, "07:13")

    found = admitted.checkins.filed_under("dinkes", MONDAY, until=at("08:00"))

    assert [checkin.by_chat for checkin in found] == [True, False]


def test_no_page_passes_for_a_chat() -> None:
    with pytest.raises(SubmissionMalformed):
        read_request(b'{"token": "x", "id": "tg-12345678", "no_position": "denied"}', Submission)


# What it costs


def test_a_warm_checkin_costs_one_read_and_one_write(admitted: Records) -> None:
    report(admitted, "07:12")

    with dynamo.counted() as calls:
        report(admitted, "07:12:30", "client-000002")

    assert calls.made == ["GetItem", "PutItem"]


def test_a_cold_checkin_reads_the_board_besides(admitted: Records) -> None:
    with dynamo.counted() as calls:
        report(admitted, "07:12")

    assert calls.made == ["GetItem", "GetItem", "PutItem"]


def test_a_replayed_checkin_costs_one_read_more(admitted: Records) -> None:
    report(admitted, "07:12")

    with dynamo.counted() as calls:
        report(admitted, "07:12:30")

    assert calls.made == ["GetItem", "PutItem", "GetItem"]


def test_a_token_that_opens_nothing_costs_one_read_and_no_write(admitted: Records) -> None:
    admitted.checkins.board(at=at("07:12"))

    with dynamo.counted() as calls:
        assert admitted.checkins.card(token_hash("b" * 26)) is None

    assert calls.made == ["GetItem"]


def test_every_read_sees_what_was_written_just_before(admitted: Records) -> None:
    with dynamo.counted() as calls:
        report(admitted, "07:12")
        report(admitted, "07:12")
        admitted.checkins.filed_under("dinkes", MONDAY, until=at("07:30"))

    reads = [request for name, request in calls.requests if name in ("GetItem", "Query")]
    assert len(reads) == 5
    assert all(request["ConsistentRead"] for request in reads)


# The board


def test_the_board_is_read_once_a_minute(admitted: Records) -> None:
    admitted.checkins.board(at=at("07:12"))

    with dynamo.counted() as calls:
        admitted.checkins.board(at=at("07:12") + BOARD_AGE - timedelta(microseconds=1))
        assert calls.made == []
        admitted.checkins.board(at=at("07:12") + BOARD_AGE)

    assert calls.made == ["GetItem"]


def test_a_clock_that_was_set_back_reads_the_board_again(admitted: Records) -> None:
    admitted.checkins.board(at=at("07:12"))

    with dynamo.counted() as calls:
        admitted.checkins.board(at=at("07:11"))

    assert calls.made == ["GetItem"]


def test_the_board_reads_back_as_it_was_hung_up(records: Records) -> None:
    board = Board(7, "WITA", Circulars((banten(zone="WITA", adopted_at=LINKED),), calendar()))

    publish_board(board)
    publish_board(board)

    assert published_board() == board
    assert records.checkins.board(at=at("07:12")) == board


# Cards


def test_a_card_is_withdrawn_with_its_link_and_the_others_stay(records: Records) -> None:
    links = [f"{number:064x}" for number in range(60)]
    publish_cards(dict.fromkeys(links, ANI))
    publish_cards(dict.fromkeys(links, ANI))

    withdraw_cards((*links[:27], "never published"))
    withdraw_cards(tuple(links[:27]))

    assert [records.checkins.card(link) for link in links[:27]] == [None] * 27
    assert [records.checkins.card(link) for link in links[27:]] == [ANI] * 33


# Linked accounts


def test_a_linked_account_opens_its_persons_card_with_two_reads(records: Records) -> None:
    publish_cards({person_key("ani", PHONE): ANI})
    link_account(ACCOUNT, "ani", PHONE)
    link_account(ACCOUNT, "ani", PHONE)

    with dynamo.counted() as calls:
        assert records.checkins.card_of_account(ACCOUNT) == ANI

    assert calls.made == ["GetItem", "GetItem"]
    assert all(request["ConsistentRead"] for _, request in calls.requests)


def test_an_account_that_nobody_linked_opens_nothing(records: Records) -> None:
    publish_cards({person_key("ani", PHONE): ANI})

    assert records.checkins.card_of_account(ACCOUNT) is None


def test_an_account_opens_the_card_of_whom_it_was_linked_to_last(records: Records) -> None:
    budi = replace(ANI, person="budi")
    publish_cards({person_key("ani", PHONE): ANI, person_key("budi", PHONE): budi})
    link_account(ACCOUNT, "ani", PHONE)

    link_account(ACCOUNT, "budi", PHONE)

    assert records.checkins.card_of_account(ACCOUNT) == budi


def test_an_unlinked_account_opens_nothing_and_the_persons_card_stays(records: Records) -> None:
    publish_cards({person_key("ani", PHONE): ANI})
    link_account(ACCOUNT, "ani", PHONE)

    unlink_account(ACCOUNT)
    unlink_account(ACCOUNT)

    assert records.checkins.card_of_account(ACCOUNT) is None
    assert records.checkins.card(person_key("ani", PHONE)) == ANI


def test_the_account_of_somebody_who_has_left_opens_nothing(records: Records) -> None:
    publish_cards({person_key("ani", PHONE): ANI})
    link_account(ACCOUNT, "ani", PHONE)

    withdraw_cards((person_key("ani", PHONE),))

    assert records.checkins.card_of_account(ACCOUNT) is None


def test_the_account_that_proved_another_number_than_the_persons_opens_nothing(records: Records) -> None:
    link_account(ACCOUNT, "ani", PHONE)

    publish_cards({person_key("ani", "+6281200000002"): ANI})

    assert records.checkins.card_of_account(ACCOUNT) is None


# What is kept


def test_a_checkin_reads_back_as_it_was_judged_without_its_position(records: Records) -> None:
    kept = add(records, "07:12", errand=Errand.FOOD, activity="Menyusun laporan bulanan")

    assert records.checkins.filed_under("dinkes", MONDAY, until=at("07:30")) == (kept,)
    assert kept.evidence == Evidence(Grade.AT_HOME, None, Band.WITHIN_RADIUS)
    assert (kept.errand, kept.activity) == (Errand.FOOD, "Menyusun laporan bulanan")


def test_a_checkin_without_a_position_keeps_its_reason_and_nothing_of_a_place(records: Records) -> None:
    checkin = CheckIn("ani", at("07:12"), Evidence(Grade.NO_POSITION, Reason.DENIED))

    kept = records.checkins.add(ANI, MONDAY, "client-000001", checkin, None, None)

    (row,) = dynamo.rows()["checkins"]
    assert kept == checkin
    assert not PRIVATE & row.keys()


def test_the_same_client_id_again_changes_nothing_and_returns_the_first(records: Records) -> None:
    first = add(records, "07:12", activity="pertama")
    before = dynamo.rows()

    second = add(records, "07:40", activity="kedua")

    assert second == first
    assert dynamo.rows() == before


def test_the_same_client_id_on_another_day_is_another_checkin(records: Records) -> None:
    add(records, "07:12")
    later = CheckIn("ani", at("07:12", FRIDAY), Evidence(Grade.AWAY))

    kept = records.checkins.add(ANI, FRIDAY, "client-000001", later, None, None)

    assert kept == later
    assert len(dynamo.rows()["checkins"]) == 2


def test_a_units_checkins_are_those_up_to_the_instant_and_no_later_in_order_of_server_time(
    records: Records,
) -> None:
    late = add(records, "07:30:00.000001", "client-000001")
    cut_off = add(records, "07:30", "client-000002")
    early = add(records, "06:00:00.5", "client-000003")
    whole = add(records, "06:00", "client-000004")

    assert records.checkins.filed_under("dinkes", MONDAY, until=at("07:30")) == (whole, early, cut_off)
    assert records.checkins.filed_under("dinkes", MONDAY, until=at("07:31"))[-1] == late


def test_neither_another_units_nor_another_days_checkins_are_read(records: Records) -> None:
    add(records, "07:12")

    assert records.checkins.filed_under("inspektorat", MONDAY, until=at("23:59")) == ()
    assert records.checkins.filed_under("dinkes", FRIDAY, until=at("23:59", FRIDAY)) == ()


def test_more_than_a_megabyte_of_checkins_is_read_to_the_last(records: Records) -> None:
    wide, ids = "x" * 100_000, count()
    for minute in range(25):
        add(records, f"07:{minute:02}", f"client-{next(ids):06}", activity=wide)

    with dynamo.counted() as calls:
        found = records.checkins.filed_under("dinkes", MONDAY, until=at("07:30"))

    assert [checkin.at for checkin in found] == [at(f"07:{minute:02}") for minute in range(25)]
    assert calls.made.count("Query") == 25 * len(wide) // MEGABYTE + 1


def test_the_index_that_reports_read_carries_no_coordinate_and_no_device_time(admitted: Records) -> None:
    report(admitted, "07:12")
    (row,) = dynamo.rows()["checkins"]
    assert row.keys() >= PRIVATE

    with dynamo.counted() as calls:
        admitted.checkins.filed_under("dinkes", MONDAY, until=at("07:30"))

    ((_, request),) = calls.requests
    assert request["IndexName"] == "received"
    (item,) = calls.found
    assert item["person"] == {"S": "ani"}
    assert not PRIVATE & item.keys()


def test_a_fault_of_the_table_flies_and_is_no_receipt(admitted: Records) -> None:
    CheckInRow.delete_table()

    with pytest.raises(Exception, match=r"ResourceNotFound|non-existent"):
        report(admitted, "07:12")
