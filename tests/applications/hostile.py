"""Files as bytes for tests of scans: pictures of every kind, and what somebody might send in place of a picture."""

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, PdfObject, TextStringObject

SCRIPT = "app.alert(1)"


# -- pictures ------------------------------------------------------------------------------------


def saved(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def paper(width: int = 640, height: int = 480, mode: str = "RGB", colour: Any = "white") -> Image.Image:
    return Image.new(mode, (width, height), colour)


def jpeg(**options: Any) -> bytes:
    return saved(paper(), **options)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def with_place() -> bytes:
    """A photo that tells where it was taken, in its EXIF data and in its XMP data."""
    exif = Image.Exif()
    exif[0x010E] = "GPS-rahasia"
    exif.get_ifd(0x8825).update({1: "S", 2: (8.0, 16.0, 35.0), 3: "E", 4: (113.0, 21.0, 8.0)})
    return jpeg(exif=exif, xmp=b"<x:xmpmeta>GPS-rahasia</x:xmpmeta>", comment=b"GPS-rahasia")


def turned() -> bytes:
    """A photo of a phone held upright: stored lying, red at its left, to be turned clockwise when shown."""
    image = paper(400, 200)
    image.paste("red", (0, 0, 100, 200))
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(image, exif=exif, quality=95)


def png_bomb(width: int, height: int, bits: int) -> bytes:
    """A PNG of one colour: small as a file, huge when it is unpacked."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    pack = zlib.compressobj(9)
    row = b"\0" + bytes((width * bits + 7) // 8)
    data = b"".join(pack.compress(row) for _ in range(height)) + pack.flush()
    head = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def jpeg_and_zip() -> bytes:
    """One file that is a picture from the front and an archive from the back."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("rahasia.txt", "rahasia")
    return jpeg() + archive.getvalue()


def sixteen_bits() -> bytes:
    """A grey of 16 bits, half as light as white."""
    return saved(Image.frombytes("I;16", (300, 200), struct.pack("<H", 0x8000) * 60000), "PNG")


# -- PDF -----------------------------------------------------------------------------------------


def dictionary(**entries: PdfObject) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in entries.items()})


def pdf_of(pages: int = 1) -> PdfWriter:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    return writer


def written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def script() -> DictionaryObject:
    return dictionary(S=NameObject("/JavaScript"), JS=TextStringObject(SCRIPT))


def pdf_script_on_opening() -> bytes:
    writer = pdf_of()
    writer.root_object[NameObject("/OpenAction")] = script()
    return written(writer)


def pdf_script_by_name() -> bytes:
    writer = pdf_of()
    names = ArrayObject([TextStringObject("a"), writer._add_object(script())])
    writer.root_object[NameObject("/Names")] = dictionary(JavaScript=dictionary(Names=names))
    return written(writer)


def pdf_script_on_a_page() -> bytes:
    writer = pdf_of()
    writer.pages[0][NameObject("/AA")] = dictionary(O=script())
    return written(writer)


def pdf_with_attachment() -> bytes:
    writer = pdf_of()
    writer.add_attachment("rahasia.txt", b"rahasia")
    return written(writer)


def pdf_encrypted() -> bytes:
    writer = pdf_of()
    writer.encrypt("rahasia", algorithm="RC4-128")
    return written(writer)


def pdf_in_compressed_objects(catalog: bytes) -> bytes:
    """A PDF whose objects, the catalogue too, lie in a compressed stream: no search of the file finds their names."""
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        4: b"<</S/JavaScript/JS(" + SCRIPT.encode().replace(b"(", b"\\(").replace(b")", b"\\)") + b")>>",
    }
    heads, bodies = b"", b""
    for number, body in objects.items():
        heads += b"%d %d " % (number, len(bodies))
        bodies += body + b" "
    packed = zlib.compress(heads + bodies)
    out = b"%PDF-1.5\n"
    places = {10: len(out)}
    out += b"10 0 obj\n<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>stream\n%b\nendstream\nendobj\n" % (
        len(objects), len(heads), len(packed), packed
    )
    places[11] = len(out)
    rows = b"".join(row_of(number, list(objects), places) for number in range(12))
    table = zlib.compress(rows)
    return out + (
        b"11 0 obj\n<</Type/XRef/Size 12/W[1 3 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n%b\nendstream\n"
        b"endobj\nstartxref\n%d\n%%%%EOF" % (len(table), table, places[11])
    )


def row_of(number: int, packed: list[int], places: dict[int, int]) -> bytes:
    """A row of the table of objects: which lies where."""
    if number in packed:
        return bytes([2]) + (10).to_bytes(3, "big") + bytes([packed.index(number)])
    return bytes([1 if number in places else 0]) + places.get(number, 0).to_bytes(3, "big") + b"\0"
