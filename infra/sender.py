"""What the DNS must say of the sender's domain, as SES asks for it and as a zone file has it.

SES is asked, because the names end differently from region to region. The price: the records are known only once the
stack is there.
"""

from collections.abc import Mapping
from typing import Any, Final

from infra.stage import Stage

HOUR_S: Final = 3600
ELSEWHERE: Final = "dkim.amazonses.com"
"""Where SES keeps the keys of domains whose region does not say otherwise."""


def sender_records(ses: Any, stage: Stage) -> tuple[str, ...]:
    """Every record of a stage's sender; none where SES does not know it, or it is the other stage's business."""
    domain = stage.sender.rpartition("@")[2]
    known = [one["IdentityName"] for one in ses.list_email_identities(PageSize=1000)["EmailIdentities"]]
    if not stage.verify_sender or domain not in known:
        return ()
    dkim = dkim_records(ses.get_email_identity(EmailIdentity=domain), domain)
    return (*dkim, *mail_from_records(domain, stage.region), policy_record(domain, stage.alarm_email))


def dkim_records(identity: Mapping[str, Any], domain: str) -> tuple[str, ...]:
    """The three records by which mail systems believe the domain.

    Source: SES API v2 reference, "DkimAttributes": Tokens and SigningHostedZone.
    """
    dkim = identity.get("DkimAttributes", {})
    zone = dkim.get("SigningHostedZone") or ELSEWHERE
    return tuple(f"{token}._domainkey.{domain}. {HOUR_S} IN CNAME {token}.{zone}." for token in dkim.get("Tokens", []))


def mail_from_records(domain: str, region: str) -> tuple[str, ...]:
    """The records of the name that returned mails go to.

    Source: SES developer guide, "Using a custom MAIL FROM domain".
    """
    name = f"mail.{domain}."
    return (
        f"{name} {HOUR_S} IN MX 10 feedback-smtp.{region}.amazonses.com.",
        f'{name} {HOUR_S} IN TXT "v=spf1 include:amazonses.com ~all"',
    )


def policy_record(domain: str, reports_to: str) -> str:
    """What mail systems are to do with mail that only pretends to come from the domain: nothing yet but to tell."""
    return f'_dmarc.{domain}. {HOUR_S} IN TXT "v=DMARC1; p=none; rua=mailto:{reports_to}"'
