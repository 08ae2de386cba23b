"""An invented office of today: open its check-in link in a browser, report, and see the mail arrive.

Its circular starts today and has a slot every five minutes, on every day of the week, so the next cut-off is never
further away than that. The clock is the real one.
"""

import sys
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from threading import Event, Thread

from rich.console import Console

from chalicelib import presets
from chalicelib.admin import desk
from chalicelib.admin.importing import import_roster
from chalicelib.admin.policy import AdoptPolicy, decide
from chalicelib.domain.calendar import ZONES, Calendar, Decree
from chalicelib.domain.people import Organisation, Unit, UnitKind
from chalicelib.domain.periods import UntilLifted
from chalicelib.domain.policy import Hours, Policy, Slot, SlotKind
from chalicelib.wiring import now
from infra.local import outbox
from infra.local.government import ADDRESSES, DOMAIN, Government, government

ZONE = ZONES["WIB"]
VISITOR = "Sari Contoh"
STAFF = (VISITOR, "Bagus Contoh", "Dewi Contoh")
UNIT = Unit(
    "contoh",
    "Dinas Contoh Provinsi Rekaan",
    UnitKind.DINAS,
    "rekaan",
    reports=True,
    head_email=f"kepala@contoh.{DOMAIN}",
    operator_email=f"operator@contoh.{DOMAIN}",
)
ORGANISATION = Organisation((Unit("rekaan", "Pemerintah Provinsi Rekaan", UnitKind.GOVERNMENT), UNIT))
HEADINGS = "Nama;Unit kerja;Jabatan;Status;No HP"


def main() -> int:
    console, stop = Console(), Event()
    with government("hadir-today", "WIB", now, port=0) as hadir:
        link = f"{hadir.address}/c#{open_office(hadir)}"
        worker = Thread(target=hadir.pump.run_forever, args=[stop])
        worker.start()
        try:
            welcome(console, link, next_cut_off(now()))
            show_mails(console, hadir, stop)
        except KeyboardInterrupt:
            console.print("\nStopping.")
        finally:
            stop.set()
            worker.join()
    return 0


def open_office(hadir: Government) -> str:
    """Open the office as of now; returns the visitor's token."""
    registry, at = hadir.wiring.registry(), now()
    today = at.astimezone(ZONE).date()
    desk.open_office(registry, ORGANISATION, without_holidays(today), ADDRESSES, at=at)
    desk.carry_out(registry, decide, AdoptPolicy(circular(today), "WIB"), at=at)
    rows = [f"{name};{UNIT.name};Pelaksana;Non ASN;0812-0000-{1000 + place}" for place, name in enumerate(STAFF)]
    imported = import_roster(registry, "\n".join([HEADINGS, *rows]).encode(), "pegawai.csv", at=at)
    visitor = next(person for person in imported.roster.roster if person.name == VISITOR)
    return imported.tokens[visitor.id]


def circular(today: date) -> Policy:
    """The letter of 2020 in everything but number, days and slots."""
    marks = [time(minute // 60, minute % 60) for minute in range(4, 24 * 60, 5)]  # so that the last is 23.59
    return replace(
        presets.policy("banten-2020"),
        id="contoh",
        number="000/1-CONTOH",
        title="Edaran rekaan untuk mencoba Hadir",
        signed=today,
        validity=UntilLifted(today, "Ctrl-C"),
        hours=tuple(Hours(weekday, time(0, 0), time(23, 59)) for weekday in range(7)),
        slots=tuple(Slot(f"{mark:%H%M}", SlotKind.REPORT, mark) for mark in marks),
        piket_minimums=(),
        sources=(),
    )


def without_holidays(today: date) -> Calendar:
    """A calendar in which every day is worked, so that the demonstration runs on any."""
    return Calendar((Decree("000/1-CONTOH", today, (today.year, today.year + 1), ()),))


def next_cut_off(at: datetime) -> datetime:
    """The first slot's cut-off that is still to come."""
    day = at.astimezone(ZONE).date()
    windows = [window for offset in (0, 1) for window in circular(day).windows(day + timedelta(days=offset))]
    return next(window.closes for window in windows if window.closes > at)


def welcome(console: Console, link: str, cut_off: datetime) -> None:
    console.print("\n[bold]Dinas Contoh is open today.[/] Report as Sari in a browser on this machine:\n")
    console.print(f"    {link}\n", soft_wrap=True)
    console.print(
        f"Next cut-off: {cut_off.astimezone(ZONE):%H.%M} WIB, and every five minutes after it. Ctrl-C ends.\n"
    )


def show_mails(console: Console, hadir: Government, stop: Event) -> None:
    """Print each mail as it arrives and keep it under out/, until interrupted."""
    shown = 0
    while not stop.wait(1):
        mails = list(hadir.cloud.mailbox.messages)
        for mail in mails[shown:]:
            path = outbox.keep(mail, Path("out"))
            console.rule(f"{mail.parsed['Subject']} → {mail.parsed['To']}", align="left")
            console.print(path.with_suffix(".txt").read_text("utf-8"), markup=False, highlight=False, soft_wrap=True)
            console.print(f"Kept as {path.with_suffix('')}.eml, .html, .txt and .xlsx\n")
        shown = len(mails)


if __name__ == "__main__":
    sys.exit(main())
