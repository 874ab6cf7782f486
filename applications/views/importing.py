"""`/penduduk/impor/`: a list of residents comes in: file, columns, a try, the import."""

import csv
import io
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from applications import columns, imports
from applications.forms.importing import MappingForm, UploadForm
from applications.importing import EXAMPLE
from applications.sheets import NotATable, Table
from applications.views.access import StaffRequest, permitted
from office import uploads, vault
from office.models import VaultFile
from office.reading import log_read

SAMPLE, LOOKED_AT, LINES = 3, 200, 50
CHOSEN = "import-columns"  # in the session: column -> field, nothing personal
TRIED = "import-tried"  # in the session: the file that was tried; an import cannot be undone, so a try comes first
TRY_FIRST = "Tekan Coba dulu, lihat hasilnya, lalu impor."


@permitted("applications.import_residents")
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """Without a waiting file it asks for one, with one it asks which column is what."""
    step = request.POST.get("langkah", "")
    file = imports.waiting(imports.UPLOAD, by=request.user)
    if step == "unggah":
        return take(request)
    if step == "hapus":
        imports.discard(imports.UPLOAD, by=request.user)
        messages.success(request, "Berkas dihapus. Tidak ada yang diimpor.")
        return redirect("applications:importing-page")
    if file is None:
        return show(request, upload_form=UploadForm())
    try:
        table = Table(vault.read(file.name))
    except (NotATable, vault.VaultError):
        imports.discard(imports.UPLOAD, by=request.user)
        return show(request, upload_form=UploadForm())
    return arrange(request, file, table, step)


def take(request: StaffRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if uploads.too_large(request):
        form.errors["file"] = form.error_class(["Berkas lebih besar dari 25 MB. Bagi menjadi beberapa berkas."])
    elif form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            Table(content).sample(LOOKED_AT)
        except NotATable as error:
            form.add_error("file", str(error))
        else:
            imports.keep(content, imports.UPLOAD, by=request.user)
            request.session.pop(CHOSEN, None)
            return redirect("applications:importing-page")
    return show(request, upload_form=form)


def arrange(request: StaffRequest, file: VaultFile, table: Table, step: str) -> HttpResponse:
    guess = columns.guess(table.header, table.sample(LOOKED_AT))
    chosen = {int(column): name for column, name in request.session.get(CHOSEN, {}).items()} or guess.mapping
    form = MappingForm(
        request.POST if step else None, header=table.header, sample=table.sample(SAMPLE), mapping=chosen
    )
    tried = request.session.get(TRIED) == file.pk
    if step == "impor" and form.is_valid() and not tried:
        form.add_error(None, TRY_FIRST)
    if step in ("coba", "impor") and form.is_valid():
        request.session[TRIED] = file.pk
        request.session[CHOSEN] = {str(column): name for column, name in form.mapping().items()}
        job = imports.start(
            file, form.mapping(), by=request.user, dry_run=step == "coba", update=form.cleaned_data["update"]
        )
        return redirect("office:job", job.pk)
    log_read(by=request.user, what="import", count=SAMPLE)
    sent = form.mapping() if form.is_bound else chosen
    doubts = columns.doubts(table.header, table.sample(LOOKED_AT), sent)
    return show(request, mapping_form=form, doubts=doubts, tried=tried)


def show(request: StaffRequest, **context: Any) -> HttpResponse:
    report = imports.waiting(imports.REPORT, by=request.user)
    lines, count = imports.report_lines(report, LINES) if report else ([], 0)
    more = {"lines": lines, "line_count": count, "shown": LINES, "report": report}
    return render(request, "applications/importing/page.html", more | context)


@permitted("applications.import_residents")
@require_safe
def report(request: StaffRequest) -> HttpResponse:
    """The whole report of the last try or import, as CSV."""
    file = imports.waiting(imports.REPORT, by=request.user)
    if file is None:
        messages.info(request, "Belum ada laporan impor.")
        return redirect("applications:importing-page")
    return as_csv(vault.read(file.name), "laporan-impor.csv")


@permitted("applications.import_residents")
@require_safe
def example(request: StaffRequest) -> HttpResponse:
    """A list with all headings and one invented person."""
    text = io.StringIO()
    csv.writer(text).writerows(EXAMPLE)
    return as_csv(text.getvalue().encode("utf-8-sig"), "contoh-penduduk.csv")


def as_csv(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
