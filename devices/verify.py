"""What every driver verifies in a reply, whatever the device. All pure; a failure is a named DeviceError."""

import base64
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import TypeVar

from PIL import Image

from devices.capture import CaptureRequest, CaptureResult, Position
from devices.chain import link
from devices.errors import LowQuality, NoSample, ProtocolError

MAX_REPLY_BYTES = 10_000_000  # fact 32
MAX_PIXELS = 25_000_000  # ten times a slap of four fingers; a picture of this size takes 75 MB once decoded

T = TypeVar("T")


def read_json(raw: bytes) -> object:
    """The JSON value in the bytes. Raises ProtocolError if they are too many or are not JSON."""
    if len(raw) > MAX_REPLY_BYTES:
        raise ProtocolError(f"the reply has {len(raw)} bytes")
    try:
        value: object = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"the reply is not JSON: {type(error).__name__}") from error
    return value


def field(entry: object, name: str, kind: type[T]) -> T:
    """The member `name` of a JSON object, of exactly this type (True is no int). Raises ProtocolError."""
    value = entry.get(name) if isinstance(entry, dict) else None
    if type(value) is not kind:
        raise ProtocolError(f"{name} is not a {kind.__name__}")
    return value


def read_base64(text: str) -> bytes:
    """The bytes behind strict base64. Raises ProtocolError."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ProtocolError("bytes are not base64") from error


def read_time(text: str) -> datetime:
    """An ISO 8601 moment with its offset from UTC. Raises ProtocolError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ProtocolError("a time is not ISO 8601") from error
    if moment.utcoffset() is None:
        raise ProtocolError("a time has no offset from UTC")
    return moment


def open_picture(
    raw: bytes, *, formats: tuple[str, ...] = ("PNG",), max_pixels: int = MAX_PIXELS
) -> Image.Image:
    """The decoded picture; the header is judged before pixels are unpacked (P15). Raises ProtocolError."""
    try:
        picture = Image.open(BytesIO(raw), formats=formats)
        if picture.width * picture.height <= max_pixels:
            picture.load()
            return picture
    except Exception as error:  # Pillow raises any of a dozen kinds for a broken picture
        raise ProtocolError(f"the picture cannot be read: {type(error).__name__}") from error
    raise ProtocolError(f"the picture has {picture.width} x {picture.height} pixels")


def check_positions(request: CaptureRequest, found: Sequence[Position]) -> None:
    """Each expected position once, no other. Raises ProtocolError for one more, NoSample for one less."""
    if len(set(found)) != len(found) or not set(found) <= set(request.expected):
        raise ProtocolError("a position that was not asked for")
    absent = tuple(p for p in request.expected if p not in found)
    if absent:
        raise NoSample(f"absent: {', '.join(absent)}", positions=absent)


def check_chain(previous: str, links: Iterable[tuple[bytes, str]]) -> str:
    """The last hash of a chain of (raw bytes, hash in the reply). Raises ProtocolError where they differ."""
    for raw, claimed in links:
        previous = link(previous, raw)
        if claimed.upper() != previous:
            raise ProtocolError("the hash chain is broken")
    return previous


def check_quality(request: CaptureRequest, result: CaptureResult) -> CaptureResult:
    """The result itself, if every score reaches the request's. Raises LowQuality, which keeps it."""
    low = [s for s in result.samples if s.quality.score < request.min_score]
    if low:
        scores = ", ".join(f"{s.position} {s.quality.score}" for s in low)
        raise LowQuality(result, f"below {request.min_score}: {scores}")
    return result
