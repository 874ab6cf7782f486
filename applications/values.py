"""What is written of a person, as the register keeps it: one reader for each field, for forms and for imported lists.

A reader returns the stored value or raises Unreadable with a sentence that says what to do. Lists come from other
programs, so codes of SIAK (facts F4.9–F4.14) and the words on cards are understood besides our own.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from django.utils.functional import Promise

from applications import nik as niks
from applications.models import BloodType, Citizenship, Disability, Marital, Religion, Sex
from applications.routing import age_on

OLDEST = 125  # years: beyond it a digit of the year was mistyped
PHONE_LENGTHS = range(9, 16)  # digits of a mobile number, written from its 0 on
DATES = [re.compile(pattern, re.ASCII) for pattern in (
    r"(?P<d>\d{1,2})[-/. ](?P<m>\d{1,2})[-/. ](?P<y>\d{4})(?:[T ][0-9:.]+)?",
    r"(?P<d>\d{1,2})(?P<m>\d{2})(?P<y>\d{4})",
    r"(?P<y>\d{4})[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})(?:[T ][0-9:.]+)?",
)]
AS_NUMBER = re.compile(r"\d+([.,]\d+)?[eE][+-]?\d+|\d{12,}[.,]\d+", re.ASCII)
MADE_A_NUMBER = (
    "Excel mengubah {what} menjadi bilangan; angkanya hilang. Ubah format kolom menjadi Teks, isi kembali dari "
    "sumbernya, lalu simpan ulang."
)


class Unreadable(ValueError):
    """The text cannot be kept; the message is a sentence for whoever typed or sent it."""


def tidy(text: str) -> str:
    """One space between words; no signs that cannot be seen; letters and their accents put together."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(s for s in composed if s.isspace() or unicodedata.category(s)[0] != "C").split())


def compact(text: str) -> str:
    return "".join(text.split())


def within(text: str, label: str, most: int) -> str:
    found = tidy(text)
    if len(found) > most:
        raise Unreadable(f"{label} paling panjang {most} huruf; ini {len(found)} huruf. Singkatkan.")
    return found


def nik(text: str) -> str:
    refuse_made_number(text, "NIK")
    try:
        return niks.parse(text).digits
    except niks.NotANik as error:
        raise Unreadable(str(error)) from error


def kk_number(text: str) -> str:
    refuse_made_number(text, "Nomor KK")
    number = compact(text)
    if not (number.isascii() and number.isdigit() and len(number) == 16):
        raise Unreadable("Nomor KK harus 16 angka.")
    return number


def refuse_made_number(text: str, what: str) -> None:
    """A spreadsheet keeps 15 digits of a number: 3.50817E+15, or sixteen digits with a decimal part."""
    if AS_NUMBER.fullmatch(compact(text)):
        raise Unreadable(MADE_A_NUMBER.format(what=what))


def name(text: str) -> str:
    """A name as it is on the card: one word and apostrophes are fine (fact F2.9), a name without a letter is not."""
    found = within(text, "Nama", 60)
    if not any(sign.isalpha() for sign in found):
        raise Unreadable("Nama ditulis dengan huruf, seperti di Kartu Keluarga.")
    return found


def birth_date(text: str) -> date:
    """`15-03-1990`, `15/3/1990`, `15031990` or `1990-03-15` (with or without a time behind it).

    A spreadsheet drops the first 0 of 05031990.
    """
    written = text.strip()
    found = next((match for each in DATES if (match := each.fullmatch(written))), None)
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"])) if found else refuse_date()
    except ValueError:
        return refuse_date()


def refuse_date() -> date:
    raise Unreadable("Tanggal tidak dikenali. Tulis seperti 15-3-1990.")


def likely_birth_date(birth: date, today: date) -> date:
    """The date itself, unless nobody alive can be born on it."""
    if birth > today:
        raise Unreadable("Tanggal lahir belum tiba. Periksa tahunnya.")
    if age_on(birth, today) > OLDEST:
        raise Unreadable(f"Menurut tanggal ini usianya lebih dari {OLDEST} tahun. Periksa tahunnya.")
    return birth


