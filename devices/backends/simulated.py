"""Driver of simulated devices, for demonstrations and tests: the whole contract, with plain pictures."""

import hmac
import json
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from threading import Event
from typing import Any

from devices import verify
from devices.backends.simulated_device import Fault, SimulatedDevice
from devices.backends.simulated_pictures import SHAPES, jpeg
from devices.capture import (
    CaptureRequest,
    CaptureResult,
    DeviceInfo,
    Modality,
    Position,
    Quality,
    Sample,
    Status,
    WireRequest,
)
from devices.driver import Transport
from devices.errors import (
    BadRequest,
    CaptureCancelled,
    CaptureTimeout,
    DeviceBusy,
    DeviceError,
    DeviceGone,
    ProtocolError,
)

REPORTED = {"gone": DeviceGone, "busy": DeviceBusy, "timeout": CaptureTimeout}
DETAILS = {Status.GONE: "Perangkat simulasi dicabut.", Status.BUSY: "Perangkat simulasi sedang dipakai."}
FRAME_EVERY_S = 0.25


class SimulatedDriver:
    """One simulated device of one modality. Options: see `SimulatedDevice`; `fault` is a `Fault` value."""

    name = "simulated"
    transports = frozenset({Transport.DIRECT})
    simulated = True

    def __init__(
        self, modality: str, *, fault: str = "", score: int | None = None, delay_s: float = 0.0, low_first: int = 0
    ) -> None:
        self.far_side = SimulatedDevice(
            Modality(modality), fault=Fault(fault), score=score, delay_s=delay_s, low_first=low_first
        )
        self.modalities = frozenset({self.far_side.modality})

    def discover(self, timeout_s: float = 5.0) -> list[DeviceInfo]:
        info = self._info()
        return [] if info.status is Status.GONE else [info]

    def status(self, device: DeviceInfo) -> DeviceInfo:
        return self._info() if device.id == self.far_side.id else replace(device, status=Status.GONE)

    def prepare(self, device: DeviceInfo, request: CaptureRequest) -> WireRequest:
        self._refuse_foreign(device, request)
        body = {
            "ticket": request.ticket,
            "seeds": {p: _seed(request.subject, p).hex() for p in request.expected},
            "timeout_s": request.timeout_s,
            "previous_hash": request.previous_hash,
        }
        url = f"simulated://{device.id}/capture"
        return WireRequest("POST", url, json.dumps(body).encode(), request.timeout_s + 5)

    def accept(self, device: DeviceInfo, request: CaptureRequest, raw: bytes) -> CaptureResult:
        self._refuse_foreign(device, request)
        reply = verify.read_json(raw)
        _refuse_other_reply(reply, device, request)
        entries = verify.field(reply, "samples", list)
        verify.check_positions(request, [_position(e) for e in entries])
        samples = tuple(_sample(e, device) for e in entries)
        hashes = [verify.field(e, "hash", str) for e in entries]
        links = zip((s.image_bytes for s in samples), hashes, strict=True)
        last_hash = verify.check_chain(request.previous_hash, links)
        return verify.check_quality(request, CaptureResult(samples, request.excused, last_hash))

    def open(self, device: DeviceInfo) -> closing["SimulatedSession"]:
        status = self.status(device).status
        if status is Status.GONE:
            raise DeviceGone(DETAILS[status])
        if status is Status.BUSY:
            raise DeviceBusy(DETAILS[status])
        return closing(SimulatedSession(self, device))

    def _info(self) -> DeviceInfo:
        status = self.far_side.status
        return DeviceInfo(
            driver=self.name,
            id=self.far_side.id,
            modality=self.far_side.modality,
            make="Simulasi",
            model="Perangkat simulasi",
            serial=f"SIM-{self.far_side.modality}".upper(),
            firmware="1",
            status=status,
            spec="simulated-1",
            simulated=True,
            detail=DETAILS.get(status, ""),
        )

    def _refuse_foreign(self, device: DeviceInfo, request: CaptureRequest) -> None:
        if device.driver != self.name or request.modality not in self.modalities:
            raise BadRequest(f"{device.driver} {device.id} cannot capture {request.modality}")


