"""Documents as PDF: nothing is fetched, nothing is rendered inside a transaction, a worker can warm up."""

import base64
import io
import socket
import struct
import threading
import time
import zlib

import pytest
from django.db import transaction
from PIL import Image
from pypdf import PdfReader

from applications import documents
from office import pdf
from tests import factories


def template(monkeypatch: pytest.MonkeyPatch, html: str) -> None:
    """Let every template be this text."""
    monkeypatch.setattr(pdf, "render_to_string", lambda name, context: html)


def text_of(document: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)


def pictures_in(document: bytes) -> int:
    return sum(len(page.images) for page in PdfReader(io.BytesIO(document)).pages)


def picture() -> bytes:
    """A PNG of one red pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


def assert_refused() -> None:
    with pytest.raises(pdf.NotSelfContained) as refused:
        pdf.render("x.html", {})
    fetching = refused.value.__cause__
    assert isinstance(refused.value, Exception) and isinstance(fetching, pdf.renderer().urls.FatalURLFetchingError)
    assert "disallowed protocol" in str(fetching.__cause__ or fetching.__context__)


@pytest.fixture
def neighbour():
    """A server on this machine that counts who knocks."""
    calls: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        ended = threading.Event()

        def answer() -> None:
            while not ended.is_set():
                try:
                    connection, address = server.accept()
                except TimeoutError:
                    continue
                calls.append(str(address))
                connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", calls
        ended.set()
        thread.join()


WAYS = {
    "picture": '<img src="{}">',
    "sheet": '<link rel="stylesheet" href="{}">',
    "import": '<style>@import url("{}");</style>',
    "background": '<p style="background: url({})">x</p>',
    "font": '<style>@font-face {{ font-family: x; src: url("{}") }} p {{ font-family: x }}</style><p>x</p>',
    "object": '<object data="{}"></object>',
    "attachment": '<link rel="attachment" href="{}">',
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_nothing_is_fetched_from_the_network(monkeypatch, neighbour, way):
    address, calls = neighbour
    template(monkeypatch, way.format(f"{address}/x"))
    assert_refused()
    time.sleep(0.1)
    assert calls == []


def test_the_neighbour_would_have_noticed(neighbour):
    address, calls = neighbour
    host, port = address.removeprefix("http://").split(":")
    socket.create_connection((host, int(port))).close()
    time.sleep(0.2)
    assert len(calls) == 1


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_no_file_of_the_machine_is_read(monkeypatch, tmp_path, way):
    secret = tmp_path / "rahasia.png"
    secret.write_bytes(picture())
    template(monkeypatch, way.format(secret.as_uri()))
    assert_refused()


def test_a_picture_as_data_is_shown(monkeypatch):
    data = base64.b64encode(picture()).decode()
    template(monkeypatch, f'<p>Tanda terima</p><img src="data:image/png;base64,{data}">')
    document = pdf.render("x.html", {})
    assert document.startswith(b"%PDF-")
    assert "Tanda terima" in text_of(document)
    assert pictures_in(document) == 1


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_the_roll_fetches_nothing_either(monkeypatch, neighbour, way):
    address, calls = neighbour
    template(monkeypatch, way.format(f"{address}/x") + '<div id="end"></div>')
    with pytest.raises(pdf.NotSelfContained):
        pdf.render("x.html", {"paper": pdf.ROLL})
    assert calls == []


def millimetres(document: bytes) -> list[tuple[float, float]]:
    pages = PdfReader(io.BytesIO(document)).pages
    return [tuple(round(float(side) / 72 * 25.4, 1) for side in page.mediabox[2:]) for page in pages]


@pytest.mark.parametrize("lines", [1, 40, 100])
def test_the_roll_is_one_page_as_long_as_its_text(monkeypatch, lines):
    text = "".join(f"<p>baris {i}</p>" for i in range(lines))
    template(monkeypatch, f'<body class="paper-roll80">{text}<div id="end"></div>')
    document = pdf.render("x.html", {"paper": pdf.ROLL})
    [(width, height)] = millimetres(document)
    assert width == 80.0
    assert all(f"baris {i}\n" in text_of(document) + "\n" for i in range(lines))
    # A line is at least 9 pt high and at most 8 mm with its distance; nothing but the margins is added.
    assert lines * 3.1 + 8 <= height <= lines * 8 + 8


@pytest.mark.django_db
@pytest.mark.parametrize("public_url", ["", "https://loket.example"])
def test_the_documents_of_an_application_need_no_network(people, settings, monkeypatch, public_url):
    settings.PUBLIC_URL = public_url
    handed, returned = factories.Path(people).handed_over(), factories.Path(people).returned()

    def refuse(*args: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    made = [documents.receipt(handed), documents.slip(returned), documents.proof(handed)]
    assert [handed.number in text_of(made[0]), returned.number in text_of(made[1])] == [True, True]
    assert all(len(PdfReader(io.BytesIO(document)).pages) == 1 for document in made)


@pytest.mark.django_db
def test_nothing_is_rendered_inside_a_transaction(monkeypatch):
    asked = []
    monkeypatch.setattr(pdf, "render_to_string", lambda *args: asked.append(args) or "<p>x</p>")
    with transaction.atomic(), pytest.raises(RuntimeError, match="must not run inside a database transaction"):
        pdf.render("x.html", {})
    assert asked == []  # refused before any work
    assert pdf.render("x.html", {}).startswith(b"%PDF-")


def test_a_worker_warms_up_with_the_sheet_of_the_documents():
    pdf.stylesheet.cache_clear()
    pdf.warm()
    assert pdf.stylesheet.cache_info().currsize == 1
    misses = pdf.stylesheet.cache_info().misses
    pdf.warm()
    assert pdf.stylesheet.cache_info().misses == misses


def test_warming_up_asks_neither_the_database_nor_the_network(monkeypatch, django_db_blocker):
    def refuse(*args: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with django_db_blocker.block():
        pdf.warm()

def test_a_cut_off_picture_stays_refused_after_the_first_document():
    """WeasyPrint's import would make Pillow take it for whole."""
    pdf.warm()
    whole = io.BytesIO()
    Image.effect_noise((200, 200), 80).save(whole, "PNG")

    with pytest.raises(OSError, match="truncated"):
        Image.open(io.BytesIO(whole.getvalue()[:-2000])).load()
