"""The circular as data: one `Policy` is one letter, each field with the clause it comes from.

Nothing here knows a particular letter; presets hold those. Policies supersede one another: the newest that covers a
day sets its slots, and a person bound by none of its rules falls back to the older one that binds them. A letter whose
working day changed in mid-day has a row for the hours before and a further one from then on.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum

from chalicelib.domain.calendar import ZONES, instant
from chalicelib.domain.errors_letters import RecapTooEarly, WindowClosed
from chalicelib.domain.evidence import Limits
from chalicelib.domain.people import Job, Person, PositionGroup, Unit, UnitKind
from chalicelib.domain.periods import Period

FIRST_WINDOW = timedelta(minutes=60)
"""How long before working hours the first window opens (office practice: people report before work begins)."""

DAY = timedelta(days=1)
MONDAY = date(2020, 3, 23)
"""Any Monday, from which weekdays are counted."""

PRACTICE = "office practice"
"""How a source says that the letter leaves a field open and the office chose."""


class Arrangement(StrEnum):
    """Where a person works on a day, and what that asks of them."""

    HOME = "home"  # at home, reports a location in every slot
    HOME_UNLOCATED = "home_unlocated"  # at home, no location duty
    PIKET = "piket"
    OFFICE = "office"  # at the office as usual: counted, no home check-in
    EXEMPT = "exempt"
    LEAVE = "leave"
    TRAVEL = "travel"
    UNBOUND = "unbound"  # no policy in force binds the person


class Cadence(StrEnum):
    PER_SLOT = "per-slot"
    HOURLY = "hourly"
    ARRIVAL_DEPARTURE = "arrival+departure"
    LIVE = "live"


class SlotKind(StrEnum):
    REPORT = "report"  # every reporting unit to BKD, then BKD's digest
    RECAP = "recap"  # BKD to the Governor through the Sekda


class Release(StrEnum):
    """When the recap goes to the Sekda: at once, or after BKD has approved it."""

    AUTO = "auto"
    APPROVAL = "approval"


@dataclass(frozen=True)
class Slot:
    """One report's deadline. `deadline` is the letter's "paling lambat"; `lead_minutes` moves the cut-off before it."""

    id: str
    kind: SlotKind
    deadline: time
    lead_minutes: int = 0

    def cut_off(self, day: date, zone: timezone) -> datetime:
        """The last instant whose check-ins are in this slot's report, whenever the report is made."""
        return instant(day, self.deadline, zone) - timedelta(minutes=self.lead_minutes)


@dataclass(frozen=True)
class Hours:
    """Working hours on one weekday, Monday 0 … Sunday 6."""

    weekday: int
    start: time
    end: time


@dataclass(frozen=True)
class Selector:
    """Whom a clause speaks of: a person who matches every list that is not empty. All empty matches everybody."""

    people: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    unit_kinds: tuple[UnitKind, ...] = ()
    groups: tuple[PositionGroup, ...] = ()
    jobs: tuple[Job, ...] = ()
    domiciles: tuple[str, ...] = ()

    def matches(self, person: Person, unit: Unit) -> bool:
        wanted = (
            (self.people, person.id),
            (self.units, unit.id),
            (self.unit_kinds, unit.kind),
            (self.groups, person.group),
            (self.jobs, person.job),
            (self.domiciles, person.domicile),
        )
        return all(not allowed or value in allowed for allowed, value in wanted)


@dataclass(frozen=True)
class Rule:
    """One clause on one group of people: how they work while the policy holds."""

    who: Selector
    arrangement: Arrangement
    clause: str


@dataclass(frozen=True)
class Minimum:
    """The fewest people of a position group that a unit must have at the office each working day."""

    group: PositionGroup
    count: int


@dataclass(frozen=True)
class Source:
    """Where a field of the policy comes from: a clause of the letter, or office practice and whose."""

    field: str
    clause: str

    @property
    def is_practice(self) -> bool:
        return PRACTICE in self.clause


