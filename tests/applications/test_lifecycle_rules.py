"""The rules of the moves beyond state and role (design.md, section 2), each as one sentence."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import RoleTerm, User
from accounts.roles import Role
from applications import lifecycle
from applications.lifecycle import SYSTEM, Deviation, Intake
from applications.models import Application, Capture, CentralStatus, Entry, Handover, Paper, Print, Recording, Resident
from applications.papers import Change, Ticks
from applications.refusals import NotAllowed, Refused, WrongState
from office.models import NumberCounter, Section
from office.tokens import ALPHABET
from office.verification import verify
from tests.applications.acts import PRINTABLE, UNPRINTABLE, ask_waiver, begin, make, status
from tests.factories import (
    application_in,
    capture_all,
    complete,
    incomplete,
    intake,
    make_resident,
    note_central_status,
    receive_blanks,
    sixteen,
)

NEVER_SEEN = {"kk": Ticks(), "akta-kelahiran": Ticks()}


def now_in(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def nothing_saved() -> bool:
    numbers = NumberCounter.objects.filter(last__gt=0)
    return not (Application.objects.exists() or Entry.objects.exists() or numbers.exists())


# -- beginnings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("left_out", ["kk", "akta-kelahiran"])
def test_submitting_an_incomplete_file_is_refused_and_nothing_is_saved(left_out, people):
    ticks = complete("new") | {left_out: Ticks(original_seen=True)}
    with pytest.raises(Refused, match="belum lengkap: Fotokopi"):
        lifecycle.submit(make_resident(), by=people["counter"], intake=intake(ticks=ticks))
    assert nothing_saved()


def test_registering_a_complete_file_as_incomplete_is_refused(people):
    with pytest.raises(Refused, match="Pilih “Ajukan”"):
        lifecycle.register_incomplete(make_resident(), by=people["counter"], intake=intake())
    assert nothing_saved()


def test_the_entry_of_an_incomplete_file_names_each_missing_paper(people):
    application = application_in("returned", people)
    assert application.entries.get().facts == {"kind": "new", "missing": ["akta-kelahiran"]}


def test_resubmitting_counts_a_trip_and_needs_every_paper(people):
    application = application_in("returned", people)
    with pytest.raises(Refused, match="Akta Kelahiran"):
        make("resubmit", application, people["counter"], ticks={"kk": Ticks(True, True)})
    assert now_in(application).trips == 1
    assert make("resubmit", application, people["counter"]).trips == 2


@pytest.mark.parametrize("first", ["submit", "register_incomplete"])
@pytest.mark.parametrize("second", ["submit", "register_incomplete"])
def test_a_resident_has_one_open_application(first, second, people):
    resident = make_resident()
    application = begin(first, resident, people["counter"])
    with pytest.raises(WrongState, match=application.number):
        begin(second, resident, people["counter"])
    assert resident.applications.count() == 1


def test_the_database_too_forbids_a_second_open_application(people):
    application = application_in("submitted", people)
    second = Application(resident=application.resident, kind="lost", state="returned", year=2020, serial=1,
                         tracking_code="K0", state_since=timezone.now())
    with pytest.raises(IntegrityError, match="resident"), transaction.atomic():
        second.save()


def test_the_database_knows_the_states_and_kinds(people):
    application = application_in("submitted", people)
    for column in ("state", "kind"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Application.objects.filter(pk=application.pk).update(**{column: "mislaid"})


def test_a_referred_file_lets_the_resident_apply_again(people):
    referred = application_in("referred", people)
    assert begin("submit", referred.resident, people["counter"]).state == "submitted"
    assert now_in(referred).state == "referred"


def test_who_received_a_card_here_does_not_apply_for_a_first_one(people):
    resident = application_in("handed_over", people).resident
    with pytest.raises(Refused, match="sudah pernah menerima KTP"):
        begin("submit", resident, people["counter"])
    assert begin("submit", resident, people["counter"], kind="lost").kind == "lost"


def test_under_16_is_refused_with_the_date_to_come(people, at_time):
    with at_time("2026-06-10 09:00"):
        child = make_resident(birth=date(2011, 1, 5))
        with pytest.raises(Refused, match="5 Januari 2027"):
            begin("submit", child, people["counter"])
        assert nothing_saved()


def test_at_16_a_first_card_only(people):
    resident = make_resident(birth=sixteen())
    for kind in ("lost", "damaged", "data_change"):
        with pytest.raises(Refused, match="hanya permohonan baru"):
            begin("submit", resident, people["counter"], kind=kind)
    assert begin("submit", resident, people["counter"]).kind == "new"


def test_under_16_and_married_is_served(people):
    resident = make_resident(birth=date(timezone.localdate().year - 15, 1, 1), marital_status="married")
    assert begin("submit", resident, people["counter"], kind="lost").state == "submitted"


def test_age_is_counted_on_the_day_of_the_visit_not_of_the_writing(people, at_time):
    resident = make_resident(birth=date(2010, 6, 10))
    with at_time("2026-06-12 09:00") as now:
        with pytest.raises(Refused, match="10 Juni 2026"):
            begin("submit", resident, people["counter"], at=now - timedelta(days=3))
        assert begin("submit", resident, people["counter"], at=now - timedelta(days=2)).state == "submitted"


def test_a_data_change_names_what_changes(people):
    with pytest.raises(Refused, match="satu unsur"):
        lifecycle.submit(make_resident(), by=people["counter"], intake=intake("data_change", changes=()))
    with pytest.raises(Refused, match="satu unsur"):
        lifecycle.submit(make_resident(), by=people["counter"], intake=intake("lost", also_data_change=True))


def test_changed_elements_belong_to_a_data_change_only(people):
    changes = (Change("address", "Dusun Baru", "KK"),)
    with pytest.raises(Refused, match="hanya untuk perubahan data"):
        lifecycle.submit(make_resident(), by=people["counter"], intake=intake("lost", changes=changes))
    with pytest.raises(Refused, match="hilang atau rusak"):
        lifecycle.submit(
            make_resident(), by=people["counter"], intake=intake("new", changes=changes, also_data_change=True)
        )
    assert nothing_saved()


def test_lost_and_damaged_may_change_data_on_the_same_card(people):
    for kind in ("lost", "damaged"):
        changes = (Change("address", "Dusun Baru", "KK"),)
        application = lifecycle.submit(
            make_resident(), by=people["counter"], intake=intake(kind, changes=changes, also_data_change=True)
        )
        make("validate", application, people["section_head"])
        assert Resident.objects.get(pk=application.resident_id).address == "Dusun Baru"


# -- numbers and codes ----------------------------------------------------------------------------


def test_numbers_have_no_gap_also_where_a_file_was_refused_between(people):
    made = []
    for _ in range(3):
        made.append(begin("submit", make_resident(), people["counter"]).serial)
        with pytest.raises(Refused):
            lifecycle.submit(make_resident(), by=people["counter"], intake=intake(ticks=NEVER_SEEN))
    assert made == [1, 2, 3]


def test_numbers_begin_anew_each_year_by_the_day_of_the_visit_in_wib(people, at_time):
    with at_time("2026-01-02 09:00"):
        moments = [
            datetime(2025, 12, 31, 16, 59, tzinfo=UTC),  # 23.59 WIB, the old year
            datetime(2025, 12, 31, 17, 0, tzinfo=UTC),  # 00.00 WIB, the new one
            datetime(2025, 12, 30, 3, 0, tzinfo=UTC),
            None,
        ]
        numbers = [begin("submit", make_resident(), people["counter"], at=at).number for at in moments]
    assert numbers == ["KTP/2025/000001", "KTP/2026/000001", "KTP/2025/000002", "KTP/2026/000002"]


def test_referrals_have_their_own_numbers(people):
    for serial in (1, 2):
        referral = application_in("referred", people).referrals.get()
        assert referral.number == f"RUJ/{timezone.localdate().year}/{serial:06d}"


def test_the_tracking_code_is_k_and_eleven_signs_that_cannot_be_confused(people):
    codes = {begin("submit", make_resident(), people["counter"]).tracking_code for _ in range(20)}
    assert len(codes) == 20 and len(ALPHABET) == 28
    assert all(re.fullmatch(f"K[{ALPHABET}]{{11}}", code) for code in codes)


def test_number_and_code_are_kept_for_good(people):
    application = application_in("returned", people)
    before = (application.number, application.tracking_code)
    application = make("cancel", make("resubmit", application, people["counter"]), people["counter"])
    assert (application.number, application.tracking_code) == before


# -- papers and waivers ---------------------------------------------------------------------------


def test_a_failed_paper_is_asked_for_again(people):
    application = application_in("submitted", people)
    make("return_to_applicant", application, people["section_head"], reasons={"kk": "buram"})
    with pytest.raises(Refused, match="Kartu Keluarga"):
        make("resubmit", application, people["counter"], ticks={})
    assert make("resubmit", application, people["counter"], ticks={"kk": Ticks(True, True)}).state == "submitted"


def test_returning_a_file_needs_a_reason(people):
    application = application_in("submitted", people)
    with pytest.raises(Refused, match="paling sedikit satu"):
        make("return_to_applicant", application, people["section_head"], reasons={})
    assert now_in(application).state == "submitted"


@pytest.fixture
def asked(people):
    """Submitted with a waiver asked for the copy of the family card."""
    return lifecycle.submit(
        make_resident(), by=people["counter"],
        intake=intake(ticks=complete("new") | {"kk": Ticks()}, waivers={"kk": "hilang karena banjir"}),
    )


def test_an_undecided_waiver_blocks_validation(asked, people):
    with pytest.raises(Refused, match="Putuskan dahulu"):
        make("validate", asked, people["section_head"])
    assert now_in(asked).state == "submitted"


def test_a_granted_waiver_lets_the_file_pass_and_is_listed_to_the_sekretaris(asked, people):
    make("decide_waiver", asked, people["section_head"], granted=True)
    entry = asked.entries.last()
    assert (entry.verb, entry.deviation, entry.facts) == (
        "decide_waiver", Deviation.WAIVER, {"paper": "kk", "granted": True}
    )
    assert make("validate", asked, people["section_head"]).state == "awaiting_recording"


def test_a_refused_waiver_is_no_deviation_and_the_paper_is_missing(asked, people):
    make("decide_waiver", asked, people["section_head"], granted=False)
    assert asked.entries.last().deviation == ""
    with pytest.raises(Refused, match="belum lengkap"):
        make("validate", asked, people["section_head"])


def test_a_waiver_is_decided_once(asked, people):
    make("decide_waiver", asked, people["section_head"], granted=False)
    with pytest.raises(Refused, match="Tidak ada permintaan"):
        make("decide_waiver", asked, people["section_head"], granted=True)


def test_a_refused_waiver_may_be_asked_for_again_with_another_reason(asked, people):
    make("decide_waiver", asked, people["section_head"], granted=False)
    make("return_to_applicant", asked, people["section_head"], reasons={"kk": "perlu surat desa"})
    make("resubmit", asked, people["counter"], ticks={}, waivers={"kk": "surat desa dilampirkan"})
    make("decide_waiver", asked, people["section_head"], granted=True)
    assert make("validate", asked, people["section_head"]).state == "awaiting_recording"


def test_the_words_of_a_waiver_stand_beside_the_book_not_in_it(asked):
    entry = asked.entries.get()
    assert "banjir" not in entry.body and entry.detail.words == {"kk": "hilang karena banjir"}


# -- maker and checker ----------------------------------------------------------------------------


@pytest.fixture
def maker(people):
    """The counter, who is acting KTP section head today too."""
    RoleTerm.objects.create(
        user=people["counter"], role=Role.SECTION_HEAD, section=Section.objects.get(serves_ktp=True),
        valid_from=timezone.now() - timedelta(hours=1), reason="Plh",
    )
    return people["counter"]


def signed_in(user: User, ago: timedelta = timedelta(0)) -> None:
    User.objects.filter(pk=user.pk).update(last_login=timezone.now() - ago)


def test_who_submitted_a_file_does_not_validate_it_while_another_is_there(maker, people):
    application = application_in("submitted", people)
    signed_in(people["section_head"])
    with pytest.raises(NotAllowed, match="pejabat lain"):
        make("validate", application, maker, reason="sendirian")
    assert now_in(application).state == "submitted"


def test_who_resubmitted_or_recorded_a_file_does_not_validate_it_either(maker, people):
    signed_in(people["section_head"])
    resubmitted = make("resubmit", application_in("returned", people), maker)
    with pytest.raises(NotAllowed):
        make("validate", resubmitted, maker)
    RoleTerm.objects.filter(user=people["operator"]).update(role=Role.OPERATOR)
    RoleTerm.objects.create(
        user=people["operator"], role=Role.SECTION_HEAD, section=Section.objects.get(serves_ktp=True),
        valid_from=timezone.now() - timedelta(hours=1),
    )
    recorded = make("send_back", application_in("ready_to_print", people), people["operator"])
    with pytest.raises(NotAllowed):
        make("validate", recorded, people["operator"])


def test_where_nobody_else_was_there_the_maker_validates_with_a_reason(maker, people):
    application = application_in("submitted", people)
    with pytest.raises(Refused, match="Isi alasan"):
        make("validate", application, maker, reason="  ")
    assert make("validate", application, maker, reason="petugas lain sakit").state == "awaiting_recording"
    entry = application.entries.last()
    assert entry.deviation == Deviation.MAKER_IS_CHECKER
    assert entry.detail.words == {"reason": "petugas lain sakit"}


@pytest.mark.parametrize("absent", ["yesterday", "no right", "left the office", "term is over"])
def test_only_somebody_with_the_right_who_signed_in_today_counts_as_there(absent, maker, people):
    application, other = application_in("submitted", people), people["section_head"]
    signed_in(other, timedelta(days=1 if absent == "yesterday" else 0))
    if absent == "no right":
        RoleTerm.objects.filter(user=other).delete()
        signed_in(people["other_head"])
    elif absent == "left the office":
        User.objects.filter(pk=other.pk).update(is_active=False)
    elif absent == "term is over":
        RoleTerm.objects.filter(user=other).update(valid_until=timezone.now() - timedelta(minutes=1))
    assert make("validate", application, maker, reason="sendirian").state == "awaiting_recording"


def test_another_person_s_file_is_validated_without_reason_or_deviation(maker, people):
    RoleTerm.objects.filter(user=people["other_head"]).delete()
    since = timezone.now() - timedelta(hours=1)
    RoleTerm.objects.create(user=people["other_head"], role=Role.COUNTER, valid_from=since)
    application = begin("submit", make_resident(), people["other_head"])
    make("validate", application, maker, reason="tidak perlu")
    entry = application.entries.last()
    assert entry.deviation == "" and not hasattr(entry, "detail")


# -- changed data ---------------------------------------------------------------------------------


def test_the_record_changes_when_the_file_is_validated_and_the_old_value_is_kept(people):
    application = application_in("submitted", people, kind="data_change")
    assert Resident.objects.get(pk=application.resident_id).address == "Dusun Krajan"
    make("validate", application, people["section_head"])
    assert Resident.objects.get(pk=application.resident_id).address == "Dusun Baru"
    change = application.data_changes.get()
    assert (change.old, change.new) == ("Dusun Krajan", "Dusun Baru") and change.applied_at


def test_a_change_that_the_family_card_does_not_show_is_referred_not_validated(people):
    changes = (Change("address", "Dusun Baru", "Surat pindah", shown_on_kk=False),)
    application = lifecycle.submit(make_resident(), by=people["counter"], intake=intake("data_change", changes=changes))
    with pytest.raises(Refused, match="Rujuk pemohon"):
        make("validate", application, people["section_head"])
    assert Resident.objects.get(pk=application.resident_id).address == "Dusun Krajan"
    assert make("refer", application, people["section_head"]).state == "referred"


def test_a_changed_birth_date_decides_where_the_file_goes(people):
    note_central_status(resident := make_resident(), PRINTABLE, people["operator"])
    changes = (Change("birth_date", sixteen().isoformat(), "Akta"),)
    application = lifecycle.submit(resident, by=people["counter"], intake=intake("data_change", changes=changes))
    assert make("validate", application, people["section_head"]).state == "awaiting_age"


# -- recording once -------------------------------------------------------------------------------


def test_an_incomplete_recording_is_refused_and_says_what_comes_next(people):
    application = application_in("awaiting_recording", people)
    with pytest.raises(Refused, match="14 posisi lagi, berikutnya Foto"):
        make("record", application, people["operator"])
    capture_all(application, people["operator"])
    Capture.objects.filter(application=application, position="left_iris").delete()
    with pytest.raises(Refused, match="1 posisi lagi, berikutnya Iris kiri"):
        make("record", application, people["operator"])
    assert not Recording.objects.exists()


def test_a_recording_takes_its_captures(people):
    application = application_in("awaiting_central", people)
    recording = Recording.objects.get(resident=application.resident)
    assert recording.captures.count() == 14 and not Capture.objects.filter(recording=None).exists()


def test_the_database_forbids_a_second_living_recording(people):
    application = application_in("awaiting_central", people)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recording.objects.create(resident=application.resident, application=application,
                                 recorded_at=timezone.now(), recorded_by=people["operator"])


def test_a_resident_who_was_recorded_meanwhile_is_not_recorded_again(people):
    application = application_in("awaiting_recording", people)
    Recording.objects.create(resident=application.resident, application=application,
                             recorded_at=timezone.now(), recorded_by=people["operator"])
    capture_all(application, people["operator"])
    with pytest.raises(WrongState, match="hanya satu kali"):
        make("record", application, people["operator"])
    assert now_in(application).state == "awaiting_recording"
    assert Capture.objects.filter(recording=None).count() == 14


def test_a_recorded_resident_goes_straight_to_printing_the_next_time(people):
    resident = application_in("handed_over", people).resident
    again = begin("submit", resident, people["counter"], kind="damaged")
    assert make("validate", again, people["section_head"]).state == "ready_to_print"


def test_allowing_to_record_again_supersedes_the_recording_and_starts_from_nothing(people):
    application = application_in("awaiting_central", people)
    old = Recording.objects.get()
    application = make("allow_rerecord", application, people["section_head"])
    old.refresh_from_db()
    assert application.state == "awaiting_recording"
    assert (old.superseded_by, old.superseded_at) == (people["section_head"], application.entries.last().occurred_at)
    with pytest.raises(Refused, match="14 posisi lagi"):
        make("record", application, people["operator"])
    capture_all(application, people["operator"])
    make("record", application, people["operator"])
    assert Recording.objects.count() == 2 and Recording.objects.filter(superseded_at=None).count() == 1


# -- what the centre shows ------------------------------------------------------------------------


def test_a_status_that_settles_the_wait_moves_the_file_on_at_once(people):
    application = application_in("awaiting_central", people)
    moved = make("note_status", application, people["operator"], status=status(PRINTABLE))
    assert moved.state == "ready_to_print"
    assert [e.verb for e in application.entries.all()][-2:] == ["note_status", "mark_print_ready"]


def test_a_status_that_settles_nothing_is_written_down_and_the_file_stays(people):
    application = make("note_status", application_in("awaiting_central", people), people["operator"])
    assert application.state == "awaiting_central"
    entry = application.entries.last()
    assert (entry.verb, entry.from_state, entry.to_state) == ("note_status", "awaiting_central", "awaiting_central")
    assert entry.facts["status"] == UNPRINTABLE
    assert CentralStatus.objects.get().seen_by == people["operator"]


def test_where_moving_on_fails_the_status_is_not_kept_either(people, monkeypatch):
    application = application_in("awaiting_central", people)

    def fails(*args: object, **kwargs: object) -> None:
        raise Refused("Uji.")

    monkeypatch.setattr(lifecycle.recording, "mark_print_ready", fails)
    with pytest.raises(Refused, match="Uji"):
        make("note_status", application, people["operator"], status=status(PRINTABLE))
    assert not CentralStatus.objects.exists() and application.entries.last().verb == "record"


def test_an_older_status_that_is_entered_later_does_not_hide_the_newer_one(people):
    application = application_in("awaiting_central", people)
    make("note_status", application, people["operator"])
    yesterday = timezone.now() - timedelta(days=1)
    after = make("note_status", application, people["operator"], status=status(PRINTABLE), seen_at=yesterday)
    assert after.state == "awaiting_central"


def test_a_status_is_not_seen_after_it_was_written_down(people):
    application = application_in("awaiting_central", people)
    with pytest.raises(Refused, match="Periksa waktunya"):
        make("note_status", application, people["operator"], seen_at=timezone.now() + timedelta(minutes=5))
    assert not CentralStatus.objects.exists()


@pytest.mark.parametrize(
    ("kind", "to"), [("new", "awaiting_central"), ("lost", "ready_to_print"), ("damaged", "ready_to_print")]
)
def test_a_card_that_was_printed_before_can_be_replaced_but_not_be_a_first_one(kind, to, people):
    note_central_status(resident := make_resident(), "CARD_PRINTED", people["operator"])
    application = begin("submit", resident, people["counter"], kind=kind)
    assert make("validate", application, people["section_head"]).state == to


def test_a_lost_card_of_which_nothing_is_known_waits_until_a_status_was_seen(people):
    application = application_in("awaiting_recording", people, kind="lost")
    assert application.state == "awaiting_central"
    with pytest.raises(Refused, match="Catat dahulu status"):
        make("mark_print_ready", application, people["operator"])


def test_a_lost_card_of_somebody_never_recorded_goes_to_recording(people):
    application = application_in("awaiting_recording", people, kind="lost")
    moved = make("note_status", application, people["operator"], status=status("UNREGISTERED"))
    assert moved.state == "awaiting_recording"


def test_back_to_central_waits_for_another_status(people):
    application = make("back_to_central", application_in("ready_to_print", people), people["operator"])
    assert application.state == "awaiting_central"
    make("note_status", application, people["operator"])
    with pytest.raises(Refused):
        make("mark_print_ready", application, people["operator"])


# -- back, and age --------------------------------------------------------------------------------


def test_sending_back_keeps_the_start_of_the_clock(people):
    for state in ("awaiting_recording", "ready_to_print"):
        application = application_in(state, people)
        start = application.complete_at
        application = make("send_back", application, people["operator"])
        assert (application.state, application.complete_at) == ("submitted", start)
        assert make("validate", application, people["section_head"]).complete_at == start


def test_resubmitting_moves_the_start_of_the_clock(people):
    application = application_in("submitted", people)
    first = application.complete_at
    application = make("return_to_applicant", application, people["section_head"])
    assert application.complete_at is None
    application = make("resubmit", application, people["counter"])
    assert application.complete_at == application.entries.last().occurred_at > first


def test_the_calendar_releases_on_the_17th_birthday_and_not_before(people, at_time):
    with at_time("2026-06-09 09:00"):
        resident = make_resident(birth=date(2009, 6, 10))
        note_central_status(resident, PRINTABLE, people["operator"])
        application = begin("submit", resident, people["counter"])
        application = make("validate", application, people["section_head"])
        assert application.state == "awaiting_age"
        with pytest.raises(Refused, match="10 Juni 2026"):
            make("release_by_age", application, SYSTEM)
    with at_time("2026-06-10 00:01"):
        released = lifecycle.release_by_age(application)
        assert released.state == "ready_to_print"
        entry = released.entries.last()
        assert entry.by is None and '"by":null' in entry.body


def test_a_marriage_releases_before_the_birthday(people):
    application = application_in("awaiting_age", people)
    Resident.objects.filter(pk=application.resident_id).update(marital_status="married")
    assert make("release_by_age", application, SYSTEM).state == "ready_to_print"


# -- printing and the card ------------------------------------------------------------------------


def test_printing_starts_a_card_and_confirming_binds_the_blank(people):
    application = application_in("printing", people)
    make("confirm_print", application, people["operator"], blank_serial="A-001")
    card = Print.objects.get()
    assert (card.blank_serial, card.blank_used, card.confirmed_by) == ("A-001", True, people["operator"])


def test_a_blank_is_bound_to_one_card(people):
    make("confirm_print", application_in("printing", people), people["operator"], blank_serial="A-001")
    second = application_in("printing", people)
    with pytest.raises(Refused, match="sudah dipakai"):
        make("confirm_print", second, people["operator"], blank_serial="A-001")
    assert now_in(second).state == "printing"
    with pytest.raises(IntegrityError), transaction.atomic():
        Print.objects.filter(application=second).update(blank_serial="A-001")


def test_cards_without_a_serial_do_not_collide(people):
    for _ in range(2):
        assert make("confirm_print", application_in("printing", people), people["operator"]).state == "ready_for_pickup"


@pytest.mark.parametrize("used", [True, False])
def test_a_failed_print_says_whether_a_blank_was_used_up(used, people):
    application = make("fail_print", application_in("printing", people), people["operator"], blank_used=used)
    card = Print.objects.get()
    assert (application.state, card.blank_used, card.failed_by) == ("ready_to_print", used, people["operator"])
    cause = "print" if used else ""
    assert card.blank_fault == cause
    assert application.entries.last().facts == {"print": card.pk, "blank_used": used, "cause": cause}
    assert make("start_print", application, people["operator"]).prints.count() == 2


def test_an_application_has_one_card_in_work(people):
    application = application_in("printing", people)
    with pytest.raises(IntegrityError), transaction.atomic():
        Print.objects.create(application=application, started_at=timezone.now(), started_by=people["operator"])


@pytest.mark.parametrize(("fault", "to"), [
    ("print", "ready_to_print"), ("encoding", "ready_to_print"), ("factory", "ready_to_print"),
    ("office", "submitted"), ("resident", "submitted"), ("centre", "submitted"),
])
def test_a_rejected_card_is_printed_again_or_validated_again(fault, to, people):
    application = make("reject_card", application_in("ready_for_pickup", people), people["counter"], fault=fault)
    card = Print.objects.get()
    assert (application.state, card.rejected_cause, card.rejected_by) == (to, fault, people["counter"])
    assert application.ready_at is None


def test_the_holder_collects_without_further_papers(people):
    application = make("hand_over", application_in("ready_for_pickup", people), people["counter"])
    given = Handover.objects.get(application=application)
    assert (given.collector, given.by, given.collector_name) == ("self", people["counter"], "")


OTHER = {
    "collector": "other", "collector_name": "Siti", "relation": "ibu", "authority_seen": True, "id_seen": True,
}


@pytest.mark.parametrize(("lacking", "sentence"), [
    ({"collector_name": ""}, "isi nama"), ({"relation": ""}, "isi nama"),
    ({"authority_seen": False}, "Surat kuasa"), ({"id_seen": False}, "Surat kuasa"),
])
def test_another_person_collects_only_with_name_relation_and_papers(lacking, sentence, people):
    application = application_in("ready_for_pickup", people)
    with pytest.raises(Refused, match=sentence):
        make("hand_over", application, people["counter"], **OTHER | lacking)
    assert not Handover.objects.exists()
    make("hand_over", application, people["counter"], **OTHER)
    assert Handover.objects.get().collector_name == "Siti"


def test_the_database_too_asks_for_the_authority(people):
    application = application_in("ready_for_pickup", people)
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.create(application=application, at=timezone.now(), by=people["counter"], collector="other")


def test_the_name_of_the_collector_stands_beside_the_book_not_in_it(people):
    application = make("hand_over", application_in("ready_for_pickup", people), people["counter"], **OTHER)
    entry = application.entries.last()
    assert "Siti" not in entry.body and entry.detail.words == {"name": "Siti"}


@pytest.mark.parametrize("kind", ["damaged", "data_change"])
def test_the_old_card_is_surrendered_before_the_new_one_is_given(kind, people):
    application = replacement_ready(kind, people)
    with pytest.raises(Refused, match="dipotong sudutnya"):
        make("hand_over", application, people["counter"], old_card_surrendered=False)
    make("hand_over", application, people["counter"], old_card_surrendered=True)
    assert Handover.objects.get().old_card_surrendered


@pytest.mark.parametrize("turned_up", [True, False])
def test_a_lost_card_that_turned_up_is_surrendered_too_and_is_not_asked_for_otherwise(turned_up, people):
    application = replacement_ready("lost", people)
    make("hand_over", application, people["counter"], old_card_surrendered=turned_up)
    assert Handover.objects.get().old_card_surrendered is turned_up


def replacement_ready(kind: str, people) -> Application:
    note_central_status(resident := make_resident(), "CARD_ISSUED", people["operator"])
    application = begin("submit", resident, people["counter"], kind=kind)
    application = make("validate", application, people["section_head"])
    receive_blanks(people["operator"])
    return make("confirm_print", make("start_print", application, people["operator"]), people["operator"])


def test_a_card_is_handed_over_once(people):
    application = application_in("handed_over", people)
    with pytest.raises(WrongState, match="Diserahkan"):
        make("hand_over", application, people["counter"])
    assert Handover.objects.count() == 1


# -- ends -----------------------------------------------------------------------------------------


def test_not_come_back_ends_a_returned_file_after_thirty_days(people, at_time):
    with at_time("2026-03-02 10:00"):
        application = application_in("returned", people)
    with at_time("2026-04-01 09:59"), pytest.raises(Refused, match="30 hari"):
        make("cancel", application, people["counter"], reason="tidak_kembali")
    with at_time("2026-04-01 10:00"):
        assert make("cancel", application, people["counter"], reason="tidak_kembali").state == "cancelled"


def test_not_come_back_counts_from_the_last_return(people, at_time):
    with at_time("2026-03-02 10:00"):
        application = application_in("returned", people)
    with at_time("2026-03-30 10:00"):
        application = make("resubmit", application, people["counter"])
        application = make("return_to_applicant", application, people["section_head"])
    with at_time("2026-04-02 10:00"), pytest.raises(Refused, match="30 hari"):
        make("cancel", application, people["counter"], reason="tidak_kembali")


@pytest.mark.parametrize("state", ["submitted", "awaiting_recording", "awaiting_central", "ready_to_print"])
def test_not_come_back_is_a_reason_for_returned_files_only(state, people, at_time):
    with at_time("2026-03-02 10:00"):
        application = application_in(state, people)
    with at_time("2026-06-02 10:00"), pytest.raises(Refused, match="hanya untuk berkas yang dikembalikan"):
        make("cancel", application, people["section_head"], reason="tidak_kembali")


def test_cancelling_asks_for_one_of_the_known_reasons(people):
    application = application_in("submitted", people)
    with pytest.raises(Refused, match="Pilih alasan"):
        make("cancel", application, people["counter"], reason="malas")
    for reason in ("pemohon", "meninggal"):
        done = make("cancel", application_in("submitted", people), people["counter"], reason=reason)
        assert done.entries.last().facts == {"reason": reason}


@pytest.mark.parametrize(("continues", "to"), [(True, "submitted"), (False, "cancelled")])
def test_the_answer_to_a_referral_leads_on_or_ends_the_file(continues, to, people):
    application = application_in("referred", people)
    application = make("answer_referral", application, people["operator"], number="470/12", continues=continues)
    referral = application.referrals.get()
    assert application.state == to
    assert (referral.answer_number, referral.answered_by, referral.answer_date) == (
        "470/12", people["operator"], date(2020, 1, 2)
    )


def test_a_referred_file_does_not_go_on_beside_another_open_one(people):
    referred = application_in("referred", people)
    other = begin("submit", referred.resident, people["counter"])
    with pytest.raises(WrongState, match=other.number):
        make("answer_referral", referred, people["operator"])
    assert referred.referrals.get().answered_at is None
    assert make("answer_referral", referred, people["operator"], continues=False).state == "cancelled"


def test_an_answer_of_tomorrow_is_refused(people):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(Refused, match="belum tiba"):
        make("answer_referral", application_in("referred", people), people["operator"], answered_on=tomorrow)


def test_a_file_may_be_referred_more_than_once(people):
    application = make("answer_referral", application_in("referred", people), people["operator"])
    assert make("refer", application, people["section_head"]).referrals.count() == 2


def test_the_resident_leaves_once_and_comes_back_once(people):
    application = application_in("awaiting_recording", people)
    with pytest.raises(Refused, match="tidak dicatat pulang"):
        make("came_back", application, people["counter"])
    assert not make("left", application, people["operator"]).waits_in_room
    with pytest.raises(Refused, match="sudah dicatat pulang"):
        make("left", application, people["counter"])
    assert make("came_back", application, people["counter"]).waits_in_room


# -- time, versions, rights -----------------------------------------------------------------------


def test_what_is_written_late_keeps_both_times(people):
    happened = timezone.now() - timedelta(hours=5)
    application = begin("submit", make_resident(), people["counter"], at=happened)
    entry = application.entries.get()
    assert entry.occurred_at == happened
    assert timezone.now() - entry.written_at < timedelta(minutes=1)
    assert application.complete_at == application.state_since == happened


@pytest.mark.parametrize("move", ["validate", "cancel", "decide_waiver"])
def test_a_move_in_the_future_is_refused(move, people):
    application = application_in("submitted", people)
    ask_waiver(application, people["counter"]) if move == "decide_waiver" else None
    with pytest.raises(Refused, match="belum tiba"):
        make(move, application, people["section_head"], at=timezone.now() + timedelta(minutes=5))
    assert now_in(application).version == application.version


@pytest.mark.parametrize("first", ["submit", "register_incomplete"])
def test_a_beginning_in_the_future_is_refused(first, people):
    with pytest.raises(Refused, match="belum tiba"):
        begin(first, make_resident(), people["counter"], at=timezone.now() + timedelta(days=1))
    assert nothing_saved()


def test_a_move_before_the_last_entry_is_refused(people):
    application = application_in("submitted", people)
    before = application.entries.get().occurred_at - timedelta(seconds=1)
    with pytest.raises(Refused, match="mendahului"):
        make("validate", application, people["section_head"], at=before)
    assert make("validate", application, people["section_head"], at=before + timedelta(seconds=1)).version == 1


def test_a_page_that_is_stale_moves_nothing(people):
    application = make("left", application_in("awaiting_recording", people), people["counter"])
    with pytest.raises(WrongState, match="berubah sejak halaman ini dibuka"):
        make("send_back", application, people["operator"], version=application.version - 1)
    assert now_in(application).state == "awaiting_recording"
    assert make("send_back", application, people["operator"], version=application.version).state == "submitted"


def test_a_right_that_was_taken_away_between_page_and_move_is_gone(people):
    application, head = application_in("submitted", people), people["section_head"]
    assert head.has_perm("applications.validate")
    RoleTerm.objects.filter(user=head).update(revoked_at=timezone.now())
    with pytest.raises(NotAllowed):
        make("validate", application, head)
    assert now_in(application).state == "submitted"


def test_who_left_the_office_moves_nothing(people):
    application = application_in("submitted", people)
    User.objects.filter(pk=people["section_head"].pk).update(is_active=False)
    with pytest.raises(NotAllowed):
        make("validate", application, people["section_head"])


def test_a_failure_in_the_last_step_leaves_nothing_of_the_move(people, monkeypatch):
    application = application_in("ready_to_print", people)
    receive_blanks(people["operator"])

    def fails(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(lifecycle.writing.clocks, "rewrite", fails)
    with pytest.raises(OSError, match="disk full"):
        make("start_print", application, people["operator"])
    assert not Print.objects.filter(application=application).exists()
    assert now_in(application).state == "ready_to_print" == application.entries.last().to_state


def test_the_book_of_all_this_is_whole(people):
    for state in ("handed_over", "withdrawn", "cancelled", "referred", "returned"):
        application_in(state, people)
    assert list(verify(Entry)) == []
    assert Entry.objects.count() > 20


def test_an_intake_of_an_unknown_paper_ticks_nothing(people):
    ticks = incomplete().ticks | {"pas-foto": Ticks(True, True)}
    with pytest.raises(Refused, match="belum lengkap"):
        lifecycle.submit(make_resident(), by=people["counter"], intake=Intake(kind="new", ticks=ticks))


def test_a_foreigner_is_not_taken_in_and_hears_where_to_go(people):
    resident = make_resident(citizenship="WNA")
    with pytest.raises(Refused, match="dilayani Disdukcapil"):
        lifecycle.submit(resident, by=people["counter"], intake=intake())
    assert not Application.objects.exists()


def test_a_visit_with_a_part_of_what_was_missing_is_noted_counted_and_the_rest_asked_for(people):
    file = application_in("returned", people)  # the family card is there, the birth certificate is not
    file = make("return_again", file, people["counter"], ticks={"akta-kelahiran": Ticks(original_seen=True)})
    assert (file.state, file.trips) == ("returned", 2)
    paper = file.papers.get(code="akta-kelahiran")
    assert paper.missing and paper.wanted == "bawa fotokopinya; yang asli sudah dilihat"
    assert file.entries.last().facts == {"missing": ["akta-kelahiran"], "trip": 2}
    file = make("resubmit", file, people["counter"], ticks={"akta-kelahiran": Ticks(copy_kept=True)})
    assert (file.state, file.trips) == ("submitted", 3)


def test_a_visit_with_all_that_was_missing_is_handed_in_not_noted_as_in_vain(people):
    file = application_in("returned", people)
    with pytest.raises(Refused, match="Ajukan kembali"):
        make("return_again", file, people["counter"], ticks=complete("new"))
    assert Application.objects.get(pk=file.pk).trips == 1


def test_a_visit_in_vain_begins_the_days_until_closing_anew(people):
    begun = timezone.now() - timedelta(days=40)
    file = application_in("returned", people, start=begun)
    assert "tidak_kembali" in lifecycle.cancel_reasons(file, timezone.now())
    file = make("return_again", file, people["counter"], at=begun + timedelta(days=39))
    assert "tidak_kembali" not in lifecycle.cancel_reasons(file, timezone.now())


@pytest.mark.parametrize(
    ("needs", "seen", "kept", "wanted"),
    [
        ((True, True), False, False, "bawa yang asli dan fotokopinya"),
        ((True, True), True, False, "bawa fotokopinya; yang asli sudah dilihat"),
        ((True, True), False, True, "bawa yang asli; fotokopinya sudah ada"),
        ((True, False), False, False, "bawa yang asli"),
        ((False, True), False, False, "bawa fotokopinya"),
        ((True, True), True, True, ""),
    ],
)
def test_a_paper_says_whether_the_original_or_the_copy_is_wanted(needs, seen, kept, wanted):
    now = timezone.now()
    paper = Paper(
        needs_original=needs[0], needs_copy=needs[1],
        original_seen_at=now if seen else None, copy_kept_at=now if kept else None,
    )
    assert paper.wanted == wanted


def test_a_change_that_changes_nothing_is_refused_with_the_element(people):
    resident = make_resident(address="Dusun Krajan")
    with pytest.raises(Refused, match="Alamat sudah tercatat begitu"):
        same = intake("data_change", changes=(Change("address", "Dusun Krajan", "KK"),))
        lifecycle.submit(resident, by=people["counter"], intake=same)
