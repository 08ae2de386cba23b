"""What the day's mails look like to whoever opens the folder: each as .eml, .html, .txt and .xlsx, and a table."""

import re
from collections.abc import Sequence
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from shutil import rmtree
from urllib.parse import unquote

from openpyxl import load_workbook
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from chalicelib.domain.delivery import MailKey
from infra.local.ses_events import AcceptedMail

TOKEN = re.compile(r"#([a-z2-7]{26})\b", re.IGNORECASE)
KINDS = {"text/plain": ".txt", "text/html": ".html"}


def write(mails: Sequence[AcceptedMail], folder: Path) -> list[tuple[AcceptedMail, Path]]:
    """Write every mail under `folder`, which is emptied first; returns each with its .eml file."""
    rmtree(folder, ignore_errors=True)
    return [(mail, keep(mail, folder)) for mail in sorted(mails, key=_sort_key)]


def key_of(mail: AcceptedMail) -> MailKey:
    return MailKey.parse(mail.parsed["X-Report-Key"])


def _sort_key(mail: AcceptedMail) -> tuple[object, ...]:
    key = key_of(mail)
    return key.day, key.slot, key.is_summary, key.unit, key.copy


def keep(mail: AcceptedMail, folder: Path) -> Path:
    """Write one mail under `folder` by day and slot; returns its .eml file."""
    parsed, key = mail.parsed, key_of(mail)
    attachment = next(parsed.iter_attachments())
    place = folder / key.day.isoformat() / key.slot
    place.mkdir(parents=True, exist_ok=True)
    stem = Path(attachment.get_filename() or str(key)).stem + (f"_{key.copy}" if key.copy else "")
    (place / f"{stem}.eml").write_bytes(mail.raw)
    (place / f"{stem}.xlsx").write_bytes(attachment.get_content())
    for part in parsed.walk():
        if suffix := KINDS.get(part.get_content_type()):
            assert isinstance(part, EmailMessage)
            (place / f"{stem}{suffix}").write_text(part.get_content(), "utf-8")
    return place / f"{stem}.eml"


def tokens(mail: AcceptedMail) -> dict[str, str]:
    """The links of a sheet that was mailed to an operator, by name: what stands there, or is behind a click to chat."""
    found = {}
    for part in mail.parsed.iter_attachments():
        for row in load_workbook(BytesIO(part.get_content())).active.iter_rows():  # type: ignore[union-attr]
            texts = [unquote(str(cell.hyperlink.target if cell.hyperlink else cell.value)) for cell in row]
            for link in filter(None, map(TOKEN.search, texts)):
                found[texts[1]] = link[1]
    return found


def show(written: Sequence[tuple[AcceptedMail, Path]], root: Path, console: Console) -> None:
    """A table of the mails: slot, recipients, what the subject counts, file."""
    table = Table(box=SIMPLE, pad_edge=False)
    for heading in ("Slot", "Recipients", "Counts", "File (.eml, .html, .txt, .xlsx)"):
        table.add_column(heading, no_wrap=True)
    for mail, path in written:
        first, *others = mail.destination
        recipients = f"{first} +{len(others)}" if others else first
        counts = str(mail.parsed["Subject"]).rpartition(" · ")[2]
        table.add_row(key_of(mail).slot, recipients, counts, str(path.relative_to(root).with_suffix("")))
    console.print(table)
