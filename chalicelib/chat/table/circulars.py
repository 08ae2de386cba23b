"""Commands on circulars, the working day and the calendar: how their lines are read."""

from datetime import date
from typing import Any, NoReturn

from chalicelib import presets
from chalicelib.admin import holidays, policy, workday
from chalicelib.chat.asking import Choose, spoken
from chalicelib.chat.command_grammar import Noun, Verb
from chalicelib.chat.naming import unexcepted
from chalicelib.chat.pieces import Pieces
from chalicelib.domain.calendar import days_between
from chalicelib.domain.change import Line
from chalicelib.domain.errors import PieceMissing
from chalicelib.domain.policy import Release, letters

WEEKDAYS = {
    "senin": 0, "selasa": 1, "rabu": 2, "kamis": 3, "jumat": 4, "jum'at": 4, "sabtu": 5, "minggu": 6, "ahad": 6,
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
}  # fmt: skip
OFFICES = {"bkd": "bkd", "sekda": "sekda", "gubernur": "sekda"}
ROLES = {"operator": "operator", "kepala": "head", "pimpinan": "head", "head": "head"}
RELEASES = {
    "otomatis": Release.AUTO,
    "langsung": Release.AUTO,
    "auto": Release.AUTO,
    "persetujuan": Release.APPROVAL,
    "disetujui": Release.APPROVAL,
    "approval": Release.APPROVAL,
}
CHOICE = r"\b([a-z_]+)\s*=\s*([a-z-]+)"
NUMBER = r"\b(?:nomor|no\.?|number)\s+(\S+/\S+)"
METRES = r"(?:radius\s+)?(\d[\d.]*)\s*(?:m|meter|metre)\b"
ACCURACY = r"\b(?:akurasi|accuracy)\s+(\d[\d.]*)\s*(?:m|meter|metre)?\b"
MINUTES = r"\b(\d{1,3})\s*(?:menit|mnt|min|minutes?)\b"
UNTIL = r"\b(?:s/d|s\.d\.?|sd|sampai|hingga|to|until)(?!\w)"
CAUSE = r"\b(?:karena|sebab|because)\b"
YEAR = r"\b((?:19|20)\d\d)\b"


def _adopt(pieces: Pieces) -> policy.AdoptPreset:
    preset, number, choices = _preset(pieces), _letter_number(pieces), _choices(pieces)
    found = pieces.maybe_period()
    start, end, condition = (found.start, found.end, found.condition) if found else (None, None, None)
    return policy.AdoptPreset(preset, pieces.zone, choices, start, end, condition, number)


def _preset(pieces: Pieces) -> str:
    """The preset that the line names. Raises: PieceMissing."""
    found = pieces.word({name: name for name in presets.names()})
    if found is None:
        raise PieceMissing("preset")
    return found


def _letter_number(pieces: Pieces) -> str | None:
    match = pieces.find(NUMBER)
    return match[1] if match else None


def _choices(pieces: Pieces) -> dict[str, str]:
    found = {}
    while match := pieces.find(CHOICE):
        found[match[1]] = match[2]
    return found


def _period(pieces: Pieces) -> policy.SetPeriod:
    chosen, found = pieces.policy(), pieces.period()
    return policy.SetPeriod(chosen, found.start, found.end, found.condition)


def _extend(pieces: Pieces) -> policy.Extend:
    chosen, found = pieces.policy(), pieces.period()
    if found.end is None and found.condition is None:
        raise PieceMissing("period.end")
    return policy.Extend(chosen, found.end, found.condition)


def _lift(pieces: Pieces) -> policy.Lift:
    chosen, found = pieces.policy(), pieces.period(may_lift=True)
    if found.end is None:
        raise PieceMissing("lift.day")
    condition = found.condition or pieces.rest_taken()
    if not (chosen or condition):
        _ask_for_the_letter(pieces, found.end)
    return policy.Lift(chosen, condition, found.end)


