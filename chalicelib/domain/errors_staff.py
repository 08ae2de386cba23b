"""What is refused of people, their links, admins, piket and absences; the rule for refusals is in `errors`."""

from dataclasses import dataclass, field
from datetime import date, datetime

from chalicelib.domain.errors import MessageId, Refusal


@dataclass(eq=False)
class RosterRejected(Refusal):
    """The file cannot become the roster as it stands; its error file names each row and reason.

    `problems_list` names row, column and reason by message ids and repeats no cell.
    """

    problems: int
    error_file: bytes = field(repr=False)
    problems_list: tuple[tuple[int, str, str], ...] = ()


@dataclass(eq=False)
class RosterUnreadable(Refusal):
    """The file is not an XLSX workbook or CSV table that can be read; `reason` is a message id."""

    reason: str

    def __post_init__(self) -> None:
        self.reason = MessageId(self.reason)


@dataclass(eq=False)
class PersonGone(Refusal):
    """Somebody whom the command names is no longer in the roster."""


@dataclass(eq=False)
class CellRefused(Refusal):
    """A value for somebody's roster entry cannot be taken; it is not repeated here, because it may be a number."""

    column: MessageId
    reason: MessageId


@dataclass(eq=False)
class NipInUse(Refusal):
    """Somebody else in the roster has this NIP already; it tells one person from another."""

    unit: str


@dataclass(eq=False)
class PersonExists(Refusal):
    """Somebody of this name, unit and phone is in the roster already."""

    name: str
    unit: str


@dataclass(eq=False)
class UnitUnreported(Refusal):
    """The unit sends no report and no other unit reports for it, so its people would be in none."""

    unit: str


@dataclass(eq=False)
class OperatorUnknown(Refusal):
    """No mail address of the unit's operator is registered, to which links or files could go."""

    unit: str


@dataclass(eq=False)
class AddressMissing(Refusal):
    """The office to which files would go has no mail address."""

    office: str


@dataclass(eq=False)
class LastAdmin(Refusal):
    """Nobody could run the office afterwards: the admin is the last of BKD's."""

    name: str


@dataclass(eq=False)
class AdminExists(Refusal):
    """An admin of this name is there already."""

    name: str


@dataclass(eq=False)
class AdminGone(Refusal):
    """The admin whom the command names is no longer one."""


@dataclass(eq=False)
class AdminNeedsUnits(Refusal):
    """An operator without units could change nothing."""

    name: str


@dataclass(eq=False)
class NoSlotToday(Refusal):
    """The day is not worked under any circular, so nobody is asked to report."""

    day: date


@dataclass(eq=False)
class WindowNotOpen(Refusal):
    """The day's first window has not opened; what is reported before counts in no slot."""

    opens: datetime


@dataclass(eq=False)
class NotAskedToday(Refusal):
    """These people are not asked to report on the day: on piket, on leave, travelling, exempt or unbound."""

    names: str


@dataclass(eq=False)
class DutyIsPast(Refusal):
    """The days that were to change have passed; the reports of them have been sent as they were. `end` is the last."""

    end: date


@dataclass(eq=False)
class PiketMissing(Refusal):
    """Somebody has no piket on any of the days, so there is none to hand over."""

    name: str
    start: date
    end: date


@dataclass(eq=False)
class PiketTaken(Refusal):
    """Whoever is to take over stands piket on one of the days already."""

    name: str
    day: date


@dataclass(eq=False)
class LeaveStands(Refusal):
    """People who are to travel are on leave on some of the days; `day` is the first."""

    names: str
    day: date


@dataclass(eq=False)
class TravelStands(Refusal):
    """People who are to be on leave travel on some of the days; `day` is the first."""

    names: str
    day: date


@dataclass(eq=False)
class SelectorEmpty(Refusal):
    """Nobody in particular is named, which would exempt the whole government."""


@dataclass(eq=False)
class DomicileUnknown(Refusal):
    """Nobody in the roster lives in a region of this name."""

    typed: str


@dataclass(eq=False)
class ExemptionUnknown(Refusal):
    """No exemption bears this id."""

    typed: str
