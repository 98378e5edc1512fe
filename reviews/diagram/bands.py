"""Joins pictures that lie under one another to one PNG, without unpacking the whole.

A picture of 1200 dots to the inch takes gigabytes while it is drawn; drawn in bands, it
takes as much as one of them. The format is that of the PNG specification: only the
first line of a band is filtered by the line above it, which it had not (section 9).
"""

import struct
import zlib
from collections.abc import Iterable, Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_NONE, _SUB, _UP, _AVERAGE, _PAETH = range(5)
_BYTES_OF_COLOUR = {0: 1, 2: 3, 4: 2, 6: 4}


class NoPicture(ValueError):
    """A band is no PNG of eight bits, or not as wide as the others."""


def join(bands: Iterable[bytes], *, dpi: int) -> bytes:
    """Join bands of one width, in order, to a PNG that knows its dots to the inch.

    Raises NoPicture where one is no PNG, or they are not of one width and kind.
    """
    packer = zlib.compressobj()
    packed: list[bytes] = []
    head, height = b"", 0
    for band in bands:
        about, data = _read(band)
        width, rows, *rest = struct.unpack(">IIBBBBB", about)
        shape = struct.pack(">IBBBBB", width, *rest)
        if head not in (b"", shape) or rest[0] != 8 or rest[4]:
            raise NoPicture("The bands are no pictures of one width.")
        lines = zlib.decompress(data)
        stride = 1 + width * _BYTES_OF_COLOUR[rest[1]]
        first = _alone(lines[:stride], _BYTES_OF_COLOUR[rest[1]])
        packed += [packer.compress(first), packer.compress(lines[stride:])]
        head, height = shape, height + rows
    packed.append(packer.flush())
    width, *rest = struct.unpack(">IBBBBB", head)
    dots = round(dpi / 0.0254)
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, *rest)),
            # Without it programs assume 72 dots to the inch (section 11.3.4.3).
            _chunk(b"pHYs", struct.pack(">IIB", dots, dots, 1)),
            _chunk(b"IDAT", b"".join(packed)),
            _chunk(b"IEND", b""),
        )
    )


def _read(picture: bytes) -> tuple[bytes, bytes]:
    """Return the header and the packed lines of a PNG."""
    if not picture.startswith(_SIGNATURE):
        raise NoPicture("The renderer gave no PNG.")
    about, data = b"", []
    for name, body in _chunks(picture):
        if name == b"IHDR":
            about = body
        elif name == b"IDAT":
            data.append(body)
    return about, b"".join(data)


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at < len(picture):
        (length,) = struct.unpack_from(">I", picture, at)
        yield picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(name: bytes, body: bytes) -> bytes:
    check = zlib.crc32(name + body)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)


def _alone(line: bytes, size: int) -> bytes:
    """Filter the first line of a band so that it needs no line above it."""
    way, row = line[0], bytearray(line[1:])
    if way == _UP:
        way = _NONE
    elif way == _PAETH:
        way = _SUB
    elif way == _AVERAGE:
        for at in range(size, len(row)):
            row[at] = (row[at] + row[at - size] // 2) & 255
        way = _NONE
    return bytes([way]) + bytes(row)
