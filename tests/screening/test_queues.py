from django.test import TestCase

from reviews.models import Review, Role, Stage, User
from screening import decisions, queues
from screening.models import Choice
from tests.cast import join
from tests.factories import create_record, create_staffed_review

TITLES = Stage.TITLE_ABSTRACT


def another_reviewer(review: Review, name: str) -> User:
    person = User.objects.create_user(name, f"{name}@example.org")
    join(review, person, Role.REVIEWER)
    return person


class SharesTests(TestCase):
    """Where more people judge than a record needs, they do not read in vain."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.records = [create_record(review=cls.review) for _ in range(12)]

    def test_two_people_of_two_have_the_same_order(self) -> None:
        for person in (self.cast.bob, self.cast.carol):
            self.assertEqual(
                queues.ahead(self.review, TITLES, person, number=3),
                self.records[:3],
            )

    def test_every_record_has_two_first_readers_of_five(self) -> None:
        people = [self.cast.bob, self.cast.carol]
        people += [
            another_reviewer(self.review, name) for name in ("erin", "frank", "grace")
        ]
        waiting = {
            person: queues.queue(self.review, TITLES, person) for person in people
        }
        for record in self.records:
            first = [
                person
                for person in people
                if record in queues.share(waiting[person], self.review, TITLES, person)
            ]
            self.assertEqual(len(first), 2)

    def test_what_is_left_over_is_everybodys(self) -> None:
        erin = another_reviewer(self.review, "erin")
        judged = []
        while found := queues.ahead(self.review, TITLES, erin, number=1):
            decisions.decide(found[0], Choice.EXCLUDE, reviewer=erin)
            judged.append(found[0])
        self.assertCountEqual(judged, self.records)
        # Two thirds of them are hers first.
        records = self.review.records.all()
        first = queues.share(records, self.review, TITLES, erin)
        self.assertCountEqual(judged[: first.count()], first)

    def test_the_share_is_the_same_whatever_others_judged(self) -> None:
        erin = another_reviewer(self.review, "erin")
        before = queues.ahead(self.review, TITLES, erin, number=5)
        decisions.decide(before[0], Choice.INCLUDE, reviewer=self.cast.bob)
        self.assertEqual(queues.ahead(self.review, TITLES, erin, number=5), before)
