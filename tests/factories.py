"""Records for tests. An application reaches a state by the real verbs, so that its book tells how."""

import itertools
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import RoleTerm, User
from accounts.roles import Role
from applications import blanks, custody, lifecycle, scans
from applications.lifecycle import Intake
from applications.models import (
    Application,
    BlankEntry,
    Bundle,
    Capture,
    CentralStatus,
    DataConfirmation,
    Destruction,
    HeldCard,
    Paper,
    PaperRule,
    Resident,
    Scan,
    StatusRule,
    Village,
)
from applications.papers import Change, Ticks
from applications.routing import birthday
from applications.states import Kind, State
from devices.capture import RECORDING_ORDER
from office import vault
from office.models import Section

serials = itertools.count(1)
PICTURE = b"\xff\xd8 a picture \xff\xd9"
ROLES = {
    "counter": Role.COUNTER, "operator": Role.OPERATOR, "section_head": Role.SECTION_HEAD,
    "other_head": Role.SECTION_HEAD, "information": Role.INFORMATION, "secretary": Role.SECRETARY,
    "camat": Role.CAMAT, "admin": Role.ADMIN,
}


def unsaved_person(username: str) -> User:
    user = User(username=username, name=username.replace("_", " ").title(), post="Petugas")
    user.set_unusable_password()
    return user


def unsaved_term(user: User, role: Role, section: Section | None) -> RoleTerm:
    since = timezone.now() - timedelta(days=1000)
    return RoleTerm(user=user, role=role, section=section, valid_from=since, reason="uji")


def make_person(username: str, role: Role | None = None, *, section: Section | None = None) -> User:
    user = unsaved_person(username)
    user.save()
    if role:
        unsaved_term(user, role, section).save()
    return user


def make_people() -> dict[str, User]:
    """In two inserts, because nearly every test begins with it."""
    ktp = Section.objects.get(serves_ktp=True)
    other = Section.objects.exclude(serves_ktp=True).first()
    sections = {"section_head": ktp, "other_head": other}
    people = dict(zip(ROLES, User.objects.bulk_create(map(unsaved_person, ROLES)), strict=True))
    RoleTerm.objects.bulk_create(unsaved_term(people[who], role, sections.get(who)) for who, role in ROLES.items())
    return people


def make_resident(*, birth: date = date(1990, 3, 15), **fields: Any) -> Resident:
    serial = next(serials)
    defaults = {
        "nik": f"350817{birth.day:02d}{birth.month:02d}{birth.year % 100:02d}{serial % 9999 + 1:04d}",
        "kk_number": f"350817010112{serial % 9999 + 1:04d}", "name": f"Warga Rekaan {serial}",
        "birth_place": "Lumajang", "birth_date": birth, "sex": "L", "marital_status": "single",
        "address": "Dusun Krajan", "rt": "003", "rw": "001", "village": Village.objects.first(),
    }
    return Resident.objects.create(**defaults | fields)


def sixteen(day: date | None = None) -> date:
    """A birth date of somebody who is 16 for most of a year yet."""
    return birthday(day or timezone.localdate(), -16) - timedelta(days=20)


def complete(kind: str) -> dict[str, Ticks]:
    return {rule.code: Ticks(True, True) for rule in PaperRule.objects.filter(kind=kind)}


def intake(kind: str = Kind.NEW, **more: Any) -> Intake:
    """A complete file of a kind; a data change names a new address with its proof."""
    changes = (Change("address", "Dusun Baru", "Surat pindah"),) if kind == Kind.DATA_CHANGE else ()
    return Intake(**{"kind": kind, "ticks": complete(kind), "changes": changes} | more)


def incomplete(kind: str = Kind.NEW) -> Intake:
    return Intake(kind=kind, ticks={"kk": Ticks(True, True)})


def scan_of(paper: Paper, by: User, **fields: Any) -> Scan:
    """A picture of a paper that was handed in, in the vault."""
    file = scans.vault_row(vault.write(PICTURE), by, timezone.now())
    return Scan.objects.create(
        **{"paper": paper, "code": paper.code, "file": file, "added_at": timezone.now(), "added_by": by} | fields
    )


def note_central_status(resident: Resident, code: str, by: User, at: datetime | None = None) -> CentralStatus:
    at = at or timezone.now()
    rule = StatusRule.objects.get(pk=code)
    return CentralStatus.objects.create(
        resident=resident, status=rule, text=str(rule), seen_at=at, seen_by=by, entered_at=at
    )


def capture_all(application: Application, by: User, at: datetime | None = None) -> None:
    """Every position still open as an exception, and the data confirmed: no device is needed to finish."""
    made = set(application.captures.filter(recording=None).values_list("position", flat=True))
    Capture.objects.bulk_create(
        Capture(application=application, position=position, outcome="exception", reason="uji",
                captured_at=at or timezone.now(), captured_by=by)
        for position in RECORDING_ORDER
        if position not in made
    )
    confirm_data(application, by, at)


def confirm_data(application: Application, by: User, at: datetime | None = None) -> DataConfirmation:
    """The resident signed the printed sheet, which says what the record says now."""
    person = Resident.objects.get(pk=application.resident_id)
    return DataConfirmation.objects.create(
        application=application, name=person.name, birth_place=person.birth_place, birth_date=person.birth_date,
        means="sheet", at=at or timezone.now(), by=by,
    )


def receive_blanks(by: User, count: int = 1000) -> BlankEntry | None:
    """A delivery, where the box is empty."""
    if blanks.current().on_hand:
        return None
    return blanks.receive(
        by=by, document=f"BA-{next(serials)}", source="Disdukcapil", received_on=date(2020, 1, 2), count=count
    )


