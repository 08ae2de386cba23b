"""The office of the chat console: four agencies of Banten on Monday 23 March 2020, and who may sit at the keyboard.

Everybody in it is invented. Admins are linked on both platforms beforehand, as if their codes had been typed; the guest
and the employee are not, so that linking can be tried.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from chalicelib import presets
from chalicelib.admin import desk
from chalicelib.admin.admins import AddAdmin
from chalicelib.admin.admins import decide as decide_admins
from chalicelib.admin.chance import CHANCE_BYTES
from chalicelib.admin.duty import Assign
from chalicelib.admin.duty import decide as decide_duty
from chalicelib.admin.importing import import_roster
from chalicelib.admin.policy import AdoptPolicy
from chalicelib.admin.policy import decide as decide_policy
from chalicelib.domain.access import Role
from chalicelib.domain.day import Day, Office
from chalicelib.domain.message import Account, Platform
from chalicelib.domain.people import Organisation, Person, Place, UnitKind
from chalicelib.domain.periods import UntilLifted
from chalicelib.domain.policy import Arrangement
from chalicelib.store.chat import Linked
from infra.local import people
from infra.local.government import ADDRESSES, Chats, Government, with_addresses
from infra.local.legal_day import DAY, SEED, SIZE, assignments
from infra.local.pump import Dead
from infra.local.ses_events import AcceptedMail

AGENCIES = ("bkd", "inspektorat", "dinkes", "bpbd")
FILE = "pegawai.csv"
NEWCOMER = ";;Gita Contoh;dinkes;Pelaksana;;Non ASN;0812-0000-7007;;Kota Serang;-6,120000;106,150000;-"
"""A row that is not in the office's roster: whoever uploads the example file adds this person."""

CONDITION = "ada ketentuan lebih lanjut"
"""The letter is entered without its last day, so that setting its period is the first thing to try."""

ANYWHERE = Place(-6.12, 106.15)
GUEST_PHONE = "+6281200009999"


@dataclass(frozen=True)
class Somebody:
    """Somebody at the keyboard: one account on either platform, and what their phone knows of them."""

    key: str
    name: str
    what: str
    number: int
    phone: str = GUEST_PHONE
    home: Place = ANYWHERE

    def user(self, platform: Platform) -> str:
        return f"U{self.number:08}" if platform is Platform.SLACK else str(self.number)


ADMINS = (
    (Somebody("rina", "Rina", "admin BKD", 101), Role.BKD, ()),
    (Somebody("wati", "Wati", "admin BKD kedua", 102), Role.BKD, ()),
    (Somebody("oki", "Oki", "operator Dinas Kesehatan", 103), Role.OPERATOR, ("dinkes",)),
    (Somebody("tuti", "Tuti", "auditor", 104), Role.AUDITOR, ()),
)
GUEST = Somebody("tamu", "Tamu", "belum tertaut", 105)


class Played(Protocol):
    """What a session needs of whatever stands behind its chats."""

    @property
    def chats(self) -> Chats: ...
    @property
    def cast(self) -> Mapping[str, Somebody]: ...
    @property
    def example(self) -> bytes: ...
    @property
    def letters(self) -> list[AcceptedMail]: ...
    @property
    def faults(self) -> list[Dead]: ...


@dataclass(frozen=True)
class Bureau:
    """The running office: who can be spoken as, whose links are known, and the roster file to play with."""

    hadir: Government
    chats: Chats
    cast: Mapping[str, Somebody]
    tokens: Mapping[str, str]
    example: bytes

    @property
    def letters(self) -> list[AcceptedMail]:
        return self.hadir.cloud.mailbox.messages

    @property
    def faults(self) -> list[Dead]:
        return self.hadir.pump.dead

    def office(self, *, at: datetime) -> Office:
        return desk.read_office(self.hadir.wiring.registry(), at=at)


def open_bureau(hadir: Government, chats: Chats, *, at: datetime) -> Bureau:
    """Open the office by the product's own commands and link its admins."""
    registry = hadir.wiring.registry()
    organisation = with_addresses(_small(people.organisation(SIZE)))
    desk.open_office(registry, organisation, presets.known_calendar(at.date()), ADDRESSES, at=at)
    letter = replace(presets.policy("banten-2020"), validity=UntilLifted(DAY, CONDITION))
    desk.carry_out(registry, decide_policy, AdoptPolicy(letter, "WIB"), at=at)
    file = _file(organisation)
    read = import_roster(registry, file, FILE, at=at)
    desk.carry_out(registry, decide_duty, Assign(assignments(read.roster.roster, organisation)), at=at)
    _link_admins(hadir, chats, at=at)
    employee = _employee(desk.read_office(registry, at=at))
    cast = (*(one for one, _, _ in ADMINS), GUEST, _as_somebody(employee))
    tokens = {person: token for person, token in read.tokens.items() if person != employee.id}
    example = file.rstrip() + f"\r\n{len(read.roster.roster) + 1}{NEWCOMER}\r\n".encode()
    return Bureau(hadir, chats, {one.key: one for one in cast}, tokens, example)


def _small(whole: Organisation) -> Organisation:
    """The agencies with what is below them, and the government above."""
    kept = {*AGENCIES, *(unit.id for unit in whole.units if unit.kind is UnitKind.GOVERNMENT)}
    return Organisation(tuple(unit for unit in whole.units if unit.id in kept or unit.parent in AGENCIES))


def _file(organisation: Organisation) -> bytes:
    """The rows of the invented roster that are these units' own."""
    spellings = {name for unit in organisation.units for name in (unit.name, unit.id, *unit.nicknames)}
    lines = people.generate(SIZE, SEED).decode("utf-8-sig").splitlines()
    kept = [line for line in lines if (cells := line.split(";"))[0] == "No." or {*cells[3:4]} & spellings]
    return "\r\n".join(kept).encode("utf-8-sig")


def _link_admins(hadir: Government, chats: Chats, *, at: datetime) -> None:
    registry = hadir.wiring.registry()
    for somebody, role, units in ADMINS:
        command = AddAdmin(somebody.name, role, units, registry.random_bytes(CHANCE_BYTES))
        desk.carry_out(registry, decide_admins, command, at=at)
    known = {admin.name: admin.id for admin in desk.read_office(registry, at=at).admins}
    for somebody, _, _ in ADMINS:
        for platform, team in ((Platform.SLACK, chats.slack.requests.team), (Platform.TELEGRAM, "")):
            account = Account(platform, team, somebody.user(platform))
            hadir.wiring.chats().link(Linked(account, known[somebody.name]))
        chats.telegram.meet(somebody.user(Platform.TELEGRAM))


def _employee(office: Office) -> Person:
    """Somebody of Dinas Kesehatan who works at home on the letter's first day, can be reached, and bears no titles."""
    staff = (one for one in at_home(office, DAY) if one.unit == "dinkes" and one.phone and one.home)
    return next(one for one in staff if not {",", "."} & {*one.name})


def at_home(office: Office, day: date) -> list[Person]:
    """Who owes a report of where they are on a day."""
    units = office.organisation.by_id
    return [
        one
        for one in office.people
        if Day(day, units[one.unit], office, (), ()).arrangement_of(one) is Arrangement.HOME
    ]


def _as_somebody(employee: Person) -> Somebody:
    assert employee.phone
    assert employee.home
    return Somebody("pegawai", employee.name, "pegawai Dinas Kesehatan", 106, employee.phone, employee.home)
