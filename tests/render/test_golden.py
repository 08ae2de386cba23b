"""Mails as they were last looked at and approved; a change of look is a change of these files.

After looking at a new version, approve it with `python -m tests.render.test_golden`.
"""

from pathlib import Path

import pytest

from chalicelib.render import html
from chalicelib.render.html import Rendered
from tests.render import samples

GOLDEN = Path(__file__).parent / "golden"


def unit_report() -> Rendered:
    report = samples.midday_report(*samples.roster(20))
    return html.unit_report(report, operator=samples.OPERATOR, is_extra_copy=True, report_key=samples.KEY)


def unit_report_en() -> Rendered:
    report = samples.midday_report(*samples.roster(20))
    return html.unit_report(
        report, operator="Operator of Dinas Kesehatan", is_extra_copy=False, report_key=samples.KEY, lang="en"
    )


def digest() -> Rendered:
    key = "2020-03-23#0730#digest#1#0"
    return html.digest(samples.slot_digest(), operator="Operator BKD", is_extra_copy=False, report_key=key)


def recap() -> Rendered:
    key = "2020-03-23#recap#recap#1#0"
    return html.recap(samples.day_recap(), operator="Operator BKD", is_extra_copy=False, report_key=key)


MAILS = {"unit_report.id": unit_report, "unit_report.en": unit_report_en, "digest.id": digest, "recap.id": recap}


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_looks_as_it_was_approved(name: str) -> None:
    mail = MAILS[name]()

    assert mail.html == (GOLDEN / f"{name}.html").read_text()
    assert mail.text == (GOLDEN / f"{name}.txt").read_text()


if __name__ == "__main__":
    for approved, render in MAILS.items():
        (GOLDEN / f"{approved}.html").write_text(render().html)
        (GOLDEN / f"{approved}.txt").write_text(render().text)
