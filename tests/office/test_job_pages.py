"""The pages of long work: for whoever started it, with words beside the bar, following it with and without a script."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from office import jobs
from office.models import Job
from tests.factories import ROLES
from tests.jobs import work_off_the_queue
from tests.pages import queries_of, text_of, told

State = Job.State


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    monkeypatch.setitem(
        jobs.KINDS, "uji", jobs.Kind(lambda progress: None, "applications.import_residents", "baris")
    )


@pytest.fixture
def owner(people):
    return people["section_head"]


@pytest.fixture
def client(client_of):
    return client_of("section_head")


def job_of(owner, **fields) -> Job:
    job = jobs.start("uji", owner=owner, title="Impor data penduduk")
    Job.objects.filter(pk=job.pk).update(**fields)
    return Job.objects.get(pk=job.pk)


def url(job: Job, page: str = "job") -> str:
    return reverse(f"office:{page}", args=[job.pk])


def part(client, job: Job, state: str = "") -> str:
    """What htmx asks for once a second."""
    return text_of(client.get(url(job), {"keadaan": state} if state else {}, headers={"HX-Request": "true"}))


# -- whose they are ------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_work_is_shown_to_whoever_started_it_and_to_nobody_else(role, people, client_of):
    mine = job_of(people[role])
    for who in ROLES:
        client, expected = client_of(who), 200 if who == role else 404
        assert client.get(url(mine)).status_code == expected
        assert client.get(url(mine), headers={"HX-Request": "true"}).status_code == expected
        assert client.post(url(mine, "job-again")).status_code == (302 if who == role else 404)
        assert ("Impor data penduduk" in text_of(client.get(reverse("office:jobs")))) is (who == role)


@pytest.mark.django_db
def test_a_stranger_is_sent_to_sign_in(owner):
    job = job_of(owner)
    for answer in (Client().get(url(job)), Client().post(url(job)), Client().post(url(job, "job-again"))):
        assert answer.status_code == 302 and answer["Location"].startswith("/masuk/?next=")


@pytest.mark.django_db
def test_pages_are_read_by_get_and_work_is_started_again_by_post_only(owner, client):
    job = job_of(owner)
    assert client.post(url(job)).status_code == client.post(reverse("office:jobs")).status_code == 405
    assert client.get(url(job, "job-again")).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/pekerjaan/0/", "/pekerjaan/99999999999999999999/", "/pekerjaan/99/ulangi/"])
def test_work_that_is_not_there_is_not_found(path, client):
    assert client.get(path).status_code in (404, 405)
    assert client.post(path).status_code in (404, 405)


# -- while it goes on ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_bar_carries_its_count_in_words(owner, client):
    text = text_of(client.get(url(job_of(owner, state=State.RUNNING, beat_at=timezone.now(), done=1250, total=60000))))
    assert "1.250 dari 60.000 baris" in text
    assert '<progress class="job-bar" id="job-bar" value="1250" max="60000">' in text
    assert "Sedang dikerjakan" in text


@pytest.mark.django_db
def test_a_bar_without_a_total_has_no_value_and_says_what_is_known(owner, client):
    text = text_of(client.get(url(job_of(owner, state=State.RUNNING, beat_at=timezone.now(), done=1250))))
    assert "1.250 baris" in text and '<progress class="job-bar" id="job-bar">' in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "follows"), [("waiting", True), ("running", True), ("done", False), ("failed", False)]
)
def test_the_page_follows_the_work_as_long_as_it_goes_on(state, follows, owner, client):
    job = job_of(owner, state=state, beat_at=timezone.now())
    text = text_of(client.get(url(job)))
    asks = f'hx-get="/pekerjaan/{job.pk}/?keadaan={state}" hx-trigger="every 1s"'
    assert (asks in text) is follows
    assert ('<noscript><meta http-equiv="refresh" content="3"></noscript>' in text) is follows
    assert ("<progress" in text) is follows


@pytest.mark.django_db
def test_htmx_gets_the_moving_part_only_and_the_end_is_said_once(owner, client):
    job = job_of(owner, state=State.RUNNING, beat_at=timezone.now())
    going = part(client, job, "running")
    assert "<html" not in going and 'id="job"' in going and "hx-swap-oob" not in going
    Job.objects.filter(pk=job.pk).update(state=State.DONE, finished_at=timezone.now())
    done = part(client, job, "running")
    assert '<p id="job-said" hx-swap-oob="innerHTML">Selesai. </p>' in done and "hx-get" not in done


@pytest.mark.django_db
def test_the_page_has_the_place_where_the_end_is_said_and_the_script_that_follows(owner, client):
    text = text_of(client.get(url(job_of(owner))))
    assert re.search(r'<p [^>]*role="status" id="job-said"></p>', text)
    assert "django_htmx/htmx-2.min.js" in text
    assert """<meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false}'>""" in text


