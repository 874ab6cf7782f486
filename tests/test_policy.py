"""Every answer carries the browser policy and a request id; pages for what went wrong need no database."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from applications import capturing
from applications.states import State
from devices.capture import Position
from tests.factories import application_in
from tests.pages import text_of

Browser = Callable[[str], Client]

EXPECTED = {
    "default-src": {"'self'"},
    "img-src": {"'self'", "data:", "blob:"},
    "object-src": {"'none'"},
    "base-uri": {"'self'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'none'"},
}
PAGES_FOR_WHAT_WENT_WRONG = {
    "400.html": "Permintaan tidak dapat dibaca",
    "403.html": "Halaman atau tindakan ini di luar wewenang Anda",
    "403_csrf.html": "Formulir ini sudah tidak berlaku",
    "404.html": "Halaman tidak ditemukan",
    "413.html": "Berkas terlalu besar",
    "500.html": "Ada kesalahan pada sistem",
    "503.html": "Sistem sedang tidak dapat dipakai",
}


def policy_of(response: Any) -> dict[str, set[str]]:
    parts = [part.split() for part in response["Content-Security-Policy"].split(";") if part.strip()]
    return {name: set(values) for name, *values in parts}


def assert_guarded(response: Any) -> None:
    assert policy_of(response) == EXPECTED
    assert "unsafe-" not in response["Content-Security-Policy"]
    assert len(response["X-Request-ID"]) == 12
    assert response["X-Content-Type-Options"] == "nosniff"


def quiet(**more: Any) -> Client:
    """A browser that is shown the page for what went wrong instead of the exception."""
    return Client(raise_request_exception=False, **more)


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Let the public page of the service fail while it is made."""

    def fail(*args: Any, **kwargs: Any) -> None:
        raise error

    monkeypatch.setattr("supervision.views.requirements", fail)


@pytest.fixture
def signed_in(client_of: Browser) -> Iterator[Client]:
    client = client_of("counter")
    client.raise_request_exception = False
    yield client


# -- ordinary answers ----------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["/masuk/", "/layanan/", "/healthz"])
def test_public_pages_carry_the_policy(url: str, db: None) -> None:
    response = Client().get(url)
    assert response.status_code == 200
    assert_guarded(response)


@pytest.mark.parametrize("url", ["/", "/loket/", "/kata-sandi/"])
def test_redirects_carry_the_policy(url: str, db: None) -> None:
    response = Client().get(url)
    assert response.status_code == 302
    assert_guarded(response)


@pytest.mark.parametrize("url", ["/loket/", "/penyerahan/", "/cari/", "/kata-sandi/"])
def test_pages_of_staff_carry_the_policy_and_stay_in_no_cache(url: str, signed_in: Client) -> None:
    response = signed_in.get(url)
    assert response.status_code == 200
    assert_guarded(response)
    assert "no-store" in response["Cache-Control"]


def test_a_refused_page_carries_the_policy_and_stays_in_no_cache(signed_in: Client) -> None:
    response = signed_in.get("/validasi/")
    assert response.status_code == 403
    assert_guarded(response)
    assert "no-store" in response["Cache-Control"]


def test_documents_carry_the_policy_and_stay_in_no_cache(people: dict[str, User], signed_in: Client) -> None:
    application = application_in(State.SUBMITTED, people)
    response = signed_in.get(reverse("applications:documents-receipt", args=[application.slug]))
    assert response["Content-Type"] == "application/pdf"
    assert_guarded(response)
    assert "no-store" in response["Cache-Control"]


def test_pictures_carry_the_policy_and_stay_in_no_cache(people: dict[str, User], client_of: Browser) -> None:
    application = application_in(State.AWAITING_RECORDING, people)
    capturing.capture(application, (Position.FACE,), by=people["operator"])
    url = reverse("applications:recording-picture", args=[application.slug, Position.FACE])
    response = client_of("operator").get(url)
    assert response["Content-Type"].startswith("image/")
    assert_guarded(response)
    assert "no-store" in response["Cache-Control"]


def test_the_public_page_may_stay_in_a_cache_for_strangers(db: None) -> None:
    assert "no-store" not in Client().get("/layanan/").get("Cache-Control", "")


def test_the_request_id_is_ours_and_differs_each_time(db: None) -> None:
    client = Client(headers={"X-Request-ID": "dari-luar"})
    found = {client.get("/healthz")["X-Request-ID"] for _ in range(3)}
    assert len(found) == 3 and "dari-luar" not in found


