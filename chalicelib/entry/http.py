"""What every answer over HTTP has in common, whoever asked: what browsers and proxies may not do with it.

Only the doors import this. What the page needs besides stands at its own door.
"""

from chalice.app import Request

SECURITY = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=31536000",
}


def body_of(request: Request) -> bytes:
    """A request's body as it came."""
    body = request.raw_body
    return body if isinstance(body, bytes) else body.encode()
