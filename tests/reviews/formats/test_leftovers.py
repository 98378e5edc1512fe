"""What has no column goes out again, whatever the format it came in."""

import pytest

from reviews.formats import leftovers, ris_writing
from reviews.formats.reading import read
from tests.reviews.formats import (
    test_bibtex,
    test_endnote_xml,
    test_enw,
    test_nbib,
    test_pubmed_xml,
    test_tables,
    test_wos,
)
from tests.shared import shared_path

NBIB = test_nbib.PUBMED + "GR  - R01/HL/United States\n"

STYLED = test_endnote_xml.whole(
    "<record><titles><title>T</title></titles><auth-address><style>A place</style>"
    "</auth-address><notes><style>One </style><style>two</style> three</notes></record>"
)


def told(text: str) -> list[tuple[str, str]]:
    record = read(text.encode()).records[0]
    return leftovers.of(record.original)


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("TY  - JOUR\nTI  - A\nAD  - A place\nER  - \n", ("AD", "A place")),
        (NBIB, ("AD", "A place, Town, Country.")),
        (NBIB, ("J2", "J Short")),
        (NBIB, ("N1", "GR: R01/HL/United States")),
        (test_wos.RECORD, ("AD", "A place.")),
        (test_wos.RECORD, ("N1", "PD: JUN 14")),
        (test_enw.RECORD, ("SN", "1234-5678")),
        (test_bibtex.ENTRY.replace("Language", "ISSN"), ("SN", "English")),
        (test_pubmed_xml.whole(test_pubmed_xml.ARTICLE), ("N1", "ELocationID: x1")),
        (
            test_endnote_xml.whole(test_endnote_xml.PLAIN),
            ("N1", "secondary-title: Journal"),
        ),
        (test_tables.SCOPUS, ("N1", "Source: Scopus")),
        ("PT J\nAU Ng, A\nTI T\nNR 7\nER\n", ("N1", "NR: 7")),
        (STYLED, ("AD", "A place")),
        (STYLED, ("N1", "notes: One two three")),
        ('Title,Year,ISSN\nA,2020,"=""12-3"""\n', ("SN", "12-3")),
        ("Title,Year,ISSN\nA,2020,,more\n", ("N1", "more")),
    ],
)
def test_gives_what_no_column_carries(text: str, pair: tuple[str, str]) -> None:
    assert pair in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "%0 Journal Article\n%A Ng, A\n%T One\n%D 2020\n%P 1-2\n%K a\n",
        "@article{k, author={Ng, A and Li, B}, title={T}, pages={1--2}, year=2020}",
        'Title,Authors,Year,Keywords\nT,"Liu R., Adler D.G.",2020,"a; b"\n',
        'Title,Authors,Journal/Book\nT,"Ng A, Li B.",BMJ\n',
        'Title,Authors,Year\nT,"Ng, A. and Li, B.",2020\n',
        "PMID- 1\nTI  - T\nLA  - eng\nLA  - fre\nPT  - Trial\nPT  - Article\n",
        "%0 Journal Article\n%A Ng, A\n%T One\n%K a\nb\n",
        test_endnote_xml.whole(
            "<record><titles><title><style>One </style><style>two</style></title>"
            "</titles></record>"
        ),
        "PMID- 1\nTI  - T\nFAU - Ng, Ann\nAU  - Ng A\nLID - 10.1000/x [doi]\n",
    ],
)
def test_gives_nothing_twice(text: str) -> None:
    assert told(text) == []


def test_every_shared_file_goes_out_as_ris_and_comes_in_the_same() -> None:
    for path in sorted(shared_path("data/imports").glob("[!n]*.*")):
        if path.suffix in (".json", ".md", ".ris"):
            continue
        found = read(path.read_bytes()).records[:20]
        again = read("".join(ris_writing.write(found)).encode()).records
        assert [(r.title, r.authors, r.year, r.doi) for r in again] == [
            (r.title, r.authors, r.year, r.doi) for r in found
        ], path.name
