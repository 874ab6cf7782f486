"""Sign-in, sign-out, change of password."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator

from accounts import demo, pins
from accounts.forms.sign_in import OwnPasswordForm, SignInForm

DEMO_PEOPLE = ["loket", "operator", "kasi", "informasi", "sekcam", "camat", "admin"]


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """`/masuk/`; in demo mode the page names the people and their password."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = {"demo_people": DEMO_PEOPLE, "demo_pin": demo.PIN} if settings.DEMO else {}
        return super().get_context_data(**more, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        pins.password_given(form.get_user())
        return super().form_valid(form)


class SignOut(LogoutView):
    """`/keluar/`; by POST only, so that no link signs a person out."""


class PasswordChange(PasswordChangeView):
    template_name = "accounts/password_change.html"
    form_class = OwnPasswordForm
    success_url = reverse_lazy("home")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, "Kata sandi Anda sudah diganti.")
        return super().form_valid(form)


def locked_out(request: HttpRequest, credentials: Any = None, *args: Any, **kwargs: Any) -> HttpResponse:
    """Called by django-axes when an account is locked for a while after too many failures."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    context = {"minutes": minutes, "failures": settings.AXES_FAILURE_LIMIT}
    return render(request, "accounts/locked_out.html", context, status=429)
