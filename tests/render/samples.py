"""Sample reports with literal values: a Monday of March 2020 under the Banten circular, with invented people.

Nobody here exists; the units are those of the letter's annex. `roster` repeats one pattern of standings, so
that large rosters have counts a reader can check in the head.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from chalicelib.domain.attendance import Status
from chalicelib.domain.calendar import ZONES
from chalicelib.domain.duty import Strength
from chalicelib.domain.evidence import Band, Grade, Reason
from chalicelib.domain.people import Job, PositionGroup
from chalicelib.domain.recap import Digest, Outcome, Recap, RecapLine, SlotStanding, UnitLine, digest, recap
from chalicelib.domain.report import FollowUp, Heading, Row, Totals, UnitReport

WIB = ZONES["WIB"]
DAY = date(2020, 3, 23)
KEY = "2020-03-23#0730#dinas-kesehatan#1#0"
OPERATOR = "Operator Dinas Kesehatan Provinsi Banten"

GIVEN = ("Ratna", "Budi", "Siti", "Agus", "Dewi", "Hendra", "Lestari", "Joko", "Wulan", "Rahmat", "Yuni")
FAMILY = ("Contoh", "Misal", "Umpama", "Teladan", "Percobaan", "Ibarat", "Sampel")
UNITS = (
    "Sekretariat Dinas Kesehatan",
    "Bidang Pelayanan Kesehatan",
    "Bidang Pencegahan dan Pengendalian Penyakit",
    "UPTD Laboratorium Kesehatan Daerah",
)
POSITIONS = (
    ("Kepala Bidang", PositionGroup.ADMINISTRATOR),
    ("Kepala Seksi Pelayanan Rujukan", PositionGroup.PENGAWAS),
    ("Perawat Ahli Muda", PositionGroup.FUNGSIONAL),
    ("Pengelola Keuangan", PositionGroup.PELAKSANA),
    ("Tenaga Administrasi", PositionGroup.NON_ASN),
)

Standing = tuple[Status, Grade | None, Reason | None, Band | None]
HOME: Standing = (Status.REPORTED, Grade.AT_HOME, None, Band.WITHIN_RADIUS)
MISSING: Standing = (Status.NOT_REPORTED, None, None, None)
PATTERN: tuple[Standing, ...] = (
    *[HOME] * 5,
    MISSING,
    *[HOME] * 4,
    (Status.REPORTED, Grade.UNCLEAR, Reason.ACCURACY_TOO_COARSE, Band.UNDER_1_KM),
    (Status.PIKET, None, None, None),
    *[HOME] * 2,
    (Status.REPORTED, Grade.AWAY, None, Band.UNDER_5_KM),
    (Status.ON_LEAVE, None, None, None),
    MISSING,
    (Status.REPORTED, Grade.NO_POSITION, Reason.DENIED, None),
    (Status.REPORTED, Grade.DECLARED_OUT, None, Band.UNDER_5_KM),
    (Status.HOME_UNLOCATED, None, None, None),
)
"""Twenty standings: 15 reported, 2 not, so 17 owe a report; 3 others."""


def heading(slot: str = "0730", at: time = time(7, 30), *, revision: int = 1) -> Heading:
    deadline = datetime.combine(DAY, at, WIB)
    return Heading(
        "Pemerintah Provinsi Banten",
        DAY,
        slot,
        deadline,
        deadline,
        "WIB",
        "800/734-BKD/2020",
        "Penyesuaian Sistem Kerja Aparatur Sipil Negara di lingkungan Pemerintah Provinsi Banten",
        42,
        revision,
    )


def person(number: int, standing: Standing = HOME, *, name: str | None = None) -> Row:
    status, grade, reason, band = standing
    position, group = POSITIONS[number % len(POSITIONS)]
    return Row(
        f"p{number}",
        name or f"{GIVEN[number % len(GIVEN)]} {FAMILY[number % len(FAMILY)]} {number}",
        UNITS[number % len(UNITS)],
        position,
        group,
        Job.GENERAL,
        status,
        datetime(2020, 3, 23, 6, 40, tzinfo=WIB) + timedelta(minutes=number % 50) if grade else None,
        grade,
        reason,
        band,
    )


def roster(size: int) -> tuple[Row, ...]:
    return tuple(person(number, PATTERN[number % len(PATTERN)]) for number in range(size))


def totals_of(rows: tuple[Row, ...]) -> Totals:
    statuses = {status: sum(row.status is status for row in rows) for status in Status}
    grades = {grade: sum(row.grade is grade for row in rows if row.status is Status.REPORTED) for grade in Grade}
    return Totals({s: n for s, n in statuses.items() if n}, {g: n for g, n in grades.items() if n})


def unit_report(*rows: Row, unit_name: str = "Dinas Kesehatan Provinsi Banten") -> UnitReport:
    """The 07.30 report of some people: one administrator and two supervisors on piket, one too few."""
    piket = (Strength(PositionGroup.ADMINISTRATOR, 1, 1), Strength(PositionGroup.PENGAWAS, 2, 3))
    return UnitReport(heading(), "dinas-kesehatan", unit_name, rows, totals_of(rows), piket, ())


def midday_report(*rows: Row) -> UnitReport:
    """The 11.30 report: everybody checked in four hours later, two of them for the first time that day."""
    later = tuple(replace(row, at=row.at + timedelta(hours=4) if row.at else None) for row in rows)
    follow_ups = (
        FollowUp("0730", time(7, 30), "p1", "Budi Misal 1", datetime(2020, 3, 23, 10, 41, tzinfo=WIB)),
        FollowUp("0730", time(7, 30), "p2", "Siti Umpama 2", datetime(2020, 3, 23, 10, 42, tzinfo=WIB)),
    )
    return replace(unit_report(*later), heading=heading("1130", time(11, 30)), follow_ups=follow_ups)


def totals(reported: int, missing: int, *, followed_up: int = 0, others: int = 0) -> Totals:
    statuses = {
        Status.REPORTED: reported,
        Status.NOT_REPORTED: missing,
        Status.FOLLOWED_UP: followed_up,
        Status.PIKET: others,
    }
    return Totals({status: count for status, count in statuses.items() if count}, {Grade.AT_HOME: reported})


def slot_digest() -> Digest:
    """Four units: one sent in full, one sent and short of piket, one awaited, one that could not be made."""
    lines = (
        UnitLine("dindikbud", "Dinas Pendidikan dan Kebudayaan Provinsi Banten", Outcome.SENT, totals(812, 222)),
        UnitLine("dinkes", "Dinas Kesehatan Provinsi Banten", Outcome.SENT, totals(300, 12, others=40), True, 1),
        UnitLine("inspektorat", "Inspektorat Provinsi Banten", Outcome.WAITING, totals(80, 4, others=4)),
        UnitLine("biro-umum", "Biro Umum Sekretariat Daerah Provinsi Banten", Outcome.FAILED, None),
    )
    return digest(heading(), lines)


def standing(slot: str, counted: Totals | None, outcome: Outcome = Outcome.SENT) -> SlotStanding:
    return SlotStanding(slot, datetime.combine(DAY, time.fromisoformat(slot), WIB), outcome, counted)


def day_recap() -> Recap:
    """Four units over three slots; Biro Umum's first report failed, everybody of Bappeda reported."""
    lines = (
        RecapLine("biro-umum", "Biro Umum Sekretariat Daerah Provinsi Banten", 96, _biro_umum(), False),
        RecapLine("dindikbud", "Dinas Pendidikan dan Kebudayaan Provinsi Banten", 1034, _dindikbud(), False),
        RecapLine("dinkes", "Dinas Kesehatan Provinsi Banten", 352, _dinkes(), True),
        RecapLine("bappeda", "Badan Perencanaan Pembangunan Daerah Provinsi Banten", 88, _bappeda(), False),
    )
    return recap(heading("recap", time(16, 0)), lines)


def _biro_umum() -> tuple[SlotStanding, ...]:
    return (
        standing("0730", None, Outcome.FAILED),
        standing("1130", totals(80, 10, others=6)),
        standing("1530", totals(85, 5, others=6), Outcome.WAITING),
    )


def _dindikbud() -> tuple[SlotStanding, ...]:
    return (
        standing("0730", totals(812, 40, followed_up=182)),
        standing("1130", totals(930, 70, followed_up=34)),
        standing("1530", totals(1000, 34)),
    )


def _dinkes() -> tuple[SlotStanding, ...]:
    return (
        standing("0730", totals(300, 2, followed_up=10, others=40)),
        standing("1130", totals(306, 6, others=40)),
        standing("1530", totals(310, 2, others=40)),
    )


def _bappeda() -> tuple[SlotStanding, ...]:
    return tuple(standing(slot, totals(80, 0, others=8)) for slot in ("0730", "1130", "1530"))
