"""`/loket/`: the first question is the NIK; what is wrong is said beside it, and nothing is half saved."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from applications.models import Application, DataChange, Draft, Paper, Resident, Village
from applications.rules import papers_version
from applications.states import Kind, State
from office.models import Read
from tests.factories import application_in, make_resident
from tests.pages import fields_of, pdf_text, text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]

NIK = "3508175503900077"  # a woman, born 15-3-1990
LISTS = {"religion", "blood_type", "disability"}
NO_CHANGES = {"unsur-TOTAL_FORMS": "4", "unsur-INITIAL_FORMS": "0"}


@pytest.fixture
def counter(client_of: Browser) -> Client:
    return client_of("counter")


def person(nik: str = NIK, **fields: str) -> dict[str, str]:
    return {
        "nik": nik, "kk_number": "3508 1701 0112 0001", "name": "Siti  Ma'rufah", "birth_place": "Lumajang",
        "birth_date": "15-3-1990", "sex": "P", "marital_status": "single", "address": "Dusun Krajan",
        "rt": "3", "rw": "1", "village": "35.08.17.2006", "religion": "1", "occupation": "Wiraswasta",
        "blood_type": "-", "citizenship": "WNI", "disability": "none", "phone": "",
    } | fields


def papers(*codes: str) -> dict[str, str]:
    codes = codes or ("kk", "akta-kelahiran")
    return {f"{tick}-{code}": "on" for code in codes for tick in ("asli", "salinan")}


def form(step: str = "ajukan", **more: str) -> dict[str, str]:
    known = {"kind": Kind.NEW, "langkah": step, "brought_by": "self", "daftar": papers_version()}
    return NO_CHANGES | known | more


def draft_of(client: Client, nik: str = NIK) -> str:
    """The address of the draft that begins with a NIK."""
    return client.post("/loket/baru/", {"q": nik, "nik_baru": "1"})["Location"]


def take_in(client: Client, *parts: dict[str, str], step: str = "ajukan", **more: str) -> Any:
    """Begin a draft with a good NIK, then send the page as it was filled in."""
    sent = form(step, **more)
    for part in parts:
        sent |= part
    known = len("".join(sent["nik"].split())) == 16
    return client.post(draft_of(client, sent["nik"] if known else NIK), sent)


def change(number: int, element: str, new: str, proof: str = "Surat") -> dict[str, str]:
    prefix = f"unsur-{number}"
    return {
        f"{prefix}-element": element, f"{prefix}-new": new, f"{prefix}-proof": proof,
        f"{prefix}-shown_on_kk": "on",
    }


# -- the queue -----------------------------------------------------------------------------------


def test_queue_says_when_nothing_was_given_back(counter: Client) -> None:
    text = text_of(counter.get("/loket/"))
    assert "Tidak ada yang dikembalikan" in text
    assert "0 berkas menunggu pemohon kembali" in text


def test_queue_lists_what_was_given_back_oldest_first_and_begins_with_the_nik(
    people: People, counter: Client
) -> None:
    first, second = application_in(State.RETURNED, people), application_in(State.RETURNED, people)
    application_in(State.SUBMITTED, people)
    text = text_of(counter.get("/loket/"))
    assert "2 berkas menunggu pemohon kembali" in text
    assert text.index(first.resident.name) < text.index(second.resident.name)
    assert 'name="q"' in text and f'href="/loket/{first.slug}/"' in text


# -- the NIK -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Ketik NIK, nomor KK, atau sebagian nama."),
        ("350817550390007", "NIK dan nomor KK 16 angka; yang diketik 15 angka."),
        ("35081755039000770", "NIK dan nomor KK 16 angka; yang diketik 17 angka."),
        ("350817550390OO77", "NIK hanya terdiri dari angka."),
        ("٣٥٠٨١٧٥٥٠٣٩٠٠٠٧٧", "NIK hanya terdiri dari angka."),
    ],
)
def test_a_wrong_nik_gets_its_sentence_and_stays_as_typed(typed: str, sentence: str, counter: Client) -> None:
    response = counter.post("/loket/baru/", {"q": typed})
    assert sentence in text_of(response) and "error-summary" in text_of(response)
    assert fields_of(response)["q"] == typed
    assert not Draft.objects.exists()


def test_an_unknown_nik_opens_a_form_filled_from_it(counter: Client) -> None:
    fields = fields_of(counter.get(draft_of(counter, "3508 1755 0390 0077")))
    assert fields["nik"] == "3508 1755 0390 0077"
    assert fields["birth_date"] == "15-03-1990"
    assert fields["sex"] == "P"
    assert fields["kind"] == Kind.NEW


def test_nothing_is_chosen_for_the_counter_that_the_family_card_must_tell(counter: Client) -> None:
    assert "marital_status" not in fields_of(counter.get(draft_of(counter)))


def test_an_impossible_date_in_a_nik_offers_no_birth_date_and_says_why(counter: Client) -> None:
    response = counter.get(draft_of(counter, "3508173113900077"))
    assert fields_of(response)["birth_date"] == ""
    assert "Angka bulan lahir dalam NIK tidak mungkin." in text_of(response)


def test_a_nik_of_another_region_is_a_doubt_and_no_block(counter: Client) -> None:
    text = text_of(counter.get(draft_of(counter, "3509171503900077")))
    assert "NIK pertama kali terdaftar di luar Kecamatan Jatiroto." in text


def test_a_known_nik_shows_who_it_is_and_writes_who_read_it(people: People, counter: Client) -> None:
    resident = make_resident(name="Moh. Rofi'i")
    response = counter.get(draft_of(counter, resident.nik_grouped))
    assert "Moh. Rofi&#x27;i" in text_of(response)
    assert resident.full_address in text_of(response)
    assert 'name="kk_number"' not in text_of(response)
    assert Read.objects.get().subject == f"resident:{resident.pk}"


@pytest.mark.parametrize("typed", ["rofii", "MOH ROFI'I", "ofi"])
def test_a_part_of_a_name_lists_who_it_may_be_with_the_nik_masked(typed: str, people: People, counter: Client) -> None:
    resident = make_resident(name="Moh. Rofi'i")
    make_resident(name="Siti Aminah")
    response = counter.post("/loket/baru/", {"q": typed})
    assert "Moh. Rofi&#x27;i" in text_of(response) and "Siti Aminah" not in text_of(response)
    assert resident.nik_masked in text_of(response) and resident.nik not in text_of(response)
    opened = counter.post("/loket/baru/", {"orang": str(resident.pk)})
    assert Draft.objects.get(pk=opened["Location"].split("/")[-2]).resident == resident


def test_a_kk_number_lists_its_family_and_may_still_be_the_nik_of_a_new_person(people: People, counter: Client) -> None:
    resident = make_resident()
    response = counter.post("/loket/baru/", {"q": resident.kk_grouped})
    assert resident.name in text_of(response) and "Daftarkan orang baru dengan NIK ini" in text_of(response)


def test_a_name_that_nobody_has_says_what_to_do(counter: Client) -> None:
    text = text_of(counter.post("/loket/baru/", {"q": "Tidak Ada Orangnya"}))
    assert "Untuk orang baru, ketik NIK-nya, 16 angka." in text


def test_while_one_types_nothing_is_begun_and_only_the_list_comes(people: People, counter: Client) -> None:
    resident = make_resident()
    response = counter.post("/loket/baru/", {"q": resident.nik}, headers={"HX-Request": "true"})
    assert resident.name in text_of(response) and "<html" not in text_of(response)
    assert not Draft.objects.exists()
    assert Read.objects.get().what == "search"


def test_a_nik_with_an_open_application_leads_to_that_one(people: People, counter: Client) -> None:
    other = application_in(State.SUBMITTED, people)
    response = counter.post("/loket/baru/", {"q": other.resident.nik})
    assert response["Location"] == reverse("applications:dossier-show", args=[other.slug])
    assert other.number in told(response)


def test_a_nik_with_a_returned_application_leads_to_the_desk_where_it_waits(people: People, counter: Client) -> None:
    other = application_in(State.RETURNED, people)
    assert counter.post("/loket/baru/", {"q": other.resident.nik})["Location"] == f"/loket/{other.slug}/"


# -- taking in -----------------------------------------------------------------------------------


def test_a_complete_file_of_a_new_person_is_submitted(counter: Client) -> None:
    response = take_in(counter, person(), papers(), waits_in_room="on")
    application = Application.objects.get()
    assert application.state == State.SUBMITTED and application.waits_in_room
    assert application.resident.name == "Siti Ma'rufah"
    assert application.resident.birth_date == date(1990, 3, 15)
    assert application.resident.kk_number == "3508170101120001"
    assert response["Location"] == reverse("applications:dossier-show", args=[application.slug])
    assert f"{application.number} sudah diajukan" in told(response)


def test_a_complete_file_of_a_known_person_is_submitted(people: People, counter: Client) -> None:
    resident = make_resident()
    take_in(counter, {"nik": resident.nik}, papers())
    assert Application.objects.get().resident == resident
    assert Resident.objects.count() == 1


def test_an_incomplete_file_is_refused_and_nothing_is_saved_and_what_was_typed_stays(counter: Client) -> None:
    response = take_in(counter, person(), papers("kk"))
    text = text_of(response)
    assert response.status_code == 200
    assert "Berkas belum lengkap: Fotokopi Akta Kelahiran." in text
    assert not Application.objects.exists() and not Resident.objects.exists()
    fields = fields_of(response)
    assert fields["name"] == "Siti  Ma'rufah"
    assert {"asli-kk", "salinan-kk"} <= set(fields) and "asli-akta-kelahiran" not in fields


def test_one_tick_of_two_is_not_complete(counter: Client) -> None:
    ticked = papers("kk") | {"asli-akta-kelahiran": "on"}
    assert "Berkas belum lengkap: Fotokopi Akta Kelahiran." in text_of(take_in(counter, person(), ticked))


def test_a_corrected_name_after_a_refusal_is_the_one_that_is_kept(counter: Client) -> None:
    take_in(counter, person(name="Siti Salah"), papers("kk"))
    take_in(counter, person(name="Siti Benar"), papers())
    assert Resident.objects.get().name == "Siti Benar"


def test_an_incomplete_file_is_given_back_with_a_slip_that_names_what_is_missing(counter: Client) -> None:
    response = take_in(counter, person(), papers("kk"), step="kembalikan")
    application = Application.objects.get()
    assert application.state == State.RETURNED
    assert "belum lengkap" in told(response)
    slip = counter.get(reverse("applications:documents-slip", args=[application.slug]))
    text = pdf_text(slip)
    assert application.number in text and "Fotokopi Akta Kelahiran" in text
    assert "Fotokopi Kartu Keluarga" not in text


def test_a_complete_file_is_not_given_back(counter: Client) -> None:
    text = text_of(take_in(counter, person(), papers(), step="kembalikan"))
    assert "Semua persyaratan sudah ada. Pilih “Ajukan”." in text
    assert not Application.objects.exists()


def test_a_child_is_told_when_to_come_and_nothing_is_saved(counter: Client) -> None:
    young = person("3508170101200077", birth_date="1-1-2020", sex="L")
    text = text_of(take_in(counter, young, papers()))
    assert "Belum diajukan" in text and "2036" in text
    assert not Application.objects.exists() and not Resident.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("kk_number", "123", "Nomor KK harus 16 angka."),
        ("birth_date", "kemarin", "Tanggal tidak dikenali. Ketik seperti 15-3-1990."),
        ("name", "", "Nama lengkap"),
        ("rt", "ab", "RT"),
        ("address", "", "Alamat"),
    ],
)
def test_a_wrong_field_gets_a_sentence_and_all_that_was_typed_stays(
    field: str, typed: str, sentence: str, counter: Client
) -> None:
    sent = person(**{field: typed})
    response = take_in(counter, sent, papers())
    assert sentence in text_of(response) and "error-summary" in text_of(response)
    fields = fields_of(response)
    # Choices of a list are no `input`: the browser journeys see that they stay.
    kept = {name: value for name, value in sent.items() if name not in LISTS}
    assert {name: fields[name] for name in kept} == kept
    assert "asli-kk" in fields
    assert not Application.objects.exists() and not Resident.objects.exists()


def test_a_nik_spoiled_in_the_second_step_keeps_the_rest_of_the_form(counter: Client) -> None:
    response = take_in(counter, person("35081755"), papers())
    assert "NIK harus 16 angka; yang diketik 8 angka." in text_of(response)
    assert fields_of(response)["name"] == "Siti  Ma'rufah"
    assert not Resident.objects.exists()


def test_a_nik_that_became_known_meanwhile_is_shown_before_anything_is_submitted(
    people: People, counter: Client
) -> None:
    """The form was made for an unknown person; another counter, or another digit, made it somebody else."""
    resident = make_resident(name="Orang Lain")
    response = counter.post(draft_of(counter), form() | person(resident.nik) | papers())
    assert not Application.objects.exists()
    assert "Orang Lain" in text_of(response)
    assert "sudah ada di register" in text_of(response)
    assert Draft.objects.get().resident == resident


def test_a_person_who_got_a_card_here_applies_for_no_first_one(people: People, counter: Client) -> None:
    done = application_in(State.HANDED_OVER, people)
    text = text_of(take_in(counter, {"nik": done.resident.nik}, papers()))
    assert "Pemohon sudah pernah menerima KTP di sini." in text


def test_a_waiver_is_asked_for_with_its_reason(counter: Client) -> None:
    take_in(counter, person(), papers("kk"), **{"keringanan-akta-kelahiran": "terbakar"})
    paper = Paper.objects.get(code="akta-kelahiran")
    assert paper.waiver_undecided and paper.waiver_reason == "terbakar"


def test_too_long_a_reason_for_a_waiver_gets_a_sentence(counter: Client) -> None:
    response = take_in(counter, person(), papers("kk"), **{"keringanan-akta-kelahiran": "x" * 201})
    assert "200" in text_of(response) and "error-summary" in text_of(response)
    assert not Application.objects.exists()


def test_a_police_letter_cannot_be_waived_even_by_a_direct_post(counter: Client) -> None:
    asked = {"keringanan-surat-kehilangan": "malas"}
    response = take_in(counter, person(), papers(), kind=Kind.LOST, **asked)
    assert "Berkas belum lengkap: Surat keterangan kehilangan" in text_of(response)
    assert not Application.objects.exists()


def test_an_old_card_needs_no_copy(counter: Client) -> None:
    take_in(counter, person(), papers(), kind=Kind.DAMAGED, **{"asli-ktp-lama": "on"})
    assert Application.objects.get().kind == Kind.DAMAGED


# -- changed data --------------------------------------------------------------------------------


def with_changes(counter: Client, *rows: dict[str, str], **more: str) -> Any:
    return take_in(
        counter, person(), papers(), {"asli-ktp-lama": "on"}, *rows, **{"kind": Kind.DATA_CHANGE} | more
    )


def test_a_change_of_data_is_noted_old_and_new(counter: Client) -> None:
    with_changes(counter, change(0, "name", "Siti Ma'rufah Baru"), change(1, "village_id", "rojopolo"))
    found = {c.element: (c.old, c.new) for c in DataChange.objects.all()}
    assert found["name"] == ("Siti Ma'rufah", "Siti Ma'rufah Baru")
    assert found["village_id"] == ("35.08.17.2006", Village.objects.get(name="Rojopolo").pk)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (change(0, "name", ""), "Isi menjadi apa."),
        (change(0, "name", "Baru", ""), "Isi buktinya, misalnya KK atau akta."),
        ({"unsur-0-new": "Baru", "unsur-0-proof": "KK"}, "Pilih unsur yang berubah pada baris ini"),
        (change(0, "village_id", "Atlantis"), "Nama desa tidak dikenal di Kecamatan Jatiroto."),
        (change(0, "sex", "X"), "Tulis salah satu: Laki-laki, Perempuan."),
        (change(0, "kk_number", "12"), "Harus 16 angka."),
        (change(0, "rt", "1234"), "3"),
        (change(0, "birth_date", "besok"), "Tanggal tidak dikenali."),
    ],
)
def test_a_wrong_change_gets_a_sentence_and_stays(
    row: dict[str, str], sentence: str, counter: Client
) -> None:
    response = with_changes(counter, row)
    assert sentence in text_of(response) and "error-summary" in text_of(response)
    assert fields_of(response)["unsur-0-new"] == row["unsur-0-new"]
    assert not Application.objects.exists() and not Resident.objects.exists()


def test_a_change_of_data_without_a_change_is_refused(counter: Client) -> None:
    text = text_of(with_changes(counter))
    assert "Sebutkan paling sedikit satu unsur yang berubah beserta buktinya." in text
    assert not Resident.objects.exists()


def test_the_same_element_twice_is_refused_with_a_sentence(counter: Client) -> None:
    response = with_changes(counter, change(0, "name", "Satu"), change(1, "name", "Dua"))
    assert response.status_code == 200
    assert "lebih dari satu kali" in text_of(response)
    assert not Application.objects.exists() and not Resident.objects.exists()


def test_a_first_card_takes_no_changed_data(counter: Client) -> None:
    text = text_of(with_changes(counter, change(0, "name", "Baru"), kind=Kind.NEW))
    assert "Unsur yang berubah hanya untuk perubahan data." in text
    assert not Application.objects.exists()


# -- returned ------------------------------------------------------------------------------------


@pytest.fixture
def returned(people: People) -> Application:
    return application_in(State.RETURNED, people)


def back(*codes: str, **more: str) -> dict[str, str]:
    """What comes back with the resident."""
    return papers(*codes or ("akta-kelahiran",)) | {"brought_by": "self", "version": "0"} | more


def url_of(application: Application) -> str:
    return reverse("applications:intake-returned", args=[application.slug])


def test_a_returned_file_shows_what_is_missing_and_what_is_there(
    returned: Application, counter: Client
) -> None:
    text = text_of(counter.get(url_of(returned)))
    assert 'name="asli-akta-kelahiran"' in text and 'name="asli-kk"' not in text
    assert "Sudah diterima, tidak diminta lagi: Fotokopi Kartu Keluarga." in text
    assert f'href="/loket/{returned.slug}/" aria-current="true"' in text


def test_a_completed_file_is_resubmitted_and_the_trip_counted(
    returned: Application, counter: Client
) -> None:
    sent = back(waits_in_room="on", version=str(returned.version))
    response = counter.post(url_of(returned), sent)
    returned.refresh_from_db()
    assert returned.state == State.SUBMITTED and returned.trips == 2 and returned.waits_in_room
    assert "sudah diajukan kembali" in told(response)


def test_a_file_still_incomplete_is_not_resubmitted_and_nothing_is_changed(
    returned: Application, counter: Client
) -> None:
    sent = {"asli-akta-kelahiran": "on", "brought_by": "self", "version": str(returned.version)}
    response = counter.post(url_of(returned), sent)
    assert "Berkas belum lengkap: Fotokopi Akta Kelahiran." in text_of(response)
    assert "asli-akta-kelahiran" in fields_of(response)
    assert Paper.objects.get(code="akta-kelahiran").original_seen_at is None
    returned.refresh_from_db()
    assert returned.state == State.RETURNED and returned.trips == 1


def test_too_long_a_reason_on_a_returned_file_gets_a_sentence(returned: Application, counter: Client) -> None:
    sent = {"keringanan-akta-kelahiran": "x" * 201, "brought_by": "self", "version": str(returned.version)}
    response = counter.post(url_of(returned), sent)
    assert "200" in text_of(response) and "error-summary" in text_of(response)


def test_who_comes_with_a_part_only_goes_home_with_a_new_slip_of_the_rest(
    returned: Application, counter: Client
) -> None:
    sent = {"asli-akta-kelahiran": "on", "brought_by": "self", "langkah": "masih-kurang", "version": "0"}
    response = counter.post(url_of(returned), sent)
    assert "Berikan surat kekurangan yang baru." in told(response)
    returned.refresh_from_db()
    assert returned.state == State.RETURNED and returned.trips == 2
    slip = pdf_text(counter.get(reverse("applications:documents-slip", args=[returned.slug])))
    assert "Bawa fotokopinya; yang asli sudah dilihat." in slip
    assert "Kedatangan" in text_of(counter.get(response["Location"]))


def test_a_stale_page_resubmits_nothing_and_says_so(returned: Application, counter: Client) -> None:
    response = counter.post(url_of(returned), back(version=str(returned.version + 1)))
    assert "tidak ada yang diubah" in told(response)
    returned.refresh_from_db()
    assert returned.state == State.RETURNED


def test_a_file_that_moved_on_is_said_to_be_elsewhere(people: People, counter: Client) -> None:
    application = application_in(State.SUBMITTED, people)
    for response in (counter.get(url_of(application)), counter.post(url_of(application), papers())):
        assert response["Location"] == "/loket/"
        assert "tidak lagi menunggu di sini: sekarang “Diajukan”" in told(response)
