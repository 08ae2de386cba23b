"""The rules that keep this a house, read off the source itself: who imports whom, what is said where, and how much.

Nothing here runs the product but the last test, which serves one check-in in a process of its own to see what that
process had to load.
"""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from moto import mock_aws
from moto.server import ThreadedMotoServer

from chalicelib.domain.attendance import Status
from chalicelib.domain.errors import Refusal
from chalicelib.domain.evidence import Band, Errand, Grade, Reason
from chalicelib.domain.people import PositionGroup
from chalicelib.domain.recap import Outcome
from chalicelib.phrases import KNOWN, LOCALE
from tests.office import at, person
from tests.world import PREFIX, REGION, build_world

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = {path: ast.parse(path.read_text("utf-8")) for path in sorted((ROOT / "chalicelib").rglob("*.py"))}
HELPERS = {path: ast.parse(path.read_text("utf-8")) for path in sorted((ROOT / "infra").rglob("*.py"))}
APP = {ROOT / "app.py": ast.parse((ROOT / "app.py").read_text("utf-8"))}
SHIPPED = PRODUCT | APP
LINES = 300
DOORS = {"chalicelib.entry.jobs", "chalicelib.entry.queues"}
"""The two modules whose decorators need the zone and the prefix when they are imported."""

NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}
INDONESIAN = re.compile(
    r"\b(yang|untuk|belum|sudah|anda|dengan|adalah|silakan|mohon|dicatat|tercatat|melapor|kepada|oleh)\b"
    r"| (tidak|dan|dari|atau|laporan) ",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[A-Z][a-z]+(?:[ ,]+[\w'’%{}()-]+){3,}[.!?]")
PLACEHOLDER = re.compile(r"\{(\w+)")
READERS = ("period_", "date_", "naming", "pieces", "command_grammar", "table/")
"""Modules of `chat/` whose Indonesian is what admins and circulars write: it is read there and never said."""

KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")

NAMED: tuple[tuple[str, type[StrEnum]], ...] = (
    ("status", Status),
    ("grade", Grade),
    ("receipt.grade", Grade),
    ("band", Band),
    ("reason", Reason),
    ("outcome", Outcome),
    ("group", PositionGroup),
    ("page.errand", Errand),
)
HEAVY = {
    "PIL",
    "babel",
    "boto3",
    "css_inline",
    "holidays",
    "jinja2",
    "openpyxl",
    "phonenumbers",
    "reportlab",
    "slack_bolt",
    "xlsxwriter",
}


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def names_in(node: ast.AST) -> Iterator[str]:
    """Every module that one import statement may load: of `from a import b` both `a` and `a.b`."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "a relative import hides who imports whom"
        yield node.module or ""
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def imports(tree: ast.AST) -> frozenset[str]:
    return frozenset(name for node in ast.walk(tree) for name in names_in(node))


def importers(sources: dict[Path, ast.Module], module: str) -> set[str]:
    """The modules that import `module` or anything inside it."""
    return {module_of(path) for path, tree in sources.items() if any(is_under(name, module) for name in imports(tree))}


def is_under(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


# Who imports whom


def test_the_domain_imports_the_standard_library_and_its_siblings() -> None:
    found = {
        (module_of(path), name)
        for path, tree in PRODUCT.items()
        if is_under(module_of(path), "chalicelib.domain")
        for name in imports(tree)
        if not is_under(name, "chalicelib.domain") and name.split(".")[0] not in sys.stdlib_module_names
    }

    assert found == set()


def test_the_domain_does_no_input_or_output() -> None:
    effects = {"os", "pathlib", "socket", "logging", "random", "secrets", "time", "io", "urllib", "subprocess"}
    found = {
        (module_of(path), name)
        for path, tree in PRODUCT.items()
        if is_under(module_of(path), "chalicelib.domain")
        for name in imports(tree)
        if name.split(".")[0] in effects
    }

    assert found == set()


def test_the_doors_are_imported_by_the_app_alone() -> None:
    found = importers(SHIPPED | HELPERS, "chalicelib.entry")

    assert {module for module in found if not is_under(module, "chalicelib.entry")} == {"app"}


def test_the_wiring_is_imported_by_the_doors_alone() -> None:
    found = importers(SHIPPED, "chalicelib.wiring")

    assert {module for module in found if not is_under(module, "chalicelib.entry")} == set()


def test_the_settings_are_imported_by_the_wiring_and_by_the_two_doors_with_decorators() -> None:
    assert importers(SHIPPED, "chalicelib.settings") <= {"chalicelib.wiring", *DOORS}


def test_rows_stay_in_the_store() -> None:
    outside = {module for module in importers(SHIPPED, "pynamodb") if not is_under(module, "chalicelib.store")}
    tables = {
        module
        for module in importers(SHIPPED, "chalicelib.store.tables")
        if not is_under(module, "chalicelib.store") and module != "chalicelib.wiring"
    }

    assert (outside, tables) == (set(), set())


def test_the_store_knows_no_journey_no_door_and_no_renderer() -> None:
    upwards = ("checkin", "reporting", "assembly", "admin", "entry", "wiring", "render", "mail", "chat", "settings")
    found = {
        (module, above)
        for above in upwards
        for module in importers(PRODUCT, f"chalicelib.{above}")
        if is_under(module, "chalicelib.store")
    }

    assert found == set()


def test_the_commands_know_no_chat() -> None:
    found = importers(PRODUCT, "chalicelib.chat")

    assert [module for module in found if is_under(module, "chalicelib.admin")] == []


def test_the_product_never_imports_what_only_development_needs() -> None:
    for module in ("boto3", "moto", "babel", "holidays", "hypothesis", "pytest", "croniter", "infra", "tests"):
        assert importers(SHIPPED, module) == set(), module


def test_no_two_modules_import_each_other() -> None:
    at_import = {module_of(path): _at_import(tree) for path, tree in PRODUCT.items()}
    reached: dict[str, set[str]] = {module: set(names & at_import.keys()) for module, names in at_import.items()}
    for _ in at_import:
        reached = {module: set().union(names, *(reached[name] for name in names)) for module, names in reached.items()}

    assert [module for module, names in reached.items() if module in names] == []


def _at_import(tree: ast.Module) -> set[str]:
    """What importing the module loads: type checkers' imports and put-off ones are left out."""
    return {name for node in tree.body if not isinstance(node, ast.If) for name in names_in(node)}


def test_imports_stand_at_the_top_except_in_the_wiring() -> None:
    found = [
        where(path, inner)
        for path, tree in (SHIPPED | HELPERS).items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom) and module_of(path) != "chalicelib.wiring"
    ]

    assert found == []


def test_each_import_that_is_put_off_says_what_it_saves() -> None:
    path = ROOT / "chalicelib" / "wiring.py"
    lines = path.read_text("utf-8").splitlines()
    put_off = [
        inner
        for node in PRODUCT[path].body
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert put_off
    for node in put_off:
        said = " ".join(lines[node.lineno - 2 : node.end_lineno])
        assert re.search(r"#.* ms ", said), where(path, node)


# Effects, once


def test_the_environment_is_read_in_the_documented_places_alone() -> None:
    readers = {
        module_of(path)
        for path, tree in SHIPPED.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"))
        or (isinstance(node, ast.ImportFrom) and node.module == "os" and _named(node) & {"environ", "getenv"})
    }

    assert readers <= {"chalicelib.wiring", *DOORS}


def _named(node: ast.ImportFrom) -> set[str]:
    return {alias.name for alias in node.names}


def test_the_clock_is_read_in_one_place() -> None:
    read = [
        where(path, node)
        for path, tree in (SHIPPED | HELPERS).items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today") and _is_clock(node.value))
        or (isinstance(node, ast.Attribute) and node.attr == "time" and _is_named(node.value, "time"))
    ]

    assert [place.split(":")[0] for place in read] == ["chalicelib/wiring.py"], read


def _is_clock(node: ast.expr) -> bool:
    return _is_named(node, "datetime", "date") or (
        isinstance(node, ast.Attribute) and node.attr in ("datetime", "date")
    )


def _is_named(node: ast.expr, *names: str) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def test_whoever_catches_everything_stands_at_a_door() -> None:
    found = [
        where(path, node)
        for path, tree in SHIPPED.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or _is_named(node.type, "Exception", "BaseException"))
        and not is_under(module_of(path), "chalicelib.entry")
    ]

    assert found == []


# Size and names


@pytest.mark.parametrize("path", [*SHIPPED, *HELPERS], ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_and_opens_by_saying_what_lives_in_it(path: Path) -> None:
    text = path.read_text("utf-8")

    assert text.count("\n") <= LINES
    assert ast.get_docstring((SHIPPED | HELPERS)[path])


def test_no_module_is_named_after_nothing() -> None:
    named = [path.relative_to(ROOT).with_suffix("") for path in (*SHIPPED, *HELPERS)]

    assert [str(path) for path in named if NAMELESS & {*path.parts}] == []


def test_the_app_does_nothing_but_register_its_doors() -> None:
    (tree,) = APP.values()
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}

    assert calls == {"Chalice", "app.experimental_feature_flags.update", "app.register_blueprint"}


# What is said to people


def spoken(tree: ast.Module) -> Iterator[ast.Constant]:
    """Every text of a module but its docstrings and the keys of its log lines."""
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if ast.unparse(call.func).startswith("log."):
            silent |= {id(node) for node in ast.walk(call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node


def test_no_sentence_for_a_person_stands_in_the_code() -> None:
    found = [
        f"{where(path, node)} {node.value!r}"
        for path, tree in SHIPPED.items()
        if not str(path.relative_to(ROOT)).startswith(tuple(f"chalicelib/chat/{name}" for name in READERS))
        for node in spoken(tree)
        if INDONESIAN.search(node.value) or SENTENCE.search(node.value)
    ]

    assert found == []


def texts(lang: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((LOCALE / lang / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as source:
            found |= {str(entry.id): str(entry.string) for entry in read_po(source, locale=lang) if entry.id}
    return found


def test_every_text_exists_in_both_languages_with_the_same_placeholders() -> None:
    indonesian, english = texts("id"), texts("en")

    assert indonesian.keys() == english.keys()
    assert [key for key in indonesian if not indonesian[key].strip() or not english[key].strip()] == []
    assert [
        key for key in indonesian if set(PLACEHOLDER.findall(indonesian[key])) != set(PLACEHOLDER.findall(english[key]))
    ] == []


def test_no_key_stands_in_two_catalogues() -> None:
    keys = [
        str(entry.id)
        for path in sorted((LOCALE / "id" / "LC_MESSAGES").glob("*.po"))
        for entry in read_po(path.open("rb"), locale="id")
        if entry.id
    ]

    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("lang", KNOWN)
def test_every_value_that_a_person_meets_has_a_name(lang: str) -> None:
    known = texts(lang)

    assert [f"{prefix}.{one}" for prefix, members in NAMED for one in members if f"{prefix}.{one}" not in known] == []


def refusals() -> list[type[Refusal]]:
    for path in PRODUCT:
        if not is_under(module_of(path), "chalicelib.entry"):
            import_module(module_of(path))
    found, waiting = [], [Refusal]
    while waiting:
        waiting += (below := waiting.pop().__subclasses__())
        found += below
    return sorted(found, key=lambda refusal: refusal.__name__)


@pytest.mark.parametrize("refusal", refusals(), ids=lambda refusal: refusal.__name__)
def test_every_refusal_says_what_is_wrong_and_what_to_do_from_the_facts_it_carries(refusal: type[Refusal]) -> None:
    key = refusal.key.fget(refusal.__new__(refusal))  # type: ignore[attr-defined]
    facts = {field.name for field in fields(refusal)}  # type: ignore[arg-type]

    for lang in KNOWN:
        known = texts(lang)
        assert PLACEHOLDER.findall(known[f"refusal.{key}.title"]) == []
        assert set(PLACEHOLDER.findall(known[f"refusal.{key}.advice"])) <= facts - {"lang"}


def test_every_key_that_the_code_names_has_a_text() -> None:
    known = texts("id")
    families = {key.split(".")[0] for key in known}
    named = {
        (node.value, where(path, node))
        for path, tree in PRODUCT.items()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] in ("phrase", "words")
        for node in ast.walk(call)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and KEY.fullmatch(node.value)
        and node.value.split(".")[0] in families
    }

    assert named
    assert [place for key, place in sorted(named) if key not in known] == []


# What a check-in loads

CHECKIN = """
import json, sys
from datetime import datetime, timezone
from botocore.handlers import BUILTIN_HANDLERS

made = set()
BUILTIN_HANDLERS.append(("creating-client-class", lambda event_name, **_: made.add(event_name.rpartition(".")[2])))

from app import app
from chalicelib import wiring

wiring.now = lambda: datetime(2020, 3, 23, 0, 12, tzinfo=timezone.utc)
event = json.loads(sys.stdin.read())
answer = app(event, None)
loaded = sorted({name.split(".")[0] for name in sys.modules})
ours = sorted(name for name in sys.modules if name.startswith("chalicelib"))
print(json.dumps({"status": answer["statusCode"], "loaded": loaded, "ours": ours, "clients": sorted(made)}))
"""


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[dict[str, str], str]]:
    """An office that another process can reach on loopback, as the environment it needs and Ani's token."""
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        world = build_world()
        world.open([person("Ani")])
        server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        hadir = {"PREFIX": PREFIX, "ZONE": "WIB", "BUCKET": "x", "REPORTS_QUEUE_URL": "x", "BOTS_QUEUE_URL": "x"}
        hadir |= {"SENDER": "x@example.id"}
        hadir |= {"CONFIGURATION_SET": "x", "BASE_URL": "https://hadir.example.id"}
        environ = {f"HADIR_{name}": value for name, value in hadir.items()}
        yield environ | keys | {"AWS_ENDPOINT_URL_DYNAMODB": f"http://{host}:{port}"}, world.tokens["ani"]
        server.stop()


@pytest.mark.slow
def test_a_checkin_loads_neither_a_renderer_nor_a_chat_nor_boto3_and_talks_to_dynamodb_alone(
    served: tuple[dict[str, str], str],
) -> None:
    environ, token = served
    position = {"lat": -6.12, "lon": 106.15, "accuracy_m": 20, "fixed_at": at("07:12").timestamp() * 1000}

    ran = subprocess.run(
        [sys.executable, "-c", CHECKIN],
        input=json.dumps(_event({"token": token, "id": "client-000001", "position": position})),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1", **environ},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert found["status"] == 201
    assert HEAVY & set(found["loaded"]) == set()
    assert found["clients"] == ["dynamodb"]
    assert [name for name in found["ours"] if name in ("chalicelib.rosterfile", "chalicelib.render.html")] == []


def _event(claims: dict[str, Any]) -> dict[str, Any]:
    """A request as API Gateway hands it to Lambda."""
    return {
        "requestContext": {"httpMethod": "POST", "resourcePath": "/api/checkins", "path": "/v1/api/checkins"},
        "headers": {"content-type": "application/json"},
        "multiValueQueryStringParameters": None,
        "pathParameters": {},
        "stageVariables": {},
        "body": json.dumps(claims),
        "isBase64Encoded": False,
    }
