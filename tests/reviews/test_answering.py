from typing import Any

from django.test import TestCase

from reviews.access import WrongRole
from reviews.duplicates import answering, finding, marking, merging, stored
from reviews.models import DuplicateSet, Record, Review
from tests.cast import Cast
from tests.factories import create_duplicate_set, create_record, create_staffed_review

FOUND, MERGED, SPLIT = DuplicateSet.State
ARTICLE: dict[str, Any] = {
    "title": "Ketamine for suicidal ideation in depression: a randomised trial",
    "authors": ["Brody, A", "Chen, B"],
    "journal": "Journal of Trials",
    "volume": "12",
    "pages": "100-110",
}


class AnsweringTestCase(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def record(self, pmid: str = "", **fields: Any) -> Record:
        return create_record(review=self.review, pmid=pmid, **{**ARTICLE, **fields})

    def again(self, *records: Record) -> list[Record]:
        return [Record.objects.get(pk=record.pk) for record in records]

    def number(self, record: Record) -> int | None:
        found = Record.objects.get(pk=record.pk).duplicate_set
        return found.number if found else None


class BesideAMergedSetTests(AnsweringTestCase):
    """Two copies are merged, and a third is in doubt."""

    def setUp(self) -> None:
        self.kept, self.copy = self.record("111"), self.record("111")
        self.doubtful = self.record("222")
        finding.find(self.review, by=None)
        self.question = self.review.duplicate_sets.get()
        self.assertEqual(self.question.state, FOUND)

    def test_what_was_merged_stays_so_when_the_third_is_told_apart(self) -> None:
        answering.tell_apart(self.question, by=self.cast.alice)

        kept, copy, doubtful = self.again(self.kept, self.copy, self.doubtful)
        self.assertEqual((copy.duplicate_of, kept.duplicate_set), (kept, self.question))
        self.assertIsNone(doubtful.duplicate_set)
        question = self.review.duplicate_sets.get()
        self.assertEqual(question.state, MERGED)
        self.assertEqual(question.basis.split(";")[0], "Same PMID")
        self.assertEqual(self.review.distinct_pairs.count(), 2)
        again = finding.find(self.review, by=None, everything=True)
        self.assertEqual((again.sets, again.to_check, again.waiting), (0, 0, 0))

    def test_that_is_taken_back_whole(self) -> None:
        basis = self.question.basis
        answering.tell_apart(self.question, by=self.cast.alice)
        answering.take_back(self.review, by=self.cast.alice)

        kept, copy, doubtful = self.again(self.kept, self.copy, self.doubtful)
        question = self.review.duplicate_sets.get()
        self.assertEqual((question.state, question.basis), (FOUND, basis))
        self.assertEqual(doubtful.duplicate_set, question)
        self.assertEqual(copy.duplicate_of, kept)
        self.assertFalse(self.review.distinct_pairs.exists())

    def test_a_merge_is_taken_back_to_what_stood_before(self) -> None:
        merging.merge(self.question, by=self.cast.alice)
        answering.take_back(self.review, by=self.cast.alice)

        copy, doubtful = self.again(self.copy, self.doubtful)
        self.assertEqual(copy.duplicate_of, self.kept)
        self.assertIsNone(doubtful.duplicate_of)
        self.assertEqual(self.review.duplicate_sets.get().state, FOUND)

    def test_nothing_is_taken_back_that_somebody_changed_since(self) -> None:
        answering.tell_apart(self.question, by=self.cast.alice)
        marking.add(self.record(title="Other"), to=self.doubtful, by=self.cast.bob)
        with self.assertRaises(answering.NothingToTakeBack):
            answering.take_back(self.review, by=self.cast.alice)
        self.assertEqual(self.number(self.copy), self.question.number)

    def test_only_an_owner_answers(self) -> None:
        with self.assertRaises(WrongRole):
            answering.tell_apart(self.question, by=self.cast.bob)
        with self.assertRaises(WrongRole):
            answering.take_back(self.review, by=self.cast.bob)


class TwoMergedSetsTests(AnsweringTestCase):
    def test_go_apart_as_they_were_and_come_together_again(self) -> None:
        records = [self.record(pmid) for pmid in ("111", "111", "222", "222")]
        finding.find(self.review, by=None)
        question = self.review.duplicate_sets.get()
        self.assertEqual(question.records.filter(duplicate_of=None).count(), 2)

        answering.tell_apart(question, by=self.cast.alice)

        self.assertEqual(
            [each.state for each in self.review.duplicate_sets.all()], [MERGED, MERGED]
        )
        first, second, third, fourth = map(self.number, records)
        self.assertEqual((first, third), (second, fourth))
        self.assertNotEqual(first, third)
        self.assertEqual(self.review.distinct_pairs.count(), 4)

        answering.take_back(self.review, by=self.cast.alice)

        self.assertEqual(self.review.duplicate_sets.get(), question)
        self.assertEqual(question.records.count(), 4)
        self.assertEqual(self.review.records.duplicates().count(), 2)


class LastTests(AnsweringTestCase):
    def test_answers_are_taken_back_one_after_the_other(self) -> None:
        sets = [
            create_duplicate_set(
                *(self.record(title=f"Trial {number}") for _ in range(2)),
                basis=f"{stored.TO_CHECK}same title",
            )
            for number in range(3)
        ]
        merging.merge(sets[0], by=self.cast.alice)
        answering.tell_apart(sets[1], by=self.cast.alice)
        merging.merge(sets[2], by=self.cast.alice)

        taken = [
            answering.take_back(self.review, by=self.cast.alice).number
            for _ in range(3)
        ]

        self.assertEqual(taken, [3, 2, 1])
        self.assertEqual(answering.questions(self.review).count(), 3)
        self.assertIsNone(answering.last(self.review, self.cast.alice))

    def test_what_the_system_merged_is_no_answer(self) -> None:
        for _ in range(2):
            self.record()
        finding.find(self.review, by=self.cast.alice)
        self.assertIsNone(answering.last(self.review, self.cast.alice))
