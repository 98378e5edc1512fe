"""The reader of Web of Science takes each export of it and loses no line."""

from reviews.formats.parsed import ParsedRecord
from tests.reviews.formats.told import one, parse, problems

HEAD = "FN Clarivate Analytics Web of Science\nVR 1.0\n"
RECORD = """PT J
AU Gamer, RV
   D'Angelo, CA
AF Gamer, Roman V.
   D'Angelo, Ciriaco Andrea
CA STRATIS Investigators
TI Optical spectroscopy of photorefractive Sn2P2S6
   crystals
SO JOURNAL OF PHYSICS
LA English
DT Article
DE one; two words
ID THREE; TWO
   LINES
AB Women with ER
   were (C) included. AU Not a tag
C1 A place.
PD JUN 14
PY 2006
VL 18
IS 23
BP 5323
EP 5331
DI 10.1000/ABC
UT WOS:000238592600006
PM 12345678
ER
"""
FULL = HEAD + RECORD + "\n" + RECORD.replace("PY 2006", "PY none") + "\nEF"


def test_reads_a_whole_file() -> None:
    parsed = parse(FULL)
    assert parsed.format == "wos"
    assert parsed.records[0] == ParsedRecord(
        source_id="WOS:000238592600006",
        title="Optical spectroscopy of photorefractive Sn2P2S6 crystals",
        abstract="Women with ER were (C) included. AU Not a tag",
        authors=(
            "Gamer, Roman V.",
            "D'Angelo, Ciriaco Andrea",
            "STRATIS Investigators",
        ),
        year=2006,
        journal="JOURNAL OF PHYSICS",
        volume="18",
        issue="23",
        pages="5323-5331",
        doi="10.1000/abc",
        pmid="12345678",
        keywords=("one", "two words", "THREE", "TWO LINES"),
        language="English",
        publication_type="Article",
        original=RECORD.rstrip("\n"),
        first_line=3,
    )
    assert problems(FULL) == [(49, "warning")]  # no year in "none"


def test_reads_records_without_a_head() -> None:
    assert one(RECORD).title.startswith("Optical")
    assert problems(RECORD) == []


def test_names_what_was_cut_off() -> None:
    assert problems(HEAD + RECORD[: RECORD.index("VL")]) == [(21, "incomplete")]
    assert problems(HEAD + RECORD) == [(29, "warning")]  # no EF line


def test_ends_a_record_at_the_next_with_a_warning() -> None:
    text = RECORD.replace("\nER\n", "\n") + RECORD
    parsed = parse(text)
    assert len(parsed.records) == 2
    assert problems(text) == [(27, "warning")]


def test_falls_back_to_article_number_and_editors() -> None:
    text = "PT B\nBE Chief, E\nTI Book\nAR e12\nDT Book\nER\n"
    assert (one(text).authors, one(text).pages) == (("Chief, E",), "e12")
