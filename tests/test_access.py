"""Who may open which address: tables written by hand, held against the walked URL table (design.md, Rights).

What is not in a table is a failure, so that no new page can be forgotten; who is not named is refused.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import RoleTerm, User
from accounts.roles import Role
from accounts.terms import give_role, take_role_back
from applications import capturing, closing, lifecycle, visits
from applications.models import Application, BlankClose, BlankEntry, Bundle, Draft, Entry, Resident, VisitReason
from applications.moves import MOVES
from applications.states import Kind, State
from devices.capture import Position
from office import vault
from office.models import Read
from tests.factories import (
    PICTURE,
    ROLES,
    application_in,
    bundle_for,
    destroyed,
    found_card,
    make_person,
    make_resident,
    receive_blanks,
    scan_of,
)
from tests.pages import text_of, told

Browser = Callable[[str], Client]

ALL = set(ROLES)
COUNTER, OPERATOR, HEAD, SECRETARY = {"counter"}, {"operator"}, {"section_head"}, {"secretary"}
ADMIN = {"admin"}
READERS = COUNTER | OPERATOR | HEAD | SECRETARY
NOBODY: set[str] = set()
OF_A_POSITION = ("-picture", "-take")
OF_A_TERM = "accounts:role-back"
# The first delivery, and the close that covers it.
OF_BLANKS: dict[str, Any] = {
    "applications:blanks-correct": BlankEntry, "applications:blanks-close": BlankClose,
    "applications:blanks-sign": BlankClose, "applications:blanks-record": BlankClose,
}
RECORD = "BAP-2026-000001"  # of destruction
VILLAGE, BUNDLE = "35.08.17.2006", "TTP-2026-000001"
VISIT, IN_2026 = "KJG-2026-000001", datetime(2026, 3, 2, 3, tzinfo=UTC)
REFUSED = "Halaman ini bukan bagian dari tugas Anda."


@dataclass(frozen=True)
class Page:
    """Who may read an address, who may send to it, and the state of the application that it names."""

    reads: set[str]
    writes: set[str] = field(default_factory=set)
    state: str = ""
    public: bool = False
    sent: dict[str, str] = field(default_factory=dict)
    args: tuple[str, ...] = ()
    resident: bool = False  # the first argument is the number of somebody in the register


PAGES = {
    "home": Page(ALL, public=True),
    "healthz": Page(ALL, public=True),
    "favicon": Page(ALL, public=True),
    "supervision:service": Page(ALL, public=True),
    "supervision:dashboard": Page(SECRETARY),
    "accounts:sign-in": Page(ALL, ALL, public=True),
    "accounts:sign-out": Page(NOBODY, ALL),
    "accounts:password-change": Page(ALL, ALL),
    "accounts:pin": Page(ALL, ALL),
    "accounts:take-over": Page(ALL, ALL),
    "accounts:deputy": Page(HEAD | SECRETARY, HEAD | SECRETARY),
    "accounts:people": Page(ADMIN),
    "accounts:person-new": Page(ADMIN, ADMIN),
    "accounts:person": Page(ADMIN, ADMIN, args=("counter",)),
    "accounts:role": Page(ADMIN, ADMIN, args=("counter",)),
    "accounts:role-back": Page(ADMIN, ADMIN, args=("counter",)),
    "accounts:person-action": Page(ADMIN, ADMIN, args=("counter", "nonaktif")),
    "applications:intake-queue": Page(COUNTER),
    "applications:intake-start": Page(COUNTER, COUNTER),
    "applications:intake-draft": Page(COUNTER, COUNTER, args=("1",)),
    "applications:scans-phone": Page(COUNTER, args=("1", "kk")),
    "applications:scans-from-phone": Page(ALL, ALL, public=True, args=("tidak-ada",)),
    "applications:scans-image": Page(COUNTER | HEAD, args=("1",)),
    "applications:intake-returned": Page(COUNTER, COUNTER, State.RETURNED),
    "applications:validation-queue": Page(HEAD),
    "applications:validation-review": Page(HEAD, state=State.SUBMITTED),
    "applications:recording-queue": Page(OPERATOR),
    "applications:recording-station": Page(OPERATOR, state=State.AWAITING_RECORDING),
    "applications:recording-take": Page(NOBODY, OPERATOR, State.AWAITING_RECORDING),
    "applications:recording-exempt": Page(
        NOBODY, OPERATOR, State.AWAITING_RECORDING, sent={"position": Position.FACE}
    ),
    "applications:recording-reopen": Page(
        NOBODY, OPERATOR, State.AWAITING_RECORDING, sent={"position": Position.SIGNATURE}
    ),
    "applications:recording-partial": Page(
        NOBODY, OPERATOR, State.AWAITING_RECORDING, sent={"position": Position.FACE}
    ),
    "applications:recording-note": Page(NOBODY, OPERATOR, State.AWAITING_RECORDING),
    "applications:recording-confirm": Page(OPERATOR, OPERATOR, State.AWAITING_RECORDING),
    "applications:recording-sheet": Page(OPERATOR, state=State.AWAITING_RECORDING),
    "applications:exceptions": Page(HEAD),
    "applications:recording-picture": Page(OPERATOR | HEAD, state=State.AWAITING_RECORDING),
    "applications:printing-queue": Page(OPERATOR),
    "applications:printing-job": Page(OPERATOR, state=State.READY_TO_PRINT),
    "applications:printing-face": Page(NOBODY, OPERATOR, State.PRINTING),
    "applications:printing-calibration": Page(OPERATOR),
    "applications:blanks": Page(READERS),
    "applications:blanks-receive": Page(OPERATOR, OPERATOR),
    "applications:blanks-spoil": Page(OPERATOR, OPERATOR),
    "applications:blanks-return": Page(OPERATOR, OPERATOR),
    "applications:blanks-lose": Page(OPERATOR, OPERATOR),
    "applications:blanks-correct": Page(OPERATOR, OPERATOR, args=("1",)),
    "applications:blanks-book": Page(READERS, args=("2026", "1")),
    "applications:blanks-count": Page(OPERATOR, OPERATOR),
    "applications:blanks-explain": Page(OPERATOR, OPERATOR),
    "applications:blanks-closes": Page(READERS),
    "applications:blanks-close": Page(READERS, args=("1",)),
    "applications:blanks-sign": Page(NOBODY, READERS, args=("1",)),
    "applications:blanks-record": Page(READERS, args=("1",)),
    "applications:handover-queue": Page(COUNTER, COUNTER),
    "applications:handover-proofs": Page(COUNTER),
    "applications:handover-proof": Page(COUNTER, COUNTER, State.HANDED_OVER),
    "applications:handover-scan": Page(COUNTER | HEAD, state=State.HANDED_OVER),
    "applications:handover-card": Page(COUNTER, state=State.READY_FOR_PICKUP),
    "applications:uncollected": Page(COUNTER | HEAD | SECRETARY),
    "applications:uncollected-sheets": Page(COUNTER | HEAD | SECRETARY),
    "applications:uncollected-sheet": Page(COUNTER | HEAD | SECRETARY, args=(VILLAGE,)),
    "applications:uncollected-card": Page(COUNTER | HEAD | SECRETARY, state=State.READY_FOR_PICKUP),
    "applications:uncollected-remind": Page(NOBODY, COUNTER, State.READY_FOR_PICKUP),
    "applications:bundles": Page(COUNTER | HEAD | SECRETARY),
    "applications:bundles-new": Page(COUNTER, COUNTER, args=(VILLAGE,)),
    "applications:bundles-show": Page(COUNTER | HEAD | SECRETARY, args=(BUNDLE,)),
    "applications:bundles-back": Page(COUNTER, COUNTER, args=(BUNDLE,)),
    "applications:bundles-paper": Page(COUNTER | HEAD | SECRETARY, args=(BUNDLE,)),
    "applications:visits": Page(COUNTER),
    "applications:visits-new": Page(COUNTER, COUNTER),
    "applications:visits-show": Page(COUNTER, args=(VISIT,)),
    "applications:visits-slip": Page(COUNTER, args=(VISIT,)),
    "applications:custody-index": Page(READERS),
    "applications:custody-gone": Page(READERS),
    "applications:custody-found": Page(COUNTER | OPERATOR, COUNTER | OPERATOR),
    "applications:custody-cut-corner": Page(NOBODY, COUNTER | OPERATOR, args=(1,)),
    "applications:custody-destroy": Page(HEAD, HEAD),
    "applications:custody-send-back": Page(OPERATOR, OPERATOR),
    "applications:custody-records": Page(READERS),
    "applications:custody-record": Page(READERS, args=(RECORD,)),
    "applications:custody-record-pdf": Page(READERS, args=(RECORD,)),
    "applications:custody-report": Page(READERS),
    "applications:custody-report-pdf": Page(READERS),
    "applications:custody-report-xlsx": Page(READERS),
    "applications:residents-index": Page(COUNTER | HEAD, COUNTER | HEAD),
    "applications:residents-search": Page(NOBODY, COUNTER | HEAD),
    "applications:residents-show": Page(COUNTER | HEAD, args=("1",), resident=True),
    "applications:residents-correct": Page(COUNTER | HEAD, COUNTER | HEAD, args=("1",), resident=True),
    "applications:residents-apart": Page(NOBODY, COUNTER | HEAD, args=("1",), resident=True),
    "applications:importing-page": Page(HEAD, HEAD),
    "applications:importing-example": Page(HEAD),
    "applications:importing-report": Page(HEAD),
    "applications:search": Page(READERS, READERS),
    "office:jobs": Page(ALL),
    "applications:settings-overview": Page(ADMIN),
    "applications:settings-history": Page(ADMIN),
    "applications:settings-section": Page(ADMIN, args=("persyaratan",)),
    "applications:settings-add": Page(ADMIN, ADMIN, args=("persyaratan", Kind.NEW)),
    "applications:settings-change": Page(ADMIN, ADMIN, args=("ketentuan", "hari-konsep")),
    "applications:settings-move": Page(NOBODY, ADMIN, args=("keperluan", "wna")),
    "applications:settings-remove": Page(ADMIN, ADMIN, args=("keperluan", "wna")),
    "applications:dossier-show": Page(READERS, state=State.HANDED_OVER),
    "applications:documents-receipt": Page(READERS, state=State.SUBMITTED),
    "applications:documents-slip": Page(READERS, state=State.RETURNED),
    "applications:documents-proof": Page(READERS, state=State.HANDED_OVER),
}
# Where each move starts, and who makes it at `/permohonan/…/<move>/`.
MOVE_PAGES = {
    "return_to_applicant": (State.SUBMITTED, HEAD),
    "validate": (State.SUBMITTED, HEAD),
    "decide_waiver": (State.SUBMITTED, HEAD),
    "record": (State.AWAITING_RECORDING, OPERATOR),
    "left": (State.AWAITING_RECORDING, COUNTER | OPERATOR),
    "came_back": (State.AWAITING_RECORDING, COUNTER | OPERATOR),
    "send_back": (State.AWAITING_RECORDING, OPERATOR),
    "allow_rerecord": (State.AWAITING_CENTRAL, HEAD),
    "note_status": (State.AWAITING_CENTRAL, OPERATOR),
    "mark_print_ready": (State.AWAITING_CENTRAL, OPERATOR),
    "back_to_central": (State.READY_TO_PRINT, OPERATOR),
    "postpone": (State.READY_TO_PRINT, OPERATOR),
    "resume": (State.READY_TO_PRINT, OPERATOR),
    "start_print": (State.READY_TO_PRINT, OPERATOR),
    "confirm_print": (State.PRINTING, OPERATOR),
    "fail_print": (State.PRINTING, OPERATOR),
    "reject_card": (State.READY_FOR_PICKUP, COUNTER),
    "hand_over": (State.READY_FOR_PICKUP, COUNTER),
    "withdraw_card": (State.READY_FOR_PICKUP, HEAD),
    "refer": (State.SUBMITTED, HEAD),
    "review_exceptions": (State.AWAITING_CENTRAL, HEAD),
    "answer_referral": (State.REFERRED, OPERATOR),
    "cancel": (State.SUBMITTED, COUNTER | HEAD),
}
# The pages of long work belong to whoever started it: the tests below, and tests/office/test_job_pages.py.
OF_ONE_PERSON = {"office:job", "office:job-again"}
# Made at another page (the counter's) or by the calendar: this address does not know them.
MOVES_ELSEWHERE = {
    "keep_proof", "register_incomplete", "submit", "resubmit", "return_again", "release_by_age",
    "remind", "send_to_village", "back_from_village",
}


def walked(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """Every name in the URL table; an address without a name is given by its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield space + (entry.name or str(entry.pattern))
        else:
            yield from walked(entry, space + (f"{entry.namespace}:" if entry.namespace else ""))


