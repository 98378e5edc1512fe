from django.test import TestCase

from reviews.audit import running
from tests.reviews.audit import whole


class WholeReviewTests(TestCase):
    """What the checks say of a review in which nothing is amiss."""

    def test_nothing_is_found(self) -> None:
        review, _ = whole.build()
        for outcome in running.run(review):
            with self.subTest(outcome.check.NAME):
                found = [f"{j.finding.code}: {j.finding.what}" for j in outcome.judged]
                self.assertEqual(found, [])
