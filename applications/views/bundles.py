"""`/titipan-desa/`: finished cards that a village takes out with a list, and the list that comes back."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from applications import bundles, documents, uncollected
from applications.forms.bundles import AnswerForm, SendForm
from applications.models import Bundle, BundleCard, Village
from applications.refusals import Refused
from applications.views.access import StaffRequest, permitted
from applications.views.desk import PAGE
from applications.views.files import as_pdf
from office import parameters

Number = tuple[int, int]


@permitted("applications.view_uncollected")
def index(request: StaffRequest) -> HttpResponse:
    """Lists that are out, those that are out longest first; or those that are back."""
    closed, now = request.GET.get("bagian") == "kembali", timezone.now()
    found = Bundle.objects.exclude(back_at=None).order_by("-pk") if closed else bundles.out()
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    limit = parameters.number(bundles.DAYS_OUT)
    # Counted for the lists of this page only.
    listed = bundles.with_counts(Bundle.objects.filter(pk__in=[each.pk for each in page.object_list]))
    context = {
        "page_obj": page, "closed": closed, "limit": limit,
        "rows": [row(each, limit, now) for each in listed.order_by("-pk" if closed else "pk")],
        "villages": bundles.villages_to_serve(),
        "may_send": request.user.has_perm("applications.send_to_village"),
    }
    return render(request, "applications/bundles/index.html", context)


def row(bundle: Bundle, limit: int, now: Any) -> dict[str, Any]:
    days = (now - bundle.out_at).days
    return {"bundle": bundle, "days": days, "overdue": bundle.back_at is None and days >= limit}


@permitted("applications.send_to_village")
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest, code: str) -> HttpResponse:
    """Tick the cards of one village, say who carries them; asked once before they leave the box."""
    village = get_object_or_404(Village, code=code)
    ready = list(uncollected.in_the_box(code).select_related("resident")[: bundles.AT_ONCE])
    form = SendForm(request.POST or None, cards=ready)
    asked = False
    if request.method == "POST" and form.is_valid():
        asked = "confirmed" not in request.POST
        if not asked and (made := sent(request, village, form)):
            messages.success(
                request, f"{made.number}: {made.cards.count()} kartu dibawa {made.carrier}. Cetak daftarnya."
            )
            return redirect("applications:bundles-show", made.slug)
    now = timezone.now()
    context = {
        "village": village, "form": form, "asked": asked, "count": len(form.chosen()), "at_once": bundles.AT_ONCE,
        "rows": [
            {"card": each, "days": uncollected.days(each, now), "ticked": each.pk in form.chosen(),
             "old_card": each.kind in uncollected.NEEDS_OLD_CARD}
            for each in ready
        ],
        "total": uncollected.in_the_box(code).count() if len(ready) == bundles.AT_ONCE else len(ready),
    }
    return render(request, "applications/bundles/new.html", context)


def sent(request: StaffRequest, village: Village, form: SendForm) -> Bundle | None:
    """The new list; None when the office's rules said no, with the sentence in the form."""
    try:
        said = form.cleaned_data
        return bundles.send(
            village, form.chosen(), by=request.user, carrier=said["carrier"], carrier_post=said["carrier_post"]
        )
    except Refused as no:
        form.add_error(None, no.sentence)
        return None


@permitted("applications.view_uncollected")
def show(request: StaffRequest, number: Number) -> HttpResponse:
    bundle = bundle_or_404(number)
    cards = cards_of(bundle)
    context = row(bundle, parameters.number(bundles.DAYS_OUT), timezone.now()) | {
        "cards": cards,
        "still_out": sum(not each.outcome for each in cards),
        "may_answer": request.user.has_perm("applications.back_from_village"),
    }
    return render(request, "applications/bundles/show.html", context)


@permitted("applications.back_from_village")
@require_http_methods(["GET", "POST"])
def back(request: StaffRequest, number: Number) -> HttpResponse:
    """What the list says of each card that is still out; several times until every card is answered for."""
    bundle = bundle_or_404(number)
    waiting = [each for each in cards_of(bundle) if not each.outcome]
    if not waiting:
        messages.info(request, f"Daftar {bundle.number} sudah kembali seluruhnya.")
        return redirect("applications:bundles-show", bundle.slug)
    everybody = AnswerForm.SELF if "semua" in request.GET else ""
    forms = [AnswerForm(request.POST or None, card=each, first=everybody) for each in waiting]
    asked, refused = False, ""
    if request.method == "POST" and all([each.is_valid() for each in forms]):
        answers = [each.answer() for each in forms if each.answered]
        asked = bool(answers) and "confirmed" not in request.POST
        if not asked:
            refused = taken_back(request, bundle, answers)
            if not refused:
                return redirect("applications:bundles-show", bundle.slug)
    context = {"bundle": bundle, "forms": forms, "asked": asked, "refused": refused,
               "wrong": [each for each in forms if each.errors],
               "counts": counted(forms) if asked else {}}
    return render(request, "applications/bundles/back.html", context)


def taken_back(request: StaffRequest, bundle: Bundle, answers: list[bundles.Answer]) -> str:
    """Empty when it was noted, else why not."""
    try:
        done = bundles.take_back(bundle, answers, by=request.user)
    except Refused as no:
        return no.sentence
    rest = "Daftar selesai." if done.back_at else "Sisanya masih dibawa desa."
    messages.success(request, f"{done.number}: hasil {len(answers)} kartu tercatat. {rest}")
    return ""


def counted(forms: list[AnswerForm]) -> dict[str, int]:
    said = [each.answer().outcome for each in forms if each.answered]
    return {
        "delivered": said.count(BundleCard.Outcome.DELIVERED), "returned": said.count(BundleCard.Outcome.RETURNED)
    }


@permitted("applications.view_uncollected")
def paper(request: StaffRequest, number: Number) -> HttpResponse:
    bundle = bundle_or_404(number)
    return as_pdf(documents.bundle(bundle), f"titipan-{bundle.slug}")


def bundle_or_404(number: Number) -> Bundle:
    year, serial = number
    found = Bundle.objects.select_related("village", "out_by", "back_by")
    return get_object_or_404(found, year=year, serial=serial)


def cards_of(bundle: Bundle) -> list[BundleCard]:
    return list(bundle.cards.select_related("bundle", "application__resident__village").order_by("pk"))
