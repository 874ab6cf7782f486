"""What a desk is told about a file that came back, and what is not promised or offered."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from applications import lifecycle, story
from applications.forms.intake import ChangeForm, ResidentForm
from applications.papers import Change
from applications.refusals import Refused
from applications.states import Kind
from applications.views.search import matching
from tests.factories import Path, application_in, intake, make_resident, sixteen
from tests.pages import pdf_text, text_of


def test_the_section_head_reads_why_a_card_came_back(people, client_of):
    card = application_in("ready_for_pickup", people)
    lifecycle.reject_card(card, by=people["counter"], fault="office", reason="nama keliru satu huruf")

    page = text_of(client_of("section_head").get(f"/validasi/{card.slug}/"))

    assert "Kartu ditolak" in page and "nama keliru satu huruf" in page


def test_the_operator_reads_why_a_file_was_referred(people, client_of):
    referred = application_in("referred", people)

    page = text_of(client_of("operator").get(f"/perekaman/{referred.slug}/?tab=referred"))

    assert "<strong>Dirujuk ke Disdukcapil</strong>: uji" in page and "menunggu Disdukcapil" in page


def test_a_file_that_only_went_forward_tells_nothing(people):
    assert story.worth_knowing(application_in("submitted", people)) is None
    assert story.worth_knowing(application_in("awaiting_recording", people)) is None


def test_a_failed_print_says_whether_the_blank_was_used(people):
    file = application_in("printing", people)
    card = lifecycle.fail_print(file, by=people["operator"], blank_used=True, fault="print")

    last = story.worth_knowing(card)

    assert last is not None and last.detail == "blangko rusak: hasil cetak cacat" and last.tone == "warn"


def test_a_receipt_promises_no_day_to_somebody_who_is_sixteen(people, client_of):
    young = Path(people, resident=make_resident(birth=sixteen())).submitted()

    text = pdf_text(client_of("counter").get(f"/permohonan/{young.slug}/tanda-terima.pdf"))

    assert "setelah Anda berusia 17 tahun" in text and "selesai paling lambat" not in text


def test_somebody_sent_home_does_not_wait_in_the_room(people):
    returned = lifecycle.register_incomplete(
        make_resident(), by=people["counter"], intake=intake(ticks={}, waits_in_room=True)
    )

    assert not returned.waits_in_room


@pytest.mark.parametrize("days", [0, 3650])
def test_a_corrected_birth_date_of_a_child_is_refused(days, people):
    child = timezone.localdate() - timedelta(days=days + 365)
    changes = (Change("birth_date", child.isoformat(), "Akta kelahiran"),)

    with pytest.raises(Refused, match="belum berusia 16 tahun"):
        lifecycle.submit(make_resident(), by=people["counter"], intake=intake(Kind.DATA_CHANGE, changes=changes))


def test_a_changed_element_without_its_name_is_not_lost_in_silence():
    form = ChangeForm({"new": "Kawin", "proof": "Buku nikah"})

    assert not form.is_valid()
    assert "Pilih unsur yang berubah" in str(form.errors)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("birth", "sentence"),
    [(date.today() + timedelta(days=400), "belum tiba"), (date(1850, 1, 1), "Periksa tahunnya")],
)
def test_a_birth_date_that_cannot_be_is_asked_for_again(birth, sentence):
    form = ResidentForm({"birth_date": birth.strftime("%d-%m-%Y")})

    assert sentence in str(form.errors["birth_date"])


def test_not_coming_back_is_offered_only_after_thirty_days(people):
    returned = application_in("returned", people)

    assert "tidak_kembali" not in lifecycle.cancel_reasons(returned, timezone.now())
    assert "tidak_kembali" in lifecycle.cancel_reasons(returned, timezone.now() + timedelta(days=30))


def test_an_undecided_waiver_is_the_main_thing_to_do(people, client_of):
    asked = intake(ticks={"kk": intake().ticks["kk"]}, waivers={"akta-kelahiran": "terbakar"})
    file = lifecycle.submit(make_resident(), by=people["counter"], intake=asked)

    moves = client_of("section_head").get(f"/validasi/{file.slug}/").context["moves"]

    assert moves[0].name == "decide_waiver" and moves[0].main


def test_a_number_is_found_without_its_zeros(people):
    file = application_in("submitted", people)

    assert list(matching(f"{file.year}/{file.serial}")) == [file]


def test_any_finger_may_be_excepted_but_not_the_photo(people, client_of):
    waiting = application_in("awaiting_recording", people)

    page = client_of("operator").get(f"/perekaman/{waiting.slug}/")
    offered = {step.position.value for step in page.context["steps"] if step.excusable}

    assert "left_ring" in offered and "face" not in offered and len(offered) == 13
