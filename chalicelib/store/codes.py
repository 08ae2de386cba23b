"""One-time codes by which an account comes to speak for an admin.

An admin's row names the one code that is good and, once it was used, by which account; the code's own row only leads to
the admin. The price of a code that its own account may use again: whoever is cut off has to lose the code as well.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from chalicelib.domain.message import Account
from chalicelib.store.chatrows import admin_key, holds, row_of, succeeds, until
from chalicelib.store.tables import ChatRow

CODE = "code"


class Codes:
    """The verbs of the codes."""

    def issue_code(self, code: str, admin: str, *, at: datetime, life: timedelta) -> None:
        """Let a code link an account to an admin until its life is over; only the code's hash is kept.

        Promise: an admin has one code; of two issued at once one is good. Repeating it with a used code revives it.
        """
        digest, expires_at = _digest(code), until(at + life)
        ChatRow(f"{CODE}#{digest}", CODE, body=admin, expires_at=expires_at).save()
        ChatRow(admin_key(admin), CODE, body=digest, expires_at=expires_at).save()

    def redeem_code(self, code: str, account: Account, *, at: datetime) -> str | None:
        """Use a code up and return its admin; None when it is unknown, used by another, replaced or expired.

        Promise: of all accounts that ask with it one gets the admin, and gets it again as long as the code lives, so
        that whoever died after this is not shut out. Case, spaces and dashes do not matter.
        """
        digest = _digest(code)
        found = row_of(f"{CODE}#{digest}", CODE)
        if found is None or not holds(found, at):
            return None
        admin, used = found.body or "", f"{digest}#{account}"
        is_good = ((ChatRow.body == digest) | (ChatRow.body == used)) & (ChatRow.expires_at > at.timestamp())
        row = ChatRow(admin_key(admin), CODE)
        return admin if succeeds(lambda: row.update([ChatRow.body.set(used)], is_good)) else None

    def forget_code(self, admin: str) -> None:
        """Let an admin have no code, used or not. Promise: repeating it changes nothing."""
        ChatRow(admin_key(admin), CODE).delete()


def _digest(code: str) -> str:
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    return sha256(plain.encode()).hexdigest()
