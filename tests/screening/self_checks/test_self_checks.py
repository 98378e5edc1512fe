"""One's own decisions come back unmarked to who asked for it, and count for nothing."""

from datetime import timedelta
from typing import ClassVar
from unittest.mock import patch

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from reviews.access import WrongRole
from reviews.models import Criterion, Record, Review, Role, Stage, User
from screening import cards, decisions, judging, queues, replay
from screening.models import Choice, Decision, SelfCheck, SelfCheckSetting
from screening.self_checks import answering, drawing, reading, setting
from tests.cast import Cast, join
from tests.factories import create_criterion, create_record, create_staffed_review

TA = Stage.TITLE_ABSTRACT
LONG_AGO = timezone.now() - timedelta(days=30)


class SelfCheckCase(TestCase):
    review: ClassVar[Review]
    cast: ClassVar[Cast]
    criterion: ClassVar[Criterion]
    records: ClassVar[list[Record]]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="checked")
        join(cls.review, cls.cast.dan, Role.REVIEWER)
        cls.criterion = create_criterion(review=cls.review)
        cls.records = [create_record(review=cls.review) for _ in range(8)]
        for record in cls.records[:4]:
            decisions.decide(record, Choice.INCLUDE, reviewer=cls.cast.bob, at=LONG_AGO)

    def ask(self, share: int = 10) -> None:
        setting.choose(self.review, share=share, is_shared=False, by=self.cast.bob)
        # One after each, so that a test need not wait for chance.
        SelfCheckSetting.objects.update(share=20)
        self.enterContext(patch.object(drawing, "share_of", self.all_of_them))

    @staticmethod
    def all_of_them(review: Review, reviewer: User) -> int:
        found = SelfCheckSetting.objects.filter(review=review, user=reviewer)
        return 100 if found.filter(share__gt=0).exists() else 0

    def next(self) -> list[Record]:
        items = queues.ahead(self.review, TA, self.cast.bob, number=2)
        return [item for item in items if isinstance(item, Record)]


class DrawingTests(SelfCheckCase):
    def test_nothing_comes_back_to_who_did_not_ask(self) -> None:
        # Which of those that wait come first depends on their keys.
        self.assertLessEqual(set(self.next()), set(self.records[4:]))
        self.assertEqual(len(self.next()), 2)

    def test_one_comes_between_and_once_after_each(self) -> None:
        self.ask()
        again, fresh = self.next()
        self.assertIn(again, self.records[:3])
        self.assertIn(fresh, self.records[4:])
        self.assertEqual(self.next(), [again, fresh])
        (card,) = cards.deal(self.review, TA, [again], self.cast.bob)
        judging.judge(
            again,
            Choice.EXCLUDE,
            reviewer=self.cast.bob,
            token=card.form.fresh_token,
        )
        self.assertEqual(self.next()[0], fresh)

    def test_what_was_decided_a_moment_ago_does_not_come_back(self) -> None:
        self.ask()
        carol = self.cast.carol
        for record in self.records[:4]:
            decisions.decide(record, Choice.INCLUDE, reviewer=carol)
        self.assertFalse(drawing.eligible(self.review, TA, carol).exists())
        with patch.object(drawing, "FAR_ENOUGH", 2):
            found = drawing.eligible(self.review, TA, carol)
            self.assertEqual(
                {each.record for each in found}, {self.records[0], self.records[1]}
            )

    def test_anothers_judgments_change_nothing_of_what_comes(self) -> None:
        self.ask()
        before = self.next()
        for record in self.records[:3]:
            decisions.decide(record, Choice.EXCLUDE, reviewer=self.cast.carol)
        self.assertEqual(self.next(), before)

    def test_its_card_is_as_any_other(self) -> None:
        self.ask()
        again, fresh = self.next()
        first, second = cards.deal(self.review, TA, [again, fresh], self.cast.bob)
        self.assertEqual(list(first.history), [])
        self.assertIsNone(first.current)
        self.assertEqual(first.form.fresh_token.version, 4)
        self.assertEqual(first.closed, second.closed)


class AnsweringTests(SelfCheckCase):
    def answer(self, choice: Choice = Choice.EXCLUDE) -> SelfCheck:
        decision = Decision.objects.get(record=self.records[0])
        made = judging.judge(
            self.records[0],
            choice,
            reviewer=self.cast.bob,
            criteria=[self.criterion],
            token=drawing.token_of(decision),
        )
        assert isinstance(made, SelfCheck)
        return made

    def test_it_is_no_vote_and_changes_nothing(self) -> None:
        progress = queues.progress(self.review, TA, self.cast.bob)
        self.answer()
        self.assertEqual(Decision.objects.count(), 4)
        self.assertEqual(queues.progress(self.review, TA, self.cast.bob), progress)
        self.assertEqual(replay.check(self.review), [])

    def test_the_same_form_again_replaces_it(self) -> None:
        self.answer()
        self.answer(Choice.INCLUDE)
        self.assertEqual(SelfCheck.objects.get().choice, Choice.INCLUDE)

    def test_an_answer_to_a_decision_that_was_changed_meanwhile_is_still_no_vote(
        self,
    ) -> None:
        token = drawing.token_of(Decision.objects.get(record=self.records[0]))
        bob = self.cast.bob
        decisions.decide(self.records[0], Choice.MAYBE, reviewer=bob)
        judging.judge(self.records[0], Choice.EXCLUDE, reviewer=bob, token=token)
        self.assertEqual(Decision.objects.count(), 5)
        self.assertEqual(SelfCheck.objects.count(), 1)

    def test_what_was_taken_back_meanwhile_is_judged_anew(self) -> None:
        checked = Decision.objects.get(record=self.records[0])
        decisions.take_back(checked, reviewer=self.cast.bob)
        token = drawing.token_of(checked)
        made = judging.judge(
            self.records[0], Choice.INCLUDE, reviewer=self.cast.bob, token=token
        )
        self.assertIsInstance(made, Decision)
        self.assertFalse(SelfCheck.objects.exists())

    def test_it_can_be_undone_as_what_was_said_last(self) -> None:
        made = self.answer()
        self.assertEqual(judging.own_last(self.review, TA, self.cast.bob), made)
        judging.take_back(made, self.cast.bob)
        self.assertEqual(SelfCheck.objects.count(), 0)

    def test_nobody_answers_or_deletes_for_another(self) -> None:
        made = self.answer()
        with self.assertRaises(WrongRole):
            answering.answer(made.decision, Choice.INCLUDE, reviewer=self.cast.carol)
        answering.forget(self.review, self.cast.carol, only=made.token)
        self.assertEqual(SelfCheck.objects.count(), 1)

    def test_only_who_judges_asks_and_only_for_what_is_offered(self) -> None:
        with self.assertRaises(WrongRole):
            setting.choose(self.review, share=2, is_shared=False, by=self.cast.vera)
        with self.assertRaises(setting.UnknownShare):
            setting.choose(self.review, share=50, is_shared=False, by=self.cast.bob)


