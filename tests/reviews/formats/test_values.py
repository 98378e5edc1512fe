"""Single values are cleaned without loss, and cleaning twice changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.formats import values


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  two   blanks\u2028here ", "two blanks here"),
        ("TNF-&alpha; &amp; IL-6 &#8805; 5&nbsp;ng", "TNF-α & IL-6 ≥ 5 ng"),
        ("&lt;i&gt;in vitro&lt;/i&gt; H<sub>2</sub>O", "in vitro H2O"),
        ("&amp;lt;b&amp;gt;twice&amp;lt;/b&amp;gt;", "twice"),
        ("<p>AIMS: one</p><p>METHODS: two</p>", "AIMS: one METHODS: two"),
        ('<span class="x">styled</span> text', "styled text"),
        ("p<b and c>d", "p<b and c>d"),
        ("p < 0.05 and n > 30", "p < 0.05 and n > 30"),
        ("AT&T; R&D &notes", "AT&T; R&D &notes"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("null\0 and \x1b[0m", "null and [0m"),
    ],
)
def test_makes_plain_text(raw: str, clean: str) -> None:
    assert values.plain_text(raw) == clean


@pytest.mark.parametrize(
    ("raw", "doi"),
    [
        ("10.1000/ABC.", "10.1000/abc"),
        ("https://doi.org/10.1000/abc", "10.1000/abc"),
        ("http://dx.doi.org/10.1016/0376-8716%2876%2990010-7", None),
        ("doi: 10.1063/1.4814070", "10.1063/1.4814070"),
        ("DOI 10.1063/1.4814070", "10.1063/1.4814070"),
        ("https://doi-org.proxy.example.edu/10.1000/abc", "10.1000/abc"),
        (
            "10.1002/(SICI)1098-1063(1998)8:6&lt;627::AID-HIPO5&gt;3.0.CO;2-X",
            "10.1002/(sici)1098-1063(1998)8:6<627::aid-hipo5>3.0.co;2-x",
        ),
    ],
)
def test_normalises_a_doi(raw: str, doi: str | None) -> None:
    expected = doi or "10.1016/0376-8716(76)90010-7"
    assert values.doi_in(raw) == expected
    assert values.doi_alone(raw) == expected


def test_takes_a_doi_out_of_a_sentence_only_where_asked() -> None:
    sentence = "A comment (see 10.1000/abc)."
    assert values.doi_in(sentence) == "10.1000/abc"
    assert values.doi_alone(sentence) == ""


@pytest.mark.parametrize(
    ("raw", "year"),
    [
        ("2014//", 2014),
        ("2024/04/03/", 2024),
        ("1975-1976//", 1975),
        ("20190503", 2019),
        ("Mar 2010", 2010),
        ("(2011)", 2011),
        ("10 15", None),
        ("in press", None),
        ("1398", None),
        ("1", None),
    ],
)
def test_reads_a_year_where_there_is_one(raw: str, year: int | None) -> None:
    assert values.year_in(raw) == year


@pytest.mark.parametrize(
    ("first", "last", "pages"),
    [
        ("534", "540", "534-540"),
        ("534-540", "", "534-540"),
        ("", "534-540", "534-540"),
        ("534", "534-540", "534-540"),
        ("534-540", "540", "534-540"),
        ("e0815", "", "e0815"),
        ("7", "7", "7"),
        ("S12", "S20", "S12-S20"),
        ("No", "Specified", ""),
    ],
)
def test_joins_pages(first: str, last: str, pages: str) -> None:
    assert values.page_range(first, last) == pages


@given(st.text())
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    clean = values.plain_text(raw)
    assert values.plain_text(clean) == clean


@given(st.text(alphabet="<>&;/ abipltgm#3=\"'", max_size=40))
def test_cleaning_markup_twice_changes_nothing(raw: str) -> None:
    clean = values.plain_text(raw)
    assert values.plain_text(clean) == clean
