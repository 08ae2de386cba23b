"""The employee's door on moto: the page, the greeting, the receipt, and whatever else may arrive."""

import json
import logging
import re
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from itertools import count
from typing import Any

import pytest
from chalice.config import Config
from chalice.local import LocalGateway

from chalicelib.domain.day import Board
from chalicelib.entry.web import HEADERS
from chalicelib.store.checkins import publish_board
from chalicelib.store.tables import CardRow, CheckInRow
from tests.entry.hadir import JSON, Hadir
from tests.office import NYEPI, at
from tests.store import dynamo

REPLAYS = 20
EVERY_HEADER = {
    "Cache-Control",
    "Content-Security-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
}
INDONESIAN = {
    "submission_malformed": "Laporan tidak terbaca",
    "submission_too_large": "Laporan terlalu besar",
    "position_contradicted": "Laporan tidak lengkap",
    "coordinates_swapped": "Lintang dan bujur tertukar",
    "link_unknown": "Tautan tidak dikenali",
}


def position(**claims: Any) -> dict[str, Any]:
    """Ten metres from home, fixed just now."""
    at_home = {"lat": -6.1200, "lon": 106.1500, "accuracy_m": 20, "fixed_at": at("07:12").timestamp() * 1000}
    return at_home | claims


def claims(hadir: Hadir, **changes: Any) -> dict[str, Any]:
    """What Ani's page posts when she is at home."""
    return {"token": hadir.world.tokens["ani"], "id": "client-000001", "position": position()} | changes


def body(hadir: Hadir, **changes: Any) -> bytes:
    return json.dumps(claims(hadir, **changes)).encode()


def without(claims: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if name not in names}


# The page


@pytest.mark.parametrize(
    ("path", "headers", "lang", "words"),
    [
        ("/c", {}, "id", "Laporan kehadiran WFH"),
        ("/c?lang=id", {"Accept-Language": "en"}, "id", "Laporan kehadiran WFH"),
        ("/c?lang=en", {}, "en", "Work-from-home reporting"),
        ("/c", {"Accept-Language": "en-GB,en;q=0.8,id;q=0.5"}, "en", "Work-from-home reporting"),
        ("/c", {"Accept-Language": "nl-NL,nl;q=0.9"}, "id", "Laporan kehadiran WFH"),
    ],
)
def test_the_page_comes_in_the_language_asked_for_and_in_indonesian_otherwise(
    hadir: Hadir, path: str, headers: dict[str, str], lang: str, words: str
) -> None:
    page = hadir.get(path, **headers)

    assert page.status_code == 200
    assert f'<html lang="{lang}"' in page.body.decode()
    assert words.lower() in page.body.decode().lower()


def test_the_page_forbids_framing_sniffing_referring_and_keeping(hadir: Hadir) -> None:
    answer = hadir.get("/c")

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert HEADERS.keys() >= EVERY_HEADER
    policy = dict(clause.split(" ", 1) for clause in HEADERS["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_page_runs_no_script_that_its_own_policy_forbids(hadir: Hadir) -> None:
    html = hadir.get("/c").body.decode()

    within = {
        f"{tag}-src": b64encode(sha256(found.encode()).digest()).decode()
        for tag in ("script", "style")
        for found in re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
    }
    policy = dict(clause.split(" ", 1) for clause in HEADERS["Content-Security-Policy"].split("; "))
    assert {name: policy[name] for name in within} == {name: f"'sha256-{hash_}'" for name, hash_ in within.items()}
    assert len(within) == len(re.findall(r"<(?:script|style)\b", html)) == 2
    assert not re.search(r"\s(?:on\w+|style)=", html)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", html)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["/c", "/c?lang=en", "/api/links", "/api/checkins"])
def test_whoever_merely_opens_an_address_changes_nothing(hadir: Hadir, method: str, path: str) -> None:
    before = dynamo.rows()
    gateway = LocalGateway(hadir.app, Config.create())

    answer = gateway.handle_request(method, path, JSON, body(hadir))

    assert answer["statusCode"] < 500
    assert dynamo.rows() == before


# The greeting


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("id", r"Slot 07\.30 .*: lapor paling lambat pukul 07\.30 WIB"),
        ("en", r"The 07.30 .*report by 07:30 WIB at the latest"),
    ],
)
def test_a_link_greets_its_holder_with_what_is_due_next(hadir: Hadir, lang: str, title: str) -> None:
    before = dynamo.rows()

    answer = hadir.post("/api/links", json.dumps({"token": hadir.world.tokens["ani"], "lang": lang}).encode())

    assert answer.status_code == 200
    assert re.search(title, answer.json_body["words"]["title"])
    assert (answer.json_body["name"], answer.json_body["unit"]) == ("Ani", "Dinas Kesehatan Provinsi Banten")
    assert dynamo.rows() == before


