"""The month of the cards in custody: by cause, from midnight to midnight WIB, as page, PDF and workbook."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from importlib import import_module
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from applications import blanks, custody, custody_report, lifecycle
from applications.custody import Witness
from applications.custody_report import Month, Report
from applications.models import BlankEntry, HeldCard
from applications.states import State
from office.models import Official
from tests.factories import application_in, destroyed, found_card, receive_blanks
from tests.pages import pdf_text, queries_of, text_of

Browser = Callable[[str], Client]
People = dict[str, User]
URL = "/kartu-ditarik/laporan/"
WIB = ZoneInfo("Asia/Jakarta")
TODAY = date(2026, 11, 24)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


@pytest.fixture(autouse=True)
def today(at_time: Callable[[str], Any]) -> Any:
    """It is 24 November 2026, 15.30."""
    with at_time("2026-11-24 15:30"):
        yield


def told(code: str) -> Report:
    return custody_report.of(Month.read(code, TODAY), at("2026-11-24 15:30"))


def figures(report: Report) -> dict[str, tuple[int, ...]]:
    return {line.label: line.figures for line in [*report.lines, report.total]}


def spoiled(people: People, when: str) -> HeldCard:
    receive_blanks(people["operator"])
    entry = blanks.spoil(by=people["operator"], cause="factory", at=at(when))
    return HeldCard.objects.get(pk=entry.facts["held"])


def put_right(card: HeldCard, people: People, when: str) -> None:
    entry = next(each for each in BlankEntry.objects.filter(verb="spoil") if each.facts["held"] == card.pk)
    blanks.correct(by=people["operator"], entry=entry, reason="ternyata baik", at=at(when))


# -- the month -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "x", "2026-13", "2026-00", "0000-01", "1999-12", "3000-01", "2026-12", "٢٠٢٦-١١",
                                  "2026-1", "2026-11-01", "9999-99"])
def test_what_is_no_month_or_has_not_begun_is_this_month(text: str) -> None:
    assert Month.read(text, TODAY).code == "2026-11"


def test_a_month_knows_its_neighbours_across_the_year() -> None:
    assert Month.read("2025-12", TODAY).after.code == "2026-01"
    assert Month.read("2026-01", TODAY).before.code == "2025-12"
    assert Month.read("2026-11", TODAY).name == "November 2026"


def test_a_month_ends_at_midnight_of_wib(people: People) -> None:
    for moment in ("2026-10-31 23:59:59", "2026-11-01 00:00:00"):
        found_card(people, at=at(moment))
    assert figures(told("2026-10"))["Jumlah"] == (0, 1, 0, 0, 0, 1)
    assert figures(told("2026-11"))["Jumlah"] == (1, 1, 0, 0, 0, 2)
    first, second = custody.lying().order_by("taken_at")
    destroyed([first], people, at=at("2026-10-31 23:59:59.999999"))
    destroyed([second], people, at=at("2026-11-01 00:00:00"))
    assert figures(told("2026-10"))["Jumlah"] == (0, 1, 1, 0, 0, 0)
    assert figures(told("2026-11"))["Jumlah"] == (0, 1, 1, 0, 0, 0)
    assert [len(told(code).records) for code in ("2026-09", "2026-10", "2026-11")] == [0, 1, 1]


# -- the figures ---------------------------------------------------------------------------------


def test_each_cause_adds_up_by_hand(people: People) -> None:
    old = [found_card(people, at=at(f"2026-10-{day:02d} 09:00")) for day in (5, 6, 7)]
    destroyed(old[:1], people, at=at("2026-10-08 14:00"))
    blank = spoiled(people, "2026-10-20 10:00")
    new = found_card(people, at=at("2026-11-03 09:00"))
    spoiled(people, "2026-11-04 10:00")
    wrong = spoiled(people, "2026-11-04 11:00")
    destroyed([old[1], new], people, at=at("2026-11-05 14:00"))
    custody.send_back([blank.pk], by=people["operator"], document="470/1", at=at("2026-11-06 09:00"))
    put_right(wrong, people, "2026-11-06 10:00")
    assert figures(told("2026-11")) == {
        "Hilang lalu ditemukan": (2, 1, 2, 0, 0, 1), "Cacat pabrik": (1, 2, 0, 1, 1, 1), "Jumlah": (3, 3, 2, 1, 1, 2),
    }
    assert figures(told("2026-10"))["Jumlah"] == (0, 4, 1, 0, 0, 3)
    assert told("2026-09").is_empty and told("2026-09").until is None
    assert told("2026-11").until == at("2026-11-24 15:30")


SQL = """
SELECT SUM(CASE WHEN c.taken_at < {start} THEN 1 ELSE 0 END)
     - SUM(CASE WHEN COALESCE(d.at, c.returned_at, c.corrected_at) < {start} THEN 1 ELSE 0 END),
       SUM(CASE WHEN c.taken_at >= {start} AND c.taken_at < {end} THEN 1 ELSE 0 END),
       SUM(CASE WHEN d.at >= {start} AND d.at < {end} THEN 1 ELSE 0 END),
       SUM(CASE WHEN c.returned_at >= {start} AND c.returned_at < {end} THEN 1 ELSE 0 END),
       SUM(CASE WHEN c.corrected_at >= {start} AND c.corrected_at < {end} THEN 1 ELSE 0 END),
       SUM(CASE WHEN c.taken_at < {end} THEN 1 ELSE 0 END)
     - SUM(CASE WHEN COALESCE(d.at, c.returned_at, c.corrected_at) < {end} THEN 1 ELSE 0 END)
