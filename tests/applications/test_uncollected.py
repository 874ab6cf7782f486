"""`/belum-diambil/`: cards by age, reminders in few keys, the text without names, withdrawal, the notice sheets."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from applications import lifecycle, uncollected
from applications.models import Application, Entry, HeldCard, Reminder, Village
from applications.refusals import Refused
from applications.states import Kind, State
from office import parameters
from office.models import Parameter, ServiceInterval
from office.verification import verify
from tests.factories import Path, application_in, bundle_for, crowd, make_resident
from tests.pages import pdf_pages, pdf_text, queries_of, text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]
LIST, BUDGET = "/belum-diambil/", 13
STEPS = {"0": 1, "7": 8, "30": 31, "90": 91}


@pytest.fixture
def counter(client_of: Browser) -> Client:
    return client_of("counter")


@pytest.fixture
def head(client_of: Browser) -> Client:
    return client_of("section_head")


def card_of(people: People, days: float = 0, **resident: Any) -> Application:
    """A card that was finished so many days ago."""
    start = timezone.now() - timedelta(days=days, minutes=30)
    return Path(people, start=start, resident=make_resident(**resident)).ready_for_pickup()


def known_steps() -> list[uncollected.Step]:
    return uncollected.steps(parameters.numbers(*uncollected.STEPS))


def page_of(card: Application) -> str:
    return reverse("applications:uncollected-card", args=[card.slug])


def remind(client: Client, card: Application, query: str = "", **sent: str) -> Any:
    url = reverse("applications:uncollected-remind", args=[card.slug])
    return client.post(url + query, {"version": str(card.version), "means": "phone", "informed": "ya"} | sent)


def row_of(text: str, card: Application) -> str:
    return text.split(f'<tr id="{card.slug}">')[1].split("</tr>")[0]


# -- the list ------------------------------------------------------------------------------------


def test_the_list_shows_every_finished_card_those_that_wait_longest_first(people: People, counter: Client) -> None:
    cards = [card_of(people, days) for days in (3, 100, 40)]
    gone = application_in(State.HANDED_OVER, people)
    text = text_of(counter.get(LIST))
    places = [text.index(card.number) for card in cards]
    assert places[1] < places[2] < places[0]
    assert gone.number not in text


def test_each_step_holds_its_days_and_says_how_many(people: People, counter: Client) -> None:
    cards = {code: card_of(people, days) for code, days in STEPS.items()}
    for code, card in cards.items():
        text = text_of(counter.get(LIST, {"lama": code}))
        assert [other for other, each in cards.items() if each.number in text] == [code], card
    for label in ("Semua 4", "Kurang dari 7 hari <b>1", "7–29 hari <b>1", "30–89 hari <b>1", "90 hari atau lebih <b>1"):
        assert label in text


@pytest.mark.parametrize(("days", "code"), [(6.99, "0"), (7.0, "7"), (29.99, "7"), (30.0, "30"), (90.0, "90")])
def test_a_card_changes_its_step_at_the_full_day(days: float, code: str, people: People) -> None:
    card = card_of(people)
    now = card.state_since + timedelta(days=days)
    counts = uncollected.counted(uncollected.cards(), known_steps(), now)
    assert counts == {"": 1, "0": 0, "7": 0, "30": 0, "90": 0} | {code: 1}


def test_the_steps_follow_the_parameters_in_whatever_order(db: None) -> None:
    for code, value in zip(uncollected.STEPS, (60, 14, 60), strict=True):
        Parameter.objects.filter(pk=code).update(value=value)
    assert [(step.since, step.until) for step in known_steps()] == [(0, 14), (14, 60), (60, None)]


def test_the_list_of_one_village_holds_its_cards_and_counts_only(people: People, counter: Client) -> None:
    here, there = Village.objects.all()[:2]
    card, other = card_of(people, 8, village=here), card_of(people, 8, village=there)
    text = text_of(counter.get(LIST, {"desa": here.code}))
    assert card.number in text and other.number not in text and "Semua 1" in text
    assert f"Lembar papan Desa {here.name}" in text


@pytest.mark.parametrize("query", ["lama=x", "desa=x", "lama=8&desa=35", "page=99", "lama=-7", "desa=1'%20OR%201=1"])
def test_a_filter_that_means_nothing_is_passed_by(query: str, people: People, counter: Client) -> None:
    card = card_of(people)
    response = counter.get(f"{LIST}?{query}")
    assert response.status_code == 200 and card.number in text_of(response)


def test_an_empty_list_says_so_and_an_empty_step_points_to_the_others(people: People, counter: Client) -> None:
    assert "Semua kartu sudah diambil." in text_of(counter.get(LIST))
    card_of(people)
    assert "Tidak ada kartu di bagian ini" in text_of(counter.get(LIST, {"lama": "90"}))


def test_the_next_page_keeps_step_and_village(people: People, counter: Client) -> None:
    first = crowd(State.READY_FOR_PICKUP, people, 30)[0]
    village = first.resident.village.code
    text = text_of(counter.get(LIST, {"lama": "0", "desa": village, "page": "2"}))
    assert "Halaman 2 dari 2 · 30 baris" in text and f"?lama=0&amp;desa={village}&amp;page=1" in text
    assert text.count("Sudah tahu") == 5


@pytest.mark.parametrize("role", ["counter", "section_head", "secretary"])
def test_the_list_keeps_its_budget_however_many_wait(role: str, people: People, client_of: Browser) -> None:
    client, url = client_of(role), LIST
    crowd(State.READY_FOR_PICKUP, people, 3)
    client.get(url)
    few = queries_of(client, url)
    for card in crowd(State.READY_FOR_PICKUP, people, 40)[:20]:
        Reminder.objects.create(application=card, at=timezone.now(), by=people["counter"], means="phone", informed=True)
    assert queries_of(client, url) == few <= BUDGET


def test_the_list_is_sorted_by_an_index(people: People) -> None:
    crowd(State.READY_FOR_PICKUP, people, 30)
    step = known_steps()[1]
    for village in ("", "35.08.17.2001"):
        plan = uncollected.cards(village).filter(step.lies(timezone.now())).with_resident()[:25].explain()
        if connection.vendor == "sqlite":
            assert "desk_queue" in plan and "TEMP B-TREE" not in plan, plan


def test_a_row_shows_telephone_and_last_reminder(people: People, counter: Client) -> None:
    card = card_of(people, 8, phone="081234567890")
    lifecycle.remind(card, by=people["counter"], means="phone", informed=True, at=timezone.now() - timedelta(hours=2))
    lifecycle.remind(card, by=people["counter"], means="village", informed=False)
    row = row_of(text_of(counter.get(LIST)), card)
    assert "8 hari" in row and "081234567890" in row
    assert "Lewat perangkat desa<br>" in row and "belum berhasil" in row and "sudah diberi tahu" not in row


def test_a_card_that_is_out_says_so_and_asks_nobody_to_the_office(people: People, counter: Client) -> None:
    card = card_of(people, 8, phone="081234567890")
    bundle = bundle_for(card)
    lifecycle.send_to_village(card, by=people["counter"], bundle=bundle)
    row = row_of(text_of(counter.get(LIST)), card)
    assert "dibawa desa" in row and bundle.slug in row and "wa.me" not in row and "<form" not in row
    assert "wa.me" not in text_of(counter.get(page_of(card)))


# -- reminders -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("informed", "said"), [("ya", "sudah diberi tahu"), ("tidak", "belum berhasil diberi tahu")])
def test_a_reminder_is_noted_with_one_press(informed: str, said: str, people: People, counter: Client) -> None:
    card = card_of(people, 8)
    response = remind(counter, card, informed=informed)
    assert said in told(response)
    made = Reminder.objects.get()
    assert (made.application_id, made.means, made.informed, made.by) == (
        card.pk, "phone", informed == "ya", people["counter"]
    )
    entry = card.entries.get(verb="remind")
    assert entry.facts == {"reminder": made.pk, "means": "phone", "informed": informed == "ya"}
    card.refresh_from_db()
    assert card.state == State.READY_FOR_PICKUP and list(verify(Entry)) == []


def test_a_reminder_from_a_row_leads_back_to_that_row_of_the_filtered_list(people: People, counter: Client) -> None:
    card = card_of(people, 8)
    response = remind(counter, card, "?lama=7&desa=35.08.17.2001&page=1&dari=daftar&x=1")
    assert response["Location"] == f"{LIST}?lama=7&desa=35.08.17.2001&page=1#{card.slug}"


def test_a_reminder_from_the_page_of_the_card_stays_there_and_is_listed(people: People, counter: Client) -> None:
    card = card_of(people, 8)
    response = remind(counter, card, informed="tidak", note="Nomor tidak aktif")
    assert response["Location"] == page_of(card)
    text = text_of(counter.get(page_of(card)))
    assert "Nomor tidak aktif" in text and people["counter"].name in text


@pytest.mark.parametrize("sent", [{"means": ""}, {"means": "pigeon"}, {"informed": ""}, {"informed": "x"},
                                  {"note": "x" * 121}])
def test_a_reminder_that_says_too_little_is_asked_for_again(
    sent: dict[str, str], people: People, counter: Client
) -> None:
    card = card_of(people, 8)
    response = remind(counter, card, **{"note": "tetap di sini"} | sent)
    assert response.status_code == 200 and "Belum tersimpan" in text_of(response)
    assert sent.get("note", "tetap di sini") in text_of(response)
    assert not Reminder.objects.exists()


def test_a_reminder_sent_twice_is_noted_once(people: People, counter: Client) -> None:
    card = card_of(people, 8)
    first, second = remind(counter, card), remind(counter, card)
    assert Reminder.objects.count() == 1
    assert "Tercatat" in told(first) and "idak ada yang diubah" in told(second)


def test_the_same_reminder_within_a_minute_is_the_same_one(people: People) -> None:
    card, at = card_of(people, 8), timezone.now() - timedelta(hours=1)
    lifecycle.remind(card, by=people["counter"], means="phone", informed=True, at=at)
    with pytest.raises(Refused, match="baru saja dicatat"):
        lifecycle.remind(card, by=people["counter"], means="phone", informed=True, at=at + timedelta(seconds=59))
    lifecycle.remind(card, by=people["counter"], means="phone", informed=True, at=at + timedelta(seconds=60))
    assert Reminder.objects.count() == 2


def test_who_is_reached_right_after_a_try_in_vain_is_noted(people: People) -> None:
    card, at = card_of(people, 8), timezone.now() - timedelta(hours=1)
    lifecycle.remind(card, by=people["counter"], means="phone", informed=False, at=at)
    lifecycle.remind(card, by=people["counter"], means="phone", informed=True, at=at + timedelta(seconds=5))
    assert list(Reminder.objects.values_list("informed", flat=True)) == [True, False]


def test_a_card_that_was_handed_over_meanwhile_is_not_reminded_of(people: People, counter: Client) -> None:
    card = card_of(people, 8)
    lifecycle.hand_over(card, by=people["counter"], collector="self")
    for response in (remind(counter, card), counter.get(page_of(card))):
        assert response["Location"] == LIST and "sekarang “Diserahkan”" in told(response)
    assert not Reminder.objects.exists()


def test_the_file_leads_to_the_reminders_of_its_card(people: People, counter: Client) -> None:
    card = card_of(people, 8)
    for url in (reverse("applications:dossier-show", args=[card.slug]), f"/penyerahan/{card.slug}/"):
        assert f'href="{page_of(card)}' in text_of(counter.get(url))


def test_who_only_reads_is_offered_no_reminder(people: People, client_of: Browser) -> None:
    card = card_of(people, 100, phone="081234567890")
    secretary = client_of("secretary")
    for url in (LIST, page_of(card)):
        text = text_of(secretary.get(url))
        assert card.number in text and "pengingat/" not in text and "withdraw_card" not in text
    assert remind(secretary, card).status_code == 403


# -- the text for WhatsApp -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phone", "number"),
    [("081234567890", "6281234567890"), ("+62 812-3456-7890", "6281234567890"), ("6281234567890", "6281234567890"),
     ("81234567890", "6281234567890"), ("0812 3456 789", "628123456789"), ("", ""), ("0334321465", ""), ("0812", ""),
     ("tidak ada", ""), ("08123456789012345", ""), ("0812345678a", ""), ("٠٨١٢٣٤٥٦٧٨٩", "")],
)
def test_a_number_is_written_as_whatsapp_takes_it_or_not_at_all(phone: str, number: str) -> None:
    assert uncollected.whatsapp_number(phone) == number


def test_the_link_opens_whatsapp_with_the_ready_text(people: People, counter: Client) -> None:
    card = card_of(people, 8, phone="081234567890")
    notice = uncollected.notice()
    link = urlsplit(notice.link(card))
    assert (link.scheme, link.netloc, link.path) == ("https", "wa.me", "/6281234567890")
    assert parse_qs(link.query) == {"text": [notice.text(card)]}
    for url in (LIST, page_of(card)):
        text = text_of(counter.get(url))
        assert f'href="{notice.link(card)}" target="_blank" rel="noopener"' in text
    assert notice.text(card) in unquote(text)


def test_the_text_says_what_is_needed_and_names_nobody(people: People) -> None:
    card = card_of(people, name="Siti Maimunah", phone="081234567890")
    text = uncollected.notice().text(card)
    for word in (card.number, "Kantor Kecamatan Jatiroto", "Senin–Kamis 07.30–15.00", "tanda terima", "Gratis"):
        assert word in text
    person = card.resident
    for secret in (person.name, "Siti", person.nik, person.kk_number, person.address, card.tracking_code):
        assert secret not in text


@pytest.mark.parametrize("kind", Kind)
def test_the_text_asks_for_the_old_card_where_it_is_surrendered(kind: str, people: People) -> None:
    card = card_of(people)
    card.kind = kind
    assert ("KTP lama" in uncollected.notice().text(card)) == (kind in (Kind.DAMAGED, Kind.DATA_CHANGE))


def test_without_a_mobile_number_there_is_the_text_but_no_link(people: People, counter: Client) -> None:
    for phone in ("", "0334321465"):
        text = text_of(counter.get(page_of(card_of(people, phone=phone))))
        assert "wa.me" not in text and "sudah selesai dan dapat diambil" in text


def test_service_hours_are_told_in_spans(db: None) -> None:
    assert uncollected.service_hours() == "Senin–Kamis 07.30–15.00; Jumat 07.30–11.00 dan 13.00–14.30"
    ServiceInterval.objects.filter(weekday=1).delete()
    assert uncollected.service_hours().startswith("Senin 07.30–15.00; Rabu–Kamis 07.30–15.00; Jumat")
    ServiceInterval.objects.all().delete()
    assert uncollected.service_hours() == ""


# -- withdrawal ----------------------------------------------------------------------------------


def withdraw(client: Client, card: Application, **sent: str) -> Any:
    url = reverse("applications:dossier-move", args=[card.slug, "withdraw_card"]) + "?dari=uncollected"
    return client.post(url, {"version": str(card.version), "confirmed": "1", "reason": "Tidak datang"} | sent)


def test_the_section_head_withdraws_from_the_list_what_nobody_collected(people: People, head: Client) -> None:
    old, young = card_of(people, 91), card_of(people, 89)
    text = text_of(head.get(LIST))
    assert "Tarik kartu" in row_of(text, old) and "Tarik kartu" not in row_of(text, young)
    response = withdraw(head, old, cause="uncollected")
    assert response["Location"] == LIST
    old.refresh_from_db()
    held = HeldCard.objects.get(application=old)
    assert (old.state, held.source, held.cause) == (State.WITHDRAWN, "withdrawn", "uncollected")


def test_nobody_came_is_no_cause_before_the_days_of_the_parameter(people: People, head: Client) -> None:
    card = card_of(people, 89)
    response = withdraw(head, card, cause="uncollected")
    assert response.status_code == 200 and "baru dapat dipilih setelah 90 hari" in text_of(response)
    assert not HeldCard.objects.exists()
    Parameter.objects.filter(pk="hari-belum-diambil-3").update(value=60)
    assert withdraw(head, card, cause="uncollected").status_code == 302


def test_a_death_is_a_cause_at_any_time(people: People, head: Client) -> None:
    card = card_of(people)
    assert "withdraw_card" in text_of(head.get(page_of(card)))
    assert withdraw(head, card, cause="deceased").status_code == 302
    assert HeldCard.objects.get(application=card).cause == "deceased"


def test_no_card_is_withdrawn_without_a_reason(people: People) -> None:
    card = application_in(State.READY_FOR_PICKUP, people)
    with pytest.raises(Refused, match="Isi alasan"):
        lifecycle.withdraw_card(card, by=people["section_head"], cause="deceased", reason=" ")
    assert not HeldCard.objects.exists()


def test_a_card_that_is_out_is_not_withdrawn(people: People, head: Client) -> None:
    card = card_of(people, 91)
    card = lifecycle.send_to_village(card, by=people["counter"], bundle=bundle_for(card))
    response = withdraw(head, card, cause="uncollected")
    assert "sedang dibawa Desa" in text_of(response) + told(response)
    card.refresh_from_db()
    assert card.state == State.READY_FOR_PICKUP
    for url in (LIST, page_of(card)):
        assert "withdraw_card" not in text_of(head.get(url))


# -- sheets for the notice boards ----------------------------------------------------------------


def sheet_of(client: Client, village: Village) -> Any:
    return client.get(reverse("applications:uncollected-sheet", args=[village.code]))


def test_the_sheet_of_a_village_holds_its_numbers_and_no_name(people: People, counter: Client) -> None:
    here, there = Village.objects.all()[:2]
    ready = card_of(people, village=here, name="Rahayu Sekarwangi")
    out = card_of(people, village=here)
    lifecycle.send_to_village(out, by=people["counter"], bundle=bundle_for(out))
    back = Path(people, resident=make_resident(village=here, name="Joko Kurangberkas")).returned()
    other = card_of(people, village=there)
    done = Path(people, resident=make_resident(village=here)).handed_over()
    text = pdf_text(sheet_of(counter, here))
    parts = text.split("Sudah selesai, dapat diambil")[1]
    at_office, rest = parts.split("dibawa perangkat desa")
    with_village, incomplete = rest.split("Belum lengkap")
    assert ready.number in at_office and out.number in with_village and back.number in incomplete
    assert other.number not in text and done.number not in text
    for word in (here.name.upper(), "Senin–Kamis 07.30–15.00", "tanda terima", "Gratis"):
        assert word in text
    for secret in (ready.resident, out.resident, back.resident):
        assert secret.name not in text and secret.name.split()[0] not in text and secret.nik not in text


def test_all_sheets_in_one_are_a_page_for_each_village(people: People, counter: Client) -> None:
    cards = [card_of(people, village=village) for village in Village.objects.all()]
    pages = pdf_pages(counter.get(reverse("applications:uncollected-sheets")))
    assert [[card.number in page for card in cards].index(True) for page in pages] == list(range(len(cards)))
    assert all("KECAMATAN JATIROTO" in page for page in pages)


def test_a_long_sheet_runs_over_several_pages_and_loses_no_number(people: People, counter: Client) -> None:
    cards = crowd(State.READY_FOR_PICKUP, people, 260)
    pages = pdf_pages(sheet_of(counter, cards[0].resident.village))
    assert len(pages) > 1 and all(card.number in " ".join(pages) for card in cards)


def test_a_village_that_does_not_exist_has_no_sheet(counter: Client) -> None:
    for code in ("35.08.17.9999", "x"):
        assert counter.get(f"/belum-diambil/lembar/{code}.pdf").status_code == 404


def test_the_sheets_take_as_many_queries_for_one_as_for_many(people: People, counter: Client) -> None:
    url = reverse("applications:uncollected-sheets")
    crowd(State.READY_FOR_PICKUP, people, 2)
    counter.get(url)
    few = queries_of(counter, url)
    crowd(State.READY_FOR_PICKUP, people, 40)
    assert queries_of(counter, url) == few <= BUDGET
