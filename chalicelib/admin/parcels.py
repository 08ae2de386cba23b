"""Parcels: files with names, numbers or keys in them, which go by mail to an office's registered address.

A chat never carries such a file, whoever asks for it; sending is `courier`'s. The price: who asks for a file needs an
address in the office, and an agency without one is refused until it has.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.admin.links import operator_of, sheets
from chalicelib.chat.message import Answer
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.address import is_address
from chalicelib.domain.change import Line
from chalicelib.domain.day import Office
from chalicelib.domain.errors_staff import AddressMissing
from chalicelib.domain.people import Organisation, Person, Unit
from chalicelib.render.linksheet import workbook
from chalicelib.render.views import slug

BKD = "bkd"


@dataclass(frozen=True)
class Parcel:
    """One file by mail; `to` are registered addresses of one office."""

    to: tuple[str, ...]
    subject: Line
    text: Line
    file_name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Outcome:
    """What an order did: what is said in the chat, and what goes by mail."""

    answer: Answer
    parcels: tuple[Parcel, ...] = ()


def sheet_parcels(
    organisation: Organisation, people: Sequence[Person], tokens: Mapping[str, str], base_url: str
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
        )
        for unit, rows in found.items()
    )


def mailbox_of(admin: Admin, office: Office) -> tuple[str, ...]:
    """Where files for an admin go: BKD's address, or those of the operators of their units.

    Raises: AddressMissing, OperatorUnknown.
    """
    if admin.role is Role.BKD or not admin.units:
        return mailbox_of_bkd(office)
    return tuple(dict.fromkeys(operator_of(unit) for unit in reporters(admin.units, office.organisation)))


def mailbox_of_bkd(office: Office) -> tuple[str, ...]:
    """Where files on the whole government go. Raises: AddressMissing."""
    found = tuple(address for address in office.addresses.get(BKD, ()) if is_address(address))
    if not found:
        raise AddressMissing(BKD)
    return found


def reporters(units: Iterable[str], organisation: Organisation) -> tuple[Unit, ...]:
    """The units that report for some units, each once."""
    found = (organisation.reporter_of(unit) for unit in units)
    return tuple(dict.fromkeys(unit for unit in found if unit))
