"""Circulars at the desk: put in force, given other days, extended, lifted, superseded, and shown.

Each command makes one change of the policies; what a period or a letter means is the domain's business, the working day
within a letter is `workday`'s. The price of ending a letter by its last day alone: a lifted letter no longer tells what
it waited for; the audit does.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import assert_never

from chalicelib import presets
from chalicelib.admin.cautions import cautions, clocks, of_today, said
from chalicelib.admin.desk import Registry
from chalicelib.admin.rules import keep_slots
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.answer import Answer, Offer, Table
from chalicelib.domain.calendar import ZONES
from chalicelib.domain.change import Change, Edit, Line, changed, edit
from chalicelib.domain.day import Office
from chalicelib.domain.errors_letters import (
    CadenceNotOffered,
    ChoiceUnknown,
    NoPolicyAdopted,
    NothingToLift,
    PolicyExists,
    PolicyNumberMalformed,
    PolicyUnknown,
    PresetUnknown,
    SupersededTooEarly,
    ZoneDiffers,
)
from chalicelib.domain.periods import Period, UntilLifted, extended, revised
from chalicelib.domain.policy import DAY, Cadence, Policy, SlotKind, letters, local_day, policy_meant


@dataclass(frozen=True)
class AdoptPolicy:
    """Put a circular in force beside those there are, in a government of a zone."""

    policy: Policy
    zone: str


@dataclass(frozen=True)
class AdoptPreset:
    """Put a circular that ships in force, as it stands or on other days; with a `number` it is another letter."""

    preset: str
    zone: str
    choices: Mapping[str, str] = field(default_factory=dict)
    start: date | None = None
    end: date | None = None
    condition: str | None = None
    number: str | None = None


@dataclass(frozen=True)
class SetPeriod:
    """Give a letter other days; without a start it begins as before, without an end it keeps the one it has."""

    policy: str | None
    start: date | None
    end: date | None
    condition: str | None


@dataclass(frozen=True)
class Extend:
    """Let a letter hold longer: until a later day, or until a condition is met."""

    policy: str | None
    until: date | None
    condition: str | None


@dataclass(frozen=True)
class Lift:
    """Declare a condition met: every letter that waited for it ends on `last_day`. A letter that is named ends so
    whatever it waited for."""

    policy: str | None
    condition: str
    last_day: date


@dataclass(frozen=True)
class Supersede:
    """Put a new letter in the place of an old one from a day on."""

    policy: str | None
    preset: str
    zone: str
    number: str
    start: date
    end: date | None = None
    condition: str | None = None
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ShowPolicies:
    """The letters and what they ask for."""


Command = AdoptPolicy | AdoptPreset | SetPeriod | Extend | Lift | Supersede


def decide(command: Command, office: Office, *, at: datetime) -> Change:
    """The change that a command makes; a letter asks no report of the hours before its adoption.

    Raises: NoPolicyAdopted and PolicyUnknown where a letter is meant, PeriodReversed, PeriodHasNoEnd, NotAnExtension,
    NothingToExtend, CutOffPassed, and as the function of each command.
    """
    match command:
        case AdoptPolicy():
            return _adopt(command.policy, command.zone, office, at=at)
        case AdoptPreset():
            return _adopt(_letter(command, office, at=at), command.zone, office, at=at)
        case SetPeriod():
            letter = meant(office, command.policy, at=at)
            validity = revised(letter.validity, command.start, command.end, command.condition)
            return _revise(office, [letter], [validity], said("policy.period", letter.number, validity), at=at)
        case Extend():
            letter = meant(office, command.policy, at=at)
            validity = extended(letter.validity, command.until, command.condition)
            return _revise(office, [letter], [validity], said("policy.extended", letter.number, validity), at=at)
        case Lift():
            return _lift(command, office, at=at)
        case Supersede():
            return _supersede(command, office, at=at)
        case _:
            assert_never(command)


def meant(office: Office, policy: str | None, *, at: datetime) -> Policy:
    """The newest row of an id's letter, or of the one meant by default. Raises: NoPolicyAdopted, PolicyUnknown."""
    policies = office.circulars.policies
    if policy is None:
        found = policy_meant(policies, local_day(policies, at))
        if found is None:
            raise NoPolicyAdopted()
        return found
    named = next((one.number for one in policies if one.id == policy), None)
    if named is None:
        raise PolicyUnknown(policy)
    return next(one for one in letters(policies) if one.number == named)


