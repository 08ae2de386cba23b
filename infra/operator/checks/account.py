"""The AWS account: SES out of its sandbox and large enough, functions enough, and this machine's clock.

None of it needs a stack, so that what takes AWS days to grant can be asked for days before.
"""

from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from infra.operator.checks.finding import Finding, good, look, wrong
from infra.operator.checks.load import Load

GUIDE = "docs/three-days-before.md"
TOLERATED_S, TOO_MUCH_S = 5, 60


def mail_account(ses: Any, expected: Load) -> Iterator[Finding]:
    """Whether SES sends to anybody, and as many as a day needs."""
    account = ses.get_account()
    if account.get("ProductionAccessEnabled"):
        yield good("SES production access", "granted")
    else:
        remedy = f"SES console → Account dashboard → Request production access ({GUIDE}); AWS answers within a day"
        yield wrong("SES production access", "still in the sandbox: mails reach verified addresses only", remedy)
    yield _sending(account)
    yield from _quotas(account.get("SendQuota", {}), expected)


def _sending(account: dict[str, Any]) -> Finding:
    status = account.get("EnforcementStatus", "HEALTHY")
    if not account.get("SendingEnabled") or status == "SHUTDOWN":
        return wrong(
            "SES sending", f"paused ({status})", "SES console → Reputation metrics says why; answer AWS's case"
        )
    if status != "HEALTHY":
        return look(
            "SES sending", f"enabled, but under review ({status})", "SES console → Reputation metrics: answer AWS"
        )
    return good("SES sending", "enabled")


def _quotas(quota: dict[str, Any], expected: Load) -> Iterator[Finding]:
    day, rate = quota.get("Max24HourSend", 0), quota.get("MaxSendRate", 0)
    remedy = f"Service Quotas console → Amazon SES → request an increase ({GUIDE})"
    for what, granted, needed in (
        ("SES quota per 24 hours", day, expected.recipients_a_day),
        ("SES quota per second", rate, expected.recipients_a_second),
    ):
        told = f"{'unlimited' if granted < 0 else f'{granted:,.0f}'}, needed {needed:,} ({expected.basis})"
        yield good(what, told) if granted < 0 or granted >= needed else wrong(what, told, remedy)


def concurrency(functions: Any, expected: Load, reserved: int) -> Iterator[Finding]:
    """Whether enough functions may run at once in the busiest minute."""
    limit = functions.get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    needed = max(expected.functions_at_once, reserved + 100 if reserved else 0)  # AWS keeps 100 unreserved
    told = f"{limit:,} at once, needed {needed:,} ({expected.basis})"
    remedy = f"Service Quotas console → AWS Lambda → Concurrent executions → request 1,000 ({GUIDE})"
    yield good("Lambda concurrency", told) if limit >= needed else wrong("Lambda concurrency", told, remedy)


def clock(sts: Any, *, at: datetime) -> Iterator[Finding]:
    """Whether this machine tells the time that AWS does; what it commands is stamped with it."""
    headers = sts.get_caller_identity()["ResponseMetadata"]["HTTPHeaders"]
    if "date" not in headers:
        yield look("Clock of this machine", "AWS's answer carries no date", "compare it with time.bmkg.go.id")
        return
    skew_s = round((at - parsedate_to_datetime(headers["date"])).total_seconds())
    told = f"{abs(skew_s)} s {'ahead of' if skew_s > 0 else 'behind'} AWS" if abs(skew_s) > 1 else "as AWS's"
    remedy = "turn on automatic time: sudo timedatectl set-ntp true"
    if abs(skew_s) > TOO_MUCH_S:
        yield wrong("Clock of this machine", told, remedy)
    else:
        yield (
            look("Clock of this machine", told, remedy)
            if abs(skew_s) > TOLERATED_S
            else good("Clock of this machine", told)
        )
