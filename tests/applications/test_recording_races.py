"""Two tabs at one recording at the same instant: one takes effect, and the database has the last word."""


import pytest
from django.urls import reverse

from accounts.models import User
from applications import capturing, recording
from applications.models import Application, Capture, Recording
from applications.states import State
from devices.capture import Position
from office.models import VaultFile
from tests.applications.racers import Job, Racer, race
from tests.factories import application_in, capture_all

pytestmark = pytest.mark.django_db(transaction=True)
People = dict[str, User]
SLOW = 0.15
ROUNDS = 3


def settled(people: People) -> Application:
    application = application_in(State.AWAITING_RECORDING, people)
    capture_all(application, people["operator"])
    return application


def send(url: str, people: People, **data: str) -> Job:
    return {"task": "post", "url": url, "data": data, "by": people["operator"].pk}


def test_two_tabs_that_finish_the_same_recording_at_once_make_one(racers: list[Racer], people: People) -> None:
    for number in range(1, ROUNDS + 1):
        application = settled(people)
        url = reverse("applications:dossier-move", args=[application.slug, "record"])
        results = race(racers, send(url, people, version=str(application.version)))
        assert [each["outcome"] for each in results] == [302, 302]
        assert sorted("Tidak ada yang diubah" in each["sentence"] for each in results) == [False, True]
        assert Recording.objects.count() == number and application.entries.filter(verb="record").count() == 1


def test_without_the_lock_the_database_still_refuses_a_second_recording(
    unlocked: list[Racer], people: People
) -> None:
    application = settled(people)
    job = {"task": "move", "move": "record", "application": application.pk, "by": people["operator"].pk}
    results = race(unlocked, job, window=SLOW)
    assert sorted(each["outcome"] == "done" for each in results) == [False, True], results
    assert Recording.objects.filter(resident=application.resident, superseded_at=None).count() == 1


def test_one_try_sent_from_two_tabs_at_once_is_one_try(racers: list[Racer], people: People) -> None:
    for _ in range(ROUNDS):
        application = application_in(State.AWAITING_RECORDING, people)
        capturing.take(application, Position.FACE, by=people["operator"])
        url = reverse("applications:recording-take", args=[application.slug, "face"]) + "?ke=2"
        results = race(racers, send(url, people))
        assert sorted("di halaman lain" in each["sentence"] for each in results) == [False, True], results
        made = Capture.objects.get(application=application)
        assert len(made.scores) == 2 and VaultFile.objects.filter(capture=made).count() == 1
    assert VaultFile.objects.count() == ROUNDS


def test_data_confirmed_from_two_tabs_at_once_is_confirmed_once(racers: list[Racer], people: People) -> None:
    for _ in range(ROUNDS):
        application = settled(people)
        application.confirmations.all().delete()
        url = reverse("applications:recording-confirm", args=[application.slug])
        shown = recording.shown(application.resident)
        results = race(racers, send(url, people, shown=shown, cara="screen"))
        assert sorted("Data sudah dicocokkan" in each["sentence"] for each in results) == [False, True], results
        assert application.confirmations.count() == 1
    assert VaultFile.objects.count() == ROUNDS