def address(name: str, application: Application | None) -> str:
    args: list[Any] = [application.slug] if application else list(PAGES[name].args)
    if name == OF_A_TERM:
        args.append(RoleTerm.objects.filter(user__username=args[0]).values_list("pk", flat=True).first() or 1)
    if name in OF_BLANKS:
        args = [OF_BLANKS[name].objects.order_by("pk").values_list("pk", flat=True).first() or 1]
    return reverse(name, args=[*args, Position.FACE] if name.endswith(OF_A_POSITION) else args)


def prepared(page: Page, name: str, people: dict[str, User]) -> Application | None:
    application = application_in(page.state, people) if page.state else None
    if page.resident and not Resident.objects.filter(pk=1).exists():
        make_resident(pk=1)
    if name in OF_BLANKS and not BlankClose.objects.exists():
        closed_day(people)
    if "scans-" in name and not Draft.objects.filter(pk=1).exists():
        papers_with_pictures(people)
    if RECORD in page.args:
        destroyed([found_card(people, at=IN_2026)], people, at=IN_2026)
    if VISIT in page.args:
        visits.register(by=people["counter"], reason=VisitReason.objects.get(pk="wna"), name="Tamu", at=IN_2026)
    if BUNDLE in page.args and not Bundle.objects.exists():
        card_with_its_village(people)
    if application and name == "applications:handover-scan":
        lifecycle.keep_proof(application, by=people["counter"], scan=vault.write(PICTURE))
    elif application and name.endswith("-picture"):
        capturing.capture(application, (Position.FACE,), by=people["operator"])
    return application


