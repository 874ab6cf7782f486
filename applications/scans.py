"""Pictures of papers: judged by their content, kept as plain JPEG in the vault, first for a draft, then for a paper.

What arrives is never kept as it came: a picture is read and written anew, a PDF becomes pictures of its pages. So no
script, hidden text or place of the photographer is stored, and what is shown later is a picture and nothing else.
"""

import io
from datetime import datetime

import pypdfium2
import pypdfium2.raw as pdfium
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageOps

from accounts.models import User
from applications import drafts
from applications.models import Application, Draft, Scan
from applications.refusals import Refused
from office import parameters, vault
from office.models import VaultFile
from office.transactions import outside_transaction

MIME = "image/jpeg"
LONGEST_SIDE = 2200  # pixels: an A4 page at about 190 dpi, where small print can still be read
QUALITY = 80
MOST_PIXELS = 60_000_000  # beyond the largest phone cameras; a picture that unpacks to more is refused unread
PER_PAPER = 12
FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP")
NOT_A_PICTURE = (
    "Berkas ini bukan gambar atau PDF yang dapat dibaca. Pindai atau foto kertasnya, lalu pilih berkas JPG, PNG, "
    "atau PDF."
)
TOO_MANY_PIXELS = "Gambar terlalu besar untuk dibuka. Foto ulang dengan resolusi lebih rendah."
# Names of what runs or comes along when a PDF is opened. Long ones only: compressed pictures hold every short one.
ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")


def pages(content: bytes) -> list[bytes]:
    """The pages of an upload as JPEG. Raises Refused with a sentence for everything that is no picture of a paper."""
    limit = parameters.number("pindaian-mb")
    if len(content) > limit * 1024 * 1024:
        raise Refused(f"Berkas lebih besar dari {limit} MB. Pindai dengan resolusi lebih rendah, lalu pilih lagi.")
    if not content:
        raise Refused("Berkas kosong. Pindai ulang kertasnya, lalu pilih lagi.")
    return pages_of_pdf(content) if content[:1024].lstrip().startswith(b"%PDF-") else pages_of_picture(content)


@outside_transaction
def pages_of_picture(content: bytes) -> list[bytes]:
    """One page; a TIFF of a scanner may hold several."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            check_count(count, "Gambar")
            return [picture(image, number) for number in range(count)]
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(TOO_MANY_PIXELS) from error
    except Exception as error:  # a spoiled file leads the decoders to errors of every kind
        raise Refused(NOT_A_PICTURE) from error


def picture(image: Image.Image, number: int) -> bytes:
    if number:
        image.seek(number)
    if image.width * image.height > MOST_PIXELS:
        raise Refused(TOO_MANY_PIXELS)
    return as_jpeg(ImageOps.exif_transpose(image))


def as_jpeg(image: Image.Image) -> bytes:
    image = in_tones(image)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if image.mode != "RGB":
        # What lies under a transparent picture is paper: white.
        plain = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", plain.size, "white"), plain).convert("RGB")
    image.info = {}  # else the comment of a JPEG is written into the new one
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def in_tones(image: Image.Image) -> Image.Image:
    """Black and white or a palette as tones: made smaller as they are, they lose thin strokes. 16 bits become 8."""
    if image.mode == "1":
        return image.convert("L")
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image.convert("RGBA") if image.mode == "P" else image


@outside_transaction
def pages_of_pdf(content: bytes) -> list[bytes]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        sentence = "PDF ini rusak atau dikunci kata sandi. Simpan tanpa kata sandi atau pindai ulang, lalu pilih lagi."
        raise Refused(sentence) from error
    try:
        check_pdf(document)
        return [rendered(document, number) for number in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise Refused("PDF ini rusak. Pindai ulang kertasnya, lalu pilih lagi.") from error
    finally:
        document.close()


def check_count(count: int, what: str) -> None:
    most = parameters.number("pindaian-halaman")
    if count > most:
        raise Refused(f"{what} ini lebih dari {most} halaman. Pilih hanya halaman persyaratan ini.")


def check_pdf(document: pypdfium2.PdfDocument) -> None:
    """A scan holds pages and nothing else; whatever brings more did not come from a scanner."""
    check_count(len(document), "PDF")
    if not len(document):
        raise Refused("PDF ini tidak berisi halaman. Pindai ulang kertasnya, lalu pilih lagi.")
    scripts, written = pdfium.FPDFDoc_GetJavaScriptActionCount(document.raw), taken_apart(document)
    if scripts > 0 or document.count_attachments() > 0 or any(name in written for name in ACTIVE):
        raise Refused("PDF ini memuat skrip atau lampiran, bukan hasil pindai. Pindai atau foto kertasnya sendiri.")


def taken_apart(document: pypdfium2.PdfDocument) -> bytes:
    """The PDF written anew: objects out of compressed streams, names in plain letters, where they can be found."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def rendered(document: pypdfium2.PdfDocument, number: int) -> bytes:
    page = document[number]
    width, height = page.get_size()
    longest = max(width, height, 1.0)
    bitmap = page.render(scale=min(LONGEST_SIDE / longest, 8.0), may_draw_forms=False)
    return as_jpeg(bitmap.to_pil())


def add(draft: Draft, code: str, content: bytes, *, by: User, at: datetime | None = None) -> list[Scan]:
    """Keep the pages of one upload for a paper of a draft. Refused leaves nothing behind."""
    sealed = [vault.write(page) for page in pages(content)]
    try:
        return keep(draft, code, sealed, by, at or timezone.now())
    except Refused:
        for file in sealed:
            vault.remove(file.name)
        raise


def keep(draft: Draft, code: str, sealed: list[vault.Sealed], by: User, at: datetime) -> list[Scan]:
    with transaction.atomic():
        locked = drafts.lock(draft, "Konsep ini sudah diajukan atau dihapus. Pindaian tidak disimpan.")
        if locked.scans.filter(code=code).count() + len(sealed) > PER_PAPER:
            raise Refused(f"Satu persyaratan paling banyak {PER_PAPER} gambar. Hapus yang tidak perlu lebih dahulu.")
        return [
            Scan.objects.create(draft=locked, code=code, file=vault_row(file, by, at), added_at=at, added_by=by)
            for file in sealed
        ]


def vault_row(file: vault.Sealed, by: User, at: datetime) -> VaultFile:
    return VaultFile.objects.keep(file, purpose="scan", mime=MIME, by=by, at=at)


def move_to_papers(draft: Draft, application: Application) -> None:
    """The scans of a draft become those of the papers; one of a paper that this kind does not need stays behind."""
    papers = {paper.code: paper for paper in application.papers.all()}
    for scan in draft.scans.all():
        if scan.code in papers:
            scan.draft, scan.paper = None, papers[scan.code]
            scan.save(update_fields=["draft", "paper"])


@outside_transaction
def discard(scan: Scan) -> None:
    """Take a scan out of its draft: the rows first, then the file (design.md, section 3, Vault)."""
    with transaction.atomic():
        taken, _ = Scan.objects.filter(pk=scan.pk, paper=None).delete()
        if taken:
            scan.file.delete()
    if taken:
        vault.remove(scan.file.name)


@outside_transaction
def image_of(scan: Scan) -> bytes:
    """The JPEG. Raises a VaultError with its sentence when the file cannot be had."""
    return vault.read(scan.file.name)
