"""All that can go wrong with a device, as one tree. Source: reference/biometric-devices.md sections 1.6 and
8.

Each class says in Indonesian what happened (`sentence`), what the operator can do (`hint`), and whether the
same capture may be tried again after that without an administrator (`retryable`). The device's own code and
text (`code`, `detail`) are for the log: they come from outside and are never shown as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.capture import CaptureResult, Position, Sample


class DeviceError(Exception):
    """A fault that no narrower class names."""

    sentence = "Perangkat gagal bekerja."
    hint = "Ulangi perekaman. Jika tetap gagal, catat gangguan perangkat."
    retryable = True

    def __init__(self, detail: str = "", *, code: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code

    def __str__(self) -> str:
        return " ".join(part for part in (f"[{self.code}]" if self.code else "", self.detail) if part)


class DeviceGone(DeviceError):
    """The device cannot be found, or went away during the capture."""

    sentence = "Perangkat tidak tersambung."
    hint = "Periksa kabel dan daya perangkat, lalu ulangi perekaman."


class DeviceBusy(DeviceError):
    """Somebody else holds the device."""

    sentence = "Perangkat sedang dipakai."
    hint = "Tunggu sampai perekaman lain selesai, lalu coba lagi."


class DeviceNotReady(DeviceError):
    """The device is there but is still starting or stands still."""

    sentence = "Perangkat belum siap."
    hint = "Tunggu sebentar, lalu coba lagi."


class DeviceNotTrusted(DeviceError):
    """The device is not registered, or its certificate is not one of the office's."""

    sentence = "Perangkat ini tidak terdaftar di kantor."
    hint = "Jangan gunakan perangkat ini. Hubungi administrator."
    retryable = False


class CaptureTimeout(DeviceError):
    """The device gave nothing within the time of the request."""

    sentence = "Waktu perekaman habis."
    hint = "Pastikan pemohon siap di depan perangkat, lalu ulangi perekaman."


class CaptureCancelled(DeviceError):
    """The operator stopped the capture."""

    sentence = "Perekaman dihentikan."
    hint = "Mulai lagi perekaman bila pemohon siap."


class NoSample(DeviceError):
    """Something that was asked for is not in the reply; `positions` names it as far as it is known."""

    sentence = "Tidak semua bagian terbaca oleh perangkat."
    hint = "Atur kembali letak jari, mata, atau wajah, lalu ulangi. Jika tidak mungkin, catat pengecualian."

    def __init__(self, detail: str = "", *, code: str = "", positions: tuple[Position, ...] = ()) -> None:
        super().__init__(detail, code=code)
        self.positions = positions


class LowQuality(DeviceError):
    """A score is below the request's; all is verified, and `result` is kept for a forced acceptance."""

    sentence = "Mutu hasil perekaman di bawah batas."
    hint = "Bersihkan perangkat dan bagian tubuh itu, lalu ulangi. Jika tetap rendah, terima beserta alasan."

    def __init__(self, result: CaptureResult, detail: str = "", *, code: str = "") -> None:
        super().__init__(detail, code=code)
        self.result = result

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The verified samples, good and bad ones."""
        return self.result.samples


class BadRequest(DeviceError):
    """The application asked for something that cannot be: a mistake in the program."""

    sentence = "Permintaan perekaman tidak sesuai dengan perangkat."
    hint = "Laporkan kepada administrator. Perekaman ini tidak dapat diulang begitu saja."
    retryable = False


class ProtocolError(DeviceError):
    """The reply cannot be read, or it is not the one to this request. Nothing of it may be kept."""

    sentence = "Jawaban perangkat tidak dapat dipercaya."
    hint = "Ulangi perekaman. Jika terjadi lagi, hentikan pemakaian perangkat dan hubungi administrator."
