"""The README's table "Where to change what" can be trusted."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROWS = re.findall(r"^\| [^|]+ \| `([^`]+)` · `([^`]+)` \|$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)


def test_the_table_has_at_least_twelve_rows() -> None:
    assert len(ROWS) >= 12


@pytest.mark.parametrize(("file", "name"), ROWS)
def test_each_row_names_a_file_that_defines_the_name(file: str, name: str) -> None:
    text = (ROOT / file).read_text("utf-8")

    definitions = {
        ".py": rf"^\s*(def|class) {name}\b|^{name}\b.*=",
        ".yaml": rf"^  {name}:",
        ".toml": rf"^\[\[?{name}\b|^{name}\b",
        ".html": rf'id="{name}"',
        ".css": rf"\b{name}\b",
        ".po": rf'^msgid "{re.escape(name)}"',
    }
    assert re.search(definitions[Path(file).suffix], text, re.MULTILINE)
