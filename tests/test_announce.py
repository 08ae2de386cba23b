"""The outcome of a slot in a channel: counts and no name, once, and not before the slot is over."""

from datetime import timedelta

import pytest

from chalicelib.announce import announce, due_announcements
from chalicelib.domain.answer import Answer
from chalicelib.domain.delivery import SETTLING
from chalicelib.store.doorbell import BotBell
from tests.office import BKD, at, person
from tests.said import said
from tests.test_reporting import mail_of
from tests.world import PREFIX, World

ANI, BUDI = person("Ani"), person("Budi", "inspektorat")


def pressed(world: World, clock: str) -> list[str]:
    """What the five-minute bell asks the bots' worker to announce."""
    url = world.sqs.get_queue_url(QueueName=f"{PREFIX}-bots")["QueueUrl"]
    due_announcements(world.bell, BotBell(world.sqs, url), at=at(clock))
    found = []
    while messages := world.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            found.append(message["Body"])
            world.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def test_a_slot_whose_mails_have_left_is_announced_in_counts_alone(world: World) -> None:
    world.open([ANI, BUDI])
    world.checkin("Ani", at("07:05"))
    world.play(at("07:30"))
    heard: list[Answer] = []

    for key in pressed(world, "07:35"):
        announce(world.records, key, heard.append)

    (told,) = heard
    assert said(told).splitlines()[:3] == [
        "Hasil slot 07.30, Senin, 23 Maret 2020",
        "Laporan OPD terkirim: 2 dari 2.",
        "Melapor 1 dari 2 orang; belum 1.",
    ]
    assert not [name for name in ("Ani", "Budi", "Dinas", "Inspektorat") if name in said(told)]


def test_a_slot_is_announced_once(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))
    heard: list[Answer] = []
    (key,) = pressed(world, "07:35")

    announce(world.records, key, heard.append)
    announce(world.records, key, heard.append)

    assert len(heard) == 1
    assert pressed(world, "07:40") == []


def test_an_announcement_that_the_channel_did_not_take_is_asked_for_again(world: World) -> None:
    world.open([ANI])
    world.play(at("07:30"))
    (key,) = pressed(world, "07:35")

    with pytest.raises(ConnectionError):
        announce(world.records, key, unreachable)

    assert pressed(world, "07:40") == [key]


def unreachable(_: Answer) -> None:
    raise ConnectionError


def test_a_slot_whose_mails_are_on_their_way_waits_ten_minutes_and_then_tells_what_is_missing(world: World) -> None:
    world.open([ANI, BUDI])
    world.ring(at("07:30"))
    heard: list[Answer] = []

    assert pressed(world, "07:35") == []
    for key in pressed(world, "07:40"):
        announce(world.records, key, heard.append)

    assert "2 laporan masih ditunggu" in said(heard[0])


def test_a_report_that_failed_is_counted_as_failed(world: World) -> None:
    world.open([ANI, BUDI])
    world.play(at("07:30"))
    world.event("Bounce", mail_of(world, "dinkes"), at("07:30") + SETTLING + timedelta(seconds=1), BKD)
    heard: list[Answer] = []

    for key in pressed(world, "07:35"):
        announce(world.records, key, heard.append)

    assert "▲ 1 laporan gagal" in said(heard[0])


def test_a_day_without_slots_announces_nothing(world: World) -> None:
    world.open([ANI])

    assert pressed(world, "06:00") == []