def card_with_its_village(people: dict[str, User]) -> None:
    """One card, out with the first list of 2026."""
    card = application_in(State.READY_FOR_PICKUP, people)
    bundle = bundle_for(card)
    Bundle.objects.filter(pk=bundle.pk).update(year=2026, serial=1)
    lifecycle.send_to_village(card, by=people["counter"], bundle=bundle)


def closed_day(people: dict[str, User]) -> None:
    """A delivery of blanks, counted wrongly, explained and signed."""
    receive_blanks(people["operator"], 5)
    assert closing.count(by=people["operator"], counted=0, station=0) is None
    counted = closing.standing().count
    assert counted
    close = closing.explain(by=people["operator"], entry=counted, explanation="uji")
    closing.sign(by=people["counter"], close=close)


def papers_with_pictures(people: dict[str, User]) -> None:
    """A draft of the counter, and a picture of a paper that was handed in, both with the number 1."""
    now = timezone.now()
    Draft.objects.create(pk=1, owner=people["counter"], nik="3508175503900077", created_at=now, updated_at=now)
    scan_of(application_in(State.SUBMITTED, people).papers.get(code="kk"), people["counter"], pk=1)


def inside(response: Any) -> bool:
    """Answered by a page of the application (410: that of a link that has ended): not refused, not sent to sign in."""
    return response.status_code in (200, 410) or response.status_code == 302 and "next=" not in response["Location"]


