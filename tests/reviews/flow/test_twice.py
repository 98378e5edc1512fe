"""A report that a previous version had, and that is found again, is told by name."""

from typing import Any

from django.test import SimpleTestCase, TestCase
from django.urls import reverse
from django.utils import timezone

from reviews import finality, previous, records
from reviews.flow import counting, findings, twice
from reviews.flow.findings import Finding
from reviews.flow.twice import Cited, Found
from reviews.models import Record
from tests.factories import (
    create_included_report,
    create_record,
    create_search,
    create_staffed_review,
)

TITLE = "Ketamine for the relief of depression in adults"


def shared(citation: str, *, title: str = TITLE, doi: str = "") -> list[str]:
    pairs = twice.pairs([Cited("Brody 2020", citation)], [Found(1, title, doi)])
    return [pair.shared for pair in pairs]


class PairsTests(SimpleTestCase):
    def test_a_doi_and_a_whole_title_are_seen_however_they_are_printed(self) -> None:
        by_doi, by_title = (
            ["the DOI that stands there"],
            ["the title that stands there"],
        )
        for printed in (
            "Brody. J. https://doi.org/10.1000/A.B-1.",
            "Brody. J. doi:10.1000/a.b-1; PMID 3",
            "Brody. J. https://doi.org/10.1000%2Fa.b-1",
        ):
            self.assertEqual(shared(printed, title="X", doi="10.1000/a.b-1"), by_doi)
        for printed in (
            f"Brody A. {TITLE}. J Test 2020;1:2.",
            "Brody A. KETAMINE for the relief of depression, in adults? 2020",
        ):
            self.assertEqual(shared(printed), by_title)

    def test_what_says_too_little_or_something_else_is_none(self) -> None:
        self.assertEqual(shared("Brody A. Ketamine. 2020", title="Ketamine"), [])
        self.assertEqual(shared("Ketamine for the relief of depression in ad"), [])
        # A DOI that goes on is another.
        self.assertEqual(shared("10.1000/a.b-11", title="X", doi="10.1000/a.b-1"), [])
        # The abstract of a congress under the title of the article.
        printed = f"{TITLE}. Congress. doi:10.1000/c"
        self.assertEqual(shared(printed, doi="10.1000/j"), [])

    def test_a_report_is_told_once_for_a_citation(self) -> None:
        found = [Found(1, TITLE, "10.1/a"), Found(1, TITLE, "10.1/b")]
        cited = [Cited("A", f"{TITLE}. doi:10.1/a")]
        self.assertEqual(len(list(twice.pairs(cited, found))), 1)


class FlowTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.search = create_search(review=cls.review)
        cls.report = cls.include(TITLE, doi="10.1000/j")

    @classmethod
    def include(cls, title: str, **fields: Any) -> Any:
        record = create_record(
            review=cls.review, search=cls.search, title=title, **fields
        )
        return create_included_report(review=cls.review, record=record, title=title)

    def add(self, *lines: str) -> None:
        previous.add(self.review, "\n".join(lines), by=self.cast.alice)

    def told(self, **scope: Any) -> list[Finding]:
        found = findings.find(counting.flow(self.review, **scope))
        return [each for each in found if each.rule == "twice"]

    def test_a_pair_is_a_warning_by_name_and_changes_no_number(self) -> None:
        self.add(f"Brody 2020: Brody A. {TITLE}. 2020.", "Peters 2019: Another.")
        (finding,) = self.told()
        self.assertEqual(finding.level, "warning")
        self.assertIn("“Brody 2020: Brody A.", finding.message)
        self.assertIn(f"“{TITLE}”", finding.message)
        found = counting.flow(self.review)
        self.assertEqual((found.previous_reports, found.reports_included), (2, 1))
        self.assertEqual(found.total_reports, 3)
        final = finality.tell(self.review, found)
        self.assertIn(finding, final.in_the_way)
        self.client.force_login(self.cast.alice)
        page = self.client.get(reverse("reviews:flow", args=[self.review.slug]))
        self.assertContains(page, "If they are one report, it counts twice")
        self.assertContains(page, "flow/previous_reports/")

    def test_a_record_that_is_removed_or_a_reason_ends_the_doubt(self) -> None:
        self.add(f"Brody 2020: Brody A. {TITLE}. 2020.")
        before = timezone.now()
        (finding,) = self.told()
        url = reverse("reviews:flow_dismiss", args=[self.review.slug])
        self.client.force_login(self.cast.alice)
        said = {"finding": finding.key, "reason": "Its abstract"}
        self.assertEqual(self.client.post(url, said).status_code, 302)
        final = finality.tell(self.review, counting.flow(self.review))
        self.assertNotIn(finding, final.in_the_way)
        records.remove(
            self.report.records.get(),
            Record.Removal.OTHER,
            reason="The previous version had included it",
            by=self.cast.alice,
        )
        self.assertEqual(self.told(), [])
        self.assertEqual(counting.flow(self.review).total_reports, 1)
        # Of the day before it is told as it was.
        self.assertEqual(len(self.told(as_of=before)), 1)

    def test_many_are_told_in_part_and_counted(self) -> None:
        titles = [f"{TITLE}, the part number {number}" for number in range(30)]
        for title in titles[:22]:
            self.include(title)
        self.add(*(f"Study {title[-2:]}: {title}." for title in titles))
        told = [finding.message for finding in self.told()]
        self.assertEqual(len(told), twice.MOST + 1)
        self.assertTrue(any("more report" in message for message in told))

    def test_the_number_of_queries_does_not_grow(self) -> None:
        with self.assertNumQueries(4):
            counting.flow(self.review)
        self.add(f"Brody 2020: {TITLE}.")
        with self.assertNumQueries(8):
            counting.flow(self.review)
        self.add(*(f"Study {number}: {number} {TITLE}." for number in range(9)))
        for number in range(9):
            self.include(f"{TITLE} {number}")
        with self.assertNumQueries(8):
            counting.flow(self.review)
