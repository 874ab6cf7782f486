"""Signing in and changing one's password."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError

from accounts import people
from office.wording import WordedLimits


class SignInForm(WordedLimits, AuthenticationForm):
    error_messages = {
        "invalid_login": "Nama pengguna atau kata sandi tidak cocok. Periksa huruf besar dan kecil, lalu coba lagi.",
        "inactive": "Akun ini tidak aktif. Hubungi Administrator.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Nama pengguna"
        self.fields["password"].label = "Kata sandi"
        self.fields["username"].error_messages["required"] = "Isi nama pengguna."
        self.fields["password"].error_messages["required"] = "Isi kata sandi."


class OwnPasswordForm(WordedLimits, PasswordChangeForm):
    error_messages = PasswordChangeForm.error_messages | {
        "password_incorrect": "Kata sandi sekarang tidak cocok.",
        "password_mismatch": "Kedua kata sandi baru tidak sama. Ketik sekali lagi.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "Kata sandi sekarang"
        self.fields["new_password1"].label = "Kata sandi baru"
        self.fields["new_password1"].help_text = (
            "Paling sedikit 10 huruf atau angka, bukan kata yang umum dan bukan nama Anda."
        )
        self.fields["new_password2"].label = "Kata sandi baru, sekali lagi"
        self.fields["new_password2"].help_text = ""
        for field in self.fields.values():
            field.error_messages["required"] = f"Isi {str(field.label).lower()}."

    def clean_new_password1(self) -> str:
        new = self.cleaned_data["new_password1"]
        if self.user.must_change_password and self.user.check_password(new):
            raise ValidationError("Pilih kata sandi yang lain dari yang diberikan Administrator.")
        return new

    def save(self, commit: bool = True) -> Any:
        # The session is tied to the hash of the password, so the view goes on with this object.
        self.user = people.choose_password(self.user, self.cleaned_data["new_password1"])
        return self.user