def _adopt(policy: Policy, zone: str, office: Office, *, at: datetime) -> Change:
    """Raises: ZoneDiffers, CadenceNotOffered, PolicyExists."""
    edits = (edit(None, _adopted(policy, zone, office, at=at)),)
    return _changed(office, edits, edits, Line("policy.adopted", {"number": policy.number}), at=at)


def _adopted(policy: Policy, zone: str, office: Office, *, at: datetime) -> Policy:
    if ZONES[policy.zone] != ZONES[zone]:
        raise ZoneDiffers(policy.zone, zone)
    if policy.cadence is not Cadence.PER_SLOT:
        raise CadenceNotOffered(policy.cadence)
    if any(policy.id == one.id or _id(policy.number) == _id(one.number) for one in office.circulars.policies):
        raise PolicyExists(policy.number)
    return replace(policy, adopted_at=at)


def _letter(command: AdoptPreset | Supersede, office: Office, *, at: datetime) -> Policy:
    """The preset as the letter that the command speaks of. Raises: PresetUnknown, ChoiceUnknown,
    PolicyNumberMalformed, PeriodHasNoEnd, PeriodReversed."""
    if command.preset not in presets.names():
        raise PresetUnknown(command.preset, ", ".join(presets.names()))
    try:
        policy = presets.policy(command.preset, command.choices)
    except KeyError as error:
        raise ChoiceUnknown(command.preset, str(error.args[0])) from error
    policy = replace(policy, validity=revised(policy.validity, command.start, command.end, command.condition))
    if command.number is None:
        return policy
    if not _id(command.number):
        raise PolicyNumberMalformed(command.number)
    title = policy.title.partition(" di lingkungan ")[0]  # behind it stands the preset's own government
    signed = local_day(office.circulars.policies, at)
    return replace(policy, id=_id(command.number), number=command.number, title=title, signed=signed)


def _id(number: str) -> str:
    """A letter's id, the same however its number is spaced and capitalised."""
    return "-".join(re.findall(r"[a-z0-9]+", number.lower()))


def _lift(command: Lift, office: Office, *, at: datetime) -> Change:
    """Raises: NothingToLift."""
    waiting = [meant(office, command.policy, at=at)] if command.policy else _waiting_for(command.condition, office)
    ended = [letter.validity.cut(command.last_day) for letter in waiting]
    if all(letter.validity == validity for letter, validity in zip(waiting, ended, strict=True)):
        raise NothingToLift(command.condition)
    numbers = ", ".join(letter.number for letter in waiting)
    return _revise(office, waiting, ended, Line("policy.lifted", {"number": numbers, "end": command.last_day}), at=at)


def _waiting_for(condition: str, office: Office) -> list[Policy]:
    return [
        letter
        for letter in letters(office.circulars.policies)
        if isinstance(letter.validity, UntilLifted) and letter.validity.speaks_of(condition)
    ]


def _supersede(command: Supersede, office: Office, *, at: datetime) -> Change:
    """The old letter ends the day before the new one begins, but keeps a day that has begun under it.

    Raises: SupersededTooEarly, and as adopting a preset.
    """
    old = meant(office, command.policy, at=at)
    if command.start <= old.validity.start:
        raise SupersededTooEarly(old.number, old.validity.start, command.start)
    new = _adopted(_letter(command, office, at=at), command.zone, office, at=at)
    last_day = max(command.start - DAY, office.circulars.last_begun_day(at))
    ended = replace(old, validity=old.validity.cut(last_day))
    edits = (*([] if old == ended else [edit(old, ended, office.circulars.policies)]), edit(None, new))
    summary = Line("policy.superseded", {"number": old.number, "by": new.number, "start": command.start})
    return _changed(office, edits, edits, summary, at=at)


