"""The limit on uploads, held while the request is read."""

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest


class LimitedUploadHandler(FileUploadHandler):
    """Drops a file that is larger than any that the site takes, and says so.

    The forms check each kind of file against its own limit; this keeps a far
    larger one from ever reaching the disk. The rest of the request is read, so
    the page can answer in words instead of breaking the connection.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > max_upload_bytes():
            if self.request is not None:
                self.request.META["twofold.upload_too_large"] = True
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def max_upload_bytes() -> int:
    """Return the largest upload of any kind, in bytes."""
    return int(max(settings.IMPORT_MAX_BYTES, settings.FULL_TEXT_MAX_BYTES))


def was_too_large(request: HttpRequest) -> bool:
    """Tell whether a file of this request was dropped for its size."""
    return bool(request.META.get("twofold.upload_too_large", False))
