"""`/penyerahan/`: the card is found and goes into a hand once, to another with papers or a reason; the proof stays."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path as Folder
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import User
from applications import lifecycle
from applications.models import Application, BundleCard, DataConfirmation, Entry, Handover, HeldCard
from applications.refusals import Refused
from applications.states import Kind, State
from devices import registry
from devices.backends.simulated_device import Fault
from office import vault
from office.models import Read, VaultFile
from office.verification import verify
from tests.applications.hostile import jpeg
from tests.applications.racers import Job, Racer, race
from tests.factories import (
    Path,
    application_in,
    bundle_for,
    make_resident,
    note_central_status,
    receive_blanks,
)
from tests.pages import fields_of, pdf_pictures, pdf_text, queries_of, text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]
DESK = "/penyerahan/"


@pytest.fixture
def counter(client_of: Browser) -> Client:
    return client_of("counter")


@pytest.fixture
def card(people: People) -> Application:
    return application_in(State.READY_FOR_PICKUP, people)


@pytest.fixture
def folder(settings: Any, tmp_path: Folder) -> Folder:
    """A vault of one's own, to count its files."""
    settings.VAULT_DIR = tmp_path
    return tmp_path


@pytest.fixture
def broken_pad(settings: Any) -> Iterator[Callable[[str], None]]:
    def broken(fault: str) -> None:
        pads = (alias for alias, each in settings.DEVICES.items() if each["OPTIONS"]["modality"] == "signature")
        name = next(pads)
        entry = settings.DEVICES[name]
        settings.DEVICES = settings.DEVICES | {name: entry | {"OPTIONS": entry["OPTIONS"] | {"fault": fault}}}

    yield broken
    registry.reset()


def kept(folder: Folder) -> list[Folder]:
    return [path for path in folder.rglob("*") if path.is_file()]


def press(client: Client, application: Application, name: str, **sent: str) -> Any:
    url = reverse("applications:dossier-move", args=[application.slug, name]) + "?dari=handover"
    return client.post(url, {"version": str(application.version)} | sent)


def hand_over(client: Client, application: Application, **sent: str) -> Any:
    return press(client, application, "hand_over", **{"collector": "self", "signed": "paper", "confirmed": "1"} | sent)


def nothing_happened(application: Application) -> bool:
    application.refresh_from_db()
    return application.state == State.READY_FOR_PICKUP and not Handover.objects.exists()


def proof_url(application: Application) -> str:
    return reverse("applications:handover-proof", args=[application.slug])


# -- given once ----------------------------------------------------------------------------------


def test_the_card_is_handed_over_and_the_proof_offered(card: Application, counter: Client) -> None:
    response = hand_over(counter, card)
    assert response["Location"] == proof_url(card)
    assert "Diserahkan" in told(response)
    text = text_of(counter.get(response["Location"]))
    assert reverse("applications:documents-proof", args=[card.slug]) in text and 'type="file"' in text


def test_the_handover_asks_once_before_it_is_final(card: Application, counter: Client) -> None:
    """Without a script the question stands above the same form, at the same desk."""
    url = reverse("applications:dossier-move", args=[card.slug, "hand_over"]) + "?dari=handover"
    sent = {"collector": "self", "signed": "thumb", "version": str(card.version)}
    response = counter.post(url, sent)
    assert response.status_code == 200
    text = text_of(response)
    name = card.resident.name
    said = f"Kartu {name} diserahkan kepada {name} sendiri. Cap jempol di lembar bukti. Ini tidak dapat dibatalkan."
    assert said in text and "queue-row" in text
    assert nothing_happened(card)
    answered = fields_of(response)
    assert (answered["confirmed"], answered["collector"], answered["signed"]) == ("1", "self", "thumb")
    assert counter.post(url, answered).status_code == 302
    assert Handover.objects.get().signed == "thumb"


def test_a_second_handover_changes_nothing(card: Application, counter: Client) -> None:
    hand_over(counter, card)
    assert "sudah berpindah: sekarang “Diserahkan”" in told(hand_over(counter, card))
    assert Handover.objects.count() == 1


def test_a_stale_page_hands_nothing_over(card: Application, counter: Client, folder: Folder) -> None:
    for signed in ("paper", "pad"):
        response = hand_over(counter, card, version=str(card.version + 1), signed=signed)
        assert "tidak ada yang diubah" in told(response)
        assert nothing_happened(card) and kept(folder) == []


