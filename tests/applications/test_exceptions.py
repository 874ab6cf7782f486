"""`/validasi/pengecualian/`: what could not be recorded, looked at afterwards; the resident does not wait for it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from applications import capturing, lifecycle, outcomes
from applications.models import Application, Capture
from applications.states import State
from devices.capture import RECORDING_ORDER, Position
from tests.factories import Path, application_in, capture_all, confirm_data, crowd, make_resident
from tests.pages import fields_of, queries_of, text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]
LIST = "/validasi/pengecualian/"


@pytest.fixture
def head(client_of: Browser) -> Client:
    return client_of("section_head")


@pytest.fixture
def partly(people: People) -> Application:
    """Recorded with a partial photo and without the left iris."""
    application, by = application_in(State.AWAITING_RECORDING, people), people["operator"]
    for position in RECORDING_ORDER:
        if position is Position.LEFT_IRIS:
            outcomes.exempt(application, position, "Tunanetra", by=by)
        elif not application.captures.filter(position=position).exists():
            capturing.capture(application, [position], by=by)
    outcomes.accept_partial(application, Position.FACE, "Bekas luka", by=by)
    confirm_data(application, by)
    return lifecycle.record(application, by=by)


def form_of(application: Application) -> str:
    return reverse("applications:dossier-move", args=[application.slug, "review_exceptions"]) + "?dari=exceptions"


def review(client: Client, application: Application, **answer: str) -> str:
    url = form_of(application)
    return told(client.post(url, fields_of(client.get(url)) | {"confirmed": "1"} | answer))


def test_the_list_says_position_outcome_reason_who_and_when(partly: Application, people: People, head: Client) -> None:
    text = text_of(head.get(LIST))
    for words in (partly.resident.name, partly.number, "Iris kiri", "Tunanetra", "Tidak dapat", "Foto", "Bekas luka",
                  "Sebagian", people["operator"].name):
        assert words in text
    assert "Telunjuk kanan" not in text and partly.resident.nik not in text
    assert f'href="{form_of(partly)}"' in text
    pictures = [reverse("applications:recording-picture", args=[partly.slug, p]) for p in ("face", "left_iris")]
    assert pictures[0] in text and pictures[1] not in text


def test_photo_comes_before_iris_as_in_the_recording(partly: Application, head: Client) -> None:
    text = text_of(head.get(LIST))
    assert text.index("Bekas luka") < text.index("Tunanetra")


def test_the_resident_did_not_wait_for_it(partly: Application) -> None:
    assert partly.state == State.AWAITING_CENTRAL and lifecycle.to_review(partly).count() == 2


def test_the_validation_desk_counts_what_waits(partly: Application, head: Client) -> None:
    link = f'<a href="{LIST}">2 pengecualian menunggu persetujuan</a>'
    assert link in text_of(head.get("/validasi/"))
    review(head, partly, verdict="ya")
    assert "menunggu persetujuan" not in text_of(head.get("/validasi/"))


def test_the_form_shows_what_it_is_about(partly: Application, head: Client) -> None:
    text = text_of(head.get(form_of(partly)))
    for words in ("Yang tidak direkam utuh", "Iris kiri", "Tunanetra", "Foto", "Bekas luka"):
        assert words in text


def test_confirmed_exceptions_leave_the_list(partly: Application, people: People, head: Client) -> None:
    url = form_of(partly)
    response = head.post(url, fields_of(head.get(url)) | {"confirmed": "1", "verdict": "ya"})
    assert response["Location"] == LIST and "Pengecualian perekaman diperiksa" in told(response)
    assert "Tidak ada pengecualian yang menunggu" in text_of(head.get(LIST))
    reviewed = Capture.objects.exclude(review="")
    assert {(each.position, each.review, each.reviewed_by_id) for each in reviewed} == {
        ("face", "confirmed", people["section_head"].pk), ("left_iris", "confirmed", people["section_head"].pk)
    }


def test_a_doubt_needs_a_reason_and_is_listed_to_the_secretary(partly: Application, head: Client) -> None:
    url = form_of(partly)
    sent = fields_of(head.get(url)) | {"confirmed": "1", "verdict": "tidak"}
    assert "Isi alasan mengapa pengecualian ini diragukan." in text_of(head.post(url, sent))
    head.post(url, sent | {"reason": "Iris terlihat baik"})
    assert partly.entries.latest("seq").deviation == "recording_doubted"


def test_a_whole_recording_is_not_listed(people: People, head: Client) -> None:
    application, by = application_in(State.AWAITING_RECORDING, people), people["operator"]
    for position in RECORDING_ORDER:
        capturing.capture(application, [position], by=by)
    confirm_data(application, by)
    lifecycle.record(application, by=by)
    assert application.resident.name not in text_of(head.get(LIST))


def test_an_unfinished_or_superseded_recording_is_not_listed(partly: Application, people: People, head: Client) -> None:
    open_file = application_in(State.AWAITING_RECORDING, people)
    capture_all(open_file, people["operator"])
    lifecycle.allow_rerecord(partly, by=people["section_head"], reason="penghapusan terlihat")
    text = text_of(head.get(LIST))
    assert open_file.resident.name not in text and partly.resident.name not in text


def test_the_oldest_stands_first(people: People, head: Client) -> None:
    names = ["Warga Pertama", "Warga Kedua", "Warga Ketiga"]
    files = [Path(people, resident=make_resident(name=name)).recorded() for name in names]
    moved = timezone.now() - timedelta(days=3)
    Capture.objects.filter(application=files[2]).update(captured_at=moved)
    text = text_of(head.get(LIST))
    assert text.index(names[2]) < text.index(names[0]) < text.index(names[1])


def many(people: People, count: int) -> None:
    files = crowd(State.AWAITING_CENTRAL, people, count)
    first = Capture.objects.filter(application=files[0], position="left_iris").get()
    Capture.objects.filter(application=files[0]).exclude(pk=first.pk).update(review="confirmed")
    Capture.objects.bulk_create(
        Capture(application=each, recording=first.recording, position="left_iris", outcome="exception", reason="uji",
                captured_at=first.captured_at, captured_by=first.captured_by)
        for each in files[1:]
    )


def test_the_list_is_cut_into_pages_and_keeps_its_budget(people: People, head: Client) -> None:
    many(people, 3)
    head.get(LIST)
    few = queries_of(head, LIST)
    many(people, 57)
    assert queries_of(head, LIST) == few <= 13
    assert "Halaman 1 dari 3 · 60 baris" in text_of(head.get(LIST))
    for page in ("3", "99", "x"):
        assert head.get(LIST, {"page": page}).status_code == 200


@pytest.mark.parametrize("who", ["counter", "operator", "other_head", "secretary", "camat", "admin"])
def test_nobody_else_reads_the_list(who: str, partly: Application, client_of: Browser) -> None:
    response = client_of(who).get(LIST)
    assert response.status_code == 403 and "Tunanetra" not in text_of(response)
