"""The reader of EndNote's tagged text takes each order of its lines."""

from reviews.formats.parsed import ParsedRecord
from tests.reviews.formats.told import one, parse, problems

RECORD = """%0 Journal Article
%A Su, Sheng-Hsin
%A World Health Organization
%T A wood property database: 50% of
species
%D 2025
%J Taiwania
%V 70
%N 1
%P 58--64
%U https://example.org/1
%K wood
bamboo
%X One paragraph.

%Another one, with a percent sign.
%M doi:10.1000/TAI
%R 10.1000/tai
%@ 1234-5678
%G eng
"""


def test_reads_a_record() -> None:
    assert one(RECORD) == ParsedRecord(
        title="A wood property database: 50% of species",
        abstract="One paragraph. %Another one, with a percent sign.",
        authors=("Su, Sheng-Hsin", "World Health Organization"),
        year=2025,
        journal="Taiwania",
        volume="70",
        issue="1",
        pages="58-64",
        doi="10.1000/tai",
        keywords=("wood", "bamboo"),
        language="eng",
        publication_type="Journal Article",
        url="https://example.org/1",
        original=RECORD.rstrip("\n"),
        first_line=1,
    )


def test_reads_records_whose_type_comes_later() -> None:
    text = "%T One\n%0 Journal Article\n%A Ng, A\n\n%T Two\n%0 Thesis\n%A Li, B\n"
    parsed = parse(text)
    assert [r.title for r in parsed.records] == ["One", "Two"]
    assert [r.publication_type for r in parsed.records] == ["Journal Article", "Thesis"]
    assert parsed.problems == ()


def test_reads_records_without_a_blank_line_between() -> None:
    text = "%0 Book\n%T One\n%0 Book\n%T Two\n"
    assert [r.title for r in parse(text).records] == ["One", "Two"]


def test_takes_an_accession_number_for_a_pmid_only_from_pubmed() -> None:
    text = "%0 Journal Article\n%T A\n%M 12345678\n"
    assert (one(text).pmid, one(text).source_id) == ("", "12345678")
    assert one(text + "%~ PubMed\n").pmid == "12345678"


def test_warns_where_the_last_line_has_no_end() -> None:
    assert problems("%0 Book\n%T Cut o") == [(2, "warning")]
