"""The doctor: what it finds, what it says to do, and that it calls nothing ready that is not."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from boto3 import Session

from chalicelib.chat.telegram_voice import TelegramVoice
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.calendar import Calendar
from chalicelib.domain.change import Noun
from chalicelib.domain.day import Circulars, Office
from chalicelib.domain.people import Organisation
from infra.local.telegram import SECRET, TOKEN, TelegramStandIn
from infra.operator.checks import account, office, stack, talks
from infra.operator.checks.finding import Finding, Mark, good, look, wrong
from infra.operator.checks.load import load
from infra.operator.command import Declined
from infra.operator.consent import Consent, read_consent, record_consent
from infra.operator.deployment import Deployment
from infra.operator.doctor import Check, checks, examine, report
from tests import office as built
from tests.infra.operating import STAGE, Account, Answering, NotFound, Screen, refusal
from tests.office import BKD, DINKES, INSPEKTORAT, LINKED, MONDAY, PROVINCE, at, person
from tests.world import REGION, World

ROOT = Path(__file__).resolve().parents[2]
FREE = {
    "ProductionAccessEnabled": True,
    "SendingEnabled": True,
    "EnforcementStatus": "HEALTHY",
    "SendQuota": {"Max24HourSend": 50_000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0},
}
PROVEN = {
    "VerifiedForSendingStatus": True,
    "DkimAttributes": {"Status": "SUCCESS", "SigningEnabled": True},
    "MailFromAttributes": {"MailFromDomain": "mail.example.id", "MailFromDomainStatus": "SUCCESS"},
}
EXPECTED = load(None, 10_000)
AGREED = Consent(BKD, "Kepala BKD, surat 1/2026", "2026-11-22")


def marks(findings: Iterable[Finding]) -> dict[str, Mark]:
    return {one.what: one.mark for one in findings}


def mail_account(**changes: Any) -> list[Finding]:
    return [*account.mail_account(Answering(get_account=FREE | changes), EXPECTED)]


def sender(**changes: Any) -> list[Finding]:
    return [*stack.sender(Answering(get_email_identity=PROVEN | changes), "hadir@example.id", REGION)]


def limit(functions: int, reserved: int = 0) -> list[Finding]:
    answer = {"AccountLimit": {"ConcurrentExecutions": functions}}
    return [*account.concurrency(Answering(get_account_settings=answer), EXPECTED, reserved)]


def consent(recorded: Consent | None) -> list[Finding]:
    return [*office.consent(recorded, built.office(), "prod")]


SOUND = {
    "mail": lambda: mail_account(),
    "sender": lambda: sender(),
    "functions": lambda: limit(1_000),
    "consent": lambda: consent(AGREED),
}


def test_a_deployment_of_which_everything_is_sound_is_ready() -> None:
    screen = Screen()

    status = report(examine([*SOUND.items()], screen), screen)

    assert status == 0
    assert "Ready." in screen.text
    assert "✗" not in screen.text


@pytest.mark.parametrize(
    ("what", "unsound"),
    [
        ("mail", lambda: mail_account(ProductionAccessEnabled=False)),
        ("sender", lambda: sender(DkimAttributes={"Status": "PENDING", "SigningEnabled": True})),
        ("functions", lambda: limit(10)),
        ("consent", lambda: consent(None)),
    ],
)
def test_without_production_access_dkim_functions_or_consent_nothing_is_ready(what: str, unsound: Any) -> None:
    screen = Screen()

    status = report(examine([*(SOUND | {what: unsound}).items()], screen), screen)

    assert status == 1
    assert "Not ready: 1 to put right" in screen.text
    assert "docs/three-days-before.md" in screen.text


def test_every_finding_that_is_not_good_says_what_to_do() -> None:
    findings = [
        *mail_account(ProductionAccessEnabled=False, SendingEnabled=False, SendQuota={}),
        *sender(VerifiedForSendingStatus=False, DkimAttributes={}, MailFromAttributes={}),
        *limit(10),
        *consent(None),
        *office.opened(None, "prod"),
        *office.links(built.office(), "prod", at=LINKED),
    ]

    assert all(one.remedy for one in findings)
    assert {one.mark for one in findings} == {Mark.WRONG}


def test_a_check_that_may_not_be_asked_is_a_finding_and_holds_up_no_other() -> None:
    def forbidden() -> Iterator[Finding]:
        raise refusal("AccessDeniedException", "GetAccount")

    findings = examine([("SES account", forbidden), ("Zone", lambda: [good("Zone", "WIB")])], Screen())

    assert marks(findings) == {"SES account": Mark.WRONG, "Zone": Mark.GOOD}
    assert "may not GetAccount" in findings[0].remedy


def test_what_only_deserves_a_look_does_not_make_a_deployment_unready() -> None:
    screen = Screen()

    status = report([good("Zone", "WIB"), look("Heads", "one gets no copy", "tell")], screen)

    assert status == 0
    assert "!" in screen.text


# The account


def test_the_quota_is_held_against_recipients_of_a_day_and_of_a_second() -> None:
    few = {"Max24HourSend": 200.0, "MaxSendRate": 1.0}

    assert marks(mail_account(SendQuota=few)) == {
        "SES production access": Mark.GOOD,
        "SES sending": Mark.GOOD,
        "SES quota per 24 hours": Mark.WRONG,
        "SES quota per second": Mark.WRONG,
    }
    assert marks(mail_account(SendQuota={"Max24HourSend": -1.0, "MaxSendRate": 14.0}))["SES quota per 24 hours"]


@pytest.mark.parametrize(
    ("status", "enabled", "mark"),
    [("SHUTDOWN", True, Mark.WRONG), ("HEALTHY", False, Mark.WRONG), ("PROBATION", True, Mark.LOOK)],
)
def test_an_account_under_review_is_told_and_one_that_is_paused_is_not_ready(
    status: str, enabled: bool, mark: Mark
) -> None:
    findings = mail_account(EnforcementStatus=status, SendingEnabled=enabled)

    assert marks(findings)["SES sending"] is mark


def test_before_an_office_is_open_the_load_follows_from_the_head_count() -> None:
    assert EXPECTED.recipients_a_day == 2 * (3 * 600 + 4)
    assert EXPECTED.functions_at_once == 50 + 84


def test_an_open_office_is_counted_by_its_own_units_slots_and_copies() -> None:
    found = load(built.office(), 100)

    assert found.recipients_a_day == 2 * (
        3 * (2 * 3 + 1) + 2
    )  # two units to three addresses each, a digest; the recap to two
    assert found.basis == "100 people, 2 units, 10 mails a day"


def test_a_letter_without_a_recap_asks_for_no_mail_of_it() -> None:
    letter = built.banten()
    without = replace(letter, slots=letter.report_slots)

    found = load(replace(built.office(), circulars=Circulars((without,), built.calendar())), 100)

    assert found.basis == "100 people, 2 units, 9 mails a day"


def test_functions_that_are_held_free_need_a_hundred_beside_them() -> None:
    assert marks(limit(250, reserved=150)) == {"Lambda concurrency": Mark.GOOD}
    assert marks(limit(249, reserved=150)) == {"Lambda concurrency": Mark.WRONG}


@pytest.mark.parametrize(
    ("ahead", "mark"), [(0, Mark.GOOD), (-4, Mark.GOOD), (20, Mark.LOOK), (90, Mark.WRONG), (-90, Mark.WRONG)]
)
def test_this_machines_clock_is_held_against_awss(ahead: int, mark: Mark) -> None:
    headers = {"ResponseMetadata": {"HTTPHeaders": {"date": "Mon, 23 Mar 2020 00:30:00 GMT"}}}

    (found,) = account.clock(
        Answering(get_caller_identity=headers), at=datetime(2020, 3, 23, 0, 30, tzinfo=UTC) + timedelta(seconds=ahead)
    )

    assert found.mark is mark


# The stack

COMPLETE = dict.fromkeys(stack.OUTPUTS, "x")


@pytest.mark.parametrize(
    ("status", "outputs", "mark"),
    [
        ("UPDATE_COMPLETE", COMPLETE, Mark.GOOD),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", COMPLETE, Mark.GOOD),
        ("UPDATE_ROLLBACK_COMPLETE", COMPLETE, Mark.LOOK),
        ("UPDATE_IN_PROGRESS", COMPLETE, Mark.WRONG),
        ("UPDATE_ROLLBACK_FAILED", COMPLETE, Mark.WRONG),
        ("CREATE_COMPLETE", {"BaseUrl": "x"}, Mark.WRONG),
    ],
)
def test_a_stack_is_sound_when_it_is_finished_and_complete(status: str, outputs: dict[str, str], mark: Mark) -> None:
    described = Answering(describe_stacks={"Stacks": [{"StackStatus": status}]})

    (found,) = stack.standing(described, "hadir-prod", "prod", outputs)

    assert found.mark is mark


def test_a_sender_that_ses_does_not_know_is_told() -> None:
    (found,) = stack.sender(Answering(get_email_identity=NotFound()), "Hadir <hadir@example.id>", REGION)

    assert (found.mark, found.found) == (Mark.WRONG, "SES knows no identity example.id")


def test_the_records_that_dkim_waits_for_are_spelled_out_as_the_region_has_them() -> None:
    waiting = {"Status": "PENDING", "Tokens": ["abc"], "SigningHostedZone": "dkim.ap-southeast-3.amazonses.com"}

    findings = sender(DkimAttributes=waiting)

    (dkim,) = (one for one in findings if one.what == "DKIM")
    assert "abc._domainkey.example.id. 3600 IN CNAME abc.dkim.ap-southeast-3.amazonses.com." in dkim.remedy


def test_the_records_of_mail_from_are_spelled_out() -> None:
    findings = sender(MailFromAttributes={"MailFromDomain": "mail.example.id", "MailFromDomainStatus": "PENDING"})

    (found,) = (one for one in findings if one.mark is Mark.WRONG)
    assert "mail.example.id. 3600 IN MX 10 feedback-smtp.ap-southeast-3.amazonses.com." in found.remedy


@pytest.mark.parametrize(("data", "mark"), [(None, Mark.WRONG), (1, Mark.WRONG), (2, Mark.GOOD), (3, Mark.WRONG)])
def test_the_datas_version_is_held_against_the_codes(data: int | None, mark: Mark) -> None:
    marker = {"Item": {"revision": {"N": str(data)}}} if data else {}

    (found,) = stack.version(Answering(get_item=marker), "hadir-prod", "prod", 2)

    assert found.mark is mark


@pytest.mark.parametrize(
    ("visible", "hidden", "mark"), [("0", "0", Mark.GOOD), ("1", "0", Mark.WRONG), ("0", "2", Mark.WRONG)]
)
def test_what_was_given_up_on_is_told(visible: str, hidden: str, mark: Mark) -> None:
    held = {"ApproximateNumberOfMessages": visible, "ApproximateNumberOfMessagesNotVisible": hidden}

    (found,) = stack.dead_queue(Answering(get_queue_attributes={"Attributes": held}), "https://queue")

    assert found.mark is mark


def topic(*addresses: str) -> tuple[Any, str]:
    sns = Session(region_name=REGION).client("sns")
    arn = sns.create_topic(Name="hadir-prod-alarms")["TopicArn"]
    for address in addresses:
        sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=address)
    return sns, arn


def test_somebody_has_confirmed_to_hear_alarms(world: World) -> None:
    (found,) = stack.alarms(*topic("it@example.id"), "it@example.id", "prod")

    assert found.mark is Mark.GOOD


def test_alarms_that_another_address_hears_are_told(world: World) -> None:
    (found,) = stack.alarms(*topic("other@example.id"), "it@example.id", "prod")

    assert found.mark is Mark.WRONG


class Pages:
    """A topic whose only subscription waits for its confirmation, which moto never asks for."""

    def get_paginator(self, _: str) -> "Pages":
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        waiting = {"Protocol": "email", "Endpoint": "it@example.id", "SubscriptionArn": "PendingConfirmation"}
        return [{"Subscriptions": [waiting]}]


def test_a_subscription_that_nobody_confirmed_is_told_with_where_its_mail_went() -> None:
    (found,) = stack.alarms(Pages(), "arn", "it@example.id", "prod")

    assert found.mark is Mark.WRONG
    assert "Subscription Confirmation" in found.remedy


def test_the_stacks_zone_is_the_governments() -> None:
    (found,) = stack.zone("WIB", "WITA", "prod")

    assert found.mark is Mark.WRONG


# The chats

ALL = {name: "x" for names in talks.SECRETS.values() for name in names}


def secrets(stored: dict[str, str]) -> dict[str, Mark]:
    return marks(talks.secrets(lambda name: stored.get(name, ""), "/hadir-prod"))


def test_one_chat_is_enough() -> None:
    slack_alone = dict.fromkeys(talks.SECRETS["Slack"], "x")

    assert secrets(ALL) == {"Slack secrets": Mark.GOOD, "Telegram secrets": Mark.GOOD}
    assert secrets(slack_alone) == {"Slack secrets": Mark.GOOD, "Telegram secrets": Mark.LOOK}
    assert secrets({}) == {"Slack secrets": Mark.WRONG, "Telegram secrets": Mark.WRONG}
    assert secrets(slack_alone | {"telegram-bot-token": "x"})["Telegram secrets"] is Mark.WRONG


@pytest.mark.slow
def test_telegram_is_sound_when_it_sends_here() -> None:
    with TelegramStandIn(TOKEN, SECRET, lambda: at("08:00")) as stand_in:
        voice = TelegramVoice(TOKEN, stand_in.api_url)
        before = [*talks.telegram(voice, "https://hadir.example.id/v1", "prod")]
        voice.set_webhook("https://hadir.example.id/v1/telegram", SECRET)

        here = [*talks.telegram(voice, "https://hadir.example.id/v1", "prod")]
        elsewhere = [*talks.telegram(voice, "https://other.example.id/v1", "prod")]

    assert [one.mark for one in (*before, *here, *elsewhere)] == [Mark.WRONG, Mark.GOOD, Mark.WRONG]
    assert "webhook --stage prod" in elsewhere[0].remedy


# The office


def staffed(*people: Any, **changes: Any) -> Office:
    return replace(built.office(), people=people, **changes)


def test_somebody_of_bkd_must_be_linked_and_two_are_better() -> None:
    admins = tuple(Admin(name, name, Role.BKD) for name in ("rina", "wati"))

    def found(linked: set[str], admins: tuple[Admin, ...] = admins) -> list[Mark]:
        return [one.mark for one in office.admins(staffed(admins=admins), lambda one: one.id in linked, "prod")]

    assert found(set(), ()) == [Mark.WRONG]
    assert found(set()) == [Mark.WRONG]
    assert found({"rina"}) == [Mark.LOOK]
    assert found({"rina", "wati"}) == [Mark.GOOD]


def test_an_office_that_reaches_everybody_is_sound() -> None:
    assert marks(office.addressees(built.office())) == {"Addressees": Mark.GOOD}


def test_who_cannot_be_reached_is_named_by_unit_and_office() -> None:
    units = (PROVINCE, replace(INSPEKTORAT, head_email=None), replace(DINKES, operator_email=None))
    lame = replace(built.office(), organisation=Organisation(units), addresses={"bkd": (BKD,)})

    findings = [*office.addressees(lame)]

    assert marks(findings) == {"Addressees": Mark.WRONG, "Operators": Mark.WRONG, "Heads": Mark.LOOK}
    assert [one.remedy.split(" alamat")[0] for one in findings] == [
        "by chat: penerima sekda",
        "by chat: penerima operator dinkes",
        "by chat: penerima kepala inspektorat",
    ]


def test_people_without_a_link_are_counted_and_never_named() -> None:
    ani, budi = person("Ani"), person("Budi", link_hash=None, link_since=None)

    found = [next(iter(office.links(staffed(*some), "prod", at=LINKED))) for some in ((ani,), (ani, budi), (budi,), ())]

    assert [one.mark for one in found] == [Mark.GOOD, Mark.LOOK, Mark.WRONG, Mark.WRONG]
    assert not any("Budi" in one.found + one.remedy for one in found)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2020, 10, 31), [Mark.GOOD]),
        (date(2020, 11, 1), [Mark.LOOK]),
        (date(2021, 1, 1), [Mark.WRONG]),
    ],
)
def test_holidays_are_wanted_for_this_year_and_from_november_for_the_next(today: date, expected: list[Mark]) -> None:
    assert [one.mark for one in office.holidays(built.calendar(), today)] == expected


def test_a_calendar_without_decrees_is_not_ready() -> None:
    assert [one.mark for one in office.holidays(Calendar(()), MONDAY)] == [Mark.WRONG]


def test_consent_holds_for_the_address_it_was_given_for() -> None:
    assert marks(consent(AGREED)) == {"BKD's consent": Mark.GOOD}
    assert marks(consent(replace(AGREED, address="other@example.id"))) == {"BKD's consent": Mark.WRONG}


def test_a_recorded_consent_is_read_again_and_the_last_one_holds(world: World) -> None:
    ssm = Session(region_name=REGION).client("ssm")
    assert read_consent(ssm, "hadir-prod") is None

    record_consent(ssm, "hadir-prod", "old@example.id", "Kepala lama", at=LINKED)
    record_consent(ssm, "hadir-prod", BKD, " Kepala BKD ", at=LINKED)

    assert read_consent(ssm, "hadir-prod") == Consent(BKD, "Kepala BKD", "2020-03-22")


@pytest.mark.parametrize(("address", "by"), [("bkd", "Kepala BKD"), (BKD, " ")])
def test_consent_for_no_address_or_by_nobody_is_not_recorded(address: str, by: str) -> None:
    with pytest.raises(Declined):
        record_consent(Answering(), "hadir-prod", address, by, at=LINKED)


def last_slots(world: World, clock: str) -> list[Finding]:
    found = world.records.office.current()
    assert found
    return [*office.last_slot(found, world.records.ledger, "prod", at=at(clock))]


def last_slot(world: World, clock: str) -> Finding:
    (finding,) = last_slots(world, clock)
    return finding


def deliver(world: World, clock: str) -> None:
    for sent in world.sent():
        world.event("Delivery", sent, at(clock))


def test_the_last_slot_is_sound_when_every_mail_of_it_was_delivered(world: World) -> None:
    world.open([person("Ani")])
    world.play(at("07:30:10"))
    world.play(at("07:41"))
    assert last_slot(world, "07:29").found == "none has closed yet"
    on_its_way, handed_over = last_slot(world, "07:49"), last_slot(world, "07:50")

    deliver(world, "07:51")

    assert "only just closed" in on_its_way.found
    assert (handed_over.mark, "SES has not told" in handed_over.found) == (Mark.LOOK, True)
    assert last_slot(world, "07:52").mark is Mark.GOOD


def test_a_slot_counts_as_soon_as_its_mails_are_delivered(world: World) -> None:
    world.open([person("Ani")])
    world.play(at("07:30:10"))
    deliver(world, "07:30:30")
    world.play(at("07:31"))
    deliver(world, "07:31:30")

    found = last_slot(world, "07:32")

    assert (found.mark, found.found) == (Mark.GOOD, "07.30 of 2020-03-23: 3 delivered")


@pytest.mark.parametrize("rings", [True, False])
def test_a_slot_whose_mails_are_on_their_way_is_told_beside_the_one_before(world: World, rings: bool) -> None:
    world.open([person("Ani")])
    world.play(at("07:30:10"))
    world.play(at("07:41"))
    if rings:
        world.ring(at("11:30:10"))

    new, before = last_slots(world, "11:31")

    assert (new.mark, new.found) == (Mark.LOOK, "11.30 of 2020-03-23 has only just closed")
    assert before.found.startswith("07.30 of 2020-03-23: 3 sent")


def test_a_slot_that_was_reported_counts_though_it_was_moved_away_since(world: World) -> None:
    world.open([person("Ani")])
    world.play(at("07:30:10"))
    world.play(at("07:41"))
    deliver(world, "07:46")
    letter = built.banten()
    moved = replace(letter, slots=tuple(slot for slot in letter.slots if slot.id != "0730"))
    world.change(Noun.POLICIES, [moved], at("08:00"))

    found = last_slot(world, "08:05")

    assert (found.mark, found.found) == (Mark.GOOD, "07.30 of 2020-03-23: 3 delivered")


def test_a_slot_of_which_nothing_was_planned_says_that_the_clock_has_stopped(world: World) -> None:
    world.open([person("Ani")])

    found = last_slot(world, "07:40")

    assert (found.mark, found.remedy) == (Mark.WRONG, 'docs/runbook.md, "clock-stopped"')


def test_a_recap_of_a_day_without_reports_is_not_missed(world: World) -> None:
    world.open([person("Ani")], opened_at=at("15:45"))

    assert last_slot(world, "16:30").found == "none has closed yet"


def test_a_mail_that_is_stuck_makes_the_last_slot_unready(world: World) -> None:
    world.open([person("Ani")])
    world.ring(at("07:30:10"))
    on_its_way = last_slot(world, "07:49")

    found = last_slot(world, "07:50")

    assert on_its_way.mark is Mark.LOOK
    assert (found.mark, "ledger --stage prod --day 2020-03-23" in found.remedy) == (Mark.WRONG, True)


# Where it sends its reader


def headings() -> set[str]:
    """What an officer may look for in the runbook; one heading may name several alarms."""
    page = (ROOT / "docs/runbook.md").read_text("utf-8")
    return {name for line in re.findall(r"^##+ (.+)$", page, re.MULTILINE) for name in (line, *line.split(", "))}


def named_sections() -> list[str]:
    """What code, texts and settings name of the runbook beyond its file."""
    sources = [path for folder in ("infra", "chalicelib", "templates") for path in (ROOT / folder).rglob("*.*")]
    texts = [path.read_text("utf-8") for path in sources if path.suffix in (".py", ".toml", ".yaml", ".po", ".html")]
    section = re.compile(r"(?:runbook\.md|\{RUNBOOK\})(?:, |#)[\"“]?([^\"”\n]+)")
    return [name for text in texts for name in section.findall(text)]


def test_every_section_of_the_runbook_that_the_code_names_is_a_heading_of_it() -> None:
    named = named_sections()

    assert len(named) >= 2
    assert [name for name in named if name not in headings()] == []


# All of it


def test_without_a_stack_the_doctor_looks_at_the_account_and_says_what_to_deploy() -> None:
    headers = {"ResponseMetadata": {"HTTPHeaders": {"date": "Mon, 23 Mar 2020 00:30:00 GMT"}}}
    session: Any = Account(
        sts=Answering(get_caller_identity=headers),
        sesv2=Answering(get_account=FREE),
        functions=Answering(get_account_settings={"AccountLimit": {"ConcurrentExecutions": 1000}}),
        ssm=Answering(get_parameter=NotFound()),
    )

    asked: list[Check] = [*checks(Deployment(STAGE, session), at=at("07:30"))]
    findings = examine(asked, Screen())

    assert [one.what for one in findings if one.mark is Mark.WRONG] == ["BKD's consent", "Stack"]
    assert wrong("Stack", "there is no finished stack hadir-prod", "make deploy STAGE=prod") in findings
