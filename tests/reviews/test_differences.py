import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.duplicates import differences


def marked(one: str, other: str) -> tuple[list[str], list[str]]:
    """Return what differs on both sides."""
    left, right = differences.between(one, other)
    return (
        [part.text for part in left if part.differs],
        [part.text for part in right if part.differs],
    )


@pytest.mark.parametrize(
    ("one", "other", "differing"),
    [
        ("Pain in women", "Pain in men", (["women"], ["men"])),
        ("KETAMINE for  pain", "Ketamine for pain", ([], [])),
        ("620-630", "620-30", (["630"], ["30"])),
        ("Brody, A", "Brody, Anna", (["A"], ["Anna"])),
        ("Müller", "Muller", (["Müller"], ["Muller"])),
        ("ketamine", "", ([], [])),
        ("", "ketamine", ([], [])),
        ("疼痛治疗", "疼痛", (["疼痛治疗"], ["疼痛"])),
    ],
)
def test_marks_the_words_that_the_other_text_lacks(
    one: str, other: str, differing: tuple[list[str], list[str]]
) -> None:
    assert marked(one, other) == differing


@given(st.text(), st.text())
def test_shows_both_texts_whole(one: str, other: str) -> None:
    left, right = differences.between(one, other)
    for text, parts in ((one, left), (other, right)):
        shown = "".join(part.text for part in parts)
        assert shown.split() == text.replace("\r\n", "\n").replace("\r", "\n").split()


def test_leaves_endless_texts_unmarked() -> None:
    one, other = "ketamine " * 5000, "pain " * 5000
    assert marked(one, other) == ([], [])
    assert differences.between(one, other)[0] == [differences.Part(one, differs=False)]
