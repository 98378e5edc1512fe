"""The RIS reader takes in every dialect and loses no record in silence."""

from pathlib import Path

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from reviews.formats import leftovers
from reviews.formats.parsed import ParsedFile, ParsedRecord, Severity
from reviews.formats.reading import read

OVID = """1.
TY  - JOUR
ID  - 2019-00001-001
DO  - http://dx.doi.org/10.1000/ovid%281%29
T1  - Sleep and mood.
A1  - Irons, Chris
A1  - Ferreira, Claudia
A2  - Editor, Some
Y1  - 2019//
N2  - BACKGROUND: One. RESULTS: Two.
KW  - *Sleep
KW  - Mood
JF  - Journal of Sleep
SP  - No
EP  - Specified
ER  -
NL  - J Sleep

Link to the Ovid Full Text or citation: https://example.org/1

2.
TY  - JOUR
T1  - Second
A1  - Ng, A
Y1  - 1975-1976//
ER  -
"""

CENTRAL = """TY  -  JOUR
ID  -  CN-00000001
AU  -  Smith, J
TI  -  A trial
PY  -  2020
C3  -  PUBMED 12345678,EMBASE 600000001
DO  -  10.1000/central
ER  -

"""

RAYYAN = """TY  - JOUR
AN  - rayyan-1
TI  - Glued lines
Y1  - 2024
AU  - Yang, Z.
UR  - https://example.org/view?id=1&from=export     U2  - L1
DO  - 10.1000/Rayyan     LK  - https://example.org/link?id=doi:10.9999%2Fother
KW  - first
second keyword
third
ER  -
"""

EBSCO = """TY  - JOUR
AU  - Curry Rogers, Kristina
T1  - Growth of dinosaurs.
JO  - PLoS ONE
Y1  - 2024/04/03/
M3  - Article
SP  - 1
EP  - 60
AB  - The abstract.
AB  - Copyright of PLoS ONE.
L3  - 10.1371/journal.pone.0298242
ER  -
"""

SCOPUS = """TY  - JOUR
TI  - Scopus title
AU  - Ng, A.
PY  - 2021
C2  - 31234567
DB  - Scopus
N1  - Export Date: 1 May 2021
M3  - Article
ER  -
"""


def parse(text: str) -> ParsedFile:
    return read(text.encode())


def one(text: str) -> ParsedRecord:
    (record,) = parse(text).records
    return record


def record(*lines: str) -> str:
    return "\n".join(["TY  - JOUR", "TI  - T", "AU  - A", *lines, "ER  - ", ""])


def test_reads_ovid_with_what_follows_the_end_of_a_record() -> None:
    parsed = parse(OVID)
    first, second = parsed.records
    assert first == ParsedRecord(
        source_id="2019-00001-001",
        title="Sleep and mood.",
        abstract="BACKGROUND: One. RESULTS: Two.",
        authors=("Irons, Chris", "Ferreira, Claudia"),
        year=2019,
        journal="Journal of Sleep",
        doi="10.1000/ovid(1)",
        keywords=("*Sleep", "Mood"),
        publication_type="JOUR",
        original=OVID[OVID.index("TY") : OVID.index("\n\nLink")],
        first_line=2,
    )
    assert (second.title, second.year) == ("Second", 1975)
    assert [(p.line, p.severity) for p in parsed.problems] == [(19, Severity.WARNING)]


def test_reads_central_with_two_blanks_and_its_pubmed_number() -> None:
    found = one(CENTRAL)
    assert (found.title, found.source_id, found.pmid, found.doi, found.year) == (
        "A trial",
        "CN-00000001",
        "12345678",
        "10.1000/central",
        2020,
    )


def test_takes_rayyans_glued_lines_apart() -> None:
    found = one(RAYYAN)
    assert found.doi == "10.1000/rayyan"
    assert found.url == "https://example.org/view?id=1&from=export"
    assert found.keywords == ("first", "second keyword", "third")
    assert found.source_id == "rayyan-1"


