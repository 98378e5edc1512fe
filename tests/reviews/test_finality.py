"""A flow is final once all adds up and nothing waits, or a reason is written down."""

from django.test import TestCase

from reviews import dismissals, finality
from reviews.finality import CHECK, NotFinal
from reviews.flow import counting
from reviews.flow.findings import Finding
from reviews.models import Dismissal, Review
from tests.cast import Cast
from tests.factories import (
    create_record,
    create_search,
    create_staffed_review,
    create_study,
)


class FinalityTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        create_search(review=cls.review, name="MEDLINE")
        create_study(review=cls.review)

    def require(self) -> tuple[str, ...]:
        return finality.require(self.review, counting.flow(self.review))

    def in_the_way(self) -> tuple[Finding, ...]:
        return finality.tell(self.review, counting.flow(self.review)).in_the_way

    def let_stand(self, reason: str) -> list[Dismissal]:
        return [
            dismissals.dismiss(
                self.review,
                CHECK,
                finding.key,
                what=finding.message,
                reason=reason,
                by=self.cast.alice,
            )
            for finding in self.in_the_way()
        ]

    def test_what_adds_up_and_is_done_is_final_and_has_nothing_to_say(self) -> None:
        self.assertEqual(self.require(), ())

    def test_names_everything_that_is_in_the_way(self) -> None:
        create_record(review=self.review)
        search = create_search(review=self.review, name="Embase", reported_count=7)
        with self.assertRaises(NotFinal) as caught:
            self.require()
        told = str(caught.exception)
        self.assertIn("1 record awaits screening", told)
        self.assertIn("Embase reported 7 records", told)
        self.assertNotEqual(search.pk, None)

    def test_a_reason_is_carried_and_taken_back_is_missed(self) -> None:
        create_search(review=self.review, name="Embase", reported_count=7)
        (dismissal,) = self.let_stand("The export was cut off; nobody has it.")
        (carried,) = self.require()
        self.assertIn("Embase reported 7 records", carried)
        self.assertIn("The export was cut off", carried)
        dismissals.withdraw(dismissal, by=self.cast.alice)
        with self.assertRaises(NotFinal):
            self.require()

    def test_a_number_that_changed_asks_for_a_reason_anew(self) -> None:
        create_record(review=self.review)
        self.let_stand("It came the day before we sent this.")
        self.assertEqual(len(self.require()), 1)
        create_record(review=self.review)
        with self.assertRaises(NotFinal):
            self.require()

    def test_a_review_that_identified_nothing_has_no_final_flow(self) -> None:
        self.review.reports.all().delete()
        self.review.studies.all().delete()
        self.review.records.all().delete()
        with self.assertRaisesMessage(NotFinal, "nothing is identified yet"):
            self.require()
