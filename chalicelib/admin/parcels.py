"""Parcels: files with names, numbers or keys in them, which go by mail to an office's registered address.

A chat never carries such a file, whoever asks for it; sending is `courier`'s. The price: who asks for a file needs an
address in the office, and an agency without one is refused until it has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.admin.links import sheets
from chalicelib.admin.staff import operator_of
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.address import is_address
from chalicelib.domain.answer import Answer
from chalicelib.domain.change import Change, Line, changed
from chalicelib.domain.day import Office
from chalicelib.domain.errors_staff import AddressMissing
from chalicelib.domain.people import BKD, Organisation, Person
from chalicelib.render.linksheet import workbook
from chalicelib.render.views import slug


@dataclass(frozen=True)
class Parcel:
    """One file by mail; `to` are registered addresses of one office, `asked_by` is the id of the admin who wants it
    there."""

    to: tuple[str, ...]
    subject: Line
    text: Line
    file_name: str
    content: bytes = field(repr=False)
    asked_by: str


@dataclass(frozen=True)
class Outcome:
    """What an order did: what is said in the chat, what goes by mail, which admins are to get a new code, and for whom
    no account is to speak any longer."""

    answer: Answer
    parcels: tuple[Parcel, ...] = ()
    invited: tuple[Admin, ...] = ()
    cut: tuple[Admin, ...] = ()


def addressees_shown(change: Change, office: Office) -> Change:
    """The change, telling to which offices' addresses the new links will go, so that nobody confirms others than they
    saw. Raises: OperatorUnknown."""
    units = (one.unit for one in changed(office, change.edits).people if one.id in change.tokens)
    reporters = dict.fromkeys(map(office.organisation.reporter_of, dict.fromkeys(units)))
    to = ", ".join(dict.fromkeys(operator_of(unit) for unit in reporters if unit))
    return replace(change, details=(*change.details, Line("parcel.goes_to", {"to": to}))) if to else change


def sheet_parcels(
    organisation: Organisation, people: Sequence[Person], tokens: Mapping[str, str], base_url: str, asked_by: str
) -> tuple[Parcel, ...]:
    """The sheets that hand out new links, each to its unit's operator. Raises: OperatorUnknown."""
    found = sheets(organisation, people, tokens, base_url)
    return tuple(
        Parcel(
            (operator_of(unit),),
            Line("parcel.sheet.subject", {"unit": unit.name}),
            Line("parcel.sheet.text", {"unit": unit.name, "count": len(rows)}),
            f"tautan-{slug(unit.name)}.xlsx",
            workbook(unit.name, rows),
            asked_by,
        )
        for unit, rows in found.items()
    )


def mailbox_of(admin: Admin, office: Office) -> tuple[str, ...]:
    """Where files for an admin go: BKD's address, or those of the operators of their units.

    Raises: AddressMissing, OperatorUnknown.
    """
    if admin.role is Role.BKD or not admin.units:
        return mailbox_of_bkd(office)
    return tuple(dict.fromkeys(operator_of(unit) for unit in office.organisation.reporters_of(admin.units)))


def mailbox_of_bkd(office: Office) -> tuple[str, ...]:
    """Where files on the whole government go. Raises: AddressMissing."""
    found = tuple(address for address in office.addresses.get(BKD, ()) if is_address(address))
    if not found:
        raise AddressMissing(BKD)
    return found
