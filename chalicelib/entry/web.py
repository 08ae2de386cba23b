"""The employee's door: the page and the two requests it makes.

GET changes nothing, because chat apps and mail scanners open every link. A refusal becomes its status and words; a
fault becomes an honest "not recorded" with 503, so that the page keeps the report and tries again.
"""

import logging
from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from chalice.app import Blueprint, Response

from chalicelib import wiring
from chalicelib.checkin import Opening, Submission, open_link, read_request, record_checkin
from chalicelib.domain.errors import LinkUnknown, Refusal, SubmissionTooLarge
from chalicelib.entry.http import SECURITY, body_of
from chalicelib.phrases import KNOWN
from chalicelib.render import receipt

log = logging.getLogger(__name__)
bp = Blueprint(__name__)

PAGE = Path(__file__).resolve().parent.parent.parent / "templates" / "page"
ACCEPTED = ["application/json", "text/plain", "application/x-www-form-urlencoded", "application/octet-stream"]
"""What is read at all: whatever is not JSON is then refused in our own words instead of Chalice's."""
STATUS = {LinkUnknown: 403, SubmissionTooLarge: 413}


def _hash(name: str) -> str:
    """How a content policy names what stands within the page. Source: CSP level 3, "hash-source"."""
    return f"'sha256-{b64encode(sha256((PAGE / name).read_bytes()).digest()).decode()}'"


HEADERS = {
    **SECURITY,
    "Content-Security-Policy": f"default-src 'none'; script-src {_hash('checkin.js')}; "
    f"style-src {_hash('checkin.css')}; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "Referrer-Policy": "no-referrer",
}


@bp.route("/c")
def page() -> Response:
    """The check-in page in the language asked for; the token stays in the fragment, which never reaches us."""
    return Response(_page(_language()), {**HEADERS, "Content-Type": "text/html; charset=utf-8"}, 200)


@bp.route("/api/links", methods=["POST"], content_types=ACCEPTED)
def links() -> Response:
    """Whose link this is and what is due next."""

    def answer() -> tuple[int, object]:
        opening = read_request(body_of(bp.current_request), Opening)
        opened = open_link(wiring.checkins(), opening, at=wiring.now())
        words = receipt.greeting(opened, lang=opening.lang)
        return 200, {"name": opened.card.name, "unit": opened.card.unit_name, "words": words}

    return _answer(answer)


@bp.route("/api/checkins", methods=["POST"], content_types=ACCEPTED)
def checkins() -> Response:
    """Record one check-in and answer with its receipt."""

    def answer() -> tuple[int, object]:
        submission = read_request(body_of(bp.current_request), Submission)
        kept = record_checkin(wiring.checkins(), submission, at=wiring.now())
        return 201, {
            "receipt": kept.number,
            "recorded_at": kept.checkin.at.isoformat(),
            "slot": kept.standing.window.slot.id if kept.standing.window else None,
            "grade": kept.checkin.evidence.grade,
            "band": kept.checkin.evidence.band,
            "mark": receipt.mark(kept),
            "words": receipt.receipt(kept, lang=submission.lang),
        }

    return _answer(answer)


def _answer(make: Callable[[], tuple[int, object]]) -> Response:
    body: object
    try:
        status, body = make()
    except Refusal as refusal:
        status = STATUS.get(type(refusal), 400)
        body = {"refusal": refusal.key, "words": receipt.refusal(refusal, lang=_language())}
    except Exception as fault:  # the employee gets an honest answer, the alarm gets the 5XX and this line
        log.error("check-in failed", extra={"fault": type(fault).__name__})
        status, body = 503, {"words": receipt.not_recorded(lang=_language())}
    return Response(body=body, status_code=status, headers={**HEADERS, "Content-Type": "application/json"})


def _language() -> str:
    """The language of the page or refusal: `?lang=`, else the browser's first known one, else Indonesian."""
    query: Mapping[str, str] = bp.current_request.query_params or {}
    wished = [query.get("lang", ""), *bp.current_request.headers.get("accept-language", "").split(",")]
    return next((lang for wish in wished for lang in KNOWN if wish.strip().lower().startswith(lang)), KNOWN[0])


@cache
def _page(lang: str) -> str:
    return (PAGE / f"built/checkin.{lang}.html").read_text("utf-8")
