"""People and units: who works where, and which unit reports for whom.

Units form a tree (government → OPD → UPTD, school, bureau). A unit reports for itself or through another; how many
mails leave is counted from this tree and from nothing else. Codes are stable, names are those of the day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_008.8


class PositionGroup(StrEnum):
    """The groups of positions that circulars speak of, with the eselon of 2020 where there was one.

    Source: UU 20/2023 articles 13–14; PP 11/2017 for the eselon that preceded them.
    """

    JPT_MADYA = "jpt_madya"  # Sekretaris Daerah: eselon I.b
    JPT_PRATAMA = "jpt_pratama"  # heads of OPD, Asisten, Staf Ahli: eselon II
    ADMINISTRATOR = "administrator"  # eselon III
    PENGAWAS = "pengawas"  # eselon IV
    FUNGSIONAL = "fungsional"
    PELAKSANA = "pelaksana"
    NON_ASN = "non_asn"


class Employment(StrEnum):
    PNS = "pns"
    CPNS = "cpns"
    PPPK = "pppk"
    PPPK_PART_TIME = "pppk_part_time"
    NON_ASN = "non_asn"


class Job(StrEnum):
    """The kinds of work that the circulars treat apart from the rest of an office."""

    GENERAL = "general"
    EDUCATION = "education"  # Tenaga Pendidik dan Kependidikan
    SECURITY = "security"  # petugas satuan pengamanan
    CLEANING = "cleaning"  # petugas kebersihan
    TASK_FORCE = "task_force"  # Satuan Gugus Tugas Penanganan Covid-19


@dataclass(frozen=True)
class Place:
    """A point on the earth. Units: decimal degrees, WGS 84."""

    lat: float
    lon: float

    def metres_to(self, other: "Place") -> float:
        """The great-circle distance, good to 0.5 %: ample against a phone's own accuracy."""
        lat_a, lat_b = radians(self.lat), radians(other.lat)
        half_lat, half_lon = (lat_b - lat_a) / 2, radians(other.lon - self.lon) / 2
        chord = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
        return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))


LINK_LIFE = timedelta(days=180)
"""How long a link opens. Office practice: half a year bounds what a forgotten link in a chat can do."""


def is_in_indonesia(lat: float, lon: float) -> bool:
    """Whether a point lies within the country's outermost latitudes and longitudes. Units: degrees."""
    return -11.5 <= lat <= 6.5 and 94.5 <= lon <= 141.5


@dataclass(frozen=True)
class Person:
    """One member of staff. `id` is internal and meaningless; a NIP tells a birth date and stays in the roster.

    `link_since` is since when the person has had a check-in link, `link_issued` when the present one was issued.
    `filed_under` stays behind when a person moves, so that a move in the middle of a day loses no check-in.
    """

    id: str
    name: str
    unit: str
    group: PositionGroup
    employment: Employment
    position: str = ""
    job: Job = Job.GENERAL
    nip: str | None = None
    phone: str | None = None
    email: str | None = None
    domicile: str | None = None
    home: Place | None = None
    link_hash: str | None = None
    link_since: datetime | None = None
    link_issued: datetime | None = None
    filed_under: str | None = None

    def could_report(self, opens: datetime, closes: datetime) -> bool:
        """Whether the person had a link that opened at some time in the window: nobody reports here without."""
        issued = self.link_issued or self.link_since
        return bool(self.link_since and issued and self.link_since <= closes and opens < issued + LINK_LIFE)

    @property
    def file(self) -> str:
        """The unit under which the person's check-ins are kept: the one they first joined, wherever they work now."""
        return self.filed_under or self.unit


class UnitKind(StrEnum):
    GOVERNMENT = "government"
    SECRETARIAT = "secretariat"
    BIRO = "biro"
    INSPEKTORAT = "inspektorat"
    DINAS = "dinas"
    SATUAN = "satuan"
    BADAN = "badan"
    UPTD = "uptd"
    CABANG_DINAS = "cabang_dinas"
    SCHOOL = "school"


@dataclass(frozen=True)
class Unit:
    """A place in the organisation. `reports` says that it sends its own report to BKD; `reports_via` names the unit
    that reports for it when that is not its parent; `annex` is its number in the circular's list.

    Source: SE 800/734-BKD/2020 point 2.b, "Setiap OPD/UPTD/Cabang Dinas/Kepala Sekolah melaporkan".
    """

    id: str
    name: str
    kind: UnitKind
    parent: str | None = None
    reports: bool = False
    reports_via: str | None = None
    head_email: str | None = None
    operator_email: str | None = None
    nicknames: tuple[str, ...] = ()
    annex: int | None = None


BKD = "bkd"
"""The office that every report goes to, and the files of admins who see the whole government."""


@dataclass(frozen=True)
class Address:
    """Where an office (`bkd`, `sekda`) gets its mail; offices outlive their holders."""

    office: str
    emails: tuple[str, ...]


@dataclass(frozen=True)
class Organisation:
    """All units, in the order in which the circular's annex lists them."""

    units: tuple[Unit, ...]

    @cached_property
    def by_id(self) -> dict[str, Unit]:
        return {unit.id: unit for unit in self.units}

    def reporting_units(self) -> tuple[Unit, ...]:
        """The units whose reports BKD awaits at every slot."""
        return tuple(unit for unit in self.units if unit.reports)

    def reporter_of(self, unit_id: str) -> Unit | None:
        """The unit that reports for `unit_id`: itself, the one it names, or the nearest ancestor that reports."""
        unit: Unit | None = self.by_id[unit_id]
        while unit and not unit.reports:
            above = unit.reports_via or unit.parent
            unit = self.by_id[above] if above else None
        return unit

    def reporters_of(self, unit_ids: Iterable[str]) -> tuple[Unit, ...]:
        """The units whose reports speak of some units, each once."""
        found = (self.reporter_of(unit) for unit in unit_ids)
        return tuple(dict.fromkeys(unit for unit in found if unit))

    def line_of(self, unit_id: str) -> tuple[str, ...]:
        """The unit, all above it, and the unit that reports for it: whoever answers for one of these answers for it."""
        line, reporter = [unit_id], self.reporter_of(unit_id)
        while above := self.by_id[line[-1]].parent:
            line.append(above)
        return tuple(line) if reporter is None or reporter.id in line else (*line, reporter.id)

    def within(self, unit_ids: Iterable[str]) -> frozenset[str]:
        """Some units, all below them, and those for which they report."""
        tops = set(unit_ids)
        return frozenset(unit.id for unit in self.units if tops & {*self.line_of(unit.id)})

    @cached_property
    def _members(self) -> dict[str, tuple[Unit, ...]]:
        members: dict[str, tuple[Unit, ...]] = {}
        for unit in self.units:
            if reporter := self.reporter_of(unit.id):
                members[reporter.id] = (*members.get(reporter.id, ()), unit)
        return members

    def members(self, reporter_id: str) -> tuple[Unit, ...]:
        """The units for which `reporter_id` reports, itself among them, in the annex's order."""
        return self._members.get(reporter_id, ())