FROM applications_heldcard c LEFT JOIN applications_destruction d ON d.id = c.destruction_id
WHERE c.cause = %s
"""


def counted(cause: str, month: Month) -> tuple[int, ...]:
    """What another way of counting says: every card from the beginning, in SQL, without the database's time zones."""
    utc = ZoneInfo("UTC")
    start, end = (f"'{moment.astimezone(utc):%Y-%m-%d %H:%M:%S}+00'" for moment in (month.start, month.end))
    if connection.vendor == "sqlite":
        start, end = start.replace("+00", ""), end.replace("+00", "")
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(start=start, end=end), [cause])
        return tuple(int(number or 0) for number in cursor.fetchone())


def test_every_month_adds_up_as_raw_sql_counts_it(people: People) -> None:
    chance, day = Random(6), at("2026-08-20 08:00")
    while day < at("2026-11-24 12:00"):
        day += timedelta(hours=chance.randint(5, 40))
        if day > at("2026-11-24 12:00"):
            break
        found_card(people, at=day) if chance.random() < 0.7 else spoiled(people, f"{day:%Y-%m-%d %H:%M}")
        waiting = [list(custody.to_destroy()), list(custody.to_send_back())]
        if waiting[0] and chance.random() < 0.3:
            destroyed(chance.sample(waiting[0], chance.randint(1, len(waiting[0]))), people, at=day)
        if waiting[1] and chance.random() < 0.3:
            custody.send_back([card.pk for card in waiting[1]], by=people["operator"], document="470/1", at=day)
        elif waiting[1] and chance.random() < 0.3:
            put_right(waiting[1][0], people, f"{day:%Y-%m-%d %H:%M}")
    before = None
    for code in ("2026-08", "2026-09", "2026-10", "2026-11"):
        report = told(code)
        lines = {line.label: line.figures for line in report.lines}
        for cause, label in custody_report.CAUSES.items():
            assert lines.get(label, (0,) * 6) == counted(cause, report.month), (code, label)
        assert report.total.figures == tuple(map(sum, zip(*lines.values(), strict=True)))
        assert sum(record.count for record in report.records) == report.total.destroyed
        assert before is None or before == report.total.opening
        before = report.total.closing
    assert before == custody.lying().count() > 0 and report.total.sent_back and report.total.destroyed
    assert HeldCard.objects.exclude(corrected_at=None).exists()


# -- page, PDF, workbook ---------------------------------------------------------------------------


def test_the_page_shows_the_month_and_opens_its_records(people: People, client_of: Browser) -> None:
    record = destroyed([found_card(people)], people)
    client = client_of("secretary")
    text = text_of(client.get(URL))
    assert "November 2026" in text and "bulan ini belum selesai" in text and "Oktober 2026" in text
    assert f'href="/kartu-ditarik/berita-acara/{record.slug}/"' in text and "Hilang lalu ditemukan" in text
    assert "Desember 2026" not in text
    past = text_of(client.get(URL, {"bulan": "2026-10"}))
    assert "Nihil" in past and 'href="?bulan=2026-11"' in past and "belum selesai" not in past


def test_odd_months_in_the_address_break_no_page(client_of: Browser) -> None:
    client = client_of("secretary")
    for odd in ("x", "2026-13", "9999-12", "0001-01", "' OR 1=1", "\x00"):
        for page in ("", "laporan.pdf", "laporan.xlsx"):
            assert client.get(URL + page, {"bulan": odd}).status_code == 200


