"""First contents of the office's data; what the office has already is left alone.

Sources: letterhead and officials from the service standard SP-KEC.JATIROTO-PELY-02; the service hours are a usual
five-day week in Lumajang (to be checked by the office).
"""

from datetime import time

from office.models import Office, Official, Parameter, Section, ServiceInterval
from office.parameters import DEFAULTS

LETTERHEAD = {
    "government": "PEMERINTAH KABUPATEN LUMAJANG",
    "name": "KECAMATAN JATIROTO",
    "regency": "Kabupaten Lumajang",
    "address": "Jalan Gajah Mada Nomor 02",
    "place": "Jatiroto",
    "postcode": "67355",
    "phone": "(0334) 321465",
    "email": "kec_jatiroto@lumajangkab.go.id",
    "website": "jatiroto.lumajangkab.go.id",
}
SECTIONS = [
    ("pelayanan-umum", "Seksi Pelayanan Umum", True),
    ("pemerintahan", "Seksi Pemerintahan", False),
    ("pemberdayaan-masyarakat", "Seksi Pemberdayaan Masyarakat dan Desa", False),
    ("ketenteraman", "Seksi Ketenteraman dan Ketertiban", False),
]
OFFICIALS = [
    (Official.Post.CAMAT, "IWAN HADI PURNOMO, S.STP., MM"),
    (Official.Post.SECRETARY, "NASA'I, S.AP"),
    (Official.Post.SECTION_HEAD, "HASAN MUSTOFA"),
]
HOURS = [(day, time(7, 30), time(15, 0)) for day in range(4)] + [
    (4, time(7, 30), time(11, 0)),
    (4, time(13, 0), time(14, 30)),
]


def fill(using: str = "default") -> None:
    Office.objects.using(using).get_or_create(pk=1, defaults=LETTERHEAD)
    if not Section.objects.using(using).exists():
        Section.objects.using(using).bulk_create(
            Section(code=code, name=name, serves_ktp=serves) for code, name, serves in SECTIONS
        )
    if not Official.objects.using(using).exists():
        Official.objects.using(using).bulk_create(Official(post=post, name=name) for post, name in OFFICIALS)
    if not ServiceInterval.objects.using(using).exists():
        ServiceInterval.objects.using(using).bulk_create(
            ServiceInterval(weekday=day, opens=opens, closes=closes) for day, opens, closes in HOURS
        )
    known = set(Parameter.objects.using(using).values_list("pk", flat=True))
    Parameter.objects.using(using).bulk_create(
        Parameter(code=code, label=label, value=value, unit=unit, minimum=low, maximum=high, source=source)
        for code, (label, value, unit, low, high, source) in DEFAULTS.items()
        if code not in known
    )
