"""Commands on reports and their mails: how their lines are read."""

from typing import Any

from chalicelib.admin import reports, standing
from chalicelib.chat.command_grammar import SEND, Noun, Verb
from chalicelib.chat.pieces import Pieces
from chalicelib.domain.errors import PieceMissing

ALL = {"semua": True, "all": True}


def _missing(pieces: Pieces) -> standing.WhoHasNotReported:
    pieces.replace(r"\b(?:lapor|melapor|siapa|yang|reported|who has)\b", " ")
    units, slot = pieces.units(), pieces.slot()
    return standing.WhoHasNotReported(units, slot)


def _status(pieces: Pieces) -> standing.SlotStatus | standing.TodayStatus:
    found = pieces.maybe_period()
    slot = pieces.slot()
    if slot is None and found is None:
        return standing.TodayStatus()
    day = found.start or found.end if found else None
    return standing.SlotStatus(slot, day or pieces.today)


def _preview(pieces: Pieces) -> standing.PreviewReport:
    slot = pieces.slot()
    return standing.PreviewReport(pieces.unit(), slot)


def _ledger(pieces: Pieces) -> standing.ShowLedger:
    return standing.ShowLedger(pieces.day(), pieces.one_unit())


def _resend(pieces: Pieces) -> reports.ResendReport:
    day, slot = pieces.day(), _closed_slot(pieces)
    return reports.ResendReport(day, slot, pieces.unit())


def _closed_slot(pieces: Pieces) -> str:
    slot = pieces.slot()
    if slot is None:
        raise PieceMissing("slot")
    return slot


def _correct(pieces: Pieces) -> reports.CorrectReport:
    day, slot = pieces.day(), _closed_slot(pieces)
    if pieces.word(ALL):
        return reports.CorrectReport(day, slot, pieces.own_units())
    return reports.CorrectReport(day, slot, (pieces.unit(),))


def _send_now(pieces: Pieces) -> reports.SendNow:
    return reports.SendNow(pieces.one_unit())


def _query(name: str, command: type, words: tuple[str, ...], read: Any) -> Verb:
    return Verb(f"report.{name}", Noun.REPORT, command, words, read, answer=standing.answer)


def _order(name: str, command: type, words: tuple[str, ...], read: Any) -> Verb:
    return Verb(
        f"report.{name}",
        Noun.REPORT,
        command,
        words,
        read,
        preview=reports.preview,
        perform=reports.perform,
        confirms=SEND,
    )


VERBS = (
    _query("today", standing.TodayStatus, ("hari ini", "ringkasan", "today"), lambda pieces: standing.TodayStatus()),
    _query("slot", standing.SlotStatus, ("status", "status slot", "slot"), _status),
    _query("missing", standing.WhoHasNotReported, ("belum", "siapa belum", "belum lapor", "who has not"), _missing),
    _query("preview", standing.PreviewReport, ("pratinjau", "lihat laporan", "preview"), _preview),
    _query("ledger", standing.ShowLedger, ("buku kirim", "pengiriman", "ledger"), _ledger),
    _order("resend", reports.ResendReport, ("kirim ulang", "resend"), _resend),
    _order("now", reports.SendNow, ("kirim sekarang", "laporan sekarang", "report now"), _send_now),
    _order("correct", reports.CorrectReport, ("koreksi", "perbaiki laporan", "correct"), _correct),
    _order(
        "approve",
        reports.ApproveRecap,
        ("setujui rekap", "approve recap"),
        lambda pieces: reports.ApproveRecap(pieces.day()),
    ),
)
