"""The diagram as the team wants it: one drawing, every file, and no number dropped."""

import io
import struct
import zipfile
from typing import Any
from xml.etree import ElementTree as ET

from django.test import TestCase

from reviews import diagrams, dismissals, finality, previous
from reviews.diagram import prisma2020
from reviews.diagram.r_package import reading
from reviews.exports import diagram
from reviews.exports.options import CannotExport, Options
from reviews.finality import NotFinal
from reviews.flow import counting, findings
from reviews.models import Criterion, Diagram, Report, Review, Search
from tests.cast import Cast
from tests.factories import (
    create_criterion,
    create_record,
    create_report,
    create_search,
    create_staffed_review,
    create_study,
)
from tests.reviews.test_flow import exclude_report

SVG = "{http://www.w3.org/2000/svg}"
OLD = Diagram.Form.PRISMA2009.value


def words_of(svg: str) -> str:
    texts = ET.fromstring(svg).iter(f"{SVG}text")
    return " ".join("".join(text.itertext()) for text in texts)


class DiagramTests(TestCase):
    review: Review
    cast: Cast
    reason: Criterion

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(
            slug="d", title="Ketamine’s <use> & 漢字"
        )
        cls.reason = create_criterion(
            review=cls.review, code="E1", reason="Wasn't a trial; or, <b>not</b> 試験"
        )
        create_search(review=cls.review, name="MEDLINE")
        exclude_report(cls.review, cls.reason)
        create_study(review=cls.review)

    def draw(self, **options: Any) -> diagram.Drawn:
        found = counting.flow(self.review)
        return diagram.draw(self.review, found, Options(**options))

    def words(self, **options: Any) -> str:
        return words_of(self.draw(**options).svg)

    def written(self, suffix: str, **options: Any) -> bytes:
        writer = diagram.WRITERS["diagram"][suffix]
        return b"".join(writer(self.review, Options(**options)))

    def wish(self, **fields: Any) -> None:
        Diagram.objects.update_or_create(review=self.review, defaults=fields)

    def search_beside(self) -> Search:
        found = create_search(
            review=self.review, name="Which?", kind=Search.Kind.WEBSITE
        )
        create_record(review=self.review, search=found)
        return found

    def test_every_file_is_of_one_drawing_and_always_the_same_bytes(self) -> None:
        begin = {
            ".svg": b"<svg ",
            ".png": b"\x89PNG",
            ".pdf": b"%PDF-",
            ".docx": b"PK",
            ".html": b"<!DOCTYPE html>",
            ".csv": b"data,node,box,",
        }
        self.assertEqual(set(diagram.WRITERS["diagram"]), set(begin))
        for suffix, magic in begin.items():
            for form in ("", OLD):
                written = self.written(suffix, template=form)
                self.assertTrue(written.startswith(magic), suffix)
                self.assertEqual(written, self.written(suffix, template=form))

    def test_words_of_the_team_stay_words_in_every_file(self) -> None:
        said = "Wasn't a trial; or,"
        self.assertIn(said, words_of(self.written(".svg").decode()))
        page = self.written(".html").decode()
        self.assertIn("Wasn't a trial; or, &lt;b&gt;not&lt;/b&gt; 試験", page)
        self.assertNotIn("<b>", page)
        self.assertNotIn("<script", page)
        sheet = reading.read(self.written(".csv"))
        chart = prisma2020.chart(
            sheet.counts, template="new_v1", title="", labels=sheet.labels
        )
        self.assertIn("a trial", chart.description)
        with zipfile.ZipFile(io.BytesIO(self.written(".docx"))) as package:
            inside = package.read("word/document.xml").decode()
        self.assertIn("Wasn't a trial", inside)
        self.assertIn("&lt;b&gt;", inside)

    def test_a_picture_has_the_dots_that_are_asked_for(self) -> None:
        for dpi in (96, 600):
            picture = self.written(".png", dpi=dpi)
            width = struct.unpack(">I", picture[16:20])[0]
            self.assertAlmostEqual(width, self.draw().drawing.width * dpi / 96, delta=2)
        for dpi in (0, 71, 1201, -300):
            with self.assertRaisesMessage(CannotExport, "72 to 1200"):
                self.written(".png", dpi=dpi)

    def test_the_page_has_the_numbers_as_a_table_with_links_where_they_are_known(
        self,
    ) -> None:
        page = self.written(".html").decode()
        self.assertIn(
            "<h1>PRISMA 2020 flow diagram: Ketamine’s &lt;use&gt; &amp;", page
        )
        self.assertNotIn("<a ", page)
        drawn = diagram.draw(
            self.review,
            counting.flow(self.review),
            link=lambda box: f"https://example.org/{box}/",
        )
        linked = diagram.FILES[".html"](drawn, Options()).decode()
        for box in ("screened", "studies_included", f"reason-{self.reason.pk}"):
            self.assertEqual(linked.count(f'href="https://example.org/{box}/"'), 2, box)

    def test_draws_the_form_the_words_and_the_notes_of_the_team(self) -> None:
        self.wish(
            form="new_v2",
            labels={"records_screened": "Geprüfte Datensätze"},
            footnotes="Two people, independently.\nNo tool was used.",
            monochrome=True,
        )
        words = self.words()
        self.assertIn("Geprüfte Datensätze (n = 2)", words)
        self.assertNotIn("Records screened", words)
        self.assertIn("Identification of studies via other methods", words)
        self.assertIn("Two people, independently.", words)
        self.assertIn("No tool was used.", words)
        self.assertNotIn("#FFC125", self.draw().svg)
        self.assertIn("Geprüfte Datensätze", self.written(".csv").decode())

    def test_nought_by_other_methods_where_nobody_searched_by_them(self) -> None:
        words = self.words(template="new_v2")
        self.assertNotIn("not known", words)
        self.assertIn("Records identified from (n = 0)", words)

    def test_a_previous_version_that_nobody_entered_is_not_known(self) -> None:
        words = self.words(template="update_v1")
        self.assertIn("previous version of review (n not known)", words)
        self.assertIn("Total studies included in review (n not known)", words)

    def test_a_form_that_would_drop_a_number_is_refused(self) -> None:
        self.search_beside()
        with self.assertRaisesMessage(CannotExport, "by them (1 record)"):
            self.draw(template="new_v1")
        previous.add(self.review, "Old 2001: Old A. 2001.", by=self.cast.alice)
        with self.assertRaisesMessage(CannotExport, "no column for the previous"):
            self.draw(template="new_v2")
        self.assertEqual(self.draw(template="update_v2").form, "update_v2")

    def test_a_form_that_the_review_outgrew_gives_way_to_the_one_it_needs(self) -> None:
        self.wish(form="new_v1")
        self.assertEqual(self.draw().form, "new_v1")
        self.search_beside()
        self.assertEqual(self.draw().form, "new_v2")
        self.assertFalse(self.draw().counts.website_results is None)

    def test_a_final_one_is_refused_while_work_is_open(self) -> None:
        create_record(review=self.review)
        self.assertIn("Not final", self.words())
        for suffix in diagram.FILES:
            with self.assertRaises(NotFinal):
                self.written(suffix, final=True)

    def test_a_final_one_is_drawn_once_all_is_done(self) -> None:
        self.assertNotIn("Not final", self.words(final=True))

    def test_a_final_one_carries_the_reason_of_what_is_let_stand(self) -> None:
        create_record(review=self.review)
        for finding in findings.find(counting.flow(self.review)):
            dismissals.dismiss(
                self.review,
                finality.CHECK,
                finding.key,
                what=finding.message,
                reason="It came too late.",
                by=self.cast.alice,
            )
        for form in ("", OLD):
            words = self.words(final=True, template=form)
            self.assertIn("It came too late.", words)
            self.assertNotIn("Not final", words)

    def test_draws_with_few_queries(self) -> None:
        found = counting.flow(self.review)
        with self.assertNumQueries(2):
            diagram.draw(self.review, found)

    # The form of 2009

    def test_the_older_form_adds_both_ways_up_and_tells_what_it_has_no_box_for(
        self,
    ) -> None:
        beside = self.search_beside()
        record = create_record(review=self.review, search=beside)
        create_report(
            review=self.review,
            record=record,
            retrieval=Report.Retrieval.NOT_RETRIEVED,
            not_retrieved_reason="No library has it.",
        )
        words = self.words(template=OLD)
        for said in (
            "Records identified through database searching (n = 2)",
            "Additional records identified through other sources (n = 2)",
            "Records after duplicates removed (n = 4)",
            "Records screened (n = 3)",
            "Full-text articles assessed for eligibility (n = 2)",
            "Studies included in qualitative synthesis (n = 1)",
            "websites: Which? (n = 2)",
            "Of 3 reports sought, 1 could not be retrieved.",
            "the studies included are those of 1 report",
            "e1000097",
        ):
            self.assertIn(said, words)
        self.assertNotIn("quantitative", words)
        self.assertNotIn("n71", words)

    def test_the_older_form_tells_of_a_previous_version(self) -> None:
        previous.add(self.review, "Old 2001: Old A. 2001.", by=self.cast.alice)
        words = self.words(template=OLD)
        self.assertIn("a previous version of the review included 1 study, and", words)
        self.assertIn("in total 2 are included", words)

    def test_each_number_of_the_older_form_opens_the_box_of_its_size(self) -> None:
        self.search_beside()
        found = counting.flow(self.review)
        drawn = diagram.draw(
            self.review, found, Options(template=OLD), link=lambda box: f"/{box}"
        )
        opened = {
            line.url.lstrip("/"): int(line.count.strip("(n =)").replace(",", ""))
            for box in drawn.chart.boxes
            for line in box.lines
            if line.url
        }
        self.assertGreater(len(opened), 5)
        for box, number in opened.items():
            self.assertEqual(counting.box(self.review, box).count(), number, box)

    def test_the_csv_holds_the_forms_of_2020_whatever_is_drawn(self) -> None:
        self.assertEqual(self.written(".csv", template=OLD), self.written(".csv"))

    def test_a_team_may_rename_the_words_of_the_older_form(self) -> None:
        diagrams.write(
            self.review,
            form=OLD,
            labels={"ft": "Volltexte", "qual": "Eingeschlossene Studien"},
            footnotes="",
            monochrome=False,
            by=self.cast.alice,
        )
        words = self.words()
        self.assertIn("Volltexte (n = 2)", words)
        self.assertIn("Eingeschlossene Studien (n = 1)", words)
