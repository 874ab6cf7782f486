"""`/validasi/`: what the section head sees before deciding, and what a press of the button does."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.terms import give_role
from applications import lifecycle
from applications.models import Application, ReturnReason
from applications.papers import Change
from applications.states import Kind, State
from office.models import Section
from tests.factories import Path, application_in, intake, make_resident, note_central_status
from tests.pages import fields_of, text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]


@pytest.fixture
def head(client_of: Browser) -> Client:
    return client_of("section_head")


@pytest.fixture
def submitted(people: People) -> Application:
    return application_in(State.SUBMITTED, people)


def review(application: Application) -> str:
    return reverse("applications:validation-review", args=[application.slug])


def move(application: Application, name: str, desk: str = "validation") -> str:
    return reverse("applications:dossier-move", args=[application.slug, name]) + f"?dari={desk}"


def version(application: Application) -> dict[str, str]:
    return {"version": str(application.version)}


def test_review_shows_the_person_the_papers_and_where_the_file_would_go(
    submitted: Application, head: Client
) -> None:
    text = text_of(head.get(review(submitted)))
    assert submitted.resident.nik_grouped in text
    assert "Fotokopi Kartu Keluarga" in text
    assert "Setelah disetujui: ke perekaman, karena belum direkam." in text


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("PRINT_READY_RECORD", "langsung ke pencetakan"),
        ("SENT_FOR_ENROLLMENT", "menunggu status pusat"),
        ("UNREGISTERED", "ke perekaman"),
    ],
)
def test_review_says_what_the_status_of_the_centre_leads_to(
    status: str, sentence: str, submitted: Application, people: People, head: Client
) -> None:
    note_central_status(submitted.resident, status, people["operator"])
    text = text_of(head.get(review(submitted)))
    assert sentence in text and status.replace("_", " ") in text


def test_review_points_at_a_flaw_of_the_nik_and_at_a_doubt(people: People, head: Client) -> None:
    resident = make_resident(nik="3508173199900000", birth=date(1990, 3, 15))
    application = Path(people, resident=resident).submitted()
    text = text_of(head.get(review(application)))
    assert "Angka bulan lahir dalam NIK tidak mungkin." in text
    assert "Nomor urut NIK 0000 tidak mungkin." in text
    assert "Tanggal lahir berbeda dengan NIK." in text
    assert "Putuskan apakah NIK ini sah" in text


def test_a_press_validates_and_returns_to_the_desk_with_the_next_file(people: People, head: Client) -> None:
    first, second = application_in(State.SUBMITTED, people), application_in(State.SUBMITTED, people)
    response = head.post(move(first, "validate"), version(first))
    assert response["Location"] == review(second)
    assert told(response) == f"{first.number}: Disetujui. Sekarang “Menunggu perekaman”."
    assert f'href="{review(second)}" aria-current="true"' in text_of(head.get("/validasi/"))


def test_after_a_decision_the_file_behind_it_opens_not_one_left_aside_on_purpose(people: People, head: Client) -> None:
    aside, decided, behind = (application_in(State.SUBMITTED, people) for _ in range(3))
    assert head.post(move(decided, "validate"), version(decided))["Location"] == review(behind)
    assert head.post(move(behind, "validate"), version(behind))["Location"] == "/validasi/"
    assert f'href="{review(aside)}" aria-current="true"' in text_of(head.get("/validasi/"))


def test_all_that_is_printed_on_the_card_stands_beside_the_papers(people: People, head: Client) -> None:
    resident = make_resident(religion="4", occupation="Petani/Pekebun", blood_type="AB+", disability="sight")
    text = text_of(head.get(review(application_in(State.SUBMITTED, people, resident=resident))))
    for words in ("Hindu", "Petani/Pekebun", "AB+", "WNI", "Netra/buta"):
        assert words in text


def test_while_a_form_is_open_nothing_else_can_be_pressed_by_mistake(submitted: Application, head: Client) -> None:
    text = text_of(head.get(move(submitted, "return_to_applicant")))
    assert "Kembalikan dengan alasan" in text and 'data-key="S"' not in text


def test_a_file_that_somebody_changed_meanwhile_is_not_validated(submitted: Application, head: Client) -> None:
    response = head.post(move(submitted, "validate"), {"version": str(submitted.version + 1)})
    assert "tidak ada yang diubah" in told(response)
    assert response["Location"] == review(submitted)
    submitted.refresh_from_db()
    assert submitted.state == State.SUBMITTED


def test_a_second_press_changes_nothing_and_says_where_the_file_is(submitted: Application, head: Client) -> None:
    head.post(move(submitted, "validate"), version(submitted))
    response = head.post(move(submitted, "validate"), version(submitted))
    assert "sudah berpindah: sekarang “Menunggu perekaman”" in told(response)
    assert submitted.entries.filter(verb="validate").count() == 1


def test_returning_needs_a_reason_for_a_paper(submitted: Application, head: Client) -> None:
    response = head.post(move(submitted, "return_to_applicant"), version(submitted) | {"kata-kk": "  "})
    assert "Pilih atau tulis alasan pada paling sedikit satu persyaratan." in text_of(response)
    response = head.post(move(submitted, "return_to_applicant"), version(submitted) | {"kata-kk": "x" * 201})
    assert "200" in text_of(response) and "x" * 201 in text_of(response)
    response = head.post(move(submitted, "return_to_applicant"), version(submitted) | {"kata-kk": "buram"})
    assert response["Location"] == "/validasi/"
    submitted.refresh_from_db()
    assert submitted.state == State.RETURNED
    assert submitted.papers.get(code="kk").failed_because == "buram"


def test_a_usual_reason_is_chosen_and_own_words_are_added_to_it(submitted: Application, head: Client) -> None:
    usual = ReturnReason.objects.filter(paper_code__in=["kk", ""]).first().text
    assert f'<option value="{usual}">' in text_of(head.get(move(submitted, "return_to_applicant")))
    sent = {"alasan-kk": usual, "kata-kk": "Halaman 2 hilang.", "alasan-akta-kelahiran": ""}
    head.post(move(submitted, "return_to_applicant"), version(submitted) | sent)
    assert submitted.papers.get(code="kk").failed_because == f"{usual} Halaman 2 hilang."
    assert submitted.papers.get(code="akta-kelahiran").failed_because == ""


def test_a_reason_that_is_not_in_the_list_is_refused(submitted: Application, head: Client) -> None:
    sent = version(submitted) | {"alasan-kk": "karangan"}
    response = head.post(move(submitted, "return_to_applicant"), sent)
    assert response.status_code == 200 and "error-summary" in text_of(response)
    submitted.refresh_from_db()
    assert submitted.state == State.SUBMITTED


def test_the_form_of_a_move_opens_beside_the_file_it_decides_on(people: People, head: Client) -> None:
    application, other = (application_in(State.SUBMITTED, people) for _ in range(2))
    text = text_of(head.get(move(application, "return_to_applicant")))
    assert f"<h1>{application.resident.name}</h1>" in text and application.resident.nik_grouped in text
    assert 'name="kata-kk"' in text
    assert f'href="{review(application)}" aria-current="true"' in text and other.resident.name in text


def test_who_may_not_validate_gets_the_form_of_a_move_on_a_page_of_its_own(
    submitted: Application, client_of: Browser
) -> None:
    text = text_of(client_of("counter").get(move(submitted, "cancel")))
    assert "Semua sudah divalidasi" not in text and 'class="queue-row"' not in text
    assert submitted.resident.nik_grouped not in text


# -- a NIK that cannot be --------------------------------------------------------------------------


def test_a_nik_that_cannot_be_is_validated_with_a_reason_and_the_secretary_sees_it(
    people: People, head: Client
) -> None:
    flawed = Path(people, resident=make_resident(nik="3508173113900077")).submitted()
    response = head.post(move(flawed, "validate"), version(flawed))
    assert response.status_code == 200
    assert "Isi alasan mengapa NIK ini Anda anggap sah." in text_of(response)
    assert flawed.entries.filter(verb="validate").count() == 0
    response = head.post(move(flawed, "validate"), version(flawed) | {"reason": "cocok dengan KK asli"})
    assert response["Location"] == "/validasi/"
    entry = flawed.entries.get(verb="validate")
    assert entry.deviation == "flawed_nik" and entry.detail.words["reason"] == "cocok dengan KK asli"


def test_a_doubt_about_a_nik_asks_for_no_reason(people: People, head: Client) -> None:
    elsewhere = Path(people, resident=make_resident(nik="3509171503900077")).submitted()
    head.post(move(elsewhere, "validate"), version(elsewhere))
    assert elsewhere.entries.get(verb="validate").deviation == ""


# -- the queue -------------------------------------------------------------------------------------


def test_who_waits_in_the_room_goes_before_who_has_waited_longer(people: People, head: Client) -> None:
    longest, second = application_in(State.SUBMITTED, people), application_in(State.SUBMITTED, people)
    in_room = lifecycle.submit(make_resident(), by=people["counter"], intake=intake(waits_in_room=True))
    text = text_of(head.get("/validasi/"))
    rows = text.split('class="queue"')[1].split("</ol>")[0]
    names = [each.resident.name for each in (in_room, longest, second)]
    assert sorted(names, key=rows.index) == names
    assert f'href="{review(in_room)}" aria-current="true"' in text


# -- waivers -------------------------------------------------------------------------------------


@pytest.fixture
def with_waiver(people: People) -> Application:
    ticks = {code: tick for code, tick in intake().ticks.items() if code != "akta-kelahiran"}
    asked = intake(ticks=ticks, waivers={"akta-kelahiran": "terbakar"})
    return lifecycle.submit(make_resident(), by=people["counter"], intake=asked)


def test_an_undecided_waiver_stands_in_the_way_of_validation(with_waiver: Application, head: Client) -> None:
    text = text_of(head.get(review(with_waiver)))
    assert "minta keringanan: terbakar" in text
    assert "Putuskan dahulu permintaan keringanan: Fotokopi Akta Kelahiran." in text
    response = head.post(move(with_waiver, "validate"), version(with_waiver))
    assert "Putuskan dahulu permintaan keringanan" in told(response)
    with_waiver.refresh_from_db()
    assert with_waiver.state == State.SUBMITTED


def test_a_granted_waiver_opens_the_way(with_waiver: Application, head: Client) -> None:
    page = head.get(move(with_waiver, "decide_waiver"))
    assert fields_of(page)["paper"] == "akta-kelahiran"
    head.post(move(with_waiver, "decide_waiver"), version(with_waiver) | {"paper": "akta-kelahiran", "granted": "ya"})
    with_waiver.refresh_from_db()
    assert with_waiver.papers.get(code="akta-kelahiran").waiver_granted
    head.post(move(with_waiver, "validate"), version(with_waiver))
    with_waiver.refresh_from_db()
    assert with_waiver.state == State.AWAITING_RECORDING


@pytest.mark.parametrize("wrong", [{}, {"paper": "kk", "granted": "ya"}, {"paper": "akta-kelahiran", "granted": "x"}])
def test_a_wrong_decision_on_a_waiver_decides_nothing(
    wrong: dict[str, str], with_waiver: Application, head: Client
) -> None:
    response = head.post(move(with_waiver, "decide_waiver"), version(with_waiver) | wrong)
    assert response.status_code == 200 and "error-summary" in text_of(response)
    assert with_waiver.papers.get(code="akta-kelahiran").waiver_granted is None


# -- maker and checker ---------------------------------------------------------------------------


@pytest.fixture
def own(people: People) -> Application:
    """A file that the section head took in, in the place of the counter."""
    section = Section.objects.get(serves_ktp=True)
    give_role(people["counter"], Role.SECTION_HEAD, by=None, reason="Plh", section=section)
    return application_in(State.SUBMITTED, people)


def test_who_took_a_file_in_validates_it_only_with_a_reason(own: Application, client_of: Browser) -> None:
    client = client_of("counter")
    response = client.post(move(own, "validate"), version(own))
    assert response.status_code == 200 and "Isi alasannya" in text_of(response)
    client.post(move(own, "validate"), version(own) | {"reason": "hanya saya di kantor"})
    own.refresh_from_db()
    assert own.state == State.AWAITING_RECORDING
    assert own.entries.get(verb="validate").deviation == "maker_is_checker"


def test_who_took_a_file_in_does_not_validate_it_while_another_is_there(
    own: Application, people: People, client_of: Browser
) -> None:
    User.objects.filter(pk=people["section_head"].pk).update(last_login=timezone.now())
    client = client_of("counter")
    assert "pejabat lain yang memvalidasinya" in text_of(client.get(review(own)))
    response = client.post(move(own, "validate"), version(own) | {"reason": "biar cepat"})
    assert response.status_code == 403
    assert "pejabat lain yang memvalidasinya" in text_of(response)
    own.refresh_from_db()
    assert own.state == State.SUBMITTED


# -- changed data --------------------------------------------------------------------------------


def changed(people: People, **more: object) -> Application:
    changes = (
        Change("village_id", "35.08.17.2002", "Surat pindah", **more),  # type: ignore[arg-type]
        Change("sex", "P", "Penetapan pengadilan"),
        Change("birth_date", "1991-04-16", "Akta kelahiran"),
    )
    made = intake(Kind.DATA_CHANGE, changes=changes)
    return lifecycle.submit(make_resident(), by=people["counter"], intake=made)


def test_changed_data_are_shown_in_words(people: People, head: Client) -> None:
    text = text_of(head.get(review(changed(people))))
    table = text.split("Perubahan data</h2>")[1].split("</table>")[0]
    for word in ("Rojopolo", "Banyuputih Kidul", "Laki-laki", "Perempuan", "15 Maret 1990", "16 April 1991"):
        assert word in table
    assert "35.08.17" not in table and "1991-04-16" not in table


def test_changed_data_enter_the_record_when_the_file_is_validated(people: People, head: Client) -> None:
    application = changed(people)
    head.post(move(application, "validate"), version(application))
    application.resident.refresh_from_db()
    assert application.resident.village_id == "35.08.17.2002"
    assert application.resident.birth_date == date(1991, 4, 16)


def test_changed_data_that_the_family_card_does_not_show_are_not_validated(people: People, head: Client) -> None:
    application = changed(people, shown_on_kk=False)
    assert "belum tercantum di Kartu Keluarga" in text_of(head.get(review(application)))
    head.post(move(application, "validate"), version(application))
    application.refresh_from_db()
    assert application.state == State.SUBMITTED
