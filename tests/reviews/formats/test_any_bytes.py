"""Whatever the bytes, a reader gives records or one sentence, soon."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.formats.parsed import ParsedFile, UnreadableFile
from reviews.formats.reading import FORMATS, read
from tests.reviews.formats.test_reading import SAMPLES
from tests.reviews.formats.test_xlsx import SMALL

ALL = {name: text.encode() for name, text in SAMPLES.items()} | {"xlsx": SMALL}
SIGNS = [
    b"\n",
    b"\r",
    b'"',
    b"{",
    b"}",
    b"<",
    b">",
    b"&x;",
    b"@a{",
    b"ER  - ",
    b"PT J\n",
    b"\x00",
    b"\xff\xfe",
    b",",
    b"\\",
    b"$",
    b"<!DOCTYPE a [",
    b"PMID- ",
    b"%0 ",
]


@given(st.binary(max_size=2000), st.sampled_from(["", *FORMATS]))
def test_reads_or_refuses_any_bytes(data: bytes, hint: str) -> None:
    reads_or_refuses(data, hint)


@settings(max_examples=400)
@given(
    st.sampled_from(sorted(ALL)),
    st.lists(
        st.tuples(
            st.floats(0, 1), st.integers(0, 40), st.one_of(st.sampled_from(SIGNS))
        ),
        max_size=8,
    ),
    st.sampled_from(["", *FORMATS]),
)
@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
def test_reads_or_refuses_any_damaged_file(
    name: str, edits: list[tuple[float, int, bytes]], hint: str
) -> None:
    data = ALL[name] * (1 if name == "xlsx" else 2)
    for place, cut, sign in edits:
        start = int(place * len(data))
        data = data[:start] + sign + data[start + cut :]
    reads_or_refuses(data, hint)
    reads_or_refuses(data, name)


@pytest.mark.parametrize("name", sorted(set(ALL) - {"xlsx"}))
@pytest.mark.parametrize("sign", ["a", "<", "{", "&amp;", '"', "\\", " ", "x;y, "])
def test_reads_or_refuses_a_line_without_end(name: str, sign: str) -> None:
    line = (sign * (2_000_000 // len(sign))).encode()
    before = time.process_time()
    reads_or_refuses(ALL[name].replace(b"Title", line), name)
    assert time.process_time() - before < 10


def reads_or_refuses(data: bytes, hint: str) -> None:
    with suppress(UnreadableFile):
        parsed = read(data, format_hint=hint)
        assert isinstance(parsed, ParsedFile)
        assert parsed.records