def test_a_stale_page_is_not_even_asked_the_question(card: Application, counter: Client) -> None:
    """Or the answer would be for the file as it is now, not for the one that was on the screen."""
    url = reverse("applications:dossier-move", args=[card.slug, "hand_over"])
    response = counter.post(url, {"collector": "self", "signed": "paper", "version": str(card.version + 1)})
    assert "tidak ada yang diubah" in told(response)
    assert nothing_happened(card)


def test_after_the_next_one_nothing_of_the_former_resident_is_on_the_page(
    people: People, card: Application, counter: Client
) -> None:
    other = application_in(State.READY_FOR_PICKUP, people)
    hand_over(counter, card)
    counter.get(proof_url(card))
    text = text_of(counter.get(DESK))
    assert other.resident.name in text
    for personal in (card.resident.name, card.resident.nik_masked, card.number, card.slug):
        assert personal not in text


@pytest.mark.django_db(transaction=True)
def test_two_counters_that_hand_over_at_once_give_one_card_and_keep_one_signature(
    racers: list[Racer], people: People
) -> None:
    """Two processes and their pads; the signature of the slower one is not left behind in the vault."""
    for signed in ("paper", "pad", "pad"):
        card = application_in(State.READY_FOR_PICKUP, people)
        url = reverse("applications:dossier-move", args=[card.slug, "hand_over"]) + "?dari=handover"
        data = {"collector": "self", "signed": signed, "confirmed": "1", "version": str(card.version)}
        job: Job = {"task": "post", "url": url, "data": data, "by": people["counter"].pk}
        before = set(kept_in_vault())
        results = race(racers, job, window=0.1)
        assert {result["outcome"] for result in results} == {302}, results
        assert sorted("sudah berpindah" in result["sentence"] for result in results) == [False, True]
        assert card.entries.filter(verb="hand_over").count() == 1
        given = Handover.objects.get(application=card)
        names = {given.signature.name} if given.signature else set()
        assert set(kept_in_vault()) - before == names
    assert list(verify(Entry)) == []


def kept_in_vault() -> list[str]:
    return [each.name for each in vault.kept_files()]


# -- who collects --------------------------------------------------------------------------------

NAME, RELATION, PAPERS = (
    "Isi nama orang yang mengambil.", "Isi hubungannya dengan pemohon.",
    "Lihat surat kuasa dan KTP pengambil dan beri tanda pada keduanya, atau isi alasan ini.",
)


def typed_again(value: str) -> str:
    """As `fields_of` reads it: a box that is ticked has no value of its own."""
    return "" if value == "on" else value


SEEN = {"authority_seen": "on", "id_seen": "on"}


@pytest.mark.parametrize(
    ("sent", "asked"),
    [
        ({}, {NAME, RELATION, PAPERS}),
        ({"collector_name": "Ahmad", "relation": "suami"}, {PAPERS}),
        ({"collector_name": "Ahmad", "relation": "suami", "authority_seen": "on"}, {PAPERS}),
        ({"collector_name": "Ahmad", "relation": "suami", "id_seen": "on"}, {PAPERS}),
        ({"collector_name": "Ahmad", "relation": "suami", "without_papers_reason": "   "}, {PAPERS}),
        ({"collector_name": "Ahmad"} | SEEN, {RELATION}),
        ({"relation": "suami"} | SEEN, {NAME}),
        ({"relation": "suami", "without_papers_reason": "sakit"}, {NAME}),
    ],
)
def test_another_person_without_papers_or_a_reason_gets_no_card(
    sent: dict[str, str], asked: set[str], card: Application, counter: Client
) -> None:
    response = hand_over(counter, card, collector="other", signed="thumb", **sent)
    assert response.status_code == 200
    text = text_of(response)
    assert {each for each in (NAME, RELATION, PAPERS) if each in text} == asked
    typed = fields_of(response)
    assert typed["signed"] == "thumb" and typed["collector"] == "other"
    for name, value in sent.items():
        assert typed[name] == typed_again(value), "what was typed stays"
    assert "queue-row" in text and card.resident.nik_masked in text, "beside the file, at the desk"
    assert nothing_happened(card)


