"""PDF files: whether one can really be opened, and how many pages it has."""

import threading

import pypdfium2

_MAGIC = b"%PDF-"
# Where the PDF standard's readers look for it.
_MAGIC_WITHIN = 1024
_PASSWORD_NEEDED = 4
_ENCRYPTED = b"/Encrypt"

# PDFium is one library for the whole process and not made for several threads.
_one_at_a_time = threading.Lock()


class NotReadable(ValueError):
    """The file is no PDF that a person could read; the message says why."""


def count_pages(data: bytes) -> int:
    """Open a PDF and return the number of its pages. Raises NotReadable."""
    if not data:
        raise NotReadable("The file is empty.")
    if _MAGIC not in data[:_MAGIC_WITHIN]:
        raise NotReadable("The file is not a PDF.")
    with _one_at_a_time:
        return _count(data)


def _count(data: bytes) -> int:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        # PDFium may still tell the error of the file before.
        if error.err_code == _PASSWORD_NEEDED and _ENCRYPTED in data:
            raise NotReadable(
                "The PDF is protected by a password; save it without one and try again."
            ) from error
        raise NotReadable(
            "The PDF is damaged and cannot be opened; download it again and retry."
        ) from error
    try:
        pages = len(document)
        document[0].close()
    except pypdfium2.PdfiumError as error:
        raise NotReadable("The PDF has no page that can be opened.") from error
    finally:
        document.close()
    return int(pages)
