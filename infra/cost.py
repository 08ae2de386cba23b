"""What Hadir costs in a month, from counted requests: `python -m infra.cost --people 27000 --cadence per-slot`.

Counts, prices and sources stand here and nowhere else; `docs/cost.md` shows what this prints. Where AWS's price list of
Jakarta could not be read, a price is marked as assumed. The price of one page of arithmetic: what a government does
beyond its working days (corrections, imports, chats) is not in it, and is small beside what is.
"""

from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

WORKING_DAYS, DAYS = 22, 30
MILLION, GB = 1_000_000, 1_000_000_000


class Cadence(StrEnum):
    """How often a letter asks people to report."""

    PER_SLOT = "per-slot"
    HOURLY = "hourly"
    PAIR = "arrival+departure"
    LIVE = "live"


@dataclass(frozen=True)
class Price:
    """US dollars for `per` units; `free` units a month cost nothing in any account, however old."""

    what: str
    usd: float
    per: float = 1
    free: float = 0
    is_read: bool = False
    """Whether it was read in a copy of a price list that names Jakarta; else Singapore's or the USA's is assumed."""


PRICES: Mapping[str, Price] = {
    "api": Price("API Gateway, REST calls", 4.25, MILLION),
    "lambda_calls": Price("Lambda, calls", 0.20, MILLION, free=MILLION),
    "lambda_gb_s": Price("Lambda, GB-seconds", 0.0000166667, free=400_000, is_read=True),
    "writes": Price("DynamoDB, write units", 0.71, MILLION),
    "reads": Price("DynamoDB, read units", 0.1425, MILLION),
    "table_gb": Price("DynamoDB, GB kept and restorable", 0.513),
    "mails": Price("SES, mails by recipient", 0.10, 1000, is_read=True),
    "mail_gb": Price("SES, GB of attachments", 0.12, is_read=True),
    "queue": Price("SQS, requests", 0.40, MILLION, free=MILLION),
    "topic": Price("SNS, messages", 0.50, MILLION, free=MILLION),
    "puts": Price("S3, writes", 0.005, 1000, is_read=True),
    "kept_gb": Price("S3, GB kept", 0.025, is_read=True),
    "bells": Price("EventBridge Scheduler, calls", 1.00, MILLION, free=14 * MILLION),
    "log_gb": Price("CloudWatch, GB of logs", 0.70, free=5, is_read=True),
    "log_kept_gb": Price("CloudWatch, GB of logs kept", 0.03, free=5),
    "alarms": Price("CloudWatch, alarms", 0.10, free=10),
    "dashboards": Price("CloudWatch, dashboards", 3.00, free=3),
    "keys": Price("KMS, calls", 0.03, 10_000, free=20_000),
    "out_gb": Price("data to the Internet, GB", 0.132, free=100, is_read=True),
}

ALARMS = 28
"""How many alarms one stage has; a test counts them in the template."""

# Counted: `make bench`, the routes of `entry/web.py`, the mails and round trips of a slot in the tests.
VISIT_CALLS = 3
"""The page, whose link it is, the check-in: a visit that opens the link anew. Nothing may be cached."""
VISIT_READS, CHECKIN_WRITES = 2, 2
"""The card twice; the row and its index entry."""
VISIT_OUT_B = 13_000
"""Bytes of a whole visit, compressed, with the headers."""
TICKS, TICK_READS, BELLS = 288, 10, 4
MAIL_WRITES, MAIL_READS, MAIL_QUEUE, MAIL_PUTS = 20, 30, 4, 2
"""For one mail: seven moves of its ledger row, each with its index; the office and the unit's rows; the queue; S3."""
EVENTS, EVENT_WRITES = 4, 3
"""Sent once, delivered to each of three recipients: what SES tells of one mail."""
CHECKIN_B, ROW_B = 700, 100
"""Bytes of a stored check-in with its index entry; bytes that one person adds to a mail."""
MAIL_B = 32_000
KEPT_MONTHS = 12
"""How much of what is kept for ever is counted here."""

# Assumed, on the high side.
DOOR_MS, PAGE_MS, TICK_MS, MAIL_MS, EVENT_MS = 40, 15, 300, 1_500, 60
"""Billed milliseconds with a share of cold starts. The door, bells and events have 512 MB, the mail's worker 1,024."""
LIVE_UPDATES, LIVE_KEPT = 480, 6
"""What Telegram sends of one eight-hour share, if once a minute, and what is kept of it: two fixes in three windows."""
LIVE_MS = 10
LOG_B = 600
"""Bytes that one call of a function leaves in the log."""
LOG_MONTHS = 3
"""How long logs are kept unless the stage says otherwise; AWS compresses them, which is left out here."""
POLLS = 3 * 5 * 3 * 60 * 24 * DAYS
"""Three queues, asked by five pollers each, every twenty seconds, day and night."""
KEY_CALLS = 60_000

DAILY = {Cadence.PER_SLOT: 3, Cadence.HOURLY: 9, Cadence.PAIR: 2}
SERVER = {"a virtual server with 2 GB of memory": 15.48, "30 GB of disk": 2.88, "its address": 3.65, "copies": 1.50}
"""US dollars a month (730 hours) for the smallest machine that one would put such a system on. Assumed."""

MAILING = frozenset({"mails", "mail_gb"})

Usage = dict[str, float]
"""How many units of each price, by the price's name."""


