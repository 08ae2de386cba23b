"""What the conversations remember: the inbox, who speaks for whom, and what our buttons mean; codes are in `codes`.

Every verb is one conditional write, or writes whose order leaves nothing wrong behind. A row says itself until when it
holds and readers look at that: DynamoDB removes expired rows days late. No request is repeated by the SDK, because a
repetition would meet its own first writing; the price is that a fault flies to whoever called, who then asks again.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pynamodb.expressions.update import Action

from chalicelib.domain.answer import Act
from chalicelib.domain.message import Account, Incoming
from chalicelib.store.chatrows import admin_key, holds, row_of, succeeds, until
from chalicelib.store.codec import dumps, loads
from chalicelib.store.codes import Codes
from chalicelib.store.instants import stored as instant
from chalicelib.store.tables import ChatRow

INBOX, LINK, WISH, CHAT, BUTTON, ONCE = "inbox", "link", "wish", "chat", "button", "once"
RECEIVED_LIFE = timedelta(hours=48)
"""How long a key is known: longer than either platform repeats (Slack gives up after an hour, Telegram after a day)."""

UNCLAIMED, LEASE = timedelta(seconds=60), timedelta(seconds=90)
BUTTON_LIFE, ONCE_LIFE = timedelta(hours=24), timedelta(days=30)


class Receipt(StrEnum):
    """What is known of a message when it is received."""

    FRESH = "fresh"
    AGAIN = "again"  # the platform repeats itself: the first one counts, its bell may be pressed again
    REPLAYED = "replayed"  # somebody sent the very same request again


@dataclass(frozen=True)
class Claimed:
    """A message for one worker to answer; `attempt` counts from one."""

    incoming: Incoming
    attempt: int


@dataclass(frozen=True)
class Linked:
    """For whom an account speaks, and in which language it is written to: on both platforms its user names the private
    chat with it. `since` is when it began to speak for the admin, None for one that was linked before that was kept."""

    account: Account
    admin: str | None = None
    person: str | None = None
    lang: str = "id"
    since: datetime | None = None


@dataclass(frozen=True)
class Stored:
    """What a button of ours means. `owner`, an admin's id or an account, is who may press it.

    `line` is what it stands for and `said_at` when that was said, for "besok" is the day after that; `verb` and
    `command` are what was read from it, `seal` and `revision` what was shown.
    """

    id: str
    owner: str
    act: Act
    line: str = ""
    verb: str = ""
    command: str = ""
    seal: str = ""
    revision: int = 0
    needs_second: bool = False
    said_at: datetime | None = None


class ChatStore(Codes):
    """The verbs of the conversations."""

    # The inbox. `open` is the instant from which a row may be claimed by anybody; a row that is done has none.

    def receive(self, key: str, incoming: Incoming, *, fingerprint: str = "") -> Receipt:
        """Put a message in the inbox under the platform's own key and say whether it was there.

        Promise: the first of all that come under a key is kept, once, and alone is told FRESH.
        """
        row = ChatRow(
            INBOX,
            key,
            body=dumps(incoming),
            open=instant(incoming.received_at + UNCLAIMED),
            attempt=0,
            fingerprint=fingerprint or None,
            expires_at=until(incoming.received_at + RECEIVED_LIFE),
        )
        if succeeds(lambda: row.save(ChatRow.pk.does_not_exist())):
            return Receipt.FRESH
        first = row_of(INBOX, key)
        return Receipt.REPLAYED if fingerprint and first and first.fingerprint == fingerprint else Receipt.AGAIN

    def claim(self, key: str, *, at: datetime) -> Claimed | None:
        """Take a message to answer; None when it is unknown, done, or was taken less than the lease ago.

        Promise: of all who ask within one lease one gets it. Who took it and died is followed by the next attempt.
        """
        row = ChatRow(INBOX, key)
        is_free = ChatRow.open.exists() & ((ChatRow.attempt == 0) | (ChatRow.open <= instant(at)))
        taken: list[Action] = [ChatRow.open.set(instant(at + LEASE)), ChatRow.attempt.add(1)]
        if not succeeds(lambda: row.update(taken, is_free)):
            return None
        return Claimed(loads(row.body or "", Incoming), int(row.attempt or 0))

    def failing(self, key: str) -> Claimed | None:
        """A message that somebody took and has not finished, as they took it; None when it is done or unknown."""
        row = row_of(INBOX, key)
        return Claimed(loads(row.body, Incoming), int(row.attempt or 0)) if row and row.open and row.body else None

    def release(self, key: str, *, at: datetime) -> None:
        """Give a message back before its lease is over. Promise: repeating it changes nothing; what is done stays."""
        row = ChatRow(INBOX, key)
        succeeds(lambda: row.update([ChatRow.open.set(instant(at))], ChatRow.open.exists()))

    def finish(self, key: str) -> None:
        """Note that a message is answered and forget what it said; its key stays known.

        Promise: repeating it changes nothing, and nobody claims the message afterwards.
        """
        row = ChatRow(INBOX, key)
        succeeds(lambda: row.update([ChatRow.open.remove(), ChatRow.body.remove()], ChatRow.open.exists()))

    def waiting(self, *, at: datetime) -> tuple[str, ...]:
        """The keys that nobody works on though they came a minute ago or their lease has run out, oldest first.

        A reading only: by the time its bell is pressed somebody may have claimed the message, and `claim` decides.
        """
        rows = ChatRow.waiting.query(INBOX, ChatRow.open <= instant(at), consistent_read=True)
        return tuple(row.sk for row in rows)

    # Accounts. The account's own row is the truth; the rows by admin and by person only lead to it. A link writes them
    # last and an unlinking removes them first, so that whatever races or dies, no account is linked and not found.

    def linked(self, account: Account) -> Linked | None:
        """For whom an account speaks, if it was linked."""
        row = row_of(_account_key(account), LINK)
        return loads(row.body or "", Linked) if row else None

    def link(self, linked: Linked) -> None:
        """Let an account speak for an admin, a person or both, and for nobody else any longer.

        Promise: repeating it changes nothing and finishes what died; of two at once one stands, whole.
        """
        ChatRow(_account_key(linked.account), LINK, body=dumps(linked)).save()
        for pk, sk in _leads(linked):
            ChatRow(pk, sk, body=str(linked.account)).save()

    def unlink(self, account: Account) -> None:
        """Let an account speak for nobody. Promise: repeating it changes nothing and finishes what died."""
        linked = self.linked(account)
        for pk, sk in _leads(linked) if linked else ():
            _forget(pk, sk, account)
        ChatRow(_account_key(account), LINK).delete()

    def wish(self, account: Account, stored: Stored, *, at: datetime) -> None:
        """Remember for a day what an account that is not linked yet wanted to do. Promise: the latest wish stays."""
        ChatRow(_account_key(account), WISH, body=dumps(stored), expires_at=until(at + BUTTON_LIFE)).save()

    def wished(self, account: Account, *, at: datetime) -> Stored | None:
        """What the account wanted to do, if it was within a day."""
        row = row_of(_account_key(account), WISH)
        return loads(row.body, Stored) if row and row.body and holds(row, at) else None

    def forget_wish(self, account: Account) -> None:
        """Promise: repeating it changes nothing."""
        ChatRow(_account_key(account), WISH).delete()

    def accounts_of(self, admin: str) -> tuple[Linked, ...]:
        """Every account that speaks for an admin now."""
        leads = ChatRow.query(admin_key(admin), ChatRow.sk.startswith(f"{LINK}#"), consistent_read=True)
        found = _linked(lead.body or "" for lead in leads)
        return tuple(found[account] for account in sorted(found) if found[account].admin == admin)

    def chats_of(self, people: Collection[str]) -> dict[str, Linked]:
        """The account that each person linked last, of those who have one now."""
        keys = [(_person_key(person), CHAT) for person in dict.fromkeys(people)]
        leads = {row.pk: row.body or "" for row in ChatRow.batch_get(keys, consistent_read=True)}
        found = _linked(leads.values())
        last = ((person, found.get(leads.get(_person_key(person), ""))) for person in people)
        return {person: one for person, one in last if one and one.person == person}

    # Buttons and announcements

    def keep(self, stored: Stored, *, at: datetime) -> None:
        """Remember for a day what a button means. Promise: repeating it changes nothing, and revives none dropped."""
        row = ChatRow(f"{BUTTON}#{stored.id}", BUTTON, body=dumps(stored), expires_at=until(at + BUTTON_LIFE))
        succeeds(lambda: row.save(ChatRow.pk.does_not_exist()))

    def stored(self, id: str, *, at: datetime) -> Stored | None:
        """What a button means; None when it is unknown, dropped or a day old."""
        row = row_of(f"{BUTTON}#{id}", BUTTON)
        return loads(row.body, Stored) if row and row.body and holds(row, at) else None

    def drop(self, id: str) -> bool:
        """Let a button mean nothing any longer. Promise: of all who drop it exactly one is told True."""
        row = ChatRow(f"{BUTTON}#{id}", BUTTON)
        return succeeds(lambda: row.update([ChatRow.body.remove()], ChatRow.body.exists()))

    def once(self, name: str, *, at: datetime) -> bool:
        """Whether nobody has asked under this name for thirty days. Promise: of all who ask one is told True."""
        row = ChatRow(f"{ONCE}#{name}", ONCE, expires_at=until(at + ONCE_LIFE))
        return succeeds(lambda: row.save(ChatRow.pk.does_not_exist() | (ChatRow.expires_at <= at.timestamp())))


def _account_key(account: Account | str) -> str:
    return f"account#{account}"


def _person_key(person: str) -> str:
    return f"person#{person}"


def _leads(linked: Linked) -> list[tuple[str, str]]:
    """The rows by which an account is found from whom it speaks for."""
    by_admin = [(admin_key(linked.admin), f"{LINK}#{linked.account}")] if linked.admin else []
    return [*by_admin, (_person_key(linked.person), CHAT)] if linked.person else by_admin


def _linked(accounts: Iterable[str]) -> dict[str, Linked]:
    """The links in force of some accounts, by account."""
    keys = [(_account_key(account), LINK) for account in dict.fromkeys(accounts)]
    links = (loads(row.body or "", Linked) for row in ChatRow.batch_get(keys, consistent_read=True))
    return {str(one.account): one for one in links}


def _forget(pk: str, sk: str, account: Account) -> None:
    succeeds(lambda: ChatRow(pk, sk).delete(ChatRow.body == str(account)))
