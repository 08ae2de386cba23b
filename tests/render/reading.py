"""Reads a mail back as its reader sees it: tables by caption, cells as plain text."""

import re
from html.parser import HTMLParser


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self._caption: str | None = None
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "caption":
            self._caption = ""
        elif tag == "tr" and self._caption:
            self.found[self._caption].append([])
        elif tag in ("th", "td") and self._caption:
            self.found[self._caption][-1].append("")
        elif tag == "small" and self._caption:
            self._add(" / ")
        self._inside = tag if tag in ("caption", "th", "td") else self._inside

    def handle_endtag(self, tag: str) -> None:
        if tag == "caption" and self._caption:
            self.found[self._caption] = []
        if tag == "table":
            self._caption = None
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "caption":
            self._caption = (self._caption or "") + data
        elif self._inside:
            self._add(data)

    def _add(self, text: str) -> None:
        if self._caption and self.found.get(self._caption):
            self.found[self._caption][-1][-1] += text


def tables(html: str) -> dict[str, list[list[str]]]:
    """The data tables of a mail, heading row included."""
    parser = _Tables()
    parser.feed(html)
    return {
        caption: [[" ".join(cell.split()) for cell in row] for row in rows] for caption, rows in parser.found.items()
    }


def words(html: str) -> str:
    """Everything a mail says, without its markup and styles."""
    return re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", " ", html, flags=re.DOTALL)).lower()
