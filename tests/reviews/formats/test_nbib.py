"""The NBIB reader takes PubMed, PMC and ERIC, and names what was cut off."""

from reviews.formats.parsed import ParsedRecord
from tests.reviews.formats.told import one, parse, problems

PUBMED = """PMID- 12345678
OWN - NLM
STAT- MEDLINE
VI  - 10
IP  - 4
DP  - 2018 Apr
TI  - Impact of a very long title on technical and clinical
      outcomes: a systematic review.
PG  - 335-339
LID - 10.1000/ABC-2017 [doi]
LID - S0000-0000(17)00001-1 [pii]
AB  - BACKGROUND: Flow arrest. METHODS: We searched
      PMID- 999 and others.
FAU - O'Brien, John 3rd
AU  - O'Brien J 3rd
AD  - A place, Town,
      Country.
FAU - Ng, Ann
AU  - Ng A
CN  - STRATIS Investigators
FAU - Li, Bo
AU  - Li B
FED - Chief, Ed
ED  - Chief E
LA  - eng
LA  - fre
PT  - Journal Article
PT  - Systematic Review
TA  - J Short
JT  - Journal of long names
MH  - Aged
MH  - Stroke/*surgery
OT  - thrombectomy
AID - 10.1000/ABC-2017 [doi]
SO  - J Short. 2018 Apr;10(4):335-339. doi: 10.1000/ABC-2017.
"""
SECOND = "PMID- 2\nOWN - NLM\nTI  - Second.\nAU  - Xu C\nSO  - J. 2019.\n"
ERIC = """
OWN - ERIC
TI  - Paper title
AU  - Smith, Tom
OT  - Keyword
JT  - Journal Name
AID - http://dx.doi.org/10.1000/123456789
OID - EJ1131633
VI  - 10
DP  - 2000
LID - http://eric.ed.gov/?id=EJ1131633
PT  - Journal Articles

OWN - ERIC
TI  - Next
AU  - Hunter, S
"""
PMC = """PMC - PMC11176201
PMID- 38872138
TI  - One
FAU - Ng, Ann
AU  - Ng A
SO  - J. 2024.

PMC - PMC11176202
TI  - Two
AU  - Li B
SO  - J. 2024.
"""


def test_reads_pubmed() -> None:
    parsed = parse(PUBMED + "\n" + SECOND)
    assert parsed.problems == ()
    assert parsed.records[0] == ParsedRecord(
        source_id="12345678",
        title="Impact of a very long title on technical and clinical outcomes: a "
        "systematic review.",
        abstract="BACKGROUND: Flow arrest. METHODS: We searched PMID- 999 and others.",
        authors=("O'Brien, John 3rd", "Ng, Ann", "STRATIS Investigators", "Li, Bo"),
        year=2018,
        journal="Journal of long names",
        volume="10",
        issue="4",
        pages="335-339",
        doi="10.1000/abc-2017",
        pmid="12345678",
        keywords=("Aged", "Stroke/*surgery", "thrombectomy"),
        language="eng; fre",
        publication_type="Journal Article; Systematic Review",
        url="https://pubmed.ncbi.nlm.nih.gov/12345678/",
        original=PUBMED.rstrip("\n"),
        first_line=1,
    )
    assert (parsed.records[1].title, parsed.records[1].authors) == (
        "Second.",
        ("Xu C",),
    )
    assert parsed.records[1].original == SECOND.rstrip("\n")


def test_reads_eric_which_has_no_pmid() -> None:
    first, second = parse(ERIC).records
    assert (first.source_id, first.doi, first.pmid) == (
        "EJ1131633",
        "10.1000/123456789",
        "",
    )
    assert first.url == "http://eric.ed.gov/?id=EJ1131633"
    assert (second.title, second.first_line) == ("Next", 14)


def test_reads_pmc_with_its_number_first() -> None:
    first, second = parse(PMC).records
    assert (first.title, first.pmid) == ("One", "38872138")
    assert (second.title, second.pmid, second.source_id) == ("Two", "", "PMC11176202")


def test_names_a_last_record_that_was_cut_off() -> None:
    assert problems(PUBMED + "\nPMID- 3\nOWN - NLM\nTI  - Cut o") == [
        (39, "incomplete")
    ]
    assert problems(PUBMED.rstrip("\n")) == [(35, "warning")]


def test_reads_editors_only_of_a_work_without_authors() -> None:
    assert one(
        "PMID- 1\nTI  - B\nFED - Chief, Ed\nED  - Chief E\nSO  - x\n"
    ).authors == ("Chief, Ed",)


def test_tells_of_text_between_and_of_a_year_that_is_none() -> None:
    assert problems("PMID- 1\nTI  - T\nDP  - in press\nSO  - x\n") == [(3, "warning")]
