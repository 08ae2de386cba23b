"""A form of Slack's, filled in field by field at the chat console.

A form that the product sends back keeps what was typed and is asked again for the fields at fault alone.
"""

from collections.abc import Callable
from datetime import date

from chalicelib.chat.reply import Field
from infra.local.chat_screen import Screen, text
from infra.local.slack import SlackStandIn
from infra.local.slack_screen import ShownForm

CLOSE = ":"
"""Whatever is said to the console closes the form first, as clicking elsewhere would."""


def fill(slack: SlackStandIn, user: str, form: ShownForm, screen: Screen, ask: Callable[[str], str]) -> bool:
    """Ask for every field and send the form until it is taken; returns whether it was, or was closed instead."""
    values: dict[str, str] = {}
    screen.say("form", style="bold", title=form.title)
    left = form.fields
    while left:
        for field in left:
            answer = _answer(field, screen, ask)
            if answer is None:
                return False
            values[field.name] = answer
        slack.submit(user, form, values)
        errors = found.errors if (found := slack.form(user)) else {}
        left = tuple(field for field in form.fields if field.name in errors)
        for field in left:
            screen.say("form_error", style="red", label=field.label, error=errors[field.name])
    return True


def _answer(field: Field, screen: Screen, ask: Callable[[str], str]) -> str | None:
    """What was filled in; None when the form was closed."""
    prompt = f"  {field.label}{text('optional') if field.is_optional else ''}: "
    for number, (_, name) in enumerate(field.choices, 1):
        screen.say("form_option", style="", number=number, name=name)
    while not (typed := ask(prompt).strip()).startswith(CLOSE):
        value = _value(field, typed)
        if value is not None:
            return value
        screen.say("form_date" if field.kind == "date" else "form_choice")
    return None


def _value(field: Field, typed: str) -> str | None:
    """The field's value as the platform sends it; None for what its picker does not offer."""
    match field.kind:
        case "choice" if typed:
            values = [value for value, _ in field.choices]
            return values[int(typed) - 1] if typed.isdecimal() and 1 <= int(typed) <= len(values) else None
        case "date" if typed:
            return typed if _is_day(typed) else None
    return typed


def _is_day(typed: str) -> bool:
    try:
        date.fromisoformat(typed)
    except ValueError:
        return False
    return True
