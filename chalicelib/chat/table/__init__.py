"""The commands by which admins run the office, chapter by chapter, as one table."""

from chalicelib.chat.command_grammar import Table
from chalicelib.chat.table.circulars import VERBS as CIRCULARS
from chalicelib.chat.table.duties import VERBS as DUTIES
from chalicelib.chat.table.records import VERBS as RECORDS
from chalicelib.chat.table.reports import VERBS as REPORTS
from chalicelib.chat.table.staff import VERBS as STAFF
from chalicelib.chat.table.talks import verbs

OPENING = "hari ini"
"""The line that a home tab or an empty message stands for."""

_WORK = (*CIRCULARS, *DUTIES, *STAFF, *REPORTS, *RECORDS)
TABLE = Table((*_WORK, *verbs(_WORK)))
