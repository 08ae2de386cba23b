"""`make bench`: round trips, items read, and milliseconds beside a bare handler measured in the same run.

Everything runs in this process on moto, whose own cost is in both sides of every ratio; absolute milliseconds mean
nothing beyond this run.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from statistics import median
from tempfile import mkdtemp
from time import perf_counter
from typing import Any

from chalice.app import Chalice
from chalice.test import Client
from moto import mock_aws
from rich.console import Console
from rich.table import Table

from chalicelib.assembly import make_report
from chalicelib.chat.period_grammar import MAX_CHARS, read_period
from chalicelib.domain.delivery import Mail, MailKey, State
from chalicelib.domain.errors import PeriodUnreadable
from chalicelib.store.tables import CardRow
from tests.entry.hadir import ENVIRON
from tests.faults.interrupter import INTERRUPTER
from tests.office import MONDAY, at, person
from tests.store.dynamo import counted
from tests.world import World, build_world

PEOPLE, ROUNDS = 250, 60
BARE = "import chalice, pynamodb.models"
PRODUCT = "import app"
"""What a cold start imports: a bare handler's libraries, and the whole product."""
JUNK = ("dua puluh ", "senin,rabu,", "hari tgl ")
"""What costs the reader of periods most: words that could begin one, over and over."""


def main() -> None:
    os.environ.update(ENVIRON)
    table = Table("", "round trips", "items read", "ms", "bare ms", "ratio")
    with mock_aws():
        world = build_world()
        os.environ["HADIR_REPORTS_QUEUE_URL"] = os.environ["HADIR_BOTS_QUEUE_URL"] = world.queue_url
        world.open([person(f"Ani{number}") for number in range(PEOPLE)])
        row(table, "a check-in, warm", *checkin(world))
        world.play(at("07:30"))
        row(table, "a bell with nothing to do", *measured(lambda: world.ring(at("07:40"))), None)
        row(table, f"a report of {PEOPLE} people, judged", *measured(lambda: judge(world)), None)
        row(table, "the same, as mail and workbook", 0, 0, timed(lambda: compose(world), 5), None)
    for junk in JUNK:
        row(table, f"{MAX_CHARS} characters like {junk!r}", 0, 0, *junk_read(junk))
    row(table, "import of the product, cold", 0, 0, imported(PRODUCT), imported(BARE))
    Console().print(table)


def checkin(world: World) -> tuple[int, int, float, float]:
    """The real route against a route that does one read and one conditional write and nothing else."""
    app, wiring = import_module("app").app, import_module("chalicelib.wiring")
    wiring.now, nowhere = lambda: at("07:12"), mkdtemp()  # where no .chalice/config.json changes the environment
    product, bare = Client(app, project_dir=nowhere), Client(bare_handler(), project_dir=nowhere)
    token = next(iter(world.tokens.values()))
    bodies = (submission(token, number) for number in range(10_000))
    post(product, next(bodies))
    trips, items, _ = measured(lambda: post(product, next(bodies)))
    ours = timed(lambda: post(product, next(bodies)), ROUNDS)
    return trips, items, ours, timed(lambda: post(bare, next(bodies)), ROUNDS)


def bare_handler() -> Chalice:
    app, number = Chalice("bare"), iter(range(10_000))

    @app.route("/api/checkins", methods=["POST"])
    def checkins() -> dict[str, Any]:
        body = app.current_request.json_body
        CardRow.get("board", consistent_read=True)
        CardRow(f"bare-{next(number)}", body=json.dumps(body)).save(CardRow.token_hash.does_not_exist())
        return {"receipt": "x"}

    return app


def submission(token: str, number: int) -> bytes:
    position = {"lat": -6.12, "lon": 106.15, "accuracy_m": 20, "fixed_at": at("07:12").timestamp() * 1000}
    return json.dumps({"token": token, "id": f"bench-{number:06}", "position": position}).encode()


def post(client: Client, body: bytes) -> None:
    answer = client.http.post("/api/checkins", headers={"Content-Type": "application/json"}, body=body)
    assert answer.status_code in (200, 201), answer.body


def judge(world: World) -> None:
    run = world.records.ledger.run(MONDAY, "0730")
    assert run
    make_report(world.records, run, MailKey(MONDAY, "0730", "dinkes"))


def compose(world: World) -> None:
    run, key = world.records.ledger.run(MONDAY, "0730"), MailKey(MONDAY, "0730", "dinkes")
    assert run
    office = world.records.office.at(run.office_revision)
    report = make_report(world.records, run, key)
    world.post.compose(report, Mail(key, State.READY, at("07:30"), to=("bkd@example.id",)), office, "hadir@example.id")


def junk_read(junk: str) -> tuple[float, float]:
    """The longest text that is read for a period, and the circular's own "23–31 Maret 2020" beside it."""
    long = ("x " + junk * MAX_CHARS)[:MAX_CHARS]
    return timed(lambda: refused(long), 5), timed(lambda: read_period("23–31 Maret 2020", today=MONDAY), 50)


def refused(text: str) -> None:
    with suppress(PeriodUnreadable):
        read_period(text, today=MONDAY)


def measured(act: Callable[[], object]) -> tuple[int, int, float]:
    """Round trips to AWS, items that came back, milliseconds."""
    INTERRUPTER.watch()
    with counted() as calls:
        started = perf_counter()
        act()
        spent = (perf_counter() - started) * 1000
    return len(INTERRUPTER.calls), len(calls.found), spent


def timed(act: Callable[[], object], rounds: int) -> float:
    spent = []
    for _ in range(rounds):
        started = perf_counter()
        act()
        spent.append((perf_counter() - started) * 1000)
    return median(spent)


def imported(code: str) -> float:
    """The least of five cold processes, less an empty one's."""
    return min(process(code) for _ in range(5)) - min(process("pass") for _ in range(5))


def process(code: str) -> float:
    started = perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": "."})
    return (perf_counter() - started) * 1000


def row(table: Table, name: str, trips: int, items: int, spent: float, bare: float | None) -> None:
    ratio = f"{spent / bare:.2f}" if bare else ""
    table.add_row(name, str(trips or ""), str(items or ""), f"{spent:.1f}", f"{bare:.1f}" if bare else "", ratio)


if __name__ == "__main__":
    main()