def test_a_greeting_tells_neither_home_nor_anything_else_of_its_holder(hadir: Hadir) -> None:
    answer = hadir.post("/api/links", json.dumps({"token": hadir.world.tokens["ani"]}).encode())

    assert answer.json_body.keys() == {"name", "unit", "words"}
    assert "6.12" not in answer.body.decode()


# The receipt


@pytest.mark.parametrize(
    ("lang", "title", "slot", "evidence"),
    [
        ("id", "Tercatat pukul 07.12 WIB", r"Masuk laporan .*07\.30 WIB", r"Posisi: .* 200 m dari rumah"),
        ("en", "Recorded at 07:12 WIB", r"in the .*report .*07:30 WIB", r"Position: .* 200 m of your .*home"),
    ],
)
def test_a_checkin_is_answered_with_a_receipt_in_the_pages_language(
    hadir: Hadir, lang: str, title: str, slot: str, evidence: str
) -> None:
    answer = hadir.post("/api/checkins", body(hadir, lang=lang))

    kept = answer.json_body
    assert answer.status_code == 201
    assert re.fullmatch(r"[A-Z2-7]{4}-[A-Z2-7]{4}", kept["receipt"])
    assert (kept["slot"], kept["band"], kept["grade"], kept["mark"]) == ("0730", "within_radius", "at_home", "ok")
    assert kept["recorded_at"] == "2020-03-23T00:12:00+00:00"
    assert kept["words"]["title"] == title
    assert re.search(slot, kept["words"]["lines"][0])
    assert re.search(evidence, kept["words"]["lines"][1])


@pytest.mark.door
def test_a_checkin_leaves_one_row_that_will_be_forgotten_after_thirty_days(hadir: Hadir) -> None:
    hadir.post("/api/checkins", body(hadir))

    (row,) = hadir.checkins()
    assert row["unit_day"]["S"] == "dinkes#2020-03-23"
    assert int(row["expires_at"]["N"]) == int((at("07:12") + timedelta(days=30)).timestamp())
    assert hadir.world.tokens["ani"] not in json.dumps(row)


def test_a_checkin_far_from_home_is_kept_and_says_the_band_only(hadir: Hadir) -> None:
    answer = hadir.post("/api/checkins", body(hadir, position=position(lat=-6.1400)))

    assert answer.status_code == 201
    assert (answer.json_body["grade"], answer.json_body["band"]) == ("away", "under_5_km")
    assert "6.14" not in answer.body.decode()


def test_a_checkin_without_a_position_is_kept_with_its_reason(hadir: Hadir) -> None:
    answer = hadir.post("/api/checkins", body(hadir, position=None, no_position="denied"))

    assert answer.status_code == 201
    assert (answer.json_body["grade"], answer.json_body["band"], answer.json_body["mark"]) == (
        "no_position",
        None,
        "unclear",
    )


def test_a_checkin_outside_every_window_is_kept_and_marked(hadir: Hadir) -> None:
    hadir.at = at("15:31")

    answer = hadir.post("/api/checkins", body(hadir))

    assert answer.status_code == 201
    assert (answer.json_body["slot"], answer.json_body["mark"]) == (None, "late")


def test_a_checkin_on_a_holiday_is_kept_and_no_duty(hadir: Hadir) -> None:
    hadir.at = at("07:12", NYEPI)

    answer = hadir.post("/api/checkins", body(hadir))

    assert answer.status_code == 201
    assert answer.json_body["words"]["lines"][0] == "Tidak ada kewajiban lapor hari ini. Laporan ini tetap disimpan."


