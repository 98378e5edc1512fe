"""The format is told by the content, and real exports give what they should."""

import json
from typing import Any

import pytest

from reviews.formats.parsed import ParsedFile, UnreadableFile
from reviews.formats.reading import read
from tests.shared import shared_path

RIS_FORMATS = {"ris"}
# The manifest's choices are not ours here, for the reasons given.
EMPTY = "nasty_d_empty.ris"
SHORT_TITLE_ONLY = "nasty_ris_utf_chars.ris"  # its note: fall back to ST
REFUSED = {
    "nasty_d_ris_last_er_missing.ris",  # cut off
    "nasty_ris_bom.ris",  # neither title nor author
}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("PMID- 28754806\nOWN - NLM\nTI  - Title\n", "NBIB"),
        ("FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\n", "Web of Science"),
        ("PT J\nAU Ng, A\nER\n", "Web of Science"),
        ("%0 Journal Article\n%T Title\n", "ENW"),
        ("% Encoding: UTF-8\n\n@article{key,\n title = {T}\n}\n", "BibTeX"),
        ('<?xml version="1.0"?>\n<PubmedArticleSet><PubmedArticle/>', "PubMed XML"),
        ('<?xml version="1.0"?><xml><records><record>', "EndNote XML"),
        ("<!DOCTYPE html><html><body>TY  - JOUR</body></html>", "web page"),
        ("<root>\nTY  - JOUR\n</root>", "XML"),
        ('[{"title": "x"}]', "JSON"),
        ("Title,Authors,Year\nA,B,2020\n", "CSV"),
        ('"SEARCH QUERY","x"\n----\n\n"Title","Authors","Year"\n', "CSV"),
        ("Title;Authors;Year\nA;B;2020\n", "CSV"),
        ("PT\tAU\tTI\nJ\tNg\tTitle\n", "tab-separated"),
        ("Just a letter to the editor.\n", "not recognised"),
    ],
)
def test_says_what_a_file_looks_like(text: str, name: str) -> None:
    with pytest.raises(UnreadableFile, match=name) as refusal:
        read(text.encode())
    assert "RIS" in str(refusal.value)


def test_tells_format_and_encoding() -> None:
    parsed = read("TY  - JOUR\nTI  - Größe\nER  - \n".encode("cp1252"))
    assert (parsed.format, parsed.encoding) == ("ris", "cp1252")
    assert parsed.importable


def test_reads_every_shared_ris_file_as_its_manifest_says() -> None:
    folder = shared_path("data/imports")
    entries = json.loads((folder / "manifest.json").read_text())
    ris = [entry for entry in entries if entry["format"] in RIS_FORMATS]
    assert len(ris) > 20
    for entry in ris:
        data = (folder / entry["file"]).read_bytes()
        if entry["file"] == EMPTY:
            with pytest.raises(UnreadableFile):
                read(data)
            continue
        parsed = read(data)
        assert _facts(parsed) == _expected(entry), entry["file"]
        assert parsed.importable == (entry["file"] not in REFUSED), entry["file"]


def test_refuses_every_shared_file_of_another_format() -> None:
    folder = shared_path("data/imports")
    for entry in json.loads((folder / "manifest.json").read_text()):
        if entry["format"] not in RIS_FORMATS:
            with pytest.raises(UnreadableFile, match="looks like"):
                read((folder / entry["file"]).read_bytes())


@pytest.mark.parametrize(("name", "count"), [("combined", 139), ("identified", 65)])
def test_reads_the_demonstration(name: str, count: int) -> None:
    parsed = read(shared_path(f"demo/{name}.ris").read_bytes())
    assert parsed.problems == ()
    assert len({record.source_id for record in parsed.records} - {""}) == count
    assert len(parsed.records) == count


def _facts(parsed: ParsedFile) -> tuple[object, ...]:
    first = parsed.records[0]
    return (
        len(parsed.records),
        first.title,
        list(first.authors[:3]),
        len(first.authors),
        str(first.year or ""),
        first.doi,
    )


def _expected(entry: dict[str, Any]) -> tuple[object, ...]:
    title = (
        entry.get("first_title_decoded")
        or entry.get("first_title_clean")
        or entry["first_title"]
    )
    if entry["file"] == SHORT_TITLE_ONLY:
        title = (
            "Состояние рецепторного аппарата эндометрия и метаболизм эстрогенов при "
            "гиперплазиях эндометрия в позднем репродуктивном периоде"
        )
    return (
        entry["expected_records"],
        " ".join(title.split()),
        entry.get("first_authors_decoded", entry["first_authors"]),
        entry["first_author_count"],
        entry["first_year"],
        entry["first_doi"].lower(),
    )