def test_reads_ebscos_doi_from_its_own_line() -> None:
    found = one(EBSCO)
    assert found.doi == "10.1371/journal.pone.0298242"
    assert found.abstract == "The abstract. Copyright of PLoS ONE."
    assert (found.journal, found.pages, found.year) == ("PLoS ONE", "1-60", 2024)


def test_takes_scopus_number_for_a_pmid_only_in_scopus() -> None:
    assert one(SCOPUS).pmid == "31234567"
    assert one(SCOPUS.replace("DB  - Scopus", "DB  - Other")).pmid == ""


@pytest.mark.parametrize(
    ("line", "pmid"),
    [
        ("PM  - 123 (http://www.ncbi.nlm.nih.gov/pubmed/123)", "123"),
        ("AN  - 123", ""),
        ("AN  - 123\nDP  - NLM", "123"),
        ("AN  - 123\nDB  - MEDLINE", "123"),
        ("AN  - PMID: 123", "123"),
        ("UR  - https://pubmed.ncbi.nlm.nih.gov/123/", "123"),
        ("N1  - PMID: 123", "123"),
        ("N1  - Comment on PMID: 123", ""),
        ("C2  - PMC123", ""),
        ("ID  - 123 [https://www.ncbi.nlm.nih.gov/pubmed/?term=123]", "123"),
        ("N1  - Accession Number: 9; Language: English. PMID: NLM123.", "123"),
    ],
)
def test_takes_a_pmid_only_where_the_file_says_so(line: str, pmid: str) -> None:
    assert one(record(line)).pmid == pmid


def test_names_a_truncated_last_record() -> None:
    parsed = parse(record() + "\nTY  - JOUR\nTI  - Cut o")
    assert [r.title for r in parsed.records] == ["T", "Cut o"]
    (gap,) = parsed.gaps
    assert gap.line == 7
    assert "line 6" in gap.message


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_notices_a_cut_at_every_byte_within_a_record(end: str) -> None:
    whole = record("PY  - 2020", "AB  - über", "KW  - k").replace("\n", end)
    data = (whole + end + whole).encode()
    start = len((whole + end).encode())
    # From the last "ER" on, nothing is missing any more.
    for cut in range(start + 1, data.rindex(b"ER") + 2):
        parsed = read(data[:cut])
        assert parsed.errors or parsed.gaps, data[start:cut]


def test_ends_a_record_at_the_next_with_a_warning() -> None:
    parsed = parse("TY  - JOUR\nTI  - One\n\nTY  - JOUR\nTI  - Two\nER  - \n")
    assert [r.title for r in parsed.records] == ["One", "Two"]
    assert [(p.line, p.severity) for p in parsed.problems] == [(4, Severity.WARNING)]
    assert parsed.importable


def test_imports_a_file_that_never_writes_an_end() -> None:
    parsed = parse("TY  - JOUR\nTI  - One\n\nTY  - JOUR\nTI  - Two\n")
    assert [r.title for r in parsed.records] == ["One", "Two"]
    assert parsed.importable
    assert len(parsed.warnings) == 2


@pytest.mark.parametrize("end", ["ER", "ER ", "ER -", "ER-", "ER  -", "ER  - \x1a"])
def test_accepts_a_short_end_at_the_end_of_the_file(end: str) -> None:
    parsed = parse(f"TY  - JOUR\nTI  - One\nKW  - last\n{end}")
    assert parsed.problems == ()
    assert parsed.records[0].keywords == ("last",)


def test_names_a_record_without_title_and_author() -> None:
    known = "\nTY  - JOUR\nDO  - 10.1000/x\nER  - \n"
    unknown = "\nTY  - JOUR\nPY  - 2001\nER  - \n"
    assert [
        (p.line, p.severity) for p in parse(record() + known + unknown).problems
    ] == [
        (6, Severity.WARNING),
        (10, Severity.ERROR),
    ]


