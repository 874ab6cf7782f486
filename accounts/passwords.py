"""Django's rules for passwords, each refusal in a sentence that says what to do (AUTH_PASSWORD_VALIDATORS)."""

from django.contrib.auth import password_validation as rules


class LongEnough(rules.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return f"Kata sandi paling sedikit {self.min_length} huruf atau angka. Tambah beberapa."


class NotCommon(rules.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return "Kata sandi ini terlalu umum dan mudah ditebak. Pilih yang lain."


class NotOnlyDigits(rules.NumericPasswordValidator):
    def get_error_message(self) -> str:
        return "Kata sandi ini hanya angka. Tambahkan huruf."


class NotOneself(rules.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return "Kata sandi ini terlalu mirip dengan nama atau nama pengguna. Pilih yang lain."
