"""`/penyerahan/`: give the card into a hand, once."""

from typing import Any

from django.http import HttpResponse

from applications.forms.moves import HandOverForm
from applications.models import Application
from applications.views import desk
from applications.views.access import StaffRequest, application_at_desk, permitted


@permitted("applications.view_handover")
def queue(request: StaffRequest) -> HttpResponse:
    return page(request, desk.first_of("handover"))


@permitted("applications.view_handover")
def card(request: StaffRequest, number: tuple[int, int]) -> HttpResponse:
    application = application_at_desk(number, "handover")
    if application is None:
        return desk.moved_on(request, number, "handover")
    return page(request, application)


def page(request: StaffRequest, application: Application | None) -> HttpResponse:
    more: dict[str, Any] = {}
    if application:
        more = {
            "hand_over_form": HandOverForm(application=application),
            "form_id": "hand-over-form",
            "after": "Setelah diserahkan: cetak bukti penyerahan untuk ditandatangani.",
        }
    return desk.show(request, "handover", application, "applications/handover/card.html", **more)