def test_another_person_with_both_papers_gets_the_card_and_nobody_is_told(card: Application, counter: Client) -> None:
    hand_over(counter, card, collector="other", collector_name="Ahmad", relation="suami", **SEEN)
    given = Handover.objects.get()
    assert (given.collector_name, given.relation, given.authority_seen, given.id_seen) == ("Ahmad", "suami", True, True)
    assert card.entries.get(verb="hand_over").deviation == ""


def test_without_the_papers_a_reason_is_kept_and_the_secretary_sees_it(card: Application, counter: Client) -> None:
    hand_over(
        counter, card, collector="other", collector_name="Ahmad", relation="suami", id_seen="on",
        without_papers_reason="pemohon sakit, ditelepon",
    )
    given, entry = Handover.objects.get(), card.entries.get(verb="hand_over")
    assert (given.authority_seen, given.id_seen) == (False, True)
    assert given.without_papers_reason == "pemohon sakit, ditelepon"
    assert entry.deviation == "without_papers" and entry.detail.words["reason"] == "pemohon sakit, ditelepon"
    assert "Ahmad" not in entry.body


def test_what_was_typed_about_another_is_not_kept_when_the_resident_came(card: Application, counter: Client) -> None:
    hand_over(counter, card, collector_name="Ahmad", relation="suami", without_papers_reason="salah pilih", **SEEN)
    given = Handover.objects.get()
    assert (given.collector_name, given.relation, given.without_papers_reason) == ("", "", "")
    assert not given.authority_seen and not given.id_seen


def test_nobody_collects_as_something_else(card: Application, counter: Client) -> None:
    for wrong in ({"collector": "tetangga"}, {"signed": "village"}, {"signed": ""}, {"collector": ""}):
        response = hand_over(counter, card, **wrong)
        assert response.status_code == 200 and "error-summary" in text_of(response)
        assert nothing_happened(card)


@pytest.mark.parametrize("wrong", [{"collector": "tetangga"}, {"signed": "cap"}, {"signed": "village"}])
def test_the_verb_itself_knows_who_collects_and_how_it_is_signed(wrong: Any, card: Application, people: People) -> None:
    # `village`: at the counter nobody signs on a list of a village.
    with pytest.raises(Refused, match="^Pilih"):
        lifecycle.hand_over(card, by=people["counter"], **{"collector": "self"} | wrong)
    assert nothing_happened(card)


# -- the old card --------------------------------------------------------------------------------


def replacement(kind: str, people: People) -> Application:
    """A card that replaces another; the centre knows the resident, so nothing is recorded."""
    resident = make_resident()
    note_central_status(resident, "PRINT_READY_RECORD", people["operator"], timezone.now() - timedelta(days=1))
    receive_blanks(people["operator"])
    ready = Path(people, kind=kind, resident=resident).validated()
    printing = lifecycle.start_print(ready, by=people["operator"], reason="uji")
    return lifecycle.confirm_print(printing, by=people["operator"])


@pytest.mark.parametrize(("kind", "cause"), [(Kind.DAMAGED, "worn"), (Kind.DATA_CHANGE, "changed")])
def test_an_old_card_is_surrendered_first(kind: str, cause: str, people: People, counter: Client) -> None:
    application = replacement(kind, people)
    response = hand_over(counter, application)
    assert "Minta KTP lama dan potong sudutnya, lalu beri tanda." in text_of(response)
    assert nothing_happened(application)
    hand_over(counter, application, old_card_surrendered="on")
    assert Handover.objects.get().old_card_surrendered
    held = HeldCard.objects.get()
    assert (held.source, held.cause, held.corner_cut) == ("old", cause, True)


@pytest.mark.parametrize("found", [True, False])
def test_a_lost_card_that_turned_up_is_taken_in_too(found: bool, people: People, counter: Client) -> None:
    application = replacement(Kind.LOST, people)
    page = text_of(counter.get(reverse("applications:handover-card", args=[application.slug])))
    assert "KTP lama ditemukan: diserahkan dan sudutnya sudah dipotong" in page
    hand_over(counter, application, **({"old_card_surrendered": "on"} if found else {}))
    assert [held.cause for held in HeldCard.objects.all()] == (["found"] if found else [])


def test_a_first_card_asks_for_no_old_one(card: Application, counter: Client) -> None:
    text = text_of(counter.get(reverse("applications:handover-card", args=[card.slug])))
    assert "old_card_surrendered" not in text
    assert card.resident.nik_masked in text and card.resident.nik not in text