def _revise(
    office: Office, revising: Iterable[Policy], validities: Iterable[Period], summary: Line, *, at: datetime
) -> Change:
    pairs = [(one, replace(one, validity=validity)) for one, validity in zip(revising, validities, strict=True)]
    plain = [edit(before, after) for before, after in pairs if before != after]
    edits = [one for before, after in pairs for one in revision(before, after, office, at=at)]
    return _changed(office, edits, plain, summary, at=at)


def _changed(office: Office, edits: Sequence[Edit], plain: Sequence[Edit], summary: Line, *, at: datetime) -> Change:
    """The change of the letters; `plain` tells the same without dividing a letter in mid-day.

    Raises: CutOffPassed, SlotClosed.
    """
    before, after = office.circulars, changed(office, edits).circulars
    keep_slots(before, after, at=at)
    warnings = (*cautions(office, plain, at=at), *of_today(before, after, at=at))
    return Change(tuple(edits), summary, warnings=warnings)


def revision(letter: Policy, after: Policy, office: Office, *, at: datetime) -> tuple[Edit, ...]:
    """The edits by which a letter reads as `after` from now on and as before of the hours gone by."""
    policies = office.circulars.policies
    present, *further = office.circulars.revised(letter, after, at=at)
    edits = [] if present == letter else [edit(letter, present, policies)]
    return (*edits, *(Edit(None, one, stands=policies.index(letter) + 1) for one in further))


def answer(command: ShowPolicies, registry: Registry, office: Office, admin: Admin, *, at: datetime) -> Answer:
    """The letter that is meant by default in full, and a line on each other. Raises: NoPolicyAdopted."""
    letter = meant(office, None, at=at)
    others = [one for one in reversed(letters(office.circulars.policies)) if one is not letter]
    lines = (*_in_full(letter, at), *(said("policies.other", one.number, one.validity) for one in others))
    return Answer(Line("policies.title", {"number": letter.number}), lines, _hours(letter), _forms(admin))


def _forms(admin: Admin) -> tuple[Offer, ...]:
    """The form that sets a period, for whoever may change letters."""
    form = Offer(Line("form.period.offer"), verb="policy.period", form="period")
    return (form,) if admin.role is Role.BKD else ()


def _in_full(letter: Policy, at: datetime) -> Iterator[Line]:
    yield Line("policies.name", {"title": letter.title})
    yield said(f"policies.{_standing(letter, at)}", letter.number, letter.validity)
    yield Line("policies.slots", {"slots": clocks(letter.report_slots), "zone": letter.zone})
    for slot in letter.slots:
        if slot.lead_minutes:
            yield Line("policies.lead", {"slot": f"{slot.deadline:%H.%M}", "minutes": slot.lead_minutes})
    yield Line("policies.report_to", {"offices": _offices(letter.report_to)})
    for slot in letter.slots:
        if slot.kind is SlotKind.RECAP:
            facts = {"deadline": f"{slot.deadline:%H.%M}", "offices": _offices(letter.recap_to)}
            yield Line(f"policies.recap.{letter.recap_release}", facts)
    limits = letter.limits
    yield Line("policies.limits", {"radius": round(limits.radius_m), "accuracy": round(limits.accuracy_m)})


def _standing(letter: Policy, at: datetime) -> str:
    day = local_day((letter,), at)
    if letter.validity.covers(day):
        return "in_force"
    return "to_come" if letter.validity.start > day else "ended"


def _hours(letter: Policy) -> Table:
    rows = tuple(
        (Line(f"date.weekday.{hours.weekday}"), f"{hours.start:%H.%M}–{hours.end:%H.%M}") for hours in letter.hours
    )
    return Table(("policies.heading.day", "policies.heading.hours"), rows)


def _offices(names: Iterable[str]) -> str:
    return ", ".join(name.upper() for name in names)
