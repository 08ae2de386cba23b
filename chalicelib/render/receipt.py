"""A receipt, a greeting or a refusal in the words that the page shows.

It imports no template engine, because it stands on the check-in path.
"""

from datetime import timedelta
from typing import Literal

from chalicelib.checkin import PLAIN_LIMITS, Opened, Receipt, Standing
from chalicelib.domain.calendar import ZONES
from chalicelib.domain.errors import Refusal
from chalicelib.domain.evidence import Grade, Reason
from chalicelib.domain.policy import Window
from chalicelib.phrases import clock, phrase

GOOD = (Grade.AT_HOME, Grade.DECLARED_OUT)

Words = dict[str, str | list[str]]
Mark = Literal["ok", "unclear", "late"]


def receipt(receipt: Receipt, *, lang: str) -> Words:
    """What is recorded, which report it is in, and what the position showed."""
    at = receipt.checkin.at.astimezone(ZONES[receipt.zone])
    title = phrase("receipt.title", lang=lang, clock=clock(at, lang=lang))
    return {"title": title, "lines": [_slot("receipt", receipt.standing, lang), _evidence(receipt, lang)]}


def mark(receipt: Receipt) -> Mark:
    """Whether the page shows a plain tick."""
    if receipt.standing.window is None:
        return "late"
    return "ok" if receipt.checkin.evidence.grade in GOOD else "unclear"


def greeting(opened: Opened, *, lang: str) -> Words:
    """What is due next, before the person reports."""
    return {"title": _slot("link", opened.standing, lang), "lines": []}


def refusal(refusal: Refusal, *, lang: str) -> Words:
    """What is wrong and what to do."""
    title = phrase(f"refusal.{refusal.key}.title", lang=lang)
    return {"title": title, "lines": [phrase(f"refusal.{refusal.key}.advice", lang=lang, **refusal.facts)]}


def not_recorded(*, lang: str) -> Words:
    """The honest answer to a fault of ours."""
    title = phrase("refusal.not_recorded.title", lang=lang)
    return {"title": title, "lines": [phrase("refusal.not_recorded.advice", lang=lang)]}


def _slot(kind: str, standing: Standing, lang: str) -> str:
    window, following = standing.window, standing.following
    if window:
        return phrase(f"{kind}.in_window", lang=lang, **_times(window, lang))
    if following:
        return phrase(f"{kind}.too_early", lang=lang, **_times(following, lang))
    return phrase(f"{kind}.after_last" if standing.policy else f"{kind}.no_duty", lang=lang)


def _times(window: Window, lang: str) -> dict[str, str]:
    """When a window opens and closes and which deadline it is for, each with its zone."""
    deadline = window.closes + timedelta(minutes=window.slot.lead_minutes)
    times = {"opens": window.opens, "cut_off": window.closes, "deadline": deadline}
    return {name: clock(at, lang=lang) for name, at in times.items()}


def _evidence(receipt: Receipt, lang: str) -> str:
    evidence, policy = receipt.checkin.evidence, receipt.standing.policy
    if evidence.reason is Reason.HOME_NOT_REGISTERED:
        return phrase("receipt.home_unknown", lang=lang)
    limits = policy.limits if policy else PLAIN_LIMITS
    facts: dict[str, object] = {"radius": f"{limits.radius_m:.0f}"}
    facts |= {"band": phrase(f"band.{evidence.band}", lang=lang)} if evidence.band else {}
    facts |= {"reason": phrase(f"reason.{evidence.reason}", lang=lang)} if evidence.reason else {}
    return phrase(f"receipt.grade.{evidence.grade}", lang=lang, **facts)