def _ask_for_the_letter(pieces: Pieces, last_day: date) -> NoReturn:
    """Which letter a lifting means that names none, of those in force after the day. Raises: Choose, PieceMissing."""
    known, (_, stop) = letters(pieces.office.circulars.policies), pieces.verb
    numbers = [letter.number for letter in known if letter.validity.cut(last_day) != letter.validity]
    if not numbers:
        raise PieceMissing("lift.what")
    lines = (f"{pieces.line[:stop]} {number}{pieces.line[stop:]}" for number in numbers)
    raise Choose(Line("chat.choose.letter"), map(spoken, lines))


def _supersede(pieces: Pieces) -> policy.Supersede:
    number, preset, choices = _letter_number(pieces), _preset(pieces), _choices(pieces)
    old, found = pieces.policy(), pieces.period()
    if old is None or number is None or found.start is None:
        raise PieceMissing("supersede")
    return policy.Supersede(old, preset, pieces.zone, number, found.start, found.end, found.condition, choices)


def _hours(pieces: Pieces) -> workday.SetHours:
    chosen, times = pieces.policy(), pieces.times()
    if len(times) != 2:
        raise PieceMissing("hours")
    weekdays = _weekdays(pieces)
    pieces.replace(UNTIL, " ")
    return workday.SetHours(chosen, weekdays, *times)


def _weekdays(pieces: Pieces) -> tuple[int, ...]:
    """The weekdays that the line names, a range from the first to the second of two; all working days without any."""
    spoken = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
    if match := pieces.find(rf"\b({spoken})\s*(?:-|–|s/d|s\.d\.?|sd|sampai|hingga|to|until)\s*({spoken})\b"):
        first, last = WEEKDAYS[match[1].lower()], WEEKDAYS[match[2].lower()]
        return tuple(range(first, last + 1)) if first <= last else tuple(sorted({*range(first, 7), *range(last + 1)}))
    return tuple(sorted(set(pieces.words(WEEKDAYS)))) or tuple(range(5))


def _slots(pieces: Pieces) -> workday.SetSlots:
    chosen, times = pieces.policy(), pieces.times()
    if not times:
        raise PieceMissing("times")
    return workday.SetSlots(chosen, times)


def _lead(pieces: Pieces) -> workday.SetLead:
    chosen, minutes = pieces.policy(), pieces.number(MINUTES)
    if minutes is None:
        raise PieceMissing("minutes")
    return workday.SetLead(chosen, minutes, pieces.slot())


def _recap(pieces: Pieces) -> workday.SetRecap:
    chosen, times, release = pieces.policy(), pieces.times(), pieces.word(RELEASES)
    if not times and release is None:
        raise PieceMissing("recap")
    return workday.SetRecap(chosen, times[0] if times else None, release)


def _limits(pieces: Pieces) -> workday.SetLimits:
    chosen, accuracy, radius = pieces.policy(), pieces.number(ACCURACY), pieces.number(METRES)
    if accuracy is None and radius is None:
        raise PieceMissing("limits")
    return workday.SetLimits(chosen, radius, accuracy)


def _recipients(pieces: Pieces) -> workday.SetRecipients:
    addresses, role = pieces.emails(), pieces.word(ROLES)
    if role:
        return workday.SetRecipients(None, pieces.unit(), role, addresses)
    office = pieces.word(OFFICES)
    if office is None or not addresses:
        raise PieceMissing("recipients")
    return workday.SetRecipients(office, None, "", addresses)


def _add_holidays(pieces: Pieces) -> holidays.AddHolidays | holidays.ShowHolidays:
    while pieces.find(CAUSE):  # what a holiday is for is what it is called: "libur karena banjir"
        continue
    decree = pieces.reason()
    called = pieces.find(r":\s*(.+)$")
    found = pieces.maybe_period()
    if found is None:
        year = pieces.number(YEAR)
        return holidays.ShowHolidays(year or pieces.today.year)
    name = " ".join(called[1].split()) if called else pieces.rest_taken()
    unexcepted(name.partition(" ")[0])
    if not name:
        raise PieceMissing("holiday.name")
    return holidays.AddHolidays(_days(found.start, found.end), name, decree)


