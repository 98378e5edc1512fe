"""A reviewer's order tells nothing of what another one judged.

Two worlds with the same history of bob; carol judges otherwise in each what bob has not
judged or what is not settled. Bob's order is the same, byte for byte.
"""

from collections.abc import Callable

import time_machine
from django.db import transaction
from django.test import TestCase

from reviews.models import Record, Review
from screening import conflicts, decisions, queues
from screening.models import Choice
from tests.screening.ranking.ordered import (
    STAGE,
    create_ordered_review,
    learn,
    ranking_of,
)

INCLUDE, MAYBE, EXCLUDE = Choice.INCLUDE, Choice.MAYBE, Choice.EXCLUDE


@time_machine.travel("2026-03-01T12:00:00Z", tick=False)
class BlindingTests(TestCase):
    review: Review
    records: list[Record]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast, cls.records = create_ordered_review(share=10)
        for at, choice in ((20, INCLUDE), (21, MAYBE), (0, EXCLUDE), (1, EXCLUDE)):
            cls.says("bob", at, choice)
        # Settled for both: an agreement, and a conflict that somebody settled.
        cls.says("carol", 20, INCLUDE)
        cls.says("carol", 0, INCLUDE)
        conflicts.resolve(
            cls.records[0],
            EXCLUDE,
            resolver=cls.cast.dan,
            reason="About bridges",
        )

    @classmethod
    def says(cls, name: str, at: int, choice: Choice) -> None:
        decisions.decide(cls.records[at], choice, reviewer=getattr(cls.cast, name))

    def bobs(self, happens: Callable[[], None]) -> tuple[object, ...]:
        """Return all of bob's order in a world, and take the world back."""
        with transaction.atomic():
            happens()
            learn(self.review)
            ranking = ranking_of(self.review, self.cast.bob)
            coming = queues.ahead(self.review, STAGE, self.cast.bob, number=30)
            found = (
                bytes(ranking.whole or b""),
                ranking.head,
                ranking.drawn,
                ranking.words,
                (ranking.label_count, ranking.relevant_count, ranking.record_count),
                (ranking.learned_from, ranking.features, ranking.basis),
                [item.pk for item in coming],
            )
            transaction.set_rollback(True)
        return found

    def carol_judges(self, *choices: tuple[int, Choice]) -> Callable[[], None]:
        def happens() -> None:
            for at, choice in choices:
                self.says("carol", at, choice)

        return happens

    def test_what_carol_says_of_what_bob_has_not_judged_changes_no_byte(self) -> None:
        places = (2, 3, 22, 23, 24)
        nothing = self.bobs(lambda: None)
        for choices in (
            [INCLUDE] * 5,
            [EXCLUDE] * 5,
            [INCLUDE, EXCLUDE, MAYBE, EXCLUDE, INCLUDE],
        ):
            pairs = zip(places, choices, strict=True)
            self.assertEqual(self.bobs(self.carol_judges(*pairs)), nothing)

    def test_a_conflict_counts_as_bobs_own_word(self) -> None:
        nothing = self.bobs(lambda: None)
        # bob said maybe of 21 and excluded 1.
        for choices in ([(21, EXCLUDE)], [(1, INCLUDE)], [(21, EXCLUDE), (1, MAYBE)]):
            self.assertEqual(self.bobs(self.carol_judges(*choices))[:6], nothing[:6])

    def test_what_is_settled_is_learned_from_by_everybody(self) -> None:
        carols = self.carol_judges()
        carols()
        learn(self.review)
        bob, carol = (
            ranking_of(self.review, person)
            for person in (self.cast.bob, self.cast.carol)
        )
        self.assertEqual((bob.label_count, bob.relevant_count), (4, 2))
        self.assertEqual((carol.label_count, carol.relevant_count), (2, 1))
