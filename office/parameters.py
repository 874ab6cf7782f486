"""Numbers that law or habit may change: kept as data with bounds and their source, read where they are needed.

The administrator changes them on `/pengaturan/`; the first values come from office.defaults.
"""

from datetime import timedelta

from office.models import Parameter

# code: label, value, unit, minimum, maximum, source
DEFAULTS = {
    "hari-tidak-kembali": (
        "Berkas yang dikembalikan boleh ditutup bila tidak dibawa kembali setelah", 30, "hari", 7, 365,
        "Kebiasaan kantor; standar pelayanan tidak menyebut angka",
    ),
    "hari-konsep": (
        "Konsep permohonan yang tidak disentuh dihapus setelah", 7, "hari", 1, 60, "Kebiasaan kantor; data pribadi "
        "tidak disimpan lebih lama dari yang perlu",
    ),
    "pindaian-mb": ("Ukuran berkas pindaian paling besar", 10, "MB", 1, 20, "Kebiasaan kantor"),
    "pindaian-halaman": ("Halaman PDF pindaian paling banyak", 6, "halaman", 1, 20, "Kebiasaan kantor"),
    "menit-tautan-ponsel": ("Tautan foto dengan ponsel berlaku selama", 15, "menit", 2, 60, "Kebiasaan kantor"),
    "salah-pin": ("PIN dikunci setelah salah berturut-turut", 5, "kali", 3, 10, "Kebiasaan kantor"),
}


def number(code: str) -> int:
    """The value in force. KeyError for a code that nobody defined."""
    value = Parameter.objects.filter(pk=code).values_list("value", flat=True).first()
    return DEFAULTS[code][1] if value is None else value


def days(code: str) -> timedelta:
    return timedelta(days=number(code))


def minutes(code: str) -> timedelta:
    return timedelta(minutes=number(code))
