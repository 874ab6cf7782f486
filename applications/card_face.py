"""The face of a KTP-el as a PDF of the size of the card, and the sheet to adjust its printer by (facts F4.15–F4.20).

Front only: NIK, the data of the resident, photo on red or blue, place and date of issue, signature. Every text is
measured with the font file that the PDF embeds, and made smaller in steps until it fits (applications.fitting).

Colours: a card printer mixes yellow, magenta and cyan, and lays black from a panel of its own. Pure black (0, 0, 0) is
what its driver sends to that panel, so all text is pure black. RED has no cyan in it and BLUE no yellow, so each is
mixed of two dyes only and cannot drift towards brown or green; both are darker than the red and blue of a screen, which
no dye reaches.
"""

import base64
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageOps, ImageStat

from accounts.models import User
from applications import lifecycle
from applications.fitting import Box, Fitted, fit
from applications.models import Application, BloodType, Capture, Print, Recording, Resident
from devices.capture import Position
from office import pdf, vault
from office.models import Office
from office.transactions import outside_transaction

WIDTH, HEIGHT = 85.6, 53.98  # mm, fact F4.15
PROVINCE = "JAWA TIMUR"
RED, BLUE, BLACK = (200, 16, 16), (0, 72, 168), (0, 0, 0)
SHEET = "jatiroto/card.css"

# -- what fits where: the same millimetres stand in card.css, which has a class for each step --------