def bundle_for(application: Application) -> Bundle:
    """A list of the village that this card belongs to; its number is one that no other process takes by chance."""
    return Bundle.objects.create(
        year=1000 + secrets.randbelow(9000), serial=secrets.randbelow(10**6), village=application.resident.village,
        carrier="Suparman", carrier_post="Kepala Dusun", out_at=timezone.now(), out_by=User.objects.order_by("pk")[0],
    )


def found_card(people: dict[str, User], holder: str = "Pemegang Rekaan", **more: Any) -> HeldCard:
    """A card that somebody handed in."""
    return custody.found(**{"by": people["counter"], "holder": holder, "corner_cut": True} | more)


WITNESSES = (
    custody.Witness("Sugeng Prayitno", "Satpol PP Kecamatan Jatiroto"),
    custody.Witness("Rini Astutik", "Staf Seksi Pemerintahan"),
)


def destroyed(cards: Iterable[HeldCard], people: dict[str, User], **more: Any) -> Destruction:
    """The record of destruction of these cards."""
    said = {"by": people.get("section_head"), "place": "halaman kantor Kecamatan Jatiroto", "method": "dibakar"}
    return custody.destroy([card.pk for card in cards], **said | {"witnesses": WITNESSES} | more)


class Path:
    """The way of one application through the desks, as far as a test needs it.

    Steps are a minute apart from `start`; with `start` left out each happens now.
    """

    def __init__(self, people: dict[str, User], *, start: datetime | None = None, kind: str = Kind.NEW,
                 resident: Resident | None = None) -> None:
        self.people, self.kind, self.clock = people, kind, start
        self.resident = resident or make_resident()

    def tick(self) -> datetime | None:
        if self.clock is not None:
            self.clock += timedelta(minutes=1)
        return self.clock

    def submitted(self) -> Application:
        return lifecycle.submit(self.resident, by=self.people["counter"], intake=intake(self.kind), at=self.tick())

    def returned(self) -> Application:
        return lifecycle.register_incomplete(
            self.resident, by=self.people["counter"], intake=incomplete(self.kind), at=self.tick()
        )

    def validated(self) -> Application:
        return lifecycle.validate(self.submitted(), by=self.people["section_head"], at=self.tick())

    def awaiting_recording(self) -> Application:
        return self.validated()

    def recorded(self) -> Application:
        application = self.awaiting_recording()
        capture_all(application, self.people["operator"], self.clock)
        return lifecycle.record(application, by=self.people["operator"], at=self.tick())

    def awaiting_central(self) -> Application:
        return self.recorded()

    def status(self, application: Application, code: str) -> Application:
        at = self.tick()
        rule = StatusRule.objects.get(pk=code)
        return lifecycle.note_status(
            application, by=self.people["operator"], status=rule, seen_at=at or timezone.now(), at=at
        )

    def awaiting_age(self) -> Application:
        self.resident = make_resident(birth=sixteen(self.clock.date() if self.clock else None))
        return self.status(self.recorded(), "PRINT_READY_RECORD")

    def ready_to_print(self) -> Application:
        return self.status(self.recorded(), "PRINT_READY_RECORD")

    def printing(self) -> Application:
        application = self.ready_to_print()
        receive_blanks(self.people["operator"])
        return lifecycle.start_print(application, by=self.people["operator"], reason="uji", at=self.tick())

    def ready_for_pickup(self) -> Application:
        return lifecycle.confirm_print(
            self.printing(), by=self.people["operator"], at=self.tick(), serial_unreadable=True
        )

    def handed_over(self) -> Application:
        old = self.kind in (Kind.DAMAGED, Kind.DATA_CHANGE)
        return lifecycle.hand_over(
            self.ready_for_pickup(), by=self.people["counter"], collector="self", old_card_surrendered=old,
            at=self.tick(),
        )

    def referred(self) -> Application:
        return lifecycle.refer(self.submitted(), by=self.people["section_head"], reason="uji", at=self.tick())

    def cancelled(self) -> Application:
        return lifecycle.cancel(self.submitted(), by=self.people["counter"], reason="pemohon", at=self.tick())

    def withdrawn(self) -> Application:
        return lifecycle.withdraw_card(
            self.ready_for_pickup(), by=self.people["section_head"], cause="deceased", reason="uji", at=self.tick()
        )


def application_in(state: str, people: dict[str, User], **path: Any) -> Application:
    """A new application, brought to a state by the real verbs."""
    return getattr(Path(people, **path), State(state).value)()


def crowd(state: str, people: dict[str, User], count: int) -> list[Application]:
    """`count` files that wait in a state, the first by the real verbs, the others copied behind it in bulk.

    The copies have no entry in the book: they are there to be counted and listed.
    """
    first = application_in(state, people)
    more = range(1, count)
    residents = Resident.objects.bulk_create(
        copy_of(first.resident, nik=f"350817{next(serials):010d}", name=f"Warga Antrean {i:03d}") for i in more
    )
    behind = [timedelta(milliseconds=i) for i in more]
    copies = Application.objects.bulk_create(
        copy_of(first, serial=500_000 + first.serial * 1000 + i, tracking_code=f"KX{first.pk:05d}{i:05d}",
                resident=resident, state_since=first.state_since + later,
                complete_at=first.complete_at and first.complete_at + later)
        for i, later, resident in zip(more, behind, residents, strict=True)
    )
    return [first, *copies]


def copy_of(record: Any, **different: Any) -> Any:
    same = {field.name: getattr(record, field.name) for field in record._meta.concrete_fields if not field.primary_key}
    return type(record)(**same | different)
