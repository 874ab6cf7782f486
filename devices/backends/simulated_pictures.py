"""Plain pictures for the simulated devices, drawn from a seed: nobody's biometrics (fact 33), and plainly so.

Every picture says SIMULASI in its pixels and in its PNG text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import shake_256
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from devices.capture import Modality

MARK = "SIMULASI"

Colour = int | tuple[int, int, int]


@dataclass(frozen=True)
class Shape:
    """Form of a modality's pictures: (width, height) in pixels, Pillow mode, pixels per inch or None."""

    size: tuple[int, int]
    mode: str
    ppi: int | None = None


SHAPES = {
    Modality.FACE: Shape((480, 640), "RGB"),
    Modality.FINGER: Shape((400, 500), "L", 500),
    Modality.IRIS: Shape((640, 480), "L"),
    Modality.SIGNATURE: Shape((600, 200), "L"),
}


def png(modality: Modality, seed: bytes) -> bytes:
    """The lossless picture of this seed; the same seed gives the same bytes."""
    shape = SHAPES[modality]
    text = PngInfo()
    text.add_text("Comment", MARK)
    buffer = BytesIO()
    dpi = {"dpi": (shape.ppi, shape.ppi)} if shape.ppi else {}
    draw_picture(modality, seed).save(buffer, "PNG", pnginfo=text, **dpi)
    return buffer.getvalue()


def jpeg(modality: Modality, seed: bytes) -> bytes:
    """The same picture as a frame for a preview."""
    buffer = BytesIO()
    draw_picture(modality, seed).save(buffer, "JPEG")
    return buffer.getvalue()


def draw_picture(modality: Modality, seed: bytes) -> Image.Image:
    """The marked picture of this seed."""
    shape = SHAPES[modality]
    picture = Image.new(shape.mode, shape.size, "white")
    draw = ImageDraw.Draw(picture)
    PAINTERS[modality](draw, [byte / 255 for byte in shake_256(seed).digest(32)])
    font = ImageFont.load_default(24)
    draw.text((8, 8), MARK, fill="black", font=font, stroke_width=3, stroke_fill="white")
    return picture


def _finger(draw: ImageDraw.ImageDraw, chance: list[float]) -> None:
    """Nested ovals, one ridge every 9 pixels as at 500 ppi, with two breaks in each."""
    x, y = 150 + 100 * chance[0], 200 + 100 * chance[1]
    stretch = 1.1 + 0.6 * chance[2]
    for ring, radius in enumerate(range(5, 150, 9)):
        box = (x - radius, y - radius * stretch, x + radius, y + radius * stretch)
        start = 360 * chance[3 + ring % 20]
        draw.arc(box, start, start + 170, fill=40, width=4)
        draw.arc(box, start + 180, start + 350, fill=40, width=4)


def _iris(draw: ImageDraw.ImageDraw, chance: list[float]) -> None:
    x, y, radius = 300 + 40 * chance[0], 220 + 40 * chance[1], 120 + 20 * chance[2]
    _disc(draw, x, y, radius, fill=90)
    for spoke in range(24):
        start = 15 * spoke
        box = (x - radius, y - radius, x + radius, y + radius)
        draw.pieslice(box, start, start + 10, fill=70 + int(70 * chance[3 + spoke]))
    _disc(draw, x, y, radius * (0.3 + 0.15 * chance[28]), fill=10)


def _face(draw: ImageDraw.ImageDraw, chance: list[float]) -> None:
    draw.rectangle((0, 0, 480, 640), fill=(150, 160, 170))
    skin = (170 + int(60 * chance[0]), 120 + int(50 * chance[1]), 90 + int(40 * chance[2]))
    width, height = 110 + 30 * chance[3], 160 + 30 * chance[4]
    draw.ellipse((40, 500, 440, 900), fill=(60, 70, 110))
    draw.ellipse((240 - width, 310 - height, 240 + width, 310 + height), fill=skin)
    for side in (-1, 1):
        _disc(draw, 240 + side * (45 + 10 * chance[5]), 280, 8 + 5 * chance[6], fill=(30, 20, 20))
    mouth = 30 + 25 * chance[7]
    draw.line((240 - mouth, 390, 240 + mouth, 390), fill=(120, 40, 40), width=6)


def _signature(draw: ImageDraw.ImageDraw, chance: list[float]) -> None:
    points = [(60 + 34 * i, 60 + 110 * c) for i, c in enumerate(chance[:15])]
    draw.line(points, fill=20, width=4, joint="curve")


def _disc(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, *, fill: Colour) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


PAINTERS: dict[Modality, Callable[[ImageDraw.ImageDraw, list[float]], None]] = {
    Modality.FACE: _face,
    Modality.FINGER: _finger,
    Modality.IRIS: _iris,
    Modality.SIGNATURE: _signature,
}
