"""Tables of every source come in, and of no known one by a mapping."""

import json

import pytest

from reviews.formats import headings, leftovers, tables
from reviews.formats.parsed import Mapping, ParsedRecord, UnreadableFile
from reviews.formats.reading import read
from tests.reviews.formats.told import one, parse, problems

SCOPUS = (
    '\ufeff"Authors","Author full names","Title","Year","Source title",'
    '"Volume","Issue","Art. No.","Page start","Page end","DOI","Link","Abstract",'
    '"Author Keywords","Index Keywords","PubMed ID","Language of Original Document",'
    '"Document Type","Source","EID"\r\n'
    '"Wilson L.N.; O\'Brien J., III","x","A ""quoted"" title\nof two lines","2024",'
    '"Nature","15","1","","12","19","10.1000/ABC","https://example.org/1",'
    '"One &lt; two","a; b","b; c","12345","English","Article","Scopus","2-s2.0-1"\r\n'
)


def test_reads_scopus() -> None:
    heading, _, row = SCOPUS.removeprefix("\ufeff").rstrip("\r\n").partition("\r\n")
    assert one(SCOPUS) == ParsedRecord(
        source_id="2-s2.0-1",
        title='A "quoted" title of two lines',
        abstract="One < two",
        authors=("Wilson L.N.", "O'Brien J., III"),
        year=2024,
        journal="Nature",
        volume="15",
        issue="1",
        pages="12-19",
        doi="10.1000/abc",
        pmid="12345",
        keywords=("a", "b", "c"),
        language="English",
        publication_type="Article",
        url="https://example.org/1",
        original=f"{heading}\n{row}",
        first_line=2,
    )
    assert problems(SCOPUS) == []


def test_reads_pubmed_with_its_citation() -> None:
    found = one(
        "PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,"
        "Create Date,PMCID,NIHMS ID,DOI\n"
        '123,A trial.,"Ng A, Li BC, van der Berg C.",'
        '"BMJ. 2020 Mar 4;368(2):12-17. doi: 10.1000/x.",Ng,BMJ,2020,x,,,10.1000/x\n'
    )
    assert found.authors == ("Ng A", "Li BC", "van der Berg C")
    assert (found.volume, found.issue, found.pages) == ("368", "2", "12-17")
    assert (found.pmid, found.year, found.journal) == ("123", 2020, "BMJ")


def test_takes_a_full_stop_off_only_where_it_ends_a_list() -> None:
    assert one("PMID,Title,Authors,Journal/Book\n1,A,Ng A.,BMJ\n").authors == ("Ng A",)
    text = 'Title,Author Names\nA,"Liu R., Ng A."\nB,Ng A.\n'
    assert [r.authors for r in parse(text).records] == [("Liu R.", "Ng A."), ("Ng A.",)]


def test_reads_embase_below_its_preamble() -> None:
    text = (
        '"SEARCH QUERY","dinosaur:ti"\n-----\n\n'
        '"Title","Author Names","Source","Abstract","Medline PMID"\n'
        '"A title","Liu R., Adler D.G.",'
        '"Endoscopic Ultrasound (2014) 3:3 (152-160). Date of Publication: 2014",'
        '"One\n\n\x0ctwo","77"\n'
    )
    found = one(text)
    assert found.authors == ("Liu R.", "Adler D.G.")
    assert (found.journal, found.year) == ("Endoscopic Ultrasound", 2014)
    assert (found.volume, found.issue, found.pages) == ("3", "3", "152-160")
    assert (found.abstract, found.first_line) == ("One two", 5)
    assert problems(text) == [(1, "warning")]


def test_reads_cinahl_whose_cells_guard_their_numbers() -> None:
    found = one(
        "Article Title,Author,Journal Title,ISSN,Publication Date,First Page,DOI,"
        "PLink\n"
        '"A","Ng, A; Li, B",PLoS,"=""19326203""","=""4/3/2024""",1,10.1000/a,'
        "https://example.org/1\n"
    )
    assert (found.year, found.pages, found.authors) == (2024, "1", ("Ng, A", "Li, B"))


