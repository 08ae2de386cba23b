"""The queues' door: one report to deliver, one event from SES, one thing for the chats' worker to do.

Batches hold one message: Chalice cannot ask for partial batch responses, and a message whose handler raised comes back
by itself as often as its queue allows.
"""

import logging
import os

from chalice.app import Blueprint, SQSEvent

from chalicelib import wiring
from chalicelib.domain.delivery import MailKey
from chalicelib.mail import read_event
from chalicelib.reporting import deliver, settle
from chalicelib.settings import Deployment

log = logging.getLogger(__name__)
bp = Blueprint(__name__)

PREFIX = Deployment.from_env(os.environ).prefix


@bp.on_sqs_message(queue=f"{PREFIX}-reports", batch_size=1, name="deliver_report")
def deliver_report(event: SQSEvent) -> None:
    """One doorbell: take the mail it names as far as it goes."""
    for message in event:
        deliver(wiring.post_office(), MailKey.parse(message.body), at=wiring.now())


@bp.on_sqs_message(queue=f"{PREFIX}-mail-events", batch_size=1, name="settle_mail")
def settle_mail(event: SQSEvent) -> None:
    """One event of SES: believe it over our memory."""
    for message in event:
        if found := read_event(message.body):
            settle(wiring.bell(), found, at=wiring.now())


@bp.on_sqs_message(queue=f"{PREFIX}-bots", batch_size=1, name="converse")
def converse(event: SQSEvent) -> None:
    """One chat message to answer, one batch of reminders to write, one slot's outcome to announce, or the day's
    tidying."""
    for message in event:
        try:
            wiring.bot_worker().work(message.body, at=wiring.now())
        except Exception as fault:  # the alarm gets this line, and whoever asked an answer in the end
            log.error("chat message failed", extra={"fault": type(fault).__name__})
            wiring.bot_worker().try_again(message.body, at=wiring.now())
