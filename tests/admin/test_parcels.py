"""Files with names or keys in them: to whose registered address they go, and what a rejected roster file is told."""

from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook

from chalicelib.admin.importing import ImportRoster, decide, rejection
from chalicelib.admin.links import issue_links
from chalicelib.admin.parcels import mailbox_of, sheet_parcels
from chalicelib.domain.access import Admin, Role
from chalicelib.domain.answer import Answer
from chalicelib.domain.change import Change, Line, changed
from chalicelib.domain.day import Office
from chalicelib.domain.errors_staff import AddressMissing, OperatorUnknown, RosterRejected, RosterUnreadable
from chalicelib.domain.people import Organisation, Person
from chalicelib.phrases import KNOWN, phrase
from tests.office import BKD, DINKES, HOSPITAL, INSPEKTORAT, LINKED, ORGANISATION, PROVINCE, at, person
from tests.office import office as an_office

CHANCE = bytes(range(32))
BASE_URL = "https://hadir.example.id/v1"
OPERATOR = Admin("op-dinkes", "Operator", Role.OPERATOR, ("rsud",))
RATNA = Admin("ratna", "Ratna", Role.BKD)
MUTE = Organisation((PROVINCE, INSPEKTORAT, replace(DINKES, operator_email=None), HOSPITAL))
HEADING = "Nama;Unit kerja;NIP;No HP"
ANI, BUDI, CICI = (
    person("Ani Suryani", phone="+6281200000001"),
    person("Budi Hakim", "rsud", phone="+6281200000002"),
    person("Cici Lestari", "inspektorat", nip="198501122010012003"),
)


def office(*people: Person, **facts: object) -> Office:
    return replace(an_office(), people=people, **facts)  # type: ignore[arg-type]


def imported(rows: Iterable[str], office: Office, *units: str) -> Change:
    data = "\n".join([HEADING, *rows]).encode()
    return decide(ImportRoster("F01", "pegawai.csv", data, CHANCE, units), office, at=at("07:00"))


def rejected(rows: Iterable[str], office: Office, *units: str) -> RosterRejected:
    with pytest.raises(RosterRejected) as refused:
        imported(rows, office, *units)
    return refused.value


def spoken(answer: Answer) -> list[str]:
    """Everything that the answer says, in both languages."""
    rows = answer.table.rows if answer.table else ()
    cells = [cell for row in rows for cell in row]
    lines = [answer.title, *answer.lines, *(cell for cell in cells if isinstance(cell, Line))]
    texts = [phrase(line.key, lang=lang, **line.facts) for line in lines for lang in KNOWN]
    return [*texts, *(str(cell) for cell in cells if not isinstance(cell, Line))]


# Sheets of links


def test_each_reporting_unit_gets_the_links_of_its_own_people_at_its_operators_address() -> None:
    people, tokens = issue_links([ANI, BUDI, CICI], bytes, renewed={ANI.id, BUDI.id, CICI.id}, at=LINKED)

    parcels = sheet_parcels(ORGANISATION, people, tokens, BASE_URL, "rina")

    assert [parcel.to for parcel in parcels] == [(DINKES.operator_email,), (INSPEKTORAT.operator_email,)]
    page = load_workbook(BytesIO(parcels[0].content)).active
    assert page
    assert [page.cell(row, 2).value for row in (5, 6, 7)] == ["Ani Suryani", "Budi Hakim", None]
    assert parcels[0].subject.facts == {"unit": DINKES.name}


def test_a_parcel_shows_neither_links_nor_names_when_it_is_printed() -> None:
    people, tokens = issue_links([ANI], bytes, renewed={ANI.id}, at=LINKED)

    (parcel,) = sheet_parcels(ORGANISATION, people, tokens, BASE_URL, "rina")

    assert "Ani" not in repr(parcel)
    assert tokens[ANI.id] not in repr(parcel)


def test_a_unit_without_an_operators_address_gets_no_sheet() -> None:
    people, tokens = issue_links([ANI], bytes, renewed={ANI.id}, at=LINKED)

    with pytest.raises(OperatorUnknown) as refused:
        sheet_parcels(MUTE, people, tokens, BASE_URL, "rina")

    assert refused.value.facts == {"unit": DINKES.name}


def test_an_admins_files_go_to_their_office_and_not_to_themselves() -> None:
    assert mailbox_of(RATNA, office()) == (BKD,)
    assert mailbox_of(OPERATOR, office()) == (DINKES.operator_email,)


