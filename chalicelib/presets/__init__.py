"""The circulars as data, one TOML file each, and the decrees that make the calendar.

A preset is what a letter says; loading one makes a `Policy`, its clauses beside it as `sources`. Where a letter allows
two readings the preset holds both, and the admin's choice (or the preset's default) picks one. Adding a circular adds
a file here and no code.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from chalicelib.domain.calendar import Calendar, Decree, Holiday
from chalicelib.domain.people import Organisation, Unit
from chalicelib.domain.periods import Between, Period, UntilLifted
from chalicelib.domain.policy import Policy, Rule, Selector, Source

HERE = Path(__file__).parent
PLAIN = ("id", "number", "title", "signed")
WRAPPED = ("zone", "cadence", "report_to", "recap_to", "recap_release")


def policy(name: str, choices: Mapping[str, str] | None = None) -> Policy:
    """The preset `name`, with `choices` overriding the readings it takes by default.

    Raises: FileNotFoundError for an unknown preset, KeyError for a choice or reading the preset does not hold.
    """
    data = _read(f"{name}.toml")
    if unknown := (choices or {}).keys() - data.get("choices", {}).keys():
        raise KeyError(*unknown)
    values = {field: data[field] for field in PLAIN} | {field: data[field]["value"] for field in WRAPPED}
    values |= {"hours": _hours(data["hours"]), "slots": data["slots"], "limits": data["limits"]}
    values |= {"piket_minimums": data["piket_minimums"], "rules": _rules(data, choices or {})}
    values |= {"validity": _validity(data["validity"]), "sources": _sources(data)}
    return msgspec.convert(values, Policy, strict=False, dec_hook=_as_is)


@cache
def calendar() -> Calendar:
    """Every national decree on holidays and joint leave since 2019, each with the day it was signed."""
    return Calendar(tuple(_decree(entry) for entry in _read("calendar-id.toml")["decree"]))


def organisation(name: str) -> Organisation:
    """The units of one government as its circular's annex lists them; addresses are configured, never in a preset."""
    return Organisation(msgspec.convert(_read(f"organisation-{name}.toml")["unit"], tuple[Unit, ...], strict=False))


def names() -> tuple[str, ...]:
    """The presets that ship, one for each circular."""
    others = ("organisation-", "calendar-")
    return tuple(sorted(path.stem for path in HERE.glob("*.toml") if not path.stem.startswith(others)))


def _read(filename: str) -> dict[str, Any]:
    return tomllib.loads((HERE / filename).read_text("utf-8"))


def _validity(table: dict[str, Any]) -> Period:
    if "condition" in table:
        return UntilLifted(table["start"], table["condition"])
    return Between(table["start"], table["end"])


def _hours(tables: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [table | {"weekday": weekday} for table in tables for weekday in table["weekdays"]]


def _rules(data: dict[str, Any], choices: Mapping[str, str]) -> list[Rule]:
    return [_rule(table, data.get("choices", {}), choices) for table in data["rules"]]


def _rule(table: dict[str, Any], readings: dict[str, Any], choices: Mapping[str, str]) -> Rule:
    arrangement = table.get("arrangement")
    if name := table.get("choice"):
        arrangement = readings[name]["readings"][choices.get(name, readings[name]["default"])]
    who = msgspec.convert(table, Selector, strict=False)
    return msgspec.convert({"who": who, "arrangement": arrangement, "clause": table["clause"]}, Rule, strict=False)


def _sources(data: dict[str, Any]) -> list[Source]:
    """The clause of every field: of a list's entries each, of a table its own."""
    found = []
    for field, value in data.items():
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, dict) and "clause" in entry:
                found.append(Source(field, entry["clause"]))
    return found


def _decree(entry: dict[str, Any]) -> Decree:
    number, days = entry["number"], entry.get("days", [])
    return Decree(
        number,
        entry["signed"],
        (entry["year"],),
        tuple(Holiday(day["date"], day["name"], day["kind"], number) for day in days),
        tuple(day["date"] for day in entry.get("removed", [])),
    )


def _as_is(kind: type, value: object) -> object:
    """A value that is already of the kind asked for (a `Period`), which msgspec does not know by itself."""
    if not isinstance(value, kind):
        raise TypeError(f"expected {kind.__name__}, found {type(value).__name__}")
    return value


def known_calendar(day: date) -> Calendar:
    """The calendar as it had been decreed by `day`."""
    return calendar().known_on(day)
