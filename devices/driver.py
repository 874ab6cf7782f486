"""The interface of every driver. Source: reference/biometric-devices.md section 8.

A capture is two pure steps with a transport between them: `prepare()` makes the request, `accept()` verifies
the reply. On the counter's own computer `open()` gives a session that does all three; from a browser the page
carries the bytes, and the server trusts nothing but what `accept()` has verified.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Protocol, runtime_checkable

from devices.capture import (
    CaptureRequest,
    CaptureResult,
    DeviceInfo,
    Modality,
    WireRequest,
)


class Transport(StrEnum):
    """Who carries the bytes: the application, the page in the browser, or a program beside the browser."""

    DIRECT = "direct"
    BROWSER = "browser"
    AGENT = "agent"


class Session(Protocol):
    """A device held open. Methods raise BadRequest once it is closed, except `cancel` and `close`."""

    def preview(self) -> Iterator[bytes]:
        """JPEG frames until a capture begins, or `cancel` or `close` is called."""

    def capture(self, request: CaptureRequest) -> CaptureResult:
        """Make one capture and verify it. Raises a DeviceError; LowQuality keeps the result."""

    def cancel(self) -> None:
        """End the capture (it raises CaptureCancelled) or preview under way, if any, from any thread."""

    def close(self) -> None:
        """Let the device go; a second call does nothing."""


@runtime_checkable
class Driver(Protocol):
    """One kind of device. Made once per process from the settings; imports no Django model."""

    name: str
    modalities: frozenset[Modality]
    transports: frozenset[Transport]
    simulated: bool

    def discover(self, timeout_s: float = 5.0) -> list[DeviceInfo]:
        """The devices that answer within `timeout_s`; an empty list, never an error, when there is none."""

    def status(self, device: DeviceInfo) -> DeviceInfo:
        """The same device with its status of now; GONE rather than an error when it does not answer."""

    def prepare(self, device: DeviceInfo, request: CaptureRequest) -> WireRequest:
        """The bytes that ask for this capture. Pure. Raises BadRequest for what the device cannot do."""

    def accept(self, device: DeviceInfo, request: CaptureRequest, raw: bytes) -> CaptureResult:
        """The verified content of a reply. Pure.

        Raises the DeviceError that the device reports; ProtocolError for a reply that is unreadable, altered,
        or not the one to this request; NoSample for a position that is absent without being excused;
        LowQuality for a score below `min_score`. Never anything else, whatever the bytes are.
        """

    def open(self, device: DeviceInfo) -> AbstractContextManager[Session]:
        """A session, closed at the end of `with`. Raises DeviceGone, DeviceBusy or DeviceNotReady."""
