"""What the government's IT officer types, step by step, through the code that they type it to.

Only what a document tells them to do by hand is done by hand here: two secrets of each chat go into the Parameter
Store. The circular is not one that ships, because its slot must close while somebody waits for it.
"""

import re
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import datetime, time, timedelta
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

from boto3 import Session
from rich.console import Console

from chalicelib.admin import desk
from chalicelib.admin.policy import AdoptPolicy, decide
from chalicelib.domain.calendar import ZONES
from chalicelib.domain.policy import Slot, SlotKind
from chalicelib.store.office import transactions
from chalicelib.store.tables import TABLES
from infra.deploy import deploy, roll_back
from infra.destroy import destroy
from infra.local import slack, telegram, today
from infra.local.government import ADDRESSES, CHANNEL, DOMAIN, SIGNING_SECRET
from infra.local.surroundings import Surroundings
from infra.operator.__main__ import main
from infra.operator.deployment import Deployment, environ_of
from infra.operator.opening import Opening, open_first
from infra.package import Package
from infra.stack import Stack
from infra.stage import Stage, read_stage
from tests.e2e.deployment import client, now

SLOT = "cepat"
SETTINGS = f"""
region = "ap-southeast-3"
zone = "{{zone}}"
sender = "hadir@{DOMAIN}"
alarm_email = "tik@{DOMAIN}"
monthly_budget_usd = 25
head_count = 3
slack_channel = "{CHANNEL}"
verify_sender = {{verify}}
"""
SECRETS = {
    "slack-signing-secret": SIGNING_SECRET,
    "slack-bot-token": slack.TOKEN,
    "telegram-bot-token": telegram.TOKEN,
    "telegram-webhook-secret": telegram.SECRET,
}
ROSTER = f"""{today.HEADINGS}
{today.VISITOR};{today.UNIT.name};Pelaksana;Non ASN;
Bagus Contoh;{today.UNIT.name};Pelaksana;Non ASN;0812-0000-1001
Dewi Contoh;{today.UNIT.name};Pelaksana;Non ASN;0812-0000-1002
"""
CODE = re.compile(r"tautkan ([A-Z0-9-]+)")
MARGIN = timedelta(minutes=20)


def awake_zone(at: datetime) -> str:
    """A zone in which no date changes soon: at any instant one of two neighbours is that far from midnight."""
    return next(name for name, zone in ZONES.items() if _date(at - MARGIN, zone) == _date(at + MARGIN, zone))


def _date(at: datetime, zone: Any) -> Any:
    return at.astimezone(zone).date()


def settings(name: str, folder: Path) -> Stage:
    """The stage of a filled-in settings file; the sender's domain belongs to the first stage of the account, dev."""
    filled_in = SETTINGS.format(zone=awake_zone(now()), verify=str(name == "dev").lower())
    (folder / f"hadir-{name}.toml").write_text(filled_in, "utf-8")
    return read_stage(name, folder)


def put_up(stage: Stage, package: Package, around: Surroundings) -> Mapping[str, str]:
    """Type `make deploy` and yes; returns the stack's outputs. Raises: Stopped."""
    return deploy(stage, package, around.session, unseen(), lambda _: True, around.overlay)


def go_back(stage: Stage, session: Session) -> Mapping[str, str]:
    """Type `make rollback` and yes."""
    return roll_back(stage, session, unseen(), lambda _: True)


def take_down(stage: Stage, session: Session, backup: Path | None = None) -> None:
    """Type `make destroy` and the stage's name. Raises: Stopped."""
    destroy(stage, session, unseen(), lambda _: stage.name, backup)


def unseen() -> Console:
    """A screen at which nobody looks."""
    return Console(file=StringIO())


def keep_secrets(stage: Stage, session: Session) -> None:
    for name, value in SECRETS.items():
        client(session, "ssm").put_parameter(
            Name=f"/{stage.stack}/{name}", Value=value, Type="SecureString", Overwrite=True
        )


def type_in(stage: Stage, session: Session, command: str, *words: str) -> tuple[int, str]:
    """Type `python -m infra.operator COMMAND`; returns its status and what it printed."""
    forget()
    printed = StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        status = main([command, "--stage", stage.name, *words], lambda _: _deployment(stage, session))
    return status, printed.getvalue()


def open_office(stage: Stage, session: Session, closes: time) -> None:
    """Open an office whose circular starts today and has one slot, that closes at a minute of today."""
    type_in(stage, session, "ledger")  # enters the deployment
    registry, at = import_module("chalicelib.wiring").registry(), now()
    day = at.astimezone(ZONES[stage.zone]).date()
    opening = Opening(today.ORGANISATION, {**ADDRESSES}, calendar=today.without_holidays(day))
    open_first(registry, unseen(), opening, dry_run=False, at=at)
    letter = replace(today.circular(day), slots=(Slot(SLOT, SlotKind.REPORT, closes),))
    desk.carry_out(registry, decide, AdoptPolicy(letter, stage.zone), at=at)


def first_code(stage: Stage, session: Session, name: str) -> str:
    """The code that the operator tool prints for an admin."""
    status, printed = type_in(stage, session, "first-admin", "--name", name)
    found = CODE.search(printed)
    assert status == 0
    assert found
    return found[1]


def _deployment(stage: Stage, session: Session) -> Deployment:
    """What the tool would find, had it read the settings file of the test instead of the project's own."""
    outputs = Stack(stage.stack, session).outputs()
    return Deployment(stage, session, outputs, environ_of(stage.stack, session) if outputs else {})


def forget() -> None:
    """Let whatever comes next find this process as a new one: nothing read, nothing connected."""
    for effect in (*vars(import_module("chalicelib.wiring")).values(), transactions):
        if hasattr(effect, "cache_clear"):
            effect.cache_clear()
    for row in TABLES.values():
        row._connection = None
