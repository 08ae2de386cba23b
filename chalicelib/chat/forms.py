"""The forms that a chat can open, and how a filled one becomes the line that somebody would have typed.

A form holds no office data and decides nothing: what it composes goes the way of every typed line, with its preview and
its refusals. The price is that a name is looked up after the form is sent, not while it is filled in.
"""

import re
from collections.abc import Mapping

from chalicelib.chat.reply import Field, Form

OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
PLACE = re.compile(r"\{(\w+)\}")

PERIOD = Form(
    "period",
    "form.period.title",
    (
        Field("policy", "form.period.policy", is_optional=True),
        Field("start", "form.period.start", kind="date"),
        Field("end", "form.period.end", kind="date", is_optional=True),
        Field("condition", "form.period.condition", is_optional=True),
    ),
    "berlaku [{policy} ]{start}[ s.d. {end}][ sampai {condition}]",
)
PERSON = Form(
    "person",
    "form.person.title",
    (
        Field("person", "form.person.person"),
        Field(
            "field",
            "form.person.field",
            kind="choice",
            choices=(
                ("hp", "form.person.field.phone"),
                ("email", "form.person.field.email"),
                ("jabatan", "form.person.field.position"),
                ("domisili", "form.person.field.home"),
            ),
        ),
        Field("value", "form.person.value"),
    ),
    "ubah {person} {field} {value}",
)
FORMS: Mapping[str, Form] = {form.name: form for form in (PERIOD, PERSON)}


def unfilled(form: Form, values: Mapping[str, str]) -> tuple[str, ...]:
    """The fields that have to be filled in before the form can be sent, and are not."""
    return tuple(one.name for one in form.fields if not one.is_optional and not values.get(one.name, "").strip())


def compose(form: Form, values: Mapping[str, str]) -> str:
    """The form's line with the values in it, whitespace tidied.

    A stretch of the line in square brackets vanishes with the field in it that was left empty.
    """
    filled = {name: " ".join(value.split()) for name, value in values.items()}
    line = OPTIONAL.sub(lambda part: part[1] if all(map(filled.get, PLACE.findall(part[1]))) else "", form.line)
    return " ".join(PLACE.sub(lambda place: filled.get(place[1], ""), line).split())
