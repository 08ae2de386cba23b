"""A subject arrives as it was written, however long and in whatever letters."""

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.delivery import MailKey
from chalicelib.mail import Letter, mime
from tests.office import MONDAY

WORDS = st.text(st.characters(min_codepoint=33, exclude_categories=("C", "Z")), min_size=1, max_size=30)
PARTS = st.lists(st.lists(WORDS, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=5).map(" · ".join)
INTERIM = "[Hadir] 2026-11-22 15.00 WIB · SEMENTARA 14.54 WIB · Dinas Kesehatan · 2/6 melapor"


def received(subject: str) -> tuple[bytes, str]:
    """The head as it travels, and the subject as a mail program reads it."""
    key = MailKey(MONDAY, "0730", "dinkes")
    sent = mime(Letter(key, "hadir@example.id", ("bkd@example.id",), (), None, subject, "", "", "a.xlsx", b""))
    read = BytesParser(EmailMessage, policy=default).parsebytes(sent)
    return sent.partition(b"\r\n\r\n")[0], str(read["Subject"])


@given(PARTS)
@example(INTERIM)
def test_a_subject_keeps_every_space_and_letter_and_no_line_is_too_long(subject: str) -> None:
    head, read = received(f"[Hadir] {subject}")

    assert read == f"[Hadir] {subject}"
    assert head.isascii()
    assert max(map(len, head.splitlines())) <= 998
