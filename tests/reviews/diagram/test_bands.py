"""Pictures drawn in bands are joined dot by dot, and lose no line of them."""

import struct
import zlib
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.diagram import bands, rendering
from reviews.diagram.bands import NoPicture, join

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" '
    'viewBox="0 0 {w} {h}" font-family="Source Sans 3">'
    '<rect width="{w}" height="{h}" fill="#FFFFFF"/>'
    '<rect x="10" y="10" width="60" height="{inner}" fill="#808080" stroke="#000000"/>'
    '<text x="90" y="40" font-size="13">Databases (n = 1,200)</text></svg>'
)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", 0)


def picture(width: int, lines: list[bytes], ways: list[int]) -> bytes:
    """Write grey lines as a PNG, each filtered in a way of its own."""
    above, packed = bytes(width), b""
    for way, line in zip(ways, lines, strict=True):
        row = bytearray()
        for at, dot in enumerate(line):
            left = line[at - 1] if at else 0
            corner = above[at - 1] if at else 0
            row.append((dot - guess(way, left, above[at], corner)) & 255)
        packed, above = packed + bytes([way]) + row, line
    about = struct.pack(">IIBBBBB", width, len(lines), 8, 0, 0, 0, 0)
    data = zlib.compress(packed)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", about) + chunk(b"IDAT", data)


def guess(way: int, left: int, up: int, corner: int) -> int:
    if way == 4:
        near = left + up - corner
        return min((left, up, corner), key=lambda value: abs(near - value))
    return (0, left, up, (left + up) // 2)[way]


def dots(png: bytes) -> list[bytes]:
    """Read the lines of a PNG, whatever the colours take."""
    about, data = bands._read(png)
    width, height, _, colour, *_ = struct.unpack(">IIBBBBB", about)
    size = bands._BYTES_OF_COLOUR[colour]
    packed, above, found = zlib.decompress(data), bytes(width * size), []
    for number in range(height):
        start = number * (1 + width * size)
        line = bytearray(packed[start + 1 : start + 1 + width * size])
        for at in range(len(line)):
            left = line[at - size] if at >= size else 0
            corner = above[at - size] if at >= size else 0
            line[at] = (line[at] + guess(packed[start], left, above[at], corner)) & 255
        above = bytes(line)
        found.append(above)
    return found


@settings(max_examples=80, deadline=None)
@given(data=st.data(), width=st.integers(1, 9), cuts=st.sets(st.integers(1, 9)))
def test_any_bands_are_joined_to_the_same_dots(
    data: st.DataObject, width: int, cuts: set[int]
) -> None:
    line = st.binary(min_size=width, max_size=width)
    lines = data.draw(st.lists(line, min_size=10, max_size=10))
    ways = data.draw(st.lists(st.integers(0, 4), min_size=10, max_size=10))
    parts = [
        picture(width, lines[start:end], ways[start:end])
        for start, end in pairwise([0, *sorted(cuts), 10])
    ]
    assert dots(join(parts, dpi=300)) == lines


def test_refuses_what_is_no_picture_of_one_width() -> None:
    with pytest.raises(NoPicture, match="gave no PNG"):
        join([b"GIF89a"], dpi=96)
    one, other = picture(1, [b"a"], [0]), picture(2, [b"ab"], [0])
    with pytest.raises(NoPicture, match="one width"):
        join([one, other], dpi=96)


@pytest.mark.parametrize(("width", "height", "dpi"), [(283, 71, 150), (301, 97, 110)])
def test_a_drawing_in_bands_is_the_drawing_in_one(
    width: int, height: int, dpi: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    svg = SVG.format(w=width, h=height, inner=height - 20)
    whole = dots(rendering.png(svg, dpi=dpi))
    monkeypatch.setattr(rendering, "BAND_PIXELS", 3_000)
    parts = dots(rendering.png(svg, dpi=dpi))
    assert len(whole) == len(parts) == round(height * dpi / 96)
    far = [
        at
        for one, other in zip(whole, parts, strict=True)
        for at, (a, b) in enumerate(zip(one, other, strict=True))
        # A letter may lie a fiftieth of a dot higher.
        if abs(a - b) > 70
    ]
    assert not far


def test_the_edge_of_a_box_is_there_at_any_size() -> None:
    """A line of dots was lost where the renderer reckoned with one more."""
    for dpi in range(72, 260, 17):
        svg = SVG.format(w=283, h=71, inner=51)
        lines = dots(rendering.png(svg, dpi=dpi))
        column = [line[4 * round(40 * dpi / 96)] for line in lines]
        edges = [at for at, dot in enumerate(column) if dot < 100]
        assert len(edges) >= 2, dpi
        assert abs(edges[0] - 10 * dpi / 96) < 1.6
        assert abs(edges[-1] - 61 * dpi / 96) < 1.6
