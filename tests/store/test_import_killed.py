"""An import whose process dies: before the head moves the old roster is in force whole, after it the new one is.

The process is killed by raising out of botocore just before a request leaves or just after its answer came, and a dead
process asks for nothing more. What it had written stays; the next process starts with stores that remember nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from random import Random
from typing import Any, Literal

import pytest

from chalicelib.admin.desk import Registry
from chalicelib.admin.importing import Reading, import_roster
from chalicelib.admin.publishing import publish
from chalicelib.assembly import Records
from chalicelib.checkin import Opening, open_link
from chalicelib.domain.day import Board
from chalicelib.domain.errors import LinkUnknown
from chalicelib.domain.people import Person
from chalicelib.store.checkins import BOARD, CheckInStore, published_board
from chalicelib.store.office import OfficeStore
from tests.office import LINKED, ORGANISATION, at
from tests.store import dynamo
from tests.world import REGION, World

pytestmark = pytest.mark.slow

Moment = Literal["before", "after"]
WRITES = ("BatchWriteItem", "TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem")
LETTERS = "abcdefghij"
SAMPLE = 4


class Killed(BaseException):
    """The process is gone; no `except Exception` of the product may live on."""


@dataclass
class Reaper:
    """Kills at one moment of one write, and lets nothing through afterwards."""

    victim: int | None
    moment: Moment
    writes: list[str] = field(default_factory=list)
    is_dead: bool = False

    def before(self, model: Any, **_: object) -> None:
        if self.is_dead:
            raise Killed
        if model.name in WRITES:
            self.writes.append(model.name)
            self._strike("before")

    def after(self, model: Any, **_: object) -> None:
        if model.name in WRITES:
            self._strike("after")

    def _strike(self, moment: Moment) -> None:
        if len(self.writes) - 1 == self.victim and moment == self.moment:
            self.is_dead = True
            raise Killed


@dataclass
class Office:
    """An office with a roster in force, and a file that will replace it."""

    world: World
    kept: dynamo.Snapshot
    old: Reading
    file: bytes

    def import_until(self, victim: int | None, moment: Moment) -> tuple[Reading | None, Reaper]:
        """Import the file over the old roster in a process that dies at the moment, if there is one."""
        dynamo.restore(self.kept)
        reaper = Reaper(victim, moment)
        with (
            dynamo.heard("before-call.dynamodb", reaper.before),
            dynamo.heard("after-call.dynamodb", reaper.after),
        ):
            try:
                return self.finish(), reaper
            except Killed:
                return None, reaper

    def finish(self) -> Reading:
        """What a process that lives makes of the file."""
        return import_roster(self._process(), self.file, "pegawai.csv", at=at("05:00"))

    def records(self) -> Records:
        return replace(self.world.records, office=OfficeStore(REGION), checkins=CheckInStore())

    def _process(self) -> Registry:
        bell = replace(self.world.bell, records=self.records())
        return replace(self.world.registry, bell=bell, random_bytes=Random(2).randbytes)


def csv(people: range) -> bytes:
    """A roster of invented people, every third in another unit."""
    lines = (f"Pegawai {spelled(number)};{'inspektorat' if number % 3 else 'dinkes'}" for number in people)
    return "\n".join(("Nama;Unit kerja", *lines)).encode()


def spelled(number: int) -> str:
    return "".join(LETTERS[int(digit)] for digit in f"{number:05}")


@dataclass(frozen=True)
class Truth:
    """What is in force: the revision, its people, and the cards: one by a link and one by a person's id."""

    revision: int
    people: tuple[Person, ...]
    cards: frozenset[str]


def truth(records: Records) -> Truth:
    head = records.office.head()
    assert head
    people = records.office.people(head.revision, [unit.id for unit in ORGANISATION.units])
    cards = {row["token_hash"]["S"] for row in dynamo.table_rows("cards")} - {BOARD}
    return Truth(head.revision, people, frozenset(cards))