def test_reads_a_register_of_trials() -> None:
    found = one(
        "NCT Number,Study Title,Study URL,Conditions,Sponsor,Study Type,Start Date\n"
        "NCT1,A trial,https://clinicaltrials.gov/study/NCT1,A|B,Firm,INTERVENTIONAL,"
        "2019-08-05\n"
    )
    assert (found.source_id, found.year, found.authors) == ("NCT1", 2019, ())
    assert found.keywords == ("A", "B")


def test_reads_rayyan_and_lists() -> None:
    text = 'key,title,year,authors,keywords\n1,T,2020,"Ng, A. and Li, B.",\n'
    assert one(text).authors == ("Ng, A.", "Li, B.")
    text = "title;authors;keywords\nT;\"['O\\'Brien, J', 'Li, B']\";['x', 'y']\n"
    assert one(text).authors == ("O'Brien, J", "Li, B")
    assert one(text).keywords == ("x", "y")


def test_reads_web_of_sciences_tab_delimited_columns() -> None:
    text = (
        "PT\tAU\tAF\tTI\tSO\tDE\tID\tPY\tVL\tIS\tBP\tEP\tAR\tDI\tPM\tUT\tDT\n"
        "J\tNg, A\tNg, Ann; Li, Bo\tTitle\tNATURE\ta; b\tC\t2020\t1\t2\t\t\te5"
        "\t10.1000/X\t9\tWOS:1\tArticle\n"
    )
    found = one(text)
    assert found.authors == ("Ng, Ann", "Li, Bo")
    assert (found.keywords, found.pages) == (("a", "b", "C"), "e5")
    assert (found.source_id, found.publication_type) == ("WOS:1", "Article")


@pytest.mark.parametrize("title", ['"Open" hearts', '"Open hearts', 'Five" and 6"'])
@pytest.mark.parametrize("last", ["", '"End '])
def test_reads_quotation_marks_that_are_text_between_tabs(
    title: str, last: str
) -> None:
    rows = ["PT\tAU\tTI\tSO", f"J\tNg, A\t{title}\tBMJ", f"J\tLi, B\t{last}Two\tBMJ"]
    parsed = parse("\n".join([*rows, ""]))
    assert [record.title for record in parsed.records] == [title, f"{last}Two"]
    assert parsed.problems == ()
    assert leftovers.of(parsed.records[0].original) == []


def test_reads_cells_in_quotation_marks_between_tabs() -> None:
    text = 'Title\tAuthors\n"One ""a""\ttab\nline"\tNg, A\n'
    assert one(text).title == 'One "a" tab line'
    cut = parse(text + '"Two\tand')
    assert [problem.line for problem in cut.errors] == [4]


