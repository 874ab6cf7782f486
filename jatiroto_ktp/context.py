"""What every page of the layout shows; looked up only when the template asks for it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from jatiroto_ktp import navigation
from office.models import Office


def layout(request: HttpRequest) -> dict[str, Any]:
    return {
        "office": SimpleLazyObject(Office.objects.current),
        "navigation": SimpleLazyObject(lambda: navigation.items(request)),
        "menu": SimpleLazyObject(lambda: navigation.menu(request)),
        "hide_search": SimpleLazyObject(lambda: not request.user.has_perm("applications.view_application")),
        "demo": settings.DEMO,
        "banners": [],
    }
