"""Every sentence, date and number that a person reads, from the gettext catalogues beside the templates.

The check-in path imports this module, so it stands on the standard library and the refusals alone; what a report's
values are called is in `render.views`. The price of gettext: a changed text is seen only after `python -m infra.build`.
"""

import gettext
from datetime import date, datetime
from functools import cache
from pathlib import Path

from chalicelib.domain.errors import MessageId

LOCALE = Path(__file__).resolve().parent.parent / "templates" / "locale"
KNOWN = ("id", "en")
"""The languages every text exists in; the first is the one used when nobody asks."""


class PhraseMissing(LookupError):
    """No catalogue of the language holds the message id: a fault of ours, never shown to a person."""


def phrase(key: str, /, *, lang: str = KNOWN[0], **facts: object) -> str:
    """The text of `key`, its placeholders filled; dates and instants among the facts appear in long form, message ids
    as their texts.

    Raises: PhraseMissing, and KeyError when the text wants a fact that was not given.
    """
    text = _catalogue(lang).gettext(key)
    if text == key:
        raise PhraseMissing(f"{key} ({lang})")
    return text.format_map({name: _shown(fact, lang) for name, fact in facts.items()})


@cache
def _catalogue(lang: str) -> gettext.NullTranslations:
    catalogue = gettext.NullTranslations()
    for path in sorted((LOCALE / lang / "LC_MESSAGES").glob("*.mo")):
        with path.open("rb") as compiled:
            catalogue.add_fallback(gettext.GNUTranslations(compiled))
    return catalogue


def _shown(fact: object, lang: str) -> object:
    if isinstance(fact, MessageId):
        return phrase(fact, lang=lang)
    if isinstance(fact, datetime):
        return moment(fact, lang=lang)
    return long_date(fact, lang=lang) if isinstance(fact, date) else fact


def long_date(day: date, *, lang: str = KNOWN[0]) -> str:
    """The day as an office letter writes it, with its weekday."""
    return phrase(
        "date.long",
        lang=lang,
        weekday=phrase(f"date.weekday.{day.weekday()}", lang=lang),
        day=day.day,
        month=phrase(f"date.month.{day.month}", lang=lang),
        year=day.year,
    )


def clock(at: datetime, *, lang: str = KNOWN[0]) -> str:
    """The wall-clock time of an aware instant, always with the name of the zone it is given in."""
    return phrase("date.clock", lang=lang, hour=f"{at.hour:02}", minute=f"{at.minute:02}", zone=at.tzname())


def moment(at: datetime, *, lang: str = KNOWN[0]) -> str:
    """Day and time of an aware instant, in the zone it is given in."""
    return phrase("date.moment", lang=lang, date=long_date(at.date(), lang=lang), clock=clock(at, lang=lang))


def number(count: int, *, lang: str = KNOWN[0]) -> str:
    """A count with the language's thousands mark."""
    return f"{count:,}".replace(",", phrase("number.thousands", lang=lang))


def percent(part: int, whole: int, *, lang: str = KNOWN[0]) -> str:
    """The share to one decimal, rounded down: 100 % is said only when nobody is left; a dash of no whole."""
    if not whole:
        return phrase("number.none", lang=lang)
    whole_percents, tenths = divmod(part * 1000 // whole, 10)
    value = f"{whole_percents}{phrase('number.decimal', lang=lang)}{tenths}" if part < whole else "100"
    return phrase("number.percent", lang=lang, value=value)
