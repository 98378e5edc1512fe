"""The ZIP itself: the same contents give the same bytes, and each byte is sealed.

Entries stand in the order of their names, with no clock and no machine in them. The
manifest comes last, with the hash of every other entry. The ZIP's comment ends with
the hash of all bytes before it, so that nothing can change outside the entries either.
"""

import hashlib
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import IO, Any

from screening.archive.rows import canonical

FORMAT = "twofold-archive"
VERSION = 1
MANIFEST = "manifest.json"
BLOCK = 1 << 20
_HASH_LENGTH = 64
_COMMENT = re.compile(rb"twofold-archive manifest=([0-9a-f]{64}) all=([0-9a-f]{64})")


@dataclass(frozen=True)
class Entry:
    """What the manifest says of a file."""

    sha256: str
    size: int
    lines: int


@dataclass(frozen=True)
class Seal:
    """What the ZIP's comment says: the hashes of the manifest and of all before it."""

    manifest: str
    everything: str


class Package:
    """A ZIP that is being written, entry by entry."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self.entries: dict[str, Entry] = {}

    def add(self, name: str, parts: Iterable[bytes]) -> Entry:
        """Write one entry, part by part."""
        digest, size, lines = hashlib.sha256(), 0, 0
        with self._zip.open(_info(name), "w", force_zip64=True) as entry:
            for part in parts:
                entry.write(part)
                digest.update(part)
                size += len(part)
                lines += part.count(b"\n")
        self.entries[name] = Entry(digest.hexdigest(), size, lines)
        return self.entries[name]

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Write the manifest with these facts, and seal all."""
        files = {
            name: {"sha256": entry.sha256, "size": entry.size}
            for name, entry in self.entries.items()
        }
        manifest = {**facts, "format": FORMAT, "version": VERSION, "files": files}
        made = self.add(MANIFEST, [(canonical(manifest) + "\n").encode()])
        unsealed = "0" * _HASH_LENGTH
        self._zip.comment = f"{FORMAT} manifest={made.sha256} all={unsealed}".encode()
        self._zip.close()
        self._file.seek(-_HASH_LENGTH, 2)
        end = self._file.tell()
        digest = digest_of(self._file, end)
        self._file.seek(end)
        self._file.write(digest.encode())
        self._file.seek(0)


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o100644 << 16
    return info


def seal_of(comment: bytes) -> Seal | None:
    """Read the seal from a ZIP's comment."""
    found = _COMMENT.fullmatch(comment)
    return Seal(found[1].decode(), found[2].decode()) if found else None


def digest_before_seal(file: IO[bytes]) -> str:
    """Return the hash of all bytes before the seal's own."""
    file.seek(0, 2)
    return digest_of(file, max(0, file.tell() - _HASH_LENGTH))


def digest_of(file: IO[bytes], end: int) -> str:
    """Return the hash of the file's bytes before `end`."""
    digest = hashlib.sha256()
    file.seek(0)
    left = end
    while left and (block := file.read(min(BLOCK, left))):
        digest.update(block)
        left -= len(block)
    return digest.hexdigest()