def assert_refused(response: Any, sentence: str) -> None:
    assert response.status_code == 403
    assert sentence in text_of(response)


# -- the tables are complete ---------------------------------------------------------------------


def test_every_address_of_the_url_table_stands_in_the_hand_written_table() -> None:
    assert set(walked()) == set(PAGES) | {"applications:dossier-move"} | OF_ONE_PERSON


def test_every_move_stands_in_the_hand_written_table() -> None:
    assert set(MOVES) == set(MOVE_PAGES) | MOVES_ELSEWHERE
    assert not set(MOVE_PAGES) & MOVES_ELSEWHERE


def test_every_state_in_which_a_move_is_tried_is_one_where_it_starts() -> None:
    assert all(state in MOVES[name].sources for name, (state, _) in MOVE_PAGES.items())


# -- pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_each_role_reads_only_its_pages(name: str, people: dict[str, User], client_of: Browser) -> None:
    page = PAGES[name]
    url = address(name, prepared(page, name, people))
    for role in ROLES:
        response = client_of(role).get(url)
        if role in page.reads:
            assert inside(response), (role, response.status_code)
        elif role in page.writes:
            assert response.status_code == 405, role
        else:
            assert_refused(response, REFUSED)


@pytest.mark.parametrize("name", PAGES)
def test_each_role_sends_only_to_its_pages(name: str, people: dict[str, User], client_of: Browser) -> None:
    page = PAGES[name]
    url = address(name, prepared(page, name, people))
    for role in ROLES:
        before = Entry.objects.count()
        response = client_of(role).post(url, page.sent)
        if role in page.writes:
            assert inside(response), (role, response.status_code)
        elif role in page.reads:
            assert response.status_code in (200, 302, 405)
            assert Entry.objects.count() == before, "a page that is only read changes nothing"
        else:
            assert_refused(response, REFUSED)
            assert Entry.objects.count() == before


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_sent_to_sign_in_unless_the_page_is_public(name: str, db: None) -> None:
    page = PAGES[name]
    # Whether the file exists is not asked before it is known who asks.
    unknown = Application(year=2026, serial=1) if page.state else None
    url = address(name, unknown)
    for answer in (Client().get(url), Client().post(url)):
        if page.public:
            assert inside(answer)
        else:
            assert answer.status_code == 302
            assert answer["Location"].startswith(f"/masuk/?next={url}")


