"""The chats' doors: everything that Slack and Telegram send, each to one address.

A request is proven, kept and acknowledged here; what it means is worked out behind the queue. A fault is answered with
503 and nothing else, and the platform sends again.
"""

import logging
from collections.abc import Callable

from chalice.app import Blueprint, Response

from chalicelib import wiring
from chalicelib.entry.http import SECURITY, body_of

log = logging.getLogger(__name__)
bp = Blueprint(__name__)

SENT_BY_SLACK = ["application/x-www-form-urlencoded", "application/json"]


@bp.route("/slack", methods=["POST"], content_types=SENT_BY_SLACK)
def slack() -> Response:
    """Slash commands, buttons, forms and events of Slack."""
    return _answer(
        lambda: wiring.slack_door().handle(body_of(bp.current_request), bp.current_request.headers, at=wiring.now())
    )


@bp.route("/telegram", methods=["POST"], content_types=["application/json"])
def telegram() -> Response:
    """Updates of Telegram; a shared location is recorded here and goes no further."""
    return _answer(
        lambda: wiring.telegram_door().handle(body_of(bp.current_request), bp.current_request.headers, at=wiring.now())
    )


def _answer(handle: Callable[[], tuple[int, str, str]]) -> Response:
    try:
        status, body, content_type = handle()
    except Exception as fault:  # the platform repeats; the alarm gets the 5XX and this line
        log.error("chat request failed", extra={"fault": type(fault).__name__})
        status, body, content_type = 503, "", "text/plain"
    return Response(body=body, status_code=status, headers={**SECURITY, "Content-Type": content_type})
