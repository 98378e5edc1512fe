"""What is exported and imported again is the same: BibTeX and CSV, as RIS elsewhere."""

from dataclasses import asdict

import pandas as pd
from hypothesis import example, given
from hypothesis import strategies as st

from reviews.exports import records as record_rows
from reviews.exports import table
from reviews.formats import bibtex_writing, values
from reviews.formats.parsed import ParsedRecord
from reviews.formats.reading import read
from reviews.models import Record
from reviews.references import items, names

NASTY = [
    "O'Brien, J. III",
    "World Health Organization",
    "Müller and Sons, Ltd",
    "van der Berg, Jan, Jr",
    "others",
    "张伟",
    "김, 민수",
    "محمد, أحمد",
    "Noe\u0301l, Zoe\u0308",
    "👩‍🔬 emoji 🧪",
    " ER  - within",
    "50% of $5 & {x} ~ ^ \\alpha <p|q> #_",
    "J.~Amer -- ``x'' \"y\"",
    "=cmd()",
    "'=1+1",
    '="007"',
    "@article{x,",
    "a,b;c\td",
]
texts = st.one_of(st.text(), st.sampled_from(NASTY)).map(values.plain_text)
filled = texts.filter(bool)
words = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,10}", fullmatch=True)
# Lists in one cell are set apart by these; the writers have no other sign.
listed = filled.filter(lambda text: not set(text) & set(";,[]|"))
people = filled.filter(lambda text: not set(text) & set(";[]"))

records = st.builds(
    ParsedRecord,
    source_id=words,
    title=filled,
    abstract=texts,
    authors=st.lists(people, max_size=4).map(tuple),
    year=st.none() | st.integers(1500, 2099),
    journal=texts,
    volume=words,
    issue=words,
    pages=st.sampled_from(["", "7", "534-540", "e12", "S1-S9", "1-2, 5-6"]),
    doi=st.sampled_from(["", "10.1000/abc(1)", "10.1002/(sici)1:8<6::aid>3.0.co;2-x"]),
    pmid=st.sampled_from(["", "12345678"]),
    keywords=st.lists(listed, max_size=3, unique=True).map(tuple),
    language=texts,
    publication_type=st.just("JOUR"),
    url=st.sampled_from(["", "https://example.org/a_b?b=1&c=%7E~2#x"]),
)

NASTY_RECORDS = [
    ParsedRecord(title=text, authors=(text,), journal="J", abstract=text)
    for text in map(values.plain_text, NASTY)
]


@given(st.lists(records, min_size=1, max_size=4))
@example(NASTY_RECORDS[:-1])
def test_reads_back_the_csv_of_records(given_records: list[ParsedRecord]) -> None:
    rows = [
        {
            **dict.fromkeys(record_rows.COLUMNS, ""),
            **asdict(record),
            "authors": "; ".join(record.authors),
            "keywords": "; ".join(record.keywords),
            "type": record.publication_type,
        }
        for record in given_records
    ]
    frame = pd.DataFrame(rows, columns=pd.Index(record_rows.COLUMNS), dtype="object")
    parsed = read(b"".join(table.csv(frame, for_spreadsheet=True)), format_hint="csv")
    assert [as_told(record) for record in parsed.records] == [
        as_told(record) for record in given_records
    ]


@given(st.lists(records, min_size=1, max_size=4))
@example(NASTY_RECORDS)
def test_reads_back_the_bibtex_of_records(given_records: list[ParsedRecord]) -> None:
    written = [
        items.of_record(Record(pk=number, **as_told(record)))
        for number, record in enumerate(given_records, 1)
    ]
    text = "".join(bibtex_writing.write(written))
    parsed = read(text.encode(), format_hint="bibtex")
    assert [as_names(record) for record in parsed.records] == [
        as_names(record) for record in given_records
    ]


def as_told(record: ParsedRecord) -> dict[str, object]:
    told = asdict(record)
    del told["first_line"]
    return {
        **told,
        "authors": list(record.authors),
        "keywords": list(record.keywords),
        "original": "",
    }


def as_names(record: ParsedRecord) -> dict[str, object]:
    """Return what BibTeX carries, its names as it tells them apart."""
    told = as_told(record) | {
        "authors": [names.name(author) for author in record.authors]
    }
    for name in ("source_id", "publication_type"):
        del told[name]
    return told
