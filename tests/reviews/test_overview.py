from django.test import TestCase

from reviews import overview
from reviews.models import DuplicateSet, Report, Role
from tests.cast import create_cast, join
from tests.factories import (
    create_criterion,
    create_included_report,
    create_record,
    create_report,
    create_review,
    create_study,
)


class NextStepTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = create_cast()
        cls.review = create_review(owner=cls.cast.alice)

    def told(self) -> str:
        return overview.next_step(self.review).title

    def test_leads_from_the_protocol_to_the_flow(self) -> None:
        self.assertEqual(self.told(), "Write the protocol")
        create_criterion(review=self.review)
        self.assertEqual(self.told(), "Bring the team together")
        join(self.review, self.cast.bob, Role.REVIEWER)
        self.assertEqual(self.told(), "Bring the team together")
        join(self.review, self.cast.carol, Role.REVIEWER)
        self.assertEqual(self.told(), "Record a search and import what it found")
        record = create_record(review=self.review)
        found = DuplicateSet.objects.create(review=self.review, number=1)
        self.assertEqual(self.told(), "Look at the duplicates")
        found.delete()
        self.assertEqual(self.told(), "Screen titles and abstracts")
        report = create_report(
            review=self.review, record=record, retrieval=Report.Retrieval.AWAITING
        )
        self.assertEqual(self.told(), "Retrieve the full texts")
        Report.objects.filter(pk=report.pk).update(retrieval=Report.Retrieval.RETRIEVED)
        self.assertEqual(self.told(), "Assess the full texts")
        report.delete()
        create_included_report(review=self.review)
        self.assertEqual(self.told(), "Group the included reports into studies")
        self.review.reports.update(study=create_study(review=self.review))
        self.assertEqual(self.told(), "Read the flow")


class PhasesTests(TestCase):
    def test_every_figure_is_one_count_however_many_records(self) -> None:
        review = create_review(owner=create_cast().alice)
        create_study(review=review)
        with self.assertNumQueries(13):
            phases = overview.phases(review)
        numbers = {
            (phase.label, figure.label): figure.number
            for phase in phases
            for figure in phase.figures
        }
        self.assertEqual(numbers["Identified", "records identified"], 1)
        self.assertEqual(numbers["Titles and abstracts", "await screening"], 0)
        self.assertEqual(numbers["Included", "studies included"], 1)
