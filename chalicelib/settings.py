"""Every environment variable, once. All that is missing is reported together, with what each is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timezone

from chalicelib.domain.calendar import ZONES

MEANINGS = {
    "HADIR_PREFIX": "what the names of tables and queues begin with, such as hadir-prod",
    "HADIR_ZONE": "the government's time zone: WIB, WITA or WIT",
    "HADIR_BUCKET": "the bucket of frozen reports",
    "HADIR_REPORTS_QUEUE_URL": "the queue of reports to deliver",
    "HADIR_BOTS_QUEUE_URL": "the queue of chat messages to answer",
    "HADIR_SENDER": "the address that mails come from, verified with SES",
    "HADIR_CONFIGURATION_SET": "the SES configuration set whose events reach the mail-events queue",
    "AWS_DEFAULT_REGION": "the region of everything, ap-southeast-3 for Jakarta",
}

BASE_URL = "HADIR_BASE_URL: where the check-in page is, such as https://hadir.example.go.id/v1"

DEFAULTS = {
    "HADIR_BASE_URL": "",  # the door doesn't know: its address follows from itself; whoever writes links must
    "HADIR_SECRETS": "",  # where in the Parameter Store the chats' secrets are; empty means HADIR_PREFIX
    "HADIR_SLACK_CHANNEL": "",  # the channel that is told each slot's outcome; empty means none
    "HADIR_SLACK_API": "https://slack.com/api/",
    "HADIR_TELEGRAM_API": "https://api.telegram.org",
}
"""What may be left out of the environment, with what then holds."""


class SettingsMissing(Exception):
    """The environment is incomplete or wrong; the message lists every variable at fault."""


@dataclass(frozen=True)
class Deployment:
    """What the decorators need when a module is imported: the zone for crons, the prefix for queue names."""

    zone: timezone
    prefix: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Deployment":
        return cls(ZONES[environ.get("HADIR_ZONE", "WIB")], environ.get("HADIR_PREFIX", "hadir"))


@dataclass(frozen=True)
class Settings:
    """Everything that differs between one deployment and another."""

    prefix: str
    zone: str
    bucket: str
    reports_queue_url: str
    bots_queue_url: str
    sender: str
    configuration_set: str
    region: str
    page: str
    secrets: str
    slack_channel: str
    slack_api: str
    telegram_api: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Raises: SettingsMissing naming everything at fault."""
        faults = [f"{name}: {meaning}" for name, meaning in MEANINGS.items() if not environ.get(name)]
        if environ.get("HADIR_ZONE") not in (*ZONES, None, ""):
            faults.append(f"HADIR_ZONE: {MEANINGS['HADIR_ZONE']}")
        if faults:
            raise SettingsMissing("missing or wrong in the environment:\n" + "\n".join(faults))
        given = [environ[name] for name in MEANINGS]
        return cls(*given, *(environ.get(name, default) for name, default in DEFAULTS.items()))

    @property
    def base_url(self) -> str:
        """What personal links begin with. Raises: SettingsMissing where nobody said, as in the function of the page."""
        if not self.page:
            raise SettingsMissing(f"missing or wrong in the environment:\n{BASE_URL}")
        return self.page
