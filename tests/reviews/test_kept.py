"""A snapshot is drawn as it was kept: its figures make the same counts again."""

from django.test import TestCase

from reviews import kept, previous
from reviews.exports import flow as flow_export
from reviews.flow import counting
from reviews.models import Review, Search
from tests.factories import (
    create_criterion,
    create_record,
    create_report,
    create_search,
    create_staffed_review,
    create_study,
)
from tests.reviews.test_flow import exclude_report


class KeptTests(TestCase):
    review: Review

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cast = create_staffed_review()
        create_search(review=cls.review, name="MEDLINE", reported_count=9)
        create_search(
            review=cls.review, name="Both", is_combined=True, source="Embase; PsycInfo"
        )
        hand = create_search(review=cls.review, name="By hand", kind=Search.Kind.OTHER)
        create_record(review=cls.review, search=hand)
        for code in ("E1", "E2"):
            reason = create_criterion(review=cls.review, code=code)
            exclude_report(cls.review, reason)
        create_study(review=cls.review)
        create_report(review=cls.review, classification="ongoing")
        previous.add(cls.review, "Brody 2020: A trial", by=cast.alice)

    def test_the_figures_make_the_same_flow_again(self) -> None:
        found = counting.flow(self.review)
        again = kept.read(flow_export.figures(found))
        self.assertEqual(again.counts(), found.counts())
        self.assertEqual(again.template, found.template)
        self.assertEqual(again.labels, found.labels)
        self.assertEqual(again.footnotes, found.footnotes)
        self.assertEqual(flow_export.figures(again), flow_export.figures(found))
