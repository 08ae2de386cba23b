"""What the emulated account needs to be told differently from AWS: deletions and the addresses of stand-ins, no more.

Each deletion names what the emulator cannot do with it; whatever is deleted here is asserted on the template itself, in
tests/infra/test_overlay.py and tests/test_template.py, because nothing else would notice if it were wrong.
"""

from collections.abc import Mapping
from typing import Any

DELETED: Mapping[str, str] = {
    "Resources.FrozenPolicy": "it refuses whoever comes without TLS, and the emulator speaks plain HTTP",
}
STAND_INS: Mapping[str, str] = {
    "AWS_ENDPOINT_URL_SESV2": "the emulator's SES loses attachments and tells nobody what became of a mail",
    "HADIR_SLACK_API": "Slack, as its users see it",
    "HADIR_TELEGRAM_API": "Telegram, as its users see it",
}
"""Variables that say where a platform is; each is the platform's own way to be told, and none is read by a rule."""


def overlay(addresses: Mapping[str, str]) -> dict[str, Any]:
    """The overlay for stand-ins at these addresses: a null deletes what the template says."""
    assert addresses.keys() == STAND_INS.keys()
    found: dict[str, Any] = {"Globals": {"Function": {"Environment": {"Variables": dict(addresses)}}}}
    for path in DELETED:
        section, name = path.split(".")
        found.setdefault(section, {})[name] = None
    return found
