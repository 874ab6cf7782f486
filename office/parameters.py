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
    "percobaan-rekam": (
        "Percobaan rekam paling banyak untuk satu posisi", 3, "kali", 1, 5, "Kebiasaan kantor; hasil terbaik disimpan"
    ),
    "skor-rekam": (
        "Nilai mutu rekaman yang cukup", 40, "dari 100", 1, 100, "Ukuran MOSIP untuk sidik jari (fakta F5.11); batas "
        "Indonesia tidak ditemukan"
    ),
    "hari-ramalan-blangko": (
        "Perkiraan sisa blangko dihitung dari pemakaian", 20, "hari layanan", 5, 90, "Kebiasaan kantor"
    ),
    "hari-blangko-menipis": (
        "Blangko disebut menipis bila cukup untuk kurang dari", 5, "hari layanan", 1, 30, "Kebiasaan kantor"
    ),
    "hari-belum-diambil-1": ("Kartu belum diambil: pengingat pertama setelah", 7, "hari", 1, 60, "Kebiasaan kantor"),
    "hari-belum-diambil-2": ("Kartu belum diambil: pengingat kedua setelah", 30, "hari", 2, 180, "Kebiasaan kantor"),
    "hari-belum-diambil-3": (
        "Kartu belum diambil: boleh ditarik setelah", 90, "hari", 7, 720, "Kebiasaan kantor; tidak ada angka dalam "
        "standar pelayanan"
    ),
    "hari-titipan-desa": (
        "Titipan desa disebut terlambat bila daftarnya belum kembali setelah", 7, "hari", 1, 90, "Kebiasaan kantor"
    ),
    "salah-pin": ("PIN dikunci setelah salah berturut-turut", 5, "kali", 3, 10, "Kebiasaan kantor"),
}


def number(code: str) -> int:
    """The value in force. KeyError for a code that nobody defined."""
    value = Parameter.objects.filter(pk=code).values_list("value", flat=True).first()
    return DEFAULTS[code][1] if value is None else value


def numbers(*codes: str) -> dict[str, int]:
    """Several values in force at one look."""
    kept = dict(Parameter.objects.filter(pk__in=codes).values_list("pk", "value"))
    return {code: kept.get(code, DEFAULTS[code][1]) for code in codes}


def days(code: str) -> timedelta:
    return timedelta(days=number(code))


def minutes(code: str) -> timedelta:
    return timedelta(minutes=number(code))
