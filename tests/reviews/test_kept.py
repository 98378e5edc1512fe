"""A snapshot is drawn as it was kept: its figures make the same counts again."""

from dataclasses import replace

from django.test import TestCase

from reviews import kept, previous
from reviews.exports import flow as flow_export
from reviews.flow import counting, notes, official
from reviews.models import Diagram, Review, Search
from tests.factories import (
    create_criterion,
    create_extraction_field,
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
        create_study(review=cls.review, label="Brody 2020")
        field = create_extraction_field(
            review=cls.review, kind="choice", choices=["Adults"]
        )
        Diagram.objects.create(review=cls.review, synthesis_field=field)
        previous.add(cls.review, "Brody 2020: A trial", by=cast.alice)

    def test_the_figures_make_the_same_flow_again(self) -> None:
        found = counting.flow(self.review)
        again = kept.read(flow_export.figures(found))
        self.assertEqual(official.counts(again), official.counts(found))
        self.assertEqual(again.template, found.template)
        self.assertEqual(official.labels(again), official.labels(found))
        self.assertEqual(notes.footnotes(again), notes.footnotes(found))
        self.assertEqual(flow_export.figures(again), flow_export.figures(found))

    def test_what_the_figures_say_of_synthesis_and_open_work_comes_back(self) -> None:
        found = counting.flow(self.review)
        again = kept.read(flow_export.figures(found))
        self.assertEqual(
            [(part.label, part.count) for part in again.synthesis],
            [("Not settled", 2)],
        )
        self.assertEqual(again.classified_and_open, 1)
        self.assertEqual(again.studies_again, 1)

    def test_figures_of_an_older_version_of_the_product_are_read_too(self) -> None:
        figures = flow_export.figures(counting.flow(self.review))
        for name in ("classified_and_open", "studies_again", "synthesis"):
            figures.pop(name)
        self.assertEqual(kept.read(figures).synthesis, ())

    def test_what_the_history_did_not_tell_stays_a_footnote(self) -> None:
        found = replace(counting.flow(self.review), unknown=("Nobody kept it.",))
        again = kept.read(flow_export.figures(found))
        self.assertEqual(notes.footnotes(again), notes.footnotes(found))
