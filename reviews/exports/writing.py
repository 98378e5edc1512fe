"""A file is written whole or not at all: what stood there stays until all is done."""

import os
from collections.abc import Iterable
from pathlib import Path


def write(path: Path, parts: Iterable[bytes]) -> None:
    """Write the parts to the file. Raises OSError, and leaves nothing behind."""
    if path.exists() and not path.is_file():
        # A pipe or a device cannot be replaced; it takes what comes.
        with path.open("wb") as file:
            file.writelines(parts)
        return
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("xb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