def test_the_same_client_id_again_gets_the_first_receipt_and_no_second_row(hadir: Hadir) -> None:
    first = hadir.post("/api/checkins", body(hadir))
    hadir.at = at("07:29")
    second = hadir.post("/api/checkins", body(hadir, position=position(lat=-6.9)))

    assert second.status_code == 201
    assert second.json_body == first.json_body
    assert len(hadir.checkins()) == 1


def test_a_replay_after_the_cut_off_still_says_which_report_the_first_is_in(hadir: Hadir) -> None:
    hadir.at = at("07:30")
    first = hadir.post("/api/checkins", body(hadir))
    hadir.at = at("07:30:05")
    second = hadir.post("/api/checkins", body(hadir))

    assert first.json_body["slot"] == "0730"
    assert second.json_body == first.json_body


def test_another_client_id_is_another_checkin(hadir: Hadir) -> None:
    first = hadir.post("/api/checkins", body(hadir))
    second = hadir.post("/api/checkins", body(hadir, id="client-000002"))

    assert first.json_body["receipt"] != second.json_body["receipt"]
    assert len(hadir.checkins()) == 2


def test_two_people_who_share_a_client_id_have_a_row_each(hadir: Hadir) -> None:
    ani = hadir.post("/api/checkins", body(hadir))
    budi = hadir.post("/api/checkins", body(hadir, token=hadir.world.tokens["budi"]))

    assert ani.json_body["receipt"] != budi.json_body["receipt"]
    assert len(hadir.checkins()) == 2


def test_twenty_replays_at_once_get_one_receipt_and_leave_one_row(
    hadir: Hadir, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds, posted = count(), body(hadir)
    monkeypatch.setattr("chalicelib.wiring.now", lambda: at("07:12") + timedelta(seconds=next(seconds)))
    gateway = LocalGateway(hadir.app, Config.create())

    with dynamo.one_at_a_time("PutItem"), ThreadPoolExecutor(REPLAYS) as pool:
        answers = list(
            pool.map(lambda _: gateway.handle_request("POST", "/api/checkins", JSON, posted), range(REPLAYS))
        )

    kept = {(answer["statusCode"], answer["body"]) for answer in answers}
    assert len(kept) == 1
    assert {status for status, _ in kept} == {201}
    assert len(hadir.checkins()) == 1


# Whatever else may arrive


HOSTILE = {
    "not a number": ("-6.12", "NaN"),
    "infinity": ("-6.12", "Infinity"),
    "minus infinity": ("-6.12", "-Infinity"),
    "an overflowing number": ("-6.12", "1e999"),
    "a number of four hundred digits": ("-6.12", "1" + "0" * 400),
    "a boolean latitude": ("-6.12", "true"),
    "a latitude in quotes": ("-6.12", '"-6.12"'),
    "a list for a latitude": ("-6.12", "[-6.12]"),
    "no latitude": ("-6.12", "null"),
    "a latitude beyond the pole": ("-6.12", "91"),
    "a longitude beyond the date line": ("106.15", "180.5"),
    "a negative accuracy": ('"accuracy_m": 20', '"accuracy_m": -1'),
    "a latitude given twice": ('"lat": -6.12', '"lat": -6.12, "lat": "x"'),
    "a boolean client id": ('"client-000001"', "true"),
    "a short client id": ('"client-000001"', '"1"'),
    "a client id with a separator": ('"client-000001"', '"client#000001"'),
    "a client id with a line break": ('"client-000001"', '"client-000001\\n"'),
    "an unknown language": ('"position"', '"lang": "fr", "position"'),
    "an unknown errand": ('"position"', '"errand": "party", "position"'),
    "an endless activity": ('"position"', f'"activity": "{"a" * 201}", "position"'),
    "half a surrogate pair": ('"position"', '"activity": "\\ud800", "position"'),
    "a device before 1970": ('"position"', '"device_at": -1, "position"'),
    "a device after the year 9999": ('"position"', '"device_at": 1e15, "position"'),
    "an unknown reason for no position": ('"position"', '"no_position": "tired", "position"'),
    "a deep nest": ('"position": {', f'"activity": {"[" * 1500}{"]" * 1500}, "position": {{'),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_claim_that_no_page_would_make_is_refused_in_words(hadir: Hadir, case: str) -> None:
    plain, replacement = HOSTILE[case]
    sent = body(hadir).decode()
    assert plain in sent

    refused(hadir, sent.replace(plain, replacement, 1).encode(), 400, "submission_malformed")


def test_a_deep_nest_where_nobody_reads_is_no_fault(hadir: Hadir) -> None:
    """How deep a reader goes is its Python's affair: the claim is kept or refused."""
    nested = body(hadir).decode().replace('"position": {', f'"x": {"[" * 1500}{"]" * 1500}, "position": {{', 1)

    assert hadir.post("/api/checkins", nested.encode()).status_code in (201, 400)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b" ",
        b"null",
        b"true",
        b"1",
        b"[]",
        b'"text"',
        b"{}",
        b"{",
        b"\xff\xfe\x00",
        b'{"token": "\xe9"}',
        b"\xef\xbb\xbf{}",
        b"[" * 4000,
        b'{"a":' * 700,
        b"token=x&id=client-000001",
        b"\x00",
    ],
)
def test_a_body_that_is_no_checkin_at_all_is_refused_in_words(hadir: Hadir, sent: bytes) -> None:
    refused(hadir, sent, 400, "submission_malformed")


