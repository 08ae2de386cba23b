"""What is refused of circulars, the working day, the calendar and reports; the rule for refusals is in `errors`."""

from dataclasses import dataclass
from datetime import date

from chalicelib.domain.errors import Refusal


@dataclass(eq=False)
class NoPolicyAdopted(Refusal):
    """The office has no circular yet."""


@dataclass(eq=False)
class PolicyExists(Refusal):
    """A circular of this number is in the office already."""

    number: str


@dataclass(eq=False)
class PolicyUnknown(Refusal):
    """No circular of this id is in the office; it may have been taken back since it was named."""

    policy: str


@dataclass(eq=False)
class PolicyNumberMalformed(Refusal):
    """The number of a letter has neither letters nor digits in it."""

    number: str


@dataclass(eq=False)
class PresetUnknown(Refusal):
    """No circular of this name ships; `known` names those that do."""

    preset: str
    known: str


@dataclass(eq=False)
class ChoiceUnknown(Refusal):
    """The circular offers no such reading, or nothing to choose under this name."""

    preset: str
    choice: str


@dataclass(eq=False)
class PeriodHasNoEnd(Refusal):
    """A start was given, and the present end comes before it."""

    start: date


@dataclass(eq=False)
class NotAnExtension(Refusal):
    """The day to extend to is no later than the present last day."""

    end: date
    until: date


@dataclass(eq=False)
class NothingToExtend(Refusal):
    """The circular has no last day that could be moved: it holds until its condition is met."""

    condition: str


@dataclass(eq=False)
class NothingToLift(Refusal):
    """No circular waits for this condition, or it has ended already by the day named."""

    condition: str


@dataclass(eq=False)
class SupersededTooEarly(Refusal):
    """The new letter would begin no later than the one it replaces, and nothing would be left of that one."""

    number: str
    began: date
    start: date


@dataclass(eq=False)
class HoursOutOfRange(Refusal):
    """Working hours begin before 01.00, or end before they begin."""

    start: str
    end: str


@dataclass(eq=False)
class SlotsOutOfRange(Refusal):
    """A day has at least one report slot and at most `most`."""

    count: int
    most: int


@dataclass(eq=False)
class SlotUnknown(Refusal):
    """The circular has no such slot; `known` names those it has."""

    slot: str
    known: str


@dataclass(eq=False)
class LeadOutOfRange(Refusal):
    """A cut-off lies before its deadline by a multiple of `step` minutes, `most` at the most."""

    minutes: int
    step: int
    most: int


@dataclass(eq=False)
class WindowClosed(Refusal):
    """A slot's window would close before it opens: its cut-off lies before working hours or an earlier cut-off."""

    slot: str
    opens: str
    cut_off: str


@dataclass(eq=False)
class RecapTooEarly(Refusal):
    """The recap would be made before the last slot's deadline."""

    recap: str
    last: str


@dataclass(eq=False)
class CutOffPassed(Refusal):
    """No report would be made today of a slot: its cut-off has passed, or no slot that is still open follows."""

    slot: str
    cut_off: str


@dataclass(eq=False)
class SlotClosed(Refusal):
    """A slot of today has closed, and its report stays as it was made; it would be held otherwise, or not at all."""

    slot: str
    cut_off: str


@dataclass(eq=False)
class LimitOutOfRange(Refusal):
    """A radius or an accuracy limit is outside what can be judged. Units: metres."""

    metres: int
    least: int
    most: int


@dataclass(eq=False)
class AddressMalformed(Refusal):
    """Mail systems don't take this address, and one such address stops the whole message."""

    address: str


@dataclass(eq=False)
class RecipientsMissing(Refusal):
    """An office that every report goes to cannot be without an address."""

    office: str


@dataclass(eq=False)
class OneAddressOnly(Refusal):
    """A unit's head and its operator have one address each."""

    unit: str
    count: int


@dataclass(eq=False)
class NoHoliday(Refusal):
    """The day is none of the holidays decreed so far, so it cannot be taken back."""

    day: date


@dataclass(eq=False)
class ZoneDiffers(Refusal):
    """A circular counts by another zone than the government this deployment serves."""

    policy: str
    government: str


@dataclass(eq=False)
class CadenceNotOffered(Refusal):
    """The circular wants check-ins at another rhythm than its slots, which Hadir does not keep yet."""

    cadence: str


@dataclass(eq=False)
class ReportNotFound(Refusal):
    """No report of the unit was made for the slot, so there is none to send again or to correct."""

    slot: str
    day: date


@dataclass(eq=False)
class NothingToCorrect(Refusal):
    """Judged anew, the reports of the slot say what was sent."""

    slot: str
    day: date


@dataclass(eq=False)
class SlotNotHeld(Refusal):
    """The day has no such slot, or none has opened yet."""

    slot: str
    day: date


@dataclass(eq=False)
class RecapNotMade(Refusal):
    """The day's recap has not been made, so there is nothing to approve."""

    day: date


@dataclass(eq=False)
class RecapNotAwaiting(Refusal):
    """The circular lets the recap go at once; it waits for nobody's approval."""

    day: date


@dataclass(eq=False)
class RecapApproved(Refusal):
    """The recap has been approved and sent on by somebody before."""

    day: date
