"""Turns sources of texts and pages into what ships: compiled catalogues, and the check-in page per language.

The page is rendered here and not on request, because the function that answers check-ins must not import
Jinja. The price: after a change of text `python -m infra.build` has to run, and it refuses a gap.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

LANGUAGES = ("id", "en")
TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
PLACEHOLDER = re.compile(r"%\(\w+\)|\{\w+")

WHENEVER = datetime(2020, 3, 23, tzinfo=UTC)
"""When every catalogue says that it was made: the same texts are the same bytes, and nothing to deploy."""

Texts = dict[str, str]


class CatalogueGap(Exception):
    """A catalogue can't be shipped; carries every gap found, so that one run reports them all."""

    def __init__(self, gaps: Iterable[str]) -> None:
        self.gaps = sorted(gaps)
        super().__init__("\n".join(self.gaps))


def build(templates: Path = TEMPLATES) -> list[Path]:
    """Every `.po` becomes a `.mo` beside it and the check-in page one file per language.

    All domains are compared before anything is written. Returns the files whose content changed.

    Raises: CatalogueGap when a text is missing, empty or unused, or its placeholders differ.
    """
    domains = sorted({path.stem for path in templates.glob("locale/*/LC_MESSAGES/*.po")})
    catalogues = {domain: read_domain(templates / "locale", domain) for domain in domains}
    outputs = [*rendered(templates, catalogues["page"])]
    for by_language in catalogues.values():
        outputs += compiled(templates / "locale", by_language)
    return [path for path, body in outputs if replaced(path, body)]


def read_domain(locale: Path, domain: str) -> dict[str, Catalog]:
    """One domain in every language, each text present in all of them with the same placeholders.

    Raises: CatalogueGap.
    """
    paths = {lang: locale / lang / "LC_MESSAGES" / f"{domain}.po" for lang in LANGUAGES}
    absent = [f"{domain}.po: absent in {lang}" for lang, path in paths.items() if not path.exists()]
    if absent:
        raise CatalogueGap(absent)
    catalogues = {lang: read_catalogue(path, lang, domain) for lang, path in paths.items()}
    if gaps := list(gaps_between({lang: texts_of(catalogue) for lang, catalogue in catalogues.items()})):
        raise CatalogueGap(f"{domain}.po: {gap}" for gap in gaps)
    return catalogues


def read_catalogue(path: Path, lang: str, domain: str) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=lang, domain=domain, abort_invalid=True)


def texts_of(catalogue: Catalog) -> Texts:
    """Message id to text; a fuzzy text is as good as none, and plural forms are read as one."""
    messages = (message for message in catalogue if message.id)
    return {joined(message.id): "" if message.fuzzy else joined(message.string) for message in messages}


def joined(forms: str | Iterable[str] | None) -> str:
    return forms if isinstance(forms, str) else " ".join(forms or ())


def gaps_between(languages: dict[str, Texts]) -> Iterable[str]:
    for key in sorted(set().union(*languages.values())):
        missing = [lang for lang, texts in languages.items() if not texts.get(key)]
        if missing:
            yield f"{key}: missing in {', '.join(missing)}"
        elif len({frozenset(PLACEHOLDER.findall(texts[key])) for texts in languages.values()}) > 1:
            yield f"{key}: placeholders differ"


def compiled(locale: Path, catalogues: dict[str, Catalog]) -> Iterable[tuple[Path, bytes]]:
    for lang, catalogue in catalogues.items():
        compiled_bytes = BytesIO()
        catalogue.creation_date = WHENEVER
        write_mo(compiled_bytes, catalogue)
        yield locale / lang / "LC_MESSAGES" / f"{catalogue.domain}.mo", compiled_bytes.getvalue()


def rendered(templates: Path, catalogues: dict[str, Catalog]) -> Iterable[tuple[Path, bytes]]:
    """The check-in page in each language.

    Raises: CatalogueGap when the page asks for a text the catalogue lacks, or never asks for one it has.
    """
    environment = Environment(
        loader=FileSystemLoader(templates / "page"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    page = environment.get_template("checkin.html")
    within = {"script": Markup(_source(templates, "checkin.js")), "style": Markup(_source(templates, "checkin.css"))}
    for lang, texts in ((lang, texts_of(catalogue)) for lang, catalogue in catalogues.items()):
        asked: set[str] = set()
        html = page.render(lang=lang, _=asking(texts, asked), **within)
        if gaps := asked ^ texts.keys():
            raise CatalogueGap(f"page.po: {key}: {'missing' if key in asked else 'unused'}" for key in gaps)
        yield templates / f"page/built/checkin.{lang}.html", html.encode()


def _source(templates: Path, name: str) -> str:
    return (templates / "page" / name).read_text("utf-8")


def asking(texts: Texts, asked: set[str]) -> Callable[[str], str]:
    """The page's `_`: notes each id, so that all the missing ones are reported together."""

    def text(key: str) -> str:
        asked.add(key)
        return texts.get(key, key)

    return text


def replaced(path: Path, body: bytes) -> bool:
    """Writes only what differs: an unchanged build leaves modification times, and so the package, alone."""
    if path.exists() and path.read_bytes() == body:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return True


if __name__ == "__main__":
    if changed := build():
        print(f"Texts and pages are built ({len(changed)} files).")
