from datetime import UTC, datetime

from django.test import TestCase
from django.utils import timezone

from reviews.access import WrongRole
from reviews.checklists import answers, definitions
from reviews.checklists.answers import Answer, Status
from reviews.models import Event
from tests.factories import create_staffed_review

REPORTED = Answer(Status.REPORTED, "Page 3, methods", "See the appendix.")


class ChecklistDefinitionTest(TestCase):
    def test_every_checklist_has_its_number_of_items(self) -> None:
        counts = {found.key: len(found.items) for found in definitions.every()}

        self.assertEqual(
            counts,
            {"prisma2020": 42, "abstracts": 12, "prisma_s": 16, "prisma_scr": 22},
        )

    def test_no_item_stands_twice(self) -> None:
        for found in definitions.every():
            numbers = [item.number for item in found.items]
            self.assertEqual(len(numbers), len(set(numbers)), found.key)

    def test_two_items_of_the_scoping_checklist_are_optional(self) -> None:
        found = definitions.find("prisma_scr").items

        self.assertEqual([i.number for i in found if i.is_optional], ["12", "16"])

    def test_refuses_a_checklist_that_nobody_knows(self) -> None:
        with self.assertRaises(definitions.UnknownChecklist):
            definitions.find("prisma1999")


class EarlierTest(TestCase):
    def test_what_stood_on_a_day_is_replayed_from_the_history(self) -> None:
        review, cast = create_staffed_review()
        days = [datetime(2026, 5, day, tzinfo=UTC) for day in (1, 2, 3, 4)]
        said = [REPORTED, Answer(Status.PARTLY, "Page 4"), Answer()]
        for day, answer in zip(days[1:], said, strict=True):
            answers.answer(review, "prisma_s", "8", answer, by=cast.alice, at=day)
        other = Answer(Status.REPORTED)
        answers.answer(review, "prisma2020", "8", other, by=cast.alice, at=days[1])

        found = [answers.standing(review, "prisma_s", as_of=day)["8"] for day in days]

        self.assertEqual(found, [Answer(), *said])
        now = answers.standing(review, "prisma_s", as_of=timezone.now())
        self.assertEqual(now, answers.standing(review, "prisma_s"))
        with self.assertNumQueries(1):
            answers.standing(review, "prisma_s", as_of=days[2])


class AnswerTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def test_all_items_are_open_at_first(self) -> None:
        with self.assertNumQueries(1):
            found = answers.standing(self.review, "prisma2020")

        self.assertEqual(len(found), 42)
        self.assertEqual(set(found.values()), {Answer()})

    def test_an_answer_is_kept_with_its_place(self) -> None:
        changed = answers.answer(
            self.review, "prisma2020", "13b", REPORTED, by=self.cast.alice
        )

        self.assertTrue(changed)
        found = answers.standing(self.review, "prisma2020")
        self.assertEqual(found["13b"], REPORTED)
        self.assertEqual(answers.count_open(found.values()), 41)

    def test_an_answer_leaves_one_event_with_old_and_new(self) -> None:
        answers.answer(self.review, "prisma_s", "8", REPORTED, by=self.cast.alice)

        event = Event.objects.get(action="checklist.answered")
        self.assertEqual(event.by, self.cast.alice)
        assert event.old is not None
        assert event.new is not None
        self.assertEqual(event.old["status"], "")
        self.assertEqual(event.new["place"], "Page 3, methods")

    def test_the_same_answer_again_leaves_no_event(self) -> None:
        for _ in range(2):
            answers.answer(self.review, "prisma_s", "8", REPORTED, by=self.cast.alice)

        self.assertEqual(Event.objects.filter(action="checklist.answered").count(), 1)

    def test_an_answer_is_taken_back_by_an_empty_one(self) -> None:
        answers.answer(self.review, "prisma_s", "8", REPORTED, by=self.cast.alice)

        answers.answer(self.review, "prisma_s", "8", Answer(), by=self.cast.alice)

        self.assertEqual(answers.standing(self.review, "prisma_s")["8"], Answer())

    def test_one_checklist_knows_nothing_of_another(self) -> None:
        answers.answer(self.review, "prisma_s", "8", REPORTED, by=self.cast.alice)

        self.assertEqual(answers.standing(self.review, "prisma2020")["8"], Answer())

    def test_a_wrong_item_among_others_writes_nothing(self) -> None:
        with self.assertRaises(definitions.UnknownItem):
            answers.answer_all(
                self.review,
                "prisma_s",
                {"8": REPORTED, "99": REPORTED},
                by=self.cast.alice,
            )

        self.assertFalse(self.review.checklist_answers.exists())

    def test_refuses_a_status_that_is_none(self) -> None:
        with self.assertRaises(answers.UnknownStatus):
            answers.answer(
                self.review,
                "prisma_s",
                "8",
                Answer("perhaps"),  # type: ignore[arg-type]  # what a caller may try
                by=self.cast.alice,
            )

    def test_only_owners_answer(self) -> None:
        for person in (self.cast.bob, self.cast.dan, self.cast.vera):
            with self.assertRaises(WrongRole):
                answers.answer(self.review, "prisma_s", "8", REPORTED, by=person)
