"""Residents and applications of the demo office: invented people, real moves, a moved clock."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from io import BytesIO

from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from accounts.models import User
from applications import blanks, capturing, closing, confirming, lifecycle, recording, scans, visits
from applications.lifecycle import Intake
from applications.models import Application, PaperRule, Resident, Scan, StatusRule, Village, VisitReason
from applications.papers import Ticks
from applications.routing import age_on, birthday
from applications.states import Kind
from office import vault
from office.calendar import current_calendar

# name, sex, birth date, birth place, married. Everybody here is invented.
PEOPLE = [
    ("Siti Maimunah", "P", date(1990, 3, 15), "Lumajang", True),
    ("Ahmad Fauzi", "L", date(2008, 5, 2), "Lumajang", False),
    ("Buasan", "L", date(1958, 1, 1), "Jatiroto", True),
    ("Dewi Kartikasari", "P", date(1984, 11, 9), "Jember", True),
    ("Hasan Basri Mulyono", "L", date(2007, 9, 21), "Lumajang", False),
    ("Yuliati", "P", date(1976, 7, 30), "Lumajang", True),
    ("Moh. Rofi'i", "L", date(1969, 4, 12), "Probolinggo", True),
    ("Nur Laili Hidayati", "P", date(2001, 2, 28), "Lumajang", False),
    ("Slamet Riyadi", "L", date(1949, 8, 17), "Lumajang", True),
    ("Intan Permatasari", "P", date(2009, 1, 6), "Lumajang", False),
    ("Bambang Hariyanto", "L", date(1972, 12, 24), "Malang", True),
    ("Sumiati", "P", date(1963, 6, 5), "Jatiroto", True),
    ("Rizki Aditya Pratama", "L", date(2000, 10, 10), "Lumajang", False),
    ("Endah Purwaningsih", "P", date(1988, 5, 19), "Lumajang", True),
    ("Supardi", "L", date(1955, 3, 3), "Jatiroto", True),
    ("Fitriyah", "P", date(1995, 9, 1), "Situbondo", True),
    ("Agus Salim", "L", date(1981, 8, 26), "Lumajang", True),
    ("Wahyu Nugroho", "L", date(1998, 7, 7), "Lumajang", False),
    ("Mutmainah", "P", date(1979, 2, 14), "Lumajang", True),
    ("Joko Santoso", "L", date(1966, 11, 11), "Kediri", True),
    ("Lailatul Qomariyah", "P", date(2004, 4, 4), "Lumajang", False),
    ("Suwarno", "L", date(1945, 5, 20), "Jatiroto", True),
    ("Anik Rahmawati", "P", date(1992, 12, 2), "Banyuwangi", True),
    ("Dimas Eko Saputra", "L", date(2003, 1, 31), "Lumajang", False),
    ("Titik Handayani", "P", date(1974, 10, 16), "Lumajang", True),
    ("Imam Ghozali", "L", date(1987, 6, 23), "Lumajang", True),
    ("Kasiyem", "P", date(1940, 1, 1), "Jatiroto", True),
    ("Vina Oktaviani", "P", date(1999, 10, 29), "Lumajang", False),
    ("Teguh Wicaksono", "L", date(1993, 3, 8), "Surabaya", True),
    ("Nabila Azzahra", "P", date(2006, 8, 13), "Lumajang", False),
]
HAMLETS = ["Dusun Krajan", "Dusun Gondang", "Dusun Sukorejo", "Dusun Tegalrejo", "Dusun Curahwedi"]
GOOD = "PRINT_READY_RECORD"
APPLICATIONS = 10


def fill(people: Mapping[str, User]) -> None:
    """30 residents and 10 applications, each brought to its state by the verbs of the desks."""
    residents = make_residents()
    office = DemoOffice(people)
    office.waived = {residents[7].pk}
    office.blanks_delivered(120, days=8)
    office.handed_over(residents[7], days=5)
    office.ready_for_pickup(residents[12], days=2)
    office.printing(residents[17], days=1)
    office.day_closed(days=1, station=2)
    office.ready_to_print(residents[13], days=1)
    office.awaiting_central(residents[23], days=4)
    office.awaiting_age(residents[29], days=3)
    office.returned(residents[15], days=2)
    office.awaiting_recording(residents[4], minutes=50)
    damaged = office.submitted(residents[3], Kind.DAMAGED, minutes=48)
    office.scanned(damaged)
    office.foreigner(minutes=95)
    office.submitted(residents[0], Kind.LOST, minutes=12)


def make_residents() -> list[Resident]:
    villages = list(Village.objects.order_by("code"))
    # One who is sixteen today, whatever today is: recorded early, printed at seventeen.
    young = birthday(timezone.localdate(), -16) - timedelta(days=120)
    people = [*PEOPLE[:-1], ("Nabila Azzahra", "P", young, "Lumajang", False)]
    return [resident(number, person, villages) for number, person in enumerate(people)]


def resident(number: int, person: tuple, villages: list[Village]) -> Resident:
    name, sex, birth, place, married = person
    day = birth.day + (40 if sex == "P" else 0)
    return Resident.objects.create(
        nik=f"350817{day:02d}{birth.month:02d}{birth.year % 100:02d}{number + 1:04d}",
        kk_number=f"350817{number % 28 + 1:02d}0112{number + 1:04d}",
        name=name, sex=sex, birth_date=birth, birth_place=place,
        marital_status="married" if married else "single",
        address=HAMLETS[number % len(HAMLETS)], rt=f"{number % 9 + 1:03d}", rw=f"{number % 4 + 1:03d}",
        village=villages[number % len(villages)],
        religion="2" if number % 12 == 5 else "1", occupation=occupation_of(birth, sex, married),
        blood_type=("O", "A", "B", "-", "AB", "-")[number % 6],
        phone=f"0812{number * 7919 + 30040000:08d}" if number % 3 == 0 else "",
    )


def occupation_of(birth: date, sex: str, married: bool) -> str:
    age = age_on(birth, timezone.localdate())
    if age < 20:
        return "Pelajar/Mahasiswa"
    if sex == "P" and married:
        return "Mengurus Rumah Tangga"
    return ("Petani/Pekebun", "Karyawan Swasta", "Wiraswasta", "Buruh Harian Lepas")[birth.day % 4]


class DemoOffice:
    """Plays the desks: each method brings one application to a state, at times that lie behind us."""

    def __init__(self, people: Mapping[str, User]) -> None:
        self.counter, self.head, self.operator = people["loket"], people["kasi"], people["operator"]
        self.calendar, self.now = current_calendar(), timezone.now()
        self.waived: set[int] = set()  # whose birth certificate was burnt; the section head let it pass

    def day(self, back: int) -> datetime:
        """Twenty minutes after the opening of a service day, `back` service days before today."""
        day = timezone.localdate(self.now)
        for _ in range(back):
            day -= timedelta(days=1)
            while not self.calendar.is_service_day(day):
                day -= timedelta(days=1)
        return self.calendar.intervals(day)[0][0] + timedelta(minutes=20)

    def blanks_delivered(self, count: int, *, days: int) -> None:
        at = self.day(days)
        blanks.receive(
            by=self.operator, document="470/118/BA-BLK/2026", source="Disdukcapil Kabupaten Lumajang",
            received_on=at.date(), count=count, serial_from="A0100001", serial_to=f"A01{count:05d}", at=at,
        )

    def day_closed(self, *, days: int, station: int) -> None:
        """The blanks counted and signed for in the afternoon; everything up to now was moved before that."""
        at = self.day(days) + timedelta(minutes=390)
        close = closing.count(by=self.operator, counted=blanks.current().physical, station=station, at=at)
        if close:
            closing.sign(by=self.counter, close=close, at=at + timedelta(minutes=5))

    def submit(self, person: Resident, kind: Kind, at: datetime, waits: bool = False) -> Application:
        ticks = {rule.code: Ticks(True, True) for rule in PaperRule.objects.filter(kind=kind)}
        waivers = {}
        if person.pk in self.waived:
            del ticks["akta-kelahiran"]
            waivers = {"akta-kelahiran": "Akta terbakar, sedang diurus kembali"}
        intake = Intake(kind=kind, ticks=ticks, waivers=waivers, waits_in_room=waits)
        return lifecycle.submit(person, by=self.counter, at=at, intake=intake)

    def submitted(self, person: Resident, kind: Kind, *, minutes: int) -> Application:
        return self.submit(person, kind, self.now - timedelta(minutes=minutes), waits=True)

    def validated(self, person: Resident, at: datetime, kind: Kind = Kind.NEW, waits: bool = False) -> Application:
        application = self.submit(person, kind, at, waits)
        if person.pk in self.waived:
            application = lifecycle.decide_waiver(
                application, by=self.head, paper="akta-kelahiran", granted=True, at=at + timedelta(minutes=10)
            )
        return lifecycle.validate(application, by=self.head, at=at + timedelta(minutes=15))

    def awaiting_recording(self, person: Resident, *, minutes: int) -> Application:
        return self.validated(person, self.now - timedelta(minutes=minutes), waits=True)

    def recorded(self, person: Resident, at: datetime) -> Application:
        application = self.validated(person, at)
        while position := recording.next_position(application):
            positions = capturing.open_positions_like(application, position)
            capturing.capture(application, positions, by=self.operator, at=at + timedelta(minutes=30))
        confirming.confirm(application, by=self.operator, means="sheet", at=at + timedelta(minutes=33))
        return lifecycle.record(application, by=self.operator, at=at + timedelta(minutes=35))

    def status(self, application: Application, code: str, at: datetime) -> Application:
        rule = StatusRule.objects.get(pk=code)
        return lifecycle.note_status(application, by=self.operator, status=rule, seen_at=at, at=at)

    def awaiting_central(self, person: Resident, *, days: int) -> Application:
        at = self.day(days)
        return self.status(self.recorded(person, at), "SENT_FOR_ENROLLMENT", at + timedelta(minutes=60))

    def ready_to_print(self, person: Resident, *, days: int) -> Application:
        at = self.day(days)
        return self.status(self.recorded(person, at), GOOD, at + timedelta(minutes=90))

    def awaiting_age(self, person: Resident, *, days: int) -> Application:
        return self.ready_to_print(person, days=days)

    def printing(self, person: Resident, *, days: int) -> Application:
        application = self.ready_to_print(person, days=days)
        return lifecycle.start_print(application, by=self.operator, at=self.day(days) + timedelta(minutes=120))

    def ready_for_pickup(self, person: Resident, *, days: int) -> Application:
        application = self.printing(person, days=days)
        serial = f"A01{application.serial:05d}"
        at = self.day(days) + timedelta(minutes=125)
        return lifecycle.confirm_print(application, by=self.operator, blank_serial=serial, at=at)

    def handed_over(self, person: Resident, *, days: int) -> Application:
        application = self.ready_for_pickup(person, days=days)
        at = self.day(days) + timedelta(minutes=150)
        return lifecycle.hand_over(application, by=self.counter, collector="self", at=at)

    def scanned(self, application: Application) -> None:
        """A picture of each paper, drawn: nobody's paper."""
        for paper in application.papers.all():
            for page in scans.pages(drawn(paper.label, application.resident.name)):
                file = scans.vault_row(vault.write(page), self.counter, self.now)
                Scan.objects.create(
                    paper=paper, code=paper.code, file=file, added_at=self.now, added_by=self.counter
                )

    def foreigner(self, *, minutes: int) -> None:
        """A visit that did not become an application."""
        visits.register(
            by=self.counter, reason=VisitReason.objects.get(pk="wna"), name="John Smith",
            at=self.now - timedelta(minutes=minutes),
        )

    def returned(self, person: Resident, *, days: int) -> Application:
        ticks = {"kk": Ticks(True, True)}
        return lifecycle.register_incomplete(
            person, by=self.counter, at=self.day(days), intake=Intake(kind=Kind.NEW, ticks=ticks)
        )


def drawn(label: str, name: str) -> bytes:
    """A page of writing with a heading, as PNG."""
    page = Image.new("L", (1000, 1400), 255)
    pen = ImageDraw.Draw(page)
    pen.rectangle((40, 40, 960, 1360), outline=0, width=3)
    for number, text in enumerate(["CONTOH, BUKAN DOKUMEN RESMI", label.upper(), name.upper()]):
        pen.text((90, 90 + number * 70), text, fill=0, font=ImageFont.load_default(36))
    for line in range(18):
        pen.line((90, 360 + line * 50, 910 - line % 3 * 120, 360 + line * 50), fill=150, width=6)
    out = BytesIO()
    page.save(out, "PNG")
    return out.getvalue()