@pytest.mark.django_db
def test_work_that_nobody_takes_says_whom_to_tell_and_may_be_started_again(owner, client):
    fresh, late = job_of(owner), job_of(owner, created_at=timezone.now() - timedelta(minutes=16))
    assert "pekerja antrean mungkin tidak berjalan" not in text_of(client.get(url(fresh)))
    text = text_of(client.get(url(late)))
    assert "pekerja antrean mungkin tidak berjalan" in text and "Mulai lagi" in text


# -- how it ended --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_result_shows_its_facts_and_where_it_leads(owner, client):
    result = {"facts": [{"label": "Baris baru", "value": 1200}], "url": "/loket/", "link": "Lihat laporan"}
    job = job_of(owner, state=State.DONE, finished_at=timezone.now(), result=json.dumps(result))
    text = text_of(client.get(url(job)))
    assert "<dt>Baris baru</dt><dd>1.200</dd>" in text
    assert '<a class="btn btn-primary" href="/loket/">Lihat laporan</a>' in text
    assert "Mulai lagi" not in text


@pytest.mark.django_db
def test_a_result_waits_in_the_list_until_it_is_seen(owner, client):
    job = job_of(owner, state=State.DONE, finished_at=timezone.now())
    going = job_of(owner, state=State.RUNNING, beat_at=timezone.now())
    assert text_of(client.get("/pekerjaan/")).count("Belum dilihat") == 1
    client.get(url(going))
    client.get(url(job))
    assert "Belum dilihat" not in text_of(client.get("/pekerjaan/"))
    assert Job.objects.get(pk=going.pk).seen_at is None


@pytest.mark.django_db
def test_what_went_wrong_is_said_without_markup(owner, client):
    job = job_of(owner, state=State.FAILED, finished_at=timezone.now(), message="Kolom <b>NIK</b> tidak ada.")
    text = text_of(client.get(url(job)))
    assert "Kolom &lt;b&gt;NIK&lt;/b&gt; tidak ada." in text and "Mulai lagi" in text


@pytest.mark.django_db
def test_silent_work_is_shown_as_broken_off_before_anybody_closes_it(owner, client):
    job = job_of(owner, state=State.RUNNING, beat_at=timezone.now() - timedelta(minutes=4))
    text = text_of(client.get(url(job)))
    assert "Terputus" in text and jobs.INTERRUPTED in text and "Mulai lagi" in text and "hx-get" not in text
    assert "Terputus" in text_of(client.get("/pekerjaan/"))


@pytest.mark.django_db
def test_work_is_started_again_as_a_new_one_and_only_once(owner, client):
    job = job_of(owner, state=State.FAILED, finished_at=timezone.now())
    answer = client.post(url(job, "job-again"))
    new = Job.objects.order_by("pk").last()
    assert answer["Location"] == url(new) and new.pk != job.pk
    work_off_the_queue()
    assert "Selesai" in text_of(client.get(url(new)))
    answer = client.post(url(new, "job-again"))
    assert answer["Location"] == url(new) and "tidak perlu diulang" in told(answer)
    answer = client.post(url(job, "job-again"))
    assert f"sudah dimulai lagi sebagai nomor {new.pk}" in told(answer)
    assert Job.objects.count() == 2


# -- the list ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_empty_list_says_so_and_a_long_one_is_paged(owner, client):
    assert "Belum ada pekerjaan" in text_of(client.get("/pekerjaan/"))
    for number in range(27):
        job_of(owner, title=f"Pekerjaan {number:02d}")
    first, second = (text_of(client.get("/pekerjaan/", {"page": page})) for page in ("1", "2"))
    assert "Pekerjaan 26" in first and "Pekerjaan 01" not in first and "Pekerjaan 01" in second
    for page in ("0", "x", "999"):
        assert client.get("/pekerjaan/", {"page": page}).status_code == 200


@pytest.mark.django_db
def test_the_pages_take_few_queries_and_not_more_with_more_rows(owner, client):
    job = job_of(owner)
    few = queries_of(client, "/pekerjaan/")
    for _ in range(24):
        job_of(owner)
    assert queries_of(client, "/pekerjaan/") == few <= 12
    assert queries_of(client, url(job)) <= 12
