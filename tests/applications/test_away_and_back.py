"""Who went home is not recorded; a recording, a rejected card and a tab are taken up again where they were left."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from applications import capturing, confirming, lifecycle, outcomes, recording, residents
from applications.models import Application, Capture, Outcome, Recording
from applications.refusals import Refused, WrongState
from applications.states import Kind, State
from devices.capture import Position
from office.models import Office, Station
from tests.applications.acts import status
from tests.factories import application_in, capture_all, confirm_data, intake
from tests.pages import pdf_text, text_of, told

Browser = Callable[[str], Client]
People = dict[str, User]


@pytest.fixture
def operator(client_of: Browser) -> Client:
    return client_of("operator")


@pytest.fixture
def waiting(people: People) -> Application:
    return application_in(State.AWAITING_RECORDING, people)


def station(application: Application) -> str:
    return reverse("applications:recording-station", args=[application.slug])


def main_of(page) -> list[tuple[str, str]]:  # type: ignore[no-untyped-def]
    return [(each.name, each.label) for each in page.context["moves"] if each.main]


def press(client: Client, application: Application, move: str, origin: str = "recording", **fields: str):  # type: ignore[no-untyped-def]
    url = reverse("applications:dossier-move", args=[application.slug, move]) + f"?dari={origin}"
    return client.post(url, {"version": str(application.version)} | fields)


# -- who went home -------------------------------------------------------------------------------


def test_who_went_home_is_not_recorded_until_they_are_back(waiting: Application, people: People) -> None:
    by = people["operator"]
    capturing.capture(waiting, [Position.FACE], by=by)
    capture_all(waiting, by)
    lifecycle.left(waiting, by=by)
    with pytest.raises(Refused, match="Pemohon dicatat pulang. Tekan “Pemohon datang” bila sudah kembali."):
        lifecycle.record(waiting, by=by)
    assert not Recording.objects.exists()
    lifecycle.came_back(waiting, by=by)
    assert lifecycle.record(waiting, by=by).state == State.AWAITING_CENTRAL


@pytest.mark.parametrize(
    "act",
    [
        lambda file, by: capturing.take(file, Position.SIGNATURE, by=by),
        lambda file, by: capturing.take(file, Position.FACE, tries=1, by=by),
        lambda file, by: outcomes.exempt(file, Position.LEFT_IRIS, "luka", by=by),
        lambda file, by: outcomes.accept_partial(file, Position.FACE, "kabur", by=by),
        lambda file, by: outcomes.reopen(file, Position.RIGHT_IRIS, by=by),
        lambda file, by: confirming.confirm(file, by=by, means="sheet"),
        lambda file, by: confirming.confirm(file, by=by, means="screen"),
    ],
)
def test_nothing_is_taken_or_noted_of_who_went_home(act, waiting: Application, people: People) -> None:  # type: ignore[no-untyped-def]
    by = people["operator"]
    capturing.capture(waiting, [Position.FACE], by=by)
    outcomes.exempt(waiting, Position.RIGHT_IRIS, "luka", by=by)
    lifecycle.left(waiting, by=by)
    before = list(waiting.captures.order_by("pk").values())
    with pytest.raises(Refused, match="Pemohon dicatat pulang"):
        act(waiting, by)
    assert list(waiting.captures.order_by("pk").values()) == before and not waiting.confirmations.exists()


def test_nothing_is_noted_at_siak_of_who_went_home(waiting: Application, people: People) -> None:
    Office.objects.update(recording_at=Station.SIAK)
    lifecycle.left(waiting, by=people["operator"])
    with pytest.raises(Refused, match="Pemohon dicatat pulang"):
        outcomes.note_at_station(waiting, {Position.FACE: outcomes.Noted()}, by=people["operator"])


def test_who_goes_home_while_the_device_works_leaves_no_picture(
    waiting: Application, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = capturing.from_device

    def slow(*args):  # type: ignore[no-untyped-def]
        result = taken(*args)
        lifecycle.left(waiting, by=people["counter"])
        return result

    monkeypatch.setattr(capturing, "from_device", slow)
    with pytest.raises(Refused, match="Pemohon dicatat pulang"):
        capturing.take(waiting, Position.FACE, by=people["operator"])
    assert not Capture.objects.exists()


def test_while_the_resident_is_away_the_main_thing_is_that_they_come(
    waiting: Application, people: People, operator: Client
) -> None:
    lifecycle.left(waiting, by=people["operator"])
    page = operator.get(station(waiting))
    assert main_of(page) == [("came_back", "Pemohon datang")]
    assert "Rekam foto" not in text_of(page)
    confirm = operator.get(reverse("applications:recording-confirm", args=[waiting.slug]))
    assert confirm["Location"] == station(waiting) and "Pemohon dicatat pulang" in told(confirm)
    lifecycle.came_back(waiting, by=people["operator"])
    assert main_of(operator.get(station(waiting))) == [("take", "Rekam foto")]


# -- a card rejected for wrong data --------------------------------------------------------------


def rejected(people: People, fault: str = "office") -> Application:
    card = application_in(State.READY_FOR_PICKUP, people)
    return lifecycle.reject_card(card, by=people["counter"], fault=fault, reason="nama keliru satu huruf")


@pytest.mark.parametrize("fault", ["office", "resident", "centre"])
def test_unchanged_data_of_a_rejected_card_is_approved_with_a_reason_only(fault: str, people: People) -> None:
    file = rejected(people, fault)
    with pytest.raises(Refused, match="data pemohon belum diubah sejak itu"):
        lifecycle.validate(file, by=people["section_head"])
    done = lifecycle.validate(file, by=people["section_head"], reason="yang salah hanya data pusat")
    assert done.entries.latest("seq").deviation == lifecycle.Deviation.UNCHANGED


def test_corrected_data_of_a_rejected_card_is_approved_at_once(people: People) -> None:
    file = rejected(people)
    residents.correct(file.resident, {"name": "Nama Benar"}, by=people["section_head"], reason="salah ketik")
    assert not lifecycle.validate(file, by=people["section_head"]).entries.latest("seq").deviation


def test_a_correction_before_the_rejection_does_not_count(people: People) -> None:
    card = application_in(State.READY_FOR_PICKUP, people)
    residents.correct(card.resident, {"name": "Nama Lain"}, by=people["section_head"], reason="salah ketik")
    file = lifecycle.reject_card(card, by=people["counter"], fault="office", reason="nama keliru")
    with pytest.raises(Refused, match="belum diubah"):
        lifecycle.validate(file, by=people["section_head"])


def test_the_way_over_the_resident_does_not_avoid_the_question(people: People) -> None:
    file = lifecycle.return_to_applicant(rejected(people), by=people["section_head"], reasons={"kk": "bawa yang baru"})
    file = lifecycle.resubmit(file, by=people["counter"], ticks=intake(Kind.NEW).ticks)
    with pytest.raises(Refused, match="belum diubah"):
        lifecycle.validate(file, by=people["section_head"])


def test_after_an_approval_with_its_reason_it_is_not_asked_again(people: People) -> None:
    file = lifecycle.validate(rejected(people), by=people["section_head"], reason="data benar")
    file = lifecycle.send_back(file, by=people["operator"], reason="uji")
    assert not lifecycle.validate(file, by=people["section_head"]).entries.latest("seq").deviation


def test_the_notice_of_a_rejected_card_leads_to_the_data(people: People, client_of: Browser) -> None:
    file, head = rejected(people), client_of("section_head")
    link = reverse("applications:residents-correct", args=[file.resident_id])
    page = head.get(f"/validasi/{file.slug}/")
    assert f'<a href="{link}">Perbaiki data</a>' in text_of(page) and head.get(link).status_code == 200
    asked = press(head, file, "validate", "validation")
    assert "data pemohon belum diubah sejak itu" in text_of(asked)
    other = application_in(State.SUBMITTED, people)
    assert "Perbaiki data" not in text_of(head.get(f"/validasi/{other.slug}/"))


# -- a recording taken up again ------------------------------------------------------------------


def test_data_that_is_confirmed_is_not_asked_for_again(waiting: Application, people: People, operator: Client) -> None:
    capture_all(waiting, people["operator"])
    page = operator.get(station(waiting))
    assert "Data sudah dicocokkan" in text_of(page) and main_of(page) == [("confirm", "Selesaikan perekaman")]
    residents.correct(waiting.resident, {"name": "Nama Benar"}, by=people["section_head"], reason="salah ketik")
    page = operator.get(station(waiting))
    assert "Data sudah dicocokkan" not in text_of(page) and main_of(page) == [("confirm", "Cocokkan data")]


def test_a_partial_picture_is_said_and_taken_back(waiting: Application, people: People, operator: Client) -> None:
    capturing.capture(waiting, [Position.FACE], by=people["operator"])
    sent = {"position": "face", "reason": "kabur"}
    response = operator.post(reverse("applications:recording-partial", args=[waiting.slug]), sent)
    assert "Foto: diterima sebagian." in told(response)
    assert "Batalkan “sebagian”" in text_of(operator.get(station(waiting) + "?posisi=face"))
    operator.post(reverse("applications:recording-reopen", args=[waiting.slug]), {"position": "face"})
    made = waiting.captures.get()
    assert (made.outcome, made.reason) == (Outcome.CAPTURED, "") and made.file_id


def test_a_whole_picture_is_not_taken_back(waiting: Application, people: People) -> None:
    capturing.capture(waiting, [Position.FACE], by=people["operator"])
    with pytest.raises(WrongState):
        outcomes.reopen(waiting, Position.FACE, by=people["operator"])
    assert waiting.captures.get().file_id


def test_who_cannot_sign_puts_a_thumb_on_the_sheet(waiting: Application, people: People, operator: Client) -> None:
    capture_all(waiting, people["operator"])
    waiting.confirmations.all().delete()
    text = text_of(operator.get(reverse("applications:recording-confirm", args=[waiting.slug])))
    assert "Lembar sudah dicap jempol" in text and "tanda tangan di papan" not in text
    sheet = reverse("applications:recording-sheet", args=[waiting.slug])
    assert "cap jempol" in pdf_text(operator.get(sheet))
    waiting.captures.filter(position="signature").delete()
    assert "cap jempol" not in pdf_text(operator.get(sheet)) and not recording.signs_by_thumb(waiting)


# -- the tab that the operator works in ----------------------------------------------------------


@pytest.mark.parametrize(("code", "moves_on"), [("PRINT_READY_RECORD", True), ("SENT_FOR_ENROLLMENT", False)])
def test_after_a_status_the_next_file_of_the_tab_is_open(
    code: str, moves_on: bool, people: People, operator: Client
) -> None:
    first, second = (application_in(State.AWAITING_CENTRAL, people) for _ in range(2))
    said = {"status": code, "seen_at": "2026-01-05T09:00"}
    answer = press(operator, first, "note_status", **said)
    assert answer["Location"] == station(second) + "?tab=awaiting_central"
    assert (Application.objects.get(pk=first.pk).state != State.AWAITING_CENTRAL) == moves_on
    assert press(operator, second, "note_status", **said)["Location"] == "/perekaman/?tab=awaiting_central"


def test_a_file_that_leaves_a_tab_leaves_the_operator_there(people: People, operator: Client) -> None:
    file = application_in(State.REFERRED, people)
    answer = press(operator, file, "answer_referral", number="470/1", answered_on=f"{timezone.localdate():%d-%m-%Y}",
                   outcome="lanjut", continues="ya")
    assert answer["Location"] == "/perekaman/?tab=referred"
    assert Application.objects.get(pk=file.pk).state == State.SUBMITTED


# -- the review of exceptions --------------------------------------------------------------------


@pytest.fixture
def excepted(waiting: Application, people: People) -> Application:
    capture_all(waiting, people["operator"])
    return lifecycle.record(waiting, by=people["operator"])


def test_a_status_noted_meanwhile_does_not_stop_the_review(
    excepted: Application, people: People, client_of: Browser
) -> None:
    now = timezone.now()
    lifecycle.note_status(excepted, by=people["operator"], status=status("PRINT_READY_RECORD"), seen_at=now)
    answer = press(client_of("section_head"), excepted, "review_exceptions", "exceptions", verdict="ya")
    assert "Pengecualian perekaman diperiksa" in told(answer)
    assert not lifecycle.to_review(excepted).exists()


def test_exceptions_of_a_newer_recording_are_looked_at_first(excepted: Application, people: People) -> None:
    seen = excepted.version
    again = lifecycle.allow_rerecord(excepted, by=people["section_head"], reason="penghapusan terlihat")
    capture_all(again, people["operator"])
    confirm_data(again, people["operator"])
    done = lifecycle.record(again, by=people["operator"])
    with pytest.raises(WrongState, match="direkam ulang sejak halaman ini dibuka"):
        lifecycle.review_exceptions(done, by=people["section_head"], confirmed=True, version=seen)
    assert lifecycle.to_review(done).exists()
    lifecycle.review_exceptions(done, by=people["section_head"], confirmed=True, version=done.version)
