"""`/blanko/tutup/` and `/blanko/penutupan/`: the close of the day, counted by one person and signed by another."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from applications import blank_documents, closing
from applications.forms.blanks import CountForm, ExplainForm
from applications.models import BlankClose
from applications.refusals import Refused
from applications.views.access import StaffRequest, permitted
from applications.views.desk import PAGE
from applications.views.files import as_pdf

AGREES = "Hitungan cocok dengan buku. Sekarang orang kedua menandatangani dengan akunnya sendiri."
EXPLAINED = "Penjelasan tersimpan. Sekarang orang kedua menandatangani dengan akunnya sendiri."


@permitted("applications.close_blanks")
@require_http_methods(["GET", "POST"])
def count(request: StaffRequest) -> HttpResponse:
    """Asks for the count before it says what the book expects; a count that differs goes on to its explanation."""
    form = CountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            close = closing.count(by=request.user, **form.cleaned_data)
        except Refused as no:
            form.add_error(None, no.sentence)
        else:
            if close is None:
                return redirect("applications:blanks-explain")
            messages.success(request, AGREES)
            return redirect("applications:blanks-close", close.pk)
    context = {"form": form, "standing": closing.standing(), "nothing": closing.NOTHING}
    return render(request, "applications/blanks/count.html", context)


@permitted("applications.close_blanks")
@require_http_methods(["GET", "POST"])
def explain(request: StaffRequest) -> HttpResponse:
    """The comparison of a count that differs, and what is to be said about it."""
    now = closing.standing()
    if now.waiting and not now.stale:
        return redirect("applications:blanks-close", now.waiting.pk)
    if now.count is None:
        messages.info(request, "Tidak ada hitungan yang menunggu penjelasan. Hitung lebih dahulu.")
        return redirect("applications:blanks-count")
    form = ExplainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            close = closing.explain(by=request.user, entry=now.count, explanation=form.cleaned_data["explanation"])
            messages.success(request, EXPLAINED)
            return redirect("applications:blanks-close", close.pk)
        except Refused as no:
            form.add_error(None, no.sentence)
    close = closing.close_of(now.count)
    return render(request, "applications/blanks/explain.html", {"form": form, "close": close})


@permitted("applications.view_blanks")
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """Every close, newest first, with both names."""
    found = BlankClose.objects.select_related("closed_by", "signed_by").order_by("-pk")
    context = {
        "page_obj": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "may_close": request.user.has_perm(closing.CLOSE),
    }
    return render(request, "applications/blanks/closes.html", context)


@permitted("applications.view_blanks")
@require_GET
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """One close; who may sign it finds the button here, who may not reads why."""
    close = close_or_404(pk)
    refusal = ""
    if not close.signed_at:
        try:
            closing.check_may_sign(close, request.user)
        except Refused as no:
            refusal = no.sentence
    context = {"close": close, "refusal": refusal, "may_sign": request.user.has_perm(closing.SIGN),
               "may_close": request.user.has_perm(closing.CLOSE)}
    return render(request, "applications/blanks/close.html", context)


@permitted("applications.sign_close")
@require_POST
def sign(request: StaffRequest, pk: int) -> HttpResponse:
    close = BlankClose.objects.filter(pk=pk).first()
    if close is None:
        messages.error(request, closing.REPLACED)
        return redirect("applications:blanks-closes")
    try:
        closing.sign(by=request.user, close=close)
        messages.success(request, f"Tutup hari {close} ditandatangani.")
    except Refused as no:
        messages.error(request, no.sentence)
    return redirect("applications:blanks-close", pk)


@permitted("applications.view_blanks")
@require_GET
def record(request: StaffRequest, pk: int) -> HttpResponse:
    """The record of a signed close as PDF."""
    close = close_or_404(pk)
    if not close.signed_at:
        raise Http404("not signed yet")
    return as_pdf(blank_documents.close(close), f"tutup-hari-{close.through_day:%Y-%m-%d}")


def close_or_404(pk: int) -> BlankClose:
    return get_object_or_404(BlankClose.objects.select_related("closed_by", "signed_by"), pk=pk)
