import uuid

from django.db import IntegrityError, transaction
from django.test import TestCase
from django.urls import reverse

from reviews.access import WrongRole
from reviews.bibliography import adding
from reviews.models import Record, Settlement, Stage, Verdict
from screening import conflicts, decisions, queues, replay
from screening.models import Choice, Decision
from tests.cast import staff
from tests.factories import (
    create_criterion,
    create_record,
    create_report,
    create_staffed_review,
)


class DecisionTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.record = create_record(review=cls.review)
        cls.population = create_criterion(review=cls.review, reason="Population")
        cls.design = create_criterion(review=cls.review, reason="Design")

    def verdict(self) -> Record:
        return Record.objects.get(pk=self.record.pk)

    def test_one_decision_of_two_settles_nothing(self) -> None:
        decisions.decide(self.record, Choice.INCLUDE, reviewer=self.cast.bob)
        self.assertEqual(self.verdict().verdict, Verdict.OPEN)

    def test_two_that_agree_settle_the_record_and_seek_its_report(self) -> None:
        decisions.decide(self.record, Choice.INCLUDE, reviewer=self.cast.bob)
        decisions.decide(self.record, Choice.MAYBE, reviewer=self.cast.carol)
        record = self.verdict()
        self.assertEqual(record.verdict, Verdict.INCLUDE)
        self.assertEqual(record.settlement, Settlement.AGREEMENT)
        self.assertEqual(record.reports.get().title, record.title)

    def test_counts_the_first_reason_that_both_ticked(self) -> None:
        decisions.decide(
            self.record,
            Choice.EXCLUDE,
            reviewer=self.cast.bob,
            criteria=[self.population, self.design],
        )
        decisions.decide(
            self.record,
            Choice.EXCLUDE,
            reviewer=self.cast.carol,
            criteria=[self.design],
        )
        self.assertEqual(self.verdict().counted_reason, self.design)

    def test_the_same_token_counts_once(self) -> None:
        token = uuid.uuid4()
        for _ in range(2):
            decisions.decide(
                self.record, Choice.INCLUDE, reviewer=self.cast.bob, token=token
            )
        self.assertEqual(Decision.objects.count(), 1)

    def test_another_choice_with_the_same_token_is_not_lost(self) -> None:
        token = uuid.uuid4()
        for choice in (Choice.INCLUDE, Choice.EXCLUDE, Choice.EXCLUDE, Choice.INCLUDE):
            decisions.decide(self.record, choice, reviewer=self.cast.bob, token=token)
        # The last is the first, sent again by a slow network.
        last = decisions.last_word(self.record, self.cast.bob)
        assert last is not None
        self.assertEqual(last.choice, Choice.EXCLUDE)
        self.assertEqual(Decision.objects.count(), 2)

    def test_a_changed_mind_supersedes_and_opens_the_record_again(self) -> None:
        decisions.decide(self.record, Choice.INCLUDE, reviewer=self.cast.bob)
        decisions.decide(self.record, Choice.INCLUDE, reviewer=self.cast.carol)
        decisions.decide(self.record, Choice.EXCLUDE, reviewer=self.cast.bob)
        self.assertEqual(self.verdict().verdict, Verdict.OPEN)
        self.assertEqual(Decision.objects.count(), 3)
        self.assertQuerySetEqual(
            conflicts.in_conflict(self.review, Stage.TITLE_ABSTRACT), [self.record]
        )

    def test_taking_back_opens_the_record_again_and_loses_nothing(self) -> None:
        decisions.decide(self.record, Choice.INCLUDE, reviewer=self.cast.carol)
        mine = decisions.decide(self.record, Choice.INCLUDE, reviewer=self.cast.bob)
        decisions.take_back(mine, reviewer=self.cast.bob)
        decisions.take_back(mine, reviewer=self.cast.bob)
        self.assertEqual(self.verdict().verdict, Verdict.OPEN)
        self.assertEqual(Decision.objects.count(), 3)
        self.assertQuerySetEqual(
            queues.queue(self.review, Stage.TITLE_ABSTRACT, self.cast.bob),
            [self.record],
        )

    def test_nobody_takes_back_what_is_another_s(self) -> None:
        mine = decisions.decide(self.record, Choice.INCLUDE, reviewer=self.cast.bob)
        with self.assertRaises(WrongRole):
            decisions.take_back(mine, reviewer=self.cast.carol)

    def test_a_third_is_told_that_two_have_judged(self) -> None:
        staff(self.review, self.cast)
        from_dan = self.cast.dan
        self.review.members.get(user=from_dan).roles.update(role="reviewer")
        decisions.decide(self.record, Choice.INCLUDE, reviewer=self.cast.bob)
        decisions.decide(self.record, Choice.EXCLUDE, reviewer=self.cast.carol)
        with self.assertRaises(decisions.JudgedByOthers):
            decisions.decide(self.record, Choice.EXCLUDE, reviewer=from_dan)

    def test_the_database_refuses_a_second_line_and_an_edit(self) -> None:
        mine = decisions.decide(self.record, Choice.INCLUDE, reviewer=self.cast.bob)
        with self.assertRaises(IntegrityError), transaction.atomic():
            Decision.objects.create(
                review=self.review,
                stage=Stage.TITLE_ABSTRACT,
                record=self.record,
                reviewer=self.cast.bob,
                choice=Choice.EXCLUDE,
            )
        with self.assertRaises(IntegrityError), transaction.atomic():
            Decision.objects.filter(pk=mine.pk).update(choice=Choice.EXCLUDE)

    def test_a_full_text_is_excluded_for_a_criterion(self) -> None:
        report = create_report(review=self.review)
        with self.assertRaises(decisions.CriterionMissing):
            decisions.decide(report, Choice.EXCLUDE, reviewer=self.cast.bob)

    def test_a_resolution_settles_and_lapses_when_a_vote_changes(self) -> None:
        decisions.decide(self.record, Choice.INCLUDE, reviewer=self.cast.bob)
        decisions.decide(self.record, Choice.EXCLUDE, reviewer=self.cast.carol)
        conflicts.resolve(
            self.record, Choice.INCLUDE, resolver=self.cast.dan, reason="A trial."
        )
        self.assertEqual(self.verdict().settlement, Settlement.ADJUDICATION)
        with self.assertRaises(conflicts.NotInConflict):
            conflicts.resolve(
                self.record, Choice.EXCLUDE, resolver=self.cast.bob, reason="No."
            )
        decisions.decide(self.record, Choice.EXCLUDE, reviewer=self.cast.bob)
        self.assertEqual(self.verdict().verdict, Verdict.EXCLUDE)
        self.assertEqual(self.verdict().settlement, Settlement.AGREEMENT)
        self.assertEqual(replay.check(self.review), [])


