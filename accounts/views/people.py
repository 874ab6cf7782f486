"""`/pengguna/`: the Administrator keeps people and their roles; every change is an entry in the book of roles."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts import history, people, pins, terms
from accounts.access import StaffRequest, permitted
from accounts.forms.people import NewPersonForm, PersonForm, ReasonForm, RoleForm
from accounts.models import User
from accounts.refusals import Refused
from accounts.roles import Role
from office import parameters
from office.models import Section

PAGE = 25
NEW_PASSWORD = "new_password"  # in the session from the reset to the next page of that person


@permitted("accounts.manage_people")
def index(request: StaffRequest) -> HttpResponse:
    text, everyone = request.GET.get("q", "").replace("\0", "").strip()[:80], request.GET.get("semua") == "1"
    found = User.objects.with_terms_in_force(timezone.now()).order_by("name", "pk")
    if not everyone:
        found = found.filter(is_active=True)
    if text:
        found = found.filter(Q(name__icontains=text) | Q(username__icontains=text))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/people.html", {"page_obj": page, "q": text, "everyone": everyone})


@permitted("accounts.manage_people")
def add(request: StaffRequest) -> HttpResponse:
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = people.add_person(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("username", refusal.sentence)
        else:
            messages.success(request, f"Akun {person.name} dibuat. Beri peran agar dapat bekerja.")
            return redirect("accounts:person", person.username)
    return render(request, "accounts/person_new.html", {"form": form})


@permitted("accounts.manage_people")
def person(request: StaffRequest, username: str) -> HttpResponse:
    known = get_object_or_404(User.objects.select_related("section"), username=username)
    form = PersonForm(request.POST or None, initial=initial_of(known))
    if request.method == "POST" and form.is_valid():
        return changed(request, known, form)
    return render(request, "accounts/person.html", context_of(request, known, form))


def changed(request: StaffRequest, known: User, form: PersonForm) -> HttpResponse:
    try:
        fields = people.change_person(known, by=request.user, version=sent_version(request), **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return render(request, "accounts/person.html", context_of(request, known, form))
    messages.success(request, "Data tersimpan." if fields else "Tidak ada yang berubah.")
    return redirect("accounts:person", known.username)


def initial_of(known: User) -> dict[str, Any]:
    return {"name": known.name, "post": known.post, "nip": known.nip, "section": known.section_id}


def sent_version(request: StaffRequest) -> int:
    """The version that the page carried; -1, which fits none, for a page without one."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1


def context_of(request: StaffRequest, known: User, form: PersonForm) -> dict[str, Any]:
    now = timezone.now()
    over = Q(valid_until__lte=now) | Q(revoked_at__lte=now)
    page = Paginator(history.entries_about(known), PAGE).get_page(request.GET.get("page"))
    sections = dict(Section.objects.values_list("code", "name"))
    return {
        "person": known,
        "form": form,
        "version": terms.version_of(known),
        "terms": known.terms.exclude(over).select_related("section").order_by("valid_from", "pk"),
        "now": now,
        "pin_locked": bool(known.pin) and pins.is_locked(known, parameters.number(pins.LIMIT)),
        "new_password": taken_password(request, known),
        "page_obj": page,
        "history": [history.told(entry, sections) for entry in page],
    }


def taken_password(request: StaffRequest, known: User) -> str:
    """The password that was just set, shown once."""
    username, password = request.session.pop(NEW_PASSWORD, ("", ""))
    return password if username == known.username else ""


# -- roles -------------------------------------------------------------------------------------------


@permitted("accounts.manage_people")
def give_role(request: StaffRequest, username: str) -> HttpResponse:
    known = get_object_or_404(User, username=username)
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data | {"role": Role(form.cleaned_data["role"]), "version": sent_version(request)}
        try:
            term = terms.give_role(known, by=request.user, **fields)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"{known.name} diberi peran {term.title} {term.span}.")
            return redirect("accounts:person", username)
    context = {"person": known, "form": form, "version": terms.version_of(known)}
    return render(request, "accounts/role.html", context)


@permitted("accounts.manage_people")
def take_role_back(request: StaffRequest, username: str, term: int) -> HttpResponse:
    known = get_object_or_404(User, username=username)
    held = get_object_or_404(known.terms.select_related("section", "user"), pk=term)
    question = Question(
        f"Cabut peran {held.title}?", "Cabut peran", f"Peran {held.title} dicabut.",
        f"{known.name} langsung kehilangan wewenang ini, juga pada layar yang sedang terbuka.", ReasonForm,
        lambda user, **more: take_back(held, **more),
    )
    return asked(request, known, question)


def take_back(held: Any, **more: Any) -> None:
    if not terms.take_role_back(held, **more):
        raise Refused(f"Peran {held.title} sudah berakhir. Tidak ada yang diubah.")


# -- what is asked once before it is done ---------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """A page that asks before something is done: its words, a form or none, and the verb."""

    title: str
    label: str
    done: str
    text: str
    form: type[forms.Form]
    verb: Callable[..., Any]


QUESTIONS = {
    "nonaktif": Question(
        "Nonaktifkan akun {name}?", "Nonaktifkan", "Akun {name} dinonaktifkan.",
        "{name} langsung keluar dari aplikasi dan tidak dapat masuk lagi sampai diaktifkan. Riwayatnya tetap ada.",
        ReasonForm, people.deactivate,
    ),
    "aktif": Question(
        "Aktifkan akun {name}?", "Aktifkan", "Akun {name} aktif kembali.",
        "{name} dapat masuk lagi dengan kata sandi yang dulu; peran yang belum dicabut berlaku lagi.",
        forms.Form, people.reactivate,
    ),
    "kata-sandi": Question(
        "Atur ulang kata sandi {name}?", "Atur ulang", "Kata sandi {name} diatur ulang.",
        "Kata sandi baru ditampilkan satu kali. {name} keluar dari aplikasi dan memilih kata sandi sendiri saat masuk.",
        forms.Form, people.reset_password,
    ),
    "hapus-pin": Question(
        "Hapus PIN {name}?", "Hapus PIN", "PIN {name} dihapus.",
        "{name} masuk dengan kata sandi sampai memilih PIN baru.", forms.Form, people.remove_pin,
    ),
}


@permitted("accounts.manage_people")
def action(request: StaffRequest, username: str, name: str) -> HttpResponse:
    known = get_object_or_404(User, username=username)
    if name not in QUESTIONS:
        raise Http404
    return asked(request, known, QUESTIONS[name])


def asked(request: StaffRequest, known: User, question: Question) -> HttpResponse:
    form = question.form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return done(request, known, question, form)
    words = {key: getattr(question, key).format(name=known.name) for key in ("title", "text", "label")}
    context = words | {"person": known, "form": form, "version": terms.version_of(known)}
    return render(request, "accounts/confirm.html", context)


def done(request: StaffRequest, known: User, question: Question, form: forms.Form) -> HttpResponse:
    try:
        answer = question.verb(known, by=request.user, version=sent_version(request), **form.cleaned_data)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, question.done.format(name=known.name))
        if isinstance(answer, str):
            request.session[NEW_PASSWORD] = [known.username, answer]
    return redirect("accounts:person", known.username)
