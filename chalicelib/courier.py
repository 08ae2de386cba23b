"""Parcels on their way: one mail each, handed to SES once and kept nowhere, because a sheet holds keys.

A report has a ledger that settles what became of it; a parcel has somebody waiting for it, who is told when SES did not
take it and asks again. Of a parcel the ledger knows who that is and nothing more, so that they are told too when it
comes back (`returns`).
"""

from datetime import datetime
from hashlib import sha256

from chalicelib.admin.parcels import Parcel
from chalicelib.domain.change import Line
from chalicelib.domain.delivery import PARCEL, MailKey
from chalicelib.mail import Answer, Letter, Mailer, mime
from chalicelib.phrases import phrase
from chalicelib.render import html
from chalicelib.store.ledger import Ledger, Posted


def send(mailer: Mailer, sender: str, parcel: Parcel, *, cause: str, at: datetime, lang: str = "id") -> Answer:
    """Hand a parcel to SES. Not to be repeated by itself: whatever is not ACCEPTED is told to whoever asked for it.

    `cause` is the confirmation that asked for the parcel; the mail's key is made of it and of what the parcel is.
    """
    key = _key(parcel, cause, at)
    rendered = html.parcel(
        phrase(parcel.subject.key, lang=lang, **parcel.subject.facts),
        phrase(parcel.text.key, lang=lang, **parcel.text.facts),
        file_name=parcel.file_name,
        lang=lang,
    )
    letter = Letter(
        key,
        sender,
        parcel.to,
        (),
        None,
        rendered.subject,
        rendered.text,
        rendered.html,
        parcel.file_name,
        parcel.content,
    )
    return mailer.send(key, 1, sender, parcel.to, mime(letter))


def post(ledger: Ledger, mailer: Mailer, sender: str, parcel: Parcel, *, cause: str, at: datetime) -> Line:
    """Send a parcel and say in a line what became of it: what SES did not take for certain is told as such."""
    ledger.post_parcel(Posted(_key(parcel, cause, at), parcel.asked_by, parcel.file_name))
    answer = send(mailer, sender, parcel, cause=cause, at=at)
    return Line(f"parcel.{answer.verdict}", {"to": ", ".join(parcel.to), "file": parcel.file_name})


def _key(parcel: Parcel, cause: str, at: datetime) -> MailKey:
    what = " ".join((cause, parcel.subject.key, parcel.file_name, *parcel.to))
    return MailKey(at.date(), sha256(what.encode()).hexdigest()[:12], PARCEL)
