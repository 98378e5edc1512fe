"""The pages of the diagram: to take along, to word, and to draw from a CSV."""

import io
from typing import Any

import docx
import pypdfium2
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import TestCase
from django.urls import reverse

from reviews import diagrams
from reviews.diagram.r_package import writing
from reviews.flow.balance.form import Counts
from reviews.models import Search
from tests.factories import (
    create_included_report,
    create_record,
    create_search,
    create_staffed_review,
    create_study,
)

COUNTS = Counts(
    database_results=10,
    duplicates=2,
    records_screened=8,
    records_excluded=5,
    dbr_sought_reports=3,
    dbr_notretrieved_reports=0,
    dbr_assessed=3,
    dbr_excluded={"Not adults, or Crohn's": 2},
    new_studies=1,
    new_reports=1,
)


class DiagramPageTestCase(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="ketamine", title="Ketamine")
        create_search(review=cls.review, name="Embase")
        study = create_study(review=cls.review)
        create_included_report(review=cls.review, study=study)

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def url(self, name: str = "diagram", *args: str) -> str:
        return reverse(f"reviews:{name}", args=["ketamine", *args])

    def taken(self, suffix: str, **query: str) -> Any:
        return self.client.get(self.url("diagram_file", suffix), query)

    def bytes_of(self, suffix: str, **query: str) -> bytes:
        answer = self.taken(suffix, **query)
        self.assertEqual(answer.status_code, 200)
        return b"".join(answer.streaming_content)


class TakeTests(DiagramPageTestCase):
    def test_shows_the_drawing_with_links_and_every_file(self) -> None:
        page = self.client.get(self.url())
        self.assertContains(page, "<svg")
        self.assertContains(page, self.url("flow_box", "screened"))
        for suffix in ("svg", "png", "pdf", "docx", "html", "csv"):
            self.assertContains(page, self.url("diagram_file", suffix))

    def test_the_files_are_what_their_names_say(self) -> None:
        for suffix, begin in (
            ("svg", b"<svg"),
            ("png", b"\x89PNG"),
            ("pdf", b"%PDF"),
            ("docx", b"PK"),
            ("html", b"<!DOCTYPE html>"),
            ("csv", b"data,node"),
        ):
            with self.subTest(suffix):
                self.assertTrue(self.bytes_of(suffix).startswith(begin))
        docx.Document(io.BytesIO(self.bytes_of("docx")))

    def test_a_pdf_is_of_the_paper_that_is_chosen(self) -> None:
        def sides(**query: str) -> list[int]:
            (page,) = pypdfium2.PdfDocument(self.bytes_of("pdf", **query))
            return sorted((round(page.get_width()), round(page.get_height())))

        self.assertEqual(sides(paper="a4"), [595, 842])
        self.assertNotEqual(sides(), [595, 842])
        page = self.client.get(self.url(), {"paper": "a4"})
        self.assertContains(page, f"{self.url('diagram_file', 'pdf')}?paper=a4")
        self.assertContains(page, "Page of a PDF")
        self.assertEqual(self.taken("pdf", paper="a9").status_code, 409)

    def test_a_page_that_stands_alone_leads_into_the_review(self) -> None:
        page = self.bytes_of("html").decode()
        self.assertIn(f"http://testserver{self.url('flow_box', 'screened')}", page)
        self.assertNotIn("href", self.bytes_of("svg").decode())

    def test_is_drawn_as_it_is_asked_for(self) -> None:
        older = self.bytes_of("svg", template="prisma2009").decode()
        self.assertIn("Records after duplicates removed", older)
        self.assertNotIn("#FFC125", self.bytes_of("svg", colour="no").decode())
        small, large = (self.bytes_of("png", dpi=dpi) for dpi in ("96", "300"))
        self.assertLess(len(small), len(large))
        page = self.client.get(self.url(), {"template": "prisma2009"})
        self.assertContains(page, "Records after duplicates removed")
        self.assertContains(page, "flow.svg?template=prisma2009")

    def test_numbers_of_a_picture_link_where_wanted(self) -> None:
        link = b'href="http://testserver/reviews/ketamine/flow/screened/"'
        self.assertNotIn(link, self.bytes_of("svg"))
        self.assertIn(link, self.bytes_of("svg", links="on"))

    def test_refuses_with_its_reason_and_no_file(self) -> None:
        create_record(review=self.review)
        create_record(
            review=self.review,
            search=create_search(review=self.review, kind=Search.Kind.WEBSITE),
        )
        for query in ({"final": "on"}, {"template": "new_v1"}, {"dpi": "4"}):
            with self.subTest(query):
                self.assertEqual(self.taken("svg", **query).status_code, 409)
                page = self.client.get(self.url(), query)
                self.assertEqual(page.status_code, 422)
        page = self.client.get(self.url(), {"final": "on"})
        self.assertContains(page, "2 records await screening", status_code=422)

    def test_a_final_one_is_drawn_when_all_is_done(self) -> None:
        self.assertIn(b"<svg", self.bytes_of("svg", final="on"))

    def test_shows_the_day_that_is_asked_for(self) -> None:
        page = self.client.get(self.url(), {"as_of": "2001-05-31"})
        self.assertContains(page, "31 May 2001")
        self.assertContains(page, "as_of=2001-05-31")
        self.assertIn("(n = 0)", self.bytes_of("svg", as_of="2001-05-31").decode())
        self.assertEqual(self.taken("svg", as_of="yesterday").status_code, 400)

    def test_knows_no_other_file(self) -> None:
        self.assertEqual(self.taken("exe").status_code, 404)