def test_an_account_without_a_role_sees_no_page_of_the_counter(people: dict[str, User]) -> None:
    client = Client()
    client.force_login(make_person("tanpa_peran"), backend="accounts.backends.RoleBackend")
    for name, page in PAGES.items():
        if not page.public and ALL not in (page.reads, page.writes):
            assert_refused(client.get(address(name, prepared(page, name, people))), REFUSED)


# -- moves ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MOVE_PAGES)
def test_each_move_is_asked_for_and_sent_by_its_roles_only(
    name: str, people: dict[str, User], client_of: Browser
) -> None:
    state, may = MOVE_PAGES[name]
    application = application_in(state, people)
    url = reverse("applications:dossier-move", args=[application.slug, name])
    stale = {"version": "99999", "confirmed": "1"}  # let in, but nothing done: the file stays as it is
    for role in ROLES:
        client = client_of(role)
        for answer in (client.get(url), client.post(url, stale)):
            if role in may:
                assert inside(answer), (role, answer.status_code)
            elif role in READERS:
                assert_refused(answer, f"Anda tidak berwenang untuk langkah “{MOVES[name].label}”.")
            else:
                assert_refused(answer, REFUSED)
    application.refresh_from_db()
    assert application.state == state


@pytest.mark.parametrize("name", sorted(MOVES_ELSEWHERE | {"hapus", "state"}))
def test_a_move_without_a_page_of_its_own_is_not_found(
    name: str, people: dict[str, User], client_of: Browser
) -> None:
    application = application_in(State.SUBMITTED, people)
    url = reverse("applications:dossier-move", args=[application.slug, name])
    for role in READERS:
        assert client_of(role).post(url).status_code == 404
    for role in ALL - READERS:
        assert client_of(role).post(url).status_code == 403


def test_a_stranger_who_sends_a_move_is_sent_to_sign_in(people: dict[str, User]) -> None:
    application = application_in(State.SUBMITTED, people)
    for name in MOVES:
        url = reverse("applications:dossier-move", args=[application.slug, name])
        assert Client().post(url, {"confirmed": "1"})["Location"] == f"/masuk/?next={url}"
    application.refresh_from_db()
    assert application.state == State.SUBMITTED


def test_a_number_that_does_not_exist_is_not_found_and_says_so(client_of: Browser) -> None:
    for name in ("dossier-show", "documents-receipt"):
        response = client_of("counter").get(reverse(f"applications:{name}", args=["KTP-2026-999999"]))
        assert response.status_code == 404
        assert "Halaman tidak ditemukan" in text_of(response)


# -- rights that change while a browser is open --------------------------------------------------


def test_a_role_taken_away_closes_the_open_browser_at_its_next_request(
    people: dict[str, User], client_of: Browser
) -> None:
    client = client_of("counter")
    assert client.get("/loket/").status_code == 200
    take_role_back(RoleTerm.objects.get(user=people["counter"]), by=people["admin"], reason="pindah tugas")
    assert_refused(client.get("/loket/"), REFUSED)