# -- signed on the pad ---------------------------------------------------------------------------


def test_the_signature_from_the_pad_is_kept_in_the_vault(card: Application, counter: Client, folder: Folder) -> None:
    response = hand_over(counter, card, signed="pad")
    assert response["Location"] == proof_url(card)
    given = Handover.objects.get()
    assert given.signature and [path.name for path in kept(folder)] == [given.signature.name]
    content = vault.read(given.signature.name)
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, given.signature.mime, picture.info.get("Comment")) == ("PNG", "image/png", None)
    assert card.entries.get(verb="hand_over").facts["signature"] == given.signature.sha256
    assert 'type="file"' not in text_of(counter.get(proof_url(card))), "there is nothing to scan"


@pytest.mark.parametrize("fault", sorted(set(Fault) - {Fault.NONE, Fault.LOW_SCORE}))
def test_a_pad_that_fails_hands_nothing_over_and_keeps_what_was_typed(
    fault: str, card: Application, counter: Client, folder: Folder, broken_pad: Callable[[str], None]
) -> None:
    broken_pad(fault)
    other = {"collector": "other", "collector_name": "Ahmad", "relation": "suami", **SEEN}
    response = hand_over(counter, card, signed="pad", **other)
    assert response.status_code == 200
    text = text_of(response)
    assert "Papan tanda tangan: " in text
    assert "Kartu belum diserahkan. Coba lagi, atau pilih tanda tangan di lembar bukti." in text
    typed = fields_of(response)
    assert {name: typed[name] for name in other} == {name: typed_again(value) for name, value in other.items()}
    assert typed["signed"] == "pad"
    assert nothing_happened(card) and kept(folder) == []


def test_an_office_without_a_pad_is_offered_paper_only(card: Application, counter: Client, settings: Any) -> None:
    url = reverse("applications:handover-card", args=[card.slug])
    assert fields_of(counter.get(url))["signed"] == "pad"
    settings.DEVICES = {}
    response = counter.get(url)
    assert fields_of(response)["signed"] == "paper" and 'value="pad"' not in text_of(response)
    assert "error-summary" in text_of(hand_over(counter, card, signed="pad"))
    assert nothing_happened(card)


def test_a_vault_that_cannot_write_hands_nothing_over(card: Application, counter: Client, settings: Any) -> None:
    settings.VAULT_KEYS = {}
    text = text_of(hand_over(counter, card, signed="pad"))
    assert "VAULT_KEYS" in text and "Kartu belum diserahkan." in text
    assert nothing_happened(card)


def test_a_card_that_was_sent_to_a_village_meanwhile_leaves_no_signature_behind(
    card: Application, people: People, counter: Client, folder: Folder
) -> None:
    sent = lifecycle.send_to_village(card, by=people["counter"], bundle=bundle_for(card))
    text = text_of(hand_over(counter, sent, signed="pad"))
    assert "sedang dibawa Desa" in text and nothing_happened(card) and kept(folder) == []
    assert VaultFile.objects.count() == 0


# -- signed on the proof -------------------------------------------------------------------------


def scanned(client: Client, application: Application, content: bytes, **more: Any) -> Any:
    application.refresh_from_db()
    sent = {"scan": SimpleUploadedFile("bukti.jpg", content), "version": str(application.version)}
    return client.post(proof_url(application), sent | more)


@pytest.mark.parametrize("signed", ["paper", "thumb"])
def test_the_signed_proof_is_scanned_afterwards_and_the_task_is_gone(
    signed: str, card: Application, counter: Client, folder: Folder
) -> None:
    hand_over(counter, card, signed=signed)
    assert "Bukti belum dipindai: 1" in text_of(counter.get(DESK))
    assert card.number in text_of(counter.get(f"{DESK}bukti/"))
    original = jpeg()
    assert scanned(counter, card, original)["Location"] == proof_url(card)
    given = Handover.objects.get()
    assert given.proof_scan and given.proof_scanned_by.username == "counter" and given.proof_scanned_at
    assert vault.read(given.proof_scan.name) != original, "the picture is written anew"
    entry = card.entries.get(verb="keep_proof")
    assert (entry.to_state, entry.facts) == ("handed_over", {"scan": given.proof_scan.sha256})
    assert "Bukti belum dipindai" not in text_of(counter.get(DESK))
    assert card.number not in text_of(counter.get(f"{DESK}bukti/"))


