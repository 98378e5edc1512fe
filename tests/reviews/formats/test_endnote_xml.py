"""EndNote's XML reads the same from EndNote, Zotero, Mendeley and JabRef."""

import pytest

from reviews.formats.parsed import ParsedRecord
from tests.reviews.formats.told import one, parse, problems

PLAIN = """<record><database name="Mine.enl">Mine.enl</database>
<source-app name="Zotero">Zotero</source-app><rec-number>7</rec-number>
<ref-type name="Journal Article">17</ref-type><contributors><authors>
<author>Rotter, Carina</author><author>World Health Organization</author></authors>
</contributors><titles><title>A title &lt;i&gt;in vivo&lt;/i&gt;</title>
<secondary-title>Journal</secondary-title></titles><periodical>
<full-title>Full Journal</full-title></periodical><pages>1-8</pages><volume>36</volume>
<number>3</number><keywords><keyword>one</keyword><keyword>two</keyword></keywords>
<dates><year>2022</year></dates><accession-num>35319117</accession-num>
<electronic-resource-num>https://doi.org/10.1000/ABC</electronic-resource-num>
<abstract>AIM: one.&#xD;&#xD;METHODS: two.</abstract><language>eng</language><urls>
<related-urls><url>https://example.org/1</url></related-urls></urls>
<remote-database-name>PubMed</remote-database-name></record>"""


def whole(*records: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<xml><records>'
        f"{''.join(records)}</records></xml>"
    )


def styled(text: str) -> str:
    """Return the record with its texts in styles on lines of their own."""
    for tag in ("author", "title", "full-title", "year", "abstract", "pages"):
        text = text.replace(f"<{tag}>", f'<{tag}>\n  <style face="normal">')
        text = text.replace(f"</{tag}>", f"</style>\n</{tag}>")
    return text


@pytest.mark.parametrize("record", [PLAIN, styled(PLAIN)])
def test_reads_a_record(record: str) -> None:
    assert one(whole(record)) == ParsedRecord(
        source_id="35319117",
        title="A title in vivo",
        abstract="AIM: one. METHODS: two.",
        authors=("Rotter, Carina", "World Health Organization"),
        year=2022,
        journal="Full Journal",
        volume="36",
        issue="3",
        pages="1-8",
        doi="10.1000/abc",
        pmid="35319117",
        keywords=("one", "two"),
        language="eng",
        publication_type="Journal Article",
        url="https://example.org/1",
        original=record,
        first_line=2,
    )


def test_reads_keywords_that_are_lines_of_one() -> None:
    record = PLAIN.replace(
        "<keyword>one</keyword><keyword>two</keyword>",
        "<keyword><style>one&#xD;two</style></keyword>",
    )
    assert one(whole(record)).keywords == ("one", "two")


def test_names_where_a_file_was_cut_off() -> None:
    text = whole(PLAIN, PLAIN)
    assert len(parse(text[:-200]).records) == 1
    assert problems(text[:-200]) == [(24, "error")]


def test_takes_an_accession_number_for_a_pmid_only_from_pubmed() -> None:
    assert one(whole(PLAIN.replace(">PubMed<", ">Scopus<"))).pmid == ""
