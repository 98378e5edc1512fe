"""Bytes become text by what they say, and what is doubtful is told."""

import codecs

import pytest

from reviews.formats import decoding
from reviews.formats.decoding import decode
from reviews.formats.parsed import Severity, UnreadableFile

RIS = "TY  - JOUR\nTI  - {}\nAU  - Ng, A\nER  - \n"
GERMAN = RIS.format("Größe und Wirkung – eine “café”-Studie")
# The last character begins with a byte that Windows-1252 does not have.
CHINESE = RIS.format("针刺联合药物治疗慢性腰痛的随机对照试验丂")


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (GERMAN.encode(), "utf-8"),
        (codecs.BOM_UTF8 + GERMAN.encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + GERMAN.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + GERMAN.encode("utf-16-be"), "utf-16-be"),
        (codecs.BOM_UTF32_LE + GERMAN.encode("utf-32-le"), "utf-32-le"),
        (GERMAN.encode("utf-16-le"), "utf-16-le"),
        (GERMAN.encode("utf-16-be"), "utf-16-be"),
        (GERMAN.encode("cp1252"), "cp1252"),
    ],
)
def test_reads_german_in_every_encoding(data: bytes, encoding: str) -> None:
    decoded = decode(data)
    assert decoded.text == GERMAN
    assert decoded.encoding == encoding


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
def test_reads_chinese_without_a_mark(encoding: str) -> None:
    decoded = decode(CHINESE.encode(encoding))
    assert decoded.text == CHINESE
    assert decoded.encoding == encoding


@pytest.mark.parametrize("name", ["MÜLLER, ÄNNE", "Peñalver, Íñigo", "Åström, Ö"])
def test_does_not_take_western_names_for_chinese(name: str) -> None:
    text = RIS.format("A title") + f"AU  - {name}\n"
    assert decode(text.encode("cp1252")).text == text


@pytest.mark.parametrize("encoding", ["cp1252", "gb18030"])
def test_warns_of_a_guessed_encoding_and_names_the_line(encoding: str) -> None:
    text = GERMAN if encoding == "cp1252" else CHINESE
    (problem,) = decode(text.encode(encoding)).problems
    assert problem.line == 2
    assert problem.severity is Severity.WARNING


def test_reads_utf8_with_one_pasted_windows_line() -> None:
    data = GERMAN.encode() + "N1  - naïve\n".encode("cp1252")
    decoded = decode(data)
    assert decoded.text == GERMAN + "N1  - naïve\n"
    assert [p.line for p in decoded.problems] == [5]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_names_a_file_that_ends_within_a_character(encoding: str) -> None:
    mark = codecs.BOM_UTF16_LE if encoding == "utf-16-le" else b""
    data = mark + (GERMAN + "N1  - é").encode(encoding)[:-1]
    decoded = decode(data)
    assert decoded.encoding == encoding
    assert [p.severity for p in decoded.problems] == [Severity.INCOMPLETE]
    assert decoded.problems[0].line == 5


def test_takes_nul_characters_out_and_says_where() -> None:
    decoded = decode(RIS.format("Null\0 byte").encode())
    assert decoded.text == RIS.format("Null byte")
    assert decoded.problems[0].line == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"PK\x03\x04\x14\x00", "zip"),
        (b"\x89PNG\r\n\x1a\n\x00", "picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
        (b"{\\rtf1 TY  - JOUR}", "RTF"),
        (bytes(range(256)) * 20, "binary"),
        (b"TY  - JOUR\nTI  - a\x81b\nER  - \n", "line 2"),
    ],
)
def test_refuses_what_is_no_text_in_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words) as refusal:
        decode(data)
    assert str(refusal.value).endswith(".")


def test_breaks_lines_at_line_ends_only() -> None:
    text = "a\r\nb\rc\nd\x0b\x0c\x1c\x85\u2028e"
    parts = [line for _, _, line in decoding.lines(text)]
    assert parts == ["a", "b", "c", "d\x0b\x0c\x1c\x85\u2028e"]


def test_believes_what_xml_declares_where_it_is_not_utf8() -> None:
    declared = '<?xml version="1.0" encoding="{}"?>\n<a>{}</a>'
    cyrillic = declared.format("windows-1251", "Срок").encode("cp1251")
    assert decode(cyrillic).text.endswith("<a>Срок</a>")
    wrong = declared.format("ISO-8859-1", "Größe").encode()
    assert decode(wrong).text.endswith("<a>Größe</a>")


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("GBK", "gb18030"), ("windows-1252", "cp1252"), ("latin1", "latin-1")],
)
def test_knows_an_encoding_by_its_other_names(name: str, encoding: str) -> None:
    data = "针刺" if encoding == "gb18030" else "Größe"
    found = decode(data.encode(encoding), name)
    assert (found.text, found.encoding, found.problems) == (data, encoding, ())
