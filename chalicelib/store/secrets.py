"""The chats' secrets, from the Parameter Store: never in the environment, a file or a log.

A secret is read once; whoever wants to know of a changed one asks a new reader, as the wiring does every five minutes.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


class Secrets:
    """Secure strings under one path."""

    def __init__(self, client: "SSMClient", path: str) -> None:
        self._client, self._path = client, path
        self.read = cache(self._read)

    def _read(self, name: str) -> str:
        """A secret, or nothing when it was never stored: the chat that needs it then proves no request."""
        try:
            found = self._client.get_parameter(Name=f"{self._path}/{name}", WithDecryption=True)
        except self._client.exceptions.ParameterNotFound:
            return ""
        return found["Parameter"].get("Value", "")