def test_keeps_a_record_whose_first_line_is_missing() -> None:
    parsed = parse(record() + "TI  - Untyped\nAU  - B\nER  - \n" + record())
    assert [r.title for r in parsed.records] == ["T", "Untyped", "T"]
    assert [(p.line, p.severity) for p in parsed.problems] == [(5, Severity.WARNING)]


def test_names_text_outside_the_records_once() -> None:
    text = "Record #1 of 2\nProvider: X\n1.\n" + record() + "\nfooter\n"
    parsed = parse(text)
    assert len(parsed.records) == 1
    assert [(p.line, p.severity) for p in parsed.problems] == [(1, Severity.WARNING)]
    assert "2 more" in parsed.problems[0].message


def test_joins_wrapped_lines_and_keeps_their_text() -> None:
    found = one(record("AB  - One", "IL-6 two", "  three", "", "T2-weighted four"))
    assert found.abstract == "One IL-6 two three T2-weighted four"


@pytest.mark.parametrize("line", ["ER  - positive tumours", " ER  - ", "ER-positive"])
def test_does_not_end_a_record_within_wrapped_text(line: str) -> None:
    parsed = parse(record("AB  - Women with", line, "were included.", "KW  - k"))
    (found,) = parsed.records
    assert found.abstract == " ".join(["Women with", *line.split(), "were included."])
    assert found.keywords == ("k",)
    assert parsed.problems == ()


def test_reads_two_files_that_were_joined_without_a_line_end() -> None:
    joined = (record().rstrip() + "\ufeff" + record("PY  - 2001")).encode()
    parsed = read(b"\xef\xbb\xbf" + joined)
    assert [r.year for r in parsed.records] == [None, 2001]
    assert parsed.records[0].original == record().rstrip("\n -") + "  -"
    assert parsed.records[1].original == record("PY  - 2001").rstrip("\n")
    assert parsed.problems == ()


def test_reads_files_that_write_one_blank_before_the_dash() -> None:
    parsed = parse(
        "TY - JOUR\nTI - One\nAU - Ng, A\nAB - IL - 6 and\nIL - 8 rise\nER -\n"
        "TY - JOUR\nTI - Two\nER -\n"
    )
    assert [r.title for r in parsed.records] == ["One", "Two"]
    assert parsed.records[0].abstract == "IL - 6 and IL - 8 rise"
    assert parsed.problems == ()


@pytest.mark.parametrize("indent", ["", "  ", "\t"])
def test_reads_tags_in_small_letters_and_indented(indent: str) -> None:
    lines = [
        "ty  - JOUR",
        "ti  - One",
        "au  - Ng, A",
        "zz  - x",
        "ab  - a",
        "b",
        "er  -",
    ]
    parsed = parse("".join(f"{indent}{line}\n" for line in lines * 2))
    first, second = parsed.records
    assert (first.title, first.authors, first.abstract) == ("One", ("Ng, A",), "a b")
    assert (second.first_line, parsed.problems) == (8, ())
    assert leftovers.of(first.original) == [("ZZ", "x")]


def test_takes_the_number_of_an_article_that_has_no_pages() -> None:
    assert one(record("C7  - e123")).pages == "e123"
    assert one(record("C7  - e123", "SP  - 1", "EP  - 9")).pages == "1-9"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_reads_all_line_ends_and_keeps_the_original_exactly(end: str) -> None:
    text = record("AB  - form\x0cfeed and \u2028 separator").replace("\n", end)
    found = parse(text + end + text).records[1]
    assert found.abstract == "form feed and separator"
    assert found.original == text.removesuffix(end)
    assert found.first_line == 7


def test_reads_utf16_and_bytes_with_a_mark() -> None:
    assert read(record().encode("utf-16")).records[0].title == "T"
    assert read(record().encode("utf-8-sig")).records[0].first_line == 1


