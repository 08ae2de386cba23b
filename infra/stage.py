"""The settings of one stage, from `hadir-STAGE.toml` beside the Makefile: what an officer decides before deploying.

Everything at fault is reported at once, each with its remedy, before anything in the account is touched. The price of
one file a stage: what two stages share is written twice.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
EXAMPLE: Final = "infra/stage.example.toml"
STAGES: Final = ("dev", "prod")
LOG_DAYS: Final = (7, 14, 30, 60, 90, 180, 365, 731, 1827)
"""How long CloudWatch can keep a log, in days, as far as anybody here would want it.
Source: CloudWatch Logs API reference, "PutRetentionPolicy"."""

MAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>.]{2,}")
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
CHANNEL = re.compile(r"([CG][A-Z0-9]{8,})?")
DOMAIN = re.compile(r"([a-z0-9-]+(\.[a-z0-9-]+)+)?")
CERTIFICATE = re.compile(r"(arn:aws[a-z-]*:acm:(?P<region>[a-z0-9-]+):\d{12}:certificate/\S+)?")


class StageInvalid(Exception):
    """A stage's file is missing or wrong; the message lists every fault with its remedy."""


@dataclass(frozen=True)
class Stage:
    """What differs between one deployment and another. Money in US dollars a month, logs in days."""

    name: str
    region: str
    zone: str
    sender: str
    alarm_email: str
    monthly_budget_usd: float
    head_count: int
    log_days: int = 90
    slack_channel: str = ""
    domain_name: str = ""
    certificate_arn: str = ""
    reserved_for_checkins: int = 0
    verify_sender: bool = True
    architecture: str = "x86_64"

    @property
    def stack(self) -> str:
        """The name of the stack, with which the names of tables, queues and secrets begin."""
        return f"hadir-{self.name}"

    @property
    def parameters(self) -> dict[str, str]:
        """What the template of `infra/resources.yaml` asks."""
        return {
            "AlarmEmail": self.alarm_email,
            "Sender": self.sender,
            "VerifySender": "yes" if self.verify_sender else "no",
            "Zone": self.zone,
            "SlackChannel": self.slack_channel,
            "LogDays": str(self.log_days),
            "ReservedForCheckIns": str(self.reserved_for_checkins),
            "DomainName": self.domain_name,
            "CertificateArn": self.certificate_arn,
        }


@dataclass(frozen=True)
class _Rule:
    """What one line of the file must be, and what to write there."""

    kinds: tuple[type, ...]
    holds: Callable[[Any], bool]
    remedy: str


RULES: Final[Mapping[str, _Rule]] = {
    "region": _Rule((str,), lambda it: bool(REGION.fullmatch(it)), "write the region, ap-southeast-3 for Jakarta"),
    "zone": _Rule((str,), lambda it: it in ("WIB", "WITA", "WIT"), "write WIB, WITA or WIT"),
    "sender": _Rule((str,), lambda it: bool(MAIL.fullmatch(it)), "write the address that reports come from, alone"),
    "alarm_email": _Rule((str,), lambda it: bool(MAIL.fullmatch(it)), "write who is told of alarms, one address"),
    "monthly_budget_usd": _Rule((int, float), lambda it: it > 0, "write dollars a month, more than 0 (docs/cost.md)"),
    "head_count": _Rule((int,), lambda it: it > 0, "write how many there are, in digits alone: 27000"),
    "log_days": _Rule((int,), lambda it: it in LOG_DAYS, f"write one of {', '.join(map(str, LOG_DAYS))}"),
    "slack_channel": _Rule((str,), lambda it: bool(CHANNEL.fullmatch(it)), "write the channel's ID (C…), or nothing"),
    "domain_name": _Rule((str,), lambda it: bool(DOMAIN.fullmatch(it)), "write a name without https://, or nothing"),
    "certificate_arn": _Rule((str,), lambda it: bool(CERTIFICATE.fullmatch(it)), "copy it from Certificate Manager"),
    "reserved_for_checkins": _Rule((int,), lambda it: it >= 0, "write 0, or more once the account's limit is raised"),
    "verify_sender": _Rule((bool,), lambda it: True, "write true, or false where the other stage has the same domain"),
    "architecture": _Rule((str,), lambda it: it in ("x86_64", "arm64"), 'write "x86_64", or "arm64"'),
}  # fmt: skip
OPTIONAL: Final = frozenset(field.name for field in fields(Stage) if field.default is not MISSING)


def read_stage(name: str, folder: Path = ROOT) -> Stage:
    """The settings of a stage.

    Raises: StageInvalid listing everything that is wrong.
    """
    if name not in STAGES:
        raise StageInvalid(f"There is no stage {name!r}: write {' or '.join(STAGES)}.")
    path = folder / f"hadir-{name}.toml"
    given = _read(path)
    if found := [*_unknown(given), *_missing(given), *_wrong(given), *_apart(given)]:
        listed = "\n".join(f"  - {fault}" for fault in found)
        raise StageInvalid(f"{path.name} cannot be used yet:\n{listed}\n{EXAMPLE} says what each line is for.")
    return Stage(name=name, **given)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as fault:
        raise StageInvalid(f"{path.name} does not exist. Type: cp {EXAMPLE} {path.name}, then fill it in.") from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise StageInvalid(f'{path.name} cannot be read ({fault}). A line is written: name = "text" or 12.') from fault


def _unknown(given: Mapping[str, Any]) -> Iterator[str]:
    for name in given.keys() - RULES.keys():
        (close,) = get_close_matches(name, RULES, 1) or [""]
        yield f"{name}: no such setting; {f'write {close}' if close else 'take it out'}"


def _missing(given: Mapping[str, Any]) -> Iterable[str]:
    return (f"{name}: missing; {RULES[name].remedy}" for name in RULES if name not in given and name not in OPTIONAL)


def _wrong(given: Mapping[str, Any]) -> Iterable[str]:
    return (
        f"{name} is {given[name]!r}: {rule.remedy}"
        for name, rule in RULES.items()
        if name in given and not (type(given[name]) in rule.kinds and rule.holds(given[name]))
    )


def _apart(given: Mapping[str, Any]) -> Iterator[str]:
    """Faults that no line shows alone."""
    domain, arn = str(given.get("domain_name", "")), str(given.get("certificate_arn", ""))
    if bool(domain) != bool(arn):
        yield "domain_name and certificate_arn: write both, or neither"
    match = CERTIFICATE.fullmatch(arn)
    if match and match["region"] and match["region"] != given.get("region"):
        yield f"certificate_arn is of {match['region']}: ask for the certificate in {given.get('region')}, as all else"
