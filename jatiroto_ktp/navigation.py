"""The navigation of staff, one table: what a person may see, in the order of the work."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from applications.desks import DESKS, Desk
from applications.waiting import waiting_by_state

# Where those begin who watch the work of others: label, URL name, permission.
FIRST = [
    ("Dasbor", "supervision:dashboard", "supervision.view_deviations"),
]
# Pages beside the desks, in order: label, URL name, permission.
MORE = [
    ("Blangko", "applications:blanks", "applications.view_blanks"),
    ("Penduduk", "applications:residents-index", "applications.view_residents"),
    ("Kunjungan", "applications:visits", "applications.view_visits"),
    ("Kartu ditarik", "applications:custody-index", "applications.view_custody"),
    ("Belum diambil", "applications:uncollected", "applications.view_uncollected"),
    ("Pengguna", "accounts:people", "accounts.manage_people"),
    ("Pengaturan", "applications:settings-overview", "office.manage_settings"),
]
# The menu under one's own name: label, URL name, permission; without one it is for everybody.
MENU = [
    ("Ganti orang", "accounts:take-over", ""),
    ("Tunjuk Plh", "accounts:deputy", "accounts.appoint_deputy"),
]


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    count: int | None
    current: bool


def items(request: HttpRequest) -> list[Item]:
    """The desks that this person works at, with what waits there, and the search."""
    user = request.user
    if not isinstance(user, User):
        return []
    desks = [desk for desk in DESKS if user.has_perm(desk.permission)]
    waiting = waiting_by_state(request) if desks else {}
    origin = request.GET.get("dari")
    found = [desk_item(desk, waiting, request.path, origin) for desk in desks]
    if user.has_perm("applications.view_application"):
        url = reverse("applications:search")
        found.append(Item("Cari berkas", url, None, not origin and request.path.startswith((url, "/permohonan/"))))
    first = [more_item(*row, request.path) for row in FIRST if user.has_perm(row[2])]
    return first + found + [more_item(*row, request.path) for row in MORE if user.has_perm(row[2])]


def menu(request: HttpRequest) -> list[Item]:
    """What stands under one's own name, beside what concerns the account."""
    user = request.user
    if not isinstance(user, User):
        return []
    return [more_item(*row, request.path) for row in MENU if not row[2] or user.has_perm(row[2])]


def more_item(label: str, url_name: str, permission: str, path: str) -> Item:
    url = reverse(url_name)
    return Item(label, url, None, path.startswith(url))


def desk_item(desk: Desk, waiting: dict[str, int], path: str, origin: str | None) -> Item:
    url = reverse(desk.url_name)
    current = path.startswith(url) or origin == desk.code
    return Item(desk.label, url, sum(waiting.get(s, 0) for s in desk.states), current)


def first_page(request: HttpRequest) -> str:
    """Where a person begins: the first page of the navigation, else the public page on the service."""
    found = items(request)
    return found[0].url if found else reverse("supervision:service")