class WordsTests(DiagramPageTestCase):
    def post(self, **said: str) -> HttpResponse:
        answer = self.client.post(
            self.url("diagram_edit"), {"has_credit": "on", **said}
        )
        assert isinstance(answer, HttpResponse)
        return answer

    def test_offers_every_label_with_the_official_words(self) -> None:
        page = self.client.get(self.url("diagram_edit"))
        for name in diagrams.LABELS:
            self.assertContains(page, f'name="label_{name}"')
        self.assertContains(page, 'placeholder="Records screened"')
        self.assertNotContains(page, "Back to the official words")

    def test_keeps_what_is_said_and_draws_so(self) -> None:
        self.assertRedirects(
            self.post(label_records_screened="Gesichtet", footnotes="Ours."),
            self.url("diagram_edit"),
        )
        drawn = self.bytes_of("svg").decode()
        self.assertIn("Gesichtet", drawn)
        self.assertIn("Ours.", drawn)
        self.assertContains(self.client.get(self.url("flow")), "Gesichtet")

    def test_a_preview_keeps_nothing(self) -> None:
        page = self.post(label_records_screened="Gesichtet", preview="1")
        self.assertContains(page, "Nothing is kept yet")
        self.assertContains(page, "Gesichtet</tspan>")
        self.assertTrue(diagrams.is_official(self.review))

    def test_a_mistake_is_said_and_nothing_kept(self) -> None:
        page = self.post(template="nothing", label_included="納入")
        self.assertEqual(page.status_code, 422)
        page = self.post(footnotes="a\n" * 30)
        self.assertContains(page, "At most 20 footnotes", status_code=422)
        self.assertTrue(diagrams.is_official(self.review))

    def test_a_form_that_the_review_does_not_need_is_told(self) -> None:
        self.post(template="new_v1")
        create_search(review=self.review, kind=Search.Kind.WEBSITE)
        page = self.client.get(self.url("diagram_edit"))
        self.assertContains(page, "no column for other methods")

    def test_goes_back_to_the_official_words(self) -> None:
        self.post(label_included="納入")
        self.client.post(self.url("diagram_reset"))
        self.assertNotIn("納入", self.bytes_of("svg").decode())

    def test_goes_back_to_its_own_words_after_that(self) -> None:
        self.post(label_included="納入")
        self.client.post(self.url("diagram_reset"))
        self.assertContains(self.client.get(self.url("diagram_edit")), "our words")
        self.client.post(self.url("diagram_take_up"))
        self.assertIn("納入", self.bytes_of("svg").decode())
        page = self.client.post(self.url("diagram_take_up"), follow=True)
        self.assertContains(page, "nothing to take up")


class SheetTests(DiagramPageTestCase):
    def send(self, data: bytes, **said: str) -> Any:
        file = SimpleUploadedFile("flow.csv", data)
        return self.client.post(self.url("diagram_csv"), {"file": file, **said})

    def test_draws_a_csv_and_says_that_it_adds_up(self) -> None:
        page = self.send(writing.write(COUNTS, template="new_v1").encode())
        self.assertContains(page, "(n = 8)")
        self.assertContains(page, "Not adults, or Crohn's ")
        self.assertContains(page, "Every number adds up")

    def test_names_what_does_not_add_up(self) -> None:
        page = self.send(
            b"data,n\ndatabase_results,10\nduplicates,1\nrecords_screened,3\n"
        )
        self.assertContains(page, "do not add up")
        self.assertContains(page, "F3")

    def test_names_the_line_that_cannot_be_read(self) -> None:
        page = self.send(b"data,n\ndatabase_results,many\n")
        self.assertContains(page, "Line 2: “many” is no whole number", status_code=422)

    def test_gives_every_file_of_what_was_drawn_without_keeping_it(self) -> None:
        text = writing.write(COUNTS, template="new_v1")
        for suffix in ("svg", "png", "pdf", "docx", "html", "csv"):
            with self.subTest(suffix):
                answer: Any = self.client.post(
                    self.url("diagram_csv"), {"text": text, "suffix": suffix}
                )
                self.assertEqual(answer.status_code, 200)
                self.assertIn(f"flow.{suffix}", answer["Content-Disposition"])
                self.assertTrue(b"".join(answer.streaming_content))

    def test_draws_it_in_the_form_that_is_chosen(self) -> None:
        page = self.send(
            writing.write(COUNTS, template="new_v1").encode(), template="new_v2"
        )
        self.assertContains(page, "via other methods")

    def test_nothing_at_all_is_refused(self) -> None:
        page = self.client.post(self.url("diagram_csv"), {"text": ""})
        self.assertContains(page, "empty", status_code=422)

    def test_a_huge_file_is_refused_before_it_is_read(self) -> None:
        self.assertContains(self.send(b"x" * 1_000_001), "at most", status_code=422)
