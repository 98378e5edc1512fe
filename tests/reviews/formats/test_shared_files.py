"""Every real file of the shared folder gives what its manifest says.

Where an expectation is a choice, and another was made here, it stands below with its
reason. The files belong to others, so they are read where they stand.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from reviews.formats.parsed import ParsedFile, UnreadableFile
from reviews.formats.reading import read
from tests.shared import shared_path

REFUSED_OUTRIGHT = {
    "nasty_d_empty.ris": "is empty",
    "nasty_d_xml_xxe.xml": "declares entities",
}
TOLD = {
    "nasty_d_ris_last_er_missing.ris": ("incomplete", "cut off"),
    "nasty_d_pubmedxml_truncated.xml": ("error", "cut off"),
    "nasty_ris_bom.ris": ("warning", "by its DOI or PMID alone"),
}
FORMATS = {
    "ris": "ris",
    "medline": "nbib",
    "wos_tagged": "wos",
    "endnote_tagged": "enw",
    "bibtex": "bibtex",
    "csv": "csv",
    "pubmed_xml": "pubmed_xml",
    "endnote_xml": "endnote_xml",
}
CHOICES: dict[str, dict[str, object]] = {
    # The year stands in the date of the collection that the entry refers to.
    "bib_biblatex_examples.bib": {"year": "2000"},
    # The group that is an author too (CN) is one here, as PubMed's XML has it.
    "nbib_pubmed_balloon.nbib": {"authors": 65},
    # The manifest's note: the short title stands for the title that is missing.
    "nasty_ris_utf_chars.ris": {
        "title": "Состояние рецепторного аппарата эндометрия и метаболизм эстрогенов "
        "при гиперплазиях эндометрия в позднем репродуктивном периоде"
    },
    # The whole record before the cut is shown, but the file is not imported.
    "nasty_d_pubmedxml_truncated.xml": {"records": 1},
}
# The manifest has the cell; these are its names.
NAMES = {
    "csv_embase_formfeed.csv": ["Liu R.", "Adler D.G."],
    "csv_embase_preamble.csv": ["Yang Z.", "Jiang B.", "Xu J.", "McNamara M.E."],
    "csv_generic_semicolon.csv": ["Marx, Karl", "Lindgren, Astrid"],
    "csv_ieee.csv": ["Joseph Rottman", "Erran Carmel", "Mary Lacity"],
}


def manifest() -> list[dict[str, Any]]:
    folder = shared_path("data/imports")
    entries: list[dict[str, Any]] = json.loads((folder / "manifest.json").read_text())
    return entries


def file_of(entry: dict[str, Any]) -> Path:
    return shared_path("data/imports") / str(entry["file"])


def test_reads_each_file_as_the_manifest_says() -> None:
    read_files = [e for e in manifest() if e["file"] not in REFUSED_OUTRIGHT]
    assert len(read_files) > 50
    for entry in read_files:
        parsed = read(file_of(entry).read_bytes())
        assert parsed.format == FORMATS[entry["format"]], entry["file"]
        assert facts(parsed) == expected(entry, parsed), entry["file"]


def test_imports_all_but_what_cannot_be_read_and_names_what_is_cut_off() -> None:
    for entry in manifest():
        if entry["file"] in REFUSED_OUTRIGHT:
            with pytest.raises(UnreadableFile, match=REFUSED_OUTRIGHT[entry["file"]]):
                read(file_of(entry).read_bytes())
            continue
        parsed = read(file_of(entry).read_bytes())
        severity, words = TOLD.get(entry["file"], ("", ""))
        assert parsed.importable == (severity != "error"), entry["file"]
        assert bool(parsed.gaps) == (severity == "incomplete"), entry["file"]
        found = [str(p.severity) for p in parsed.problems if words in p.message]
        assert not severity or found == [severity], entry["file"]


def test_keeps_the_exact_text_of_each_record() -> None:
    for entry in manifest():
        if entry["file"] in REFUSED_OUTRIGHT or "nul" in entry["file"]:
            continue
        data = file_of(entry).read_bytes()
        parsed = read(data)
        text = data.decode(parsed.encoding)
        for record in parsed.records:
            original = record.original
            if parsed.format == "csv":  # its headings stand above each row
                heading, _, original = original.partition("\n")
                assert heading.strip() in text
            assert original
            assert original in text, entry["file"]


def facts(parsed: ParsedFile) -> dict[str, object]:
    first = parsed.records[0]
    return {
        "records": len(parsed.records),
        "title": first.title,
        "first authors": list(first.authors[:3]),
        "authors": len(first.authors),
        "year": str(first.year or ""),
        "doi": first.doi,
    }


def expected(entry: dict[str, Any], parsed: ParsedFile) -> dict[str, object]:
    if not entry["expected_records"]:
        return facts(parsed) | CHOICES[entry["file"]]
    title = (
        entry.get("first_title_decoded")
        or entry.get("first_title_clean")
        or entry["first_title"]
    )
    names = entry.get("first_authors_decoded", entry["first_authors"])
    if entry["format"] == "csv":
        names = NAMES.get(entry["file"]) or "".join(names).split("; ")
        names = [name for name in names if name]
    return {
        "records": entry["expected_records"],
        "title": " ".join(title.split()),
        "first authors": names[:3],
        "authors": entry["first_author_count"] or len(names),
        "year": entry["first_year"],
        "doi": entry["first_doi"].lower(),
    } | CHOICES.get(entry["file"], {})
