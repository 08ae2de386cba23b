"""Whatever an admin types, taking it back gives an equal office: every change verb of the table, on random offices.

Lines are read and decided as the conversation does it, on offices in memory. Where a file or a revision takes the place
of a line, its command is made here.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from chalicelib.admin import undo
from chalicelib.admin.importing import ImportRoster
from chalicelib.admin.undo import Later, Undoing
from chalicelib.chat.asking import Choose
from chalicelib.chat.command_grammar import Verb
from chalicelib.chat.completing import Giver
from chalicelib.chat.table import TABLE
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.calendar import ZONES
from chalicelib.domain.change import Change, Edit, Fact, Noun, changed, facts_of, key_of, partitioned
from chalicelib.domain.day import Office
from chalicelib.domain.errors import Refusal, TouchedSince
from chalicelib.domain.errors_staff import LeaveStands, TravelStands
from chalicelib.phrases import long_date
from tests.office import MONDAY, at, office, person

pytestmark = pytest.mark.slow

NOW = at("10:00").astimezone(ZONES["WIB"])
RINA = Admin("rina", "Rina", Role.BKD)
ADMINS = (RINA, Admin("oki", "Oki", Role.OPERATOR, ("dinkes",)), Admin("tuti", "Tuti", Role.AUDITOR))
NAMES = ("Ani Lestari", "Budi Santoso", "Citra Dewi", "Eko Prasetyo", "Fajar Nugraha", "Gita Puspita")
UNITS = ("inspektorat", "dinkes", "rsud")
CHANGES = [verb for verb in TABLE.verbs if verb.decide]
PSBB = "sampai PSBB dicabut"

names = st.sampled_from(NAMES)
pairs = st.lists(names, min_size=2, max_size=2, unique=True)
groups = st.lists(names, min_size=1, max_size=4, unique=True).map(", ".join)
units = st.sampled_from(UNITS)
days = st.dates(MONDAY + timedelta(days=1), MONDAY + timedelta(days=50))
spoken = days.map(lambda day: long_date(day).rpartition(", ")[2])
periods = st.tuples(days, st.integers(0, 20)).map(
    lambda drawn: f"{_typed(drawn[0])} - {_typed(drawn[0] + timedelta(days=drawn[1]))}"
)
clocks = st.sampled_from(("07.30", "08.00", "11.30", "14.00", "15.00"))
words = st.sampled_from(("hari jadi daerah", "pilkada", "hari berkabung"))
phones = st.integers(10, 99).map("0812-0000-00{}".format)
numbers = st.integers(900, 999).map("800/{}-BKD/2020".format)


def _typed(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


@dataclass(frozen=True)
class Wish:
    """What is done before, and the line or command that is tried."""

    what: str | object
    before: tuple[str, ...] = ()


def lines(pattern: str, **parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Wish]:
    """Lines of one pattern; what stands before a bar is done first."""

    def fill(drawn: dict[str, Any]) -> Wish:
        *before, line = pattern.format(**drawn).split(" | ")
        return Wish(line, tuple(before))

    return st.fixed_dictionaries(parts).map(fill)


def files(listed: Sequence[str]) -> Wish:
    rows = (
        "Nama;Unit kerja;Status;No HP",
        *(f"{name};dinkes;PNS;0812-0000-00{20 + NAMES.index(name)}" for name in listed),
    )
    return Wish(ImportRoster("uploads/x", "pegawai.csv", "\n".join(rows).encode(), bytes(32)))


WISHES: dict[str, st.SearchStrategy[Wish]] = {
    "policy.adopt": lines(
        "terapkan banten-2020 nomor {number} mulai 1 april 2020 sampai {day}", number=numbers, day=spoken
    ),
    "policy.period": lines("berlaku 23/3/2020 - {day}", day=days.map(_typed)) | st.just(Wish(PSBB)),
    "policy.extend": lines("perpanjang sampai {day}", day=spoken),
    "policy.lift": lines(f"{PSBB} | cabut PSBB per {{day}}", day=spoken),
    "policy.supersede": lines(
        "ganti edaran 800/734-BKD/2020 dengan banten-2020 nomor {number} mulai {period}", number=numbers, period=periods
    ),
    "workday.hours": lines(
        "jam kerja {day} {start}-16.00", day=st.sampled_from(("senin-kamis", "jumat")), start=clocks
    ),
    "workday.slots": lines(
        "atur slot {slots}", slots=st.lists(clocks, min_size=1, unique=True).map(sorted).map(", ".join)
    ),
    "workday.lead": lines("tenggang {minutes} menit", minutes=st.integers(1, 6).map(lambda fives: 5 * fives)),
    "workday.recap": lines("rekap {clock} dengan persetujuan", clock=st.sampled_from(("16.00", "16.30", "17.00"))),
    "workday.limits": lines(
        "radius {radius} m akurasi {accuracy} m", radius=st.integers(100, 900), accuracy=st.integers(100, 900)
    ),
    "workday.recipients": lines(
        "penerima {office} {to}@banten.example.id",
        office=st.sampled_from(("bkd", "sekda")),
        to=st.sampled_from(("a", "b")),
    ),
    "calendar.add": lines("libur {day}: {name} dasar SK 12/2020", day=spoken, name=words),
    "calendar.remove": lines("hapus libur 25 maret 2020") | lines("libur {day}: x | hapus libur {day}", day=spoken),
    "roster.add": lines("tambah pegawai Hadi Wijaya, {unit}, hp {phone}", unit=units, phone=phones),
    "roster.change": lines("ubah {name} hp {phone}", name=names, phone=phones),
    "roster.move": lines("pindah {who} ke {unit}", who=groups, unit=units),
    "roster.deactivate": lines("nonaktifkan {who}", who=groups),
    "roster.import": st.lists(names, min_size=1, unique=True).map(files),
    "link.issue": lines("tautan baru {who}", who=groups) | lines("tautan baru {unit}", unit=units),
    "link.revoke": lines("cabut tautan {who}", who=groups),
    "link.sheet": lines("lembar tautan {unit}", unit=units),
    "attest.add": lines("lapor untuk {who} alasan SMS", who=groups),
    "piket.set": lines("piket {day}: {who}", day=spoken, who=groups),
    "piket.swap": pairs.flatmap(
        lambda two: lines(f"piket {{day}}: {two[0]} | tukar piket {two[0]} dengan {two[1]} {{day}}", day=spoken)
    ),
    "piket.remove": lines("piket {period}: {name} | hapus piket {name} {period}", name=names, period=periods),
    "exemption.add": lines("kecualikan {unit} sampai {day} dasar ST 12", unit=units, day=spoken),
    "exemption.end": lines(
        "kecualikan {unit} sampai {day} dasar ST 12 | akhiri pengecualian kecuali-1 24 maret 2020",
        unit=units,
        day=spoken,
    ),
    "absence.leave": lines("cuti {who} {period}", who=groups, period=periods),
    "absence.travel": lines("dinas luar {who} {period} dasar ST 12", who=groups, period=periods),
    "absence.end": lines(
        "cuti {name} 23/3/2020 - {last} | selesai cuti {name} 24 maret 2020", name=names, last=days.map(_typed)
    ),
    "admin.add": lines("tambah admin Yuni {role}", role=st.sampled_from(("bkd", "auditor", "operator dinkes"))),
    "admin.remove": lines("hapus admin {name}", name=st.sampled_from(("Oki", "Tuti"))),
    "admin.scope": lines("ubah admin {name} jadi operator {unit}", name=st.sampled_from(("Oki", "Tuti")), unit=units),
    "record.undo": lines("cuti {who} {period} | urungkan", who=groups, period=periods),
}

any_wish = st.sampled_from(sorted(WISHES.keys() - {"record.undo"})).flatmap(lambda name: WISHES[name])


def test_every_verb_that_changes_the_office_is_tried() -> None:
    assert {verb.name for verb in CHANGES} == WISHES.keys()


@dataclass(frozen=True)
class Chance:
    """As much of the desk as completing a command takes; each revision has its own bytes."""

    random_bytes: Callable[[int], bytes]


@dataclass
class Play:
    """An office and what was made of it, revision by revision."""

    office: Office
    last: Change | None = None

    def decide(self, what: str | object) -> Change:
        """Raises: Refusal, Choose."""
        if isinstance(what, str):
            understood = TABLE.read(what, self.office, RINA, "WIB", at=NOW)
            return self._decided(understood.verb, understood.command)
        verb = TABLE.verb_of(what)
        assert verb.decide
        return verb.decide(what, self.office, at=NOW)

    def _decided(self, verb: Verb, command: Any) -> Change:
        assert verb.decide, verb.name
        if verb.name == "record.undo":
            assert self.last
            command = Undoing(self.office.revision, self.last.edits, ())
        elif verb.complete:
            command = verb.complete(command, Giver(RINA, Chance(self.office.revision.to_bytes)))
        return verb.decide(command, self.office, at=NOW)

    def make(self, change: Change) -> None:
        self.last = change
        self.office = replace(changed(self.office, change.edits), revision=self.office.revision + 1)


@st.composite
def offices(draw: st.DrawFn) -> Office:
    """People of three units, and whatever some earlier lines made of the office."""
    homes = [draw(units) for _ in NAMES]
    people = [person(name, unit, id=name.split()[0].lower()) for name, unit in zip(NAMES, homes, strict=True)]
    found = office(assignments=())
    ordered = tuple(one for unit in found.organisation.units for one in people if one.unit == unit.id)
    play = Play(replace(found, people=ordered, admins=ADMINS))
    for wish in draw(st.lists(any_wish, max_size=2)):
        attempt(play, wish)
    return play.office


def attempt(play: Play, wish: Wish) -> Change | None:
    """Do what a wish asks for; the change is made as well. None when it is refused or asks back."""
    for what in (*wish.before, wish.what):
        try:
            change = play.decide(what)
        except (Refusal, Choose):
            return None
        play.make(change)
    return change if change.edits else None


def facts(found: Office) -> dict[str, list[Fact]]:
    return {name: held for noun in Noun for name, held in partitioned(facts_of(found, noun)).items()}


def unordered(found: Office) -> dict[str, dict[str, Fact]]:
    return {name: {key_of(fact): fact for fact in held} for name, held in facts(found).items()}


def keys(edits: Sequence[Edit]) -> set[tuple[Noun, str]]:
    return {one.key for one in edits}


few = settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
verbs = pytest.mark.parametrize("verb", CHANGES, ids=lambda verb: verb.name)


@verbs
@few
@given(st.data())
def test_whatever_a_verb_changes_its_undo_gives_an_equal_office(verb: Verb, data: st.DataObject) -> None:
    play = Play(data.draw(offices()))
    wish = data.draw(WISHES[verb.name])
    for line in wish.before:
        assume(attempt(play, Wish(line)))
    before = play.office

    change = attempt(play, Wish(wish.what))
    assume(change)
    assert change
    assert facts(changed(changed(before, change.edits), change.inverse)) == facts(before)
    assert facts(play.office) != facts(before)

    taken_back = undo.decide(Undoing(play.office.revision, change.edits, ()), play.office, at=NOW)
    assert facts(changed(play.office, taken_back.edits)) == facts(before)


@verbs
@few
@given(st.data())
def test_an_undo_spares_what_came_later_and_is_refused_where_both_touched_the_same(
    verb: Verb, data: st.DataObject
) -> None:
    play = Play(data.draw(offices()))
    wish, other = data.draw(WISHES[verb.name]), data.draw(any_wish)
    for line in wish.before:
        assume(attempt(play, Wish(line)))
    before = play.office
    first = attempt(play, Wish(wish.what))
    assume(first)
    later = attempt(play, replace(other, before=()))
    assume(later)
    assert first
    assert later
    undoing = Undoing(
        play.office.revision - 1, first.edits, (Later(play.office.revision, "wati", tuple(keys(later.edits))),)
    )

    if keys(first.edits) & keys(later.edits):
        with pytest.raises(TouchedSince) as refused:
            undo.decide(undoing, play.office, at=NOW)
        assert (refused.value.later, refused.value.who) == (play.office.revision, "wati")
    else:
        with suppress(LeaveStands, TravelStands):  # what came later stands for the same days: no command would add it
            taken_back = undo.decide(undoing, play.office, at=NOW)
            assert unordered(changed(play.office, taken_back.edits)) == unordered(changed(before, later.edits))
