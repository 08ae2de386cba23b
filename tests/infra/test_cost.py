"""The bill is arithmetic over counts, and the counts are the product's own."""

import re
from pathlib import Path

import pytest

from infra.cost import (
    MAILING,
    PRICES,
    SERVER,
    Cadence,
    billed,
    by_cadence,
    even_at,
    listed,
    main,
    reporting,
    standing,
    together,
)
from infra.package import resources

ROOT = Path(__file__).parent.parent.parent


def test_a_thousand_people_at_three_slots_make_66000_check_ins_of_one_row_and_one_index_entry() -> None:
    usage = reporting(1000, Cadence.PER_SLOT)

    assert usage["writes"] == 66_000 * 2
    assert usage["api"] == 66_000 * 3


def test_a_visit_makes_as_many_calls_as_the_door_has_routes() -> None:
    routes = re.findall(r"^@bp\.route\(", (ROOT / "chalicelib/entry/web.py").read_text("utf-8"), re.MULTILINE)

    assert reporting(1, Cadence.PER_SLOT)["api"] == 3 * 22 * len(routes)


def test_banten_sends_127_mails_a_day_to_374_recipients() -> None:
    usage = standing(41)

    assert usage["topic"] == 127 * 22 * 4
    assert usage["mails"] == 374 * 22


def test_what_nobody_uses_costs_nothing_beyond_the_standing_bill() -> None:
    assert listed(reporting(0, Cadence.HOURLY)) == 0


@pytest.mark.parametrize("cadence", Cadence)
def test_twice_the_people_add_twice_the_money(cadence: Cadence) -> None:
    assert listed(reporting(2000, cadence)) == pytest.approx(2 * listed(reporting(1000, cadence)))


def test_the_free_tier_takes_away_and_never_adds() -> None:
    usage = together(standing(41), reporting(27_000, Cadence.PER_SLOT))

    assert 0 < billed(usage) < listed(usage)


def test_a_server_and_hadir_cost_the_same_where_it_is_said() -> None:
    people = even_at(Cadence.PER_SLOT, 41)
    usage = together(standing(41), reporting(people, Cadence.PER_SLOT))

    own = listed({name: count for name, count in usage.items() if name not in MAILING})

    assert own == pytest.approx(sum(SERVER.values()), rel=0.02)


def test_the_page_on_cost_shows_what_is_calculated() -> None:
    page = (ROOT / "docs/cost.md").read_text("utf-8")

    rows = [[str(cell) for cell in column.cells] for column in by_cadence(41).columns]

    for what, dollars in zip(*rows, strict=True):
        assert f"| {what} | {dollars} |" in page
    assert f"{even_at(Cadence.PER_SLOT, 41):,} people" in page


def test_the_page_on_cost_says_of_each_price_what_it_is_and_whether_it_was_read() -> None:
    page = (ROOT / "docs/cost.md").read_text("utf-8")

    for price in PRICES.values():
        assert re.search(rf"^\| {re.escape(price.what)} \|.*\| {'read' if price.is_read else 'assumed'}", page, re.M)


def test_the_command_prints_a_bill(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--people", "27000", "--cadence", "per-slot"])

    shown = capsys.readouterr().out

    assert "27,000 people, per-slot" in shown
    assert "together" in shown


def test_as_many_alarms_are_counted_as_the_template_has() -> None:
    made = [
        one for one in resources(ROOT / "infra")["Resources"].values() if one.get("Type") == "AWS::CloudWatch::Alarm"
    ]

    assert standing(41)["alarms"] == len(made)