@pytest.mark.parametrize("name", ["token", "id"])
def test_a_checkin_without_a_needed_field_is_refused(hadir: Hadir, name: str) -> None:
    refused(hadir, json.dumps(without(claims(hadir), name)).encode(), 400, "submission_malformed")


@pytest.mark.parametrize("name", ["lat", "lon", "accuracy_m", "fixed_at"])
def test_a_position_without_one_of_its_parts_is_refused(hadir: Hadir, name: str) -> None:
    sent = claims(hadir, position=without(position(), name))

    refused(hadir, json.dumps(sent).encode(), 400, "submission_malformed")


def test_a_position_beside_a_reason_for_having_none_is_refused(hadir: Hadir) -> None:
    refused(hadir, body(hadir, no_position="denied"), 400, "position_contradicted")


def test_neither_a_position_nor_a_reason_for_having_none_is_refused(hadir: Hadir) -> None:
    refused(hadir, body(hadir, position=None), 400, "position_contradicted")


def test_latitude_and_longitude_in_each_others_place_are_refused(hadir: Hadir) -> None:
    refused(hadir, body(hadir, position=position(lat=106.15, lon=-6.12)), 400, "coordinates_swapped")


def test_a_position_far_outside_indonesia_is_accepted_and_graded(hadir: Hadir) -> None:
    answer = hadir.post("/api/checkins", body(hadir, position=position(lat=52.37, lon=4.89)))

    assert answer.status_code == 201
    assert answer.json_body["band"] == "beyond_25_km"


def test_a_body_just_over_the_limit_is_too_large_and_one_of_a_megabyte_as_well(hadir: Hadir) -> None:
    refused(hadir, body(hadir).ljust(4097), 413, "submission_too_large")
    refused(hadir, body(hadir, activity="a" * 1_000_000), 413, "submission_too_large")
    assert hadir.post("/api/checkins", body(hadir).ljust(4096)).status_code == 201


def test_a_body_of_another_content_type_is_not_read(hadir: Hadir) -> None:
    before = dynamo.rows()

    answer = hadir.post("/api/checkins", body(hadir), {"Content-Type": "image/png"})

    assert answer.status_code == 415
    assert dynamo.rows() == before


def test_a_form_is_refused_in_our_own_words(hadir: Hadir) -> None:
    answer = hadir.post("/api/checkins", b"lat=1", {"Content-Type": "application/x-www-form-urlencoded"})

    assert answer.status_code == 400
    assert answer.json_body["words"]["title"] == "Laporan tidak terbaca"


def test_a_field_that_nobody_knows_is_ignored(hadir: Hadir) -> None:
    assert hadir.post("/api/checkins", body(hadir, battery=0.4)).status_code == 201


def test_of_a_client_id_given_twice_the_last_counts_and_one_row_is_kept(hadir: Hadir) -> None:
    sent = body(hadir).replace(b'"id": "client-000001"', b'"id": "client-000001", "id": "client-000002"')

    hadir.post("/api/checkins", sent)

    (row,) = hadir.checkins()
    assert row["id"]["S"].endswith("#client-000002")


