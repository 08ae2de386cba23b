"""What is deployed and was: zips and templates in a bucket of the account's own, and the record of what went up when.

The bucket is no part of any stack, since it must be there before the first and outlive the last. Keys are made from the
content, so what is uploaded twice is one object. The price: nothing here is ever deleted; a deployment is 4 MB.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from boto3 import Session
from botocore.exceptions import ClientError

from infra.remedies import Stopped


@dataclass(frozen=True)
class Deployed:
    """One deployment: when, the keys of what was deployed, and the newest data that its code can read."""

    at: str
    zip: str
    template: str
    data_version: int
    is_return: bool = False


class Artifacts:
    """The bucket of one account and region, as one stage uses it."""

    def __init__(self, stage: str, session: Session) -> None:
        sts: Any = session.client("sts")
        self.account = str(sts.get_caller_identity()["Account"])
        self.bucket = f"hadir-artifacts-{self.account}-{session.region_name}"
        self._region = session.region_name
        self._stage = stage
        self._s3 = session.client("s3")

    def ensure(self) -> bool:
        """Create the bucket where there is none: versioned, encrypted, closed to the public. Whether it was created.

        Raises: Stopped when a stranger has a bucket of this name.
        """
        if is_new := not self._exists():
            place: Any = {"CreateBucketConfiguration": {"LocationConstraint": self._region}}
            self._s3.create_bucket(Bucket=self.bucket, **(place if self._region != "us-east-1" else {}))
        self._close()
        return is_new

    def keep_zip(self, body: bytes) -> str:
        """Keep a zip and return its key."""
        return self._keep(f"{self._stage}/{sha256(body).hexdigest()}.zip", body)

    def keep_template(self, template: Mapping[str, Any]) -> str:
        """Keep a template and return its key."""
        body = json.dumps(template, indent=1, sort_keys=True).encode()
        return self._keep(f"{self._stage}/{sha256(body).hexdigest()}.template.json", body)

    def url(self, key: str) -> str:
        """Where CloudFormation reads a key, in path style: the emulated cloud knows no other."""
        return f"{self._s3.meta.endpoint_url}/{self.bucket}/{key}"

    def template(self, key: str) -> dict[str, Any]:
        """A template that was kept."""
        return dict(json.loads(self._s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()))

    def history(self) -> tuple[Deployed, ...]:
        """Every deployment of the stage, the oldest first."""
        try:
            body = self._s3.get_object(Bucket=self.bucket, Key=self._record)["Body"].read()
        except ClientError as error:
            if error.response["Error"].get("Code") in ("NoSuchKey", "NoSuchBucket"):
                return ()
            raise
        return tuple(Deployed(**json.loads(line)) for line in body.decode().splitlines())

    def standing(self) -> tuple[Deployed, ...]:
        """The deployments that led to what runs: what was gone back from is left out."""
        found: list[Deployed] = []
        for one in self.history():
            if one.is_return:
                found.pop()
            else:
                found.append(one)
        return tuple(found)

    def record(
        self, zip_key: str, template_key: str, data_version: int, *, is_return: bool = False, at: datetime
    ) -> None:
        """Note a deployment that came about; what already runs is not noted again."""
        running = self.standing()[-1:]
        if not is_return and [(one.zip, one.template) for one in running] == [(zip_key, template_key)]:
            return
        made = Deployed(at.isoformat(timespec="seconds"), zip_key, template_key, data_version, is_return)
        lines = "".join(json.dumps(asdict(one)) + "\n" for one in (*self.history(), made))
        self._s3.put_object(Bucket=self.bucket, Key=self._record, Body=lines.encode())

    @property
    def _record(self) -> str:
        return f"{self._stage}/deployed.jsonl"

    def _keep(self, key: str, body: bytes) -> str:
        self._s3.put_object(Bucket=self.bucket, Key=key, Body=body)
        return key

    def _exists(self) -> bool:
        try:
            self._s3.head_bucket(Bucket=self.bucket, ExpectedBucketOwner=self.account)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 403:
                raise Stopped(
                    f"The bucket {self.bucket} may not be used.",
                    "Your AWS user needs the rights to S3; if it has them, somebody else's account owns this name.",
                ) from error
            raise
        return True

    def _close(self) -> None:
        """Set every time, so that a deployment that died half-way leaves no open bucket behind."""
        everything: Any = dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        )
        rule: Any = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}
        self._s3.put_public_access_block(Bucket=self.bucket, PublicAccessBlockConfiguration=everything)
        self._s3.put_bucket_encryption(Bucket=self.bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
        self._s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})
