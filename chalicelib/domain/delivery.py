"""The ledger's states: what may happen to one e-mail, and what to do with it next.

SES has no idempotency key, so certainty comes from here. The one ambiguous moment, between handing a message to SES
and recording its answer, is a state of its own (`SUBMITTING`); everything before it may simply be done again. The
promise: never silently missing; at most one extra copy, marked, and only when SES's answer was lost and its event did
not come within ten minutes; after that a person is called.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

SETTLING = timedelta(seconds=5)
"""How long after a cut-off its reports are made: a check-in acknowledged at its last instant is stored by then."""

LEASE = timedelta(seconds=120)
"""How long one worker may hold a mail; longer than the worker's own time limit of 60 s."""

GRACE = timedelta(minutes=10)
"""How long SES's event may take before an unanswered send counts as lost."""

LATE = timedelta(minutes=20)
"""How long after its cut-off a slot's mails may be on their way: a summary's wait, and one round of bells. Office
practice."""

EXTRA_COPIES = 1
"""How many marked extra copies a report may cost before a person is called."""

PATIENCE = timedelta(hours=1)
"""How long a report that cannot be made is tried again before a person is called."""

TRIES = 3
"""How often a report that cannot be made is tried at the least, however long the workers were away."""

RETRY_AFTER = timedelta(minutes=5)
"""How long to wait when SES asks to slow down."""

RETRIES = 12
"""How many leases a mail may take before a person is called, whether SES puts it off or it cannot even be rendered."""


class State(StrEnum):
    PLANNED = "planned"
    READY = "ready"  # rendered, its body frozen
    LEASED = "leased"
    SUBMITTING = "submitting"  # about to be, or being, handed to SES
    SENT = "sent"  # SES accepted it
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    UNCERTAIN = "uncertain"  # SES's answer was lost; its event will tell
    RETRY_AT = "retry_at"
    NEEDS_HUMAN = "needs_human"


HANDED_OVER = frozenset({State.SENT, State.DELIVERED})
SETTLED = HANDED_OVER | {State.BOUNCED, State.NEEDS_HUMAN}
"""States in which nothing more is to be done by a worker."""

ARROWS: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.PLANNED, State.READY, State.NEEDS_HUMAN}),
    State.READY: frozenset({State.LEASED, State.SENT, State.DELIVERED, State.BOUNCED}),
    State.LEASED: frozenset(
        {State.LEASED, State.SUBMITTING, State.SENT, State.DELIVERED, State.BOUNCED, State.NEEDS_HUMAN}
    ),
    State.SUBMITTING: frozenset(
        {
            State.SENT,
            State.DELIVERED,
            State.BOUNCED,
            State.UNCERTAIN,
            State.RETRY_AT,
            State.READY,
            State.NEEDS_HUMAN,
        }
    ),
    State.UNCERTAIN: frozenset({State.SENT, State.DELIVERED, State.BOUNCED, State.READY, State.NEEDS_HUMAN}),
    State.RETRY_AT: frozenset({State.LEASED, State.SENT, State.DELIVERED, State.BOUNCED, State.NEEDS_HUMAN}),
    State.SENT: frozenset({State.DELIVERED, State.BOUNCED, State.NEEDS_HUMAN}),
    State.NEEDS_HUMAN: frozenset({State.SENT, State.DELIVERED, State.BOUNCED}),
    State.DELIVERED: frozenset({State.BOUNCED}),  # some mail systems accept first and return later
    State.BOUNCED: frozenset(),
}
"""Every move a mail may make; the store refuses any other, whoever asks."""


DIGEST, RECAP = "digest", "recap"
"""What stands for the unit in the key of a summary; no unit of the organisation may be called so."""

PARCEL = "parcel"
"""What stands for the unit in the key of a parcel's mail, which no run asked for; no unit may be called so."""

INTERIM = "@"
"""What stands between a slot and the minute of an interim report of it: `1130@0912`."""

FIRST_MALFORMED, FIRST_SPLIT, APPROVED, FIRST_RESENT, ROOM = 1, 101, 151, 201, 100
"""The numbers of copies: from which on they were malformed from the start, were split off after a refusal, carry an
approved recap to its readers, were sent again by an admin; and how far apart the last stand, so that each has room for
copies split off from it."""


def slot_of(name: str) -> str:
    """The slot that a run or mail is of, whether it closes it or is an interim report."""
    return name.partition(INTERIM)[0]


def shown_slot(name: str) -> str:
    """A slot's name as people write its time: `0730` as 07.30, the interim report `1130@0912` as 11.30@09.12."""
    parts = name.split(INTERIM)
    return INTERIM.join(f"{part[:2]}.{part[2:]}" if part.isdigit() else part for part in parts)


