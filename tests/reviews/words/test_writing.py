from io import BytesIO

import docx
import pandas as pd
from django.test import TestCase

from reviews.exports.options import CannotExport, Options
from reviews.words import writing
from tests.factories import create_criterion, create_staffed_review, create_study

WRITERS = writing.WRITERS["methods"]


class WordsInFilesTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(notice="Made for a test.")
        create_criterion(review=cls.review, text="Ketamine <b> & *others*_")
        create_study(review=cls.review)

    def written(self, ending: str, kind: str = "") -> bytes:
        return b"".join(WRITERS[ending](self.review, Options(kind=kind)))

    def test_every_file_holds_methods_results_and_the_notice(self) -> None:
        made = docx.Document(BytesIO(self.written(".docx")))
        document = "\n".join(p.text for p in made.paragraphs)

        for text in (document, *(self.written(e).decode() for e in (".txt", ".html"))):
            self.assertIn("Made for a test.", text)
            self.assertIn("The review includes 1 study, from 1 report.", text)
            self.assertIn("Eligibility criteria", text)

    def test_only_what_is_asked_for_is_written(self) -> None:
        text = self.written(".txt", "flow").decode()

        self.assertIn("The review includes 1 study", text)
        self.assertNotIn("Eligibility", text)

    def test_the_sheet_tells_each_number_with_the_page_that_lists_it(self) -> None:
        sheet = pd.read_csv(BytesIO(self.written(".csv")), dtype=str).fillna("")
        line = sheet[sheet.Sentence.str.contains("The review includes 1 study")].iloc[0]

        self.assertEqual((line.Passage, line.Number), ("Results", "1"))
        self.assertIn(self.review.slug, line["Listed at"])
        self.assertIn("Made for a test.", sheet.Sentence.iloc[0])

    def test_no_word_of_the_team_becomes_markup(self) -> None:
        self.assertIn("&lt;b&gt; &amp; \\*others\\*\\_", self.written(".md").decode())
        self.assertIn("&lt;b&gt; &amp; *others*_", self.written(".html").decode())

    def test_the_document_is_the_same_every_time(self) -> None:
        self.assertEqual(self.written(".docx"), self.written(".docx"))

    def test_refuses_a_kind_that_is_none(self) -> None:
        with self.assertRaisesMessage(CannotExport, "no passage discussion"):
            self.written(".txt", "discussion")
