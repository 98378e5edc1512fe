"""A file is written whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviews.exports import writing


def broken() -> Iterator[bytes]:
    yield b"half"
    raise ValueError("broken")


def test_writes_the_parts(tmp_path: Path) -> None:
    writing.write(tmp_path / "a.csv", [b"a", b"b"])
    assert (tmp_path / "a.csv").read_bytes() == b"ab"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_what_stood_there_stays_when_it_breaks(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("old")
    with pytest.raises(ValueError, match="broken"):
        writing.write(tmp_path / "a.csv", broken())
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text() == "old"


def test_a_device_is_written_and_not_replaced() -> None:
    writing.write(Path("/dev/null"), [b"a"])
    assert not Path("/dev/null").is_file()