STEPS = (6.4, 6.0, 5.6, 5.2, 4.8, 4.4, 4.0, 3.6)
DATA = Box(width=37.0, height=37.8, steps=STEPS)
HEAD = Box(width=80.0, height=3.2, steps=(7.2, *STEPS))
ISSUED = Box(width=20.2, height=5.6, steps=STEPS[2:])
FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
FAMILIES = (("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"), ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"))
UNMEASURED = 1.3  # em, of a sign that the font may not have: another font draws it


@lru_cache(maxsize=2)
def font(bold: bool = False) -> ImageFont.FreeTypeFont:
    """The font of documents, as large as it is measured; DejaVu Sans stands in for it, as in the documents."""
    for family in FAMILIES:
        for folder in map(Path, FOLDERS):
            for found in sorted(folder.rglob(family[bold])):
                return ImageFont.truetype(str(found), 1000, layout_engine=ImageFont.Layout.BASIC)
    raise FileNotFoundError("No font for the card: install fonts-liberation.")


@lru_cache(maxsize=2000)
def width_of(sign: str, bold: bool = False) -> float:
    """The advance of one sign, in ems."""
    return UNMEASURED if ord(sign) > 0x24F else font(bold).getlength(sign) / 1000


def measure(text: str) -> float:
    """Sign by sign: the sheet switches kerning and ligatures off, so the line is exactly as wide."""
    return sum(map(width_of, text))


def measure_bold(text: str) -> float:
    return sum(width_of(sign, True) for sign in text)


# -- the card --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One row of the card: its label, its lines, and what stands at the end of its line."""

    label: str
    lines: tuple[str, ...]
    beside: str = ""


def show(application: Application, *, by: User) -> bytes:
    """The face, once for each print: made first, then noted as shown, so that one that fails can be asked for again.

    Raises NotAllowed, WrongState, VaultError.
    """
    card = lifecycle.check_face(application, by)
    made = face(application, card)
    lifecycle.show_face(application, card=card, by=by)
    return made


@outside_transaction
def face(application: Application, card: Print) -> bytes:
    """The PDF of one card. Raises VaultError where the photo or the signature cannot be read."""
    resident, office = application.resident, Office.objects.current()
    pictures = pictures_of(resident)
    photo, signature = pictures.get(Position.FACE), pictures.get(Position.SIGNATURE)
    data = fit([value for _, value in values(resident, office)], DATA, measure)
    issued = fit([city(office), f"{timezone.localdate(card.started_at):%d-%m-%Y}"], ISSUED, measure)
    context = {
        "heads": heads(office), "nik": resident.nik, "rows": rows(resident, office, data), "step": step(data),
        "issued": [line for text in issued.texts for line in text], "issued_step": step(issued),
        "photo": photo and data_address(on_colour(opened(photo, "RGB"), backdrop(resident.birth_date))),
        "backdrop": "red" if backdrop(resident.birth_date) == RED else "blue",
        "signature": signature and data_address(as_ink(opened(signature, "L"))),
        "specimen": settings.DEMO,
    }
    return pdf.render("applications/documents/card.html", context, SHEET)


def values(resident: Resident, office: Office) -> list[tuple[str, str]]:
    """Label and value of each row below the NIK, in the order of the card, in capitals (fact F4.16)."""
    found = [
        ("Nama", resident.name),
        ("Tempat/Tgl Lahir", f"{resident.birth_place}, {resident.birth_date:%d-%m-%Y}"),
        ("Jenis Kelamin", resident.get_sex_display()),
        ("Alamat", resident.address),
        ("RT/RW", f"{resident.rt.zfill(3)}/{resident.rw.zfill(3)}"),
        ("Kel/Desa", resident.village.name),
        ("Kecamatan", office.place),
        ("Agama", resident.get_religion_display() or "-"),
        ("Status Perkawinan", resident.get_marital_status_display()),
        ("Pekerjaan", resident.occupation or "-"),
        ("Kewarganegaraan", resident.citizenship),
        ("Berlaku Hingga", "SEUMUR HIDUP"),
    ]
    return [(label, value.upper()) for label, value in found]


def rows(resident: Resident, office: Office, data: Fitted) -> list[Row]:
    blood = "-" if resident.blood_type == BloodType.UNKNOWN else resident.get_blood_type_display()
    labels = [label for label, _ in values(resident, office)]
    beside = {"Jenis Kelamin": f"Gol. Darah : {blood}"}
    return [Row(label, lines, beside.get(label, "")) for label, lines in zip(labels, data.texts, strict=True)]


def heads(office: Office) -> list[dict[str, str]]:
    """The two lines above all, each in the largest size that has room."""
    fitted = [fit([text.upper()], HEAD, measure_bold) for text in (f"PROVINSI {PROVINCE}", office.regency)]
    return [{"text": " ".join(each.texts[0]), "step": step(each)} for each in fitted]


def city(office: Office) -> str:
    """The place of issue: the regency without the word for it."""
    return office.regency.upper().removeprefix("KABUPATEN ")


def step(fitted: Fitted) -> str:
    """The class of card.css for this size: 6.4 pt is `s64`."""
    return f"s{round(fitted.size * 10)}"


# -- pictures --------------------------------------------------------------------------------------


def backdrop(born: date) -> tuple[int, int, int]:
    """Red behind who was born in an odd year, blue in an even one (fact F4.17)."""
    return RED if born.year % 2 else BLUE


def pictures_of(resident: Resident) -> dict[str, bytes]:
    """Photo and signature of the living recording, out of the vault; nothing of one made at the SIAK station."""
    living = Recording.objects.filter(resident=resident, superseded_at=None)
    wanted = (Position.FACE, Position.SIGNATURE)
    found = Capture.objects.filter(recording__in=living, position__in=wanted, file__isnull=False)
    return {each.position: vault.read(each.file.name) for each in found.select_related("file") if each.file}


def opened(picture: bytes, mode: str) -> Image.Image:
    """A capture as the size in which it is printed: 600 points an inch are more than a card printer has."""
    image = Image.open(BytesIO(picture)).convert(mode)
    image.thumbnail((640, 640))
    return image


ALIKE = 36  # of 255: how far the colours of one backdrop lie apart, light and grain of a camera included
SMALL = (96, 128)


def on_colour(photo: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    """The photo with its backdrop in the colour of the card, where it has a plain one.

    Flooded from the two upper corners on a small copy. This is made for a plain, evenly lit backdrop: one with folds or
    shadows stays partly, and hair or cloth as light as the backdrop may be taken for it. Where the corners differ, or
    the flood takes next to nothing or nearly all, the photo stays as it was taken.
    """
    small = photo.resize(SMALL)
    right = SMALL[0] - 1
    if not alike(small.getpixel((0, 0)), small.getpixel((right, 0))):
        return photo
    flooded = small.copy()
    for corner in ((0, 0), (right, 0)):
        ImageDraw.floodfill(flooded, corner, colour, thresh=ALIKE)
    # What changed is the backdrop; a pixel that had the colour already changes nothing.
    mask = ImageChops.difference(small, flooded).convert("L").point(lambda value: 255 if value else 0)
    if not 0.05 < ImageStat.Stat(mask).mean[0] / 255 < 0.9:
        return photo
    soft = mask.resize(photo.size, Image.Resampling.BICUBIC)
    return Image.composite(Image.new("RGB", photo.size, colour), photo, soft)


def alike(one: Any, other: Any) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= ALIKE


def as_ink(signature: Image.Image) -> Image.Image:
    """The strokes alone, pure black; the paper between them lets the pattern of the card through."""
    ink = Image.new("RGBA", signature.size, (0, 0, 0, 0))
    ink.putalpha(ImageOps.invert(signature))
    return ink


def data_address(image: Image.Image) -> str:
    out = BytesIO()
    image.save(out, "PNG")
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"


# -- the sheet to adjust the printer by ------------------------------------------------------------


@dataclass(frozen=True)
class Tick:
    """One mark of a ruler, in mm from its corner: where it stands, how long it is, and its number every 10 mm."""

    at: str
    long: str
    number: str


def calibration() -> bytes:
    """Frames at 0 and 2 mm, rulers, a crosshair, the colours with their values, the sizes of type."""
    context = {
        "across": ticks(WIDTH), "down": ticks(HEIGHT), "width": f"{WIDTH:.2f}", "height": f"{HEIGHT:.2f}",
        "middle_x": f"{WIDTH / 2:.2f}", "middle_y": f"{HEIGHT / 2:.2f}",
        "patches": [patch("Merah", RED), patch("Biru", BLUE), patch("Hitam", BLACK)],
        "sizes": [{"step": f"s{round(size * 10)}", "text": f"{size:.1f} pt ABCDE 01234".replace(".", ",")}
                  for size in STEPS],
    }
    return pdf.render("applications/documents/calibration.html", context, SHEET)


def ticks(length: float) -> list[Tick]:
    return [
        Tick(at=str(mm), long="3" if mm % 10 == 0 else "2.2" if mm % 5 == 0 else "1.4",
             number=str(mm) if mm % 10 == 0 else "")
        for mm in range(1, int(length) + 1)
    ]


def patch(name: str, colour: tuple[int, int, int]) -> dict[str, str]:
    return {"name": name, "value": " ".join(map(str, colour)), "fill": "#{:02x}{:02x}{:02x}".format(*colour)}