# -- what went wrong -----------------------------------------------------------------------------


def test_an_address_that_is_not_there_is_answered_with_the_policy(db: None) -> None:
    response = quiet().get("/tidak-ada/")
    assert response.status_code == 404
    assert "Halaman tidak ditemukan" in text_of(response)
    assert_guarded(response)


def test_a_method_that_is_not_taken_is_answered_with_the_policy(signed_in: Client) -> None:
    response = signed_in.get("/keluar/")
    assert response.status_code == 405
    assert_guarded(response)


def test_a_foreign_host_is_answered_with_the_policy(db: None) -> None:
    response = quiet().get("/layanan/", headers={"host": "penipu.example"})
    assert response.status_code == 400
    assert "Permintaan tidak dapat dibaca" in text_of(response)
    assert "penipu.example" not in text_of(response)
    assert_guarded(response)


def test_a_failing_view_is_answered_with_the_policy_and_tells_no_detail(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, RuntimeError("rahasia"))
    response = quiet().get("/layanan/")
    assert response.status_code == 500
    assert "Ada kesalahan pada sistem" in text_of(response)
    assert "rahasia" not in text_of(response)
    assert_guarded(response)


def test_a_database_that_does_not_answer_is_503_with_the_policy(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, OperationalError("database is locked"))
    response = quiet().get("/layanan/")
    assert response.status_code == 503
    assert "Sistem sedang tidak dapat dipakai" in text_of(response)
    assert_guarded(response)


def test_too_large_a_form_is_413_with_the_policy(signed_in: Client) -> None:
    response = signed_in.post("/cari/", {"q": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})
    # A form with a file part is counted differently; a plain one is what a page sends.
    plain = signed_in.post(
        "/cari/", "q=" + "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1),
        content_type="application/x-www-form-urlencoded",
    )
    for answer in (response, plain):
        assert answer.status_code == 413
        assert "Berkas terlalu besar" in text_of(answer)
        assert_guarded(answer)


def test_a_form_without_its_token_is_refused_with_the_policy(db: None) -> None:
    response = quiet(enforce_csrf_checks=True).post("/masuk/", {"username": "loket", "password": "x"})
    assert response.status_code == 403
    assert "Formulir ini sudah tidak berlaku" in text_of(response)
    assert_guarded(response)


def test_a_locked_account_is_answered_with_the_policy(db: None) -> None:
    client = quiet()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        response = client.post("/masuk/", {"username": "loket", "password": "salah"})
    assert response.status_code == 429
    assert_guarded(response)


def test_a_refusal_shows_its_sentence_without_markup_from_it(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, PermissionDenied("<b>tidak</b>"))
    response = quiet().get("/layanan/")
    assert response.status_code == 403
    assert "&lt;b&gt;tidak&lt;/b&gt;" in text_of(response)


# -- the pages themselves ------------------------------------------------------------------------


@pytest.mark.parametrize(("template", "heading"), PAGES_FOR_WHAT_WENT_WRONG.items())
def test_a_page_for_what_went_wrong_is_indonesian_and_asks_no_database(
    template: str, heading: str, db: None, django_assert_num_queries: DjangoAssertNumQueries,
    signed_in: Client, rf: RequestFactory,
) -> None:
    request = rf.get("/")
    request.session = signed_in.session
    with django_assert_num_queries(0):
        plain, with_request = render_to_string(template), render_to_string(template, request=request)
    for text in (plain, with_request):
        assert heading in text
        assert all(word in text for word in ('lang="id"', "Yang terjadi", "Data Anda", "Selanjutnya"))


@pytest.mark.parametrize(("template", "heading"), PAGES_FOR_WHAT_WENT_WRONG.items())
def test_a_page_for_what_went_wrong_runs_no_script(template: str, heading: str) -> None:
    assert "<script" not in render_to_string(template)


def test_the_page_for_a_refusal_asks_no_database_beyond_who_is_there(
    django_assert_num_queries: DjangoAssertNumQueries, signed_in: Client
) -> None:
    signed_in.get("/validasi/")
    with django_assert_num_queries(3):  # the session, the person, the role terms
        signed_in.get("/validasi/")


def test_a_stranger_needs_no_database_to_be_told_that_a_page_is_not_there(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert Client().get("/tidak-ada/").status_code == 404