def test_a_scanned_proof_is_not_replaced(card: Application, counter: Client, folder: Folder) -> None:
    hand_over(counter, card)
    scanned(counter, card, jpeg())
    response = scanned(counter, card, jpeg())
    assert "Pindaian tidak diganti." in text_of(response)
    assert 'type="file"' not in text_of(counter.get(proof_url(card)))
    assert len(kept(folder)) == 1 == card.entries.filter(verb="keep_proof").count()


def test_a_stale_page_keeps_no_scan(card: Application, counter: Client, folder: Folder) -> None:
    hand_over(counter, card)
    assert "berubah sejak halaman ini dibuka" in text_of(scanned(counter, card, jpeg(), version="1"))
    assert kept(folder) == [] and not Handover.objects.exclude(proof_scan=None).exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"not a picture", "bukan gambar atau PDF"), (b"", "Berkas kosong"), (b"%PDF-1.4 broken", "PDF ini rusak")],
)
def test_what_is_no_picture_is_refused_beside_the_field(
    content: bytes, sentence: str, card: Application, counter: Client, folder: Folder
) -> None:
    hand_over(counter, card)
    response = scanned(counter, card, content)
    assert response.status_code == 200 and sentence in text_of(response)
    assert kept(folder) == []
    assert "Pilih berkas pindaiannya." in text_of(counter.post(proof_url(card), {"version": str(card.version + 1)}))


def test_a_proof_of_two_pages_is_refused(card: Application, counter: Client, folder: Folder) -> None:
    hand_over(counter, card)
    out = io.BytesIO()
    pages = [Image.new("L", (60, 80), tone) for tone in (255, 200)]
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:])
    assert "Bukti penyerahan hanya satu lembar." in text_of(scanned(counter, card, out.getvalue()))
    assert kept(folder) == []


def test_a_handover_on_the_pad_has_no_proof_to_scan(card: Application, counter: Client, people: People) -> None:
    hand_over(counter, card, signed="pad")
    assert "tidak ada yang perlu dipindai" in text_of(scanned(counter, card, jpeg()))
    with pytest.raises(Refused):
        lifecycle.keep_proof(card, by=people["counter"], scan=vault.write(b"x"))


def test_a_proof_before_the_handover_leads_to_the_file(card: Application, people: People, counter: Client) -> None:
    assert counter.get(proof_url(card))["Location"] == reverse("applications:handover-card", args=[card.slug])
    printing = application_in(State.READY_TO_PRINT, people)
    assert counter.get(proof_url(printing))["Location"] == DESK


# -- who sees the signature ----------------------------------------------------------------------


def test_the_scanned_proof_is_shown_to_who_may_see_scans_and_logged(
    card: Application, client_of: Browser, counter: Client
) -> None:
    hand_over(counter, card)
    scanned(counter, card, jpeg())
    url = reverse("applications:handover-scan", args=[card.slug])
    for who in ("counter", "section_head"):
        response = client_of(who).get(url)
        assert response["Content-Type"] == "image/jpeg" and "no-store" in response["Cache-Control"]
        assert url in text_of(client_of(who).get(reverse("applications:dossier-show", args=[card.slug])))
    reads = Read.objects.filter(what="scan", subject=f"resident:{card.resident_id}")
    assert [read.by.username for read in reads.order_by("pk")] == ["counter", "section_head"]
    for who in ("operator", "secretary", "camat", "admin", "information"):
        assert client_of(who).get(url).status_code == 403
    assert url not in text_of(client_of("operator").get(reverse("applications:dossier-show", args=[card.slug])))


def test_the_signature_is_on_the_proof_only_for_who_may_see_scans_and_that_is_logged(
    card: Application, client_of: Browser, counter: Client
) -> None:
    hand_over(counter, card, signed="pad")
    url = reverse("applications:documents-proof", args=[card.slug])
    found = {who: client_of(who).get(url) for who in ("counter", "section_head", "operator", "secretary")}
    assert {who: pdf_pictures(response) for who, response in found.items()} == {
        "counter": 1, "section_head": 1, "operator": 0, "secretary": 0,
    }
    assert all("ditandatangani di papan tanda tangan" in pdf_text(response) for response in found.values())
    reads = Read.objects.filter(what="signature", subject=f"resident:{card.resident_id}")
    assert [read.by.username for read in reads.order_by("pk")] == ["counter", "section_head"]


