"""Parcels that came back: whoever asked hears of it, once, and a parcel that arrived is not spoken of."""

from datetime import datetime

import pytest

from chalicelib.admin.desk import carry_out
from chalicelib.admin.parcels import Parcel
from chalicelib.courier import post
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.answer import Answer
from chalicelib.domain.change import Change, Edit, Line
from chalicelib.domain.day import Office
from chalicelib.domain.delivery import MailKey
from chalicelib.domain.message import Account, Platform
from chalicelib.mail import read_event
from chalicelib.reporting import settle
from chalicelib.returns import due_returns, tell_returned
from chalicelib.speaking import speak_up
from chalicelib.store.chat import ChatStore, Linked
from chalicelib.store.doorbell import BotBell
from tests.office import LINKED, at, person
from tests.said import said
from tests.world import PREFIX, SENDER, World, ses_event

BKD, DEPUTY = "arsip@banten.example.id", "wakil@banten.example.id"
FILE = Parcel((BKD, DEPUTY), Line("parcel.rejected.subject"), Line("parcel.care"), "pegawai.xlsx", b"x", "rina")
WATI = Admin("wati", "Wati", Role.BKD)
RINA = Linked(Account(Platform.TELEGRAM, "", "101"), admin="rina")


class Told(list[str]):
    """What was written to whom; an account that blocked the bot reads nothing."""

    def __init__(self, *, is_blocked: bool = False) -> None:
        self.is_blocked = is_blocked

    def write(self, linked: Linked, answer: Answer) -> bool:
        if not self.is_blocked:
            self.append(f"{linked.account.user}: {said(answer)}")
        return not self.is_blocked


@pytest.fixture
def posted(world: World) -> World:
    """A government in which Rina, of BKD as is Wati, has had a file sent to two addresses."""
    world.open([person("Ani")])
    carry_out(world.registry, appointed, (Admin("rina", "Rina", Role.BKD), WATI), at=LINKED)
    ChatStore().link(Linked(Account(Platform.TELEGRAM, "", "102"), admin="wati"))
    ChatStore().link(RINA)
    post(world.records.ledger, world.post.mailer, SENDER, FILE, cause="press-1", at=at("09:00"))
    return world


def appointed(admins: tuple[Admin, ...], office: Office, *, at: datetime) -> Change:
    return Change(tuple(Edit(None, one) for one in admins), Line("office.opened"))


def dismissed(admin: str, office: Office, *, at: datetime) -> Change:
    (gone,) = (one for one in office.admins if one.id == admin)
    return Change((Edit(gone, None),), Line("office.opened"))


def event(world: World, kind: str, *addresses: str) -> None:
    (sent,) = world.sent()
    found = read_event(ses_event(kind, sent, addresses))
    assert found
    settle(world.bell, found, at=at("09:01"))


def bell(world: World) -> list[str]:
    """What the five-minute bell asks for."""
    url = world.sqs.get_queue_url(QueueName=f"{PREFIX}-bots")["QueueUrl"]
    due_returns(world.records.ledger, BotBell(world.sqs, url))
    messages = world.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        world.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [message["Body"] for message in messages]


def test_the_five_minute_bell_asks_for_it(posted: World) -> None:
    event(posted, "Bounce", BKD)
    url = posted.sqs.get_queue_url(QueueName=f"{PREFIX}-bots")["QueueUrl"]

    speak_up(posted.bell, ChatStore(), BotBell(posted.sqs, url), announces=False, at=at("09:05"))

    (message,) = posted.sqs.receive_message(QueueUrl=url)["Messages"]
    assert message["Body"].startswith("returned#2020-03-23#")


def tell(world: World, told: Told) -> None:
    for key in bell(world):
        tell_returned(world.records, ChatStore(), key, told.write)


def test_whoever_asked_hears_which_file_did_not_reach_which_address(posted: World) -> None:
    told = Told()
    event(posted, "Bounce", BKD)

    tell(posted, told)

    (text,) = told
    assert text.startswith("101: Berkas tidak sampai")
    assert f"pegawai.xlsx tidak sampai ke {BKD}." in text
    assert DEPUTY not in text


def test_everybody_of_bkd_hears_instead_of_an_admin_who_is_none_any_more(posted: World) -> None:
    told = Told()
    carry_out(posted.registry, dismissed, "rina", at=at("08:00"))
    event(posted, "Bounce", BKD)

    tell(posted, told)

    assert [text.partition(":")[0] for text in told] == ["102"]


def test_everybody_of_bkd_hears_instead_of_an_admin_who_reads_nowhere(posted: World) -> None:
    told = Told()
    ChatStore().unlink(RINA.account)
    event(posted, "Bounce", BKD)

    tell(posted, told)

    assert [text.partition(":")[0] for text in told] == ["102"]


@pytest.mark.parametrize("kind", ["Send", "Delivery"])
def test_a_file_that_arrived_is_not_spoken_of(posted: World, kind: str) -> None:
    event(posted, kind, BKD, DEPUTY)

    assert bell(posted) == []


def test_it_is_told_once_however_often_ses_and_the_bell_repeat_themselves(posted: World) -> None:
    told = Told()
    event(posted, "Bounce", BKD)
    (key,) = bell(posted)

    for _ in range(2):
        tell_returned(posted.records, ChatStore(), key, told.write)
        event(posted, "Bounce", BKD)

    assert len(told) == 1
    assert bell(posted) == []


def test_an_address_that_comes_back_later_is_told_too(posted: World) -> None:
    told = Told()
    event(posted, "Bounce", BKD)
    tell(posted, told)
    event(posted, "Bounce", DEPUTY)

    tell(posted, told)

    assert [DEPUTY in text for text in told] == [False, True]


def test_an_address_that_comes_back_while_it_is_told_is_still_to_tell(posted: World) -> None:
    event(posted, "Bounce", BKD)
    (first,) = posted.records.ledger.returned()
    event(posted, "Bounce", DEPUTY)

    posted.records.ledger.note_told(first)

    assert [one.bounced for one in posted.records.ledger.returned()] == [(BKD, DEPUTY)]


def test_whoever_died_before_telling_is_followed_by_the_next_bell(posted: World) -> None:
    def die(linked: Linked, answer: Answer) -> bool:
        raise ConnectionError

    event(posted, "Reject", BKD, DEPUTY)
    (key,) = bell(posted)

    with pytest.raises(ConnectionError):
        tell_returned(posted.records, ChatStore(), key, die)

    assert bell(posted) == [key]


def test_a_file_whose_admin_reads_nowhere_any_more_is_logged_for_a_person(
    posted: World, caplog: pytest.LogCaptureFixture
) -> None:
    event(posted, "Bounce", BKD)

    tell(posted, Told(is_blocked=True))

    assert [one.message for one in caplog.records if one.levelname == "ERROR"] == [
        "nobody was told of a parcel that did not arrive"
    ]
    assert bell(posted) == []


def test_an_event_on_a_parcel_that_nobody_posted_is_nobodys(world: World) -> None:
    assert not world.records.ledger.return_parcel(_unknown(), [BKD])
    assert world.records.ledger.returned() == ()


def _unknown() -> MailKey:
    return MailKey.parse("2020-03-23#abcdef#parcel#1#0")
