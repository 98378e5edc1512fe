"""A workbook is a table, and one that would unpack without end is refused."""

import io
import time
import zipfile
from datetime import date

import pytest
import xlsxwriter

from reviews.formats.parsed import UnreadableFile
from reviews.formats.reading import read


def workbook(rows: list[list[object]], *, empty_first: bool = False) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"default_date_format": "yyyy-mm-dd"})
    if empty_first:
        book.add_worksheet()
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return made.getvalue()


def several(sheets: dict[str, list[list[object]]]) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return made.getvalue()


def repacked(data: bytes, part: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            kept = content if info.filename == part else old.read(info.filename)
            new.writestr(info.filename, kept)
    return made.getvalue()


SMALL = workbook([["Title", "Year"], ["A", 2020]])


def test_reads_a_workbook() -> None:
    rows: list[list[object]] = [
        ["Exported by hand"],
        ["Title", "Authors", "Year", "Volume", "Date"],
        ["A, b", "Ng, A; Li, B", 2020.0, 12, date(2020, 5, 6)],
        [],
        ["=1+1", "", 2021, "", ""],
    ]
    parsed = read(workbook(rows, empty_first=True))
    first = parsed.records[0]
    assert (parsed.format, len(parsed.records)) == ("xlsx", 2)
    assert (first.title, first.year, first.volume) == ("A, b", 2020, "12")
    assert first.authors == ("Ng, A", "Li, B")
    assert first.original.splitlines()[1] == '"A, b","Ng, A; Li, B",2020,12,2020-05-06'
    assert first.first_line == 3


def test_reads_the_sheet_with_headings_and_names_the_others() -> None:
    records: list[list[object]] = [["Title", "Year"], ["A", 2020]]
    data = several({"Read me": [["How this was made"]], "Old": [], "Hits": records})
    parsed = read(data)
    assert [record.title for record in parsed.records] == ["A"]
    (problem,) = parsed.problems
    assert "“Read me”" in problem.message
    assert "Old" not in problem.message


def test_counts_the_empty_rows_above_a_table() -> None:
    parsed = read(workbook([[], [], ["Title", "Year"], ["A", 2020]]))
    assert parsed.records[0].first_line == 4


def test_tells_of_a_cell_that_is_as_long_as_can_be() -> None:
    parsed = read(workbook([["Title", "Abstract"], ["A", "x" * 32_767]]))
    assert [problem.line for problem in parsed.problems] == [2]
    assert parsed.importable


def test_refuses_a_bomb_and_a_damaged_workbook() -> None:
    bomb = repacked(SMALL, "xl/worksheets/sheet1.xml", b" " * 30_000_000)
    with pytest.raises(UnreadableFile, match="unpack"):
        read(bomb)
    for data in (SMALL[:-200], SMALL[:300], SMALL[:100] + b"\0" * 50 + SMALL[150:]):
        with pytest.raises(UnreadableFile):
            read(data)
    with pytest.raises(UnreadableFile, match="damaged"):
        read(SMALL[:-200], format_hint="xlsx")


@pytest.mark.parametrize("place", ["A1000000000", "A9999999999", "XFD{}"])
def test_refuses_a_sheet_that_is_empty_without_end(place: str) -> None:
    rows = "".join(
        f'<row r="{cell.lstrip("AXFD")}"><c r="{cell}" t="inlineStr"><is><t>x</t></is>'
        "</c></row>"
        for cell in (place.format(number) for number in range(2, 2000))
    )
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Title</t></is></c>'
        f'<c r="B1" t="inlineStr"><is><t>Year</t></is></c></row>{rows}</sheetData>'
        "</worksheet>"
    )
    before = time.process_time()
    with pytest.raises(UnreadableFile, match="rows or columns"):
        read(repacked(SMALL, "xl/worksheets/sheet1.xml", sheet.encode()))
    assert time.process_time() - before < 10


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_refuses_entities_within_a_workbook(part: str) -> None:
    bad = b'<!DOCTYPE r [<!ENTITY x "y">]><worksheet>&x;</worksheet>'
    with pytest.raises(UnreadableFile):
        read(repacked(SMALL, part, bad))
