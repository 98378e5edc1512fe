"""Learning anew in the background."""

import shutil
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.db import DatabaseError
from django.test import TestCase
from django.urls import reverse

from reviews import jobs
from reviews.models import Event, Job, Protocol, Record, Review, ScreeningPlan
from screening import decisions
from screening.models import Choice, Ranking
from screening.priority import features
from screening.ranking import asking, keeping, refitting
from tests import background
from tests.factories import create_record
from tests.screening.ranking.ordered import (
    RELEVANT,
    STAGE,
    create_ordered_review,
    learn,
    ranking_of,
)

INCLUDE, EXCLUDE = Choice.INCLUDE, Choice.EXCLUDE


class RefittingTests(TestCase):
    review: Review
    records: list[Record]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast, cls.records = create_ordered_review()
        cls.screen = reverse("screening:screen", args=[cls.review.slug])

    def judge(self, *judged: tuple[int, Choice], by: str = "bob") -> None:
        for at, choice in judged:
            person = getattr(self.cast, by)
            decisions.decide(self.records[at], choice, reviewer=person)

    def test_a_page_of_the_queue_has_the_order_learned(self) -> None:
        self.client.force_login(self.cast.bob)
        self.client.get(self.screen)
        ranking = ranking_of(self.review, self.cast.bob)
        self.assertEqual((ranking.model, ranking.model_version), ("ELAS u4", 1))
        self.assertEqual(ranking.seed, self.review.plan.seed)
        self.assertEqual((ranking.label_count, ranking.record_count), (0, 30))
        self.assertIn("scikit-learn", ranking.libraries)
        self.assertEqual(ranking.parameters["model"]["C"], 0.11)

    def test_each_decision_makes_a_newer_one_and_keeps_the_facts_of_the_older(
        self,
    ) -> None:
        learn(self.review)
        self.judge((20, INCLUDE), (0, EXCLUDE))
        learn(self.review)
        old, new = Ranking.objects.filter(reviewer=self.cast.bob).order_by("pk")
        self.assertIsNone(old.whole)
        self.assertEqual((old.head, old.drawn, old.words), ([], [], {}))
        self.assertEqual(old.record_count, 30)
        self.assertEqual((new.label_count, new.relevant_count), (2, 1))
        self.assertEqual(new.record_count, 28)

    def test_from_five_relevant_records_on_the_judgments_alone_count(self) -> None:
        self.judge(*((at, INCLUDE) for at in list(RELEVANT)[:5]), (0, EXCLUDE))
        learn(self.review)
        ranking = ranking_of(self.review, self.cast.bob)
        self.assertEqual(ranking.basis, Ranking.Basis.LABELS)
        self.assertEqual(ranking.head[0], self.records[25].pk)

    def test_nothing_is_made_where_nothing_changed(self) -> None:
        learn(self.review)
        before = Ranking.objects.count()
        learn(self.review)
        Event.objects.create(review=self.review, action="member.joined", summary="x")
        learn(self.review)
        self.assertEqual(Ranking.objects.count(), before)

    def test_a_record_that_comes_in_is_ordered_next_time(self) -> None:
        learn(self.review)
        new = create_record(review=self.review, title="Nasal esketamine, trial 99")
        Event.objects.create(review=self.review, action="record.added", summary="x")
        learn(self.review)
        self.assertIn(new.pk, ranking_of(self.review, self.cast.bob).head[:7])

    def test_a_changed_abstract_is_learned_from(self) -> None:
        learn(self.review)
        before = ranking_of(self.review, self.cast.bob)
        Record.objects.filter(pk=self.records[0].pk).update(
            abstract="Nasal esketamine is effective in depression"
        )
        Event.objects.create(review=self.review, action="record.edited", summary="x")
        learn(self.review)
        after = ranking_of(self.review, self.cast.bob)
        self.assertNotEqual(before.features, after.features)
        self.assertIn(self.records[0].pk, after.head[:7])

    def test_a_record_that_was_removed_leaves_the_features_as_they_are(self) -> None:
        learn(self.review)
        before = ranking_of(self.review, self.cast.bob)
        Record.objects.filter(pk=self.records[1].pk).update(
            removal="other", removal_reason="A copy"
        )
        Event.objects.create(review=self.review, action="record.removed", summary="x")
        learn(self.review)
        after = ranking_of(self.review, self.cast.bob)
        self.assertEqual(before.features, after.features)
        self.assertNotIn(self.records[1].pk, after.head)

    def test_features_are_read_from_their_folder_and_made_again_without(self) -> None:
        folder = Path(settings.DATA_DIR) / "rankings" / str(self.review.pk)
        shutil.rmtree(folder, ignore_errors=True)
        made = keeping.of(self.review)
        with mock.patch.object(features, "build", side_effect=AssertionError):
            read = keeping.of(self.review)
        self.assertEqual(made.digest, read.digest)
        self.assertEqual(abs(made.features.matrix - read.features.matrix).max(), 0)
        for damaged in (b"damaged", b""):
            (folder / made.digest / "data.npy").write_bytes(damaged)
            self.assertEqual(keeping.of(self.review).digest, made.digest)
        shutil.rmtree(folder)
        self.assertEqual(keeping.of(self.review).digest, made.digest)

    def test_one_job_at_a_time_however_many_decide(self) -> None:
        with background.held():
            for person in (self.cast.bob, self.cast.carol, self.cast.bob):
                asking.keep_up(self.review, STAGE, person)
            self.assertEqual(Job.objects.filter(kind=Job.Kind.RANK).count(), 1)
            background.carry_out()
        self.assertEqual(Ranking.objects.count(), 2)

    def test_nobody_is_shown_when_an_order_is_learned(self) -> None:
        learn(self.review)
        self.assertTrue(Job.objects.filter(kind=Job.Kind.RANK).exists())
        for person in (self.cast.alice, self.cast.bob):
            self.assertFalse(jobs.shown_to(self.review, person).exists())

    def test_screening_goes_on_when_the_order_cannot_be_asked_for(self) -> None:
        self.client.force_login(self.cast.bob)
        with (
            mock.patch.object(jobs, "begin", side_effect=DatabaseError("locked")),
            self.assertLogs("screening.ranking.asking", "ERROR"),
        ):
            self.assertEqual(self.client.get(self.screen).status_code, 200)

    def test_in_the_order_of_import_nothing_is_learned(self) -> None:
        ScreeningPlan.objects.update(order="imported")
        review = Review.objects.get(pk=self.review.pk)
        learn(review)
        self.assertFalse(Job.objects.exists())

    def test_without_a_text_and_labels_of_both_kinds_there_is_no_order(self) -> None:
        Review.objects.filter(pk=self.review.pk).update(title="-")
        Protocol.objects.filter(review=self.review).update(question="")
        learn(self.review)
        self.assertIsNone(refitting.in_use(self.review, self.cast.bob))
        self.judge((20, INCLUDE), (0, EXCLUDE))
        learn(self.review)
        self.assertEqual(ranking_of(self.review, self.cast.bob).basis, "labels")
