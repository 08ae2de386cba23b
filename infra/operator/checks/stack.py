"""The stack: finished and complete, its sender proven by DKIM, its data of this code's version, its alarms heard.

"Complete" is what the commands and the functions cannot do without; the template's own tests hold the rest.
"""

from collections.abc import Iterable, Iterator, Mapping
from email.utils import parseaddr
from typing import Any

from infra.migrations import data_version
from infra.operator.backup import ORDER
from infra.operator.checks.account import GUIDE
from infra.operator.checks.finding import RUNBOOK, Finding, good, look, wrong
from infra.sender import dkim_records, mail_from_records

OUTPUTS = ("RestAPIId", "EndpointURL", "BaseUrl", "FrozenBucket", "AlarmsTopic", "DeadQueue", "WorkerFunction")
FINISHED = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")


def absent(stack: str, stage: str) -> Finding:
    return wrong("Stack", f"there is no finished stack {stack}", f"make deploy STAGE={stage}")


def standing(cloudformation: Any, stack: str, stage: str, outputs: Mapping[str, str]) -> Iterator[Finding]:
    """Whether the stack is finished, and says all that is asked of it."""
    status = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    deploy = f"make deploy STAGE={stage}"
    lacking = [name for name in OUTPUTS if name not in outputs]
    if status.endswith("_IN_PROGRESS") and not status.startswith("UPDATE_COMPLETE"):
        yield wrong("Stack", f"{stack} is being changed ({status})", "wait until it is done")
    elif status == "UPDATE_ROLLBACK_COMPLETE":
        yield look(
            "Stack", f"{stack}: the last update was taken back, the one before is in force", f"{deploy}, read why"
        )
    elif not status.startswith(FINISHED):
        yield wrong("Stack", f"{stack}: {status}", deploy)
    elif lacking:
        yield wrong("Stack", f"{stack} lacks the outputs {', '.join(lacking)}: it is of another version", deploy)
    else:
        yield good("Stack", f"{stack} is complete")


def tables(dynamodb: Any, prefix: str, stage: str) -> Iterator[Finding]:
    """Whether all tables take rows and can be taken back to any moment."""
    for name in ORDER:
        status = dynamodb.describe_table(TableName=f"{prefix}-{name}")["Table"]["TableStatus"]
        if status not in ("ACTIVE", "UPDATING"):
            yield wrong("Tables", f"{prefix}-{name} is {status}", f"make deploy STAGE={stage}")
            return
    unprotected = [name for name in ORDER if not _can_be_recovered(dynamodb, f"{prefix}-{name}")]
    if unprotected:
        yield look("Tables", f"no point-in-time recovery: {', '.join(unprotected)}", f"make deploy STAGE={stage}")
    else:
        yield good("Tables", "all five there, each with point-in-time recovery")


def _can_be_recovered(dynamodb: Any, table: str) -> bool:
    about = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    status: str = about.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus", "")
    return status == "ENABLED"


def version(dynamodb: Any, prefix: str, stage: str, code: int) -> Iterator[Finding]:
    """Whether the data is as this working copy's code expects it."""
    data = data_version(dynamodb, prefix)
    deploy = f"make deploy STAGE={stage}"
    if data is None:
        yield wrong("Data version", "the data bears no version", deploy)
    elif data < code:
        yield wrong("Data version", f"{data}, this code expects {code}", f"{deploy} carries the data over")
    elif data > code:
        yield wrong("Data version", f"{data}, this code knows {code}", "take the newest code: git pull")
    else:
        yield good("Data version", f"{data}, as this code expects")


def sender(ses: Any, address: str, region: str) -> Iterator[Finding]:
    """Whether mail systems can believe the sender: identity, DKIM and MAIL FROM."""
    domain = parseaddr(address)[1].rpartition("@")[2]
    try:
        identity = ses.get_email_identity(EmailIdentity=domain)
    except ses.exceptions.NotFoundException:
        remedy = f"correct `sender` in the stage's file, then make deploy; if it was deleted in SES: {_again(domain)}"
        yield wrong("Sender", f"SES knows no identity {domain}", remedy)
        return
    remedy = _at_the_dns(dkim_records(identity, domain))
    if identity.get("VerifiedForSendingStatus"):
        yield good("Sender", f"{domain} is verified")
    else:
        yield wrong("Sender", f"{domain} is not verified yet", remedy)
    dkim = identity.get("DkimAttributes", {})
    if dkim.get("Status") == "SUCCESS" and dkim.get("SigningEnabled", True):
        yield good("DKIM", "mails are signed")
    else:
        waits = "the same records as for the sender" if not identity.get("VerifiedForSendingStatus") else remedy
        yield wrong("DKIM", f"{dkim.get('Status', 'not set up')}", waits)
    yield _mail_from(identity.get("MailFromAttributes", {}), domain, region)


def _again(domain: str) -> str:
    return f"aws sesv2 create-email-identity --email-identity {domain}, and new DNS records"


def _at_the_dns(records: Iterable[str]) -> str:
    """Each record on a line of its own, to be copied."""
    return "\n      ".join((f"have entered at the DNS ({GUIDE}, step 7):", *records))


def _mail_from(attributes: Mapping[str, str], domain: str, region: str) -> Finding:
    own = attributes.get("MailFromDomain", "")
    if own and attributes.get("MailFromDomainStatus") == "SUCCESS":
        return good("MAIL FROM", own)
    found = attributes.get("MailFromDomainStatus") or "not set up"
    return wrong("MAIL FROM", f"{own or 'none'}: {found}", _at_the_dns(mail_from_records(domain, region)))


def dead_queue(sqs: Any, url: str) -> Iterator[Finding]:
    """Whether something was given up on."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    held = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    count = sum(int(held.get(name, 0)) for name in names)
    if count:
        yield wrong("Dead queue", f"{count} messages were given up on", f'{RUNBOOK}, "dead-letters"')
    else:
        yield good("Dead queue", "empty")


def alarms(sns: Any, topic: str, address: str, stage: str) -> Iterator[Finding]:
    """Whether somebody hears an alarm."""
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    mails = [one for page in pages for one in page["Subscriptions"] if one["Protocol"] == "email"]
    confirmed = [one["Endpoint"] for one in mails if one["SubscriptionArn"].startswith("arn:")]
    if address in confirmed:
        yield good("Alarm mails", "subscription confirmed")
    elif any(one["Endpoint"] == address for one in mails):
        remedy = f'open the mail "AWS Notification - Subscription Confirmation" at {address} and press its link'
        yield wrong("Alarm mails", "subscription not confirmed", remedy)
    else:
        remedy = f"make deploy STAGE={stage}, then press the link in the mail that comes, within two days"
        yield wrong("Alarm mails", f"{address} is not subscribed", remedy)


def zone(deployed: str, wanted: str, stage: str) -> Iterator[Finding]:
    """Whether the functions live in the government's zone."""
    if deployed == wanted:
        yield good("Zone", deployed)
    else:
        yield wrong("Zone", f"the stack's is {deployed}, the stage's file says {wanted}", f"make deploy STAGE={stage}")
