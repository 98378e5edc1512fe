"""The address of a flow says until when it is shown, and of which wave."""

from django.test import TestCase

from reviews import scopes, waves
from reviews.models import Review
from tests.cast import Cast
from tests.factories import create_staffed_review


class ScopeTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        waves.begin(cls.review, name="Update", by=cls.cast.alice)

    def test_reads_what_it_writes(self) -> None:
        for query in (
            {},
            {"as_of": "2025-05-31"},
            {"wave": "2"},
            {"as_of": "2025-05-31T10:00:00.000001+00:00", "wave": "1"},
        ):
            scope = scopes.read(self.review, query)
            self.assertEqual(scope.query.count("="), len(query))
            self.assertEqual(scope.written, query.get("as_of", ""))
            self.assertEqual(scope.problem, "")

    def test_leads_to_today_to_the_whole_and_to_a_wave(self) -> None:
        scope = scopes.read(self.review, {"as_of": "2025-05-31", "wave": "2"})
        self.assertEqual(scope.query, "?as_of=2025-05-31&wave=2")
        self.assertEqual(scope.query_of_today, "?wave=2")
        self.assertEqual(scope.query_of_whole, "?as_of=2025-05-31")
        first = self.review.waves.get(number=1)
        self.assertEqual(scope.of_wave(first).query, "?as_of=2025-05-31&wave=1")

    def test_a_date_that_is_none_is_a_problem_and_means_today(self) -> None:
        scope = scopes.read(self.review, {"as_of": "soon"})
        self.assertIn("“soon” is not a day", scope.problem)
        self.assertIsNone(scope.as_of)

    def test_a_wave_that_is_not_there_is_unknown(self) -> None:
        for number in ("3", "-1", "x", "²", "9" * 5, "9" * 50):
            with self.assertRaises(scopes.UnknownWave):
                scopes.read(self.review, {"wave": number})
