"""A report and its ledger row become one letter: words, workbook, addresses.

This is where all renderers meet, so importing it costs a quarter of a second; only the worker that sends does.
"""

from chalicelib.assembly import Report
from chalicelib.domain.address import is_address
from chalicelib.domain.day import Office
from chalicelib.domain.delivery import Mail
from chalicelib.domain.recap import Digest, Recap
from chalicelib.mail import Letter
from chalicelib.phrases import phrase
from chalicelib.render import html, views, xlsx
from chalicelib.render.html import Rendered


def compose(report: Report, mail: Mail, office: Office, sender: str) -> Letter:
    """The letter that carries a report to the recipients its ledger row names."""
    rendered, workbook = _rendered(report, mail)
    unit = office.organisation.by_id.get(mail.key.unit)
    operator = unit.operator_email if unit else None
    return Letter(
        mail.key,
        sender,
        mail.to,
        mail.cc,
        operator if operator and is_address(operator) else None,
        rendered.subject,
        rendered.text,
        rendered.html,
        views.file_name(report),
        workbook,
    )


def _rendered(report: Report, mail: Mail) -> tuple[Rendered, bytes]:
    operator, extra, again, key = _operator(report), mail.is_extra_copy, mail.key.is_resent, str(mail.key)
    if isinstance(report, Digest):
        words = html.digest(report, operator=operator, is_extra_copy=extra, is_resent=again, report_key=key)
        return words, xlsx.digest(report)
    if isinstance(report, Recap):
        words = html.recap(report, operator=operator, is_extra_copy=extra, is_resent=again, report_key=key)
        return words, xlsx.recap(report)
    words = html.unit_report(report, operator=operator, is_extra_copy=extra, is_resent=again, report_key=key)
    return words, xlsx.unit_report(report)


def _operator(report: Report) -> str:
    """The office in whose name the system sends: the unit's operator, and BKD's for what speaks of all units."""
    if isinstance(report, Digest | Recap):
        return phrase("report.operator.bkd", unit=report.heading.government)
    return phrase("report.operator", unit=report.unit_name)
