import re
from html.parser import HTMLParser
from io import BytesIO

import docx
import openpyxl
import pandas as pd
from django.test import SimpleTestCase

from reviews.documents import delimited, latex, markdown, page, word, workbook
from reviews.documents.table import (
    LONGEST,
    Cell,
    Column,
    Row,
    Table,
    legible,
    plain,
)
from reviews.exports.options import CannotExport
from tests.reviews.documents.office import text_of
from tests.reviews.documents.sample import AWKWARD, awkward

WRITERS = (delimited, workbook, word, latex, markdown, page)


class EveryFormatTests(SimpleTestCase):
    def test_the_same_tables_make_the_same_bytes(self) -> None:
        for writer in WRITERS:
            self.assertEqual(writer.write([awkward()]), writer.write([awkward()]))

    def test_a_table_without_rows_is_written(self) -> None:
        table = plain("Nothing", [Column("A"), Column("B")], [])
        for writer in WRITERS:
            self.assertTrue(writer.write([table]), writer)

    def test_too_many_rows_for_a_document_go_to_a_spreadsheet(self) -> None:
        def table() -> Table:
            rows = (Row.of(number) for number in range(LONGEST + 1))
            return plain("Many", [Column("A", numeric=True)], rows)

        for writer in (word, latex, markdown, page):
            with self.assertRaises(CannotExport):
                writer.write([table()])
        self.assertEqual(len(delimited.write([table()]).splitlines()), LONGEST + 2)
        read = pd.read_excel(BytesIO(workbook.write([table()])), sheet_name="Many")
        self.assertEqual(len(read), LONGEST + 1)

    def test_only_an_address_of_the_web_is_a_link(self) -> None:
        self.assertEqual(Cell("x", url="javascript:alert(1)").link, "")
        self.assertEqual(Cell("x", url="https://doi.org/10.1/a").link[:5], "https")
        for writer in (word, latex, markdown, page):
            table = plain("T", [Column("A")], [Row((Cell("x", "javascript:a()"),))])
            self.assertNotIn(b"javascript", writer.write([table]))


class DelimitedTests(SimpleTestCase):
    def test_pandas_reads_it_back_with_the_group_first(self) -> None:
        read = pd.read_csv(BytesIO(delimited.write([awkward()])), dtype=str)
        self.assertEqual(
            list(read.columns), ["Effect", "Study", "What it says & does", "n"]
        )
        self.assertEqual(len(read), len(AWKWARD))
        self.assertEqual(read.iloc[7, 2], "line one\nline two")

    def test_nothing_in_it_is_a_formula(self) -> None:
        read = pd.read_csv(BytesIO(delimited.write([awkward()])), dtype=str)
        self.assertEqual(read.iloc[0, 2], "'=1+1")
        self.assertEqual(read.iloc[1, 2], "'+33 1")

    def test_a_negative_number_is_one(self) -> None:
        table = plain("T", [Column("A")], [Row.of("-0.50"), Row.of("-1+1")])
        self.assertEqual(delimited.write([table]), b"A\r\n-0.50\r\n'-1+1\r\n")

    def test_several_tables_are_told_apart_by_their_titles(self) -> None:
        tables = [awkward(title="One"), awkward(title="Two")]
        read = pd.read_csv(BytesIO(delimited.write(tables)), dtype=str)
        self.assertEqual(list(read["Table"].unique()), ["One", "Two"])

    def test_tables_of_different_columns_make_no_csv(self) -> None:
        with self.assertRaises(ValueError):
            delimited.write([awkward(), plain("T", [Column("A")], [])])


