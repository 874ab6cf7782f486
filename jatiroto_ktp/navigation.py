"""The navigation of staff, one table: what a person may see, in the order of the work."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from applications.desks import DESKS, Desk
from applications.waiting import waiting_by_state


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
    return found


def desk_item(desk: Desk, waiting: dict[str, int], path: str, origin: str | None) -> Item:
    url = reverse(desk.url_name)
    current = path.startswith(url) or origin == desk.code
    return Item(desk.label, url, sum(waiting.get(s, 0) for s in desk.states), current)


def first_page(request: HttpRequest) -> str:
    """Where a person begins: the first page of the navigation, else the public page on the service."""
    found = items(request)
    return found[0].url if found else reverse("supervision:service")
