"""The working day within a letter, and who gets its reports: hours, slots, cut-offs, recap, limits, recipients.

A departure from the letter's own clause is shown, not refused; a day that could not be reported is refused. The price
of slots named by their deadline: a moved slot is another slot, and what would lose today's waits for the day's end.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import assert_never

from chalicelib.admin.cautions import clocks, of_today
from chalicelib.admin.policy import meant, revision
from chalicelib.admin.rules import keep_slots
from chalicelib.domain.address import is_address
from chalicelib.domain.change import Change, Line, changed, edit
from chalicelib.domain.day import Office
from chalicelib.domain.errors_letters import (
    AddressMalformed,
    HoursOutOfRange,
    LeadOutOfRange,
    LimitOutOfRange,
    OneAddressOnly,
    RecipientsMissing,
    SlotsOutOfRange,
    SlotUnknown,
)
from chalicelib.domain.people import BKD, Address, Unit
from chalicelib.domain.policy import Hours, Policy, Release, Slot, SlotKind, check_day, local_day, policy_meant

EARLIEST = time(1, 0)
"""When work may begin: the first window opens an hour before, on the same day."""

MOST_SLOTS = 12
LEAD_STEP, MOST_LEAD = 5, 60
LEAST_M, MOST_M = 50, 5000
"""Between a phone's own accuracy and a district. Units: metres."""

RECAP = "recap"
"""The id of the recap's slot."""


@dataclass(frozen=True)
class SetHours:
    """Set the working hours of some weekdays, Monday 0 … Sunday 6; the others keep theirs."""

    policy: str | None
    weekdays: tuple[int, ...]
    start: time
    end: time


@dataclass(frozen=True)
class SetSlots:
    """Set the deadlines of the day's reports; slots that stay keep their lead."""

    policy: str | None
    deadlines: tuple[time, ...]


@dataclass(frozen=True)
class SetLead:
    """Let a slot, or all report slots, be cut off so many minutes before the deadline."""

    policy: str | None
    minutes: int
    slot: str | None


@dataclass(frozen=True)
class SetRecap:
    """Set when the recap is made and how it is released; what is not given stays."""

    policy: str | None
    deadline: time | None
    release: Release | None


@dataclass(frozen=True)
class SetLimits:
    """Set within which distance and accuracy a position counts as home. Units: metres."""

    policy: str | None
    radius_m: int | None
    accuracy_m: int | None


@dataclass(frozen=True)
class SetRecipients:
    """Set where an office (`bkd`, `sekda`), or the `head` or `operator` of a unit, gets mail."""

    office: str | None
    unit: str | None
    role: str
    addresses: tuple[str, ...]


Command = SetHours | SetSlots | SetLead | SetRecap | SetLimits | SetRecipients


def decide(command: Command, office: Office, *, at: datetime) -> Change:
    """The change that a command makes.

    Raises: NoPolicyAdopted and PolicyUnknown where a letter is meant, HoursOutOfRange, SlotsOutOfRange, WindowClosed,
    RecapTooEarly and CutOffPassed where the day could not be reported, and as the function of each command.
    """
    if isinstance(command, SetRecipients):
        return _set_recipients(command, office, at=at)
    letter = meant(office, command.policy, at=at)
    match command:
        case SetHours():
            return _set_hours(command, letter, office, at=at)
        case SetSlots():
            return _set_slots(command, letter, office, at=at)
        case SetLead():
            return _set_lead(command, letter, office, at=at)
        case SetRecap():
            return _set_recap(command, letter, office, at=at)
        case SetLimits():
            return _set_limits(command, letter, office, at=at)
        case _:
            assert_never(command)