@pytest.mark.parametrize("paper", ["a4", "f4"])
def test_the_pdf_has_the_letterhead_the_figures_and_the_camat(
    paper: str, people: People, client_of: Browser
) -> None:
    Official.objects.filter(post="camat").update(nip="197001011990031001")
    record = destroyed([found_card(people), found_card(people)], people)
    found_card(people)
    text = pdf_text(client_of("secretary").get(f"{URL}laporan.pdf?bulan=2026-11&kertas={paper}"))
    for words in ("PEMERINTAH KABUPATEN LUMAJANG", "Bulan November 2026", "Hilang lalu ditemukan 0 3 2 0 0 1",
                  "Jumlah 0 3 2 0 0 1", record.number, "Sugeng Prayitno", "Camat Jatiroto", "IWAN HADI PURNOMO",
                  "NIP 197001011990031001", "Jatiroto, 24 November 2026", "belum selesai"):
        assert words in text, words
    empty = pdf_text(client_of("secretary").get(f"{URL}laporan.pdf?bulan=2026-09"))
    assert "Nihil" in empty and "Camat Jatiroto" in empty and "belum selesai" not in empty


def test_the_workbook_holds_the_same_figures(people: People, client_of: Browser) -> None:
    record = destroyed([found_card(people), found_card(people)], people)
    response = client_of("secretary").get(f"{URL}laporan.xlsx?bulan=2026-11")
    assert 'attachment; filename="laporan-kartu-ditarik-2026-11.xlsx"' in response["Content-Disposition"]
    rows = list(load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True))
    assert custody_report.HEADINGS in rows
    assert ("Hilang lalu ditemukan", 0, 2, 2, 0, 0, 0) in rows and ("Jumlah", 0, 2, 2, 0, 0, 0) in rows
    line = next(row for row in rows if row[0] == record.number)
    assert line[1] == datetime(2026, 11, 24, 15, 30) and line[2] == 2


def test_no_text_of_the_workbook_is_a_formula(people: People, client_of: Browser) -> None:
    """What people type may begin with any sign, and may hold one that a workbook refuses."""
    evil = '=HYPERLINK("http://x","y")'
    witnesses = (Witness("=cmd|' /C calc'!A0", "Satpol PP"), Witness("Rini\x0b Astutik", "Staf"))
    destroyed([found_card(people)], people, place=evil, method="+1-1", witnesses=witnesses)
    response = client_of("secretary").get(f"{URL}laporan.xlsx")
    sheet = load_workbook(io.BytesIO(response.content)).active
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value is not None}
    for text in (evil, "+1-1", "=cmd|' /C calc'!A0; Rini Astutik"):
        assert cells[text].data_type == "s" and cells[text].quotePrefix, text
    assert not any(cell.data_type == "f" for cell in cells.values())


def test_the_page_keeps_its_budget(people: People, client_of: Browser) -> None:
    client = client_of("secretary")
    destroyed([found_card(people)], people)
    client.get(URL)
    few = queries_of(client, URL)
    for _ in range(10):
        destroyed([found_card(people)], people)
    assert queries_of(client, URL) == few <= 9


@pytest.mark.parametrize(("fault", "label"), [
    ("office", "Data salah: kekeliruan kantor"), ("resident", "Data salah: dari pemohon"),
    ("centre", "Data salah: dari pusat atau KK"),
])
def test_wrong_data_is_counted_by_whose_cause(people: People, client_of: Browser, fault: str, label: str) -> None:
    """On the report, its PDF and workbook, in the filter of the list, and on the record of destruction."""
    file = application_in(State.READY_FOR_PICKUP, people)
    lifecycle.reject_card(file, by=people["counter"], fault=fault, reason="nama salah")
    card, client = HeldCard.objects.get(), client_of("section_head")
    assert {line.label: line.taken_in for line in told("2026-11").lines} == {label: 1}
    assert label in text_of(client.get(URL))
    assert label in " ".join(pdf_text(client.get(f"{URL}laporan.pdf")).split())
    rows = load_workbook(io.BytesIO(client.get(f"{URL}laporan.xlsx").content)).active.iter_rows(values_only=True)
    assert label in [row[0] for row in rows]
    listed = text_of(client.get(f"/kartu-ditarik/?sebab={card.cause}"))
    assert f"<b>1</b> {label}" in listed and file.number in listed
    record = destroyed([card], people)
    written = client.get(reverse("applications:custody-record-pdf", args=[record.slug]))
    assert label in " ".join(pdf_text(written).split())


def test_cards_held_under_one_cause_for_all_get_that_of_their_print(people: People) -> None:
    migration = import_module("applications.migrations.0009_misprints_and_corrections")
    for fault in ("office", "resident", "centre"):
        lifecycle.reject_card(
            application_in(State.READY_FOR_PICKUP, people), by=people["counter"], fault=fault, reason="nama salah"
        )
    found_card(people)
    before = list(HeldCard.objects.order_by("pk").values_list("cause", flat=True))
    migration.tell_no_cause(apps, None)
    assert list(HeldCard.objects.order_by("pk").values_list("cause", flat=True)) == ["data"] * 3 + ["found"]
    migration.tell_whose_cause(apps, None)
    assert list(HeldCard.objects.order_by("pk").values_list("cause", flat=True)) == before
