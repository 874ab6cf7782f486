"""Signing in and out, the lock after failures, the change of password, and where each person begins."""

from collections.abc import Callable
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client, override_settings

from accounts import demo
from accounts.models import User
from tests.factories import make_person
from tests.pages import text_of, told

Browser = Callable[[str], Client]
PASSWORD = "kata-sandi-uji-7"
WRONG = "Nama pengguna atau kata sandi tidak cocok."


@pytest.fixture
def rina(db: None) -> User:
    person = make_person("rina")
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(client: Client, username: str = "rina", password: str = PASSWORD, **more: str) -> Any:
    return client.post("/masuk/", {"username": username, "password": password} | more)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# -- in ------------------------------------------------------------------------------------------


def test_the_right_password_signs_in_and_leads_home(rina: User) -> None:
    client = Client()
    response = sign_in(client)
    assert response.status_code == 302 and response["Location"] == "/"
    assert signed_in(client)


def test_a_wrong_password_gets_a_sentence_and_the_name_stays(rina: User) -> None:
    response = sign_in(Client(), password="salah")
    assert response.status_code == 200
    assert WRONG in text_of(response)
    assert 'value="rina"' in text_of(response)
    assert "salah" not in text_of(response).split("<form")[1]


def test_an_unknown_name_gets_the_same_sentence_as_a_wrong_password(rina: User) -> None:
    assert WRONG in text_of(sign_in(Client(), username="tidak-ada"))


def test_empty_fields_are_named(rina: User) -> None:
    text = text_of(sign_in(Client(), username="", password=""))
    assert "Nama pengguna:" in text and "Kata sandi:" in text


def test_an_inactive_person_does_not_come_in(rina: User) -> None:
    User.objects.filter(pk=rina.pk).update(is_active=False)
    client = Client()
    response = sign_in(client)
    assert response.status_code == 200 and WRONG in text_of(response)
    assert not signed_in(client)


def test_who_is_signed_in_already_is_led_home(rina: User) -> None:
    client = Client()
    sign_in(client)
    assert client.get("/masuk/")["Location"] == "/"


def test_signing_in_gives_a_new_session_key(rina: User) -> None:
    client = Client()
    sign_in(client)
    first = client.session.session_key
    client.post("/keluar/")
    sign_in(client)
    assert client.session.session_key != first


@pytest.mark.parametrize("there", ["/loket/", "/kata-sandi/"])
def test_after_signing_in_the_page_that_was_asked_for_opens(there: str, rina: User) -> None:
    assert sign_in(Client(), next=there)["Location"] == there


@pytest.mark.parametrize(
    "there", ["https://penipu.example/", "//penipu.example/loket/", "javascript:alert(1)", "http:///x.example"]
)
def test_another_host_is_never_the_next_page(there: str, rina: User) -> None:
    assert sign_in(Client(), next=there)["Location"] == "/"


# -- locked --------------------------------------------------------------------------------------


def fail(client: Client, times: int, username: str = "rina") -> Any:
    for _ in range(times):
        response = sign_in(client, username=username, password="salah")
    return response


def test_the_fifth_failure_locks_the_account_and_says_for_how_long(rina: User) -> None:
    client = Client()
    assert fail(client, settings.AXES_FAILURE_LIMIT - 1).status_code == 200
    response = fail(client, 1)
    assert response.status_code == 429
    assert "Akun dikunci sementara" in text_of(response)
    assert f"selama {round(settings.AXES_COOLOFF_TIME * 60)} menit" in text_of(response)


def test_a_locked_account_stays_closed_to_the_right_password(rina: User) -> None:
    client = Client()
    fail(client, settings.AXES_FAILURE_LIMIT)
    assert sign_in(client).status_code == 429
    assert sign_in(Client(REMOTE_ADDR="10.0.0.9")).status_code == 429
    assert not signed_in(client)


def test_another_person_still_signs_in_from_the_same_address(rina: User) -> None:
    other = make_person("dewi")
    other.set_password(PASSWORD)
    other.save()
    client = Client()
    fail(client, settings.AXES_FAILURE_LIMIT)
    assert sign_in(client, username="dewi").status_code == 302


def test_a_success_begins_the_count_anew(rina: User) -> None:
    client = Client()
    fail(client, settings.AXES_FAILURE_LIMIT - 1)
    assert sign_in(client).status_code == 302
    client.post("/keluar/")
    assert fail(client, settings.AXES_FAILURE_LIMIT - 1).status_code == 200
    assert sign_in(client).status_code == 302