def _set_hours(command: SetHours, letter: Policy, office: Office, *, at: datetime) -> Change:
    """Raises: HoursOutOfRange."""
    start, end = _clock(command.start), _clock(command.end)
    if not EARLIEST <= command.start < command.end:
        raise HoursOutOfRange(start, end)
    hours = {one.weekday: one for one in letter.hours}
    was = dict.fromkeys(
        f"{_clock(one.start)}–{_clock(one.end)}" for one in letter.hours if one.weekday in command.weekdays
    )
    hours |= {weekday: Hours(weekday, command.start, command.end) for weekday in command.weekdays}
    after = replace(letter, hours=tuple(hours[weekday] for weekday in sorted(hours)))
    summary = Line("workday.hours", {"number": letter.number, "start": start, "end": end})
    return _changed(letter, after, summary, _was(letter, "hours", ", ".join(was)), office, at=at)


def _set_slots(command: SetSlots, letter: Policy, office: Office, *, at: datetime) -> Change:
    """Raises: SlotsOutOfRange."""
    deadlines = sorted(set(command.deadlines))
    if not 1 <= len(deadlines) <= MOST_SLOTS:
        raise SlotsOutOfRange(len(deadlines), MOST_SLOTS)
    present = {slot.deadline: slot for slot in letter.report_slots}
    reports = (present.get(one, Slot(f"{one:%H%M}", SlotKind.REPORT, one)) for one in deadlines)
    after = replace(letter, slots=(*reports, *_recaps(letter)))
    summary = Line("workday.slots", {"number": letter.number, "slots": clocks(after.report_slots)})
    return _changed(letter, after, summary, _was(letter, "slots", clocks(letter.report_slots)), office, at=at)


def _set_lead(command: SetLead, letter: Policy, office: Office, *, at: datetime) -> Change:
    """Raises: LeadOutOfRange, SlotUnknown."""
    if command.minutes % LEAD_STEP or not 0 <= command.minutes <= MOST_LEAD:
        raise LeadOutOfRange(command.minutes, LEAD_STEP, MOST_LEAD)
    concerned = [slot for slot in letter.slots if slot.id == command.slot] if command.slot else letter.report_slots
    if not concerned:
        raise SlotUnknown(command.slot or "", clocks(letter.slots))
    slots = (replace(one, lead_minutes=command.minutes) if one in concerned else one for one in letter.slots)
    summary = Line("workday.lead", {"number": letter.number, "minutes": command.minutes, "slots": clocks(concerned)})
    return _changed(letter, replace(letter, slots=tuple(slots)), summary, (), office, at=at)


def _set_recap(command: SetRecap, letter: Policy, office: Office, *, at: datetime) -> Change:
    was = _recaps(letter)
    recaps = was
    if command.deadline:
        (present,) = was or (Slot(RECAP, SlotKind.RECAP, command.deadline),)
        recaps = (replace(present, deadline=command.deadline),)
    release = command.release or letter.recap_release
    after = replace(letter, slots=(*letter.report_slots, *recaps), recap_release=release)
    summary = Line(f"workday.recap.{release}", {"number": letter.number, "deadline": clocks(recaps)})
    departure = _was(letter, "recap_release", clocks(was)) if was and command.deadline else ()
    return _changed(letter, after, summary, departure, office, at=at)


def _set_limits(command: SetLimits, letter: Policy, office: Office, *, at: datetime) -> Change:
    """Raises: LimitOutOfRange."""
    for metres in (command.radius_m, command.accuracy_m):
        if metres is not None and not LEAST_M <= metres <= MOST_M:
            raise LimitOutOfRange(metres, LEAST_M, MOST_M)
    was = letter.limits
    radius_m, accuracy_m = command.radius_m or round(was.radius_m), command.accuracy_m or round(was.accuracy_m)
    after = replace(letter, limits=replace(was, radius_m=radius_m, accuracy_m=accuracy_m))
    summary = Line("workday.limits", {"number": letter.number, "radius": radius_m, "accuracy": accuracy_m})
    departure = _was(letter, "limits", f"{round(was.radius_m)} m, {round(was.accuracy_m)} m")
    return _changed(letter, after, summary, departure, office, at=at)


