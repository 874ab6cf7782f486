"""Pictures of papers: added to a draft by upload, camera or phone; shown to who may see them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from applications import phones, scans
from applications.models import Draft, PaperRule, Scan
from applications.refusals import Refused, WrongState
from applications.views import desk
from applications.views.access import StaffRequest, permitted
from applications.views.files import picture
from office import uploads, vault

FIELD = "pindaian-"
TOO_LARGE = "Berkas terlalu besar dan tidak disimpan. Pindai dengan resolusi lebih rendah, lalu pilih lagi."
PAPERS = "#persyaratan"


def attach(request: StaffRequest, draft: Draft, codes: set[str]) -> str:
    """Keep the files sent with a page. Returns a sentence for what was not kept, else nothing."""
    files = request.FILES
    refused = TOO_LARGE if uploads.too_large(request) else ""
    for name, sent in files.items():
        code = name.removeprefix(FIELD)
        if name.startswith(FIELD) and code in codes and isinstance(sent, UploadedFile):
            refused = keep(draft, code, sent, request) or refused
    return refused


def keep(draft: Draft, code: str, sent: UploadedFile, request: StaffRequest) -> str:
    try:
        scans.add(draft, code, sent.read(), by=request.user)
    except (Refused, vault.VaultError) as no:
        return no.sentence
    return ""


def handled(request: StaffRequest, draft: Draft, here: str, refused: str) -> HttpResponse | None:
    """The steps of a draft that are about keeping and pictures; None for those that send it."""
    step, _, what = request.POST.get("langkah", "").partition(":")
    if step == "simpan":
        return HttpResponse(status=204)
    if step == "pindai":
        if refused:
            messages.error(request, refused)
        return redirect(here + PAPERS)
    if step == "hapus-pindaian":
        scan = draft.scans.select_related("file").filter(pk=as_pk(what)).first()
        if scan:
            scans.discard(scan)
        return redirect(here + PAPERS)
    if step == "ponsel" and known(draft, what):
        try:
            request.session[link_key(draft, what)] = phones.make(draft, what, by=request.user)
        except WrongState as no:
            messages.warning(request, no.sentence)
            return redirect(here)
        return redirect("applications:scans-phone", draft.pk, what)
    return None


def as_pk(text: str) -> int:
    """The number of a row as a button sends it; 0, which no row has, for anything else."""
    return int(text) if text.isdecimal() and len(text) <= 18 else 0


def known(draft: Draft, code: str) -> bool:
    """Whether the page of this draft asks for the paper."""
    papers = draft.application.papers.all() if draft.application else PaperRule.objects.all()
    return code in set(papers.values_list("code", flat=True))


def link_key(draft: Draft, code: str) -> str:
    """Where the session keeps the link: two papers may be open in two tabs."""
    return f"phone-link:{draft.pk}:{code}"


# -- a phone as the camera -----------------------------------------------------------------------


@permitted("applications.submit")
def phone(request: StaffRequest, pk: int, code: str) -> HttpResponse:
    """The address for the phone as a QR; the page tells how many pictures have come."""
    draft = get_object_or_404(Draft.objects.select_related("application"), pk=pk, owner=request.user)
    token = request.session.get(link_key(draft, code), "")
    if not phones.found(token, draft, code):
        return link_over(request, draft_url(draft) + PAPERS)
    address = phones.address(token, request.build_absolute_uri("/"))
    context = {
        "draft": draft, "back": draft_url(draft) + PAPERS, "address": address, "qr": phones.qr(address),
        "label": phones.label(code), "count": draft.scans.filter(code=code).count(), "minutes": phones.minutes(),
        "only_here": phones.only_here(address),
    }
    return render(request, "applications/intake/phone.html", context)


def link_over(request: StaffRequest, back: str) -> HttpResponse:
    """Back to the draft; where the page asks by itself for the count, the browser is told to go, the page not read."""
    messages.info(request, "Tautan ponsel sudah berakhir. Buat lagi bila perlu.")
    return HttpResponse(headers={"HX-Redirect": back}) if "HX-Request" in request.headers else redirect(back)


def draft_url(draft: Draft) -> str:
    if draft.application:
        return reverse("applications:intake-returned", args=[draft.application.slug])
    return reverse("applications:intake-draft", args=[draft.pk])


@login_not_required
@require_http_methods(["GET", "POST"])
def from_phone(request: HttpRequest, token: str) -> HttpResponse:
    """What the phone sees: which paper, one button. It shows nothing of the resident."""
    link = phones.open_link(token)
    if link is None:
        return render(request, "applications/intake/phone_over.html", status=410)
    refused, sent = "", request.FILES.get("foto")
    if request.method == "POST" and sent is None:
        refused = TOO_LARGE if uploads.too_large(request) else "Pilih atau ambil foto lebih dahulu."
    elif sent is not None:
        try:
            scans.add(link.draft, link.code, sent.read(), by=link.made_by)
        except (Refused, vault.VaultError) as no:
            refused = no.sentence
        else:
            messages.success(request, "Foto terkirim. Ambil halaman berikutnya, atau kembali ke loket.")
            return redirect("applications:scans-from-phone", token)
    context = {"label": phones.label(link.code), "refused": refused, "until": link.expires_at}
    return render(request, "applications/intake/from_phone.html", context, status=200 if not refused else 422)


# -- showing -------------------------------------------------------------------------------------


@permitted("applications.view_scans")
def image(request: StaffRequest, pk: int) -> HttpResponse:
    """One picture: of one's own draft, or of a paper."""
    scan = get_object_or_404(Scan.objects.select_related("file", "draft", "paper__application__resident"), pk=pk)
    if scan.draft is not None and scan.draft.owner_id != request.user.pk:
        raise Http404(pk)
    if scan.paper is not None:
        desk.note_read(request, "scan", scan.paper.application.resident)
    return picture(lambda: scans.image_of(scan), scans.MIME)