@dataclass(frozen=True)
class MailKey:
    """The name of one mail: `day#slot#unit#revision`, and a number when a copy was split off (0 is BKD's own).

    It is made of the nominal slot, never of the moment of running, so every bell names the same mail.
    """

    day: date
    slot: str
    unit: str
    revision: int = 1
    copy: int = 0

    def __str__(self) -> str:
        return "#".join((self.day.isoformat(), self.slot, self.unit, str(self.revision), str(self.copy)))

    @property
    def is_summary(self) -> bool:
        """Whether the mail speaks of other mails: a slot's digest or the day's recap."""
        return self.unit in (DIGEST, RECAP)

    @property
    def is_interim(self) -> bool:
        """Whether the mail tells how a slot stands that is still open; no summary speaks of it."""
        return INTERIM in self.slot

    @property
    def is_scheduled(self) -> bool:
        """Whether the circular itself asked for the mail, at its slot, and not an admin since."""
        return self.revision == 1 and self.copy == 0 and not self.is_interim

    @property
    def is_resent(self) -> bool:
        """Whether an admin had the report sent again."""
        return self.copy >= FIRST_RESENT

    @property
    def is_whole(self) -> bool:
        """Whether the mail goes to the report's addressee, first or again; a copy split off does not."""
        return self.copy == 0 or (self.is_resent and (self.copy - FIRST_RESENT) % ROOM == 0)

    @property
    def first_split(self) -> int:
        """The number of the first copy that splits off from this mail after a refusal."""
        return self.copy + 1 if self.copy else FIRST_SPLIT

    @classmethod
    def parse(cls, text: str) -> "MailKey":
        day, slot, unit, revision, copy = text.split("#")
        return cls(date.fromisoformat(day), slot, unit, int(revision), int(copy))


@dataclass(frozen=True)
class Mail:
    """One row of the ledger.

    `attempt` numbers the tries and leases and fences off a worker that wakes late; `handovers` counts how often SES was
    given the mail, or may have been. `due_at` is when a lease, a grace, a pause or the patience with a report that
    cannot be made ends. The first of `to` is the addressee, all others are copies.
    """

    key: MailKey
    state: State
    changed_at: datetime
    attempt: int = 0
    extra_copies: int = 0
    due_at: datetime | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    message_id: str | None = None
    bounced: tuple[str, ...] = ()
    problem: str | None = None
    handovers: int = 0

    @property
    def copies(self) -> tuple[str, ...]:
        """Everybody who gets the mail besides its addressee."""
        return (*self.to[1:], *self.cc)

    @property
    def is_extra_copy(self) -> bool:
        """Whether the next handing to SES must be marked *ulangan*."""
        return self.extra_copies > 0


class Step(StrEnum):
    """What a bell should do with a mail it finds."""

    NOTHING = "nothing"
    WORK = "work"  # give it to a worker
    DOUBT = "doubt"  # its worker died while SES may have had it
    RESEND = "resend"  # SES's event did not come in time
    CALL = "call"  # no means are left: a person is called


def next_step(mail: Mail, *, at: datetime) -> Step:
    """What is to be done with the mail at `at`; `due_at` is when a lease, a grace or a pause ends."""
    is_over = mail.due_at is None or mail.due_at <= at
    match mail.state:
        case State.PLANNED:
            return Step.CALL if is_over and mail.attempt >= TRIES else Step.WORK
        case State.READY:
            return Step.WORK
        case State.LEASED | State.RETRY_AT:
            return (Step.WORK if mail.attempt < RETRIES else Step.CALL) if is_over else Step.NOTHING
        case State.SUBMITTING:
            return Step.DOUBT if is_over else Step.NOTHING
        case State.UNCERTAIN:
            return (Step.RESEND if mail.extra_copies < EXTRA_COPIES else Step.CALL) if is_over else Step.NOTHING
        case _:
            return Step.NOTHING


class Verdict(StrEnum):
    """How a handing to SES ended."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # SES said no for good: a malformed or rejected recipient, a rejected message
    PUT_OFF = "put_off"  # SES said not now: a quota, a rate, a pause
    UNKNOWN = "unknown"  # no answer, or one that says nothing about acceptance


class SesEvent(StrEnum):
    """What SES publishes of a message, in the order of its life.

    Source: SES developer guide, "Contents of event data that Amazon SES publishes".
    """

    SEND = "Send"
    DELIVERY = "Delivery"
    BOUNCE = "Bounce"
    REJECT = "Reject"


EVENT_STATE = {
    SesEvent.SEND: State.SENT,
    SesEvent.DELIVERY: State.DELIVERED,
    SesEvent.BOUNCE: State.BOUNCED,
    SesEvent.REJECT: State.NEEDS_HUMAN,
}


def may_move(state: State, to: State) -> bool:
    """Whether the arrow exists."""
    return to in ARROWS[state]
