"""What stands in a typed line besides its verb: units, people, days, clock times, numbers, reasons.

Each piece that is read is taken out of the line, so pieces may come in any order, and whatever is left at the end is
shown instead of being guessed at. Names are looked up only among the people the admin may see. The price of free order:
a person called like a unit has to be written with `#` and their id, as the buttons do.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property

from chalicelib.chat.asking import Choose, Option, spoken
from chalicelib.chat.naming import FILLERS, MOST_CHOICES, ON_BEHALF, SEPARATORS, masked, nearest, reworded, unexcepted
from chalicelib.chat.period_choices import on
from chalicelib.chat.period_grammar import PeriodRead, read_period
from chalicelib.chat.pieces_typed import Typed
from chalicelib.chat.reasons import reason_in, said_in, says_when, with_days, with_people, with_reason_alone
from chalicelib.chat.roll import Roll
from chalicelib.domain.access import Admin
from chalicelib.domain.change import Line
from chalicelib.domain.day import Office
from chalicelib.domain.errors import PeriodUnclear, PeriodUnreadable, PieceMissing, WordsNotUnderstood
from chalicelib.domain.people import Person
from chalicelib.domain.policy import Policy

ID = re.compile(r"#([a-z0-9-]{3,})", re.I)
NIP = re.compile(r"(?<!\d)(?:\d[ .]?){17}\d(?!\d)")


class Pieces(Typed):
    """One line of an admin, less what has been read of it. `today` is the government's local date; `verb` is where a
    verb stands that says something of the period, and goes with it."""

    def __init__(self, line: str, office: Office, admin: Admin, zone: str, *, at: datetime) -> None:
        super().__init__(line)
        self.office, self.admin, self.zone, self.at = office, admin, zone, at
        self.verb = (0, 0)
        self.because: re.Match[str] | None = None
        self.is_dated = False
        self.notes: list[Line] = []

    @property
    def today(self) -> date:
        return self.at.date()

    # Days, and why

    def period(self, *, among_names: bool = False, may_lift: bool = False) -> PeriodRead:
        """The period in the line; of one that is lifted only where the line ends something, as `may_lift` says.
        Raises: PeriodUnreadable and its kin, WordsNotUnderstood; Choose where the words allow two."""
        try:
            calendar = self.office.circulars.calendar
            text = Roll(self._around(())).hidden_in(self.left) if among_names else self.left
            found = read_period(text, today=self.today, calendar=calendar, among_names=among_names)
        except PeriodUnclear as unclear:
            if unclear.lifts and not may_lift:
                raise WordsNotUnderstood(masked(self.rest())[:60]) from unclear
            ways = ((one, reworded(self.line, unclear.text, one)) for one in unclear.readings)
            options = (Option(Line("chat.option", {"text": one}), line) for one, line in ways)
            raise Choose(Line("chat.choose.period"), options) from unclear
        except PeriodUnreadable as unread:
            raise PeriodUnreadable(masked(unread.text)) from unread
        if found.lifts and not may_lift:
            raise WordsNotUnderstood(masked(" ".join(text[slice(*span)].strip() for span in found.spans))[:60])
        self.is_dated = True
        for span in (*found.spans, self.verb):
            self.blank(*span)
        self.notes += found.warnings
        return found

    def maybe_period(self, *, may_lift: bool = False, or_today: bool = False) -> PeriodRead | None:
        """The period of the line, or None, for which whoever calls may take today, as `or_today` says.

        A line without one whose reason speaks of days is asked about: they may be its own, or a letter's.
        Raises: Choose, and as `period`.
        """
        try:
            return self.period(among_names=True, may_lift=may_lift)
        except PeriodUnreadable:
            if self.because and says_when(self.because, self.today):
                self._ask_about_days(self.because, or_today)
            return None

    def _ask_about_days(self, because: re.Match[str], or_today: bool) -> None:
        moved = with_days(self.line, because, self.today)
        today = with_reason_alone(self.line, because, on(self.today)) if or_today else None
        if options := [spoken(line) for line in (moved, today) if line]:
            raise Choose(Line("chat.choose.reason_days"), options)

    def days(self, *, may_lift: bool = False) -> tuple[date, date]:
        """First and last day; a single day is both, and a line without any means today. Raises: as `maybe_period`."""
        found = self.maybe_period(may_lift=may_lift, or_today=True)
        if found is None:
            return self.today, self.today
        start = found.start or self.today
        if found.condition or found.end is None:
            raise PieceMissing("period.end")
        return start, found.end

    def day(self) -> date:
        """One day; today unless the line names another. Raises: PieceMissing for several."""
        first, last = self.days()
        if first != last:
            raise PieceMissing("day")
        return first

    def reason(self) -> str:
        """What follows the word for a reason. Raises: Choose where that names people too, whom the line may mean, and
        WordsNotUnderstood where those have a reason of their own."""
        roll = Roll(self._around(()))
        found = self.because = reason_in(self.left, roll)
        if found is None:
            return ""
        self.blank(*found.span())
        if beside := with_people(self.line, found, roll):
            named, line = beside
            if not line:
                raise WordsNotUnderstood(masked(named)[:60])
            whole = with_reason_alone(self.line, found, "")
            raise Choose(Line("chat.choose.reason_people"), (spoken(line), spoken(whole)))
        return said_in(found)

    def no_reason(self, *, is_dated: bool = False) -> None:
        """Read a reason that has no place in the command, and say so. Raises: WordsNotUnderstood where it speaks of
        days, unless the command `is_dated` and asks about them itself."""
        if not (said := self.reason()):
            return
        if not is_dated and self.because and says_when(self.because, self.today):
            raise WordsNotUnderstood(masked(said)[:60])
        self.notes.append(Line("chat.reason_unkept", {"said": masked(said)}))

    def rest(self) -> str:
        """What is left, without fillers and signs, on one line."""
        words = re.sub(r"[,;:()]+", " ", ON_BEHALF.sub(" ", self.left)).split()
        said = (word for word in words if any(sign.isalnum() for sign in word))
        return " ".join(word for word in said if word.casefold().strip(".") not in FILLERS)

    def rest_taken(self) -> str:
        """What is left, as text of the admin's own, and nothing remains. Raises: WordsNotUnderstood."""
        rest, self.left = self.rest(), ""
        return unexcepted(rest)

    def done(self) -> None:
        """Raises: WordsNotUnderstood when something of the line was not read."""
        if left := self.rest():
            raise WordsNotUnderstood(masked(left)[:60])

    # The office's own names

    def policy(self) -> str | None:
        """The circular that the line names by number, by its newest row, or None for the one that is meant anyway."""
        newest_first = reversed(self.office.circulars.policies)
        for policy in sorted(newest_first, key=lambda one: len(one.number), reverse=True):
            if self._mentions(policy):
                return policy.id
        return None

    def _mentions(self, policy: Policy) -> bool:
        short = policy.number.rpartition("/")[0] if policy.number.count("/") > 1 else policy.number
        names = (rf"(?<![\w/]){re.escape(name)}(?![\w/-])" for name in (policy.number, short, policy.id))
        return any(self.take(re.compile(name, re.I)) for name in names)

    def units(self, behind: str = "") -> tuple[str, ...]:
        """The units that the line names, by name, nickname or id, in the order of the office; `behind` some word."""
        found = []
        for name, unit in sorted(self._unit_names.items(), key=lambda entry: len(entry[0]), reverse=True):
            if self.take(re.compile(rf"(?<![\w-]){behind}{re.escape(name)}(?![\w-])", re.I)):
                found.append(unit)
        order = [unit.id for unit in self.office.organisation.units]
        return tuple(sorted(dict.fromkeys(found), key=order.index))

    def own_units(self) -> tuple[str, ...]:
        """The reporting units that the admin sees, for a line that names none."""
        seen = set(self.admin.scope(self.office.organisation))
        return tuple(unit.id for unit in self.office.organisation.reporting_units() if unit.id in seen)

    @cached_property
    def _unit_names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for unit in self.office.organisation.units:
            for name in (unit.id, unit.name, *unit.nicknames):
                names.setdefault(name.casefold(), unit.id)
        return names

    def unit(self) -> str:
        """The one unit that the line names. Raises: Choose for one that it almost names, PieceMissing."""
        found = self.units()
        if len(found) == 1:
            return found[0]
        if not found:
            self._ask_for_a_near_unit()
        raise PieceMissing("unit")

    def one_unit(self) -> str | None:
        """The one unit that the line names; None for all that the admin sees. Raises: PieceMissing for some of them."""
        found = self.units()
        if len(found) == 1:
            return found[0]
        if found and set(found) != set(self.own_units()):
            raise PieceMissing("unit")
        return None

    def _ask_for_a_near_unit(self) -> None:
        typed, close = nearest(self.left, self._unit_names)
        if close:
            meant = dict.fromkeys(self._unit_names[name] for name in close)
            raise Choose(Line("chat.choose.unit"), (self._unit_option(one, typed) for one in meant))

    def _unit_option(self, unit: str, typed: str) -> Option:
        return Option(
            Line("chat.option", {"text": self.office.organisation.by_id[unit].name}), reworded(self.line, typed, unit)
        )

    def people(self, within: Sequence[str] = ()) -> tuple[str, ...]:
        """Everybody the line names, by name, NIP or `#id`; the rest of the line is taken for names.

        Only people of the units `within`, with all below them, are found, where there are any.
        Raises: Choose for a name that several bear or nobody quite does, PersonUnknown, WordsNotUnderstood.
        """
        roll, found = Roll(self._around(within)), []
        while match := self.take(ID):
            found.append(roll.by_id(match[1]))
        while match := self.take(NIP):
            found.append(roll.by_nip(re.sub(r"\D", "", match[0])))
        for fragment in SEPARATORS.split(self.left):
            found += self._by_name(*roll.meant(fragment))
        self.left = ""
        return tuple(dict.fromkeys(person.id for person in found))

    def named(self, within: Sequence[str] = ()) -> tuple[str, ...]:
        """As `people`, of whom there must be somebody. Raises: PieceMissing."""
        found = self.people(within)
        if not found:
            raise PieceMissing("people")
        return found

    def one_person(self, within: Sequence[str] = ()) -> str:
        found = self.named(within)
        if len(found) > 1:
            raise PieceMissing("one_person")
        return found[0]

    def _around(self, units: Sequence[str]) -> tuple[Person, ...]:
        """The people whom the admin may see, in the units alone where there are any."""
        organisation = self.office.organisation
        seen = set(self.admin.scope(organisation))
        around = {one for one in seen if not units or {*units} & {*organisation.line_of(one)}}
        return tuple(person for person in self.office.people if person.unit in around)

    def _by_name(self, typed: str, found: Sequence[Person], is_sure: bool) -> Sequence[Person]:
        if is_sure or not found:
            return found
        options = [self._person_option(person, typed) for person in found[:MOST_CHOICES]]
        raise Choose(Line("chat.choose.person", {"typed": masked(typed)}), options)

    def _person_option(self, person: Person, typed: str) -> Option:
        unit = self.office.organisation.by_id[person.unit].name
        label = Line("chat.option.person", {"name": person.name, "unit": unit})
        return Option(label, reworded(self.line, typed, f"#{person.id}"))