def test_a_name_that_nobody_has_is_locked_like_any_other(db: None) -> None:
    assert fail(Client(), settings.AXES_FAILURE_LIMIT, username="tidak-ada").status_code == 429


def test_a_failure_leaves_no_password_behind(rina: User) -> None:
    fail(Client(), 1)
    kept = " ".join(str(value) for row in AccessAttempt.objects.values() for value in row.values())
    assert "rina" in kept and "salah" not in kept


# -- demo ----------------------------------------------------------------------------------------


def test_the_demo_people_are_named_in_demo_mode(db: None) -> None:
    with override_settings(DEMO=True):
        text = text_of(Client().get("/masuk/"))
    assert demo.PASSWORD in text
    assert all(f"<code>{username}</code>" in text for username, *_ in demo.PEOPLE)


def test_the_demo_people_are_named_nowhere_else(db: None) -> None:
    with override_settings(DEMO=False):
        text = text_of(Client().get("/masuk/"))
    assert "demo" not in text.lower()
    assert "<code>" not in text


def test_each_demo_person_signs_in_and_begins_at_their_first_page(db: None) -> None:
    demo.fill()
    first = {
        "loket": "/loket/", "operator": "/perekaman/", "kasi": "/validasi/", "sekcam": "/dasbor/",
        "informasi": "/layanan/", "camat": "/layanan/", "admin": "/pengguna/",
    }
    for username, page in first.items():
        client = Client()
        assert sign_in(client, username=username, password=demo.PASSWORD).status_code == 302
        assert client.get("/")["Location"] == page
        assert client.get(page).status_code == 200


# -- out -----------------------------------------------------------------------------------------


def test_signing_out_needs_a_post(rina: User) -> None:
    client = Client()
    sign_in(client)
    assert client.get("/keluar/").status_code == 405
    assert signed_in(client)
    assert client.post("/keluar/")["Location"] == "/masuk/"
    assert not signed_in(client)


def test_after_signing_out_a_page_of_staff_asks_to_sign_in(rina: User) -> None:
    client = Client()
    sign_in(client)
    client.post("/keluar/")
    assert client.get("/kata-sandi/")["Location"] == "/masuk/?next=/kata-sandi/"


# -- password ------------------------------------------------------------------------------------


def change(client: Client, old: str, new: str, again: str | None = None) -> Any:
    sent = {"old_password": old, "new_password1": new, "new_password2": new if again is None else again}
    return client.post("/kata-sandi/", sent)


def test_a_changed_password_counts_from_now_on_and_the_browser_stays_in(rina: User) -> None:
    client = Client()
    sign_in(client)
    response = change(client, PASSWORD, "sandi-baru-2026")
    assert response["Location"] == "/"
    assert told(response) == "Kata sandi Anda sudah diganti."
    assert client.get("/kata-sandi/").status_code == 200
    assert sign_in(Client()).status_code == 200
    assert sign_in(Client(), password="sandi-baru-2026").status_code == 302


def test_a_changed_password_closes_the_other_browsers(rina: User) -> None:
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)
    change(here, PASSWORD, "sandi-baru-2026")
    assert there.get("/kata-sandi/").status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "sentence"),
    [
        ("salah", "sandi-baru-2026", None, "Kata sandi sekarang tidak cocok."),
        (PASSWORD, "sandi-baru-2026", "sandi-lain-2026", "Kedua kata sandi baru tidak sama."),
        (PASSWORD, "pendek", None, "Kata sandi"),
        (PASSWORD, "1234567890123", None, "Kata sandi"),
        (PASSWORD, "password1234", None, "Kata sandi"),
    ],
)
def test_a_password_that_cannot_be_changed_says_why(
    old: str, new: str, again: str | None, sentence: str, rina: User
) -> None:
    client = Client()
    sign_in(client)
    response = change(client, old, new, again)
    assert response.status_code == 200
    assert "error-summary" in text_of(response) and sentence in text_of(response)
    rina.refresh_from_db()
    assert rina.check_password(PASSWORD)


# -- where each begins ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "page"),
    [
        ("counter", "/loket/"), ("operator", "/perekaman/"), ("section_head", "/validasi/"),
        ("secretary", "/dasbor/"), ("camat", "/layanan/"), ("information", "/layanan/"),
        ("other_head", "/layanan/"), ("admin", "/pengguna/"),
    ],
)
def test_home_leads_each_role_to_its_first_page(role: str, page: str, client_of: Browser) -> None:
    assert client_of(role).get("/")["Location"] == page


def test_home_leads_a_stranger_to_what_the_office_offers(db: None) -> None:
    assert Client().get("/")["Location"] == "/layanan/"