@dataclass
class Trial:
    """What was in force, what an undisturbed import makes of it, and the writes that this takes."""

    office: Office
    old: Truth
    new: Truth
    imported: Reading
    writes: list[str]

    @property
    def turn(self) -> int:
        """The write that moves the head."""
        return self.writes.index("TransactWriteItems")

    def survives(self, victim: int, moment: Moment) -> None:
        """Kill there. Either the old roster is in force whole or, once published, the new one is."""
        imported, reaper = self.office.import_until(victim, moment)
        assert reaper.is_dead
        assert imported is None
        records = self.office.records()
        if (victim, moment == "after") < (self.turn, True):
            assert truth(records) == self.old
            self._opens(self.office.old.tokens, is_open=True)
            self._opens(self.imported.tokens, is_open=False)
            return
        assert published_board() == self._board(self.old) or victim == len(self.writes) - 1
        publish(records, "WIB")
        assert truth(self.office.records()) == self.new
        assert published_board() == self._board(self.new)
        self._opens(self.imported.tokens, is_open=True)
        self._opens(self._tokens_of_who_left(), is_open=False)
        assert not publish(self.office.records(), "WIB")

    def _board(self, found: Truth) -> Board | None:
        board = published_board()
        return replace(board, revision=found.revision) if board else None

    def _tokens_of_who_left(self) -> dict[str, str]:
        stayed = {person.id for person in self.new.people}
        return {person: token for person, token in self.office.old.tokens.items() if person not in stayed}

    def _opens(self, tokens: Mapping[str, str], *, is_open: bool) -> None:
        assert tokens
        for token in list(tokens.values())[:: max(1, len(tokens) // SAMPLE)]:
            assert opens(self.office.records(), token) is is_open


def opens(records: Records, token: str) -> bool:
    try:
        open_link(records.checkins, Opening(token=token), at=at("07:12"))
    except LinkUnknown:
        return False
    return True


def trial(world: World, before: range, after: range) -> Trial:
    world.open([])
    old = import_roster(world.registry, csv(before), "lama.csv", at=LINKED)
    office = Office(world, dynamo.snapshot(), old, csv(after))
    in_force = truth(office.records())
    imported, undisturbed = office.import_until(None, "before")
    assert imported
    return Trial(office, in_force, truth(office.records()), imported, undisturbed.writes)


def test_an_import_killed_around_any_of_its_writes_leaves_one_roster_whole(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    ran = trial(world, range(0, 30), range(15, 75))

    moments: tuple[Moment, ...] = ("before", "after")
    kills = list(product(range(len(ran.writes)), moments))
    for victim, moment in kills:
        ran.survives(victim, moment)

    assert {"BatchWriteItem", "TransactWriteItems", "PutItem"} == set(ran.writes)
    record_property("seen", f"N = {len(kills)}: before and after each of {len(ran.writes)} writes of 60 people")


@pytest.mark.slow  # three thousand people are written again for each kill
def test_an_import_of_three_thousand_killed_at_a_sample_of_its_writes_leaves_one_roster_whole(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    ran = trial(world, range(0, 200), range(100, 3100))
    last, turn = len(ran.writes) - 1, ran.turn

    before = [0, turn // 2, turn, last]
    kills: list[tuple[int, Moment]] = [*((victim, "before") for victim in before), (turn, "after")]
    for victim, moment in kills:
        ran.survives(victim, moment)

    assert len(ran.new.people) == 3000
    record_property("seen", f"N = {len(kills)}: a sample of {len(ran.writes)} writes of 3000 people")


def test_after_every_single_write_of_three_thousand_a_dead_process_would_leave_one_roster_whole(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    ran = trial(world, range(0, 200), range(100, 3100))
    dynamo.restore(ran.office.kept)
    seen: list[int] = []

    def look(model: Any, **_: object) -> None:
        if model.name in WRITES:
            head = OfficeStore(REGION).head()
            assert head
            seen.append(head.revision)
            assert head.revision == (ran.new if len(seen) > ran.turn else ran.old).revision

    with dynamo.heard("after-call.dynamodb", look):
        ran.office.finish()

    assert len(seen) == len(ran.writes)
    record_property("seen", f"looked after each of N = {len(seen)} writes of 3000 people")


def test_an_import_that_died_before_the_head_moved_is_finished_by_importing_again(world: World) -> None:
    ran = trial(world, range(0, 10), range(5, 60))
    ran.office.import_until(ran.turn, "before")

    imported = ran.office.finish()

    assert truth(ran.office.records()) == ran.new
    assert imported.tokens == ran.imported.tokens


def test_another_file_imported_after_a_death_is_what_is_in_force(world: World) -> None:
    ran = trial(world, range(0, 10), range(5, 60))
    ran.office.import_until(ran.turn, "before")

    import_roster(world.registry, csv(range(7, 30)), "lain.csv", at=at("05:10"))

    found = truth(ran.office.records())
    assert sorted(person.name for person in found.people) == [f"Pegawai {spelled(number)}" for number in range(7, 30)]
    assert len(found.cards) == 2 * 23
