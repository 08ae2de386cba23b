"""What an admin should think about before the letters or the calendar change: warnings for the preview, by comparison.

Nothing here refuses; what cannot be done is refused where it is decided. The price of comparing the office before and
after instead of asking each command: a warning tells what follows, not which word of the command it follows from.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime

from chalicelib.domain.calendar import days_between
from chalicelib.domain.change import Edit, Line, changed
from chalicelib.domain.day import Circulars, Office
from chalicelib.domain.errors import CalendarUnknown
from chalicelib.domain.midday import Midday
from chalicelib.domain.periods import Between, Period, UntilLifted
from chalicelib.domain.policy import DAY, Policy, Slot, SlotKind, gaps, local_day, policy_on


def said(key: str, number: str, validity: Period, **facts: str) -> Line:
    """A line on a letter and its days: `key` with `.until` for a last day, with `.open` for a condition."""
    start, end = validity.start, validity.last_day
    if isinstance(validity, UntilLifted):
        return Line(f"{key}.open", {"number": number, "start": start, "condition": validity.condition, **facts})
    assert end, "a period has a last day or a condition"
    return Line(f"{key}.until", {"number": number, "start": start, "end": end, **facts})


def cautions(office: Office, edits: Iterable[Edit], *, at: datetime) -> tuple[Line, ...]:
    """What to think about before the letters change as the edits say, today's slots apart."""
    edits = tuple(edits)
    before, after = office.circulars, changed(office, edits).circulars
    today = local_day(after.policies, at)
    found: list[Line] = []
    for old, new in _letters(edits):
        found += [*_own(old, new, today), *_beside(new, before, after, today), *_afterwards(old, new, before, after)]
    return (*found, *_gaps(before, after))


def _letters(edits: Iterable[Edit]) -> Iterator[tuple[Policy | None, Policy]]:
    for one in edits:
        if isinstance(one.after, Policy):
            yield (one.before if isinstance(one.before, Policy) else None), one.after


def _own(old: Policy | None, new: Policy, today: date) -> Iterator[Line]:
    """What the letter says of its own days, and what a change of days gone by does not do."""
    if old and (clauses := old.clauses_on("validity")):
        yield said("policy.was", old.number, old.validity, clause=", ".join(clauses))
    end = new.validity.last_day
    if end and end < today:
        yield Line("policy.end_past", {"number": new.number, "end": end})
    if _first_difference(old.validity if old else None, new.validity) < today:
        yield Line("policy.past_kept")


def _first_difference(old: Period | None, new: Period) -> date:
    """The first day that only one of two periods covers, some day of the far future when there is none."""
    if old is None:
        return new.start
    if old.start != new.start:
        return min(old.start, new.start)
    ends = [period.last_day for period in (old, new) if period.last_day]
    return min(ends) + DAY if ends else date.max


def _beside(letter: Policy, before: Circulars, after: Circulars, today: date) -> Iterator[Line]:
    """The letters that come to hold on the same days, and which of the two then sets the slots."""
    known = {one.id: one for one in before.policies}
    for place, other in enumerate(after.policies):
        if other.id == letter.id or not _both_after(letter, other, today):
            continue
        if letter.id in known and other.id in known and _both_after(known[letter.id], known[other.id], today):
            continue
        newer = place > [one.id for one in after.policies].index(letter.id)
        yield Line(
            "policy.under_newer" if newer else "policy.over_older", {"number": letter.number, "other": other.number}
        )


def _both_after(one: Policy, other: Policy, today: date) -> bool:
    """Whether both letters hold on some day to come; the day on which one takes over from the other is none."""
    end = min(period.last_day or date.max for period in (one.validity, other.validity))
    return one.validity.overlaps(other.validity) and end > today


def _afterwards(old: Policy | None, new: Policy, before: Circulars, after: Circulars) -> Iterator[Line]:
    """The older letter that holds again when this one ends earlier or later than it did."""
    end = new.validity.last_day
    if old is None or end is None or end == old.validity.last_day:
        return
    following = policy_on(after.policies, end + DAY)
    if following and any(following.id == one.id for one in before.policies):
        yield Line("policy.afterwards", {"number": following.number, "day": end + DAY})


def _gaps(before: Circulars, after: Circulars) -> Iterator[Line]:
    """The working days that come to lie between two letters, bound by none."""
    old = set(gaps(before.policies))
    for first, last in gaps(after.policies):
        days = sum(_is_worked(after, day) for day in days_between(first, last))
        if days and (first, last) not in old:
            yield Line("policy.gap", {"first": first, "last": last, "days": days})


def _is_worked(circulars: Circulars, day: date) -> bool:
    """Whether the office would work on a day between letters, by the newest letter's weekdays."""
    try:
        return bool(circulars.policies[-1].hours_on(day)) and not circulars.calendar.holiday(day)
    except CalendarUnknown:
        return True


def of_today(before: Circulars, after: Circulars, *, at: datetime) -> tuple[Line, ...]:
    """What becomes of today's slots: in which report those will be who have reported already, what is not made any
    more, and what the change comes too late for."""
    today = Midday(before, after, at)
    return (*_carried(today), *_dropped(today), *_passed(today))


def _carried(today: Midday) -> Iterator[Line]:
    if today.carried:
        was, into = today.carried
        yield Line("policy.carried", {"slot": clocks([was]), "into": clocks([into])})


def _dropped(today: Midday) -> Iterator[Line]:
    if reports := [slot for slot in today.dropped if slot.kind is SlotKind.REPORT]:
        yield Line("policy.dropped_today", {"slots": clocks(reports), "open": clocks(reports[:1])})
    if recaps := [slot for slot in today.dropped if slot.kind is SlotKind.RECAP]:
        yield Line("policy.no_recap_today", {"slots": clocks(recaps)})


def _passed(today: Midday) -> Iterator[Line]:
    old, new = asked_on(today.before, today.day), asked_on(today.after, today.day)
    passed = {slot for slot in _changed_slots(old, new) if _has_passed(slot, old or new, today.day, today.at)}
    if passed:
        yield Line("policy.passed_today", {"slots": clocks(sorted(passed, key=lambda slot: slot.deadline))})


def clocks(slots: Iterable[Slot]) -> str:
    """The deadlines of slots as people write them."""
    return ", ".join(dict.fromkeys(f"{slot.deadline:%H.%M}" for slot in slots))


def _changed_slots(old: Policy | None, new: Policy | None) -> frozenset[Slot]:
    """The slots that differ between two letters of one day; every report slot when more than slots and limits do."""
    if old == new:
        return frozenset()
    if old and new and replace(new, slots=old.slots, limits=old.limits, recap_release=old.recap_release) == old:
        return frozenset(old.slots) ^ frozenset(new.slots)
    return frozenset(slot for letter in (old, new) if letter for slot in letter.report_slots)


def _has_passed(slot: Slot, letter: Policy | None, day: date, at: datetime) -> bool:
    return letter is not None and slot.cut_off(day, letter.tz) <= at


def asked_on(circulars: Circulars, day: date) -> Policy | None:
    """What the letter that governs a day asks of that day, whichever of its rows says so; None too in a year whose
    holidays nobody has decreed."""
    try:
        letter = circulars.policy_on(day)
    except CalendarUnknown:
        return None
    hours = letter.hours_on(day) if letter else None
    if letter is None or hours is None:
        return None
    return replace(letter, id=letter.number, validity=Between(day, day), hours=(hours,), adopted_at=None)
