"""A small CSV is read as its first line is written, and every problem has its place."""

import pytest

from reviews.formats import delimited
from reviews.formats.delimited import Problem, Unreadable


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_each_mark_of_a_spreadsheet_is_told_by_the_first_line(mark: str) -> None:
    data = f'\ufeffdata{mark} "n"\r\n\r\n a b {mark}1\r\n'.encode()
    assert delimited.lines(data, noun="a table") == [
        (1, ["data", "n"]),
        (3, ["a b", "1"]),
    ]


def test_a_no_break_space_is_part_of_a_text() -> None:
    (_, cells), *_ = delimited.lines("a\u00a0,b".encode(), noun="a table")
    assert cells == ["a\u00a0", "b"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "The file is empty."),
        (b"a,b\n" * 600, "More than 500 lines."),
        (b"a" * 1_000_001, "The file is larger than a table is."),
        (b"%PDF-1.7", "PDF"),
        (b'a,b\n"' + b"c" * 200_000 + b'",d', "Line "),
    ],
)
def test_a_file_that_is_none_says_why(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        delimited.lines(data, noun="a table")


def test_a_problem_tells_its_place_where_it_has_one() -> None:
    assert str(Problem("It is empty.")) == "It is empty."
    assert str(Problem("Not a number.", 3)) == "Line 3: Not a number."
    assert str(Problem("No level.", 3, "D1")) == "Line 3, column D1: No level."
    assert str(Problem("No heading.", column="D1")) == "D1: No heading."
