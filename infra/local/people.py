"""An invented government: units below the annex's 41 organisations, and the people in them, from a seed.

What comes out is a roster file as a personnel office keeps it, spellings and all, so that every simulation enters
by the same door as an office. What it draws from, and how much of that is invented, stands in `people.toml`.
"""

import csv
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO, StringIO
from math import cos, radians, sin
from pathlib import Path
from random import Random
from typing import Any, Literal

from xlsxwriter import Workbook

from chalicelib import presets
from chalicelib.domain.nip import Sex
from chalicelib.domain.people import Employment, Job, Organisation, Place, PositionGroup, Unit, UnitKind

DATA = Path(__file__).with_name("people.toml")
OFFICIALS = 6
FLOOR = 12
"""The fewest people of an organisation: a head, and enough of eselon III and IV to take turns on piket."""

SMALLEST_UNIT = 5
METRES_PER_DEGREE = 111_195
HOME_SCATTER_M = (300, 800)
PHONES = 1_000_000
"""The synthetic block +62 812-00xx-xxxx; Indonesia reserves no numbers for fiction."""

LAST_INTAKE = 2019
PPPK_CODE = 21
TASK_FORCE_UNITS = {"dinkes", "rsud-banten", "rsud-malingping", "bpbd", "satpol-pp"}

Cells = list[str | float | None]


@dataclass(frozen=True)
class Post:
    """What somebody is employed as. `titles` is the list in people.toml from which the position is drawn."""

    titles: str
    group: PositionGroup
    employment: Employment
    job: Job = Job.GENERAL


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text("utf-8"))


def organisation(size: int, *, hospitals_report: bool = False) -> Organisation:
    """The units of a government of `size` people; small ones have fewer UPTD and schools.

    With `hospitals_report` two UPTD report to BKD for themselves: 43 reporting units instead of 41.
    Raises: ValueError for fewer people than organisations.
    """
    independent = {entry["id"] for entry in _data()["uptd"] if hospitals_report and entry.get("may_report")}
    return Organisation(tuple(replace(unit, reports=unit.reports or unit.id in independent) for unit, _ in _plan(size)))


def generate(size: int, seed: int, form: Literal["csv", "xlsx"] = "csv") -> bytes:
    """The roster file of a government of `size` people: the same bytes for the same arguments.

    A CSV is as an Indonesian Excel writes it: semicolons, decimal commas, UTF-8 with a mark.
    Raises: ValueError for fewer people than organisations.
    """
    rows = [[title] if title else [] for title in _data()["titles"]] + [_data()["headings"], *_rows(size, Random(seed))]
    return _csv(rows) if form == "csv" else _xlsx(rows)


