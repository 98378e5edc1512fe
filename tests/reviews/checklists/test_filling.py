import csv
from datetime import UTC, date, datetime
from io import BytesIO, StringIO

import docx
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from reviews import moments
from reviews.checklists import answers, definitions, filling, tables
from reviews.checklists.answers import Answer, Status
from reviews.exports.options import CannotExport, Options
from reviews.models import Protocol, Search
from tests.factories import (
    create_criterion,
    create_search,
    create_staffed_review,
    create_study,
)

WRITERS = tables.WRITERS["checklist"]


class FillingTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(title="Ketamine: a review")
        create_criterion(review=cls.review, text="Adults only")
        create_search(review=cls.review, name="MEDLINE")
        create_search(review=cls.review, name="Old lists", kind=Search.Kind.CITATION)
        create_study(review=cls.review)

    def text(self, checklist: str, item: str) -> str:
        return filling.fill(self.review, checklist)[item].text

    def test_fills_what_the_records_say(self) -> None:
        self.assertIn("Adults only", self.text("prisma2020", "5"))
        self.assertIn("MEDLINE (date not recorded)", self.text("prisma2020", "6"))
        self.assertIn("includes 1 study, from 1 report", self.text("prisma2020", "16a"))
        self.assertIn("No registration", self.text("prisma2020", "24a"))

    def test_the_question_is_told_by_its_elements_too(self) -> None:
        Protocol.objects.update_or_create(
            review=self.review,
            defaults={"population": "Adults", "outcomes": "Mood, at 24 h."},
        )
        self.assertEqual(
            self.text("prisma2020", "4"),
            "The elements of the question are: population: Adults; outcomes: Mood, "
            "at 24 h.",
        )
        self.assertIn("these outcomes: Mood, at 24 h.", self.text("prisma2020", "10a"))

    def test_a_title_that_does_not_name_the_kind_of_review_is_told(self) -> None:
        for checklist, kind in (
            ("prisma2020", "systematic review"),
            ("abstracts", "systematic review"),
            ("prisma_scr", "scoping review"),
        ):
            told = f"The title does not say that it is a {kind}."
            self.assertIn(told, self.text(checklist, "1"))

    def test_certainty_is_left_to_the_authors_where_none_is_assessed(self) -> None:
        for number in ("15", "22"):
            self.assertEqual(self.text("prisma2020", number), "")

    def test_leaves_the_rest_to_the_authors(self) -> None:
        found = filling.fill(self.review, "prisma2020")

        written = {number for number, each in found.items() if each.is_for_authors}
        self.assertGreaterEqual(
            written, {"3", "12", "13a", "20b", "21", "23a", "24b", "25", "26"}
        )
        self.assertFalse(written & {"1", "5", "6", "7", "8", "16a", "17", "24a", "24c"})

    def test_each_item_of_the_search_checklist_has_its_own_sources(self) -> None:
        self.assertNotIn("Old lists", self.text("prisma_s", "1"))
        self.assertIn("Old lists", self.text("prisma_s", "5"))
        self.assertIn("No such search", self.text("prisma_s", "3"))
        self.assertEqual(self.text("prisma_s", "6"), "")

    def test_the_abstract_is_filled_from_its_own_checklist(self) -> None:
        said = Answer(Status.REPORTED, "Abstract")
        answers.answer(self.review, "abstracts", "1", said, by=self.cast.alice)

        self.assertIn("of 12 items was answered", self.text("prisma2020", "2"))

    def test_every_source_of_every_file_is_known_or_left_to_the_authors(self) -> None:
        known = {
            *filling._SOURCES,
            *("", "abstract checklist", "protocol.link", "project.funding"),
            *("project.interests", "search.peer_review", "search.runs"),
        }
        for checklist in definitions.every():
            self.assertLessEqual({item.source for item in checklist.items}, known)

    def test_every_filled_item_leads_to_a_page_that_opens(self) -> None:
        self.client.force_login(self.cast.vera)
        urls = {
            each.url
            for checklist in definitions.KEYS
            for each in filling.fill(self.review, checklist).values()
            if each.url
        }

        self.assertGreater(len(urls), 5)
        for url in urls:
            self.assertEqual(self.client.get(url).status_code, 200, url)

    def test_of_an_earlier_day_the_flow_alone_is_told(self) -> None:
        found = filling.fill(self.review, "prisma2020", as_of=timezone.now())
        today = filling.fill(self.review, "prisma2020")
        for item in ("16a", "16b"):
            self.assertEqual(found[item].text, today[item].text)
            self.assertFalse(found[item].is_of_today)
        self.assertIn("?as_of=", found["16a"].url)
        past = datetime(2001, 1, 1, tzinfo=UTC)
        found = filling.fill(self.review, "prisma2020", as_of=past)
        self.assertIn("No records have been identified", found["16a"].text)
        for item in ("5", "6", "17"):
            self.assertTrue(found[item].is_of_today)
            self.assertFalse(found[item].is_for_authors or found[item].text)
        self.assertTrue(found["25"].is_for_authors)

    def test_a_file_of_an_earlier_day_says_so(self) -> None:
        said = Answer(Status.REPORTED, "Page 1")
        answers.answer(self.review, "prisma2020", "16a", said, by=self.cast.alice)
        past = moments.end_of(date(2001, 1, 1))
        written = {}
        for moment in (None, past):
            options = Options(as_of=moment)
            parts = WRITERS[".md"](self.review, options)
            written[moment] = b"".join(parts).decode()
        self.assertIn("As of 1 January 2001", written[past])
        self.assertIn("Known of today alone.", written[past])
        self.assertNotIn("Page 1", written[past])
        self.assertIn("Page 1", written[None])
        self.assertNotIn("Known of today alone", written[None])

    def test_queries_do_not_grow_with_the_review(self) -> None:
        with CaptureQueriesContext(connection) as before:
            tables.table(self.review, "prisma2020")
        for _ in range(3):
            create_study(review=self.review)
            create_criterion(review=self.review)
        with self.assertNumQueries(len(before.captured_queries)):
            tables.table(self.review, "prisma2020")


class ChecklistFileTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        said = Answer(Status.PARTLY, "Page 4", "=1+1")
        answers.answer(cls.review, "prisma2020", "13b", said, by=cls.cast.alice)

    def written(self, ending: str, kind: str = "") -> bytes:
        return b"".join(WRITERS[ending](self.review, Options(kind=kind)))

    def test_csv_holds_every_item_with_what_the_team_says(self) -> None:
        for kind, number in (("", 42), ("abstracts", 12), ("prisma_s", 16)):
            text = self.written(".csv", kind).decode()
            found = list(csv.DictReader(StringIO(text)))
            self.assertEqual(len(found), number)
        rows = csv.DictReader(StringIO(self.written(".csv").decode()))
        row = next(row for row in rows if row["Item"] == "13b")
        self.assertEqual(row["Status"], "Partly reported")
        self.assertEqual(row["Page and section"], "Page 4")
        self.assertEqual(row["Note"], "'=1+1")
        self.assertEqual(row["From the records"], tables.FOR_AUTHORS)

    def test_the_document_is_a_wide_table_of_all_items(self) -> None:
        made = docx.Document(BytesIO(self.written(".docx", "prisma_scr")))

        section = made.sections[0]
        assert section.page_width is not None
        assert section.page_height is not None
        self.assertGreater(section.page_width, section.page_height)
        cells = [row.cells[0].text for row in made.tables[0].rows]
        self.assertLessEqual({str(n) for n in range(1, 23)}, set(cells))

    def test_the_other_forms_open(self) -> None:
        book = load_workbook(BytesIO(self.written(".xlsx")))
        self.assertGreater(book.worksheets[0].max_row, 42)
        self.assertIn("13b", self.written(".md").decode())
        self.assertIn("13b", self.written(".html").decode())

    def test_refuses_a_checklist_that_is_none(self) -> None:
        with self.assertRaisesMessage(CannotExport, "no checklist prisma1999"):
            self.written(".csv", "prisma1999")
