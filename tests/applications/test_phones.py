"""A phone as the camera of the counter: a link that shows no resident, takes pictures of one paper, and ends."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import RoleTerm, User
from accounts.roles import Role
from accounts.terms import give_role, take_role_back
from applications import phones, scans
from applications.models import Application, Draft, PaperRule, Scan, ScanLink
from applications.states import State
from office.models import Parameter, VaultFile
from tests.applications.hostile import jpeg, opened
from tests.applications.test_intake import NIK, draft_of, form, papers, person
from tests.factories import application_in, make_person
from tests.pages import text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]
AT = "2026-11-24 10:00"
OVER = "Tautan ini sudah berakhir"


@pytest.fixture
def counter(client_of: Browser) -> Client:
    return client_of("counter")


@pytest.fixture
def url(counter: Client) -> str:
    return draft_of(counter)


def phone_of(counter: Client, url: str, code: str = "kk") -> str:
    """The address that the QR on the page of the counter holds."""
    page = counter.post(url, {"langkah": f"ponsel:{code}"}, follow=True)
    return re.findall(r'href="http://testserver(/foto/[^"]+/)"', text_of(page))[0]


def send(address: str, content: bytes = b"", client: Client | None = None) -> Any:
    file = SimpleUploadedFile("IMG_2034.jpg", content or jpeg())
    return (client or Client()).post(address, {"foto": file})


def ended(address: str) -> bool:
    """Neither shown nor taking a picture any more."""
    answers = [Client().get(address), send(address)]
    codes = {answer.status_code for answer in answers}
    assert codes in ({410}, {200, 302}), codes
    assert codes != {410} or all(OVER in text_of(answer) for answer in answers)
    return codes == {410}


def test_the_link_opens_without_a_sign_in_and_names_the_paper_only(url: str, counter: Client) -> None:
    counter.post(url, {"langkah": "simpan", "name": "Siti Rahasia", "brought_name": "Bu Jamilah"})
    response = Client().get(phone_of(counter, url))
    text = text_of(response)
    assert response.status_code == 200
    assert PaperRule.objects.filter(code="kk").first().label in text
    for secret in ("Siti", "Jamilah", NIK, NIK[-4:], "3508", "Counter", Draft.objects.get().key):
        assert secret not in text


def test_the_page_of_the_counter_shows_the_address_and_how_many_came(url: str, counter: Client) -> None:
    page = counter.post(url, {"langkah": "ponsel:kk"}, follow=True)
    assert page.request["PATH_INFO"] == f"{url}ponsel/kk/"
    assert "0 gambar sudah diterima." in text_of(page) and "Berlaku 15 menit." in text_of(page)
    assert 'src="data:image/png;base64,' in text_of(page)
    address = re.findall(r"/foto/[^\"]+/", text_of(page))[0]
    send(address)
    assert "1 gambar sudah diterima." in text_of(counter.get(f"{url}ponsel/kk/"))


def test_a_picture_of_the_phone_lands_in_the_draft(url: str, counter: Client) -> None:
    address = phone_of(counter, url, "akta-kelahiran")
    for count in (1, 2):
        response = send(address)
        assert (response.status_code, response["Location"]) == (302, address)
        assert "Foto terkirim." in told(response)
        assert Scan.objects.count() == count
    scan = Scan.objects.last()
    draft = Draft.objects.get()
    assert (scan.draft, scan.code, scan.added_by) == (draft, "akta-kelahiran", draft.owner)
    assert opened(scans.image_of(scan)).format == "JPEG"
    assert f'src="/pindaian/{scan.pk}/"' in text_of(counter.get(url))


def test_the_form_of_the_phone_is_guarded_against_other_sites(url: str, counter: Client) -> None:
    address, phone = phone_of(counter, url), Client(enforce_csrf_checks=True)
    assert send(address, client=phone).status_code == 403 and not Scan.objects.exists()
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', text_of(phone.get(address)))[0]
    sent = {"foto": SimpleUploadedFile("a.jpg", jpeg()), "csrfmiddlewaretoken": token}
    assert phone.post(address, sent).status_code == 302 and Scan.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"#!/bin/sh", "Berkas ini bukan gambar atau PDF yang dapat dibaca."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Berkas ini bukan gambar"),
        (jpeg()[:50], "Berkas ini bukan gambar"),
        (bytes(11 * 1024 * 1024), "Berkas lebih besar dari 10 MB."),
        (bytes(26 * 1024 * 1024), "Berkas terlalu besar dan tidak disimpan."),
    ],
)
def test_what_is_no_photo_gets_its_sentence_and_nothing_is_kept(
    content: bytes, sentence: str, url: str, counter: Client
) -> None:
    response = send(phone_of(counter, url), content)
    assert response.status_code == 422 and sentence in text_of(response)
    assert not Scan.objects.exists() and not VaultFile.objects.exists()


def test_sending_without_a_photo_says_what_to_do(url: str, counter: Client) -> None:
    response = Client().post(phone_of(counter, url), {"foto": ""})
    assert response.status_code == 422 and "Pilih atau ambil foto lebih dahulu." in text_of(response)


# -- the token -----------------------------------------------------------------------------------


def test_only_a_digest_of_the_link_is_in_the_database(url: str, counter: Client) -> None:
    token = phone_of(counter, url).split("/")[2]
    link = ScanLink.objects.get()
    assert token not in "".join(str(value) for value in vars(link).values())
    assert link.digest == phones.digest(token) and len(token) >= 32


@pytest.mark.parametrize("token", ["x", "0" * 32, "%00", "..", "A" * 2000, "😀"])
def test_a_wrong_link_has_ended(token: str, url: str, counter: Client) -> None:
    phone_of(counter, url)
    assert ended(f"/foto/{token}/")
    assert not Scan.objects.exists()


def test_the_digest_is_not_the_link(url: str, counter: Client) -> None:
    phone_of(counter, url)
    assert ended(f"/foto/{ScanLink.objects.get().digest}/")


def test_a_link_stands_for_one_paper_of_one_draft(url: str, counter: Client) -> None:
    token, draft = phone_of(counter, url).split("/")[2], Draft.objects.get()
    assert phones.found(token, draft, "kk")
    assert not phones.found(token, draft, "akta-kelahiran")
    draft_of(counter, "3508175503900078")
    assert not phones.found(token, Draft.objects.exclude(pk=draft.pk).get(), "kk")


# -- when it ends --------------------------------------------------------------------------------


def test_the_link_ends_after_the_minutes_of_the_parameter(
    url: str, counter: Client, at_time: Callable[[str], Any]
) -> None:
    Parameter.objects.update_or_create(pk="menit-tautan-ponsel", defaults={"value": 5, "label": "x", "unit": "menit"})
    with at_time(AT):
        address = phone_of(counter, url)
        assert "10.05" in text_of(Client().get(address))
    with at_time("2026-11-24 10:04:59"):
        assert not ended(address)
    with at_time("2026-11-24 10:05"):
        assert ended(address)


def test_a_new_link_for_the_same_paper_ends_the_one_before(url: str, counter: Client) -> None:
    first, other = phone_of(counter, url), phone_of(counter, url, "akta-kelahiran")
    second = phone_of(counter, url)
    assert [ended(address) for address in (first, second, other)] == [True, False, False]


def test_each_paper_keeps_its_own_link_in_its_own_tab(url: str, counter: Client) -> None:
    family, birth = phone_of(counter, url), phone_of(counter, url, "akta-kelahiran")
    for code, own, other in (("kk", family, birth), ("akta-kelahiran", birth, family)):
        text = text_of(counter.get(f"{url}ponsel/{code}/"))
        assert own in text and other not in text


def test_the_link_ends_when_the_draft_is_sent(url: str, counter: Client) -> None:
    address = phone_of(counter, url)
    send(address)
    counter.post(url, form() | person() | papers())
    assert ended(address)
    assert Application.objects.get().papers.get(code="kk").scans.count() == 1


def test_the_link_ends_when_the_draft_is_given_up(url: str, counter: Client) -> None:
    address = phone_of(counter, url)
    counter.post(url, {"langkah": "hapus-konsep"})
    assert ended(address) and not ScanLink.objects.exists()


def test_the_link_ends_when_its_maker_lost_the_role(url: str, counter: Client, people: People) -> None:
    address = phone_of(counter, url)
    give_role(people["counter"], Role.OPERATOR, by=None, reason="uji")
    assert not ended(address)
    take_role_back(RoleTerm.objects.get(user=people["counter"], role=Role.COUNTER), by=people["admin"], reason="uji")
    assert ended(address)


def test_the_link_ends_when_its_maker_may_not_sign_in_any_more(url: str, counter: Client, people: People) -> None:
    address = phone_of(counter, url)
    User.objects.filter(pk=people["counter"].pk).update(is_active=False)
    assert ended(address)


def test_a_picture_that_arrives_as_the_draft_is_sent_is_not_kept(
    url: str, counter: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, pages = phone_of(counter, url), scans.pages

    def meanwhile(content: bytes) -> list[bytes]:
        counter.post(url, form() | person() | papers())
        return pages(content)

    monkeypatch.setattr(scans, "pages", meanwhile)
    response = send(address)
    assert response.status_code == 422 and "Pindaian tidak disimpan." in text_of(response)
    assert not Scan.objects.exists() and not VaultFile.objects.exists()


# -- the page of the counter ---------------------------------------------------------------------


def test_an_ended_link_leads_back_to_the_papers(
    url: str, counter: Client, at_time: Callable[[str], Any]
) -> None:
    with at_time(AT):
        phone_of(counter, url)
        assert counter.get(f"{url}ponsel/kk/").status_code == 200
    with at_time("2026-11-24 10:15"):
        response = counter.get(f"{url}ponsel/kk/")
    assert response["Location"] == url + "#persyaratan"
    assert "Tautan ponsel sudah berakhir." in told(response)


def test_the_count_that_is_asked_for_by_itself_sends_the_browser_back_without_reading_the_draft(
    url: str, counter: Client
) -> None:
    phone_of(counter, url)
    ScanLink.objects.all().delete()
    response = counter.get(f"{url}ponsel/kk/", headers={"HX-Request": "true"})
    assert response.status_code == 200 and response.content == b""
    assert response["HX-Redirect"] == url + "#persyaratan"


def test_the_page_of_anothers_draft_is_not_found(url: str, counter: Client, people: People) -> None:
    phone_of(counter, url)
    other = Client()
    other.force_login(make_person("loket_2", Role.COUNTER), backend="accounts.backends.RoleBackend")
    assert other.get(f"{url}ponsel/kk/").status_code == 404


@pytest.mark.parametrize("code", ["karangan", "surat-baru", ""])
def test_no_link_is_made_for_a_paper_that_nobody_asks_for(code: str, url: str, counter: Client) -> None:
    counter.post(url, {"langkah": f"ponsel:{code}"})
    assert not ScanLink.objects.exists()


def test_a_returned_file_takes_pictures_by_phone_too(people: People, counter: Client) -> None:
    at = f"/loket/{application_in(State.RETURNED, people).slug}/"
    counter.get(at)
    send(phone_of(counter, at, "akta-kelahiran"))
    scan = Scan.objects.get()
    assert (scan.code, scan.paper) == ("akta-kelahiran", None) and scan.draft.application is not None
    assert f'href="{at}#persyaratan"' in text_of(counter.get(f"/loket/konsep/{scan.draft_id}/ponsel/akta-kelahiran/"))


def test_an_address_that_no_phone_can_open_is_said(url: str, counter: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    counter.post(url, {"langkah": "ponsel:kk"})
    here = "aplikasi ini hanya dapat dibuka di komputer ini"
    assert here in text_of(counter.get(f"{url}ponsel/kk/", headers={"host": "127.0.0.1:8000"}))
    assert here not in text_of(counter.get(f"{url}ponsel/kk/", headers={"host": "loket.jatiroto"}))
    settings.PUBLIC_URL = "https://loket.jatiroto.example"
    text = text_of(counter.get(f"{url}ponsel/kk/", headers={"host": "127.0.0.1:8000"}))
    assert here not in text and 'href="https://loket.jatiroto.example/foto/' in text
