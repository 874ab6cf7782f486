"""The values that pass between the recording desk and a driver. Nothing here talks to a device or to Django.

Pictures and keys are left out of every `repr`, so that no capture ends up in a log or an error report.
Source: reference/biometric-devices.md section 8.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from devices.errors import BadRequest


class Modality(StrEnum):
    """What kind of feature a device takes."""

    FACE = "face"
    FINGER = "finger"
    IRIS = "iris"
    SIGNATURE = "signature"


class Position(StrEnum):
    """Which part of the person a sample shows. Fingers stand in the order of their ISO 19794-4 codes."""

    RIGHT_THUMB = "right_thumb"
    RIGHT_INDEX = "right_index"
    RIGHT_MIDDLE = "right_middle"
    RIGHT_RING = "right_ring"
    RIGHT_LITTLE = "right_little"
    LEFT_THUMB = "left_thumb"
    LEFT_INDEX = "left_index"
    LEFT_MIDDLE = "left_middle"
    LEFT_RING = "left_ring"
    LEFT_LITTLE = "left_little"
    LEFT_IRIS = "left_iris"
    RIGHT_IRIS = "right_iris"
    FACE = "face"
    SIGNATURE = "signature"
    EXCEPTION_PHOTO = "exception_photo"


class Status(StrEnum):
    """How a device is: an answer, not an error, also for a device that is away."""

    READY = "ready"
    BUSY = "busy"
    NOT_READY = "not_ready"
    NOT_REGISTERED = "not_registered"
    GONE = "gone"


LABELS: Mapping[Position, str] = MappingProxyType(
    {
        Position.RIGHT_THUMB: "Ibu jari kanan",
        Position.RIGHT_INDEX: "Telunjuk kanan",
        Position.RIGHT_MIDDLE: "Jari tengah kanan",
        Position.RIGHT_RING: "Jari manis kanan",
        Position.RIGHT_LITTLE: "Kelingking kanan",
        Position.LEFT_THUMB: "Ibu jari kiri",
        Position.LEFT_INDEX: "Telunjuk kiri",
        Position.LEFT_MIDDLE: "Jari tengah kiri",
        Position.LEFT_RING: "Jari manis kiri",
        Position.LEFT_LITTLE: "Kelingking kiri",
        Position.LEFT_IRIS: "Iris kiri",
        Position.RIGHT_IRIS: "Iris kanan",
        Position.FACE: "Foto",
        Position.SIGNATURE: "Tanda tangan",
        Position.EXCEPTION_PHOTO: "Foto pengecualian",
    }
)

FINGERS = tuple(Position)[:10]
IRISES = (Position.LEFT_IRIS, Position.RIGHT_IRIS)

# F5.2: photo, signature, fingerprints, irises.
# An exception photo is taken only where one of them is impossible.
RECORDING_ORDER = (Position.FACE, Position.SIGNATURE, *FINGERS, *IRISES)


def modality_of(position: Position) -> Modality:
    """The modality that records this position; an exception photo is a face picture."""
    if position in FINGERS:
        return Modality.FINGER
    if position in IRISES:
        return Modality.IRIS
    return Modality.SIGNATURE if position is Position.SIGNATURE else Modality.FACE


@dataclass(frozen=True)
class DeviceInfo:
    """One device as its driver knows it at one moment.

    `id` is unique within the driver; `cert_sha256` is the fingerprint of the certificate that signs its
    replies, or "" if it does not sign; `detail` says in Indonesian what a status alone does not.
    """

    driver: str
    id: str
    modality: Modality
    make: str
    model: str
    serial: str
    firmware: str
    status: Status
    sub_units: tuple[str, ...] = ()
    spec: str = ""
    cert_sha256: str = ""
    simulated: bool = False
    detail: str = ""


# The narrowest rule of a known device: the transactionId of an SBI capture (section 1.4).
_TICKET = re.compile(r"[A-Za-z0-9-]{4,50}")
_HASH = re.compile(r"(?:[0-9A-Fa-f]{64})?")


@dataclass(frozen=True)
class CaptureRequest:
    """One capture to be made. Raises BadRequest if it contradicts itself.

    `ticket`: single-use name of this capture, 4 to 50 letters, digits, hyphens; the reply must carry it.
    `subject`: opaque name of the person; drivers of real devices never send it.
    `positions`: all that is asked for. `exceptions`: those among them that the person cannot give; for a face
    also the fingers and irises that the exception photo is to show.
    `min_score`: 0 to 100 on the scale of the driver's own quality measure.
    `previous_hash`: `last_hash` of this person's capture before, "" for the first.
    """

    ticket: str
    subject: str = field(repr=False)
    modality: Modality
    positions: tuple[Position, ...]
    exceptions: tuple[Position, ...] = ()
    min_score: int = 0
    timeout_s: float = 15.0
    previous_hash: str = ""

    def __post_init__(self) -> None:
        for holds, fault in self._rules():
            if not holds:
                raise BadRequest(fault)

    def _rules(self) -> tuple[tuple[bool, str], ...]:
        own_exceptions = {p for p in self.exceptions if modality_of(p) is self.modality}
        return (
            (_TICKET.fullmatch(self.ticket) is not None, "ticket: 4 to 50 letters, digits or hyphens"),
            (bool(self.subject), "subject is empty"),
            (len(set(self.positions)) == len(self.positions), "a position is asked for twice"),
            (all(modality_of(p) is self.modality for p in self.positions), "a position of another modality"),
            (own_exceptions <= set(self.positions), "an exception that is not asked for"),
            (
                self.modality is Modality.FACE or len(own_exceptions) == len(set(self.exceptions)),
                "an exception of another modality",
            ),
            (bool(self.expected), "nothing is left to capture"),
            (0 <= self.min_score <= 100, "min_score is outside 0 to 100"),
            (math.isfinite(self.timeout_s) and self.timeout_s > 0, "timeout_s is not a positive number"),
            (_HASH.fullmatch(self.previous_hash) is not None, "previous_hash: 64 hex digits or nothing"),
        )

    @property
    def expected(self) -> tuple[Position, ...]:
        """The positions that a good reply holds, each once."""
        return tuple(p for p in self.positions if p not in self.exceptions)

    @property
    def excused(self) -> tuple[Position, ...]:
        """The positions that are asked for but cannot be given."""
        return tuple(p for p in self.positions if p in self.exceptions)


@dataclass(frozen=True)
class Quality:
    """A score of 0 to 100 and the measure that gave it; those of two measures do not compare (fact 23)."""

    score: int
    algorithm: str
    version: str
    components: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Sample:
    """One verified picture of one position.

    `width`, `height` in pixels, read from the picture itself; `ppi` in pixels per inch or None where it has
    no meaning; `bdb` is the ISO record and `evidence` the signed reply it came in, if the device gives them;
    `sha256` is lower-case hex over `raw`.
    """

    position: Position
    image_bytes: bytes = field(repr=False)
    mime: str
    width: int
    height: int
    ppi: int | None
    quality: Quality
    captured_at: datetime
    device: DeviceInfo = field(repr=False)
    sha256: str
    bdb: bytes | None = field(default=None, repr=False)
    evidence: bytes | None = field(default=None, repr=False)

    @property
    def raw(self) -> bytes:
        """The bytes that the device hashed into the chain."""
        return self.image_bytes if self.bdb is None else self.bdb


@dataclass(frozen=True)
class CaptureResult:
    """All that one capture gave, in the order of the reply.

    `missing` are the excused positions; `last_hash` is the `previous_hash` of the person's next capture;
    `warnings` are Indonesian sentences; `duration_s` is None where only the reply was seen, as `accept()` has
    no clock.
    """

    samples: tuple[Sample, ...]
    missing: tuple[Position, ...]
    last_hash: str
    warnings: tuple[str, ...] = ()
    duration_s: float | None = None


@dataclass(frozen=True)
class WireRequest:
    """What a transport sends to the device, unchanged. `timeout_s` is how long it waits for the reply."""

    method: str
    url: str
    body: bytes = field(repr=False)
    timeout_s: float
    content_type: str = "application/json"
