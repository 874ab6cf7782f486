"""Uploads stay in memory; what is too large is dropped while it arrives, and the form knows."""

import io
import tempfile
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client, RequestFactory

from applications.models import Draft
from office.uploads import MOST, MemoryOnly, too_large

MB = 1024 * 1024
Browser = Callable[[str], Client]


@pytest.fixture
def no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes a temporary file fails the test."""

    def refuse(*arguments: Any, **options: Any) -> None:
        raise AssertionError("a file was spooled to the disk")

    for name in ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "mkstemp", "mkdtemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr("django.core.files.uploadedfile.tempfile.NamedTemporaryFile", refuse)


def a_file(size: int, name: str = "kk.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"x" * size, "image/jpeg")


def sent(**fields: Any) -> HttpRequest:
    return RequestFactory().post("/", fields)


def test_the_office_takes_files_by_this_handler_alone() -> None:
    (only,) = settings.FILE_UPLOAD_HANDLERS
    assert only == f"{MemoryOnly.__module__}.{MemoryOnly.__name__}"


def test_the_guard_of_these_tests_sees_a_temporary_file(no_disk: None, settings: Any) -> None:
    settings.FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
    with pytest.raises(AssertionError, match="spooled"):
        sent(berkas=a_file(10)).FILES.get("berkas")


@pytest.mark.parametrize("size", [0, 1, 3 * MB, 24 * MB, MOST])
def test_a_file_of_any_size_that_is_taken_stays_in_memory(size: int, no_disk: None) -> None:
    request = sent(berkas=a_file(size))
    found = request.FILES["berkas"]
    assert isinstance(found, InMemoryUploadedFile) and isinstance(found.file, io.BytesIO)
    assert (found.size, found.name, found.content_type) == (size, "kk.jpg", "image/jpeg")
    assert found.read() == b"x" * size
    assert not too_large(request)


@pytest.mark.parametrize("size", [MOST + 1, 26 * MB])
def test_a_larger_file_is_dropped_and_the_form_knows(size: int, no_disk: None) -> None:
    request = sent(berkas=a_file(size))
    assert too_large(request)
    assert "berkas" not in request.FILES


def test_fields_before_and_after_a_dropped_file_survive(no_disk: None) -> None:
    request = sent(nama="Siti", berkas=a_file(26 * MB), langkah="pindai")
    assert request.POST["nama"] == "Siti" and request.POST["langkah"] == "pindai"
    assert too_large(request)


def test_several_files_come_together_each_whole(no_disk: None) -> None:
    request = sent(satu=a_file(5 * MB, "1.jpg"), dua=a_file(7, "2.jpg"), tiga=[a_file(1, "3.jpg"), a_file(2, "4.jpg")])
    assert [(each.name, each.size) for each in request.FILES.getlist("tiga")] == [("3.jpg", 1), ("4.jpg", 2)]
    assert request.FILES["satu"].read() == b"x" * 5 * MB and request.FILES["dua"].read() == b"x" * 7
    assert not too_large(request)


def test_files_of_one_request_are_bounded_all_together(no_disk: None) -> None:
    request = sent(satu=a_file(15 * MB, "1.jpg"), dua=a_file(15 * MB, "2.jpg"))
    assert too_large(request)
    assert list(request.FILES) == ["satu"] and request.FILES["satu"].size == 15 * MB


def test_one_request_leaves_the_next_its_full_measure() -> None:
    assert too_large(sent(berkas=a_file(26 * MB)))
    assert not too_large(sent(berkas=a_file(1)))


def test_a_request_without_files_is_not_too_large() -> None:
    assert not too_large(sent(nama="Siti"))
    assert not too_large(RequestFactory().get("/"))


# -- at a page -----------------------------------------------------------------------------------


@pytest.fixture
def counter(client_of: Browser) -> Client:
    return client_of("counter")


@pytest.fixture
def page(counter: Client) -> str:
    return counter.post("/loket/baru/", {"q": "3508175503900077", "nik_baru": "1"})["Location"]


def test_a_page_says_that_a_file_was_too_large_and_keeps_what_was_typed(
    page: str, counter: Client, no_disk: None
) -> None:
    fields = {"langkah": "pindai", "name": "Siti Ma'rufah", "pindaian-kk": a_file(26 * MB)}
    shown = counter.post(page, fields, follow=True).content.decode()
    assert "Berkas terlalu besar dan tidak disimpan." in shown
    assert "Siti Ma&#x27;rufah" in shown
    assert not Draft.objects.get().scans.exists()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"kk"),
        ("multipart/form-data; boundary=", b"--\r\n"),
        ("multipart/form-data; boundary=" + "x" * 300, b"kk"),
        ("multipart/form-data; boundary=x",
         b"--x\r\nContent-Disposition: form-data; name=\"pindaian-kk\"; filename=\"a"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x"),
        ("multipart/form-data; boundary=x",
         b"--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n"
         b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x; charset=\xff", b"--x--"),
    ],
)
def test_a_broken_body_is_a_page_and_keeps_nothing(kind: str, body: bytes, page: str, counter: Client) -> None:
    response = counter.generic("POST", page, body, content_type=kind)
    assert response.status_code in (200, 400)
    assert "<h1" in response.content.decode()
    assert not Draft.objects.get().scans.exists()


def test_a_body_without_a_boundary_is_the_page_for_a_bad_request(page: str, counter: Client) -> None:
    response = counter.generic("POST", page, b"kk", content_type="multipart/form-data")
    assert response.status_code == 400 and "<h1" in response.content.decode()
