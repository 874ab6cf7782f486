"""The book of blanks: what its verbs refuse, its page, and what holds for any sequence of movements (F6.1–F6.12)."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import RoleTerm, User
from applications import blank_book, blanks, clocks, closing, lifecycle, stock
from applications.models import Application, BlankClose, BlankEntry, BlankReceipt, HeldCard, Print, StockOut
from applications.refusals import NotAllowed, Refused
from applications.serials import Range
from applications.states import State
from office.calendar import current_calendar
from office.ledger import EntryIsFinal
from office.models import Parameter
from office.verification import verify
from tests.applications.acts import undone
from tests.factories import application_in, receive_blanks
from tests.pages import pdf_text, queries_of, text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]
Verb = BlankEntry.Verb


def delivery(by: User, count: int = 10, document: str = "BA-1", **more: Any) -> BlankEntry:
    day = timezone.localdate(more.get("at"))
    return blanks.receive(by=by, document=document, source="Disdukcapil", received_on=day, count=count, **more)


@pytest.fixture
def operator(people: People) -> User:
    return people["operator"]


# -- serial numbers --------------------------------------------------------------------------------

ROWS = [
    # first, last, count; None where the two are no row of numbers
    ("A00001", "A00500", 500), ("A00001", "A00001", 1), ("0001", "0100", 100), ("AB-09/X", "AB-12/X", 4),
    ("A099", "A100", 2), ("A5", "A4", None), ("A1", "B2", None), ("A9", "A10", None), ("A", "B", None),
    ("", "A1", None), ("A1", "", None), ("A1B2", "A1B3", None), ("A1X", "A2Y", None), ("A 1", "A 3", 3),
    ("A٠١", "A٠٣", None), ("A1", "A٣", None),
]


@pytest.mark.parametrize(("first", "last", "count"), ROWS)
def test_serials_from_and_to_make_a_row_of_numbers_or_a_sentence(first: str, last: str, count: int | None) -> None:
    if count is None:
        with pytest.raises(Refused, match="nomor seri|Nomor seri"):
            Range.read(first, last)
    else:
        assert Range.read(first, last).count == count


HELD = [
    ("A0005", True), ("A0001", True), ("A0009", True), ("A0010", False), ("A0000", False), ("B0005", False),
    ("A5", False), ("A00005", False), ("A0005X", False), ("", False), ("x", False),
]


@pytest.mark.parametrize(("serial", "held"), HELD)
def test_a_range_holds_its_own_numbers_only(serial: str, held: bool) -> None:
    assert Range.read("A0001", "A0009").holds(serial) is held


@given(st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 9999))
def test_two_ranges_overlap_where_one_number_is_in_both(a: int, b: int, c: int, d: int) -> None:
    one, other = (Range.read(f"S{min(p):04d}", f"S{max(p):04d}") for p in ((a, b), (c, d)))
    both = max(min(a, b), min(c, d)) <= min(max(a, b), max(c, d))
    assert one.overlaps(other) == both == other.overlaps(one)
    assert one.holds(f"S{a:04d}") and one.count == abs(a - b) + 1


# -- verbs -----------------------------------------------------------------------------------------


def test_a_delivery_fills_the_box_and_says_what_is_left(operator: User) -> None:
    entry = delivery(operator, 50, serial_from="A001", serial_to="A050")
    assert (blanks.current().on_hand, entry.on_hand, entry.facts["box"]) == (50, 50, 50)
    assert list(verify(BlankEntry)) == []


@pytest.mark.parametrize(
    ("more", "says"),
    [({"count": 0}, "Isi jumlah"), ({"count": -4}, "Isi jumlah"),
     ({"serial_from": "A001", "serial_to": "A010", "count": 9}, "berjumlah 10, bukan 9"),
     ({"serial_from": "A001", "serial_to": "", "count": 9}, "nomor seri pertama dan terakhir")],
)
def test_a_delivery_that_cannot_be_is_refused(more: dict[str, Any], says: str, operator: User) -> None:
    with pytest.raises(Refused, match=says):
        delivery(operator, **more)
    assert not BlankReceipt.objects.exists() and blanks.current().on_hand == 0


def test_a_delivery_of_tomorrow_is_refused(operator: User) -> None:
    with pytest.raises(Refused, match="belum tiba"):
        blanks.receive(by=operator, document="BA", source="x", count=1,
                       received_on=timezone.localdate() + timedelta(days=1))


def test_one_document_and_one_serial_number_come_once(operator: User) -> None:
    delivery(operator, 10, "BA-1", serial_from="A001", serial_to="A010")
    with pytest.raises(Refused, match="BA-1 sudah dicatat"):
        delivery(operator, 10, "BA-1")
    with pytest.raises(Refused, match="sudah ada dalam kiriman BA-1"):
        delivery(operator, 3, "BA-2", serial_from="A009", serial_to="A011")
    assert blanks.current().on_hand == 10


def test_a_delivery_that_was_put_right_may_be_written_again(operator: User) -> None:
    wrong = delivery(operator, 10, "BA-1", serial_from="A001", serial_to="A010")
    blanks.correct(by=operator, entry=wrong, reason="salah ketik")
    delivery(operator, 10, "BA-1", serial_from="A001", serial_to="A010")
    assert blanks.current().on_hand == 10


def test_nothing_goes_below_zero(operator: User) -> None:
    entry = delivery(operator, 3)
    with pytest.raises(Refused, match="tinggal 3"):
        blanks.lose(by=operator, count=4, reason="x")
    with pytest.raises(Refused, match="tinggal 3"):
        blanks.give_back(by=operator, count=4, document="S-1")
    blanks.lose(by=operator, count=1, reason="x")
    with pytest.raises(Refused, match="tinggal 2"):
        blanks.correct(by=operator, entry=entry, reason="x")
    assert blanks.current().on_hand == 2


def test_a_delivery_that_is_partly_used_says_how_it_is_put_right(operator: User) -> None:
    wrong = delivery(operator, 100, "BA-1")
    blanks.give_back(by=operator, count=30, document="S-1")
    with pytest.raises(Refused, match="Catat dahulu kiriman yang benar.*tambahan “perbaikan”"):
        blanks.correct(by=operator, entry=wrong, reason="seharusnya 90")
    delivery(operator, 90, "BA-1 perbaikan")
    blanks.correct(by=operator, entry=wrong, reason="seharusnya 90")
    assert blanks.current().on_hand == 60


def test_one_blank_is_faulty_once_and_bears_no_card(people: People) -> None:
    operator = people["operator"]
    delivery(operator, 5, serial_from="A1", serial_to="A5")
    blanks.spoil(by=operator, cause="factory", serial="A1")
    with pytest.raises(Refused, match="A1 sudah dicatat rusak"):
        blanks.spoil(by=operator, cause="factory", serial="A1")
    card = application_in(State.PRINTING, people)
    with pytest.raises(Refused, match="A1 sudah dicatat rusak"):
        lifecycle.confirm_print(card, by=operator, blank_serial="A1")
    with pytest.raises(Refused, match="A1 sudah dicatat rusak"):
        lifecycle.fail_print(card, by=operator, blank_used=True, fault="print", blank_serial="A1")
    lifecycle.confirm_print(card, by=operator, blank_serial="A2")
    with pytest.raises(Refused, match="A2 sudah dipakai"):
        blanks.spoil(by=operator, cause="factory", serial="A2")
    assert (blanks.current().on_hand, HeldCard.objects.count()) == (3, 1)


def test_the_database_refuses_a_negative_box(operator: User) -> None:
    delivery(operator, 1)
    found = blanks.current()
    found.on_hand = -1
    with pytest.raises(IntegrityError), transaction.atomic():
        found.save()


def test_an_entry_is_corrected_once_and_whole(operator: User) -> None:
    delivery(operator, 10)
    lost = blanks.lose(by=operator, count=4, reason="hilang")
    back = blanks.correct(by=operator, entry=lost, reason="ditemukan lagi")
    assert (back.on_hand, back.reverses, back.deviation) == (4, lost, blanks.Deviation.CORRECTED)
    with pytest.raises(Refused, match="sudah dikoreksi"):
        blanks.correct(by=operator, entry=lost, reason="lagi")
    with pytest.raises(Refused, match="Hanya penerimaan"):
        blanks.correct(by=operator, entry=back, reason="lagi")
    assert blanks.current().on_hand == 10


def test_an_entry_is_neither_changed_nor_deleted(operator: User) -> None:
    entry = delivery(operator)
    for change in (entry.save, entry.delete, lambda: BlankEntry.objects.update(on_hand=1)):
        with pytest.raises(EntryIsFinal):
            change()


def test_a_faulty_blank_goes_into_custody(operator: User) -> None:
    delivery(operator, 2)
    blanks.spoil(by=operator, cause="factory", note="sudut retak")
    [held] = HeldCard.objects.all()
    assert (held.source, held.cause, held.note, blanks.current().on_hand) == ("blank", "factory", "sudut retak", 1)


@pytest.mark.parametrize(("used", "left"), [(False, 5), (True, 4)])
def test_a_failed_print_gives_a_whole_blank_back(used: bool, left: int, people: People) -> None:
    delivery(people["operator"], 5)
    printing = application_in(State.PRINTING, people)
    assert (blanks.current().on_hand, blanks.current().reserved) == (4, 1)
    lifecycle.fail_print(printing, by=people["operator"], blank_used=used, fault="print" if used else "")
    assert (blanks.current().on_hand, blanks.current().reserved) == (left, 0)


def test_a_right_that_ended_since_the_page_was_opened_is_refused(operator: User) -> None:
    delivery(operator)
    RoleTerm.objects.filter(user=operator).update(revoked_at=timezone.now())
    for verb in (
        lambda: delivery(operator, 1, "BA-9"), lambda: blanks.lose(by=operator, count=1, reason="x"),
        lambda: blanks.spoil(by=operator, cause="factory"),
        lambda: blanks.give_back(by=operator, count=1, document="x"),
    ):
        with pytest.raises(NotAllowed):
            verb()


def test_a_page_sent_twice_makes_one_entry(operator: User) -> None:
    once = uuid4()
    delivery(operator, once=once)
    with pytest.raises(blanks.AlreadyWritten):
        delivery(operator, document="BA-2", once=once)
    assert BlankEntry.objects.count() == 1 == BlankReceipt.objects.count()


# -- the forecast ----------------------------------------------------------------------------------

FORECASTS = [
    # on hand, spent, days, low; how many days, whether it is low
    (100, 50, 10, 5, 20, False), (24, 50, 10, 5, 4, True), (25, 50, 10, 5, 5, False), (0, 50, 10, 5, 0, True),
    (100, 0, 10, 5, None, False), (0, 0, 0, 5, None, True), (100, 3, 0, 5, None, False), (7, 3, 20, 5, 46, False),
]


@pytest.mark.parametrize(("on_hand", "spent", "days", "low", "lasts", "is_low"), FORECASTS)
def test_the_forecast_divides_what_is_left_by_what_a_day_took(
    on_hand: int, spent: int, days: int, low: int, lasts: int | None, is_low: bool
) -> None:
    found = stock.forecast(on_hand, spent, days, low)
    assert (found.days, found.low) == (lasts, is_low)


@pytest.mark.django_db
def test_only_service_days_since_the_book_was_opened_are_looked_back_on() -> None:
    day = timezone.datetime(2026, 1, 20).date()  # a Tuesday; Friday the 16th is Isra Mikraj, the 17th and 18th weekend
    found = stock.service_days_before(current_calendar(), day, 3, day - timedelta(days=30))
    assert [f"{each:%d}" for each in found] == ["19", "15", "14"]
    assert stock.service_days_before(current_calendar(), day, 20, day - timedelta(days=1)) == found[:1]


def test_the_forecast_counts_what_was_spent_before_today(people: People, at_time: Callable[[str], Any]) -> None:
    # Opened on Monday, five cards on Monday, three on Tuesday: 8 in two days leave 92 for 23 days of 4.
    with at_time("2026-01-05 07:40") as at:
        receive_blanks(people["operator"], 100)
        for _ in range(5):
            application_in(State.READY_FOR_PICKUP, people, start=at - timedelta(minutes=10))
    with at_time("2026-01-06 10:00") as at:
        for _ in range(3):
            application_in(State.READY_FOR_PICKUP, people, start=at - timedelta(minutes=10))
    with at_time("2026-01-07 08:00"):
        application_in(State.READY_FOR_PICKUP, people)
        found = stock.today()
        assert (found.on_hand, found.used, found.forecast.days) == (91, 1, 91 * 2 // 8)
        Parameter.objects.update_or_create(
            pk="hari-blangko-menipis",
            defaults={"label": "x", "value": 23, "unit": "hari", "minimum": 1, "maximum": 30, "source": "uji"},
        )
        assert stock.today().forecast.low


# -- the page --------------------------------------------------------------------------------------


def rows(response: Any) -> list[str]:
    text = text_of(response)
    return text.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:] if "<tbody>" in text else []


def test_an_empty_book_says_what_to_do(client_of: Browser) -> None:
    text = text_of(client_of("operator").get("/blanko/"))
    assert "Buku blangko masih kosong" in text and "belum dapat diperkirakan" in text and "habis" in text


def test_the_book_tells_every_movement_newest_first(people: People, client_of: Browser) -> None:
    operator = people["operator"]
    delivery(operator, 20, serial_from="A01", serial_to="A20")
    application = application_in(State.READY_FOR_PICKUP, people)
    blanks.give_back(by=operator, count=2, document="S-7")
    blanks.lose(by=operator, count=1, reason="tidak ada di kotak")
    lost, returned, used, sent, received = rows(client_of("operator").get("/blanko/"))
    assert "tidak ada di kotak" in lost and "−1" in lost and "<strong>16</strong>" in lost
    assert "Surat S-7" in returned and "−2" in returned
    assert application.number in used and "Terpakai untuk kartu" in used
    assert application.number in sent and "Dikirim ke pencetak" in sent
    assert "BA-1, dari Disdukcapil, nomor seri A01 sampai A20" in received and "+20" in received
    assert all(operator.name in row for row in (lost, returned, used, sent, received))


def test_a_corrected_entry_is_marked_and_its_correction_names_it(people: People, client_of: Browser) -> None:
    entry = delivery(people["operator"])
    client = client_of("operator")
    page = client.get(f"/blanko/{entry.pk}/koreksi/")
    assert "Diterima +10" in text_of(page)
    assert "Isi apa yang salah" in text_of(client.post(f"/blanko/{entry.pk}/koreksi/", {"reason": " "}))
    done = client.post(f"/blanko/{entry.pk}/koreksi/", {"reason": "jumlahnya keliru"})
    assert told(done) == "Catatan 1 dibalik. Di kotak sekarang 0." and done["Location"] == "/blanko/"
    correction, corrected = rows(client.get("/blanko/"))
    assert "Membalik diterima 10 (catatan 1). jumlahnya keliru" in correction
    assert "sudah dikoreksi" in corrected and "koreksi/" not in corrected
    again = client.post(f"/blanko/{entry.pk}/koreksi/", {"reason": "sekali lagi"})
    assert again.status_code == 200 and "sudah dikoreksi" in text_of(again)
    assert BlankEntry.objects.count() == 2


def test_only_who_keeps_blanks_is_offered_to_write(people: People, client_of: Browser) -> None:
    delivery(people["operator"])
    for who in ("counter", "section_head", "secretary"):
        text = text_of(client_of(who).get("/blanko/"))
        assert "/koreksi/" not in text and "/blanko/terima/" not in text
    text = text_of(client_of("operator").get("/blanko/"))
    assert "/koreksi/" in text and "/blanko/terima/" in text


def test_the_book_is_filtered_by_kind_and_by_month(people: People, client_of: Browser) -> None:
    operator, client = people["operator"], client_of("operator")
    first = timezone.localtime().replace(day=1, hour=9)
    delivery(operator, at=first - timedelta(days=3))
    blanks.lose(by=operator, count=1, reason="x")
    assert len(rows(client.get("/blanko/"))) == 2
    assert len(rows(client.get("/blanko/?jenis=lose"))) == 1
    before = f"{first - timedelta(days=3):%Y-%m}"
    [row] = rows(client.get(f"/blanko/?masa={before}"))
    assert "Diterima" in row
    assert "Tidak ada catatan seperti itu" in text_of(client.get(f"/blanko/?masa={before}&jenis=lose"))
    [row] = rows(client.get("/blanko/?masa=hari-ini"))
    assert "Hilang" in row


@pytest.mark.parametrize("query", ["?jenis=x", "?masa=2026-99", "?masa=x&page=abc", "?page=-1", "?jenis='--&page=99"])
def test_an_address_typed_wrongly_shows_the_book(query: str, people: People, client_of: Browser) -> None:
    delivery(people["operator"])
    assert len(rows(client_of("operator").get(f"/blanko/{query}"))) == 1


def test_the_page_keeps_its_budget_however_long_the_book(people: People, client_of: Browser) -> None:
    client, operator = client_of("operator"), people["operator"]
    delivery(operator, 500)
    application_in(State.PRINTING, people)
    client.get("/blanko/")
    few = queries_of(client, "/blanko/")
    for _ in range(4):
        application_in(State.READY_FOR_PICKUP, people)
    for number in range(40):
        blanks.give_back(by=operator, count=1, document=f"S-{number}")
    text = text_of(client.get("/blanko/"))
    assert "Halaman 1 dari 2 · 50 baris" in text and len(rows(client.get("/blanko/?page=2"))) == 25
    assert queries_of(client, "/blanko/") == few <= 13
    assert queries_of(client, "/blanko/?page=2") == few


# -- the pages that write --------------------------------------------------------------------------


def form(**fields: Any) -> dict[str, Any]:
    return {"once": str(uuid4())} | fields


def received(**fields: Any) -> dict[str, Any]:
    today = f"{timezone.localdate():%d-%m-%Y}"
    return form(document="BA-1", source="Disdukcapil", received_on=today, count="50") | fields


def test_a_delivery_is_written_down_once_though_sent_twice(client_of: Browser) -> None:
    client, sent = client_of("operator"), received()
    assert told(client.post("/blanko/terima/", sent)) == "50 blangko diterima dan dicatat. Di kotak sekarang 50."
    again = client.post("/blanko/terima/", sent)
    assert again.status_code == 302 and told(again).endswith(blanks.ALREADY)
    assert blanks.current().on_hand == 50 and BlankEntry.objects.count() == 1


def test_the_number_of_blanks_follows_from_their_serials(client_of: Browser) -> None:
    client_of("operator").post("/blanko/terima/", received(count="", serial_from="A001", serial_to="A120"))
    assert blanks.current().on_hand == 120


WRONG = [
    ({"count": ""}, "Isi jumlah lembar yang diterima."), ({"count": "abc"}, "Tulis jumlahnya dengan angka"),
    ({"count": "0"}, "paling sedikit 1"), ({"count": "-5"}, "paling sedikit 1"),
    ({"count": "99999999999999999999"}, "paling banyak 100000"),
    ({"document": "  "}, "Isi Nomor berita acara."), ({"document": "x" * 61}, "paling banyak 60 huruf"),
    ({"document": "a\x00b"}, "tidak terbaca"), ({"source": ""}, "Isi Asal."),
    ({"received_on": "31-2-2026"}, "Tanggal tidak dikenali"), ({"received_on": "1-1-2999"}, "belum tiba"),
    ({"serial_from": "A001"}, "nomor seri pertama dan terakhir"),
    ({"serial_from": "A001", "serial_to": "A060"}, "Menurut nomor serinya 60 lembar"),
    ({"serial_from": "A001", "serial_to": "B050"}, "bukan urutan"),
    ({"serial_from": "0", "serial_to": "9" * 30, "count": ""}, "bukan urutan"),
    ({"serial_from": "0" * 30, "serial_to": "9" * 30, "count": ""}, "Periksa kedua nomornya"),
    ({"once": "x"}, "tidak utuh lagi"), ({"once": ""}, "tidak utuh lagi"),
]


@pytest.mark.parametrize(("fields", "says"), WRONG)
def test_a_delivery_typed_wrongly_says_what_to_do_and_keeps_the_rest(
    fields: dict[str, str], says: str, client_of: Browser
) -> None:
    response = client_of("operator").post("/blanko/terima/", received() | fields)
    assert response.status_code == 200 and says in text_of(response)
    kept = {"document": "BA-1", "source": "Disdukcapil"}
    assert all(f'value="{value}"' in text_of(response) for name, value in kept.items() if name not in fields)
    assert not BlankEntry.objects.exists()


def test_the_other_pages_write_their_entry(people: People, client_of: Browser) -> None:
    delivery(people["operator"], 20)
    client = client_of("operator")
    sent = {
        "rusak": form(cause="factory", note="retak"), "kembali": form(count="5", document="S-1"),
        "hilang": form(count="2", reason="tidak ada di kotak"),
    }
    for page, fields in sent.items():
        assert client.get(f"/blanko/{page}/").status_code == 200
        assert client.post(f"/blanko/{page}/", fields)["Location"] == "/blanko/", page
        assert told(client.post(f"/blanko/{page}/", fields)).endswith(blanks.ALREADY), page
    assert blanks.current().on_hand == 20 - 1 - 5 - 2
    assert BlankEntry.objects.get(verb="lose").deviation == blanks.Deviation.LOST


def test_what_the_box_does_not_hold_cannot_leave_it(people: People, client_of: Browser) -> None:
    delivery(people["operator"], 3)
    response = client_of("operator").post("/blanko/hilang/", form(count="4", reason="hilang"))
    assert "Blangko di kotak tinggal 3. Periksa jumlahnya." in text_of(response) and 'value="4"' in text_of(response)


def test_a_serial_number_of_no_delivery_is_refused_on_the_page(people: People, client_of: Browser) -> None:
    delivery(people["operator"], 10, serial_from="A01", serial_to="A10")
    response = client_of("operator").post("/blanko/rusak/", form(cause="factory", serial="B99"))
    assert "Nomor seri B99 tidak ada dalam kiriman mana pun." in text_of(response)


# -- the book of a month ---------------------------------------------------------------------------


def test_the_book_of_a_month_carries_the_balance_forward(
    people: People, client_of: Browser, at_time: Callable[[str], Any]
) -> None:
    operator = people["operator"]
    with at_time("2026-01-29 09:00"):
        delivery(operator, 100, "BA-LAMA")
    with at_time("2026-02-02 09:00"):
        delivery(operator, 50, "BA-BARU")
        blanks.spoil(by=operator, cause="factory")
        wrong = blanks.give_back(by=operator, count=7, document="S-1")
    with at_time("2026-02-03 09:00"):
        blanks.correct(by=operator, entry=wrong, reason="salah")
        blanks.lose(by=operator, count=2, reason="hilang")
        application_in(State.READY_FOR_PICKUP, people)
        month = blank_book.month_of(timezone.localdate().replace(day=1))
        pdf = pdf_text(client_of("secretary").get("/blanko/buku/2026-2.pdf"))
    first, second = month.lines
    assert (month.carried, first.left, second.left, month.total.left) == (100, 142, 146, 146)
    assert (first.received, first.all_spoiled, first.returned) == (50, 1, 7)
    assert (second.corrected, second.lost, second.used) == (7, 2, 1)
    assert month.total.left == blanks.current().physical == month.carried + month.total.change
    assert "BA-BARU" in pdf and "BA-LAMA" not in pdf and "Februari 2026" in pdf and "Cacat pabrik: 1" in pdf


NO_MONTHS = ["2026-13", "2026-0", "2999-1", "0-1", "99999-1", "1-1", f"{9**40}-1", f"2026-{9**40}"]


@pytest.mark.parametrize("address", NO_MONTHS)
def test_a_month_that_is_not_there_is_not_found(address: str, client_of: Browser) -> None:
    assert client_of("operator").get(f"/blanko/buku/{address}.pdf").status_code == 404


@pytest.mark.parametrize("day", ["1-1-0001", "24-11-0026"])
def test_a_delivery_of_an_impossible_year_is_asked_again(day: str, client_of: Browser) -> None:
    sent = {"once": str(uuid4()), "document": "BA", "source": "x", "count": "3", "received_on": day}
    assert "Tahunnya tidak mungkin" in text_of(client_of("operator").post("/blanko/terima/", sent))
    assert not BlankReceipt.objects.exists()


# -- for any sequence ------------------------------------------------------------------------------

STEPS = st.lists(st.integers(0, 2**32 - 1), min_size=20, max_size=50)
ACTS = [
    "receive", "receive", "start", "start", "start", "confirm", "confirm", "fail_whole", "fail_spoiled", "spoil",
    "give_back", "lose", "correct", "count", "sign", "reject", "reject",
]


class Box:
    """One office with a few files that wait for a card; each step tries one thing, and what is refused is no step."""

    def __init__(self, people: People, files: list[Application]) -> None:
        self.people, self.operator, self.files = people, people["operator"], files
        self.done: set[str] = set()

    def step(self, number: int, seed: int) -> None:
        chance = Random(f"{number} {seed}")
        act = chance.choice(ACTS)
        try:
            getattr(self, act)(chance)
            self.done.add(act)
        except (Refused, IndexError):
            return

    def file(self, chance: Random, state: str) -> Application:
        return chance.choice(list(Application.objects.filter(state=state).order_by("pk")))

    def receive(self, chance: Random) -> None:
        delivery(self.operator, chance.randint(1, 3), f"BA-{chance.random()}")

    def start(self, chance: Random) -> None:
        lifecycle.start_print(self.file(chance, State.READY_TO_PRINT), by=self.operator, reason="uji")

    def confirm(self, chance: Random) -> None:
        serial = f"S-{chance.randint(1, 6)}" if chance.random() < 0.7 else ""
        lifecycle.confirm_print(self.file(chance, State.PRINTING), by=self.operator, blank_serial=serial)

    def fail_whole(self, chance: Random) -> None:
        lifecycle.fail_print(self.file(chance, State.PRINTING), by=self.operator, blank_used=False)

    def fail_spoiled(self, chance: Random) -> None:
        serial = f"S-{chance.randint(1, 6)}" if chance.random() < 0.5 else ""
        lifecycle.fail_print(self.file(chance, State.PRINTING), by=self.operator, blank_used=True, fault="encoding",
                             blank_serial=serial)

    def reject(self, chance: Random) -> None:
        lifecycle.reject_card(self.file(chance, State.READY_FOR_PICKUP), by=self.people["counter"], fault="print",
                              reason="buram")

    def spoil(self, chance: Random) -> None:
        blanks.spoil(by=self.operator, cause="factory")

    def give_back(self, chance: Random) -> None:
        blanks.give_back(by=self.operator, count=chance.randint(1, 2), document="S")

    def lose(self, chance: Random) -> None:
        blanks.lose(by=self.operator, count=chance.randint(1, 2), reason="hilang")

    def correct(self, chance: Random) -> None:
        entry = chance.choice(list(BlankEntry.objects.filter(verb__in=blanks.CORRECTABLE)))
        blanks.correct(by=self.operator, entry=entry, reason="salah")

    def count(self, chance: Random) -> None:
        found = blanks.current().physical + chance.choice([0, 0, 1])
        close = closing.count(by=self.operator, counted=found, station=chance.randint(0, 2))
        if close is None:
            closing.explain(by=self.operator, entry=closing.standing().count, explanation="uji")  # type: ignore[arg-type]

    def sign(self, chance: Random) -> None:
        """What waits, or a count made now: nearly everything else takes a waiting close its worth."""
        if not BlankClose.objects.filter(signed_at=None).exists():
            self.count(chance)
        closing.sign(by=self.people["secretary"], close=BlankClose.objects.filter(signed_at=None)[0])


def check(opened_empty: bool) -> None:
    """What must hold after every step."""
    found, entries = blanks.current(), list(BlankEntry.objects.order_by("seq"))
    assert (found.on_hand, found.reserved) == (sum(e.on_hand for e in entries), sum(e.reserved for e in entries))
    box = printing = 0
    for entry in entries:
        box, printing = box + entry.on_hand, printing + entry.reserved
        assert (entry.facts["box"], entry.facts["printing"]) == (box, printing) and box >= 0 <= printing
    assert found.reserved == Application.objects.filter(state=State.PRINTING).count()
    assert StockOut.objects.filter(until=None).count() == (found.on_hand == 0 and not opened_empty)


def check_against_the_world() -> None:
    """What is there is what came less what went, told by deliveries, cards and custody, not by the balance."""
    came = sum(BlankReceipt.objects.filter(reversed=False).values_list("count", flat=True))
    gone = BlankEntry.objects.filter(verb__in=(Verb.RETURN, Verb.LOSE), reversed_by=None)
    on_cards = Print.objects.filter(blank_used=True).count()
    faulty = HeldCard.objects.filter(source="blank", corrected_at=None).count()
    left = came + sum(gone.values_list("on_hand", flat=True)) - on_cards - faulty
    assert blanks.current().physical == left


def check_cards() -> None:
    """No blank serves two cards, and no card has two blanks; what was reserved has one end or is in the printer."""
    serials = list(Print.objects.exclude(blank_serial="").values_list("blank_serial", flat=True))
    assert len(serials) == len(set(serials))
    for card in Print.objects.all():
        verbs = sorted(card.blank_entries.values_list("verb", flat=True))
        ends = [verb for verb in verbs if verb != Verb.RESERVE]
        in_printer = card.failed_at is None and card.confirmed_at is None
        assert verbs.count(Verb.RESERVE) == 1 and len(ends) == (0 if in_printer else 1), verbs
        if card.confirmed_at:
            assert ends == [Verb.USE]
        elif card.failed_at:
            assert ends == [Verb.SPOIL if card.blank_used else Verb.RELEASE]


def check_stock_outs() -> None:
    """From each moment at which the box became empty until it was filled, one stretch, and no other."""
    expected, box, since = [], 0, None
    for entry in BlankEntry.objects.order_by("seq"):
        before, box = box, box + entry.on_hand
        if before and not box:
            since = entry.occurred_at
        elif box and not before and since:
            expected.append((since, entry.occurred_at))
            since = None
    expected += [(since, None)] if since else []
    assert list(StockOut.objects.order_by("pk").values_list("since", "until")) == expected


def test_for_any_sequence_every_blank_is_accounted_for(people: People) -> None:
    files = [application_in(State.READY_TO_PRINT, people) for _ in range(3)]
    done: set[str] = set()

    @settings(
        max_examples=settings.default.max_examples // 4, suppress_health_check=[HealthCheck.too_slow],
        phases=[Phase.generate, Phase.shrink],
    )
    @given(STEPS)
    def keep_the_box_in_order(steps: list[int]) -> None:
        with undone():
            box = Box(people, files)
            for number, seed in enumerate(steps):
                box.step(number, seed)
                check(opened_empty=not BlankEntry.objects.exists())
            check_against_the_world()
            check_cards()
            check_stock_outs()
            assert list(verify(BlankEntry)) == []
            assert clocks.recompute(Application.objects.all()) == 0
            done.update(box.done)

    keep_the_box_in_order()
    assert done == set(ACTS), set(ACTS) - done