def test_warns_of_a_year_and_a_doi_that_cannot_be_read() -> None:
    parsed = parse(record("PY  - 10 15", "DO  - none given"))
    assert [(p.line, p.severity) for p in parsed.problems] == [
        (4, Severity.WARNING),
        (5, Severity.WARNING),
    ]
    assert parsed.records[0].year is None
    assert "PY  - 10 15" in parsed.records[0].original


def test_takes_editors_for_authors_only_where_there_are_no_others() -> None:
    assert one(record("A2  - Editor, E")).authors == ("A",)
    book = one("TY  - BOOK\nBT  - A book\nA2  - Editor, E\nER  - \n")
    assert (book.title, book.authors) == ("A book", ("Editor, E",))


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ng, Ann; O'Brien, Bo; ", ("Ng, Ann", "O'Brien, Bo")),
        ("Ng A, van der Berg BC, Li D", ("Ng A", "van der Berg BC", "Li D")),
        ("Group for Research; Section 2", ("Group for Research; Section 2",)),
        ("O'Brien, J. III", ("O'Brien, J. III",)),
        ("Ng, A., Li, B.", ("Ng, A., Li, B.",)),
    ],
)
def test_takes_names_on_one_line_apart(line: str, names: tuple[str, ...]) -> None:
    found = one(f"TY  - JOUR\nTI  - T\nAU  - {line}\nER  - \n")
    assert found.authors == names
    assert leftovers.of(found.original) == []


def test_holds_only_web_addresses_as_a_url() -> None:
    assert one(record("UR  - javascript:alert(1)")).url == ""
    assert one(
        record("UR  - <Go to ISI>://WOS:1", "L2  - http://e.org/a&amp;b")
    ).url == ("http://e.org/a&b")
    two = record("UR  - https://e.org/a; https://e.org/b")
    assert one(two).url == "https://e.org/a"


def test_cuts_nothing() -> None:
    abstract = "lorem ipsum " * 100_000
    authors = [f"AU  - Author{n}, A" for n in range(3000)]
    found = one(record(f"AB  - {abstract}", *authors))
    assert found.abstract == abstract.strip()
    assert len(found.authors) == 3001


@pytest.mark.parametrize("text", [RAYYAN, EBSCO, SCOPUS, CENTRAL])
def test_agrees_with_rispy(text: str) -> None:
    (theirs,) = rispy.loads(text)
    ours = one(text)
    assert ours.title == (theirs.get("title") or theirs.get("primary_title"))
    assert list(ours.authors) == theirs["authors"]
    assert str(ours.year) in (theirs.get("year") or theirs.get("publication_year"))


def test_agrees_with_rispy_on_the_demonstration(shared_demo: Path) -> None:
    text = (shared_demo / "combined.ris").read_text()
    theirs = rispy.loads(text)
    ours = parse(text).records
    assert [r.title for r in ours] == [t["title"] for t in theirs]
    assert [list(r.authors) for r in ours] == [t.get("authors", []) for t in theirs]
    assert [r.source_id for r in ours] == [t["id"] for t in theirs]


@given(
    st.lists(
        st.one_of(
            st.sampled_from(["TY  - JOUR", "ER  - ", "TI  - T", "AU  - A", ""]),
            st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=12),
        ),
        max_size=25,
    )
)
def test_loses_no_title_whatever_stands_around_it(lines: list[str]) -> None:
    text = "\n".join(["TY  - JOUR", *lines, "TI  - kept", "ER  - ", ""])
    parsed = parse(text)
    originals = "\n".join(found.original for found in parsed.records)
    assert "TI  - kept" in originals
    titles = originals.replace("\r", "\n").split("\n").count("TI  - T")
    assert titles == text.replace("\0", "").replace("\r", "\n").split("\n").count(
        "TI  - T"
    )


def test_an_untagged_line_after_the_type_is_told() -> None:
    found = read(b"TY  - JOUR\nA stray line\nTI  - A trial\nER  - \n")
    assert [(problem.line, problem.severity.value) for problem in found.problems] == [
        (2, "warning")
    ]
    assert "A stray line" in found.problems[0].message
