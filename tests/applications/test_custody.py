"""Cards in custody: taken in by the moves and by hand, listed, sent back; every one leaves once."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import RoleTerm, User
from applications import blanks, custody, lifecycle
from applications.models import Application, CustodyEntry, HeldCard
from applications.refusals import NotAllowed, Refused
from applications.states import Kind, State
from office.models import NumberCounter
from office.verification import verify
from tests.applications.acts import undone
from tests.factories import WITNESSES, Path, application_in, destroyed, found_card, receive_blanks
from tests.pages import fields_of, queries_of, text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]
Source, Cause, Verb = HeldCard.Source, HeldCard.Cause, CustodyEntry.Verb


def spoiled_blank(people: People, cause: str = "factory", **more: Any) -> HeldCard:
    receive_blanks(people["operator"])
    entry = blanks.spoil(by=people["operator"], cause=cause, **more)
    return HeldCard.objects.get(pk=entry.facts["held"])


def send_back(cards: list[HeldCard], people: People, **more: Any) -> list[HeldCard]:
    said = {"by": people["operator"], "document": "470/12/427.99/2026"}
    return custody.send_back([card.pk for card in cards], **said | more)


def replacement(people: People, kind: str) -> Application:
    """The card of a resident who was recorded before, ready to be handed over."""
    path = Path(people, kind=kind)
    file = path.status(path.validated(), "PRINT_READY_RECORD")
    receive_blanks(people["operator"])
    file = lifecycle.start_print(file, by=people["operator"], reason="uji")
    return lifecycle.confirm_print(file, by=people["operator"])


def hand_over(file: Application, people: People, old_card: bool) -> Application:
    return lifecycle.hand_over(file, by=people["counter"], collector="self", old_card_surrendered=old_card)


# -- the corner that is cut later ---------------------------------------------------------------


def test_a_corner_is_cut_later_once_with_its_entry(people: People) -> None:
    card = custody.cut_corner(found_card(people, "Siti Aminah", corner_cut=False).pk, by=people["counter"])
    assert HeldCard.objects.get(pk=card.pk).corner_cut
    assert [entry.verb for entry in card.entries.order_by("seq")] == [Verb.TAKE_IN, Verb.CUT_CORNER]
    with pytest.raises(Refused, match="sudah tercatat dipotong"):
        custody.cut_corner(card.pk, by=people["counter"])
    assert list(verify(CustodyEntry)) == []


def test_a_corner_is_cut_by_who_takes_in_and_while_the_card_lies_there(people: People) -> None:
    card = found_card(people, "Siti Aminah", corner_cut=False)
    with pytest.raises(NotAllowed):
        custody.cut_corner(card.pk, by=people["section_head"])
    destroyed([card], people)
    with pytest.raises(Refused, match="keluar dari penyimpanan"):
        custody.cut_corner(card.pk, by=people["counter"])
    assert not HeldCard.objects.get(pk=card.pk).corner_cut


def test_the_corner_is_ticked_on_the_list_and_the_filter_stays(people: People, client_of: Browser) -> None:
    card, client = found_card(people, "Siti Aminah", corner_cut=False), client_of("counter")
    assert "Sudah dipotong" in text_of(client.get("/kartu-ditarik/?asal=found"))
    done = client.post(f"/kartu-ditarik/{card.pk}/sudut/?asal=found")
    assert done["Location"] == "/kartu-ditarik/?asal=found"
    assert "Sudah dipotong" not in text_of(client.get("/kartu-ditarik/?asal=found"))
    assert "Sudut kartu ini sudah" in told(client.post(f"/kartu-ditarik/{card.pk}/sudut/"))
    assert "Sudah dipotong" not in text_of(client.get("/kartu-ditarik/keluar/"))
    found_card(people, "Budi", corner_cut=False)
    assert "Sudah dipotong" not in text_of(client_of("secretary").get("/kartu-ditarik/"))


# -- what comes in -------------------------------------------------------------------------------


def test_a_found_card_is_taken_in_with_its_entry(people: People) -> None:
    card = found_card(people, "Siti Aminah", note="dari Kepala Dusun Krajan", corner_cut=False)
    entry = card.entries.get()
    assert (card.source, card.cause, card.corner_cut) == (Source.FOUND, Cause.FOUND, False)
    assert (entry.verb, entry.cause, entry.by) == (Verb.TAKE_IN, Cause.FOUND, people["counter"])
    assert "Siti Aminah" not in entry.body and entry.detail.words["holder"] == "Siti Aminah"
    assert list(verify(CustodyEntry)) == []


@pytest.mark.parametrize("name", ["", "   "])
def test_a_found_card_of_which_nothing_is_known_is_refused(name: str, people: People) -> None:
    with pytest.raises(Refused, match="Isi nama pada kartu"):
        found_card(people, name, note=name)
    assert found_card(people, name, note="foto saja yang terlihat").pk


def test_a_found_card_sent_twice_is_taken_in_once(people: People) -> None:
    once = uuid4()
    found_card(people, once=once)
    with pytest.raises(Refused, match="tidak dicatat dua kali"):
        found_card(people, once=once)
    assert HeldCard.objects.count() == CustodyEntry.objects.count() == 1


def test_the_right_to_take_in_is_asked_from_the_database(people: People) -> None:
    assert people["counter"].has_perm(custody.TAKE_IN)  # and remembered by the object
    RoleTerm.objects.filter(user=people["counter"]).update(valid_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotAllowed):
        found_card(people)
    assert not HeldCard.objects.exists()


def test_a_card_cannot_be_found_tomorrow(people: People) -> None:
    with pytest.raises(Refused, match="Waktu kejadian belum tiba"):
        found_card(people, at=timezone.now() + timedelta(hours=1))


# -- what goes back ------------------------------------------------------------------------------


def test_faulty_blanks_go_back_with_a_letter(people: People) -> None:
    card = spoiled_blank(people)
    send_back([card], people)
    card.refresh_from_db()
    assert card.returned_with == "470/12/427.99/2026" and card.returned_by == people["operator"]
    assert [entry.verb for entry in card.entries.all()] == [Verb.TAKE_IN, Verb.SEND_BACK]
    assert not custody.lying().exists() and list(verify(CustodyEntry)) == []


def test_what_does_not_go_back_is_refused_with_a_sentence(people: People) -> None:
    blank, card = spoiled_blank(people), found_card(people)
    tries = [
        ([card], {}, "Hanya blangko"), ([blank, card], {}, "Hanya blangko"), ([], {}, "Pilih paling sedikit"),
        ([blank], {"document": "  "}, "Isi nomor surat"),
        ([blank], {"at": blank.taken_at - timedelta(minutes=1)}, "diterima setelah waktu itu"),
    ]
    for cards, more, sentence in tries:
        with pytest.raises(Refused, match=sentence):
            send_back(cards, people, **more)
    with pytest.raises(NotAllowed):
        send_back([blank], people, by=people["section_head"])
    assert set(custody.lying()) == {blank, card}


def test_a_blank_goes_back_once(people: People) -> None:
    card = spoiled_blank(people)
    send_back([card], people)
    with pytest.raises(Refused, match="1 dari 1 kartu yang dipilih baru saja keluar"):
        send_back([card], people, document="470/13")
    assert HeldCard.objects.get().returned_with == "470/12/427.99/2026"


# -- a quiet line --------------------------------------------------------------------------------


def test_cards_that_lie_longer_than_a_service_day_are_told(people: People, at_time: Callable[[str], Any]) -> None:
    with at_time("2026-11-19 10:00"):  # a Thursday
        found_card(people)
    for moment, late in [("2026-11-19 14:00", False), ("2026-11-20 09:59", False), ("2026-11-20 10:01", True)]:
        with at_time(moment) as now:
            assert bool(custody.overdue_since(now)) == late, moment


def test_a_weekend_and_a_faulty_blank_are_not_late(people: People, at_time: Callable[[str], Any]) -> None:
    with at_time("2026-11-18 09:00"):
        spoiled_blank(people)
    with at_time("2026-11-20 14:00"):  # a Friday
        found_card(people)
    with at_time("2026-11-22 20:00") as now:
        assert custody.overdue_since(now) is None
    with at_time("2026-11-23 14:30") as now:
        assert custody.overdue_since(now) is not None


# -- every surrendered card ends in exactly one record ---------------------------------------------

# Each number is the seed of one step.
STEPS = st.lists(st.integers(0, 2**32 - 1), min_size=8, max_size=25)
TAKEN_IN = ["old", "lost", "reject", "fail", "withdraw", "found", "blank"]


class House:
    """An office in which cards are taken out of use, and what should be in custody by our own count."""

    def __init__(self, people: People) -> None:
        self.people, self.came, self.steps, self.done = people, Counter[str](), 0, Counter[str]()

    def step(self, seed: int) -> None:
        self.steps += 1
        chance = Random(f"{self.steps} {seed}")
        name = chance.choice([*TAKEN_IN, "destroy", "destroy", "send_back", "intact"])
        getattr(self, name)(chance)
        self.done[name] += 1

    def old(self, chance: Random) -> None:
        file = replacement(self.people, chance.choice([Kind.DAMAGED, Kind.DATA_CHANGE]))
        hand_over(file, self.people, old_card=True)
        self.came[Source.OLD] += 1

    def lost(self, chance: Random) -> None:
        turned_up = chance.random() < 0.5
        hand_over(replacement(self.people, Kind.LOST), self.people, old_card=turned_up)
        self.came[Source.OLD] += turned_up

    def reject(self, chance: Random) -> None:
        file = application_in(State.READY_FOR_PICKUP, self.people)
        lifecycle.reject_card(file, by=self.people["counter"], fault=chance.choice(["print", "office"]), reason="uji")
        self.came[Source.REJECTED] += 1

    def fail(self, chance: Random) -> None:
        file = application_in(State.PRINTING, self.people)
        lifecycle.fail_print(file, by=self.people["operator"], blank_used=True, fault="encoding")
        self.came[Source.SPOILED] += 1

    def intact(self, chance: Random) -> None:
        """A failed print whose blank is whole leaves nothing behind."""
        lifecycle.fail_print(
            application_in(State.PRINTING, self.people), by=self.people["operator"], blank_used=False
        )

    def withdraw(self, chance: Random) -> None:
        application_in(State.WITHDRAWN, self.people)
        self.came[Source.WITHDRAWN] += 1

    def found(self, chance: Random) -> None:
        found_card(self.people)
        self.came[Source.FOUND] += 1

    def blank(self, chance: Random) -> None:
        spoiled_blank(self.people)
        self.came[Source.BLANK] += 1

    def some(self, chance: Random) -> list[HeldCard]:
        """Cards from anywhere, also such as have left."""
        cards = list(HeldCard.objects.order_by("pk"))
        cards = cards if chance.random() < 0.3 else [card for card in cards if card in set(custody.to_destroy())]
        return chance.sample(cards, chance.randint(0, len(cards)))

    def destroy(self, chance: Random) -> None:
        try:
            destroyed(self.some(chance), self.people)
        except Refused:
            return
        self.done["destroyed"] += 1

    def send_back(self, chance: Random) -> None:
        cards = list(HeldCard.objects.all() if chance.random() < 0.3 else custody.to_send_back())
        try:
            send_back(chance.sample(cards, chance.randint(0, len(cards))), self.people)
        except Refused:
            return
        self.done["sent_back"] += 1

    def check(self) -> None:
        """What came, by source; nothing has left in two ways; the book says the same as the cards."""
        assert Counter(HeldCard.objects.values_list("source", flat=True)) == +self.came
        for card in HeldCard.objects.prefetch_related("entries"):
            verbs = [entry.verb for entry in card.entries.all()]
            left = [Verb.DESTROY] * bool(card.destruction_id) + [Verb.SEND_BACK] * bool(card.returned_at)
            assert verbs == [Verb.TAKE_IN, *left] and len(left) <= 1
            assert card.source == Source.BLANK or not card.returned_at
            assert card.source != Source.BLANK or not card.destruction_id

    def clear(self) -> None:
        """At the end of the day the head destroys what is left, and the operator sends the blanks back."""
        if custody.to_destroy().exists():
            destroyed(list(custody.to_destroy()), self.people)
        if custody.to_send_back().exists():
            send_back(list(custody.to_send_back()), self.people)


def test_every_surrendered_card_ends_in_exactly_one_destruction_record(people: People) -> None:
    done: Counter[str] = Counter()

    @settings(
        max_examples=max(5, settings.default.max_examples // 10), suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(STEPS)
    def keep_every_card(steps: list[int]) -> None:
        with undone():
            house = House(people)
            for seed in steps:
                house.step(seed)
                house.check()
            house.clear()
            house.check()
            destroyed_once = CustodyEntry.objects.filter(verb=Verb.DESTROY).values_list("card_id", flat=True)
            assert sorted(destroyed_once) == sorted(
                HeldCard.objects.exclude(source=Source.BLANK).values_list("pk", flat=True)
            )
            assert not custody.lying().exists()
            serials = sorted(HeldCard.objects.exclude(destruction=None).values_list("destruction__serial", flat=True))
            assert sorted(set(serials)) == list(range(1, len(set(serials)) + 1))
            assert list(verify(CustodyEntry)) == []
            done.update(house.done)

    keep_every_card()
    # The sequences prove something only if each step was made.
    assert set(done) >= {*TAKEN_IN, "destroy", "destroyed", "send_back", "sent_back", "intact"}, done


# -- the pages -----------------------------------------------------------------------------------


def sent(client: Client, url: str, **typed: Any) -> Any:
    """A page opened and sent as a browser does it."""
    return client.post(url, fields_of(client.get(url)) | typed)


def test_the_page_shows_what_lies_there_and_how_it_came(people: People, client_of: Browser) -> None:
    file = application_in(State.READY_FOR_PICKUP, people)
    lifecycle.reject_card(file, by=people["counter"], fault="print", reason="buram")
    found_card(people, "Siti Aminah", corner_cut=False)
    text = text_of(client_of("counter").get("/kartu-ditarik/"))
    for words in (file.number, file.resident.name, "Kartu ditolak setelah dicetak", "Hasil cetak cacat", "buram",
                  "Siti Aminah", "belum dipotong", people["counter"].name):
        assert words in text
    assert 'sebab=print"><b>1</b> Hasil' in text and 'sebab=found"><b>1</b> Hilang' in text


def test_the_page_is_filtered_by_source_and_cause(people: People, client_of: Browser) -> None:
    spoiled_blank(people, serial="")
    found_card(people, "Siti Aminah")
    client = client_of("secretary")
    assert "Siti Aminah" not in text_of(client.get("/kartu-ditarik/?asal=blank"))
    assert "Siti Aminah" in text_of(client.get("/kartu-ditarik/?sebab=found&asal=found"))
    assert "Tidak ada kartu dengan asal dan sebab ini" in text_of(client.get("/kartu-ditarik/?asal=old"))
    for odd in ("?asal=x&sebab=%00&urut=9&page=zz", "?asal=' OR 1=1"):
        assert "Siti Aminah" in text_of(client.get(f"/kartu-ditarik/{odd}"))


def test_the_oldest_stands_first_unless_asked_otherwise(people: People, client_of: Browser) -> None:
    found_card(people, "Yang Lama", at=timezone.now() - timedelta(days=3))
    found_card(people, "Yang Baru")
    client = client_of("section_head")
    text, turned = (text_of(client.get(f"/kartu-ditarik/{asked}")) for asked in ("", "?urut=baru"))
    assert text.index("Yang Lama") < text.index("Yang Baru")
    assert turned.index("Yang Baru") < turned.index("Yang Lama")


def test_the_second_page_tells_what_left_and_with_which_paper(people: People, client_of: Browser) -> None:
    record = destroyed([found_card(people, "Siti Aminah")], people)
    send_back([spoiled_blank(people)], people)
    client = client_of("secretary")
    text = text_of(client.get("/kartu-ditarik/keluar/"))
    assert "Dimusnahkan" in text and record.number in text
    assert "Dikembalikan" in text and "Surat 470/12/427.99/2026" in text
    assert text.index("Surat 470/12") < text.index(record.number)  # the last first
    assert "Siti Aminah" not in text_of(client.get("/kartu-ditarik/keluar/?asal=blank"))
    assert "Siti Aminah" in text_of(client.get("/kartu-ditarik/keluar/?sebab=found"))
    assert "Siti Aminah" not in text_of(client.get("/kartu-ditarik/"))


def test_the_secretary_reads_only(people: People, client_of: Browser) -> None:
    found_card(people)
    record = destroyed([found_card(people)], people)
    pages = ["", "keluar/", "berita-acara/", f"berita-acara/{record.slug}/", "laporan/"]
    for page in pages:
        text = text_of(client_of("secretary").get(f"/kartu-ditarik/{page}"))
        assert not any(f'href="/kartu-ditarik/{name}/"' in text for name in ("pemusnahan", "temuan", "pengembalian"))


def test_a_late_destruction_is_told_quietly(people: People, client_of: Browser, at_time: Callable[[str], Any]) -> None:
    found_card(people, at=timezone.now() - timedelta(days=9))
    assert "Menunggu pemusnahan sejak" in text_of(client_of("secretary").get("/kartu-ditarik/"))
    destroyed(list(custody.lying()), people)
    found_card(people)
    assert "Menunggu pemusnahan sejak" not in text_of(client_of("secretary").get("/kartu-ditarik/"))


def test_a_found_card_is_written_from_its_page_once(people: People, client_of: Browser) -> None:
    client = client_of("counter")
    page = fields_of(client.get("/kartu-ditarik/temuan/")) | {"holder": "Siti Aminah", "note": "di pasar"}
    first, second = [client.post("/kartu-ditarik/temuan/", page) for _ in range(2)]
    assert first["Location"] == "/kartu-ditarik/" and "Potong sudut kanan atasnya" in told(first)
    assert "tidak dicatat dua kali" in text_of(second) and HeldCard.objects.count() == 1
    sent(client, "/kartu-ditarik/temuan/", holder="Siti Aminah", note="di pasar", corner_cut="on")
    assert HeldCard.objects.filter(corner_cut=True).count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Isi nama pada kartu"), ({"holder": "J" * 61}, "paling banyak 60 huruf"),
        ({"holder": "J\x00"}, "Ada tanda yang tidak terbaca."), ({"holder": "J", "once": "x"}, "tidak utuh lagi"),
        ({"holder": "J", "note": "x" * 121}, "paling banyak 120 huruf"),
    ],
)
def test_what_is_typed_wrongly_is_said_and_kept(typed: dict[str, str], sentence: str, client_of: Browser) -> None:
    response = sent(client_of("operator"), "/kartu-ditarik/temuan/", **typed)
    assert response.status_code == 200 and 'class="error-summary"' in text_of(response)
    assert sentence in text_of(response) and not HeldCard.objects.exists()


def test_blanks_are_sent_back_from_their_page_after_a_question(people: People, client_of: Browser) -> None:
    client, url = client_of("operator"), "/kartu-ditarik/pengembalian/"
    cards = [spoiled_blank(people) for _ in range(2)]
    found_card(people, "Siti Aminah")
    assert "Siti Aminah" not in text_of(client.get(url))
    page = {"cards": [card.pk for card in cards], "document": "470/12"}
    asked = client.post(url, page)
    assert "Periksa sekali lagi" in text_of(asked) and custody.to_send_back().count() == 2
    first, second = [client.post(url, page | {"confirmed": "1"}) for _ in range(2)]
    assert "2 blangko rusak tercatat dikembalikan" in told(first) and custody.to_send_back().count() == 0
    assert "2 dari 2 kartu yang dipilih baru saja keluar" in text_of(second)
    for odd in ({"cards": ["x", "9" * 30]}, {"cards": ""}, {"document": ""}, {"cards": ["99999"]}):
        response = client.post(url, page | {"confirmed": "1"} | odd)
        assert response.status_code == 200 and 'class="error-summary"' in text_of(response)


def test_empty_pages_say_so(client_of: Browser) -> None:
    assert "Tidak ada kartu di penyimpanan" in text_of(client_of("counter").get("/kartu-ditarik/"))
    assert "Belum ada kartu yang keluar" in text_of(client_of("counter").get("/kartu-ditarik/keluar/"))
    assert "Tidak ada blangko rusak" in text_of(client_of("operator").get("/kartu-ditarik/pengembalian/"))
    assert "Tidak ada kartu yang menunggu" in text_of(client_of("section_head").get("/kartu-ditarik/pemusnahan/"))
    assert "Belum ada berita acara" in text_of(client_of("section_head").get("/kartu-ditarik/berita-acara/"))


def many(people: People, count: int, **more: Any) -> list[HeldCard]:
    """Cards in bulk, each with the name of a file; without entries, to be counted and listed."""
    file = application_in(State.HANDED_OVER, people)
    return HeldCard.objects.bulk_create(
        HeldCard(**{"source": Source.FOUND, "cause": Cause.FOUND, "holder": f"Pemegang {i:03d}", "application": file,
                    "taken_at": timezone.now(), "taken_by": people["counter"]} | more)
        for i in range(count)
    )


# The most queries that a page may take, session, person and counts of the navigation included.
BUDGETS = {"": 13, "keluar/": 8, "berita-acara/": 8, "berita-acara/BAP-{year}-000001/": 9, "laporan/": 8,
           "pemusnahan/": 10}


@pytest.mark.parametrize("page", BUDGETS)
def test_a_page_of_custody_keeps_its_budget_however_much_lies_there(
    page: str, people: People, client_of: Browser
) -> None:
    client, url = client_of("section_head"), f"/kartu-ditarik/{page}".format(year=timezone.localtime().year)
    destroyed([found_card(people)], people)
    many(people, 1, taken_at=timezone.now() - timedelta(days=9))
    client.get(url)
    few = queries_of(client, url)
    destroyed([found_card(people) for _ in range(30)], people)
    many(people, 40)
    if page == "":
        assert "Halaman 1 dari 2 · 41 baris" in text_of(client.get(url))
    assert queries_of(client, url) == few <= BUDGETS[page], few


def test_a_number_series_of_records_has_no_gap_after_a_refusal(people: People) -> None:
    card = found_card(people)
    with pytest.raises(Refused):
        destroyed([card], people, witnesses=(WITNESSES[0], WITNESSES[0]))
    assert not NumberCounter.objects.filter(series="BAP").exists()
    assert destroyed([card], people).serial == 1
