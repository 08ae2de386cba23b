"""What the mails say, must not say, and how much room they may take."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from chalicelib.domain.attendance import Status
from chalicelib.domain.evidence import Band, Grade
from chalicelib.domain.recap import Outcome, Recap, recap
from chalicelib.domain.report import Row
from chalicelib.phrases import KNOWN
from chalicelib.render import html, views
from chalicelib.render.html import Rendered
from tests.render import samples
from tests.render.reading import tables, words

FORBIDDEN = ("tidak hadir", "terlambat", "mangkir", "bolos", "alpa ", "absent", " late ")
GMAIL_CLIPS_AT = 102 * 1024


def unit_mail(*rows: Row, lang: str = "id", extra: bool = False, revision: int = 1) -> Rendered:
    report = replace(samples.unit_report(*rows), heading=samples.heading(revision=revision))
    return html.unit_report(report, operator=samples.OPERATOR, is_extra_copy=extra, report_key=samples.KEY, lang=lang)


def digest_mail(lang: str = "id") -> Rendered:
    return html.digest(samples.slot_digest(), operator="Operator BKD", is_extra_copy=False, report_key="k", lang=lang)


def recap_mail(value: Recap | None = None, lang: str = "id") -> Rendered:
    value = value or samples.day_recap()
    return html.recap(value, operator="Operator BKD", is_extra_copy=False, report_key="k", lang=lang)


def every_mail(lang: str) -> list[Rendered]:
    small, large = unit_mail(*samples.roster(40), lang=lang), unit_mail(*samples.roster(200), lang=lang)
    return [small, large, digest_mail(lang), recap_mail(lang=lang)]


def test_the_counts_by_status_are_the_reports_and_add_up_to_the_roster() -> None:
    _, *counts, total = tables(unit_mail(*samples.roster(40)).html)["Seluruh pegawai menurut status"]

    assert counts == [
        ["○ belum melapor saat ditutup", "4"],
        ["✓ melapor", "30"],
        ["– piket di kantor", "2"],
        ["– di rumah, tanpa wajib lapor lokasi", "2"],
        ["– cuti atau izin", "2"],
    ]
    assert total == ["Jumlah pegawai", "40"]


def test_the_counts_by_evidence_add_up_to_those_who_reported() -> None:
    _, *counts, total = tables(unit_mail(*samples.roster(40)).html)["Bukti lokasi dari yang melapor"]

    assert sum(int(count) for _, count in counts) == 30
    assert total == ["Jumlah yang melapor", "30"]


def test_the_headline_counts_only_those_who_owe_a_report() -> None:
    mail = unit_mail(*samples.roster(40))

    sentence = "30 dari 34 orang yang wajib melapor lokasi sudah melapor sampai 07.30 WIB (88,2\u00a0%)."
    assert sentence in mail.html
    assert sentence in mail.text


def test_a_unit_in_which_nobody_owes_a_report_says_so() -> None:
    on_leave = samples.person(1, (Status.ON_LEAVE, None, None, None))

    assert "tidak ada orang yang wajib melapor lokasi" in unit_mail(on_leave).html


def test_a_unit_without_people_still_has_its_report() -> None:
    assert tables(unit_mail().html)["Seluruh pegawai menurut status"][-1] == ["Jumlah pegawai", "0"]


def test_who_has_not_reported_is_named_first_with_the_unit() -> None:
    found = tables(unit_mail(*samples.roster(20)).html)

    assert list(found)[1] == "Belum melapor saat ditutup (2)"
    assert found["Belum melapor saat ditutup (2)"][1:] == [
        ["Hendra Ibarat 5", "Bidang Pelayanan Kesehatan"],
        ["Hendra Umpama 16", "Sekretariat Dinas Kesehatan"],
    ]


def test_who_followed_up_since_the_previous_slot_is_named_with_the_time() -> None:
    mail = html.unit_report(
        samples.midday_report(*samples.roster(20)), operator="O", is_extra_copy=False, report_key="k"
    )

    assert tables(mail.html)["Menyusul sejak slot sebelumnya (2)"][1] == [
        "Budi Misal 1",
        "10.41 WIB, untuk slot 07.30 WIB",
    ]


def test_piket_below_the_minimum_is_said_in_words() -> None:
    assert tables(unit_mail(*samples.roster(20)).html)["Piket di kantor"][1:] == [
        ["Administrator (eselon III)", "1", "1", "✓ cukup"],
        ["Pengawas (eselon IV)", "2", "3", "▲ kurang 1"],
    ]


def test_a_row_tells_name_position_unit_status_time_grade_and_distance_band() -> None:
    away = samples.person(3, (Status.REPORTED, Grade.AWAY, None, Band.UNDER_5_KM), name="Ani Contoh")

    assert tables(unit_mail(away).html)["Seluruh pegawai (1)"][1] == [
        "Ani Contoh / Pengelola Keuangan · UPTD Laboratorium Kesehatan Daerah",
        "✓ melapor",
        "06.43 WIB / di luar rumah · 1–5 km",
    ]


def test_times_are_shown_in_the_governments_zone_whatever_zone_they_were_stored_in() -> None:
    stored = replace(samples.person(1), at=datetime(2020, 3, 23, 0, 12, tzinfo=UTC))

    assert "07.12 WIB" in unit_mail(stored).html
    assert "00.12" not in unit_mail(stored).html


def test_a_roster_of_sixty_stands_in_the_mail_whole_and_a_larger_one_in_the_workbook_alone() -> None:
    assert "Seluruh pegawai (60)" in tables(unit_mail(*samples.roster(60)).html)
    assert "Seluruh pegawai (61)" not in tables(unit_mail(*samples.roster(61)).html)


def test_a_large_roster_names_forty_of_a_kind_and_points_to_the_workbook() -> None:
    found = tables(unit_mail(*samples.roster(1034)).html)

    missing = found["Belum melapor saat ditutup (103)"]
    assert len(missing) == 1 + html.NAMES_SHOWN + 1
    assert missing[-1] == ["… dan 63 lainnya, lihat lampiran"]
    assert found["Melapor, lokasinya perlu dilihat (154)"][-1] == ["… dan 114 lainnya, lihat lampiran"]


@pytest.mark.parametrize("size", [40, 60, 1034])
def test_no_unit_mail_is_clipped_by_gmail(size: int) -> None:
    mail = unit_mail(*samples.roster(size))

    assert len(mail.html.encode()) < (60_000 if size == 40 else GMAIL_CLIPS_AT)


def test_names_are_text_and_never_markup() -> None:
    mail = unit_mail(samples.person(1, samples.MISSING, name='<b>Ani</b> & "Budi"'))

    assert "<b>Ani" not in mail.html
    assert "&lt;b&gt;Ani&lt;/b&gt; &amp;" in mail.html
    assert '<b>Ani</b> & "Budi"' in mail.text


def test_a_long_name_is_kept_whole_and_the_text_stays_within_a_hundred_columns() -> None:
    name = "Raden " + "Panjangsekalinamanya " * 6 + "Contoh, S.Contoh., M.Misal."
    mail = unit_mail(samples.person(1, samples.MISSING, name=name), samples.person(2, name="x" * 150))

    assert name in mail.html
    assert max(len(line) for line in mail.text.splitlines()) <= 100


@pytest.mark.parametrize("lang", KNOWN)
def test_plain_text_stays_within_a_hundred_columns(lang: str) -> None:
    for mail in every_mail(lang):
        assert max(len(line) for line in mail.text.splitlines()) <= 100


@pytest.mark.parametrize("lang", KNOWN)
def test_no_mail_calls_anybody_absent_or_late(lang: str) -> None:
    for mail in every_mail(lang):
        said = words(mail.html) + mail.text.lower() + mail.subject.lower()
        assert [word for word in FORBIDDEN if word in said] == []


@pytest.mark.parametrize("lang", KNOWN)
def test_a_mail_fetches_nothing_and_runs_nothing(lang: str) -> None:
    for mail in every_mail(lang):
        assert f'<html lang="{lang}">' in mail.html
        for remote in ("http:", "https:", "url(", "<img", "<script", "<link"):
            assert remote not in mail.html


@pytest.mark.parametrize("lang", KNOWN)
def test_every_data_table_has_a_caption_and_scoped_headings(lang: str) -> None:
    for mail in every_mail(lang):
        assert mail.html.count('<table class="data"') == mail.html.count("<caption")
        assert "<th>" not in mail.html
        assert mail.html.count("<th ") == mail.html.count("scope=")


def test_internal_numbers_of_people_stay_inside() -> None:
    rows = tuple(replace(row, person=f"internal-{row.person}") for row in samples.roster(40))

    assert "internal-" not in unit_mail(*rows).html + unit_mail(*rows).text


def test_the_foot_says_who_sends_under_which_key_cut_off_and_revision_and_what_a_position_proves() -> None:
    for part in (unit_mail(*samples.roster(20)).html, unit_mail(*samples.roster(20)).text):
        said = " ".join(part.split())
        assert f"Dikirim sistem Hadir a.n. {samples.OPERATOR}." in said
        assert f"Kunci laporan: {samples.KEY}" in said
        assert "Batas data: Senin, 23 Maret 2020, pukul 07.30 WIB" in said
        assert "Revisi data kantor: 42." in said
        assert "tidak membuktikan di mana seseorang berada" in said
        assert "2020-03-23_0730_dinas-kesehatan_r1.xlsx" in said


def test_an_extra_copy_is_marked_in_subject_and_body() -> None:
    mail = unit_mail(*samples.roster(3), extra=True)

    assert mail.subject.startswith("[Hadir] 2020-03-23 07.30 WIB · ULANGAN · ")
    assert mail.html.index("ULANGAN") < mail.html.index("Dinas Kesehatan Provinsi Banten")
    assert mail.text.startswith("*** ULANGAN ***")


def test_a_correction_counts_from_the_second_revision() -> None:
    assert "KOREKSI" not in unit_mail(revision=1).html
    assert "· KOREKSI 2 ·" in unit_mail(revision=3).subject
    assert unit_mail(revision=3).text.startswith("*** KOREKSI 2 ***")


def test_the_subject_sorts_by_day_and_slot_and_is_one_line() -> None:
    report = samples.unit_report(*samples.roster(1034), unit_name="Dinas\r\nKesehatan Provinsi Banten")
    mail = html.unit_report(report, operator="O", is_extra_copy=False, report_key="k")

    assert mail.subject == "[Hadir] 2020-03-23 07.30 WIB · Dinas Kesehatan · 777/880 melapor"


def test_the_workbooks_name_sorts_and_tells_corrections_apart() -> None:
    report = samples.unit_report()

    assert views.file_name(report) == "2020-03-23_0730_dinas-kesehatan_r1.xlsx"
    assert views.file_name(replace(report, heading=samples.heading(revision=2))).endswith("_r2.xlsx")
    assert views.file_name(samples.slot_digest()) == "2020-03-23_0730_gabungan_r1.xlsx"
    assert views.file_name(samples.day_recap()) == "2020-03-23_1600_rekap_r1.xlsx"
    assert views.file_name(samples.day_recap(), lang="en") == "2020-03-23_1600_recap_r1.xlsx"


def test_a_long_unit_name_makes_a_short_file_name() -> None:
    unit = "Dinas Pemberdayaan Perempuan, Perlindungan Anak, Kependudukan dan Keluarga Berencana Provinsi Banten"

    slug = views.slug(unit)
    assert slug == "dinas-pemberdayaan-perempuan-perlindungan-anak-kependudukan"
    assert views.slug("x" * 80) == "x" * 60


def test_the_governments_name_goes_from_a_units_end_however_often_the_annex_wrote_it() -> None:
    heading = samples.heading()

    assert views.short_name("Dinas Sosial Provinsi Banten Provinsi Banten", heading) == "Dinas Sosial"
    assert views.short_name("UPTD Samsat Serang", heading) == "UPTD Samsat Serang"


def test_a_digest_names_failed_and_awaited_units_first() -> None:
    found = tables(digest_mail().html)

    assert found["Laporan belum terkirim (2)"][1:] == [
        ["Biro Umum Sekretariat Daerah", "▲ GAGAL terkirim, petugas dipanggil"],
        ["Inspektorat", "▲ belum terkirim, masih ditunggu"],
    ]
    lines = found["Menurut unit pelapor"]
    assert lines[1][0].startswith("Biro Umum")
    assert lines[1][1] == "belum ada angka"
    assert lines[2][0].startswith("Inspektorat")


def test_a_digests_lines_add_up_to_its_totals() -> None:
    _, *lines, total = tables(digest_mail().html)["Menurut unit pelapor"]

    assert sum(int(line[2]) for line in lines if len(line) == 4) == 238
    assert total[1:3] == ["1.192 / 83,3 %", "238"]


def test_a_digest_says_how_many_units_its_figures_leave_out() -> None:
    assert "1 unit tidak mempunyai angka" in digest_mail().html
    assert "1 unit tidak mempunyai angka" in digest_mail().text
    assert digest_mail().subject.endswith("1.192/1.430 melapor · 2 unit belum terkirim")


def test_a_digest_line_says_that_copies_did_not_arrive() -> None:
    assert "1 tembusan tidak sampai" in digest_mail().html


def test_a_recap_opens_with_five_lines_for_the_governor() -> None:
    assert views.minute(samples.day_recap(), views.Words("id", "WIB")) == [
        "4 unit pelapor dengan 1.570 pegawai.",
        "Melapor sampai batas tiap slot: 07.30 WIB 83,5\u00a0% · 11.30 WIB 92,0\u00a0% · 15.30 WIB 97,2\u00a0%.",
        "Sepanjang hari: 169 laporan belum masuk, 226 menyusul.",
        "Laporan unit ke BKD: 10 dari 12 terkirim; 1 unit belum lengkap.",
        "Piket di bawah minimum edaran: 1 dari 4 unit.",
    ]


def test_a_recap_names_the_units_needing_attention_with_the_reason() -> None:
    mail = recap_mail()

    assert "laporan 07.30 WIB gagal terkirim; laporan 15.30 WIB masih ditunggu; 91,6\u00a0% dari 180" in mail.html
    assert "piket di bawah minimum" in mail.html
    assert mail.text.index("Biro Umum") < mail.text.index("Dinas Pendidikan") < mail.text.index("Badan Perencanaan")


def test_a_recap_has_one_row_per_unit_with_its_three_slots_and_the_gap_in_words() -> None:
    head, first, *_ = tables(recap_mail().html)["Menurut unit pelapor dan slot"]

    assert head == ["Unit pelapor", "07.30 WIB", "11.30 WIB", "15.30 WIB"]
    assert first == [
        "Biro Umum Sekretariat Daerah / 96 pegawai",
        "▲ gagal",
        "88,8 % / 80/90",
        "94,4 % / 85/90 / ▲ ditunggu",
    ]


def test_a_recap_of_a_day_without_gaps_names_nobody() -> None:
    perfect = recap(samples.heading("recap", time(16, 0)), [samples.day_recap().lines[3]])

    assert "Tidak ada unit yang perlu disebut" in recap_mail(perfect).html
    assert "belum lengkap (" not in recap_mail(perfect).html
    assert all(line.outcome is Outcome.SENT for line in perfect.slots)
