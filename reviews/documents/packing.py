"""An Office document is a ZIP: packed without the clock, it is the same every time."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# The first moment that a ZIP can name.
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def settled(document: bytes) -> bytes:
    """Return the same document with the dates of its parts put back."""
    packed = BytesIO()
    with ZipFile(BytesIO(document)) as old, ZipFile(packed, "w") as new:
        for name in old.namelist():
            part = ZipInfo(name, LONG_AGO)
            part.compress_type = ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            new.writestr(part, old.read(name))
    return packed.getvalue()