class PageTests(SelfCheckCase):
    def setUp(self) -> None:
        self.url = reverse("screening:my_consistency", args=[self.review.slug])
        self.client.force_login(self.cast.bob)

    def check_two(self) -> None:
        for record, choice in zip(
            self.records, (Choice.INCLUDE, Choice.EXCLUDE), strict=False
        ):
            decision = Decision.objects.get(record=record)
            answering.answer(decision, choice, reviewer=self.cast.bob)

    def test_it_shows_both_answers_and_the_figures_to_oneself(self) -> None:
        self.check_two()
        response = self.client.get(self.url)
        self.assertContains(response, "1 of 2")
        self.assertContains(response, "50.0%")
        self.assertContains(response, "Nobody but you sees this.")

    def test_an_owner_sees_nothing_before_it_is_shared(self) -> None:
        self.check_two()
        self.client.force_login(self.cast.alice)
        self.assertContains(self.client.get(self.url), "Nobody shares theirs")
        setting.choose(self.review, share=0, is_shared=True, by=self.cast.bob)
        response = self.client.get(self.url)
        self.assertContains(response, "50.0%")
        self.assertNotContains(response, str(self.records[0]))

    def test_it_is_asked_for_and_deleted_there(self) -> None:
        self.check_two()
        self.client.post(self.url, {"share": "2"})
        self.assertEqual(setting.of(self.review, self.cast.bob).share, 2)
        delete = reverse("screening:my_consistency_delete", args=[self.review.slug])
        self.client.post(delete)
        self.assertEqual(SelfCheck.objects.count(), 0)
        self.assertContains(self.client.get(self.url), "Nothing came back yet")

    def test_one_is_deleted_by_a_name_that_tells_nothing_of_others(self) -> None:
        self.check_two()
        delete = reverse("screening:my_consistency_delete", args=[self.review.slug])
        one = SelfCheck.objects.order_by("pk")[0]
        for name in ("x", "", str(one.pk), "9" * 30):
            response = self.client.post(delete, {"check": name})
            self.assertEqual(response.status_code, 404)
        self.assertEqual(SelfCheck.objects.count(), 2)
        self.assertContains(self.client.get(self.url), f'value="{one.token}"')
        self.client.post(delete, {"check": str(one.token)})
        self.assertEqual(SelfCheck.objects.exclude(pk=one.pk).count(), 1)
        self.assertFalse(SelfCheck.objects.filter(pk=one.pk).exists())

    def test_the_page_of_judging_takes_it_and_its_undo(self) -> None:
        self.ask()
        screen = reverse("screening:screen", args=[self.review.slug])
        page = self.client.get(screen)
        card = page.context["card"]
        self.assertIn(card.item, self.records[:3])
        self.assertNotContains(page, "What you said of it")
        self.client.post(
            reverse("screening:decide", args=[self.review.slug, card.item.pk]),
            {"choice": "exclude", "token": str(card.form.fresh_token)},
        )
        self.assertEqual(Decision.objects.count(), 4)
        made = SelfCheck.objects.get()
        after = self.client.get(screen)
        self.assertIn(after.context["card"].item, self.records[4:])
        self.assertEqual(after.context["last"], made)
        self.client.post(
            reverse("screening:take_back", args=[self.review.slug]),
            {"decision": str(made.token)},
        )
        self.assertEqual(self.client.get(screen).context["card"].item, card.item)

    def test_what_is_refused_shows_nothing_of_what_was_said_before(self) -> None:
        self.ask()
        again = self.next()[0]
        decision = Decision.objects.get(record=again)
        token = str(drawing.token_of(decision))
        self.client.force_login(self.cast.bob)
        url = reverse("screening:decide", args=["checked", again.pk])
        page = self.client.post(url, {"token": token, "note": "Unsure"})
        self.assertEqual(page.status_code, 422)
        card = page.context["card"]
        self.assertEqual((list(card.history), card.current), ([], None))
        self.assertContains(page, token, status_code=422)
        self.assertContains(page, "Unsure", status_code=422)
        self.client.post(url, {"token": token, "choice": "exclude"})
        self.assertEqual(SelfCheck.objects.get().decision, decision)
        self.assertEqual(Decision.objects.filter(record=again).count(), 1)

    def test_the_figures_are_of_what_it_comes_to(self) -> None:
        decision = Decision.objects.get(record=self.records[0])
        made = answering.answer(decision, Choice.MAYBE, reviewer=self.cast.bob)
        self.assertEqual(reading.measured([made]).agreement, 1.0)
