"""An archive is held against its manifest before anything of it is used.

Whatever is changed, missing or added is refused with the name of the file; so is a
ZIP that would fill the disk, that names files outside itself, or that another
version wrote. Nothing is ever unpacked to a path.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from screening.archive import container, tables
from screening.archive.container import BLOCK, FORMAT, MANIFEST, VERSION, Entry, Seal

MOST_ENTRIES = 200_000
LARGEST_MANIFEST = 64 * 1024 * 1024
# More than this, and more than a hundred times the ZIP, is a bomb.
FREE_SIZE, MOST_EXPANSION = 1024**3, 100
# What zipfile and zlib raise where a ZIP is damaged.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    UnicodeDecodeError,
    ValueError,
)
# What is raised where a fact is of another kind than it should be.
_MISFIT = (AttributeError, KeyError, OverflowError, TypeError, ValueError)


class NotAnArchive(ValueError):
    """The file is no archive that can be trusted; the message names what is wrong."""


@dataclass(frozen=True)
class Archive:
    """An archive of which every byte was checked."""

    manifest: Mapping[str, Any]
    zip: zipfile.ZipFile

    def open(self, name: str) -> IO[bytes]:
        return self.zip.open(name)

    @property
    def names(self) -> list[str]:
        return list(self.manifest["files"])


@contextmanager
def verified(path: Path) -> Iterator[Archive]:
    """Open an archive that is whole and unchanged. Raises NotAnArchive."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise NotAnArchive(f"{path} cannot be read: {error.strerror}.") from error
    with file:
        try:
            opened = zipfile.ZipFile(file)
        except _DAMAGE as error:
            raise NotAnArchive(
                f"{path.name} is no ZIP file, or its directory is damaged."
            ) from error
        with opened:
            yield Archive(_check(opened, file), opened)


def _check(opened: zipfile.ZipFile, file: IO[bytes]) -> Mapping[str, Any]:
    """Return the manifest if all is as it says."""
    _check_names(opened.infolist())
    _check_size(opened.infolist(), file)
    seal = container.seal_of(opened.comment)
    data = _manifest_bytes(opened)
    if seal is not None and seal.manifest != hashlib.sha256(data).hexdigest():
        raise NotAnArchive(f"{MANIFEST} is not as it was written, or the seal is not.")
    manifest = _manifest(data)
    _check_entries(opened, _files(manifest))
    _check_seal(seal, file)
    return manifest


def _check_names(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MOST_ENTRIES:
        raise NotAnArchive(
            f"It holds {len(infos):,} files, more than {MOST_ENTRIES:,}."
        )
    seen: set[str] = set()
    for info in infos:
        # As it stands in the ZIP, before Python makes it harmless.
        name = info.orig_filename
        if name in seen:
            raise NotAnArchive(f"{name} stands in it twice.")
        seen.add(name)
        parts = name.split("/")
        if (
            name.startswith("/")
            or any(part in ("", ".", "..") for part in parts)
            or any(sign in name for sign in "\\:\0")
        ):
            raise NotAnArchive(f"{name!r} is no name of a file within an archive.")


def _check_size(infos: list[zipfile.ZipInfo], file: IO[bytes]) -> None:
    file.seek(0, 2)
    total = sum(info.file_size for info in infos)
    if total > max(FREE_SIZE, MOST_EXPANSION * file.tell()):
        largest = max(infos, key=lambda info: info.file_size)
        raise NotAnArchive(
            f"It would unpack to {total:,} bytes, far more than an archive of its size "
            f"holds; the largest file is {largest.filename}."
        )


def _manifest_bytes(opened: zipfile.ZipFile) -> bytes:
    if MANIFEST not in opened.namelist():
        raise NotAnArchive(f"It holds no {MANIFEST}: it is no archive of Twofold.")
    if opened.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise NotAnArchive(f"{MANIFEST} is too large.")
    try:
        return opened.read(MANIFEST)
    except _DAMAGE as error:
        raise NotAnArchive(f"{MANIFEST} is damaged.") from error


def _manifest(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotAnArchive(f"{MANIFEST} cannot be read.") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise NotAnArchive(f"{MANIFEST} is none of an archive of Twofold.")
    if found.get("version") != VERSION:
        raise NotAnArchive(
            f"It has version {found.get('version')!r} of the archive's form; this "
            f"Twofold reads version {VERSION}."
        )
    return found


def _files(manifest: Mapping[str, Any]) -> dict[str, Entry]:
    files = manifest.get("files")
    try:
        return {
            name: Entry(str(each["sha256"]), int(each["size"]), 0)
            for name, each in files.items()  # type: ignore[union-attr]  # caught
        }
    except _MISFIT as error:
        raise NotAnArchive(f"{MANIFEST} lists no files.") from error


def _check_entries(opened: zipfile.ZipFile, files: Mapping[str, Entry]) -> None:
    there = set(opened.namelist()) - {MANIFEST}
    for name in sorted(there - files.keys()):
        raise NotAnArchive(f"{name} was added: {MANIFEST} does not name it.")
    for name in sorted(files.keys() - there):
        raise NotAnArchive(f"{name} is missing.")
    for name in sorted(files):
        if _read(opened, name, files[name].size) != files[name].sha256:
            raise NotAnArchive(f"{name} is not as it was written.")


def _read(opened: zipfile.ZipFile, name: str, size: int) -> str:
    """Return the hash of an entry; empty where it is damaged or of another size."""
    digest, left = hashlib.sha256(), size
    try:
        with opened.open(name) as entry:
            while block := entry.read(BLOCK):
                left -= len(block)
                if left < 0:
                    return ""
                digest.update(block)
    except _DAMAGE:
        return ""
    return "" if left else digest.hexdigest()


def _check_seal(seal: Seal | None, file: IO[bytes]) -> None:
    if seal is None:
        raise NotAnArchive(
            "The seal of the ZIP is missing: another program has packed it again. "
            "Use the file as Twofold wrote it."
        )
    if seal.everything != container.digest_before_seal(file):
        raise NotAnArchive(
            "Every file in it is as it was written, but the ZIP around them is not: "
            "its own directory was changed."
        )


def check_restorable(manifest: Mapping[str, Any]) -> None:
    """Raise NotAnArchive unless the archive is whole and of this version's tables."""
    if manifest.get("form") != "whole":
        raise NotAnArchive(
            "This is the public form of an archive: it lacks what restoring needs."
        )
    ours, theirs = tables.arrangement(), manifest.get("tables")
    if not isinstance(theirs, dict):
        raise NotAnArchive(f"{MANIFEST} lists no tables.")
    if not isinstance(manifest.get("lost", []), list):
        raise NotAnArchive(f"{MANIFEST} lists no lost files.")
    for name in sorted(ours.keys() | theirs.keys()):
        found = theirs.get(name)
        if (
            not isinstance(found, dict)
            or found.get("columns") != ours.get(name)
            or type(found.get("rows")) is not int
        ):
            raise NotAnArchive(
                f"It was written by {manifest.get('written_by')}, in which the table "
                f"{name} is another. Restore it with that version and upgrade then."
            )
