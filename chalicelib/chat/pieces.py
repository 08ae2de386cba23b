"""What stands in a typed line besides its verb: units, people, days, clock times, numbers, reasons.

Each piece that is read is taken out of the line, so pieces may come in any order, and whatever is left at the end is
shown instead of being guessed at. Names are looked up only among the people the admin may see. The price of free order:
a person called like a unit has to be written with `#` and their id, as the buttons do.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import TypeVar

from chalicelib.chat.naming import ALIKE, FILLERS, SEPARATORS, bare, fits, plain
from chalicelib.chat.period_grammar import PeriodRead, read_period
from chalicelib.domain.access import Admin
from chalicelib.domain.change import Line
from chalicelib.domain.day import Office
from chalicelib.domain.errors import PeriodUnclear, PeriodUnreadable, PersonUnknown, PieceMissing, WordsNotUnderstood
from chalicelib.domain.people import Person
from chalicelib.domain.policy import Policy

V = TypeVar("V")

REASON = re.compile(r"\b(?:karena|alasan|dasar|keterangan|sebab|because|basis|reason)\b[:\s]*(.+)$", re.I | re.S)
CLOCK = re.compile(r"(?<![\d.:/])([01]?\d|2[0-4])[.:]([0-5]\d)(?!\d|[.:/]\d)")
SLOT = re.compile(r"(?<![\d.:/#-])([01]\d|2[0-3])[.:]?([0-5]\d)(?![\d.:/-]*\d)")
EMAIL = re.compile(r"[^\s,;<>:]+@[^\s,;<>:]+")
ID = re.compile(r"#([a-z0-9-]{3,})", re.I)
NIP = re.compile(r"(?<!\d)(?:\d[ .]?){17}\d(?!\d)")
MOST_CHOICES = 6


@dataclass(frozen=True)
class Option:
    """One way to go on: what the button says, and the line it runs."""

    label: Line
    line: str


class Choose(Exception):
    """The line may mean several things; each option is a line that means one. Nothing was done."""

    def __init__(self, title: Line, options: Iterable[Option]) -> None:
        super().__init__(title.key)
        self.title, self.options = title, tuple(options)[:MOST_CHOICES]


class Pieces:
    """One line of an admin, less what has been read of it. `today` is the government's local date; `verb` is where a
    verb stands that says something of the period, and goes with it."""

    def __init__(self, line: str, office: Office, admin: Admin, zone: str, *, at: datetime) -> None:
        self.line, self.office, self.admin, self.zone, self.at = line, office, admin, zone, at
        self.left = line
        self.verb = (0, 0)
        self.notes: list[Line] = []

    @property
    def today(self) -> date:
        return self.at.date()

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first match of a pattern in what is left, taken out of it."""
        found = pattern.search(self.left)
        if found:
            self.blank(*found.span())
        return found

    def find(self, pattern: str) -> re.Match[str] | None:
        """As `take`, for a pattern of the caller's that ignores case."""
        return self.take(re.compile(pattern, re.I))

    def replace(self, pattern: str, sign: str) -> None:
        """Write something else for every match in what is left."""
        self.left = re.sub(pattern, sign, self.left, flags=re.I)

    def blank(self, start: int, end: int) -> None:
        self.left = self.left[:start] + " " * (end - start) + self.left[end:]

    def put_instead(self, fragment: str, replacement: str) -> str:
        """The whole line with a fragment of it written otherwise, for an option to run."""
        place = self.line.casefold().find(fragment.casefold().strip())
        if place < 0:
            return f"{self.line} {replacement}"
        return f"{self.line[:place]}{replacement}{self.line[place + len(fragment.strip()) :]}"

    # Days and hours

    def period(self, *, among_names: bool = False) -> PeriodRead:
        """The period in the line. Raises: PeriodUnreadable and its kin; Choose where the words allow two."""
        try:
            calendar = self.office.circulars.calendar
            found = read_period(self.left, today=self.today, calendar=calendar, among_names=among_names)
        except PeriodUnclear as unclear:
            ways = ((one, self.put_instead(unclear.text, one)) for one in unclear.readings)
            options = (Option(Line("chat.option", {"text": one}), line) for one, line in ways)
            raise Choose(Line("chat.choose.period"), options) from unclear
        for span in (*found.spans, self.verb):
            self.blank(*span)
        self.notes += found.warnings
        return found

    def maybe_period(self) -> PeriodRead | None:
        try:
            return self.period(among_names=True)
        except PeriodUnreadable:
            return None

    def days(self) -> tuple[date, date]:
        """First and last day; a single day is both, and a line without any means today."""
        found = self.maybe_period()
        if found is None:
            return self.today, self.today
        start = found.start or self.today
        if found.condition or found.end is None:
            raise PieceMissing("period.end")
        return start, found.end

    def day(self) -> date:
        """One day; today unless the line names another."""
        return self.days()[0]

    def times(self) -> tuple[time, ...]:
        found = []
        while match := self.take(CLOCK):
            found.append(time(int(match[1]), int(match[2])))
        return tuple(found)

    def slot(self) -> str | None:
        """The id of a slot, typed as `0730`, `07.30` or `7.30`."""
        match = self.take(SLOT) or self.take(CLOCK)
        return f"{int(match[1]):02}{match[2]}" if match else None

    def number(self, pattern: str) -> int | None:
        """The number in front of or behind a word, as `10 menit` or `radius 300`; the pattern has one group."""
        match = self.find(pattern)
        return int(match[1].replace(".", "")) if match else None

    def word(self, meanings: Mapping[str, V]) -> V | None:
        """The value of the first of some words or word pairs that stands in the line, longest first."""
        for typed in sorted(meanings, key=len, reverse=True):
            if self.take(re.compile(rf"(?<![\w-]){re.escape(typed)}(?![\w-])", re.I)):
                return meanings[typed]
        return None

    def words(self, meanings: Mapping[str, V]) -> tuple[V, ...]:
        found = []
        while (value := self.word(meanings)) is not None:
            found.append(value)
        return tuple(dict.fromkeys(found))

    def emails(self) -> tuple[str, ...]:
        found = []
        while match := self.take(EMAIL):
            found.append(match[0].rstrip("."))
        return tuple(found)

    def reason(self) -> str:
        """What follows the word for a reason, up to the end."""
        match = self.take(REASON)
        return " ".join(match[1].split()) if match else ""

    def rest(self) -> str:
        """What is left, without fillers and signs, on one line."""
        words = re.sub(r"[,;:()]+", " ", self.left).split()
        said = (word for word in words if any(sign.isalnum() for sign in word))
        return " ".join(word for word in said if word.casefold().strip(".") not in FILLERS)

    def rest_taken(self) -> str:
        """What is left, as text of the admin's own, and nothing remains."""
        rest, self.left = self.rest(), ""
        return rest

    def done(self) -> None:
        """Raises: WordsNotUnderstood when something of the line was not read."""
        if left := self.rest():
            raise WordsNotUnderstood(left[:60])

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

    def units(self) -> tuple[str, ...]:
        """The units that the line names, by name, nickname or id, in the order of the office."""
        found = []
        for name, unit in sorted(self._unit_names().items(), key=lambda entry: len(entry[0]), reverse=True):
            if self.take(re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])", re.I)):
                found.append(unit)
        order = [unit.id for unit in self.office.organisation.units]
        return tuple(sorted(dict.fromkeys(found), key=order.index))

    def own_units(self) -> tuple[str, ...]:
        """The reporting units that the admin sees, for a line that names none."""
        seen = set(self.admin.scope(self.office.organisation))
        return tuple(unit.id for unit in self.office.organisation.reporting_units() if unit.id in seen)

    def _unit_names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for unit in self.office.organisation.units:
            for name in (unit.id, unit.name, *unit.nicknames):
                names.setdefault(name.casefold(), unit.id)
        return names

    def unit(self) -> str:
        """The one unit that the line names. Raises: Choose, PieceMissing."""
        found = self.units()
        if len(found) == 1:
            return found[0]
        if found:
            raise Choose(Line("chat.choose.unit"), (self._unit_option(one, self.rest()) for one in found))
        names = self._unit_names()
        close = get_close_matches(self.rest().casefold(), names, MOST_CHOICES, ALIKE) if self.rest() else []
        if close:
            meant = dict.fromkeys(names[name] for name in close)
            raise Choose(Line("chat.choose.unit"), (self._unit_option(one, self.rest()) for one in meant))
        raise PieceMissing("unit")

    def _unit_option(self, unit: str, typed: str) -> Option:
        return Option(
            Line("chat.option", {"text": self.office.organisation.by_id[unit].name}), self.put_instead(typed, unit)
        )

    def people(self) -> tuple[str, ...]:
        """Everybody the line names, by name, NIP or `#id`; the rest of the line is taken for names.

        Raises: Choose for a name that several bear or nobody quite does, PersonUnknown.
        """
        found = []
        while match := self.take(ID):
            found.append(self._by_id(match[1]))
        while match := self.take(NIP):
            found.append(self._by_nip(re.sub(r"\D", "", match[0])))
        for name in SEPARATORS.split(self.left):
            if typed := bare(name):
                found.append(self._by_name(typed, name))
        self.left = ""
        return tuple(dict.fromkeys(found))

    def named(self) -> tuple[str, ...]:
        """As `people`, of whom there must be somebody. Raises: PieceMissing."""
        found = self.people()
        if not found:
            raise PieceMissing("people")
        return found

    def one_person(self) -> str:
        found = self.named()
        if len(found) > 1:
            raise PieceMissing("one_person")
        return found[0]

    @property
    def visible(self) -> tuple[Person, ...]:
        """The people whom the admin may see."""
        seen = set(self.admin.scope(self.office.organisation))
        return tuple(person for person in self.office.people if person.unit in seen)

    def _by_id(self, typed: str) -> str:
        if any(person.id == typed.lower() for person in self.visible):
            return typed.lower()
        raise PersonUnknown(f"#{typed}")

    def _by_nip(self, digits: str) -> str:
        found = [person.id for person in self.visible if person.nip == digits]
        if len(found) != 1:
            raise PersonUnknown(f"NIP …{digits[-3:]}")
        return found[0]

    def _by_name(self, typed: str, fragment: str) -> str:
        candidates = [person for person in self.visible if fits(typed, person.name)]
        exact = [person for person in candidates if plain(person.name) == plain(typed)]
        exact = exact or [one for one in candidates if set(plain(typed).split()) <= set(plain(one.name).split())]
        if len(found := exact or candidates) == 1:
            return found[0].id
        if not found:
            names = {plain(person.name): person for person in self.visible}
            found = [names[name] for name in get_close_matches(plain(typed), names, MOST_CHOICES, ALIKE)]
            if not found:
                raise PersonUnknown(typed[:60])
        raise Choose(Line("chat.choose.person", {"typed": typed}), (self._person_option(one, typed) for one in found))

    def _person_option(self, person: Person, typed: str) -> Option:
        unit = self.office.organisation.by_id[person.unit].name
        label = Line("chat.option.person", {"name": person.name, "unit": unit})
        return Option(label, self.put_instead(typed, f"#{person.id}"))