def test_a_signature_that_cannot_be_read_does_not_keep_the_proof_away(
    card: Application, counter: Client, folder: Folder
) -> None:
    hand_over(counter, card, signed="pad")
    for path in kept(folder):
        path.unlink()
    response = counter.get(reverse("applications:documents-proof", args=[card.slug]))
    assert response.status_code == 200 and pdf_pictures(response) == 0


# -- found ---------------------------------------------------------------------------------------


def find(client: Client, text: str) -> Any:
    return client.post(DESK, {"q": text})


def test_a_number_a_code_an_address_a_nik_and_a_name_open_the_one_card_at_once(
    card: Application, people: People, counter: Client
) -> None:
    application_in(State.READY_FOR_PICKUP, people)
    code = card.tracking_code
    shown = f"{code[:4]}-{code[4:8]}-{code[8:]}"
    here = reverse("applications:handover-card", args=[card.slug])
    for text in (
        card.number, card.slug, str(card.serial), code, shown, shown.lower(), card.resident.nik, card.resident.name,
        f"https://ktp.jatiroto.example/lacak/?kode={code}", f"  HTTPS://KTP.EXAMPLE/LACAK/?x=1&kode={code.lower()}#a ",
    ):
        response = find(counter, text)
        assert response.status_code == 302 and response["Location"] == here, text
    assert set(Read.objects.values_list("what", "count")) == {("search", 1)}
    assert Read.objects.count() == 10


def test_several_cards_are_listed_the_ready_ones_first(people: People, counter: Client) -> None:
    make = {"name": "Siti Aminah"}
    ready = application_in(State.READY_FOR_PICKUP, people, resident=make_resident(**make))
    others = [application_in(state, people, resident=make_resident(**make)) for state in (
        State.READY_TO_PRINT, State.HANDED_OVER,
    )]
    response = find(counter, "aminah")
    text = text_of(response)
    table = text[text.index("Hasil pencarian</h1>"):]
    places = [table.index(each.number) for each in (ready, *others)]
    assert places[0] == min(places)
    assert reverse("applications:handover-card", args=[ready.slug]) in table and "siap diserahkan" in table
    assert "aminah" not in response.request["QUERY_STRING"] and Read.objects.get().count == 3


def test_a_card_that_is_not_there_is_told_where_it_is(people: People, counter: Client) -> None:
    given = Path(people).ready_for_pickup()
    lifecycle.hand_over(
        given, by=people["counter"], collector="other", collector_name="Ahmad", relation="suami",
        authority_seen=True, id_seen=True,
    )
    day = timezone.localdate()
    for application, said in {
        application_in(State.READY_TO_PRINT, people): "belum dicetak: sekarang “Siap cetak”",
        application_in(State.SUBMITTED, people): "belum dicetak: sekarang “Diajukan”",
        application_in(State.PRINTING, people): "belum selesai dicetak",
        application_in(State.CANCELLED, people): "dibatalkan, tidak ada kartu",
        application_in(State.WITHDRAWN, people): "kartunya sudah ditarik",
        application_in(State.HANDED_OVER, people): "kepada pemohon sendiri",
        given: f"sudah diserahkan {day.day} ",
    }.items():
        text = text_of(find(counter, application.number))
        assert application.number in text and said in text
        assert reverse("applications:dossier-show", args=[application.slug]) in text
    assert "kepada Ahmad (suami)" in text


def test_a_card_that_a_village_has_opens_with_where_it_is_and_cannot_be_handed_over(
    card: Application, people: People, counter: Client
) -> None:
    bundle = bundle_for(card)
    lifecycle.send_to_village(card, by=people["counter"], bundle=bundle)
    text = text_of(counter.get(find(counter, card.number)["Location"]))
    assert f"sedang dibawa Desa {bundle.village.name}" in text and bundle.number in text
    assert 'id="hand-over-form"' not in text and 'data-key="S" aria-keyshortcuts' not in text
    namesake = application_in(State.READY_FOR_PICKUP, people)
    listed = text_of(find(counter, "Warga Rekaan"))
    assert f"sedang dibawa Desa {bundle.village.name}, daftar {bundle.number}" in listed and namesake.number in listed
    assert BundleCard.objects.get().outcome == ""


