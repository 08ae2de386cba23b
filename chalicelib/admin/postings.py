"""The ledger as an admin reads it: mail by mail how it stands, and what a person must do where nothing else helps.

Addresses are never shown, only whose they are: the head's, the operator's, an office's.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from chalicelib.admin.desk import Registry
from chalicelib.admin.ordering import short
from chalicelib.domain.access import Admin
from chalicelib.domain.answer import Answer, Cell, Offer, Table
from chalicelib.domain.change import Line
from chalicelib.domain.day import Office
from chalicelib.domain.delivery import APPROVED, HANDED_OVER, INTERIM, RECAP, Mail, MailKey, State, shown_slot
from chalicelib.domain.errors import MessageId, OutOfScope

MOST_ROWS, MOST_ADVICE = 30, 8
ADVICE = {
    "problem.addressee": "mail.advice.addressee",
    "problem.no_means_left": "mail.advice.no_means_left",
    "problem.copy_split_off": "mail.advice.copy",
}
"""What a person must do about a mail that was set aside; anything else is an answer of SES that refused it."""


def show(registry: Registry, office: Office, admin: Admin, day: date, unit: str | None) -> Answer:
    """The mails of one unit, or those of all that need looking at. Raises: OutOfScope."""
    reporter = office.organisation.reporter_of(unit) if unit else None
    if unit and (reporter is None or not admin.sees(reporter.id, office.organisation)):
        raise OutOfScope()
    mails = [mail for mail in registry.records.ledger.mails_of(day) if is_seen(mail.key, office, admin)]
    asked = [mail for mail in mails if reporter is None or mail.key.unit == reporter.id]
    listed = asked if reporter else [mail for mail in asked if mail.state not in HANDED_OVER]
    rows = [_row(mail, office, registry) for mail in listed]
    headings = ("mail.column.slot", "mail.column.unit", "mail.column.state", "mail.column.time", "mail.column.attempt")
    more = (Line("reports.more", {"count": len(rows) - MOST_ROWS}),) if len(rows) > MOST_ROWS else ()
    lines = (*_slots(asked), *more, *list(_advice(asked, office))[:MOST_ADVICE])
    title = Line("mail.title", {"day": day})
    table = Table(headings, tuple(rows[:MOST_ROWS])) if rows else None
    return Answer(title, lines or (Line("mail.none"),), table, tuple(_offers(asked, office, admin))[:MOST_ADVICE])


def is_seen(key: MailKey, office: Office, admin: Admin) -> bool:
    """Whether the mail is the admin's to look at; what speaks of all units is for those who see them all."""
    if key.is_summary:
        return not admin.units
    return key.unit in office.organisation.by_id and admin.sees(key.unit, office.organisation)


def _row(mail: Mail, office: Office, registry: Registry) -> tuple[Cell, ...]:
    clock = f"{mail.changed_at.astimezone(registry.bell.zone):%H.%M}"
    return _slot(mail.key), _name(mail.key, office), Line(f"mail.state.{mail.state}"), clock, mail.handovers


def _slot(key: MailKey) -> Cell:
    if key.unit == RECAP:
        return Line("mail.slot.recap")
    return Line("mail.interim", _minute(key.slot)) if key.is_interim else shown_slot(key.slot)


def _minute(slot: str) -> dict[str, str | int]:
    """An interim report's slot and the minute it tells of."""
    name, _, minute = slot.partition(INTERIM)
    return {"slot": shown_slot(name), "minute": shown_slot(minute)}


def _name(key: MailKey, office: Office) -> Cell:
    """Whose mail it is, and what kind besides the first."""
    name, kind = _plain(key, office), _kind(key)
    if kind:
        return Line(f"mail.kind.{kind}", {"name": name, "number": key.revision - 1})
    return Line("mail.name", {"name": name})


def _kind(key: MailKey) -> str:
    if key.is_whole:
        if key.is_resent:
            return "resent"
        return "interim" if key.is_interim else "correction" if key.revision > 1 else ""
    return "approved" if key.unit == RECAP and key.copy == APPROVED else "copy"


def _slots(mails: Iterable[Mail]) -> Iterator[Line]:
    """For each slot how many of its mails are out."""
    counted: dict[str, list[bool]] = {}
    for mail in mails:
        counted.setdefault(mail.key.slot, []).append(mail.state in HANDED_OVER)
    for slot, done in sorted(counted.items()):
        facts: dict[str, str | int] = {"done": sum(done), "mails": len(done)}
        if INTERIM in slot:
            yield Line("mail.slot.interim", facts | _minute(slot))
        else:
            shown = MessageId("mail.slot.recap") if not slot[:1].isdigit() else shown_slot(slot)
            yield Line("mail.slot", facts | {"slot": shown})


def _advice(mails: Iterable[Mail], office: Office) -> Iterator[Line]:
    """What did not arrive, and what a person must do."""
    for mail in mails:
        facts = {"unit": _plain(mail.key, office), "slot": shown_slot(mail.key.slot)}
        if mail.state is State.NEEDS_HUMAN:
            yield Line(ADVICE.get(mail.problem or "", "mail.advice.refused"), facts)
        elif mail.state is State.BOUNCED:
            yield Line("mail.advice.bounced", facts)
        for address in mail.bounced if mail.state is not State.BOUNCED else ():
            yield Line("mail.advice.copy_bounced", facts | {"whose": _whose(address, mail.key, office)})


def _plain(key: MailKey, office: Office) -> str:
    return MessageId(f"mail.unit.{key.unit}") if key.is_summary else short(office.organisation.by_id[key.unit])


def _whose(address: str, key: MailKey, office: Office) -> MessageId:
    """Whose an address is; a chat never shows the address itself."""
    unit = office.organisation.by_id.get(key.unit)
    if unit and address == (unit.head_email or "").lower():
        return MessageId("mail.whose.head")
    if unit and address == (unit.operator_email or "").lower():
        return MessageId("mail.whose.operator")
    return MessageId("mail.whose.office")


def _offers(mails: Iterable[Mail], office: Office, admin: Admin) -> Iterator[Offer]:
    """A button to send again what did not arrive, once its address is put right."""
    failed = [mail.key for mail in mails if mail.state in (State.BOUNCED, State.NEEDS_HUMAN) or mail.bounced]
    reports = dict.fromkeys((key.unit, key.slot) for key in failed if not key.is_summary and not key.is_interim)
    for unit, slot in reports:
        if admin.may_change((unit,), office.organisation):
            label = Line(
                "mail.offer.resend", {"slot": shown_slot(slot), "unit": short(office.organisation.by_id[unit])}
            )
            yield Offer(label, verb="report.resend", line=f"{unit} {slot} {failed[0].day:%d-%m-%Y}")
