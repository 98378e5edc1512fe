"""The record of a vote is found by its marks, and never guessed."""

from django.test import TestCase

from reviews.duplicates import merging
from reviews.formats.votes.told import RecordKey
from reviews.models import DuplicateSet, Record, Stage
from screening.moving_in import finding
from screening.moving_in.finding import Found, Index, NotFound
from tests.factories import create_record, create_report, create_staffed_review


class FindingTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.one = create_record(
            review=cls.review,
            title="Kétamine: a trial",
            year=2020,
            doi="10.1000/One",
            pmid="77",
            source_id="12",
        )
        cls.other = create_record(review=cls.review, title="Another", year=2021)

    def find(self, stage: Stage = Stage.TITLE_ABSTRACT, **key: object) -> object:
        return Index(self.review, stage).find(RecordKey(**key))  # type: ignore[arg-type]  # any mark

    def test_by_each_mark(self) -> None:
        for by, key in (
            ("source_id", {"source_id": "12"}),
            ("doi", {"doi": "10.1000/one"}),
            ("pmid", {"pmid": "77"}),
            ("title", {"title": "Ketamine – a trial.", "year": 2020}),
            ("title", {"title": "ketamine a trial"}),
        ):
            self.assertEqual(self.find(**key), Found(self.one.pk, by))

    def test_a_number_alone_says_nothing_against_a_title(self) -> None:
        found = self.find(source_id="12", title="Another", year=2021)
        self.assertEqual(found, Found(self.other.pk, "title"))
        found = self.find(source_id="12", title="A third")
        self.assertEqual(found, NotFound(finding.NOWHERE))

    def test_another_year_is_another_record(self) -> None:
        found = self.find(title="Another", year=1999)
        self.assertEqual(found, NotFound(finding.NOWHERE))

    def test_several_that_fit_are_told_until_they_are_merged(self) -> None:
        twin = create_record(review=self.review, title="Another", year=2021)
        self.assertEqual(
            self.find(title="Another", year=2021), NotFound(finding.SEVERAL)
        )
        found = DuplicateSet.objects.create(review=self.review, number=1)
        Record.objects.filter(pk__in=[twin.pk, self.other.pk]).update(
            duplicate_set=found
        )
        self.other.refresh_from_db()
        merging.merge(found, keep=self.other, by=self.cast.alice)
        self.assertEqual(
            self.find(source_id=twin.source_id), Found(self.other.pk, "source_id")
        )

    def test_marks_of_different_records_are_told(self) -> None:
        self.other.doi = "10.1000/other"
        self.other.save()
        found = self.find(doi="10.1000/other", pmid="77")
        self.assertEqual(found, NotFound(finding.AT_ODDS))

    def test_a_title_decides_between_those_that_share_a_doi(self) -> None:
        create_record(review=self.review, title="Erratum", doi="10.1000/one")
        found = self.find(doi="10.1000/one", title="Ketamine, a trial")
        self.assertEqual(found, Found(self.one.pk, "doi"))

    def test_a_record_that_was_removed_or_taken_out_is_not_judged(self) -> None:
        Record.objects.filter(pk=self.one.pk).update(
            removal="other", removal_reason="Test"
        )
        self.assertEqual(self.find(pmid="77"), NotFound(finding.REMOVED))
        Record.objects.filter(pk=self.one.pk).update(in_review=False)
        self.assertEqual(self.find(pmid="77"), NotFound(finding.NOWHERE))

    def test_a_full_text_is_that_of_the_record_once_it_is_retrieved(self) -> None:
        self.assertEqual(
            self.find(Stage.FULL_TEXT, pmid="77"), NotFound(finding.NOT_ASSESSED)
        )
        report = create_report(review=self.review, record=self.one)
        self.assertEqual(
            self.find(Stage.FULL_TEXT, pmid="77"), Found(report.pk, "pmid")
        )
