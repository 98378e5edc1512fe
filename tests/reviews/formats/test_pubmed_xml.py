"""PubMed's XML comes in whole, labelled and never with its entities."""

import pytest

from reviews.formats.parsed import ParsedRecord, UnreadableFile
from tests.reviews.formats.told import one, parse, problems

ARTICLE = """<PubmedArticle><MedlineCitation Status="X"><PMID Version="1">123</PMID>
<Article><Journal><JournalIssue><Volume>42</Volume><Issue>4</Issue><PubDate>
<MedlineDate>2001 Nov-Dec</MedlineDate></PubDate></JournalIssue>
<Title>Cryobiology</Title></Journal>
<ArticleTitle>H<sub>2</sub>O and <i>A</i> at P &lt; 0.05 &amp;amp; more</ArticleTitle>
<Pagination><MedlinePgn>244-55</MedlinePgn></Pagination>
<ELocationID EIdType="pii">x1</ELocationID>
<ELocationID EIdType="doi">10.1000/ABC</ELocationID>
<Abstract><AbstractText Label="AIM">To see.</AbstractText>
<AbstractText Label="UNLABELLED">And <b>more</b>.</AbstractText></Abstract>
<AuthorList><Author><LastName>O'Brien</LastName><ForeName>John</ForeName>
<Suffix>3rd</Suffix></Author><Author><CollectiveName>A Group</CollectiveName></Author>
</AuthorList><Language>eng</Language><PublicationTypeList>
<PublicationType>Journal Article</PublicationType></PublicationTypeList></Article>
<MeshHeadingList><MeshHeading><DescriptorName>Stroke</DescriptorName>
<QualifierName>surgery</QualifierName></MeshHeading></MeshHeadingList>
<KeywordList><Keyword>word</Keyword></KeywordList></MedlineCitation>
<PubmedData><ReferenceList><Reference><ArticleIdList>
<ArticleId IdType="doi">10.9999/other</ArticleId></ArticleIdList></Reference>
</ReferenceList></PubmedData></PubmedArticle>"""
DOCTYPE = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD '
    'PubMedArticle, 1st January 2025//EN" "https://example.org/pubmed.dtd">\n'
)
BOOK = """<PubmedBookArticle><BookDocument><PMID>9</PMID><Book>
<BookTitle>A guide</BookTitle><PubDate><Year>2009</Year></PubDate><AuthorList><Author>
<CollectiveName>A Centre</CollectiveName></Author></AuthorList>
<CollectionTitle>Guides</CollectionTitle></Book>
<Language>eng</Language></BookDocument></PubmedBookArticle>"""


def whole(*records: str) -> str:
    return f"{DOCTYPE}<PubmedArticleSet>{''.join(records)}</PubmedArticleSet>"


def test_reads_an_article() -> None:
    assert one(whole(ARTICLE)) == ParsedRecord(
        source_id="123",
        title="H2O and A at P < 0.05 & more",
        abstract="AIM: To see. And more.",
        authors=("O'Brien, John, 3rd", "A Group"),
        year=2001,
        journal="Cryobiology",
        volume="42",
        issue="4",
        pages="244-55",
        doi="10.1000/abc",
        pmid="123",
        keywords=("Stroke/surgery", "word"),
        language="eng",
        publication_type="Journal Article",
        url="https://pubmed.ncbi.nlm.nih.gov/123/",
        original=ARTICLE,
        first_line=3,
    )


def test_reads_books_and_articles_of_one_file() -> None:
    parsed = parse(whole(ARTICLE, BOOK))
    assert [r.title for r in parsed.records][1] == "A guide"
    book = parsed.records[1]
    assert (book.authors, book.year, book.journal) == (("A Centre",), 2009, "Guides")
    assert book.original == BOOK


def test_reads_a_chapter_within_its_book() -> None:
    chapter = BOOK.replace("</Book>", "</Book><ArticleTitle>A chapter</ArticleTitle>")
    assert (one(whole(chapter)).title, one(whole(chapter)).journal) == (
        "A chapter",
        "A guide",
    )


@pytest.mark.parametrize("cut", [40, 400, 1200])
def test_names_where_a_file_was_cut_off(cut: int) -> None:
    parsed = parse(whole(ARTICLE, ARTICLE)[: len(whole(ARTICLE)) - 20 + cut])
    assert len(parsed.records) == 1
    (error,) = parsed.errors
    assert "cut off" in error.message


def test_names_where_xml_is_broken() -> None:
    broken = whole(ARTICLE, ARTICLE.replace("</Title>", "</Titel>"))
    (error,) = parse(broken).errors
    assert "mismatched tag" in error.message


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        "<!DOCTYPE r [<!ELEMENT r ANY>]>",
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://example.org/x.dtd"> %p;]>',
    ],
)
def test_refuses_a_document_type_of_its_own(doctype: str) -> None:
    with pytest.raises(UnreadableFile, match="declares entities"):
        parse(f"{doctype}<PubmedArticleSet>{ARTICLE}</PubmedArticleSet>")


def test_refuses_what_is_nested_without_end() -> None:
    deep = "<a>" * 50_000
    with pytest.raises(UnreadableFile, match="nested"):
        parse(f"<PubmedArticleSet>{deep}")


def test_reads_control_characters_as_blanks_with_a_warning() -> None:
    text = whole(ARTICLE.replace("Cryobiology", "Cryo\x0bbiology"))
    assert one(text).journal == "Cryo biology"
    assert problems(text) == [(6, "warning")]
    assert "Cryo\x0bbiology" in one(text).original


def test_knows_the_named_characters_of_html() -> None:
    assert one(whole(ARTICLE.replace("To see", "&beta;&nbsp;see"))).abstract[:11] == (
        "AIM: β see."
    )
