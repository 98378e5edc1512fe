"""Tables that stand on their side, as Embase offers them."""

from reviews.formats import leftovers
from reviews.formats.reading import read
from tests.reviews.formats.told import parse, problems

EMBASE = (
    '"Embase Session Results"\r\n\r\n'
    '"TITLE","Ketamine, \'fast\' &amp; slow"\r\n'
    '"AUTHOR NAMES","Yang Z., O\'Brien J.M."\r\n'
    '"SOURCE","J Affect Disord (2024) 12:3 (45-51). Date of Publication: 2024"\r\n'
    '"SOURCE TITLE","J Affect Disord"\r\n'
    '"PUBLICATION YEAR","2024"\r\n'
    '"VOLUME","12"\r\n'
    '"ABSTRACT","AIM: One\r\nRESULTS: Two"\r\n'
    '"DOI","10.1000/ABC"\r\n'
    '"DRUG TRADENAMES","ketalar","spravato"\r\n'
    "\r\n"
    '"TITLE","A second report"\r\n'
    '"AUTHOR NAMES","Dahl P., Evans M."\r\n'
    '"PUBLICATION YEAR","soon"\r\n'
)


def test_reads_a_record_a_block() -> None:
    first, second = parse(EMBASE).records
    assert first.title == "Ketamine, 'fast' & slow"
    assert first.authors == ("Yang Z.", "O'Brien J.M.")
    assert (first.year, first.volume, first.doi) == (2024, "12", "10.1000/abc")
    assert first.abstract == "AIM: One RESULTS: Two"
    assert (first.first_line, second.first_line) == (3, 14)
    assert second.authors == ("Dahl P.", "Evans M.")
    assert read(EMBASE.encode()).format == "fields_by_row"


def test_names_what_is_wrong_by_its_line() -> None:
    assert problems(EMBASE) == [(1, "warning"), (14, "warning")]


def test_records_follow_without_a_blank_line_too() -> None:
    close = EMBASE.replace("\r\n\r\n", "\r\n")
    assert [each.title for each in parse(close).records] == [
        "Ketamine, 'fast' & slow",
        "A second report",
    ]


def test_what_no_column_carries_goes_out_again() -> None:
    original = parse(EMBASE).records[0].original
    assert original.startswith('"TITLE"')
    assert ("N1", "DRUG TRADENAMES: ketalar; spravato") in leftovers.of(original)


def test_a_table_with_headings_is_none() -> None:
    table = "title,authors,year\ntitle,Dahl P.,2020\nyear,Evans M.,2021\n"
    assert read(table.encode()).format == "csv"
