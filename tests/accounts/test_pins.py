"""The PIN: chosen by its owner, counted when wrong, locked after too many, opened by the password; take-over."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client, override_settings

from accounts import pins
from accounts.models import RoleEntry, User
from accounts.refusals import Refused
from office.models import Parameter
from tests.office.books import environment, found
from tests.pages import queries_of, text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]
PASSWORD, PIN, WRONG = "kata-sandi-uji-7", "582746", "739105"
LIMIT = 5


@pytest.fixture
def people(people: People) -> People:
    for person in people.values():
        person.set_password(PASSWORD)
        person.pin = make_password(PIN)
        person.save()
    return people


def take_over(client: Client, username: str = "operator", pin: str = PIN) -> Any:
    return client.post("/ganti-orang/", {"person": username, "pin": pin})


def who(client: Client) -> str:
    return User.objects.get(pk=client.session["_auth_user_id"]).username


def lock(client: Client, username: str = "operator") -> None:
    for _ in range(LIMIT):
        take_over(client, username, WRONG)


def failures(username: str = "operator") -> int:
    return User.objects.get(username=username).pin_failures


# -- choosing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pin", "flawed"),
    [
        ("123456", True), ("000000", True), ("654321", True), ("234567", True), ("987654", True), ("777777", True),
        ("121212", True), ("407407", True), ("12345", True), ("1234567", True), ("", True), ("58274a", True),
        ("５８２７４６", True), ("582746", False), ("123465", False), ("112233", False), ("890123", False),
    ],
)
def test_a_pin_is_six_digits_that_neither_repeat_nor_run(pin: str, flawed: bool) -> None:
    assert bool(pins.flaw(pin)) == flawed


def test_a_chosen_pin_is_kept_hashed_and_is_an_entry_without_it(people: People, client_of: Browser) -> None:
    client = client_of("counter")
    response = client.post("/pin/", {"password": PASSWORD, "pin": "309271", "again": "309271"})
    assert response.status_code == 302 and "PIN Anda tersimpan" in told(response)
    person = User.objects.get(username="counter")
    assert "309271" not in person.pin and pins.check_password("309271", person.pin)
    assert [entry.verb for entry in RoleEntry.objects.filter(person=person)] == ["choose_pin"]
    assert "309271" not in RoleEntry.objects.get().body and found() == []


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"password": "salah"}, "Kata sandi sekarang tidak cocok."), ({"password": ""}, "Isi kata sandi sekarang."),
        ({"pin": "123456"}, "berurutan"), ({"pin": "000000"}, "berulang"), ({"pin": "12"}, "6 angka"),
        ({"again": "582749"}, "Kedua PIN tidak sama."), ({"pin": ""}, "Isi PIN baru."), ({"pin": "9" * 500}, "PIN"),
    ],
)
def test_a_pin_that_is_not_taken_says_why_and_is_not_shown(
    sent: dict[str, str], sentence: str, people: People, client_of: Browser
) -> None:
    before = User.objects.get(username="counter").pin
    response = client_of("counter").post("/pin/", {"password": PASSWORD, "pin": "309271", "again": "309271"} | sent)
    assert response.status_code == 200 and sentence in text_of(response)
    assert "309271" not in text_of(response) and PASSWORD not in text_of(response)
    assert User.objects.get(username="counter").pin == before


def test_guessing_the_password_on_the_pin_page_is_counted_as_at_the_sign_in(
    people: People, client_of: Browser
) -> None:
    client = client_of("counter")
    sent = {"password": "salah", "pin": "309271", "again": "309271"}
    answers = [client.post("/pin/", sent).status_code for _ in range(settings.AXES_FAILURE_LIMIT + 1)]
    assert answers[0] == 200 and answers[-1] == 429
    assert client.post("/pin/", sent | {"password": PASSWORD}).status_code == 429


# -- taking over ---------------------------------------------------------------------------------


def test_a_colleague_takes_over_with_name_and_pin(people: People, client_of: Browser) -> None:
    client = client_of("counter")
    client.get("/loket/")
    key, before = client.session.session_key, people["operator"].last_login
    response = take_over(client)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert who(client) == "operator"
    assert client.session.session_key != key
    assert client.get("/perekaman/").status_code == 200 and client.get("/loket/").status_code == 403
    after = User.objects.get(username="operator").last_login
    assert after and (before is None or after > before)


def test_nothing_of_the_session_before_is_left(people: People, client_of: Browser) -> None:
    client = client_of("counter")
    session = client.session
    session["rahasia"] = "milik loket"
    session.save()
    take_over(client)
    assert "rahasia" not in client.session


def test_nobody_takes_over_without_a_live_session(people: People) -> None:
    client = Client()
    assert take_over(client)["Location"] == "/masuk/?next=/ganti-orang/"
    assert failures() == 0 and "_auth_user_id" not in client.session


def test_a_wrong_pin_gets_a_sentence_and_is_counted_and_a_right_one_forgets_it(
    people: People, client_of: Browser
) -> None:
    client = client_of("counter")
    response = take_over(client, pin=WRONG)
    assert response.status_code == 200 and pins.WRONG in text_of(response)
    assert WRONG not in text_of(response) and who(client) == "counter" and failures() == 1
    assert 'value="operator" ' in text_of(response) and "checked" in text_of(response)
    take_over(client)
    assert who(client) == "operator" and failures() == 0


def test_after_too_many_wrong_pins_even_the_right_one_is_refused_until_the_password(
    people: People, client_of: Browser
) -> None:
    client = client_of("counter")
    lock(client)
    for pin in (PIN, WRONG):
        assert "PIN Operator dikunci" in text_of(take_over(client, pin=pin))
    assert who(client) == "counter" and failures() == LIMIT
    assert "(PIN dikunci)" in text_of(client.get("/ganti-orang/"))
    entry = RoleEntry.objects.get()
    assert (entry.verb, entry.by, entry.facts) == ("lock_pin", people["counter"], {"failures": LIMIT})
    Client().post("/masuk/", {"username": "operator", "password": PASSWORD})
    assert take_over(client)["Location"] == "/" and who(client) == "operator"


def test_a_failed_sign_in_and_the_pin_of_another_person_open_no_locked_pin(
    people: People, client_of: Browser
) -> None:
    lock(client_of("counter"))
    Client().post("/masuk/", {"username": "operator", "password": "salah"})
    take_over(client_of("counter"), "admin")
    assert failures() == LIMIT


def test_the_limit_is_a_number_of_the_office(people: People, client_of: Browser) -> None:
    Parameter.objects.filter(pk="salah-pin").update(value=3)
    client = client_of("counter")
    answers = [text_of(take_over(client, pin=WRONG)) for _ in range(3)]
    assert ["dikunci karena" in answer for answer in answers] == [False, False, True]


def test_a_pin_that_is_chosen_anew_forgets_the_failures(people: People, client_of: Browser) -> None:
    lock(client_of("counter"))
    client_of("operator").post("/pin/", {"password": PASSWORD, "pin": "309271", "again": "309271"})
    client = client_of("counter")
    take_over(client, pin="309271")
    assert who(client) == "operator"


def test_an_account_locked_by_wrong_passwords_is_not_entered_by_pin(people: People, client_of: Browser) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        Client().post("/masuk/", {"username": "operator", "password": "salah"})
    client = client_of("counter")
    assert "sedang dikunci karena kata sandi" in text_of(take_over(client))
    assert who(client) == "counter" and failures() == 0


def test_a_take_over_forgets_no_failed_password(people: People, client_of: Browser) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        Client().post("/masuk/", {"username": "operator", "password": "salah"})
    take_over(client_of("counter"))
    assert AccessAttempt.objects.get(username="operator").failures_since_start == settings.AXES_FAILURE_LIMIT - 1
    Client().post("/masuk/", {"username": "operator", "password": PASSWORD})
    assert not AccessAttempt.objects.exists()


@pytest.mark.parametrize("username", ["counter", "inactive", "pinless", "siapa", ""])
def test_only_an_active_colleague_with_a_pin_can_be_chosen(
    username: str, people: People, client_of: Browser
) -> None:
    User.objects.create_user("inactive", None, name="Tidak Aktif", post="x", pin=make_password(PIN), is_active=False)
    User.objects.create_user("pinless", None, name="Tanpa Pin", post="x")
    client = client_of("counter")
    response = take_over(client, username)
    assert response.status_code == 200 and "error-summary" in text_of(response)
    assert who(client) == "counter"


def test_the_page_names_who_has_no_pin_and_how_to_choose_one(people: People, client_of: Browser) -> None:
    User.objects.filter(username__in=["camat", "counter"]).update(pin="")
    text = text_of(client_of("counter").get("/ganti-orang/"))
    assert "Counter belum mempunyai PIN" in text and 'href="/pin/"' in text
    assert "Belum mempunyai PIN: Camat. Masuklah satu kali" in text
    assert 'value="camat"' not in text and 'value="operator"' in text


def test_with_nobody_to_change_with_the_page_says_so(people: People, client_of: Browser) -> None:
    User.objects.exclude(username="counter").update(pin="")
    text = text_of(client_of("counter").get("/ganti-orang/"))
    assert "Belum ada rekan yang mempunyai PIN." in text and "Ambil alih" not in text


def test_the_only_colleague_is_chosen_already(people: People, client_of: Browser) -> None:
    User.objects.exclude(username__in=["counter", "operator"]).update(pin="")
    assert "checked" in text_of(client_of("counter").get("/ganti-orang/"))
    assert "checked" not in text_of(client_of("admin").get("/ganti-orang/"))


def test_a_pin_that_was_changed_while_it_was_compared_is_wrong(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = User.objects.get(username="operator")
    User.objects.filter(pk=person.pk).update(pin=make_password("309271"))
    with pytest.raises(Refused, match="PIN tidak cocok"):
        pins.check_take_over(person, PIN, by=people["counter"])


def test_the_page_keeps_to_its_budget_of_queries(people: People, client_of: Browser) -> None:
    client = client_of("counter")
    few = queries_of(client, "/ganti-orang/")
    for number in range(10):
        User.objects.create_user(f"orang{number}", None, name=f"Orang {number}", post="x", pin=make_password(PIN))
    assert queries_of(client, "/ganti-orang/") == few <= 12


@pytest.mark.parametrize(("demo", "named"), [(True, True), (False, False)])
def test_the_pin_of_the_demo_people_is_named_in_demo_mode_only(
    demo: bool, named: bool, people: People, client_of: Browser
) -> None:
    with override_settings(DEMO=demo):
        pages = [Client().get("/masuk/"), client_of("counter").get("/ganti-orang/")]
    assert [PIN in text_of(page) for page in pages] == [named, named]


# -- two at once ---------------------------------------------------------------------------------


def guessed(*pins_and_counts: tuple[str, int]) -> list[list[str]]:
    """What came of each process: its sentences, an empty one for a take-over. All begin at the same instant."""
    command = [sys.executable, "-m", "tests.accounts.guesser", "operator", "counter"]
    guessers = [
        subprocess.Popen([*command, str(count), pin], cwd=settings.BASE_DIR, env=environment(), text=True,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for pin, count in pins_and_counts
    ]
    assert [each.stdout.readline().strip() for each in guessers if each.stdout] == ["ready"] * len(guessers)
    for each in guessers:
        assert each.stdin
        each.stdin.write("go\n")
        each.stdin.flush()
    return [json.loads(each.communicate(timeout=60)[0]) for each in guessers]


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_guess_at_once_get_no_more_guesses_than_one(people: People) -> None:
    sentences = sum(guessed((WRONG, 6), ("739106", 6)), [])
    locked = pins.LOCKED.format(name="Operator")
    assert (sentences.count(pins.WRONG), sentences.count(locked)) == (LIMIT - 1, 12 - (LIMIT - 1))
    assert failures() == LIMIT
    assert RoleEntry.objects.filter(verb="lock_pin").count() == 1 and found() == []


@pytest.mark.django_db(transaction=True)
def test_a_right_guess_after_the_lock_is_refused_also_from_another_process(people: People) -> None:
    User.objects.filter(username="operator").update(pin_failures=LIMIT)
    assert set(sum(guessed((PIN, 3), (PIN, 3)), [])) == {pins.LOCKED.format(name="Operator")}