class SimulatedSession:
    """The device held open in this process. A capture ends the preview under way, as on a real device."""

    def __init__(self, driver: SimulatedDriver, device: DeviceInfo) -> None:
        self._driver = driver
        self._device = device
        self._closed = False
        self._stop = Event()

    def preview(self) -> Iterator[bytes]:
        return self._frames(self._begin())

    def capture(self, request: CaptureRequest) -> CaptureResult:
        started = time.monotonic()
        wire = self._driver.prepare(self._device, request)
        far_side = self._driver.far_side
        if self._begin().wait(min(far_side.delay_s, request.timeout_s)):
            raise CaptureCancelled()
        result = self._driver.accept(self._device, request, far_side.answer(wire.body))
        return replace(result, duration_s=time.monotonic() - started)

    def cancel(self) -> None:
        self._stop.set()

    def close(self) -> None:
        self._closed = True
        self._stop.set()

    def _begin(self) -> Event:
        if self._closed:
            raise BadRequest("the session is closed")
        self._stop.set()
        self._stop = Event()
        return self._stop

    def _frames(self, stop: Event) -> Iterator[bytes]:
        frame = jpeg(self._driver.far_side.modality, b"")
        while not stop.is_set():
            yield frame
            stop.wait(FRAME_EVERY_S)


def _seed(subject: str, position: Position) -> bytes:
    """The same person and position give the same picture, and the subject itself never travels."""
    return hmac.digest(subject.encode(), position.encode(), "sha256")


def _refuse_other_reply(reply: object, device: DeviceInfo, request: CaptureRequest) -> None:
    """Raise the error that the reply reports, or ProtocolError if it answers another ticket or device."""
    if verify.field(reply, "ticket", str) != request.ticket:
        raise ProtocolError("the reply belongs to another ticket")
    if verify.field(reply, "device", str) != device.id:
        raise ProtocolError("the reply comes from another device")
    code = verify.field(reply, "error", str)
    if code:
        raise REPORTED.get(code, DeviceError)(code=code[:40])


def _position(entry: object) -> Position:
    try:
        return Position(verify.field(entry, "position", str))
    except ValueError as error:
        raise ProtocolError("an unknown position") from error


def _sample(entry: Any, device: DeviceInfo) -> Sample:
    raw = verify.read_base64(verify.field(entry, "image", str))
    digest = sha256(raw).hexdigest()
    if verify.field(entry, "sha256", str) != digest:
        raise ProtocolError("a picture was altered on the way")
    width, height, ppi = _measure(raw, device.modality)
    return Sample(
        position=_position(entry),
        image_bytes=raw,
        mime="image/png",
        width=width,
        height=height,
        ppi=ppi,
        quality=_quality(entry),
        captured_at=verify.read_time(verify.field(entry, "captured_at", str)),
        device=device,
        sha256=digest,
    )


def _measure(raw: bytes, modality: Modality) -> tuple[int, int, int | None]:
    """Width, height and ppi of the picture itself. Raises ProtocolError if they are not the modality's."""
    shape = SHAPES[modality]
    picture = verify.open_picture(raw)
    ppi = round(picture.info["dpi"][0]) if "dpi" in picture.info else None
    if (picture.size, picture.mode, ppi) != (shape.size, shape.mode, shape.ppi):
        raise ProtocolError(f"a picture of another form: {picture.size}, {picture.mode}, {ppi} ppi")
    return picture.width, picture.height, ppi


def _quality(entry: object) -> Quality:
    score = verify.field(entry, "score", int)
    if not 0 <= score <= 100:
        raise ProtocolError("a score outside 0 to 100")
    return Quality(score, algorithm="simulated", version="1")