class WorkbookTests(SimpleTestCase):
    def setUp(self) -> None:
        tables = [awkward(title="A: b/c"), awkward(title="A: b/c")]
        self.file = workbook.write(tables)
        self.book = openpyxl.load_workbook(BytesIO(self.file))

    def test_each_table_has_a_sheet_of_its_own_and_notes_are_last(self) -> None:
        self.assertEqual(len(set(self.book.sheetnames)), 3)
        self.assertEqual(self.book.sheetnames[-1], "Notes")
        notes = [row[1].value for row in self.book["Notes"].iter_rows()]
        self.assertIn("NR, not reported.", notes)

    def test_a_text_is_a_text_and_a_number_a_number(self) -> None:
        sheet = self.book.worksheets[0]
        self.assertEqual((sheet["C2"].value, sheet["C2"].data_type), ("=1+1", "s"))
        self.assertEqual((sheet["D2"].value, sheet["D2"].data_type), (1, "n"))

    def test_the_headings_stay_in_sight_and_on_each_page(self) -> None:
        sheet = self.book.worksheets[0]
        self.assertEqual(sheet.freeze_panes, "A2")
        self.assertEqual(sheet.print_title_rows, "$1:$1")
        self.assertEqual(sheet.page_setup.orientation, "landscape")

    def test_a_text_too_long_for_a_cell_says_so(self) -> None:
        table = plain("Long", [Column("A")], [Row.of("x" * 40_000)])
        book = openpyxl.load_workbook(BytesIO(workbook.write([table])))
        self.assertIn("Too long for a cell", str(book["Long"]["A2"].value))

    def test_libreoffice_opens_it(self) -> None:
        text = text_of(self.file, ".xlsx")
        self.assertIn("=1+1", text)
        self.assertIn("治療", text)


class WordTests(SimpleTestCase):
    def setUp(self) -> None:
        self.file = word.write([awkward(), awkward(title="Upright", landscape=False)])
        self.document = docx.Document(BytesIO(self.file))

    def test_it_is_a_real_table_with_a_repeated_header(self) -> None:
        table = self.document.tables[0]
        first, second = table.rows[0], table.rows[1]
        self.assertEqual(first.cells[0].text, "Study")
        self.assertTrue(first._tr.xpath("w:trPr/w:tblHeader"))
        self.assertFalse(second._tr.xpath("w:trPr/w:tblHeader"))
        self.assertTrue(second._tr.xpath("w:trPr/w:cantSplit"))
        # The name of a group runs over all columns.
        self.assertEqual(second.cells[0].text, "First_group")
        self.assertEqual(second.cells[0]._tc, second.cells[2]._tc)

    def test_pages_are_as_wide_as_each_table_asks(self) -> None:
        wide, upright = self.document.sections
        self.assertGreater(wide.page_width or 0, wide.page_height or 0)
        self.assertLess(upright.page_width or 0, upright.page_height or 0)
        widths = [column.width or 0 for column in self.document.tables[0].columns]
        self.assertEqual(widths[1] > widths[0] > widths[2], True)
        inner = (wide.page_width or 0) - (wide.left_margin or 0) * 2
        self.assertAlmostEqual(sum(widths), inner, delta=10_000)

    def test_the_caption_stands_above_and_the_notes_below(self) -> None:
        texts = [paragraph.text for paragraph in self.document.paragraphs]
        self.assertEqual(texts[0], "Awkward, all of it")
        self.assertIn("NR, not reported.", texts)

    def test_texts_are_whole_but_for_what_word_cannot_hold(self) -> None:
        cells = [row.cells[1].text for row in self.document.tables[0].rows]
        for text in AWKWARD:
            self.assertIn(legible(text), cells)

    def test_the_clock_leaves_no_trace(self) -> None:
        self.assertEqual(self.document.core_properties.created.year, 1980)
        self.assertEqual(self.document.core_properties.author, "")

    def test_libreoffice_opens_it(self) -> None:
        text = text_of(self.file, ".docx")
        self.assertIn("First_group", text)
        self.assertIn("治療", text)


