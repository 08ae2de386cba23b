"""Reminders: shortly before a slot closes, to those linked on Telegram who owe a report and have not reported.

The bell asks for them and the bot worker writes them, a batch at a time, spread so that Telegram takes them. A reminder
is a courtesy: it is sent at most once to a person and slot, and what dies on the way costs that reminder alone.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.assembly import Records, judged
from chalicelib.chat.employees import unlink_employee
from chalicelib.chat.reply import Reply
from chalicelib.chat.telegram_checkin import account_key
from chalicelib.chat.voice import ChatBlocked, ChatUnreachable, Voice
from chalicelib.domain.answer import Ask
from chalicelib.domain.attendance import Status
from chalicelib.domain.day import Office
from chalicelib.domain.errors import CalendarUnknown
from chalicelib.domain.message import Platform
from chalicelib.domain.policy import Window
from chalicelib.phrases import clock, phrase
from chalicelib.planning import Bell
from chalicelib.store.chat import ChatStore, Linked
from chalicelib.store.doorbell import BotBell
from chalicelib.store.ledger import Run

log = logging.getLogger(__name__)

REMIND = "remind"
BEFORE_CUT_OFF = timedelta(minutes=15)
"""Office practice: time enough to take the phone, too short to forget again."""

BATCH = 20
"""People in a batch, and messages a second. Source: Telegram, "Bots FAQ": about 30 messages a second at the most."""


@dataclass(frozen=True)
class Batch:
    """Some people of a reporting unit: the `number`th twenty of its roster as it stood at an office revision."""

    day: date
    slot: str
    unit: str
    revision: int
    number: int

    def __str__(self) -> str:
        return "#".join((REMIND, self.day.isoformat(), self.slot, self.unit, str(self.revision), str(self.number)))

    @classmethod
    def parse(cls, key: str) -> "Batch":
        """Raises: ValueError for what is no batch."""
        _, day, slot, unit, revision, number = key.split("#")
        return cls(date.fromisoformat(day), slot, unit, int(revision), int(number))


def due_reminders(bell: Bell, chats: ChatStore, bot_bell: BotBell, *, at: datetime) -> None:
    """Ask for the reminders of every slot that is about to close, once for each reporting unit.

    At most 20 messages a second leave. A year without decreed holidays is the bell's own alarm.
    """
    office = bell.records.office.current()
    if office is None:
        return
    day, recipients = at.astimezone(bell.zone).date(), 0
    for window in _closing(office, day, at=at):
        for unit in office.organisation.reporting_units():
            if chats.once(f"{REMIND}#{day}#{window.slot.id}#{unit.id}", at=at):
                for number, size in _sizes(bell.records, chats, office, unit.id):
                    batch = Batch(day, window.slot.id, unit.id, office.revision, number)
                    bot_bell.press(str(batch), timedelta(seconds=recipients // BATCH))
                    recipients += size


def _closing(office: Office, day: date, *, at: datetime) -> Iterator[Window]:
    try:
        windows = office.circulars.windows(day)
    except CalendarUnknown:
        return
    yield from (window for window in windows if window.closes - BEFORE_CUT_OFF <= at < window.closes)


def _sizes(records: Records, chats: ChatStore, office: Office, unit: str) -> Iterator[tuple[int, int]]:
    """The batches of a unit in which anybody can be written to, with how many."""
    people = _people(records, office, unit)
    linked = _on_telegram(chats, people)
    for number, start in enumerate(range(0, len(people), BATCH)):
        if size := sum(person in linked for person in people[start : start + BATCH]):
            yield number, size


def _people(records: Records, office: Office, unit: str) -> list[str]:
    members = [one.id for one in office.organisation.members(unit)]
    return [person.id for person in records.office.people(office.revision, members)]


def _on_telegram(chats: ChatStore, people: list[str]) -> dict[str, Linked]:
    found = chats.chats_of(people)
    return {person: one for person, one in found.items() if one.account.platform is Platform.TELEGRAM}


def remind(records: Records, chats: ChatStore, voice: Voice, key: str, *, at: datetime) -> None:
    """Write to those of a batch who have still not reported; nobody is written to after the cut-off.

    Promise: doing it twice, or by two at once, writes once to a person. Raises: ValueError for what is no batch.
    """
    batch, office = Batch.parse(key), records.office.current()
    if office is None:
        return
    window = next((one for one in _closing(office, batch.day, at=at) if one.slot.id == batch.slot), None)
    if window is None:
        return
    for person, linked in _on_telegram(chats, _missing(records, office, batch, at=at)).items():
        if _opens(records, linked, person) and chats.once(f"reminded#{batch.day}#{batch.slot}#{person}", at=at):
            _write(chats, voice, linked, _reminder(window, linked.lang))


def _opens(records: Records, linked: Linked, person: str) -> bool:
    """Whether the account reports for the person: one whose phone was handed on does so no longer."""
    card = records.checkins.card_of_account(account_key(linked.account.user))
    return card is not None and card.person == person


def _missing(records: Records, office: Office, batch: Batch, *, at: datetime) -> list[str]:
    """Those of the batch who would stand as not reported if the slot closed now."""
    run = Run(batch.day, batch.slot, office.revision, at, (batch.unit,))
    rows = judged(records, run, batch.unit).rows
    missing = {row.person for row in rows if row.status is Status.NOT_REPORTED}
    roster = _people(records, records.office.at(batch.revision), batch.unit)
    return [person for person in roster[batch.number * BATCH :][:BATCH] if person in missing]


def _write(chats: ChatStore, voice: Voice, linked: Linked, reply: Reply) -> None:
    """Write one reminder; who has blocked the bot is linked no longer, and one fault holds up nobody else's."""
    try:
        voice.write(linked.account.user, reply)
    except ChatBlocked:
        unlink_employee(chats, linked)
    except ChatUnreachable as fault:
        log.warning("reminder not written", extra={"problem": str(fault)})


def _reminder(window: Window, lang: str) -> Reply:
    times = {"deadline": window.closes + timedelta(minutes=window.slot.lead_minutes), "cut_off": window.closes}
    words = {name: clock(at, lang=lang) for name, at in times.items()}
    title = phrase("telegram.remind.title", lang=lang, deadline=words["deadline"])
    line = phrase("telegram.remind.line", lang=lang, cut_off=words["cut_off"])
    return Reply(title, (line,), asks=Ask.LOCATION, lang=lang)
