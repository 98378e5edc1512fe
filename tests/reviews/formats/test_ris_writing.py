"""What is written as RIS is read back the same."""

import re
from dataclasses import replace

import rispy
from hypothesis import example, given
from hypothesis import strategies as st

from reviews.formats import values
from reviews.formats.parsed import ParsedRecord
from reviews.formats.reading import read
from reviews.formats.ris_writing import NotedRecord, write
from tests.shared import shared_path

NASTY = [
    "O'Brien, J. III",
    "World Health Organization",
    "Group for Research; Section 2 (GR/S2)",
    "张伟",
    "김, 민수",
    "محمد, أحمد",
    "Noe\u0301l, Zoe\u0308",
    "👩‍🔬 emoji 🧪",
    " ER  - within",
    "one\nER  - \nTY  - JOUR\ntwo",
    "a &amp;amp; b &lt;i&gt;",
    "x     LK  - y",
    "=cmd()",
]
texts = st.one_of(st.text(), st.sampled_from(NASTY)).map(values.plain_text)
words = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9.-]{0,10}", fullmatch=True)
filled = texts.filter(bool)


def is_one_name(text: str) -> bool:
    """Say whether a line of RIS holds it as one name: its form shows no others."""
    return not re.search(" [A-Z]{1,3},|,.*;", text)


records = st.builds(
    ParsedRecord,
    source_id=words,
    title=filled,
    abstract=texts,
    authors=st.lists(filled.filter(is_one_name), max_size=4).map(tuple),
    year=st.none() | st.integers(1500, 2099),
    journal=texts,
    volume=words,
    issue=words,
    pages=st.sampled_from(["", "7", "534-540", "e12", "S1-S9", "1-2, 5-6", "5-5"]),
    doi=st.sampled_from(["", "10.1000/abc(1)", "10.1002/(sici)1:8<6::aid>3.0.co;2-x"]),
    pmid=st.sampled_from(["", "12345678"]),
    keywords=st.lists(filled, max_size=3).map(tuple),
    language=texts,
    publication_type=st.sampled_from(["JOUR", "BOOK", "GEN"]),
    url=st.sampled_from(["", "https://example.org/a?b=1&copy=2"]),
)


def back(text: str) -> list[ParsedRecord]:
    parsed = read(text.encode())
    return [replace(record, original="", first_line=0) for record in parsed.records]


@given(st.lists(records, min_size=1, max_size=4))
@example([ParsedRecord(title=t, publication_type="JOUR") for t in ("ER -", "TY -")])
def test_reads_back_what_it_wrote(given_records: list[ParsedRecord]) -> None:
    assert back("".join(write(given_records))) == given_records


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_writes_any_value_on_one_line(titles: list[str]) -> None:
    made = [ParsedRecord(title=t, authors=("A",), abstract=t) for t in titles]
    parsed = read("".join(write(made)).encode())
    assert [r.title for r in parsed.records] == [values.plain_text(t) for t in titles]


def test_writes_what_has_no_column_again() -> None:
    original = (
        "TY  - JOUR\nID  - 1\nAN  - 99\nTI  - Title\nT1  - Title\nAU  - Ng, A\n"
        "Y1  - 2024/04/03/\nJF  - Journal\nJ2  - J.\nM3  - Article\nZZ  - unknown\n"
        "N1  - a note\nwrapped\nER  - \nNL  - J Short\n"
    )
    (record,) = read(original.encode()).records
    noted = NotedRecord(
        **{name: getattr(record, name) for name in ParsedRecord.__dataclass_fields__},
        notes=("screened",),
    )
    lines = "".join(write([noted])).splitlines()
    assert lines[:6] == [
        "TY  - JOUR",
        "ID  - 1",
        "TI  - Title",
        "AU  - Ng, A",
        "T2  - Journal",
        "PY  - 2024",
    ]
    assert set(lines[6:]) == {
        "N1  - screened",
        "AN  - 99",
        "DA  - 2024/04/03/",
        "J2  - J.",
        "M3  - Article",
        "ZZ  - unknown",
        "N1  - a note wrapped",
        "NL  - J Short",
        "ER  - ",
        "",
    }


def test_writes_an_edited_column_and_not_the_old_one() -> None:
    (record,) = read(b"TY  - JOUR\nTI  - Old\nAU  - A\nER  - \n").records
    text = "".join(write([replace(record, title="New")]))
    assert "TI  - New" in text
    assert "Old" not in text


def test_gives_types_of_other_formats_a_standard_one() -> None:
    record = ParsedRecord(title="T", publication_type="Journal Article")
    text = "".join(write([record]))
    assert text.startswith("TY  - JOUR\n")
    assert "M3  - Journal Article\n" in text


def test_is_read_by_rispy() -> None:
    record = ParsedRecord(title="T", authors=("O'Brien, J. III", "张伟"), year=2020)
    (theirs,) = rispy.loads("".join(write([record])))
    assert theirs["authors"] == list(record.authors)
    assert theirs["title"] == "T"


def test_shared_files_survive_writing_and_reading() -> None:
    for path in sorted(shared_path("data/imports").glob("ris_*.ris")):
        found = read(path.read_bytes()).records
        bare = [replace(record, original="", first_line=0) for record in found]
        assert back("".join(write(found))) == bare, path.name
