"""`/dasbor/`: every deviation of every book, newest first, told in plain words; filters and pages in the address."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import RoleEntry, User
from applications import blanks, closing, lifecycle
from applications.lifecycle import Deviation
from applications.models import Application, Entry, EntryDetail
from applications.states import State
from office import ledger
from supervision import deviations
from tests.conftest import WIB
from tests.factories import application_in, intake, make_resident, receive_blanks
from tests.pages import queries_of, text_of

Browser = Callable[[str], Client]
People = dict[str, User]
EMPTY = "Tidak ada penyimpangan"


@pytest.fixture
def secretary(client_of: Browser) -> Client:
    return client_of("secretary")


def waived(people: People, reason: str = "akta terbakar") -> Application:
    """Taken in with a waiver asked for the birth certificate, and granted."""
    ticks = {code: tick for code, tick in intake().ticks.items() if code != "akta-kelahiran"}
    asked = intake(ticks=ticks, waivers={"akta-kelahiran": reason})
    application = lifecycle.submit(make_resident(), by=people["counter"], intake=asked)
    return lifecycle.decide_waiver(application, by=people["section_head"], paper="akta-kelahiran", granted=True)


def deviated(
    application: Application, by: User, code: str = Deviation.MAKER_IS_CHECKER, *, at: datetime | None = None,
    reason: str = "sendirian hari ini",
) -> Entry:
    with transaction.atomic():
        return ledger.append(
            Entry, subject=application, verb="validate", by=by, occurred_at=at or timezone.now(), deviation=code,
            words={"reason": reason}, from_state=application.state, to_state=application.state,
        )


def deputised(people: People, at: datetime | None = None) -> RoleEntry:
    facts = {"term": 1, "role": "section_head", "until": "2026-12-01T08:30:00+00:00"}
    with transaction.atomic():
        return ledger.append(
            RoleEntry, subject=people["operator"], verb="give_role", by=people["section_head"], deviation="deputy",
            occurred_at=at or timezone.now(), facts=facts, words={"reason": "rapat di kabupaten"},
        )


def rows(response: Any) -> list[str]:
    text = text_of(response)
    return text.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:] if "<tbody>" in text else []


def test_an_office_without_deviations_says_so(secretary: Client) -> None:
    response = secretary.get("/dasbor/")
    assert EMPTY in text_of(response) and rows(response) == []


def test_the_secretary_begins_at_the_dashboard(secretary: Client) -> None:
    assert secretary.get("/")["Location"] == "/dasbor/"


def test_a_granted_waiver_names_the_paper_and_why_it_was_asked(people: People, secretary: Client) -> None:
    application = waived(people)
    [row] = rows(secretary.get("/dasbor/"))
    assert f'href="/permohonan/{application.slug}/"' in row and application.number in row
    assert "Keringanan diberikan untuk Fotokopi Akta Kelahiran." in row
    assert "akta terbakar" in row and people["section_head"].name in row


def test_who_checked_their_own_file_is_listed_with_the_reason(people: People, secretary: Client) -> None:
    application = application_in(State.SUBMITTED, people)
    deviated(application, people["section_head"])
    [row] = rows(secretary.get("/dasbor/"))
    assert "memvalidasinya sendiri" in row and "sendirian hari ini" in row and application.number in row


def test_a_deputy_is_listed_from_the_book_of_roles(people: People, secretary: Client) -> None:
    deputised(people)
    [row] = rows(secretary.get("/dasbor/"))
    assert "Operator bertugas sebagai Plh Kepala Seksi sampai 1 Desember 2026" in row
    assert "rapat di kabupaten" in row and people["section_head"].name in row


def test_an_erased_reason_says_so(people: People, secretary: Client) -> None:
    entry = deviated(application_in(State.SUBMITTED, people), people["section_head"])
    EntryDetail.objects.filter(pk=entry.pk).update(text="", erased_at=timezone.now())
    [row] = rows(secretary.get("/dasbor/"))
    assert deviations.ERASED in row and "sendirian" not in row


def test_a_code_that_nobody_named_is_still_listed(people: People, secretary: Client) -> None:
    deviated(application_in(State.SUBMITTED, people), people["section_head"], "baru")
    [row] = rows(secretary.get("/dasbor/"))
    assert deviations.OTHER in row
    assert len(rows(secretary.get("/dasbor/?jenis=baru"))) == 1


@pytest.mark.parametrize(
    ("code", "kind", "told"),
    [
        (Deviation.OUT_OF_TURN, "Kartu didahulukan", "mendahului berkas yang lebih dulu lengkap"),
        (Deviation.POSTPONED, "Pencetakan ditunda", "berkas lain boleh mendahului"),
        (Deviation.WITHOUT_PAPERS, "Diserahkan tanpa surat kuasa", "tanpa surat kuasa dan KTP pengambil dilihat"),
        (Deviation.DOUBTED, "Perekaman diragukan", "diragukan oleh yang memeriksanya"),
        (Deviation.UNCHANGED, "Data salah tidak diperbaiki", "disetujui lagi tanpa perubahan data"),
    ],
)
def test_what_printing_and_handover_let_pass_is_told_with_its_reason(
    code: str, kind: str, told: str, people: People, secretary: Client
) -> None:
    application = application_in(State.SUBMITTED, people)
    deviated(application, people["operator"], code)
    [row] = rows(secretary.get(f"/dasbor/?jenis={code}"))
    assert kind in row and told in row and "sendirian hari ini" in row and application.number in row


def test_a_card_that_goes_before_another_is_listed_by_the_verb_itself(people: People, secretary: Client) -> None:
    application_in(State.READY_TO_PRINT, people)
    later = application_in(State.PRINTING, people)
    [row] = rows(secretary.get("/dasbor/"))
    assert "Kartu didahulukan" in row and later.number in row and "uji" in row


def test_blanks_that_are_lost_or_corrected_are_listed(people: People, secretary: Client) -> None:
    operator = people["operator"]
    receive_blanks(operator, 10)
    lost = blanks.lose(by=operator, count=3, reason="tidak ada di kotak")
    blanks.correct(by=operator, entry=lost, reason="terselip di laci")
    corrected, missing = rows(secretary.get("/dasbor/"))
    assert "Blangko hilang" in missing and "3 blangko dicatat hilang." in missing and "tidak ada di kotak" in missing
    assert "Catatan hilang 3 blangko dibalik." in corrected and "terselip di laci" in corrected
    assert operator.name in missing and 'href="/blanko/"' in missing


def test_a_close_that_differs_is_listed_with_its_figures(people: People, secretary: Client) -> None:
    receive_blanks(people["operator"], 10)
    closing.count(by=people["operator"], counted=9, station=0)
    counted = closing.standing().count
    assert counted
    close = closing.explain(by=people["operator"], entry=counted, explanation="satu lembar tidak ditemukan")
    assert rows(secretary.get("/dasbor/")) == []
    closing.sign(by=people["counter"], close=close)
    [row] = rows(secretary.get("/dasbor/?jenis=close_differs"))
    assert "hitung 9, buku 10" in row and "satu lembar tidak ditemukan" in row
    assert people["operator"].name in row and people["counter"].name in row
    assert f'href="/blanko/penutupan/{close.pk}/"' in row


def test_every_code_of_the_books_has_a_name() -> None:
    codes = {value for each in (Deviation, blanks.Deviation) for name, value in vars(each).items() if name.isupper()}
    assert codes and codes <= set(deviations.names_of_kinds())


def test_an_ordinary_step_is_no_deviation(people: People, secretary: Client) -> None:
    application_in(State.HANDED_OVER, people)
    assert rows(secretary.get("/dasbor/")) == []


# -- filters -------------------------------------------------------------------------------------


def test_books_are_merged_newest_first(people: People, secretary: Client) -> None:
    now, application = timezone.now(), application_in(State.SUBMITTED, people)
    deviated(application, people["section_head"], at=now - timedelta(minutes=3), reason="paling lama")
    deputised(people, at=now - timedelta(minutes=2))
    deviated(application, people["section_head"], at=now - timedelta(minutes=1), reason="paling baru")
    first, second, third = rows(secretary.get("/dasbor/?masa=semua"))
    assert "paling baru" in first and "rapat di kabupaten" in second and "paling lama" in third


def test_each_kind_opens_its_rows_and_shows_their_count(people: People, secretary: Client) -> None:
    waived(people)
    waived(people)
    deputised(people)
    text = text_of(secretary.get("/dasbor/"))
    assert 'href="?jenis=waiver"><b>2</b>' in text and 'href="?jenis=deputy"><b>1</b>' in text
    assert len(rows(secretary.get("/dasbor/?jenis=waiver"))) == 2
    assert len(rows(secretary.get("/dasbor/?jenis=deputy"))) == 1
    assert rows(secretary.get("/dasbor/?jenis=maker_is_checker")) == []


def test_a_period_leaves_out_what_is_older(people: People, secretary: Client, at_time: Callable[[str], Any]) -> None:
    application = application_in(State.SUBMITTED, people)
    for day in ("2026-11-10", "2026-10-01", "2026-09-30"):
        deviated(application, people["section_head"], at=datetime.fromisoformat(day).replace(tzinfo=WIB))
    with at_time("2026-11-24 10:00"):
        found = {masa: len(rows(secretary.get("/dasbor/", {"masa": masa}))) for masa in ("bulan", "triwulan", "semua")}
        assert found == {"bulan": 1, "triwulan": 2, "semua": 3}
        assert len(rows(secretary.get("/dasbor/"))) == 2


@pytest.mark.parametrize(
    ("today", "begins"),
    [("2026-01-01", "2026-01-01"), ("2026-03-31", "2026-01-01"), ("2026-04-01", "2026-04-01"),
     ("2026-11-24", "2026-10-01"), ("2026-12-31", "2026-10-01")],
)
def test_a_quarter_begins_with_its_first_month(today: str, begins: str) -> None:
    found = deviations.beginning("triwulan", datetime.fromisoformat(today).date())
    assert found == datetime.fromisoformat(begins).replace(tzinfo=WIB)


@pytest.mark.parametrize("query", ["?jenis=x", "?masa=x", "?page=abc", "?page=99&jenis='--", "?masa=semua&page=-1"])
def test_an_address_typed_wrongly_shows_the_list(query: str, people: People, secretary: Client) -> None:
    waived(people)
    assert len(rows(secretary.get(f"/dasbor/{query}"))) == 1


def many(people: People, count: int) -> None:
    application = application_in(State.SUBMITTED, people)
    for i in range(count):
        deviated(application, people["section_head"], reason=f"alasan {i:03d}")


def test_a_long_list_is_cut_into_pages_that_keep_the_filters(people: People, secretary: Client) -> None:
    many(people, 30)
    deputised(people)
    pages = [secretary.get("/dasbor/", {"jenis": "maker_is_checker", "page": number}) for number in (1, 2)]
    assert [len(rows(each)) for each in pages] == [25, 5]
    assert "alasan 029" in rows(pages[0])[0] and "alasan 000" in rows(pages[1])[-1]
    assert 'href="?jenis=maker_is_checker&amp;page=2"' in text_of(pages[0])
    assert "Halaman 2 dari 2 · 30 baris" in text_of(pages[1])


def test_the_dashboard_keeps_its_budget_however_long_the_list(people: People, secretary: Client) -> None:
    waived(people)
    deputised(people)
    secretary.get("/dasbor/")
    few = queries_of(secretary, "/dasbor/")
    many(people, 30)
    waived(people)
    deputised(people)  # both books stand on the first page, as before
    assert queries_of(secretary, "/dasbor/") == few <= 12


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the plan of SQLite")
def test_one_kind_is_found_by_the_index_of_deviations() -> None:
    plan = deviations.SOURCES[0].entries(timezone.now(), Deviation.WAIVER).order_by().explain()
    assert "application_deviations" in plan