def standing(units: int) -> Usage:
    """What a month costs however many report: bells, queues, alarms and the mails of `units` agencies."""
    mails, recipients = 3 * units + 4, 9 * units + 5
    monthly, ticks = mails * WORKING_DAYS, (TICKS + BELLS) * DAYS
    calls = ticks + monthly * (1 + EVENTS)
    return {
        "lambda_calls": calls,
        "lambda_gb_s": (ticks * TICK_MS * 0.5 + monthly * MAIL_MS + monthly * EVENTS * EVENT_MS * 0.5) / 1000,
        "writes": monthly * (MAIL_WRITES + EVENTS * EVENT_WRITES),
        "reads": ticks * TICK_READS + monthly * MAIL_READS,
        "mails": recipients * WORKING_DAYS,
        "mail_gb": recipients * WORKING_DAYS * MAIL_B / GB,
        "queue": POLLS + monthly * (MAIL_QUEUE + 2 * EVENTS),
        "topic": monthly * EVENTS,
        "puts": monthly * MAIL_PUTS,
        "kept_gb": monthly * MAIL_PUTS * MAIL_B * KEPT_MONTHS / GB,
        "bells": ticks,
        "log_gb": calls * LOG_B / GB,
        "log_kept_gb": calls * LOG_B / GB * LOG_MONTHS,
        "alarms": ALARMS,
        "dashboards": 1,
        "keys": KEY_CALLS,
    }


def reporting(people: int, cadence: Cadence) -> Usage:
    """What `people` add who report on every working day; each reporter's line stands in three mails to three people."""
    days = people * WORKING_DAYS
    kept = days * (LIVE_KEPT if cadence is Cadence.LIVE else DAILY[cadence])
    calls = days * LIVE_UPDATES if cadence is Cadence.LIVE else kept * VISIT_CALLS
    busy_ms = calls * LIVE_MS if cadence is Cadence.LIVE else kept * (2 * DOOR_MS + PAGE_MS)
    return {
        "api": calls,
        "lambda_calls": calls,
        "lambda_gb_s": busy_ms * 0.5 / 1000,
        "writes": kept * CHECKIN_WRITES,
        "reads": kept * VISIT_READS + days * 3 * CHECKIN_B / 4096,
        "table_gb": kept * CHECKIN_B / GB * DAYS / WORKING_DAYS,
        "mail_gb": days * 9 * ROW_B / GB,
        "log_gb": calls * LOG_B / GB,
        "log_kept_gb": calls * LOG_B / GB * LOG_MONTHS,
        "out_gb": (calls * 300 if cadence is Cadence.LIVE else kept * VISIT_OUT_B) / GB,
    }


def together(*usages: Usage) -> Usage:
    return {name: sum(usage.get(name, 0) for usage in usages) for name in PRICES}


def listed(usage: Usage) -> float:
    """US dollars without any free tier."""
    return sum(count * PRICES[name].usd / PRICES[name].per for name, count in usage.items())


def billed(usage: Usage) -> float:
    """US dollars of an account that runs nothing else: less what is free for ever."""
    return sum(
        max(0.0, count - PRICES[name].free) * PRICES[name].usd / PRICES[name].per for name, count in usage.items()
    )


def bill(usage: Usage) -> Table:
    """The month line by line; a star marks an assumed price."""
    table = Table("", "units a month", "US$", "of it free", box=SIMPLE)
    for column in table.columns[1:]:
        column.justify = "right"
    for name, count in usage.items():
        price = PRICES[name]
        full = count * price.usd / price.per
        free = min(count, price.free) * price.usd / price.per
        if count:
            table.add_row(price.what + ("" if price.is_read else " *"), f"{count:,.1f}", f"{full:,.2f}", f"{free:,.2f}")
    full = listed(usage)
    table.add_row("together", "", f"{full:,.2f}", f"{full - billed(usage):,.2f}", style="bold")
    return table


def by_cadence(units: int) -> Table:
    """The standing month, and what each thousand employees add at each cadence, without any free tier."""
    table = Table("", "US$ a month", box=SIMPLE)
    table.columns[1].justify = "right"
    table.add_row(f"standing, {units} agencies", f"{listed(standing(units)):,.2f}")
    for cadence in Cadence:
        table.add_row(f"each 1,000 employees, {cadence}", f"{listed(reporting(1000, cadence)):,.2f}")
    table.add_row("a small server, without SES", f"{sum(SERVER.values()):,.2f}")
    return table


def even_at(cadence: Cadence, units: int) -> int:
    """From about how many people on a small server costs less, if it bears them; mails cost the same from both."""
    added = reporting(1000, cadence)
    own, each = (listed({name: usage[name] for name in usage.keys() - MAILING}) for usage in (standing(units), added))
    return max(0, round((sum(SERVER.values()) - own) / each * 10)) * 100


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m infra.cost", description="What a month costs, from counted requests.")
    parser.add_argument("--people", type=int, default=1000, help="how many employees report")
    parser.add_argument("--cadence", type=Cadence, choices=list(Cadence), default=Cadence.PER_SLOT, help="how often")
    parser.add_argument("--units", type=int, default=41, help="how many agencies send their own report; 41 in Banten")
    return parser


def main(arguments: list[str] | None = None) -> None:
    asked, console = _parser().parse_args(arguments), Console()
    usage = together(standing(asked.units), reporting(asked.people, asked.cadence))
    console.print(f"{asked.people:,} people, {asked.cadence}, {asked.units} agencies, {WORKING_DAYS} working days")
    console.print(bill(usage))
    console.print("* assumed: what Singapore or the USA pay; docs/cost.md names the sources")
    console.print(by_cadence(asked.units))
    console.print(f"A small server costs less from about {even_at(asked.cadence, asked.units):,} people on.")


if __name__ == "__main__":
    main()