def test_a_role_taken_away_refuses_the_move_that_was_already_on_the_screen(
    people: dict[str, User], client_of: Browser
) -> None:
    application, client = application_in(State.SUBMITTED, people), client_of("section_head")
    assert client.get("/validasi/").status_code == 200
    take_role_back(RoleTerm.objects.get(user=people["section_head"]), by=people["admin"], reason="pindah")
    response = client.post(reverse("applications:dossier-move", args=[application.slug, "validate"]))
    assert_refused(response, REFUSED)
    application.refresh_from_db()
    assert application.state == State.SUBMITTED


def test_a_term_that_ends_by_itself_closes_the_page(people: dict[str, User], client_of: Browser) -> None:
    client = client_of("counter")
    RoleTerm.objects.filter(user=people["counter"]).update(valid_until=timezone.now() - timedelta(seconds=1))
    assert_refused(client.get("/loket/"), REFUSED)


def test_a_term_that_begins_tomorrow_opens_nothing_today(people: dict[str, User]) -> None:
    later = make_person("besok")
    give_role(later, Role.COUNTER, by=None, reason="mulai besok", at=timezone.now() + timedelta(days=1))
    client = Client()
    client.force_login(later, backend="accounts.backends.RoleBackend")
    assert_refused(client.get("/loket/"), REFUSED)


def test_two_roles_of_one_person_add_up(people: dict[str, User], client_of: Browser) -> None:
    give_role(people["counter"], Role.OPERATOR, by=people["admin"], reason="Plh operator")
    client = client_of("counter")
    assert client.get("/loket/").status_code == client.get("/pencetakan/").status_code == 200
    assert client.get("/validasi/").status_code == 403


def test_an_account_made_inactive_is_sent_to_sign_in(people: dict[str, User], client_of: Browser) -> None:
    client = client_of("counter")
    User.objects.filter(pk=people["counter"].pk).update(is_active=False)
    assert client.get("/loket/")["Location"] == "/masuk/?next=/loket/"


def test_the_head_of_another_section_holds_no_right_on_applications(people: dict[str, User]) -> None:
    assert people["other_head"].get_all_permissions() == frozenset()


def test_nobody_is_a_superuser_and_no_permission_comes_by_itself(people: dict[str, User]) -> None:
    assert not any(person.is_superuser or person.has_perm("applications.erase") for person in people.values())


# -- what is read is logged ----------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if page.state and page.reads])
def test_a_page_writes_into_the_reading_log_exactly_when_it_shows_a_whole_nik_or_a_picture(
    name: str, people: dict[str, User], client_of: Browser
) -> None:
    page = PAGES[name]
    application = prepared(page, name, people)
    assert application is not None
    response = client_of(sorted(page.reads)[0]).get(address(name, application))
    resident = application.resident
    whole = any(nik.encode() in response.content for nik in (resident.nik, resident.nik_grouped))
    logged = list(Read.objects.filter(subject=f"resident:{resident.pk}").values_list("what", flat=True))
    picture = response["Content-Type"].startswith("image/")
    what = "scan" if "handover" in name else "capture"
    assert logged == (["nik"] if whole else [what] if picture else [])


@pytest.mark.parametrize("role", sorted(READERS))
def test_the_dossier_shows_the_nik_masked_to_everybody(
    role: str, people: dict[str, User], client_of: Browser
) -> None:
    application = application_in(State.SUBMITTED, people)
    text = text_of(client_of(role).get(reverse("applications:dossier-show", args=[application.slug])))
    assert application.resident.nik_masked in text
    assert application.resident.nik not in text
    assert application.resident.nik_grouped not in text


@pytest.mark.parametrize("role", ["information", "other_head", "admin", "camat"])
def test_people_without_applications_are_offered_no_desk_and_no_search(role: str, client_of: Browser) -> None:
    text = text_of(client_of(role).get("/kata-sandi/"))
    assert 'action="/cari/"' not in text
    assert "/loket/" not in text and "/validasi/" not in text


def test_the_refusal_of_a_move_carries_no_message_into_the_next_page(
    people: dict[str, User], client_of: Browser
) -> None:
    application, client = application_in(State.SUBMITTED, people), client_of("counter")
    response = client.post(reverse("applications:dossier-move", args=[application.slug, "validate"]))
    assert_refused(response, "Anda tidak berwenang untuk langkah “Setujui”.")
    assert told(response) == ""
