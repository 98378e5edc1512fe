"""A CSV carries every text as it is, and none of it starts a formula."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.exports import table


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))


def written(*rows: list[object]) -> bytes:
    frame = pd.DataFrame(rows, dtype="object")
    return b"".join(table.csv(frame))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\rx",
        "\nx",
        " =1",
        "  \u00a0-1",
        '"=1',
        "'=1",
        "’=1",
        "\ufeff=1",
        "\u200b@x",
        "\x00=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
    ],
)
def test_a_text_that_could_start_a_formula_is_guarded(text: str) -> None:
    assert table.guard(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "Ketamine", "a=b", "5-HT2A", "10.1000/x", "≥ 50 %", "(-1)", " x"]
)
def test_any_other_text_is_left_as_it_is(text: str) -> None:
    assert table.guard(text) == text


def test_numbers_are_no_texts() -> None:
    assert written([-5, 2020, None]).splitlines()[1] == b"-5,2020,"


def test_a_heading_is_guarded_too() -> None:
    frame = pd.DataFrame([["x"]], columns=pd.Index(["=cmd()"]))
    assert b"".join(table.csv(frame)) == b"'=cmd()\r\nx\r\n"


@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=3, max_size=3))
)
def test_every_text_is_read_back_the_same_but_for_the_guard(
    rows: list[list[str]],
) -> None:
    columns = ["a", "b", "c"]
    dicts = [dict(zip(columns, row, strict=True)) for row in rows]
    data = b"".join(table.csv(table.frames(dicts, columns)))
    head, *back = read(data)
    assert head == columns
    for row, found in zip(rows, back, strict=True):
        assert found == [table.guard(cell) for cell in row]
        for cell in found:
            assert cell.strip(" '\"")[:1] not in tuple("=+-@\t\r\n") or cell[0] == "'"


def test_many_rows_come_in_frames_of_a_bounded_size() -> None:
    rows = ({"a": number} for number in range(2 * table.CHUNK + 1))
    frames = list(table.frames(rows, ["a"]))
    assert [len(frame) for frame in frames] == [table.CHUNK, table.CHUNK, 1]
    assert b"".join(table.csv(frames)).count(b"a\r\n") == 1


def test_no_rows_still_have_a_heading() -> None:
    assert b"".join(table.csv(table.frames([], ["a", "b"]))) == b"a,b\r\n"


def test_a_byte_order_mark_goes_first_for_a_spreadsheet_alone() -> None:
    frame = pd.DataFrame({"a": ["é"]})
    assert b"".join(table.csv(frame, for_spreadsheet=True)).startswith(b"\xef\xbb\xbfa")
    assert b"".join(table.csv(frame)).startswith(b"a")
