"""The queues of reports to deliver and of what the chats' worker is to do.

A message is only a doorbell and carries a key: lost or doubled, what is kept decides what happens.
"""

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from chalicelib.domain.delivery import MailKey

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class Doorbell:
    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client, self._queue_url = client, queue_url

    def press(self, key: MailKey, delay: timedelta = timedelta()) -> None:
        """Ask a worker to look at one mail, not before `delay` has passed."""
        self._client.send_message(
            QueueUrl=self._queue_url, MessageBody=str(key), DelaySeconds=ceil(delay.total_seconds())
        )


class BotBell:
    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client, self._queue_url = client, queue_url

    def press(self, key: str, delay: timedelta = timedelta()) -> None:
        """Ask the chats' worker for what a key stands for, a message of the inbox for one, not before `delay` has
        passed."""
        self._client.send_message(QueueUrl=self._queue_url, MessageBody=key, DelaySeconds=ceil(delay.total_seconds()))
