"""Receipt, slips and proof as PDF, on A5 or a roll: the number, Rp 0, a masked NIK, one page, a QR where it leads."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import segno
from django.template import defaultfilters
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import User
from applications import handing, lifecycle, visits
from applications.models import Application, Paper, Visit, VisitReason
from applications.states import Kind, State
from office import parameters, tokens, vault
from office.models import Office, Parameter, SlipPaper
from tests.factories import Path, application_in, intake, make_resident
from tests.pages import pdf_pages, pdf_pictures, pdf_text, text_of

Browser = Callable[[str], Client]
People = dict[str, User]
FREE = "Rp 0 (gratis)"
LONGEST = "Raden Ajeng Ma'rufah Nur'aini Kusumaningtyas Hadiwidjojo'nata"[:60]


@pytest.fixture
def counter(client_of: Browser) -> Client:
    return client_of("counter")


def get(client: Client, application: Application, name: str) -> Any:
    return client.get(reverse(f"applications:documents-{name}", args=[application.slug]))


def holds_whole_nik(response: Any, application: Application) -> bool:
    """In any grouping, across lines too: without the spaces."""
    return application.resident.nik in re.sub(r"\s", "", pdf_text(response))


# -- what each says ------------------------------------------------------------------------------


def test_receipt_names_the_number_the_papers_the_promise_and_the_code(people: People, counter: Client) -> None:
    application = application_in(State.SUBMITTED, people)
    response = get(counter, application, "receipt")
    text = pdf_text(response)
    assert response.content.startswith(b"%PDF-")
    assert application.number in text and FREE in text
    assert application.resident.nik_masked in text
    assert "Fotokopi Kartu Keluarga" in text and "KTP Anda selesai paling lambat" in text
    assert tokens.shown(application.tracking_code) in text
    assert "oleh Counter" in text


def test_receipt_of_an_incomplete_file_says_so_and_promises_nothing(people: People, counter: Client) -> None:
    text = pdf_text(get(counter, application_in(State.RETURNED, people), "receipt"))
    assert "belum lengkap" in text and "paling lambat" not in text


def test_receipt_says_when_a_waiver_waits(people: People, counter: Client) -> None:
    ticks = {code: tick for code, tick in intake().ticks.items() if code != "akta-kelahiran"}
    asked = intake(ticks=ticks, waivers={"akta-kelahiran": "terbakar"})
    application = lifecycle.submit(make_resident(), by=people["counter"], intake=asked)
    assert "menunggu keputusan keringanan" in pdf_text(get(counter, application, "receipt"))


def test_slip_names_each_missing_paper_and_why_it_failed(people: People, counter: Client) -> None:
    application = application_in(State.SUBMITTED, people)
    lifecycle.return_to_applicant(application, by=people["section_head"], reasons={"kk": "tidak terbaca"})
    text = pdf_text(get(counter, application, "slip"))
    assert application.number in text
    assert "Fotokopi Kartu Keluarga" in text and "tidak terbaca" in text
    assert "Fotokopi Akta Kelahiran" not in text


def test_proof_names_the_card_the_receiver_and_the_hand_that_gave_it(people: People, counter: Client) -> None:
    application = application_in(State.HANDED_OVER, people)
    text = pdf_text(get(counter, application, "proof"))
    assert application.number in text and FREE in text
    assert application.resident.nik_masked in text
    assert "pemilik sendiri" in text and "Yang menyerahkan" in text and "ditandatangani di lembar ini" in text
    assert text.count(application.resident.name) == 2


def to_another(card: Application, people: People, **more: Any) -> Application:
    papers = {"authority_seen": True, "id_seen": True, "collector_name": "Ahmad Fauzi", "relation": "suami"}
    return lifecycle.hand_over(card, by=people["counter"], collector="other", **papers | more)


@pytest.mark.parametrize(
    ("papers", "said"),
    [
        ({}, "surat kuasa dan KTP pengambil dilihat"),
        ({"id_seen": False}, "surat kuasa dilihat; tanpa KTP pengambil"),
        ({"authority_seen": False}, "KTP pengambil dilihat; tanpa surat kuasa"),
        ({"authority_seen": False, "id_seen": False}, "tanpa surat kuasa dan KTP pengambil"),
    ],
)
def test_proof_names_another_person_and_the_papers_or_the_reason(
    papers: dict[str, Any], said: str, people: People, counter: Client
) -> None:
    reason = "pemohon sakit" if papers else ""
    card = application_in(State.READY_FOR_PICKUP, people)
    to_another(card, people, without_papers_reason=reason, **papers)
    text = pdf_text(get(counter, card, "proof"))
    assert "Ahmad Fauzi (suami)" in text and said in text
    assert ("pemohon sakit" in text) == bool(reason) == ("Alasan" in text)


def test_proof_says_how_it_was_signed_and_that_the_old_card_was_surrendered(people: People, counter: Client) -> None:
    card = application_in(State.READY_FOR_PICKUP, people)
    to_another(card, people, signed="thumb", old_card_surrendered=True)
    text = pdf_text(get(counter, card, "proof"))
    assert "cap jempol di lembar ini" in text and "Yang menerima (cap jempol)," in text
    assert "diserahkan, sudutnya dipotong" in text


def test_a_reprinted_proof_says_the_same_with_the_same_survey_code(people: People, counter: Client) -> None:
    application = application_in(State.HANDED_OVER, people)
    [code] = re.findall(r"S\w{3}-\w{4}-\w{4}", pdf_text(get(counter, application, "proof")))
    digest = application.entries.get(verb="hand_over").hash[:12]
    lifecycle.keep_proof(application, by=people["counter"], scan=vault.write(b"scan"))
    text = pdf_text(get(counter, application, "proof"))
    assert tokens.is_survey_code(code)
    assert f"Kode survei kepuasan (sekali pakai): {code}" in text and digest in text
    other = pdf_text(get(counter, application_in(State.HANDED_OVER, people), "proof"))
    assert code not in other and "/survei/" not in text


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("receipt", State.SUBMITTED), ("receipt", State.HANDED_OVER), ("slip", State.RETURNED),
        ("proof", State.HANDED_OVER),
    ],
)
def test_no_document_holds_the_whole_nik(name: str, state: str, people: People, counter: Client) -> None:
    application = application_in(state, people)
    response = get(counter, application, name)
    assert not holds_whole_nik(response, application)
    assert application.resident.kk_number not in re.sub(r"\s", "", pdf_text(response))


def test_a_file_name_holds_the_number_and_nothing_personal(people: People, counter: Client) -> None:
    application = application_in(State.SUBMITTED, people)
    shown = get(counter, application, "receipt")["Content-Disposition"]
    assert shown == f'inline; filename="tanda-terima-{application.slug}.pdf"'


# -- when there is none --------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.SUBMITTED, State.READY_TO_PRINT, State.HANDED_OVER])
def test_there_is_no_slip_where_nothing_is_missing(state: str, people: People, counter: Client) -> None:
    response = get(counter, application_in(state, people), "slip")
    assert response.status_code == 404 and "Halaman tidak ditemukan" in text_of(response)


@pytest.mark.parametrize("state", [State.RETURNED, State.READY_FOR_PICKUP, State.WITHDRAWN])
def test_there_is_no_proof_before_the_handover(state: str, people: People, counter: Client) -> None:
    assert get(counter, application_in(state, people), "proof").status_code == 404


# -- how it fits ---------------------------------------------------------------------------------


def longest(people: People, kind: str = Kind.NEW) -> Path:
    resident = make_resident(
        name=LONGEST, birth_place="Kabupaten Lumajang", address="Dusun Krajan Kidul Gang Mawar Nomor 123 Blok C"
    )
    return Path(people, resident=resident, kind=kind)


@pytest.mark.parametrize("kind", [Kind.NEW, Kind.LOST, Kind.DATA_CHANGE])
def test_a_receipt_for_the_longest_name_fits_on_one_page(kind: str, people: People, counter: Client) -> None:
    assert len(LONGEST) == 60
    application = longest(people, kind).submitted()
    for address in ("", "https://ktp.jatiroto.example"):
        with override_settings(PUBLIC_URL=address):
            pages = pdf_pages(get(counter, application, "receipt"))
        assert len(pages) == 1
        assert LONGEST in pages[0]


def test_a_slip_for_the_longest_name_fits_on_one_page(people: People, counter: Client) -> None:
    pages = pdf_pages(get(counter, longest(people).returned(), "slip"))
    assert len(pages) == 1 and LONGEST in pages[0]


def test_a_slip_with_long_reasons_keeps_every_word(people: People, counter: Client) -> None:
    application = longest(people).submitted()
    reasons = {"kk": "tidak terbaca " * 14, "akta-kelahiran": "nama berbeda " * 14}
    lifecycle.return_to_applicant(application, by=people["section_head"], reasons=reasons)
    pages = pdf_pages(get(counter, application, "slip"))
    assert len(pages) == 1
    assert pages[0].count("tidak terbaca") == 14 and pages[0].count("nama berbeda") == 14


@pytest.mark.parametrize("signed", ["pad", "paper", "thumb"])
def test_a_proof_for_the_longest_names_fits_on_one_page(signed: str, people: People, counter: Client) -> None:
    card = longest(people).ready_for_pickup()
    reason = ("pemohon dirawat di rumah sakit dan sudah ditelepon " * 3)[:120]
    handing.hand_over(
        card, by=people["counter"], collector="other", collector_name=LONGEST,
        relation="saudara sepupu dari pihak ibu kandungnya", without_papers_reason=reason, old_card_surrendered=True,
        signed=signed,
    )
    response = get(counter, card, "proof")
    [text] = pdf_pages(response)
    assert text.count(LONGEST) >= 2 and reason.strip() in text and "halaman 1 dari 1" in text
    assert pdf_pictures(response) == (signed == "pad")


def test_a_name_with_markup_is_printed_as_typed(people: People, counter: Client) -> None:
    application = application_in(State.SUBMITTED, people, resident=make_resident(name="<b>O'Neil</b> & Co"))
    assert "<b>O'Neil</b> & Co" in pdf_text(get(counter, application, "receipt"))


# -- where to ask --------------------------------------------------------------------------------


def test_without_a_public_address_the_telephone_stands_in_place_of_a_code_to_scan(
    people: People, counter: Client
) -> None:
    application = application_in(State.SUBMITTED, people)
    with override_settings(PUBLIC_URL=""):
        response = get(counter, application, "receipt")
    assert pdf_pictures(response) == 0
    assert f"telepon {Office.objects.current().phone}" in pdf_text(response)
    assert "Pindai" not in pdf_text(response)


def test_with_a_public_address_a_code_to_scan_leads_to_the_tracking_page(
    people: People, counter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    real = segno.make
    monkeypatch.setattr(segno, "make", lambda address, **more: made.append(address) or real(address, **more))
    application = application_in(State.SUBMITTED, people)
    with override_settings(PUBLIC_URL="https://ktp.jatiroto.example"):
        response = get(counter, application, "receipt")
    assert pdf_pictures(response) == 1
    assert "Pindai" in pdf_text(response)
    assert made == [f"https://ktp.jatiroto.example/lacak/?kode={application.tracking_code}"]


# -- who came, and until when --------------------------------------------------------------------


def brought_by_another(application: Application) -> Application:
    Application.objects.filter(pk=application.pk).update(
        brought_by="other", brought_name=LONGEST, brought_relation="kakak"
    )
    application.refresh_from_db()
    return application


def test_receipt_names_who_brought_the_file_when_it_is_another(people: People, counter: Client) -> None:
    application = application_in(State.SUBMITTED, people)
    assert "Dibawa oleh" not in pdf_text(get(counter, application, "receipt"))
    [text] = pdf_pages(get(counter, brought_by_another(application), "receipt"))
    assert f"Dibawa oleh {LONGEST} (kakak)" in text
    assert text.count(LONGEST) == 2, "who brought it signs for it"
    assert text.count(application.resident.name) == 1


def test_slip_says_until_when_the_file_is_kept(people: People, counter: Client) -> None:
    application = application_in(State.RETURNED, people)
    Parameter.objects.filter(pk="hari-tidak-kembali").update(value=14)
    last = timezone.localdate(application.state_since + parameters.days("hari-tidak-kembali"))
    assert (last - timezone.localdate(application.state_since)).days == 14
    text = pdf_text(get(counter, application, "slip"))
    assert f"disimpan sampai {defaultfilters.date(last, 'l, j F Y')}" in text and FREE in text


def test_slip_names_who_gave_the_file_back_and_not_who_wrote_in_its_book_later(people: People, counter: Client) -> None:
    application = application_in(State.SUBMITTED, people)
    back = lifecycle.return_to_applicant(application, by=people["section_head"], reasons={"kk": "tidak terbaca"})
    assert f"oleh {people['section_head'].name}" in pdf_text(get(counter, back, "slip"))


# -- the letter of a visit -----------------------------------------------------------------------


def visit_of(people: People, **more: Any) -> Visit:
    reason = VisitReason.objects.get(pk="pindah-datang")
    return visits.register(by=people["counter"], reason=reason, **{"name": LONGEST, "nik": "3508171506900001"} | more)


def letter(client: Client, visit: Visit) -> Any:
    return client.get(reverse("applications:visits-slip", args=[visit.slug]))


@pytest.mark.parametrize("paper", SlipPaper)
def test_referral_names_where_to_go_why_and_what_to_bring(paper: str, people: People, counter: Client) -> None:
    Office.objects.update(slip_paper=paper)
    visit = visit_of(people, note="Anak ikut pindah", advice="Bawa surat pindah dan KK baru. " * 25)
    response = letter(counter, visit)
    [text] = pdf_pages(response)
    assert response["Content-Disposition"] == f'inline; filename="surat-rujukan-{visit.slug}.pdf"'
    assert visit.number in text and FREE in text and LONGEST in text and "oleh Counter" in text
    assert visit.destination in text and visit.reason in text and visit.note in text
    assert text.count("Bawa surat pindah") == 25
    assert visit.nik_masked in text and visit.nik not in re.sub(r"\s", "", text)


# -- on the roll ---------------------------------------------------------------------------------


@pytest.fixture
def roll(people: People) -> None:
    Office.objects.update(slip_paper=SlipPaper.ROLL80)


def size(response: Any) -> tuple[int, int]:
    box = PdfReader(io.BytesIO(response.content)).pages[0].mediabox
    return round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)


def unbroken(response: Any, words: str) -> int:
    """How often words stand in one line."""
    pages = PdfReader(io.BytesIO(response.content)).pages
    return sum(line.count(words) for page in pages for line in page.extract_text().splitlines())


def with_six_papers(application: Application) -> Application:
    """Six papers with long names, the last four missing."""
    have = application.papers.count()
    Paper.objects.bulk_create(
        Paper(application=application, code=f"uji-{i}", label=f"Surat keterangan domisili dari desa nomor {i}",
              position=i, needs_original=True, needs_copy=True, waivable=True,
              failed_because="tidak terbaca, bawa salinan yang jelas dan sudah dilegalisasi")
        for i in range(have + 1, 7)
    )
    return application


@pytest.mark.usefixtures("roll")
@pytest.mark.parametrize("address", ["", "https://ktp.jatiroto.example"])
def test_on_the_roll_the_receipt_is_one_page_without_signatures(address: str, people: People, counter: Client) -> None:
    application = with_six_papers(longest(people).submitted())
    with override_settings(PUBLIC_URL=address):
        response = get(counter, application, "receipt")
    [text] = pdf_pages(response)
    width, height = size(response)
    assert width == 80 and 120 < height < 320
    assert unbroken(response, "(0334) 321465") == 2, "in the letterhead and in the text"
    assert application.number in text and FREE in text and LONGEST in text and "oleh Counter" in text
    assert text.count("Surat keterangan domisili") == 4
    assert tokens.shown(application.tracking_code) in text
    last = application.entries.order_by("-seq").first()
    assert last and last.hash[:12] in text and "Dicetak" in text
    assert "Penerima," not in text and "halaman" not in text
    assert pdf_pictures(response) == bool(address)


@pytest.mark.usefixtures("roll")
def test_on_the_roll_the_slip_names_each_missing_paper(people: People, counter: Client) -> None:
    application = with_six_papers(longest(people).returned())
    response = get(counter, application, "slip")
    [text] = pdf_pages(response)
    assert size(response)[0] == 80
    assert text.count("tidak terbaca, bawa salinan") == 4 and "disimpan sampai" in text


@pytest.mark.usefixtures("roll")
def test_a_longer_text_takes_a_longer_roll(people: People, counter: Client) -> None:
    application = application_in(State.RETURNED, people)
    short = size(get(counter, application, "slip"))[1]
    assert size(get(counter, with_six_papers(application), "slip"))[1] > short + 20


@pytest.mark.usefixtures("roll")
def test_the_proof_of_handover_stays_on_a5(people: People, counter: Client) -> None:
    response = get(counter, application_in(State.HANDED_OVER, people), "proof")
    assert size(response) == (148, 210) and "Yang menerima," in pdf_text(response)


def test_on_a5_receipt_and_slips_are_signed_and_fit(people: People, counter: Client) -> None:
    submitted, returned = with_six_papers(longest(people).submitted()), with_six_papers(longest(people).returned())
    with override_settings(PUBLIC_URL="https://ktp.jatiroto.example"):
        made = [get(counter, submitted, "receipt"), get(counter, returned, "slip"), letter(counter, visit_of(people))]
    for response in made:
        [text] = pdf_pages(response)
        assert size(response) == (148, 210)
        assert "Penerima," in text and "Petugas" in text and "halaman 1 dari 1" in text
