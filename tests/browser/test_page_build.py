"""The build step refuses catalogues with gaps and does nothing twice.

The page it renders is judged in Chromium, next door.
"""

import shutil
from gettext import GNUTranslations
from pathlib import Path

import pytest

from infra.build import TEMPLATES, CatalogueGap, build

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """The real page and its own catalogues, in a place of their own."""
    shutil.copytree(TEMPLATES / "page", tmp_path / "page", ignore=shutil.ignore_patterns("built"))
    for lang in ("id", "en"):
        (tmp_path / "locale" / lang / "LC_MESSAGES").mkdir(parents=True)
        shutil.copy(TEMPLATES / f"locale/{lang}/LC_MESSAGES/page.po", tmp_path / f"locale/{lang}/LC_MESSAGES")
    return tmp_path


def write_office(templates: Path, **texts: str) -> None:
    for lang, text in texts.items():
        entry = f'msgid "office.greeting"\nmsgstr "{text}"\n'
        (templates / f"locale/{lang}/LC_MESSAGES/office.po").write_text(HEADER + entry)


def test_a_second_build_changes_nothing(templates: Path) -> None:
    first = build(templates)

    second = build(templates)

    assert sorted(path.name for path in first) == ["checkin.en.html", "checkin.id.html", "page.mo", "page.mo"]
    assert second == []


def test_the_compiled_catalogue_answers_gettext(templates: Path) -> None:
    build(templates)

    with (templates / "locale/id/LC_MESSAGES/page.mo").open("rb") as compiled:
        assert GNUTranslations(compiled).gettext("page.ready.button") == "Lapor sekarang"


def test_when_a_catalogue_was_built_does_not_stand_in_it(templates: Path) -> None:
    """Else the same texts would be another package a minute later, and every deployment would change something."""
    build(templates)

    with (templates / "locale/id/LC_MESSAGES/page.mo").open("rb") as compiled:
        assert GNUTranslations(compiled).info()["pot-creation-date"] == "2020-03-23 00:00+0000"


def test_a_text_missing_in_one_language_is_refused_and_nothing_is_written(templates: Path) -> None:
    write_office(templates, id="Selamat pagi", en="")

    with pytest.raises(CatalogueGap) as refused:
        build(templates)

    assert refused.value.gaps == ["office.po: office.greeting: missing in en"]
    assert not list(templates.rglob("*.mo"))


def test_placeholders_that_differ_between_languages_are_refused(templates: Path) -> None:
    write_office(templates, id="Selamat pagi, {name}", en="Good morning, {nama}")

    with pytest.raises(CatalogueGap) as refused:
        build(templates)

    assert refused.value.gaps == ["office.po: office.greeting: placeholders differ"]


def test_a_catalogue_absent_in_one_language_is_refused(templates: Path) -> None:
    write_office(templates, id="Selamat pagi")

    with pytest.raises(CatalogueGap) as refused:
        build(templates)

    assert refused.value.gaps == ["office.po: absent in en"]


def test_a_text_the_page_asks_for_must_be_in_the_catalogue(templates: Path) -> None:
    page = templates / "page/checkin.html"
    page.write_text(page.read_text() + '{{ _("page.absent") }}')

    with pytest.raises(CatalogueGap) as refused:
        build(templates)

    assert refused.value.gaps == ["page.po: page.absent: missing"]


def test_a_text_the_page_never_shows_is_refused(templates: Path) -> None:
    for lang in ("id", "en"):
        with (templates / f"locale/{lang}/LC_MESSAGES/page.po").open("a") as catalogue:
            catalogue.write('\nmsgid "page.orphan"\nmsgstr "Ada"\n')

    with pytest.raises(CatalogueGap) as refused:
        build(templates)

    assert refused.value.gaps == ["page.po: page.orphan: unused"]
