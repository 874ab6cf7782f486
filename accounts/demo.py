"""The people of the demo office: invented, one for each role (design.md, section 4)."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.terms import give_role
from office.models import Official, Section

PASSWORD = "jatiroto-demo"
PIN = "582746"
PEOPLE = [
    ("loket", "Rina Wulandari", "Petugas Loket", Role.COUNTER),
    ("operator", "Bagus Prasetyo", "Petugas Operator", Role.OPERATOR),
    ("kasi", "Sutrisno Hadi", "Kasi Pelayanan Umum", Role.SECTION_HEAD),
    ("informasi", "Dewi Anggraini", "Petugas Layanan Informasi", Role.INFORMATION),
    ("sekcam", "Hartono", "Sekretaris Kecamatan", Role.SECRETARY),
    ("camat", "Endang Susilowati", "Camat Jatiroto", Role.CAMAT),
    ("admin", "Yudi Setiawan", "Administrator", Role.ADMIN),
]
SIGNING = {Official.Post.CAMAT: "camat", Official.Post.SECRETARY: "sekcam", Official.Post.SECTION_HEAD: "kasi"}


def fill() -> dict[str, User]:
    """Make the people with their roles, in force for a year already, and let them sign for the demo office."""
    section = Section.objects.get(serves_ktp=True)
    since = timezone.now() - timedelta(days=365)
    people, pin = {}, make_password(PIN)
    for username, name, post, role in PEOPLE:
        head = role == Role.SECTION_HEAD
        user = User.objects.create_user(
            username, PASSWORD, name=name, post=post, section=section if head else None, pin=pin
        )
        give_role(user, role, by=None, reason="Kantor contoh", section=section if head else None, at=since)
        people[username] = user
    for post, username in SIGNING.items():
        Official.objects.filter(post=post).update(name=people[username].name)
    return people
