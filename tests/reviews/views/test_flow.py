"""The flow page: one drawing, one table, and every number a way to its rows."""

import re
from typing import Any
from xml.etree import ElementTree as ET

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.flow import counting
from reviews.models import Criterion, Report, Review, Search, Settlement, Study
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


class FlowPageTests(TestCase):
    review: Review
    cast: Cast
    reason: Criterion
    study: Study

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(title="Ketamine <b>& more</b>")
        cls.reason = create_criterion(
            review=cls.review, code="E1", reason="No <script>alert(1)</script> ketamine"
        )
        create_search(review=cls.review, name="MEDLINE")
        exclude_report(cls.review, cls.reason)
        cls.study = create_study(review=cls.review, label="Brody 2024")

    def setUp(self) -> None:
        self.client.force_login(self.cast.vera)

    def get(self, name: str, *args: str, **query: str) -> Any:
        return self.client.get(
            reverse(f"reviews:{name}", args=[self.review.slug, *args]), query
        )

    def drawing(self) -> ET.Element:
        page = self.get("flow").content.decode()
        found = re.search(r"<svg xmlns.*?</svg>", page, re.S)
        assert found
        return ET.fromstring(found[0])

    def test_draws_the_diagram_in_the_page_with_a_link_for_each_number(self) -> None:
        links = [link.get("href") for link in self.drawing().iter(f"{SVG}a")]
        for box in ("databases", "screened", "assessed", "studies_included"):
            self.assertIn(
                reverse("reviews:flow_box", args=[self.review.slug, box]), links
            )
        self.assertIn(
            reverse(
                "reviews:flow_box",
                args=[self.review.slug, f"reason-{self.reason.pk}"],
            ),
            links,
        )

    def test_words_of_the_team_stay_words_in_the_drawing(self) -> None:
        page = self.get("flow").content.decode()
        self.assertNotIn("<script>alert", page)
        self.assertNotIn("<b>&", page)
        said = "".join(self.drawing().itertext())
        self.assertIn("No <script>alert(1)</script> ketamine", said)

    def test_every_number_of_the_page_opens_into_as_many_rows(self) -> None:
        page = self.get("flow")
        numbers = counting.flow(self.review).numbers
        found = re.findall(rb'href="([^"]+/flow/[\w-]+/)"', page.content)
        beside = {b"compare", b"snapshots"}
        links = {link for link in found if link.split(b"/")[-2] not in beside}
        self.assertGreater(len(links), 15)
        for link in links:
            name = link.decode().rstrip("/").rpartition("/")[2]
            answer = self.client.get(link.decode())
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(answer.context["page_obj"].paginator.count, numbers[name])
            self.assertContains(answer, f"n = {numbers[name]}")

    def test_a_box_lists_what_it_counts(self) -> None:
        self.assertContains(self.get("flow_box", "studies_included"), "Brody 2024")
        self.assertContains(self.get("flow_box", "databases"), "Included")
        excluded = self.get("flow_box", f"reason-{self.reason.pk}")
        self.assertContains(excluded, "ketamine</h1>")
        self.assertContains(
            excluded, f"/reports/{Report.objects.get(verdict='exclude').pk}/"
        )

    def test_a_box_that_is_not_there_is_not_found(self) -> None:
        for name in ("secrets", "search-0", "reason-x"):
            self.assertEqual(self.get("flow_box", name).status_code, 404)

    def test_says_that_all_adds_up_and_nothing_waits(self) -> None:
        self.assertContains(self.get("flow"), "All numbers add up, and nothing waits.")

    def test_names_what_waits_with_a_way_to_it(self) -> None:
        create_record(review=self.review)
        page = self.get("flow")
        self.assertContains(page, "Not final: 1 record awaits screening.")
        self.assertContains(page, "Records that await screening: 1")

    def test_says_what_is_worth_a_look(self) -> None:
        report = create_report(review=self.review)
        report.records.add(
            create_record(
                review=self.review,
                verdict="include",
                settlement=Settlement.AGREEMENT,
                settled_at=report.added_at,
            )
        )
        page = self.get("flow")
        self.assertContains(page, "Worth a look.")
        self.assertContains(page, "Reports sought for retrieval is 3, but 4 records")

    def test_other_methods_stand_beside(self) -> None:
        create_search(review=self.review, name="Citations", kind=Search.Kind.CITATION)
        page = self.get("flow")
        self.assertContains(page, "Identification of studies via other methods")
        self.assertContains(page, "Citation searching: Citations")

    def test_an_empty_review_says_what_to_do_next(self) -> None:
        review, cast = self.review, self.cast
        review.reports.all().delete()
        review.records.all().delete()
        self.client.force_login(cast.alice)
        self.assertContains(self.get("flow"), "Nothing is identified yet.")

    def test_the_drawing_can_be_taken_along_without_links(self) -> None:
        for query, name in (({}, "flow.svg"), ({"colour": "no"}, "white.svg")):
            answer = self.get("flow_diagram", **query)
            self.assertEqual(answer["Content-Type"], "image/svg+xml; charset=utf-8")
            self.assertIn(name, answer["Content-Disposition"])
            root = ET.fromstring(answer.content)
            self.assertEqual(list(root.iter(f"{SVG}a")), [])
            self.assertEqual(root.get("role"), "img")

    def test_asks_the_database_no_more_often_for_more_records(self) -> None:
        with CaptureQueriesContext(connection) as few:
            self.get("flow")
        for _ in range(5):
            exclude_report(self.review, self.reason)
            create_study(review=self.review)
            create_record(review=self.review)
        with self.assertNumQueries(len(few)):
            self.get("flow")