@pytest.mark.parametrize("apart", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_reads_every_separator_and_line_end(apart: str, end: str) -> None:
    rows = [["Title", "Year", "DOI"], ["One", "2020", "10.1000/a"], ["Two", "2021", ""]]
    text = end.join(apart.join(row) for row in rows) + end
    parsed = parse(text)
    assert [(r.title, r.year) for r in parsed.records] == [("One", 2020), ("Two", 2021)]
    assert parsed.problems == ()


def test_takes_the_separator_that_a_spreadsheet_names() -> None:
    assert one("sep=;\nTitle;Year\nA, b;2020\n").title == "A, b"


def test_a_mapping_says_what_no_list_knows() -> None:
    text = "Naam;Wie;Wanneer\nEen proef;Ng, A/Li, B;2020\n"
    mapping = headings.from_pairs(["title=Naam", "authors=Wie", "year=Wanneer"])
    mapping = Mapping(mapping.columns, authors_apart="/")
    parsed = read(text.encode(), mapping=mapping)
    (found,) = parsed.records
    assert (found.title, found.year) == ("Een proef", 2020)
    assert found.authors == ("Ng, A", "Li, B")
    assert parsed.headings == ("Naam", "Wie", "Wanneer")
    kept = json.loads(json.dumps(headings.as_data(mapping)))
    assert headings.from_data(kept) == mapping


def test_a_mapping_may_be_put_right() -> None:
    text = "Title,Name\nwrong,right\n"
    assert one(text).title == "wrong"
    mapping = Mapping({"title": ("Name",)})
    assert read(text.encode(), mapping=mapping).records[0].title == "right"
    parsed = read(text.encode(), mapping=Mapping({"title": ("Title",), "doi": ("X",)}))
    assert "no column “X”" in parsed.problems[0].message


@pytest.mark.parametrize("pairs", [["title"], ["name=X"], ["year=X"], ["title="], []])
def test_refuses_a_mapping_that_is_none(pairs: list[str]) -> None:
    with pytest.raises(UnreadableFile):
        headings.from_pairs(pairs)


def test_guesses_plainly() -> None:
    found = tables.guess(["Title", "Authors", "Nonsense"], [["T", "Ng, A; Li, B", "x"]])
    assert found.columns == {"title": ("Title",), "authors": ("Authors",)}
    assert found.authors_apart == "; "


def test_names_a_row_that_was_cut_off() -> None:
    whole = (
        'Title,Authors,Year,DOI\nOne,"Ng, A",2020,10.1000/a\nTwo,"Li, B",2021,10.1000/b'
    )
    assert problems(whole) == []
    assert problems(whole[:-14]) == [(3, "incomplete")]
    # Within a quoted cell nothing tells what else it swallowed.
    assert problems(whole[:-18]) == [(3, "error")]


def test_names_a_quotation_mark_that_is_never_closed() -> None:
    text = 'Title,Year\n"One,2020\nTwo,2021\n'
    assert problems(text) == [(2, "error")]


def test_tells_of_more_cells_than_columns_and_of_remarks() -> None:
    assert problems("Title,Year\nOne,2020,extra\n") == [(2, "warning")]
    assert problems("Title,Year\nOne,2020\nExported in May\n,\n") == []
    assert problems("Authors,Title\nNg,One\nExported in May,\n") == [(3, "warning")]


def test_tells_of_rows_that_break_in_their_midst() -> None:
    rows = ["Title,Abstract,Year", *["One,two,2020"] * 9, "Two,three", "and four,2020"]
    text = "\n".join([*rows, *["One,two,2020"] * 3, ""])
    assert problems(text) == [(11, "warning"), (12, "warning")]
    assert problems("Title,Abstract,Year\n" + "One,two\n" * 9) == []


@pytest.mark.parametrize("said", ["10.1000/abc", "NA", "n/a", "-", ""])
def test_says_nothing_of_a_doi_or_of_none(said: str) -> None:
    assert problems(f"Title,DOI\nOne,{said}\n") == []


def test_tells_of_a_doi_that_is_not_one() -> None:
    assert problems("Title,DOI\nOne,S0140-6736\n") == [(2, "warning")]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Ng, A., O'Brien, J.-P.", ("Ng, A.", "O'Brien, J.-P.")),
        ("Ng, A. B., Li, B., & Wu, C.", ("Ng, A. B.", "Li, B.", "Wu, C.")),
        ("Ng, A., Li, B. & Wu, C.", ("Ng, A.", "Li, B.", "Wu, C.")),
        ("Ng, Ann, Li, Bo", ("Ng, Ann, Li, Bo",)),
    ],
)
def test_reads_names_with_a_comma_behind_initials(
    cell: str, names: tuple[str, ...]
) -> None:
    assert one(f'Title,Authors\nOne,"{cell}"\n').authors == names


def test_does_not_take_the_number_of_a_row_for_an_issue() -> None:
    assert one("No,Title,Year\n1,One,2020\n").issue == ""
    assert one("Title,Volume,No.\nOne,7,1\n").issue == "1"


def test_separates_the_keywords_of_every_column() -> None:
    text = 'Title,Keywords,Subjects\nOne,,"a; b"\n'
    assert one(text).keywords == ("a", "b")


@pytest.mark.parametrize(
    "cell",
    ["12", "12.0", "PUBMED 12", "PMID: 12", "https://pubmed.ncbi.nlm.nih.gov/12/"],
)
def test_reads_pubmeds_number(cell: str) -> None:
    assert one(f"Title,PubMed ID\nOne,{cell}\n").pmid == "12"


def test_cuts_nothing() -> None:
    abstract = "lorem ipsum " * 200_000
    assert one(f'Title,Abstract\nA,"{abstract}"\n').abstract == abstract.strip()
