"""Uploads stay in memory: a scan or a list of residents never touches the disk unencrypted (design.md, section 5).

Django would spool a large file to a temporary folder. What is larger than the bound is dropped while it arrives; the
form then says so (`too_large`), and nothing of it is kept.
"""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

MOST = 25 * 1024 * 1024


class MemoryOnly(FileUploadHandler):
    """Keeps each file of a request in memory, all together up to `MOST` bytes."""

    chunk_size = 256 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.received = 0
        self.buffer = BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.buffer = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > MOST:
            self.buffer = BytesIO()
            if self.request is not None:
                self.request.upload_too_large = True  # type: ignore[attr-defined]
            raise SkipFile
        self.buffer.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.buffer.seek(0)
        return InMemoryUploadedFile(
            self.buffer, self.field_name, self.file_name or "", self.content_type or "", file_size, self.charset,
            self.content_type_extra,
        )


def too_large(request: HttpRequest) -> bool:
    """Whether a file of this request was dropped because it was larger than `MOST`. Read after `request.FILES`."""
    return bool(request.FILES is not None and getattr(request, "upload_too_large", False))
