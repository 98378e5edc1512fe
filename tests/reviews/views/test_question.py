from typing import Any

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.duplicates import splitting, stored
from reviews.models import DuplicateSet, Record, Review
from tests.cast import Cast
from tests.factories import (
    create_duplicate_set,
    create_record,
    create_search,
    create_staffed_review,
)

FOUND, MERGED, SPLIT = DuplicateSet.State
QUESTION = f"{stored.TO_CHECK}Same title; different PMID"


class QuestionTestCase(TestCase):
    review: Review
    cast: Cast
    fuller: Record
    bare: Record

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        embase = create_search(review=cls.review, name="Embase")
        cls.bare = create_record(
            review=cls.review,
            search=embase,
            title="Ketamine for pain: a randomised trial",
            authors=["Brody, A"],
            pmid="111",
        )
        cls.fuller = create_record(
            review=cls.review,
            search=embase,
            title="Ketamine for pain: a randomized trial",
            authors=["Brody, A"],
            pmid="222",
            abstract="Background: much pain.",
        )
        create_duplicate_set(cls.bare, cls.fuller, basis=QUESTION)

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def address(self, page: str, *args: int) -> str:
        return reverse(f"reviews:duplicate_{page}", args=[self.review.slug, *args])

    def ask(self, **query: Any) -> Any:
        return self.client.get(self.address("check"), query)

    def answer(self, page: str, *args: int, **data: Any) -> Any:
        return self.client.post(self.address(page, *args), data, follow=True)

    def state(self, number: int = 1) -> str:
        return self.review.duplicate_sets.get(number=number).state

    def another(self, number: int) -> DuplicateSet:
        title = f"Esketamine {number * 104729}"
        copies = [create_record(review=self.review, title=title) for _ in range(2)]
        return create_duplicate_set(*copies, basis=QUESTION, number=number)


class CheckTests(QuestionTestCase):
    def test_shows_the_fuller_copy_first_and_marks_what_differs(self) -> None:
        page = self.ask()
        self.assertContains(page, "Question 1 of 1. Same title; different PMID.")
        self.assertContains(page, '<mark class="tf-word">randomized</mark>')
        self.assertContains(page, '<mark class="tf-word">randomised</mark>')
        question = page.context["question"]
        self.assertEqual(question.kept.record, self.fuller)
        self.assertEqual(
            question.kept.why_kept, "the fullest: 5 of its 10 fields are filled"
        )
        said = {row.label: row.difference for row in question.rows}
        self.assertEqual(
            (said["Title"], said["Authors"], said["Abstract"]),
            ("differs", "same", "not in every copy"),
        )

    def test_every_key_has_a_button_of_its_own(self) -> None:
        for key in ("d", "n", "s j", "?"):
            self.assertContains(self.ask(), f'aria-keyshortcuts="{key}"', count=1)

    def test_asks_the_next_one_and_then_those_that_were_skipped(self) -> None:
        self.another(2)
        self.assertContains(self.ask(after=1), "Question 2 of 2")
        page = self.ask(after=2)
        self.assertContains(page, "That was the last one")
        self.assertContains(page, "Go through the skipped ones")

    def test_says_when_every_question_is_answered(self) -> None:
        page = self.answer("different", 1)
        self.assertContains(page, "Every question is answered")
        self.assertContains(page, "Compare them now")
        self.client.post(self.address("find"))
        self.assertContains(self.ask(), "Nothing is left to be checked.")

    def test_takes_nonsense_for_the_beginning(self) -> None:
        for after in ("x", "-1", "9" * 40):
            self.assertContains(self.ask(after=after), "Question 1 of 1")

    def test_reads_as_often_whatever_waits(self) -> None:
        self.ask()
        with CaptureQueriesContext(connection) as few:
            self.ask()
        for number in range(2, 20):
            self.another(number)
        with self.assertNumQueries(len(few)):
            self.ask()


class AnswerTests(QuestionTestCase):
    def test_the_same_merges_into_the_copy_that_was_chosen(self) -> None:
        self.another(2)
        page = self.answer("same", 1, keep=self.bare.pk)
        self.assertContains(page, "Question 1 of 1")
        self.assertContains(page, "Your last answer: Set 1: 1 copy merged")
        self.assertEqual(self.state(), MERGED)
        self.assertEqual(Record.objects.get(pk=self.fuller.pk).duplicate_of, self.bare)

    def test_different_is_remembered(self) -> None:
        self.answer("different", 1)
        self.assertEqual(self.state(), SPLIT)
        self.assertTrue(self.review.distinct_pairs.exists())

    def test_a_copy_of_another_set_cannot_be_kept(self) -> None:
        other = create_record(review=self.review)
        for keep in (other.pk, "", "x"):
            page = self.answer("same", 1, keep=keep)
            self.assertEqual(page.status_code, 422)
            self.assertContains(page, "Question 1 of 1", status_code=422)
        self.assertEqual(self.state(), FOUND)

    def test_says_when_the_set_was_told_apart_meanwhile(self) -> None:
        splitting.tell_apart(self.review.duplicate_sets.get(), by=self.cast.alice)
        page = self.answer("same", 1, keep=self.bare.pk)
        self.assertContains(page, "told apart meanwhile")

    def test_an_answer_is_taken_back_and_asked_again(self) -> None:
        for page, data in (("same", {"keep": self.bare.pk}), ("different", {})):
            self.answer(page, 1, **data)
            again = self.answer("take_back")
            self.assertContains(again, "Question 1 of 1")
            self.assertEqual(self.state(), FOUND)
            self.assertFalse(self.review.distinct_pairs.exists())
            self.assertFalse(self.review.records.duplicates().exists())
        self.assertContains(self.answer("take_back"), "No answer of yours is left")

    def test_nobody_takes_back_the_answer_of_another(self) -> None:
        splitting.tell_apart(self.review.duplicate_sets.get(), by=self.cast.alice)
        owner = self.review.members.get(user=self.cast.bob)
        owner.roles.create(role="owner")
        self.client.force_login(self.cast.bob)
        self.assertContains(self.answer("take_back"), "No answer of yours is left")
        self.assertEqual(self.state(), SPLIT)

    def test_a_set_of_another_review_is_not_found(self) -> None:
        for page in ("same", "different"):
            answer = self.client.post(self.address(page, 99))
            self.assertEqual(answer.status_code, 404)