def _csv(rows: list[Cells]) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerows([str(cell).replace(".", ",") if isinstance(cell, float) else cell for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(rows: list[Cells]) -> bytes:
    file = BytesIO()
    with Workbook(file, {"constant_memory": True, "in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, float):
                    sheet.write_number(line, place, cell)
                elif cell:
                    sheet.write_string(line, place, cell)
    return file.getvalue()


def _plan(size: int) -> Iterator[tuple[Unit, int]]:
    """Every unit with its own people, an organisation followed by the units below it."""
    people = _headcounts(size)
    for unit in presets.organisation("banten").units:
        below = [*_uptd(unit, people.get(unit.id, 0)), *_schools(unit, people.get(unit.id, 0))]
        yield unit, people.get(unit.id, 0) - sum(count for _, count in below)
        yield from below


def _headcounts(size: int) -> dict[str, int]:
    """The people of each organisation: the floor, and the rest by weight with the largest remainders rounded up."""
    weights = {unit: sum(pair) for unit, pair in _data()["headcount"].items()}
    floor = min(FLOOR, (size - OFFICIALS) // len(weights))
    if floor < 1:
        raise ValueError(size)
    spare = size - OFFICIALS - floor * len(weights)
    exact = {unit: spare * weight / sum(weights.values()) for unit, weight in weights.items()}
    short = spare - sum(int(share) for share in exact.values())
    favoured = sorted(exact, key=lambda unit: int(exact[unit]) - exact[unit])[:short]
    counts = {unit: floor + int(share) + (unit in favoured) for unit, share in exact.items()}
    return counts | {"setda": OFFICIALS}


def _uptd(parent: Unit, people: int) -> Iterator[tuple[Unit, int]]:
    for entry in _data()["uptd"]:
        count = int(entry["share"] * people)
        if entry["parent"] == parent.id and count >= SMALLEST_UNIT:
            yield Unit(entry["id"], entry["name"], UnitKind.UPTD, parent.id), count


def _schools(parent: Unit, people: int) -> Iterator[tuple[Unit, int]]:
    plan = _data()["schools"]
    taught = int(plan["share"] * people) if parent.id == plan["parent"] else 0
    number = max(1, taught // plan["people"]) if taught >= SMALLEST_UNIT else 0
    named: Counter[tuple[str, str]] = Counter()
    for place in range(number):
        turn, region = divmod(place, len(plan["regions"]))
        kind = plan["kinds"][turn % len(plan["kinds"])], plan["regions"][region]
        named[kind] += 1
        name = f"{kind[0]} {named[kind]} {kind[1]}"
        count = taught // number + (place < taught % number)
        yield Unit(name.lower().replace(" ", "-"), name, UnitKind.SCHOOL, parent.id), count


def _rows(size: int, rng: Random) -> Iterator[Cells]:
    makers = _Makers(rng, size)
    number = 0
    for unit, count in _plan(size):
        spelling = rng.choice((unit.name, unit.id, *unit.nicknames))
        held: Counter[str] = Counter()
        for post in _posts(unit, count):
            titles = _data()["positions"][post.titles]
            title = titles[held[post.titles] % len(titles)]
            held[post.titles] += 1
            number += 1
            yield [str(number), *makers.person(post, title, spelling)]


def _posts(unit: Unit, count: int) -> list[Post]:
    """Who works in a unit of `count` people: the heads, then ASN, then Non ASN as the headcounts divide them."""
    if unit.kind is UnitKind.GOVERNMENT:
        return []
    if unit.id == "setda":
        return [Post("officials", PositionGroup.JPT_PRATAMA, Employment.PNS)] * count
    headcount = _data()["headcount"]
    asn, others = headcount.get(unit.id) or headcount[unit.parent]
    leaders = _leaders(unit, count)[:count]
    civil = max(0, round(count * asn / (asn + others)) - len(leaders))
    return leaders + _civil_servants(unit, civil) + _contract_staff(unit, count - civil - len(leaders))


def _leaders(unit: Unit, count: int) -> list[Post]:
    """In 2020 an average dinas had one head, four or five of eselon III and a dozen of eselon IV."""
    head = Post(f"{unit.kind}_head", PositionGroup.JPT_PRATAMA, Employment.PNS)
    administrator = Post(_titles(unit, "administrator"), PositionGroup.ADMINISTRATOR, Employment.PNS)
    pengawas = Post(_titles(unit, "pengawas"), PositionGroup.PENGAWAS, Employment.PNS)
    match unit.kind:
        case UnitKind.SCHOOL:
            return [replace(head, group=PositionGroup.FUNGSIONAL, job=Job.EDUCATION)]
        case UnitKind.UPTD:
            return [replace(head, group=PositionGroup.ADMINISTRATOR), *[pengawas] * min(3, count // 10)]
        case _:
            return [
                head,
                *[administrator] * sorted((2, count // 25, 5))[1],
                *[pengawas] * sorted((4, count // 8, 15))[1],
            ]


def _titles(unit: Unit, rank: str) -> str:
    """The list of titles that a kind of unit has for a rank: its own, or everybody's."""
    own = f"{unit.kind}_{rank}"
    return own if own in _data()["positions"] else rank


def _civil_servants(unit: Unit, count: int) -> list[Post]:
    is_school, is_health = unit.kind is UnitKind.SCHOOL, "dinkes" in (unit.id, unit.parent)
    expert = Post("health" if is_health else "fungsional", PositionGroup.FUNGSIONAL, Employment.PNS)
    if is_school:
        expert = Post("teaching", PositionGroup.FUNGSIONAL, Employment.PNS, Job.EDUCATION)
    clerk = Post("pelaksana", PositionGroup.PELAKSANA, Employment.PNS)
    posts = [expert if is_school or place % 10 < 3 else clerk for place in range(count)]
    hired = [replace(post, employment=_status(place)) for place, post in enumerate(posts)]
    return [_seconded(unit, place, post) for place, post in enumerate(hired)]


def _status(place: int) -> Employment:
    """One in 25 is on probation, one in 25 on a contract of the first PPPK intake."""
    return {7: Employment.CPNS, 20: Employment.PPPK}.get(place % 25, Employment.PNS)


def _contract_staff(unit: Unit, count: int) -> list[Post]:
    guards, cleaners = min(count, 1 + count // 16), min(max(0, count - 2), 1 + count // 20)
    at_school = unit.kind is UnitKind.SCHOOL
    kinds = [("security", Job.SECURITY)] * guards + [("cleaning", Job.CLEANING)] * cleaners
    kinds += [("teaching", Job.EDUCATION) if at_school else ("non_asn", Job.GENERAL)] * (count - len(kinds))
    posts = [Post(titles, PositionGroup.NON_ASN, Employment.NON_ASN, job) for titles, job in kinds]
    return [_seconded(unit, place, post) for place, post in enumerate(posts)]


def _seconded(unit: Unit, place: int, post: Post) -> Post:
    """In the units that fought the epidemic every eighth belongs to the Gugus Tugas."""
    is_called = unit.id in TASK_FORCE_UNITS and place % 8 == 5 and post.job is Job.GENERAL
    return replace(post, titles="task_force", job=Job.TASK_FORCE) if is_called else post


class _Makers:
    """Makes people, one after another, from one stream of chance; no NIP and no phone comes twice."""

    def __init__(self, rng: Random, size: int) -> None:
        self._rng = rng
        self._nips: set[str] = set()
        self._phones = iter(rng.sample(range(PHONES), size))
        self._names = {key: words.split() for key, words in _data()["names"].items() if isinstance(words, str)}
        places = [(region, *place) for region, seats in _data()["places"].items() for place in seats.values()]
        self._regions = [(region, Place(lat, lon)) for region, lat, lon, _ in places]
        self._weights = [weight for *_, weight in places]

    def person(self, post: Post, title: str, unit: str) -> Cells:
        """The cells from NIP to special duty, spelt as offices spell them."""
        rng, data = self._rng, _data()
        sex = rng.choice((Sex.MALE, Sex.FEMALE)) if post.job is not Job.SECURITY else Sex.MALE
        nip = "" if post.employment is Employment.NON_ASN else self._nip(sex, post)
        name = self._name(sex)
        echelon = rng.choice(data["echelons"][post.group])
        status = rng.choice(data["statuses"][post.employment])
        reach = [self._phone(), self._email(name)]
        duty = rng.choice(data["duties"][post.job])
        return [nip, self._titled(name, sex, post), unit, title, echelon, status, *reach, *self._home(), duty]

    def _nip(self, sex: Sex, post: Post) -> str:
        rng = self._rng
        is_senior = post.group in (PositionGroup.JPT_PRATAMA, PositionGroup.ADMINISTRATOR, PositionGroup.PENGAWAS)
        born = rng.randint(1962, 1980) if is_senior else rng.randint(1964, 1995)
        year, code = min(born + rng.randint(20, 33), LAST_INTAKE), rng.choice((1, 3, 4, 12))
        if post.employment is not Employment.PNS:
            born, year = rng.randint(1986, 1996), LAST_INTAKE
        if post.employment is Employment.PPPK:
            code = PPPK_CODE
        start = f"{born}{rng.randint(1, 12):02}{rng.randint(1, 28):02}{year}{code:02}{sex}"
        serial = next(number for number in range(1, 1000) if f"{start}{number:03}" not in self._nips)
        self._nips.add(f"{start}{serial:03}")
        parts = f"{start[:8]} {start[8:14]} {sex} {serial:03}"
        return parts if rng.random() < 0.3 else parts.replace(" ", "")

    def _name(self, sex: Sex) -> list[str]:
        kind = "male" if sex is Sex.MALE else "female"
        pools = [self._names[kind], self._names[f"middle_{kind}"], self._names[f"last_{kind}"]]
        words = [self._rng.choice(pool) for pool in pools]
        return list(dict.fromkeys(words if self._rng.random() < 0.7 else [words[0], words[2]]))

    def _titled(self, name: list[str], sex: Sex, post: Post) -> str:
        rng, data = self._rng, _data()["names"]
        words = " ".join(name).upper() if rng.random() < 0.1 else " ".join(name)
        if post.employment is Employment.NON_ASN and post.job is not Job.EDUCATION:
            return words
        if rng.random() < 0.15:
            words = f"{rng.choice(data['before_male' if sex is Sex.MALE else 'before_female'])} {words}"
        degrees = data["after_teaching" if post.job is Job.EDUCATION else "after"]
        return f"{words}, {rng.choice(degrees)}" if rng.random() < 0.7 else words

    def _phone(self) -> str:
        digits = f"81200{next(self._phones):06}"
        if self._rng.random() < 0.02:
            return ""
        head, middle, tail = digits[:3], digits[3:7], digits[7:]
        forms = (f"0{digits}", f"0{head}-{middle}-{tail}", f"+62 {head}-{middle}-{tail}", f"62{digits}")
        return self._rng.choice(forms)

    def _email(self, name: list[str]) -> str:
        if self._rng.random() < 0.6:
            return ""
        return f"{name[0]}.{name[-1]}{self._rng.randint(1, 999)}@example.com".lower()

    def _home(self) -> Cells:
        region, seat = self._rng.choices(self._regions, self._weights)[0]
        bearing = radians(self._rng.uniform(0, 360))
        degrees = self._rng.uniform(*HOME_SCATTER_M) / METRES_PER_DEGREE
        lat = seat.lat + degrees * cos(bearing)
        lon = seat.lon + degrees * sin(bearing) / cos(radians(seat.lat))
        return [region, round(lat, 6), round(lon, 6)] if self._rng.random() < 0.96 else [region, None, None]