def _remove_holidays(pieces: Pieces) -> holidays.RemoveHolidays:
    decree, found = pieces.reason(), pieces.period()
    pieces.notes.clear()  # they warn of a last day that is a holiday, which here it must be
    pieces.rest_taken()
    return holidays.RemoveHolidays(_days(found.start, found.end), decree)


def _days(start: date | None, end: date | None) -> tuple[date, ...]:
    first, last = start or end, end or start
    if first is None or last is None:
        raise PieceMissing("day")
    return tuple(days_between(first, last))


def _show_holidays(pieces: Pieces) -> holidays.ShowHolidays:
    return holidays.ShowHolidays(pieces.number(YEAR) or pieces.today.year)


def _policy_verb(name: str, command: type, words: tuple[str, ...], read: Any, *, keeps: bool = False) -> Verb:
    return Verb(f"policy.{name}", Noun.POLICY, command, words, read, decide=policy.decide, keeps=keeps)


def _workday_verb(name: str, command: type, words: tuple[str, ...], read: Any) -> Verb:
    return Verb(f"workday.{name}", Noun.WORKDAY, command, words, read, decide=workday.decide)


VERBS = (
    Verb(
        "policy.show",
        Noun.POLICY,
        policy.ShowPolicies,
        ("edaran", "lihat edaran", "kebijakan", "policy", "policies"),
        lambda pieces: policy.ShowPolicies(),
        answer=policy.answer,
    ),
    _policy_verb("adopt", policy.AdoptPreset, ("terapkan edaran", "terapkan", "pakai edaran", "adopt"), _adopt),
    _policy_verb(
        "period",
        policy.SetPeriod,
        ("berlaku", "masa berlaku", "berlakukan", "sampai", "hingga", "s/d", "s.d.", "until", "valid"),
        _period,
        keeps=True,
    ),
    _policy_verb(
        "extend", policy.Extend, ("perpanjang", "diperpanjang", "perpanjangan", "extend"), _extend, keeps=True
    ),
    _policy_verb("lift", policy.Lift, ("cabut", "dicabut", "lift"), _lift, keeps=True),
    _policy_verb(
        "supersede", policy.Supersede, ("ganti edaran", "gantikan edaran", "gantikan", "supersede"), _supersede
    ),
    _workday_verb("hours", workday.SetHours, ("jam kerja", "atur jam kerja", "hours"), _hours),
    _workday_verb("slots", workday.SetSlots, ("atur slot", "jam laporan", "jam lapor", "set slots"), _slots),
    _workday_verb("lead", workday.SetLead, ("tenggang", "majukan slot", "majukan", "lead"), _lead),
    _workday_verb("recap", workday.SetRecap, ("rekap", "atur rekap", "recap"), _recap),
    _workday_verb("limits", workday.SetLimits, ("radius", "atur radius", "batas jarak"), _limits),
    _workday_verb("recipients", workday.SetRecipients, ("penerima", "alamat", "recipients"), _recipients),
    Verb(
        "calendar.add",
        Noun.CALENDAR,
        holidays.AddHolidays,
        ("libur", "tambah libur", "holiday"),
        _add_holidays,
        decide=holidays.decide,
    ),
    Verb(
        "calendar.remove",
        Noun.CALENDAR,
        holidays.RemoveHolidays,
        ("hapus libur", "batal libur", "bukan libur", "remove holiday"),
        _remove_holidays,
        decide=holidays.decide,
    ),
    Verb(
        "calendar.show",
        Noun.CALENDAR,
        holidays.ShowHolidays,
        ("kalender", "daftar libur", "lihat libur", "holidays"),
        _show_holidays,
        answer=holidays.answer,
    ),
)
