"""Frozen bodies in S3: what a report said and the very mail that carried it.

A body is written once and never again, so replay and a marked extra copy come from the same value as the first mail.
"""

from hashlib import sha256
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.domain.delivery import MailKey
from chalicelib.store.codec import T, dumps, loads

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Archive:
    """One bucket of frozen bodies."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def freeze(self, name: str, body: bytes) -> bytes:
        """Keep a body under a name and return what is kept.

        Promise: the first body under a name stays; whoever comes later gets that one back.
        """
        try:
            self._client.put_object(Bucket=self._bucket, Key=name, Body=body, IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"PreconditionFailed", "ConditionalRequestConflict"}:
                raise
            return self._client.get_object(Bucket=self._bucket, Key=name)["Body"].read()
        return body

    def read(self, name: str) -> bytes | None:
        """A frozen body, if there is one."""
        try:
            return self._client.get_object(Bucket=self._bucket, Key=name)["Body"].read()
        except self._client.exceptions.NoSuchKey:
            return None

    def freeze_report(self, key: MailKey, report: T) -> T:
        """Keep the value of a report and return what is kept. Promise: as `freeze`."""
        return loads(self.freeze(_report_name(key), dumps(report).encode()), type(report))

    def report(self, key: MailKey, kind: type[T]) -> T | None:
        """The value of a report as it was frozen, if it was."""
        body = self.read(_report_name(key))
        return loads(body, kind) if body else None


def _report_name(key: MailKey) -> str:
    return f"reports/{key.day}/{key.slot}/{key.unit}/{key.revision}.json"


def mail_name(key: MailKey, *, is_extra_copy: bool, recipients: tuple[str, ...]) -> str:
    """Where the very message is kept; a mail whose copies were split off is another message than with them."""
    mark = "-ulangan" if is_extra_copy else ""
    readers = sha256(" ".join(recipients).encode()).hexdigest()[:8]
    return f"mails/{key.day}/{key.slot}/{key.unit}/{key.revision}-{key.copy}-{readers}{mark}.eml"
