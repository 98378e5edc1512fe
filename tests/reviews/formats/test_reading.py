"""The format is told by the content, and real exports give what they should."""

import pytest

from reviews.formats.parsed import UnknownTable, UnreadableFile
from reviews.formats.reading import FORMATS, read
from tests.shared import shared_path

SAMPLES = {
    "ris": "TY  - JOUR\nTI  - Title\nER  - \n",
    "nbib": "PMID- 28754806\nOWN - NLM\nTI  - Title\nSO  - J. 2020.\n",
    "wos": "FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nTI Title\nER\n\nEF\n",
    "enw": "%0 Journal Article\n%T Title\n",
    "bibtex": "% Encoding: UTF-8\n\n@article{key,\n title = {Title}\n}\n",
    "pubmed_xml": "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID>"
    "<Article><ArticleTitle>Title</ArticleTitle></Article></MedlineCitation>"
    "</PubmedArticle></PubmedArticleSet>",
    "endnote_xml": '<?xml version="1.0"?><xml><records><record><titles><title>Title'
    "</title></titles></record></records></xml>",
    "csv": "Title,Authors,Year\nTitle,B,2020\n",
}


@pytest.mark.parametrize("name", SAMPLES)
def test_tells_the_format_by_the_content(name: str) -> None:
    parsed = read(SAMPLES[name].encode())
    assert parsed.format == name
    assert [record.title for record in parsed.records] == ["Title"]
    assert parsed.problems == ()


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_tells_the_format_in_every_encoding(name: str, encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    parsed = read((mark + SAMPLES[name]).encode(encoding))
    assert (parsed.format, parsed.records[0].title) == (name, "Title")


@pytest.mark.parametrize("name", SAMPLES)
def test_a_person_may_say_the_format(name: str) -> None:
    assert name in FORMATS
    assert read(SAMPLES[name].encode(), format_hint=name).format == name
    with pytest.raises(UnreadableFile, match="is no format"):
        read(SAMPLES[name].encode(), format_hint="word")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("<!DOCTYPE html><html><body>TY  - JOUR</body></html>", "web page"),
        ("<root>\nTY  - JOUR\n</root>", "XML"),
        ('[{"title": "x"}]', "JSON"),
        ("Just a letter to the editor.\n", "not recognised"),
    ],
)
def test_says_what_a_file_looks_like(text: str, name: str) -> None:
    with pytest.raises(UnreadableFile, match=name):
        read(text.encode())


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        (
            "Scopus\nEXPORT DATE: 1 May 2021\n\n@ARTICLE{Ng2020,\nauthor={Ng, A.},\n"
            "title={A},\nyear={2020},\n}\n",
            "bibtex",
            "A",
        ),
        ("%This file\n@book(k, title = {B})\n", "bibtex", "B"),
        ('TI,AB,"AU"\nTitle,"One\nTY  - JOUR\nER  - ",Ng\n', "csv", "Title"),
        ("TY  - JOUR\nTI  - %0 Title\nAB  - PMID- 1\nER  - \n", "ris", "%0 Title"),
    ],
)
def test_is_not_misled_by_another_format_within(
    text: str, name: str, title: str
) -> None:
    parsed = read(text.encode())
    assert (parsed.format, parsed.records[0].title) == (name, title)


@pytest.mark.parametrize("junk", ["TY  - JOUR\nER  - \n", "@a{b,}\n", "%0 A\n%T\n\n"])
def test_stops_where_nothing_but_errors_is_read(junk: str) -> None:
    with pytest.raises(UnreadableFile, match="more than 1,000 errors"):
        read((junk * 5000).encode())


def test_asks_what_the_columns_of_an_unknown_table_mean() -> None:
    with pytest.raises(UnknownTable) as asked:
        read(b"Naam;Wie;Wanneer\nEen proef;Ng, A;2020\n")
    assert asked.value.headings == ("Naam", "Wie", "Wanneer")


def test_tells_format_and_encoding() -> None:
    parsed = read("TY  - JOUR\nTI  - Größe\nER  - \n".encode("cp1252"))
    assert (parsed.format, parsed.encoding) == ("ris", "cp1252")
    assert parsed.importable


def test_a_person_may_say_the_encoding() -> None:
    data = "TY  - JOUR\nTI  - Срок\nER  - \n".encode("cp1251")
    assert read(data).records[0].title != "Срок"
    parsed = read(data, encoding_hint="windows-1251")
    assert (parsed.records[0].title, parsed.encoding) == ("Срок", "cp1251")
    assert parsed.problems == ()


@pytest.mark.parametrize("name", ["utf-7", "rot13", "no such", "idna"])
def test_reads_no_encoding_that_is_not_listed(name: str) -> None:
    with pytest.raises(UnreadableFile, match="encoding"):
        read(b"TY  - JOUR\nTI  - A\nER  - \n", encoding_hint=name)


def test_says_where_the_named_encoding_does_not_fit() -> None:
    with pytest.raises(UnreadableFile, match="Line 2"):
        read(b"TY  - JOUR\nTI  - \xe9t\xe9\nER  - \n", encoding_hint="utf-8")


@pytest.mark.parametrize(("name", "count"), [("combined", 139), ("identified", 65)])
def test_reads_the_demonstration(name: str, count: int) -> None:
    parsed = read(shared_path(f"demo/{name}.ris").read_bytes())
    assert parsed.problems == ()
    assert len({record.source_id for record in parsed.records} - {""}) == count
    assert len(parsed.records) == count