def three_digits(text: str, label: str) -> str:
    """RT and RW are kept as three digits: 3 and 003 are the same."""
    digits = compact(text)
    if not re.fullmatch(r"\d{1,3}", digits, re.ASCII):
        raise Unreadable(f"{label} ditulis dengan 1 sampai 3 angka.")
    return digits.zfill(3)


def phone(text: str) -> str:
    """A mobile number, kept as 08…; 62…, +62… and one that lost its 0 in a spreadsheet are the same."""
    digits = re.sub(r"[\s().-]", "", tidy(text))
    if not digits:
        return ""
    digits = re.sub(r"^(\+?62)?0?(?=8)", "0", digits)
    if not re.fullmatch(r"08\d+", digits, re.ASCII) or len(digits) not in PHONE_LENGTHS:
        raise Unreadable("Nomor HP ditulis dengan angka, mulai 08 atau +62, 9 sampai 15 angka.")
    return digits


# -- choices, by their code, their word or what other programs write --------------------------------

Choices = Sequence[tuple[str, str | Promise]]


def spoken(text: str) -> str:
    return re.sub(r"[^A-Z0-9+-]+", " ", text.upper().replace("−", "-")).strip()


def known(choices: Choices, also: Mapping[str, str]) -> dict[str, str]:
    written = {spoken(str(label)): code for code, label in choices} | {spoken(code): code for code, _ in choices}
    return written | {spoken(word): code for word, code in also.items()}


SEXES = known(Sex.choices, {
    "1": "L", "2": "P", "LK": "L", "LK2": "L", "PR": "P", "PRIA": "L", "WANITA": "P", "LAKI LAKI": "L", "LAKI": "L",
    "LAKILAKI": "L",
})
MARITAL = known(Marital.choices, {
    "1": "single", "2": "married", "3": "divorced", "4": "widowed", "BELUM": "single", "TIDAK KAWIN": "single",
    "BELUM MENIKAH": "single", "MENIKAH": "married", "KAWIN TERCATAT": "married", "KAWIN BELUM TERCATAT": "married",
    "KAWIN TIDAK TERCATAT": "married",
})
RELIGIONS = known(Religion.choices, {
    "KATOLIK": "3", "KATHOLIK": "3", "BUDDHA": "5", "KONGHUCU": "6", "KEPERCAYAAN": "7", "PROTESTAN": "2",
    "KRISTEN PROTESTAN": "2", "KRISTEN KATOLIK": "3", "KEPERCAYAAN TERHADAP TUHAN YANG MAHA ESA": "7",
})
BLOOD_TYPES = known(BloodType.choices, {"": "-", "TIDAK TAHU": "-", "TDK TAHU": "-", "13": "-"})
CITIZENSHIPS = known(Citizenship.choices, {"": "WNI", "INDONESIA": "WNI", "1": "WNI", "2": "WNA"})
DISABILITIES = known(Disability.choices, {
    "": "none", "TIDAK ADA": "none", "-": "none", "TIDAK CACAT": "none", "NETRA": "sight", "BUTA": "sight",
    "RUNGU": "hearing", "WICARA": "hearing", "MENTAL": "mental", "FISIK MENTAL": "both",
})


def one_of(words: Mapping[str, str], label: str, offered: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        found = words.get(spoken(text))
        if found is None:
            raise Unreadable(f"{label} tidak dikenali. Tulis salah satu: {offered}.")
        return found

    return read


def labels(choices: Choices) -> str:
    return ", ".join(str(label) for _, label in choices)


sex = one_of(SEXES, "Jenis kelamin", "L, P")
marital_status = one_of(MARITAL, "Status perkawinan", labels(Marital.choices))
religion = one_of(RELIGIONS, "Agama", labels(Religion.choices))
blood_type = one_of(BLOOD_TYPES, "Golongan darah", "A, B, AB, O dengan atau tanpa + dan -, atau Tidak tahu")
citizenship = one_of(CITIZENSHIPS, "Kewarganegaraan", labels(Citizenship.choices))
disability = one_of(DISABILITIES, "Penyandang disabilitas", labels(Disability.choices))
