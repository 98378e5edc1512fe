"""Measuring and breaking text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.diagram.text import clean, is_rtl, width, wrap

ODD_TEXT = st.one_of(
    st.text(max_size=80),
    st.text(
        alphabet="ab \u00a0-/,;'<&é漢字、（）。العربية\u0301\u200d\u202e😀", max_size=80
    ),
)


def test_a_wider_letter_measures_wider() -> None:
    assert width("W", 13) > width("i", 13)
    assert width("Reports", 13, bold=True) > width("Reports", 13)
    assert width("é", 13) == width("e", 13)
    assert width("漢", 13) == 13


def test_breaks_between_words() -> None:
    assert wrap("Records removed before screening", 120, 13) == [
        "Records removed",
        "before screening",
    ]


def test_keeps_a_hyphened_word_whole_where_it_fits() -> None:
    assert wrap("studies in meta-analysis", 110, 13) == ["studies in", "meta-analysis"]


def test_cuts_a_word_that_is_wider_than_a_line() -> None:
    lines = wrap("Donaudampfschifffahrtselektrizitätenhauptbetriebswerk", 100, 13)
    assert len(lines) > 2
    assert "".join(lines) == "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"


def test_begins_no_line_with_a_closing_mark_in_japanese() -> None:
    lines = wrap("無作為化比較試験、対象集団が異なる。", 13 * 8 + 1, 13)
    assert lines == ["無作為化比較試", "験、対象集団が異", "なる。"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("سبب", True), ("1. גיל", True), ("Reason גיל", False), ("12", False)],
)
def test_tells_the_direction_by_the_first_letter(text: str, *, expected: bool) -> None:
    assert is_rtl(text) is expected


def test_shows_that_a_forbidden_character_was_there() -> None:
    assert clean("a\x00b\tc\n") == "a\ufffdb c"
    assert clean("a\u202eb") == "ab"


@given(text=ODD_TEXT, room=st.integers(min_value=20, max_value=300))
def test_no_line_is_wider_than_its_room_and_nothing_is_lost(
    text: str, room: int
) -> None:
    lines = wrap(text, room, 13)
    for line in lines:
        # One letter alone can be cut no further.
        assert width(line, 13) <= room or width(line[:1], 13) > room
    assert "".join(lines).replace(" ", "") == clean(text).replace(" ", "")
