"""`/pin/`: choose one's PIN. `/ganti-orang/`: a colleague takes over the shared computer with theirs."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts import demo, lockout, pins
from accounts.access import StaffRequest
from accounts.forms.pins import OwnPinForm, TakeOverForm
from accounts.models import User
from accounts.refusals import Refused
from office import parameters

BACKEND = "accounts.backends.RoleBackend"
CLOSED = "Akun {name} sedang dikunci karena kata sandi terlalu sering salah. Tunggu, lalu masuk dengan kata sandi."


def own_pin(request: StaffRequest) -> HttpResponse:
    form = OwnPinForm(request.POST if request.method == "POST" else None, request=request)
    if request.method == "POST" and form.is_valid():
        pins.choose_pin(request.user, form.cleaned_data["pin"])
        messages.success(request, "PIN Anda tersimpan. Pakailah lewat menu nama, “Ganti orang”.")
        return redirect("home")
    return render(request, "accounts/pin.html", {"form": form})


def take_over(request: StaffRequest) -> HttpResponse:
    """The session of the person before is flushed; drafts stay with their owners on the server."""
    limit, colleagues = parameters.number(pins.LIMIT), with_pin(request.user)
    only = colleagues[:2]
    form = TakeOverForm(
        request.POST if request.method == "POST" else None, colleagues=colleagues, limit=limit,
        initial={"person": only[0].username} if len(only) == 1 else {},
    )
    if request.method == "POST" and form.is_valid():
        try:
            person = let_in(request, form.cleaned_data["person"], form.cleaned_data["pin"])
        except Refused as refusal:
            form.add_error("pin", refusal.sentence)
        else:
            setattr(request, lockout.BY_PIN, True)
            login(request, person, backend=BACKEND)
            return redirect("home")
    context = {
        "form": form, "colleagues": len(only),
        "without_pin": User.objects.filter(is_active=True, pin="").exclude(pk=request.user.pk).order_by("name", "pk"),
        "demo_pin": demo.PIN if settings.DEMO else "",
    }
    return render(request, "accounts/take_over.html", context)


def with_pin(user: User) -> QuerySet[User]:
    return User.objects.filter(is_active=True).exclude(pin="").exclude(pk=user.pk).order_by("name", "pk")


def let_in(request: StaffRequest, person: User, pin: str) -> User:
    if lockout.is_locked(request, person):
        raise Refused(CLOSED.format(name=person.name))
    return pins.check_take_over(person, pin, by=request.user)
