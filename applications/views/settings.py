"""`/pengaturan/`: the office's data, kept by the administrator with its history."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from applications import settings_story
from applications.forms.settings import HistoryFilter
from applications.refusals import Refused
from applications.views.access import StaffRequest, permitted
from applications.views.sections import BY_SLUG, SECTIONS, Group, Section, lists, version_of_group
from office import settings_book as book
from office.models import SettingEntry

PER_PAGE = 25
STEPS = {"naik": -1, "turun": 1}
UNCHANGED = "Tidak ada yang berbeda, jadi tidak ada yang disimpan."


@permitted("office.manage_settings")
@require_GET
def overview(request: StaffRequest) -> HttpResponse:
    """What each section holds now, and its last change."""
    last = book.last_changes()
    sections = [
        {"title": each.table.title, "intro": each.intro, "holds": each.holds(), "url": url_of(each),
         "last": last.get(each.table.code)}
        for each in SECTIONS
    ]
    return render(request, "applications/settings/overview.html", {"sections": sections})


@permitted("office.manage_settings")
@require_GET
def section(request: StaffRequest, slug: str) -> HttpResponse:
    """The rows of one section; a section of one row is its form at once."""
    chosen = section_or_404(slug)
    if chosen.table is book.OFFICE:
        return redirect("applications:settings-change", slug, 1)
    context = {
        "section": chosen, "lists": lists(chosen), "can_add": chosen.add is not None,
        "last": book.last_changes([chosen.table.code]).get(chosen.table.code), "table": chosen.table.code,
    }
    return render(request, "applications/settings/section.html", context)


@permitted("office.manage_settings")
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest, slug: str, key: str) -> HttpResponse:
    """A row more at the end of a list."""
    chosen = section_or_404(slug)
    group = chosen.group(key)
    if chosen.add is None or chosen.new_form is None or group is None:
        raise Http404(slug)
    form = chosen.new_form(group, request.POST or None)
    if request.method == "POST" and form.is_valid() and saved(
        request, form, chosen.add, group, dict(form.cleaned_data), chosen
    ):
        return redirect(url_of(chosen))
    version = version_of_group(chosen, chosen.group(key) or group)
    return edit(request, chosen, form, f"Tambah {chosen.one}", version, shown=group.title)


@permitted("office.manage_settings")
@require_http_methods(["GET", "POST"])
def change(request: StaffRequest, slug: str, pk: str) -> HttpResponse:
    """New words or numbers for a row."""
    chosen = section_or_404(slug)
    row = row_of(chosen, pk)
    if row is None:
        return gone(request, chosen)
    version = book.version_of(chosen.table, row)
    form = chosen.form(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid() and saved(
        request, form, chosen.change, row, dict(form.cleaned_data), chosen
    ):
        return redirect(after_change(chosen))
    now = row_of(chosen, pk) or row
    version = book.version_of(chosen.table, now) if request.method == "POST" else version
    return edit(request, chosen, form, f"Ubah {chosen.one}", version, shown=chosen.table.name(now), now=now)


@permitted("office.manage_settings")
@require_POST
def move(request: StaffRequest, slug: str, pk: str) -> HttpResponse:
    """One place up or down in its list."""
    chosen = section_or_404(slug)
    row, step = row_of(chosen, pk), STEPS.get(request.POST.get("arah", ""))
    if row is None or step is None or chosen.add is None:
        return gone(request, chosen)
    try:
        book.move(chosen.table, row, step, version=request.POST.get("version", ""), by=request.user)
    except book.Stale as stale:
        messages.warning(request, stale.sentence)
    return redirect(f"{url_of(chosen)}#baris-{row.pk}")


@permitted("office.manage_settings")
@require_http_methods(["GET", "POST"])
def remove(request: StaffRequest, slug: str, pk: str) -> HttpResponse:
    """Take a row away, after asking once."""
    chosen = section_or_404(slug)
    row = row_of(chosen, pk)
    if row is None or chosen.remove is None:
        return gone(request, chosen)
    if request.method == "POST" and "confirmed" in request.POST:
        take_away(request, chosen, row)
        return redirect(url_of(chosen))
    context = {
        "title": f"Hapus {chosen.one}?", "text": f"{chosen.table.name(row)}. {chosen.removal}", "label": "Hapus",
        "back": url_of(chosen), "version": book.version_of(chosen.table, row),
    }
    return render(request, "applications/settings/remove.html", context)


@permitted("office.manage_settings")
@require_GET
def history(request: StaffRequest) -> HttpResponse:
    """Every change, newest first: when, by whom, what, before and after."""
    asked = HistoryFilter(request.GET)
    table = asked.cleaned_data["bagian"] if asked.is_valid() else ""
    entries = SettingEntry.objects.order_by("-seq").select_related("by", "detail")
    page = Paginator(entries.filter(table=table) if table else entries, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "told": [settings_story.told(entry) for entry in page], "form": asked, "table": table}
    return render(request, "applications/settings/history.html", context)


# -- what the pages share ----------------------------------------------------------------------------


def section_or_404(slug: str) -> Section:
    if slug not in BY_SLUG:
        raise Http404(slug)
    return BY_SLUG[slug]


def url_of(chosen: Section) -> str:
    return reverse("applications:settings-section", args=[chosen.slug])


def after_change(chosen: Section) -> str:
    return reverse("applications:settings-overview") if chosen.table is book.OFFICE else url_of(chosen)


def row_of(chosen: Section, pk: str) -> Any:
    """The row that an address names, or None: looked for among the rows, so any text may stand in the address."""
    return next((row for group in chosen.groups() for row in group.rows if str(row.pk) == pk), None)


def gone(request: StaffRequest, chosen: Section) -> HttpResponse:
    messages.warning(request, "Baris ini tidak ada lagi atau tidak dapat diubah begitu. Ini daftar yang sekarang.")
    return redirect(url_of(chosen))


def saved(
    request: StaffRequest, form: Any, verb: Any, subject: Group | Any, values: dict[str, Any], chosen: Section
) -> bool:
    """Let the verb write; what it refuses stands above the form, which keeps what was typed."""
    version = request.POST.get("version", "")
    try:
        different = verb(subject, values, version=version, by=request.user)
    except (Refused, book.Stale, book.OutOfBounds) as refused:
        form.add_error(None, refused.sentence)
        return False
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return False
    if different is False:
        messages.info(request, UNCHANGED)
    else:
        messages.success(request, f"{chosen.table.title} sudah disimpan dan dicatat dalam riwayat.")
    return True


def take_away(request: StaffRequest, chosen: Section, row: Any) -> None:
    name = chosen.table.name(row)
    try:
        assert_removable(chosen)(row, version=request.POST.get("version", ""), by=request.user)
    except (Refused, book.Stale) as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, f"“{name}” sudah dihapus dan dicatat dalam riwayat.")


def assert_removable(chosen: Section) -> Any:
    if chosen.remove is None:
        raise Http404(chosen.slug)
    return chosen.remove


def edit(
    request: StaffRequest, chosen: Section, form: Any, title: str, version: str, *, shown: str, now: Any = None
) -> HttpResponse:
    """The form of a row; after a refusal with what the row says now beside it."""
    facts = zip(chosen.columns, chosen.cells(now), strict=True) if now is not None and form.errors else ()
    context = {
        "section": chosen, "form": form, "title": title, "version": version, "shown": shown,
        "now": [{"label": label, "value": value} for label, value in facts],
        "back": after_change(chosen),
        "table": chosen.table.code, "last": book.last_changes([chosen.table.code]).get(chosen.table.code),
    }
    return render(request, "applications/settings/edit.html", context)
