import csv
import json
import re
from dataclasses import replace
from io import BytesIO, StringIO

import docx
import rispy
from django.test import SimpleTestCase, TestCase
from hypothesis import given
from hypothesis import strategies as some

from reviews.exports.options import CannotExport, Options
from reviews.formats import bibtex_writing, reading
from reviews.models import PreviousReport
from reviews.references import lists, rows, writing
from tests.factories import (
    create_included_report,
    create_record,
    create_staffed_review,
    create_study,
)

# The fields of the language that we write (CSL-JSON 1.0.2).
KNOWN = frozenset(
    "id type title author issued container-title volume issue page DOI PMID URL "
    "language abstract keyword note publisher publisher-place edition ISSN ISBN".split()
)
WRITERS = writing.WRITERS["references"]


def balanced(text: str) -> bool:
    depth = 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0


class BibtexTest(SimpleTestCase):
    def entry(self, **fields: object) -> str:
        item = {"id": "record-7", "type": "article-journal", **fields}
        return "".join(bibtex_writing.write([item]))

    def test_writes_an_article(self) -> None:
        found = self.entry(
            title="Effects of ketamine in TRD: 50% & more",
            author=[
                {"family": "Berg", "non-dropping-particle": "van der", "given": "Jan"},
                {"family": "Smith", "given": "A.", "suffix": "Jr"},
                {"literal": "Research and Development Group"},
            ],
            issued={"date-parts": [[2024]]},
            page="534-540",
            DOI="10.1/a_b",
            **{"container-title": "Annals & More"},
        )

        self.assertEqual(
            found,
            "@article{berg2024-record7,\n"
            "  author = {van der Berg, Jan and Smith, Jr, A. and "
            "{Research and Development Group}},\n"
            "  title = {Effects of ketamine in {TRD:} 50\\% \\& more},\n"
            "  journal = {Annals \\& More},\n"
            "  year = {2024},\n"
            "  pages = {534--540},\n"
            "  doi = {10.1/a_b}\n"
            "}\n\n",
        )

    def test_a_brace_or_a_backslash_breaks_no_entry(self) -> None:
        found = self.entry(title="a } b { c \\ d", URL="https://x.org/{a}\\b")

        self.assertTrue(balanced(found))
        self.assertIn("https://x.org/%7Ba%7D%5Cb", found)

    def test_the_key_is_plain_letters(self) -> None:
        for name, key in (("Østergård", "stergard"), ("王", "anonymous")):
            found = self.entry(author=[{"literal": name}])
            self.assertIn("{" + key + "-record7", found)

    @given(some.text())
    def test_whatever_is_escaped_is_balanced(self, text: str) -> None:
        self.assertTrue(balanced(bibtex_writing.escape(text)))
        self.assertNotIn("\n", bibtex_writing.escape(text))


class ReferencesTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.record = create_record(
            review=cls.review,
            title="Ketamine: <0.05 & {more}; 50% \\ of “TRD”",
            authors=["van der Berg, Jan", "WHO"],
            year=2024,
            journal="JAMA",
            volume="3",
            pages="10-19",
            doi="10.1000/a_b",
            pmid="123",
            publication_type="JOUR",
            abstract="An abstract.",
            keywords=["mood"],
        )
        study = create_study(review=cls.review, label="Anand 2023")
        cls.report = create_included_report(
            review=cls.review, record=cls.record, study=study, title=cls.record.title
        )
        create_included_report(review=cls.review, study=study)
        cls.excluded = create_record(review=cls.review)

    def written(self, ending: str, **options: str) -> bytes:
        return b"".join(WRITERS[ending](self.review, Options(**options)))  # type: ignore[arg-type]  # texts alone

    def test_csl_json_has_the_shape_of_its_schema(self) -> None:
        found = json.loads(self.written(".json"))

        self.assertEqual(len(found), 3)
        for item in found:
            self.assertLessEqual(set(item), KNOWN)
            for field in set(item) - {"author", "issued"}:
                self.assertIsInstance(item[field], str)
            for name in item["author"]:
                self.assertTrue("literal" in name or "family" in name)

    def test_an_empty_box_is_an_empty_list(self) -> None:
        self.assertEqual(json.loads(self.written(".json", box="duplicates")), [])
        self.assertEqual(self.written(".bib", box="duplicates"), b"")

    def test_ris_is_read_back_by_us_and_by_others(self) -> None:
        for box in ("identified", "reports_included"):
            text = self.written(".ris", box=box).decode()
            parsed = reading.read(text.encode())
            ours = parsed.records
            others = rispy.loads(text)

            self.assertEqual(parsed.problems, ())
            self.assertEqual(len(ours), len(others))
            titles = [record.title for record in ours]
            self.assertIn("Ketamine: <0.05 & {more}; 50% \\ of “TRD”", titles)
            mine = ours[titles.index(self.record.title)]
            self.assertEqual(mine.authors, ("van der Berg, Jan", "WHO"))
            self.assertEqual((mine.doi, mine.pmid), ("10.1000/a_b", "123"))
            theirs = others[titles.index(self.record.title)]
            self.assertEqual(theirs["authors"], ["van der Berg, Jan", "WHO"])
            self.assertEqual(theirs["year"], "2024")

    def test_every_entry_of_bibtex_has_a_key_of_its_own(self) -> None:
        text = self.written(".bib", box="identified").decode()

        keys = re.findall(r"^@\w+\{(\S+),$", text, re.MULTILINE)
        self.assertEqual(len(keys), self.review.records.count())
        self.assertEqual(len(keys), len(set(keys)))
        self.assertTrue(balanced(text))

    def test_csv_numbers_the_reports_of_the_review(self) -> None:
        found = list(csv.DictReader(StringIO(self.written(".csv").decode())))

        self.assertEqual([row["number"] for row in found], ["1", "2", "3"])
        self.assertEqual({row["study"] for row in found}, {"Anand 2023"})

    def test_a_box_of_studies_gives_their_reports(self) -> None:
        found = json.loads(self.written(".json", box="studies_included"))

        self.assertEqual(len(found), 3)

    def test_a_reference_of_a_previous_version_is_its_citation(self) -> None:
        report = PreviousReport.objects.create(
            review=self.review, study_label="Old 2001", citation="Old A. A trial. 2001."
        )
        chosen = replace(
            rows.choose(self.review),
            previous=PreviousReport.objects.filter(pk=report.pk),
        )

        self.assertEqual(
            list(chosen.items())[-1],
            {
                "id": f"previous-{report.pk}",
                "type": "document",
                "title": "Old A. A trial. 2001.",
                "note": "Study: Old 2001",
            },
        )

    def test_a_numbered_style_numbers_and_another_does_not(self) -> None:
        numbered = self.written(".txt", style="vancouver").decode().splitlines()
        alphabetical = self.written(".txt", style="apa").decode().splitlines()

        self.assertTrue(all(re.match(r"\d\. ", line) for line in numbered))
        self.assertFalse(any(re.match(r"\d\. ", line) for line in alphabetical))
        self.assertEqual(len(alphabetical), 3)

    def test_no_title_becomes_markup(self) -> None:
        page = self.written(".html").decode()
        text = self.written(".md").decode()

        self.assertIn("&lt;0.05 &amp; {more}", page)
        self.assertIn("&lt;0.05 &amp; \\{more\\}", text)
        self.assertNotIn("<script", page)

    def test_the_document_says_the_same_as_the_text(self) -> None:
        text = self.written(".txt").decode().splitlines()
        made = docx.Document(BytesIO(self.written(".docx")))

        lines = [p.text.replace("\t", " ") for p in made.paragraphs[1:]]
        self.assertEqual(lines, text)
        self.assertEqual(self.written(".docx"), self.written(".docx"))

    def test_refuses_what_is_not_there(self) -> None:
        with self.assertRaisesMessage(CannotExport, "no box nowhere"):
            self.written(".ris", box="nowhere")
        with self.assertRaisesMessage(CannotExport, "no style nobody"):
            self.written(".txt", style="nobody")

    def test_refuses_a_formatted_list_that_nobody_could_read(self) -> None:
        item = {"id": "1", "type": "document", "title": "x"}
        with self.assertRaisesMessage(CannotExport, "references at most"):
            lists.make("References", (item for _ in range(lists.LONGEST + 1)), "apa")

    def test_queries_do_not_grow_with_the_references(self) -> None:
        for ending, box, number in ((".bib", "", 2), (".ris", "identified", 3)):
            with self.assertNumQueries(number):
                self.written(ending, box=box)
        for _ in range(5):
            create_included_report(review=self.review)
        with self.assertNumQueries(2):
            self.written(".bib")
