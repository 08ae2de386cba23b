"""The account's monthly budget, which CloudFormation cannot make in Jakarta: one mail when the month is about to cost
more, one when it has. The price: it counts the whole account, since a stack's own cost needs tags that are switched on
by hand.
"""

from typing import Any, Final

from boto3 import Session
from botocore.exceptions import ClientError

HOME: Final = "us-east-1"
"""Where the whole world's budgets are kept. Source: AWS General Reference, "AWS Budgets endpoints"."""

KINDS: Final = ("FORECASTED", "ACTUAL")


def keep_budget(session: Session, account: str, name: str, limit_usd: float, email: str) -> None:
    """Make or correct the budget of this name, and whom it writes to; done twice it changes nothing."""
    client: Any = session.client("budgets", region_name=HOME)
    budget = {
        "BudgetName": name,
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": f"{limit_usd:.2f}", "Unit": "USD"},
    }
    if _is_there(client, account, name):
        client.update_budget(AccountId=account, NewBudget=budget)
    else:
        client.create_budget(AccountId=account, Budget=budget)
    for kind in KINDS:
        _tell(client, account, name, _notification(kind), email)


def drop_budget(session: Session, account: str, name: str) -> None:
    """Delete the budget of this name, if there is one."""
    client: Any = session.client("budgets", region_name=HOME)
    if _is_there(client, account, name):
        client.delete_budget(AccountId=account, BudgetName=name)


def _is_there(client: Any, account: str, name: str) -> bool:
    try:
        client.describe_budget(AccountId=account, BudgetName=name)
    except ClientError as error:
        if error.response["Error"].get("Code") == "NotFoundException":
            return False
        raise
    return True


def _notification(kind: str) -> dict[str, Any]:
    rule = {"ComparisonOperator": "GREATER_THAN", "Threshold": 100.0, "ThresholdType": "PERCENTAGE"}
    return {"NotificationType": kind, **rule}


def _tell(client: Any, account: str, name: str, notification: dict[str, Any], email: str) -> None:
    """Have one notification written to this address and to no other that stood there."""
    which = {"AccountId": account, "BudgetName": name, "Notification": notification}
    wanted = {"SubscriptionType": "EMAIL", "Address": email}
    try:
        found = client.describe_subscribers_for_notification(**which)["Subscribers"]
    except ClientError as error:
        if error.response["Error"].get("Code") != "NotFoundException":
            raise
        client.create_notification(**which, Subscribers=[wanted])
        return
    if found and wanted not in found:
        client.update_subscriber(**which, OldSubscriber=found[0], NewSubscriber=wanted)