@dataclass(frozen=True)
class Policy:
    """One circular. `rules` are read in order and the first match decides; `binds` empty means everybody."""

    id: str
    number: str
    title: str
    signed: date
    zone: str
    validity: Period
    hours: tuple[Hours, ...]
    slots: tuple[Slot, ...]
    cadence: Cadence
    rules: tuple[Rule, ...]
    piket_minimums: tuple[Minimum, ...]
    limits: Limits
    report_to: tuple[str, ...]
    recap_to: tuple[str, ...]
    recap_release: Release
    sources: tuple[Source, ...] = ()
    binds: tuple[Selector, ...] = ()
    adopted_at: datetime | None = None

    @property
    def tz(self) -> timezone:
        return ZONES[self.zone]

    def is_adopted(self, at: datetime) -> bool:
        """Whether the policy was in force at an instant; it asks no report of the hours before its adoption."""
        return self.adopted_at is None or self.adopted_at < at

    def clauses_on(self, field: str) -> tuple[str, ...]:
        """The letter's own clauses on a field, without their remarks; what is office practice has none."""
        own = (one.clause.split(" (")[0] for one in self.sources if one.field == field and not one.is_practice)
        return tuple(dict.fromkeys(own))

    @property
    def report_slots(self) -> tuple[Slot, ...]:
        return tuple(slot for slot in self.slots if slot.kind is SlotKind.REPORT)

    def hours_on(self, day: date) -> Hours | None:
        return next((hours for hours in self.hours if hours.weekday == day.weekday()), None)

    def arrangement_of(self, person: Person, unit: Unit) -> Arrangement | None:
        """How the person works under this policy, or None when it does not bind them."""
        if self.binds and not any(who.matches(person, unit) for who in self.binds):
            return None
        return next((rule.arrangement for rule in self.rules if rule.who.matches(person, unit)), Arrangement.HOME)

    def windows(self, day: date) -> "tuple[Window, ...]":
        """The windows of the day's report slots, in order; none on a weekday without working hours.

        A window runs from just after the previous cut-off to its own, inclusive; the first opens 60 minutes before
        working hours.
        """
        opens = self.opens_on(day)
        if opens is None:
            return ()
        return one_after_another(opens, ((slot, slot.cut_off(day, self.tz)) for slot in self.report_slots))

    def opens_on(self, day: date) -> datetime | None:
        """When the day's first window opens, or None on a weekday without working hours."""
        hours = self.hours_on(day)
        return instant(day, hours.start, self.tz) - FIRST_WINDOW if hours else None


@dataclass(frozen=True)
class Window:
    """The time in which a check-in counts for a slot; both ends are inclusive and are server time."""

    slot: Slot
    opens: datetime
    closes: datetime

    def contains(self, at: datetime) -> bool:
        return self.opens <= at <= self.closes


def one_after_another(opens: datetime, cut_offs: Iterable[tuple[Slot, datetime]]) -> tuple[Window, ...]:
    """The windows that close at some cut-offs, in order: the first from `opens` on, each other from just after the
    close before it."""
    windows = []
    for slot, closes in cut_offs:
        windows.append(Window(slot, opens, closes))
        opens = closes + datetime.resolution
    return tuple(windows)


def letters(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """Each letter once, by its newest row: an older row of the same number holds for the hours before that one's
    adoption alone. From old to new, as `policies`."""
    return tuple({policy.number: policy for policy in policies}.values())


def policy_on(policies: tuple[Policy, ...], day: date) -> Policy | None:
    """The policy that sets the day's slots: the newest letter that covers it. `policies` run from old to new."""
    return next((policy for policy in reversed(letters(policies)) if policy.validity.covers(day)), None)


def check_day(policy: Policy) -> None:
    """Hold that the letter's days can be reported: each window closes after it opens, the recap is made after the last
    slot.

    Raises: WindowClosed, RecapTooEarly.
    """
    for window in (window for hours in policy.hours for window in policy.windows(MONDAY + hours.weekday * DAY)):
        if window.closes <= window.opens:
            facts = (window.slot.deadline, window.opens.time(), window.closes.time())
            raise WindowClosed(*(f"{fact:%H.%M}" for fact in facts))
    last = max((slot.deadline for slot in policy.report_slots), default=time.min)
    for recap in (slot for slot in policy.slots if slot.kind is SlotKind.RECAP):
        if (cut_off := recap.cut_off(MONDAY, policy.tz)) < instant(MONDAY, last, policy.tz):
            raise RecapTooEarly(f"{cut_off:%H.%M}", f"{last:%H.%M}")


def policy_meant(policies: tuple[Policy, ...], day: date) -> Policy | None:
    """The letter that somebody means who names none: the one in force on `day`, else the next to begin, else the
    newest."""
    known = letters(policies)
    to_come = sorted((one for one in known if one.validity.start > day), key=lambda one: one.validity.start)
    return policy_on(known, day) or next(iter((*to_come, *reversed(known))), None)


def local_day(policies: tuple[Policy, ...], at: datetime) -> date:
    """The date at an instant where the newest letter holds; in Jakarta while there is none."""
    return at.astimezone(policies[-1].tz if policies else ZONES["WIB"]).date()


def gaps(policies: tuple[Policy, ...]) -> Iterator[tuple[date, date]]:
    """The stretches of days between letters that none covers, first and last day each."""
    reached: date | None = None
    for start, last in sorted((one.validity.start, one.validity.last_day or date.max) for one in letters(policies)):
        if reached and start - DAY > reached:
            yield reached + DAY, start - DAY
        reached = max(reached or last, last)