def refused(hadir: Hadir, sent: bytes, status: int, refusal: str) -> None:
    """The body is answered with the refusal, in Indonesian, and leaves no trace."""
    before = dynamo.rows()

    answer = hadir.post("/api/checkins", sent)

    assert (answer.status_code, answer.json_body["refusal"]) == (status, refusal)
    assert answer.json_body["words"]["title"] == INDONESIAN[refusal]
    assert re.search(r"tidak (tercatat|dibaca)", answer.json_body["words"]["lines"][0])
    assert dynamo.rows() == before


# Tokens that open nothing


@pytest.mark.parametrize("path", ["/api/links", "/api/checkins"])
def test_unknown_revoked_expired_and_malformed_tokens_are_answered_alike(hadir: Hadir, path: str) -> None:
    live, revoked = hadir.world.tokens["ani"], hadir.world.tokens["budi"]
    _withdraw(hadir, "ani")
    answers = [
        hadir.post(path, body(hadir, token=token))
        for token in ("a" * 26, live, "a", "", "ä" * 26, "#" * 26, "board", "../" * 9, "a" * 3000)
    ]
    hadir.at = at("07:12") + timedelta(days=181)
    answers.append(hadir.post(path, body(hadir, token=revoked)))

    assert {answer.status_code for answer in answers} == {403}
    assert {answer.body for answer in answers} == {answers[0].body}
    assert answers[0].json_body["words"]["title"] == "Tautan tidak dikenali"
    assert hadir.checkins() == []


def test_a_link_opens_until_its_last_moment_and_not_after(hadir: Hadir) -> None:
    issued = at("10:00").replace(day=22)

    hadir.at = issued + timedelta(days=180) - timedelta(seconds=1)
    assert hadir.post("/api/checkins", body(hadir)).status_code == 201
    hadir.at = issued + timedelta(days=180)
    assert hadir.post("/api/checkins", body(hadir)).status_code == 403


def test_a_token_is_read_as_people_type_it(hadir: Hadir) -> None:
    token = hadir.world.tokens["ani"]
    typed = " ".join((token[:9].upper(), token[9:18], token[18:]))

    assert hadir.post("/api/checkins", body(hadir, token=typed)).status_code == 201


def test_a_refusal_speaks_english_to_whoever_asks_for_it(hadir: Hadir) -> None:
    answer = hadir.post("/api/checkins?lang=en", body(hadir, token="a" * 26))

    assert answer.json_body["words"]["title"] == "This link is not known"


def _withdraw(hadir: Hadir, person: str) -> None:
    """Take the person's card away, as a roster without them does."""
    row = next(row for row in dynamo.rows()["cards"] if f'"person":"{person}"' in row["body"]["S"])
    CardRow(row["token_hash"]["S"]).delete()


# Faults of ours


@pytest.mark.parametrize("broken", [CheckInRow, CardRow])
def test_a_store_that_fails_is_said_honestly_and_nothing_private_is_logged(
    hadir: Hadir, broken: type[CardRow | CheckInRow], caplog: pytest.LogCaptureFixture
) -> None:
    broken.delete_table()

    with caplog.at_level(logging.INFO):
        answer = hadir.post("/api/checkins", body(hadir, activity="Menyusun laporan"))

    assert answer.status_code == 503
    assert answer.json_body == {
        "words": {
            "title": "Belum tercatat",
            "lines": ["Sistem sedang terganggu; laporan Anda belum tercatat. Halaman akan mencoba lagi sendiri."],
        }
    }
    assert "check-in failed" in caplog.text
    logged = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    for private in (hadir.world.tokens["ani"], "6.12", "106.15", "Ani", "Menyusun", "client-000001"):
        assert private not in logged


def test_an_office_that_was_never_published_opens_no_link(hadir: Hadir) -> None:
    CardRow("board").delete()

    answer = hadir.post("/api/checkins", body(hadir))

    assert answer.status_code == 403
    assert hadir.checkins() == []


def test_a_year_without_decreed_holidays_loses_no_checkin(hadir: Hadir) -> None:
    board = hadir.world.records.checkins.board(at=hadir.at)
    assert board
    publish_board(_without_decrees(board))

    answer = hadir.post("/api/checkins", body(hadir))

    assert answer.status_code == 201
    assert answer.json_body["slot"] is None


def _without_decrees(board: Board) -> Board:
    circulars = replace(board.circulars, calendar=replace(board.circulars.calendar, decrees=()))
    return replace(board, circulars=circulars)