def test_nothing_found_says_so_and_nothing_typed_searches_nothing(counter: Client) -> None:
    text = text_of(find(counter, "K2222-TIDAK-ADA <b>"))
    assert "Tidak ditemukan" in text and "K2222-TIDAK-ADA &lt;b&gt;" in text
    assert find(counter, "   ")["Location"] == DESK
    assert Read.objects.get().count == 0
    for odd in ("[", "https://[::?kode=", "?kode=", "%", "\x00", "9" * 200, "KTP/9999/999999"):
        assert find(counter, odd).status_code == 200


def test_the_search_has_the_focus_until_a_file_is_open(card: Application, counter: Client) -> None:
    field = re.compile(r"<input[^>]*data-scan[^>]*>")
    focused = [
        "autofocus" in field.findall(text_of(counter.get(url)))[0]
        for url in (DESK, reverse("applications:handover-card", args=[card.slug]))
    ]
    assert focused == [True, False]


def test_a_long_list_of_hits_takes_no_more_queries(
    people: People, counter: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(4):
        application_in(State.READY_FOR_PICKUP, people)
    for _ in range(3):
        application_in(State.HANDED_OVER, people)
    with django_assert_max_num_queries(13):
        assert text_of(find(counter, "Warga")).count("siap diserahkan") == 4


def test_the_list_of_proofs_takes_no_more_queries_with_more_rows(people: People, counter: Client) -> None:
    application_in(State.HANDED_OVER, people)
    few = queries_of(counter, f"{DESK}bukti/")
    for _ in range(3):
        application_in(State.HANDED_OVER, people)
    assert queries_of(counter, f"{DESK}bukti/") == few <= 13


# -- a wrong card --------------------------------------------------------------------------------

CAUSES = [
    ("print", State.READY_TO_PRINT, "print"), ("encoding", State.READY_TO_PRINT, "encoding"),
    ("factory", State.READY_TO_PRINT, "factory"), ("office", State.SUBMITTED, "office"),
    ("resident", State.SUBMITTED, "resident"), ("centre", State.SUBMITTED, "centre"),
]


@pytest.mark.parametrize(("fault", "goes_to", "cause"), CAUSES)
def test_a_wrong_card_goes_back_by_whose_cause_it_is(
    fault: str, goes_to: str, cause: str, card: Application, counter: Client
) -> None:
    for wrong in ({}, {"fault": fault}, {"reason": "buram"}, {"fault": "x", "reason": "buram"}):
        response = press(counter, card, "reject_card", **wrong)
        assert response.status_code == 200 and "error-summary" in text_of(response)
    assert nothing_happened(card)
    response = press(counter, card, "reject_card", fault=fault, reason="buram")
    assert response["Location"] == DESK
    card.refresh_from_db()
    held = HeldCard.objects.get()
    assert (card.state, held.source, held.cause) == (goes_to, "rejected", cause)
    assert card.prints.get().rejected_cause == fault


def test_the_form_of_a_rejection_opens_beside_the_file(card: Application, counter: Client) -> None:
    url = reverse("applications:dossier-move", args=[card.slug, "reject_card"]) + "?dari=handover"
    text = text_of(counter.get(url))
    assert "queue-row" in text and card.resident.nik_masked in text and 'id="hand-over-form"' not in text


def test_the_form_of_a_rejection_says_what_the_resident_signed(
    card: Application, people: People, counter: Client
) -> None:
    DataConfirmation.objects.all().delete()
    url = reverse("applications:dossier-move", args=[card.slug, "reject_card"]) + "?dari=handover"
    assert "Pemohon menandatangani data ini" not in text_of(counter.get(url))
    resident = card.resident
    DataConfirmation.objects.create(
        application=card, name=resident.name, birth_place=resident.birth_place, birth_date=resident.birth_date,
        means="sheet", at=timezone.now(), by=people["operator"],
    )
    text = text_of(counter.get(url))
    assert "Pemohon menandatangani data ini pada" in text and "berubah sesudahnya" not in text
    DataConfirmation.objects.update(name="Nama Lama")
    text = text_of(counter.get(url))
    assert "Nama Lama, lahir di" in text and "berubah sesudahnya" in text
