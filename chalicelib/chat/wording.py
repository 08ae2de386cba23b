"""An answer in the reader's language, and a refusal as an answer.

What becomes a button is handed to the caller to be kept: its id is all that a platform ever sees of it.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time

from chalicelib.chat.reply import Button, Reply
from chalicelib.domain.answer import Answer, Cell, Offer, Table
from chalicelib.domain.change import Line
from chalicelib.domain.errors import PieceMissing, Refusal, WordsNotUnderstood
from chalicelib.phrases import KNOWN, number, phrase

Keep = Callable[[Offer], str]
NAMES = frozenset({"revision", "later", "year"})
"""Facts whose number is a name: no thousands mark belongs into it."""


def said(line: Line, lang: str) -> str:
    """A line in words."""
    return phrase(line.key, lang=lang, **_numbers(line.facts, lang))


def _numbers(facts: Mapping[str, str | int | date], lang: str) -> dict[str, object]:
    counted = ((name, fact) for name, fact in facts.items() if isinstance(fact, int) and name not in NAMES)
    return {**facts, **{name: number(fact, lang=lang) for name, fact in counted}}


def worded(answer: Answer, lang: str, keep: Keep) -> Reply:
    """The answer as a reply; `keep` stores what each offer does and returns the button's id."""
    buttons = (Button(keep(offer), said(offer.label, lang), offer.form, offer.is_main) for offer in answer.offers)
    return Reply(
        said(answer.title, lang),
        tuple(said(line, lang) for line in answer.lines),
        _rows(answer.table, lang) if answer.table else (),
        tuple(buttons),
        answer.asks,
        lang,
    )


def announcement(answer: Answer) -> Reply:
    """What is told to a channel: words alone, in the office's first language, because a button would be anybody's."""
    lines = tuple(said(line, KNOWN[0]) for line in answer.lines)
    return Reply(said(answer.title, KNOWN[0]), lines, lang=KNOWN[0])


def _rows(table: Table, lang: str) -> tuple[tuple[str, ...], ...]:
    headings = tuple(phrase(heading, lang=lang) for heading in table.headings)
    return (headings, *(tuple(_cell(cell, lang) for cell in row) for row in table.rows))


def _cell(cell: Cell, lang: str) -> str:
    match cell:
        case Line():
            return said(cell, lang)
        case int():
            return number(cell, lang=lang)
        case _:
            return cell


def refused(refusal: Refusal) -> Answer:
    """A refusal as an answer: what is wrong, what to do, and an example where the line was incomplete."""
    facts = {name: shown for name, fact in refusal.facts.items() if (shown := _fact(fact)) is not None}
    advice = Line(f"refusal.{refusal.key}.advice", facts)
    match refusal:
        case PieceMissing(piece, verb):
            lines = (Line(f"piece.{piece}"), advice, *_example(verb))
        case WordsNotUnderstood(_, verb):
            lines = (advice, *_example(verb))
        case _:
            lines = (advice,)
    return Answer(Line(f"refusal.{refusal.key}.title"), lines)


def _example(verb: str) -> tuple[Line, ...]:
    return (Line("chat.example"), Line(f"command.{verb}.example")) if verb else ()


def _fact(fact: object) -> str | int | date | None:
    """A refusal's fact as a line may carry it; what is no text, number or day stays unsaid."""
    match fact:
        case datetime():
            return f"{fact:%d/%m/%Y %H.%M}"
        case time():
            return f"{fact:%H.%M}"
        case str() | int() | date():
            return fact
        case tuple():
            return ", ".join(str(_fact(one)) for one in fact)
        case _:
            return None