class LatexTests(SimpleTestCase):
    def setUp(self) -> None:
        self.text = latex.write([awkward()]).decode()

    def test_braces_and_environments_are_closed_in_their_order(self) -> None:
        bare = re.sub(r"\\[{}\\]", "", self.text)
        self.assertEqual(bare.count("{"), bare.count("}"))
        waiting: list[str] = []
        for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", self.text):
            if kind == "begin":
                waiting.append(name)
            else:
                self.assertEqual(waiting.pop(), name)
        self.assertEqual(waiting, [])

    def test_no_special_character_is_left_as_it_was(self) -> None:
        self.assertIn(
            r"50\% of \textbackslash{}textbf\{A\} \& B\_1 \#2 "
            r"\textasciitilde{}x\textasciicircum{}2 \{y\} \$3",
            self.text,
        )

    def test_each_row_has_as_many_cells_as_the_table_has_columns(self) -> None:
        body = self.text.split(r"\endfoot")[1].split(r"\end{longtable}")[0]
        rows = [line for line in body.splitlines() if line.endswith(r" \\")]
        self.assertEqual(len(rows), len(AWKWARD))
        for row in rows:
            self.assertEqual(len(re.findall(r"(?<!\\)&", row)), 2, row)

    def test_it_is_booktabs_over_pages_with_the_header_repeated(self) -> None:
        for command in (r"\toprule", r"\midrule", r"\bottomrule", r"\endhead"):
            self.assertIn(command, self.text)
        self.assertIn(r"\begin{landscape}", self.text)
        self.assertNotIn(r"\hline", self.text)

    def test_a_strategy_runs_over_pages_line_by_line(self) -> None:
        lines = "\n".join(f"{number}  exp Ketamine/" for number in range(200))
        rows = [Row((Cell("Strategy"), Cell(lines, verbatim=True)))]
        text = latex.write([plain("T", [Column("A"), Column("B")], rows)]).decode()
        self.assertEqual(text.count(r"\ttfamily"), 200)
        self.assertEqual(text.count("Strategy"), 1)
        self.assertIn(r"7~ exp Ketamine/", text)


class MarkdownTests(SimpleTestCase):
    def setUp(self) -> None:
        self.text = markdown.write([awkward()]).decode()

    def test_each_row_has_as_many_cells_as_the_table_has_columns(self) -> None:
        rows = [line for line in self.text.splitlines() if line.startswith("|")]
        # The heading, the line under it, two groups and the rows.
        self.assertEqual(len(rows), len(AWKWARD) + 4)
        for row in rows:
            self.assertEqual(len(re.findall(r"(?<!\\)\|", row)), 4, row)

    def test_nothing_in_a_cell_is_markup(self) -> None:
        self.assertIn("&lt;script&gt;", self.text)
        self.assertIn(r"\*\*bold\*\* \[link\]\(http://x\) \`code\`", self.text)
        self.assertIn("line one<br>line two", self.text)

    def test_numbers_stand_to_the_right(self) -> None:
        self.assertIn("| :--- | :--- | ---: |", self.text)


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


class PageTests(SimpleTestCase):
    def setUp(self) -> None:
        self.reader = Reader()
        self.reader.feed(page.write([awkward()]).decode())

    def test_it_is_a_table_with_its_caption_headings_and_notes(self) -> None:
        tags = [tag for tag, _ in self.reader.tags]
        for tag in ("table", "caption", "thead", "tfoot"):
            self.assertEqual(tags.count(tag), 1, tag)
        self.assertEqual(tags.count("tbody"), 2)
        scopes = [found.get("scope") for tag, found in self.reader.tags if tag == "th"]
        self.assertEqual(scopes.count("col"), 3)
        self.assertEqual(scopes.count("row"), len(AWKWARD))
        self.assertEqual(scopes.count("rowgroup"), 2)

    def test_nothing_in_a_cell_is_markup_and_nothing_comes_from_elsewhere(self) -> None:
        tags = [tag for tag, _ in self.reader.tags]
        self.assertNotIn("script", tags)
        self.assertNotIn("link", tags)
        self.assertIn("<script>alert('x')</script>", self.reader.text)

    def test_the_language_and_the_title_are_said(self) -> None:
        self.assertEqual(dict(self.reader.tags)["html"]["lang"], "en")
        self.assertIn("Awkward, all of it", self.reader.text)