def _recaps(letter: Policy) -> tuple[Slot, ...]:
    """The letter's recap slot, if it has one."""
    return tuple(slot for slot in letter.slots if slot.kind is SlotKind.RECAP)


def _clock(clock: time) -> str:
    return f"{clock:%H.%M}"


def _was(letter: Policy, field: str, was: str) -> tuple[Line, ...]:
    """What stood there before and the clause it came from, so that a departure from the letter is seen."""
    if not was:
        return ()
    if clauses := letter.clauses_on(field):
        return (Line("workday.was", {"was": was, "clause": ", ".join(clauses)}),)
    is_practice = any(source.field == field for source in letter.sources)
    return (Line("workday.was_practice", {"was": was}),) if is_practice else ()


def _changed(
    letter: Policy, after: Policy, summary: Line, departure: tuple[Line, ...], office: Office, *, at: datetime
) -> Change:
    """The change of a letter's day. Raises: WindowClosed, RecapTooEarly, CutOffPassed."""
    if letter == after:
        return Change((), summary)
    check_day(after)
    edits = revision(letter, after, office, at=at)
    before, later = office.circulars, changed(office, edits).circulars
    keep_slots(before, later, at=at)
    return Change(edits, summary, warnings=(*departure, *of_today(before, later, at=at)))


def _set_recipients(command: SetRecipients, office: Office, *, at: datetime) -> Change:
    """Raises: AddressMalformed, OneAddressOnly, RecipientsMissing."""
    addresses = tuple(dict.fromkeys(command.addresses))
    if malformed := next((one for one in addresses if not is_address(one)), None):
        raise AddressMalformed(malformed)
    details = tuple(Line("recipients.address", {"address": one}) for one in addresses)
    if command.unit:
        return _set_unit_address(office.organisation.by_id[command.unit], command.role, addresses, details, office)
    assert command.office, "an office or a unit"
    return _set_office_addresses(command.office, addresses, details, office, at=at)


def _set_office_addresses(
    name: str, addresses: tuple[str, ...], details: tuple[Line, ...], office: Office, *, at: datetime
) -> Change:
    """Raises: RecipientsMissing."""
    if name == BKD and not addresses:
        raise RecipientsMissing(name.upper())
    present = office.addresses.get(name)
    before, after = (Address(name, present) if present is not None else None), Address(name, addresses)
    everyone = tuple(Address(*entry) for entry in office.addresses.items())
    edits = () if before == after else (edit(before, after, everyone),)
    summary = Line(_or_none("recipients.office", addresses), {"office": name.upper(), "count": len(addresses)})
    return Change(edits, summary, details, tuple(_unread(name, office, at)))


def _unread(name: str, office: Office, at: datetime) -> Iterator[Line]:
    """What the letter sends to an office less than it might seem."""
    letter = policy_meant(office.circulars.policies, local_day(office.circulars.policies, at))
    if letter and name not in letter.report_to:
        key = "recipients.recap_only" if name in letter.recap_to else "recipients.not_in_letter"
        yield Line(key, {"office": name.upper(), "number": letter.number})


def _set_unit_address(
    unit: Unit, role: str, addresses: tuple[str, ...], details: tuple[Line, ...], office: Office
) -> Change:
    """Raises: OneAddressOnly."""
    if len(addresses) > 1:
        raise OneAddressOnly(unit.name, len(addresses))
    address = next(iter(addresses), None)
    after = replace(unit, head_email=address) if role == "head" else replace(unit, operator_email=address)
    edits = () if after == unit else (edit(unit, after, office.organisation.units),)
    reporter = office.organisation.reporter_of(unit.id)
    facts = {"unit": unit.name, "reporter": reporter.name if reporter else ""}
    warnings = () if unit.reports else (Line("recipients.via" if reporter else "recipients.no_report", facts),)
    return Change(edits, Line(_or_none(f"recipients.{role}", addresses), {"unit": unit.name}), details, warnings)


def _or_none(key: str, addresses: tuple[str, ...]) -> str:
    return key if addresses else f"{key}.none"
