"""The papers of a file: the list of its day, the two ticks, what is missing, waivers, changed elements."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from applications import lifecycle, papers
from applications.models import Application, DataChange, Paper, PaperRule, Resident, Village
from applications.papers import Change, Ticks
from applications.refusals import Refused
from applications.states import Kind
from tests.applications.acts import PRINTABLE, make, status
from tests.factories import application_in, complete, intake, make_resident

BOTH, NONE = Ticks(True, True), Ticks()


@pytest.fixture
def submitted(people):
    return application_in("submitted", people)


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("new", ["kk", "akta-kelahiran"]),
        ("damaged", ["kk", "akta-kelahiran", "ktp-lama"]),
        ("data_change", ["kk", "akta-kelahiran", "ktp-lama"]),
        ("lost", ["kk", "akta-kelahiran", "surat-kehilangan"]),
    ],
)
def test_each_kind_asks_for_the_papers_of_the_service_standard(kind, codes, people):
    application = application_in("submitted", people, kind=kind)
    assert [paper.code for paper in application.papers.all()] == codes


def test_a_file_keeps_the_list_of_its_day(submitted):
    PaperRule.objects.filter(kind="new", code="kk").update(label="Kartu Keluarga digital", needs_copy=False)
    PaperRule.objects.create(kind="new", code="pas-foto", label="Pas foto", position=9)
    assert [(p.label, p.needs_copy) for p in submitted.papers.all()] == [
        ("Fotokopi Kartu Keluarga", True), ("Fotokopi Akta Kelahiran", True)
    ]


@pytest.mark.parametrize(
    ("needs_original", "needs_copy", "ticks", "ticked"),
    [
        (True, True, Ticks(True, True), True),
        (True, True, Ticks(True, False), False),
        (True, True, Ticks(False, True), False),
        (True, True, NONE, False),
        (True, False, Ticks(True, False), True),
        (True, False, Ticks(False, True), False),
        (False, True, Ticks(False, True), True),
        (False, True, Ticks(True, False), False),
    ],
)
def test_a_paper_is_ticked_when_it_has_the_ticks_that_it_needs(needs_original, needs_copy, ticks, ticked, people):
    PaperRule.objects.filter(kind="new", code="kk").update(needs_original=needs_original, needs_copy=needs_copy)
    application = lifecycle.submit(
        make_resident(), by=people["counter"],
        intake=intake(ticks=complete("new") | {"kk": ticks}, waivers={} if ticked else {"kk": "hilang"}),
    )
    assert application.papers.get(code="kk").ticked == ticked


def test_the_old_card_needs_its_original_only(people):
    ticks = complete("damaged") | {"ktp-lama": Ticks(original_seen=True)}
    application = lifecycle.submit(make_resident(), by=people["counter"], intake=intake("damaged", ticks=ticks))
    old_card = application.papers.get(code="ktp-lama")
    assert old_card.ticked and old_card.copy_kept_at is None


def test_a_tick_says_who_saw_the_paper_and_when(submitted, people):
    paper = submitted.papers.get(code="kk")
    at = submitted.entries.get().occurred_at
    assert (paper.original_seen_by, paper.original_seen_at) == (people["counter"], at)
    assert (paper.copy_kept_by, paper.copy_kept_at) == (people["counter"], at)


def test_a_tick_stays_with_who_set_it_first(people):
    application = application_in("returned", people)
    first = application.papers.get(code="kk").original_seen_at
    papers.note(application, complete("new"), {}, by=people["operator"], at=timezone.now())
    kk, birth = application.papers.all()
    assert (kk.original_seen_by, kk.original_seen_at) == (people["counter"], first)
    assert birth.original_seen_by == people["operator"]


def test_a_tick_is_not_taken_away_by_leaving_it_out(submitted, people):
    papers.note(submitted, {}, {}, by=people["counter"], at=timezone.now())
    assert papers.missing(submitted) == []


def test_a_tick_without_a_person_is_refused_by_the_database(submitted):
    with pytest.raises(IntegrityError), transaction.atomic():
        submitted.papers.filter(code="kk").update(original_seen_by=None)


def test_a_paper_that_fails_loses_ticks_and_waiver_and_keeps_the_reason(submitted):
    papers.fail(submitted, {"kk": " tidak terbaca "})
    paper = submitted.papers.get(code="kk")
    assert (paper.original_seen_at, paper.original_seen_by, paper.copy_kept_at, paper.copy_kept_by) == (None,) * 4
    assert (paper.failed_because, paper.waiver_reason, paper.waiver_granted) == ("tidak terbaca", "", None)
    assert [p.code for p in papers.missing(submitted)] == ["kk"]


@pytest.mark.parametrize("reasons", [{"kk": "  "}, {"pas-foto": "tidak ada"}, {"kk": "buram", "akta-kelahiran": ""}])
def test_a_paper_fails_only_with_a_reason_and_only_if_the_file_has_it(reasons, submitted, people):
    with pytest.raises(Refused, match="alasan"):
        make("return_to_applicant", submitted, people["section_head"], reasons=reasons)
    assert not submitted.papers.exclude(failed_because="").exists()


def test_a_paper_that_is_brought_anew_no_longer_fails(people):
    application = application_in("submitted", people)
    make("return_to_applicant", application, people["section_head"])
    assert application.papers.get(code="kk").failed_because == "tidak terbaca"
    make("resubmit", application, people["counter"])
    assert application.papers.get(code="kk").failed_because == ""


@pytest.mark.parametrize(
    ("kind", "code"), [("damaged", "ktp-lama"), ("data_change", "ktp-lama"), ("lost", "surat-kehilangan")]
)
def test_old_card_and_police_letter_are_never_waived(kind, code, people):
    ticks = complete(kind) | {code: NONE}
    with pytest.raises(Refused, match="tidak dapat diberi keringanan"):
        lifecycle.submit(
            make_resident(), by=people["counter"], intake=intake(kind, ticks=ticks, waivers={code: "hilang"})
        )
    assert Application.objects.count() == 0


def test_the_database_too_refuses_a_waiver_of_the_old_card(people):
    application = application_in("submitted", people, kind="damaged")
    with pytest.raises(IntegrityError), transaction.atomic():
        application.papers.filter(code="ktp-lama").update(waiver_reason="hilang")


def test_a_waiver_of_blanks_is_no_waiver(people):
    ticks = complete("new") | {"kk": NONE}
    with pytest.raises(Refused, match="belum lengkap"):
        lifecycle.submit(make_resident(), by=people["counter"], intake=intake(ticks=ticks, waivers={"kk": "   "}))


def test_a_waiver_waits_for_a_decision_and_is_not_missing_meanwhile(people):
    paper = Paper(needs_original=True, needs_copy=True, waivable=True, waiver_reason="hilang")
    assert paper.waiver_undecided and not paper.missing
    paper.waiver_granted = True
    assert not paper.waiver_undecided and not paper.missing
    paper.waiver_granted = False
    assert not paper.waiver_undecided and paper.missing


def test_a_paper_that_turned_up_needs_no_decision_any_more():
    now = timezone.now()
    paper = Paper(needs_original=True, needs_copy=True, waiver_reason="hilang", original_seen_at=now, copy_kept_at=now)
    assert paper.ticked and not paper.waiver_undecided and not paper.missing


# -- changed elements -----------------------------------------------------------------------------


def changing(people, *changes: Change, kind: str = Kind.DATA_CHANGE, **more):
    return lifecycle.submit(
        make_resident(), by=people["counter"], intake=intake(kind, changes=changes, **more)
    )


ELEMENTS = {
    "name": "Siti Rahayu", "birth_place": "Jember", "birth_date": "1991-04-16", "sex": "P",
    "marital_status": "married", "address": "Dusun Baru", "rt": "010", "rw": "002", "kk_number": "3508170101129999",
    "religion": "3", "occupation": "Petani/Pekebun", "blood_type": "AB+", "citizenship": "WNA",
}


@pytest.mark.parametrize("element", ELEMENTS)
def test_each_element_is_changed_in_the_record_and_its_old_value_is_kept(element, people):
    application = changing(people, Change(element, ELEMENTS[element], "Akta"))
    before = str(getattr(application.resident, element))
    make("validate", application, people["section_head"])
    change = application.data_changes.get()
    assert str(getattr(Resident.objects.get(pk=application.resident_id), element)) == ELEMENTS[element]
    assert (change.old, change.new, change.proof) == (before, ELEMENTS[element], "Akta")


def test_the_village_is_changed_by_its_code(people):
    other = Village.objects.last()
    application = changing(people, Change("village_id", other.pk, "SKPWNI"))
    make("validate", application, people["section_head"])
    assert Resident.objects.get(pk=application.resident_id).village == other


def test_every_element_of_the_list_has_been_tried():
    assert set(DataChange.Element.values) == {*ELEMENTS, "village_id"}


@pytest.mark.parametrize(
    ("element", "new"),
    [
        ("birth_date", "31-02-1990"), ("village_id", "99.99"), ("kk_number", "123"), ("sex", "X"), ("rt", "abc"),
        ("name", ""),
    ],
)
def test_a_change_that_cannot_be_stored_is_refused_and_changes_nothing(element, new, people):
    application = changing(people, Change("address", "Dusun Baru", "KK"), Change(element, new, "Akta"))
    with pytest.raises(Refused, match="tidak sah"):
        make("validate", application, people["section_head"])
    assert Resident.objects.get(pk=application.resident_id).address == "Dusun Krajan"
    assert not application.data_changes.exclude(applied_at=None).exists()
    assert Application.objects.get(pk=application.pk).state == "submitted"


def test_the_same_element_twice_is_refused_with_a_sentence(people):
    with pytest.raises(Refused, match="dua kali"):
        changing(people, Change("address", "A", "KK"), Change("address", "B", "KK"))
    assert Application.objects.count() == 0


def test_changes_are_applied_once_also_when_the_file_is_validated_again(people):
    application = changing(people, Change("address", "Dusun Baru", "KK"))
    make("validate", application, people["section_head"])
    make("note_status", application, people["operator"], status=status(PRINTABLE))
    make("send_back", application, people["operator"])
    Resident.objects.filter(pk=application.resident_id).update(address="Dusun Lain")
    assert make("validate", application, people["section_head"]).state == "ready_to_print"
    assert Resident.objects.get(pk=application.resident_id).address == "Dusun Lain"
