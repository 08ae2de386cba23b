"""An answer in words, as a chat would say it: every line of both languages has to exist and find its facts."""

from chalicelib.chat.table import TABLE
from chalicelib.domain.answer import Answer, Cell, Offer
from chalicelib.domain.change import Line
from chalicelib.phrases import KNOWN, phrase
from tests.office import BKD, SEKDA


def said(answer: Answer, lang: str = "id") -> str:
    """Everything an answer says, line by line; it must be sayable in every language and name no mail address."""
    texts = {known: "\n".join(_texts(answer, known)) for known in KNOWN}
    assert not [text for text in texts.values() if "@dinkes" in text or BKD in text or SEKDA in text]
    return texts[lang]


def _texts(answer: Answer, lang: str) -> list[str]:
    texts = [_line(answer.title, lang), *(_line(line, lang) for line in answer.lines)]
    if answer.table:
        texts.append(" | ".join(phrase(heading, lang=lang) for heading in answer.table.headings))
        assert {len(row) for row in answer.table.rows} <= {len(answer.table.headings)}
        texts += [" | ".join(_cell(cell, lang) for cell in row) for row in answer.table.rows]
    return [*texts, *(f"[{_line(offer.label, lang)}]" for offer in answer.offers)]


def _cell(cell: Cell, lang: str) -> str:
    return _line(cell, lang) if isinstance(cell, Line) else str(cell)


def _line(line: Line, lang: str) -> str:
    return phrase(line.key, lang=lang, **line.facts)


def lines(answer: Answer) -> list[str]:
    """The lines that an answer's buttons stand for."""
    return [line_of(offer) for offer in answer.offers]


def line_of(offer: Offer) -> str:
    """The line that a button stands for, as somebody would type it."""
    return TABLE.line_of(offer.verb, offer.line)