@pytest.mark.parametrize("addresses", [{}, {"bkd": ()}, {"bkd": ("bkd@",)}])
def test_bkd_without_an_address_that_mail_reaches_gets_no_file(addresses: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(AddressMissing):
        mailbox_of(RATNA, office(addresses=addresses))


# Importing by chat


def test_the_chats_import_issues_links_to_whom_an_operator_can_hand_them() -> None:
    change = imported(["Dewi;dinkes;;", "Eko;inspektorat;;"], office(organisation=MUTE))

    linked = {edit.after.name: bool(edit.after.link_hash) for edit in change.edits if isinstance(edit.after, Person)}
    assert linked == {"Dewi": False, "Eko": True}
    assert len(change.tokens) == 1
    assert change.warnings == (Line("import.no_link", {"unit": DINKES.name, "count": 1}),)


def test_whoever_the_file_leaves_out_is_named_and_many_want_a_second_yes() -> None:
    change = imported(["Ani Suryani;dinkes;;0812-0000-0001"], office(ANI, BUDI))
    many = imported(["Ani Suryani;dinkes;;0812-0000-0001"], office(ANI, BUDI, CICI))

    assert change.details == (Line("import.leaves", {"names": "Budi Hakim"}),)
    assert (change.needs_second, many.needs_second) == (False, True)
    assert change.summary == Line("roster.imported", {"joined": 0, "changed": 0, "left": 1})


def test_doubts_are_told_by_kind_with_their_rows() -> None:
    change = imported(["Dewi;dinkes;;0812-0000-0007", "Eko;dinkes;;0812-0000-0007"], office())

    assert change.warnings == (Line("import.doubt.phone.shared", {"rows": "3"}),)
    assert all(phrase(line.key, lang=lang, **line.facts) for line in change.warnings for lang in KNOWN)


def test_a_units_file_replaces_the_people_of_that_unit_and_of_those_below_and_nobody_else() -> None:
    unlinked = replace(CICI, link_hash=None, link_since=None)
    before = office(ANI, BUDI, unlinked)

    change = imported(["Ani Suryani;dinkes;;0812-0000-0001", "Eko;rsud;;"], before, "dinkes")

    after = changed(before, change.edits)
    assert {one.name for one in after.people} == {"Ani Suryani", "Eko", "Cici Lestari"}
    assert after.by_id[CICI.id] == unlinked
    assert set(change.tokens) == {one.id for one in after.people if one.name == "Eko"}


def test_a_units_file_is_refused_by_row_where_it_speaks_of_others_people() -> None:
    refused = rejected(["Dewi;inspektorat;;", "Eko;dinkes;198501122010012003;"], office(ANI, CICI), "dinkes")

    assert refused.problems_list == (
        (2, "roster.column.unit", "cell.unit.elsewhere"),
        (3, "roster.column.nip", "cell.nip.elsewhere"),
    )


def test_a_rejected_files_sender_is_told_rows_columns_and_reasons_and_no_cell() -> None:
    secret, phone = "198513122010012003", "0812-0000-000O"

    refused = rejected([f"Dewi;dinkes;{secret};{phone}", "Eko;antariksa;;"], office())
    told = rejection(refused, "pegawai.csv", office(), RATNA)

    assert told.answer.table
    assert told.answer.table.rows[0] == (2, Line("roster.column.nip"), Line("cell.nip.birth"))
    assert not any(cell in text for text in spoken(told.answer) for cell in (secret, phone, "Dewi", "antariksa"))


def test_a_rejected_file_comes_back_marked_by_mail() -> None:
    refused = rejected(["Eko;antariksa;;"], office())

    (parcel,) = rejection(refused, "pegawai.csv", office(), OPERATOR).parcels

    page = load_workbook(BytesIO(parcel.content)).active
    assert page
    assert parcel.to == (DINKES.operator_email,)
    assert (page.cell(2, 5).value, page.cell(2, 6).value) == ("Eko", "antariksa")


def test_of_many_problems_fifteen_are_told_and_the_rest_counted() -> None:
    refused = rejected([f"Eko {sign};antariksa;;" for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"], office())

    answer = rejection(refused, "pegawai.csv", office(), RATNA).answer

    assert answer.table
    assert len(answer.table.rows) == 15
    assert Line("import.rejected.more", {"count": 11}) in answer.lines


def test_without_an_address_it_is_said_that_the_marked_file_could_not_go() -> None:
    refused = rejected(["Eko;antariksa;;"], office())

    told = rejection(refused, "pegawai.csv", office(addresses={}), RATNA)

    assert told.parcels == ()
    assert told.answer.lines[-1] == Line("import.rejected.not_mailed")


def test_a_file_that_is_no_table_is_refused_in_words() -> None:
    with pytest.raises(RosterUnreadable) as refused:
        decide(
            ImportRoster("F01", "pegawai.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", CHANCE), office(), at=at("07:00")
        )

    for lang in KNOWN:
        advice = phrase("refusal.roster_unreadable.advice", lang=lang, **refused.value.facts)
        assert phrase("roster.unreadable.old_excel", lang=lang) in advice