class OutOfTheReviewTests(TestCase):
    """A record that was taken out again keeps what was said of it."""

    def setUp(self) -> None:
        self.review, self.cast = create_staffed_review()
        self.record = create_record(review=self.review)
        self.made = decisions.decide(
            self.record, Choice.INCLUDE, reviewer=self.cast.bob
        )
        adding.take_out(self.record, by=self.cast.alice)

    def test_nobody_judges_it_and_it_waits_for_nobody(self) -> None:
        with self.assertRaisesRegex(decisions.NotOpenForDecision, "taken out"):
            decisions.decide(self.record, Choice.INCLUDE, reviewer=self.cast.carol)
        queue = queues.queue(self.review, Stage.TITLE_ABSTRACT, self.cast.carol)
        self.assertFalse(queue.exists())

    def test_a_vote_on_it_is_parked_and_wakes(self) -> None:
        progress = queues.progress(self.review, Stage.TITLE_ABSTRACT, self.cast.bob)
        self.assertEqual((progress.judged, progress.waiting), (0, 0))
        adding.put_back(self.record, by=self.cast.alice)
        progress = queues.progress(self.review, Stage.TITLE_ABSTRACT, self.cast.bob)
        self.assertEqual((progress.judged, progress.waiting), (1, 0))
        decisions.decide(self.record, Choice.INCLUDE, reviewer=self.cast.carol)
        self.record.refresh_from_db()
        self.assertEqual(self.record.verdict, "include")

    def test_ones_own_is_taken_back_all_the_same(self) -> None:
        decisions.take_back(self.made, reviewer=self.cast.bob)
        self.assertEqual(list(decisions.own(self.review, self.cast.bob)), [])
        self.assertEqual(list(replay.check(self.review)), [])

    def test_its_page_says_why_it_cannot_be_judged(self) -> None:
        self.client.force_login(self.cast.carol)
        arguments = [self.review.slug, self.record.pk]
        page = self.client.get(reverse("screening:judge_record", args=arguments))
        self.assertContains(page, "taken out of the review")
        form = {"choice": "include", "token": str(uuid.uuid4())}
        answer = self.client.post(reverse("screening:decide", args=arguments), form)
        self.assertContains(answer, "taken out of the review", status_code=422)
